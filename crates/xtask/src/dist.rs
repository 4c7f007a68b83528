//! `cargo xtask dist`: the static release build, and what it weighs.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use argh::FromArgs;
use flate2::{Compression, write::GzEncoder};

use crate::{
    failure::Result,
    lean,
    pins::WASM_OPT_MIN,
    shell::{self, file_failure},
    split::{self, Page},
    tools,
};

/// What the first load may weigh, gzipped; the tests fail above it.
pub(crate) const BUDGET_BYTES: u64 = 200 * 1024;

/// Make the static release build in `dist`: hashed files, no network at run time.
#[derive(FromArgs)]
#[argh(subcommand, name = "dist")]
pub(crate) struct DistCommand {}

/// A finished build.
#[derive(Debug)]
pub(crate) struct Dist {
    /// In the order of their names.
    pub(crate) files: Vec<Weight>,
}

/// A file of the build.
#[derive(Debug)]
pub(crate) struct Weight {
    pub(crate) name: String,
    /// Whether it comes only when the reader first does something.
    pub(crate) is_late: bool,
    pub(crate) raw_bytes: u64,
    pub(crate) gzip_bytes: u64,
}

/// Builds `dist` from nothing.
pub(crate) fn build() -> Result<Dist> {
    tools::install_page_tools()?;
    shell::run_aside(shell::command("trunk").args(["build", "--dist", "dist"]))?;
    let folder = folder();
    let page = page(&folder)?;
    let late = if acceptance::chromium().is_some() {
        eprintln!("Visiting the page in Chromium to learn what a first load needs.");
        Some(split::split(&folder, &page)?)
    } else {
        eprintln!(
            "The wasm stays in one piece: no Chromium is here to show what a first load needs."
        );
        None
    };
    match wasm_opt() {
        Ok(number) => {
            eprintln!("Optimising the wasm with wasm-opt {number}.");
            shrink(&page.wasm)?;
            late.as_deref().map_or(Ok(()), shrink)?;
        }
        Err(reason) => eprintln!("The wasm stays as rustc wrote it: {reason}."),
    }
    minify(&page)?;
    let late = rename(&folder, &page, late.as_deref())?;
    weigh(&folder, late.as_deref())
}

/// Where the build goes.
pub(crate) fn folder() -> PathBuf {
    shell::root().join("dist")
}

/// The version of a wasm-opt that reads what today's Rust writes, or why there is none.
fn wasm_opt() -> std::result::Result<u32, String> {
    let remedy = format!("npm install -g binaryen brings a wasm-opt of at least {WASM_OPT_MIN}");
    let version = shell::version("wasm-opt");
    let version = version.ok_or_else(|| format!("no wasm-opt on the PATH ({remedy})"))?;
    // "wasm-opt version 132 (version_132)"
    let number = version.split_whitespace().find_map(|word| word.parse::<u32>().ok());
    match number {
        Some(number) if WASM_OPT_MIN <= number => Ok(number),
        Some(number) => Err(format!("wasm-opt {number} is too old to read it ({remedy})")),
        None => Err(format!("this wasm-opt does not say its version ({remedy})")),
    }
}

/// The one page in `folder`.
fn page(folder: &Path) -> Result<Page> {
    let files = files(folder)?;
    let find = |kind: &str| {
        let found = files.iter().find(|file| file.extension().is_some_and(|e| e == kind));
        found.cloned().ok_or_else(|| file_failure(folder, format!("trunk made no .{kind} there")))
    };
    Ok(Page { html: find("html")?, glue: find("js")?, wasm: find("wasm")? })
}

/// Optimises a wasm file.
fn shrink(wasm: &Path) -> Result {
    let mut command = shell::command("wasm-opt");
    // Rust 1.95 uses these and says so nowhere in the file.
    command.args(["--enable-bulk-memory", "--enable-nontrapping-float-to-int"]);
    command.args(["--enable-multivalue", "--enable-reference-types"]);
    command.args(["-O2", "--strip-debug", "--strip-producers", "-o"]);
    shell::run_aside(command.arg(wasm).arg(wasm))
}

