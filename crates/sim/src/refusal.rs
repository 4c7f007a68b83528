//! Why a command cannot be done, in a sentence.

use crate::{MessageId, NodeId};

/// A command that was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such node.
    #[error("there is no {node}: this cluster has n1 to n{nodes}")]
    NoSuchNode {
        /// The node asked for.
        node: NodeId,
        /// How many there are.
        nodes: u8,
    },
    /// The node is down.
    #[error("{0} is down: restart it first")]
    Down(NodeId),
    /// The node runs.
    #[error("{0} is running: only a stopped node can be restarted")]
    Running(NodeId),
    /// The node is not paused.
    #[error("{0} is not paused")]
    NotPaused(NodeId),
    /// The node is paused.
    #[error("{0} is paused: resume it first")]
    Paused(NodeId),
    /// The node leads already.
    #[error("{0} is the leader already")]
    Leads(NodeId),
    /// Nobody leads.
    #[error("there is no leader to hand over")]
    NoLeader,
    /// The message has arrived, was lost, or never was.
    #[error("{0} is not in flight")]
    NotInFlight(MessageId),
    /// The message is not held.
    #[error("{0} is not held")]
    NotHeld(MessageId),
    /// The message is held.
    #[error("{0} is held: release it first")]
    Held(MessageId),
    /// A link needs two ends.
    #[error("a link joins two different nodes")]
    SameNode,
    /// A node stands in two groups.
    #[error("{0} is in two groups")]
    TwoGroups(NodeId),
    /// One group is no partition.
    #[error("a partition needs at least two groups")]
    OneGroup,
    /// Keys and values have a limit.
    #[error("keys and values are 1 to {max} bytes long")]
    Text {
        /// The most bytes.
        max: usize,
    },
    /// A number is past its limit.
    #[error("{what} is at most {max}")]
    TooLarge {
        /// Which number.
        what: &'static str,
        /// Its limit, with its unit.
        max: &'static str,
    },
    /// Every client of the page waits for an answer.
    #[error("all {0} clients wait for an answer: let time run, or heal the cluster")]
    ClientsBusy(u16),
    /// A setup cannot be run.
    #[error("a cluster has 1 to {max} nodes")]
    Nodes {
        /// The most.
        max: u8,
    },
}
