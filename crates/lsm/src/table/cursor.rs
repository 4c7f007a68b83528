//! Going through a table, both ways.

use alloc::sync::Arc;

use bytes::Bytes;

use super::{
    block::{Block, BlockCursor, Flaw, Shape},
    reader::{Table, UNKNOWN_KIND},
};
use crate::{
    Kind, Result, Seq,
    key::{kind_of, seq_of},
};

/// A position in a table: at an entry, or nowhere.
#[derive(Clone, Debug)]
pub(crate) struct TableCursor {
    table: Arc<Table>,
    /// The block that `block` shows.
    slot: usize,
    block: BlockCursor,
}

impl TableCursor {
    /// Nowhere in the table.
    pub(crate) fn new(table: Arc<Table>) -> Self {
        let block = BlockCursor::new(Block::default(), Shape::Versions);
        Self { table, slot: usize::MAX, block }
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.block.is_valid()
    }

    pub(crate) fn key(&self) -> &[u8] {
        self.block.key()
    }

    pub(crate) fn packed(&self) -> u64 {
        self.table.stamp(self.block.packed())
    }

    /// The first bytes of the key.
    pub(crate) fn prefix(&self) -> u64 {
        self.block.prefix()
    }

    /// Whether the key is the one before, too: after a step forward within the table.
    pub(crate) fn repeats(&self) -> bool {
        self.block.repeats()
    }

    pub(crate) fn value(&self) -> &[u8] {
        self.block.value()
    }

    /// The value, sharing memory where that is possible.
    pub(crate) fn shared_value(&self) -> Bytes {
        self.block.shared_value()
    }

    pub(crate) fn first(&mut self) -> Result {
        self.enter(0, BlockCursor::first)?;
        self.go_on()
    }

    pub(crate) fn last(&mut self) -> Result {
        self.enter(self.table.index.blocks.len().wrapping_sub(1), BlockCursor::last)?;
        self.go_back()
    }

    /// Goes to the first entry at or after a versioned key.
    pub(crate) fn seek(&mut self, key: &[u8], packed: u64) -> Result {
        // In an ingested table each key stands once, under a number that is not the one stored.
        let stored = if self.table.global().is_some() { u64::MAX } else { packed };
        self.slot = self.table.index.find(key, stored);
        if self.slot < self.table.index.blocks.len() {
            self.table.seek_block(&mut self.block, self.slot, (key, stored))?;
        } else {
            self.block.enter(Block::default());
        }
        self.go_on()?;
        if self.is_valid() && self.key() == key && packed < self.packed() {
            self.next()?;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Result {
        let slot = self.slot;
        self.block.next().map_err(|what| self.table.flaw(slot, what))?;
        if self.is_valid() { self.check() } else { self.go_on() }
    }

    pub(crate) fn prev(&mut self) -> Result {
        let slot = self.slot;
        self.block.prev().map_err(|what| self.table.flaw(slot, what))?;
        self.go_back()
    }

    /// Goes to the next block while this one has nothing more.
    fn go_on(&mut self) -> Result {
        while !self.is_valid() && self.slot < self.table.index.blocks.len() {
            self.enter(self.slot + 1, BlockCursor::first)?;
        }
        self.check()
    }

    /// Goes to the block before while this one has nothing more.
    fn go_back(&mut self) -> Result {
        while !self.is_valid() && self.slot < self.table.index.blocks.len() {
            self.enter(self.slot.wrapping_sub(1), BlockCursor::last)?;
        }
        self.check()
    }

    #[inline]
    fn check(&self) -> Result {
        if self.is_valid() && kind_of(self.block.packed()).is_none() {
            return Err(UNKNOWN_KIND);
        }
        Ok(())
    }

    /// Goes to a place in a block; nowhere if there is no such block.
    fn enter(
        &mut self,
        slot: usize,
        go: impl FnOnce(&mut BlockCursor) -> core::result::Result<(), Flaw>,
    ) -> Result {
        self.slot = slot;
        if slot < self.table.index.blocks.len() {
            self.block.enter(self.table.block(slot)?);
            go(&mut self.block).map_err(|what| self.table.flaw(slot, what))
        } else {
            self.block.enter(Block::default());
            Ok(())
        }
    }
}

/// All versions of all keys of a table, in order. Range tombstones are not among them.
#[derive(Debug)]
pub struct TableEntries {
    cursor: TableCursor,
    is_started: bool,
}

impl TableEntries {
    /// The entries of `table`.
    pub fn new(table: &Arc<Table>) -> Self {
        Self { cursor: TableCursor::new(Arc::clone(table)), is_started: false }
    }

    /// The next entry, or None at the end.
    ///
    /// # Errors
    ///
    /// When the table is damaged there.
    pub fn advance(&mut self) -> Result<Option<TableEntry<'_>>> {
        if self.is_started {
            self.cursor.next()?;
        } else {
            self.is_started = true;
            self.cursor.first()?;
        }
        let cursor = &self.cursor;
        let kind = kind_of(cursor.packed()).filter(|_| cursor.is_valid());
        let (key, seq, value) = (cursor.key(), seq_of(cursor.packed()), cursor.value());
        Ok(kind.map(|kind| TableEntry { key, seq, kind, value }))
    }
}

/// A version of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableEntry<'a> {
    /// The key.
    pub key: &'a [u8],
    /// When it was written; zero in a table that nobody has ingested yet.
    pub seq: Seq,
    /// How it was written.
    pub kind: Kind,
    /// Its value; empty for a deletion.
    pub value: &'a [u8],
}
