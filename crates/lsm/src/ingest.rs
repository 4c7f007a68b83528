//! Taking in finished tables, as they are.

use alloc::{sync::Arc, vec::Vec};

use crate::{
    Category, Error, Job, Lsm, Origin, ReadAt, Result, Seq, Span, Table, TableMeta, TableSummary,
    Vfs,
    table::TableCursor,
    version::{LevelTable, Sealing, Version},
};

/// How a table gets into the folder of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ingest {
    /// As one more name of the same file: no byte is written.
    Link,
    /// As a copy.
    Copy,
}

/// Where a table was placed, and why there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The table.
    pub meta: TableMeta,
    /// Its level.
    pub level: usize,
    /// What kept it from going deeper; None at the bottom.
    pub stopped_by: Option<Obstacle>,
    /// Levels further down than its own that had no keys in its way, but tables that span them.
    pub spanned: Vec<usize>,
}

/// What keeps an ingested table from going deeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A table there has keys, or deletions, of the same span: they are older, and must stay below.
    Data {
        /// Its level.
        level: usize,
        /// Its number.
        table: u64,
    },
}

/// What lies deeper than a table, in the way of its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// The first table with keys of the span; None if there is none down to the bottom.
    pub stopped_by: Option<Obstacle>,
    /// Levels above that one whose tables span the keys and have none of them.
    pub spanned: Vec<usize>,
}

/// What an ingestion did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// The sequence number of everything that came in.
    pub seq: Seq,
    /// Flushes that had to come first: a memtable had older writes of the same span.
    pub flushed: Vec<Job>,
    /// The tables.
    pub placed: Vec<Placed>,
}

impl Lsm {
    /// What keeps a table of this level and span from lying deeper, as the levels are now.
    ///
    /// # Errors
    /// If a table cannot be read.
    pub fn below(&self, level: usize, span: &Span) -> Result<Below> {
        let (_, stopped_by, spanned) = place(self.version(), level + 1, span)?;
        Ok(Below { stopped_by, spanned })
    }

    /// Takes tables in: all of them or none. Their writes are newer than all before. The files that
    /// are named stay where they are.
    ///
    /// # Errors
    ///
    /// When one is damaged, foreign or not written for it, two overlap, or files cannot be written.
    pub fn ingest(&mut self, vfs: &mut dyn Vfs, names: &[&str], how: Ingest) -> Result<Ingested> {
        self.whole()?;
        let mut found: Vec<(&str, Arc<dyn ReadAt>, TableSummary)> = Vec::new();
        for name in names {
            let summary = vfs.open(name).and_then(|file| check(&file).map(|s| (file, s)));
            let (file, summary) = summary.map_err(|error| error.in_file(name))?;
            let place = found.partition_point(|other| other.2.span.first < summary.span.first);
            found.insert(place, (name, file, summary));
        }
        if let Some([a, b]) = found.array_windows().find(|[a, b]| a.2.span.overlaps(&b.2.span)) {
            let key = a.2.span.first.clone().max(b.2.span.first.clone());
            return Err(Error::TablesOverlap { key });
        }
        let is_met = |version: &Version| {
            let mut spans = found.iter().map(|(_, _, summary)| &summary.span);
            spans.any(|span| meets_memtable(version, span))
        };
        let flushed = if is_met(&self.version) {
            self.flush_all(vfs, Sealing::Ingestion)?
        } else {
            Vec::new()
        };
        // What was written before must not be lost by a crash that this survives.
        self.sync(vfs)?;
        let seq = Seq(self.last_seq.0 + 1);
        let numbers = self.bring_all(vfs, &found, how)?;
        let mut placed = Vec::new();
        let mut added = Vec::new();
        for (number, (_, file, summary)) in numbers.into_iter().zip(found) {
            let summary = TableSummary { seq_min: seq, seq_max: seq, ..summary };
            let meta = TableMeta::new(number, file.bytes(), summary, Origin::Ingestion);
            let table = self.open_table(vfs, meta.clone());
            let table = self.note(table)?;
            let (level, stopped_by, spanned) = place(&self.version, 0, &meta.span)?;
            placed.push(Placed { meta, level, stopped_by, spanned });
            added.push((level, table));
        }
        self.last_seq = seq;
        self.install(vfs, self.wal_from(), Vec::new(), &added)?;
        Ok(Ingested { seq, flushed, placed })
    }

    /// Brings files into the folder: all of them or none.
    fn bring_all(
        &mut self,
        vfs: &mut dyn Vfs,
        files: &[(&str, Arc<dyn ReadAt>, TableSummary)],
        how: Ingest,
    ) -> Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for (name, file, _) in files {
            match self.bring(vfs, name, &**file, how) {
                Ok(number) => numbers.push(number),
                Err(error) => {
                    // A file system without links is no reason to go down.
                    for number in numbers {
                        let remove = vfs.remove(&self.table_name(number));
                        self.note(remove)?;
                    }
                    return Err(error);
                }
            }
        }
        Ok(numbers)
    }

    /// Brings a file into the folder.
    fn bring(
        &mut self,
        vfs: &mut dyn Vfs,
        name: &str,
        file: &dyn ReadAt,
        how: Ingest,
    ) -> Result<u64> {
        match how {
            Ingest::Link => {
                let number = self.take_number();
                vfs.link(name, &self.table_name(number))?;
                Ok(number)
            }
            Ingest::Copy => {
                let bytes = usize::try_from(file.bytes()).unwrap_or(usize::MAX);
                let data = file.read_at(0, bytes)?;
                self.write_table(vfs, Category::Ingest, data)
            }
        }
    }
}

/// What a table holds, when it can be taken in.
fn check(file: &Arc<dyn ReadAt>) -> Result<TableSummary> {
    Table::open(Arc::clone(file), None)?.verify_external()
}

/// Whether a memtable has a write of this span.
fn meets_memtable(version: &Version, span: &Span) -> bool {
    let sealed = version.sealed.iter().map(|sealed| &sealed.memtable);
    core::iter::once(&version.memtable).chain(sealed).any(|memtable| memtable.has_data(span))
}

/// The lowest level such that neither it nor any level above it has data of this span, and no table
/// of it spans it (RocksDB's rule), from the level `top` on. Level 0 takes everything.
fn place(
    version: &Version,
    top: usize,
    span: &Span,
) -> Result<(usize, Option<Obstacle>, Vec<usize>)> {
    let mut target = top;
    let mut spanned = Vec::new();
    for (number, level) in version.levels.iter().enumerate().skip(top) {
        let overlapping: Vec<&Arc<LevelTable>> = match number {
            0 => level.tables.iter().filter(|table| table.meta.span.overlaps(span)).collect(),
            _ => level.overlapping(span).iter().collect(),
        };
        for table in &overlapping {
            if has_data(table, span)? {
                let obstacle = Obstacle::Data { level: number, table: table.meta.number };
                return Ok((target, Some(obstacle), spanned));
            }
        }
        if overlapping.is_empty() {
            target = number;
            spanned.clear();
        } else {
            spanned.push(number);
        }
    }
    Ok((target, None, spanned))
}

/// Whether a table has a key or a deletion of this span.
fn has_data(table: &Arc<LevelTable>, span: &Span) -> Result<bool> {
    if table.table.ranges().meets(span) {
        return Ok(true);
    }
    let mut cursor = TableCursor::new(Arc::clone(&table.table));
    cursor.seek(&span.first, u64::MAX)?;
    Ok(cursor.is_valid() && span.contains(cursor.key()))
}
