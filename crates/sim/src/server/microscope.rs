//! A node under the microscope: the loop that an application runs around the core, one step at a time.
//!
//! ```text
//!   Input ──► Ready ──► Persist ──► Send ──► Apply ──► Advance ──┐
//!     ▲                                                          │
//!     └──────────────── what came meanwhile waits ───────────────┘
//! ```
//!
//! Each step is an event of its own and takes its time, so that a node can die between any two of
//! them: what was not persisted is forgotten, what was not sent is not sent. All other nodes do the
//! same work, in the same order, without the time between.

use std::hash::{Hash, Hasher};
use std::mem;

use det::Span;
use raft::{Body, Message, PeerId, Ready, StorageAppend};

use super::Server;
use crate::hub::Hub;
use crate::queue::Item;
use crate::{Broken, EventKind, Phase, Setup};

/// A step of the loop around the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoopStep {
    /// `input`: the core is told what came: ticks, messages, proposals.
    Input,
    /// `ready`: it is asked what there is to do.
    Ready,
    /// `persist`: entries, hard state and snapshot go to disk.
    Persist,
    /// `send`: messages leave.
    Send,
    /// `apply`: committed entries go to the state machine.
    Apply,
    /// `advance`: the core is told what is durable and what is applied.
    Advance,
}

/// How much the Ready in hand asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Handed {
    /// Entries to write.
    pub entries: u32,
    /// Messages to send.
    pub messages: u32,
    /// Entries to apply.
    pub committed: u32,
    /// Whether the write must be on disk before the messages leave.
    pub must_sync: bool,
}

/// The loop of a node, taken apart.
#[derive(Clone, Debug)]
pub struct Microscope {
    every: Span,
    done: Option<LoopStep>,
    next: Option<LoopStep>,
    /// Persist has begun and its sync runs.
    syncing: bool,
    /// The messages of the Ready in hand have left.
    sent: bool,
    ready: Ready,
    /// What Persist writes.
    append: Option<StorageAppend>,
    /// What the core is told at Advance.
    own: Vec<Message>,
    /// Ticks that came while a Ready was in hand.
    ticks: u32,
    crash: Option<LoopStep>,
    /// The loop is put together again once no Ready is in hand.
    closing: bool,
    /// The next step came due while the process stood still.
    missed: bool,
}

impl LoopStep {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Input, Self::Ready, Self::Persist, Self::Send, Self::Apply, Self::Advance];

    /// The order in which this run takes them.
    pub fn order(setup: &Setup) -> [Self; 6] {
        let mut order = Self::ALL;
        if setup.broken == Some(Broken::SendBeforeSync) {
            order.swap(2, 3);
        }
        order
    }

    /// The step after this one, as long as a Ready is in hand.
    fn after(self, setup: &Setup) -> Option<Self> {
        let order = Self::order(setup);
        let at = order.iter().position(|step| *step == self)?;
        order.get(at + 1).copied()
    }
}

impl Microscope {
    fn new(every: Span) -> Self {
        Self {
            every,
            done: None,
            next: None,
            syncing: false,
            sent: false,
            ready: Ready::default(),
            append: None,
            own: Vec::new(),
            ticks: 0,
            crash: None,
            closing: false,
            missed: false,
        }
    }

    /// How long each step takes.
    pub fn every(&self) -> Span {
        self.every
    }

    /// The step done last in this life.
    pub fn done(&self) -> Option<LoopStep> {
        self.done
    }

    /// The step that comes next; `None` while the loop waits for something to come.
    pub fn next(&self) -> Option<LoopStep> {
        self.next
    }

    /// The Ready in hand, without what is for the core itself; empty between two.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The step after which the node dies.
    pub fn crash(&self) -> Option<LoopStep> {
        self.crash
    }

    /// Whether new input has to wait.
    fn is_busy(&self) -> bool {
        self.next.is_some()
    }

    /// How much the Ready in hand asks for.
    pub fn handed(&self) -> Handed {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let Ready { entries, messages, committed, must_sync, .. } = &self.ready;
        Handed {
            entries: count(entries.len()),
            messages: count(messages.len()),
            committed: count(committed.len()),
            must_sync: *must_sync,
        }
    }

