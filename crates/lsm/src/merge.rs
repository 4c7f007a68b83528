//! Many sorted sources read as one.

use alloc::{sync::Arc, vec::Vec};
use core::cmp::Ordering;

use bytes::Bytes;

use crate::{Result, key::compare, memtable::MemCursor, table::TableCursor, version::LevelTable};

/// A place to read versions of keys from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Memtable(MemCursor),
    Table(TableCursor),
    Run(RunCursor),
}

/// A sorted run of tables.
#[derive(Clone, Debug)]
pub(crate) struct RunCursor {
    tables: Arc<Vec<Arc<LevelTable>>>,
    slot: usize,
    table: Option<TableCursor>,
}

impl RunCursor {
    pub(crate) fn new(tables: Arc<Vec<Arc<LevelTable>>>) -> Self {
        Self { tables, slot: 0, table: None }
    }

    fn enter(&mut self, slot: usize) {
        self.slot = slot;
        let table = self.tables.get(slot);
        self.table = table.map(|table| TableCursor::new(Arc::clone(&table.table)));
    }

    fn valid(&self) -> Option<&TableCursor> {
        self.table.as_ref().filter(|table| table.is_valid())
    }

    fn first(&mut self) -> Result {
        self.enter(0);
        self.go_on(TableCursor::first)
    }

    fn last(&mut self) -> Result {
        self.enter(self.tables.len().wrapping_sub(1));
        self.go_back(TableCursor::last)
    }

    fn seek(&mut self, key: &[u8], packed: u64) -> Result {
        self.enter(self.tables.partition_point(|table| table.meta.span.last.is_below(key)));
        self.go_on(|table| table.seek(key, packed))
    }

    /// Moves in this table, and then to the first entry of the next ones.
    fn go_on(&mut self, mut go: impl FnMut(&mut TableCursor) -> Result) -> Result {
        let Some(table) = &mut self.table else { return Ok(()) };
        go(table)?;
        while self.table.as_ref().is_some_and(|table| !table.is_valid()) {
            self.enter(self.slot + 1);
            if let Some(table) = &mut self.table {
                table.first()?;
            }
        }
        Ok(())
    }

    /// Moves in this table, and then to the last entry of the ones before.
    fn go_back(&mut self, mut go: impl FnMut(&mut TableCursor) -> Result) -> Result {
        let Some(table) = &mut self.table else { return Ok(()) };
        go(table)?;
        while self.table.as_ref().is_some_and(|table| !table.is_valid()) {
            self.enter(self.slot.wrapping_sub(1));
            if let Some(table) = &mut self.table {
                table.last()?;
            }
        }
        Ok(())
    }
}

impl Source {
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Self::Memtable(cursor) => cursor.is_valid(),
            Self::Table(cursor) => cursor.is_valid(),
            Self::Run(cursor) => cursor.valid().is_some(),
        }
    }

    pub(crate) fn key(&self) -> &[u8] {
        match self {
            Self::Memtable(cursor) => cursor.key(),
            Self::Table(cursor) => cursor.key(),
            Self::Run(cursor) => cursor.table.as_ref().map_or(&[], TableCursor::key),
        }
    }

    fn head(&self, source: usize) -> Head {
        let (prefix, packed) = match self {
            Self::Memtable(cursor) => (cursor.prefix(), cursor.packed()),
            Self::Table(cursor) => (cursor.prefix(), cursor.packed()),
            Self::Run(cursor) => match &cursor.table {
                Some(cursor) => (cursor.prefix(), cursor.packed()),
                None => (0, 0),
            },
        };
        Head { prefix, packed, source }
    }

    pub(crate) fn value(&self) -> &[u8] {
        match self {
            Self::Memtable(cursor) => cursor.value(),
            Self::Table(cursor) => cursor.value(),
            Self::Run(cursor) => cursor.table.as_ref().map_or(&[], TableCursor::value),
        }
    }

    /// Whether the key is the one before, too: after a step forward.
    fn repeats(&self) -> bool {
        match self {
            Self::Memtable(cursor) => cursor.repeats(),
            Self::Table(cursor) => cursor.repeats(),
            // A key stands in one table of a run only.
            Self::Run(cursor) => cursor.table.as_ref().is_some_and(TableCursor::repeats),
        }
    }

    fn shared_value(&self) -> Bytes {
        match self {
            Self::Memtable(cursor) => cursor.shared_value(),
            Self::Table(cursor) => cursor.shared_value(),
            Self::Run(cursor) => {
                cursor.table.as_ref().map_or_else(Bytes::new, TableCursor::shared_value)
            }
        }
    }

    fn first(&mut self) -> Result {
        match self {
            Self::Memtable(cursor) => cursor.first(),
            Self::Table(cursor) => cursor.first()?,
            Self::Run(cursor) => cursor.first()?,
        }
        Ok(())
    }

    fn last(&mut self) -> Result {
        match self {
            Self::Memtable(cursor) => cursor.last(),
            Self::Table(cursor) => cursor.last()?,
            Self::Run(cursor) => cursor.last()?,
        }
        Ok(())
    }

    pub(crate) fn seek(&mut self, key: &[u8], packed: u64) -> Result {
        match self {
            Self::Memtable(cursor) => cursor.seek(key, packed),
            Self::Table(cursor) => cursor.seek(key, packed)?,
            Self::Run(cursor) => cursor.seek(key, packed)?,
        }
        Ok(())
    }

    /// Goes to the last entry before a versioned key.
    fn seek_before(&mut self, key: &[u8], packed: u64) -> Result {
        self.seek(key, packed)?;
        if self.is_valid() { self.prev() } else { self.last() }
    }

    #[inline]
    fn next(&mut self) -> Result {
        match self {
            Self::Memtable(cursor) => cursor.next(),
            Self::Table(cursor) => cursor.next()?,
            Self::Run(cursor) => cursor.go_on(TableCursor::next)?,
        }
        Ok(())
    }

    fn prev(&mut self) -> Result {
        match self {
            Self::Memtable(cursor) => cursor.prev(),
            Self::Table(cursor) => cursor.prev()?,
            Self::Run(cursor) => cursor.go_back(TableCursor::prev)?,
        }
        Ok(())
    }
}

