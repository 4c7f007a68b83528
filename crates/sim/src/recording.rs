//! A run, as little as it takes to have it again.

use det::Time;

use crate::{Command, Setup};

/// The only truth about a session: what it starts from, and what was done when. The share link, the
/// script and the bug report are this and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Recording<S = Setup, C = Command> {
    /// What the run starts from.
    pub setup: S,
    /// What was done, in order of time. A command takes effect after everything else that is due
    /// at its microsecond.
    pub inputs: Vec<(Time, C)>,
}
