//! Snapshots in the engines: a moment that stays readable on one side, tables that are written and
//! taken in on the other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;
use lsm::{Batch, Category, Ingest, Ingested, MemVfs, TableBuilder, TableOptions, Vfs, Write};

use super::Engines;

/// Where tables stand while a snapshot comes in.
const FOLDER: &str = "snapshot";

/// Removes what a crash left there: nobody took it in.
pub(super) fn clean(vfs: &mut MemVfs) -> lsm::Result {
    for name in vfs.list(FOLDER)? {
        vfs.remove(&format!("{FOLDER}/{name}"))?;
    }
    Ok(())
}

impl Engines {
    /// Keeps the state as it is readable.
    pub(crate) fn pin(&mut self) -> lsm::Snapshot {
        self.state.snapshot()
    }

    /// Gives that up.
    pub(crate) fn unpin(&mut self, pinned: &lsm::Snapshot) -> lsm::Result {
        self.state.release(&mut self.vfs, pinned)
    }

    /// Writes a table of a snapshot that comes in, durably. Returns the name of the file.
    pub(crate) fn write_scratch(&mut self, name: &str, table: Bytes) -> lsm::Result<String> {
        let (name, bytes) = (format!("{FOLDER}/{name}"), table.len() as u64);
        let file = self.vfs.create(&name, Category::Snapshot)?;
        self.vfs.append_shared(file, table)?;
        self.scratch.add(Category::Snapshot, bytes);
        self.vfs.sync(file, bytes)?;
        self.vfs.close(file);
        Ok(name)
    }

    /// Removes such files.
    pub(crate) fn remove_scratch(&mut self, names: &[String]) -> lsm::Result {
        names.iter().try_for_each(|name| self.vfs.remove(name))
    }

    /// Takes in the tables of a snapshot, and writes what it makes of the log: all or nothing if that
    /// is in the same engine, else the log durably after the tables. The files stay.
    pub(crate) fn install_snapshot(
        &mut self,
        tables: &[String],
        log: &Batch,
    ) -> lsm::Result<Ingested> {
        let mut names: Vec<&str> = tables.iter().map(|name| &**name).collect();
        if self.log.is_some() {
            let ingested = self.state.ingest(&mut self.vfs, &names, Ingest::Link)?;
            self.write_log(log)?;
            self.sync_log_all()?;
            return Ok(ingested);
        }
        let table = table(log, self.state.config().table)?;
        let name = self.write_scratch("log.sst", table)?;
        names.push(&name);
        let ingested = self.state.ingest(&mut self.vfs, &names, Ingest::Link)?;
        self.vfs.remove(&name)?;
        Ok(ingested)
    }
}

/// The writes of a batch as a table. Deletions of spans come first; no key is written twice.
pub(super) fn table(batch: &Batch, options: TableOptions) -> lsm::Result<Bytes> {
    let (mut builder, mut puts) = (TableBuilder::external(options), Vec::new());
    for write in batch.writes() {
        match write {
            Write::Put(key, value) => puts.push((key, value)),
            Write::DeleteRange(start, end) => builder.delete_range(start, end)?,
            Write::Delete(key) => builder.delete(key)?,
        }
    }
    puts.sort_unstable();
    for (key, value) in puts {
        builder.put(key, value)?;
    }
    Ok(builder.finish()?.0)
}
