//! The key space: which bytes mean what (CockroachDB's `keys` package).
//!
//! ```text
//! \x01 i <range> r <suffix>   replicated, about the range as a whole; moves with nothing
//! \x01 i <range> u <suffix>   the replica's own: hard state, log
//! \x01 k <key> <suffix>       about a place in the key space; moves with it when a range is split
//! \x01 s <suffix>             the store's own
//! \x02 <key>                  meta1: where is the meta2 range that ends after <key>?
//! \x03 <key>                  meta2: where is the range that ends after <key>?
//! \x04 <key>                  system, the nodes' liveness records among it
//! ...                         everybody's keys, up to \xff\xff
//! ```

use alloc::vec::Vec;

use bytes::Bytes;
use raft::Index;

use crate::{NodeId, RangeId};

/// The first key.
pub const MIN: &[u8] = b"";
/// Every key is less than this.
pub const MAX: &[u8] = b"\xff\xff";
/// The first key of the system's own.
pub const SYSTEM: &[u8] = b"\x04";
/// The first key that belongs to nobody special.
pub const USER: &[u8] = b"\x05";

/// What local keys begin with.
pub(crate) const LOCAL: u8 = 1;

/// What is known about a range as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeIdKey {
    /// Up to which entry the state machine is (`rask`).
    AppliedState,
    /// Who may serve reads and propose (`rll-`).
    Lease,
    /// Term, vote, commit (`rfth`).
    HardState,
    /// The last entry that was dropped from the log (`rftt`).
    TruncatedState,
    /// Which replica this store has (`rftr`); there before the replica knows its keys.
    ReplicaId,
    /// Replicas below this id may not come back (`rftb`).
    Tombstone,
}

impl RangeIdKey {
    /// Its key for this range.
    pub fn of(self, range: RangeId) -> Vec<u8> {
        let (family, suffix) = match self {
            Self::AppliedState => (b'r', b"rask"),
            Self::Lease => (b'r', b"rll-"),
            Self::HardState => (b'u', b"rfth"),
            Self::TruncatedState => (b'u', b"rftt"),
            Self::ReplicaId => (b'u', b"rftr"),
            Self::Tombstone => (b'u', b"rftb"),
        };
        range_id_key(range, family, suffix)
    }
}

/// Where the replicated keys about a range as a whole begin and end.
pub fn replicated_range_id_span(range: RangeId) -> (Vec<u8>, Vec<u8>) {
    (range_id_key(range, b'r', b""), range_id_key(range, b's', b""))
}

fn range_id_key(range: RangeId, family: u8, suffix: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(24);
    key.extend_from_slice(&[LOCAL, b'i']);
    put_range(range, &mut key);
    key.push(family);
    key.extend_from_slice(suffix);
    key
}

/// The number's length, then its bytes, the high ones first: it sorts as the numbers do, and the
/// first bytes of a key tell ranges apart.
fn put_range(range: RangeId, key: &mut Vec<u8>) {
    let bytes = range.0.to_be_bytes();
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    key.push(b'0' | u8::try_from(bytes.len() - zeros).unwrap_or(8));
    key.extend_from_slice(&bytes[zeros..]);
}

/// An entry of the Raft log (`rftl`).
pub fn raft_log(range: RangeId, index: Index) -> Vec<u8> {
    let mut key = range_id_key(range, b'u', b"rftl");
    key.extend_from_slice(&index.0.to_be_bytes());
    key
}

/// Where the keys about ranges as a whole begin and end.
pub fn range_id_span() -> ([u8; 2], [u8; 2]) {
    ([LOCAL, b'i'], [LOCAL, b'j'])
}

