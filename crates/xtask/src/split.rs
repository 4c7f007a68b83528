//! Cuts the page's wasm in two, so that a first visit loads only what it runs.
//!
//! ```text
//!   page.wasm --probe--> a copy that notes its calls --visit--> the functions a first visit calls
//!       |                                                              |
//!       +------------------------------ cut <--------------------------+
//!                                        |
//!                 first.wasm   the called functions, their data, and a stub for each other one
//!                 rest.wasm    the other functions, which fill the slots that the stubs call,
//!                              and the texts that only these read
//! ```
//!
//! The glue fetches the rest when the reader first moves, presses or types. A stub that is called
//! before it has come fetches it at once, so nothing can go wrong by a function that no visit
//! called; it only comes late. `trunk serve` knows nothing of this and serves the page whole.

#![expect(clippy::cast_possible_truncation, reason = "the format numbers everything by u32")]
#![expect(clippy::wildcard_enum_match_arm, reason = "of a thousand operators, three concern us")]

mod cut;
mod first;
mod glue;
mod probe;
mod reach;
mod rest;
mod visit;
mod whole;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use self::whole::Whole;
use crate::{
    failure::{Failure, Result},
    shell::{self, file_failure},
};

/// The part that comes later, until its name says its content.
const REST: &str = "rest.wasm";

/// The three files of a build that know each other.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its shell.
    pub(crate) html: PathBuf,
    /// What wasm-bindgen wrote.
    pub(crate) glue: PathBuf,
    /// What rustc wrote.
    pub(crate) wasm: PathBuf,
}

/// Splits the wasm of the page in `folder`; returns the part that comes later.
pub(crate) fn split(folder: &Path, page: &Page) -> Result<PathBuf> {
    let bytes = fs::read(&page.wasm).map_err(|reason| at(&page.wasm, &reason))?;
    let whole = Whole::read(&bytes).map_err(|reason| at(&page.wasm, &reason))?;

    let probe = folder.with_extension("probe");
    let called = visited(folder, page, &whole, &probe);
    fs::remove_dir_all(&probe).map_err(|reason| at(&probe, &reason))?;

    let cut = cut::Cut::new(&whole, &called?);
    let rest = rest::encode(&cut).map_err(|reason| at(&page.wasm, &reason))?;
    let first = first::encode(&cut).map_err(|reason| at(&page.wasm, &reason))?;
    let rest_path = folder.join(REST);
    fs::write(&rest_path, rest).map_err(|reason| at(&rest_path, &reason))?;
    fs::write(&page.wasm, first).map_err(|reason| at(&page.wasm, &reason))?;
    let glue = glue::join(&shell::read(&page.glue)?, REST, &whole.imports)
        .ok_or_else(|| at(&page.glue, &"it is not the glue that we know how to change"))?;
    fs::write(&page.glue, glue).map_err(|reason| at(&page.glue, &reason))?;
    Ok(rest_path)
}

/// The functions that a first visit calls, as a copy of the page in the folder `probe` notes them.
fn visited(folder: &Path, page: &Page, whole: &Whole<'_>, probe: &Path) -> Result<BTreeSet<u32>> {
    copy(folder, probe)?;
    let noting = probe::noting(whole).map_err(|reason| at(&page.wasm, &reason))?;
    let copied = probe.join(page.wasm.file_name().unwrap_or_default());
    fs::write(&copied, noting).map_err(|reason| at(&copied, &reason))?;
    visit::called(probe)
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to).map_err(|reason| at(to, &reason))?;
    let files = fs::read_dir(from).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    for file in files.map_err(|reason| at(from, &reason))? {
        fs::copy(file.path(), to.join(file.file_name())).map_err(|reason| at(to, &reason))?;
    }
    Ok(())
}

fn at(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    file_failure(path, reason.to_string())
}
