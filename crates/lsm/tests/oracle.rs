//! The engine against an ordered map: a million random operations with snapshots, ingestions and
//! crashes at random operations of the file system.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::Arc,
};

use det::Rng;
use lsm::{
    Batch, Category, Config, Error, Ingest, Job, Ledger, Lsm, MemVfs, Seq, Snapshot, TableBuilder,
    TableOptions, Vfs, WalPosition, Write,
};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// Operations in all, over all seeds.
const OPERATIONS: u32 = 1_000_000;
const SEEDS: u32 = 4;

const FOLDER: &str = "state";

fn config() -> Config {
    Config {
        memtable_bytes: 4 << 10,
        level0_tables: 3,
        level1_bytes: 6 << 10,
        level_factor: 3,
        table_bytes: 2 << 10,
        levels: 5,
        table: TableOptions { block_bytes: 256, restart_interval: 4, bloom_bits: 8 },
        ..Config::default()
    }
}

/// One change of everything, numbered by its last write.
struct Change {
    last: Seq,
    writes: Batch,
}

struct Oracle {
    rng: Rng,
    vfs: MemVfs,
    lsm: Lsm,
    /// What the file system had written when the engine was opened.
    before: Ledger,
    /// What the engine holds.
    map: Map,
    /// What it held at `durable`, which no crash takes away.
    base: Map,
    durable: Seq,
    /// What came since.
    changes: VecDeque<Change>,
    /// A sync that was asked for, and has not ended.
    syncing: Option<(WalPosition, Seq)>,
    snapshots: Vec<(Snapshot, Arc<Map>)>,
    serial: u64,
    seen: Seen,
}

/// What has happened, so that a test of nothing does not pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    crashes: u64,
    crashes_while_opening: u64,
    lost: u64,
    flushes: u64,
    moves: u64,
    compactions: u64,
    links: u64,
    copies: u64,
    ingested_below: u64,
    deepest: usize,
}

fn apply(map: &mut Map, writes: &Batch) {
    for write in writes.writes() {
        match write {
            Write::Put(key, value) => drop(map.insert(key.to_vec(), value.to_vec())),
            Write::Delete(key) => drop(map.remove(key)),
            Write::DeleteRange(start, end) => {
                let bounds = (Bound::Included(start), Bound::Excluded(end));
                let keys: Vec<_> = map.range::<[u8], _>(bounds).map(|(k, _)| k.clone()).collect();
                for key in keys {
                    map.remove(&key);
                }
            }
        }
    }
}

impl Oracle {
    fn new(seed: u64) -> Self {
        let mut vfs = MemVfs::default();
        let lsm = Lsm::open(&mut vfs, FOLDER, config()).expect("nothing is in the way");
        Self {
            rng: Rng::named(seed, "oracle", 0),
            vfs,
            lsm,
            before: Ledger::default(),
            map: Map::new(),
            base: Map::new(),
            durable: Seq(0),
            changes: VecDeque::new(),
            syncing: None,
            snapshots: Vec::new(),
            serial: 0,
            seen: Seen::default(),
        }
    }

    /// Some hundred keys, of many lengths.
    fn key(&mut self) -> Vec<u8> {
        let n = self.rng.below(700);
        format!("{:03}{}", n, "k".repeat(n as usize % 13)).into_bytes()
    }

    fn value(&mut self) -> Vec<u8> {
        self.serial += 1;
        format!("{}{}", self.serial, "v".repeat(self.rng.below(40) as usize)).into_bytes()
    }

    fn span(&mut self) -> (Vec<u8>, Vec<u8>) {
        let (a, b) = (self.key(), self.key());
        if a < b { (a, b) } else { (b, [&a[..], b"x"].concat()) }
    }

