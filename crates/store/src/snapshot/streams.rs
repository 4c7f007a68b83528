//! The streams of snapshots that a store sends and receives.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use det::Time;
use lsm::Seq;
use raft::{EntryId, Index, Message};

use super::{KvReader, SnapshotHeader, SnapshotId, SpanTables};
use crate::{EventId, RangeDescriptor, RangeId, ReplicaId, StoreId};

/// How far a sender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendPhase {
    /// The receiver was not heard of yet.
    Offered,
    /// Batches leave as the rate allows.
    Streaming,
    /// All of it left; the receiver applies it.
    Finished,
}

/// A snapshot on its way out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The stream.
    pub id: SnapshotId,
    /// Which range's.
    pub range: RangeId,
    /// To which store.
    pub to: StoreId,
    /// The last entry that it covers.
    pub last: EntryId,
    /// How far it is.
    pub phase: SendPhase,
    /// Batches that left.
    pub done: u64,
    /// Batches in all.
    pub batches: u64,
    /// Whether there are no user keys in it.
    pub is_empty: bool,
    pub(crate) replica: ReplicaId,
    /// The moment of the engine that stays readable for it.
    pub(crate) pinned: lsm::Snapshot,
    pub(crate) reader: KvReader,
    /// When the rate lets the next batch leave.
    pub(crate) free_at: Time,
    /// When it is given up if nothing happens.
    pub(crate) deadline: Time,
    /// What the batches leave because of.
    pub(crate) cause: Option<EventId>,
}

impl Outgoing {
    /// The engine's sequence number that stays readable for it.
    pub fn pinned(&self) -> Seq {
        self.pinned.view.seq()
    }
}

/// A snapshot on its way in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The stream.
    pub id: SnapshotId,
    /// What comes.
    pub header: SnapshotHeader,
    /// Batches that came.
    pub done: u64,
    pub(crate) tables: SpanTables,
    /// When it is given up if nothing comes.
    pub(crate) deadline: Time,
}

/// A snapshot that was offered and waits for the slot.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The stream.
    pub id: SnapshotId,
    /// What would come.
    pub header: SnapshotHeader,
}

/// What Raft wants a follower to have, and nobody took up yet.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) range: RangeId,
    pub(crate) message: Message,
    /// What it is wanted because of.
    pub(crate) cause: Option<EventId>,
}

/// A snapshot that came in whole, while Raft is asked.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) id: SnapshotId,
    pub(crate) header: SnapshotHeader,
    pub(crate) files: Vec<String>,
}

/// All streams of a store.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    pub(crate) next: u64,
    pub(crate) offers: Vec<Offer>,
    pub(crate) outgoing: Vec<Outgoing>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) incoming: Vec<Incoming>,
    pub(crate) placeholders: BTreeMap<RangeId, RangeDescriptor>,
    pub(crate) staged: Option<Staged>,
    /// When it has asked to be told that the next batch may leave.
    pub(crate) alarm: Option<Time>,
}

impl Snapshots {
    /// Those that leave.
    pub fn outgoing(&self) -> &[Outgoing] {
        &self.outgoing
    }

    /// Those that come in: one that has user keys, and any number that have none.
    pub fn incoming(&self) -> &[Incoming] {
        &self.incoming
    }

    /// Those that wait to come in.
    pub fn waiting(&self) -> &[Waiting] {
        &self.waiting
    }

    /// Ranges whose keys are kept free here for a snapshot that comes in.
    pub fn placeholders(&self) -> impl Iterator<Item = &RangeDescriptor> {
        self.placeholders.values()
    }

    /// The oldest snapshot of this range that leaves.
    pub(crate) fn pending(&self, range: RangeId) -> Option<Index> {
        let own = self.outgoing.iter().filter(|outgoing| outgoing.range == range);
        own.map(|outgoing| outgoing.last.index).min()
    }

    /// Raft wants a follower to have a snapshot.
    pub(crate) fn want(&mut self, range: RangeId, message: Message, cause: Option<EventId>) {
        let is_known = |offer: &Offer| offer.range == range && offer.message.to == message.to;
        if !self.offers.iter().any(is_known) {
            self.offers.push(Offer { range, message, cause });
        }
    }

    /// Whether a snapshot with user keys comes in: another one has to wait.
    pub(crate) fn is_receiving(&self) -> bool {
        self.incoming.iter().any(|incoming| !incoming.header.is_empty())
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.offers.is_empty() && self.outgoing.is_empty()
    }
}
