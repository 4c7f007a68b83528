//! Blocks: keys that share their beginnings, with restart points to search from.
//!
//! ```text
//!   entry: shared, rest, value lengths | rest of the key | value
//!   block: entries | offset of each restart point | their count
//! ```
//! The key of an entry takes its first `shared` bytes from the key before; at a restart point it
//! takes none.

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::Range};

use bytes::Bytes;

use crate::{
    coding::{put_varint, take_length, take_varint, u32_at, u64_at},
    key::compare,
};

/// Writes a block.
#[derive(Clone, Debug)]
pub(super) struct BlockBuilder {
    out: Vec<u8>,
    restarts: Vec<u32>,
    last_key: Vec<u8>,
    /// Entries since the last restart point.
    run: usize,
    /// Entries from one restart point to the next.
    interval: usize,
}

impl BlockBuilder {
    pub(super) fn new(interval: usize) -> Self {
        let (out, restarts, last_key) = (Vec::new(), Vec::new(), Vec::new());
        Self { out, restarts, last_key, run: 0, interval }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.restarts.is_empty()
    }

    /// The key added last.
    pub(super) fn last_key(&self) -> &[u8] {
        &self.last_key
    }

    /// The bytes of the block if it ended here.
    pub(super) fn bytes(&self) -> usize {
        self.out.len() + 4 * self.restarts.len() + 4
    }

    /// Adds an entry, whose key is `key` followed by `suffix`.
    pub(super) fn add(&mut self, key: &[u8], suffix: &[u8], value: &[u8]) {
        let is_restart = self.restarts.is_empty() || self.run == self.interval;
        let shared = if is_restart {
            self.restarts.push(u32::try_from(self.out.len()).unwrap_or(u32::MAX));
            self.run = 0;
            0
        } else {
            let same = key.iter().zip(&self.last_key).take_while(|(a, b)| a == b).count();
            if same < key.len() {
                same
            } else {
                let last = self.last_key[same..].iter();
                same + suffix.iter().zip(last).take_while(|(a, b)| a == b).count()
            }
        };
        self.run += 1;
        let whole = key.len() + suffix.len();
        put_varint(&mut self.out, shared as u64);
        put_varint(&mut self.out, (whole - shared) as u64);
        put_varint(&mut self.out, value.len() as u64);
        self.last_key.truncate(shared);
        let kept = shared.min(key.len());
        self.last_key.extend_from_slice(&key[kept..]);
        self.last_key.extend_from_slice(&suffix[shared - kept..]);
        self.out.extend_from_slice(&self.last_key[shared..]);
        self.out.extend_from_slice(value);
    }

    /// The block; the builder is empty again.
    pub(super) fn finish(&mut self) -> &[u8] {
        if self.restarts.is_empty() {
            self.restarts.push(0);
        }
        for restart in &self.restarts {
            self.out.extend_from_slice(&restart.to_le_bytes());
        }
        let count = u32::try_from(self.restarts.len()).unwrap_or(u32::MAX);
        self.out.extend_from_slice(&count.to_le_bytes());
        &self.out
    }

    pub(super) fn clear(&mut self) {
        self.out.clear();
        self.restarts.clear();
        self.last_key.clear();
        self.run = 0;
    }
}

/// What the entries of a block look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As in the drawing above, with versioned keys.
    Versions,
    /// As in the drawing above, with names.
    Names,
    /// Names, without the length of the value: an index whose handles are written as differences.
    Index,
}

/// Says, beside the number of restart points, that a block has hashes of its keys, too.
const HAS_HASHES: u32 = 1 << 31;

/// What is wrong with a block.
pub(super) type Flaw = &'static str;

const ENTRY: Flaw = "an entry of a block cannot be read";

/// A checked and unpacked block.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    data: Bytes,
    /// Where the entries end.
    entries_end: usize,
    restarts: usize,
}

impl Block {
    pub(super) fn new(data: Bytes) -> Result<Self, Flaw> {
        let count_at = data.len().checked_sub(4);
        let count = count_at.and_then(|at| u32_at(&data, at)).ok_or("a block is too short")?;
        let restarts = usize::try_from(count & !HAS_HASHES).unwrap_or(usize::MAX);
        let restarts_end = if count & HAS_HASHES == 0 {
            count_at
        } else {
            // A table of hashes, a byte for each, and their count: a shortcut that we do not take.
            let hashes_end = count_at.and_then(|at| at.checked_sub(2));
            let low_high = hashes_end.and_then(|at| data.get(at..)?.first_chunk());
            let hashes = low_high.map(|count| usize::from(u16::from_le_bytes(*count)));
            hashes_end.zip(hashes).and_then(|(end, hashes)| end.checked_sub(hashes))
        };
        let bytes = restarts.checked_mul(4);
        let entries_end = restarts_end.zip(bytes).and_then(|(end, bytes)| end.checked_sub(bytes));
        match entries_end {
            Some(entries_end) if restarts > 0 => Ok(Self { data, entries_end, restarts }),
            _ => Err("a block has a wrong number of restart points"),
        }
    }

    fn restart(&self, slot: usize) -> usize {
        let offset = u32_at(&self.data, self.entries_end + 4 * slot).unwrap_or(u32::MAX);
        usize::try_from(offset).unwrap_or(usize::MAX)
    }

    /// Part of the block, sharing its memory.
    pub(super) fn slice(&self, range: Range<usize>) -> Bytes {
        self.data.slice(range)
    }

