//! Running a script of many ranges.

use core::fmt;

use det::{Span, Time};
use sim::Timeline;
use sim::ranges::{Command, Refusal, World};

use super::command::Shown;
use super::say::filled;
use super::truth::{Mark, mark};
use super::{Act, Condition, Script, Step};
use crate::limits::WORK_MAX;
use crate::{Moment, Words};

/// A sentence stands for itself: what follows it is done so much later.
pub(super) const BREATH: Span = Span::micros(1);

/// What a script that ran to its end did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many commands were obeyed.
    pub obeyed: usize,
    /// How many assertions held: `expect`, `refuse` and `until`.
    pub held: usize,
    /// The captions, in order, no two of them at one moment.
    pub said: Vec<Said>,
    /// From when on a second of the run is shown in how many, in order.
    pub speeds: Vec<(Time, u32)>,
}

/// A caption, and when it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Time,
    /// What.
    pub words: Words,
}

/// The step at which a script failed. `Display` is one sentence:
/// `line 9 at 1200ms: expected asleep 9, found asleep 8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The line of the step.
    pub line: usize,
    /// When it failed.
    pub at: Time,
    /// What is wrong.
    pub fault: Fault,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A condition does not hold.
    Untrue {
        /// The condition.
        expected: Box<Condition>,
        /// What there is instead.
        found: String,
    },
    /// A condition did not come to hold in time.
    NotInTime {
        /// The condition.
        expected: Box<Condition>,
        /// How long it was waited for.
        within: Span,
        /// What there is at the end.
        found: String,
    },
    /// A command was refused.
    Refused {
        /// The command.
        command: Box<Command>,
        /// Why.
        refusal: Refusal,
    },
    /// A command was not refused.
    NotRefused {
        /// The command.
        command: Command,
    },
    /// The moment of the step is past.
    TimeGoesBack {
        /// The moment.
        to: Time,
    },
    /// The script takes more work than allowed.
    TooMuchWork {
        /// The things that may happen in the run.
        max: u64,
    },
}

/// Runs a script on a timeline that was made from its setup.
///
/// # Errors
///
/// The first step that fails; the timeline stands where it failed.
pub fn run(script: &Script, timeline: &mut Timeline<World>) -> Result<Report, Failure> {
    run_within(script, timeline, WORK_MAX)
}

/// Runs a script in which at most `work_max` things may happen: deliveries, ticks, syncs.
///
/// # Errors
///
/// The first step that fails; the timeline stands where it failed.
pub fn run_within(
    script: &Script,
    timeline: &mut Timeline<World>,
    work_max: u64,
) -> Result<Report, Failure> {
    let (mark, reached) = (mark(timeline.world()), timeline.now());
    let mut runner = Runner { timeline, work_max, reached, mark, report: Report::default() };
    for step in &script.steps {
        let done = runner.step(step);
        done.map_err(|fault| Failure { line: step.line, at: runner.timeline.now(), fault })?;
    }
    Ok(runner.report)
}

struct Runner<'a> {
    timeline: &'a mut Timeline<World>,
    work_max: u64,
    /// The moment that the script has got to: the run is after it by what sentences take.
    reached: Time,
    mark: Mark,
    report: Report,
}

impl Runner<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Fault> {
        match step.moment {
            Moment::Now => {}
            Moment::At(time) if time < self.reached => {
                return Err(Fault::TimeGoesBack { to: time });
            }
            Moment::At(time) => self.advance(time)?,
            Moment::After(span) => self.advance(self.timeline.now() + span)?,
        }
        match &step.act {
            Act::Nothing | Act::Compare(_) => {}
            Act::Do(command) => self.obey(command)?,
            Act::Refuse(command) => self.refuse(command)?,
            Act::Run(span) => self.advance(self.timeline.now() + *span)?,
            Act::Until { condition, within } => {
                self.until(condition, within.unwrap_or(crate::Act::WITHIN))?;
            }
            Act::Expect(condition) => self.expect(condition)?,
            Act::Mark => self.mark = mark(self.timeline.world()),
            Act::Say(words) => {
                self.breathe()?;
                let words = filled(words, self.timeline.world(), &self.mark);
                self.report.said.push(Said { at: self.timeline.now(), words });
            }
            Act::Speed(slowdown) => self.report.speeds.push((self.timeline.now(), *slowdown)),
        }
        Ok(())
    }

    /// Lets time run to a moment.
    fn advance(&mut self, to: Time) -> Result<(), Fault> {
        self.reached = to;
        let to = to.max(self.timeline.now());
        let left = self.work_max.saturating_sub(self.timeline.world().steps());
        let arrived = self.timeline.advance_within(to, left);
        if arrived { Ok(()) } else { Err(Fault::TooMuchWork { max: self.work_max }) }
    }

    /// After a sentence, a moment goes by.
    fn breathe(&mut self) -> Result<(), Fault> {
        let (now, reached) = (self.timeline.now(), self.reached);
        if self.report.said.last().is_some_and(|said| said.at == now) {
            self.advance(now + BREATH)?;
            self.reached = reached;
        }
        Ok(())
    }

    fn obey(&mut self, command: &Command) -> Result<(), Fault> {
        self.breathe()?;
        let refused = |refusal| Fault::Refused { command: Box::new(command.clone()), refusal };
        self.timeline.apply(command.clone()).map_err(refused)?;
        self.report.obeyed += 1;
        Ok(())
    }

    fn refuse(&mut self, command: &Command) -> Result<(), Fault> {
        self.advance(self.timeline.now())?;
        if self.timeline.world().allow(command).is_ok() {
            return Err(Fault::NotRefused { command: command.clone() });
        }
        self.report.held += 1;
        Ok(())
    }

    fn holds(&self, condition: &Condition) -> bool {
        condition.holds(self.timeline.world(), &self.mark)
    }

    fn found(&self, condition: &Condition) -> String {
        condition.found(self.timeline.world(), &self.mark)
    }

    fn expect(&mut self, condition: &Condition) -> Result<(), Fault> {
        if !self.holds(condition) {
            let found = self.found(condition);
            return Err(Fault::Untrue { expected: Box::new(condition.clone()), found });
        }
        self.report.held += 1;
        Ok(())
    }

    /// Lets things happen one by one until the condition holds.
    fn until(&mut self, condition: &Condition, within: Span) -> Result<(), Fault> {
        let limit = self.timeline.now() + within;
        while !self.holds(condition) {
            if self.timeline.advance_within(limit, 1) {
                // Nothing more happens until the limit.
                if self.holds(condition) {
                    break;
                }
                let found = self.found(condition);
                return Err(Fault::NotInTime {
                    expected: Box::new(condition.clone()),
                    within,
                    found,
                });
            }
            if self.work_max < self.timeline.world().steps() {
                return Err(Fault::TooMuchWork { max: self.work_max });
            }
        }
        self.reached = self.timeline.now();
        self.report.held += 1;
        Ok(())
    }
}

impl core::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} at {}: {}", self.line, self.at, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untrue { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::NotInTime { expected, within, found } => {
                write!(f, "expected {expected} within {within}, found {found}")
            }
            Self::Refused { command, refusal } => {
                write!(f, "\"{}\" was refused: {refusal}", Shown(command))
            }
            Self::NotRefused { command } => {
                write!(f, "expected \"{}\" to be refused, but it can be done", Shown(command))
            }
            Self::TimeGoesBack { to } => write!(f, "time cannot go back to {to}"),
            Self::TooMuchWork { max } => {
                write!(f, "the run is too long: more than {max} things happened")
            }
        }
    }
}
