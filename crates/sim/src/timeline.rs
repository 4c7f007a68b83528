//! Time travel: a recording, some checkpoints, and re-execution.
//!
//! ```text
//!   checkpoints   C──────C──────C──────C
//!   run           ├──────────────────────────────┤ horizon
//!   now                        ▲ seek: restore the checkpoint before, run on from there
//!   other futures        └─────────── kept when something is done in the past
//! ```
//!
//! The world is a function of the recording and the time, so nothing needs to be stored to go back.
//! Checkpoints only save work; a memory budget says how many there are.

mod branch;
mod checkpoint;
mod mark;
mod pulse;
mod run;
mod travel;

use std::collections::VecDeque;

use det::Time;

pub use branch::Branch;
pub use mark::{Mark, MarkKind};
pub use pulse::PULSE;
pub use run::Run;

use crate::{EventId, Recording, Refusal, World};
use checkpoint::{Checkpoint, Checkpoints};
use pulse::Pulses;

/// A run that can be moved through, of one group unless another world is named.
#[derive(Clone, Debug)]
pub struct Timeline<W: Run = World> {
    recording: Recording<W::Setup, W::Command>,
    /// How many inputs of the recording have been applied.
    cursor: usize,
    world: W,
    /// How far this future has been run.
    horizon: Time,
    checkpoints: Checkpoints<W>,
    events: VecDeque<W::Event>,
    fresh: Vec<W::Event>,
    marks: Vec<Mark<W::MarkKind>>,
    pulses: Pulses<W::Pulse>,
    branches: Vec<Branch<W>>,
    current: usize,
}

/// A recording cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError<R = Refusal> {
    /// The setup is out of range.
    #[error("{0}")]
    Setup(R),
    /// A command is refused.
    #[error("at {at}: {refusal}")]
    Refused {
        /// Its position in the recording.
        position: usize,
        /// When.
        at: Time,
        /// Why.
        refusal: R,
    },
    /// The commands are not in order of time.
    #[error("command {position} comes before the one above it")]
    Order {
        /// Its position in the recording.
        position: usize,
    },
    /// It takes more work than allowed.
    #[error("the run is too long: more than {steps} steps until {reached}")]
    TooLong {
        /// The steps allowed.
        steps: u64,
        /// The moment reached with them.
        reached: Time,
    },
}

impl<W: Run> Timeline<W> {
    /// A new run at time zero.
    ///
    /// # Errors
    /// If the setup cannot be run.
    pub fn new(setup: W::Setup) -> Result<Self, W::Refusal> {
        let world = W::start(setup.clone())?;
        let mut timeline = Self {
            recording: Recording { setup, inputs: Vec::new() },
            cursor: 0,
            checkpoints: Checkpoints::new(),
            world,
            horizon: Time::ZERO,
            events: VecDeque::new(),
            fresh: Vec::new(),
            marks: Vec::new(),
            pulses: Pulses::default(),
            branches: vec![Branch::begin(Time::ZERO, None)],
            current: 0,
        };
        timeline.collect();
        Ok(timeline)
    }

    /// A recorded run, at `until`: everything up to its last command and up to `until` has been run.
    ///
    /// # Errors
    /// If the recording cannot be run, or takes more than `steps_max` steps.
    pub fn open(
        recording: &Recording<W::Setup, W::Command>,
        until: Time,
        steps_max: u64,
    ) -> Result<Self, OpenError<W::Refusal>> {
        let mut timeline = Self::new(recording.setup.clone()).map_err(OpenError::Setup)?;
        for (position, (at, command)) in recording.inputs.iter().enumerate() {
            if *at < timeline.now() {
                return Err(OpenError::Order { position });
            }
            timeline.run_within(*at, steps_max)?;
            timeline.apply(command.clone()).map_err(|refusal| OpenError::Refused {
                position,
                at: *at,
                refusal,
            })?;
        }
        timeline.run_within(until, steps_max)?;
        timeline.seek(until);
        Ok(timeline)
    }

    fn run_within(&mut self, until: Time, steps_max: u64) -> Result<(), OpenError<W::Refusal>> {
        while self.world.steps() < steps_max {
            if !self.proceed(until) {
                self.arrive_at(until.max(self.now()));
                return Ok(());
            }
        }
        Err(OpenError::TooLong { steps: steps_max, reached: self.now() })
    }

    /// The world now.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// The moment on screen.
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// When the next thing is due: something that will happen, or a recorded command.
    pub fn next_at(&self) -> Option<Time> {
        let input = self.recording.inputs.get(self.cursor).map(|(at, _)| *at);
        [input, self.world.next_at()].into_iter().flatten().min()
    }

