//! A range's Raft log in the log engine, as the Raft core reads and writes it.

use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;
use lsm::{Batch, Lsm};
use raft::{
    ConfState, Entries, Entry, EntryId, EntryKind, HardState, Index, PeerId, Snapshot, Storage,
    StorageError, Term,
};

use crate::coding::{Reader, put_u64};
use crate::keys::{self, RangeIdKey};
use crate::{Engines, RangeDescriptor, RangeId, ReplicaState, sideload};

/// A new range begins as if it had a log up to here, so that an empty replica is never taken for one
/// that has everything.
pub const FIRST: EntryId = EntryId { term: Term(5), index: Index(10) };

/// What is kept in memory of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogState {
    /// The last entry that was dropped; zero in a replica that knows nothing.
    pub truncated: EntryId,
    /// The last entry.
    pub last: EntryId,
    /// Term, vote and commit.
    pub hard_state: HardState,
    /// Bytes of the entries in it, as they are written.
    pub bytes: u64,
}

impl LogState {
    /// The log of a new range.
    pub fn initial() -> Self {
        let hard_state = HardState { term: FIRST.term, vote: PeerId::NONE, commit: FIRST.index };
        Self { truncated: FIRST, last: FIRST, hard_state, bytes: 0 }
    }

    /// Writes what stands beside the entries.
    pub(crate) fn put(&self, range: RangeId, batch: &mut Batch) {
        put_hard_state(range, self.hard_state, batch);
        put_truncated(range, self.truncated, batch);
    }

    /// Finds a log again.
    pub(crate) fn load(range: RangeId, engine: &Lsm) -> lsm::Result<Self> {
        let mut state = Self::default();
        if let Some(value) = engine.get(&RangeIdKey::HardState.of(range))? {
            state.hard_state = take_hard_state(&value).unwrap_or_default();
        }
        if let Some(value) = engine.get(&RangeIdKey::TruncatedState.of(range))? {
            state.truncated = take_entry_id(&mut Reader(&value)).unwrap_or_default();
        }
        state.last = state.truncated;
        each_entry(range, state.truncated.index.next(), engine, |index, value| {
            if let Some((term, _)) = take_entry(value) {
                state.last = EntryId { term, index };
                state.bytes += value.len() as u64;
            }
            true
        })?;
        Ok(state)
    }

    /// The log that begins after a snapshot.
    pub(crate) fn restored(&self, last: EntryId) -> Self {
        let HardState { term, vote, commit } = self.hard_state;
        // A term that it had not heard of is one in which it has not voted.
        let vote = if term < last.term { PeerId::NONE } else { vote };
        let commit = commit.max(last.index);
        let hard_state = HardState { term: term.max(last.term), vote, commit };
        Self { truncated: last, last, hard_state, bytes: 0 }
    }

    /// Writes that log in place of the one that is there.
    pub(crate) fn put_restored(&self, range: RangeId, batch: &mut Batch) {
        let entries = keys::raft_log(range, Index::ZERO);
        batch.delete_range(&entries, &RangeIdKey::ReplicaId.of(range));
        self.put(range, batch);
    }

    /// Whether this very entry is in it, or the last one that was dropped.
    pub(crate) fn contains(&self, range: RangeId, id: EntryId, engine: &Lsm) -> lsm::Result<bool> {
        if id == self.last || id == self.truncated {
            return Ok(true);
        }
        let value = engine.get(&keys::raft_log(range, id.index))?;
        let term = value.and_then(|value| take_entry(&value).map(|(term, _)| term));
        Ok(term == Some(id.term))
    }

