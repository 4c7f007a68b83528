//! Blocks: keys that share their beginnings, with restart points to search from.
//!
//! ```text
//!   entry: shared, rest, value lengths | rest of the key | value
//!   block: entries | offset of each restart point | their count
//! ```
//! The key of an entry takes its first `shared` bytes from the key before; at a restart point it
//! takes none.

mod cursor;

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::Range};

use bytes::Bytes;

pub(super) use cursor::BlockCursor;

use crate::{
    coding::{put_varint, take_length, take_varint, u32_at},
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

/// A round of a search for a restart point divides what is left by this.
const PROBES: usize = 8;

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

    /// A block with so many [`points`](Self::points).
    #[inline]
    pub(super) fn with_points(data: Bytes, restarts: usize) -> Self {
        let entries_end = data.len() - 4 * restarts - 4;
        Self { data, entries_end, restarts }
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
        let entry = self.data.get(offset..self.entries_end).ok_or(ENTRY)?;
        if let Some([shared @ 0..0x80, rest @ 0..0x80, value @ 0..0x80]) = entry.first_chunk()
            && shape != Shape::Index
        {
            // Most lengths take a byte.
            let start = offset + 3;
            let split = start + usize::from(*rest);
            let stop = split + usize::from(*value);
            if stop <= self.entries_end {
                let shared = usize::from(*shared);
                return Ok(Parts { shared, rest: start..split, value: split..stop });
            }
        }
        self.long_parts(entry, shape)
    }

    fn long_parts(&self, entry: &[u8], shape: Shape) -> Result<Parts, Flaw> {
        let end = self.entries_end;
        let mut rest = entry;
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

    /// Where the last restart point before a versioned key is, among some of them; the first of them
    /// if there is none. `offset` knows where each is.
    ///
    /// Each round looks at points that do not wait for each other: one that is not in the processor's
    /// cache takes as long as a hundred comparisons.
    pub(super) fn point_before(
        &self,
        target: (&[u8], u64),
        among: Range<usize>,
        offset: impl Fn(usize) -> usize,
    ) -> Result<usize, Flaw> {
        let (mut low, mut high) = (among.start, among.end);
        while high.saturating_sub(low) > 1 {
            let step = (high - low).div_ceil(PROBES);
            let mut before = 0;
            for point in (low + step..high).step_by(step) {
                let stored = self.point(offset(point))?;
                before += usize::from(compare(stored, target) == Ordering::Less);
            }
            low += before * step;
            high = high.min(low + step);
        }
        Ok(offset(low))
    }

    /// The versioned key of a restart point.
    #[inline]
    fn point(&self, offset: usize) -> Result<(&[u8], u64), Flaw> {
        let parts = self.parts(offset, Shape::Versions)?;
        let (key, packed) = self.data[parts.rest].split_last_chunk().ok_or(ENTRY)?;
        if parts.shared == 0 { Ok((key, u64::from_le_bytes(*packed))) } else { Err(ENTRY) }
    }

    /// Where the restart points are, and their keys; None if there is anything special about it.
    pub(super) fn points(&self) -> Option<Vec<(u16, &[u8])>> {
        if self.entries_end + 4 * self.restarts + 4 != self.data.len() {
            return None;
        }
        let point = |slot| {
            let offset = self.restart(slot);
            Some((u16::try_from(offset).ok()?, self.point(offset).ok()?.0))
        };
        (0..self.restarts).map(point).collect()
    }
}

/// The parts of one entry.
struct Parts {
    shared: usize,
    /// The rest of the key.
    rest: Range<usize>,
    value: Range<usize>,
}
