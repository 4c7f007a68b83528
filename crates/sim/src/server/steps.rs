//! The steps of a node under the microscope, each when it is due.

use std::mem;
use std::rc::Rc;

use det::Span;
use raft::Ready;

use super::Server;
use super::microscope::{LoopStep, Microscope};
use crate::hub::Hub;
use crate::queue::Item;
use crate::{EventKind, Phase};

impl Server {
    /// The loop taken apart; `None` while it runs as one.
    pub fn microscope(&self) -> Option<&Microscope> {
        self.microscope.as_deref()
    }

    /// A person takes the loop apart, or asks for it to be put together.
    #[inline(never)]
    pub(crate) fn examine(&mut self, hub: &mut Hub, every: Option<Span>) {
        match (self.microscope.as_mut().map(Rc::make_mut), every) {
            (Some(scope), Some(every)) => (scope.every, scope.closing) = (every, false),
            (Some(scope), None) => {
                scope.closing = true;
                if !scope.is_busy() {
                    self.put_together(hub);
                }
            }
            (None, Some(every)) => {
                self.microscope = Some(Rc::new(Microscope::new(every)));
                self.wake_loop(hub);
            }
            (None, None) => {}
        }
    }

    /// The node dies after this step, once.
    #[inline(never)]
    pub(crate) fn crash_after(&mut self, step: Option<LoopStep>) {
        if let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) {
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
        let Some(scope) =
            self.microscope.as_mut().map(Rc::make_mut).filter(|scope| scope.is_busy())
        else {
            return false;
        };
        scope.ticks += 1;
        true
    }

    /// If the core has anything to do, the next step is to ask what.
    #[inline(never)]
    pub(super) fn wake_loop(&mut self, hub: &mut Hub) {
        self.report_events(hub);
        self.observe(hub);
        let has_ready = self.raft.as_ref().is_some_and(raft::RawNode::has_ready);
        if has_ready && self.microscope.as_ref().is_some_and(|scope| !scope.is_busy()) {
            self.schedule_step(hub, LoopStep::Ready);
        }
    }
    #[inline(never)]
    fn schedule_step(&mut self, hub: &mut Hub, step: LoopStep) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
        scope.next = Some(step);
        hub.queue.push(hub.after(scope.every), Item::Loop { node: self.id, life: self.life });
    }

    /// The process goes on: a step that came due meanwhile is taken.
    #[inline(never)]
    pub(super) fn resume_loop(&mut self, hub: &mut Hub) {
        if self
            .microscope
            .as_mut()
            .map(Rc::make_mut)
            .is_some_and(|scope| mem::take(&mut scope.missed))
        {
            hub.queue.push(hub.now, Item::Loop { node: self.id, life: self.life });
        }
    }

    /// The next step.
    #[inline(never)]
    pub(crate) fn step_loop(&mut self, hub: &mut Hub) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
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
    #[inline(never)]
    fn done(&mut self, hub: &mut Hub, step: LoopStep) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
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
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
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
    #[inline(never)]
    fn finish_round(&mut self, hub: &mut Hub) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
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
    #[inline(never)]
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
    #[inline(never)]
    fn take_waiting(&mut self, hub: &mut Hub) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
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
        if let (Some(raft), Some(scope)) =
            (&mut self.raft, self.microscope.as_mut().map(Rc::make_mut))
        {
            scope.unpack(own, raft.ready(&self.disk));
        }
    }

    /// Says whether it is done; if not, its sync runs.
    #[inline(never)]
    fn persist(&mut self, hub: &mut Hub) -> bool {
        let append =
            self.microscope.as_mut().map(Rc::make_mut).and_then(|scope| scope.append.take());
        if let Some(append) = append {
            self.write(hub, append);
        }
        let syncing = self.disk.is_syncing();
        if let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) {
            scope.syncing = syncing;
        }
        !syncing
    }

    /// A sync is done: if Persist waited for it, the loop goes on.
    pub(super) fn persisted(&mut self, hub: &mut Hub) {
        let waited = !self.disk.is_syncing()
            && self
                .microscope
                .as_mut()
                .map(Rc::make_mut)
                .is_some_and(|scope| mem::take(&mut scope.syncing));
        if waited {
            self.done(hub, LoopStep::Persist);
        }
    }
    #[inline(never)]
    fn apply_ready(&mut self, hub: &mut Hub) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
        let reads = mem::take(&mut scope.ready.reads);
        for entry in &scope.ready.committed.clone() {
            self.apply(hub, entry);
        }
        self.confirmed(hub, reads.into_iter());
    }

    fn tell_core(&mut self) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return };
        for message in mem::take(&mut scope.own) {
            if let Some(raft) = &mut self.raft {
                let _refused = raft.step(message, &self.disk);
            }
        }
    }

    /// The process dies with a Ready in hand. Returns how many entries were not even written, and how
    /// many messages were not sent.
    #[inline(never)]
    pub(super) fn drop_ready(&mut self) -> (u64, u32) {
        let Some(scope) = self.microscope.as_mut().map(Rc::make_mut) else { return (0, 0) };
        let unwritten = scope.append.as_ref().map_or(0, |append| append.entries.len() as u64);
        let unsent = if scope.sent { 0 } else { scope.handed().messages };
        *scope = Microscope { crash: None, ..Microscope::new(scope.every) };
        (unwritten, unsent)
    }
}
