//! A node's disk: what is durable, what is written and not synced, and the sync that takes time.
//!
//! What is durable is a snapshot of the state machine, or nothing, and the log after it (Raft §7).
//!
//! One sync runs at a time. Writes that come while it runs wait and share the next one, as a
//! write-ahead log with group commit has it. A crash forgets everything that no finished sync covers.

use std::sync::Arc;

use det::Span;
use raft::{
    ConfState, Entry, EntryId, HardState, Index, PeerId, Snapshot, Storage, StorageAppend,
    StorageError, Term,
};

use crate::{EventId, Spine};

/// A node's disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The last snapshot; at the start that of an empty state machine, with the first members.
    snapshot: Arc<Snapshot>,
    /// A later one that the state machine holds ready for whoever needs it; not on disk.
    offered: Option<Arc<Snapshot>>,
    /// The entries after the snapshot.
    entries: Spine<Entry>,
    hard: HardState,
    /// Written and not synced, oldest first.
    waiting: Vec<Write>,
    /// How many of them the running sync covers; zero if none runs.
    covered: usize,
    /// How long a sync takes.
    pub(crate) fsync: Span,
}

/// One write that waits for its sync.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    /// What to store, and what to send when it is stored.
    pub(crate) append: StorageAppend,
    /// The event that wrote it.
    pub(crate) cause: EventId,
}

impl Disk {
    pub(crate) fn new(nodes: u8, fsync: Span) -> Self {
        Self {
            snapshot: Arc::new(first_members(nodes)),
            offered: None,
            entries: Spine::default(),
            hard: HardState::default(),
            waiting: Vec::new(),
            covered: 0,
            fsync,
        }
    }

    /// The durable hard state.
    pub fn hard_state(&self) -> HardState {
        self.hard
    }

    /// The last durable entry, in the log or in the snapshot; zero if there is none.
    pub fn last(&self) -> EntryId {
        self.entries.last().map_or(self.snapshot.last, |entry| entry.id)
    }

    /// The last snapshot; of index zero if none was taken.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The durable entry at an index.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.get(self.position(index)?)
    }

    /// Whether a sync runs.
    pub fn is_syncing(&self) -> bool {
        self.covered > 0
    }

    /// How long a sync takes.
    pub fn fsync(&self) -> Span {
        self.fsync
    }

    /// Entries that are written and not durable.
    pub fn unsynced(&self) -> u64 {
        self.waiting.iter().map(|write| write.append.entries.len() as u64).sum()
    }

    /// How many pointers a clone copies.
    pub(crate) fn chunks(&self) -> usize {
        self.entries.chunks()
    }

    /// Whether a write can be answered at once: nothing before it waits, and it need not be synced.
    pub(crate) fn answers_at_once(&self, append: &StorageAppend) -> bool {
        self.waiting.is_empty() && !append.must_sync && append.snapshot.is_none()
    }

    /// Takes a write. Says whether a sync has to be started.
    pub(crate) fn write(&mut self, write: Write) -> bool {
        self.waiting.push(write);
        self.start_sync()
    }

    /// Starts a sync of everything that waits, unless one runs or nothing waits.
    pub(crate) fn start_sync(&mut self) -> bool {
        if self.covered > 0 || self.waiting.is_empty() {
            return false;
        }
        self.covered = self.waiting.len();
        true
    }

    /// The running sync is done: takes the writes that are durable now.
    pub(crate) fn finish_sync(&mut self) -> Vec<Write> {
        let covered = std::mem::take(&mut self.covered);
        let rest = self.waiting.split_off(covered);
        std::mem::replace(&mut self.waiting, rest)
    }

    /// Makes a write durable.
    pub(crate) fn store(&mut self, append: &StorageAppend) {
        if let Some(hard) = append.hard_state {
            self.hard = hard;
        }
        if let Some(snapshot) = &append.snapshot {
            self.offered = None;
            self.snapshot = Arc::clone(snapshot);
            self.entries = Spine::default();
        }
        if let Some(first) = append.entries.first() {
            let keep = self.position(first.id.index).expect("a snapshot is committed (Raft §7)");
            assert!(keep <= self.entries.len(), "a log has no gaps (Raft §5.3)");
            self.entries.truncate(keep);
            for entry in &append.entries {
                self.entries.push(entry.clone());
            }
        }
    }

    /// Holds a snapshot ready that is later than the one on disk.
    #[inline(never)]
    pub(crate) fn offer(&mut self, snapshot: Snapshot) {
        self.offered = Some(Arc::new(snapshot));
    }

    /// Takes a snapshot in place of the log up to it. What it covers is committed.
    #[inline(never)]
    pub(crate) fn compact(&mut self, snapshot: Snapshot) {
        let covered = self.position(snapshot.last.index.next());
        let covered = covered.expect("a snapshot is taken of what was applied after the last one");
        let mut rest = Spine::default();
        for entry in self.entries.iter_from(covered) {
            rest.push(entry.clone());
        }
        self.hard.commit = self.hard.commit.max(snapshot.last.index);
        self.entries = rest;
        self.offered = None;
        self.snapshot = Arc::new(snapshot);
    }

    /// Where an index is in the list of entries; `None` if the snapshot covers it.
    fn position(&self, index: Index) -> Option<usize> {
        usize::try_from(index.0.checked_sub(self.snapshot.last.index.0 + 1)?).ok()
    }

    /// The process died: what no finished sync covers is gone. Returns how many entries that were.
    pub(crate) fn crash(&mut self) -> u64 {
        let forgotten = self.unsynced();
        self.waiting.clear();
        self.offered = None;
        self.covered = 0;
        forgotten
    }

    /// The disk itself is gone; a cluster of so many nodes was there at the start.
    pub(crate) fn lose(&mut self, nodes: u8) {
        self.snapshot = Arc::new(first_members(nodes));
        self.entries = Spine::default();
        self.hard = HardState::default();
    }
}

