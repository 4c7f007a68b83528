//! Entries that are shared instead of copied: the same list in memory serves the log, every message
//! that carries it, the disk and the state machine.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Deref, Range};

use smallvec::{SmallVec, smallvec};

use crate::Entry;

/// A run of entries that follow each other in the log. Cloning and slicing one copies no entry.
///
/// It reads like a slice: `entries.len()`, `entries.first()`, `for entry in &entries`.
#[derive(Clone, Default)]
pub struct Entries {
    /// `None` if there are none. A single entry, as most lists have, lies in the same memory as the
    /// counter of those who hold it.
    list: Option<Arc<SmallVec<[Entry; 1]>>>,
    part: Part,
}

/// The part of a list that is meant, as one number: a list and its part travel in two registers.
#[derive(Clone, Copy, Default)]
struct Part(u64);

impl Part {
    fn new(start: usize, end: usize) -> Self {
        // Positions take half the room: a list with more entries than that would not fit into memory.
        let half = |position: usize| {
            u64::from(u32::try_from(position).expect("fewer than 2³² entries are in memory"))
        };
        Self(half(start) << 32 | half(end))
    }

    fn start(self) -> usize {
        (self.0 >> 32) as usize
    }

    fn end(self) -> usize {
        (self.0 << 32 >> 32) as usize
    }
}

impl Entries {
    /// No entries.
    pub const fn new() -> Self {
        Self { list: None, part: Part(0) }
    }

    fn of(list: SmallVec<[Entry; 1]>) -> Self {
        if list.is_empty() {
            return Self::new();
        }
        let part = Part::new(0, list.len());
        Self { list: Some(Arc::new(list)), part }
    }

    /// These entries, as a slice.
    pub fn as_slice(&self) -> &[Entry] {
        match &self.list {
            Some(list) => &list[self.part.start()..self.part.end()],
            None => &[],
        }
    }

    /// The first one.
    pub fn first(&self) -> Option<&Entry> {
        self.list.as_ref()?.get(self.part.start())
    }

    /// The last one.
    pub fn last(&self) -> Option<&Entry> {
        self.list.as_ref()?.get(self.part.end() - 1)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.part.end() - self.part.start()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_none()
    }

    /// A part of them, by positions.
    ///
    /// # Panics
    /// If the range is not within.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.len(), "the range lies within");
        if range.is_empty() {
            return Self::new();
        }
        let start = self.part.start();
        Self { list: self.list.clone(), part: Part::new(start + range.start, start + range.end) }
    }

    /// The list to add entries to, if nobody else holds it.
    #[inline]
    pub(crate) fn own(&mut self) -> Option<OwnEntries<'_>> {
        let list = Arc::get_mut(self.list.as_mut()?)?;
        Some(OwnEntries { list, part: &mut self.part })
    }
}

/// Entries that nobody else holds.
pub(crate) struct OwnEntries<'a> {
    list: &'a mut SmallVec<[Entry; 1]>,
    part: &'a mut Part,
}

impl OwnEntries<'_> {
    pub(crate) fn push(self, entry: Entry) {
        self.list.truncate(self.part.end());
        self.list.push(entry);
        *self.part = Part::new(self.part.start(), self.list.len());
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(list: Vec<Entry>) -> Self {
        Self::of(SmallVec::from_vec(list))
    }
}

impl From<Entry> for Entries {
    fn from(entry: Entry) -> Self {
        Self::of(smallvec![entry])
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self::of(entries.into_iter().collect())
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.as_slice()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = core::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Entries {}

impl Hash for Entries {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}
