//! Moving through two runs at once: what one of them does next decides how far both go.

use det::{Span, Time};

use super::{Run, Twin};
use crate::ranges::Event;

/// How far a search for the next event goes when nothing happens.
const SEARCH_MAX: Span = Span::secs(60);

impl Twin {
    /// Lets time run to `until` in both.
    pub fn advance(&mut self, run: &mut Run, until: Time) {
        self.advance_within(run, until, u64::MAX);
    }

    /// Lets time run to `until` in both, but no more than `steps_max` things happen. Says whether
    /// they got there; if not, both are at the same earlier moment.
    pub fn advance_within(&mut self, run: &mut Run, until: Time, mut steps_max: u64) -> bool {
        self.run_to(run, until, &mut steps_max)
    }

    /// The same; `steps` are those that may still be made.
    pub(super) fn run_to(&mut self, run: &mut Run, until: Time, steps: &mut u64) -> bool {
        let mut moment = run.now();
        let arrived = loop {
            let Some(at) = self.next_at(run).filter(|at| *at <= until) else { break true };
            if moment < at {
                self.divergence.compare(run, &self.run);
                moment = at;
            }
            if *steps == 0 {
                break false;
            }
            *steps -= 1;
            let first = run.next_at() == Some(at);
            let mover = if first { &mut *run } else { &mut self.run };
            mover.advance_within(at, 1);
        };
        self.meet(run, if arrived { until } else { run.now().max(self.run.now()) });
        arrived
    }

    /// When the next thing is due in either run.
    fn next_at(&self, run: &Run) -> Option<Time> {
        [run.next_at(), self.run.next_at()].into_iter().flatten().min()
    }

    /// Both run to the same moment, and what is new is compared.
    fn meet(&mut self, run: &mut Run, at: Time) {
        run.advance(at);
        self.run.advance(at);
        self.divergence.compare(run, &self.run);
    }

    /// The first run has moved within what has been run: this one gets to the same moment.
    pub fn follow(&mut self, run: &Run) {
        self.run.seek(run.now());
    }

    /// One visible event forward, whichever run has it.
    pub fn step(&mut self, run: &mut Run) -> bool {
        self.forward(run, |_| true)
    }

    /// To the next interesting event of either run.
    pub fn next_interesting(&mut self, run: &mut Run) -> bool {
        self.forward(run, Event::is_interesting)
    }

    fn forward(&mut self, run: &mut Run, wanted: impl Fn(&Event) -> bool) -> bool {
        let limit = run.now() + SEARCH_MAX;
        while let Some(at) = self.next_at(run).filter(|at| *at <= limit) {
            let first = run.next_at() == Some(at);
            let (mover, other) =
                if first { (&mut *run, &mut self.run) } else { (&mut self.run, &mut *run) };
            let seen = mover.world().next_event();
            mover.advance_within(at, 1);
            let found = mover.events().rev().take_while(|event| seen <= event.id).any(&wanted);
            if found {
                // One of them may have stopped in the middle of a moment; the other one gets there.
                other.advance(at);
            }
            self.divergence.compare(run, &self.run);
            if found {
                return true;
            }
        }
        let now = run.now().max(self.run.now());
        self.meet(run, now);
        false
    }

    /// One visible event back, whichever run had it.
    pub fn back(&mut self, run: &mut Run) -> bool {
        self.backward(run, Run::back)
    }

    /// To the interesting event before, of either run.
    pub fn previous_interesting(&mut self, run: &mut Run) -> bool {
        self.backward(run, Run::previous_interesting)
    }

    fn backward(&mut self, run: &mut Run, go: fn(&mut Run) -> bool) -> bool {
        let moved = [go(run), go(&mut self.run)];
        let to = run.now().max(self.run.now());
        for each in [run, &mut self.run] {
            if each.now() < to {
                each.seek(to);
            }
        }
        moved.contains(&true)
    }
}
