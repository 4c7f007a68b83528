//! The run beside: the same one with one switch turned, moved along with it, and counted with it.

use std::collections::BTreeMap;

use det::{Span, Time};
use sim::OpenError;
use sim::ranges::{Command, Knob, Twin, TwinRefusal};
use view::ranges::{Board, Comparison, Motion, Run, Samples, Selection, ShelfRow, Tally};
use view::{Inspector, StripMark};

use super::trouble::Trouble;
use super::{Done, Playground};

/// Things that may happen until the run beside has caught up.
const STEPS_MAX: u64 = 2_000_000;

/// What there is to see of the run beside, and of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Its stage.
    pub board: Board,
    /// What differs, what was counted in both, where they part.
    pub comparison: Comparison,
}

/// The run beside, and what was counted in both.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) twin: Twin,
    /// At whole heartbeat intervals, the last ones only.
    counted: BTreeMap<Time, [Tally; 2]>,
}

impl Beside {
    pub(super) fn run(&self) -> &Run {
        self.twin.run()
    }

    /// Lets time run in both, or as far as so many steps lead. Says whether they got there.
    pub(super) fn run_until(&mut self, run: &mut Run, until: Time, steps_max: u64) -> bool {
        let interval = view::ranges::interval(run.world());
        let steps = |run: &Run, twin: &Twin| run.world().steps() + twin.run().world().steps();
        let before = steps(run, &self.twin);
        loop {
            let next = Time((run.now().0 / interval.0 + 1) * interval.0);
            let rest = steps_max.saturating_sub(steps(run, &self.twin) - before);
            if !self.twin.advance_within(run, until.min(next), rest) {
                return false;
            }
            if until < next {
                return true;
            }
            self.counted.insert(next, self.count(run));
            let kept = Span(Samples::second(interval).0 + 2 * interval.0);
            self.counted = self.counted.split_off(&Time(next.0.saturating_sub(kept.0)));
        }
    }

    pub(super) fn apply(&mut self, run: &mut Run, command: Command) -> Result<(), TwinRefusal> {
        self.twin.apply(run, command)?;
        // What was counted from now on belongs to another future.
        self.counted.split_off(&run.now());
        Ok(())
    }

    fn count(&self, run: &Run) -> [Tally; 2] {
        [run, self.run()].map(|run| view::ranges::tally(run.world()))
    }

    /// What was counted in both up to a moment that is past.
    fn counted(&mut self, run: &Run, at: Time) -> [Tally; 2] {
        let twin = self.twin.run();
        let glance = || [run, twin].map(|run| view::ranges::tally(&run.glance(at)));
        *self.counted.entry(at).or_insert_with(glance)
    }

    fn samples(&mut self, run: &Run) -> Samples {
        let interval = view::ranges::interval(run.world());
        let last = Time(run.now().0 / interval.0 * interval.0);
        let before = |span: Span| Time(last.0.saturating_sub(span.0));
        Samples {
            now: self.count(run),
            last: self.counted(run, last),
            interval: self.counted(run, before(interval)),
            second: self.counted(run, before(Samples::second(interval))),
        }
    }
}

impl Playground {
    /// Compares the run with the one in which this switch is turned, or with none.
    pub(super) fn compare(&mut self, knob: Option<Knob>) {
        self.compared = knob;
        self.beside = None;
    }

    /// Makes the run beside if there has to be one and it is not there, or no longer.
    pub(super) fn keep_beside(&mut self) -> Done {
        if let (Some(knob), None) = (self.compared, &self.beside) {
            match Twin::new(&mut self.run, knob, STEPS_MAX) {
                Ok(twin) => self.beside = Some(Beside { twin, counted: BTreeMap::new() }),
                Err(error) => {
                    self.compared = None;
                    return Err(match error {
                        OpenError::Setup(refusal) | OpenError::Refused { refusal, .. } => {
                            Trouble::RefusedBeside(refusal)
                        }
                        OpenError::Order { .. } => Trouble::NothingThere,
                        OpenError::TooLong { reached, .. } => Trouble::TooFarBeside(reached),
                    });
                }
            }
        }
        Ok(Vec::new())
    }

    /// The switch that is turned in the run beside, if there is one.
    pub fn compared(&self) -> Option<Knob> {
        self.compared
    }

    /// What there is to see of the run beside.
    pub fn pair(&mut self) -> Option<Pair> {
        let lens = self.lens();
        let beside = self.beside.as_mut()?;
        let samples = beside.samples(&self.run);
        Some(Pair {
            board: view::ranges::board_beside(beside.run(), &lens),
            comparison: view::ranges::comparison(&self.run, &beside.twin, &samples),
        })
    }

    /// Whether what is selected is looked at in the run beside.
    pub fn looks_beside(&self) -> bool {
        self.is_beside && self.beside.is_some() && self.selection != Selection::None
    }

    /// What is selected in the run beside, opened up, if that is looked at.
    pub(super) fn opened_beside(&self) -> Option<(Inspector, Vec<ShelfRow>)> {
        let beside = self.beside.as_ref().filter(|_| self.looks_beside())?;
        Some(view::ranges::opened_beside(beside.run(), &self.lens()))
    }

    /// Where the runs part, on the strip.
    pub(super) fn parting_mark(&self) -> Option<StripMark> {
        let parting = self.beside.as_ref()?.twin.parting()?;
        Some(view::ranges::parting_mark(parting))
    }

    /// What moves in the run beside, for each animation frame.
    pub fn motion_beside(&self, out: &mut Motion) {
        if let Some(beside) = &self.beside {
            view::ranges::motion(beside.run(), out);
        }
    }

    /// The run beside, to read from.
    pub fn run_beside(&self) -> Option<&Run> {
        self.beside.as_ref().map(Beside::run)
    }
}
