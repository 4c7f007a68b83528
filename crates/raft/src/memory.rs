//! A log in memory: the storage of tests, of the simulator and of benchmarks.

use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::runs::Runs;
use crate::{
    ConfState, Entries, Entry, EntryId, HardState, Index, Snapshot, Storage, StorageError, Term,
};

/// A durable log as one would have it on disk, without the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MemoryStorage {
    hard_state: HardState,
    /// The last snapshot taken or installed.
    snapshot: Arc<Snapshot>,
    /// The entry before the first one: the last that was compacted.
    compacted: EntryId,
    entries: Runs,
}

impl Default for MemoryStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStorage {
    /// An empty log.
    pub fn new() -> Self {
        Self {
            hard_state: HardState::default(),
            snapshot: Arc::default(),
            compacted: EntryId::ZERO,
            entries: Runs::new(Index(1)),
        }
    }

    /// An empty log of a group whose members are known beforehand.
    pub fn with_members(conf_state: ConfState) -> Self {
        let snapshot = Snapshot { conf_state, ..Snapshot::default() };
        Self { snapshot: Arc::new(snapshot), ..Self::new() }
    }

    /// Stores the hard state.
    pub fn set_hard_state(&mut self, hard_state: HardState) {
        self.hard_state = hard_state;
    }

    /// The entries after the compacted ones, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Appends entries, truncating the log from the first one on. What is compacted already is skipped.
    ///
    /// # Panics
    /// If they do not follow the log.
    pub fn append(&mut self, entries: Entries) {
        let Some(first) = entries.first() else { return };
        if first.id.index == self.entries.end() {
            self.entries.append(entries);
        } else {
            self.append_within(&entries);
        }
    }

    #[inline(never)]
    fn append_within(&mut self, entries: &Entries) {
        let first = self.first_index();
        let skipped = entries.iter().take_while(|entry| entry.id.index < first).count();
        let entries = entries.slice(skipped..entries.len());
        let Some(from) = entries.first().map(|entry| entry.id.index) else { return };
        let last = self.last_index();
        assert!(from <= last.next(), "missing log entry [last: {last}, append at: {from}]");
        if from <= last {
            self.entries.truncate(from);
        }
        self.entries.append(entries);
    }

    /// Drops the entries up to `index`, which becomes the last compacted one.
    ///
    /// # Errors
    /// [`StorageError::Compacted`] if that happened already.
    ///
    /// # Panics
    /// If there is no such entry.
    pub fn compact(&mut self, index: Index) -> Result<(), StorageError> {
        if index <= self.compacted.index {
            return Err(StorageError::Compacted);
        }
        let last = self.last_index();
        assert!(index <= last, "compact {index} is out of bound lastindex({last})");
        self.compacted = EntryId { term: self.term(index)?, index };
        self.entries.drop_before(index.next());
        Ok(())
    }

    /// Replaces everything by a snapshot.
    ///
    /// # Errors
    /// [`StorageError::SnapshotOutOfDate`] if the present one is not older.
    pub fn apply_snapshot(&mut self, snapshot: Arc<Snapshot>) -> Result<(), StorageError> {
        let present = self.snapshot.last.index;
        if present != Index::ZERO && snapshot.last.index <= present {
            return Err(StorageError::SnapshotOutOfDate);
        }
        self.compacted = snapshot.last;
        self.entries = Runs::new(snapshot.last.index.next());
        self.snapshot = snapshot;
        Ok(())
    }

    /// Takes a snapshot at `index`, keeping the log. Without members the last snapshot's are kept.
    ///
    /// # Errors
    /// [`StorageError::SnapshotOutOfDate`] if the present one is not older.
    ///
    /// # Panics
    /// If there is no such entry.
    pub fn create_snapshot(
        &mut self,
        index: Index,
        conf_state: Option<ConfState>,
        data: Bytes,
    ) -> Result<Arc<Snapshot>, StorageError> {
        if index <= self.snapshot.last.index {
            return Err(StorageError::SnapshotOutOfDate);
        }
        let last = self.last_index();
        assert!(index <= last, "snapshot {index} is out of bound lastindex({last})");
        let term = self.term(index)?;
        let conf_state = conf_state.unwrap_or_else(|| self.snapshot.conf_state.clone());
        self.snapshot = Arc::new(Snapshot { last: EntryId { term, index }, conf_state, data });
        Ok(Arc::clone(&self.snapshot))
    }
}

impl Storage for MemoryStorage {
    fn initial_state(&self) -> (HardState, ConfState) {
        (self.hard_state, self.snapshot.conf_state.clone())
    }

    fn first_index(&self) -> Index {
        self.compacted.index.next()
    }

    fn last_index(&self) -> Index {
        self.entries.end().prev()
    }

    fn term(&self, index: Index) -> Result<Term, StorageError> {
        if index < self.compacted.index {
            return Err(StorageError::Compacted);
        }
        if index == self.compacted.index {
            return Ok(self.compacted.term);
        }
        let entry = self.entries.get(index);
        entry.map(|entry| entry.id.term).ok_or(StorageError::Unavailable)
    }

    fn entries(
        &self,
        lo: Index,
        hi: Index,
        max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError> {
        if lo <= self.compacted.index {
            return Err(StorageError::Compacted);
        }
        if self.entries.end() < hi {
            return Err(StorageError::Unavailable);
        }
        out.extend_from_slice(&self.share(lo, hi, max_bytes));
        Ok(())
    }

    fn share(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        let known = self.compacted.index < lo && hi <= self.entries.end();
        if known { self.entries.slice(lo, hi, max_bytes) } else { Entries::new() }
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
        Ok(Arc::clone(&self.snapshot))
    }
}