    /// How far this future has been run.
    pub fn horizon(&self) -> Time {
        self.horizon
    }

    /// What was done in this future, whole.
    pub fn recording(&self) -> &Recording<W::Setup, W::Command> {
        &self.recording
    }

    /// The latest events up to now, oldest first: the last [`Run::EVENTS_KEPT`] of the run, always.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &W::Event> + ExactSizeIterator {
        let oldest = self.world.next_event().0.saturating_sub(W::EVENTS_KEPT);
        let too_old =
            self.events.front().map_or(0, |first| oldest.saturating_sub(W::id_of(first).0));
        self.events.range(usize::try_from(too_old).unwrap_or(0)..)
    }

    /// One of the latest events.
    pub fn event(&self, id: EventId) -> Option<&W::Event> {
        let first = W::id_of(self.events.front()?).0;
        self.events.get(usize::try_from(id.0.checked_sub(first)?).ok()?)
    }

    /// The moments of this future worth finding again, up to its horizon.
    pub fn marks(&self) -> &[Mark<W::MarkKind>] {
        &self.marks
    }

    /// What had been counted at every multiple of [`PULSE`] that this future has got past, from zero on,
    /// before what happened at that moment.
    pub fn pulses(&self) -> &[W::Pulse] {
        self.pulses.as_slice()
    }

    /// Does something now. In the past this leaves the old future as a branch of its own.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn apply(&mut self, command: W::Command) -> Result<(), W::Refusal> {
        // A command takes effect after everything that is due at its microsecond.
        self.advance(self.now());
        self.world.allows(&command)?;
        if self.now() < self.horizon || self.cursor < self.recording.inputs.len() {
            self.fork(&command);
        }
        self.recording.inputs.push((self.now(), command));
        self.proceed(self.now());
        Ok(())
    }

    /// Lets time run to `until`: again what was recorded, then what was not.
    pub fn advance(&mut self, until: Time) {
        while self.proceed(until) {}
        self.arrive_at(until);
    }

    /// Lets time run to `until`, but no more than `steps_max` things happen. Says whether it got there.
    pub fn advance_within(&mut self, until: Time, steps_max: u64) -> bool {
        for _ in 0..steps_max {
            if !self.proceed(until) {
                self.arrive_at(until);
                return true;
            }
        }
        false
    }

    fn arrive_at(&mut self, until: Time) {
        self.world.rest_until(until);
        self.horizon = self.horizon.max(self.now());
    }

    /// Lets the next thing happen, a recorded command or an item of the queue, if it is due at
    /// `until` or before.
    fn proceed(&mut self, until: Time) -> bool {
        let input = self.recording.inputs.get(self.cursor).filter(|(at, _)| *at <= until);
        let next = self.world.next_at();
        if let Some(at) = input.map(|(at, _)| *at).into_iter().chain(next).min() {
            self.pulses.reach(at.min(until), || self.world.pulse());
        }
        let happened = match (input, next) {
            (Some((at, command)), item) if item.is_none_or(|item| item > *at) => {
                self.world.rest_until(*at);
                let obeyed = self.world.apply(command);
                assert!(obeyed.is_ok(), "a recorded command was obeyed before");
                self.cursor += 1;
                true
            }
            (Some(_) | None, _) => self.world.step_until(until),
        };
        if happened {
            self.collect();
        }
        happened
    }

    /// Takes the events of what just happened, and a checkpoint if one is due.
    fn collect(&mut self) {
        self.horizon = self.horizon.max(self.world.now());
        self.world.take_events(&mut self.fresh);
        let known = self.marks.last().map_or(0, |mark| mark.event.0 + 1);
        for event in self.fresh.drain(..) {
            if W::id_of(&event).0 >= known {
                self.marks.extend(W::mark(&event, self.world.steps()));
            }
            self.events.push_back(event);
        }
        // Twice as many are held as are shown, so that the oldest are dropped in batches.
        if self.events.len() as u64 > 2 * W::EVENTS_KEPT {
            let excess = self.events.len() - usize::try_from(W::EVENTS_KEPT).unwrap_or(usize::MAX);
            self.events.drain(..excess);
        }
        if self.checkpoints.is_due(&self.world) {
            let checkpoint = Checkpoint { world: self.world.clone(), cursor: self.cursor };
            self.checkpoints.push(checkpoint);
        }
    }
}