/// Before the first entry: nobody has written anything, and every node knows the first members. One
/// that joins later knows them too, and learns of the changes since from the log or a snapshot.
fn first_members(nodes: u8) -> Snapshot {
    let voters = (1..=u64::from(nodes)).map(PeerId).collect();
    Snapshot { conf_state: ConfState { voters, ..ConfState::default() }, ..Snapshot::default() }
}

impl Storage for Disk {
    fn initial_state(&self) -> (HardState, ConfState) {
        (self.hard, self.snapshot.conf_state.clone())
    }

    fn first_index(&self) -> Index {
        self.snapshot.last.index.next()
    }

    fn last_index(&self) -> Index {
        Index(self.snapshot.last.index.0 + self.entries.len() as u64)
    }

    fn term(&self, index: Index) -> Result<Term, StorageError> {
        match self.position(index) {
            None if index == self.snapshot.last.index => Ok(self.snapshot.last.term),
            None => Err(StorageError::Compacted),
            Some(at) => {
                self.entries.get(at).map(|entry| entry.id.term).ok_or(StorageError::Unavailable)
            }
        }
    }

    fn entries(
        &self,
        lo: Index,
        hi: Index,
        max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError> {
        let first = self.position(lo).ok_or(StorageError::Compacted)?;
        if self.last_index().next() < hi {
            return Err(StorageError::Unavailable);
        }
        let mut bytes = 0;
        let count = usize::try_from(hi - lo).unwrap_or(usize::MAX);
        out.reserve(count.min(self.entries.len() - first).min(64));
        for (taken, entry) in self.entries.iter_from(first).take(count).enumerate() {
            bytes += entry.encoded_size();
            if taken > 0 && bytes > max_bytes {
                break;
            }
            out.push(entry.clone());
        }
        Ok(())
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
        match self.snapshot.last.index {
            Index::ZERO => Err(StorageError::SnapshotTemporarilyUnavailable),
            _ => Ok(Arc::clone(self.offered.as_ref().unwrap_or(&self.snapshot))),
        }
    }
}

/// Everything that survives a crash, and what waits to.
impl std::hash::Hash for Disk {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.hard.hash(state);
        self.snapshot.hash(state);
        self.offered.hash(state);
        self.entries.len().hash(state);
        for entry in self.entries.iter_from(0) {
            entry.id.hash(state);
            entry.data.hash(state);
        }
        for write in &self.waiting {
            write.append.hash(state);
        }
        self.covered.hash(state);
        self.fsync.hash(state);
    }
}
