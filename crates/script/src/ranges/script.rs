//! A whole script of many ranges: its header and its steps.

use core::fmt;

use det::{Span, Time};
use sim::ranges::{Knob, Recording, Setup};

use super::command::Shown;
use super::run::BREATH;
use super::setup::{STORES, Settings, setup};
use super::step::{Act, Step, step};
use crate::limits::{RANGES_SCRIPT_BYTES_MAX, STEPS_MAX, TABLE_LINE_CHARACTERS_MAX};
use crate::line::Line;
use crate::setup::HEADER;
use crate::{Error, Moment, Problem};

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
    /// nothing else: none of its steps waits for a condition or asserts.
    pub fn recording(&self) -> Option<Recording> {
        let (mut now, mut said) = (Time::ZERO, None);
        let mut inputs = Vec::new();
        for step in &self.steps {
            now = match step.moment {
                Moment::Now => now,
                Moment::At(time) => now.max(time),
                Moment::After(span) => now + span,
            };
            if said == Some(now) && matches!(step.act, Act::Do(_) | Act::Say(_)) {
                now += BREATH;
            }
            match &step.act {
                Act::Nothing | Act::Compare(_) | Act::Speed(_) => {}
                Act::Say(_) => said = Some(now),
                Act::Run(span) => now += *span,
                Act::Do(command) => inputs.push((now, command.clone())),
                Act::Refuse(_) | Act::Until { .. } | Act::Expect(_) | Act::Mark => return None,
            }
        }
        Some(Recording { setup: self.setup.clone(), inputs })
    }

    /// The switch that stands the other way in the run beside, if the script compares.
    pub fn compared(&self) -> Option<Knob> {
        let knob = |step: &Step| if let Act::Compare(knob) = step.act { Some(knob) } else { None };
        self.steps.iter().rev().find_map(knob)
    }
}

/// Whether a text is a script of many ranges: its header says stores.
pub fn is_for(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let code = |line: &str| line.split('#').next().map(str::trim_start).unwrap_or_default().len();
    let header = text.lines().find(|line| code(line) > 0);
    let rest = header.and_then(|line| line.trim_start().strip_prefix(HEADER));
    rest.is_some_and(|rest| {
        rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(STORES)
    })
}

/// Reads a script.
///
/// # Errors
///
/// The first place that cannot be read.
pub fn parse(text: &str) -> Result<Script, Error> {
    if RANGES_SCRIPT_BYTES_MAX < text.len() {
        let problem = Problem::ScriptTooLong { bytes: text.len(), max: RANGES_SCRIPT_BYTES_MAX };
        return Err(Error { line: 1, column: 1, problem });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { script: Script::default(), has_begun: false, reached: Time::ZERO };
    for (number, text) in (1..).zip(text.split('\n')) {
        reader.line(number, text)?;
    }
    Ok(reader.script)
}

/// A script being read.
struct Reader {
    script: Script,
    has_begun: bool,
    /// The moment that the run has reached at least.
    reached: Time,
}

impl Reader {
    fn line(&mut self, number: usize, text: &str) -> Result<(), Error> {
        let stores = self.script.setup.stores;
        let mut line = Line::within(number, text, stores, TABLE_LINE_CHARACTERS_MAX)?;
        if line.is_at_end() {
            return Ok(());
        }
        if line.word() == Some(HEADER) {
            if self.has_begun {
                return Err(line.error(Problem::HeaderNotFirst));
            }
            line.needs(HEADER)?;
            self.script.setup = setup(&mut line)?;
        } else if let Some(step) = step(&mut line)? {
            self.advance(&step)?;
            if self.script.steps.len() == STEPS_MAX {
                return Err(at_start(&step, Problem::TooManySteps { max: STEPS_MAX }));
            }
            self.script.steps.push(step);
        }
        self.has_begun = true;
        Ok(())
    }

    /// Time does not go back, and not on without end.
    fn advance(&mut self, step: &Step) -> Result<(), Error> {
        let run = if let Act::Run(span) = step.act { span } else { Span::ZERO };
        self.reached =
            step.moment.after(self.reached, run).map_err(|problem| at_start(step, problem))?;
        Ok(())
    }
}

/// An error about a whole step.
fn at_start(step: &Step, problem: Problem) -> Error {
    Error { line: step.line, column: 1, problem }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}{}", Settings(&self.setup))?;
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// Prints a recording as a script that reproduces the run.
pub fn print(recording: &Recording) -> String {
    Recorded(recording, None).to_string()
}

/// The same for a run that is compared with the one in which a switch is turned.
pub fn print_compared(recording: &Recording, knob: Knob) -> String {
    Recorded(recording, Some(knob)).to_string()
}

/// A recording: its header, then a line for each command. A line at the time of the line before
/// needs no time.
struct Recorded<'a>(&'a Recording, Option<Knob>);

impl fmt::Display for Recorded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}{}", Settings(&self.0.setup))?;
        if let Some(knob) = self.1 {
            writeln!(f, "{}", Act::Compare(knob))?;
        }
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
