//! redb, a copy-on-write B-tree, in memory.

use redb::{Database, Durability, ReadableDatabase, TableDefinition, backends::InMemoryBackend};

use super::{Key, Scanned, Store, VALUE, last};

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("rows");

pub(super) struct Theirs(Database);

impl Store for Theirs {
    fn new() -> Self {
        let database = Database::builder().create_with_backend(InMemoryBackend::new());
        let mut theirs = Self(database.expect("memory is there"));
        theirs.write(&[]);
        theirs
    }

    fn write(&mut self, keys: &[Key]) {
        let mut transaction = self.0.begin_write().expect("nobody else writes");
        transaction.set_durability(Durability::None).expect("nothing is saved");
        {
            let mut table = transaction.open_table(TABLE).expect("it has this type");
            for key in keys {
                table.insert(&key[..], &VALUE[..]).expect("there is room");
            }
        }
        transaction.commit().expect("there is room");
    }

    fn settle(&mut self) {}

    fn count(&self, keys: &[Key]) -> usize {
        let transaction = self.0.begin_read().expect("it is open");
        let table = transaction.open_table(TABLE).expect("it was made");
        let found = |key: &&Key| {
            let value = table.get(&key[..]).expect("it is sound");
            value.is_some_and(|value| last(value.value()) == last(&VALUE))
        };
        keys.iter().filter(found).count()
    }

    fn scan(&self, from: &Key, entries: usize) -> Scanned {
        let transaction = self.0.begin_read().expect("it is open");
        let table = transaction.open_table(TABLE).expect("it was made");
        let rows = table.range(&from[..]..).expect("it is sound").take(entries);
        let mut scanned = Scanned::default();
        for row in rows {
            let (key, value) = row.expect("it is sound");
            scanned.add(key.value(), value.value());
        }
        scanned
    }
}
