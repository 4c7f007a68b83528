//! One replica of a range: a Raft group's member, its log and what it has applied.

mod apply;
mod busy;
mod lease;
mod propose;
mod ready;
mod serve;
mod sideload;
mod snapshot;
mod step;
mod truncate;

use alloc::boxed::Box;
use alloc::vec::Vec;

use det::Rng;
use raft::{HardState, Index, Message, PeerId, RawNode, Role};

pub(crate) use self::busy::Busy;
pub use self::propose::Proposal;
pub(crate) use self::serve::Serving;
use crate::event::EventKind;
use crate::hub::Hub;
use crate::log::{LogState, RangeLog};
use crate::{
    Config, Engines, EventId, Liveness, NodeId, Quiesce, RangeDescriptor, RangeId,
    ReplicaDescriptor, ReplicaId, ReplicaState, StoreId,
};

/// One replica.
#[derive(Clone, Debug)]
pub struct Replica {
    pub(crate) range: RangeId,
    pub(crate) id: ReplicaId,
    /// None as long as it does not know its keys: it may vote, and nothing else.
    pub(crate) state: Option<Box<ReplicaState>>,
    /// None until it is used.
    pub(crate) raft: Option<Box<RawNode>>,
    pub(crate) log: LogState,
    pub(crate) quiescent: bool,
    /// Nodes that were dead when it fell asleep.
    pub(crate) lagging: Vec<(NodeId, Liveness)>,
    /// Ticks that it was awake for.
    pub(crate) ticks: u64,
    pub(crate) last_proposal_tick: u64,
    /// Writes that are not durable yet.
    pub(crate) unsynced: u32,
    /// None while it sleeps.
    pub(crate) busy: Option<Box<Busy>>,
    /// What a leaseholder keeps requests apart with; None until there was one.
    pub(crate) serving: Option<Box<Serving>>,
    /// The highest lease index given out.
    pub(crate) assigned_lease_index: u64,
}

/// A message on its way into a group.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) message: Message,
    pub(crate) quiesce: Option<Quiesce>,
    pub(crate) cause: Option<EventId>,
}

impl Replica {
    pub(crate) fn new(
        range: RangeId,
        id: ReplicaId,
        state: Option<ReplicaState>,
        log: LogState,
    ) -> Self {
        Self {
            range,
            id,
            state: state.map(Box::new),
            raft: None,
            log,
            quiescent: true,
            lagging: Vec::new(),
            ticks: 0,
            last_proposal_tick: 0,
            unsynced: 0,
            busy: None,
            serving: None,
            assigned_lease_index: 0,
        }
    }

    // What there is to see.

    /// Its range.
    pub fn range(&self) -> RangeId {
        self.range
    }

    /// Its name in the group.
    pub fn id(&self) -> ReplicaId {
        self.id
    }

    /// What it has applied; `None` while it does not know its keys.
    pub fn state(&self) -> Option<&ReplicaState> {
        self.state.as_deref()
    }

    /// Its range's descriptor, if it knows it.
    pub fn descriptor(&self) -> Option<&RangeDescriptor> {
        self.state.as_ref().map(|state| &*state.descriptor)
    }

    /// Its Raft group; `None` until it is used.
    pub fn raft(&self) -> Option<&RawNode> {
        self.raft.as_deref()
    }

    /// What is in memory of its log.
    pub fn log(&self) -> &LogState {
        &self.log
    }

    /// How many writes to its log are not durable yet: it has promised nothing of those.
    pub fn unsynced(&self) -> u32 {
        self.unsynced
    }

    /// Whether it sleeps: it does not tick, and sends nothing.
    pub fn is_quiescent(&self) -> bool {
        self.quiescent
    }

    /// The nodes that were dead when it fell asleep, with what was known of them.
    pub fn lagging(&self) -> &[(NodeId, Liveness)] {
        &self.lagging
    }

    /// Whether it leads its group.
    pub fn is_leader(&self) -> bool {
        self.raft.as_ref().is_some_and(|raft| raft.role() == Role::Leader)
    }

    /// Whether ticks reach it.
    pub(crate) fn is_ticking(&self) -> bool {
        !self.quiescent && self.state.is_some()
    }

    /// Whether its log has entries that it has not applied.
    pub(crate) fn has_unapplied(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.applied.entry.index < self.log.last.index)
    }

    // Its group.

    /// Makes the Raft group if there is none yet.
    pub(crate) fn load(&mut self, hub: &mut Hub) {
        if self.raft.is_some() || hub.failed {
            return;
        }
        let applied = self.state.as_ref().map_or(Index::ZERO, |state| state.applied.entry.index);
        // What is applied is committed, even if the note of that was lost in a crash.
        let HardState { term, vote, commit } = self.log.hard_state;
        self.log.hard_state = HardState { term, vote, commit: commit.max(applied) };
        let stream = self.range.0 << 24 ^ self.id.0 ^ hub.life << 56;
        let rng = Rng::named(hub.config.seed, "election", stream);
        let config = raft_config(self.id, applied, &hub.config);
        let log = self.storage(&hub.engines);
        match RawNode::new(config, rng, &log) {
            Ok(raft) => self.raft = Some(Box::new(raft)),
            Err(_) => hub.note(Err(lsm::Error::NotABatch("the log does not fit its hard state"))),
        }
        let range = self.range;
        hub.begin(|| EventKind::Loaded { range });
    }

    pub(crate) fn storage<'a>(&'a self, engines: &'a Engines) -> RangeLog<'a> {
        let descriptor = self.descriptor();
        RangeLog { range: self.range, descriptor, state: &self.log, engines }
    }

    /// The group and the log that it borrows.
    pub(crate) fn group<'a>(
        &'a mut self,
        engines: &'a Engines,
    ) -> Option<(&'a mut RawNode, RangeLog<'a>)> {
        let descriptor = self.state.as_ref().map(|state| &*state.descriptor);
        let log = RangeLog { range: self.range, descriptor, state: &self.log, engines };
        Some((self.raft.as_mut()?, log))
    }

    /// Where a peer is.
    pub(crate) fn store_of(&self, peer: PeerId) -> Option<StoreId> {
        let id = ReplicaId::from(peer);
        let member = self.descriptor().and_then(|descriptor| descriptor.replica(id));
        let strangers = || self.busy.iter().flat_map(|busy| &busy.strangers).copied();
        member
            .or_else(|| strangers().find(|known| known.replica == id))
            .map(|replica| replica.store)
    }

    /// Its own place, as a member.
    pub(crate) fn own(&self) -> Option<ReplicaDescriptor> {
        self.descriptor()?.replica(self.id)
    }
}

fn raft_config(id: ReplicaId, applied: Index, config: &Config) -> raft::Config {
    raft::Config {
        id: id.peer(),
        applied,
        election_ticks: config.election_ticks,
        heartbeat_ticks: config.heartbeat_ticks,
        pre_vote: true,
        check_quorum: true,
        async_storage_writes: true,
        max_inflight_messages: 128,
        max_size_per_message: 32 << 10,
        max_uncommitted_size: 16 << 20,
        record_events: config.record_events,
        ..raft::Config::default()
    }
}
