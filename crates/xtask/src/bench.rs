//! `cargo xtask bench`: measures, and compares where there is something to compare with.

mod frames;
mod row;
mod web;

use argh::FromArgs;

use crate::{failure::Result, shell};
use row::Row;

/// Measure a part of the project: det, lsm, raft, ranges, restore, sim natively, or web in a browser.
#[derive(FromArgs)]
#[argh(subcommand, name = "bench")]
pub(crate) struct Bench {
    /// what to measure
    #[argh(positional)]
    subject: String,

    /// print one JSON object per row instead of a table
    #[argh(switch)]
    json: bool,
}

impl Bench {
    /// Measures and prints.
    pub(crate) fn run(&self) -> Result {
        let rows = if self.subject == "web" { web::rows()? } else { native(&self.subject)? };
        if self.json {
            for row in &rows {
                println!("{}", row.to_json());
            }
        } else {
            print!("{}", row::table(&rows));
        }
        Ok(())
    }
}

/// Runs the crate `bench`, built with optimisation.
fn native(subject: &str) -> Result<Vec<Row>> {
    let mut bench = shell::cargo();
    bench.args(["run", "--quiet", "--release", "--package", "bench", "--", subject]);
    let output = shell::capture(&mut bench)?;
    output.lines().map(Row::parse).collect()
}
