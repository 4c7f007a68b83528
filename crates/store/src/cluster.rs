//! Stores on one virtual clock, with streams that can fail: for tests and for measuring.
//!
//! Everything waits in one queue, in the order of time; what is random is drawn from named streams, so
//! a cluster of the same seed does the same.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use det::{Rng, Span, Time};
use lsm::MemVfs;

use crate::{
    ClientReply, Config, Counters, Effect, Envelope, Event, Input, RangeDescriptor, RangeId,
    Replica, Store, StoreId, SyncId,
};

/// How the streams and disks of a cluster behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The shortest way of a parcel.
    pub latency: Span,
    /// The most that chance adds to it.
    pub jitter: Span,
    /// Parcels lost in a million.
    pub loss_per_million: u32,
    /// How long a sync takes.
    pub fsync: Span,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            latency: Span::millis(5),
            jitter: Span::millis(3),
            loss_per_million: 0,
            fsync: Span::millis(1),
        }
    }
}

#[derive(Clone, Debug)]
enum Item {
    Tick { store: StoreId, life: u64 },
    Flush { store: StoreId, life: u64 },
    Synced { store: StoreId, life: u64, id: SyncId },
    Alarm { store: StoreId, life: u64 },
    Deliver(Envelope),
}

/// Stores, and what is between them.
#[derive(Clone, Debug)]
pub struct Cluster {
    config: Config,
    /// How streams and disks behave; may be changed at any time.
    pub network: Network,
    now: Time,
    stores: BTreeMap<StoreId, Store>,
    /// The disks of dead stores.
    disks: BTreeMap<StoreId, MemVfs>,
    lives: BTreeMap<StoreId, u64>,
    queue: BTreeMap<(Time, u64), Item>,
    next: u64,
    /// Cut streams, by direction.
    cuts: BTreeSet<(StoreId, StoreId)>,
    /// When the last parcel of each stream arrives: streams keep order.
    arrivals: BTreeMap<(StoreId, StoreId), Time>,
    rng: Rng,
    events: Vec<Event>,
    replies: Vec<(StoreId, ClientReply)>,
    effects: Vec<Effect>,
}

impl Cluster {
    /// A running cluster of `stores` stores with these ranges.
    ///
    /// # Errors
    /// If a store cannot be made.
    pub fn new(config: Config, stores: u32, ranges: &[RangeDescriptor]) -> lsm::Result<Self> {
        let mut cluster = Self {
            rng: Rng::named(config.seed, "network", 0),
            config,
            network: Network::default(),
            now: Time::ZERO,
            stores: BTreeMap::new(),
            disks: BTreeMap::new(),
            lives: BTreeMap::new(),
            queue: BTreeMap::new(),
            next: 0,
            cuts: BTreeSet::new(),
            arrivals: BTreeMap::new(),
            events: Vec::new(),
            replies: Vec::new(),
            effects: Vec::new(),
        };
        let ids: Vec<StoreId> = (1..=stores).map(StoreId).collect();
        for &id in &ids {
            let peers: Vec<StoreId> = ids.iter().copied().filter(|&peer| peer != id).collect();
            let disk = Store::create(id, &cluster.config, &peers, ranges)?;
            cluster.disks.insert(id, disk);
        }
        for id in ids {
            cluster.restart(id)?;
        }
        Ok(cluster)
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// A store that runs.
    pub fn store(&self, id: StoreId) -> Option<&Store> {
        self.stores.get(&id)
    }

    /// The stores that run.
    pub fn stores(&self) -> impl Iterator<Item = &Store> {
        self.stores.values()
    }

    /// The replicas of a range on running stores.
    pub fn replicas(&self, range: RangeId) -> impl Iterator<Item = &Replica> {
        self.stores.values().filter_map(move |store| store.replica(range))
    }

    /// The store whose replica leads a range, that of the latest term if several believe so.
    pub fn leader(&self, range: RangeId) -> Option<StoreId> {
        let leaders = self.stores.values().filter_map(|store| {
            let raft = store.replica(range).filter(|replica| replica.is_leader())?.raft()?;
            Some((raft.term(), store.id()))
        });
        leaders.max().map(|(_, store)| store)
    }

    /// A figure of all running stores together.
    pub fn sum(&self, figure: impl Fn(&Counters) -> u64) -> u64 {
        self.stores.values().map(|store| figure(store.counters())).sum()
    }

    /// The events since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.events)
    }

    /// The answers since the last call, and who gave them.
    pub fn take_replies(&mut self) -> Vec<(StoreId, ClientReply)> {
        core::mem::take(&mut self.replies)
    }

    /// Cuts the streams between a store and all others, or mends them.
    pub fn isolate(&mut self, store: StoreId, is_cut: bool) {
        for other in self.stores.keys().chain(self.disks.keys()).copied() {
            for way in [(store, other), (other, store)] {
                if is_cut {
                    self.cuts.insert(way);
                } else {
                    self.cuts.remove(&way);
                }
            }
        }
    }

    /// The disk of a store fails after so many operations more; `None` mends it.
    pub fn fail_disk_after(&mut self, id: StoreId, operations: Option<u64>) {
        if let Some(store) = self.stores.get_mut(&id) {
            store.hub.engines.vfs_mut().fail_after(operations);
        }
    }

