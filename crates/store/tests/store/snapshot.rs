//! Snapshots: who needs one gets one, who cannot take one is told so, and nothing is left behind.

use std::collections::BTreeMap;

use bytes::Bytes;
use det::Span;
use raft::{EntryId, HardState, Index, Message, PeerId, Term};
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Envelope, Event, EventKind, Input, Load, LogEngine, Parcel,
    RaftMessageRequest, RangeId, Replica, Request, RequestId, SnapshotBody, SnapshotEnd,
    SnapshotEvent, SnapshotHeader, SnapshotId, SnapshotMessage, SnapshotRefusal, Store, StoreId,
    kv,
};

use crate::setting::settled;

use SnapshotRefusal::{NotMember, OutOfOrder, Unknown, Unreadable};

pub(crate) const LEFT: RangeId = RangeId(1);
const RIGHT: RangeId = RangeId(100);
const STORES: [StoreId; 3] = [StoreId(1), StoreId(2), StoreId(3)];

/// Logs are short, and nobody waits for the dead.
pub(crate) fn config() -> Config {
    Config {
        truncate_entries: 10,
        truncate_bytes: 1 << 10,
        log_max_bytes: 0,
        snapshot_batch_bytes: 512,
        ..Config::default()
    }
}

fn name(at: u64) -> Bytes {
    format!("k000000-{at:03}").into()
}

