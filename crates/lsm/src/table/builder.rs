//! Writing a table.

use alloc::vec::Vec;

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    Handle, TRAILER_BYTES,
    block::BlockBuilder,
    bloom,
    meta::{Footer, PROPERTIES, Properties, RANGE_TOMBSTONES},
    tally::{TableSummary, Tally},
};
use crate::{
    Error, Result, Seq,
    checksum::masked_crc32c,
    key::{self, Kind, RANGE_DELETE, pack, seq_of},
    limits,
    ranges::{Fragment, Ranges},
};

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// A data block ends when it has this many bytes.
    pub block_bytes: usize,
    /// Entries from one restart point to the next.
    pub restart_interval: usize,
    /// Bits of the Bloom filter for each key; zero writes no filter.
    pub bloom_bits: u32,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { block_bytes: 4096, restart_interval: 8, bloom_bits: 10 }
    }
}

/// Writes a table, from the smallest key to the largest.
#[derive(Clone, Debug)]
pub struct TableBuilder {
    options: TableOptions,
    out: BytesMut,
    block: BlockBuilder,
    index: BlockBuilder,
    ranges: Ranges,
    hashes: Vec<u32>,
    properties: Properties,
    tally: Tally,
}

impl TableBuilder {
    /// A table to be ingested, here or by RocksDB: each key once, and no sequence numbers.
    pub fn external(options: TableOptions) -> Self {
        let mut builder = Self::internal(options);
        builder.properties.external_version = Some(2);
        builder
    }

    /// A table of an engine's own, with versions.
    pub(crate) fn internal(options: TableOptions) -> Self {
        Self {
            options,
            out: BytesMut::new(),
            block: BlockBuilder::new(options.restart_interval.max(1)),
            index: BlockBuilder::new(1),
            ranges: Ranges::default(),
            hashes: Vec::new(),
            properties: Properties::default(),
            tally: Tally::default(),
        }
    }

