//! `ranges`: what many ranges cost, awake and asleep, three replicas each on five stores.
//!
//! Starting means: made on new disks, elected, given leases, fallen asleep, on stores in this process
//! whose disks are in memory.

use std::{collections::BTreeMap, hint::black_box, sync::Arc};

use det::Span;
use store::{Config, RangeDescriptor, RangeId, Replica, Store, StoreId, cluster::Cluster};

use crate::{
    measure::{resident_bytes, seconds},
    row::{Better, Row},
};

const STORES: u32 = 5;
const REPLICAS: usize = 3;

/// Simulated seconds that sleeping stores are watched for.
const ASLEEP: u32 = 300;

/// Copies of all replicas that are made to see how much memory one takes.
const COPIES: usize = 6;

/// What is measured with so many ranges, by the names of its rows.
struct Size {
    ranges: usize,
    start: &'static str,
    asleep: &'static str,
    wake: &'static str,
}

const SIZES: [Size; 3] = [
    Size {
        ranges: 10_000,
        start: "10,000 ranges start, elect and fall asleep",
        asleep: "a second of 10,000 sleeping ranges",
        wake: "one of 10,000 ranges wakes and falls asleep",
    },
    Size {
        ranges: 1_000,
        start: "1,000 ranges start, elect and fall asleep",
        asleep: "a second of 1,000 sleeping ranges",
        wake: "one of 1,000 ranges wakes and falls asleep",
    },
    Size {
        ranges: 100,
        start: "100 ranges start, elect and fall asleep",
        asleep: "a second of 100 sleeping ranges",
        wake: "one of 100 ranges wakes and falls asleep",
    },
];

/// The table, the most ranges first.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = SIZES.iter().flat_map(measure).collect();
    // So many that what a process has to spare does not count.
    let ranges = SIZES[0].ranges;
    let memory = memory_of_replicas(&asleep(ranges)) / (ranges * REPLICAS) as f64;
    rows.push(row("memory of a sleeping replica", memory, "bytes"));
    rows
}

fn row(name: &'static str, ours: f64, unit: &'static str) -> Row {
    Row { name, ours, theirs: None, unit, better: Better::Lower }
}

fn measure(size: &Size) -> [Row; 3] {
    let mut cluster = None;
    let start = seconds(|| cluster = Some(asleep(size.ranges)));
    let mut cluster = cluster.expect("it was made just now");
    let rest = seconds(|| cluster.run(Span::secs(ASLEEP.into()))) / f64::from(ASLEEP);
    assert!(is_asleep(&cluster), "nothing wakes sleeping ranges");
    let wake = seconds(|| {
        let range = RangeId(7);
        let leader = cluster.leader(range).expect("it fell asleep with a leader");
        cluster.tell(leader, store::Input::Wake(range));
        cluster.run(Span::secs(10));
    });
    assert!(is_asleep(&cluster), "it falls asleep again");
    [
        row(size.start, start, "s"),
        row(size.asleep, rest * 1e3, "ms"),
        row(size.wake, wake * 1e3, "ms"),
    ]
}

/// What a copy of all replicas takes, in a map like that of a store. A copy of a store would share them,
/// so each is copied by itself; only the keys in its descriptor are shared with the copy. The first
/// copies use up what the process has to spare.
fn memory_of_replicas(cluster: &Cluster) -> f64 {
    let mut copies = Vec::new();
    let mut grown = [0.0; COPIES];
    for grown in &mut grown {
        let before = resident_bytes();
        let replicas = cluster.stores().flat_map(Store::replicas).enumerate();
        let copy = replicas.map(|(at, replica)| (at, Arc::new(replica.clone())));
        copies.push(black_box(copy.collect::<BTreeMap<usize, Arc<Replica>>>()));
        *grown = resident_bytes() - before;
    }
    grown.into_iter().fold(0.0, f64::max)
}

fn is_asleep(cluster: &Cluster) -> bool {
    cluster.stores().all(|store| store.unquiesced().is_empty())
}

/// So many ranges that started, elected leaders and fell asleep.
fn asleep(count: usize) -> Cluster {
    // Memtables of a size that one would have on a real machine, and no events, as nobody listens.
    let engine = lsm::Config { memtable_bytes: 4 << 20, ..lsm::Config::default() };
    let config = Config { engine, record_events: false, ..Config::default() };
    let mut cluster = Cluster::new(config, STORES, &ranges(count)).expect("the disks are new");
    cluster.run(Span::secs(1));
    while !is_asleep(&cluster) {
        cluster.run(Span::millis(250));
    }
    cluster
}

/// Ranges next to each other, on the stores in turn.
fn ranges(count: usize) -> Vec<RangeDescriptor> {
    let key = |at: usize| format!("k{at:08}").into_bytes();
    let place =
        |at: usize| StoreId(u32::try_from(at % STORES as usize).expect("there are few stores") + 1);
    let range = |at: usize| {
        let on = [at, at + 1, at + 2].map(place);
        RangeDescriptor::new(RangeId(at as u64 + 1), key(at), key(at + 1), &on)
    };
    (0..count).map(range).collect()
}
