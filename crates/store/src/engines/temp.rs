//! The temporary engine: what does not fit into memory while a query runs, and nobody misses after.

use alloc::format;

use lsm::{Batch, Lsm, MemVfs, Vfs, WriteAhead};

use super::Engines;

/// Where its files are.
const FOLDER: &str = "temp";

/// Removes what an earlier life left there.
pub(super) fn clean(vfs: &mut MemVfs) -> lsm::Result {
    for name in vfs.list(FOLDER)? {
        vfs.remove(&format!("{FOLDER}/{name}"))?;
    }
    Ok(())
}

impl Engines {
    /// The temporary engine; `None` until something was spilled. It has no write-ahead log, is
    /// replicated to nobody, and is empty after every start.
    pub fn temp(&self) -> Option<&Lsm> {
        self.temp.as_ref()
    }

    /// Writes to the temporary engine, and lets it flush and compact.
    pub(crate) fn spill(&mut self, batch: &Batch) -> lsm::Result {
        let temp = match &mut self.temp {
            Some(temp) => temp,
            none => {
                let write_ahead = WriteAhead::Unlogged;
                let config = lsm::Config { write_ahead, ..*self.state.config() };
                none.insert(Lsm::open(&mut self.vfs, FOLDER, config)?)
            }
        };
        temp.write(&mut self.vfs, batch)?;
        while temp.step(&mut self.vfs)?.is_some() {}
        Ok(())
    }
}
