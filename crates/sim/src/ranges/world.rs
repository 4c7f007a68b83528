//! The world of many ranges: stores, a gateway, streams and what is about to happen, at one moment.

mod allow;
mod events;
mod ingest;
mod lately;
mod look;
mod machine;
mod obey;
mod run;

use std::collections::BTreeMap;
use std::rc::Rc;

use det::{Rng, Span, Time};
use store::{
    ClientReply, Config, Counters, Effect, Envelope, Gateway, Input, RangeDescriptor, RangeId,
    RequestId, Store, StoreId,
};

pub use self::look::{RangeView, Sent};
use self::machine::{Machine, State};
use super::client::{Load, Traffic, Waiting, place};
use super::flight::{Call, Flight, Item, Says, Sync};
use super::{Checks, Event, EventKind, Refusal, Setup};
use crate::net::Net;
use crate::queue::Queue;
use crate::{End, EventId, Loss, MessageId};

/// Many ranges on few stores at a moment of virtual time. A value: a clone is a checkpoint, and
/// shares what is large.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) setup: Rc<Setup>,
    /// How a store is configured that starts now.
    config: Config,
    pub(super) now: Time,
    /// How many items of the queue have happened.
    steps: u64,
    /// How many commands have been obeyed.
    commands: u64,
    pub(super) queue: Queue<Item>,
    pub(super) net: Net,
    machines: Vec<Machine>,
    /// The newest descriptor of each range that any store has applied.
    pub(super) ranges: Rc<BTreeMap<RangeId, RangeDescriptor>>,
    pub(super) gateway: Gateway,
    pub(super) waiting: BTreeMap<RequestId, Waiting>,
    pub(super) load: Option<Load>,
    pub(super) bulk: super::restore::Bulk,
    pub(super) traffic: Traffic,
    /// What dead stores had counted.
    retired: Vec<(StoreId, Counters)>,
    /// What had been counted before.
    before: lately::Before,
    pub(super) next_request: u64,
    next_range: RangeId,
    next_flight: MessageId,
    /// The event that is being handled: what happens now happens because of it.
    pub(super) cause: Option<EventId>,
    pub(super) checks: Checks,
    /// Findings that are events already.
    reported: usize,
    pub(super) events: Vec<Event>,
    next_event: u64,
    /// Memory for what a store wants done; holds nothing between two steps.
    effects: Vec<Effect>,
}

impl World {
    /// Stores with their ranges at time zero, all of them running.
    ///
    /// # Errors
    /// If the setup cannot be run.
    pub fn new(setup: Setup) -> Result<Self, Refusal> {
        setup.check()?;
        let (config, ranges) = (setup.config(), setup.descriptors());
        let ids: Vec<StoreId> = (1..=u32::from(setup.stores)).map(StoreId).collect();
        let machine = |&id: &StoreId| {
            let peers: Vec<StoreId> = ids.iter().copied().filter(|&peer| peer != id).collect();
            let disk = Store::create(id, &config, &peers, &ranges);
            let disk = disk.expect("nobody has broken this new disk in memory");
            Machine { id, life: 0, state: State::Down { since: Time::ZERO, disk, left: None } }
        };
        let machines = ids.iter().map(machine).collect();
        let mut world = Self {
            net: Net::new(&links(&setup)),
            setup: Rc::new(setup),
            config,
            now: Time::ZERO,
            steps: 0,
            commands: 0,
            queue: Queue::default(),
            machines,
            next_range: RangeId(ranges.len() as u64 + 1),
            gateway: Gateway::new(ranges.iter().cloned()),
            ranges: Rc::new(ranges.into_iter().map(|range| (range.range, range)).collect()),
            waiting: BTreeMap::new(),
            load: None,
            bulk: super::restore::Bulk::default(),
            traffic: Traffic::default(),
            retired: Vec::new(),
            before: lately::Before::default(),
            next_request: 1,
            next_flight: MessageId(0),
            cause: None,
            checks: Checks::default(),
            reported: 0,
            events: Vec::new(),
            next_event: 0,
            effects: Vec::new(),
        };
        for id in ids {
            world.cause = None;
            world.start(id);
        }
        Ok(world)
    }

    /// Lets the next thing happen if it is due at `until` or before. Says whether there was one.
    pub fn step_until(&mut self, until: Time) -> bool {
        let Some((at, item)) = self.queue.pop_until(until) else { return false };
        self.remember(at);
        self.now = at;
        self.cause = None;
        self.steps += 1;
        self.happen(item);
        self.report_findings();
        true
    }

    /// Lets everything happen that is due at `until` or before; then it is `until`.
    pub fn run_until(&mut self, until: Time) {
        while self.step_until(until) {}
        self.rest_until(until);
    }

