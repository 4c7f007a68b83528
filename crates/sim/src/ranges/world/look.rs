//! Reading a world of many ranges, for pictures, scripts and tests.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use bytes::Bytes;
use det::{Digest, Time};
use store::{
    Config, Counters, Engines, Gateway, Lease, LeaseStatus, RangeDescriptor, RangeId, Replica,
    RequestId, Store, StoreId,
    kv::{self, Version},
};

use super::super::client::{Traffic, Waiting};
use super::super::flight::{Call, Flight, Item, Sync};
use super::super::{Checks, Finding, Setup, digest};
use super::{Machine, State, World};
use crate::net::Link;
use crate::{EventId, MessageId};

/// The Raft messages that each store has sent, s1 first.
pub type Sent = [u32; Setup::MAX_STORES as usize];

/// A range as it is on the stores that run.
#[derive(Clone, Copy, Debug)]
pub struct RangeView<'a> {
    /// What it is: its name, its keys, where its replicas are.
    pub descriptor: &'a RangeDescriptor,
    /// The newest lease that any replica has applied.
    pub lease: Lease,
    /// Who holds that lease and may use it; `None` if nobody may.
    pub leaseholder: Option<StoreId>,
    /// Who leads its group, in the latest term if several believe so.
    pub leader: Option<StoreId>,
    /// Replicas that run.
    pub running: usize,
    /// Replicas that sleep.
    pub asleep: usize,
}

impl RangeView<'_> {
    /// Its name.
    pub fn range(&self) -> RangeId {
        self.descriptor.range
    }

    /// Whether every replica that runs sleeps.
    pub fn is_asleep(&self) -> bool {
        self.running > 0 && self.asleep == self.running
    }
}

impl World {
    /// The moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many items of the queue have happened.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many commands have been obeyed.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    /// The id that the next event will have.
    pub fn next_event(&self) -> EventId {
        EventId(self.next_event)
    }

    /// When the next thing is due.
    pub fn next_at(&self) -> Option<Time> {
        self.queue.next_at()
    }

    /// The setup of the run.
    pub fn setup(&self) -> &Rc<Setup> {
        &self.setup
    }

    /// How the stores are configured now: as the setup says, and as the switches stand.
    pub fn config(&self) -> &Config {
        &self.config
    }

    // Stores.

    /// The names of all stores, s1 first.
    pub fn store_ids(&self) -> impl Iterator<Item = StoreId> + use<> {
        (1..=u32::from(self.setup.stores)).map(StoreId)
    }

    /// The stores that run, in order.
    pub fn stores(&self) -> impl Iterator<Item = &Store> {
        self.machines.iter().filter_map(Machine::store)
    }

    /// A store, if it runs.
    pub fn store(&self, id: StoreId) -> Option<&Store> {
        self.machine(id)?.store()
    }

    /// The engines of a store; of one that does not run, what a start would find on its disk.
    pub fn engines(&self, id: StoreId) -> Option<&Engines> {
        match &self.machine(id)?.state {
            State::Up(store) => Some(store.engines()),
            State::Down { left, .. } => left.as_deref(),
        }
    }

    /// Whether a store runs.
    pub fn is_up(&self, id: StoreId) -> bool {
        self.store(id).is_some()
    }

    /// How often a store has been started.
    pub fn life(&self, id: StoreId) -> u32 {
        self.machine(id).map_or(0, |machine| machine.life)
    }

    /// A figure of all stores together, what dead ones had counted included.
    pub fn sum(&self, figure: impl Fn(&Counters) -> u64) -> u64 {
        let running = self.stores().map(Store::counters);
        running.chain(self.retired.iter().map(|(_, counters)| counters)).map(figure).sum()
    }

    /// A figure of one store in all its lives.
    pub fn sum_of(&self, store: StoreId, figure: impl Fn(&Counters) -> u64) -> u64 {
        let running = self.store(store).map(Store::counters);
        let retired = self.retired.iter().filter(|(id, _)| *id == store);
        running.into_iter().chain(retired.map(|(_, counters)| counters)).map(figure).sum()
    }

    /// The Raft messages that each store has sent, in all its lives.
    pub fn sent(&self) -> Sent {
        let mut sent = Sent::default();
        for (sum, store) in sent.iter_mut().zip(self.store_ids()) {
            let messages = self.sum_of(store, Counters::raft_messages);
            *sum = u32::try_from(messages).unwrap_or(u32::MAX);
        }
        sent
    }

