//! What can be wrong with what the world hands to the core.

use crate::{Index, PeerId};

/// The log cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StorageError {
    /// The entry is in the snapshot by now.
    #[error("requested index is unavailable due to compaction")]
    Compacted,
    /// There is no such entry yet.
    #[error("requested entry at index is unavailable")]
    Unavailable,
    /// No snapshot can be had at the moment.
    #[error("snapshot is temporarily unavailable")]
    SnapshotTemporarilyUnavailable,
    /// An older snapshot may not replace a newer one.
    #[error("requested index is older than the existing snapshot")]
    SnapshotOutOfDate,
}

/// A message or request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StepError {
    /// Nobody can take the proposal now; try again at another node or later.
    #[error("raft proposal dropped")]
    ProposalDropped,
    /// A message that only the node itself may make came from outside.
    #[error("raft: cannot step raft local message")]
    LocalMessage,
    /// An answer from somebody who is no member.
    #[error("raft: cannot step as peer not found")]
    PeerNotFound,
}

/// A snapshot cannot be asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RequestSnapshotError {
    /// There is nobody to ask.
    #[error("no leader is known to ask for a snapshot")]
    NoLeader,
    /// Leaders and candidates have nobody above them.
    #[error("only a follower can ask for a snapshot")]
    NotFollowing,
    /// One was asked for, or one waits to be installed.
    #[error("a snapshot is on its way already")]
    Underway,
    /// The log may end with entries that this leader never had, which no snapshot would reach.
    #[error("the log does not end with an entry of the present leader yet")]
    BehindLeader,
}

/// A node cannot be made this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The id is zero.
    #[error("cannot use none as id")]
    NoId,
    /// The id names a storage thread.
    #[error("cannot use local target as id")]
    LocalTargetId,
    /// No heartbeat interval.
    #[error("heartbeat tick must be greater than 0")]
    HeartbeatTicks,
    /// A follower would time out between two heartbeats.
    #[error("election tick must be greater than heartbeat tick")]
    ElectionTicks,
    /// The shortest timeout would be shorter than a lease.
    #[error("min election tick must be at least the election tick")]
    ElectionTicksMin,
    /// There would be no timeout to draw.
    #[error("max election tick must be greater than min election tick")]
    ElectionTicksMax,
    /// Nothing could ever be sent.
    #[error("max inflight messages must be greater than 0")]
    MaxInflightMessages,
    /// A full message would never fit.
    #[error("max inflight bytes must be >= max message size")]
    MaxInflightBytes,
    /// Leases need a leader that notices when it lost its quorum.
    #[error("CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased")]
    LeaseWithoutCheckQuorum,
    /// The durable commit index is outside of the durable log.
    #[error("durable commit {commit} is outside of the log [{first}, {last}]")]
    CommitOutOfRange {
        /// The durable commit index.
        commit: Index,
        /// First available index.
        first: Index,
        /// Last durable index.
        last: Index,
    },
    /// The applied index is not between the snapshot and the commit index.
    #[error("applied {applied} is outside of [{first}, {commit}]")]
    AppliedOutOfRange {
        /// The configured applied index.
        applied: Index,
        /// The index before the first available one.
        first: Index,
        /// The durable commit index.
        commit: Index,
    },
    /// The stored members contradict each other.
    #[error("stored members are inconsistent: {0}")]
    ConfState(&'static str),
    /// The log could not be read.
    #[error("cannot read the log: {0}")]
    Storage(StorageError),
    /// A member is named twice.
    #[error("node {0} is named twice")]
    Duplicate(PeerId),
}
