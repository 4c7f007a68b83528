//! Finding files, running each, and saying what came out.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::session::{Mismatch, run_text};

/// How many files passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files whose every directive printed what it should.
    pub passed: usize,
    /// All others, unreadable ones included.
    pub failed: usize,
}

/// Runs every data-driven file below these directories (a path to a file is run itself). Writes each
/// failure with file, line, expected and actual output, and `N passed, M failed` at the end.
///
/// Files end in `.txt`. A directory without any, or one that is missing, counts as a failure: a run
/// that tests nothing must not look like success.
///
/// # Errors
/// If `out` cannot be written to.
pub fn run(paths: &[PathBuf], out: &mut dyn Write) -> io::Result<Summary> {
    let mut summary = Summary::default();
    for path in paths {
        let mut files = Vec::new();
        let mut problem = find(path, &mut files).err().map(|error| error.to_string());
        if files.is_empty() && problem.is_none() {
            problem = Some("no data-driven file here".into());
        }
        if let Some(problem) = problem {
            summary.failed += 1;
            writeln!(out, "{}: {problem}", path.display())?;
        }
        for file in files {
            match run_file(&file) {
                Ok(()) => summary.passed += 1,
                Err(mismatch) => {
                    summary.failed += 1;
                    write_mismatch(&file, &mismatch, out)?;
                }
            }
        }
    }
    writeln!(out, "{} passed, {} failed", summary.passed, summary.failed)?;
    Ok(summary)
}

/// Collects files in the order of their names.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let mut children = Vec::new();
    for entry in fs::read_dir(path)? {
        children.push(entry?.path());
    }
    children.sort();
    for child in children {
        let name = child.file_name().unwrap_or_default().to_string_lossy();
        let scratch = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
        let text = child.extension().is_some_and(|extension| extension == "txt");
        if !scratch && (child.is_dir() || text) {
            find(&child, files)?;
        }
    }
    Ok(())
}

fn run_file(path: &Path) -> Result<(), Mismatch> {
    let text = fs::read_to_string(path).map_err(|error| Mismatch {
        line: 1,
        expected: "a readable file\n".into(),
        actual: format!("{error}\n"),
    })?;
    run_text(&text)
}

fn write_mismatch(path: &Path, mismatch: &Mismatch, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}:{}", path.display(), mismatch.line)?;
    writeln!(out, "expected:")?;
    write_indented(&mismatch.expected, out)?;
    writeln!(out, "actual:")?;
    write_indented(&mismatch.actual, out)
}

fn write_indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "  {line}"))
}
