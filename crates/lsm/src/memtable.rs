//! The memtable: the newest writes, in order, in memory.
//!
//! ```text
//!   spine   [first key | leaf] [first key | leaf] ..
//!   leaf    slots in order, each pointing at its key and value
//!   arena   keys and values, one after the other
//! ```
//! All parts are shared and copied when they are written to while somebody else holds them, so a
//! snapshot of a memtable costs a few pointers, and the writes that follow copy little.

use alloc::{sync::Arc, vec::Vec};
use core::cmp::Ordering;

use bytes::Bytes;

use crate::{
    Kind, Seq, Span, Upper,
    key::{kind_of, pack, prefix, seq_of, visible},
    ranges::Ranges,
    table::Found,
};

/// A leaf with more slots is cut in two.
const LEAF_SLOTS: usize = 32;

/// A part of the arena with this many bytes is not written to any more.
const PART_BYTES: usize = 4 << 10;

/// Bytes that a write takes up beside its key and value.
const SLOT_BYTES: u64 = size_of::<Slot>() as u64;

/// Writes in order. A clone is cheap, and independent.
#[derive(Clone, Debug, Default)]
pub struct Memtable {
    spine: Arc<Vec<Leaf>>,
    arena: Arena,
    pub(crate) ranges: Arc<Ranges>,
    bytes: u64,
    entries: u64,
    seqs: Option<(Seq, Seq)>,
}

#[derive(Clone, Debug)]
struct Leaf {
    /// The first bytes of its first key.
    prefix: u64,
    slots: Arc<Vec<Slot>>,
}

/// A version of a key.
#[derive(Clone, Copy, Debug)]
struct Slot {
    prefix: u64,
    packed: u64,
    part: u32,
    offset: u32,
    key_bytes: u32,
    value_bytes: u32,
}

#[derive(Clone, Debug, Default)]
struct Arena {
    full: Arc<Vec<Bytes>>,
    tail: Arc<Vec<u8>>,
}

impl Memtable {
    /// What it takes up, in bytes: keys, values and where they are.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes in it, range tombstones included.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether nothing was written to it.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Whether there are writes of single keys in it.
    pub(crate) fn has_keys(&self) -> bool {
        !self.spine.is_empty()
    }

    /// The oldest and the newest write in it.
    pub fn seqs(&self) -> Option<(Seq, Seq)> {
        self.seqs
    }

    /// The keys that it says something about.
    pub fn span(&self) -> Option<Span> {
        let first = self.spine.first().and_then(|leaf| leaf.slots.first());
        let last = self.spine.last().and_then(|leaf| leaf.slots.last());
        let points = first.zip(last).map(|(first, last)| {
            let copy = |slot| Bytes::copy_from_slice(self.arena.key(slot));
            Span { first: copy(first), last: Upper::At(copy(last)) }
        });
        match (points, self.ranges.span()) {
            (Some(points), Some(ranges)) => Some(points.join(&ranges)),
            (points, ranges) => points.or(ranges),
        }
    }

    /// Whether it has a write of this span.
    pub(crate) fn has_data(&self, span: &Span) -> bool {
        let (leaf, place) = self.find(&span.first, u64::MAX);
        let slot = self.spine.get(leaf).and_then(|leaf| leaf.slots.get(place));
        slot.is_some_and(|slot| span.contains(self.arena.key(slot))) || self.ranges.meets(span)
    }

    /// Adds a version of a key.
    pub(crate) fn insert(&mut self, key: &[u8], seq: Seq, kind: Kind, value: &[u8]) {
        let slot = self.arena.push(key, pack(seq, kind), value);
        self.bytes += SLOT_BYTES + (key.len() + value.len()) as u64;
        self.count(seq);
        let at = self.leaf_before(key, slot.prefix, slot.packed);
        let Self { spine, arena, .. } = self;
        let spine = Arc::make_mut(spine);
        let Some(leaf) = spine.get_mut(at) else {
            let mut slots = Vec::with_capacity(LEAF_SLOTS);
            slots.push(slot);
            spine.push(Leaf { prefix: slot.prefix, slots: Arc::new(slots) });
            return;
        };
        let slots = Arc::make_mut(&mut leaf.slots);
        let place = slots
            .partition_point(|other| arena.compare(other, key, slot.prefix, slot.packed).is_lt());
        if slots.len() < LEAF_SLOTS {
            // A copy has no room to spare, and would get twice as much as it can use.
            slots.reserve_exact(LEAF_SLOTS - slots.len());
            slots.insert(place, slot);
            leaf.prefix = slots[0].prefix;
            return;
        }
        // Keys that come in order fill their leaves.
        let cut = if place == LEAF_SLOTS { LEAF_SLOTS } else { LEAF_SLOTS / 2 };
        let mut upper = Vec::with_capacity(LEAF_SLOTS);
        upper.extend_from_slice(&slots[cut..]);
        slots.truncate(cut);
        if place < cut {
            slots.insert(place, slot);
        } else {
            upper.insert(place - cut, slot);
        }
        leaf.prefix = slots[0].prefix;
        spine.insert(at + 1, Leaf { prefix: upper[0].prefix, slots: Arc::new(upper) });
    }

