//! Opening a table and finding a key in it.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;

use super::{
    FOOTER_BYTES, Handle, TRAILER_BYTES,
    block::{Block, BlockCursor, Flaw, Shape},
    bloom,
    compress::{self, Failure},
    meta::{DICTIONARY, Footer, GLOBAL_SEQ, PROPERTIES, Properties, RANGE_TOMBSTONES},
};
use crate::{
    Error, Kind, ReadAt, Result, Seq,
    checksum::Checksum,
    coding::{take_varint, u32_at, u64_at},
    key::{RANGE_DELETE, compare, kind_of, prefix, seq_of, visible},
    ranges::Ranges,
};

/// An open table. Index, filter and range tombstones are in memory, data blocks are read on demand.
#[derive(Debug)]
pub struct Table {
    file: Arc<dyn ReadAt>,
    checksum: Checksum,
    /// The data blocks.
    pub(super) blocks: Vec<Handle>,
    /// Where each of them ends.
    pub(super) separators: Vec<Separator>,
    /// The first bytes of each separator: most searches need no more.
    prefixes: Vec<u64>,
    filter: Option<Bytes>,
    ranges: Ranges,
    pub(super) properties: Properties,
    /// The sequence number of everything in it, when ingestion gave it one.
    global: Option<Seq>,
    /// One bit for each block that was checked, when once is enough.
    checked: Option<Box<[AtomicU32]>>,
}

/// What a table says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableFacts {
    /// Length of the file.
    pub bytes: u64,
    /// Puts and deletions, of single keys and of spans.
    pub entries: u64,
    /// Deletions of spans.
    pub range_deletions: u64,
    /// Data blocks.
    pub blocks: usize,
    /// Bytes of the Bloom filter; zero if there is none that this engine reads.
    pub filter_bytes: usize,
    /// Whether it was written for ingestion.
    pub is_external: bool,
}

/// A versioned key: the largest one that may stand in a block.
#[derive(Debug)]
pub(super) struct Separator {
    pub(super) key: Bytes,
    pub(super) packed: u64,
}

/// What was found for a key in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) seq: Seq,
    pub(crate) kind: Kind,
    pub(crate) value: Bytes,
}

impl Table {
    /// Opens a table. `global`, if given, is the sequence number of everything in it.
    ///
    /// # Errors
    ///
    /// When it is no table, a damaged one, or one that uses something not supported.
    pub fn open(file: Arc<dyn ReadAt>, global: Option<Seq>) -> Result<Self> {
        let tail = file.bytes().min(FOOTER_BYTES as u64);
        // The range is at most 53.
        let tail_bytes = usize::try_from(tail).unwrap_or(FOOTER_BYTES);
        let footer = Footer::read(&file.read_at(file.bytes() - tail, tail_bytes)?)?;
        let mut table = Self {
            checksum: footer.checksum,
            blocks: Vec::new(),
            separators: Vec::new(),
            prefixes: Vec::new(),
            filter: None,
            ranges: Ranges::default(),
            properties: Properties::default(),
            global,
            checked: None,
            file,
        };
        let metaindex = table.read(footer.metaindex)?;
        let mut places = Places::default();
        each(&metaindex, footer.metaindex, Shape::Names, &mut |cursor| {
            let handle = Handle::take(&mut cursor.value());
            match cursor.raw_key() {
                PROPERTIES => places.properties = handle,
                RANGE_TOMBSTONES => places.ranges = handle,
                bloom::NAME => places.filter = handle,
                DICTIONARY => return Err(Error::Unsupported { what: "a compression dictionary" }),
                _ => {}
            }
            Ok(())
        })?;
        if let Some(handle) = places.properties {
            table.read_properties(handle)?;
        }
        if let Some(handle) = places.filter.filter(|_| !table.properties.filter_has_prefixes) {
            table.filter = Some(table.read(handle)?);
        }
        if let Some(handle) = places.ranges {
            table.read_ranges(handle)?;
        }
        table.read_index(footer.index)?;
        if table.file.is_memory() {
            let words = table.blocks.len().div_ceil(32);
            table.checked = Some((0..words).map(|_| AtomicU32::new(0)).collect());
        }
        Ok(table)
    }

    /// What the table says of itself.
    pub fn facts(&self) -> TableFacts {
        TableFacts {
            bytes: self.file.bytes(),
            entries: self.properties.entries,
            range_deletions: self.properties.range_deletions,
            blocks: self.blocks.len(),
            filter_bytes: self.filter.as_ref().map_or(0, Bytes::len),
            is_external: self.properties.external_version.is_some(),
        }
    }

    pub(crate) fn ranges(&self) -> &Ranges {
        &self.ranges
    }

    pub(crate) fn global(&self) -> Option<Seq> {
        self.global
    }

