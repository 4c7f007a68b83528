//! Loss, cuts and crashes at random: replicas never disagree, and come to rest when it is over.

use det::{Rng, Span};
use proptest::prelude::*;
use store::cluster::Cluster;
use store::{Config, Groups, Heartbeats, Input, LogEngine, RangeId, StoreId};

use crate::setting::ranges;

const RANGES: usize = 4;

/// Equal applied index, equal state.
fn check(cluster: &Cluster) {
    for range in (1..=RANGES as u64).map(RangeId) {
        let states: Vec<_> =
            cluster.replicas(range).filter_map(|replica| replica.state()).collect();
        for (at, a) in states.iter().enumerate() {
            for b in &states[at..] {
                if a.applied.entry.index == b.applied.entry.index {
                    assert_eq!(a, b);
                }
            }
        }
    }
}

fn storm(seed: u64, config: &Config) {
    let mut rng = Rng::named(seed, "storm", 0);
    let ranges = ranges(RANGES, 5);
    let mut cluster = Cluster::new(config.clone(), 5, &ranges).expect("the disks are new");
    cluster.network.loss_per_million = 50_000;
    for _ in 0..60 {
        let store = StoreId(rng.below(5) + 1);
        match rng.below(6) {
            0 => cluster.kill(store),
            1 | 2 => cluster.restart(store).expect("a crash damages nothing"),
            3 => cluster.isolate(store, true),
            4 => cluster.isolate(store, false),
            _ => {
                let range = RangeId(u64::from(rng.below(4)) + 1);
                cluster.tell(store, Input::Wake(range));
            }
        }
        cluster.run(Span::millis(u64::from(rng.below(4_000))));
        check(&cluster);
    }
    cluster.network.loss_per_million = 0;
    for store in (1..=5).map(StoreId) {
        cluster.isolate(store, false);
        cluster.restart(store).expect("a crash damages nothing");
    }
    cluster.run(Span::secs(30));
    for range in 1..=RANGES as u64 {
        for store in (1..=5).map(StoreId) {
            cluster.tell(store, Input::Wake(RangeId(range)));
        }
    }
    cluster.run(Span::secs(60));
    check(&cluster);
    for range in (1..=RANGES as u64).map(RangeId) {
        assert!(cluster.leader(range).is_some(), "{range} has a leader");
        let replicas: Vec<_> = cluster.replicas(range).collect();
        for replica in &replicas {
            let why = replica.awake_because();
            assert!(replica.is_quiescent(), "{range}/{} is awake: {why:?}", replica.id());
            assert_eq!(replica.state(), replicas[0].state());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn replicas_never_disagree(seed: u64, single: bool, lazy: bool, shared: bool) {
        let heartbeats = if single { Heartbeats::Single } else { Heartbeats::Coalesced };
        let groups = if lazy { Groups::Lazy } else { Groups::Live };
        let log_engine = if shared { LogEngine::Shared } else { LogEngine::Separate };
        storm(seed, &Config { seed, heartbeats, groups, log_engine, ..Config::default() });
    }
}
