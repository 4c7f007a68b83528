//! A piece of the log in memory, as runs of shared entries.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::size::fitting;
use crate::{Entries, Entry, Index};

/// Entries with consecutive indices.
///
/// 1. No run is empty, and each begins right after the one before.
/// 2. `first` is the index of the first entry, or where it would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Runs {
    runs: VecDeque<Entries>,
    first: Index,
}

impl Runs {
    pub(crate) fn new(first: Index) -> Self {
        Self { runs: VecDeque::new(), first }
    }

    /// The index of the first entry, or where it would be.
    pub(crate) fn first(&self) -> Index {
        self.first
    }

    /// The index after the last entry.
    pub(crate) fn end(&self) -> Index {
        let last = self.runs.back().and_then(|run| run.last());
        last.map_or(self.first, |last| last.id.index.next())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(crate) fn len(&self) -> u64 {
        self.end() - self.first
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.runs.iter().flat_map(|run| run.iter())
    }

    /// The run that has `index`, and the position in it. The index must be within.
    fn locate(&self, index: Index) -> (usize, usize) {
        let begins = |run: &Entries| run[0].id.index;
        let newest = self.runs.len() - 1;
        // Most of the time there is one run, or the newest one is asked for.
        let run = match begins(&self.runs[newest]) <= index {
            true => newest,
            false => self.runs.partition_point(|run| begins(run) <= index) - 1,
        };
        (run, position(index, begins(&self.runs[run])))
    }

    pub(crate) fn get(&self, index: Index) -> Option<&Entry> {
        if index < self.first || self.end() <= index {
            return None;
        }
        let (run, at) = self.locate(index);
        Some(&self.runs[run][at])
    }

    /// The entries of `[lo, hi)`, which must lie within, up to `max_bytes` but at least one. Shared
    /// if they are in one run.
    pub(crate) fn slice(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        assert!(self.first <= lo && hi <= self.end(), "the range lies within");
        if hi <= lo {
            return Entries::new();
        }
        let (run, at) = self.locate(lo);
        let wanted = position(hi, lo);
        let here = self.runs[run].len().min(at + wanted);
        let part = &self.runs[run][at..here];
        let count = fitting(part, max_bytes);
        if count < part.len() || count == wanted {
            return self.runs[run].slice(at..at + count);
        }
        let rest = self.runs.range(run + 1..).flat_map(|run| run.iter());
        let all = part.iter().chain(rest).take(wanted);
        let mut list: Vec<Entry> = Vec::new();
        let mut bytes = 0_u64;
        for entry in all {
            bytes = bytes.saturating_add(entry.encoded_size());
            if max_bytes < bytes && !list.is_empty() {
                break;
            }
            list.push(entry.clone());
        }
        list.into()
    }

    /// Appends a run. It must follow the last entry.
    pub(crate) fn append(&mut self, run: Entries) {
        let Some(first) = run.first() else { return };
        assert!(first.id.index == self.end(), "a log has no gaps (Raft 5.3)");
        if self.runs.is_empty() {
            self.runs.reserve_exact(1);
        }
        self.runs.push_back(run);
    }

    /// Appends one entry, to the last run if nobody else holds that.
    pub(crate) fn push(&mut self, entry: Entry) {
        let refused = match self.runs.back_mut() {
            Some(run) => run.push(entry).err(),
            None => Some(entry),
        };
        if let Some(entry) = refused {
            self.append(entry.into());
        }
    }

    /// Drops all entries from `index` on. If that is before the first one, the next one comes there.
    pub(crate) fn truncate(&mut self, index: Index) {
        while let Some(run) = self.runs.pop_back() {
            let keep = position(index, run[0].id.index);
            if keep != 0 {
                self.runs.push_back(run.slice(0..keep.min(run.len())));
                return;
            }
        }
        self.first = self.first.min(index);
    }

    /// Drops all entries before `index`, which must lie within or right behind.
    pub(crate) fn drop_before(&mut self, index: Index) {
        assert!(self.first <= index && index <= self.end(), "the index lies within");
        self.first = index;
        while let Some(run) = self.runs.pop_front() {
            let gone = position(index, run[0].id.index);
            if gone < run.len() {
                self.runs.push_front(run.slice(gone..run.len()));
                return;
            }
        }
    }

    /// Frees the memory that no entry needs.
    pub(crate) fn rest(&mut self) {
        if self.runs.is_empty() && self.runs.capacity() != 0 {
            self.runs = VecDeque::new();
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
