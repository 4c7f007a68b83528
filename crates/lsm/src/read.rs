//! Reading at one moment: single keys, and keys in order, both ways.

use alloc::{sync::Arc, vec::Vec};

use bytes::Bytes;

use crate::{
    Kind, Result, Seq,
    key::{kind_of, seq_of, visible},
    memtable::MemCursor,
    merge::{Merged, RunCursor, Source},
    ranges::Ranges,
    table::{self, Found, TableCursor},
    version::{Level, Version},
};

/// What a reader sees: a version of the engine, up to a sequence number.
#[derive(Clone, Debug)]
pub struct View {
    pub(crate) version: Version,
    pub(crate) seq: Seq,
}

impl View {
    /// The newest write that it sees.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Everything that is stored, newer writes included.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The value of a key.
    ///
    /// # Errors
    ///
    /// When a table cannot be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        self.version.get(key, self.seq)
    }

    /// To go through the keys in order.
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.clone())
    }
}

impl Version {
    /// The value of a key, as a reader at `at_most` sees it.
    pub(crate) fn get(&self, key: &[u8], at_most: Seq) -> Result<Option<Bytes>> {
        let mut deleted = Seq(0);
        let mut answer = |found: Option<Found>, ranges: &Ranges| {
            deleted = deleted.max(ranges.covering(key, at_most).unwrap_or_default());
            match found {
                // Equal within an ingested table, whose range tombstones spare its own keys.
                Some(Found { seq, kind: Kind::Put, value }) if deleted <= seq => Some(Some(value)),
                Some(_) => Some(None),
                // What lies deeper is older.
                None if deleted > Seq(0) => Some(None),
                None => None,
            }
        };
        let memtables = self.sealed.iter().rev().map(|sealed| &sealed.memtable);
        for memtable in core::iter::once(&self.memtable).chain(memtables) {
            if let Some(value) = answer(memtable.get(key, at_most), &memtable.ranges) {
                return Ok(value);
            }
        }
        let hash = table::hash(key);
        for (number, level) in self.levels.iter().enumerate() {
            let piled = if number == 0 { &level.tables[..] } else { &[] };
            let run = if number == 0 { None } else { level.holding(key) };
            for table in piled.iter().rev().filter(|t| t.meta.span.contains(key)).chain(run) {
                let found = table.table.get(key, hash, at_most)?;
                if let Some(value) = answer(found, table.table.ranges()) {
                    return Ok(value);
                }
            }
        }
        Ok(None)
    }

    /// All sources, in order.
    fn merged(&self) -> Merged {
        let mut sources = Vec::new();
        let memtables = self.sealed.iter().rev().map(|sealed| &sealed.memtable);
        for memtable in core::iter::once(&self.memtable).chain(memtables) {
            if memtable.has_keys() {
                sources.push(Source::Memtable(MemCursor::new(memtable.clone())));
            }
        }
        for (number, level) in self.levels.iter().enumerate() {
            if number == 0 {
                let cursor = |table: &Arc<_>| Source::Table(TableCursor::new(Arc::clone(table)));
                sources.extend(level.tables.iter().rev().map(|table| cursor(&table.table)));
            } else if !level.tables.is_empty() {
                sources.push(Source::Run(RunCursor::new(Arc::clone(&level.tables))));
            }
        }
        Merged::new(sources)
    }

    /// Whether there are range tombstones anywhere.
    fn has_ranges(&self) -> bool {
        !self.memtable.ranges.is_empty()
            || self.sealed.iter().any(|sealed| !sealed.memtable.ranges.is_empty())
            || self.levels.iter().any(Level::has_ranges)
    }

    /// The newest deletion of a span with this key in it that a reader at `at_most` sees.
    fn covering(&self, key: &[u8], at_most: Seq) -> Seq {
        let memtables = self.sealed.iter().map(|sealed| &*sealed.memtable.ranges);
        let piled = self.levels.first().into_iter().flat_map(|level| level.tables.iter());
        let runs = self.levels.iter().skip(1).filter_map(|level| level.holding(key));
        let tables = piled.chain(runs).map(|table| table.table.ranges());
        let all = core::iter::once(&*self.memtable.ranges).chain(memtables).chain(tables);
        all.filter_map(|ranges| ranges.covering(key, at_most)).max().unwrap_or_default()
    }
}

/// Goes through the keys of a [`View`], both ways. It is at a key, or nowhere.
#[derive(Clone, Debug)]
pub struct Cursor {
    view: View,
    merged: Merged,
    has_ranges: bool,
    is_valid: bool,
    way: Way,
    /// The current key.
    key: Vec<u8>,
    /// Its value, when it was found going backward.
    value: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The sources stand at the current key.
    Forward,
    /// The sources stand before it.
    Backward,
}

