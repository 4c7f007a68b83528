//! How much memory a sleeping replica takes, byte by byte as the allocator was asked for them.

use std::alloc::System;

use det::Span;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use store::cluster::Cluster;
use store::{Config, RangeDescriptor, RangeId, StoreId};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const STORES: u32 = 5;
const REPLICAS: usize = 3;

fn allocated() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// What so many sleeping ranges take on their stores, the disks apart.
fn memory(count: usize) -> usize {
    let place = |at: usize| StoreId(u32::try_from(at).expect("few ranges") % STORES + 1);
    let key = |at: usize| format!("k{at:08}");
    let ranges: Vec<RangeDescriptor> = (0..count)
        .map(|at| {
            let on = [at, at + 1, at + 2].map(place);
            RangeDescriptor::new(RangeId(at as u64 + 1), key(at), key(at + 1), &on)
        })
        .collect();
    // Little is in the engines' memory.
    let engine = lsm::Config { memtable_bytes: 4 << 10, ..lsm::Config::default() };
    let config = Config { engine, record_events: false, ..Config::default() };
    let mut cluster = Cluster::new(config, STORES, &ranges).expect("the disks are new");
    cluster.run(Span::secs(30));
    assert!(cluster.stores().all(|store| store.unquiesced().is_empty()), "they sleep");
    let before = allocated();
    (1..=STORES).for_each(|store| cluster.kill(StoreId(store)));
    before - allocated()
}

#[test]
fn a_sleeping_replica_is_small() {
    let (few, many) = (200, 600);
    let each = (memory(many) - memory(few)) / ((many - few) * REPLICAS);
    assert!((500..=1_400).contains(&each), "a sleeping replica takes {each} bytes");
}
