//! Searching keys that begin alike by the first bytes in which they differ.

use core::ops::Range;

use crate::key::prefix;

/// How many first bytes two keys have in common.
pub(super) fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Keys in order start with `common`, and have these `heads` behind it. Those before the range lie
/// before `key`, those behind it lie behind it; the ones in it have to be looked at.
#[inline]
pub(super) fn unsure(common: &[u8], heads: &[u64], key: &[u8]) -> Range<usize> {
    if let Some(rest) = key.strip_prefix(common) {
        let wanted = prefix(rest);
        let from = heads.partition_point(|head| *head < wanted);
        let ties = heads[from..].iter().take_while(|head| **head == wanted).count();
        from..from + ties
    } else if key < common {
        0..0
    } else {
        heads.len()..heads.len()
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    #[test]
    fn a_search_by_heads_never_misses() {
        let mut rng = det::Rng::named(1, "heads", 0);
        for _ in 0..2_000 {
            let mut key = |bytes: u32| -> Vec<u8> {
                (0..rng.below(bytes)).map(|_| (rng.below(3) & 0xff) as u8).collect()
            };
            let beginning = key(4);
            let mut keys: Vec<Vec<u8>> =
                (0..12).map(|_| [&beginning[..], &key(14)].concat()).collect();
            keys.sort_unstable();
            let shared = common(&keys[0], &keys[11]);
            let heads: Vec<u64> = keys.iter().map(|key| prefix(&key[shared..])).collect();
            for wanted in [key(6), [&beginning[..], &key(14)].concat(), vec![]] {
                let unsure = unsure(&keys[0][..shared], &heads, &wanted);
                assert!(keys[..unsure.start].iter().all(|key| *key < wanted));
                assert!(keys[unsure.end..].iter().all(|key| *key > wanted));
            }
        }
    }
}