    /// Bytes that running stores have written to the write-ahead log that their syncs wait for: the
    /// Raft log's alone if it has an engine of its own.
    pub fn synced_bytes(&self) -> u64 {
        let logs = self.stores().map(|store| store.engines().log().ledger());
        logs.map(|ledger| ledger.get(lsm::Category::Wal)).sum()
    }

    // Streams and disks.

    /// Envelopes on their way, soonest first.
    pub fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.queue.iter().filter_map(|(_, item)| {
            let Item::Arrive(flight) = item else { return None };
            Some(&**flight)
        })
    }

    /// An envelope on its way.
    pub fn flight(&self, id: MessageId) -> Option<&Flight> {
        self.flights().find(|flight| flight.id == id)
    }

    /// Requests and answers on their way between the gateway and the stores, soonest first.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.queue.iter().filter_map(|(_, item)| {
            let Item::Call(call) = item else { return None };
            Some(&**call)
        })
    }

    /// Syncs that disks carry out, soonest first.
    pub fn syncs(&self) -> impl Iterator<Item = &Sync> {
        self.queue.iter().filter_map(|(_, item)| {
            let Item::Synced { sync, life } = item else { return None };
            self.lives(sync.store, *life).then_some(sync)
        })
    }

    /// When the clock of a store that runs ticks next.
    pub fn next_tick(&self, store: StoreId) -> Option<Time> {
        let ticks = self.queue.iter().find(|(_, item)| match item {
            Item::Tick { store: of, life } => *of == store && self.lives(store, *life),
            Item::Arrive(_)
            | Item::Call(_)
            | Item::Flush { .. }
            | Item::Synced { .. }
            | Item::Alarm { .. }
            | Item::Timeout { .. }
            | Item::Load { .. } => false,
        });
        ticks.map(|(at, _)| at)
    }

    /// The stream from one store to another; both must be of this cluster.
    pub fn link(&self, from: StoreId, to: StoreId) -> &Link {
        self.net.link(super::place(from), super::place(to))
    }

    // Clients.

    /// The gateway: what it knows of ranges and leases.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Requests that wait for an answer, oldest first.
    pub fn waiting(&self) -> &BTreeMap<RequestId, Waiting> {
        &self.waiting
    }

    /// What clients asked and were told.
    pub fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// The checkers of the run.
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// Every contradiction found so far.
    pub fn findings(&self) -> &[Finding] {
        self.checks.findings()
    }

    // Ranges.

    /// All ranges in order of their names, as they are on the stores that run.
    pub fn ranges(&self) -> impl Iterator<Item = RangeView<'_>> {
        // Stores have their replicas in the same order, so that none has to be looked for.
        let stores = self.stores().map(|store| (store, store.replicas().peekable()));
        let mut stores: Vec<_> = stores.collect();
        self.ranges.values().map(move |descriptor| {
            let here = stores.iter_mut().filter_map(|(store, replicas)| {
                while replicas.next_if(|replica| replica.range() < descriptor.range).is_some() {}
                let replica = replicas.next_if(|replica| replica.range() == descriptor.range)?;
                Some((*store, replica))
            });
            self.view(descriptor, here)
        })
    }

    /// What all ranges are, in order of their names.
    pub fn descriptors(&self) -> impl Iterator<Item = &RangeDescriptor> {
        self.ranges.values()
    }

    /// What a range is.
    pub fn descriptor(&self, range: RangeId) -> Option<&RangeDescriptor> {
        self.ranges.get(&range)
    }

    /// A range, as it is on the stores that run.
    pub fn range(&self, range: RangeId) -> Option<RangeView<'_>> {
        Some(self.view(self.descriptor(range)?, self.replicas(range)))
    }

    /// The range that holds a key.
    pub fn range_of(&self, key: &[u8]) -> Option<&RangeDescriptor> {
        self.ranges.values().find(|range| range.contains(key))
    }

    /// The replicas of a range on stores that run, and those stores.
    pub fn replicas(&self, range: RangeId) -> impl Iterator<Item = (&Store, &Replica)> {
        self.stores().filter_map(move |store| Some((store, store.replica(range)?)))
    }

    fn view<'a>(
        &'a self,
        descriptor: &'a RangeDescriptor,
        replicas: impl Iterator<Item = (&'a Store, &'a Replica)>,
    ) -> RangeView<'a> {
        let mut view = RangeView {
            descriptor,
            lease: Lease::NONE,
            leaseholder: None,
            leader: None,
            running: 0,
            asleep: 0,
        };
        let (mut led, offset) = (None, self.config.clock_offset);
        for (store, replica) in replicas {
            view.running += 1;
            view.asleep += usize::from(replica.is_quiescent());
            if let Some(raft) = replica.raft().filter(|_| replica.is_leader()) {
                led = led.max(Some((raft.term(), store.id())));
            }
            let Some(state) = replica.state() else { continue };
            if view.lease.sequence <= state.lease.sequence {
                view.lease = state.lease;
            }
        }
        view.leader = led.map(|(_, store)| store);
        let holder = view.lease.holder.and_then(|holder| self.store(holder.store));
        let may_use = |store: &&Store| {
            view.lease.status(self.now, store.liveness(), offset) == LeaseStatus::Valid
        };
        view.leaseholder = holder.filter(may_use).map(Store::id);
        view
    }

    /// Who holds the lease of a range and may use it now.
    pub fn leaseholder(&self, range: RangeId) -> Option<StoreId> {
        self.range(range)?.leaseholder
    }

    /// Who leads a range.
    pub fn leader(&self, range: RangeId) -> Option<StoreId> {
        self.range(range)?.leader
    }

    /// How many ranges sleep.
    pub fn asleep(&self) -> usize {
        self.ranges().filter(RangeView::is_asleep).count()
    }

    /// The value of a key at the store that has applied most of its range, without asking anybody.
    pub fn value(&self, key: &[u8]) -> Option<Bytes> {
        let range = self.range_of(key)?.range;
        let applied = |replica: &Replica| replica.state().map(|state| state.applied.entry.index);
        let (store, _) = self.replicas(range).max_by_key(|(_, replica)| applied(replica))?;
        let version = kv::get(&store.engines().state().view(), key, Time(u64::MAX)).ok()??;
        version.value
    }

    /// A digest of what the replica of a range on this store has applied: of its keys, and of what is
    /// known about the range as a whole.
    pub fn checksum(&self, store: StoreId, range: RangeId) -> Option<u64> {
        self.checksum_of(store, range, &self.versions(store, range)?)
    }

    /// The same of these versions of its keys.
    pub(in crate::ranges) fn checksum_of(
        &self,
        store: StoreId,
        range: RangeId,
        versions: &[Version],
    ) -> Option<u64> {
        let state = self.store(store)?.replica(range)?.state()?;
        Some(Digest::of(&(&state.descriptor, &state.lease, &state.applied, versions)))
    }

    /// Every version of every key that the replica of a range on this store holds.
    pub(in crate::ranges) fn versions(
        &self,
        store: StoreId,
        range: RangeId,
    ) -> Option<Vec<Version>> {
        let store = self.store(store)?;
        let state = store.replica(range)?.state()?;
        let (start, end) = (&state.descriptor.start, &state.descriptor.end);
        kv::versions(&store.engines().state().view(), start, end).ok()
    }

    /// Whether all replicas of a range that run have applied the same, and hold the same then.
    pub fn is_alike(&self, range: RangeId) -> bool {
        let mut sums = self.replicas(range).map(|(store, _)| self.checksum(store.id(), range));
        let first = sums.next().flatten();
        first.is_some() && sums.all(|sum| sum == first)
    }

    /// A digest of the whole state: equal worlds go on equally, here and on every other machine.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::new();
        (self.now, self.next_event, self.steps, self.commands).hash(&mut digest);
        (self.next_request, self.next_range, self.next_flight).hash(&mut digest);
        for machine in &self.machines {
            (machine.id, machine.life).hash(&mut digest);
            machine.store().into_iter().for_each(|store| digest::store(store, &mut digest));
        }
        (self.traffic, &self.waiting, &self.load, &self.net, &*self.ranges).hash(&mut digest);
        self.findings().hash(&mut digest);
        self.bulk.restoring.iter().for_each(|restoring| restoring.hash(&mut digest));
        self.bulk.sorting.iter().for_each(|request| request.hash(&mut digest));
        for (at, item) in self.queue.iter() {
            at.hash(&mut digest);
            digest::item(item, &mut digest);
        }
        digest.finish()
    }
}
