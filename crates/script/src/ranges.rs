//! The language for many ranges: the same lines, words about stores and ranges.
//!
//! ```text
//! cluster stores=3 ranges=26      # a header that says stores makes a script of ranges
//!
//! until asleep 26                 # a number of the run
//! mark                            # numbers after `new` count from here
//! put m42 v
//! run 1s
//! expect new woken 3 and value m42 v
//! split at m5
//! until ranges 27 and r27 leader
//! lease r27 to s2
//! switch coalescing off
//! load 20/s over r1 r2
//! kill s1
//! say en "s1 is dead." zh "s1 停机。"
//! ```
//!
//! [`parse`] and [`print()`] round-trip, [`run()`] drives a [`sim::Timeline`] of [`sim::ranges::World`], and
//! errors, their hints and the help come from the same tables as for one group.

mod command;
mod condition;
mod figure;
pub mod group;
mod line;
mod read;
mod run;
mod say;
mod script;
mod setup;
mod step;
mod table;
mod truth;

pub use condition::{Condition, Since, Standing};
pub use figure::Figure;
pub use run::{Failure, Fault, Report, Said, run, run_within};
pub use script::{Script, is_for, parse, print, print_compared};
pub use step::{Act, Step};

pub(crate) use command::{COMMANDS, SWITCHES};
pub(crate) use figure::FIGURES;
pub(crate) use read::{CONDITIONS, RANGE_FACTS, STORE_FACTS};
pub(crate) use setup::SETTINGS;
pub(crate) use step::STEPS;

use sim::ranges::{Command, Setup};

use crate::limits::TABLE_LINE_CHARACTERS_MAX;
use crate::line::Line;
use crate::{Error, Group, Word};
use command::{Shown, command_line};

/// Reads one command, as the command bar takes it.
///
/// # Errors
///
/// The first place that cannot be read.
pub fn parse_command(text: &str) -> Result<Command, Error> {
    let mut line = Line::within(1, text, Setup::MAX_STORES, TABLE_LINE_CHARACTERS_MAX)?;
    let command = command_line(&mut line)?;
    line.end()?;
    Ok(command)
}

/// Prints a command as it is written.
pub fn print_command(command: &Command) -> String {
    Shown(command).to_string()
}

/// The words that may come next in a command, or complete the word that `prefix` ends in.
pub fn complete(prefix: &str) -> Vec<String> {
    crate::complete::complete_by(prefix, |line| command_line(line).map(drop))
}

/// The words of the language, group by group, for the help page.
pub fn vocabulary() -> impl Iterator<Item = (Group, &'static Word)> {
    let commands = COMMANDS.iter().map(|row| (group::COMMAND, &row.word));
    let steps = STEPS.iter().map(|row| (group::STEP, &row.word));
    let settings = SETTINGS.iter().map(|row| (group::SETTING, &row.word));
    let figures = FIGURES.iter().map(|row| (group::FIGURE, &row.word));
    let conditions = CONDITIONS.iter().map(|row| (group::CONDITION, &row.word));
    let ranges = RANGE_FACTS.iter().map(|row| (group::RANGE_FACT, &row.word));
    let stores = STORE_FACTS.iter().map(|row| (group::STORE_FACT, &row.word));
    let numbers = commands.chain(steps).chain(settings).chain(figures);
    numbers.chain(conditions).chain(ranges).chain(stores)
}
