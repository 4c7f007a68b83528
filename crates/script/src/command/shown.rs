//! Commands as they are written.

use core::fmt;

use det::Span;
use raft::Transition;
use sim::{Command, DiskFate, Links, NodeId, Seat};

use super::members::SEATS;
use super::microscope::LOOP_STEPS;
use crate::condition::word_of;
use crate::message::Edit;
use crate::print::{Percent, Text};

/// A command as it is written.
pub(crate) struct Shown<'a>(pub(crate) &'a Command);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Command::Kill { node, disk: DiskFate::Keep } => write!(f, "kill {node}"),
            Command::Kill { node, disk: DiskFate::Lose } => write!(f, "kill {node} without disk"),
            Command::Restart(node) => write!(f, "restart {node}"),
            Command::Pause(node) => write!(f, "pause {node}"),
            Command::Resume(node) => write!(f, "resume {node}"),
            Command::Campaign(node) => write!(f, "campaign {node}"),
            Command::Transfer(node) => write!(f, "transfer {node}"),
            Command::Forget(node) => write!(f, "forget {node}"),
            Command::Change { steps, transition } => print_change(f, steps, *transition),
            Command::Leave => f.write_str("leave"),
            Command::Compact(node) => write!(f, "compact{}", After(" ", *node)),
            Command::Microscope { node, every: Some(every) } => {
                write!(f, "microscope {node} every {every}")
            }
            Command::Microscope { node, every: None } => write!(f, "microscope {node} off"),
            Command::Crash { node, after: Some(step) } => {
                write!(f, "crash {node} after {}", word_of(&LOOP_STEPS, *step))
            }
            Command::Crash { node, after: None } => write!(f, "crash {node} never"),
            Command::Put { key, value, at } => {
                write!(f, "put {} {}{}", Text(key), Text(value), After(" at ", *at))
            }
            Command::Get { key, at } => write!(f, "get {}{}", Text(key), After(" at ", *at)),
            Command::Read { key, at } => write!(f, "read {}{}", Text(key), After(" at ", *at)),
            Command::Load { clients: 0, every: Span::ZERO } => f.write_str("load 0"),
            Command::Load { clients, every } => write!(f, "load {clients} every {every}"),
            Command::Cut(links) => write!(f, "cut {}", ShownLinks(*links)),
            Command::Mend(links) => write!(f, "mend {}", ShownLinks(*links)),
            Command::Partition(groups) => print_partition(f, groups),
            Command::Heal => f.write_str("heal"),
            Command::Latency { links, base, jitter } => {
                write!(f, "latency {base} {jitter}{}", Where(*links))
            }
            Command::Loss { links, per_million } => {
                write!(f, "loss {}{}", Percent(*per_million), Where(*links))
            }
            Command::Fsync { node, span } => write!(f, "fsync {span}{}", After(" ", *node)),
            Command::Drop(message) => Edit::Drop.print(f, message),
            Command::Hold(message) => Edit::Hold.print(f, message),
            Command::Release(message) => Edit::Release.print(f, message),
            Command::Delay { message, by } => Edit::Delay(*by).print(f, message),
            Command::Duplicate(message) => Edit::Duplicate.print(f, message),
        }
    }
}

fn print_change(
    f: &mut fmt::Formatter<'_>,
    steps: &[(Seat, NodeId)],
    transition: Transition,
) -> fmt::Result {
    f.write_str(match transition {
        Transition::Auto => "",
        Transition::JointImplicit => "joint ",
        Transition::JointExplicit => "joint explicit ",
    })?;
    for (i, (seat, node)) in steps.iter().enumerate() {
        let space = if i == 0 { "" } else { " " };
        write!(f, "{space}{} {node}", word_of(&SEATS, *seat))?;
    }
    Ok(())
}

fn print_partition(f: &mut fmt::Formatter<'_>, groups: &[Vec<NodeId>]) -> fmt::Result {
    f.write_str("partition")?;
    for (i, group) in groups.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { " |" })?;
        for node in group {
            write!(f, " {node}")?;
        }
    }
    Ok(())
}

/// Links by their ends, or `all`.
struct ShownLinks(Links);

impl fmt::Display for ShownLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Links::All => f.write_str("all"),
            Links::Between(a, b) => write!(f, "{a} {b}"),
            Links::OneWay(from, to) => write!(f, "{from} -> {to}"),
        }
    }
}

/// Links at the end of a command, where all need no word.
struct Where(Links);

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Links::All => Ok(()),
            Links::Between(..) | Links::OneWay(..) => write!(f, " {}", ShownLinks(self.0)),
        }
    }
}

/// A node after a word; nothing without a node.
struct After(&'static str, Option<NodeId>);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.map_or(Ok(()), |node| write!(f, "{}{node}", self.0))
    }
}
