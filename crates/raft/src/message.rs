//! The messages of the protocol: one variant per RPC, with only its own fields.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::{Entries, Entry, EntryId, HardState, Index, PeerId, Snapshot, Term};

/// One message between peers, or between a node and its storage threads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// Who sent it. For a transfer request: who shall lead.
    pub from: PeerId,
    /// Who shall receive it.
    pub to: PeerId,
    /// The sender's term, the term campaigned for, or zero where the message belongs to no term.
    pub term: Term,
    /// What it says.
    pub body: Body,
}

/// Votes that change the term, and votes that only ask (thesis §9.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoteKind {
    /// Would you vote for me? Changes nobody's term.
    PreVote,
    /// Vote for me (Raft §5.2).
    Vote,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// AppendEntries (Raft §5.3).
    Append {
        /// The entry just before the new ones.
        prev: EntryId,
        /// The new entries, shared with the sender's log.
        entries: Entries,
        /// The leader's commit index.
        commit: Index,
    },
    /// The follower's log now matches the leader's up to this index.
    Accepted {
        /// The last index known to match.
        index: Index,
    },
    /// The follower's log does not contain `prev` of the request.
    Rejected {
        /// The index of the refused `prev`.
        index: Index,
        /// Where the logs may still agree; its term is zero if unknown.
        hint: EntryId,
    },
    /// RequestVote (Raft §5.2, §5.4.1) or its dry run.
    Vote {
        /// Which of the two.
        kind: VoteKind,
        /// The candidate's last entry.
        last: EntryId,
        /// A leader asked for this election, so leases do not protect it (thesis §3.10).
        transfer: bool,
        /// The candidate's [priority](crate::Config::priority).
        priority: i64,
    },
    /// The answer to a vote request.
    VoteResponse {
        /// Which request it answers.
        kind: VoteKind,
        /// Whether the vote was refused.
        reject: bool,
    },
    /// InstallSnapshot (Raft §7).
    Snapshot(Arc<Snapshot>),
    /// A follower wants a snapshot although its log needs none; etcd has no such message.
    SnapshotRequest {
        /// The index that it must reach at least.
        index: Index,
    },
    /// A leader is alive. Carries no entries and never more commit than the peer is known to hold.
    Heartbeat {
        /// The smaller of the peer's match and the leader's commit.
        commit: Index,
        /// A counter that confirms reads (thesis §6.4); zero if no read waits.
        context: u64,
    },
    /// The answer to a heartbeat.
    HeartbeatResponse {
        /// The heartbeat's context.
        context: u64,
    },
    /// The follower's whole log is committed up to this index. Only to one that has acknowledged all
    /// that it was sent: an answer could say nothing new, so there is none; etcd has no such message
    /// ([`quiet_commits`](crate::Config::quiet_commits)).
    Commit {
        /// The leader's commit index.
        index: Index,
    },
    /// Entries on the way to the leader. Their term and index are not set yet.
    Propose {
        /// The proposed entries.
        entries: Vec<Entry>,
    },
    /// Make the sender field's peer the leader (thesis §3.10).
    TransferLeader,
    /// Campaign now.
    TimeoutNow,
    /// Which index may a read be served at? (thesis §6.4)
    ReadIndex {
        /// The asker's own name for the read.
        context: Bytes,
    },
    /// A read may be served once this index is applied.
    ReadIndexResponse {
        /// The index.
        index: Index,
        /// The asker's own name for the read.
        context: Bytes,
    },
    /// To the append thread: make this durable, then deliver the responses.
    StorageAppend(Box<StorageAppend>),
    /// From the append thread: it is durable.
    StorageAppended {
        /// The last entry of the log when the write was handed out, if any was unstable.
        last: Option<EntryId>,
        /// The snapshot that became durable.
        snapshot: Option<Arc<Snapshot>>,
    },
    /// To the apply thread: apply these, then deliver the response.
    StorageApply {
        /// Committed entries, in order.
        entries: Entries,
        /// The message to step when they are applied.
        responses: Vec<Message>,
    },
    /// From the apply thread: these are applied.
    StorageApplied {
        /// The applied entries.
        entries: Entries,
    },
}

/// One write for the append thread (asynchronous storage writes).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct StorageAppend {
    /// The hard state to store, if it changed.
    pub hard_state: Option<HardState>,
    /// Entries to append, truncating the log from the first one's index.
    pub entries: Entries,
    /// A snapshot that replaces the log.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Whether the write must be synced to disk before the responses are delivered.
    pub must_sync: bool,
    /// Messages that may leave only when this write is durable: votes, acknowledgments, and the
    /// node's own `StorageAppended`. Those to the node itself are stepped, the others are sent.
    pub responses: Vec<Message>,
}

