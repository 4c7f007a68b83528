//! The end of the log that is not known to be durable.
//!
//! ```text
//!   durable, in Storage │ handed out, being written │ not handed out yet
//!                       ▲ offset                    ▲ in_progress
//! ```

use alloc::sync::Arc;

use crate::event::{Event, WriteRefusal};
use crate::events::Events;
use crate::runs::Runs;
use crate::{Entries, Entry, EntryId, Index, Snapshot, Term};

/// Entries, or a snapshot with entries after it, that wait to become durable.
///
/// 1. `offset <= in_progress <= end`.
/// 2. A pending snapshot is at `offset - 1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct Unstable {
    pub(crate) entries: Runs,
    /// The term of the entry before the first one; zero if it is not remembered.
    before: Term,
    pub(crate) in_progress: Index,
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) snapshot_in_progress: bool,
}

impl Unstable {
    /// Nothing, after a log that ends with this entry.
    pub(crate) fn after(last: EntryId) -> Self {
        let offset = last.index.next();
        Self {
            entries: Runs::new(offset),
            before: last.term,
            in_progress: offset,
            snapshot: None,
            snapshot_in_progress: false,
        }
    }

    /// The index of the first entry, or where it would be: everything before is durable.
    pub(crate) fn offset(&self) -> Index {
        self.entries.first()
    }

    /// The term at `index`, if this part of the log knows it.
    pub(crate) fn term(&self, index: Index) -> Option<Term> {
        let offset = self.offset();
        if index < offset {
            let known = index.next() == offset && self.before != Term::default();
            return known.then_some(self.before);
        }
        self.entries.get(index).map(|entry| entry.id.term)
    }

    /// Whether there are entries to hand out with the next Ready.
    pub(crate) fn has_next_entries(&self) -> bool {
        self.in_progress < self.entries.end()
    }

    /// The entries to hand out with the next Ready.
    pub(crate) fn next_entries(&self) -> Entries {
        if !self.has_next_entries() {
            return Entries::new();
        }
        self.entries.slice(self.in_progress, self.entries.end(), u64::MAX)
    }

    /// The snapshot to hand out with the next Ready.
    pub(crate) fn next_snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref().filter(|_| !self.snapshot_in_progress)
    }

    /// Notes that all of it was handed out.
    pub(crate) fn accept(&mut self) {
        self.in_progress = self.entries.end();
        self.snapshot_in_progress = self.snapshot.is_some();
    }

    /// Makes `entries` the end of the log, in place of whatever was from their first index on.
    pub(crate) fn append(&mut self, entries: Entries, events: &mut Events) {
        let Some(first) = entries.first() else { return };
        let from = first.id.index;
        if from < self.entries.end() || from < self.offset() {
            let kept = usize::try_from(from - self.offset()).expect("entries can be counted");
            if from < self.offset() {
                self.before = Term::default();
            }
            events.push(Event::TailReplaced { index: from, kept });
            self.entries.truncate(from);
            self.in_progress = self.in_progress.min(from);
        }
        self.entries.append(entries);
    }

    /// Appends one entry at the end.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Replaces everything by a snapshot.
    pub(crate) fn restore(&mut self, snapshot: Arc<Snapshot>) {
        *self = Self::after(snapshot.last);
        self.snapshot = Some(snapshot);
    }

    /// Notes that the entries up to `written` are durable.
    ///
    /// A write may be acknowledged late, after other entries took its place. Then the term at its
    /// index differs and the acknowledgment counts for nothing.
    pub(crate) fn stable_to(&mut self, written: EntryId, events: &mut Events) {
        let found = self.entries.get(written.index).map(|entry| entry.id.term);
        if found == Some(written.term) {
            let next = written.index.next();
            self.entries.drop_before(next);
            self.before = written.term;
            self.in_progress = self.in_progress.max(next);
            return;
        }
        let snapshot = self.snapshot.as_ref().map(|snapshot| snapshot.last.index);
        let why = match found {
            None if snapshot == Some(written.index) => WriteRefusal::Snapshot,
            None => WriteRefusal::Missing,
            Some(term) => WriteRefusal::OtherTerm(term),
        };
        events.push(Event::WriteIgnored { acknowledged: written, why });
    }

    /// Notes that all entries are durable, of which there are some; the last one is of this term.
    pub(crate) fn all_stable(&mut self, term: Term) {
        self.in_progress = self.entries.end();
        self.entries.drop_before(self.in_progress);
        self.before = term;
    }

    /// Notes that the snapshot at `index` is durable.
    pub(crate) fn stable_snapshot_to(&mut self, index: Index) {
        if self.snapshot.as_ref().is_some_and(|snapshot| snapshot.last.index == index) {
            self.snapshot = None;
            self.snapshot_in_progress = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Entries of these terms, the first one at `from`.
    fn entries(from: u64, terms: &[u64]) -> Entries {
        let id = |i, &term| EntryId { term: Term(term), index: Index(from + i) };
        (0..).zip(terms).map(|(i, term)| Entry { id: id(i, term), ..Entry::default() }).collect()
    }

    #[track_caller]
    fn check(unstable: &Unstable, offset: u64, in_progress: u64, terms: &[u64]) {
        let found: Vec<u64> = unstable.entries.iter().map(|entry| entry.id.term.0).collect();
        assert_eq!(
            (unstable.offset().0, unstable.in_progress.0, &found[..]),
            (offset, in_progress, terms)
        );
    }

    #[test]
    fn appends_extend_replace_or_truncate() {
        let events = &mut Events::new(true);
        let mut unstable = Unstable::after(EntryId { term: Term(1), index: Index(4) });
        unstable.append(entries(5, &[1, 1, 1]), events);
        unstable.accept();
        check(&unstable, 5, 8, &[1, 1, 1]);
        unstable.append(entries(8, &[1]), events);
        check(&unstable, 5, 8, &[1, 1, 1, 1]);
        assert!(events.is_empty());
        unstable.append(entries(7, &[2]), events);
        check(&unstable, 5, 7, &[1, 1, 2]);
        unstable.append(entries(4, &[3, 3]), events);
        check(&unstable, 4, 4, &[3, 3]);
        let expected = [
            Event::TailReplaced { index: Index(7), kept: 2 },
            Event::TailReplaced { index: Index(4), kept: 0 },
        ];
        assert!(events.drain().eq(expected));
    }

    #[test]
    fn a_late_acknowledgment_of_a_replaced_write_counts_for_nothing() {
        let events = &mut Events::new(true);
        let mut unstable = Unstable::after(EntryId { term: Term(1), index: Index(4) });
        unstable.append(entries(5, &[1, 2]), events);
        let write = |term, index| EntryId { term: Term(term), index: Index(index) };
        unstable.stable_to(write(1, 6), events);
        unstable.stable_to(write(1, 4), events);
        unstable.stable_to(write(1, 7), events);
        check(&unstable, 5, 5, &[1, 2]);
        assert_eq!(events.drain().count(), 3);
        unstable.stable_to(write(1, 5), events);
        check(&unstable, 6, 6, &[2]);
        unstable.stable_to(write(2, 6), events);
        check(&unstable, 7, 7, &[]);
        assert!(events.is_empty());
    }
}