/// Leaves out what only people read in the shell and the glue: spaces and comments.
fn minify(page: &Page) -> Result {
    let html = lean::html(&shell::read(&page.html)?);
    fs::write(&page.html, html).map_err(|reason| file_failure(&page.html, reason.to_string()))?;
    let glue = shell::read(&page.glue)?;
    let small = minifier::js::minify(&glue).map_err(|reason| file_failure(&page.glue, reason))?;
    fs::write(&page.glue, small.to_string())
        .map_err(|reason| file_failure(&page.glue, reason.to_string()))
}

/// Gives what was changed a new name, because its name says its content; returns that of the late
/// part.
fn rename(folder: &Path, page: &Page, late: Option<&Path>) -> Result<Option<String>> {
    let late = late.map(|late| renamed(folder, late, "rest", &page.glue)).transpose()?;
    renamed(folder, &page.glue, "raftarium", &page.html)?;
    renamed(folder, &page.wasm, "raftarium", &page.html)?;
    Ok(late)
}

/// Renames a file, also where `loader` names it.
fn renamed(folder: &Path, file: &Path, stem: &str, loader: &Path) -> Result<String> {
    let at = |reason: io::Error| file_failure(file, reason.to_string());
    let digest = det::Digest::chain(0, &fs::read(file).map_err(at)?);
    let kind = file.extension().unwrap_or_default().to_string_lossy();
    let (old, new) = (name_of(file), format!("{stem}-{digest:016x}.{kind}"));
    let text = shell::read(loader)?;
    if !text.contains(&old) {
        return Err(file_failure(loader, format!("it does not load {old}")));
    }
    fs::write(loader, text.replace(&old, &new)).map_err(at)?;
    fs::rename(file, folder.join(&new)).map_err(at)?;
    Ok(new)
}

/// The sizes of all files in `folder`.
fn weigh(folder: &Path, late: Option<&str>) -> Result<Dist> {
    let weights = files(folder)?.into_iter().map(|path| {
        let weight = gzip_bytes(&path).and_then(|gzip_bytes| {
            let (name, raw_bytes) = (name_of(&path), fs::metadata(&path)?.len());
            Ok(Weight { is_late: late == Some(name.as_str()), name, raw_bytes, gzip_bytes })
        });
        weight.map_err(|reason| file_failure(&path, reason.to_string()))
    });
    Ok(Dist { files: weights.collect::<Result<_>>()? })
}

fn gzip_bytes(path: &Path) -> io::Result<u64> {
    let mut encoder = GzEncoder::new(Counter(0), Compression::best());
    io::copy(&mut File::open(path)?, &mut encoder)?;
    Ok(encoder.finish()?.0)
}

/// Counts what is written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|reason| file_failure(folder, reason.to_string()))?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.sort();
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Dist {
    fn first(&self) -> impl Iterator<Item = &Weight> {
        self.files.iter().filter(|file| !file.is_late)
    }

    /// What a first visit loads, gzipped as a web server sends it.
    pub(crate) fn gzip_bytes(&self) -> u64 {
        self.first().map(|file| file.gzip_bytes).sum()
    }

    /// Whether a first visit loads no more than [`BUDGET_BYTES`].
    pub(crate) fn is_within_budget(&self) -> bool {
        self.gzip_bytes() <= BUDGET_BYTES
    }
}

impl fmt::Display for Dist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<40} {:>10} {:>10}", "dist", "bytes", "gzipped")?;
        for Weight { name, is_late, raw_bytes, gzip_bytes } in &self.files {
            let word = if *is_late { "  when first touched" } else { "" };
            writeln!(f, "{name:<40} {raw_bytes:>10} {gzip_bytes:>10}{word}")?;
        }
        let raw: u64 = self.first().map(|file| file.raw_bytes).sum();
        writeln!(f, "{:<40} {raw:>10} {:>10}", "first load", self.gzip_bytes())?;
        let word = if self.is_within_budget() { "within" } else { "over" };
        writeln!(f, "{word} the budget of {BUDGET_BYTES} gzipped bytes for a first load")
    }
}
