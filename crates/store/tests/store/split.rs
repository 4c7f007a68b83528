//! Splits and lease transfers.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, Input, RangeId, Replica, Reply, Request, RequestError,
    RequestId, StoreId, kv,
};

use crate::setting::{key, settled};

const LEFT: RangeId = RangeId(1);
const RIGHT: RangeId = RangeId(100);

fn name(at: usize) -> Bytes {
    format!("k000000-{at:03}").into()
}

fn put(at: usize) -> Request {
    Request::Put { key: name(at), value: Bytes::from(format!("v{at}")) }
}

fn get(at: usize) -> Request {
    Request::Get { key: name(at) }
}

fn split(at: usize) -> Request {
    Request::Split { key: name(at), range: RIGHT }
}

fn ask_at(
    cluster: &mut Cluster,
    store: StoreId,
    range: RangeId,
    request: Request,
) -> Result<Reply, RequestError> {
    let request = ClientRequest { id: RequestId(0), range, timestamp: None, request };
    cluster.tell(store, Input::Request(request));
    cluster.run(Span::millis(100));
    cluster.take_replies().pop().expect("it is answered").1.result
}

fn ask(cluster: &mut Cluster, range: RangeId, request: Request) -> Result<Reply, RequestError> {
    let leader = cluster.leader(range).expect("it has a leader");
    ask_at(cluster, leader, range, request)
}

/// A range with 40 keys.
fn filled(evaluation: Evaluation) -> Cluster {
    let config = Config { evaluation, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(30));
    for at in 0..40 {
        assert_eq!(ask(&mut cluster, LEFT, put(at)), Ok(Reply::Written));
    }
    cluster
}

/// Both ranges are alike on all stores, and hold what their statistics say.
fn check(cluster: &Cluster, stores: usize) {
    for range in [LEFT, RIGHT] {
        let replicas: Vec<&Replica> = cluster.replicas(range).collect();
        assert_eq!(replicas.len(), stores);
        let first = replicas[0].state().expect("it knows its keys");
        assert!(replicas.iter().all(|replica| replica.state() == Some(first)));
        for store in cluster.stores() {
            let view = store.engines().state().view();
            let descriptor = &first.descriptor;
            let counted = kv::compute_stats(&view, &descriptor.start, &descriptor.end);
            assert_eq!(counted, Ok(first.applied.stats));
        }
    }
}

#[track_caller]
fn check_split(evaluation: Evaluation, evaluations: u64) {
    let mut cluster = filled(evaluation);
    cluster.run(Span::secs(5));
    let before = (cluster.sum(|c| c.evaluations), cluster.sum(|c| c.evaluated_keys));
    assert_eq!(ask(&mut cluster, LEFT, split(10)), Ok(Reply::Written));
    cluster.run(Span::secs(5));
    let after = (cluster.sum(|c| c.evaluations), cluster.sum(|c| c.evaluated_keys));
    assert_eq!((after.0 - before.0, after.1 - before.1), (evaluations, 10 * evaluations));
    check(&cluster, 3);
    let elsewhere = ask(&mut cluster, LEFT, get(10));
    assert!(matches!(elsewhere, Err(RequestError::RangeKeyMismatch(_))));
    assert_eq!(ask(&mut cluster, RIGHT, get(10)), Ok(Reply::Value(Some("v10".into()))));
    assert_eq!(ask(&mut cluster, LEFT, put(9)), Ok(Reply::Written));
    assert_eq!(ask(&mut cluster, RIGHT, put(39)), Ok(Reply::Written));
    cluster.run(Span::secs(30));
    check(&cluster, 3);
    assert!(cluster.stores().all(|store| store.unquiesced().is_empty()));
}

#[test]
fn a_split_is_evaluated_once_or_once_per_replica() {
    check_split(Evaluation::Proposer, 1);
    check_split(Evaluation::Naive, 3);
}

