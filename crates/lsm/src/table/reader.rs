//! Opening a table and finding a key in it.

use alloc::{boxed::Box, sync::Arc};
use core::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;

use super::{
    FOOTER_BYTES, Handle, TRAILER_BYTES,
    block::{Block, BlockCursor, Flaw, Shape},
    bloom,
    compress::{self, Failure},
    index::Index,
    meta::{DICTIONARY, Footer, GLOBAL_SEQ, PROPERTIES, Properties, RANGE_TOMBSTONES},
    points::Points,
};
use crate::{
    Error, Kind, ReadAt, Result, Seq,
    checksum::Checksum,
    coding::u32_at,
    key::{RANGE_DELETE, kind_of, seq_of, visible},
    ranges::Ranges,
};

/// An open table. Index, filter and range tombstones are in memory, data blocks are read on demand.
#[derive(Debug)]
pub struct Table {
    file: Arc<dyn ReadAt>,
    checksum: Checksum,
    pub(super) index: Index,
    filter: Option<Bytes>,
    ranges: Ranges,
    pub(super) properties: Properties,
    /// The sequence number of everything in it, when ingestion gave it one.
    global: Option<Seq>,
    /// One bit for each block that was checked, when once is enough.
    checked: Option<Box<[AtomicU32]>>,
    /// The whole file, if it is in memory in one piece, and where to step into its blocks.
    memory: Option<(Bytes, Points)>,
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
            index: Index::default(),
            filter: None,
            ranges: Ranges::default(),
            properties: Properties::default(),
            global,
            checked: None,
            memory: None,
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
        let index = table.read(footer.index)?;
        table.index = Index::read(&index, footer.index, &table.properties)?;
        if table.file.is_memory() {
            let words = table.index.blocks.len().div_ceil(32);
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
            blocks: self.index.blocks.len(),
            filter_bytes: self.filter.as_ref().map_or(0, Bytes::len),
            is_external: self.properties.external_version.is_some(),
        }
    }

    /// The same table, quicker to search if it is in memory: what searches need lies side by side.
    pub(crate) fn searched_often(mut self) -> Self {
        let memory = self.file.memory().filter(|_| self.checked.is_some());
        self.memory = memory.map(|memory| {
            let points = Points::of(&self.index, &memory);
            (memory, points)
        });
        self
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
        for slot in self.index.find(key, target)..self.index.blocks.len() {
            self.seek_block(&mut cursor, slot, (key, target))?;
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

    /// Goes to the first entry of a block at or after a versioned key.
    pub(super) fn seek_block(
        &self,
        cursor: &mut BlockCursor,
        slot: usize,
        target: (&[u8], u64),
    ) -> Result {
        cursor.enter(self.block(slot)?);
        let points = self.memory.as_ref().filter(|(_, points)| points.count(slot) > 0);
        let sought = match points {
            Some((_, points)) => points
                .before((slot, &self.index.separators[slot]), cursor.block(), target)
                .and_then(|start| cursor.seek_from(start, target)),
            None => cursor.seek(target),
        };
        sought.map_err(|what| self.flaw(slot, what))
    }

    /// A data block, checked.
    pub(super) fn block(&self, slot: usize) -> Result<Block> {
        let handle = self.index.blocks[slot];
        let Some(checked) = &self.checked else {
            return Block::new(self.read(handle)?).map_err(|what| self.flaw(slot, what));
        };
        let (word, bit) = (&checked[slot / 32], 1 << (slot % 32));
        let is_new = word.load(Ordering::Relaxed) & bit == 0;
        if let Some((memory, points)) = &self.memory
            && !is_new
            && points.count(slot) > 0
        {
            // It has points, so it lies in memory.
            let start = usize::try_from(handle.offset).unwrap_or(usize::MAX);
            let bytes = usize::try_from(handle.bytes).unwrap_or(usize::MAX);
            return Ok(Block::with_points(memory.slice(start..start + bytes), points.count(slot)));
        }
        let data = self.read_raw(handle, is_new)?;
        if is_new {
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Block::new(data).map_err(|what| self.flaw(slot, what))
    }

    /// What is wrong with a data block.
    pub(super) fn flaw(&self, slot: usize, what: Flaw) -> Error {
        Error::Damaged { offset: self.index.blocks[slot].offset, what }
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
        if properties.global_seq > Seq::MAX.0 {
            let what = "the sequence number of its ingestion is too large to be one";
            return Err(Error::Damaged { offset: handle.offset, what });
        }
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
pub(super) fn each(
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