/// The kind of a message by its name in etcd's transcripts, local inputs included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// Local: campaign.
    Hup,
    /// Local: send heartbeats.
    Beat,
    /// [`Body::Propose`].
    Prop,
    /// [`Body::Append`].
    App,
    /// [`Body::Accepted`] and [`Body::Rejected`].
    AppResp,
    /// [`Body::Vote`] for real.
    Vote,
    /// [`Body::VoteResponse`] for real.
    VoteResp,
    /// [`Body::Snapshot`].
    Snap,
    /// [`Body::Heartbeat`].
    Heartbeat,
    /// [`Body::HeartbeatResponse`].
    HeartbeatResp,
    /// Local: a peer cannot be reached.
    Unreachable,
    /// Local: what became of a snapshot.
    SnapStatus,
    /// Local: check that a quorum is active.
    CheckQuorum,
    /// [`Body::TransferLeader`].
    TransferLeader,
    /// [`Body::TimeoutNow`].
    TimeoutNow,
    /// [`Body::ReadIndex`].
    ReadIndex,
    /// [`Body::ReadIndexResponse`].
    ReadIndexResp,
    /// [`Body::Vote`] as a dry run.
    PreVote,
    /// [`Body::VoteResponse`] to a dry run.
    PreVoteResp,
    /// [`Body::StorageAppend`].
    StorageAppend,
    /// [`Body::StorageAppended`].
    StorageAppendResp,
    /// [`Body::StorageApply`].
    StorageApply,
    /// [`Body::StorageApplied`].
    StorageApplyResp,
    /// Local: forget the leader.
    ForgetLeader,
    /// [`Body::SnapshotRequest`], unknown to etcd.
    SnapRequest,
    /// [`Body::Commit`], unknown to etcd.
    Commit,
}

impl MessageKind {
    /// All kinds, in etcd's order; ours last.
    pub const ALL: [Self; 26] = [
        Self::Hup,
        Self::Beat,
        Self::Prop,
        Self::App,
        Self::AppResp,
        Self::Vote,
        Self::VoteResp,
        Self::Snap,
        Self::Heartbeat,
        Self::HeartbeatResp,
        Self::Unreachable,
        Self::SnapStatus,
        Self::CheckQuorum,
        Self::TransferLeader,
        Self::TimeoutNow,
        Self::ReadIndex,
        Self::ReadIndexResp,
        Self::PreVote,
        Self::PreVoteResp,
        Self::StorageAppend,
        Self::StorageAppendResp,
        Self::StorageApply,
        Self::StorageApplyResp,
        Self::ForgetLeader,
        Self::SnapRequest,
        Self::Commit,
    ];

    /// The name in etcd's transcripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hup => "MsgHup",
            Self::Beat => "MsgBeat",
            Self::Prop => "MsgProp",
            Self::App => "MsgApp",
            Self::AppResp => "MsgAppResp",
            Self::Vote => "MsgVote",
            Self::VoteResp => "MsgVoteResp",
            Self::Snap => "MsgSnap",
            Self::Heartbeat => "MsgHeartbeat",
            Self::HeartbeatResp => "MsgHeartbeatResp",
            Self::Unreachable => "MsgUnreachable",
            Self::SnapStatus => "MsgSnapStatus",
            Self::CheckQuorum => "MsgCheckQuorum",
            Self::TransferLeader => "MsgTransferLeader",
            Self::TimeoutNow => "MsgTimeoutNow",
            Self::ReadIndex => "MsgReadIndex",
            Self::ReadIndexResp => "MsgReadIndexResp",
            Self::PreVote => "MsgPreVote",
            Self::PreVoteResp => "MsgPreVoteResp",
            Self::StorageAppend => "MsgStorageAppend",
            Self::StorageAppendResp => "MsgStorageAppendResp",
            Self::StorageApply => "MsgStorageApply",
            Self::StorageApplyResp => "MsgStorageApplyResp",
            Self::ForgetLeader => "MsgForgetLeader",
            Self::SnapRequest => "MsgSnapRequest",
            Self::Commit => "MsgCommit",
        }
    }

    /// The kind of a vote request.
    pub(crate) fn vote(kind: VoteKind) -> Self {
        match kind {
            VoteKind::PreVote => Self::PreVote,
            VoteKind::Vote => Self::Vote,
        }
    }

    /// The kind of the answer to a vote request.
    pub(crate) fn vote_response(kind: VoteKind) -> Self {
        match kind {
            VoteKind::PreVote => Self::PreVoteResp,
            VoteKind::Vote => Self::VoteResp,
        }
    }
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Append { .. } => MessageKind::App,
            Self::Accepted { .. } | Self::Rejected { .. } => MessageKind::AppResp,
            Self::Vote { kind, .. } => MessageKind::vote(*kind),
            Self::VoteResponse { kind, .. } => MessageKind::vote_response(*kind),
            Self::Snapshot(_) => MessageKind::Snap,
            Self::SnapshotRequest { .. } => MessageKind::SnapRequest,
            Self::Heartbeat { .. } => MessageKind::Heartbeat,
            Self::HeartbeatResponse { .. } => MessageKind::HeartbeatResp,
            Self::Commit { .. } => MessageKind::Commit,
            Self::Propose { .. } => MessageKind::Prop,
            Self::TransferLeader => MessageKind::TransferLeader,
            Self::TimeoutNow => MessageKind::TimeoutNow,
            Self::ReadIndex { .. } => MessageKind::ReadIndex,
            Self::ReadIndexResponse { .. } => MessageKind::ReadIndexResp,
            Self::StorageAppend(_) => MessageKind::StorageAppend,
            Self::StorageAppended { .. } => MessageKind::StorageAppendResp,
            Self::StorageApply { .. } => MessageKind::StorageApply,
            Self::StorageApplied { .. } => MessageKind::StorageApplyResp,
        }
    }
}
