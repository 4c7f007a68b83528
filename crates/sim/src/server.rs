//! One node: the Raft core, its disk, its state machine, and the loop between them.
//!
//! ```text
//!             step / tick / propose
//!                     │
//!                  RawNode ──► Ready ──► messages ───────────────► network
//!                     ▲                ├► write ─► sync ─► answers ─► network
//!                     │                └► apply ─► state machine ──► client
//!                     └────────── what is durable, what is applied
//! ```
//!
//! Writes are asynchronous: the core goes on while the disk syncs, and each message that promises
//! something durable waits for exactly the write that makes it so.

mod drive;
mod members;
mod microscope;
mod read;
mod snapshot;
mod steps;

use std::collections::VecDeque;
use std::rc::Rc;

use det::{Digest, Rng, Time};
use raft::{Config, Entry, EntryId, Index, PeerId, RawNode, ReadOnly, Role};

pub use self::members::Standing;
pub(crate) use self::members::conf_change;
pub use self::microscope::{Handed, LoopStep, Microscope};
use crate::codec::Request;
use crate::disk::Disk;
use crate::flight::Load;
use crate::hub::Hub;
use crate::queue::Item;
use crate::{Answer, Ask, ClientId, End, EventKind, Flight, Kv, NodeId, Says, Setup, Timer};

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It runs.
    Up,
    /// The process is dead.
    Down,
    /// The process stands still.
    Paused,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Server {
    id: NodeId,
    phase: Phase,
    /// Counts starts: what was meant for an earlier life is ignored.
    life: u32,
    raft: Option<RawNode>,
    disk: Disk,
    kv: Kv,
    /// The last entry that the state machine has taken in, as an entry or within a snapshot.
    applied: EntryId,
    /// Reads that are confirmed up to an index which is not applied yet.
    reads: Vec<(Index, Request)>,
    /// Its loop, taken apart.
    microscope: Option<Rc<Microscope>>,
    /// Messages that arrived while it was occupied.
    inbox: VecDeque<Box<Flight>>,
    next_tick: Time,
    /// The commit index reported last.
    commit: Index,
}

impl Server {
    pub(crate) fn new(id: NodeId, setup: &Setup) -> Self {
        Self {
            id,
            phase: Phase::Down,
            life: 0,
            raft: None,
            disk: Disk::new(setup.nodes, setup.fsync),
            kv: Kv::default(),
            applied: EntryId::ZERO,
            reads: Vec::new(),
            microscope: None,
            inbox: VecDeque::new(),
            next_tick: Time::ZERO,
            commit: Index::ZERO,
        }
    }

    /// Its name.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Whether it runs.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The Raft core; `None` while the node is down.
    pub fn raft(&self) -> Option<&RawNode> {
        self.raft.as_ref()
    }

    /// Its disk.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Its state machine; empty while the node is down.
    pub fn kv(&self) -> &Kv {
        &self.kv
    }

    /// Messages that wait at the door of an occupied process.
    pub fn inbox_len(&self) -> usize {
        self.inbox.len()
    }

    /// When its clock ticks next; in the past if it does not run.
    pub fn next_tick(&self) -> Time {
        self.next_tick
    }

    /// The last entry of its log, durable or not.
    pub fn last(&self) -> EntryId {
        self.raft.as_ref().map_or_else(|| self.disk.last(), RawNode::last)
    }

    /// The entry at an index of its log, and whether it is durable.
    pub fn entry(&self, index: Index) -> Option<(&Entry, bool)> {
        let Some(raft) = &self.raft else {
            return self.disk.entry(index).map(|entry| (entry, true));
        };
        if raft.last().index < index {
            return None;
        }
        let unstable = raft.unstable_entry(index).map(|entry| (entry, false));
        unstable.or_else(|| self.disk.entry(index).map(|entry| (entry, true)))
    }

    pub(crate) fn disk_mut(&mut self) -> &mut Disk {
        &mut self.disk
    }

    pub(crate) fn life(&self) -> u32 {
        self.life
    }

    /// Whether something meant for this life of the node still concerns it.
    pub(crate) fn lives(&self, life: u32) -> bool {
        self.life == life && self.phase != Phase::Down
    }

