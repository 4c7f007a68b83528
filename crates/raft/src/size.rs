//! How many bytes entries take, as protobuf writes them: the unit of every size limit.

use crate::{Entry, EntryKind};

/// Bytes of a protobuf varint.
fn varint_size(value: u64) -> u64 {
    let bits = u64::from(u64::BITS - (value | 1).leading_zeros());
    bits.div_ceil(7)
}

impl Entry {
    /// Encoded bytes: term and index with a tag each, the kind if it is written, the data if any.
    pub fn encoded_size(&self) -> u64 {
        let kind = match self.kind {
            EntryKind::Normal => 0,
            EntryKind::ConfChange | EntryKind::ConfChangeV2 | EntryKind::Refused => 2,
        };
        let data = match self.data.len() as u64 {
            0 => 0,
            bytes => 1 + varint_size(bytes) + bytes,
        };
        2 + varint_size(self.id.term.0) + varint_size(self.id.index.0) + kind + data
    }
}

/// Encoded bytes of all entries.
pub fn encoded_size(entries: &[Entry]) -> u64 {
    entries.iter().map(Entry::encoded_size).sum()
}

/// Data bytes of all entries, without any encoding.
pub fn payload_size(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.data.len() as u64).sum()
}

/// How many entries from the front fit into `max_bytes`: at least one, if there is any.
pub fn fitting(entries: &[Entry], max_bytes: u64) -> usize {
    if max_bytes == u64::MAX {
        return entries.len();
    }
    let mut bytes = 0_u64;
    for (count, entry) in entries.iter().enumerate() {
        bytes = bytes.saturating_add(entry.encoded_size());
        if max_bytes < bytes && count != 0 {
            return count;
        }
    }
    entries.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntryId, Index, Term};

    #[track_caller]
    fn check(term: u64, index: u64, kind: EntryKind, data: &'static [u8], bytes: u64) {
        let id = EntryId { term: Term(term), index: Index(index) };
        let entry = Entry { id, kind, data: bytes::Bytes::from_static(data) };
        assert_eq!(entry.encoded_size(), bytes, "{entry:?}");
        let two = [entry.clone(), entry];
        assert_eq!(fitting(&two, 0), 1);
        assert_eq!(fitting(&two, 2 * bytes - 1), 1);
        assert_eq!(fitting(&two, 2 * bytes), 2);
    }

    #[test]
    fn sizes_are_those_of_protobuf() {
        check(1, 1, EntryKind::Normal, b"", 4);
        check(1, 127, EntryKind::Normal, b"abc", 9);
        check(128, 16_384, EntryKind::ConfChange, b"", 9);
        check(0, u64::MAX, EntryKind::Refused, b"", 15);
        check(1, 1, EntryKind::Normal, &[0; 200], 4 + 1 + 2 + 200);
    }
}
