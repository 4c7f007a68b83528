//! Reading a whole table to see that it is sound.

use bytes::Bytes;

use super::{
    block::{BlockCursor, Shape},
    builder::TableSummary,
    reader::{Separator, Table, UNKNOWN_KIND},
};
use crate::{
    Error, Kind, Result, Seq, Span, Upper,
    key::{compare, kind_of, seq_of},
    ranges::Fragment,
};

/// What is read so far.
#[derive(Default)]
struct Tally {
    first: Option<Bytes>,
    last: alloc::vec::Vec<u8>,
    last_packed: u64,
    entries: u64,
    deletions: u64,
    seqs: Option<(Seq, Seq)>,
}

impl Table {
    /// Reads every block: all checksums hold, keys are in order, stand where the index looks for
    /// them, and are as many as the table says.
    ///
    /// # Errors
    ///
    /// When the table is damaged, empty, or uses something not supported.
    pub fn verify(&self) -> Result<TableSummary> {
        let mut tally = Tally::default();
        for slot in 0..self.blocks.len() {
            self.verify_block(slot, &mut tally)?;
        }
        let ranges = self.ranges();
        let count = |fragment: &Fragment| fragment.seqs.len() as u64;
        let range_deletions: u64 = ranges.fragments().iter().map(count).sum();
        // Range tombstones that overlap are cut, so their number says nothing.
        let expected = self.properties.entries.checked_sub(self.properties.range_deletions);
        if expected != Some(tally.entries) {
            let what = "it has another number of entries than it says";
            return Err(Error::Damaged { offset: 0, what });
        }
        for seq in ranges.seqs().into_iter().flat_map(|(min, max)| [min, max]) {
            tally.note(seq);
        }
        let points = tally.first.map(|first| {
            let last = Upper::At(tally.last.into());
            Span { first, last }
        });
        let span = match (points, ranges.span()) {
            (Some(points), Some(ranges)) => points.join(&ranges),
            (points, ranges) => points.or(ranges).ok_or(Error::EmptyTable)?,
        };
        let (seq_min, seq_max) = tally.seqs.ok_or(Error::EmptyTable)?;
        let (entries, deletions) = (tally.entries, tally.deletions);
        Ok(TableSummary { span, entries, deletions, range_deletions, seq_min, seq_max })
    }

    /// That ingestion can take it: written for it, each key once, no sequence numbers.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and when it was not written for ingestion.
    pub fn verify_external(&self) -> Result<TableSummary> {
        if self.properties.external_version != Some(2) {
            return Err(Error::NotExternal("it lacks the properties of external files"));
        }
        let summary = self.verify()?;
        if summary.seq_max > Seq(0) && self.global() != Some(summary.seq_max) {
            return Err(Error::NotExternal("it has sequence numbers of its own"));
        }
        Ok(summary)
    }

    fn verify_block(&self, slot: usize, tally: &mut Tally) -> Result {
        let flaw = |what| self.flaw(slot, what);
        let mut cursor = BlockCursor::new(self.block(slot)?, Shape::Versions);
        cursor.first().map_err(flaw)?;
        let from = slot.checked_sub(1).map(|before| &self.separators[before]);
        let to = &self.separators[slot];
        while cursor.is_valid() {
            let (key, packed) = (cursor.key(), cursor.packed());
            let is_after = |end: &Separator| compare((key, packed), (&end.key, end.packed)).is_gt();
            if from.is_some_and(|from| !is_after(from)) || is_after(to) {
                return Err(flaw("a key stands in the wrong block"));
            }
            tally.add(key, packed).map_err(flaw)?;
            let kind = kind_of(packed).ok_or(UNKNOWN_KIND)?;
            tally.deletions += u64::from(kind == Kind::Delete);
            tally.note(seq_of(self.stamp(packed)));
            cursor.next().map_err(flaw)?;
        }
        Ok(())
    }
}

impl Tally {
    fn add(&mut self, key: &[u8], packed: u64) -> core::result::Result<(), &'static str> {
        match &self.first {
            None => self.first = Some(Bytes::copy_from_slice(key)),
            Some(_) if compare((&self.last, self.last_packed), (key, packed)).is_ge() => {
                return Err("keys are out of order");
            }
            Some(_) => {}
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        self.last_packed = packed;
        self.entries += 1;
        Ok(())
    }

    fn note(&mut self, seq: Seq) {
        let (min, max) = self.seqs.unwrap_or((seq, seq));
        self.seqs = Some((min.min(seq), max.max(seq)));
    }
}
