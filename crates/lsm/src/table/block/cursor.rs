//! Going through a block, both ways.

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::Range};

use bytes::Bytes;

use super::{Block, ENTRY, Flaw, Parts, Shape};
use crate::{
    coding::u64_at,
    key::{compare, prefix},
};

/// A position in a block: at an entry, or nowhere.
#[derive(Clone, Debug)]
pub(in crate::table) struct BlockCursor {
    block: Block,
    shape: Shape,
    /// Where the current entry starts, if there is one.
    at: Option<usize>,
    /// Where the next one starts.
    next: usize,
    shared: usize,
    key: Vec<u8>,
    /// The first eight bytes of the key, and the last eight: out of the block they come sooner than
    /// out of a copy that was just made.
    head: u64,
    packed: u64,
    value: Range<usize>,
    /// Whether the key of the user is that of the entry where the last step came from.
    repeats: bool,
}

impl BlockCursor {
    pub(in crate::table) fn new(block: Block, shape: Shape) -> Self {
        Self {
            block,
            shape,
            at: None,
            next: 0,
            shared: 0,
            key: Vec::new(),
            head: 0,
            packed: 0,
            value: 0..0,
            repeats: false,
        }
    }

    pub(in crate::table) fn block(&self) -> &Block {
        &self.block
    }

    /// Goes over to another block, nowhere in it. The key stays, for the first entry to be compared
    /// with.
    pub(in crate::table) fn enter(&mut self, block: Block) {
        self.block = block;
        self.at = None;
        self.next = 0;
        self.value = 0..0;
    }

    pub(in crate::table) fn is_valid(&self) -> bool {
        self.at.is_some()
    }

    /// The key as it is stored.
    pub(in crate::table) fn raw_key(&self) -> &[u8] {
        &self.key
    }

    /// The key of the user.
    pub(in crate::table) fn key(&self) -> &[u8] {
        &self.key[..self.key.len().saturating_sub(8)]
    }

    /// Sequence number and kind.
    pub(in crate::table) fn packed(&self) -> u64 {
        self.packed
    }

    /// The first bytes of the key of the user, as [`prefix`](crate::key::prefix) has them.
    pub(in crate::table) fn prefix(&self) -> u64 {
        match self.key.len() {
            16.. => self.head,
            bytes => self.head & !rest_mask(bytes.saturating_sub(8)),
        }
    }

    pub(in crate::table) fn value(&self) -> &[u8] {
        &self.block.data[self.value.clone()]
    }

    /// The value, sharing the memory of the block.
    pub(in crate::table) fn shared_value(&self) -> Bytes {
        self.block.slice(self.value.clone())
    }

    /// Whether the key of the user is the one before, too: after a step forward.
    pub(in crate::table) fn repeats(&self) -> bool {
        self.repeats
    }

    /// Whether the key takes its beginning from the one before.
    pub(in crate::table) fn is_shared(&self) -> bool {
        self.shared > 0
    }

    /// Where in the block the value stands.
    pub(in crate::table) fn value_range(&self) -> Range<usize> {
        self.value.clone()
    }

    pub(in crate::table) fn first(&mut self) -> Result<(), Flaw> {
        self.step_to_point(0)
    }

    pub(in crate::table) fn next(&mut self) -> Result<(), Flaw> {
        self.step(self.next)
    }

    pub(in crate::table) fn last(&mut self) -> Result<(), Flaw> {
        self.run_to(self.block.entries_end)
    }

    pub(in crate::table) fn prev(&mut self) -> Result<(), Flaw> {
        match self.at {
            Some(at) => self.run_to(at),
            None => Ok(()),
        }
    }

    /// Goes to the entry that ends at `end`; nowhere if none does.
    fn run_to(&mut self, end: usize) -> Result<(), Flaw> {
        self.at = None;
        if end == 0 {
            return Ok(());
        }
        let (mut low, mut high) = (0, self.block.restarts);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if self.block.restart(middle) < end {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.step_to_point(self.block.restart(low))?;
        while self.next < end && self.is_valid() {
            self.step(self.next)?;
        }
        if self.next == end { Ok(()) } else { Err(ENTRY) }
    }

    /// Goes to the first entry at or after a versioned key.
    pub(in crate::table) fn seek(&mut self, target: (&[u8], u64)) -> Result<(), Flaw> {
        let block = &self.block;
        let start = block.point_before(target, 0..block.restarts, |slot| block.restart(slot))?;
        self.seek_from(start, target)
    }

    /// The same, from a restart point before it.
    pub(in crate::table) fn seek_from(
        &mut self,
        start: usize,
        target: (&[u8], u64),
    ) -> Result<(), Flaw> {
        self.step_to_point(start)?;
        while self.is_valid() {
            if compare((self.key(), self.packed()), target) != Ordering::Less {
                return Ok(());
            }
            self.step(self.next)?;
        }
        Ok(())
    }

    /// Goes to the entry at `offset`, from anywhere: its key is whole.
    fn step_to_point(&mut self, offset: usize) -> Result<(), Flaw> {
        self.step(offset)?;
        if self.shared > 0 && self.is_valid() {
            self.at = None;
            return Err(ENTRY);
        }
        Ok(())
    }

    /// Goes to the entry at `offset`, from the one before it or from a restart point.
    #[inline]
    fn step(&mut self, offset: usize) -> Result<(), Flaw> {
        self.at = None;
        if offset == self.block.entries_end {
            return Ok(());
        }
        let Parts { shared, rest, value } = self.block.parts(offset, self.shape)?;
        let bytes = shared + rest.len();
        if self.key.len() < shared || self.shape == Shape::Versions && bytes < 8 {
            return Err(ENTRY);
        }
        let rest = &self.block.data[rest];
        // Eight bytes behind the key of the user say when it was written, and may differ.
        let user_bytes = bytes.saturating_sub(8 + shared);
        self.repeats = bytes == self.key.len()
            && self.key[shared..].iter().zip(rest).take(user_bytes).all(|(a, b)| a == b);
        self.key.truncate(shared);
        self.key.extend_from_slice(rest);
        if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
            let mask = rest_mask(shared);
            let shift = u32::try_from(8 * shared).unwrap_or(u32::MAX);
            let rest = u64::from_be_bytes(*first).checked_shr(shift).unwrap_or(0);
            self.head = self.head & !mask | rest;
            self.packed = u64::from_le_bytes(*last);
        } else if self.shape == Shape::Versions {
            // Keys that share more than the user's part, which is rare.
            self.head = prefix(&self.key);
            self.packed = u64_at(&self.key, bytes - 8).unwrap_or(0);
        }
        self.shared = shared;
        self.next = value.end;
        self.value = value;
        self.at = Some(offset);
        Ok(())
    }
}

/// Ones for the bytes of a number behind the first `bytes`.
#[inline]
fn rest_mask(bytes: usize) -> u64 {
    u32::try_from(8 * bytes).ok().and_then(|bits| u64::MAX.checked_shr(bits)).unwrap_or(0)
}
