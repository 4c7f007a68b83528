//! What nobody can know or undo: a proposal that a snapshot skipped over, a replica that may not come back.

use bytes::Bytes;
use det::Span;
use lsm::{Batch, Lsm};
use raft::{Body, EntryId, Message, Term, VoteKind};
use store::cluster::Cluster;
use store::keys::RangeIdKey;
use store::{
    ClientRequest, Config, Envelope, EventKind, Input, Load, Loss, Parcel, RaftMessageRequest,
    RangeDescriptor, RangeId, ReplicaId, Reply, Request, RequestError, RequestId, SnapshotEvent,
    StoreId,
};

use crate::setting::{key, settled};

const ALL: [StoreId; 3] = [StoreId(1), StoreId(2), StoreId(3)];
const SYSTEM: RangeId = RangeId(1);
const RANGE: RangeId = RangeId(2);
const GONE: RangeId = RangeId(50);

fn name(at: u64) -> Bytes {
    format!("k000000-{at:03}").into()
}

fn put(at: u64) -> Request {
    Request::Put { key: name(at), value: vec![7; 100].into() }
}

fn send(cluster: &mut Cluster, to: StoreId, id: u64, request: Request) {
    let request = ClientRequest { id: RequestId(id), range: RANGE, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
}

/// Who leads among those that are not cut off.
fn other_leader(cluster: &Cluster, not: StoreId) -> StoreId {
    let leads = |store: &&store::Store| {
        store.id() != not && store.replica(RANGE).is_some_and(store::Replica::is_leader)
    };
    cluster.stores().find(leads).expect("the others have a leader").id()
}

/// A leaseholder is cut off with two proposals. The others have the entry of the first and commit it; of the second
/// they never hear. A snapshot shows the old leaseholder neither the one nor the other.
#[test]
fn of_a_proposal_that_a_snapshot_skipped_over_nobody_knows() {
    let config = Config {
        truncate_entries: 10,
        truncate_bytes: 1 << 10,
        log_max_bytes: 0,
        ..Config::default()
    };
    let ranges =
        [RangeDescriptor::system(SYSTEM, &ALL), RangeDescriptor::new(RANGE, key(0), key(1), &ALL)];
    let mut cluster = Cluster::new(config, 3, &ranges).expect("the disks are new");
    cluster.run(Span::secs(20));
    let old = cluster.leader(RANGE).expect("it has a leader");
    send(&mut cluster, old, 1, put(1));
    cluster.run(Span::millis(30));
    assert!(cluster.take_replies().pop().is_some_and(|(_, reply)| reply.result.is_ok()));
    send(&mut cluster, old, 2, put(2));
    // The entry is written here and arrives there; no answer comes back.
    cluster.run(Span::millis(11));
    cluster.isolate(old, true);
    send(&mut cluster, old, 3, put(3));
    cluster.run(Span::secs(30));
    let new = other_leader(&cluster, old);
    assert_eq!(cluster.take_replies(), [], "nobody can tell the clients anything yet");
    for at in 10..60 {
        send(&mut cluster, new, at, put(at));
        cluster.run(Span::millis(30));
    }
    cluster.run(Span::secs(5));
    assert!(cluster.take_replies().iter().all(|(_, reply)| reply.result.is_ok()));
    cluster.take_events();
    cluster.isolate(old, false);
    cluster.run(Span::secs(20));
    let is_applied = |event: &store::Event| {
        let EventKind::Snapshot { what: SnapshotEvent::Applied { .. }, range, .. } = event.kind
        else {
            return false;
        };
        event.id.store == old && range == RANGE
    };
    assert!(cluster.take_events().iter().any(is_applied), "the log could not help");
    let told = cluster.take_replies();
    let told: Vec<_> = told.iter().map(|(store, told)| (*store, told.id.0, &told.result)).collect();
    let ambiguous = Err(RequestError::Ambiguous);
    assert_eq!(told, [(old, 2, &ambiguous), (old, 3, &ambiguous)]);
    let found = [2, 3].map(|at| {
        send(&mut cluster, new, 70, Request::Get { key: name(at) });
        cluster.run(Span::millis(100));
        let reply = cluster.take_replies().pop().expect("it is served").1;
        reply.result != Ok(Reply::Value(None))
    });
    assert_eq!(found, [true, false], "one was done, the other was not");
}

fn vote_for(replica: ReplicaId) -> Load {
    let (from, last) = (ReplicaId(1).peer(), EntryId::default());
    let body = Body::Vote { kind: VoteKind::Vote, last, transfer: false, priority: 0 };
    let message = Message { from, to: replica.peer(), term: Term(9), body };
    Load::Raft(Box::new(RaftMessageRequest { range: GONE, message, quiesce: None }))
}

/// Members do not change, so the tombstone is written by hand.
#[test]
fn a_replica_that_was_removed_does_not_come_back_and_the_sender_is_told() {
    let [from, to] = [StoreId(1), StoreId(2)];
    let mut cluster = settled(&Config::default(), 1, Span::secs(10));
    cluster.kill(to);
    let disk = cluster.disk_mut(to).expect("it is dead");
    let mut state = Lsm::open(disk, "state", Config::default().engine).expect("it is sound");
    let mut batch = Batch::default();
    batch.put(&RangeIdKey::Tombstone.of(GONE), &5_u64.to_le_bytes());
    state.write(disk, &batch).and_then(|_| state.sync(disk)).expect("nobody broke the disk");
    cluster.restart(to).expect("a crash damages nothing");
    cluster.run(Span::secs(1));
    cluster.take_events();
    for (replica, is_old) in [(4, true), (5, false)].map(|(id, is_old)| (ReplicaId(id), is_old)) {
        let parcels = vec![Parcel { cause: None, load: vote_for(replica) }];
        cluster.tell(to, Input::Receive(Envelope { from, to, parcels }));
        cluster.run(Span::secs(1));
        let events = cluster.take_events();
        let tells = |store: StoreId, kind: &dyn Fn(&EventKind) -> bool| {
            events.iter().any(|event| event.id.store == store && kind(&event.kind))
        };
        let lost = |kind: &EventKind| {
            matches!(kind, EventKind::Dropped { range: GONE, why: Loss::Tombstone, .. })
        };
        let too_old = EventKind::TooOld { range: GONE, replica };
        assert_eq!(tells(to, &lost), is_old, "{replica}");
        assert_eq!(tells(from, &|kind| *kind == too_old), is_old, "{replica}");
        let here = cluster.store(to).and_then(|store| store.replica(GONE));
        assert_eq!(here.map(store::Replica::id), (!is_old).then_some(replica));
    }
}
