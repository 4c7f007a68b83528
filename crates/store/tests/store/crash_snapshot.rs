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

const LEFT: RangeId = RangeId(1);
/// Begins with the eighth key.
const RIGHT: RangeId = RangeId(100);

fn name(at: u64) -> Bytes {
    format!("k000000-{at:02}").into()
}

/// Where a key is, if the range was split.
fn range_of(at: u64, is_split: bool) -> RangeId {
    if is_split && at >= 8 { RIGHT } else { LEFT }
}

fn send(cluster: &mut Cluster, to: StoreId, id: u64, range: RangeId, request: Request) {
    let request = ClientRequest { id: RequestId(id), range, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
    cluster.run(Span::millis(20));
}

/// Puts that one store misses, until the log without them is gone; then that store comes back, and
/// there are some more. Returns the keys whose put was acknowledged.
fn script(cluster: &mut Cluster, leader: StoreId, late: StoreId, is_split: bool) -> Vec<u64> {
    for at in 0..16 {
        let value = Bytes::from(format!("value {at}"));
        if at == 12 {
            cluster.run(Span::millis(1_200));
            cluster.isolate(late, false);
            cluster.run(Span::millis(2_500));
        }
        let range = range_of(at, is_split);
        send(cluster, leader, at, range, Request::Put { key: name(at), value });
    }
    cluster.run(Span::secs(1));
    let replies = cluster.take_replies().into_iter().map(|(_, reply)| reply);
    replies.filter(|reply| reply.result.is_ok()).map(|reply| reply.id.0).collect()
}

/// Truncated, applied, committed and last come in this order, and no entry between is missing.
fn check_log(store: &Store, range: RangeId) {
    let replica = store.replica(range).expect("it has one");
    let (state, raft) = (replica.log(), replica.raft().expect("it is awake"));
    let applied = replica.state().expect("it knows its keys").applied.entry.index;
    let order = [state.truncated.index, applied, raft.commit(), state.last.index];
    assert!(order.is_sorted(), "{order:?}");
    let (descriptor, engines) = (replica.descriptor(), store.engines());
    let log = RangeLog { range, descriptor, state, engines };
    let (first, end, mut entries) = (state.truncated.index.next(), state.last.index.next(), vec![]);
    log.entries(first, end, u64::MAX, &mut entries).expect("no entry is missing");
    let indices = entries.iter().map(|entry| entry.id.index);
    assert!(indices.eq((first.0..end.0).map(Index)));
    let beyond = engines.log().get(&store::keys::raft_log(range, state.truncated.index));
    assert_eq!(beyond, Ok(None), "what is dropped is gone");
}

/// One run; of what is not synced so many operations are left. Says whether the disk failed in it, and counts the snapshots.
fn run(
    before: &Cluster,
    (victim, late): (StoreId, StoreId),
    (operations, kept): (u64, u64),
) -> (bool, u64) {
    let mut cluster = before.clone();
    let leader = cluster.leader(LEFT).expect("it has a leader");
    let is_split = cluster.leader(RIGHT).is_some();
    cluster.fail_disk_after(victim, Some(operations));
    let done = script(&mut cluster, leader, late, is_split);
    let has_failed = cluster.store(victim).is_some_and(Store::has_failed);
    let snapshots = cluster.sum(|c| c.snapshots_received);
    assert!(has_failed || cluster.store(leader).is_some_and(|it| it.counters().truncations > 0));
    cluster.kill_keeping(victim, &mut |pending| pending.min(kept));
    cluster.restart(victim).expect("a crash damages nothing");
    cluster.run(Span::secs(25));
    let ranges: &[RangeId] = if is_split { &[LEFT, RIGHT] } else { &[LEFT] };
    check_alike(&cluster, ranges);
    check_clean(&cluster);
    check_ledger(&cluster);
    for &range in ranges {
        cluster.stores().for_each(|store| check_log(store, range));
    }
    for at in done {
        let range = range_of(at, is_split);
        let leader = cluster.leader(range).expect("it has a leader");
        send(&mut cluster, leader, 200, range, Request::Get { key: name(at) });
        let replies = cluster.take_replies();
        let expected = Ok(Reply::Value(Some(format!("value {at}").into())));
        assert!(replies.iter().any(|(_, reply)| reply.result == expected), "{at}: {replies:?}");
    }
    (has_failed, snapshots)
}

/// With `splits`, the late store has missed a split, too: its replica of the new range does not know
/// its keys until the snapshot comes.
fn every_operation(log_engine: LogEngine, splits: bool) {
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
    let leader = before.leader(LEFT).expect("it has a leader");
    let late = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let late = late.expect("there are three");
    before.isolate(late, true);
    before.run(Span::secs(10));
    if splits {
        send(&mut before, leader, 0, LEFT, Request::Split { key: name(8), range: RIGHT });
        before.run(Span::secs(10));
        before.take_replies();
    }
    let (_, snapshots) = run(&before, (late, late), (u64::MAX / 2, 0));
    assert_eq!(snapshots, 1 + u64::from(splits), "each range has one in this run");
    for victim in [leader, late] {
        let mut operations = 0;
        // Each time nothing of what is not synced is left, and then all.
        let fails = |operations, kept| run(&before, (victim, late), (operations, kept)).0;
        while [0, u64::MAX].map(|kept| fails(operations, kept)) == [true; 2] {
            operations += 1;
        }
        assert!(operations > 40, "only {operations} operations were tried");
    }
}

#[test]
fn a_snapshot_comes_whole_or_not_at_all_with_a_separate_log() {
    every_operation(LogEngine::Separate, false);
    every_operation(LogEngine::Separate, true);
}

#[test]
fn a_snapshot_comes_whole_or_not_at_all_with_a_shared_log() {
    every_operation(LogEngine::Shared, false);
    every_operation(LogEngine::Shared, true);
}
