//! Snapshots: a replica's whole state, for a follower that the log cannot help any more.
//!
//! ```text
//!   sender                                      receiver
//!   engine snapshot at the applied index
//!   Header ────────────────────────────────▶    checks, waits for the one slot
//!          ◀──────────────────── Accepted      placeholder for its keys
//!   Batch, Batch, .. as the rate allows ───▶    tables, each of which deletes its span first
//!   Final ─────────────────────────────────▶    MsgSnap to Raft; all tables ingested at once
//!          ◀───────────────────── Applied
//! ```
//! Nothing of a stream is there before its end. Whoever hears nothing for too long, or that the other
//! one died, forgets the stream; what a crash leaves behind is removed at the next start.

mod contents;
mod streams;
mod tables;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;
use lsm::Seq;
use raft::{Body, EntryId, Message, Term};

pub(crate) use self::contents::{KvReader, spans};
pub use self::streams::{Incoming, Outgoing, SendPhase, Snapshots, Waiting};
pub(crate) use self::streams::{Offer, Staged};
pub(crate) use self::tables::SpanTables;
use crate::{RangeId, ReplicaId, ReplicaState, StoreId};

/// The name of a stream: no two streams of any stores have the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId {
    /// Who sends it.
    pub store: StoreId,
    /// Counted by the sender; a restart begins anew, higher.
    pub serial: u64,
}

/// What a snapshot is, before any of it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SnapshotHeader {
    /// The replica's state at the applied index: its descriptor among that.
    pub state: ReplicaState,
    /// The leader's replica.
    pub from: ReplicaId,
    /// The follower's.
    pub to: ReplicaId,
    /// The leader's term.
    pub term: Term,
    /// How many batches there are.
    pub batches: u64,
    /// The bytes of all of them.
    pub bytes: u64,
}

impl SnapshotHeader {
    /// The last entry that it covers.
    pub fn last(&self) -> EntryId {
        self.state.applied.entry
    }

    /// Which range's.
    pub fn range(&self) -> RangeId {
        self.state.descriptor.range
    }

    /// Whether there are no user keys in it: it waits for nobody then.
    pub fn is_empty(&self) -> bool {
        self.state.applied.stats.versions == 0
    }

    /// What Raft is told: the position and members, and in place of the data the stream's name.
    pub(crate) fn message(&self, id: SnapshotId) -> Message {
        let mut data = Vec::from(id.store.0.to_le_bytes());
        data.extend_from_slice(&id.serial.to_le_bytes());
        let snapshot = raft::Snapshot {
            last: self.last(),
            conf_state: self.state.descriptor.conf_state(),
            data: data.into(),
        };
        let (from, to) = (self.from.peer(), self.to.peer());
        Message { from, to, term: self.term, body: Body::Snapshot(Arc::new(snapshot)) }
    }
}

/// A message of a snapshot's stream, either way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SnapshotMessage {
    /// Which stream's.
    pub id: SnapshotId,
    /// Which range's.
    pub range: RangeId,
    /// What it says.
    pub body: SnapshotBody,
}

/// What is said in a snapshot's stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotBody {
    /// The sender offers a snapshot.
    Header(Box<SnapshotHeader>),
    /// The receiver wants it.
    Accepted,
    /// The receiver does not want it, or not any more.
    Refused(SnapshotRefusal),
    /// A part of it.
    Batch {
        /// Counted from zero.
        number: u64,
        /// Keys and values, as a batch of the engine.
        data: Bytes,
    },
    /// That was all.
    Final,
    /// The sender has given up.
    Cancelled,
    /// The receiver's replica has this state now.
    Applied,
    /// The receiver's replica was further already.
    Ignored,
}

/// Why a receiver does not want a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotRefusal {
    /// Another replica here, or one that is about to come, has some of its keys.
    Overlap(RangeId),
    /// Its descriptor does not name this store's replica.
    NotMember,
    /// The replica here has another name.
    OtherReplica(ReplicaId),
    /// A replica of this name may not come back.
    TooOld,
    /// A part is missing.
    OutOfOrder,
    /// The bytes are no part of such a snapshot.
    Unreadable,
    /// Nobody here knows of such a stream.
    Unknown,
}

/// How a stream ended, as one side sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotEnd {
    /// The receiver has it.
    Applied,
    /// The receiver was further already.
    Ignored,
    /// The receiver did not want it.
    Refused(SnapshotRefusal),
    /// The sender gave up.
    Cancelled,
    /// The other side said nothing for too long.
    TimedOut,
    /// The other side's node died, or started anew.
    PeerLost,
}

/// What happens to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotEvent {
    /// The sender pinned a moment of its engine and offers it.
    Offered {
        /// To whom.
        to: StoreId,
        /// The last entry that it covers.
        last: EntryId,
        /// The engine's sequence number that stays readable.
        pinned: Seq,
        /// How many batches there will be.
        batches: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// Another snapshot is being received: this one waits.
    Waits {
        /// From whom it comes.
        from: StoreId,
    },
    /// The receiver wants it.
    Accepted {
        /// From whom it comes.
        from: StoreId,
    },
    /// The receiver does not want it, or not any more.
    Refused {
        /// From whom it comes.
        from: StoreId,
        /// Why.
        why: SnapshotRefusal,
    },
    /// A batch left.
    BatchSent {
        /// To whom.
        to: StoreId,
        /// Which one, counted from one.
        number: u64,
        /// Of how many.
        of: u64,
        /// Its bytes.
        bytes: usize,
    },
    /// A batch came, and went into the tables.
    BatchReceived {
        /// From whom.
        from: StoreId,
        /// Which one, counted from one.
        number: u64,
        /// Of how many.
        of: u64,
        /// Its bytes.
        bytes: usize,
    },
    /// It is this replica's state now.
    Applied {
        /// The last entry that it covers.
        last: EntryId,
        /// How many tables were ingested.
        tables: usize,
    },
    /// Raft did not want it: the replica was further already.
    Ignored {
        /// The last entry that it covers.
        last: EntryId,
    },
    /// The sender is done with it: nothing is pinned any more.
    Ended(SnapshotEnd),
    /// The receiver forgets what it had of it.
    Abandoned(SnapshotEnd),
}