    /// Starts the process from its disk.
    pub(crate) fn start(&mut self, hub: &mut Hub, first_tick: Time) {
        self.life += 1;
        self.phase = Phase::Up;
        self.load_snapshot();
        let config = config(self.id, &hub.setup);
        let stream = u64::from(self.id.0) | u64::from(self.life) << 32;
        let rng = Rng::named(hub.setup.seed, "election", stream);
        let raft = RawNode::new(config, rng, &self.disk);
        self.raft = Some(raft.expect("the setup was checked, and the disk holds what was written"));
        self.commit = self.disk.hard_state().commit;
        let started = EventKind::Started { node: self.id, last: self.disk.last() };
        let id = hub.emit(started);
        hub.cause = Some(id);
        if self.life > 1 {
            hub.checks.restarted(self.id, self.disk.hard_state(), self.applied);
        }
        self.schedule_tick(hub, first_tick);
        self.settle(hub);
    }

    /// The process dies.
    pub(crate) fn kill(&mut self, hub: &mut Hub) {
        self.phase = Phase::Down;
        self.raft = None;
        (self.kv, self.applied) = (Kv::default(), EntryId::ZERO);
        self.reads.clear();
        self.inbox.clear();
        let (unwritten, unsent) = self.drop_ready();
        let forgotten = self.disk.crash() + unwritten;
        hub.emit(EventKind::Died { node: self.id, forgotten, unsent });
    }

    pub(crate) fn pause(&mut self) {
        self.phase = Phase::Paused;
    }

    /// A paused process goes on: its clock ticks again, and it finds its messages.
    pub(crate) fn resume(&mut self, hub: &mut Hub) {
        self.phase = Phase::Up;
        let next = hub.after(hub.setup.tick);
        self.schedule_tick(hub, next);
        let commanded = hub.cause;
        for flight in std::mem::take(&mut self.inbox) {
            hub.cause = commanded;
            self.receive(hub, flight);
        }
        self.resume_loop(hub);
    }

    fn schedule_tick(&mut self, hub: &mut Hub, at: Time) {
        self.next_tick = at;
        hub.queue.push(at, Item::Tick { node: self.id, life: self.life });
    }

    /// The logical clock ticks.
    pub(crate) fn tick(&mut self, hub: &mut Hub) {
        // A tick that finds the process paused dies; resuming starts the clock again.
        if self.phase == Phase::Paused || hub.now < self.next_tick {
            return;
        }
        let next = hub.after(hub.setup.tick);
        self.schedule_tick(hub, next);
        hub.cause = None;
        if !self.postpone_tick() {
            self.tick_core(hub);
            if self.raft.as_ref().is_some_and(RawNode::has_ready) {
                self.settle(hub);
                self.note_input(hub);
            }
        }
    }

    fn tick_core(&mut self, hub: &mut Hub) {
        let Some(raft) = &mut self.raft else { return };
        if let Some(timer) = due(raft, &hub.setup) {
            hub.begin(None, EventKind::TimerFired { node: self.id, timer });
        }
        raft.tick(&self.disk);
    }

    /// A person makes the election timer fire.
    pub(crate) fn campaign(&mut self, hub: &mut Hub) {
        if let Some(raft) = &mut self.raft {
            raft.campaign(&self.disk);
        }
        self.settle(hub);
    }

    /// A person asks this leader to hand over.
    pub(crate) fn transfer(&mut self, hub: &mut Hub, to: NodeId) {
        if let Some(raft) = &mut self.raft {
            raft.transfer_leader(to.peer(), &self.disk);
        }
        self.settle(hub);
    }

    /// A person makes this follower forget who leads.
    #[inline(never)]
    pub(crate) fn forget(&mut self, hub: &mut Hub) {
        if let Some(raft) = &mut self.raft {
            raft.forget_leader();
        }
        self.settle(hub);
    }

    /// A message arrives at a node that is not down.
    pub(crate) fn receive(&mut self, hub: &mut Hub, flight: Box<Flight>) {
        if self.is_occupied() {
            return self.inbox.push_back(flight);
        }
        self.deliver(hub, *flight);
        self.note_input(hub);
    }

