//! A disk fails, and its store dies, at each single operation of a small run in which a log is
//! truncated and a snapshot sent: nothing acknowledged is lost, and nothing is left behind.

use bytes::Bytes;
use det::Span;
use raft::{Index, Storage};
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Input, LogEngine, RangeId, RangeLog, Reply, Request, RequestId, Store,
    StoreId,
};

use crate::setting::settled;
use crate::snapshot::{check_alike, check_clean};
use crate::sstable::check_ledger;

const RANGE: RangeId = RangeId(1);

fn name(at: u64) -> Bytes {
    format!("k000000-{at}").into()
}

fn send(cluster: &mut Cluster, to: StoreId, id: u64, request: Request) {
    let request = ClientRequest { id: RequestId(id), range: RANGE, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
    cluster.run(Span::millis(20));
}

/// Puts that one store misses, until the log without them is gone; then that store comes back, and
/// there are some more. Returns the keys whose put was acknowledged.
fn script(cluster: &mut Cluster, leader: StoreId, late: StoreId) -> Vec<u64> {
    for at in 0..16 {
        let value = Bytes::from(format!("value {at}"));
        if at == 12 {
            cluster.run(Span::millis(1_200));
            cluster.isolate(late, false);
            cluster.run(Span::millis(2_500));
        }
        send(cluster, leader, at, Request::Put { key: name(at), value });
    }
    cluster.run(Span::secs(1));
    let replies = cluster.take_replies().into_iter().map(|(_, reply)| reply);
    replies.filter(|reply| reply.result.is_ok()).map(|reply| reply.id.0).collect()
}

/// Truncated, applied, committed and last come in this order, and no entry between is missing.
fn check_log(store: &Store) {
    let replica = store.replica(RANGE).expect("it has one");
    let (state, raft) = (replica.log(), replica.raft().expect("it is awake"));
    let applied = replica.state().expect("it knows its keys").applied.entry.index;
    let order = [state.truncated.index, applied, raft.commit(), state.last.index];
    assert!(order.is_sorted(), "{order:?}");
    let (descriptor, engines) = (replica.descriptor(), store.engines());
    let log = RangeLog { range: RANGE, descriptor, state, engines };
    let (first, end, mut entries) = (state.truncated.index.next(), state.last.index.next(), vec![]);
    log.entries(first, end, u64::MAX, &mut entries).expect("no entry is missing");
    let indices = entries.iter().map(|entry| entry.id.index);
    assert!(indices.eq((first.0..end.0).map(Index)));
    let beyond = engines.log().get(&store::keys::raft_log(RANGE, state.truncated.index));
    assert_eq!(beyond, Ok(None), "what is dropped is gone");
}

/// One run. Says whether the disk failed in it, and counts the snapshots.
fn run(before: &Cluster, victim: StoreId, late: StoreId, operations: u64) -> (bool, u64) {
    let mut cluster = before.clone();
    let leader = cluster.leader(RANGE).expect("it has a leader");
    cluster.fail_disk_after(victim, Some(operations));
    let done = script(&mut cluster, leader, late);
    let has_failed = cluster.store(victim).is_some_and(Store::has_failed);
    let snapshots = cluster.sum(|c| c.snapshots_received);
    cluster.kill(victim);
    cluster.restart(victim).expect("a crash damages nothing");
    cluster.run(Span::secs(25));
    check_alike(&cluster, &[RANGE]);
    check_clean(&cluster);
    check_ledger(&cluster);
    cluster.stores().for_each(check_log);
    let leader = cluster.leader(RANGE).expect("it has a leader");
    for at in done {
        send(&mut cluster, leader, 200, Request::Get { key: name(at) });
        let replies = cluster.take_replies();
        let expected = Ok(Reply::Value(Some(format!("value {at}").into())));
        assert!(replies.iter().any(|(_, reply)| reply.result == expected), "{at}: {replies:?}");
    }
    (has_failed, snapshots)
}

fn every_operation(log_engine: LogEngine) {
    let engine = lsm::Config { memtable_bytes: 1 << 10, ..lsm::Config::default() };
    let config = Config {
        log_engine,
        engine,
        truncate_entries: 6,
        log_max_bytes: 0,
        snapshot_batch_bytes: 256,
        record_events: false,
        ..Config::default()
    };
    let mut before = settled(&config, 1, Span::secs(20));
    let leader = before.leader(RANGE).expect("it has a leader");
    let late = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let late = late.expect("there are three");
    before.isolate(late, true);
    before.run(Span::secs(10));
    let (_, snapshots) = run(&before, late, late, u64::MAX / 2);
    assert_eq!(snapshots, 1, "the run has one");
    for victim in [leader, late] {
        let mut operations = 0;
        while run(&before, victim, late, operations).0 {
            operations += 1;
        }
        assert!(operations > 40, "only {operations} operations were tried");
    }
}

#[test]
fn a_snapshot_comes_whole_or_not_at_all_with_a_separate_log() {
    every_operation(LogEngine::Separate);
}

#[test]
fn a_snapshot_comes_whole_or_not_at_all_with_a_shared_log() {
    every_operation(LogEngine::Shared);
}
