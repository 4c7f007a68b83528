//! Tables that are ingested, and damaged ones that are not.

use lsm::{Batch, Category, Error, Ingest, Seq, TableBuilder, Vfs};

use super::{Change, Map, Oracle, apply, config};

impl Oracle {
    /// A file with a table for ingestion, and what it does.
    pub(crate) fn table(&mut self, name: &str, damage: bool) -> Result<Batch, Error> {
        let (start, end) = self.span();
        let mut rows = Map::new();
        for _ in 0..=self.rng.below(30) {
            let key = self.key();
            if start <= key && key < end {
                rows.insert(key, self.value());
            }
        }
        rows.insert(start.clone(), self.value());
        let mut builder = TableBuilder::external(config().table);
        let mut batch = Batch::default();
        if self.rng.below(4) == 0 {
            builder.delete_range(&start, &end)?;
            batch.delete_range(&start, &end);
        }
        for (key, value) in &rows {
            if self.rng.below(5) == 0 {
                builder.delete(key)?;
                batch.delete(key);
            } else {
                builder.put(key, value)?;
                batch.put(key, value);
            }
        }
        let mut data = builder.finish()?.0.to_vec();
        if damage {
            // Somewhere in the first key: a stamp of RocksDB's own near the end is no damage.
            let at = self.rng.below(8) as usize;
            data.truncate(data.len() - at % 2);
            data[at] ^= 1 << self.rng.below(8);
        }
        let file = self.vfs.create(name, Category::Sideload)?;
        self.vfs.append(file, &data)?;
        self.vfs.sync(file, data.len() as u64)?;
        Ok(batch)
    }

    pub(crate) fn ingest(&mut self) -> Result<(), Error> {
        self.serial += 1;
        let name = format!("aside/{}", self.serial);
        let batch = self.table(&name, false)?;
        let how = if self.rng.below(2) == 0 { Ingest::Link } else { Ingest::Copy };
        let last = Seq(self.lsm.last_seq().0 + 1);
        self.changes.push_back(Change { last, writes: batch.clone() });
        let ingested = self.lsm.ingest(&mut self.vfs, &[&name], how)?;
        assert_eq!(ingested.seq, last);
        apply(&mut self.map, &batch);
        self.is_durable(last);
        match how {
            Ingest::Link => self.seen.links += 1,
            Ingest::Copy => self.seen.copies += 1,
        }
        self.check_levels();
        self.seen.ingested_below += u64::from(ingested.placed[0].level > 0);
        self.vfs.remove(&name)
    }

    /// Nothing of it may be seen afterwards; later checks would.
    pub(crate) fn ingest_damaged(&mut self) -> Result<(), Error> {
        self.serial += 1;
        let name = format!("aside/{}", self.serial);
        self.table(&name, true)?;
        let error = self.lsm.ingest(&mut self.vfs, &[&name], Ingest::Link).expect_err("damaged");
        assert!(matches!(error, Error::In { .. } | Error::Crashed), "{error}");
        self.vfs.remove(&name)
    }
}