    /// The core is told what a message says.
    fn deliver(&mut self, hub: &mut Hub, flight: Flight) {
        let Flight { message, from, to, says, load, .. } = flight;
        let sent = crate::EventId(message.0);
        hub.begin(Some(sent), EventKind::Delivered { message, from, to, says });
        match (load, from) {
            (Load::Raft(message), _) => {
                let raft = self.raft.as_mut().expect("a node that is up has a core");
                // A refused message is an event of the core; nothing else follows from it.
                let _refused = raft.step(message, &self.disk);
                self.settle(hub);
            }
            (Load::Request { serial, ask }, End::Client(client)) => {
                self.request(hub, &Request { client, serial, ask });
            }
            (Load::Request { .. }, End::Node(_)) | (Load::Reply { .. }, _) => {}
        }
    }

    /// A client asks. The leader proposes; anybody else says who leads.
    fn request(&mut self, hub: &mut Hub, request: &Request) {
        let raft = self.raft.as_mut().expect("a node that is up has a core");
        if let Ask::Read { .. } = request.ask {
            return self.read(hub, request);
        }
        if raft.role() == Role::Leader {
            if let Some(answer) = self.kv.answered(request.client, request.serial) {
                let answer = answer.clone();
                return self.reply(hub, request.client, request.serial, answer);
            }
            if raft.propose(request.encode(), &self.disk).is_ok() {
                return self.settle(hub);
            }
        }
        self.redirect(hub, request);
    }

    /// Says who leads, as far as it knows.
    fn redirect(&mut self, hub: &mut Hub, request: &Request) {
        let lead = self.raft.as_ref().map_or(PeerId::NONE, RawNode::lead);
        let leader = NodeId::of(lead).filter(|&leader| leader != self.id);
        let id = hub.emit(EventKind::Redirected { node: self.id, leader });
        hub.cause = Some(id);
        self.reply(hub, request.client, request.serial, Answer::NotLeader(leader));
        self.settle(hub);
    }

    fn reply(&self, hub: &mut Hub, client: ClientId, serial: u64, answer: Answer) {
        let says = Says::Reply { serial, what: answer.clone() };
        let load = Load::Reply { serial, answer };
        hub.send(End::Node(self.id), End::Client(client), says, load);
    }

    /// A digest of everything that makes the node behave as it does.
    pub(crate) fn digest_into(&self, digest: &mut Digest) {
        use std::hash::Hash;
        (self.id, self.phase, self.life, self.next_tick, self.commit).hash(digest);
        self.raft.hash(digest);
        self.disk.hash(digest);
        self.kv.hash(digest);
        self.applied.hash(digest);
        for (index, request) in &self.reads {
            (index, request.encode()).hash(digest);
        }
        self.microscope.hash(digest);
        for flight in &self.inbox {
            (flight.message, &flight.load).hash(digest);
        }
    }
}

/// The timer that the next tick makes fire, if it makes one.
fn due(raft: &RawNode, setup: &Setup) -> Option<Timer> {
    match raft.role() {
        Role::Leader => {
            (raft.heartbeat_elapsed() + 1 >= setup.heartbeat_ticks).then_some(Timer::Heartbeat)
        }
        Role::Follower | Role::Candidate | Role::PreCandidate => (raft.is_promotable()
            && raft.election_elapsed() + 1 >= raft.randomized_election_timeout())
        .then_some(Timer::Election),
    }
}

fn config(id: NodeId, setup: &Setup) -> Config {
    Config {
        id: PeerId(u64::from(id.0)),
        election_ticks: setup.election_ticks,
        heartbeat_ticks: setup.heartbeat_ticks,
        pre_vote: setup.pre_vote,
        check_quorum: setup.check_quorum,
        read_only: if setup.lease { ReadOnly::LeaseBased } else { ReadOnly::Safe },
        step_down_on_removal: true,
        async_storage_writes: true,
        max_inflight_messages: 64,
        max_size_per_message: 4096,
        ..Config::default()
    }
}
