//! What is in a table, counted while it is written or read from front to end.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    Kind, Seq, Span, Upper,
    key::{compare, kind_of},
    ranges::{Fragment, Ranges},
};

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSummary {
    /// The keys that it says something about.
    pub span: Span,
    /// Puts and deletions of single keys.
    pub entries: u64,
    /// Deletions of single keys among them.
    pub deletions: u64,
    /// Deletions of spans of keys.
    pub range_deletions: u64,
    /// The oldest write.
    pub seq_min: Seq,
    /// The newest write.
    pub seq_max: Seq,
}

/// The entries so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    first: Option<Bytes>,
    last: Vec<u8>,
    last_packed: u64,
    pub(super) entries: u64,
    deletions: u64,
    seqs: Option<(Seq, Seq)>,
}

impl Tally {
    /// The last key, if there is one.
    pub(super) fn last_key(&self) -> Option<&[u8]> {
        self.first.as_ref().map(|_| &self.last[..])
    }

    /// Counts a version that was written at `seq`. Returns whether its key is a new one; None, and
    /// nothing is counted, if it is out of order.
    pub(super) fn add(&mut self, key: &[u8], packed: u64, seq: Seq) -> Option<bool> {
        if self.first.is_none() {
            self.first = Some(Bytes::copy_from_slice(key));
        } else if compare((&self.last, self.last_packed), (key, packed)).is_ge() {
            return None;
        }
        let is_new = self.entries == 0 || self.last != key;
        if is_new {
            self.last.clear();
            self.last.extend_from_slice(key);
        }
        self.last_packed = packed;
        self.entries += 1;
        self.deletions += u64::from(kind_of(packed) == Some(Kind::Delete));
        let (min, max) = self.seqs.unwrap_or((seq, seq));
        self.seqs = Some((min.min(seq), max.max(seq)));
        Some(is_new)
    }

    /// All of it, with the range tombstones; None if there is nothing.
    pub(super) fn summary(&self, ranges: &Ranges) -> Option<TableSummary> {
        let points = self.first.clone().map(|first| {
            let last = Upper::At(Bytes::copy_from_slice(&self.last));
            Span { first, last }
        });
        let span = match (points, ranges.span()) {
            (Some(points), Some(ranges)) => points.join(&ranges),
            (points, ranges) => points.or(ranges)?,
        };
        let (seq_min, seq_max) = match (self.seqs, ranges.seqs()) {
            (Some(a), Some(b)) => (a.0.min(b.0), a.1.max(b.1)),
            (points, ranges) => points.or(ranges)?,
        };
        let count = |fragment: &Fragment| fragment.seqs.len() as u64;
        let range_deletions = ranges.fragments().iter().map(count).sum();
        let (entries, deletions) = (self.entries, self.deletions);
        Some(TableSummary { span, entries, deletions, range_deletions, seq_min, seq_max })
    }
}