fn ask(cluster: &mut Cluster, range: RangeId, request: Request) {
    let to = cluster.leader(range).expect("it has a leader");
    let request = ClientRequest { id: RequestId(0), range, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
    cluster.run(Span::millis(30));
}

pub(crate) fn put(cluster: &mut Cluster, range: RangeId, keys: std::ops::Range<u64>) {
    for at in keys {
        let value = Bytes::from(vec![7; 100]);
        ask(cluster, range, Request::Put { key: name(at), value });
    }
}

/// A store that does not lead.
pub(crate) fn follower(cluster: &Cluster) -> StoreId {
    let leader = cluster.leader(LEFT).expect("it has a leader");
    STORES.into_iter().find(|&store| store != leader).expect("there are three")
}

/// A cluster, and a store of it that has missed 40 puts; the log of those is gone.
fn cut_off(config: &Config) -> (Cluster, StoreId) {
    let mut cluster = settled(config, 1, Span::secs(10));
    let late = follower(&cluster);
    put(&mut cluster, LEFT, 0..20);
    cluster.isolate(late, true);
    cluster.run(Span::secs(10));
    put(&mut cluster, LEFT, 10..50);
    cluster.run(Span::secs(5));
    (cluster, late)
}

/// All stores have the same of these ranges, and it is what their statistics say.
#[track_caller]
pub(crate) fn check_alike(cluster: &Cluster, ranges: &[RangeId]) {
    for &range in ranges {
        let states: Vec<_> = cluster.replicas(range).map(Replica::state).collect();
        assert_eq!(states.len(), 3);
        assert!(states.iter().all(|state| state.is_some() && *state == states[0]));
        let state = states[0].expect("it knows its keys");
        for store in cluster.stores() {
            let view = store.engines().state().view();
            let (start, end) = (&state.descriptor.start, &state.descriptor.end);
            assert_eq!(kv::compute_stats(&view, start, end), Ok(state.applied.stats));
        }
    }
}

/// No stream is left, nor anything that was kept for one.
#[track_caller]
pub(crate) fn check_clean(cluster: &Cluster) {
    for store in cluster.stores() {
        let streams = store.snapshots();
        assert!(streams.outgoing().is_empty() && streams.incoming().is_empty());
        assert!(streams.waiting().is_empty() && streams.placeholders().next().is_none());
        assert!(store.engines().state().readers().is_empty(), "no moment is pinned");
        let names = store.engines().vfs().links();
        assert!(names.iter().all(|link| !link.name.starts_with("snapshot/")), "{names:?}");
    }
}

/// What happened to streams since the last call, each thing because of an earlier one of its stream.
pub(crate) fn stream_events(cluster: &mut Cluster) -> Vec<(RangeId, SnapshotEvent)> {
    let (mut found, mut seen) = (Vec::new(), BTreeMap::new());
    for Event { id: event, cause, kind, .. } in cluster.take_events() {
        let EventKind::Snapshot { range, what, id } = kind else { continue };
        if let SnapshotEvent::BatchSent { .. } | SnapshotEvent::BatchReceived { .. } = what {
            assert_eq!(cause.and_then(|cause| seen.get(&cause)), Some(&id), "{what:?}");
        }
        seen.insert(event, id);
        found.push((range, what));
    }
    found
}

fn ends(events: &[(RangeId, SnapshotEvent)]) -> Vec<SnapshotEnd> {
    let end = |(_, what): &(_, SnapshotEvent)| {
        let (SnapshotEvent::Ended(end) | SnapshotEvent::Abandoned(end)) = what else { return None };
        Some(*end)
    };
    events.iter().filter_map(end).collect()
}

fn store(cluster: &Cluster, id: StoreId) -> &Store {
    cluster.store(id).expect("it runs")
}

#[track_caller]
fn check_catches_up(config: &Config, tables: usize) {
    let (mut cluster, late) = cut_off(config);
    cluster.take_events();
    cluster.isolate(late, false);
    cluster.run(Span::secs(20));
    check_alike(&cluster, &[LEFT]);
    check_clean(&cluster);
    assert_eq!(cluster.sum(|c| c.snapshots_received), 1);
    let (sent, came) =
        (cluster.sum(|c| c.snapshot_bytes_sent), cluster.sum(|c| c.snapshot_bytes_received));
    assert!(sent == came && sent > 50 * 100, "{sent} bytes");
    let events = stream_events(&mut cluster);
    let (mut of, mut numbers) = (None, Vec::new());
    for (_, what) in &events {
        if let SnapshotEvent::Offered { batches, .. } = what {
            of = Some(*batches);
        } else if let SnapshotEvent::BatchReceived { number, of: all, bytes, .. } = what {
            assert!(Some(*all) == of && *bytes < 512 + 200);
            numbers.push(*number);
        }
    }
    assert!(numbers.len() > 10 && numbers.iter().copied().eq(1..=of.unwrap_or_default()));
    let last = store(&cluster, late).replica(LEFT).expect("it is there").log().truncated;
    assert!(events.contains(&(LEFT, SnapshotEvent::Applied { last, tables })), "{events:?}");
    put(&mut cluster, LEFT, 0..50);
    cluster.run(Span::secs(20));
    check_alike(&cluster, &[LEFT]);
}

#[test]
fn a_follower_that_was_cut_off_gets_a_snapshot() {
    check_catches_up(&config(), 3);
    check_catches_up(&Config { log_engine: LogEngine::Shared, ..config() }, 3);
    check_catches_up(&Config { snapshot_table_bytes: 2_000, ..config() }, 6);
}

#[test]
fn a_follower_that_the_log_can_help_gets_entries() {
    let (mut cluster, late) = cut_off(&Config { log_max_bytes: 1 << 20, ..config() });
    cluster.isolate(late, false);
    cluster.run(Span::secs(20));
    check_alike(&cluster, &[LEFT]);
    assert_eq!(cluster.sum(|c| c.snapshots_sent), 0);
}

/// A store missed a split. The new range, which has no keys yet and waits for no slot, is offered to it
/// while the whole range is still there. It has voted in the new range before.
#[test]
fn a_snapshot_that_overlaps_waits_for_the_other_and_keeps_the_vote() {
    let (mut cluster, late) = cut_off(&Config { snapshot_rate: 2_000, ..config() });
    ask(&mut cluster, LEFT, Request::Split { key: name(60), range: RIGHT });
    cluster.run(Span::secs(5));
    put(&mut cluster, LEFT, 0..50);
    cluster.run(Span::secs(5));
    let last = EntryId { term: Term(50), index: Index(99) };
    let body = raft::Body::Vote { kind: raft::VoteKind::Vote, last, transfer: false, priority: 0 };
    let to = cluster.replicas(RIGHT).next().and_then(|replica| replica.descriptor());
    let to = to.and_then(|descriptor| descriptor.on_store(late)).expect("it is a member");
    let from = if to.replica.0 == 1 { PeerId(2) } else { PeerId(1) };
    let message = Message { from, to: to.replica.peer(), term: Term(50), body };
    let request = RaftMessageRequest { range: RIGHT, message, quiesce: None };
    let parcels = vec![Parcel { cause: None, load: Load::Raft(Box::new(request)) }];
    let envelope = Envelope { from: StoreId(9), to: late, parcels };
    cluster.tell(late, Input::Receive(envelope));
    cluster.run(Span::millis(100));
    let vote = |cluster: &Cluster| {
        store(cluster, late).replica(RIGHT).expect("it is there").log().hard_state
    };
    assert_eq!((vote(&cluster).term, vote(&cluster).vote), (Term(50), from));
    cluster.isolate(late, false);
    cluster.take_events();
    let mut seen: BTreeMap<(StoreId, RangeId), HardState> = BTreeMap::new();
    for _ in 0..600 {
        cluster.run(Span::millis(100));
        for store in cluster.stores() {
            for replica in store.replicas() {
                let now = replica.log().hard_state;
                let before = seen.insert((store.id(), replica.range()), now).unwrap_or(now);
                assert!(before.term <= now.term && before.commit <= now.commit);
                let may_vote = before.term < now.term || before.vote == PeerId::NONE;
                assert!(may_vote || before.vote == now.vote, "{before:?} {now:?}");
            }
        }
    }
    assert!(vote(&cluster).term > Term(50), "nobody could be elected in its term");
    check_alike(&cluster, &[LEFT, RIGHT]);
    check_clean(&cluster);
    let events = stream_events(&mut cluster);
    let refused = SnapshotRefusal::Overlap(LEFT);
    assert!(ends(&events).contains(&SnapshotEnd::Refused(refused)), "{events:?}");
    assert_eq!(cluster.sum(|c| c.snapshots_received), 2, "each range got its own");
    put(&mut cluster, RIGHT, 60..70);
    cluster.run(Span::secs(5));
    check_alike(&cluster, &[LEFT, RIGHT]);
}

/// A stream that takes so long that something can happen in its middle.
fn in_the_middle(config: &Config) -> (Cluster, StoreId, StoreId) {
    let (mut cluster, late) = cut_off(&Config { snapshot_rate: 1_000, ..config.clone() });
    cluster.isolate(late, false);
    cluster.take_events();
    let is_half = |cluster: &Cluster| {
        store(cluster, late).snapshots().incoming().iter().any(|incoming| incoming.done == 4)
    };
    for _ in 0..200 {
        cluster.run(Span::millis(50));
        if is_half(&cluster) {
            let leader = cluster.leader(LEFT).expect("it has a leader");
            let placeholders = store(&cluster, late).snapshots().placeholders().count();
            assert_eq!(placeholders, 0, "it knows its keys already");
            assert_eq!(store(&cluster, leader).engines().state().readers().len(), 1);
            return (cluster, leader, late);
        }
    }
    panic!("the stream never came to its middle");
}

#[test]
fn a_stream_that_is_cut_leaves_nothing_behind() {
    let (mut cluster, _, late) = in_the_middle(&config());
    cluster.isolate(late, true);
    cluster.run(Span::secs(10));
    check_clean(&cluster);
    let events = stream_events(&mut cluster);
    assert_eq!(ends(&events), [SnapshotEnd::PeerLost; 2], "either side knows");
    cluster.isolate(late, false);
    cluster.run(Span::secs(40));
    check_alike(&cluster, &[LEFT]);
    check_clean(&cluster);
}

#[test]
fn a_part_that_is_lost_ends_the_stream() {
    let (mut cluster, _, late) = in_the_middle(&config());
    cluster.isolate(late, true);
    cluster.run(Span::secs(1));
    cluster.isolate(late, false);
    cluster.run(Span::secs(2));
    let out_of_order = SnapshotEnd::Refused(OutOfOrder);
    assert!(ends(&stream_events(&mut cluster)).contains(&out_of_order));
    cluster.run(Span::secs(40));
    check_alike(&cluster, &[LEFT]);
    check_clean(&cluster);
}

#[test]
fn a_sender_or_receiver_that_dies_leaves_nothing_behind() {
    for (sender_dies, wait) in [(true, 0), (true, 15), (false, 0), (false, 15)] {
        let (mut cluster, leader, late) = in_the_middle(&config());
        let dead = if sender_dies { leader } else { late };
        cluster.kill(dead);
        cluster.run(Span::secs(wait));
        if wait > 0 {
            check_clean(&cluster);
        }
        cluster.restart(dead).expect("a crash damages nothing");
        cluster.run(Span::secs(60));
        check_alike(&cluster, &[LEFT]);
        check_clean(&cluster);
    }
}

/// What a sender says in a stream.
fn say(cluster: &mut Cluster, from: StoreId, to: StoreId, serial: u64, body: SnapshotBody) {
    let id = SnapshotId { store: from, serial };
    let message = SnapshotMessage { id, range: LEFT, body };
    let parcels = vec![Parcel { cause: None, load: Load::Snapshot(Box::new(message)) }];
    cluster.tell(to, Input::Receive(Envelope { from, to, parcels }));
}

#[test]
fn a_snapshot_that_comes_too_late_is_ignored() {
    let mut cluster = settled(&config(), 1, Span::secs(10));
    let (from, to) = (cluster.leader(LEFT).expect("it has a leader"), follower(&cluster));
    put(&mut cluster, LEFT, 0..20);
    let state = store(&cluster, from).replica(LEFT).and_then(Replica::state).cloned();
    let state = state.expect("it knows its keys");
    let on = |id| state.descriptor.on_store(id).expect("it is a member").replica;
    let (term, batches) = (Term(6), 0);
    let header = SnapshotHeader { from: on(from), to: on(to), state, term, batches, bytes: 0 };
    put(&mut cluster, LEFT, 10..20);
    cluster.run(Span::secs(5));
    cluster.take_events();
    say(&mut cluster, from, to, 77, SnapshotBody::Header(Box::new(header.clone())));
    say(&mut cluster, from, to, 77, SnapshotBody::Final);
    let last = header.last();
    assert!(stream_events(&mut cluster).contains(&(LEFT, SnapshotEvent::Ignored { last })));
    assert_eq!(
        (cluster.sum(|c| c.snapshots_ignored), cluster.sum(|c| c.snapshots_received)),
        (1, 0)
    );
    cluster.run(Span::secs(5));
    check_alike(&cluster, &[LEFT]);
    check_clean(&cluster);
}

#[test]
fn what_is_no_part_of_a_stream_is_refused() {
    let mut cluster = settled(&config(), 1, Span::secs(10));
    let (from, to) = (cluster.leader(LEFT).expect("it has a leader"), follower(&cluster));
    let state = store(&cluster, from).replica(LEFT).and_then(Replica::state).cloned();
    let state = state.expect("it knows its keys");
    let on = |id| state.descriptor.on_store(id).expect("it is a member").replica;
    let (own, term) = (on(to), Term(6));
    let header = SnapshotHeader { from: on(from), to: own, state, term, batches: 2, bytes: 0 };
    let mut refusals = Vec::new();
    let bad = SnapshotHeader { to: store::ReplicaId(99), ..header.clone() };
    for (serial, body) in [
        (1, SnapshotBody::Final),
        (2, SnapshotBody::Header(Box::new(bad))),
        (3, SnapshotBody::Header(Box::new(header.clone()))),
        (3, SnapshotBody::Batch { number: 0, data: Bytes::from_static(b"no batch") }),
        (4, SnapshotBody::Header(Box::new(header))),
        (4, SnapshotBody::Batch { number: 1, data: Bytes::new() }),
    ] {
        say(&mut cluster, from, to, serial, body);
        for (_, what) in stream_events(&mut cluster) {
            if let SnapshotEvent::Refused { why, .. } = what {
                refusals.push(why);
            }
        }
    }
    assert_eq!(refusals, [Unknown, NotMember, Unreadable, OutOfOrder]);
    cluster.run(Span::secs(5));
    check_alike(&cluster, &[LEFT]);
    check_clean(&cluster);
}

#[test]
fn a_stream_keeps_to_its_rate() {
    let (mut cluster, leader, _) = in_the_middle(&config());
    let sent = |cluster: &Cluster| store(cluster, leader).counters().snapshot_bytes_sent;
    let before = sent(&cluster);
    cluster.run(Span::secs(3));
    let bytes = sent(&cluster) - before;
    assert!((2_000..=4_000).contains(&bytes), "{bytes} bytes in three seconds");
}

#[test]
fn one_snapshot_with_keys_comes_in_at_a_time() {
    let config = Config { snapshot_rate: 2_000, ..config() };
    let mut cluster = settled(&config, 1, Span::secs(10));
    put(&mut cluster, LEFT, 0..50);
    ask(&mut cluster, LEFT, Request::Split { key: name(25), range: RIGHT });
    let late = follower(&cluster);
    cluster.run(Span::secs(5));
    cluster.isolate(late, true);
    cluster.run(Span::secs(10));
    put(&mut cluster, LEFT, 0..25);
    put(&mut cluster, RIGHT, 25..50);
    cluster.run(Span::secs(5));
    cluster.isolate(late, false);
    cluster.take_events();
    for _ in 0..300 {
        cluster.run(Span::millis(50));
        assert!(store(&cluster, late).snapshots().incoming().len() <= 1);
    }
    let events = stream_events(&mut cluster);
    let waits = |(_, what): &&(_, SnapshotEvent)| matches!(what, SnapshotEvent::Waits { .. });
    assert_eq!(events.iter().filter(waits).count(), 1, "{events:?}");
    assert_eq!(ends(&events), [SnapshotEnd::Applied; 2]);
    check_alike(&cluster, &[LEFT, RIGHT]);
    check_clean(&cluster);
}
