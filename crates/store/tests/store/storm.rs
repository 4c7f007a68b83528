//! Loss, cuts and crashes at random: replicas never disagree, and come to rest when it is over.

use bytes::Bytes;
use det::{Rng, Span};
use proptest::prelude::*;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Groups, Heartbeats, Input, LogEngine, RangeId, Request, RequestId,
    StoreId,
};

use crate::setting::{key, ranges};
use crate::snapshot::check_clean;

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

/// Somebody asks the leader of a range to write something.
fn put(cluster: &mut Cluster, rng: &mut Rng) {
    let at = rng.below(4);
    let range = RangeId(u64::from(at) + 1);
    let Some(leader) = cluster.leader(range) else { return };
    let mut name = key(usize::try_from(at).expect("it is small")).to_vec();
    name.push(b'a' + u8::try_from(rng.below(9)).expect("it is small"));
    let value = Bytes::from(vec![7; 60]);
    let request = Request::Put { key: name.into(), value };
    let request = ClientRequest { id: RequestId(0), range, timestamp: None, request };
    cluster.tell(leader, Input::Request(request));
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
        for _ in 0..rng.below(12) {
            put(&mut cluster, &mut rng);
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
    check_clean(&cluster);
    for range in (1..=RANGES as u64).map(RangeId) {
        assert!(cluster.leader(range).is_some(), "{range} has a leader");
        let replicas: Vec<_> = cluster.replicas(range).collect();
        for replica in &replicas {
            assert!(replica.log().truncated.index <= replica.log().last.index);
            let why = replica.awake_because();
            assert!(replica.is_quiescent(), "{range}/{} is awake: {why:?}", replica.id());
            assert_eq!(replica.state(), replicas[0].state());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn replicas_never_disagree(seed: u64, single: bool, lazy: bool, shared: bool, short: bool) {
        let heartbeats = if single { Heartbeats::Single } else { Heartbeats::Coalesced };
        let groups = if lazy { Groups::Lazy } else { Groups::Live };
        let log_engine = if shared { LogEngine::Shared } else { LogEngine::Separate };
        let mut config = Config { seed, heartbeats, groups, log_engine, ..Config::default() };
        if short {
            // So short that whoever was away needs a snapshot, in many parts.
            config.truncate_entries = 5;
            config.log_max_bytes = 0;
            config.snapshot_batch_bytes = 100;
            config.snapshot_rate = 2_000;
        }
        storm(seed, &config);
    }
}