    /// Appends entries, replacing those that are there from the first one on.
    pub(crate) fn append(
        &mut self,
        range: RangeId,
        entries: &Entries,
        engine: &Lsm,
        batch: &mut Batch,
    ) -> lsm::Result {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
        if first.id.index <= self.last.index {
            each_entry(range, first.id.index, engine, |index, value| {
                self.bytes -= value.len() as u64;
                if last.id.index < index {
                    batch.delete(&keys::raft_log(range, index));
                }
                true
            })?;
        }
        let mut value = Vec::new();
        for entry in entries {
            value.clear();
            put_u64(&mut value, entry.id.term.0);
            value.push(match entry.kind {
                EntryKind::Normal => 0,
                EntryKind::ConfChange => 1,
                EntryKind::ConfChangeV2 => 2,
                EntryKind::Refused => 3,
            });
            // The payload is beside the log already.
            let thin = sideload::split(&entry.data).map(|(thin, _)| thin);
            value.extend_from_slice(thin.as_ref().unwrap_or(&entry.data));
            batch.put(&keys::raft_log(range, entry.id.index), &value);
            self.bytes += value.len() as u64;
        }
        self.last = last.id;
        Ok(())
    }

    /// Drops the entries up to this one. Says how many they were, and of how many bytes.
    pub(crate) fn truncate(
        &mut self,
        range: RangeId,
        truncated: EntryId,
        engine: &Lsm,
        batch: &mut Batch,
    ) -> lsm::Result<(u64, u64)> {
        let (mut entries, mut bytes) = (0, 0);
        each_entry(range, self.truncated.index.next(), engine, |index, value| {
            let drops = index <= truncated.index;
            if drops {
                batch.delete(&keys::raft_log(range, index));
                entries += 1;
                bytes += value.len() as u64;
            }
            drops
        })?;
        self.truncated = truncated;
        self.bytes -= bytes;
        put_truncated(range, truncated, batch);
        Ok((entries, bytes))
    }
}

/// Shows the entries from `first` on, as they are written, until `show` has seen enough.
fn each_entry(
    range: RangeId,
    first: Index,
    engine: &Lsm,
    mut show: impl FnMut(Index, &[u8]) -> bool,
) -> lsm::Result {
    let first = keys::raft_log(range, first);
    let mut cursor = engine.cursor();
    cursor.seek(&first)?;
    while let Some((key, value)) = cursor.entry()
        && let Some(index) = key.strip_prefix(&first[..first.len() - 8])
        && let Ok(index) = index.try_into()
        && show(Index(u64::from_be_bytes(index)), value)
    {
        cursor.forward()?;
    }
    Ok(())
}

fn put_truncated(range: RangeId, truncated: EntryId, batch: &mut Batch) {
    let mut value = Vec::new();
    put_entry_id(&mut value, truncated);
    batch.put(&RangeIdKey::TruncatedState.of(range), &value);
}

/// Writes the hard state.
pub(crate) fn put_hard_state(range: RangeId, hard_state: HardState, batch: &mut Batch) {
    let mut value = Vec::new();
    for number in [hard_state.term.0, hard_state.vote.0, hard_state.commit.0] {
        put_u64(&mut value, number);
    }
    batch.put(&RangeIdKey::HardState.of(range), &value);
}

fn take_hard_state(value: &[u8]) -> Option<HardState> {
    let mut reader = Reader(value);
    let (term, vote) = (Term(reader.u64()?), PeerId(reader.u64()?));
    Some(HardState { term, vote, commit: Index(reader.u64()?) })
}

pub(crate) fn put_entry_id(out: &mut Vec<u8>, id: EntryId) {
    put_u64(out, id.term.0);
    put_u64(out, id.index.0);
}

pub(crate) fn take_entry_id(reader: &mut Reader<'_>) -> Option<EntryId> {
    Some(EntryId { term: Term(reader.u64()?), index: Index(reader.u64()?) })
}

fn take_entry(value: &[u8]) -> Option<(Term, Reader<'_>)> {
    let mut reader = Reader(value);
    Some((Term(reader.u64()?), reader))
}

/// An entry as it stands in the log.
fn take_stored(index: Index, value: &Bytes) -> Option<Entry> {
    let (term, mut reader) = take_entry(value)?;
    let kind = match reader.u8()? {
        0 => EntryKind::Normal,
        1 => EntryKind::ConfChange,
        2 => EntryKind::ConfChangeV2,
        _ => EntryKind::Refused,
    };
    Some(Entry { id: EntryId { term, index }, kind, data: value.slice_ref(reader.0) })
}

