//! The project's own commands, started as `cargo xtask <command>`.
//!
//! ```text
//!   serve        install what is missing, then serve the page and rebuild it on every change
//!   test         everything that must hold: format, lints, docs, tests, page, browser
//!   dist         the static release build in `dist`, with its sizes
//!   bench        measure natively, and in a browser
//!   conformance  replay the data-driven tests of a reference core
//!   sst          make an SSTable from lines of text, and print one
//!   shot         pictures of the page at three sizes, light and dark
//! ```
//!
//! Everything here starts other programs (cargo, trunk, a browser) and says in plain sentences what
//! it does, why, and what to do when it cannot. Nothing here is needed to build the project.

#![expect(clippy::print_stdout, reason = "a command line tool speaks on stdout")]
#![expect(clippy::print_stderr, reason = "and complains on stderr")]

mod bench;
mod conformance;
mod dist;
mod failure;
mod lean;
mod pins;
mod serve;
mod shell;
mod shot;
mod split;
mod sst;
mod test;
mod tools;

use std::process::ExitCode;

use argh::FromArgs;

/// The commands of Raftarium.
#[derive(FromArgs)]
struct Xtask {
    #[argh(subcommand)]
    command: Command,
}

#[derive(FromArgs)]
#[argh(subcommand)]
enum Command {
    Serve(serve::Serve),
    Test(test::Test),
    Dist(dist::DistCommand),
    Bench(bench::Bench),
    Conformance(conformance::Conformance),
    Shot(shot::Shot),
    Sst(sst::Sst),
}

fn main() -> ExitCode {
    let xtask: Xtask = argh::from_env();
    let result = match xtask.command {
        Command::Serve(serve) => serve.run(),
        Command::Test(test::Test {}) => test::run(),
        Command::Dist(dist::DistCommand {}) => dist::build().map(|dist| print!("{dist}")),
        Command::Bench(bench) => bench.run(),
        Command::Conformance(conformance) => conformance.run(),
        Command::Shot(shot) => shot.run(),
        Command::Sst(sst) => sst.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
