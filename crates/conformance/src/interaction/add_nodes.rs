//! `add-nodes`: making nodes, from nothing or from a snapshot.

use std::collections::VecDeque;

use raft::{ConfState, Config, EntryId, Index, PeerId, RawNode, ReadOnly, Snapshot, Term};

use super::{Environment, Node, NodeStorage, Outcome, Stop, read};
use crate::datadriven::{Arg, parse_bool};
use crate::session::Failure;

impl Environment {
    pub(super) fn add_nodes(&mut self, args: &[Arg]) -> Outcome {
        let Some((count, options)) = args.split_first() else {
            return Err(Failure("the number of nodes is missing".into()).into());
        };
        let count: usize = read(&count.key)?;
        let mut start = Snapshot::default();
        let mut config = Config {
            election_ticks: 3,
            heartbeat_ticks: 1,
            max_inflight_messages: i32::MAX as usize,
            trace_events: self.trace.is_some(),
            ..Config::default()
        };
        for Arg { key, values } in options {
            for value in values {
                set_option(key, value, &mut start, &mut config)?;
            }
        }
        let members = &start.conf_state;
        let index = start.last.index;
        let prepared =
            index != Index::ZERO || !members.voters.is_empty() || !members.learners.is_empty();
        if prepared && index <= Index(1) {
            return Err(Stop::Refused("index must be specified as > 1 due to bootstrap".into()));
        }
        if prepared {
            start.last.term = Term(1);
            config.applied = index;
        }
        for _ in 0..count {
            self.add_node(start.clone(), config.clone())?;
        }
        Ok(())
    }

    fn add_node(&mut self, start: Snapshot, mut config: Config) -> Outcome {
        let storage = NodeStorage::new(start).map_err(|error| Stop::Refused(error.to_string()))?;
        let id = self.nodes.len() as u64 + 1;
        config.id = PeerId(id);
        // Files that depend on a timeout set it, so any stream will do.
        let rng = det::Rng::named(0, "election", id);
        let raw =
            RawNode::new(config, rng, &storage).map_err(|error| Failure(error.to_string()))?;
        let (append_work, apply_work) = (VecDeque::new(), VecDeque::new());
        self.nodes.push(Node { raw, storage, stuck: false, append_work, apply_work });
        self.log_events(self.nodes.len() - 1);
        Ok(())
    }
}

fn set_option(key: &str, value: &str, start: &mut Snapshot, config: &mut Config) -> Outcome {
    let flag = || parse_bool(value).ok_or_else(|| Failure(format!("{key} cannot be {value:?}")));
    let ConfState { voters, learners, .. } = &mut start.conf_state;
    match key {
        "voters" => voters.push(PeerId(read(value)?)),
        "learners" => learners.push(PeerId(read(value)?)),
        "index" => start.last = EntryId { index: Index(read(value)?), ..start.last },
        "inflight" => config.max_inflight_messages = read(value)?,
        "async-storage-writes" => config.async_storage_writes = flag()?,
        "prevote" => config.pre_vote = flag()?,
        "checkquorum" => config.check_quorum = flag()?,
        "max-committed-size-per-ready" => config.max_committed_size_per_ready = read(value)?,
        "disable-conf-change-validation" => config.disable_conf_change_validation = flag()?,
        "step-down-on-removal" => config.step_down_on_removal = flag()?,
        "read-only" => {
            config.read_only = match value {
                "safe" => ReadOnly::Safe,
                "lease-based" => ReadOnly::LeaseBased,
                _ => return Err(Stop::Refused(format!("invalid read-only option {value:?}"))),
            }
        }
        "content" => return Err(Failure("content is not supported".into()).into()),
        _ => {}
    }
    Ok(())
}