impl Cursor {
    fn new(view: View) -> Self {
        let (merged, has_ranges) = (view.version.merged(), view.version.has_ranges());
        let (key, value) = (Vec::new(), Bytes::new());
        Self { view, merged, has_ranges, is_valid: false, way: Way::Forward, key, value }
    }

    /// The current key and its value.
    pub fn entry(&self) -> Option<(&[u8], &[u8])> {
        if !self.is_valid {
            return None;
        }
        match self.way {
            Way::Forward => self.merged.head().map(|source| (source.key(), source.value())),
            Way::Backward => Some((&self.key, &self.value)),
        }
    }

    /// Goes to the first key.
    ///
    /// # Errors
    ///
    /// When a table cannot be read; the position is nowhere then. So it is with all moves.
    pub fn first(&mut self) -> Result {
        self.is_valid = false;
        self.merged.first()?;
        self.settle_forward(false)
    }

    /// Goes to the last key.
    ///
    /// # Errors
    ///
    /// As [`first`](Self::first).
    pub fn last(&mut self) -> Result {
        self.is_valid = false;
        self.merged.last()?;
        self.settle_backward()
    }

    /// Goes to the first key at or after this one.
    ///
    /// # Errors
    ///
    /// As [`first`](Self::first).
    pub fn seek(&mut self, key: &[u8]) -> Result {
        self.is_valid = false;
        self.merged.seek(key, visible(self.view.seq))?;
        self.settle_forward(false)
    }

    /// Goes to the last key before this one.
    ///
    /// # Errors
    ///
    /// As [`first`](Self::first).
    pub fn seek_before(&mut self, key: &[u8]) -> Result {
        self.is_valid = false;
        self.merged.seek_before(key, u64::MAX)?;
        self.settle_backward()
    }

    /// Goes to the next key; from nowhere, nowhere.
    ///
    /// # Errors
    ///
    /// As [`first`](Self::first).
    pub fn forward(&mut self) -> Result {
        if !self.is_valid {
            return Ok(());
        }
        self.is_valid = false;
        match self.way {
            Way::Forward => {
                let repeats = self.merged.step_on(&mut self.key)?;
                self.settle_forward(repeats)
            }
            Way::Backward => {
                self.merged.seek(&self.key, 0)?;
                self.settle_forward(self.is_at_key())
            }
        }
    }

    /// Goes to the key before; from nowhere, nowhere.
    ///
    /// # Errors
    ///
    /// As [`first`](Self::first).
    pub fn back(&mut self) -> Result {
        if !self.is_valid {
            return Ok(());
        }
        self.is_valid = false;
        if self.way == Way::Forward {
            self.key.clear();
            if let Some(source) = self.merged.head() {
                self.key.extend_from_slice(source.key());
            }
            self.merged.seek_before(&self.key, u64::MAX)?;
        }
        self.settle_backward()
    }

    /// Goes on to the first version that the reader sees as a value; with `skip`, of another key than
    /// the one at hand.
    fn settle_forward(&mut self, mut skip: bool) -> Result {
        self.way = Way::Forward;
        while let Some(packed) = self.merged.packed() {
            if !skip && seq_of(packed) <= self.view.seq {
                if kind_of(packed) == Some(Kind::Put) && !self.is_head_covered(packed) {
                    self.is_valid = true;
                    return Ok(());
                }
                // The newest version seen is a deletion: older ones do not count.
                skip = true;
            }
            skip &= self.merged.step_on(&mut self.key)?;
        }
        Ok(())
    }

    /// Goes back to the first key whose newest version that the reader sees is a value. Versions
    /// come oldest first on this way.
    fn settle_backward(&mut self) -> Result {
        self.way = Way::Backward;
        while let Some(source) = self.merged.head() {
            self.key.clear();
            self.key.extend_from_slice(source.key());
            let mut newest = None;
            while let Some(packed) = self.merged.packed().filter(|_| self.is_at_key()) {
                if seq_of(packed) <= self.view.seq {
                    newest = Some(packed);
                    if kind_of(packed) == Some(Kind::Put) {
                        self.value = self.merged.shared_value();
                    }
                }
                self.merged.step()?;
            }
            let put = newest.filter(|packed| kind_of(*packed) == Some(Kind::Put));
            if put.is_some_and(|packed| !self.is_covered(&self.key, packed)) {
                self.is_valid = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether the sources stand at the current key.
    fn is_at_key(&self) -> bool {
        self.merged.head().is_some_and(|source| source.key() == self.key)
    }

    #[inline]
    fn is_head_covered(&self, packed: u64) -> bool {
        self.has_ranges
            && self.merged.head().is_some_and(|source| self.is_covered(source.key(), packed))
    }

    /// Whether a later deletion of a span hides this version.
    fn is_covered(&self, key: &[u8], packed: u64) -> bool {
        self.has_ranges && seq_of(packed) < self.view.version.covering(key, self.view.seq)
    }
}
