//! A whole script: its header and its steps.

use core::fmt;

use det::{Span, Time};
use sim::{Recording, Setup};

use crate::command::Shown;
use crate::limits::{SCRIPT_BYTES_MAX, STEPS_MAX};
use crate::line::Line;
use crate::setup::{self, HEADER, Settings};
use crate::step::{Act, Moment, Step, step};
use crate::{Error, Problem};

/// A script that has been read. It prints as it was written, without comments and blank lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Script {
    /// What the run starts from.
    pub setup: Setup,
    /// The lines that do something, in order.
    pub steps: Vec<Step>,
}

impl Script {
    /// The recording that the script is, if it says when each of its commands happens and does
    /// nothing else: none of its steps waits for a condition, asserts or asks.
    pub fn recording(&self) -> Option<Recording> {
        let mut now = Time::ZERO;
        let mut inputs = Vec::new();
        for step in &self.steps {
            now = match step.moment {
                Moment::Now => now,
                Moment::At(time) => time,
                Moment::After(span) => now + span,
            };
            match &step.act {
                Act::Nothing => {}
                Act::Run(span) => now += *span,
                Act::Do(command) => inputs.push((now, command.clone())),
                Act::Edit(..)
                | Act::Refuse(_)
                | Act::Until { .. }
                | Act::Expect(_)
                | Act::Ask(_)
                | Act::Reveal(_) => return None,
            }
        }
        Some(Recording { setup: self.setup.clone(), inputs })
    }
}

/// Prints a recording as a script that reproduces the run.
pub fn print(recording: &Recording) -> String {
    Recorded(recording).to_string()
}

/// Reads a script.
///
/// # Errors
///
/// The first place that cannot be read.
pub fn parse(text: &str) -> Result<Script, Error> {
    if SCRIPT_BYTES_MAX < text.len() {
        let problem = Problem::ScriptTooLong { bytes: text.len(), max: SCRIPT_BYTES_MAX };
        return Err(Error { line: 1, column: 1, problem });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let script = Script::default();
    let last_node = script.setup.nodes;
    let reached = Time::ZERO;
    let mut reader = Reader { script, last_node, has_begun: false, reached, asked: None };
    let mut last = 1;
    for (number, text) in (1..).zip(text.split('\n')) {
        reader.line(number, text)?;
        last = number;
    }
    match reader.asked {
        None => Ok(reader.script),
        Some(asked) => {
            Err(Error { line: last, column: 1, problem: Problem::NotRevealed { asked } })
        }
    }
}

/// A script being read.
struct Reader {
    script: Script,
    /// The last node that there is.
    last_node: u8,
    has_begun: bool,
    /// The moment that the run has reached at least.
    reached: Time,
    /// The line of the question that is not revealed.
    asked: Option<usize>,
}

impl Reader {
    fn line(&mut self, number: usize, text: &str) -> Result<(), Error> {
        let mut line = Line::new(number, text, self.last_node)?;
        if line.is_at_end() {
            return Ok(());
        }
        if line.word() == Some(HEADER) {
            if self.has_begun {
                return Err(line.error(Problem::HeaderNotFirst));
            }
            line.needs(HEADER)?;
            self.script.setup = setup::setup(&mut line)?;
            self.last_node = self.script.setup.nodes;
        } else if let Some(step) = step(&mut line)? {
            self.last_node = line.last_node();
            self.pair(&step)?;
            self.advance(&step)?;
            if self.script.steps.len() == STEPS_MAX {
                return Err(at_start(&step, Problem::TooManySteps { max: STEPS_MAX }));
            }
            self.script.steps.push(step);
        }
        self.has_begun = true;
        Ok(())
    }

    /// Every question is revealed before the next one.
    fn pair(&mut self, step: &Step) -> Result<(), Error> {
        match (&step.act, self.asked) {
            (Act::Ask(_), None) => self.asked = Some(step.line),
            (Act::Ask(_), Some(asked)) => {
                return Err(at_start(step, Problem::NotRevealed { asked }));
            }
            (Act::Reveal(_), Some(_)) => self.asked = None,
            (Act::Reveal(_), None) => return Err(at_start(step, Problem::NothingAsked)),
            (
                Act::Nothing
                | Act::Do(_)
                | Act::Edit(..)
                | Act::Refuse(_)
                | Act::Run(_)
                | Act::Until { .. }
                | Act::Expect(_),
                _,
            ) => {}
        }
        Ok(())
    }

    /// Time does not go back, and not on without end.
    fn advance(&mut self, step: &Step) -> Result<(), Error> {
        let run = if let Act::Run(span) = step.act { span } else { Span::ZERO };
        let reached = step.moment.after(self.reached, run);
        self.reached = reached.map_err(|problem| at_start(step, problem))?;
        Ok(())
    }
}

/// An error about a whole step.
fn at_start(step: &Step, problem: Problem) -> Error {
    Error { line: step.line, column: 1, problem }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Header(&self.setup).fmt(f)?;
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// A recording: its header, then a line for each command. A line at the time of the line before
/// needs no time.
struct Recorded<'a>(&'a Recording);

impl fmt::Display for Recorded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Header(&self.0.setup).fmt(f)?;
        let mut now = Time::ZERO;
        for (at, command) in &self.0.inputs {
            if *at != now {
                write!(f, "@{at} ")?;
            }
            now = *at;
            writeln!(f, "{}", Shown(command))?;
        }
        Ok(())
    }
}

/// The header with its line; nothing for the default.
pub(crate) struct Header<'a>(pub(crate) &'a Setup);

impl fmt::Display for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.0 == Setup::default() {
            return Ok(());
        }
        writeln!(f, "{HEADER}{}", Settings(self.0))
    }
}
