//! Background work, done one step at a time when somebody asks for it.

use alloc::{sync::Arc, vec::Vec};

use crate::{
    Category, Choice, Compaction, Lsm, Origin, Result, TableBuilder, TableMeta, Vfs, choose,
    compact::{Dropped, Finished, Merge},
    engine::wal_name,
    memtable::MemCursor,
    merge::{Merged, Source},
    ranges::Ranges,
    table::TableCursor,
    version::{LevelTable, Sealing},
};

/// A piece of work that was done, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A full memtable became a table in level 0.
    Flush {
        /// The log that is not needed any more.
        wal: u64,
        /// Why the memtable was sealed.
        why: Sealing,
        /// The table; None when nothing of the memtable was worth keeping.
        made: Option<TableMeta>,
        /// What was not written.
        dropped: Dropped,
    },
    /// A table went down a level as it was; no byte of it was written.
    Move {
        /// Which, where and why.
        compaction: Compaction,
    },
    /// Tables were merged into new ones in the level below.
    Compact {
        /// Which, where and why.
        compaction: Compaction,
        /// The new tables.
        made: Vec<TableMeta>,
        /// Bytes of the tables that were read.
        read_bytes: u64,
        /// What was not written again.
        dropped: Dropped,
    },
}

impl Lsm {
    /// Does the next piece of work that [`choose`] sees; None if there is none.
    ///
    /// # Errors
    ///
    /// When files cannot be read or written.
    pub fn step(&mut self, vfs: &mut dyn Vfs) -> Result<Option<Job>> {
        self.whole()?;
        let job = match choose(&self.version, &self.config) {
            Choice::Rest => return Ok(None),
            Choice::Flush { .. } => self.flush_oldest(vfs)?,
            Choice::Compact(compaction) if compaction.is_move => self.move_down(vfs, compaction)?,
            Choice::Compact(compaction) => self.compact(vfs, compaction)?,
        };
        Ok(job)
    }

    /// Seals the memtable, full or not, and flushes everything.
    ///
    /// # Errors
    ///
    /// When files cannot be written.
    pub fn flush(&mut self, vfs: &mut dyn Vfs) -> Result<Vec<Job>> {
        self.flush_all(vfs, Sealing::Asked)
    }

    /// Seals the memtable for this reason, and flushes everything.
    pub(crate) fn flush_all(&mut self, vfs: &mut dyn Vfs, why: Sealing) -> Result<Vec<Job>> {
        self.whole()?;
        self.seal(vfs, why)?;
        let mut jobs = Vec::new();
        while let Some(job) = self.flush_oldest(vfs)? {
            jobs.push(job);
        }
        Ok(jobs)
    }

    /// Writes the oldest sealed memtable into level 0.
    fn flush_oldest(&mut self, vfs: &mut dyn Vfs) -> Result<Option<Job>> {
        let Some(oldest) = self.version.sealed.first().cloned() else { return Ok(None) };
        let source = Source::Memtable(MemCursor::new(oldest.memtable.clone()));
        let ranges = (*oldest.memtable.ranges).clone();
        let (finished, dropped) = self.merge(Vec::from([source]), ranges, 0, usize::MAX)?;
        let made = self.write_tables(vfs, Category::Flush, Origin::Flush, 0, finished)?;
        let wal_from = self.version.sealed.get(1).map_or(self.wal.number, |next| next.wal);
        self.install(vfs, wal_from, Vec::new(), &made)?;
        Arc::make_mut(&mut self.version.sealed).remove(0);
        let remove = vfs.remove(&wal_name(&self.folder, oldest.wal));
        self.note(remove)?;
        let made = made.first().map(|(_, table)| table.meta.clone());
        Ok(Some(Job::Flush { wal: oldest.wal, why: oldest.why, made, dropped }))
    }

    fn move_down(&mut self, vfs: &mut dyn Vfs, compaction: Compaction) -> Result<Option<Job>> {
        let find = |number: &u64| self.version.find(*number).map(|(_, table)| Arc::clone(table));
        let tables = compaction.inputs.iter().filter_map(find);
        let added: Vec<(usize, Arc<LevelTable>)> = tables.map(|t| (compaction.to, t)).collect();
        self.install(vfs, self.wal_from(), compaction.inputs.clone(), &added)?;
        Ok(Some(Job::Move { compaction }))
    }

    fn compact(&mut self, vfs: &mut dyn Vfs, compaction: Compaction) -> Result<Option<Job>> {
        let removed: Vec<u64> =
            compaction.inputs.iter().chain(&compaction.overlapped).copied().collect();
        let find = |number: &u64| self.version.find(*number).map(|(_, table)| Arc::clone(table));
        let tables: Vec<Arc<LevelTable>> = removed.iter().filter_map(find).collect();
        let mut ranges = Ranges::default();
        for table in &tables {
            ranges.extend(table.table.ranges());
        }
        let read_bytes = tables.iter().map(|table| table.meta.bytes).sum();
        let source =
            |table: &Arc<LevelTable>| Source::Table(TableCursor::new(Arc::clone(&table.table)));
        let sources = tables.iter().map(source).collect();
        let below = compaction.to + 1;
        let (finished, dropped) = self.merge(sources, ranges, below, self.config.table_bytes)?;
        let (category, origin) = (Category::Compaction, Origin::Compaction);
        let made = self.write_tables(vfs, category, origin, compaction.to, finished)?;
        self.install(vfs, self.wal_from(), removed.clone(), &made)?;
        self.obsolete.extend(removed);
        self.remove_obsolete(vfs)?;
        let made = made.iter().map(|(_, table)| table.meta.clone()).collect();
        Ok(Some(Job::Compact { compaction, made, read_bytes, dropped }))
    }

    /// Merges sources; the levels from `below` on may hold older versions.
    fn merge(
        &self,
        sources: Vec<Source>,
        ranges: Ranges,
        below: usize,
        table_bytes: usize,
    ) -> Result<(Vec<Finished>, Dropped)> {
        let deeper = self.version.levels.get(below..).unwrap_or(&[]);
        let merge = Merge {
            merged: Merged::new(sources),
            ranges,
            readers: &self.readers(),
            is_below: &|span| {
                let mut tables = deeper.iter().flat_map(|level| level.tables.iter());
                tables.any(|table| table.meta.span.overlaps(span))
            },
            builder: &|| TableBuilder::internal(self.config.table),
            table_bytes,
        };
        merge.run()
    }

    /// Writes finished tables and opens them.
    fn write_tables(
        &mut self,
        vfs: &mut dyn Vfs,
        category: Category,
        origin: Origin,
        level: usize,
        finished: Vec<Finished>,
    ) -> Result<Vec<(usize, Arc<LevelTable>)>> {
        let mut made = Vec::new();
        for (data, summary) in finished {
            let bytes = data.len() as u64;
            let number = self.write_table(vfs, category, data)?;
            let meta = TableMeta::new(number, bytes, summary, origin);
            made.push((level, self.open_table(vfs, meta)?));
        }
        Ok(made)
    }
}