    /// The disk of a dead store, for somebody who breaks it.
    pub fn disk_mut(&mut self, id: StoreId) -> Option<&mut MemVfs> {
        self.disks.get_mut(&id)
    }

    /// A store dies; of what it had not synced, chance decides how much is left.
    pub fn kill(&mut self, id: StoreId) {
        let mut rng = self.rng.clone();
        self.kill_keeping(id, &mut |pending| {
            let pending = u32::try_from(pending).unwrap_or(u32::MAX);
            u64::from(rng.below(pending.saturating_add(1)))
        });
        self.rng = rng;
    }

    /// A store dies; `keep` says how many of so many unsynced bytes of a file, and of so many unsynced
    /// names, are left.
    pub fn kill_keeping(&mut self, id: StoreId, keep: &mut dyn FnMut(u64) -> u64) {
        if let Some(store) = self.stores.remove(&id) {
            self.disks.insert(id, store.crash(keep));
        }
    }

    /// A dead store starts again from its disk.
    ///
    /// # Errors
    /// If its disk is damaged.
    pub fn restart(&mut self, id: StoreId) -> lsm::Result {
        let Some(disk) = self.disks.remove(&id) else { return Ok(()) };
        let life = self.lives.entry(id).or_default();
        *life += 1;
        let life = *life;
        let mut effects = core::mem::take(&mut self.effects);
        let store = Store::start(id, self.config.clone(), disk, self.now, &mut effects)?;
        self.stores.insert(id, store);
        self.carry_out(id, &mut effects);
        self.effects = effects;
        let phase = Span(self.draw(self.config.tick.0));
        self.push(self.now + phase, Item::Tick { store: id, life });
        let half = Span(self.draw(self.config.tick.0 / 2));
        self.push(self.now + half, Item::Flush { store: id, life });
        Ok(())
    }

    /// Tells a store something now.
    pub fn tell(&mut self, id: StoreId, input: Input) {
        let mut effects = core::mem::take(&mut self.effects);
        if let Some(store) = self.stores.get_mut(&id) {
            store.handle(self.now, input, &mut effects);
        }
        self.carry_out(id, &mut effects);
        self.effects = effects;
    }

    /// Lets time pass.
    pub fn run(&mut self, span: Span) {
        let end = self.now + span;
        while let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= end) {
            let ((at, _), item) = entry.remove_entry();
            self.now = at;
            self.handle(item);
        }
        self.now = end;
    }

    fn handle(&mut self, item: Item) {
        match item {
            Item::Tick { store, life } => {
                if self.lives(store, life) {
                    self.tell(store, Input::Tick);
                    self.push(self.now + self.config.tick, item);
                }
            }
            Item::Flush { store, life } => {
                if self.lives(store, life) {
                    self.tell(store, Input::FlushHeartbeats);
                    self.push(self.now + Span(self.config.tick.0 / 2), item);
                }
            }
            Item::Synced { store, life, id } => {
                if self.lives(store, life) {
                    self.tell(store, Input::Synced(id));
                }
            }
            Item::Alarm { store, life } => {
                if self.lives(store, life) {
                    self.tell(store, Input::Alarm);
                }
            }
            Item::Deliver(envelope) => {
                if !self.cuts.contains(&(envelope.from, envelope.to)) {
                    self.tell(envelope.to, Input::Receive(envelope));
                }
            }
        }
    }

    fn lives(&self, store: StoreId, life: u64) -> bool {
        self.stores.contains_key(&store) && self.lives.get(&store) == Some(&life)
    }

    fn carry_out(&mut self, from: StoreId, effects: &mut Vec<Effect>) {
        for effect in effects.drain(..) {
            match effect {
                Effect::Reply(reply) => self.replies.push((from, reply)),
                Effect::Emit(event) => self.events.push(event),
                Effect::Sync { id, .. } => {
                    let life = self.lives.get(&from).copied().unwrap_or_default();
                    self.push(
                        self.now + self.network.fsync,
                        Item::Synced { store: from, life, id },
                    );
                }
                Effect::Alarm(at) => {
                    let life = self.lives.get(&from).copied().unwrap_or_default();
                    self.push(at, Item::Alarm { store: from, life });
                }
                Effect::Send(envelope) => self.send(envelope),
            }
        }
    }

    fn send(&mut self, mut envelope: Envelope) {
        let way = (envelope.from, envelope.to);
        let loss = self.network.loss_per_million;
        if loss > 0 {
            envelope.parcels.retain(|_| !self.rng.chance(loss));
        }
        if self.cuts.contains(&way) || envelope.parcels.is_empty() {
            return;
        }
        let jitter = Span(self.draw(self.network.jitter.0));
        let due = self.now + self.network.latency + jitter;
        let due = self.arrivals.get(&way).map_or(due, |&last| due.max(last));
        self.arrivals.insert(way, due);
        self.push(due, Item::Deliver(envelope));
    }

    fn push(&mut self, at: Time, item: Item) {
        self.queue.insert((at, self.next), item);
        self.next += 1;
    }

    fn draw(&mut self, below: u64) -> u64 {
        u64::from(self.rng.below(u32::try_from(below).unwrap_or(u32::MAX)))
    }
}
