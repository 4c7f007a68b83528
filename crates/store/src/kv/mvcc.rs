//! Versions: a key's values, each with the moment since when it holds, the newest first.
//!
//! A version's key in the engine is the key, escaped and ended so that it sorts before those that it
//! begins, then its timestamp, all bits turned over. A version without a value is a deletion.

use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;
use lsm::{Batch, Cursor, View};

use crate::{Stats, keys};

const DELETION: &[u8] = &[0];
const VALUE: u8 = 1;
const TIMESTAMP_BYTES: usize = 8;

/// One version of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The key.
    pub key: Bytes,
    /// Since when.
    pub timestamp: Time,
    /// The value; `None` if it was deleted.
    pub value: Option<Bytes>,
}

/// How long the engine's key of a version is.
pub(crate) fn encoded_key_bytes(key: &[u8]) -> usize {
    let escaped: usize = key.iter().map(|&byte| if byte == 0 { 2 } else { 1 }).sum();
    escaped + 2 + TIMESTAMP_BYTES
}

/// What all versions of a key begin with, and nothing else.
fn prefix(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded_key_bytes(key));
    for &byte in key {
        out.push(byte);
        if byte == 0 {
            out.push(0xff);
        }
    }
    out.extend_from_slice(&[0, 1]);
    out
}

fn version_key(key: &[u8], timestamp: Time) -> Vec<u8> {
    let mut out = prefix(key);
    out.extend_from_slice(&(!timestamp.0).to_be_bytes());
    out
}

/// Reads a version where a cursor stands; `None` if none stands there.
fn at(cursor: &Cursor) -> Option<Version> {
    let (encoded, value) = cursor.entry()?;
    version_of(encoded, value)
}

/// Reads a version as it stands in the engine; `None` if these bytes are something else.
pub fn version_of(encoded: &[u8], value: &[u8]) -> Option<Version> {
    let (escaped, timestamp) = encoded.split_last_chunk::<TIMESTAMP_BYTES>()?;
    let escaped = escaped.strip_suffix(&[0, 1])?;
    let mut key = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter();
    while let Some(&byte) = bytes.next() {
        key.push(byte);
        if byte == 0 {
            bytes.next();
        }
    }
    let value = value.split_first().filter(|(kind, _)| **kind == VALUE);
    Some(Version {
        key: key.into(),
        timestamp: Time(!u64::from_be_bytes(*timestamp)),
        value: value.map(|(_, value)| Bytes::copy_from_slice(value)),
    })
}

/// Where the versions of the keys of `[start, end)` stand in the engine: one span, or two with the
/// local keys between them.
pub(crate) fn user_spans(start: &[u8], end: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let (start, end) = (prefix(start), prefix(end));
    let (local, after) = (Vec::from([keys::LOCAL]), Vec::from([keys::LOCAL + 1]));
    let below = (start.clone(), end.clone().min(local));
    let above = (start.max(after), end);
    [below, above].into_iter().filter(|(start, end)| start < end).collect()
}

/// The newest version of a key at this moment.
///
/// # Errors
/// If a table cannot be read.
pub fn get(view: &View, key: &[u8], timestamp: Time) -> lsm::Result<Option<Version>> {
    let mut cursor = view.cursor();
    cursor.seek(&version_key(key, timestamp))?;
    Ok(at(&cursor).filter(|version| *version.key == *key))
}

/// All versions of the keys of `[start, end)`, key by key, the newest first.
///
/// # Errors
/// If a table cannot be read.
pub fn versions(view: &View, start: &[u8], end: &[u8]) -> lsm::Result<Vec<Version>> {
    let (mut cursor, end) = (view.cursor(), prefix(end));
    cursor.seek(&prefix(start))?;
    let mut found = Vec::new();
    while cursor.entry().is_some_and(|(key, _)| *key < *end) {
        found.extend(at(&cursor));
        cursor.forward()?;
    }
    Ok(found)
}

/// The rows of a span at a moment: each key that has a value, with that value.
#[derive(Debug)]
pub(crate) struct Rows {
    cursor: Cursor,
    end: Vec<u8>,
    timestamp: Time,
    /// The last key that was looked at.
    last: Option<Bytes>,
}

impl Rows {
    pub(crate) fn new(view: &View, start: &[u8], end: &[u8], timestamp: Time) -> lsm::Result<Self> {
        let mut cursor = view.cursor();
        cursor.seek(&prefix(start))?;
        Ok(Self { cursor, end: prefix(end), timestamp, last: None })
    }

    /// The next row, or `None` at the end.
    pub(crate) fn advance(&mut self) -> lsm::Result<Option<(Bytes, Bytes)>> {
        while self.cursor.entry().is_some_and(|(key, _)| *key < *self.end) {
            let version = at(&self.cursor).filter(|version| version.timestamp <= self.timestamp);
            self.cursor.forward()?;
            let Some(Version { key, value, .. }) = version else { continue };
            let is_newest = self.last.as_ref() != Some(&key);
            self.last = Some(key.clone());
            if let Some(value) = value.filter(|_| is_newest) {
                return Ok(Some((key, value)));
            }
        }
        Ok(None)
    }
}

/// A key that sorts as these bytes do, whatever is put behind it.
pub(crate) fn sort_key(first: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = prefix(bytes);
    out.insert(0, first);
    out
}

/// How much there is in `[start, end)`, counted version by version.
///
/// # Errors
/// If a table cannot be read.
pub fn compute_stats(view: &View, start: &[u8], end: &[u8]) -> lsm::Result<Stats> {
    Ok(stats_of_all(&versions(view, start, end)?))
}

/// How much these are, the newest of each key first.
pub fn stats_of_all(versions: &[Version]) -> Stats {
    let (mut stats, mut last) = (Stats::default(), None);
    for version in versions {
        let is_newest = last != Some(&version.key);
        stats = stats.plus(stats_of(version));
        if is_newest {
            stats = stats.plus(live_stats(version));
        }
        last = Some(&version.key);
    }
    stats
}

fn stats_of(version: &Version) -> Stats {
    let value = version.value.as_ref().map_or(0, Bytes::len);
    let bytes = encoded_key_bytes(&version.key) + 1 + value;
    Stats { versions: 1, version_bytes: bytes as i64, ..Stats::default() }
}

fn live_stats(version: &Version) -> Stats {
    let Some(value) = &version.value else { return Stats::default() };
    let live_bytes = (version.key.len() + value.len()) as i64;
    Stats { live_keys: 1, live_bytes, ..Stats::default() }
}

/// Writes a version. Returns how much more there is then.
pub(crate) fn put(new: &Version, old: Option<&Version>, batch: &mut Batch) -> Stats {
    let (key, value) = record(new);
    batch.put(&key, &value);
    growth(new, old)
}

/// The engine's key and value of a version.
pub(crate) fn record(version: &Version) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = Vec::new();
    match &version.value {
        None => bytes.extend_from_slice(DELETION),
        Some(value) => {
            bytes.reserve_exact(value.len() + 1);
            bytes.push(VALUE);
            bytes.extend_from_slice(value);
        }
    }
    (version_key(&version.key, version.timestamp), bytes)
}

/// How much more there is with a new version; `old` was the newest one of its key.
pub(crate) fn growth(new: &Version, old: Option<&Version>) -> Stats {
    let before = old.map(live_stats).unwrap_or_default();
    stats_of(new).plus(live_stats(new)).minus(before)
}