    /// Deletes all keys in `[start, end)`.
    pub(crate) fn delete_range(&mut self, start: &[u8], end: &[u8], seq: Seq) {
        self.bytes += SLOT_BYTES + (start.len() + end.len()) as u64;
        self.count(seq);
        let (start, end) = (Bytes::copy_from_slice(start), Bytes::copy_from_slice(end));
        Arc::make_mut(&mut self.ranges).insert(start, end, seq);
    }

    /// The newest version of a key that a reader at `at_most` sees.
    pub(crate) fn get(&self, key: &[u8], at_most: Seq) -> Option<Found> {
        let (leaf, place) = self.find(key, visible(at_most));
        let slot = self.spine.get(leaf)?.slots.get(place)?;
        if self.arena.key(slot) != key {
            return None;
        }
        let (seq, kind) = (seq_of(slot.packed), kind_of(slot.packed)?);
        Some(Found { seq, kind, value: self.arena.shared_value(slot) })
    }

    fn count(&mut self, seq: Seq) {
        self.entries += 1;
        let (min, max) = self.seqs.unwrap_or((seq, seq));
        self.seqs = Some((min.min(seq), max.max(seq)));
    }

    /// The last leaf that starts at or before a versioned key; the first one if none does.
    fn leaf_before(&self, key: &[u8], prefix: u64, packed: u64) -> usize {
        let after = self.spine.partition_point(|leaf| {
            let order = leaf.prefix.cmp(&prefix);
            order.then_with(|| self.arena.compare(&leaf.slots[0], key, prefix, packed)).is_le()
        });
        after.saturating_sub(1)
    }

    /// Where the first slot at or after a versioned key is: its leaf, and its place there.
    fn find(&self, key: &[u8], packed: u64) -> (usize, usize) {
        let prefix = prefix(key);
        let at = self.leaf_before(key, prefix, packed);
        let Some(leaf) = self.spine.get(at) else { return (at, 0) };
        let place = leaf
            .slots
            .partition_point(|slot| self.arena.compare(slot, key, prefix, packed).is_lt());
        if place < leaf.slots.len() { (at, place) } else { (at + 1, 0) }
    }
}

impl Arena {
    fn push(&mut self, key: &[u8], packed: u64, value: &[u8]) -> Slot {
        let bytes = key.len() + value.len();
        if !self.tail.is_empty() && PART_BYTES < self.tail.len() + bytes {
            let tail = core::mem::take(&mut self.tail);
            let tail = Arc::try_unwrap(tail).unwrap_or_else(|shared| (*shared).clone());
            Arc::make_mut(&mut self.full).push(tail.into());
        }
        let tail = Arc::make_mut(&mut self.tail);
        if tail.capacity() == 0 {
            tail.reserve_exact(PART_BYTES.max(bytes));
        }
        // Keys and values are limited, and memtables by memory: all of these fit.
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let slot = Slot {
            prefix: prefix(key),
            packed,
            part: small(self.full.len()),
            offset: small(tail.len()),
            key_bytes: small(key.len()),
            value_bytes: small(value.len()),
        };
        tail.extend_from_slice(key);
        tail.extend_from_slice(value);
        slot
    }

    #[inline]
    fn part(&self, slot: &Slot) -> &[u8] {
        self.full.get(slot.part as usize).map_or(&self.tail[..], |part| part)
    }

    #[inline]
    fn key(&self, slot: &Slot) -> &[u8] {
        let start = slot.offset as usize;
        &self.part(slot)[start..start + slot.key_bytes as usize]
    }

    fn value(&self, slot: &Slot) -> &[u8] {
        let start = slot.offset as usize + slot.key_bytes as usize;
        &self.part(slot)[start..start + slot.value_bytes as usize]
    }

    fn shared_value(&self, slot: &Slot) -> Bytes {
        let start = slot.offset as usize + slot.key_bytes as usize;
        match self.full.get(slot.part as usize) {
            Some(part) => part.slice(start..start + slot.value_bytes as usize),
            None => Bytes::copy_from_slice(self.value(slot)),
        }
    }

    #[inline]
    fn compare(&self, slot: &Slot, key: &[u8], prefix: u64, packed: u64) -> Ordering {
        slot.prefix
            .cmp(&prefix)
            .then_with(|| self.key(slot).cmp(key))
            .then_with(|| packed.cmp(&slot.packed))
    }
}

