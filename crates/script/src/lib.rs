//! One text language for tests, lessons, links and the command line.
//!
//! A button of the page, a line typed in its command bar, a step of a lesson and a line of a test
//! are the same words:
//!
//! ```text
//! cluster nodes=3 seed=7          # what the run starts from; only what differs from the default
//!
//! campaign n1                     # a command: what a person can do to a run
//! until leader n1 within 1s       # time goes by until a condition holds
//! put x 1
//! @500ms partition n1 | n2 n3     # a moment, then what happens there
//! +100ms put x 2 at n2            # so much later
//! hold vote n2 -> n3              # a message by what it says, where its number is not known
//! refuse restart n1               # a command that must be refused
//!
//! ask en "Who leads?" zh "谁是 leader?" n1 | n2 | n3 = n2
//! run 1s
//! reveal leader n2                # the condition that shows the answer; a lesson cannot lie
//! expect logs agree or n1 down    # what makes a script a test
//! ```
//!
//! # Reading
//!
//! A line is cut into words, quoted texts and signs (`token`). A `Line` is then asked what stands
//! next; each question leaves a note of what would have been taken. The notes are the error message
//! if nothing fits, the "did you mean" if a word is near, and the completion if the line ends. So the
//! parser, its errors, its help and its completion come from the same tables and cannot disagree.
//!
//! No input panics: every number has limits, every text a length ([`limits`]), parentheses a depth.
//!
//! # Printing
//!
//! Whatever was read prints in one form, and that form reads back as the same value. [`print()`] turns a
//! recording into a script that reproduces the run to the bit.
//!
//! # Running
//!
//! [`run()`] drives a [`sim::Timeline`] through a script and stops at the first step that fails, with a
//! sentence that says what was found instead.
//!
//! Deliberately absent: variables, loops and arithmetic. A script is a list of what happened, so it
//! can be read aloud in a class and shortened line by line when it shows a bug.

mod command;
mod complete;
mod condition;
mod error;
mod expected;
pub mod limits;
mod line;
mod message;
mod print;
mod question;
pub mod ranges;
mod run;
mod script;
mod setup;
mod step;
mod token;
mod truth;
mod words;

pub use complete::complete;
pub use condition::{Compare, Condition, Life, Number};
pub use error::{Error, Problem};
pub use expected::Expected;
pub use message::{Edit, Kind, Pick};
pub use question::{Question, Words};
pub use run::{Asked, Failure, Fault, Report, run, run_within};
pub use script::{Script, parse, print};
pub use step::{Act, Moment, Step};
pub use words::{Group, Names, Word, vocabulary};

use sim::{Command, Setup};

use crate::command::{Shown, command_line};
use crate::line::Line;

/// Reads one command, as the command bar takes it.
///
/// # Errors
///
/// The first place that cannot be read.
pub fn parse_command(text: &str) -> Result<Command, Error> {
    let mut line = Line::new(1, text, Setup::MAX_NODES)?;
    let command = command_line(&mut line)?;
    line.end()?;
    Ok(command)
}

/// Prints a command as it is written.
pub fn print_command(command: &Command) -> String {
    Shown(command).to_string()
}
