//! Native measurements: `bench <subject>` prints one JSON object a line.
//!
//! `cargo xtask bench <subject>` builds this with optimisation, runs it and shows the table. To add
//! a measurement, add a [`Row`] to a subject; to add a subject, add a module and a line to
//! [`SUBJECTS`].
//!
//! A figure here is the best of some runs: what disturbs a run only ever makes it slower.

#![expect(clippy::print_stdout, reason = "the rows go to stdout")]
#![expect(clippy::print_stderr, reason = "and complaints to stderr")]

mod digest;
mod engine;
mod groups;
mod measure;
mod raft_rs;
mod ranges;
mod restore;
mod row;
mod sim;

use std::process::ExitCode;

use row::Row;

/// Something that can be measured.
struct Subject {
    name: &'static str,
    rows: fn() -> Vec<Row>,
}

const SUBJECTS: [Subject; 6] = [
    Subject { name: "det", rows: digest::rows },
    Subject { name: "lsm", rows: engine::rows },
    Subject { name: "raft", rows: groups::rows },
    Subject { name: "ranges", rows: ranges::rows },
    Subject { name: "restore", rows: restore::rows },
    Subject { name: "sim", rows: sim::rows },
];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let Some(subject) = SUBJECTS.iter().find(|subject| subject.name == wanted) else {
        let known: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        eprintln!("nothing to measure is called {wanted:?}; there is: {}", known.join(", "));
        return ExitCode::FAILURE;
    };
    for row in (subject.rows)() {
        println!("{}", row.to_json());
    }
    ExitCode::SUCCESS
}
