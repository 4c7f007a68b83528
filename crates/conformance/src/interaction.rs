//! Interaction files: nodes, a network and disks, driven one step at a time.
//!
//! Nothing moves by itself. Messages wait in one queue until they are delivered, writes until a
//! Ready is processed, and every log line of a node appears where it was logged.

mod add_nodes;
mod commands;
mod deliver;
mod node;
mod output;
mod process;

use std::collections::VecDeque;

use raft::{Event, Message};

pub use self::node::{Node, NodeStorage};
use self::output::Output;
use crate::datadriven::{Arg, Directive};
use crate::session::Failure;

/// Nodes with consecutive ids from 1, and the messages between them.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    nodes: Vec<Node>,
    /// Messages under way, to nodes and from storage threads, in the order they were sent.
    network: VecDeque<Message>,
    output: Output,
    /// The steps of all nodes in the order they were taken, if somebody wants to know.
    trace: Option<String>,
}

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Stop {
    /// With a text that is part of the output.
    Refused(String),
    /// The command makes no sense.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

pub(crate) type Outcome = Result<(), Stop>;

impl Environment {
    /// The nodes, in order of their ids.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The messages under way, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.network.iter()
    }

    /// An environment whose nodes tell each step that the TLA+ specification knows.
    #[must_use]
    pub fn traced() -> Self {
        Self { trace: Some(String::new()), ..Self::default() }
    }

    /// The steps so far, one line of JSON each; empty unless they are [`traced`](Self::traced).
    pub fn trace(&self) -> &str {
        self.trace.as_deref().unwrap_or_default()
    }

    /// Runs one command and returns what it prints; `ok` if that is nothing.
    ///
    /// # Errors
    /// If the command makes no sense.
    pub fn handle(&mut self, directive: &Directive) -> Result<String, Failure> {
        self.output.clear();
        let refusal = match self.dispatch(directive) {
            Ok(()) => None,
            Err(Stop::Refused(text)) => Some(text),
            Err(Stop::Failed(failure)) => return Err(failure),
        };
        if let Some(text) = refusal {
            if self.output.is_quiet() {
                return Ok(text);
            }
            self.output.write(&text);
        }
        let text = self.output.take();
        Ok(if text.is_empty() { "ok".into() } else { text })
    }

    fn dispatch(&mut self, directive: &Directive) -> Outcome {
        let args = &directive.args[..];
        match directive.command.as_str() {
            "_breakpoint" => Ok(()),
            "add-nodes" => self.add_nodes(args),
            "campaign" => self.campaign(args),
            "compact" => self.compact(args),
            "deliver-msgs" => self.deliver(args),
            "process-ready" => self.for_each(args, "handling Ready", Self::process_ready),
            "process-append-thread" => {
                self.for_each(args, "processing append thread", Self::process_append)
            }
            "process-apply-thread" => {
                self.for_each(args, "processing apply thread", Self::process_apply)
            }
            "log-level" => self.set_level(args),
            "raft-log" => self.raft_log(args),
            "raft-state" => {
                self.raft_state();
                Ok(())
            }
            "set-randomized-election-timeout" => self.set_timeout(args),
            "stabilize" => self.stabilize(args),
            "status" => self.status(args),
            "tick-election" => self.tick(args, |config| config.election_ticks),
            "tick-heartbeat" => self.tick(args, |config| config.heartbeat_ticks),
            "transfer-leadership" => self.transfer(args),
            "forget-leader" => self.forget_leader(args),
            "send-snapshot" => self.send_snapshot(args),
            "propose" => self.propose(args),
            "propose-conf-change" => self.propose_conf_change(args, &directive.input),
            "report-unreachable" => self.report_unreachable(args),
            _ => Err(Stop::Refused("unknown command".into())),
        }
    }

    /// Moves the log lines of a node to the output.
    fn log_events(&mut self, at: usize) {
        let raw = &mut self.nodes[at].raw;
        let id = raw.id();
        for event in raw.drain_events() {
            if let (Event::Traced(traced), Some(trace)) = (&event, &mut self.trace) {
                trace.extend([&traced.json_line(id).to_string()[..], "\n"]);
            }
            self.output.log(event.level(), &event.etcd_line(id));
        }
    }

    /// Runs `body` and indents what it prints.
    fn indented(&mut self, body: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        let outer = self.output.take();
        let result = body(self);
        let inner = self.output.take();
        self.output.write(&outer);
        for line in inner.lines() {
            self.output.write(&format!("  {line}\n"));
        }
        result
    }

    /// Runs `process` for every node named; with more than one, each under its own title.
    fn for_each(
        &mut self,
        args: &[Arg],
        title: &str,
        process: fn(&mut Self, usize) -> Outcome,
    ) -> Outcome {
        let nodes = self.positions(args)?;
        if let [at] = nodes[..] {
            return process(self, at);
        }
        for at in nodes {
            self.output.write(&format!("> {} {title}\n", at + 1));
            self.indented(|env| process(env, at))?;
        }
        Ok(())
    }

    // Arguments.

    /// The positions of the nodes named by arguments without values.
    fn positions(&self, args: &[Arg]) -> Result<Vec<usize>, Failure> {
        args.iter().filter(|arg| arg.values.is_empty()).map(|arg| self.position(&arg.key)).collect()
    }

    fn position(&self, id: &str) -> Result<usize, Failure> {
        let id: Option<usize> = id.parse().ok();
        let known = id.filter(|id| (1..=self.nodes.len()).contains(id));
        known.map(|id| id - 1).ok_or_else(|| Failure(format!("there is no node {id:?}")))
    }

    fn first(&self, args: &[Arg]) -> Result<usize, Failure> {
        let arg = args.first().ok_or_else(|| Failure("a node must be named".into()))?;
        self.position(&arg.key)
    }
}

/// Reads a value that the grammar demands.
fn read<T: std::str::FromStr>(value: &str) -> Result<T, Failure> {
    value.parse().map_err(|_| Failure(format!("cannot read the value {value:?}")))
}
