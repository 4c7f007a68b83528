//! Commands for a node under the microscope.

use sim::{Command, LoopStep};

use crate::Error;
use crate::line::Line;
use crate::words::Group;

/// The words of the steps.
pub(crate) const LOOP_STEPS: [(&str, LoopStep); 6] = [
    ("input", LoopStep::Input),
    ("ready", LoopStep::Ready),
    ("persist", LoopStep::Persist),
    ("send", LoopStep::Send),
    ("apply", LoopStep::Apply),
    ("advance", LoopStep::Advance),
];

/// What follows `microscope`.
pub(crate) fn microscope(line: &mut Line<'_>) -> Result<Command, Error> {
    let node = line.node()?;
    if line.takes("off") {
        return Ok(Command::Microscope { node, every: None });
    }
    line.needs("every")?;
    Ok(Command::Microscope { node, every: Some(line.span()?) })
}

/// What follows `crash`.
pub(crate) fn crash(line: &mut Line<'_>) -> Result<Command, Error> {
    let node = line.node()?;
    if line.takes("never") {
        return Ok(Command::Crash { node, after: None });
    }
    line.needs("after")?;
    Ok(Command::Crash { node, after: Some(loop_step(line)?) })
}

/// A step of the loop.
pub(crate) fn loop_step(line: &mut Line<'_>) -> Result<LoopStep, Error> {
    Ok(LOOP_STEPS[line.needs_of(Group::LoopStep)?].1)
}
