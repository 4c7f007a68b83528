//! Loss, cuts and crashes at random while tables come in: none that was acknowledged is lost, and every
//! file belongs to something.

use bytes::Bytes;
use det::{Rng, Span};
use lsm::Ingest;
use proptest::prelude::*;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Input, LogEngine, RangeId, Reply, Request, RequestId, Sideloading,
    StoreId,
};

use crate::judge::check_store;
use crate::setting::{key, settled};
use crate::sstable::{add, check_ledger, check_states, table};

const RANGE: RangeId = RangeId(1);

fn repair(cluster: &mut Cluster) {
    for store in [1, 2, 3].map(StoreId) {
        cluster.isolate(store, false);
        let is_down = cluster.store(store).is_none();
        cluster.restart(store).expect("a crash damages nothing");
        if is_down {
            check_store(cluster.store(store).expect("it runs"));
        }
    }
}

fn storm(seed: u64, config: &Config) {
    let mut rng = Rng::named(seed, "storm", 2);
    let mut cluster = settled(config, 1, Span::secs(20));
    cluster.network.loss_per_million = 30_000;
    let mut acknowledged = Vec::new();
    for round in 0..200_u64 {
        let store = StoreId(rng.below(3) + 1);
        match rng.below(12) {
            0 => cluster.kill(store),
            1 => cluster.isolate(store, true),
            2 | 3 => repair(&mut cluster),
            _ => {}
        }
        for to in [1, 2, 3].map(StoreId) {
            let put = || Request::Put { key: key(0), value: Bytes::copy_from_slice(&[1; 400]) };
            let is_table = rng.below(2) == 0;
            let request = if is_table { add(&table(&format!("{round:03}"), 2)) } else { put() };
            let id = RequestId(if is_table { round } else { 1_000 });
            let request = ClientRequest { id, range: RANGE, timestamp: None, request };
            cluster.tell(to, Input::Request(request));
        }
        cluster.run(Span::millis(u64::from(rng.below(1_500))));
        let replies = cluster.take_replies().into_iter().map(|(_, reply)| reply);
        let done = replies.filter(|reply| reply.result.is_ok()).map(|reply| reply.id.0);
        acknowledged.extend(done.filter(|id| *id < 1_000));
    }
    cluster.network.loss_per_million = 0;
    repair(&mut cluster);
    cluster.run(Span::secs(60));
    check_states(&cluster);
    cluster.stores().for_each(check_store);
    check_ledger(&cluster);
    assert!(acknowledged.len() > 5, "only {} were taken in", acknowledged.len());
    let leader = cluster.leader(RANGE).expect("it has a leader");
    for round in acknowledged {
        let key = format!("k000000{round:03}001").into();
        let (id, request) = (RequestId(1_001), Request::Get { key });
        let request = ClientRequest { id, range: RANGE, timestamp: None, request };
        cluster.tell(leader, Input::Request(request));
        cluster.run(Span::millis(10));
        let reply = cluster.take_replies().pop().expect("it is served").1;
        assert_eq!(reply.result, Ok(Reply::Value(Some(vec![b'v'; 1000].into()))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_table_is_lost_in_a_storm(seed: u64, shared: bool, off: bool, copy: bool, cuts: bool) {
        let log_engine = if shared { LogEngine::Shared } else { LogEngine::Separate };
        let sideloading = if off { Sideloading::Off } else { Sideloading::On };
        let ingest = if copy { Ingest::Copy } else { Ingest::Link };
        let engine = lsm::Config { memtable_bytes: 4 << 10, ..lsm::Config::default() };
        let config = Config { seed, log_engine, sideloading, ingest, engine, ..Config::default() };
        // Whoever is away for long needs a snapshot, or finds all of the log.
        let log_max_bytes = if cuts { 16 << 10 } else { 16 << 20 };
        let truncate_bytes = 8 << 10;
        storm(seed, &Config { truncate_bytes, log_max_bytes, record_events: false, ..config });
    }
}
