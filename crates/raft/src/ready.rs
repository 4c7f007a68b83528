//! What a node asks of its application.

use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::{Entries, HardState, Index, Message, PeerId, Snapshot};

/// A node's part in its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers leaders and candidates, starts nothing.
    #[default]
    Follower,
    /// Asks for votes in a new term.
    Candidate,
    /// Serves clients and replicates.
    Leader,
    /// Asks whether it would get votes.
    PreCandidate,
}

/// State that need not survive a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SoftState {
    /// The leader of the current term as far as known, or nobody.
    pub lead: PeerId,
    /// The node's part.
    pub role: Role,
}

/// A confirmed read: serve it once `index` is applied (thesis §6.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReadState {
    /// The index to wait for.
    pub index: Index,
    /// The reader's own name for it.
    pub context: Bytes,
}

/// One round of work for the application.
///
/// Synchronous: make `hard_state`, `entries` and `snapshot` durable, send `messages`, apply
/// `committed`, call [`advance`](crate::RawNode::advance).
/// Asynchronous ([`Config::async_storage_writes`](crate::Config::async_storage_writes)): send `messages` now; those to a
/// storage thread carry the writes, and the messages that wait for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Set if it changed.
    pub soft_state: Option<SoftState>,
    /// Set if it changed.
    pub hard_state: Option<HardState>,
    /// Reads that were confirmed.
    pub reads: Vec<ReadState>,
    /// Entries to append; the log is truncated from the first one's index.
    pub entries: Entries,
    /// A snapshot that replaces the log.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Committed entries to apply, in order.
    pub committed: Entries,
    /// Messages to send.
    pub messages: Vec<Message>,
    /// Whether the write must be synced: there are entries, or term or vote changed.
    pub must_sync: bool,
}

impl Ready {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.soft_state.is_none()
            && self.hard_state.is_none()
            && self.snapshot.is_none()
            && self.reads.is_empty()
            && self.entries.is_empty()
            && self.committed.is_empty()
            && self.messages.is_empty()
    }

    /// Empties what the next round may not say, and keeps its memory.
    #[inline]
    pub(crate) fn reuse(&mut self) {
        self.soft_state = None;
        self.hard_state = None;
        if !self.reads.is_empty() {
            self.reads.clear();
        }
        if !self.messages.is_empty() {
            self.messages.clear();
        }
    }
}

/// What became of a snapshot that the application sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotStatus {
    /// The peer has it.
    Finished,
    /// It got lost.
    Failed,
}

impl Role {
    /// The name in etcd's transcripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Follower => "StateFollower",
            Self::Candidate => "StateCandidate",
            Self::Leader => "StateLeader",
            Self::PreCandidate => "StatePreCandidate",
        }
    }
}
