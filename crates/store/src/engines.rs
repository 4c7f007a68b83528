//! The engines of a store, and what may be lost of each.
//!
//! ```text
//!   log engine    entries and hard state: synced before anybody is told
//!   state engine  what was applied: may be lost, the log brings it back
//! ```
//! They are one and the same engine if the log is shared; the separate log is the design that
//! CockroachDB drafted in 2017. Golden rule: no entry is dropped from the log before its effects are
//! durable.

use lsm::{Batch, Lsm, MemVfs, Vfs, WalPosition};

use crate::LogEngine;

/// The files of a store and the engines over them.
#[derive(Clone, Debug)]
pub struct Engines {
    vfs: MemVfs,
    state: Lsm,
    /// None if the log is in the state engine.
    log: Option<Lsm>,
}

impl Engines {
    /// Opens them, finding what is durable.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn open(mut vfs: MemVfs, kind: LogEngine, config: &lsm::Config) -> lsm::Result<Self> {
        let state = Lsm::open(&mut vfs, "state", *config)?;
        let log = match kind {
            LogEngine::Shared => None,
            LogEngine::Separate => Some(Lsm::open(&mut vfs, "log", *config)?),
        };
        Ok(Self { vfs, state, log })
    }

    /// The machine dies: of what is not synced, `keep` operations of so many are left.
    pub fn crash(mut self, keep: &mut dyn FnMut(u64) -> u64) -> MemVfs {
        self.vfs.crash(keep);
        self.vfs
    }

    /// The files.
    pub fn vfs(&self) -> &MemVfs {
        &self.vfs
    }

    /// The files, for somebody who breaks them.
    pub(crate) fn vfs_mut(&mut self) -> &mut MemVfs {
        &mut self.vfs
    }

    /// The engine of the state machine.
    pub fn state(&self) -> &Lsm {
        &self.state
    }

    /// The engine of the log.
    pub fn log(&self) -> &Lsm {
        self.log.as_ref().unwrap_or(&self.state)
    }

    fn log_mut(&mut self) -> (&mut Lsm, &mut dyn Vfs) {
        (self.log.as_mut().unwrap_or(&mut self.state), &mut self.vfs)
    }

    /// Writes to the log engine.
    pub(crate) fn write_log(&mut self, batch: &Batch) -> lsm::Result {
        let (log, vfs) = self.log_mut();
        log.write(vfs, batch).map(drop)
    }

    /// Writes to the state engine.
    pub(crate) fn write_state(&mut self, batch: &Batch) -> lsm::Result {
        self.state.write(&mut self.vfs, batch).map(drop)
    }

    /// A sync of the log, asked for when it was written to `position`, ends.
    pub(crate) fn sync_log(&mut self, position: WalPosition) -> lsm::Result {
        let (log, vfs) = self.log_mut();
        log.sync_to(vfs, position)
    }

    /// Makes the log durable.
    pub(crate) fn sync_log_all(&mut self) -> lsm::Result {
        self.sync_log(self.log().written())
    }

    /// Makes the state durable, before the log forgets something. In one engine that happens in order
    /// anyway.
    pub(crate) fn sync_state_before_log(&mut self) -> lsm::Result {
        match self.log {
            Some(_) => self.state.sync(&mut self.vfs),
            None => Ok(()),
        }
    }

    /// Makes everything durable, the state first.
    pub(crate) fn sync_all(&mut self) -> lsm::Result {
        self.state.sync(&mut self.vfs)?;
        match &mut self.log {
            Some(log) => log.sync(&mut self.vfs),
            None => Ok(()),
        }
    }

    /// Does a piece of background work in each engine that has any. Says whether there was some.
    pub(crate) fn work(&mut self) -> lsm::Result<bool> {
        let mut worked = self.state.step(&mut self.vfs)?.is_some();
        if let Some(log) = &mut self.log {
            worked |= log.step(&mut self.vfs)?.is_some();
        }
        Ok(worked)
    }
}
