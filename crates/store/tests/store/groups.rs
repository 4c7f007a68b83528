//! Replicas that do not know their keys yet, and messages that nobody should have sent.

use det::Span;
use raft::{Body, Index, Message, PeerId, Term};
use store::cluster::Cluster;
use store::{
    Config, Envelope, EventKind, Input, Load, Parcel, RaftMessageRequest, RangeDescriptor, RangeId,
    StoreId,
};

use crate::setting::ranges;

/// A range on three stores, and a fourth store that has never heard of any.
fn one_is_new() -> Cluster {
    let mut cluster = Cluster::new(Config::default(), 4, &ranges(1, 3)).expect("the disks are new");
    cluster.run(Span::secs(1));
    cluster
}

fn raft(range: u64, from: u64, to: u64, term: u64, body: Body) -> Load {
    let message = Message { from: PeerId(from), to: PeerId(to), term: Term(term), body };
    Load::Raft(Box::new(RaftMessageRequest { range: RangeId(range), message, quiesce: None }))
}

fn deliver(cluster: &mut Cluster, to: u32, load: Load) {
    let parcels = vec![Parcel { cause: None, load }];
    let envelope = Envelope { from: StoreId(1), to: StoreId(to), parcels };
    cluster.tell(StoreId(to), Input::Receive(envelope));
}

fn vote() -> Body {
    let last = raft::EntryId { term: Term(5), index: Index(10) };
    Body::Vote { kind: raft::VoteKind::Vote, last, transfer: false, priority: 0 }
}

#[test]
fn a_replica_that_knows_no_keys_votes_and_does_nothing_else() {
    let mut cluster = one_is_new();
    deliver(&mut cluster, 4, raft(9, 1, 3, 6, vote()));
    cluster.run(Span::secs(60));
    let store = cluster.store(StoreId(4)).expect("it runs");
    let replica = store.replica(RangeId(9)).expect("the vote made one");
    assert!(replica.state().is_none() && store.unquiesced().is_empty());
    assert_eq!(store.counters().ticks, 0);
    assert_eq!(replica.log().hard_state.vote, PeerId(1));
    assert!(store.counters().of_kind(raft::MessageKind::VoteResp) == 1);
    cluster.kill(StoreId(4));
    cluster.restart(StoreId(4)).expect("its disk is sound");
    let replica = cluster.store(StoreId(4)).and_then(|store| store.replica(RangeId(9)));
    let hard_state = replica.expect("it is on disk").log().hard_state;
    assert_eq!((hard_state.term, hard_state.vote), (Term(6), PeerId(1)), "votes are not forgotten");
}

#[test]
fn what_no_store_sends_is_dropped() {
    let mut cluster = one_is_new();
    let before = cluster.sum(|c| c.dropped);
    let snapshot = Body::Snapshot(std::sync::Arc::default());
    let appended = Body::StorageAppended { last: None, snapshot: None };
    let loads = [
        raft(1, 1, 2, 9, snapshot),
        raft(1, 1, 2, 9, appended),
        raft(1, 1, 77, 6, vote()),
        raft(5, 1, 0, 6, vote()),
        raft(5, 1, u64::MAX, 6, vote()),
    ];
    let count = loads.len() as u64;
    for load in loads {
        deliver(&mut cluster, 2, load);
    }
    assert_eq!(cluster.sum(|c| c.dropped) - before, count);
    cluster.run(Span::secs(20));
    assert!(cluster.leader(RangeId(1)).is_some());
}

#[test]
fn every_message_has_a_cause() {
    let ranges: Vec<RangeDescriptor> = ranges(3, 3);
    let mut cluster = Cluster::new(Config::default(), 3, &ranges).expect("the disks are new");
    cluster.run(Span::secs(20));
    let events = cluster.take_events();
    let known: std::collections::BTreeSet<_> = events.iter().map(|event| event.id).collect();
    assert_eq!(known.len(), events.len(), "no name is given twice");
    let mut stepped = 0;
    for event in &events {
        assert!(event.cause.is_none_or(|cause| known.contains(&cause)));
        if let EventKind::Stepped { .. } = event.kind {
            assert!(event.cause.is_some());
            stepped += 1;
        }
    }
    assert!(stepped > 0);
}
