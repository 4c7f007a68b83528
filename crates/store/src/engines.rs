//! The engines of a store, and what may be lost of each.
//!
//! ```text
//!   log engine    entries and hard state: synced before anybody is told
//!   state engine  what was applied: may be lost, the log brings it back
//!   temp engine   what queries spill: lost with every start, and nobody else has it
//! ```
//! The first two are one and the same engine if the log is shared; the separate log is the design that
//! CockroachDB drafted in 2017. Golden rule: no entry is dropped from the log before its effects are
//! durable.

mod history;
mod scratch;
mod temp;

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;
use lsm::{Batch, Ingest, Ingested, Ledger, Lsm, MemVfs, Vfs, WalPosition};
use raft::{EntryId, Index};

pub use self::history::{EngineName, EngineWork, Worked};
use crate::sideload::{self, SideloadStorage, SideloadTruncation, SideloadedFile};
use crate::{LogEngine, RangeId};

/// The files of a store and the engines over them.
#[derive(Clone, Debug)]
pub struct Engines {
    vfs: MemVfs,
    state: Lsm,
    /// None if the log is in the state engine.
    log: Option<Lsm>,
    /// None until something is spilled.
    temp: Option<Lsm>,
    sideload: SideloadStorage,
    /// How the tables came to where they are, oldest first.
    history: Arc<Vec<Arc<Worked>>>,
    /// What was written of snapshots that came in.
    scratch: Ledger,
    /// What was written to the files before they were opened, and how often they were synced.
    before: (Ledger, Ledger),
}

impl Engines {
    /// Opens them, finding what is durable.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn open(mut vfs: MemVfs, kind: LogEngine, config: &lsm::Config) -> lsm::Result<Self> {
        let before = (vfs.written(), vfs.syncs());
        let state = Lsm::open(&mut vfs, "state", *config)?;
        let log = match kind {
            LogEngine::Shared => None,
            LogEngine::Separate => Some(Lsm::open(&mut vfs, "log", *config)?),
        };
        let sideload = SideloadStorage::open(&mut vfs)?;
        scratch::clean(&mut vfs)?;
        temp::clean(&mut vfs)?;
        let scratch = Ledger::default();
        let history = Arc::default();
        Ok(Self { vfs, state, log, temp: None, sideload, history, scratch, before })
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

    /// The tables beside the log.
    pub fn sideload(&self) -> &SideloadStorage {
        &self.sideload
    }

    /// The files of those tables, with the names that each of them has.
    pub fn sideloaded_files(&self) -> Vec<SideloadedFile> {
        let links = self.vfs.links();
        let links_of = |name: &str| {
            let found = links.binary_search_by(|link| (*link.name).cmp(name));
            found.map_or(0, |at| links[at].links)
        };
        let file = |(range, entry, bytes)| {
            let name = sideload::name(range, entry);
            let links = links_of(&name);
            SideloadedFile { range, entry, name, bytes, links }
        };
        self.sideload.files().map(file).collect()
    }

    /// Every byte that was written since the store started, by category, as the engines and the
    /// sideloaded storage count them.
    pub fn ledger(&self) -> Ledger {
        let temp = self.temp.as_ref().map(Lsm::ledger).unwrap_or_default();
        let beside = self.sideload.ledger().plus(&self.scratch).plus(&temp);
        self.state.ledger().plus(&self.log_ledger()).plus(&beside)
    }

    /// What of that a log engine of its own has written.
    pub fn log_ledger(&self) -> Ledger {
        self.log.as_ref().map(Lsm::ledger).unwrap_or_default()
    }

    /// The same bytes as the file system saw them.
    pub fn written(&self) -> Ledger {
        self.vfs.written().since(&self.before.0)
    }

    /// How often files were synced since the store started, by what was written to them.
    pub fn syncs(&self) -> Ledger {
        self.vfs.syncs().since(&self.before.1)
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

    /// Puts tables beside the log, durably: it may name them then. Says how many were not there yet.
    pub(crate) fn sideload_all(
        &mut self,
        range: RangeId,
        tables: Vec<(EntryId, Bytes)>,
    ) -> lsm::Result<u64> {
        let mut count = 0;
        for (entry, table) in tables {
            count += u64::from(self.sideload.put(&mut self.vfs, (range, entry), table)?);
        }
        if count > 0 {
            SideloadStorage::sync_names(&mut self.vfs)?;
        }
        Ok(count)
    }

    /// The table beside the log that a thin entry needs.
    pub(crate) fn sideloaded(&self, range: RangeId, entry: EntryId) -> lsm::Result<Bytes> {
        SideloadStorage::get(&self.vfs, range, entry)
    }

    /// Takes the table of a thin entry into the state engine; its file stays beside the log.
    pub(crate) fn ingest_sideloaded(
        &mut self,
        range: RangeId,
        entry: EntryId,
        how: Ingest,
    ) -> lsm::Result<Ingested> {
        self.state.ingest(&mut self.vfs, &[&sideload::name(range, entry)], how)
    }

    /// Takes a table that stands in the log itself into the state engine, and these writes with it: all
    /// or nothing. The files that have to be written for that become tables.
    pub(crate) fn ingest_inline(
        &mut self,
        place: (RangeId, EntryId),
        table: Bytes,
        with: Option<&Batch>,
    ) -> lsm::Result<Ingested> {
        let mut parts = vec![("", table)];
        if let Some(with) = with {
            parts.push((".with", scratch::table(with, self.state.config().table)?));
        }
        let mut names = Vec::new();
        for part in parts {
            names.push(self.sideload.put_temporary(&mut self.vfs, place, part)?);
        }
        let all: Vec<&str> = names.iter().map(|name| &**name).collect();
        let ingested = self.state.ingest(&mut self.vfs, &all, Ingest::Link);
        names.iter().try_for_each(|name| self.vfs.remove(name))?;
        ingested
    }

    /// Removes the table beside the log of an entry that it does not name any more, durably so.
    pub(crate) fn purge_sideloaded(&mut self, range: RangeId, entry: EntryId) -> lsm::Result<u64> {
        self.sideload.purge(&mut self.vfs, range, entry)
    }

    /// Removes the tables of all entries of a range up to this one. That the log is truncated there
    /// has to be durable before.
    pub(crate) fn truncate_sideloaded(
        &mut self,
        range: RangeId,
        truncated: Index,
    ) -> lsm::Result<SideloadTruncation> {
        self.sideload.truncate_to(&mut self.vfs, range, truncated)
    }

    /// Does a piece of background work, if one of the engines has any.
    pub(crate) fn work(&mut self, now: Time) -> lsm::Result<Option<Arc<Worked>>> {
        for engine in [EngineName::State, EngineName::Log] {
            let Some(inputs) = self.named(engine).and_then(history::inputs) else { continue };
            let job = match (engine, &mut self.log) {
                (EngineName::Log, Some(log)) => log.step(&mut self.vfs)?,
                (EngineName::State | EngineName::Log, _) => self.state.step(&mut self.vfs)?,
            };
            if let Some(job) = job {
                return Ok(Some(self.remember(now, engine, EngineWork::Job { job, inputs })));
            }
        }
        Ok(None)
    }
}
