//! A piece of the log in memory, as runs of shared entries.

use alloc::vec::Vec;

use crate::size::fitting;
use crate::{Entries, Entry, Index};

/// Entries with consecutive indices.
///
/// 1. Each run begins right after the one before, and none is empty but the newest, if there is no
///    entry at all.
/// 2. `first` is the index of the first entry, or where it would be; `end` is the one after the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct Runs {
    older: Vec<Entries>,
    /// Kept apart, since almost every question is about it.
    newest: Entries,
    first: Index,
    end: Index,
}

impl Runs {
    pub(crate) fn new(first: Index) -> Self {
        Self { older: Vec::new(), newest: Entries::new(), first, end: first }
    }

    /// The index of the first entry, or where it would be.
    pub(crate) fn first(&self) -> Index {
        self.first
    }

    /// The index after the last entry.
    pub(crate) fn end(&self) -> Index {
        self.end
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.newest.is_empty()
    }

    pub(crate) fn len(&self) -> u64 {
        self.end - self.first
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.older.iter().chain([&self.newest]).flat_map(|run| run.iter())
    }

    /// Where the newest run begins.
    fn newest_first(&self) -> Index {
        Index(self.end.0 - self.newest.len() as u64)
    }

    /// How many of the older runs begin at or before `index`.
    fn begun_by(&self, index: Index) -> usize {
        self.older.partition_point(|run| run[0].id.index <= index)
    }

    #[inline]
    pub(crate) fn get(&self, index: Index) -> Option<&Entry> {
        if index.next() == self.end {
            return self.newest.last();
        }
        self.get_earlier(index)
    }

    #[inline(never)]
    fn get_earlier(&self, index: Index) -> Option<&Entry> {
        let newest = self.newest_first();
        if newest <= index {
            return self.newest.get(position(index, newest));
        }
        if index < self.first {
            return None;
        }
        let run = &self.older[self.begun_by(index) - 1];
        run.get(position(index, run[0].id.index))
    }

    /// The entries of `[lo, hi)`, which must lie within, up to `max_bytes` but at least one. Shared
    /// if they are in one run.
    #[inline]
    pub(crate) fn slice(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        // The newest run as it is: what was proposed or received last.
        if hi == self.end && lo == self.newest_first() && max_bytes == u64::MAX {
            return self.newest.clone();
        }
        self.part(lo, hi, max_bytes)
    }

    #[inline(never)]
    fn part(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        assert!(self.first <= lo && hi <= self.end, "the range lies within");
        if hi <= lo {
            return Entries::new();
        }
        let newest = self.newest_first();
        let (run, rest) = if newest <= lo {
            (&self.newest, &[][..])
        } else {
            let at = self.begun_by(lo);
            (&self.older[at - 1], &self.older[at..])
        };
        let (at, wanted) = (position(lo, run[0].id.index), position(hi, lo));
        let part = &run[at..run.len().min(at + wanted)];
        let count = fitting(part, max_bytes);
        if count < part.len() || count == wanted {
            return run.slice(at..at + count);
        }
        let rest = rest.iter().chain([&self.newest]).flat_map(|run| run.iter());
        let mut list: Vec<Entry> = Vec::new();
        let mut bytes = 0_u64;
        for entry in part.iter().chain(rest).take(wanted) {
            bytes = bytes.saturating_add(entry.encoded_size());
            if max_bytes < bytes && !list.is_empty() {
                break;
            }
            list.push(entry.clone());
        }
        list.into()
    }

    /// Appends a run. It must follow the last entry.
    #[inline]
    pub(crate) fn append(&mut self, run: Entries) {
        let Some(first) = run.first() else { return };
        assert!(first.id.index == self.end, "a log has no gaps (Raft 5.3)");
        self.end = self.end + run.len() as u64;
        let before = core::mem::replace(&mut self.newest, run);
        if !before.is_empty() {
            self.older.push(before);
        }
    }

    /// Appends one entry, to the newest run if nobody else holds that.
    pub(crate) fn push(&mut self, entry: Entry) {
        assert!(entry.id.index == self.end, "a log has no gaps (Raft 5.3)");
        if let Some(list) = self.newest.own() {
            list.push(entry);
            self.end = self.end.next();
        } else {
            self.append(entry.into());
        }
    }

