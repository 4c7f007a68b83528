//! The commands that act on single nodes.

use bytes::Bytes;
use raft::{
    Body, Change, ConfChange, ConfChangeFormat, Config, Message, PeerId, Role, Storage, Transition,
};

use super::output::parse_level;
use super::{Environment, Outcome, Stop, read};
use crate::confchange::parse_changes;
use crate::datadriven::{Arg, parse_bool};
use crate::session::Failure;

impl Environment {
    pub(super) fn campaign(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        let node = &mut self.nodes[at];
        node.raw.campaign(&node.storage);
        self.log_events(at);
        Ok(())
    }

    pub(super) fn tick(&mut self, args: &[Arg], ticks: fn(&Config) -> u32) -> Outcome {
        let at = self.first(args)?;
        let node = &mut self.nodes[at];
        for _ in 0..ticks(node.raw.config()) {
            node.raw.tick(&node.storage);
        }
        self.log_events(at);
        Ok(())
    }

    pub(super) fn compact(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        let Some(index) = args.get(1).map(|arg| arg.key.as_str()) else {
            return Err(Failure("compact needs an index".into()).into());
        };
        let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let index = index.parse().ok().filter(|_| digits).ok_or_else(|| {
            let why = if digits { "value out of range" } else { "invalid syntax" };
            Stop::Refused(format!("strconv.ParseUint: parsing {index:?}: {why}"))
        })?;
        let applied = self.nodes[at].raw.applied();
        if applied < raft::Index(index) {
            let what = format!("cannot compact up to {index}: applied up to {applied}");
            return Err(Failure(what).into());
        }
        let log = &mut self.nodes[at].storage.log;
        log.compact(raft::Index(index)).map_err(|error| Stop::Refused(error.to_string()))?;
        self.raft_log(args)
    }

    pub(super) fn raft_log(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        let log = &self.nodes[at].storage.log;
        let (first, last) = (log.first_index(), log.last_index());
        if last < first {
            self.output.write(&format!("log is empty: first index={first}, last index={last}"));
        }
        let lines: Vec<String> = log.iter().map(|entry| format!("{entry}\n")).collect();
        self.output.write(&lines.concat());
        Ok(())
    }

    pub(super) fn raft_state(&mut self) {
        for node in &self.nodes {
            let raw = &node.raw;
            let votes = raw.conf().voters().any(|id| id == raw.id());
            self.output.write(&format!(
                "{}: {} ({}) Term:{} Lead:{}\n",
                raw.id(),
                raw.role().as_str(),
                if votes { "Voter" } else { "Non-Voter" },
                raw.term(),
                raw.lead()
            ));
        }
    }

    pub(super) fn status(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        let raw = &self.nodes[at].raw;
        if raw.role() == Role::Leader {
            self.output.write(&raw.progress_lines().to_string());
        }
        Ok(())
    }

    pub(super) fn set_level(&mut self, args: &[Arg]) -> Outcome {
        let level = args.first().and_then(|arg| parse_level(&arg.key)).ok_or_else(unknown_level)?;
        self.output.replace_level(level);
        Ok(())
    }

    pub(super) fn set_timeout(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        let ticks: u32 = read(value(args, "timeout")?)?;
        if ticks == 0 {
            return Err(Failure("the timeout must not be zero".into()).into());
        }
        self.nodes[at].raw.set_randomized_election_timeout(ticks);
        Ok(())
    }

    pub(super) fn transfer(&mut self, args: &[Arg]) -> Outcome {
        let at = self.position(value(args, "from")?)?;
        let to = self.position(value(args, "to")?)?;
        let to = self.nodes[to].raw.id();
        let node = &mut self.nodes[at];
        node.raw.transfer_leader(to, &node.storage);
        self.log_events(at);
        Ok(())
    }

    pub(super) fn forget_leader(&mut self, args: &[Arg]) -> Outcome {
        let at = self.first(args)?;
        self.nodes[at].raw.forget_leader();
        self.log_events(at);
        Ok(())
    }