    /// Reads the lengths of the entry at `offset`.
    #[inline]
    fn parts(&self, offset: usize, shape: Shape) -> Result<Parts, Flaw> {
        let end = self.entries_end;
        let mut rest = self.data.get(offset..end).ok_or(ENTRY)?;
        let shared = take_length(&mut rest).ok_or(ENTRY)?;
        let key_bytes = take_length(&mut rest).ok_or(ENTRY)?;
        let value_bytes = match shape {
            Shape::Versions | Shape::Names => take_length(&mut rest).ok_or(ENTRY)?,
            Shape::Index => {
                // Two varints, or one where the key shares something.
                let mut handle = rest.get(key_bytes..).ok_or(ENTRY)?;
                let before = handle.len();
                for _ in 0..if shared == 0 { 2 } else { 1 } {
                    take_varint(&mut handle).ok_or(ENTRY)?;
                }
                before - handle.len()
            }
        };
        let start = end - rest.len();
        let split = start.checked_add(key_bytes).filter(|split| *split <= end).ok_or(ENTRY)?;
        let stop = split.checked_add(value_bytes).filter(|stop| *stop <= end).ok_or(ENTRY)?;
        Ok(Parts { shared, rest: start..split, value: split..stop })
    }

    /// The last restart point before a versioned key; the first one if there is none.
    fn restart_before(&self, target: (&[u8], u64)) -> Result<usize, Flaw> {
        let (mut low, mut high) = (0, self.restarts);
        while high - low > 1 {
            let middle = low.midpoint(high);
            let parts = self.parts(self.restart(middle), Shape::Versions)?;
            let stored = &self.data[parts.rest];
            let split = stored.len().checked_sub(8).ok_or(ENTRY)?;
            let packed = u64_at(stored, split).ok_or(ENTRY)?;
            if parts.shared != 0 {
                return Err(ENTRY);
            }
            if compare((&stored[..split], packed), target) == Ordering::Less {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(self.restart(low))
    }
}

/// The parts of one entry.
struct Parts {
    shared: usize,
    /// The rest of the key.
    rest: Range<usize>,
    value: Range<usize>,
}

/// A position in a block: at an entry, or nowhere.
#[derive(Clone, Debug)]
pub(super) struct BlockCursor {
    block: Block,
    shape: Shape,
    /// Where the current entry starts, if there is one.
    at: Option<usize>,
    /// Where the next one starts.
    next: usize,
    shared: usize,
    key: Vec<u8>,
    value: Range<usize>,
}

impl BlockCursor {
    pub(super) fn new(block: Block, shape: Shape) -> Self {
        Self { block, shape, at: None, next: 0, shared: 0, key: Vec::new(), value: 0..0 }
    }

    /// Goes over to another block, nowhere in it.
    pub(super) fn enter(&mut self, block: Block) {
        self.block = block;
        self.at = None;
        self.next = 0;
        self.value = 0..0;
        self.key.clear();
    }

    pub(super) fn is_valid(&self) -> bool {
        self.at.is_some()
    }

    /// The key as it is stored.
    pub(super) fn raw_key(&self) -> &[u8] {
        &self.key
    }

    /// The key of the user.
    pub(super) fn key(&self) -> &[u8] {
        &self.key[..self.key.len().saturating_sub(8)]
    }

    /// Sequence number and kind.
    pub(super) fn packed(&self) -> u64 {
        u64_at(&self.key, self.key.len().saturating_sub(8)).unwrap_or(0)
    }

    pub(super) fn value(&self) -> &[u8] {
        &self.block.data[self.value.clone()]
    }

    /// The value, sharing the memory of the block.
    pub(super) fn shared_value(&self) -> Bytes {
        self.block.slice(self.value.clone())
    }

    /// Whether the key takes its beginning from the one before.
    pub(super) fn is_shared(&self) -> bool {
        self.shared > 0
    }

    /// Where in the block the value stands.
    pub(super) fn value_range(&self) -> Range<usize> {
        self.value.clone()
    }

    pub(super) fn first(&mut self) -> Result<(), Flaw> {
        self.key.clear();
        self.step(0)
    }

    pub(super) fn next(&mut self) -> Result<(), Flaw> {
        self.step(self.next)
    }

    pub(super) fn last(&mut self) -> Result<(), Flaw> {
        self.run_to(self.block.entries_end)
    }

    pub(super) fn prev(&mut self) -> Result<(), Flaw> {
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
        self.key.clear();
        self.step(self.block.restart(low))?;
        while self.next < end && self.is_valid() {
            self.step(self.next)?;
        }
        if self.next == end { Ok(()) } else { Err(ENTRY) }
    }

    /// Goes to the first entry at or after a versioned key.
    pub(super) fn seek(&mut self, target: (&[u8], u64)) -> Result<(), Flaw> {
        self.key.clear();
        self.step(self.block.restart_before(target)?)?;
        while self.is_valid() {
            if compare((self.key(), self.packed()), target) != Ordering::Less {
                return Ok(());
            }
            self.step(self.next)?;
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
        let parts = self.block.parts(offset, self.shape)?;
        let is_short = self.shape == Shape::Versions && parts.shared + parts.rest.len() < 8;
        if self.key.len() < parts.shared || is_short {
            return Err(ENTRY);
        }
        self.key.truncate(parts.shared);
        self.key.extend_from_slice(&self.block.data[parts.rest]);
        self.shared = parts.shared;
        self.next = parts.value.end;
        self.value = parts.value;
        self.at = Some(offset);
        Ok(())
    }
}