    /// One random operation.
    fn operate(&mut self) {
        let result = match self.rng.below(1000) {
            0..400 => self.write(),
            400..420 => self.sync(),
            420..430 => self.start_or_end_sync(),
            430..700 => {
                self.get();
                Ok(())
            }
            700..780 => {
                self.scan();
                Ok(())
            }
            780..810 => self.take_or_release_snapshot(),
            810..960 => self.step(),
            960..985 => self.ingest(),
            985..990 => self.ingest_damaged(),
            990..995 => self.lsm.flush(&mut self.vfs).map(drop),
            995..997 => {
                let operations = u64::from(self.rng.below(40));
                self.vfs.fail_after(Some(operations));
                Ok(())
            }
            997 => Err(Error::Crashed),
            _ => {
                self.restart();
                Ok(())
            }
        };
        match result {
            Ok(()) => {}
            Err(Error::Crashed) => self.crash(),
            Err(error) => panic!("{error}"),
        }
    }

    fn write(&mut self) -> Result<(), Error> {
        let mut writes = Batch::default();
        for _ in 0..=self.rng.below(4) {
            let key = self.key();
            match self.rng.below(100) {
                0..75 => writes.put(&key, &self.value()),
                75..97 => writes.delete(&key),
                _ => {
                    let (start, end) = self.span();
                    writes.delete_range(&start, &end);
                }
            }
        }
        let last = Seq(self.lsm.last_seq().0 + writes.len());
        self.changes.push_back(Change { last, writes: writes.clone() });
        assert_eq!(self.lsm.write(&mut self.vfs, &writes)?, last);
        apply(&mut self.map, &writes);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Error> {
        self.lsm.sync(&mut self.vfs)?;
        self.is_durable(self.lsm.last_seq());
        Ok(())
    }

    fn start_or_end_sync(&mut self) -> Result<(), Error> {
        match self.syncing.take() {
            None => self.syncing = Some((self.lsm.written(), self.lsm.last_seq())),
            Some((position, seq)) => {
                self.lsm.sync_to(&mut self.vfs, position)?;
                self.is_durable(seq);
            }
        }
        Ok(())
    }

    fn is_durable(&mut self, seq: Seq) {
        while self.changes.front().is_some_and(|change| change.last <= seq) {
            let change = self.changes.pop_front().expect("there is one");
            apply(&mut self.base, &change.writes);
            self.durable = change.last;
        }
    }

    /// The engine or a snapshot, and what should be in it.
    fn reader(&mut self) -> (lsm::View, Arc<Map>) {
        let slot = self.rng.below(8) as usize;
        match self.snapshots.get(slot) {
            Some((snapshot, map)) => (self.view(snapshot), Arc::clone(map)),
            None => (self.lsm.view(), Arc::new(self.map.clone())),
        }
    }

    /// What a snapshot sees, in the tables of then or in those of now.
    fn view(&self, snapshot: &Snapshot) -> lsm::View {
        if self.serial.is_multiple_of(2) {
            return snapshot.view.clone();
        }
        self.lsm.view_at(snapshot).expect("it is held")
    }

    fn get(&mut self) {
        let key = self.key();
        let slot = self.rng.below(8) as usize;
        let (found, expected) = match self.snapshots.get(slot) {
            Some((snapshot, map)) => (self.view(snapshot).get(&key), map.get(&key)),
            None => (self.lsm.get(&key), self.map.get(&key)),
        };
        let found = found.expect("tables are sound");
        assert_eq!(found.as_deref(), expected.map(Vec::as_slice), "{}", key.escape_ascii());
    }

    /// Walks at random, both ways.
    fn scan(&mut self) {
        let (view, map) = self.reader();
        let mut cursor = view.cursor();
        let start = self.key();
        let (from, to) = (Bound::Unbounded, Bound::Excluded(&start[..]));
        let mut expected = match self.rng.below(4) {
            0 => cursor.first().map(|()| map.first_key_value()),
            1 => cursor.last().map(|()| map.last_key_value()),
            2 => cursor.seek(&start).map(|()| map.range(start.clone()..).next()),
            _ => cursor.seek_before(&start).map(|()| map.range::<[u8], _>((from, to)).next_back()),
        }
        .expect("tables are sound");
        let way = self.rng.below(3);
        for _ in 0..self.rng.below(30) {
            let entry = expected.map(|(key, value)| (&key[..], &value[..]));
            assert_eq!(cursor.entry(), entry);
            let Some((key, _)) = expected else { break };
            let goes_forward = match way {
                0 => true,
                1 => false,
                _ => self.rng.below(2) == 0,
            };
            if goes_forward {
                cursor.forward().expect("tables are sound");
                expected = map.range::<Vec<u8>, _>((Bound::Excluded(key), Bound::Unbounded)).next();
            } else {
                cursor.back().expect("tables are sound");
                expected =
                    map.range::<Vec<u8>, _>((Bound::Unbounded, Bound::Excluded(key))).next_back();
            }
        }
    }

    fn take_or_release_snapshot(&mut self) -> Result<(), Error> {
        if self.snapshots.len() < 4 && self.rng.below(2) == 0 {
            self.snapshots.push((self.lsm.snapshot(), Arc::new(self.map.clone())));
        } else if !self.snapshots.is_empty() {
            let slot = self.rng.below(u32::try_from(self.snapshots.len()).expect("few")) as usize;
            let (snapshot, _) = self.snapshots.swap_remove(slot);
            self.lsm.release(&mut self.vfs, &snapshot)?;
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Error> {
        match self.lsm.step(&mut self.vfs)? {
            Some(Job::Flush { .. }) => self.seen.flushes += 1,
            Some(Job::Move { .. }) => self.seen.moves += 1,
            Some(Job::Compact { compaction, .. }) => {
                self.seen.compactions += 1;
                self.seen.deepest = self.seen.deepest.max(compaction.to);
            }
            None => {}
        }
        Ok(())
    }

    /// A file with a table for ingestion, and what it does.
    fn table(&mut self, name: &str, damage: bool) -> Result<Batch, Error> {
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

    fn ingest(&mut self) -> Result<(), Error> {
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
        self.seen.ingested_below += u64::from(ingested.placed[0].level > 0);
        self.vfs.remove(&name)
    }

    /// Nothing of it may be seen afterwards; later checks would.
    fn ingest_damaged(&mut self) -> Result<(), Error> {
        self.serial += 1;
        let name = format!("aside/{}", self.serial);
        self.table(&name, true)?;
        let error = self.lsm.ingest(&mut self.vfs, &[&name], Ingest::Link).expect_err("damaged");
        assert!(matches!(error, Error::In { .. } | Error::Crashed), "{error}");
        self.vfs.remove(&name)
    }

    /// The engine goes down, and the machine does not: nothing is lost, nor can it be later.
    fn restart(&mut self) {
        self.check_ledger();
        let last = self.lsm.last_seq();
        let written = self.vfs.written();
        match Lsm::open(&mut self.vfs, FOLDER, config()) {
            Ok(lsm) => self.lsm = lsm,
            Err(error) => {
                assert_eq!(error, Error::Crashed);
                self.seen.crashes_while_opening += 1;
                self.come_back();
                return;
            }
        }
        self.before = written;
        assert_eq!(self.lsm.last_seq(), last);
        self.is_durable(last);
        self.snapshots.clear();
        self.syncing = None;
        self.check_all();
        self.check_files();
    }

    /// The machine goes down, and comes back.
    fn crash(&mut self) {
        self.check_ledger();
        self.seen.crashes += 1;
        self.come_back();
    }

    /// The machine starts again; maybe it goes down once more while it does.
    fn come_back(&mut self) {
        loop {
            let rng = &mut self.rng;
            self.vfs.crash(&mut |n| u64::from(rng.below(u32::try_from(n + 2).expect("small"))));
            if self.rng.below(4) == 0 {
                self.vfs.fail_after(Some(u64::from(self.rng.below(12))));
            }
            self.before = self.vfs.written();
            match Lsm::open(&mut self.vfs, FOLDER, config()) {
                Ok(lsm) => break self.lsm = lsm,
                Err(Error::Crashed) => self.seen.crashes_while_opening += 1,
                Err(error) => panic!("{error}"),
            }
        }
        self.vfs.fail_after(None);
        let recovered = self.lsm.last_seq();
        assert!(self.durable <= recovered, "{:?} was synced, {recovered:?} is there", self.durable);
        let is_whole = self.changes.iter().any(|change| change.last == recovered);
        assert!(is_whole || recovered == self.durable, "a batch is there in part");
        self.is_durable(recovered);
        self.seen.lost += u64::from(!self.changes.is_empty());
        self.changes.clear();
        self.map.clone_from(&self.base);
        self.snapshots.clear();
        self.syncing = None;
        self.check_all();
        self.check_files();
    }

    /// Everything is there, and nothing else.
    fn check_all(&self) {
        let mut cursor = self.lsm.cursor();
        cursor.first().expect("tables are sound");
        for (key, value) in &self.map {
            assert_eq!(cursor.entry(), Some((&key[..], &value[..])));
            cursor.forward().expect("tables are sound");
        }
        assert_eq!(cursor.entry(), None);
    }

    fn check_ledger(&self) {
        assert_eq!(self.lsm.ledger(), engine_bytes(self.vfs.written().since(&self.before)));
    }

    /// No file is there that belongs to nothing.
    fn check_files(&self) {
        let version = self.lsm.version();
        let tables = version.tables().map(|(_, meta)| meta.number);
        let kept = self.lsm.kept_for_snapshots().iter().copied();
        let mut expected: Vec<String> = tables.chain(kept).map(|n| format!("{n:06}.sst")).collect();
        let wals = version.sealed.iter().map(|sealed| sealed.wal);
        expected.extend(wals.chain([self.lsm.written().number]).map(|n| format!("{n:06}.wal")));
        expected.push("MANIFEST".to_owned());
        expected.sort();
        assert_eq!(self.vfs.list(FOLDER), Ok(expected));
    }
}

/// What the engine wrote: the tables that wait to be ingested are the test's own.
fn engine_bytes(written: Ledger) -> Ledger {
    let mut own = Ledger::default();
    let others = Category::ALL.into_iter().filter(|category| *category != Category::Sideload);
    others.for_each(|category| own.add(category, written.get(category)));
    own
}

fn run(seed: u64, operations: u32) -> Oracle {
    let mut oracle = Oracle::new(seed);
    for operation in 0..operations {
        oracle.operate();
        if operation % 1_000 == 0 {
            oracle.check_all();
            oracle.check_ledger();
        }
    }
    oracle.crash();
    oracle
}

fn check(seed: u64) {
    let seen = run(seed, OPERATIONS / SEEDS).seen;
    let counts = [seen.crashes, seen.crashes_while_opening, seen.lost, seen.flushes, seen.moves];
    let counts = counts.into_iter().chain([seen.compactions, seen.links, seen.copies]);
    assert!(counts.min().is_some_and(|least| least > 10), "{seen:?}");
    assert!(seen.ingested_below > 10 && seen.deepest >= 3, "{seen:?}");
}

#[test]
fn a_quarter_million_operations() {
    check(1);
}

#[test]
fn another_quarter_million_operations() {
    check(2);
}

#[test]
fn a_third_quarter_million_operations() {
    check(3);
}

#[test]
fn a_last_quarter_million_operations() {
    check(4);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (a, b) = (run(7, 3_000), run(7, 3_000));
    assert_eq!((a.seen, a.vfs.written(), a.vfs.links()), (b.seen, b.vfs.written(), b.vfs.links()));
}
