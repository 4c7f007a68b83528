//! The facts and reasons that events carry.

use core::fmt;

use crate::{EntryId, Index, PeerId, Term, VoteKind};

/// A vote request and the voter that looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VoteFacts {
    /// Dry run or real.
    pub kind: VoteKind,
    /// The candidate.
    pub from: PeerId,
    /// The candidate's last entry.
    pub candidate: EntryId,
    /// The voter's last entry.
    pub last: EntryId,
    /// The voter's vote before.
    pub vote: PeerId,
    /// The voter's term.
    pub term: Term,
    /// Refused only because the candidate's priority is lower than the voter's.
    pub outranked: bool,
}

/// Why a node may not campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CampaignRefusal {
    /// It leads.
    AlreadyLeader,
    /// It is no voter.
    NotVoting,
    /// It has a snapshot to install first.
    PendingSnapshot,
    /// There is no later term.
    LastTerm,
    /// A committed membership change is not applied yet.
    PendingConfChange,
}

/// Why a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferAbort {
    /// Another target replaces it.
    Replaced,
    /// An election timeout passed.
    TimedOut,
    /// The target is no voter any more.
    TargetLeft,
}

/// Why a transfer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferRefusal {
    /// The target cannot lead.
    Learner,
    /// The target leads already.
    AlreadyLeader,
    /// The same transfer is under way.
    InProgress,
    /// There is no leader to ask.
    NoLeader,
    /// It campaigns itself.
    Campaigning,
}

/// Why a proposal was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProposalRefusal {
    /// Nobody leads.
    NoLeader,
    /// This node does not forward proposals to the leader.
    NotForwarding(PeerId),
    /// The leader is handing over to this peer.
    Transferring(PeerId),
    /// Too many uncommitted bytes wait already.
    TooMuchUncommitted,
    /// The leader is no member any more.
    Removed,
    /// There is nothing in it.
    Empty,
    /// It says it changes the members, and its bytes say nothing of the kind.
    Undecodable,
}

/// Why a follower gets no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotRefusal {
    /// It does not answer.
    Inactive,
    /// There is none at the moment.
    Unavailable,
}

/// What ended a pause of replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resumed {
    /// The follower's log connects again.
    Recovered,
    /// The application reported success.
    SnapshotSucceeded,
    /// The application reported failure.
    SnapshotFailed,
}

/// Why an acknowledged write counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteRefusal {
    /// The index is not in the unstable log.
    Missing,
    /// It is the position of a snapshot that is not stable yet.
    Snapshot,
    /// The log has an entry of this other term there.
    OtherTerm(Term),
}

/// Why a proposed membership change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfChangeRefusal {
    /// An earlier one may not be applied yet.
    Unapplied {
        /// Its index at most.
        pending: Index,
        /// The applied index.
        applied: Index,
    },
    /// The joint configuration must be left first.
    Joint,
    /// There is no joint configuration to leave.
    NotJoint,
}

/// Why a read was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadRefusal {
    /// Nobody leads.
    NoLeader,
    /// A candidate cannot answer.
    Campaigning,
    /// The queue of waiting reads is full.
    QueueFull,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It is addressed to somebody else.
    NotForUs,
    /// It claims to come from this node, from nobody or from a storage thread.
    BadSender,
    /// It has no term, or one that its kind must not have.
    BadTerm,
    /// The leader of this very term says it is somebody else, or a leader hears from another one.
    TwoLeaders,
    /// Its entries do not follow each other.
    BadEntries,
    /// It says that more is committed than the log has.
    CommitBeyondLog {
        /// The commit index in the message.
        commit: Index,
        /// The last index.
        last: Index,
    },
    /// It would replace a committed entry.
    ConflictsWithCommitted {
        /// The first index that differs.
        index: Index,
        /// The commit index.
        commit: Index,
    },
    /// It acknowledges entries that were never sent.
    AcknowledgesBeyondLog {
        /// The acknowledged index.
        index: Index,
        /// The last index.
        last: Index,
    },
    /// It confirms a read round that was never asked for.
    UnknownReadRound,
    /// The snapshot's members contradict each other.
    BadSnapshot,
    /// A storage thread acknowledges what it was not given.
    BadWrite,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotForUs => f.write_str("it is addressed to somebody else"),
            Self::BadSender => f.write_str("its sender cannot have sent it"),
            Self::BadTerm => f.write_str("its term does not fit its kind"),
            Self::TwoLeaders => f.write_str("this node leads the term"),
            Self::BadEntries => f.write_str("its entries do not follow each other"),
            Self::CommitBeyondLog { commit, last } => {
                write!(f, "its commit index {commit} is beyond the last index {last}")
            }
            Self::ConflictsWithCommitted { index, commit } => {
                write!(f, "it replaces index {index}, and {commit} is committed")
            }
            Self::AcknowledgesBeyondLog { index, last } => {
                write!(f, "it acknowledges index {index}, and the last one is {last}")
            }
            Self::UnknownReadRound => f.write_str("it confirms a round that never began"),
            Self::BadSnapshot => f.write_str("its snapshot's members contradict each other"),
            Self::BadWrite => f.write_str("it acknowledges what was not handed out"),
        }
    }
}
