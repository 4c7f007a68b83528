//! The log as one: the durable part in [`Storage`], the unstable part in memory, and the three
//! positions `applied <= applying <= committed` (Raft §5.3, Figure 2).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::event::Event;
use crate::events::Events;
use crate::replicate::is_conf_change;
use crate::size::encoded_size;
use crate::unstable::Unstable;
use crate::{ConfigError, Entries, Entry, EntryId, Index, Snapshot, Storage, StorageError, Term};

/// 1. `applied <= applying <= committed <= last.index`.
/// 2. Everything before `unstable.offset` is durable.
// In an order that keeps together what is read most.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct Log {
    /// Encoded bytes handed out for applying and not acknowledged.
    applying_bytes: u64,
    /// The most that `applying_bytes` may reach, but for one entry.
    apply_budget: u64,
    apply_paused: bool,
    pub(crate) unstable: Unstable,
    /// Everything up to here was handed out for applying.
    pub(crate) applying: Index,
    /// Everything up to here is applied.
    pub(crate) applied: Index,
    /// The last entry; remembered, because each step asks for it.
    pub(crate) last: EntryId,
    pub(crate) committed: Index,
}

/// Whether committed entries may be applied before they are durable here: yes if the application
/// writes a Ready before it applies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Apply {
    Unstable,
    StableOnly,
}

impl Log {
    /// The log in `storage`, of which everything before its first index is committed and applied.
    pub(crate) fn new(storage: &dyn Storage, apply_budget: u64) -> Result<Self, ConfigError> {
        let index = storage.last_index();
        let term = storage.term(index).map_err(ConfigError::Storage)?;
        let last = EntryId { term, index };
        let compacted = storage.first_index().prev();
        Ok(Self {
            unstable: Unstable::after(last),
            last,
            committed: compacted,
            applying: compacted,
            applied: compacted,
            applying_bytes: 0,
            apply_budget,
            apply_paused: false,
        })
    }

    /// The first index whose entry may be available.
    pub(crate) fn first_index(&self, storage: &dyn Storage) -> Index {
        match &self.unstable.snapshot {
            Some(snapshot) => snapshot.last.index.next(),
            None => storage.first_index(),
        }
    }

    /// The term of the entry at `index`.
    pub(crate) fn term(&self, index: Index, storage: &dyn Storage) -> Result<Term, StorageError> {
        if index == self.last.index {
            return Ok(self.last.term);
        }
        if let Some(term) = self.unstable.term(index) {
            return Ok(term);
        }
        if index.next() < self.first_index(storage) {
            return Err(StorageError::Compacted);
        }
        if self.last.index < index {
            return Err(StorageError::Unavailable);
        }
        storage.term(index)
    }

    /// The term at `index`, zero if it is not known.
    pub(crate) fn term_or_zero(&self, index: Index, storage: &dyn Storage) -> Term {
        self.term(index, storage).unwrap_or_default()
    }

    /// Whether the log has this very entry.
    pub(crate) fn contains(&self, id: EntryId, storage: &dyn Storage) -> bool {
        self.term(id.index, storage) == Ok(id.term)
    }

    /// The entries of `[lo, hi)` up to `max_bytes`, but at least one.
    pub(crate) fn slice(
        &self,
        range: core::ops::Range<Index>,
        max_bytes: u64,
        storage: &dyn Storage,
    ) -> Result<Entries, StorageError> {
        let (lo, hi, offset) = (range.start, range.end, self.unstable.offset());
        if hi <= lo {
            return Ok(Entries::new());
        }
        if offset <= lo {
            return Ok(self.unstable.entries.slice(lo, hi, max_bytes));
        }
        if lo < self.first_index(storage) {
            return Err(StorageError::Compacted);
        }
        let cut = hi.min(offset);
        let mut stable = storage.share(lo, cut, max_bytes);
        if stable.is_empty() {
            let mut copied = Vec::new();
            storage.entries(lo, cut, max_bytes, &mut copied)?;
            stable = copied.into();
        }
        // The durable part may be cut short by the limit; nothing may follow a gap.
        if hi <= offset || (stable.len() as u64) < cut - lo {
            return Ok(stable);
        }
        let taken = if max_bytes == u64::MAX { 0 } else { encoded_size(&stable) };
        if max_bytes <= taken {
            return Ok(stable);
        }
        let more = self.unstable.entries.slice(offset, hi, max_bytes - taken);
        if more.len() == 1 && max_bytes < taken.saturating_add(more[0].encoded_size()) {
            return Ok(stable);
        }
        Ok(stable.iter().chain(&more).cloned().collect())
    }

