//! What a table says about itself: properties and footer.

use alloc::vec::Vec;

use super::{COMPARATOR, FOOTER_BYTES, FORMAT_VERSION, Handle, MAGIC};
use crate::{
    Error, Result,
    checksum::Checksum,
    coding::{put_varint, take_varint, u32_at, u64_at},
};

pub(super) const PROPERTIES: &[u8] = b"rocksdb.properties";
pub(super) const RANGE_TOMBSTONES: &[u8] = b"rocksdb.range_del";
pub(super) const DICTIONARY: &[u8] = b"rocksdb.compression_dict";
pub(super) const GLOBAL_SEQ: &[u8] = b"rocksdb.external_sst_file.global_seqno";
const EXTERNAL_VERSION: &[u8] = b"rocksdb.external_sst_file.version";
const WHOLE_KEYS: &[u8] = b"rocksdb.block.based.table.whole.key.filtering";
const INDEX_TYPE: &[u8] = b"rocksdb.block.based.table.index.type";

/// The properties that we write or look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) data_bytes: u64,
    pub(super) data_blocks: u64,
    pub(super) entries: u64,
    pub(super) deletions: u64,
    pub(super) range_deletions: u64,
    pub(super) raw_key_bytes: u64,
    pub(super) raw_value_bytes: u64,
    pub(super) index_bytes: u64,
    pub(super) filter_bytes: u64,
    pub(super) filter_entries: u64,
    /// Whether the keys of the index have no versions.
    pub(super) index_has_user_keys: bool,
    /// Whether the handles in the index are differences.
    pub(super) index_has_differences: bool,
    /// Whether the filter knows only the beginnings of keys.
    pub(super) filter_has_prefixes: bool,
    /// The version of the external-file properties, if it was written for ingestion.
    pub(super) external_version: Option<u32>,
    /// The sequence number that ingestion wrote into the file; zero if none did.
    pub(super) global_seq: u64,
}

impl Properties {
    /// Names and values, in the order of the names.
    pub(super) fn to_list(self) -> Vec<(&'static [u8], Vec<u8>)> {
        let number = |number: u64| {
            let mut value = Vec::new();
            put_varint(&mut value, number);
            value
        };
        let mut list: Vec<(&'static [u8], Vec<u8>)> = Vec::from([
            (INDEX_TYPE, 0_u32.to_le_bytes().to_vec()),
            (b"rocksdb.block.based.table.prefix.filtering", b"0".to_vec()),
            (WHOLE_KEYS, b"1".to_vec()),
            (b"rocksdb.comparator", COMPARATOR.to_vec()),
            (b"rocksdb.compression", b"NoCompression".to_vec()),
            (b"rocksdb.data.size", number(self.data_bytes)),
            (b"rocksdb.deleted.keys", number(self.deletions)),
        ]);
        if let Some(version) = self.external_version {
            list.push((GLOBAL_SEQ, self.global_seq.to_le_bytes().to_vec()));
            list.push((EXTERNAL_VERSION, version.to_le_bytes().to_vec()));
        }
        if self.filter_bytes > 0 {
            list.push((b"rocksdb.filter.policy", b"rocksdb.BuiltinBloomFilter".to_vec()));
        }
        list.extend([
            (&b"rocksdb.filter.size"[..], number(self.filter_bytes)),
            (b"rocksdb.index.size", number(self.index_bytes)),
            (b"rocksdb.merge.operands", number(0)),
            (b"rocksdb.num.data.blocks", number(self.data_blocks)),
            (b"rocksdb.num.entries", number(self.entries)),
            (b"rocksdb.num.filter_entries", number(self.filter_entries)),
            (b"rocksdb.num.range-deletions", number(self.range_deletions)),
            (b"rocksdb.raw.key.size", number(self.raw_key_bytes)),
            (b"rocksdb.raw.value.size", number(self.raw_value_bytes)),
        ]);
        list
    }

    /// Notes one property of a table that is read; says what is wrong with it.
    pub(super) fn note(&mut self, name: &[u8], mut value: &[u8]) -> Result {
        match name {
            b"rocksdb.comparator" if value != COMPARATOR => {
                return Err(Error::Unsupported { what: "another order of keys" });
            }
            INDEX_TYPE => match u32_at(value, 0) {
                // A hash index is an ordinary one with something beside it.
                Some(0 | 1) => {}
                Some(2) => return Err(Error::Unsupported { what: "an index in two levels" }),
                _ => return Err(Error::Unsupported { what: "an unknown type of index" }),
            },
            WHOLE_KEYS => self.filter_has_prefixes = value == b"0",
            EXTERNAL_VERSION => self.external_version = u32_at(value, 0),
            GLOBAL_SEQ => self.global_seq = u64_at(value, 0).unwrap_or(0),
            b"rocksdb.index.key.is.user.key" => {
                self.index_has_user_keys = take_varint(&mut value) == Some(1);
            }
            b"rocksdb.index.value.is.delta.encoded" => {
                self.index_has_differences = take_varint(&mut value) == Some(1);
            }
            b"rocksdb.num.entries" => self.entries = take_varint(&mut value).unwrap_or(0),
            b"rocksdb.num.range-deletions" => {
                self.range_deletions = take_varint(&mut value).unwrap_or(0);
            }
            b"rocksdb.num.data.blocks" => self.data_blocks = take_varint(&mut value).unwrap_or(0),
            _ => {}
        }
        Ok(())
    }
}

impl Handle {
    pub(super) fn put(self, out: &mut Vec<u8>) {
        put_varint(out, self.offset);
        put_varint(out, self.bytes);
    }

    pub(super) fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Self { offset: take_varint(from)?, bytes: take_varint(from)? })
    }
}

/// The end of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Footer {
    pub(super) checksum: Checksum,
    pub(super) metaindex: Handle,
    pub(super) index: Handle,
}

impl Footer {
    pub(super) fn put(metaindex: Handle, index: Handle, out: &mut Vec<u8>) {
        let start = out.len();
        out.push(1);
        metaindex.put(out);
        index.put(out);
        out.resize(start + FOOTER_BYTES - 12, 0);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&MAGIC.to_le_bytes());
    }

    /// Reads the last bytes of a file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let tail = bytes.len().checked_sub(FOOTER_BYTES).and_then(|start| bytes.get(start..));
        let Some(mut tail) = tail else {
            return Err(Error::NotATable("it is shorter than the end of a table"));
        };
        match u64_at(tail, FOOTER_BYTES - 8) {
            Some(MAGIC) => {}
            Some(0xdb47_7524_8b80_fb57) => {
                return Err(Error::Unsupported { what: "the format of LevelDB" });
            }
            _ => return Err(Error::NotATable("its last eight bytes are others")),
        }
        if !matches!(u32_at(tail, FOOTER_BYTES - 12), Some(2..=FORMAT_VERSION)) {
            return Err(Error::Unsupported { what: "a format version other than 2 to 5" });
        }
        let Some(checksum) = Checksum::from_byte(tail[0]) else {
            return Err(Error::Unsupported { what: "a checksum other than CRC-32C and XXH3" });
        };
        tail = &tail[1..];
        match (Handle::take(&mut tail), Handle::take(&mut tail)) {
            (Some(metaindex), Some(index)) => Ok(Self { checksum, metaindex, index }),
            _ => Err(Error::NotATable("its end names no index")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_come_in_order() {
        let properties =
            Properties { external_version: Some(2), filter_bytes: 1, ..Properties::default() };
        assert!(properties.to_list().is_sorted_by(|a, b| a.0 < b.0));
    }
}