/// A position in all sources at once: at a version of a key, or nowhere.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    sources: Vec<Source>,
    /// The sources that are at an entry, the one whose turn it is first.
    heads: Vec<Head>,
    /// Which way the turns go.
    way: Way,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    /// The first bytes of the key.
    prefix: u64,
    /// Sequence number and kind.
    packed: u64,
    source: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

impl Merged {
    pub(crate) fn new(sources: Vec<Source>) -> Self {
        let heads = Vec::with_capacity(sources.len());
        Self { sources, heads, way: Way::Forward }
    }

    /// The source whose turn it is.
    #[inline]
    pub(crate) fn head(&self) -> Option<&Source> {
        self.heads.first().map(|head| &self.sources[head.source])
    }

    /// Sequence number and kind of its entry.
    #[inline]
    pub(crate) fn packed(&self) -> Option<u64> {
        self.heads.first().map(|head| head.packed)
    }

    /// The value there.
    pub(crate) fn shared_value(&self) -> Bytes {
        self.head().map_or_else(Bytes::new, Source::shared_value)
    }

    pub(crate) fn first(&mut self) -> Result {
        self.place(Way::Forward, Source::first)
    }

    pub(crate) fn last(&mut self) -> Result {
        self.place(Way::Backward, Source::last)
    }

    /// Goes to the first entry at or after a versioned key.
    pub(crate) fn seek(&mut self, key: &[u8], packed: u64) -> Result {
        self.place(Way::Forward, |source| source.seek(key, packed))
    }

    /// Goes to the last entry before a versioned key.
    pub(crate) fn seek_before(&mut self, key: &[u8], packed: u64) -> Result {
        self.place(Way::Backward, |source| source.seek_before(key, packed))
    }

    /// Goes one entry on, in the way of the last placement.
    #[inline]
    pub(crate) fn step(&mut self) -> Result {
        let Some(head) = self.heads.first_mut() else { return Ok(()) };
        let source = &mut self.sources[head.source];
        match self.way {
            Way::Forward => source.next()?,
            Way::Backward => source.prev()?,
        }
        if source.is_valid() {
            *head = source.head(head.source);
            self.sink(0);
        } else {
            self.heads.remove(0);
        }
        Ok(())
    }

    /// Goes one entry on, forward. Returns whether it has the key of the entry before; `key` has room
    /// for that one.
    #[inline]
    pub(crate) fn step_on(&mut self, key: &mut Vec<u8>) -> Result<bool> {
        let [head, others @ ..] = &mut self.heads[..] else { return Ok(false) };
        let source = &mut self.sources[head.source];
        if others.first().is_some_and(|next| next.prefix == head.prefix) {
            // The next source may be at the same key.
            key.clear();
            key.extend_from_slice(source.key());
            self.step()?;
            return Ok(self.head().is_some_and(|source| source.key() == key));
        }
        source.next()?;
        if !source.is_valid() {
            self.heads.remove(0);
            return Ok(false);
        }
        let repeats = source.repeats();
        *head = source.head(head.source);
        if !others.is_empty() && !repeats {
            self.sink(0);
        }
        Ok(repeats)
    }

    fn place(&mut self, way: Way, mut go: impl FnMut(&mut Source) -> Result) -> Result {
        self.way = way;
        self.heads.clear();
        for (at, source) in self.sources.iter_mut().enumerate() {
            go(source)?;
            if source.is_valid() {
                self.heads.push(source.head(at));
            }
        }
        for at in (0..self.heads.len()).rev() {
            self.sink(at);
        }
        Ok(())
    }

    /// Lets a head fall behind those whose turn is earlier.
    fn sink(&mut self, mut at: usize) {
        while at + 1 < self.heads.len() && self.order(self.heads[at + 1], self.heads[at]).is_lt() {
            self.heads.swap(at, at + 1);
            at += 1;
        }
    }

    #[inline]
    fn order(&self, a: Head, b: Head) -> Ordering {
        let order = a.prefix.cmp(&b.prefix).then_with(|| {
            let [a_key, b_key] = [a, b].map(|head| self.sources[head.source].key());
            compare((a_key, a.packed), (b_key, b.packed))
        });
        match self.way {
            Way::Forward => order,
            Way::Backward => order.reverse(),
        }
    }
}