    /// The newest version of a key that a reader at `at_most` sees. `hash` is that of the key.
    pub(crate) fn get(&self, key: &[u8], hash: u32, at_most: Seq) -> Result<Option<Found>> {
        let is_absent = |filter: &Bytes| !bloom::may_contain(filter, hash);
        if self.filter.as_ref().is_some_and(is_absent) {
            return Ok(None);
        }
        // Everything in an ingested table is as new as its ingestion.
        let target = match self.global {
            Some(global) if at_most < global => return Ok(None),
            Some(_) => u64::MAX,
            None => visible(at_most),
        };
        let mut cursor = BlockCursor::new(Block::default(), Shape::Versions);
        for slot in self.find(key, target)..self.blocks.len() {
            cursor.enter(self.block(slot)?);
            let flaw = |what| self.flaw(slot, what);
            cursor.seek((key, target)).map_err(flaw)?;
            // A block may end before the key that separates it from the next one.
            if cursor.is_valid() {
                break;
            }
        }
        if !cursor.is_valid() || cursor.key() != key {
            return Ok(None);
        }
        let kind = kind_of(cursor.packed()).ok_or(UNKNOWN_KIND)?;
        let seq = self.global.unwrap_or_else(|| seq_of(cursor.packed()));
        Ok(Some(Found { seq, kind, value: cursor.shared_value() }))
    }

    /// The first block that may hold a versioned key or a later one.
    #[inline]
    pub(super) fn find(&self, key: &[u8], packed: u64) -> usize {
        let wanted = prefix(key);
        let from = self.prefixes.partition_point(|prefix| *prefix < wanted);
        let rest = self.prefixes[from..].partition_point(|prefix| *prefix == wanted);
        let is_before = |end: &Separator| compare((&end.key, end.packed), (key, packed)).is_lt();
        from + self.separators[from..from + rest].partition_point(is_before)
    }

    /// A data block, checked.
    pub(super) fn block(&self, slot: usize) -> Result<Block> {
        let handle = self.blocks[slot];
        let data = match &self.checked {
            Some(checked) => {
                let (word, bit) = (&checked[slot / 32], 1 << (slot % 32));
                let is_new = word.load(Ordering::Relaxed) & bit == 0;
                let data = self.read_raw(handle, is_new)?;
                if is_new {
                    word.fetch_or(bit, Ordering::Relaxed);
                }
                data
            }
            None => self.read(handle)?,
        };
        Block::new(data).map_err(|what| self.flaw(slot, what))
    }

    /// What is wrong with a data block.
    pub(super) fn flaw(&self, slot: usize, what: Flaw) -> Error {
        Error::Damaged { offset: self.blocks[slot].offset, what }
    }

    /// The contents of a block, checked and unpacked.
    fn read(&self, handle: Handle) -> Result<Bytes> {
        self.read_raw(handle, true)
    }

    fn read_raw(&self, handle: Handle, check: bool) -> Result<Bytes> {
        let damaged = |what| Error::Damaged { offset: handle.offset, what };
        let bytes = usize::try_from(handle.bytes).ok().and_then(|b| b.checked_add(TRAILER_BYTES));
        let whole = bytes.ok_or_else(|| damaged("a block is longer than memory"))?;
        let mut block = self.file.read_at(handle.offset, whole)?;
        let end = whole - TRAILER_BYTES;
        let (compression, found) = (block[end], u32_at(&block, end + 1).unwrap_or(0));
        block.truncate(end);
        if check && !self.checksum.holds(&block, compression, found) {
            return Err(damaged("the checksum of a block does not hold"));
        }
        if compression == 0 {
            return Ok(block);
        }
        match compress::unpack(compression, &block) {
            Ok(unpacked) => Ok(unpacked.into()),
            Err(Failure::Damaged(what)) => Err(damaged(what)),
            Err(Failure::Unsupported(what)) => Err(Error::Unsupported { what }),
        }
    }

    fn read_properties(&mut self, handle: Handle) -> Result {
        let block = match self.read(handle) {
            Err(Error::Damaged { .. }) => self.read_stamped(handle)?,
            other => other?,
        };
        let mut properties = Properties::default();
        each(&block, handle, Shape::Names, &mut |cursor| {
            properties.note(cursor.raw_key(), cursor.value())
        })?;
        if properties.global_seq > 0 && self.global.is_none() {
            self.global = Some(Seq(properties.global_seq));
        }
        self.properties = properties;
        Ok(())
    }

