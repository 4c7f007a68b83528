//! Logs get shorter when nobody needs their front any more.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, EventKind, Input, LogEngine, LogState, Protection, RangeId, Request,
    RequestId, StoreId,
};

use crate::setting::{key, settled};

const RANGE: RangeId = RangeId(1);

fn put(cluster: &mut Cluster, count: u64) {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    for at in 0..count {
        let request = Request::Put { key: key(0), value: Bytes::from(vec![7; 100]) };
        let request = ClientRequest { id: RequestId(at), range: RANGE, timestamp: None, request };
        cluster.tell(leader, Input::Request(request));
        cluster.run(Span::millis(30));
    }
    cluster.run(Span::secs(3));
}

fn logs(cluster: &Cluster) -> Vec<LogState> {
    cluster.replicas(RANGE).map(|replica| *replica.log()).collect()
}

/// What protected the log at each truncation that was proposed.
fn protections(cluster: &mut Cluster) -> Vec<Protection> {
    let mut proposed = Vec::new();
    for event in cluster.take_events() {
        if let EventKind::TruncationProposed { decision, .. } = event.kind {
            proposed.push(decision.protected_by);
        }
    }
    proposed
}

#[track_caller]
fn check_short(log_engine: LogEngine) {
    let config = Config { log_engine, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(10));
    put(&mut cluster, 90);
    assert_eq!(cluster.sum(|c| c.truncations), 0);
    put(&mut cluster, 30);
    assert_eq!(cluster.sum(|c| c.truncations), 3, "each replica truncates for itself");
    assert_eq!(protections(&mut cluster).len(), 1, "one of them proposes it");
    let dropped = (cluster.sum(|c| c.truncated_entries), cluster.sum(|c| c.truncated_bytes));
    assert!(dropped.0 >= 300 && dropped.1 >= 100 * dropped.0, "{dropped:?}");
    cluster.run(Span::secs(20));
    let before = logs(&cluster);
    assert!(before.iter().all(|log| *log == before[0] && log.truncated.index.0 > 100));
    for store in [1, 2, 3].map(StoreId) {
        cluster.kill(store);
        cluster.restart(store).expect("a crash damages nothing");
    }
    let short = |log: &LogState| (log.truncated, log.last, log.bytes);
    assert!(logs(&cluster).iter().all(|log| short(log) == short(&before[0])));
    cluster.run(Span::secs(20));
    put(&mut cluster, 120);
    assert!(logs(&cluster).iter().all(|log| log.truncated.index.0 > 200));
}

#[test]
fn what_everybody_has_is_dropped() {
    check_short(LogEngine::Separate);
    check_short(LogEngine::Shared);
}

#[test]
fn a_dead_follower_is_waited_for_until_the_log_is_too_long() {
    let config = Config { log_max_bytes: 40_000, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(10));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let dead = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    cluster.kill(dead.expect("there are three"));
    cluster.run(Span::secs(10));
    put(&mut cluster, 150);
    let decision = cluster.store(leader).and_then(|store| store.truncate_decision(RANGE));
    let protected_by = decision.expect("it leads").protected_by;
    assert!(matches!(protected_by, Protection::Follower(_)), "{protected_by:?}");
    assert_eq!(cluster.sum(|c| c.truncations), 0);
    put(&mut cluster, 150);
    assert!(cluster.sum(|c| c.truncations) > 0);
    assert!(protections(&mut cluster).iter().all(|by| !matches!(by, Protection::Follower(_))));
}
