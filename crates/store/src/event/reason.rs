//! Why something happened, or did not.

use raft::{Index, MessageKind, PeerId, ProgressState};

use crate::{NodeId, RangeId, ReplicaId};

/// Why a table beside the log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purge {
    /// Another entry took the place of its own.
    Overwritten,
    /// The log begins after its entry now.
    Truncated,
    /// No log names it: a crash came between.
    Orphaned,
}

/// Why a message was thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Too many wait for the stream.
    StreamFull,
    /// Too many wait for the range.
    RangeBusy,
    /// It is for another replica than the one here.
    OtherReplica(ReplicaId),
    /// A replica of this id may not come back.
    Tombstone,
    /// Nobody knows where this peer is.
    UnknownPeer(PeerId),
    /// It names somebody that no message may name.
    Malformed,
}

/// What came of a command below Raft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// An empty command: a new leader's, or one that woke a leader.
    Nothing,
    /// It took effect.
    Done,
    /// It was proposed under another lease.
    LeaseMismatch {
        /// The lease that it was proposed under.
        proposed: u64,
        /// The lease in force.
        current: u64,
    },
    /// A command with this or a later lease index was applied before.
    LeaseIndexPassed {
        /// Its index.
        max_lease_index: u64,
        /// The lease applied index.
        applied: u64,
    },
    /// The lease that it would follow was extended meanwhile: it is the second copy, or comes too late.
    LeaseExtended,
    /// The new leaseholder is no member.
    NoMember,
    /// The bytes are no command.
    Unreadable,
}

/// Why a replica woke up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wake {
    /// Somebody here proposes or asks for something.
    Proposal,
    /// A Raft message came that does not let it sleep.
    Message(MessageKind),
    /// A node that it had left behind lives again.
    Revived(NodeId),
    /// The range is new.
    Created,
    /// A snapshot of this range, which was split off it, has no place before it has applied the split.
    Overlap(RangeId),
    /// A person asked for it.
    Asked,
}

/// Why a lease is not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferRefusal {
    /// The replica that was asked does not hold it.
    NotLeaseHolder,
    /// The range has no replica on that store.
    NotMember,
    /// The store has the lease already.
    HasIt,
    /// The node of that store does not live, as far as is known.
    NotLive,
    /// The holder does not lead: it cannot tell what the other replica has.
    NotLeader,
    /// The other replica may need a snapshot before it could serve.
    MayNeedSnapshot {
        /// The last entry that it is known to have.
        matched: Index,
        /// How it is being sent to.
        state: ProgressState,
    },
}

/// Why a follower does not fall asleep with its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuiesceRefusal {
    /// It is in another term.
    Term,
    /// It does not know all of it to be committed.
    Commit,
    /// It follows somebody else.
    Leader,
    /// It waits for a proposal.
    PendingProposals,
    /// It knows that a node which the leader left behind lives.
    Lives(NodeId),
}
