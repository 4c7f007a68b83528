//! Running a script.

use core::fmt;

use det::{Span, Time};
use sim::{Command, Refusal, Timeline};

use crate::command::Shown;
use crate::condition::Condition;
use crate::limits::WORK_MAX;
use crate::message::{Edit, Pick};
use crate::question::Question;
use crate::script::Script;
use crate::step::{Act, Moment, Step};

/// What a script that ran to its end did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many commands were obeyed.
    pub obeyed: usize,
    /// How many assertions held: `expect`, `refuse`, `until` and `reveal`.
    pub held: usize,
    /// The questions, in order.
    pub asked: Vec<Asked>,
}

/// A question that was asked and whose answer was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question, with its right answer.
    pub question: Question,
    /// When it was asked.
    pub asked: Time,
    /// When its answer was shown.
    pub revealed: Time,
}

/// The step at which a script failed. `Display` is one sentence:
/// `line 9 at 1200ms: expected leader n2, found leader n3 in term 2`.
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
        expected: Condition,
        /// What there is instead.
        found: String,
    },
    /// A condition did not come to hold in time.
    NotInTime {
        /// The condition.
        expected: Condition,
        /// How long it was waited for.
        within: Span,
        /// What there is at the end.
        found: String,
    },
    /// A command was refused.
    Refused {
        /// The command.
        command: Command,
        /// Why.
        refusal: Refusal,
    },
    /// A command was not refused.
    NotRefused {
        /// The command.
        command: Command,
    },
    /// There is no such message in flight.
    NotInFlight(Pick),
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
pub fn run(script: &Script, timeline: &mut Timeline) -> Result<Report, Failure> {
    run_within(script, timeline, WORK_MAX)
}

/// Runs a script in which at most `work_max` things may happen: deliveries, ticks, syncs.
///
/// # Errors
///
/// The first step that fails; the timeline stands where it failed.
pub fn run_within(
    script: &Script,
    timeline: &mut Timeline,
    work_max: u64,
) -> Result<Report, Failure> {
    let mut runner = Runner { timeline, work_max, report: Report::default() };
    let mut question = None;
    for step in &script.steps {
        let done = runner.step(step, &mut question);
        done.map_err(|fault| Failure { line: step.line, at: runner.timeline.now(), fault })?;
    }
    Ok(runner.report)
}

struct Runner<'a> {
    timeline: &'a mut Timeline,
    work_max: u64,
    report: Report,
}

/// A question whose answer has not been shown, and when it was asked.
type Open<'a> = Option<(&'a Question, Time)>;

impl Runner<'_> {
    fn step<'s>(&mut self, step: &'s Step, question: &mut Open<'s>) -> Result<(), Fault> {
        match step.moment {
            Moment::Now => {}
            Moment::At(time) if time < self.timeline.now() => {
                return Err(Fault::TimeGoesBack { to: time });
            }
            Moment::At(time) => self.advance(time)?,
            Moment::After(span) => self.advance(self.timeline.now() + span)?,
        }
        match &step.act {
            Act::Nothing => Ok(()),
            Act::Do(command) => self.obey(command.clone()),
            Act::Edit(edit, pick) => self.edit(*edit, *pick),
            Act::Refuse(command) => self.refuse(command),
            Act::Run(span) => self.advance(self.timeline.now() + *span),
            Act::Until { condition, within } => {
                self.until(condition, within.unwrap_or(Act::WITHIN))
            }
            Act::Expect(condition) => self.expect(condition),
            Act::Ask(asked) => {
                *question = Some((asked, self.timeline.now()));
                Ok(())
            }
            Act::Reveal(condition) => {
                self.expect(condition)?;
                if let Some((question, asked)) = question.take() {
                    let (question, revealed) = (question.clone(), self.timeline.now());
                    self.report.asked.push(Asked { question, asked, revealed });
                }
                Ok(())
            }
        }
    }

    /// Lets time run to a moment.
    fn advance(&mut self, to: Time) -> Result<(), Fault> {
        let left = self.work_max.saturating_sub(self.timeline.world().steps());
        let arrived = self.timeline.advance_within(to, left);
        if arrived { Ok(()) } else { Err(Fault::TooMuchWork { max: self.work_max }) }
    }

    fn obey(&mut self, command: Command) -> Result<(), Fault> {
        match self.timeline.apply(command.clone()) {
            Ok(()) => {
                self.report.obeyed += 1;
                Ok(())
            }
            Err(refusal) => Err(Fault::Refused { command, refusal }),
        }
    }

    fn edit(&mut self, edit: Edit, pick: Pick) -> Result<(), Fault> {
        // A command takes effect after everything that is due at its microsecond, so the message
        // must be one that is still in flight then.
        self.advance(self.timeline.now())?;
        let world = self.timeline.world();
        let mut choices = pick.all(world).map(|flight| edit.to(flight.message));
        let choice = choices.find(|command| world.allows(command).is_ok());
        drop(choices);
        match choice {
            Some(command) => self.obey(command),
            None => Err(Fault::NotInFlight(pick)),
        }
    }

    fn refuse(&mut self, command: &Command) -> Result<(), Fault> {
        self.advance(self.timeline.now())?;
        if self.timeline.world().allows(command).is_ok() {
            return Err(Fault::NotRefused { command: command.clone() });
        }
        self.report.held += 1;
        Ok(())
    }

    fn expect(&mut self, condition: &Condition) -> Result<(), Fault> {
        if condition.holds(self.timeline) {
            self.report.held += 1;
            return Ok(());
        }
        let found = condition.found(self.timeline);
        Err(Fault::Untrue { expected: condition.clone(), found })
    }

    /// Lets things happen one by one until the condition holds.
    fn until(&mut self, condition: &Condition, within: Span) -> Result<(), Fault> {
        let limit = self.timeline.now() + within;
        while !condition.holds(self.timeline) {
            if self.timeline.advance_within(limit, 1) {
                // Nothing more happens until the limit.
                if condition.holds(self.timeline) {
                    break;
                }
                let found = condition.found(self.timeline);
                return Err(Fault::NotInTime { expected: condition.clone(), within, found });
            }
            if self.work_max < self.timeline.world().steps() {
                return Err(Fault::TooMuchWork { max: self.work_max });
            }
        }
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
            Self::NotInFlight(pick) => write!(f, "no message {pick} is in flight"),
            Self::TimeGoesBack { to } => {
                write!(f, "time cannot go back to {to}")
            }
            Self::TooMuchWork { max } => {
                write!(f, "the run is too long: more than {max} things happened")
            }
        }
    }
}
