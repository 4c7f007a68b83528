//! What happened, as typed facts. The core prints nothing: transcripts, narration and traces are
//! printers over this one stream. Steady replication emits no event unless it is traced, so the
//! stream costs nothing where speed matters.

mod cite;
mod level;
mod reason;

use alloc::boxed::Box;
use alloc::vec::Vec;

pub use self::cite::Cite;
pub use self::level::Level;
pub use self::reason::{
    CampaignRefusal, ConfChangeRefusal, ProposalRefusal, ReadRefusal, Refusal, Resumed,
    SnapshotRefusal, TransferAbort, TransferRefusal, VoteFacts, WriteRefusal,
};
use crate::conf_change::{ConfChange, Membership};
use crate::log::LogView;
use crate::message::MessageKind;
use crate::{
    ConfState, EntryId, Index, PeerId, ProgressView, Role, StepError, Term, Traced, VoteKind,
};

/// One thing that happened in a node. "Term" without more is the node's own.
///
/// In this order: roles, elections, transfer, leading, following, storage, members, reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The node was made from its storage.
    Started {
        /// The voters of both halves.
        peers: Vec<PeerId>,
        /// The durable term.
        term: Term,
        /// The durable commit index.
        commit: Index,
        /// What the application says it has applied.
        applied: Index,
        /// The last entry.
        last: EntryId,
    },
    /// It follows, a leader or nobody.
    BecameFollower {
        /// The term.
        term: Term,
        /// Whom it follows.
        lead: PeerId,
    },
    /// It asks whether it would win.
    BecamePreCandidate {
        /// The term, unchanged.
        term: Term,
    },
    /// It campaigns.
    BecameCandidate {
        /// The new term.
        term: Term,
    },
    /// It won.
    BecameLeader {
        /// The term.
        term: Term,
    },
    /// All conditions for a campaign hold.
    ElectionStarted {
        /// The term before it.
        term: Term,
    },
    /// It may not campaign.
    CampaignRefused {
        /// The term.
        term: Term,
        /// Why.
        why: CampaignRefusal,
    },
    /// A vote was asked for.
    VoteRequested {
        /// Dry run or real.
        kind: VoteKind,
        /// Of whom.
        to: PeerId,
        /// The term.
        term: Term,
        /// The candidate's last entry.
        last: EntryId,
    },
    /// A vote was granted to somebody.
    VoteCast(VoteFacts),
    /// A vote was refused.
    VoteRejected(VoteFacts),
    /// A vote request was not even answered: the leader's lease still runs.
    VoteIgnored {
        /// The request.
        facts: VoteFacts,
        /// Ticks until the lease runs out.
        remaining_ticks: u32,
    },
    /// A voter answered.
    VoteReceived {
        /// Dry run or real.
        kind: VoteKind,
        /// Who answered.
        from: PeerId,
        /// The term.
        term: Term,
        /// The answer.
        granted: bool,
    },
    /// The votes so far.
    VotesTallied {
        /// Dry run or real.
        kind: VoteKind,
        /// How many voters granted.
        granted: usize,
        /// How many refused.
        rejected: usize,
    },
    /// A message of a later term arrived.
    HigherTerm {
        /// Which message.
        kind: MessageKind,
        /// From whom.
        from: PeerId,
        /// The term so far.
        own: Term,
        /// The message's.
        theirs: Term,
    },
    /// A message of an earlier term was ignored.
    LowerTerm {
        /// Which message.
        kind: MessageKind,
        /// From whom.
        from: PeerId,
        /// The term.
        own: Term,
        /// The message's.
        theirs: Term,
    },
    /// A leader heard from no quorum for an election timeout.
    QuorumLost,

    /// A transfer began.
    TransferStarted {
        /// The term.
        term: Term,
        /// Who shall lead.
        to: PeerId,
    },
    /// A transfer ended without success.
    TransferAborted {
        /// The term.
        term: Term,
        /// Who should have led.
        to: PeerId,
        /// Why.
        why: TransferAbort,
    },
    /// A transfer was not even begun.
    TransferRefused {
        /// The term.
        term: Term,
        /// Who should have led.
        to: PeerId,
        /// Why.
        why: TransferRefusal,
    },
    /// The target was told to campaign.
    TimeoutNowSent {
        /// The target.
        to: PeerId,
        /// Whether it had to catch up first.
        caught_up: bool,
    },
    /// The leader wants this node to campaign.
    TimeoutNowReceived {
        /// The term.
        term: Term,
        /// The leader.
        from: PeerId,
    },
    /// It is campaigning already.
    TimeoutNowIgnored {
        /// The term.
        term: Term,
        /// Its role.
        role: Role,
        /// The sender.
        from: PeerId,
    },
    /// The application says that the leader is gone.
    LeaderForgotten {
        /// The term.
        term: Term,
        /// The leader.
        lead: PeerId,
    },
    /// With lease-based reads a leader may not be forgotten.
    ForgetLeaderRefused,

    /// A proposal went no further.
    ProposalDropped {
        /// The term.
        term: Term,
        /// Why.
        why: ProposalRefusal,
    },
    /// Somebody who is no member was named or answered.
    UnknownPeer {
        /// Who.
        peer: PeerId,
    },
    /// A follower refused an append.
    RejectionReceived {
        /// Who.
        from: PeerId,
        /// The refused `prev` index.
        index: Index,
        /// Where its log may still agree.
        hint: EntryId,
    },
    /// The leader steps back with this follower.
    ProgressDecreased {
        /// The follower.
        peer: PeerId,
        /// Its progress, `next` already lowered.
        progress: ProgressView,
    },
    /// The application could not reach a peer.
    PeerUnreachable {
        /// The peer.
        peer: PeerId,
        /// Its progress.
        progress: ProgressView,
    },
    /// A follower needs a snapshot and gets none.
    SnapshotWithheld {
        /// The follower.
        to: PeerId,
        /// Why.
        why: SnapshotRefusal,
    },
    /// A follower needs entries that are compacted.
    SnapshotSent {
        /// The follower.
        to: PeerId,
        /// The first available index.
        first: Index,
        /// The commit index.
        commit: Index,
        /// The last entry of the snapshot.
        snapshot: EntryId,
        /// The follower's progress before.
        progress: ProgressView,
    },
    /// No entries are sent while the snapshot is on its way.
    ReplicationPaused {
        /// The follower.
        to: PeerId,
        /// Its progress.
        progress: ProgressView,
    },
    /// Entries are sent again.
    ReplicationResumed {
        /// The follower.
        to: PeerId,
        /// What ended the pause.
        why: Resumed,
        /// Its progress.
        progress: ProgressView,
    },
    /// An append does not fit the log.
    AppendRejected {
        /// The leader.
        from: PeerId,
        /// The entry that the log lacks.
        prev: EntryId,
        /// The term that the log has there; zero if none.
        own: Term,
    },
    /// Uncommitted entries give way to the leader's.
    ConflictFound {
        /// The first index that differs.
        index: Index,
        /// The log's term there.
        existing: Term,
        /// The leader's term there.
        conflicting: Term,
    },
    /// The end of the log is replaced.
    TailReplaced {
        /// The first new index.
        index: Index,
        /// How many entries before it are still unstable; with none, durable ones are replaced too.
        kept: usize,
    },
    /// The leader's snapshot is about to replace the log.
    RestoreStarted {
        /// The log before.
        log: Box<LogView>,
        /// The snapshot's last entry.
        snapshot: EntryId,
    },
    /// The snapshot replaced the log.
    SnapshotRestored {
        /// The commit index after.
        commit: Index,
        /// The last entry after.
        last: EntryId,
        /// The snapshot's last entry.
        snapshot: EntryId,
    },
    /// The restored snapshot is acknowledged.
    SnapshotAccepted {
        /// The commit index.
        commit: Index,
        /// The snapshot's last entry.
        snapshot: EntryId,
    },
    /// The log has the snapshot's last entry, so only the commit index moves.
    SnapshotMatched {
        /// The commit index before.
        commit: Index,
        /// The last entry.
        last: EntryId,
        /// The snapshot's last entry.
        snapshot: EntryId,
    },
    /// The snapshot did not replace the log.
    SnapshotIgnored {
        /// The commit index.
        commit: Index,
        /// The snapshot's last entry.
        snapshot: EntryId,
    },
    /// The snapshot's members do not include this node.
    SnapshotNotForUs {
        /// Its members.
        conf_state: Box<ConfState>,
    },
    /// A late acknowledgment of a write of an earlier term.
    StaleWriteIgnored {
        /// The term.
        own: Term,
        /// The write's.
        theirs: Term,
    },
    /// An acknowledgment of a write that the log has moved past.
    WriteIgnored {
        /// The acknowledged entry.
        acknowledged: EntryId,
        /// Why.
        why: WriteRefusal,
    },
    /// Other members, or the first ones.
    ConfigurationSwitched {
        /// All of them.
        members: Box<Membership>,
    },
    /// A proposed change became an empty entry.
    ConfChangeRefused {
        /// The change.
        change: Box<ConfChange>,
        /// The members.
        members: Box<Membership>,
        /// Why.
        why: ConfChangeRefusal,
    },
    /// The leader proposed to leave the joint configuration.
    AutoLeaveStarted {
        /// The members.
        members: Box<Membership>,
    },
    /// It could not.
    AutoLeaveRefused {
        /// The members.
        members: Box<Membership>,
        /// Why.
        error: StepError,
    },
    /// A read request went nowhere.
    ReadDropped {
        /// The term.
        term: Term,
        /// Why.
        why: ReadRefusal,
    },
    /// A message that no correct peer sends.
    Refused {
        /// Which message.
        kind: MessageKind,
        /// From whom.
        from: PeerId,
        /// What is wrong.
        why: Refusal,
    },
    /// A step of the TLA+ specification.
    Traced(Box<Traced>),
}
