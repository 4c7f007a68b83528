//! Which block of a table a key is in: the index, in memory.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{
    Handle, TRAILER_BYTES,
    block::{BlockCursor, Shape},
    heads,
    meta::Properties,
    reader::each,
};
use crate::{
    Error, Result,
    coding::{take_varint, u64_at},
    key::{compare, prefix},
};

/// The data blocks of a table, and where each of them ends.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) blocks: Vec<Handle>,
    pub(super) separators: Vec<Separator>,
    /// So many first bytes are the same in all separators.
    common: usize,
    /// The bytes of each separator behind those: most searches need no more.
    heads: Vec<u64>,
}

/// A versioned key: the largest one that may stand in a block.
#[derive(Debug)]
pub(super) struct Separator {
    pub(super) key: Bytes,
    pub(super) packed: u64,
}

impl Index {
    /// Reads the block that stands at `handle`.
    pub(super) fn read(block: &Bytes, handle: Handle, properties: &Properties) -> Result<Self> {
        let damaged = || Error::Damaged { offset: handle.offset, what: "the index cannot be read" };
        let shape = if properties.index_has_differences { Shape::Index } else { Shape::Names };
        let mut index = Self::default();
        each(block, handle, shape, &mut |cursor| {
            let place = take_handle(cursor, index.blocks.last(), shape).ok_or_else(damaged)?;
            let raw = cursor.raw_key();
            let (key, packed) = if properties.index_has_user_keys {
                (raw, 0)
            } else {
                let split = raw.len().checked_sub(8).ok_or_else(damaged)?;
                (&raw[..split], u64_at(raw, split).unwrap_or(0))
            };
            index.blocks.push(place);
            index.separators.push(Separator { key: Bytes::copy_from_slice(key), packed });
            Ok(())
        })?;
        let is_before = |pair: &[Separator]| pair[0].order((&pair[1].key, pair[1].packed)).is_lt();
        if !index.separators.windows(2).all(is_before) {
            return Err(damaged());
        }
        if let [first, .., last] = &index.separators[..] {
            index.common = heads::common(&first.key, &last.key);
        }
        let head = |separator: &Separator| prefix(&separator.key[index.common..]);
        index.heads = index.separators.iter().map(head).collect();
        Ok(index)
    }

    /// The first block that may hold a versioned key or a later one.
    #[inline]
    pub(super) fn find(&self, key: &[u8], packed: u64) -> usize {
        let Some(first) = self.separators.first() else { return 0 };
        let unsure = heads::unsure(&first.key[..self.common], &self.heads, key);
        let is_before = |end: &Separator| end.order((key, packed)).is_lt();
        unsure.start + self.separators[unsure].partition_point(is_before)
    }
}

impl Separator {
    pub(super) fn order(&self, other: (&[u8], u64)) -> core::cmp::Ordering {
        compare((&self.key, self.packed), other)
    }
}

/// Where a block is, as an entry of the index says it.
fn take_handle(cursor: &BlockCursor, last: Option<&Handle>, shape: Shape) -> Option<Handle> {
    let mut value = cursor.value();
    if shape != Shape::Index || !cursor.is_shared() {
        return Handle::take(&mut value);
    }
    let raw = take_varint(&mut value)?;
    // Signed numbers are folded: 0, -1, 1, -2, ...
    let difference = (raw >> 1).cast_signed() ^ -(raw & 1).cast_signed();
    let last = last.copied().unwrap_or_default();
    let offset = last.offset.checked_add(last.bytes)?.checked_add(TRAILER_BYTES as u64)?;
    Some(Handle { offset, bytes: last.bytes.checked_add_signed(difference)? })
}
