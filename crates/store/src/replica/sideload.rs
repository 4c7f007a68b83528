//! Tables beside the log: put there before the log names them, taken in when their entry applies, gone
//! when no log names them any more.

use alloc::boxed::Box;
use alloc::vec::Vec;

use lsm::{Batch, Ingest, Ingested};
use raft::{Entries, EntryId, Index};

use super::Replica;
use crate::event::{EventKind, Purge};
use crate::hub::{Hub, Unsynced};
use crate::log::is_thin;
use crate::sideload::{self, SideloadTruncation};
use crate::{AddSstable, RangeId, ReplicaState, Sideloading};

impl Replica {
    /// Puts the tables of new entries beside the log. Returns the entries that have a table there and
    /// are overwritten.
    pub(super) fn sideload(&mut self, hub: &mut Hub, entries: &Entries) -> Vec<EntryId> {
        let (range, Some(first)) = (self.range, entries.first()) else { return Vec::new() };
        let is_replaced = |id: &EntryId| entries.iter().all(|entry| entry.id != *id);
        let mut overwritten = hub.engines.sideload().entries_from(range, first.id.index);
        overwritten.retain(is_replaced);
        let table = |entry: &raft::Entry| Some((entry.id, sideload::split(&entry.data)?.1));
        let tables: Vec<_> = entries.iter().filter_map(table).collect();
        let Some(&(entry, _)) = tables.last() else { return overwritten };
        let bytes = tables.iter().map(|(_, table)| table.len() as u64).sum();
        match hub.engines.sideload_all(range, tables) {
            Ok(count) => {
                hub.counters.sideloaded += count;
                hub.counters.sideloaded_bytes += bytes;
                // The log is written because this is.
                hub.begin(|| EventKind::Sideloaded { range, entry, bytes });
            }
            Err(error) => hub.note(Err(error)),
        }
        overwritten
    }

    /// Bytes of the entries in its log, with the tables beside it.
    pub(super) fn log_bytes(&self, hub: &Hub) -> u64 {
        self.log.bytes + hub.engines.sideload().bytes_to(self.range, Index(u64::MAX))
    }

    /// The log was truncated: once that is durable, the tables beside it go, too.
    pub(super) fn truncate_sideloaded(&mut self, hub: &mut Hub, truncated: Index) {
        let (range, replica) = (self.range, self.id);
        if hub.engines.sideload().bytes_to(range, truncated) == 0 {
            return;
        }
        self.unsynced += 1;
        let (responses, overwritten, cause) = (Vec::new(), Vec::new(), hub.cause);
        let unsynced = Unsynced { range, replica, responses, overwritten, truncated, cause };
        hub.syncs.waiting.push(unsynced);
    }

    /// Removes the tables of entries that were overwritten or truncated, which is durable now; but for
    /// those that the log has again.
    pub(super) fn purge(&mut self, hub: &mut Hub, unsynced: &Unsynced) {
        if Index::ZERO < unsynced.truncated {
            hub.truncate_sideloaded(self.range, unsynced.truncated);
        }
        for &entry in &unsynced.overwritten {
            match is_thin(self.range, entry, hub.engines.log()) {
                Ok(true) => {}
                Ok(false) => hub.purge(self.range, entry, Purge::Overwritten),
                Err(error) => hub.note(Err(error)),
            }
        }
    }
}

impl Hub {
    /// Removes the table beside the log of an entry that no log names.
    pub(crate) fn purge(&mut self, range: RangeId, entry: EntryId, why: Purge) {
        match self.engines.purge_sideloaded(range, entry) {
            Ok(0) => {}
            Ok(bytes) => {
                self.counters.purged += 1;
                self.emit(|| EventKind::Purged { range, entry, bytes, why });
            }
            Err(error) => self.note(Err(error)),
        }
    }

    /// Removes the tables beside the log of all entries up to `truncated`. That the log is truncated
    /// there has to be durable before.
    pub(crate) fn truncate_sideloaded(
        &mut self,
        range: RangeId,
        truncated: Index,
    ) -> SideloadTruncation {
        match self.engines.truncate_sideloaded(range, truncated) {
            Ok(truncation) => {
                self.counters.purged += truncation.freed.len() as u64;
                for &(entry, bytes) in &truncation.freed {
                    let why = Purge::Truncated;
                    self.emit(|| EventKind::Purged { range, entry, bytes, why });
                }
                truncation
            }
            Err(error) => {
                self.note(Err(error));
                SideloadTruncation::default()
            }
        }
    }

    /// Takes the table of an entry into the state engine. Done twice, after a crash, it has the same
    /// effect as done once. False if it is no table, which is then so on every replica.
    pub(crate) fn ingest(&mut self, range: RangeId, entry: EntryId, sstable: &AddSstable) -> bool {
        let is_beside = sstable.sideloading == Sideloading::On;
        let how = is_beside.then_some(self.config.ingest);
        let ingested = if let Some(how) = how {
            // What is taken in is the file, not what memory has of it.
            let table = self.engines.sideloaded(range, entry);
            if table.is_ok_and(|table| lsm::crc32c(&table) == sstable.crc) {
                self.engines.ingest_sideloaded(range, entry, how)
            } else {
                self.note_lost_table(range, entry);
                return false;
            }
        } else if sstable.is_whole() {
            self.engines.ingest_inline((range, entry), sstable.table.clone(), None)
        } else {
            return false;
        };
        match ingested {
            Ok(ingested) => {
                self.tell_ingested(range, entry, how, ingested);
                true
            }
            Err(_) if !sstable.is_table() => false,
            Err(error) => {
                self.note(Err(error));
                false
            }
        }
    }

    /// Takes a table that was made here, by the evaluation of an entry, into the state engine, with what
    /// says that the entry is applied: it is durable at once, and must not be found there by another
    /// evaluation after a crash.
    pub(super) fn ingest_evaluated(&mut self, state: &ReplicaState, sstable: &AddSstable) {
        let (range, entry) = (state.descriptor.range, state.applied.entry);
        let mut applied = Batch::default();
        state.applied.put(range, &mut applied);
        let table = sstable.table.clone();
        match self.engines.ingest_inline((range, entry), table, Some(&applied)) {
            Ok(ingested) => self.tell_ingested(range, entry, None, ingested),
            Err(error) => self.note(Err(error)),
        }
    }

    fn tell_ingested(
        &mut self,
        range: RangeId,
        entry: EntryId,
        how: Option<Ingest>,
        ingested: Ingested,
    ) {
        self.counters.ingested += 1;
        self.note_levels(&ingested);
        for placed in ingested.placed {
            self.begin(|| EventKind::Ingested { range, entry, how, placed: Box::new(placed) });
        }
    }

    /// Takes note of a table beside the log that is not what it was.
    pub(crate) fn note_lost_table(&mut self, range: RangeId, entry: EntryId) {
        let error = match self.engines.sideloaded(range, entry) {
            Ok(_) => {
                let what = "it is not the table that its log entry names";
                lsm::Error::Damaged { offset: 0, what }.in_file(&sideload::name(range, entry))
            }
            Err(error) => error,
        };
        self.note(Err(error));
    }
}
