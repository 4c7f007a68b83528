//! A disk fails, and its store dies, at each single operation of a small run: nothing acknowledged is
//! lost, and all replicas come out alike.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, EventKind, Input, LogEngine, RangeId, Reply, Request,
    RequestId, StoreId, kv,
};

use crate::setting::settled;

const LEFT: RangeId = RangeId(1);
const RIGHT: RangeId = RangeId(100);

fn name(at: u64) -> Bytes {
    format!("k000000-{at}").into()
}

fn send(cluster: &mut Cluster, to: StoreId, id: u64, range: RangeId, request: Request) {
    let request = ClientRequest { id: RequestId(id), range, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
    cluster.run(Span::millis(20));
}

/// Puts, a split between them, puts on both sides. Returns the keys whose put was acknowledged, and
/// whether the split was.
fn script(cluster: &mut Cluster) -> (Vec<u64>, bool) {
    let leader = cluster.leader(LEFT).expect("it has a leader");
    for at in 0..9 {
        let value = Bytes::from(format!("value {at}"));
        if at == 5 {
            let split = Request::Split { key: name(3), range: RIGHT };
            send(cluster, leader, 100, LEFT, split);
        }
        for range in [LEFT, RIGHT] {
            let (key, value) = (name(at), value.clone());
            send(cluster, leader, at, range, Request::Put { key, value });
        }
    }
    cluster.run(Span::secs(1));
    let replies = cluster.take_replies().into_iter().map(|(_, reply)| reply);
    let done: Vec<u64> =
        replies.filter(|reply| reply.result.is_ok()).map(|reply| reply.id.0).collect();
    let puts = done.iter().copied().filter(|&id| id < 100).collect();
    (puts, done.contains(&100))
}

/// One run; of what is not synced so many operations are left. Says whether the disk failed in it.
fn run(before: &Cluster, victim: StoreId, operations: u64, kept: u64) -> bool {
    let mut cluster = before.clone();
    cluster.fail_disk_after(victim, Some(operations));
    let (puts, is_split) = script(&mut cluster);
    let has_failed = cluster.store(victim).is_some_and(store::Store::has_failed);
    cluster.kill_keeping(victim, &mut |pending| pending.min(kept));
    cluster.restart(victim).expect("a crash damages nothing");
    cluster.run(Span::secs(15));
    let known = cluster.replicas(RIGHT).count();
    assert!(if is_split { known == 3 } else { known == 0 || known == 3 }, "split: {known} of 3");
    for range in [LEFT, RIGHT] {
        let states: Vec<_> = cluster.replicas(range).map(store::Replica::state).collect();
        assert!(states.iter().all(|state| state.is_some() && *state == states[0]));
        for store in cluster.stores() {
            let Some(state) = states.first().copied().flatten() else { continue };
            let (view, descriptor) = (store.engines().state().view(), &state.descriptor);
            let counted = kv::compute_stats(&view, &descriptor.start, &descriptor.end);
            assert_eq!(counted, Ok(state.applied.stats));
        }
    }
    for at in puts {
        for range in [LEFT, RIGHT] {
            let Some(leader) = cluster.leader(range) else { continue };
            send(&mut cluster, leader, 200 + at, range, Request::Get { key: name(at) });
        }
        let replies = cluster.take_replies();
        let expected = Ok(Reply::Value(Some(format!("value {at}").into())));
        assert!(replies.iter().any(|(_, reply)| reply.result == expected), "{at}: {replies:?}");
    }
    has_failed
}

fn every_operation(log_engine: LogEngine, evaluation: Evaluation) {
    // Small memtables, so that flushes and compactions are among the operations.
    let engine = lsm::Config { memtable_bytes: 1 << 10, ..lsm::Config::default() };
    let config =
        Config { log_engine, evaluation, engine, record_events: false, ..Config::default() };
    let before = settled(&config, 1, Span::secs(20));
    let leader = before.leader(LEFT).expect("it has a leader");
    let follower = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    for victim in [leader, follower.expect("there are three")] {
        let mut operations = 0;
        // Each time nothing of what is not synced is left, and then all.
        while [0, u64::MAX].map(|kept| run(&before, victim, operations, kept)) == [true; 2] {
            operations += 1;
        }
        assert!(operations > 40, "only {operations} operations were tried");
    }
}

#[test]
fn nothing_is_lost_at_any_operation_with_a_separate_log() {
    every_operation(LogEngine::Separate, Evaluation::Proposer);
}

#[test]
fn nothing_is_lost_at_any_operation_with_a_shared_log() {
    every_operation(LogEngine::Shared, Evaluation::Proposer);
}

#[test]
fn nothing_is_lost_or_evaluated_twice_at_any_operation_in_naive_mode() {
    every_operation(LogEngine::Separate, Evaluation::Naive);
    every_operation(LogEngine::Shared, Evaluation::Naive);
}

#[test]
fn the_run_appends_applies_and_splits() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    cluster.take_events();
    let (puts, is_split) = script(&mut cluster);
    assert!(puts.len() == 9 && is_split);
    let events = cluster.take_events();
    for store in [1, 2, 3].map(StoreId) {
        let happened = |is: fn(&EventKind) -> bool| {
            events.iter().any(|event| event.id.store == store && is(&event.kind))
        };
        assert!(happened(|kind| matches!(kind, EventKind::Written { last: Some(_), .. })));
        assert!(happened(|kind| matches!(kind, EventKind::Applied { .. })));
        assert!(happened(|kind| matches!(kind, EventKind::Split { .. })));
    }
}
