//! Whether what lies deeper is older, as every read takes for granted.

use alloc::{collections::BTreeMap, format, sync::Arc, vec::Vec};
use core::ops::Bound;

use crate::{
    Error, Result, Seq, TableEntries, TableMeta,
    version::{LevelTable, Version},
};

/// A version that was seen: when it was written, and the level and the number of its table.
type Seen = (Seq, usize, u64);

impl Version {
    /// Reads all tables, from the newest to the oldest, and compares: of a key the versions get older
    /// on the way down, no deletion of a span lies below what it would delete, and in a sorted run one
    /// table has all of a key (Pebble's `CheckLevels`). A table that was ingested too deep is found
    /// so. Returns how many versions there are.
    ///
    /// # Errors
    ///
    /// When a key does not get older, or a table is damaged.
    pub fn check_levels(&self) -> Result<u64> {
        let mut oldest = BTreeMap::new();
        let mut versions = 0;
        for (number, level) in self.levels.iter().enumerate() {
            for table in level.tables.iter().rev() {
                versions += check(number, table, &mut oldest)
                    .map_err(|error| error.in_file(&format!("{:06}.sst", table.meta.number)))?;
            }
        }
        Ok(versions)
    }

    /// What lies above a table in the span of its keys, or beside it in a sorted run, and is older than all of it:
    /// the level and the number of the first such table. An ingested table that was placed too deep is found so, by
    /// reading only what spans it.
    ///
    /// # Errors
    ///
    /// When a table is damaged.
    pub fn older_above(&self, number: u64) -> Result<Option<(usize, u64)>> {
        let Some((place, table)) = self.find(number) else { return Ok(None) };
        let meta = &table.meta;
        // In level 0 what is newer comes later, and so lies above the rest.
        let levels = if place == 0 { 0 } else { place + 1 };
        for (level, tables) in self.levels[..levels].iter().enumerate() {
            let spans = |above: &&Arc<LevelTable>| {
                above.meta.seq_min < meta.seq_min && above.meta.span.overlaps(&meta.span)
            };
            for above in tables.tables.iter().filter(spans) {
                if has_older(above, meta)? {
                    return Ok(Some((level, above.meta.number)));
                }
            }
        }
        Ok(None)
    }
}

/// Whether a table has a key or a deletion in the span of another one that is older than that.
fn has_older(table: &LevelTable, than: &TableMeta) -> Result<bool> {
    for fragment in table.table.ranges().fragments() {
        let meets = than.span.first < fragment.end && !than.span.last.is_below(&fragment.start);
        if meets && fragment.seqs.iter().any(|seq| *seq < than.seq_min) {
            return Ok(true);
        }
    }
    let mut entries = TableEntries::new(&table.table);
    while let Some(entry) = entries.advance()? {
        if entry.seq < than.seq_min && than.span.contains(entry.key) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Compares a table with the oldest versions above it, and adds its own; says how many it has.
fn check(level: usize, table: &LevelTable, oldest: &mut BTreeMap<Vec<u8>, Seen>) -> Result<u64> {
    let damaged = |what| Error::Damaged { offset: 0, what };
    for fragment in table.table.ranges().fragments() {
        let span = (Bound::Included(&fragment.start[..]), Bound::Excluded(&fragment.end[..]));
        let newest = fragment.seqs.iter().max().copied().unwrap_or_default();
        if oldest.range::<[u8], _>(span).any(|(_, (seq, ..))| *seq < newest) {
            return Err(damaged(
                "it deletes a span of keys, and an older one of those lies above it",
            ));
        }
    }
    let mut entries = TableEntries::new(&table.table);
    let mut versions = 0;
    while let Some(entry) = entries.advance()? {
        versions += 1;
        let own = (entry.seq, level, table.meta.number);
        let Some((seq, above, other)) = oldest.insert(entry.key.to_vec(), own) else { continue };
        if seq <= entry.seq {
            return Err(damaged("it has a key whose version above it is no newer"));
        }
        if level > 0 && above == level && other != table.meta.number {
            return Err(damaged("it shares a key with another table of its level"));
        }
    }
    Ok(versions)
}