    /// Drops all entries from `index` on. If that is before the first one, the next one comes there.
    pub(crate) fn truncate(&mut self, index: Index) {
        while index <= self.newest_first() && !self.newest.is_empty() {
            self.end = self.newest_first();
            self.newest = self.older.pop().unwrap_or_default();
        }
        if self.newest.is_empty() {
            self.first = self.first.min(index);
            self.end = self.first;
        } else if index < self.end {
            self.newest = self.newest.slice(0..position(index, self.newest_first()));
            self.end = index;
        }
    }

    /// Drops all entries before `index`, which must lie within or right behind.
    #[inline]
    pub(crate) fn drop_before(&mut self, index: Index) {
        if index == self.end {
            if !self.older.is_empty() {
                self.older.clear();
            }
            self.newest = Entries::new();
            self.first = index;
        } else {
            self.drop_some_before(index);
        }
    }

    #[inline(never)]
    fn drop_some_before(&mut self, index: Index) {
        assert!(self.first <= index && index <= self.end, "the index lies within");
        self.first = index;
        let newest = self.newest_first();
        if newest <= index {
            self.older.clear();
            if newest < index {
                self.newest = self.newest.slice(position(index, newest)..self.newest.len());
            }
            return;
        }
        let gone = self.begun_by(index) - 1;
        self.older.drain(..gone);
        let run = &mut self.older[0];
        *run = run.slice(position(index, run[0].id.index)..run.len());
    }

    /// Frees the memory that no entry needs.
    pub(crate) fn rest(&mut self) {
        if self.older.is_empty() && self.older.capacity() != 0 {
            self.older = Vec::new();
        }
    }
}

/// How far `index` is behind `from`; zero if it is before.
fn position(index: Index, from: Index) -> usize {
    usize::try_from(index - from).expect("entries in memory can be counted")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntryId, Term};

    fn entry(index: u64) -> Entry {
        let id = EntryId { term: Term(1), index: Index(index) };
        Entry { id, ..Entry::default() }
    }

    /// Runs of these lengths, from index 5 on.
    fn runs(lengths: &[u64]) -> Runs {
        let mut runs = Runs::new(Index(5));
        for &length in lengths {
            let from = runs.end().0;
            runs.append((from..from + length).map(entry).collect());
        }
        runs
    }

    #[track_caller]
    fn check(runs: &Runs, expected: &[u64]) {
        let found: Vec<u64> = runs.iter().map(|entry| entry.id.index.0).collect();
        assert_eq!(found, expected);
        assert_eq!(runs.len(), expected.len() as u64);
        for &index in expected {
            assert_eq!(runs.get(Index(index)).map(|entry| entry.id.index.0), Some(index));
        }
        assert_eq!(runs.get(runs.end()), None);
    }

    #[test]
    fn runs_are_one_list() {
        let mut runs = runs(&[2, 1, 3]);
        check(&runs, &[5, 6, 7, 8, 9, 10]);
        for lo in 5..=11 {
            for hi in lo..=11 {
                let slice = runs.slice(Index(lo), Index(hi), u64::MAX);
                assert!(slice.iter().map(|entry| entry.id.index.0).eq(lo..hi), "{lo}..{hi}");
                let limited = runs.slice(Index(lo), Index(hi), 9);
                assert_eq!(limited.len() as u64, (hi - lo).min(2), "{lo}..{hi}: four bytes each");
            }
        }
        runs.truncate(Index(9));
        check(&runs, &[5, 6, 7, 8]);
        runs.drop_before(Index(6));
        check(&runs, &[6, 7, 8]);
        runs.push(entry(9));
        check(&runs, &[6, 7, 8, 9]);
        runs.drop_before(Index(10));
        check(&runs, &[]);
        runs.push(entry(10));
        runs.truncate(Index(3));
        runs.push(entry(3));
        check(&runs, &[3]);
    }

    #[test]
    fn what_was_handed_out_does_not_change() {
        let mut runs = runs(&[2]);
        let held = runs.slice(Index(5), Index(7), u64::MAX);
        runs.push(entry(7));
        runs.truncate(Index(6));
        runs.push(entry(6));
        assert_eq!(held.len(), 2);
        check(&runs, &[5, 6]);
    }
}