/// The range that a key of [`RangeIdKey::ReplicaId`] is about; `None` for other keys.
pub fn range_of_replica_id(key: &[u8]) -> Option<RangeId> {
    let (&length, rest) = key.strip_prefix(&[LOCAL, b'i'])?.split_first()?;
    let (id, rest) = rest.split_at_checked(usize::from(length.checked_sub(b'0')?))?;
    let mut bytes = [0; 8];
    bytes[8_usize.checked_sub(id.len())?..].copy_from_slice(id);
    (rest == b"urftr").then(|| RangeId(u64::from_be_bytes(bytes)))
}

/// The descriptor of the range that starts at `start`: it stands in that range.
pub fn range_descriptor(start: &[u8]) -> Vec<u8> {
    range_local(start, b"rdsc")
}

/// A key about the place `key`: it resolves to `key`, and sorts as it.
fn range_local(key: &[u8], suffix: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 8);
    out.extend_from_slice(&[LOCAL, b'k']);
    for &byte in key {
        out.push(byte);
        if byte == 0 {
            out.push(0xff);
        }
    }
    // Less than any escaped zero, so that a key sorts before those that it begins.
    out.extend_from_slice(&[0, 1]);
    out.extend_from_slice(suffix);
    out
}

/// Where the keys about the places of `[start, end)` begin and end.
pub fn range_local_span_of(start: &[u8], end: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (range_local(start, b""), range_local(end, b""))
}

/// Where the keys about places begin and end.
pub fn range_local_span() -> ([u8; 2], [u8; 2]) {
    ([LOCAL, b'k'], [LOCAL, b'l'])
}

/// A fact of the store itself.
pub fn store_local(suffix: &[u8]) -> Vec<u8> {
    let mut key = Vec::from([LOCAL, b's']);
    key.extend_from_slice(suffix);
    key
}

/// The liveness records of the first node that there could be, and of the last.
pub(crate) const LIVENESS: [&[u8]; 2] =
    [b"\x04\0liveness-\0\0\0\0", b"\x04\0liveness-\xff\xff\xff\xff"];

/// A node's liveness record.
pub fn liveness(node: NodeId) -> Bytes {
    let mut key = Vec::from(SYSTEM);
    key.extend_from_slice(b"\0liveness-");
    key.extend_from_slice(&node.0.to_be_bytes());
    key.into()
}

/// The record that the name of a range is taken: it has the range's first key.
pub fn range_name(range: RangeId) -> Bytes {
    let mut key = Vec::from(SYSTEM);
    key.extend_from_slice(b"\0range-");
    key.extend_from_slice(&range.0.to_be_bytes());
    key.into()
}

/// Whether clients may write there: local keys have no address of their own.
pub fn is_addressable(key: &[u8]) -> bool {
    key.first() != Some(&LOCAL) && key < MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn local_keys_name_their_range() {
        let range = RangeId(77);
        assert_eq!(range_of_replica_id(&RangeIdKey::ReplicaId.of(range)), Some(range));
        assert_eq!(range_of_replica_id(&RangeIdKey::HardState.of(range)), None);
        assert!(raft_log(range, Index(9)) < raft_log(range, Index(10)));
        assert!(raft_log(range, Index(u64::MAX)) < RangeIdKey::HardState.of(RangeId(78)));
        for id in [0, 1, 255, 256, u64::MAX] {
            let key = RangeIdKey::ReplicaId.of(RangeId(id));
            assert_eq!(range_of_replica_id(&key), Some(RangeId(id)));
            assert!(key <= RangeIdKey::ReplicaId.of(RangeId(id.saturating_add(1))));
        }
    }

    #[test]
    fn the_liveness_records_of_all_nodes_lie_between_two() {
        assert_eq!(LIVENESS, [u32::MIN, u32::MAX].map(|node| liveness(NodeId(node))));
    }

    proptest! {
        #[test]
        fn keys_about_places_sort_as_the_places(a: Vec<u8>, b: Vec<u8>) {
            prop_assert_eq!(a.cmp(&b), range_descriptor(&a).cmp(&range_descriptor(&b)));
        }
    }
}
