//! The steps that a run is traced in follow from each other, as far as rules of our own can tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// An election, proposals, a membership change, and a second election.
const RUN: &str = "\
add-nodes 3 voters=(1,2,3) index=5
----

campaign 1
----

stabilize
----

propose 1 one
----

propose 2 two
----

stabilize
----

propose-conf-change 1 v1=true
v4
----

add-nodes 1
----

stabilize
----

tick-heartbeat 1
----

stabilize
----

campaign 2
----

stabilize
----
";

/// One node as the trace shows it.
#[derive(Debug, Default)]
struct Node {
    term: u64,
    commit: u64,
    log: u64,
    /// Who granted a vote in this term.
    granted: BTreeSet<String>,
    /// What each has acknowledged in this term.
    matched: BTreeMap<String, u64>,
    /// Messages that leave with the next Ready.
    pending: Vec<Value>,
}

#[derive(Debug, Default)]
struct Run {
    nodes: BTreeMap<String, Node>,
    network: Vec<Value>,
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Run {
    /// Takes one step; a sentence if the rules do not allow it.
    fn take(&mut self, event: &Value) -> Result<(), &'static str> {
        let (name, message) = (text(&event["name"]), &event["msg"]);
        let (term, log) = (number(&event["state"]["term"]), number(&event["log"]));
        let commit = number(&event["state"]["commit"]);
        let id = text(&event["nid"]);
        if (name == "InitState") == self.nodes.contains_key(&id) {
            return Err("a node begins once");
        }
        let node = self.nodes.entry(id.clone()).or_default();
        if term < node.term || commit < node.commit || log < commit {
            return Err("term and commit index only grow, within the log");
        }
        if node.term < term {
            node.granted.clear();
            node.matched.clear();
        }
        let leads = event["role"] == "StateLeader";
        let majority =
            |count: usize| event["conf"][0].as_array().expect("a list").len() < 2 * count;
        let moved = node.commit < commit;
        (node.term, node.commit) = (term, commit);
        match name.as_str() {
            "InitState" | "BecomeFollower" | "BecomeCandidate" | "ApplyConfChange" => {}
            "BecomeLeader" if !majority(node.granted.len()) => return Err("no majority of votes"),
            "BecomeLeader" => node.log = log,
            "Replicate" | "ChangeConf" if !leads || log != node.log => {
                return Err("only a leader appends, at the end of its log");
            }
            "Replicate" | "ChangeConf" => node.log += 1,
            "Commit" => {
                let holding = node.matched.values().filter(|&&index| commit <= index).count();
                if !leads || moved && !majority(holding) {
                    return Err("only a leader commits, what a majority holds");
                }
            }
            "Ready" => self.network.append(&mut node.pending),
            sent if sent.starts_with("Send") => {
                if text(&message["from"]) != id || number(&message["term"]) != term {
                    return Err("a node speaks for itself, in its term");
                }
                node.pending.push(message.clone());
            }
            received if received.starts_with("Receive") => {
                let at = self.network.iter().position(|sent| sent == message);
                self.network.swap_remove(at.ok_or("nobody sent that")?);
                let (from, theirs) = (text(&message["from"]), number(&message["term"]));
                let good = message["reject"] == false && theirs == term;
                if good && message["type"] == "MsgVoteResp" {
                    node.granted.insert(from);
                } else if good && message["type"] == "MsgAppResp" {
                    node.matched.insert(from, number(&message["index"]));
                }
            }
            _ => return Err("unknown step"),
        }
        Ok(())
    }
}

/// Replays a trace; the first line that is not allowed, and why.
fn replay(trace: &[Value]) -> Result<(), (usize, &'static str)> {
    let mut run = Run::default();
    for (at, line) in trace.iter().enumerate() {
        assert_eq!(line["tag"], "trace");
        run.take(&line["event"]).map_err(|why| (at, why))?;
    }
    Ok(())
}

fn traced(script: &str) -> Vec<Value> {
    let trace = conformance::trace(script).expect("an interaction file");
    trace.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn position(trace: &[Value], node: &str, name: &str) -> usize {
    let is = |line: &Value| line["event"]["name"] == name && line["event"]["nid"] == node;
    trace.iter().position(is).expect("the run has that step")
}

#[test]
fn each_step_follows_from_those_before() {
    let trace = traced(RUN);
    assert_eq!(replay(&trace), Ok(()));
    let count = |name| trace.iter().filter(|line| line["event"]["name"] == name).count();
    assert_eq!((count("InitState"), count("BecomeLeader"), count("ChangeConf")), (4, 2, 1));
    assert_eq!((count("Replicate"), count("ApplyConfChange")), (4, 4));
}

/// Spoils a trace at this line.
type Falsify = fn(&mut Vec<Value>, usize);

/// The rules above would find what is wrong with a trace.
#[test]
fn a_falsified_trace_is_found() {
    let trace = traced(RUN);
    let falsified: [(usize, Falsify); 6] = [
        (position(&trace, "1", "Ready"), |trace, at| drop(trace.remove(at))),
        (position(&trace, "1", "ReceiveRequestVoteResponse"), |trace, at| drop(trace.remove(at))),
        (position(&trace, "1", "Replicate"), |trace, at| drop(trace.remove(at))),
        (position(&trace, "1", "Commit"), |trace, at| {
            trace[at]["event"]["state"]["commit"] = 6.into();
        }),
        (position(&trace, "2", "ReceiveAppendEntriesRequest"), |trace, at| {
            trace[at]["event"]["msg"]["index"] = 4.into();
        }),
        (position(&trace, "2", "BecomeFollower"), |trace, at| {
            trace[at]["event"]["name"] = "BecomeLeader".into();
        }),
    ];
    for (at, falsify) in falsified {
        let mut trace = trace.clone();
        falsify(&mut trace, at);
        assert!(replay(&trace).is_err_and(|(found, _)| at <= found), "line {at}");
    }
}

/// A joint configuration, pre-votes and snapshots are traced as far as there are words for them.
#[test]
fn pre_candidates_are_followers_to_the_specification() {
    let script = "add-nodes 3 voters=(1,2,3) index=5 prevote=true\n----\n\ncampaign 1\n----\n\n";
    let trace = traced(script);
    assert_eq!(trace.len(), 3, "a pre-vote is no step");
    let trace = traced(&format!("{script}stabilize\n----\n"));
    assert_eq!(replay(&trace), Ok(()));
    assert!(trace.iter().all(|line| line["event"]["role"] != "StatePreCandidate"));
}

#[test]
fn other_files_have_no_trace() {
    for script in ["committed cfg=(1) idx=(3)\n----\n", "campaign 1\n----\n"] {
        assert!(conformance::trace(script).is_err(), "{script}");
    }
}
