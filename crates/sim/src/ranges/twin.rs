//! A run beside another: the same setup, seed and commands, but one switch stands the other way.
//!
//! ```text
//!   run    ├────┬───────────▲        kill s1          one moment for both
//!   twin   ├────┴───────────▲        kill s1          the switch is turned from the start
//!            parting: the first thing that happens in only one of them
//! ```

mod travel;

use det::{Span, Time};

use super::{Command, Divergence, Knob, Parting, Refusal, World};
use crate::{OpenError, Timeline};

type Run = Timeline<World>;

/// How far both runs go at a time while the twin is made.
const SLICE: Span = Span::millis(100);

/// A second run that follows a first one, always at the same moment.
#[derive(Clone, Debug)]
pub struct Twin {
    run: Run,
    divergence: Divergence,
    knob: Knob,
    skipped: usize,
}

/// Which of two runs refuses a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TwinRefusal {
    /// The first one does.
    #[error("{0}")]
    First(Refusal),
    /// Only the other one does.
    #[error("in the other run: {0}")]
    Other(Refusal),
}

impl Twin {
    /// The twin of a run at its present moment, run as far as that one has been.
    ///
    /// # Errors
    /// If that takes more than `steps_max` steps; the run is as it was then.
    pub fn new(run: &mut Run, knob: Knob, steps_max: u64) -> Result<Self, OpenError<Refusal>> {
        let (now, horizon) = (run.now(), run.horizon());
        let setup = knob.turn(&run.recording().setup);
        let twin = Run::new(setup).map_err(OpenError::Setup)?;
        let mut twin = Self { run: twin, divergence: Divergence::new(knob), knob, skipped: 0 };
        run.seek(Time::ZERO);
        let reached = twin.repeat(run, horizon, steps_max);
        run.seek(now);
        twin.run.seek(now);
        match reached {
            Ok(()) => Ok(twin),
            Err(reached) => Err(OpenError::TooLong { steps: steps_max, reached }),
        }
    }

    /// The other run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The switch in which the runs differ.
    pub fn knob(&self) -> Knob {
        self.knob
    }

    /// The first thing that happened in one run and not in the other, as far as both have been run.
    pub fn parting(&self) -> Option<&Parting> {
        self.divergence.parting()
    }

    /// Commands of the first run that could not be done in this one.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Does again here what was done in the first run. The error is the moment reached.
    fn repeat(&mut self, run: &mut Run, horizon: Time, mut steps: u64) -> Result<(), Time> {
        let inputs = run.recording().inputs.clone();
        let mut inputs = inputs.iter().peekable();
        while let Some((at, command)) = inputs.next() {
            // Up to the microsecond before, so that what the command does is compared whole.
            self.go_on(run, Time(at.0.saturating_sub(1)), &mut steps)?;
            self.run.advance(*at);
            if self.run.apply(self.knob.mirror(command)).is_err() {
                self.skipped += 1;
            }
            if self.parting().is_none() && inputs.peek().is_none_or(|(next, _)| next != at) {
                run.advance(*at);
                self.divergence.compare(run, &self.run);
            }
        }
        self.go_on(run, horizon, &mut steps)
    }

    /// Both go on to a moment until they have parted, then only this one.
    fn go_on(&mut self, run: &mut Run, until: Time, steps: &mut u64) -> Result<(), Time> {
        while self.run.now() < until {
            let slice = until.min(self.run.now() + SLICE);
            let before = self.run.world().steps();
            let arrived = if self.parting().is_none() {
                self.run_to(run, slice, steps)
            } else {
                self.run.advance_within(slice, *steps)
            };
            if !arrived {
                return Err(self.run.now());
            }
            *steps = steps.saturating_sub(self.run.world().steps() - before);
        }
        Ok(())
    }

    /// Does something now in both runs, or in none.
    ///
    /// # Errors
    /// If it cannot be done in one of them; then nothing has changed.
    pub fn apply(&mut self, run: &mut Run, command: Command) -> Result<(), TwinRefusal> {
        // Both take it after everything that is due at this microsecond.
        let now = run.now();
        self.advance(run, now);
        let mirrored = self.knob.mirror(&command);
        run.world().allow(&command).map_err(TwinRefusal::First)?;
        self.run.world().allow(&mirrored).map_err(TwinRefusal::Other)?;
        if now < run.horizon() {
            self.divergence.fork(run, &self.run);
        }
        run.apply(command).map_err(TwinRefusal::First)?;
        self.run.apply(mirrored).map_err(TwinRefusal::Other)?;
        self.divergence.compare(run, &self.run);
        Ok(())
    }
}
