//! Merging: which versions survive, and writing them into tables.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    Kind, Result, Seq, Span, TableBuilder, TableSummary, Upper,
    key::{kind_of, seq_of},
    merge::Merged,
    ranges::{Fragment, Ranges},
};

/// What is merged, and what may be forgotten.
pub(crate) struct Merge<'a> {
    /// All inputs.
    pub(crate) merged: Merged,
    /// All range tombstones of the inputs.
    pub(crate) ranges: Ranges,
    /// The sequence numbers that somebody still reads at, in order.
    pub(crate) readers: &'a [Seq],
    /// Whether tables below the output may hold a key of this span.
    pub(crate) is_below: &'a dyn Fn(&Span) -> bool,
    /// Makes the builder of the next table.
    pub(crate) builder: &'a dyn Fn() -> TableBuilder,
    /// A table ends when it has so many bytes.
    pub(crate) table_bytes: usize,
}

/// Why versions were not written again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// A newer version of the same key hides them from every reader.
    pub hidden: u64,
    /// A range tombstone hides them from every reader.
    pub covered: u64,
    /// Tombstones with nothing below them to hide.
    pub tombstones: u64,
    /// The same of range tombstones.
    pub range_tombstones: u64,
}

/// A finished table.
pub(crate) type Finished = (Bytes, TableSummary);

/// The readers between two versions of a key decide whether both are needed: a stripe is what lies
/// between two readers, and the newest version in each stripe is all that anybody sees.
fn stripe(readers: &[Seq], seq: Seq) -> usize {
    readers.partition_point(|reader| *reader < seq)
}

impl Merge<'_> {
    /// Writes what survives, in tables in order of keys. A key never stands in two of them.
    pub(crate) fn run(mut self) -> Result<(Vec<Finished>, Dropped)> {
        let mut dropped = Dropped::default();
        let covering = self.ranges.clone();
        self.drop_ranges(&mut dropped);
        let mut finished = Vec::new();
        let mut builder = (self.builder)();
        let mut start: Option<Bytes> = None;
        // The key at hand, and the stripe of its version that was decided on last.
        let mut key: Vec<u8> = Vec::new();
        let mut last: Option<usize> = None;
        self.merged.first()?;
        while let Some((source, packed)) = self.merged.head().zip(self.merged.packed()) {
            let seq = seq_of(packed);
            if last.is_none() || source.key() != key {
                key.clear();
                key.extend_from_slice(source.key());
                last = None;
                if self.table_bytes <= builder.bytes() {
                    let cut = Bytes::copy_from_slice(&key);
                    let full = core::mem::replace(&mut builder, (self.builder)());
                    finished.extend(self.finish(full, start.as_ref(), Some(&cut))?);
                    start = Some(cut);
                }
            }
            let own = stripe(self.readers, seq);
            let newest_reader = self.readers.get(own).copied().unwrap_or(Seq::MAX);
            if last == Some(own) {
                dropped.hidden += 1;
            } else if covering.covering(&key, newest_reader).is_some_and(|deleted| seq < deleted) {
                dropped.covered += 1;
            } else if kind_of(packed) == Some(Kind::Delete) && own == 0 && self.is_bottom(&key) {
                dropped.tombstones += 1;
            } else {
                builder.add(&key, packed, source.value())?;
            }
            last = Some(own);
            self.merged.step()?;
        }
        finished.extend(self.finish(builder, start.as_ref(), None)?);
        Ok((finished, dropped))
    }

    fn is_bottom(&self, key: &[u8]) -> bool {
        let key = Bytes::copy_from_slice(key);
        !(self.is_below)(&Span { first: key.clone(), last: Upper::At(key) })
    }

    /// Forgets range tombstones that hide nothing more than others do, or nothing at all.
    fn drop_ranges(&mut self, dropped: &mut Dropped) {
        let (readers, is_below) = (self.readers, self.is_below);
        self.ranges.retain(|Fragment { start, end, seqs }| {
            let span = Span { first: start.clone(), last: Upper::Before(end.clone()) };
            let mut last = None;
            let mut kept = Vec::new();
            for seq in seqs {
                let own = stripe(readers, *seq);
                let is_needed = own > 0 || is_below(&span);
                if last != Some(own) && is_needed {
                    kept.push(*seq);
                } else {
                    dropped.range_tombstones += 1;
                }
                last = Some(own);
            }
            kept
        });
    }

    /// Finishes a table for the keys in `[start, end)`; nothing if there is nothing in it.
    fn finish(
        &self,
        mut builder: TableBuilder,
        start: Option<&Bytes>,
        end: Option<&Bytes>,
    ) -> Result<Option<Finished>> {
        builder.add_ranges(&self.ranges.clip(start, end));
        if builder.is_empty() { Ok(None) } else { builder.finish().map(Some) }
    }
}
