//! `cargo xtask sst`: SSTables of RocksDB's format from lines of text, and back.

use std::{
    fs,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use argh::FromArgs;
use lsm::{DiskVfs, Table, TableOptions, Vfs};

use crate::{
    failure::{Failure, Result},
    shell::file_failure,
};

/// Make an SSTable from lines `key,value`, or print one as such lines.
#[derive(FromArgs)]
#[argh(subcommand, name = "sst")]
pub(crate) struct Sst {
    #[argh(subcommand)]
    command: Command,
}

#[derive(FromArgs)]
#[argh(subcommand)]
enum Command {
    Make(Make),
    Scan(Scan),
}

/// Make an SSTable that RocksDB and the playground can ingest. Lines come in any order; other bytes
/// than text are written \xHH, a comma \, and a backslash \\.
#[derive(FromArgs)]
#[argh(subcommand, name = "make")]
struct Make {
    /// lines `key,value`
    #[argh(positional)]
    from: PathBuf,

    /// the SSTable to write
    #[argh(positional)]
    to: PathBuf,
}

/// Check an SSTable, and print a line `key,value` for each entry.
#[derive(FromArgs)]
#[argh(subcommand, name = "scan")]
struct Scan {
    /// an SSTable of RocksDB's block-based format
    #[argh(positional)]
    file: PathBuf,
}

impl Sst {
    /// Makes or prints.
    pub(crate) fn run(&self) -> Result {
        match &self.command {
            Command::Make(Make { from, to }) => make(from, to),
            Command::Scan(Scan { file }) => scan(file, &mut io::stdout().lock()),
        }
    }
}

fn make(from: &Path, to: &Path) -> Result {
    let text = fs::read(from).map_err(|reason| file_failure(from, reason.to_string()))?;
    let table = lsm::table_from_csv(&text, TableOptions::default());
    let table = table.map_err(|reason| file_failure(from, reason.to_string()))?;
    fs::write(to, table).map_err(|reason| file_failure(to, reason.to_string()))
}

fn scan(path: &Path, out: &mut dyn Write) -> Result {
    let refuse = |reason: lsm::Error| file_failure(path, reason.to_string());
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let file = DiskVfs::new(folder).open(&name).map_err(refuse)?;
    let table = Arc::new(Table::open(file, None).map_err(refuse)?);
    // Nothing of a damaged table is printed.
    table.verify().map_err(refuse)?;
    let mut out = BufWriter::new(out);
    let print = |line: &str| Ok(out.write_all(line.as_bytes())?);
    let printed = lsm::csv_from_table(&table, print);
    match printed.and_then(|deletions| Ok(out.flush().map(|()| deletions)?)) {
        Ok(0) => Ok(()),
        Ok(deletions) => {
            eprintln!("{deletions} deletions are not shown.");
            Ok(())
        }
        // Whoever reads has seen enough.
        Err(Stop::Output(reason)) if reason.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(Stop::Output(reason)) => Err(Failure::Output { reason }),
        Err(Stop::Table(reason)) => Err(refuse(reason)),
    }
}

/// Why printing ends early.
enum Stop {
    Table(lsm::Error),
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<lsm::Error> for Stop {
    fn from(error: lsm::Error) -> Self {
        Self::Table(error)
    }
}