    /// RocksDB's ingestion may write a sequence number into the properties, and leaves the checksum
    /// as it was with a zero there.
    fn read_stamped(&self, handle: Handle) -> Result<Bytes> {
        let block = self.read_raw(handle, false)?;
        let mut place = None;
        each(&block, handle, Shape::Names, &mut |cursor| {
            if cursor.raw_key() == GLOBAL_SEQ && cursor.value().len() == 8 {
                place = Some(cursor.value_range());
            }
            Ok(())
        })?;
        let damaged = Error::Damaged {
            offset: handle.offset,
            what: "the checksum of the properties does not hold",
        };
        let Some(place) = place else { return Err(damaged) };
        let mut unstamped = block.to_vec();
        unstamped[place].fill(0);
        let trailer = self.file.read_at(handle.offset + handle.bytes, TRAILER_BYTES)?;
        let holds = self.checksum.holds(&unstamped, trailer[0], u32_at(&trailer, 1).unwrap_or(0));
        if trailer[0] == 0 && holds { Ok(block) } else { Err(damaged) }
    }

    fn read_ranges(&mut self, handle: Handle) -> Result {
        let block = self.read(handle)?;
        let ranges = &mut self.ranges;
        each(&block, handle, Shape::Versions, &mut |cursor| {
            let (start, end) = (Bytes::copy_from_slice(cursor.key()), cursor.shared_value());
            if cursor.packed() & 0xff != RANGE_DELETE || end <= start {
                let what = "a range tombstone is none";
                return Err(Error::Damaged { offset: handle.offset, what });
            }
            ranges.insert(start, end, seq_of(cursor.packed()));
            Ok(())
        })?;
        if let Some(global) = self.global {
            self.ranges = core::mem::take(ranges).at(global);
        }
        Ok(())
    }

    fn read_index(&mut self, handle: Handle) -> Result {
        let block = self.read(handle)?;
        let damaged = || Error::Damaged { offset: handle.offset, what: "the index cannot be read" };
        let Properties { index_has_user_keys, index_has_differences, .. } = self.properties;
        let shape = if index_has_differences { Shape::Index } else { Shape::Names };
        let mut last = Handle::default();
        let (blocks, separators) = (&mut self.blocks, &mut self.separators);
        each(&block, handle, shape, &mut |cursor| {
            let mut value = cursor.value();
            let place = if index_has_differences && cursor.is_shared() {
                let raw = take_varint(&mut value).ok_or_else(damaged)?;
                // Signed numbers are folded: 0, -1, 1, -2, ...
                let difference = (raw >> 1).cast_signed() ^ -(raw & 1).cast_signed();
                let end = last.offset.checked_add(last.bytes);
                let offset = end.and_then(|end| end.checked_add(TRAILER_BYTES as u64));
                let bytes = last.bytes.checked_add_signed(difference);
                match (offset, bytes) {
                    (Some(offset), Some(bytes)) => Handle { offset, bytes },
                    _ => return Err(damaged()),
                }
            } else {
                Handle::take(&mut value).ok_or_else(damaged)?
            };
            last = place;
            let raw = cursor.raw_key();
            let (key, packed) = if index_has_user_keys {
                (raw, 0)
            } else {
                let split = raw.len().checked_sub(8).ok_or_else(damaged)?;
                (&raw[..split], u64_at(raw, split).unwrap_or(0))
            };
            let key = Bytes::copy_from_slice(key);
            blocks.push(place);
            separators.push(Separator { key, packed });
            Ok(())
        })?;
        self.prefixes = self.separators.iter().map(|separator| prefix(&separator.key)).collect();
        let is_before = |pair: &[Separator]| {
            let [a, b] = [0, 1].map(|slot| (&pair[slot].key[..], pair[slot].packed));
            compare(a, b).is_lt()
        };
        if self.separators.windows(2).all(is_before) { Ok(()) } else { Err(damaged()) }
    }
}

/// Where the parts of a table are.
#[derive(Default)]
struct Places {
    properties: Option<Handle>,
    ranges: Option<Handle>,
    filter: Option<Handle>,
}

/// What a table says that merges values, or keeps them elsewhere.
pub(super) const UNKNOWN_KIND: Error =
    Error::Unsupported { what: "merges, wide columns or values in other files" };

/// Calls `visit` at each entry of a block.
fn each(
    block: &Bytes,
    handle: Handle,
    shape: Shape,
    visit: &mut dyn FnMut(&BlockCursor) -> Result,
) -> Result {
    let damaged = |what| Error::Damaged { offset: handle.offset, what };
    let mut cursor = BlockCursor::new(Block::new(block.clone()).map_err(damaged)?, shape);
    cursor.first().map_err(damaged)?;
    while cursor.is_valid() {
        visit(&cursor)?;
        cursor.next().map_err(damaged)?;
    }
    Ok(())
}

impl Table {
    /// Sequence number and kind of an entry as readers see them.
    pub(super) fn stamp(&self, packed: u64) -> u64 {
        match self.global {
            Some(global) => visible(global) & !0xff | packed & 0xff,
            None => packed,
        }
    }
}
