//! Flushes, compactions and ingestions: told as they happen, so that whoever hears all of them knows
//! what lies where.

use std::collections::BTreeMap;

use det::Span;
use lsm::Job;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, EngineName, EngineWork, EventKind, Input, RangeId, Request, RequestId,
    StoreId, Worked,
};

use crate::setting::settled;
use crate::sstable::{add, table};

const RANGE: RangeId = RangeId(1);

/// The levels of an engine: each table with its level.
type Levels = BTreeMap<u64, usize>;

fn levels(cluster: &Cluster, store: StoreId) -> Levels {
    let store = cluster.store(store).expect("it runs");
    let tables = store.engines().state().version().tables();
    tables.map(|(level, meta)| (meta.number, level)).collect()
}

fn ask(cluster: &mut Cluster, number: u64, request: Request) {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let request = ClientRequest { id: RequestId(number), range: RANGE, timestamp: None, request };
    cluster.tell(leader, Input::Request(request));
    cluster.run(Span::millis(40));
}

/// What a piece of work leaves of the levels before.
fn follow(levels: &mut Levels, worked: &Worked) {
    if let EngineWork::Job { inputs, .. } = &worked.work {
        for (level, meta) in inputs {
            assert_eq!(levels.remove(&meta.number), Some(*level), "{worked:?}");
        }
    }
    for number in worked.work.outputs() {
        assert_eq!(levels.insert(number, worked.work.level()), None, "{worked:?}");
    }
}

#[test]
fn who_hears_every_event_knows_every_level() {
    let engine = lsm::Config {
        memtable_bytes: 2 << 10,
        level1_bytes: 8 << 10,
        table_bytes: 4 << 10,
        ..lsm::Config::default()
    };
    let config = Config { engine, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(20));
    let mut known: BTreeMap<StoreId, Levels> =
        cluster.stores().map(|store| (store.id(), levels(&cluster, store.id()))).collect();
    cluster.take_events();
    let mut kinds = [0; 4];
    for number in 1..=60 {
        let value = vec![b'v'; 500];
        let request = if number % 20 == 0 {
            add(&table(&format!("t{number}"), 3))
        } else {
            let key = format!("k000000{:03}", number * 7 % 60).into();
            Request::Put { key, value: value.into() }
        };
        ask(&mut cluster, number, request);
        for event in cluster.take_events() {
            let levels = known.get_mut(&event.id.store).expect("it was there");
            if let EventKind::Worked(worked) = &event.kind {
                if worked.engine == EngineName::State {
                    let EngineWork::Job { job, .. } = &worked.work else {
                        panic!("an ingestion has an event of its own: {worked:?}")
                    };
                    kinds[match job {
                        Job::Flush { .. } => 0,
                        Job::Compact { .. } => 1,
                        Job::Move { .. } => 2,
                    }] += 1;
                    follow(levels, worked);
                }
            } else if let EventKind::Ingested { placed, .. } = &event.kind {
                kinds[3] += 1;
                assert_eq!(levels.insert(placed.meta.number, placed.level), None);
            }
        }
        for (&store, known) in &known {
            assert_eq!(*known, levels(&cluster, store), "{store} after request {number}");
        }
    }
    assert!(kinds.iter().all(|count| *count > 0), "flush, compact, move, ingest: {kinds:?}");
    for store in cluster.stores() {
        let live = levels(&cluster, store.id());
        let led = |worked: &Worked| worked.work.outputs().iter().any(|n| live.contains_key(n));
        let history = store.engines().history().filter(|worked| worked.engine == EngineName::State);
        assert_eq!(
            history.rev().skip(1).find(|worked| !led(worked)),
            None,
            "nothing is kept for ever"
        );
    }
}
