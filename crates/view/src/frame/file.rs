//! A file of etcd's grammar, played step by step.

use serde::Serialize;

use crate::Both;

/// The file on screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FileSheet {
    /// Its name; empty if no file is open.
    pub name: String,
    /// How many directives have been run.
    pub at: usize,
    /// How many there are.
    pub count: usize,
    /// How many printed something else than they must.
    pub mismatches: usize,
    /// Where it stands, in one sentence.
    pub what: Both,
    /// The line of the directive that was run last, counted from 1.
    pub line: usize,
    /// That directive, as it is written.
    pub source: String,
    /// Whether it printed what it must.
    pub matches: bool,
    /// What it must print.
    pub expected: Vec<FileLine>,
    /// What it printed.
    pub printed: Vec<FileLine>,
    /// The first line of the directive that comes next; empty at the end.
    pub next: String,
}

/// A line of output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileLine {
    /// The line.
    pub text: String,
    /// Whether the other side has something else here.
    pub differs: bool,
}
