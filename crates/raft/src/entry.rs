//! Log entries, hard state and snapshots: what a group agrees on and what a disk keeps.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{EntryId, Index, PeerId, Term};

/// What an entry is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A command for the state machine, or the empty entry of a new leader.
    #[default]
    Normal,
    /// A membership change of one member (Raft §6, thesis §4.1).
    ConfChange,
    /// A membership change in joint form (Raft §6, thesis §4.3).
    ConfChangeV2,
    /// A membership change that the leader refused: it keeps its place in the log and does nothing.
    /// etcd stores and prints it as an empty normal entry.
    Refused,
}

/// One log entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its term and index.
    pub id: EntryId,
    /// What it is for.
    pub kind: EntryKind,
    /// The command, opaque to Raft and shared rather than copied. Empty in a new leader's first entry.
    pub data: Bytes,
}

/// What must survive a crash beside the log (Raft Figure 2, "persistent state").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HardState {
    /// The latest term this node has seen.
    pub term: Term,
    /// Whom it voted for in that term, or nobody.
    pub vote: PeerId,
    /// The highest index known committed. May be forgotten: it is a hint that saves work.
    pub commit: Index,
}

/// The members of a group, as a snapshot stores them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConfState {
    /// Voters of the incoming (or only) configuration.
    pub voters: Vec<PeerId>,
    /// Members that receive the log and do not count for quorums.
    pub learners: Vec<PeerId>,
    /// Voters of the outgoing configuration; empty unless joint.
    pub voters_outgoing: Vec<PeerId>,
    /// Outgoing voters that become learners when the joint configuration is left.
    pub learners_next: Vec<PeerId>,
    /// Whether the leader leaves the joint configuration by itself.
    pub auto_leave: bool,
}

/// A state machine at a position of the log, in place of the log up to it (Raft §7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The last entry that it covers.
    pub last: EntryId,
    /// The members at that position.
    pub conf_state: ConfState,
    /// The state machine's bytes.
    pub data: Bytes,
}