    /// Adds a key with its value.
    ///
    /// # Errors
    ///
    /// When the key is not larger than the one before, or something is past its limit.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result {
        self.add_single(key, Kind::Put, value)
    }

    /// Adds a tombstone: ingesting the table deletes the key.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&mut self, key: &[u8]) -> Result {
        self.add_single(key, Kind::Delete, &[])
    }

    /// Adds a range tombstone: ingesting the table deletes what was in `[start, end)` before. It may
    /// come at any time, and does not touch what this table puts.
    ///
    /// # Errors
    ///
    /// When the span is empty or a key past its limit.
    pub fn delete_range(&mut self, start: &[u8], end: &[u8]) -> Result {
        limits::check_key(start)?;
        limits::check_key(end)?;
        if end <= start {
            return Err(Error::EmptySpan);
        }
        let (start, end) = (Bytes::copy_from_slice(start), Bytes::copy_from_slice(end));
        self.ranges.insert(start, end, Seq(0));
        Ok(())
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.tally.entries == 0 && self.ranges.is_empty()
    }

    /// The bytes written so far; the finished table has some more.
    pub fn bytes(&self) -> usize {
        self.out.len() + self.block.bytes()
    }

    /// Finishes the table.
    ///
    /// # Errors
    ///
    /// When nothing was added.
    pub fn finish(mut self) -> Result<(Bytes, TableSummary)> {
        let summary = self.tally.summary(&self.ranges).ok_or(Error::EmptyTable)?;
        self.end_block();
        let mut metaindex = BlockBuilder::new(1);
        // The metaindex is in order of names, so the filter comes first.
        if !self.hashes.is_empty() {
            let filter = bloom::build(&self.hashes, self.options.bloom_bits);
            self.properties.filter_entries = self.hashes.len() as u64;
            self.properties.filter_bytes = filter.len() as u64;
            let handle = self.write_block(&filter);
            add_handle(&mut metaindex, bloom::NAME, handle);
        }
        let index = self.index.finish().to_vec();
        self.properties.index_bytes = (index.len() + TRAILER_BYTES) as u64;
        let tombstones = (!self.ranges.is_empty()).then(|| self.write_ranges());
        let index = self.write_block(&index);
        let mut block = BlockBuilder::new(1);
        for (name, value) in self.properties.to_list() {
            block.add(name, &[], &value);
        }
        let properties = self.write_block(block.finish());
        add_handle(&mut metaindex, PROPERTIES, properties);
        if let Some(handle) = tombstones {
            add_handle(&mut metaindex, RANGE_TOMBSTONES, handle);
        }
        let metaindex = self.write_block(metaindex.finish());
        let mut footer = Vec::new();
        Footer::put(metaindex, index, &mut footer);
        self.out.put_slice(&footer);
        Ok((self.out.freeze(), summary))
    }

    /// Adds a version of a key.
    pub(crate) fn add(&mut self, key: &[u8], packed: u64, value: &[u8]) -> Result {
        let is_new_key = self.tally.add(key, packed, seq_of(packed)).ok_or(Error::NotAscending)?;
        if self.options.bloom_bits > 0 && is_new_key {
            self.hashes.push(bloom::hash(key));
        }
        self.block.add(key, &packed.to_le_bytes(), value);
        self.properties.entries += 1;
        self.properties.deletions += u64::from(key::kind_of(packed) == Some(Kind::Delete));
        self.properties.raw_key_bytes += key.len() as u64 + 8;
        self.properties.raw_value_bytes += value.len() as u64;
        if self.options.block_bytes <= self.block.bytes() {
            self.end_block();
        }
        Ok(())
    }

    /// Adds all these range tombstones.
    pub(crate) fn add_ranges(&mut self, ranges: &Ranges) {
        self.ranges.extend(ranges);
    }

    fn add_single(&mut self, key: &[u8], kind: Kind, value: &[u8]) -> Result {
        limits::check_key(key)?;
        limits::check_value(value)?;
        if self.tally.last_key().is_some_and(|last| key <= last) {
            return Err(Error::NotAscending);
        }
        self.add(key, pack(Seq(0), kind), value)
    }

    fn end_block(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let handle = write_block(&mut self.out, self.block.finish());
        let mut value = Vec::new();
        handle.put(&mut value);
        self.index.add(self.block.last_key(), &[], &value);
        self.properties.data_blocks += 1;
        self.properties.data_bytes = self.out.len() as u64;
        self.block.clear();
    }

    fn write_ranges(&mut self) -> Handle {
        let mut block = BlockBuilder::new(1);
        for Fragment { start, end, seqs } in self.ranges.fragments() {
            for seq in seqs {
                let packed = seq.0 << 8 | RANGE_DELETE;
                block.add(start, &packed.to_le_bytes(), end);
                // The format counts them among all entries and deletions, too.
                self.properties.entries += 1;
                self.properties.deletions += 1;
                self.properties.range_deletions += 1;
                self.properties.raw_key_bytes += start.len() as u64 + 8;
                self.properties.raw_value_bytes += end.len() as u64;
            }
        }
        write_block(&mut self.out, block.finish())
    }

    fn write_block(&mut self, block: &[u8]) -> Handle {
        write_block(&mut self.out, block)
    }
}

fn add_handle(metaindex: &mut BlockBuilder, name: &[u8], handle: Handle) {
    let mut value = Vec::new();
    handle.put(&mut value);
    metaindex.add(name, &[], &value);
}

/// Writes a block that is not compressed, and its trailer.
fn write_block(out: &mut BytesMut, block: &[u8]) -> Handle {
    let handle = Handle { offset: out.len() as u64, bytes: block.len() as u64 };
    out.put_slice(block);
    out.put_u8(0);
    out.put_u32_le(masked_crc32c(block, 0));
    handle
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;

    use super::*;
    use crate::Table;

    /// Such a table could not be compacted: all its versions would get one sequence number.
    #[test]
    fn versions_in_a_table_for_ingestion_are_found() {
        for versions in [[2, 1], [0, 0]] {
            let mut builder = TableBuilder::external(TableOptions::default());
            for (seq, kind) in versions.into_iter().zip([Kind::Put, Kind::Delete]) {
                builder.add(b"k", pack(Seq(seq), kind), b"").expect("the newest comes first");
            }
            let (data, _) = builder.finish().expect("it has rows");
            let table = Table::open(Arc::new(data), None).expect("its blocks are sound");
            let error = table.verify_external().expect_err("the key stands in it twice");
            assert_eq!(error, Error::NotExternal("a key of it has versions"));
        }
    }
}
