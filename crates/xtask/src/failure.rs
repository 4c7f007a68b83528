//! Why a command could not do its work.

use std::path::PathBuf;

/// Everything that makes a command end with a failure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("`{command}` could not be started: {reason}")]
    NotStarted { command: String, reason: std::io::Error },
    #[error("`{command}` failed")]
    Failed { command: String },
    #[error("{what} is missing: {remedy}")]
    Missing { what: &'static str, remedy: String },
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error(transparent)]
    Browser(#[from] acceptance::Error),
    #[error("{failed} of {all} steps failed")]
    Steps { failed: usize, all: usize },
    #[error("give it {what}")]
    NothingGiven { what: &'static str },
    #[error("{failed} of the files failed")]
    Differs { failed: usize },
    #[error("the output could not be written: {reason}")]
    Output { reason: std::io::Error },
    #[error("`{command}` ran no test at all")]
    NothingRan { command: String },
    #[error("a first load weighs {bytes} gzipped bytes, more than {budget_bytes}")]
    TooHeavy { bytes: u64, budget_bytes: u64 },
    #[error("a line of the measurements is no row: {line}")]
    NoRow { line: String },
    #[error("the page drew no frame while it was playing")]
    NoFrames,
    #[error("the page complained {count} times on its console")]
    Complaints { count: usize },
}

/// What a command of ours returns.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;