    pub(super) fn send_snapshot(&mut self, args: &[Arg]) -> Outcome {
        let [from, to] = self.positions(args)?[..] else {
            return Err(Failure("send-snapshot needs two nodes".into()).into());
        };
        let (to, node) = (self.nodes[to].raw.id(), &self.nodes[from]);
        let snapshot = std::sync::Arc::clone(node.storage.newest());
        let (from, term) = (node.raw.id(), node.raw.term());
        let message = Message { from, to, term, body: Body::Snapshot(snapshot) };
        self.output.write(&message.to_string());
        self.network.push_back(message);
        Ok(())
    }

    pub(super) fn report_unreachable(&mut self, args: &[Arg]) -> Outcome {
        let ids: Vec<&Arg> = args.iter().filter(|arg| arg.values.is_empty()).collect();
        let [node, peer] = ids[..] else {
            let what = "must specify exactly two node indexes: node on which to report, and \
                        reported node";
            return Err(Stop::Refused(what.into()));
        };
        let at = self.position(&node.key)?;
        let peer = PeerId(read(&peer.key)?);
        self.nodes[at].raw.report_unreachable(peer);
        self.log_events(at);
        Ok(())
    }

    pub(super) fn propose(&mut self, args: &[Arg]) -> Outcome {
        let [_, data] = args else {
            return Err(Failure("propose needs a node and the data".into()).into());
        };
        let at = self.first(args)?;
        let node = &mut self.nodes[at];
        let result = node.raw.propose(Bytes::from(data.key.clone().into_bytes()), &node.storage);
        self.log_events(at);
        result.map_err(|error| Stop::Refused(error.to_string()))
    }

    pub(super) fn propose_conf_change(&mut self, args: &[Arg], input: &str) -> Outcome {
        let at = self.first(args)?;
        let (format, transition) = conf_change_options(&args[1..])?;
        let changes = parse_changes(input).map_err(|error| Stop::Refused(error.to_string()))?;
        if format == ConfChangeFormat::V1 {
            check_v1(&changes, transition)?;
        }
        let change = ConfChange { transition, changes, context: Bytes::new() };
        let node = &mut self.nodes[at];
        let result = node.raw.propose_conf_change(&change, format, &node.storage);
        self.log_events(at);
        result.map_err(|error| Stop::Refused(error.to_string()))
    }
}

fn conf_change_options(args: &[Arg]) -> Result<(ConfChangeFormat, Transition), Stop> {
    let (mut format, mut transition) = (ConfChangeFormat::V2, Transition::Auto);
    for Arg { key, values } in args {
        for value in values {
            match (key.as_str(), value.as_str()) {
                ("v1", value) => {
                    let v1 = parse_bool(value).ok_or_else(|| {
                        Stop::Refused(format!(
                            "strconv.ParseBool: parsing {value:?}: invalid syntax"
                        ))
                    })?;
                    format = if v1 { ConfChangeFormat::V1 } else { ConfChangeFormat::V2 };
                }
                ("transition", "auto") => transition = Transition::Auto,
                ("transition", "implicit") => transition = Transition::JointImplicit,
                ("transition", "explicit") => transition = Transition::JointExplicit,
                ("transition", value) => {
                    return Err(Stop::Refused(format!("unknown transition {value}")));
                }
                (key, _) => return Err(Stop::Refused(format!("unknown command {key}"))),
            }
        }
    }
    Ok((format, transition))
}

fn check_v1(changes: &[Change], transition: Transition) -> Outcome {
    match (changes.len(), transition) {
        (0, Transition::Auto) => Err(Failure("v1 needs a change".into()).into()),
        (1, Transition::Auto) => Ok(()),
        _ => {
            let what = "v1 conf change can only have one operation and no transition";
            Err(Stop::Refused(what.into()))
        }
    }
}

pub(super) fn unknown_level() -> Stop {
    Stop::Refused("log levels must be either of [DEBUG INFO WARN ERROR FATAL NONE]".into())
}

/// The single value of an argument that must be there.
fn value<'a>(args: &'a [Arg], key: &str) -> Result<&'a str, Failure> {
    let found = args.iter().find(|arg| arg.key == key).and_then(|arg| arg.values.first());
    found.map(String::as_str).ok_or_else(|| Failure(format!("{key} is missing")))
}