    /// Takes the work for the storage threads out of a Ready: what they would do is done step by step.
    fn unpack(&mut self, own: PeerId, mut ready: Ready) {
        let mut promised = Vec::new();
        for message in mem::take(&mut ready.messages) {
            if let Body::StorageAppend(mut append) = message.body {
                promised.append(&mut append.responses);
                self.append = Some(*append);
            } else if let Body::StorageApply { responses, .. } = message.body {
                promised.extend(responses);
            } else {
                ready.messages.push(message);
            }
        }
        for message in promised {
            let list = if message.to == own { &mut self.own } else { &mut ready.messages };
            list.push(message);
        }
        self.ready = ready;
    }
}

impl Server {
    /// The loop taken apart; `None` while it runs as one.
    pub fn microscope(&self) -> Option<&Microscope> {
        self.microscope.as_deref()
    }

    /// A person takes the loop apart, or asks for it to be put together.
    pub(crate) fn examine(&mut self, hub: &mut Hub, every: Option<Span>) {
        match (&mut self.microscope, every) {
            (Some(scope), Some(every)) => (scope.every, scope.closing) = (every, false),
            (Some(scope), None) => {
                scope.closing = true;
                if !scope.is_busy() {
                    self.put_together(hub);
                }
            }
            (None, Some(every)) => {
                self.microscope = Some(Box::new(Microscope::new(every)));
                self.wake_loop(hub);
            }
            (None, None) => {}
        }
    }

    /// The node dies after this step, once.
    pub(crate) fn crash_after(&mut self, step: Option<LoopStep>) {
        if let Some(scope) = &mut self.microscope {
            scope.crash = step;
        }
    }

    /// Whether what comes has to wait: the process stands still, or has a Ready in hand.
    pub(super) fn is_occupied(&self) -> bool {
        self.phase == Phase::Paused || self.microscope.as_ref().is_some_and(|it| it.is_busy())
    }

    /// Something came while no Ready was in hand.
    pub(super) fn note_input(&mut self, hub: &mut Hub) {
        if self.microscope.is_some() && self.phase == Phase::Up {
            self.done(hub, LoopStep::Input);
        }
    }

    /// A tick came: now, or when the Ready in hand is done with.
    pub(super) fn postpone_tick(&mut self) -> bool {
        let Some(scope) = self.microscope.as_mut().filter(|scope| scope.is_busy()) else {
            return false;
        };
        scope.ticks += 1;
        true
    }

    /// If the core has anything to do, the next step is to ask what.
    pub(super) fn wake_loop(&mut self, hub: &mut Hub) {
        self.report_events(hub);
        self.observe(hub);
        let has_ready = self.raft.as_ref().is_some_and(raft::RawNode::has_ready);
        if has_ready && self.microscope.as_ref().is_some_and(|scope| !scope.is_busy()) {
            self.schedule_step(hub, LoopStep::Ready);
        }
    }

    fn schedule_step(&mut self, hub: &mut Hub, step: LoopStep) {
        let Some(scope) = &mut self.microscope else { return };
        scope.next = Some(step);
        hub.queue.push(hub.after(scope.every), Item::Loop { node: self.id, life: self.life });
    }

    /// The process goes on: a step that came due meanwhile is taken.
    pub(super) fn resume_loop(&mut self, hub: &mut Hub) {
        if self.microscope.as_mut().is_some_and(|scope| mem::take(&mut scope.missed)) {
            hub.queue.push(hub.now, Item::Loop { node: self.id, life: self.life });
        }
    }

    /// The next step.
    pub(crate) fn step_loop(&mut self, hub: &mut Hub) {
        let Some(scope) = &mut self.microscope else { return };
        if self.phase == Phase::Paused {
            scope.missed = true;
            return;
        }
        let Some(step) = scope.next else { return };
        match step {
            LoopStep::Input => self.take_waiting(hub),
            LoopStep::Ready => self.take_ready(),
            LoopStep::Persist => {
                if !self.persist(hub) {
                    return;
                }
            }
            LoopStep::Send => {
                scope.sent = true;
                for message in scope.ready.messages.clone() {
                    self.send(hub, message);
                }
            }
            LoopStep::Apply => self.apply_ready(hub),
            LoopStep::Advance => self.tell_core(),
        }
        self.done(hub, step);
    }