/// A range's log, lent to the Raft core for one call.
#[derive(Clone, Copy, Debug)]
pub struct RangeLog<'a> {
    /// Which range's.
    pub range: RangeId,
    /// The range, if its keys are known.
    pub descriptor: Option<&'a RangeDescriptor>,
    /// What is in memory of it.
    pub state: &'a LogState,
    /// Where it is kept.
    pub engines: &'a Engines,
}

impl RangeLog<'_> {
    /// An entry as it stands in the log: thin if its table is beside it.
    ///
    /// # Errors
    /// If there is none.
    pub fn stored(&self, index: Index) -> Result<Entry, StorageError> {
        let value = self.engines.log().get(&keys::raft_log(self.range, index));
        let entry = value.ok().flatten().and_then(|value| take_stored(index, &value));
        entry.ok_or(StorageError::Unavailable)
    }

    /// Whether an entry, as it stands in the log, names a table beside it.
    pub fn names_table(stored: &Entry) -> bool {
        sideload::is_sideloaded(&stored.data)
    }

    /// Whether this very entry is in the log, and its table beside it.
    pub fn is_thin(&self, id: EntryId) -> bool {
        is_thin(self.range, id, self.engines.log()).unwrap_or(false)
    }

    /// An entry with its table. One whose file is damaged stays thin: nobody takes it for a command.
    fn entry(&self, index: Index) -> Result<Entry, StorageError> {
        let mut entry = self.stored(index)?;
        if sideload::is_sideloaded(&entry.data)
            && let Ok(table) = self.engines.sideloaded(self.range, entry.id)
        {
            entry.data = sideload::join(&entry.data, &table);
        }
        Ok(entry)
    }
}

/// Whether the log of a range has this very entry, with its table beside it.
pub(crate) fn is_thin(range: RangeId, id: EntryId, engine: &Lsm) -> lsm::Result<bool> {
    let value = engine.get(&keys::raft_log(range, id.index))?;
    Ok(value
        .and_then(|value| take_stored(id.index, &value))
        .is_some_and(|entry| entry.id == id && sideload::is_sideloaded(&entry.data)))
}

impl Storage for RangeLog<'_> {
    fn initial_state(&self) -> (HardState, ConfState) {
        let members = self.descriptor.map(RangeDescriptor::conf_state).unwrap_or_default();
        (self.state.hard_state, members)
    }

    fn first_index(&self) -> Index {
        self.state.truncated.index.next()
    }

    fn last_index(&self) -> Index {
        self.state.last.index
    }

    fn term(&self, index: Index) -> Result<Term, StorageError> {
        let LogState { truncated, last, .. } = self.state;
        if index == last.index {
            Ok(last.term)
        } else if index == truncated.index {
            Ok(truncated.term)
        } else if index < truncated.index {
            Err(StorageError::Compacted)
        } else if last.index < index {
            Err(StorageError::Unavailable)
        } else {
            self.stored(index).map(|entry| entry.id.term)
        }
    }

    fn entries(
        &self,
        lo: Index,
        hi: Index,
        max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError> {
        if lo <= self.state.truncated.index {
            return Err(StorageError::Compacted);
        }
        if self.state.last.index.next() < hi {
            return Err(StorageError::Unavailable);
        }
        let (mut index, mut bytes) = (lo, 0_u64);
        while index < hi {
            let entry = self.entry(index)?;
            bytes = bytes.saturating_add(entry.encoded_size());
            if max_bytes < bytes && index != lo {
                break;
            }
            out.push(entry);
            index = index.next();
        }
        Ok(())
    }

    /// Where a snapshot would be now. What is in it travels on a stream of its own, and is read when
    /// that begins.
    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
        let unknown = StorageError::SnapshotTemporarilyUnavailable;
        let descriptor = self.descriptor.ok_or(unknown)?;
        let state = ReplicaState::load(descriptor.clone(), self.engines.state());
        let last = state.map_err(|_| unknown)?.applied.entry;
        let conf_state = descriptor.conf_state();
        Ok(Arc::new(Snapshot { last, conf_state, data: Bytes::new() }))
    }
}
