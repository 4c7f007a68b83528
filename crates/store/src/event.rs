//! What happened, and because of what.

mod reason;

use alloc::boxed::Box;
use alloc::sync::Arc;

use det::Time;
use lsm::{Ingest, Placed};
use raft::{EntryId, MessageKind};

pub use self::reason::{Loss, Outcome, Purge, QuiesceRefusal, TransferRefusal, Wake};
use crate::quiesce::Awake;
use crate::truncate::TruncateDecision;
use crate::{
    CommandId, Lease, Liveness, NodeId, RangeId, ReplicaId, RequestId, SnapshotEvent, SnapshotId,
    StoreId, Worked,
};

/// The name of an event: no two events of any stores have the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// Whose.
    pub store: StoreId,
    /// Counted by the store; a restart begins anew, higher.
    pub serial: u64,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event that it followed from; `None` for what a clock or a person started.
    pub cause: Option<EventId>,
    /// What.
    pub kind: EventKind,
}

/// What happened, at the store that the event's name tells.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The store started with so many replicas.
    Started {
        /// How often it started before.
        life: u64,
        /// How many replicas it has.
        replicas: usize,
    },
    /// A disk failed; the store does nothing more.
    Failed(lsm::Error),
    /// A Raft message left alone.
    Sent {
        /// Which range's.
        range: RangeId,
        /// To which store.
        to: StoreId,
        /// What kind.
        kind: MessageKind,
    },
    /// One message with heartbeats of many ranges left, or one with answers.
    SentCoalesced {
        /// To which store.
        to: StoreId,
        /// Requests or responses.
        kind: MessageKind,
        /// How many are in it.
        beats: usize,
    },
    /// A coalesced message arrived and became a step for each range in it.
    Unfolded {
        /// From where.
        from: StoreId,
        /// Requests or responses.
        kind: MessageKind,
        /// How many were in it.
        beats: usize,
    },
    /// A Raft message reached its range.
    Stepped {
        /// Which.
        range: RangeId,
        /// From which replica.
        from: ReplicaId,
        /// What kind.
        kind: MessageKind,
    },
    /// A message was thrown away.
    Dropped {
        /// Which range's.
        range: RangeId,
        /// What kind.
        kind: MessageKind,
        /// Why.
        why: Loss,
    },
    /// The Raft core of a range reports something.
    Raft {
        /// Which range's.
        range: RangeId,
        /// What.
        event: Box<raft::Event>,
    },
    /// A Raft group came to life.
    Loaded {
        /// Which range's.
        range: RangeId,
    },
    /// A message for a range unknown here made a replica that does not know its keys yet.
    Uninitialized {
        /// Which range's.
        range: RangeId,
        /// The replica.
        replica: ReplicaId,
    },
    /// The log was written, not yet synced.
    Written {
        /// Which range's.
        range: RangeId,
        /// The first entry written; `None` if only the hard state changed.
        first: Option<EntryId>,
        /// The last one.
        last: Option<EntryId>,
    },
    /// A sync ended: so many ranges had waited for it.
    Synced {
        /// How many.
        ranges: usize,
    },
    /// An engine flushed a memtable, or tables went down a level.
    Worked(Arc<Worked>),
    /// Tables of entries were put beside the log, durably, before the log names them.
    Sideloaded {
        /// Which range's.
        range: RangeId,
        /// The last of the entries.
        entry: EntryId,
        /// The bytes of all their tables.
        bytes: u64,
    },
    /// The state engine took a table in, before the applied index moves.
    Ingested {
        /// Which range's.
        range: RangeId,
        /// The entry that it came with.
        entry: EntryId,
        /// Whether its file beside the log got one more name or was copied; `None` if the table stood
        /// in the log itself.
        how: Option<Ingest>,
        /// The table, its level, and what kept it from going deeper.
        placed: Box<Placed>,
    },
    /// A table beside the log is gone.
    Purged {
        /// Which range's.
        range: RangeId,
        /// The entry that it belonged to.
        entry: EntryId,
        /// Its bytes.
        bytes: u64,
        /// Why.
        why: Purge,
    },
    /// An entry was applied.
    Applied {
        /// Which range's.
        range: RangeId,
        /// Which.
        entry: EntryId,
        /// The command; zero for the empty one.
        command: CommandId,
        /// What came of it.
        outcome: Outcome,
        /// Its place among the commands of its lease; zero if it has none.
        lease_index: u64,
    },
    /// A client's request reached its range.
    Requested {
        /// Which range.
        range: RangeId,
        /// Which request.
        request: RequestId,
    },
    /// It waits for the keys of an earlier one.
    LatchWait {
        /// Which range.
        range: RangeId,
        /// Which request.
        request: RequestId,
    },
    /// A write may not come before a read that was answered: its timestamp is moved up.
    Pushed {
        /// Which range.
        range: RangeId,
        /// Which request.
        request: RequestId,
        /// From when.
        from: Time,
        /// To when.
        to: Time,
    },
    /// A request was evaluated.
    Evaluated {
        /// Which range's.
        range: RangeId,
        /// Keys read or written.
        keys: u64,
        /// Bytes of the batch that came of it.
        bytes: usize,
    },
    /// The rows of a range were sorted by way of the temporary engine.
    Sorted {
        /// Which.
        range: RangeId,
        /// How many rows it has.
        rows: usize,
        /// What the temporary engine has written so far, in bytes.
        written_bytes: u64,
    },
    /// A client was answered.
    Answered {
        /// Which range.
        range: RangeId,
        /// Which request.
        request: RequestId,
        /// Whether it got what it asked for.
        is_ok: bool,
    },
    /// A command was proposed.
    Proposed {
        /// Which range's.
        range: RangeId,
        /// Which.
        command: CommandId,
        /// Its lease index.
        max_lease_index: u64,
        /// For the how-manieth time, counted from zero.
        attempt: u32,
    },
    /// A range was split here.
    Split {
        /// The range that goes on, with fewer keys.
        left: RangeId,
        /// The new one.
        right: RangeId,
    },
    /// A leader proposes to drop a part of its range's log.
    TruncationProposed {
        /// Which range's.
        range: RangeId,
        /// Which part, and what protects the rest.
        decision: TruncateDecision,
    },
    /// A replica dropped a part of its log.
    LogTruncated {
        /// Which range's.
        range: RangeId,
        /// The last entry that is gone.
        truncated: EntryId,
        /// How many entries went.
        entries: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Something happened to the stream of a snapshot.
    Snapshot {
        /// Which stream.
        id: SnapshotId,
        /// Which range's.
        range: RangeId,
        /// What.
        what: SnapshotEvent,
    },
    /// Another lease is in force.
    LeaseChanged {
        /// Which range's.
        range: RangeId,
        /// The lease.
        lease: Lease,
        /// Whether it is the one before with a later end.
        extends: bool,
    },
    /// The lease of a range is not handed over.
    TransferRefused {
        /// Which range's.
        range: RangeId,
        /// To whom it should have gone.
        to: StoreId,
        /// Why.
        why: TransferRefusal,
    },
    /// A leader put its range to sleep, leaving these nodes behind.
    Quiesced {
        /// Which.
        range: RangeId,
        /// How many nodes are dead and may lag.
        lagging: usize,
    },
    /// A follower fell asleep with its leader.
    FellAsleep {
        /// Which range's.
        range: RangeId,
    },
    /// A follower did not accept that.
    QuiesceRefused {
        /// Which range's.
        range: RangeId,
        /// Why.
        why: QuiesceRefusal,
    },
    /// A replica woke up.
    Woke {
        /// Which range's.
        range: RangeId,
        /// Why.
        why: Wake,
    },
    /// The leader would put the range to sleep and may not: told when the reason changes.
    StaysAwake {
        /// Which.
        range: RangeId,
        /// Why.
        why: Awake,
    },
    /// A node's liveness record was renewed.
    LivenessLearned {
        /// Whose.
        node: NodeId,
        /// The record.
        record: Liveness,
        /// It counted as dead before.
        revived: bool,
    },
    /// The record of a dead node has another epoch now: its leases of the old one are over for good.
    EpochEnded {
        /// Whose.
        node: NodeId,
        /// The record.
        record: Liveness,
    },
    /// A node's liveness record ran out.
    LivenessExpired {
        /// Whose.
        node: NodeId,
    },
    /// A sender does not know yet that its replica was replaced.
    TooOld {
        /// Which range's.
        range: RangeId,
        /// The replica.
        replica: ReplicaId,
    },
}
