//! The engine against an ordered map: a million random operations with snapshots, ingestions and
//! crashes at random operations of the file system.

mod ingestion;
mod order;
mod reading;
mod recovery;

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::Arc,
};

use det::Rng;
use lsm::{
    Batch, Config, Error, Job, Ledger, Lsm, MemVfs, Seq, Snapshot, TableOptions, Vfs, WalPosition,
    Write,
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
}

fn run(seed: u64, operations: u32) -> Oracle {
    let mut oracle = Oracle::new(seed);
    for operation in 0..operations {
        oracle.operate();
        if operation % 1_000 == 0 {
            oracle.check_all();
            oracle.check_ledger();
            oracle.check_levels();
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