    /// A step is done: the node dies here, or goes on with the next one.
    fn done(&mut self, hub: &mut Hub, step: LoopStep) {
        let Some(scope) = &mut self.microscope else { return };
        scope.done = Some(step);
        if step != LoopStep::Input {
            scope.next = None;
        }
        let looped = EventKind::Loop { node: self.id, step, handed: scope.handed() };
        let id = hub.emit(looped);
        hub.cause = Some(id);
        if step == LoopStep::Persist {
            self.report_commit(hub);
        }
        let Some(scope) = &mut self.microscope else { return };
        if scope.crash == Some(step) {
            return self.kill(hub);
        }
        match step {
            LoopStep::Input => self.wake_loop(hub),
            LoopStep::Advance => self.finish_round(hub),
            LoopStep::Ready | LoopStep::Persist | LoopStep::Send | LoopStep::Apply => {
                self.report_events(hub);
                self.observe(hub);
                if let Some(next) = step.after(&hub.setup) {
                    self.schedule_step(hub, next);
                }
            }
        }
    }

    /// No Ready is in hand any more.
    fn finish_round(&mut self, hub: &mut Hub) {
        let Some(scope) = &mut self.microscope else { return };
        (scope.ready, scope.sent) = (Ready::default(), false);
        let waits = scope.ticks > 0 || !self.inbox.is_empty();
        if scope.closing {
            self.put_together(hub);
        } else if waits {
            self.report_events(hub);
            self.observe(hub);
            self.schedule_step(hub, LoopStep::Input);
        } else {
            self.wake_loop(hub);
        }
    }

    fn put_together(&mut self, hub: &mut Hub) {
        self.microscope = None;
        let cause = hub.cause;
        for flight in mem::take(&mut self.inbox) {
            hub.cause = cause;
            self.receive(hub, flight);
        }
        self.settle(hub);
    }

    /// Everything that waited at the door.
    fn take_waiting(&mut self, hub: &mut Hub) {
        let Some(scope) = &mut self.microscope else { return };
        scope.next = None;
        let cause = hub.cause;
        for _ in 0..mem::take(&mut scope.ticks) {
            hub.cause = cause;
            self.tick_core(hub);
        }
        for flight in mem::take(&mut self.inbox) {
            self.deliver(hub, *flight);
        }
    }

    fn take_ready(&mut self) {
        let own = self.id.peer();
        if let (Some(raft), Some(scope)) = (&mut self.raft, &mut self.microscope) {
            scope.unpack(own, raft.ready(&self.disk));
        }
    }

    /// Says whether it is done; if not, its sync runs.
    fn persist(&mut self, hub: &mut Hub) -> bool {
        let append = self.microscope.as_mut().and_then(|scope| scope.append.take());
        if let Some(append) = append {
            self.write(hub, append);
        }
        let syncing = self.disk.is_syncing();
        if let Some(scope) = &mut self.microscope {
            scope.syncing = syncing;
        }
        !syncing
    }

    /// A sync is done: if Persist waited for it, the loop goes on.
    pub(super) fn persisted(&mut self, hub: &mut Hub) {
        let waited = !self.disk.is_syncing()
            && self.microscope.as_mut().is_some_and(|scope| mem::take(&mut scope.syncing));
        if waited {
            self.done(hub, LoopStep::Persist);
        }
    }

    fn apply_ready(&mut self, hub: &mut Hub) {
        let Some(scope) = &mut self.microscope else { return };
        let reads = mem::take(&mut scope.ready.reads);
        for entry in &scope.ready.committed.clone() {
            self.apply(hub, entry);
        }
        self.confirmed(hub, reads.into_iter());
    }

    fn tell_core(&mut self) {
        let Some(scope) = &mut self.microscope else { return };
        for message in mem::take(&mut scope.own) {
            if let Some(raft) = &mut self.raft {
                let _refused = raft.step(message, &self.disk);
            }
        }
    }

    /// The process dies with a Ready in hand. Returns how many entries were not even written, and how
    /// many messages were not sent.
    pub(super) fn drop_ready(&mut self) -> (u64, u32) {
        let Some(scope) = &mut self.microscope else { return (0, 0) };
        let unwritten = scope.append.as_ref().map_or(0, |append| append.entries.len() as u64);
        let unsent = if scope.sent { 0 } else { scope.handed().messages };
        **scope = Microscope { crash: None, ..Microscope::new(scope.every) };
        (unwritten, unsent)
    }
}

impl Hash for Microscope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { every, done, next, syncing, ready, append, own, ticks, .. } = self;
        (every, done, next, syncing, append, own, ticks).hash(state);
        (self.crash, self.closing, self.missed, self.sent).hash(state);
        (&ready.messages, &ready.reads, ready.committed.len()).hash(state);
    }
}
