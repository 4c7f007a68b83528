//! `cargo xtask conformance`: does the core print what a reference core prints, byte for byte?

use std::{
    io,
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
}

impl Conformance {
    /// Replays them, and prints each difference.
    pub(crate) fn run(&self) -> Result {
        if self.paths.is_empty() {
            return Err(Failure::NothingGiven { what: "a folder of data-driven tests" });
        }
        let Summary { failed, .. } = replay(&self.paths)?;
        if failed == 0 { Ok(()) } else { Err(Failure::Differs { failed }) }
    }
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
