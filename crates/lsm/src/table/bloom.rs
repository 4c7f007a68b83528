//! Filters that say of most absent keys that they are absent: RocksDB's full filter, in the older of
//! its two Bloom layouts, which every version reads.
//!
//! ```text
//!   cache lines of 64 bytes | number of probes | number of lines
//! ```
//! All bits of a key lie in one line.

use alloc::{vec, vec::Vec};

use crate::coding::u32_at;

/// The name that finds the filter in the metaindex.
pub(super) const NAME: &[u8] = b"fullfilter.rocksdb.BuiltinBloomFilter";

const LINE_BYTES: usize = 64;
const LINE_BITS: u32 = 512;

/// The hash of a key.
pub(crate) fn hash(key: &[u8]) -> u32 {
    const FACTOR: u32 = 0xc6a4_a793;
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    let mut hash = 0xbc9f_1d34 ^ length.wrapping_mul(FACTOR);
    let (words, rest) = key.as_chunks();
    for word in words {
        hash = hash.wrapping_add(u32::from_le_bytes(*word)).wrapping_mul(FACTOR);
        hash ^= hash >> 16;
    }
    if !rest.is_empty() {
        // The format adds these as signed characters.
        for (at, byte) in rest.iter().enumerate() {
            hash = hash.wrapping_add((i32::from(byte.cast_signed()) << (8 * at)).cast_unsigned());
        }
        hash = hash.wrapping_mul(FACTOR);
        hash ^= hash >> 24;
    }
    hash
}

/// The filter for these keys, with so many bits for each.
pub(super) fn build(hashes: &[u32], bits_per_key: u32) -> Vec<u8> {
    // Bits times ln 2, as many as the format has room for.
    let probes = (bits_per_key * 69 / 100).clamp(1, 30);
    let bits = hashes.len() as u64 * u64::from(bits_per_key);
    // An odd number of lines spreads keys better.
    let lines = u32::try_from(bits.div_ceil(u64::from(LINE_BITS))).unwrap_or(u32::MAX) | 1;
    let mut filter = vec![0; lines as usize * LINE_BYTES];
    for hash in hashes {
        let line = (hash % lines) as usize * LINE_BYTES;
        for bit in bits_of(*hash, probes) {
            filter[line + bit as usize / 8] |= 1 << (bit % 8);
        }
    }
    filter.push((probes & 0x7f) as u8);
    filter.extend_from_slice(&lines.to_le_bytes());
    filter
}

/// The bits of a key in its line.
fn bits_of(mut hash: u32, probes: u32) -> impl Iterator<Item = u32> {
    let delta = hash.rotate_right(17);
    (0..probes).map(move |_| {
        let bit = hash % LINE_BITS;
        hash = hash.wrapping_add(delta);
        bit
    })
}

/// Whether a key of this hash may be in the table. A filter of another layout knows nothing.
pub(super) fn may_contain(filter: &[u8], hash: u32) -> bool {
    let Some(end) = filter.len().checked_sub(5).filter(|end| *end > 0) else { return true };
    let (probes, lines) = (filter[end], u32_at(filter, end + 1).unwrap_or(0));
    if !(1..=30).contains(&probes) || lines as usize * LINE_BYTES != end {
        return true;
    }
    let line = (hash % lines) as usize * LINE_BYTES;
    bits_of(hash, u32::from(probes))
        .all(|bit| filter[line + bit as usize / 8] & (1 << (bit % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_few_others() {
        let key = |n: u32| alloc::format!("key{n}").into_bytes();
        let hashes: Vec<u32> = (0..10_000).map(|n| hash(&key(n))).collect();
        let filter = build(&hashes, 10);
        assert!((0..10_000).all(|n| may_contain(&filter, hash(&key(n)))));
        let wrong = (10_000..30_000).filter(|n| may_contain(&filter, hash(&key(*n)))).count();
        assert!(wrong < 400, "{wrong} of 20,000 absent keys pass");
    }

    #[test]
    fn a_damaged_filter_knows_nothing() {
        let filter = build(&[hash(b"a")], 10);
        for end in 0..filter.len() {
            assert!(may_contain(&filter[..end], hash(b"b")), "cut after {end}");
        }
    }
}