    /// The entries from `from` on, up to `max_bytes`, but at least one if there is any.
    pub(crate) fn entries(
        &self,
        from: Index,
        max_bytes: u64,
        storage: &dyn Storage,
    ) -> Result<Entries, StorageError> {
        self.slice(from..self.last.index.next(), max_bytes, storage)
    }

    /// Makes `entries` the end of the log. The caller saw that they follow an entry that is there.
    pub(crate) fn append(&mut self, entries: Entries, events: &mut Events) {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        assert!(self.committed < first.id.index, "a committed entry is never replaced (Raft 5.4)");
        self.last = last.id;
        self.unstable.append(entries, events);
    }

    /// Appends one entry at the end.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.last = entry.id;
        self.unstable.push(entry);
    }

    /// The first of `entries` that the log does not have, as a position among them.
    pub(crate) fn find_conflict(
        &self,
        entries: &[Entry],
        storage: &dyn Storage,
        events: &mut Events,
    ) -> Option<usize> {
        let at = entries.iter().position(|entry| !self.contains(entry.id, storage))?;
        let theirs = entries[at].id;
        if theirs.index <= self.last.index {
            events.push(Event::ConflictFound {
                index: theirs.index,
                existing: self.term_or_zero(theirs.index, storage),
                conflicting: theirs.term,
            });
        }
        Some(at)
    }

    /// The last index up to `index` whose term is at most `term`, with its term: where a log that
    /// has `term` at `index` may agree with this one at best. An unknown term counts as zero.
    pub(crate) fn last_up_to_term(
        &self,
        index: Index,
        term: Term,
        storage: &dyn Storage,
    ) -> EntryId {
        let mut index = index;
        loop {
            match self.term(index, storage) {
                Err(_) => return EntryId { term: Term::default(), index },
                Ok(own) if own <= term => return EntryId { term: own, index },
                Ok(_) => index = index.prev(),
            }
        }
    }

    /// Notes that the entries up to `written` are durable.
    pub(crate) fn stable_to(&mut self, written: EntryId, events: &mut Events) {
        if written == self.last && !self.unstable.entries.is_empty() {
            self.unstable.all_stable(written.term);
        } else {
            self.unstable.stable_to(written, events);
        }
    }

    /// Moves the commit index forward.
    pub(crate) fn commit_to(&mut self, index: Index) {
        assert!(index <= self.last.index, "only what is in the log can be committed (Raft 5.3)");
        self.committed = self.committed.max(index);
    }

    /// Replaces the log by a snapshot.
    pub(crate) fn restore(&mut self, snapshot: Arc<Snapshot>) {
        self.last = snapshot.last;
        self.committed = snapshot.last.index;
        self.unstable.restore(snapshot);
    }

    fn apply_limit(&self, apply: Apply) -> Index {
        match apply {
            Apply::Unstable => self.committed,
            Apply::StableOnly => self.committed.min(self.unstable.offset().prev()),
        }
    }

    /// Whether committed entries can be handed out.
    pub(crate) fn has_next_committed(&self, apply: Apply) -> bool {
        self.applying < self.apply_limit(apply)
            && !self.apply_paused
            && self.unstable.snapshot.is_none()
    }

    /// Hands out the committed entries that come next, and says how many bytes count against the
    /// budget.
    pub(crate) fn take_committed(&mut self, apply: Apply, storage: &dyn Storage) -> (Entries, u64) {
        if !self.has_next_committed(apply) {
            return (Entries::new(), 0);
        }
        let entries = self.next_committed(apply, storage);
        let bytes = self.apply_cost(&entries);
        self.applying = self.applying + entries.len() as u64;
        self.applying_bytes = self.applying_bytes.saturating_add(bytes);
        self.apply_paused =
            self.apply_budget <= self.applying_bytes || self.applying < self.apply_limit(apply);
        (entries, bytes)
    }

    fn next_committed(&self, apply: Apply, storage: &dyn Storage) -> Entries {
        let range = self.applying.next()..self.apply_limit(apply).next();
        let budget = match self.apply_budget {
            u64::MAX => u64::MAX,
            bytes => bytes - self.applying_bytes,
        };
        if range.end <= self.unstable.offset() {
            let shared = storage.share(range.start, range.end, budget);
            if !shared.is_empty() {
                return shared;
            }
        }
        let read = self.slice(range, budget, storage);
        read.expect("committed entries stay until they are applied")
    }

    /// The encoded bytes of these entries, as far as they count against the budget.
    pub(crate) fn apply_cost(&self, entries: &[Entry]) -> u64 {
        if self.apply_budget == u64::MAX { 0 } else { encoded_size(entries) }
    }

    /// Notes that committed entries of `bytes` up to `index` were applied.
    pub(crate) fn applied_to(&mut self, index: Index, bytes: u64) {
        assert!(
            self.applied <= index && index <= self.committed,
            "only committed entries apply, in order"
        );
        self.applied = index;
        self.applying = self.applying.max(index);
        self.applying_bytes = self.applying_bytes.saturating_sub(bytes);
        self.apply_paused = self.apply_budget <= self.applying_bytes;
    }

    /// Whether nothing more is handed out until something was applied. Applying may end that.
    pub(crate) fn is_paused(&self) -> bool {
        self.apply_paused
    }

    pub(crate) fn set_apply_budget(&mut self, bytes: u64) {
        self.apply_budget = bytes;
        self.apply_paused = bytes <= self.applying_bytes;
    }

    /// Whether a committed membership change waits to be applied. Reads page by page, so that a
    /// long backlog does not fill the memory.
    pub(crate) fn has_unapplied_conf_change(&self, storage: &dyn Storage) -> bool {
        let mut next = self.applied.next();
        while next <= self.committed {
            let page = self.slice(next..self.committed.next(), self.apply_budget, storage);
            let page = page.expect("committed entries stay until they are applied");
            if page.is_empty() || page.iter().any(is_conf_change) {
                return !page.is_empty();
            }
            next = next + page.len() as u64;
        }
        false
    }

    pub(crate) fn view(&self) -> LogView {
        LogView {
            committed: self.committed,
            applied: self.applied,
            applying: self.applying,
            unstable_offset: self.unstable.offset(),
            unstable_in_progress: self.unstable.in_progress,
            unstable_count: usize::try_from(self.unstable.entries.len()).unwrap_or(usize::MAX),
        }
    }
}

/// The positions of a log at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogView {
    /// The commit index.
    pub committed: Index,
    /// The last applied index.
    pub applied: Index,
    /// The last index handed out for applying.
    pub applying: Index,
    /// The first index that is not durable.
    pub unstable_offset: Index,
    /// The first index that was not handed out for writing.
    pub unstable_in_progress: Index,
    /// How many entries are not durable.
    pub unstable_count: usize,
}

impl fmt::Display for LogView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "committed={}, applied={}, applying={}, unstable.offset={}, \
             unstable.offsetInProgress={}, len(unstable.Entries)={}",
            self.committed,
            self.applied,
            self.applying,
            self.unstable_offset,
            self.unstable_in_progress,
            self.unstable_count,
        )
    }
}
