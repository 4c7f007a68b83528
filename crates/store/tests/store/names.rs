//! The name of a new range is nobody else's.

use bytes::Bytes;
use det::Span;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, Input, RangeDescriptor, RangeId, Reply, Request,
    RequestError, RequestId, Store, StoreId,
};

use crate::setting::key;

const SYSTEM: RangeId = RangeId(1);
const LEFT: RangeId = RangeId(2);
const OTHER: RangeId = RangeId(3);
const NEW: RangeId = RangeId(100);

/// Two ranges that have one store in common; the system's range is there or not.
fn cluster(evaluation: Evaluation, has_system: bool) -> Cluster {
    let ranges = [
        RangeDescriptor::system(SYSTEM, &[1, 2, 3].map(StoreId)),
        RangeDescriptor::new(LEFT, key(0), key(1), &[1, 2, 3].map(StoreId)),
        RangeDescriptor::new(OTHER, key(5), key(6), &[3, 4, 5].map(StoreId)),
    ];
    let config = Config { evaluation, ..Config::default() };
    let ranges = &ranges[usize::from(!has_system)..];
    let mut cluster = Cluster::new(config, 5, ranges).expect("the disks are new");
    cluster.run(Span::secs(20));
    cluster
}

/// Whoever leads a range is asked to split it, with this key and name.
fn split(cluster: &mut Cluster, id: u64, range: RangeId, position: usize, new: RangeId) {
    let key = Bytes::from([&key(position)[..], b"m"].concat());
    let request = Request::Split { key, range: new };
    let request = ClientRequest { id: RequestId(id), range, timestamp: None, request };
    let leader = cluster.leader(range).expect("it has a leader");
    cluster.tell(leader, Input::Request(request));
}

fn told(cluster: &mut Cluster) -> Vec<Result<Reply, RequestError>> {
    let mut told = cluster.take_replies();
    told.sort_by_key(|(_, reply)| reply.id);
    told.into_iter().map(|(_, reply)| reply.result).collect()
}

#[test]
fn a_range_of_the_beginning_is_not_replaced() {
    for has_system in [false, true] {
        let mut cluster = cluster(Evaluation::Proposer, has_system);
        let before =
            cluster.store(StoreId(3)).and_then(|store| store.replica(OTHER)?.state().cloned());
        split(&mut cluster, 1, LEFT, 0, OTHER);
        cluster.run(Span::secs(5));
        assert_eq!(told(&mut cluster), [Err(RequestError::RangeExists(OTHER))]);
        let after =
            cluster.store(StoreId(3)).and_then(|store| store.replica(OTHER)?.state().cloned());
        assert_eq!(before.map(|state| state.descriptor), after.map(|state| state.descriptor));
    }
}

#[test]
fn of_two_splits_that_want_one_name_one_gets_it() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        let mut cluster = cluster(evaluation, true);
        split(&mut cluster, 1, LEFT, 0, NEW);
        split(&mut cluster, 2, OTHER, 5, NEW);
        cluster.run(Span::secs(5));
        let told = told(&mut cluster);
        let is_written = |told: &&Result<Reply, RequestError>| **told == Ok(Reply::Written);
        assert_eq!(told.iter().filter(is_written).count(), 1, "{told:?}");
        assert!(told.contains(&Err(RequestError::RangeExists(NEW))));
        let places: Vec<_> = cluster.replicas(NEW).filter_map(|r| r.descriptor()).collect();
        assert!(places.len() == 3 && places.iter().all(|place| *place == places[0]));
        // The same split once more finds its own record, and that it was done.
        let (range, position) = if told[0].is_ok() { (LEFT, 0) } else { (OTHER, 5) };
        split(&mut cluster, 3, range, position, NEW);
        cluster.run(Span::secs(1));
        assert!(cluster.take_replies().pop().is_some_and(|(_, reply)| reply.result.is_err()));
    }
}

/// Without records two askers can choose one name: who would have to replace a range stops instead.
#[test]
fn below_raft_no_range_takes_the_place_of_another() {
    for evaluation in [Evaluation::Proposer, Evaluation::Naive] {
        let mut cluster = cluster(evaluation, false);
        split(&mut cluster, 1, LEFT, 0, NEW);
        split(&mut cluster, 2, OTHER, 5, NEW);
        cluster.run(Span::secs(5));
        let failed = cluster.stores().filter(|store| store.has_failed()).map(Store::id);
        assert_eq!(failed.collect::<Vec<_>>(), [StoreId(3)]);
        let store = cluster.store(StoreId(3)).expect("it runs");
        let ranges = store.replicas().filter_map(|replica| replica.descriptor());
        let new: Vec<_> = ranges.filter(|range| range.range == NEW).collect();
        assert_eq!(new.len(), 1, "the first one is still there");
    }
}
