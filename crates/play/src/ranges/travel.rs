//! Moving through the run, and through the one beside it if there is one: both are at one moment.

use det::{Span, Time};
use sim::EventId;
use sim::ranges::{Command, Twin};
use view::ranges::{Run, Selection};

use super::compare::Beside;
use super::trouble::Trouble;
use super::{Done, Playground, STEPS_PER_FRAME, STEPS_PER_SEEK};
use crate::go::told;

impl Playground {
    /// Wall-clock time went by.
    pub(super) fn elapse(&mut self, wall: Span) {
        if !self.playing || self.read(wall) {
            return;
        }
        let [known, known_beside] = self.findings();
        let from = self.run.now();
        let until = from + self.clock.elapse(wall);
        let until = self.stop_in_scene(until);
        self.run_until(until, STEPS_PER_FRAME);
        self.arrive_in_scene(from);
        // A rule that does not hold stops time at its moment.
        if let Some(finding) = self.run.world().findings().get(known) {
            let event = finding.event;
            self.seek_event(event);
            self.playing = false;
        }
        self.playing &= self.findings()[1] <= known_beside;
    }

    /// Contradictions found so far, here and in the run beside.
    fn findings(&self) -> [usize; 2] {
        let beside = self.beside.as_ref().map(Beside::run);
        [Some(&self.run), beside].map(|run| run.map_or(0, |run| run.world().findings().len()))
    }

    /// Lets time run to a moment, or as far as so many steps lead. Says whether it got there.
    fn run_until(&mut self, until: Time, steps: u64) -> bool {
        if let Some(beside) = &mut self.beside {
            return beside.run_until(&mut self.run, until, steps);
        }
        let arrived = self.run.advance_within(until, steps);
        if !arrived {
            // Not in the middle of a microsecond, where a link could not name the place.
            self.run.advance_within(self.run.now(), steps);
        }
        arrived
    }

    pub(super) fn travel(
        &mut self,
        step: fn(&mut Run) -> bool,
        step_both: fn(&mut Twin, &mut Run) -> bool,
    ) -> Done {
        self.playing = false;
        self.read_again();
        if let Selection::Event(_) = self.selection {
            self.selection = Selection::None;
        }
        let moved = match &mut self.beside {
            Some(beside) => step_both(&mut beside.twin, &mut self.run),
            None => step(&mut self.run),
        };
        if moved { Ok(Vec::new()) } else { Err(Trouble::NothingThere) }
    }

    pub(super) fn seek(&mut self, to: Time) -> Done {
        self.read_again();
        let known = to.min(self.run.horizon());
        self.run.seek(known);
        if let Some(beside) = &mut self.beside {
            beside.twin.follow(&self.run);
        }
        if to <= known || self.run_until(to, STEPS_PER_SEEK) {
            return Ok(Vec::new());
        }
        Err(Trouble::TooFar(self.run.now()))
    }

    /// To the moment after an event. Says whether the run has it.
    pub(super) fn seek_event(&mut self, event: EventId) -> bool {
        self.read_again();
        let found = self.run.seek_event(event);
        if let Some(beside) = &mut self.beside {
            beside.twin.follow(&self.run);
        }
        found
    }

    /// Shows another future; what is beside it is made anew.
    pub(super) fn switch_branch(&mut self, branch: usize) -> Done {
        if !self.run.switch(branch) {
            return Err(Trouble::NoSuchBranch);
        }
        self.beside = None;
        self.read_again();
        Ok(Vec::new())
    }

    pub(super) fn obey(&mut self, command: Command) -> Done {
        let futures = self.run.branches().len();
        match &mut self.beside {
            Some(beside) => beside.apply(&mut self.run, command).map_err(Trouble::from)?,
            None => self.run.apply(command).map_err(Trouble::Refused)?,
        }
        if self.run.branches().len() == futures {
            return Ok(Vec::new());
        }
        Ok(vec![told(
            "this is a new future; the old one is kept",
            "这里开始一个新的未来，原来的仍保留",
        )])
    }
}
