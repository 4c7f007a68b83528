//! Reading a whole table to see that it is sound.

use super::{
    block::{BlockCursor, Shape},
    index::Separator,
    reader::{Table, UNKNOWN_KIND},
    tally::{TableSummary, Tally},
};
use crate::{
    Error, Result, Seq,
    key::{kind_of, seq_of},
};

impl Table {
    /// Reads every block: all checksums hold, keys are in order, stand where the index looks for
    /// them, and are as many as the table says.
    ///
    /// # Errors
    ///
    /// When the table is damaged, empty, or uses something not supported.
    pub fn verify(&self) -> Result<TableSummary> {
        let mut tally = Tally::default();
        for slot in 0..self.index.blocks.len() {
            self.verify_block(slot, &mut tally)?;
        }
        // Range tombstones that overlap are cut, so their number says nothing.
        let expected = self.properties.entries.checked_sub(self.properties.range_deletions);
        if expected != Some(tally.entries) {
            let what = "it has another number of entries than it says";
            return Err(Error::Damaged { offset: 0, what });
        }
        tally.summary(self.ranges()).ok_or(Error::EmptyTable)
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
        let from = slot.checked_sub(1).map(|before| &self.index.separators[before]);
        let to = &self.index.separators[slot];
        while cursor.is_valid() {
            let (key, packed) = (cursor.key(), cursor.packed());
            let is_after = |end: &Separator| end.order((key, packed)).is_lt();
            if from.is_some_and(|from| !is_after(from)) || is_after(to) {
                return Err(flaw("a key stands in the wrong block"));
            }
            kind_of(packed).ok_or(UNKNOWN_KIND)?;
            let seq = seq_of(self.stamp(packed));
            let is_new =
                tally.add(key, packed, seq).ok_or_else(|| flaw("keys are out of order"))?;
            let is_external = self.properties.external_version.is_some();
            if is_external && !(is_new && seq_of(packed) == Seq(0)) {
                return Err(Error::NotExternal("a key of it has versions"));
            }
            cursor.next().map_err(flaw)?;
        }
        Ok(())
    }
}
