//! AddSSTable: the rows of a table become versions at the moment of the request.
//!
//! The table may come from anywhere, and its keys are those that clients use. Evaluation reads all of
//! it and makes a table of versions, which every replica then takes in as it is; or, where that is asked
//! for, a batch of writes.

use alloc::boxed::Box;
use alloc::sync::Arc;

use bytes::Bytes;
use det::Time;
use lsm::{
    Batch, KEY_BYTES_MAX, Kind, Table, TableBuilder, TableEntries, TableOptions, Upper,
    VALUE_BYTES_MAX, View,
};

use super::RequestError;
use super::evaluate::Stop;
use super::mvcc::{self, Version, encoded_key_bytes};
use crate::{AddSstable, Sideloading, Stats, keys};

/// Bytes of a table that a range takes in at a time.
pub const TABLE_BYTES_MAX: usize = 16 << 20;

/// How the rows of a table get into a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IngestAs {
    /// As a table, which every replica takes in as it is; its leaseholder's switch says where it is
    /// kept on its way.
    Table,
    /// As a table that is kept there on its way, whatever the switch says.
    TableKept(Sideloading),
    /// As a batch of writes.
    Writes,
}

/// What came of a table.
pub(super) struct Added {
    pub(super) batch: Batch,
    pub(super) sstable: Option<Box<AddSstable>>,
    pub(super) stats: Stats,
    pub(super) keys: u64,
    pub(super) timestamp: Time,
}

/// Evaluates a table whose keys have to lie in `[start, end)`, at `timestamp`, or later if newer
/// versions are there.
///
/// # Errors
/// With what is wrong with the table, or with its first row that cannot be stored; or if what is stored
/// cannot be read.
pub(super) fn add(
    view: &View,
    (start, end): (&Bytes, &Bytes),
    data: &Bytes,
    (how, options): (IngestAs, TableOptions),
    timestamp: Time,
) -> Result<Added, Stop> {
    let (table, span) = open(data).map_err(RequestError::from)?;
    let outside =
        [&span.first, span.last.key()].into_iter().find(|key| *key < start || end <= *key);
    if let Some(key) = outside {
        return Err(RequestError::KeyOutside { key: key.clone() }.into());
    }
    let old = mvcc::versions(view, &span.first, &after(&span.last));
    let mut old = old.map_err(Stop::Disk)?;
    old.dedup_by(|later, first| later.key == first.key);
    let newest = old.iter().map(|version| version.timestamp.0.saturating_add(1)).max();
    let timestamp = timestamp.max(Time(newest.unwrap_or_default()));
    let mut rows =
        Rows { old: old.into_iter().peekable(), timestamp, stats: Stats::default(), keys: 0 };
    let (mut batch, mut sstable) = (Batch::default(), None);
    match how {
        IngestAs::Writes => rows.take(&table, |key, value| {
            batch.put(key, value);
            Ok(())
        })?,
        IngestAs::Table | IngestAs::TableKept(_) => {
            let mut builder = TableBuilder::external(options);
            rows.take(&table, |key, value| builder.put(key, value))?;
            let (table, _) = builder.finish().map_err(RequestError::from)?;
            check_length(&table)?;
            let (crc, start, end) = (lsm::crc32c(&table), start.clone(), end.clone());
            let sideloading = Sideloading::Off;
            sstable = Some(Box::new(AddSstable { table, crc, start, end, sideloading }));
        }
    }
    let Rows { stats, keys, .. } = rows;
    Ok(Added { batch, sstable, stats, keys, timestamp })
}

/// That a table is not past its limit.
pub(super) fn check_length(table: &Bytes) -> Result<(), RequestError> {
    let bytes = table.len();
    if bytes <= TABLE_BYTES_MAX { Ok(()) } else { Err(RequestError::TableTooLong { bytes }) }
}

/// The rows of a table as versions.
struct Rows<I: Iterator<Item = Version>> {
    /// The newest version of each key that is there, in order.
    old: core::iter::Peekable<I>,
    timestamp: Time,
    stats: Stats,
    keys: u64,
}

impl<I: Iterator<Item = Version>> Rows<I> {
    fn take(
        &mut self,
        table: &Arc<Table>,
        mut put: impl FnMut(&[u8], &[u8]) -> lsm::Result,
    ) -> Result<(), RequestError> {
        let mut entries = TableEntries::new(table);
        while let Some(entry) = entries.advance()? {
            check_row(entry.key, entry.value)?;
            let key = Bytes::copy_from_slice(entry.key);
            let value = match entry.kind {
                Kind::Put => Some(Bytes::copy_from_slice(entry.value)),
                Kind::Delete => None,
            };
            let old = self.old_of(&key);
            let new = Version { key, timestamp: self.timestamp, value };
            let (key, value) = mvcc::record(&new);
            put(&key, &value)?;
            self.stats = self.stats.plus(mvcc::growth(&new, old.as_ref()));
            self.keys += 1;
        }
        Ok(())
    }

    /// The newest version of this key, which comes after all that were asked for.
    fn old_of(&mut self, key: &Bytes) -> Option<Version> {
        while self.old.next_if(|old| old.key < key).is_some() {}
        self.old.next_if(|old| old.key == key)
    }
}

/// That a row can be stored.
fn check_row(key: &[u8], value: &[u8]) -> Result<(), RequestError> {
    if key.is_empty() || !keys::is_addressable(key) {
        return Err(RequestError::BadKey);
    }
    let bytes = encoded_key_bytes(key);
    if KEY_BYTES_MAX < bytes {
        return Err(lsm::Error::KeyTooLong { bytes, max: KEY_BYTES_MAX }.into());
    }
    if VALUE_BYTES_MAX <= value.len() {
        return Err(RequestError::ValueTooLong { bytes: value.len() });
    }
    Ok(())
}

/// The first key of a table, and the key right after its last one: what it may be added to. Every row
/// of it was looked at.
///
/// # Errors
/// If the table cannot be taken in anywhere.
pub fn span_of_table(data: &Bytes) -> Result<(Bytes, Bytes), RequestError> {
    check_length(data)?;
    let (table, span) = open(data)?;
    let mut entries = TableEntries::new(&table);
    while let Some(entry) = entries.advance()? {
        check_row(entry.key, entry.value)?;
    }
    Ok((span.first, after(&span.last)))
}

/// A table whose every block was read, and the span of its keys.
fn open(data: &Bytes) -> lsm::Result<(Arc<Table>, lsm::Span)> {
    let table = Arc::new(Table::open(Arc::new(data.clone()), None)?);
    let span = table.verify_external()?.span;
    if table.facts().range_deletions > 0 {
        return Err(lsm::Error::Unsupported { what: "deletions of spans of keys" });
    }
    Ok((table, span))
}

/// The first key behind a span.
fn after(last: &Upper) -> Bytes {
    match last {
        Upper::Before(end) => end.clone(),
        Upper::At(last) => [last, &[0][..]].concat().into(),
    }
}
