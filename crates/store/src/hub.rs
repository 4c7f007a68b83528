//! What all replicas of a store share: engines, streams, liveness, counters, events.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use bytes::Bytes;
use det::{Rng, Time};
use lsm::{Ingested, WalPosition};
use raft::{EntryId, Index, Message, Ready};

use crate::snapshot::Snapshots;
use crate::streams::Streams;
use crate::{
    ClientReply, CommandId, Config, Counters, Effect, Engines, Event, EventId, EventKind, Lease,
    LivenessMap, LogState, NodeId, RangeId, ReplicaId, SplitTrigger, StoreId, SyncId,
};

/// What is shared by the replicas of a store.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    pub(crate) config: Config,
    pub(crate) id: StoreId,
    /// How often the store started before.
    pub(crate) life: u64,
    pub(crate) now: Time,
    /// When this life began.
    pub(crate) started: Time,
    /// The latest timestamp that was given out or seen.
    pub(crate) clock: Time,
    pub(crate) engines: Engines,
    pub(crate) liveness: LivenessMap,
    /// The other stores.
    pub(crate) peers: BTreeSet<StoreId>,
    pub(crate) streams: Streams,
    pub(crate) syncs: Syncs,
    pub(crate) snapshots: Snapshots,
    pub(crate) counters: Counters,
    /// What is being handled: what happens now happens because of it.
    pub(crate) cause: Option<EventId>,
    pub(crate) next_event: u64,
    pub(crate) out: Vec<Effect>,
    /// Memory for the next Ready; holds nothing between two of them.
    pub(crate) ready: Ready,
    command_ids: Rng,
    /// Whether a range holds the liveness records.
    pub(crate) has_liveness_range: bool,
    /// The ranges that the cluster began with have names up to this.
    pub(crate) first_ranges: RangeId,
    /// Dead nodes whose leases somebody here needs.
    pub(crate) epochs_to_end: BTreeSet<NodeId>,
    /// What this store's own requests were answered, and by whom.
    pub(crate) answers: Vec<(StoreId, ClientReply)>,
    /// Ranges that splits made, to be put among the others.
    pub(crate) splits: Vec<NewRange>,
    /// A disk failed: nothing is done any more.
    pub(crate) failed: bool,
}

/// The right side of a split that was applied here.
#[derive(Clone, Debug)]
pub(crate) struct NewRange {
    pub(crate) split: Box<SplitTrigger>,
    pub(crate) replica: ReplicaId,
    pub(crate) log: LogState,
    pub(crate) lease: Lease,
}

/// Syncs of the log engine: one runs at a time, and those who come meanwhile share the next one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Syncs {
    next: u64,
    running: Option<(SyncId, WalPosition, Vec<Unsynced>)>,
    pub(crate) waiting: Vec<Unsynced>,
}

/// What may leave once a write is durable.
#[derive(Clone, Debug)]
pub(crate) struct Unsynced {
    pub(crate) range: RangeId,
    pub(crate) replica: ReplicaId,
    pub(crate) responses: Vec<Message>,
    /// Entries that were overwritten and have a table beside the log.
    pub(crate) overwritten: Vec<EntryId>,
    /// Up to where the log was truncated, if tables beside it go with that; or zero.
    pub(crate) truncated: Index,
    pub(crate) cause: Option<EventId>,
}

impl Hub {
    pub(crate) fn new(id: StoreId, life: u64, config: Config, engines: Engines) -> Self {
        let stream = u64::from(id.0) | life << 32;
        Self {
            command_ids: Rng::named(config.seed, "command", stream),
            streams: Streams::default(),
            splits: Vec::new(),
            has_liveness_range: false,
            first_ranges: RangeId::default(),
            epochs_to_end: BTreeSet::new(),
            answers: Vec::new(),
            config,
            id,
            life,
            now: Time::ZERO,
            started: Time::ZERO,
            clock: Time::ZERO,
            engines,
            liveness: LivenessMap::default(),
            peers: BTreeSet::new(),
            syncs: Syncs::default(),
            snapshots: Snapshots::default(),
            counters: Counters::default(),
            cause: None,
            next_event: life << 40,
            out: Vec::new(),
            ready: Ready::default(),
            failed: false,
        }
    }

    /// Something happens because of what is being handled, and what follows because of it. Nothing
    /// is made of it if nobody listens.
    pub(crate) fn emit(&mut self, kind: impl FnOnce() -> EventKind) -> Option<EventId> {
        if !self.config.record_events {
            return None;
        }
        let id = EventId { store: self.id, serial: self.next_event };
        self.next_event += 1;
        self.out.push(Effect::Emit(Event { id, at: self.now, cause: self.cause, kind: kind() }));
        Some(id)
    }

    /// Like [`emit`](Self::emit), and what follows happens because of it.
    pub(crate) fn begin(&mut self, kind: impl FnOnce() -> EventKind) {
        self.cause = self.emit(kind).or(self.cause);
    }

    /// Takes note of an engine that failed.
    pub(crate) fn note(&mut self, result: lsm::Result) {
        if let Err(error) = result
            && !self.failed
        {
            self.failed = true;
            self.emit(|| EventKind::Failed(error));
        }
    }

    /// Lets the engines do what they have to do in the background, until they have nothing to do.
    /// Each piece of work is why the next one has to be done.
    pub(crate) fn work(&mut self) {
        let cause = self.cause;
        while !self.failed {
            match self.engines.work(self.now) {
                Ok(None) => break,
                Ok(Some(worked)) => self.begin(|| EventKind::Worked(worked)),
                Err(error) => self.note(Err(error)),
            }
        }
        self.cause = cause;
    }

    /// Takes note of what an ingestion did to the levels.
    pub(crate) fn note_levels(&mut self, ingested: &Ingested) {
        for flush in self.engines.remember_ingestion(self.now, ingested) {
            self.begin(|| EventKind::Worked(flush));
        }
    }

    /// A name for a new command.
    pub(crate) fn new_command_id(&mut self) -> CommandId {
        let number = u64::from(self.command_ids.next_u32()) << 32
            | u64::from(self.command_ids.next_u32()).max(1);
        CommandId(number)
    }

    /// Asks for a sync of what was written, unless one runs.
    pub(crate) fn start_sync(&mut self) {
        if self.syncs.running.is_some() || self.syncs.waiting.is_empty() {
            return;
        }
        let id = SyncId(self.life << 40 | self.syncs.next);
        self.syncs.next += 1;
        let waiting = core::mem::take(&mut self.syncs.waiting);
        let log = self.engines.log();
        let (written, durable) = (log.written(), log.durable());
        self.syncs.running = Some((id, written, waiting));
        self.counters.syncs += 1;
        self.out.push(Effect::Sync { id, from: durable, to: written });
    }

    /// A sync ended. Hands out what waited for it.
    pub(crate) fn finish_sync(&mut self, id: SyncId) -> Vec<Unsynced> {
        match self.syncs.running.take() {
            Some((running, position, waited)) if running == id => {
                let result = self.engines.sync_log(position);
                self.note(result);
                waited
            }
            other => {
                self.syncs.running = other;
                Vec::new()
            }
        }
    }
}

/// The command that does nothing, as in a new leader's first entry.
pub(crate) const EMPTY: Bytes = Bytes::new();
