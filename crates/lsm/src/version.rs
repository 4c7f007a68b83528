//! What the engine holds at one moment: memtables, and tables in levels.

use alloc::{sync::Arc, vec::Vec};

use crate::{Memtable, Seq, Span, Table, TableSummary, key::prefix};

/// Everything that is stored, at one moment. Immutable and shared: a clone costs a few pointers.
#[derive(Clone, Debug)]
pub struct Version {
    /// Where writes go.
    pub memtable: Memtable,
    /// Full memtables that wait to become tables, oldest first.
    pub sealed: Arc<Vec<Sealed>>,
    /// Tables, by level. Level 0 is a pile, oldest first; each deeper level is one sorted run.
    pub levels: Arc<Vec<Level>>,
}

/// A memtable that is not written any more.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The number of the write-ahead log that has the same writes.
    pub wal: u64,
    /// Why it was sealed.
    pub why: Sealing,
    /// The writes.
    pub memtable: Memtable,
}

/// Why a memtable was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sealing {
    /// It was full.
    Full {
        /// So many bytes are too many.
        limit_bytes: u64,
    },
    /// Somebody asked for a flush.
    Asked,
    /// Ingested tables had to lie above its writes.
    Ingestion,
    /// It was read from a log when the engine was opened.
    Recovery,
}

/// The tables of one level.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// In level 0 the oldest first, in deeper levels in order of keys.
    pub tables: Arc<Vec<Arc<LevelTable>>>,
    /// The first bytes of the last key of each table: most searches need no more.
    prefixes: Arc<Vec<u64>>,
    bytes: u64,
    has_ranges: bool,
}

/// A table in its place.
#[derive(Debug)]
pub struct LevelTable {
    /// What there is to know about it.
    pub meta: TableMeta,
    /// To read it.
    pub table: Arc<Table>,
}

/// What there is to know about a table without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMeta {
    /// Names its file; never used again.
    pub number: u64,
    /// Length of its file.
    pub bytes: u64,
    /// The keys that it says something about.
    pub span: Span,
    /// Puts and deletions of single keys.
    pub entries: u64,
    /// Deletions of single keys among them.
    pub deletions: u64,
    /// Deletions of spans of keys.
    pub range_deletions: u64,
    /// The oldest write in it.
    pub seq_min: Seq,
    /// The newest write in it.
    pub seq_max: Seq,
    /// Where it came from.
    pub origin: Origin,
}

/// How a table came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A memtable was written out.
    Flush,
    /// Older tables were merged.
    Compaction,
    /// It was taken in as it was; all of it has one sequence number.
    Ingestion,
}

impl TableMeta {
    pub(crate) fn new(number: u64, bytes: u64, summary: TableSummary, origin: Origin) -> Self {
        let TableSummary { span, entries, deletions, range_deletions, seq_min, seq_max } = summary;
        Self { number, bytes, span, entries, deletions, range_deletions, seq_min, seq_max, origin }
    }
}

impl Version {
    /// Nothing, in this many levels.
    pub(crate) fn empty(levels: usize) -> Self {
        let levels = alloc::vec![Level::default(); levels];
        let (memtable, sealed) = (Memtable::default(), Arc::default());
        Self { memtable, sealed, levels: Arc::new(levels) }
    }

    /// All tables with their levels, top down.
    pub fn tables(&self) -> impl Iterator<Item = (usize, &TableMeta)> {
        let levels = self.levels.iter().enumerate();
        levels.flat_map(|(level, tables)| tables.tables.iter().map(move |t| (level, &t.meta)))
    }

    /// The table with this number, and its level.
    pub(crate) fn find(&self, number: u64) -> Option<(usize, &Arc<LevelTable>)> {
        self.levels.iter().enumerate().find_map(|(level, tables)| {
            let found = tables.tables.iter().find(|table| table.meta.number == number)?;
            Some((level, found))
        })
    }

    /// Takes tables out and puts others in.
    pub(crate) fn edit(&mut self, removed: &[u64], added: &[(usize, Arc<LevelTable>)]) {
        let levels = Arc::make_mut(&mut self.levels);
        for (at, level) in levels.iter_mut().enumerate() {
            let is_removed = |table: &Arc<LevelTable>| removed.contains(&table.meta.number);
            let is_added = |(to, _): &&(usize, Arc<LevelTable>)| *to == at;
            if !level.tables.iter().any(is_removed) && !added.iter().any(|new| is_added(&new)) {
                continue;
            }
            let tables = Arc::make_mut(&mut level.tables);
            tables.retain(|table| !is_removed(table));
            for (_, table) in added.iter().filter(is_added) {
                let place = tables.partition_point(|other| {
                    let [other, new] = [&other.meta, &table.meta];
                    match at {
                        0 => (other.seq_max, other.number) < (new.seq_max, new.number),
                        _ => other.span.first < new.span.first,
                    }
                });
                tables.insert(place, Arc::clone(table));
            }
            let last = |table: &Arc<LevelTable>| prefix(table.meta.span.last.key());
            level.prefixes = Arc::new(tables.iter().map(last).collect());
            level.bytes = tables.iter().map(|table| table.meta.bytes).sum();
            level.has_ranges = tables.iter().any(|table| !table.table.ranges().is_empty());
        }
    }
}

impl Level {
    /// The bytes of its tables.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether there are range tombstones in it.
    pub(crate) fn has_ranges(&self) -> bool {
        self.has_ranges
    }

    /// The tables of a sorted run that have a key in common with `span`.
    pub(crate) fn overlapping(&self, span: &Span) -> &[Arc<LevelTable>] {
        let from = self.tables.partition_point(|table| table.meta.span.last.is_below(&span.first));
        let to = self.tables.partition_point(|table| !span.last.is_below(&table.meta.span.first));
        self.tables.get(from..to).unwrap_or(&[])
    }

    /// The table of a sorted run that may hold a key.
    pub(crate) fn holding(&self, key: &[u8]) -> Option<&Arc<LevelTable>> {
        let wanted = prefix(key);
        let from = self.prefixes.partition_point(|prefix| *prefix < wanted);
        let ties = self.prefixes[from..].partition_point(|prefix| *prefix == wanted);
        let is_below = |table: &Arc<LevelTable>| table.meta.span.last.is_below(key);
        let slot = from + self.tables[from..from + ties].partition_point(is_below);
        self.tables.get(slot).filter(|table| table.meta.span.first <= *key)
    }
}