    /// Nothing is due before `until`; now it is `until`.
    pub(crate) fn rest_until(&mut self, until: Time) {
        self.remember(until);
        self.now = self.now.max(until);
    }

    fn happen(&mut self, item: Item) {
        match item {
            Item::Arrive(flight) => self.arrive(flight),
            Item::Call(call) => self.arrive_call(Rc::unwrap_or_clone(call)),
            Item::Tick { store, life } => {
                if self.tell_in(store, life, Input::Tick) {
                    self.look_at_doubts();
                    self.queue.push(self.now + self.setup.tick, item);
                }
            }
            Item::Flush { store, life } => {
                if self.tell_in(store, life, Input::FlushHeartbeats) {
                    self.queue.push(self.now + self.half_tick(), item);
                }
            }
            Item::Synced { sync, life } => {
                self.tell_in(sync.store, life, Input::Synced(sync.id));
            }
            Item::Alarm { store, life } => {
                self.tell_in(store, life, Input::Alarm);
            }
            Item::Timeout { request, hop } => self.time_out(request, hop),
            Item::Load { serial } => self.load_writes(serial),
        }
    }

    fn arrive(&mut self, flight: Rc<Flight>) {
        let why = flight.lost.map(|(_, why)| why);
        let dead = self.machine(flight.envelope.to).is_none_or(Machine::is_down);
        let why = if dead { why.or(Some(Loss::Dead)) } else { why };
        if let Some(why) = why {
            return self.lose(&flight, why);
        }
        let envelope = Rc::unwrap_or_clone(flight).envelope;
        self.tell(envelope.to, Input::Receive(envelope));
    }

    fn lose(&mut self, flight: &Flight, why: Loss) {
        let Envelope { from, to, parcels } = &flight.envelope;
        let parcels = parcels.len();
        self.emit(EventKind::Lost { flight: flight.id, from: *from, to: *to, parcels, why });
    }

    /// A request reaches its store, or an answer the gateway. A machine whose store was dead already when the
    /// request was sent refuses the connection; of one that died since then nothing is heard.
    fn arrive_call(&mut self, call: Call) {
        self.cause = call.cause;
        match call.says {
            Says::Asks(request) => {
                let machine = self.machine(call.store);
                if machine.is_some_and(|machine| machine.is_down_since(call.sent)) {
                    return self.call(call.request, call.store, self.now, Says::Refuses);
                }
                self.tell(call.store, Input::Request(request));
            }
            Says::Answers(reply) => self.hear(call.store, reply),
            Says::Refuses => self.refused(call.store, call.request),
        }
    }

    // Stores.

    fn machine(&self, id: StoreId) -> Option<&Machine> {
        self.machines.get(usize::try_from(id.0.checked_sub(1)?).ok()?)
    }

    fn machine_mut(&mut self, id: StoreId) -> Option<&mut Machine> {
        self.machines.get_mut(usize::try_from(id.0.checked_sub(1)?).ok()?)
    }

    fn lives(&self, store: StoreId, life: u32) -> bool {
        self.machine(store).is_some_and(|machine| machine.life == life && !machine.is_down())
    }

    /// Tells a store something in this life of it only. Says whether it lives that.
    fn tell_in(&mut self, store: StoreId, life: u32, input: Input) -> bool {
        let lives = self.lives(store, life);
        if lives {
            self.tell(store, input);
        }
        lives
    }

    fn half_tick(&self) -> Span {
        Span((self.setup.tick.0 / 2).max(1))
    }

    /// Tells a running store something, and does what it wants done.
    fn tell(&mut self, id: StoreId, input: Input) {
        let mut effects = std::mem::take(&mut self.effects);
        let (now, next_event) = (self.now, self.next_event);
        let Some(machine) = self.machine_mut(id) else { return };
        if let State::Up(store) = &mut machine.state {
            store.set_next_event(next_event);
            store.handle(now, input, &mut effects);
        }
        self.carry_out(id, &mut effects, next_event);
        self.effects = effects;
    }

