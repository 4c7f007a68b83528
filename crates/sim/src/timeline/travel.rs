//! Moving through a run: to a moment, to an event, one step, to the next interesting one.

use det::{Span, Time};

use super::{Checkpoint, Run, Timeline};
use crate::EventId;

/// How far a search for the next event goes when nothing happens.
const SEARCH_MAX: Span = Span::secs(60);

/// A place in a run: finer than a moment, because several things happen at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    steps: u64,
    cursor: usize,
    at: Time,
}

impl<W: Run> Timeline<W> {
    /// To a moment, forward or back. Past the horizon this runs on.
    pub fn seek(&mut self, to: Time) {
        if to < self.now() || !self.is_near(to) {
            self.restart_from_checkpoint(to);
        } else {
            self.advance(to);
        }
    }

    /// Whether running on is no more work than starting from a checkpoint.
    fn is_near(&self, to: Time) -> bool {
        let start = self.checkpoints.before(W::EVENTS_KEPT, |point| point.world.now() <= to);
        start.world.steps() <= self.world.steps()
    }

    /// From the checkpoint before a moment to that moment.
    pub(super) fn restart_from_checkpoint(&mut self, to: Time) {
        self.rewind(|point| point.world.now() <= to);
        self.advance(to);
    }

    fn rewind(&mut self, wanted: impl Fn(&Checkpoint<W>) -> bool) {
        let start = self.checkpoints.before(W::EVENTS_KEPT, wanted);
        self.world = start.world.clone();
        self.cursor = start.cursor;
        // The events before the checkpoint come from running towards it; the very first ones of a
        // run are those of its start.
        self.events.clear();
        if self.world.steps() == 0 && self.cursor == 0 {
            self.refill_start();
        }
    }

    /// The events of the start are not in any checkpoint: a world made anew has them.
    fn refill_start(&mut self) {
        let fresh = W::start(self.recording.setup.clone());
        let mut fresh = fresh.expect("this setup was run before");
        fresh.take_events(&mut self.fresh);
        self.events.extend(self.fresh.drain(..));
    }

    /// The world as it was at a moment of this future that has been run: the run itself stays here.
    pub fn glance(&self, at: Time) -> W {
        let start = self.checkpoints.before(0, |point| point.world.now() <= at);
        let (mut world, mut unread) = (start.world.clone(), Vec::new());
        let inputs = self.recording.inputs.iter().skip(start.cursor);
        for (when, command) in inputs.take_while(|(when, _)| *when <= at) {
            while world.step_until(*when) {}
            world.rest_until(*when);
            let obeyed = world.apply(command);
            assert!(obeyed.is_ok(), "a recorded command was obeyed before");
        }
        while world.step_until(at) {}
        world.rest_until(at);
        world.take_events(&mut unread);
        world
    }

    /// To the moment after an event has happened. Says whether the run has that event.
    pub fn seek_event(&mut self, event: EventId) -> bool {
        if event < self.world.next_event() {
            self.rewind(|point| point.world.next_event() <= event);
        }
        while self.world.next_event() <= event {
            if !self.proceed(self.horizon) {
                return false;
            }
        }
        true
    }

    /// One visible event forward: to the next thing of which there is anything to tell.
    pub fn step(&mut self) -> bool {
        self.forward(|_| true)
    }

    /// To the next interesting event.
    pub fn next_interesting(&mut self) -> bool {
        self.forward(W::is_interesting)
    }

    fn forward(&mut self, found: impl Fn(&W::Event) -> bool) -> bool {
        let limit = self.now() + SEARCH_MAX;
        loop {
            let seen = self.world.next_event();
            if !self.proceed(limit) {
                return false;
            }
            if self.events_from(seen).any(&found) {
                return true;
            }
        }
    }

    fn events_from(&self, from: EventId) -> impl Iterator<Item = &W::Event> {
        let count = usize::try_from(self.world.next_event().0 - from.0).unwrap_or(0);
        self.events.range(self.events.len().saturating_sub(count)..)
    }

    /// One visible event back: to the moment at which the event before the last one had happened.
    pub fn back(&mut self) -> bool {
        self.backward(|_| true)
    }

    /// To the interesting event before.
    pub fn previous_interesting(&mut self) -> bool {
        self.backward(W::is_interesting)
    }

    /// Looks for the last stop before this one at which something `wanted` happened: first from the
    /// nearest checkpoint, then from ever earlier ones.
    fn backward(&mut self, wanted: impl Fn(&W::Event) -> bool) -> bool {
        let here = self.stop();
        let mut from = here;
        loop {
            let limit = from;
            self.rewind(|point| point.world.steps() < limit.steps || point.world.steps() == 0);
            from = self.stop();
            if let Some(stop) = self.last_stop_before(here, &wanted) {
                self.run_to(stop);
                return true;
            }
            if from.steps == 0 {
                self.run_to(Stop { steps: 0, cursor: 0, at: Time::ZERO });
                return here != self.stop();
            }
        }
    }

    fn stop(&self) -> Stop {
        Stop { steps: self.world.steps(), cursor: self.cursor, at: self.now() }
    }

    /// Runs up to `here`, remembering the last place at which something wanted had happened.
    fn last_stop_before(
        &mut self,
        here: Stop,
        wanted: &impl Fn(&W::Event) -> bool,
    ) -> Option<Stop> {
        let mut last = None;
        while (self.world.steps(), self.cursor) != (here.steps, here.cursor) {
            let seen = self.world.next_event();
            if !self.proceed(here.at) {
                break;
            }
            let stop = self.stop();
            let before = (stop.steps, stop.cursor, stop.at) != (here.steps, here.cursor, here.at);
            if before && self.events_from(seen).any(wanted) {
                last = Some(stop);
            }
        }
        last
    }

    fn run_to(&mut self, stop: Stop) {
        self.rewind(|point| {
            point.world.steps() <= stop.steps && point.cursor <= stop.cursor
                || point.world.steps() == 0
        });
        while (self.world.steps(), self.cursor) != (stop.steps, stop.cursor) {
            if !self.proceed(stop.at) {
                break;
            }
        }
        self.world.rest_until(stop.at);
    }
}

impl Timeline {
    /// To the next step of a loop under the microscope.
    pub fn next_loop_step(&mut self) -> bool {
        self.forward(|event| matches!(event.kind, crate::EventKind::Loop { .. }))
    }
}
