//! Logs, tables beside them, levels and counted bytes, as they stand on the disk of a store.

use raft::{EntryId, Index, Storage, StorageError};
use store::{EventKind, Purge, RaftCommand, RangeId, RangeLog, Store, StoreId};

use crate::ranges::World;

impl World {
    /// Something was written, taken in or removed.
    pub(super) fn watch_disk(&mut self, store: StoreId, kind: &EventKind) {
        if let EventKind::Synced { .. } | EventKind::Worked(_) = kind {
            self.counts_bytes(store);
        } else if let EventKind::Ingested { range, placed, .. } = kind {
            let (table, level) = (placed.meta.number, placed.level);
            let engines = self.store(store).map(Store::engines);
            let older = engines.and_then(|it| it.state().version().older_above(table).ok());
            if let Some(older) = older {
                self.checks.ingests(*range, (store, table, level), older);
            }
            self.counts_bytes(store);
        } else if let EventKind::Purged { range, entry, why, .. } = kind {
            self.purges(*range, (store, *entry), *why);
        } else if let EventKind::Quiesced { range, .. } | EventKind::FellAsleep { range } = kind {
            let replica = self.store(store).and_then(|known| known.replica(*range));
            if replica.is_some_and(|replica| replica.unsynced() == 0) {
                self.names_its_files(*range, store);
            }
        }
    }

    /// A log has entries between these: it has all of them, each as everybody else has it, and each that is
    /// thin has its table.
    pub(super) fn logs(&mut self, range: RangeId, store: StoreId, (first, to): (Index, Index)) {
        let mut checks = std::mem::take(&mut self.checks);
        if let Some(log) = self.store(store).and_then(|known| known.log(range)) {
            let mut index = first.max(log.first_index());
            let mut before = log.term(Index(index.0 - 1));
            while index <= to.min(log.last_index()) {
                let entry = log.stored(index);
                checks.reads(range, store, (index, log.state.last, entry.is_ok()));
                if let Ok(entry) = &entry {
                    if let Ok(before) = before {
                        checks.holds(range, store, before, entry);
                    }
                    if RangeLog::names_table(entry) {
                        let has = has_table(&log, entry.id);
                        checks.beside(range, (store, entry.id), (true, has));
                    }
                }
                before = entry.map(|entry| entry.id.term);
                index = index.next();
            }
        }
        self.checks = checks;
    }

    /// A table beside the log is gone: no log names it, and if the log was truncated none is left before it.
    fn purges(&mut self, range: RangeId, (store, entry): (StoreId, EntryId), why: Purge) {
        let Some(log) = self.store(store).and_then(|known| known.log(range)) else { return };
        let is_named = log.is_thin(entry);
        let is_there = has_file(&log, entry);
        let left = log.engines.sideload().entries_from(range, Index::ZERO);
        let left = left.into_iter().find(|left| left.index <= entry.index);
        let left = left.filter(|_| why == Purge::Truncated);
        self.checks.beside(range, (store, entry), (is_named, is_there));
        if let Some(left) = left {
            self.checks.beside(range, (store, left), (false, true));
        }
    }

    /// Everything is durable: what stands beside the log is named by it.
    fn names_its_files(&mut self, range: RangeId, store: StoreId) {
        let Some(log) = self.store(store).and_then(|known| known.log(range)) else { return };
        let files = log.engines.sideload().entries_from(range, Index::ZERO);
        let files: Vec<_> = files.into_iter().map(|file| (file, log.is_thin(file))).collect();
        for (file, is_named) in files {
            self.checks.beside(range, (store, file), (is_named, true));
        }
    }

    /// The same for all files of a store, whether there is a log or not.
    pub(super) fn files_are_named(&mut self, store: StoreId) {
        let Some(known) = self.store(store) else { return };
        let named = |(range, file, _): (RangeId, EntryId, u64)| {
            (range, file, known.log(range).is_some_and(|log| log.is_thin(file)))
        };
        let files: Vec<_> = known.engines().sideload().files().map(named).collect();
        for (range, file, is_named) in files {
            self.checks.beside(range, (store, file), (is_named, true));
        }
    }

    fn counts_bytes(&mut self, store: StoreId) {
        let known = self.store(store).filter(|known| !known.has_failed());
        if let Some((counted, written)) =
            known.map(|known| (known.engines().ledger(), known.engines().written()))
        {
            self.checks.bytes(store, &counted, &written);
        }
    }
}

fn has_file(log: &RangeLog<'_>, entry: EntryId) -> bool {
    log.engines.sideload().entries_from(log.range, entry.index).contains(&entry)
}

/// Whether the table of a thin entry is beside the log, as it was proposed.
fn has_table(log: &RangeLog<'_>, entry: EntryId) -> bool {
    let mut fat = Vec::new();
    let read: Result<(), StorageError> =
        log.entries(entry.index, entry.index.next(), u64::MAX, &mut fat);
    let command = read.ok().and_then(|()| RaftCommand::decode(&fat.first()?.data));
    command.and_then(|command| command.result.add_sstable).is_some_and(|table| table.is_whole())
}
