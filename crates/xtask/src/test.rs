//! `cargo xtask test`: everything that must hold, in one run.

use std::{fs, process::Command, time::Duration};

use acceptance::Stopwatch;
use argh::FromArgs;

use crate::{
    conformance, dist,
    failure::{Failure, Result},
    shell, tools,
};

/// Check everything: format, lints, docs, tests, the page, and the page in a browser.
#[derive(FromArgs)]
#[argh(subcommand, name = "test")]
pub(crate) struct Test {}

/// One thing that must hold.
struct Step {
    name: &'static str,
    run: fn(&mut Tally) -> Result,
}

/// What runs, in this order. A step that fails does not keep the later ones from telling more.
const PLAN: [Step; 9] = [
    Step { name: "install what is missing", run: |_| install() },
    Step { name: "format", run: |_| shell::run(shell::cargo().args(["fmt", "--all", "--check"])) },
    Step { name: "lints", run: |_| lints() },
    Step { name: "lints of the page", run: |_| lints_of_the_page() },
    Step { name: "documentation", run: |_| documentation() },
    Step { name: "tests", run: tests },
    Step { name: "conformance", run: conformance },
    Step { name: "the page, and what it weighs", run: |_| page() },
    Step { name: "the page in a browser", run: browser },
];

/// Tests counted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// How a step went.
struct Outcome {
    name: &'static str,
    took: Duration,
    result: Result,
}

/// Runs the plan and says how it went.
pub(crate) fn run() -> Result {
    let whole = Stopwatch::start();
    let mut tally = Tally::default();
    let mut outcomes = Vec::new();
    for (number, step) in PLAN.iter().enumerate() {
        println!("\n== {}/{} {} ==", number + 1, PLAN.len(), step.name);
        let watch = Stopwatch::start();
        let result = (step.run)(&mut tally);
        if let Err(failure) = &result {
            println!("error: {failure}");
        }
        outcomes.push(Outcome { name: step.name, took: watch.elapsed(), result });
    }
    println!("\n== summary, after {} ==", minutes(whole.elapsed()));
    for Outcome { name, took, result } in &outcomes {
        let word = if result.is_ok() { "ok" } else { "FAILED" };
        println!("{name:<28} {:>8}  {word}", minutes(*took));
    }
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    // The last line has the shape of every test binary's last line.
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {word}. {} passed; {} failed", tally.passed, tally.failed);
    if failed == 0 { Ok(()) } else { Err(Failure::Steps { failed, all: PLAN.len() }) }
}

fn install() -> Result {
    tools::install_page_tools()?;
    tools::install_browser()?;
    tools::install_axe()?;
    if let Err(failure) = tools::install_rocksdb_tools() {
        println!("Going on without RocksDB's own tools, so no test asks them: {failure}.");
    }
    if let Err(failure) = tools::install_wasm_opt() {
        println!("Going on without wasm-opt: {failure}.");
    }
    Ok(())
}

fn lints() -> Result {
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--workspace", "--all-targets"]);
    shell::run(clippy.args(["--features", "acceptance/browser", "--", "-D", "warnings"]))
}

fn lints_of_the_page() -> Result {
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--package", "web", "--target", tools::WASM]);
    shell::run(clippy.args(["--", "-D", "warnings"]))
}

fn documentation() -> Result {
    let natives = ["doc", "--workspace", "--exclude", "web", "--no-deps"].as_slice();
    let page = ["doc", "--package", "web", "--no-deps", "--target", tools::WASM].as_slice();
    for arguments in [natives, page] {
        shell::run(shell::cargo().args(arguments).env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}

fn tests(tally: &mut Tally) -> Result {
    let mut test = shell::cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]);
    count(&mut test, tally)
}

fn conformance(tally: &mut Tally) -> Result {
    let data = conformance::data();
    if !data.is_dir() {
        println!("Nothing to replay: the reference data is not at {}.", data.display());
        return Ok(());
    }
    let summary = conformance::replay(&[data])?;
    tally.passed += summary.passed as u64;
    tally.failed += summary.failed as u64;
    if summary.failed == 0 { Ok(()) } else { Err(Failure::Differs { failed: summary.failed }) }
}

fn page() -> Result {
    let folder = dist::folder();
    if folder.exists() {
        // What an earlier build left must not pass for this one.
        fs::remove_dir_all(&folder)
            .map_err(|reason| shell::file_failure(&folder, reason.to_string()))?;
    }
    let dist = dist::build()?;
    print!("{dist}");
    if dist.is_within_budget() {
        Ok(())
    } else {
        Err(Failure::TooHeavy { bytes: dist.gzip_bytes(), budget_bytes: dist::BUDGET_BYTES })
    }
}

fn browser(tally: &mut Tally) -> Result {
    let mut test = shell::cargo();
    test.args(["test", "--package", "acceptance", "--test", "browser", "--features", "browser"]);
    count(test.arg("--no-fail-fast"), tally)
}

/// Runs test binaries, and adds what they say at their end.
fn count(command: &mut Command, tally: &mut Tally) -> Result {
    let mut counted = Tally::default();
    let succeeded = shell::watch(command, |line| counted.add_line(line))?;
    tally.passed += counted.passed;
    tally.failed += counted.failed;
    match (succeeded, counted.passed) {
        (false, _) => Err(Failure::Failed { command: shell::words(command) }),
        (true, 0) => Err(Failure::NothingRan { command: shell::words(command) }),
        (true, _) => Ok(()),
    }
}

impl Tally {
    /// Adds "test result: ok. 12 passed; 0 failed; ..."; other lines say nothing.
    fn add_line(&mut self, line: &str) {
        if !line.starts_with("test result: ") {
            return;
        }
        let words = line.split_whitespace();
        let mut number: Option<u64> = None;
        for word in words {
            match (word, number) {
                ("passed;", Some(count)) => self.passed += count,
                ("failed;", Some(count)) => self.failed += count,
                _ => {}
            }
            number = word.parse().ok();
        }
    }
}

fn minutes(time: Duration) -> String {
    let tenths = time.as_millis() / 100;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], passed: u64, failed: u64) {
        let mut tally = Tally::default();
        for line in lines {
            tally.add_line(line);
        }
        assert_eq!(tally, Tally { passed, failed });
    }

    #[test]
    fn every_test_binary_is_counted() {
        check(
            &[
                "running 2 tests",
                "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
                "test result: FAILED. 40 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out",
            ],
            42,
            3,
        );
    }

    #[test]
    fn what_a_test_prints_is_not_counted() {
        check(&["I have 7 passed; and 9 failed; exams", "test a ... ok"], 0, 0);
    }
}