/// A position in a memtable: at a write, or nowhere.
#[derive(Clone, Debug)]
pub(crate) struct MemCursor {
    table: Memtable,
    leaf: usize,
    place: usize,
}

impl MemCursor {
    /// Nowhere in it.
    pub(crate) fn new(table: Memtable) -> Self {
        Self { table, leaf: usize::MAX, place: 0 }
    }

    #[inline]
    fn slot(&self) -> Option<&Slot> {
        self.table.spine.get(self.leaf)?.slots.get(self.place)
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.slot().is_some()
    }

    pub(crate) fn key(&self) -> &[u8] {
        self.slot().map_or(&[], |slot| self.table.arena.key(slot))
    }

    pub(crate) fn packed(&self) -> u64 {
        self.slot().map_or(0, |slot| slot.packed)
    }

    /// The first bytes of the key.
    pub(crate) fn prefix(&self) -> u64 {
        self.slot().map_or(0, |slot| slot.prefix)
    }

    /// Whether the key is the one before, too: after a step forward.
    pub(crate) fn repeats(&self) -> bool {
        let same = |(a, b): (&Slot, &Slot)| {
            a.prefix == b.prefix && self.table.arena.key(a) == self.table.arena.key(b)
        };
        self.slot().zip(self.slot_before()).is_some_and(same)
    }

    fn slot_before(&self) -> Option<&Slot> {
        match self.place.checked_sub(1) {
            Some(place) => self.table.spine.get(self.leaf)?.slots.get(place),
            None => self.table.spine.get(self.leaf.wrapping_sub(1))?.slots.last(),
        }
    }

    pub(crate) fn value(&self) -> &[u8] {
        self.slot().map_or(&[], |slot| self.table.arena.value(slot))
    }

    pub(crate) fn shared_value(&self) -> Bytes {
        self.slot().map_or_else(Bytes::new, |slot| self.table.arena.shared_value(slot))
    }

    pub(crate) fn first(&mut self) {
        (self.leaf, self.place) = (0, 0);
    }

    pub(crate) fn last(&mut self) {
        self.leaf = self.table.spine.len().wrapping_sub(1);
        self.place = self.table.spine.last().map_or(0, |leaf| leaf.slots.len() - 1);
    }

    pub(crate) fn seek(&mut self, key: &[u8], packed: u64) {
        (self.leaf, self.place) = self.table.find(key, packed);
    }

    pub(crate) fn next(&mut self) {
        self.place += 1;
        if self.slot().is_none() {
            (self.leaf, self.place) = (self.leaf.saturating_add(1), 0);
        }
    }

    pub(crate) fn prev(&mut self) {
        if let Some(place) = self.place.checked_sub(1) {
            self.place = place;
        } else {
            self.leaf = self.leaf.wrapping_sub(1);
            self.place = self.table.spine.get(self.leaf).map_or(0, |leaf| leaf.slots.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use core::cmp::Reverse;

    use super::*;

    #[test]
    fn writes_are_found_in_order_and_a_clone_stays_as_it_was() {
        let mut rng = det::Rng::named(1, "memtable", 0);
        let mut table = Memtable::default();
        let mut model = BTreeMap::new();
        let mut clones = Vec::new();
        for seq in 1..=3_000 {
            let bytes = rng.below(12) as usize;
            let key: Vec<u8> = (0..bytes).map(|_| (rng.below(3) & 0xff) as u8).collect();
            let value = alloc::format!("{seq}").into_bytes();
            table.insert(&key, Seq(seq), Kind::Put, &value);
            model.insert((key, Reverse(Seq(seq))), value);
            if seq % 500 == 0 {
                clones.push((table.clone(), model.clone()));
            }
        }
        for (table, model) in clones {
            check(&table, &model);
        }
    }

    #[track_caller]
    fn check(table: &Memtable, model: &BTreeMap<(Vec<u8>, Reverse<Seq>), Vec<u8>>) {
        let mut cursor = MemCursor::new(table.clone());
        cursor.first();
        for ((key, Reverse(seq)), value) in model {
            let found = (cursor.key(), seq_of(cursor.packed()), cursor.value());
            assert_eq!(found, (&key[..], *seq, &value[..]));
            let got = table.get(key, *seq).expect("it was written");
            assert_eq!((got.seq, &got.value[..]), (*seq, &value[..]));
            cursor.next();
        }
        assert!(!cursor.is_valid());
        cursor.last();
        for ((key, Reverse(seq)), _) in model.iter().rev() {
            assert_eq!((cursor.key(), seq_of(cursor.packed())), (&key[..], *seq));
            cursor.prev();
        }
        assert!(!cursor.is_valid());
    }
}
