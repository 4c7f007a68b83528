//! Why a command cannot be done, in a sentence.

use raft::ConfChangeError;

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
    #[error("there is no leader")]
    NoLeader,
    /// A new node gets the next number.
    #[error("a new node would be {next}")]
    NotNext {
        /// The number that is free.
        next: NodeId,
    },
    /// There is no room for a new node.
    #[error("a cluster has at most {max} nodes")]
    Full {
        /// The most.
        max: u8,
    },
    /// The node is what it shall become.
    #[error("{0} is a voter already")]
    Votes(NodeId),
    /// The node is what it shall become.
    #[error("{0} is a learner already")]
    Learns(NodeId),
    /// The node is not in the group.
    #[error("{0} is no member")]
    NotMember(NodeId),
    /// A change names a node twice.
    #[error("{0} is named twice")]
    NamedTwice(NodeId),
    /// The change does not fit the members.
    #[error("{0}")]
    Change(ConfChangeError),
    /// A change is on its way: one at a time (thesis §4.1).
    #[error("a membership change is not applied yet: let time run")]
    ChangePending,
    /// There is nothing new to take a snapshot of.
    #[error("{0} has applied nothing since its last snapshot")]
    NothingToCompact(NodeId),
    /// No node has anything new to take a snapshot of.
    #[error("no running node has applied anything since its last snapshot")]
    NothingToCompactAnywhere,
    /// The node knows no leader that it could forget.
    #[error("{0} follows nobody")]
    FollowsNobody(NodeId),
    /// The node's loop is not taken apart.
    #[error("{0} is not under the microscope")]
    NoMicroscope(NodeId),
    /// A lease is only safe where leaders check their quorum.
    #[error("lease=on needs checkquorum=on")]
    LeaseWithoutQuorum,
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
