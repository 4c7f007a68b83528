//! What logs hold, and what stands beside them on the disk.

use det::Digest;
use lsm::{Category, Ledger};
use raft::{Entry, EntryId, Index, Term};
use store::{RangeId, StoreId};

use super::{Checks, Fact, OnDisk, Rule};

/// An entry as it stands in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    entry: EntryId,
    /// The term of the entry before it.
    before: Term,
    /// A digest of that, and of what is in it.
    digest: u64,
    /// Who wrote it first.
    store: StoreId,
}

impl Checks {
    /// A log has this entry, after one of this term. By induction, logs that have it are alike up to it.
    pub(super) fn holds(&mut self, range: RangeId, store: StoreId, before: Term, entry: &Entry) {
        let kind = Digest::chain(before.0, &[entry.kind as u8]);
        let digest = Digest::chain(kind, &entry.data);
        let own = Held { entry: entry.id, before, digest, store };
        let watch = self.watch(range);
        let known = if watch.newest < own.entry {
            watch.newest = own.entry;
            watch.held.push(own);
            None
        } else {
            watch.held.newest().find(|held| held.entry == own.entry).copied()
        };
        let first = known.unwrap_or(own);
        self.check(Rule::LogMatching, range, first.digest == own.digest, || {
            let fact = |held: Held| {
                let Held { entry, before, digest, store } = held;
                Fact::Disk { store, what: OnDisk::Logged { entry, before, digest } }
            };
            (fact(first), fact(own))
        });
    }

    /// A log has this entry between its first and its last, or it has not.
    pub(super) fn reads(
        &mut self,
        range: RangeId,
        store: StoreId,
        (index, last, has): (Index, EntryId, bool),
    ) {
        self.check(Rule::LogWhole, range, has, || {
            let what = OnDisk::Missing { index };
            (Fact::Ends { store, entry: last }, Fact::Disk { store, what })
        });
    }

    /// A log names a table, and that is beside it, whole; or neither is so.
    pub(super) fn beside(
        &mut self,
        range: RangeId,
        (store, entry): (StoreId, EntryId),
        (is_named, is_there): (bool, bool),
    ) {
        self.check(Rule::TablesBeside, range, is_named == is_there, || {
            let fact = |what| Fact::Disk { store, what };
            (fact(OnDisk::Named { entry, is_named }), fact(OnDisk::Beside { entry, is_there }))
        });
    }

    /// What a store counted of what it wrote, and what its disk has seen.
    pub(super) fn bytes(&mut self, store: StoreId, counted: &Ledger, written: &Ledger) {
        self.check(Rule::BytesCounted, RangeId::default(), counted == written, || {
            let differs = |category: &Category| counted.get(*category) != written.get(*category);
            let category = Category::ALL.into_iter().find(differs).unwrap_or(Category::Wal);
            let fact = |of: &Ledger| {
                let what = OnDisk::Written { category, bytes: of.get(category) };
                Fact::Disk { store, what }
            };
            (fact(counted), fact(written))
        });
    }

    /// A table was ingested; older keys of its span lie in this level above it.
    pub(super) fn ingests(
        &mut self,
        range: RangeId,
        (store, table, level): (StoreId, u64, usize),
        older: Option<(usize, u64)>,
    ) {
        self.check(Rule::NewerAbove, range, older.is_none(), || {
            let fact = |table, level| Fact::Disk { store, what: OnDisk::Lies { table, level } };
            let (at, above) = older.unwrap_or_default();
            (fact(table, level), fact(above, at))
        });
    }
}
