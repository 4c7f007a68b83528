//! Keys with versions: a user's key, and when and how it was written.

use core::cmp::Ordering;

/// Numbers the writes of one engine, from 1 on. Zero is older than all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// As new as a write can be; seven bytes hold it.
    pub const MAX: Self = Self((1 << 56) - 1);
}

/// What a write did to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The key is gone: a tombstone.
    Delete,
    /// The key has this value.
    Put,
}

/// A sequence number and a kind in one number, as RocksDB stores them behind a key.
pub(crate) const fn pack(seq: Seq, kind: Kind) -> u64 {
    seq.0 << 8 | kind as u64
}

/// The first thing that a reader at `seq` may see.
pub(crate) const fn visible(seq: Seq) -> u64 {
    seq.0 << 8 | 0xff
}

pub(crate) const fn seq_of(packed: u64) -> Seq {
    Seq(packed >> 8)
}

/// What the number says, or None for a kind that this engine does not know.
pub(crate) const fn kind_of(packed: u64) -> Option<Kind> {
    match packed & 0xff {
        // A single delete promises more than a delete; a delete is always right.
        0 | 7 => Some(Kind::Delete),
        1 => Some(Kind::Put),
        _ => None,
    }
}

/// The kind of a range tombstone in a table.
pub(crate) const RANGE_DELETE: u64 = 15;

/// The order of tables: by key, then the newest first.
#[inline]
pub(crate) fn compare(a: (&[u8], u64), b: (&[u8], u64)) -> Ordering {
    match (a.0.first_chunk::<8>(), b.0.first_chunk::<8>()) {
        // Most keys differ early, and numbers are compared faster than slices.
        (Some(c), Some(d)) if c != d => u64::from_be_bytes(*c).cmp(&u64::from_be_bytes(*d)),
        _ => a.0.cmp(b.0).then(b.1.cmp(&a.1)),
    }
}

/// The first bytes of a key as a number: keys with different numbers are ordered as these.
#[inline]
pub(crate) fn prefix(key: &[u8]) -> u64 {
    if let Some(eight) = key.first_chunk() {
        return u64::from_be_bytes(*eight);
    }
    let mut padded = [0; 8];
    padded[..key.len()].copy_from_slice(key);
    u64::from_be_bytes(padded)
}
