//! `cargo xtask conformance`: does the core print what a reference core prints, byte for byte?

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ::conformance::Summary;
use argh::FromArgs;

use crate::{
    failure::{Failure, Result},
    shell,
};

/// Replay the data-driven tests of a reference core on ours.
#[derive(FromArgs)]
#[argh(subcommand, name = "conformance")]
pub(crate) struct Conformance {
    /// folders or files with such tests
    #[argh(positional)]
    paths: Vec<PathBuf>,

    /// write the steps of one interaction file there, for the trace checker of etcd's TLA+
    /// specification
    #[argh(option)]
    trace: Option<PathBuf>,
}

impl Conformance {
    /// Replays them, and prints each difference.
    pub(crate) fn run(&self) -> Result {
        if self.paths.is_empty() {
            return Err(Failure::NothingGiven { what: "a folder of data-driven tests" });
        }
        if let Some(to) = &self.trace {
            return write_trace(&self.paths, to);
        }
        let Summary { failed, .. } = replay(&self.paths)?;
        if failed == 0 { Ok(()) } else { Err(Failure::Differs { failed }) }
    }
}

/// Writes the steps of the one file given.
fn write_trace(paths: &[PathBuf], to: &Path) -> Result {
    let [path] = paths else {
        return Err(Failure::NothingGiven { what: "one interaction file to trace" });
    };
    let file = |path: &Path, reason| Failure::File { path: path.to_path_buf(), reason };
    let text = fs::read_to_string(path).map_err(|reason| file(path, reason.to_string()))?;
    let trace = ::conformance::trace(&text)
        .map_err(|at| file(path, format!("line {}: {}", at.line, at.actual.trim())))?;
    fs::write(to, &trace).map_err(|reason| file(to, reason.to_string()))?;
    println!("{} steps in {}", trace.lines().count(), to.display());
    Ok(())
}

/// Where the data lies on the machines that have it: beside the repository, never in it.
pub(crate) fn data() -> PathBuf {
    let beside = shell::root().parent().unwrap_or_else(|| Path::new(".."));
    beside.join("shared/conformance")
}

/// Replays all tests below `paths` on our core.
pub(crate) fn replay(paths: &[PathBuf]) -> Result<Summary> {
    ::conformance::run(paths, &mut io::stdout().lock()).map_err(|reason| Failure::Output { reason })
}