#[test]
fn a_split_that_makes_no_sense_is_refused() {
    let mut cluster = filled(Evaluation::Proposer);
    let at_start = Request::Split { key: key(0), range: RIGHT };
    assert_eq!(ask(&mut cluster, LEFT, at_start), Err(RequestError::SplitAtStart));
    let outside = Request::Split { key: key(1), range: RIGHT };
    let refused = ask(&mut cluster, LEFT, outside);
    assert!(matches!(refused, Err(RequestError::RangeKeyMismatch(_))));
    let taken = Request::Split { key: name(3), range: LEFT };
    assert_eq!(ask(&mut cluster, LEFT, taken), Err(RequestError::RangeExists(LEFT)));
    assert_eq!(cluster.replicas(RIGHT).count(), 0);
}

#[test]
fn a_store_that_missed_the_split_votes_in_the_new_range_before_it_knows_its_keys() {
    let mut cluster = filled(Evaluation::Proposer);
    let leader = cluster.leader(LEFT).expect("it has a leader");
    let late = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let late = late.expect("there are three");
    cluster.isolate(late, true);
    assert_eq!(ask(&mut cluster, LEFT, split(20)), Ok(Reply::Written));
    cluster.run(Span::secs(3));
    assert!(cluster.replicas(RIGHT).count() == 2 && cluster.leader(RIGHT).is_some());
    cluster.isolate(late, false);
    cluster.run(Span::secs(40));
    check(&cluster, 3);
}

#[test]
fn a_split_survives_the_death_of_all_stores() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        let mut cluster = filled(evaluation);
        assert_eq!(ask(&mut cluster, LEFT, split(20)), Ok(Reply::Written));
        for store in [1, 2, 3].map(StoreId) {
            cluster.kill(store);
        }
        for store in [1, 2, 3].map(StoreId) {
            cluster.restart(store).expect("a crash damages nothing");
        }
        cluster.run(Span::secs(40));
        check(&cluster, 3);
        assert_eq!(ask(&mut cluster, RIGHT, get(30)), Ok(Reply::Value(Some("v30".into()))));
        assert_eq!(ask(&mut cluster, LEFT, get(1)), Ok(Reply::Value(Some("v1".into()))));
    }
}

/// Splits reach the replicas one after the other, and whoever is last has heard of the new range.
#[test]
fn splits_send_no_snapshots() {
    let mut cluster = filled(Evaluation::Proposer);
    for at in (1..40).rev() {
        let range = RangeId(100 + at as u64);
        let split = Request::Split { key: name(at), range };
        assert_eq!(ask(&mut cluster, LEFT, split), Ok(Reply::Written));
        assert_eq!(ask(&mut cluster, LEFT, put(0)), Ok(Reply::Written));
    }
    cluster.run(Span::secs(20));
    assert!((101..140).all(|range| cluster.leader(RangeId(range)).is_some()));
    assert_eq!(cluster.sum(|c| c.snapshots_sent), 0);
}

#[test]
fn a_lease_goes_to_another_store_and_leadership_follows() {
    let mut cluster = filled(Evaluation::Proposer);
    let from = cluster.leader(LEFT).expect("it has a leader");
    let to = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != from);
    let to = to.expect("there are three");
    cluster.tell(from, Input::TransferLease { range: LEFT, to });
    let request = ClientRequest { id: RequestId(1), range: LEFT, timestamp: None, request: get(0) };
    cluster.tell(from, Input::Request(request));
    let refused = cluster.take_replies().pop().expect("it answers at once").1.result;
    assert!(matches!(refused, Err(RequestError::NotLeaseHolder { .. })), "it gave its lease away");
    cluster.run(Span::secs(3));
    assert_eq!(ask_at(&mut cluster, to, LEFT, get(0)), Ok(Reply::Value(Some("v0".into()))));
    let refused = ask_at(&mut cluster, from, LEFT, get(0));
    assert_eq!(refused, Err(RequestError::NotLeaseHolder { holder: Some(to) }));
    assert_eq!(cluster.leader(LEFT), Some(to));
    cluster.run(Span::secs(20));
    assert!(cluster.stores().all(|store| store.unquiesced().is_empty()));
}