    /// A dead store starts from its disk. Its clock ticks from a random phase on.
    fn start(&mut self, id: StoreId) {
        let mut effects = std::mem::take(&mut self.effects);
        let (now, config, seed) = (self.now, self.config.clone(), self.setup.seed);
        let Some(machine) = self.machine_mut(id) else { return };
        let State::Down { disk, .. } = &machine.state else { return };
        let store = match Store::start(id, config, disk.clone(), now, &mut effects) {
            Ok(store) => store,
            Err(error) => {
                self.emit(EventKind::StartFailed { store: id, error });
                return;
            }
        };
        machine.life += 1;
        let life = machine.life;
        // A store counts its events from its own number until it is told ours.
        let told = effects.iter().filter(|effect| matches!(effect, Effect::Emit(_))).count();
        let first = store.next_event() - told as u64;
        machine.state = State::Up(Box::new(store));
        self.carry_out(id, &mut effects, first);
        self.effects = effects;
        let mut phase = Rng::named(seed, "tick", u64::from(id.0) | u64::from(life) << 32);
        let mut within = |span: Span| Span(u64::from(phase.below(narrow(span.0))) + 1);
        let (tick, flush) = (within(self.setup.tick), within(self.half_tick()));
        self.queue.push(now + tick, Item::Tick { store: id, life });
        self.queue.push(now + flush, Item::Flush { store: id, life });
    }

    /// Does what a store wants done. Its first event has the serial `first`; all its events come
    /// before what the world makes of them.
    fn carry_out(&mut self, from: StoreId, effects: &mut Vec<Effect>, first: u64) {
        let (base, handled) = (self.next_event, self.cause);
        let ours =
            |serial: u64| EventId(if serial < first { serial } else { serial - first + base });
        let before = self.events.len();
        for effect in effects.iter_mut() {
            let Effect::Emit(event) = effect else { continue };
            let cause = event.cause.map(|cause| ours(cause.serial)).or(handled);
            let kind = std::mem::replace(&mut event.kind, store::EventKind::Synced { ranges: 0 });
            if let store::EventKind::Split { left, right } = kind {
                self.learn([left, right], from);
            }
            let kind = EventKind::Store { store: from, kind: Box::new(kind) };
            let id = ours(event.id.serial);
            self.events.push(Event { id, at: event.at, cause, kind });
            self.next_event = id.0 + 1;
        }
        let events = std::mem::take(&mut self.events);
        for event in &events[before..] {
            self.watch(from, event);
        }
        self.events = events;
        for effect in effects.drain(..) {
            match effect {
                Effect::Emit(_) => {}
                Effect::Reply(reply) => self.reply(from, reply, before),
                Effect::Sync { id, from: durable, to } => {
                    let (asked, due) = (self.now, self.now + self.setup.fsync);
                    let sync = Sync { store: from, id, asked, due, from: durable, to };
                    self.queue.push(due, Item::Synced { sync, life: self.life(from) });
                }
                Effect::Alarm(at) => {
                    let life = self.life(from);
                    self.queue.push(at, Item::Alarm { store: from, life });
                }
                Effect::Send(envelope) => self.send(envelope),
            }
        }
    }

    /// An answer leaves a store, because of the event that says so.
    fn reply(&mut self, from: StoreId, reply: ClientReply, first: usize) {
        let is_it = |event: &&Event| {
            let EventKind::Store { kind, .. } = &event.kind else { return false };
            matches!(**kind, store::EventKind::Answered { request, .. } if request == reply.id)
        };
        let told = self.events[first..].iter().find(is_it).map(|event| event.id);
        let handled = self.cause;
        self.cause = told.or(handled);
        self.call(reply.id, from, self.now, Says::Answers(reply));
        self.cause = handled;
    }

    fn send(&mut self, envelope: Envelope) {
        self.watch_promises(&envelope);
        let (from, to) = (End::Node(place(envelope.from)), End::Node(place(envelope.to)));
        let (due, lost) = self.net.route(self.now, from, to);
        let id = self.next_flight;
        self.next_flight = MessageId(id.0 + 1);
        let mut flight = Flight { id, sent: self.now, due, lost: None, envelope };
        if let Some(why) = lost {
            flight.doom(why);
        }
        self.queue.push(flight.ends_at(), Item::Arrive(Rc::new(flight)));
    }

    /// A split was applied at a store: what the ranges are now.
    fn learn(&mut self, ranges: [RangeId; 2], at: StoreId) {
        for range in ranges {
            let replica = self.store(at).and_then(|store| store.replica(range));
            let Some(new) = replica.and_then(|replica| replica.descriptor()) else { continue };
            let known = self.ranges.get(&range);
            if known.is_none_or(|known| known.generation < new.generation) {
                let new = new.clone();
                Rc::make_mut(&mut self.ranges).insert(range, new);
            }
        }
    }
}

/// The links that the streams run over.
fn links(setup: &Setup) -> crate::Setup {
    crate::Setup {
        nodes: setup.stores,
        seed: setup.seed,
        latency: setup.latency,
        jitter: setup.jitter,
        loss_per_million: setup.loss_per_million,
        ..crate::Setup::default()
    }
}

fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
