//! The engine over files in memory.

use lsm::{Batch, Config, Lsm, MemVfs};

use super::{Key, Scanned, Store, VALUE, last};

pub(super) struct Ours {
    vfs: MemVfs,
    lsm: Lsm,
    batch: Batch,
}

impl Store for Ours {
    fn new() -> Self {
        let config = Config {
            memtable_bytes: 4 << 20,
            level1_bytes: 16 << 20,
            table_bytes: 2 << 20,
            ..Config::default()
        };
        let mut vfs = MemVfs::default();
        let lsm = Lsm::open(&mut vfs, "db", config).expect("the folder is empty");
        Self { vfs, lsm, batch: Batch::default() }
    }

    fn write(&mut self, keys: &[Key]) {
        self.batch.clear();
        for key in keys {
            self.batch.put(key, &VALUE);
        }
        self.lsm.write(&mut self.vfs, &self.batch).expect("there is room");
        while self.lsm.step(&mut self.vfs).expect("there is room").is_some() {}
    }

    fn settle(&mut self) {
        self.lsm.flush(&mut self.vfs).expect("there is room");
        while self.lsm.step(&mut self.vfs).expect("there is room").is_some() {}
    }

    fn count(&self, keys: &[Key]) -> usize {
        let found = |key: &&Key| {
            let value = self.lsm.get(&key[..]).expect("tables are sound");
            value.is_some_and(|value| last(&value) == last(&VALUE))
        };
        keys.iter().filter(found).count()
    }

    fn scan(&self, from: &Key, entries: usize) -> Scanned {
        let mut cursor = self.lsm.cursor();
        cursor.seek(from).expect("tables are sound");
        let (mut scanned, mut left) = (Scanned::default(), entries);
        while let Some((key, value)) = cursor.entry().filter(|_| left > 0) {
            scanned.add(key, value);
            left -= 1;
            cursor.forward().expect("tables are sound");
        }
        scanned
    }
}
