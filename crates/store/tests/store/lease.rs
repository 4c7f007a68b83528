//! What a lease promises: reads that stay as they were read, one extension at a time, a holder that can serve.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use det::{Span, Time};
use raft::MessageKind;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, EventKind, Gateway, Groups, Input, LeaseTerm, Outcome,
    RangeDescriptor, RangeId, Reply, Request, RequestError, RequestId, Step, StoreId,
    TransferRefusal,
};

use crate::setting::{ranges, settled, wait_until};

const RANGE: RangeId = RangeId(1);
const ALL: [StoreId; 3] = [StoreId(1), StoreId(2), StoreId(3)];

fn name(at: u64) -> Bytes {
    format!("k000000-{at:03}").into()
}

fn put(at: u64) -> Request {
    Request::Put { key: name(at), value: vec![7; 100].into() }
}

fn send(cluster: &mut Cluster, to: StoreId, timestamp: Option<Time>, request: Request) {
    let request = ClientRequest { id: RequestId(7), range: RANGE, timestamp, request };
    cluster.tell(to, Input::Request(request));
}

fn ask(
    cluster: &mut Cluster,
    timestamp: Option<Time>,
    request: Request,
) -> (Result<Reply, RequestError>, Time) {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    send(cluster, leader, timestamp, request);
    cluster.run(Span::millis(100));
    let reply = cluster.take_replies().pop().expect("it is answered").1;
    (reply.result, reply.timestamp)
}

fn others(store: StoreId) -> Vec<StoreId> {
    ALL.into_iter().filter(|&other| other != store).collect()
}

/// Naive mode wrote before what had been read: the same read found two things.
#[track_caller]
fn check_reads_stay(evaluation: Evaluation) {
    let config = Config { evaluation, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(20));
    assert_eq!(ask(&mut cluster, None, put(1)).0, Ok(Reply::Written));
    let (now, get) = (cluster.now(), Request::Get { key: name(1) });
    let early = Some(Time(now.0 - 10));
    let condition = |value: &'static str| Request::ConditionalPut {
        key: name(2),
        expected: Some(Bytes::from(value)),
        value: Bytes::from("new"),
    };
    let first = ask(&mut cluster, Some(now), get.clone()).0;
    let (written, at) =
        ask(&mut cluster, early, Request::Put { key: name(1), value: "new".into() });
    assert_eq!(written, Ok(Reply::Written));
    assert!(now < at, "{evaluation:?}: written at {at}, before what was read at {now}");
    assert_eq!(ask(&mut cluster, Some(now), get).0, first);
    // What a condition found is a read as well.
    let now = cluster.now();
    let (failed, read) = ask(&mut cluster, Some(now), condition("old"));
    assert_eq!(failed, Err(RequestError::ConditionFailed { actual: None }));
    let other = Request::Put { key: name(2), value: "old".into() };
    let (_, at) = ask(&mut cluster, Some(Time(now.0 - 10)), other);
    assert!(read < at, "{evaluation:?}: written at {at}, before the condition failed at {read}");
    // A read that comes while the write is on its way waits for it.
    let leader = cluster.leader(RANGE).expect("it has a leader");
    send(&mut cluster, leader, None, Request::Put { key: name(1), value: "third".into() });
    send(&mut cluster, leader, None, Request::Get { key: name(1) });
    cluster.run(Span::millis(100));
    let told: Vec<_> = cluster.take_replies().into_iter().map(|(_, reply)| reply.result).collect();
    assert_eq!(told, [Ok(Reply::Written), Ok(Reply::Value(Some("third".into())))]);
}

#[test]
fn nothing_is_written_before_what_was_read() {
    check_reads_stay(Evaluation::Proposer);
    check_reads_stay(Evaluation::Naive);
}

/// The second copy of an extension took effect too, and could move the end of the lease back.
#[test]
fn no_command_takes_effect_twice_extensions_included() {
    let mut extended = 0;
    for seed in 1..=20 {
        let meta = RangeDescriptor::new(RANGE, &b"\x03"[..], &b"\x04"[..], &ALL);
        let config = Config { seed, ..Config::default() };
        let mut cluster = Cluster::new(config, 3, &[meta]).expect("the disks are new");
        cluster.network.loss_per_million = 100_000;
        let mut places: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut ends = BTreeMap::new();
        cluster.run(Span::secs(300));
        for event in cluster.take_events() {
            let store = event.id.store;
            if let EventKind::Applied { command, entry, outcome: Outcome::Done, .. } = event.kind {
                let places = places.entry((store, command)).or_default();
                places.insert(entry.index);
                assert_eq!(places.len(), 1, "seed {seed}: {command:?} at {places:?} on {store}");
            }
            if let EventKind::LeaseChanged { lease, .. } = event.kind
                && let LeaseTerm::Expiration(end) = lease.term
            {
                let before = ends.insert((store, lease.sequence), end);
                extended += u32::from(before.is_some());
                assert!(before <= Some(end), "seed {seed}: the end of a lease moved back");
            }
        }
    }
    assert!(extended > 1_000, "{extended} extensions");
}

/// A cluster in which one store has to wait long for a snapshot.
fn with_a_late_one(seed: u64) -> (Cluster, StoreId, StoreId) {
    let config = Config {
        seed,
        truncate_entries: 10,
        truncate_bytes: 1 << 10,
        log_max_bytes: 0,
        snapshot_batch_bytes: 512,
        snapshot_rate: 300,
        ..Config::default()
    };
    let mut cluster = settled(&config, 1, Span::secs(10));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let late = others(leader)[0];
    let fill = |cluster: &mut Cluster, keys: std::ops::Range<u64>| {
        for at in keys {
            send(cluster, leader, None, put(at));
            cluster.run(Span::millis(30));
        }
    };
    fill(&mut cluster, 0..20);
    cluster.isolate(late, true);
    cluster.run(Span::secs(10));
    fill(&mut cluster, 10..50);
    cluster.run(Span::secs(5));
    cluster.isolate(late, false);
    cluster.run(Span::secs(4));
    assert!(!cluster.store(late).expect("it runs").snapshots().incoming().is_empty());
    cluster.take_replies();
    cluster.take_events();
    (cluster, leader, late)
}

fn refusals(cluster: &mut Cluster) -> Vec<TransferRefusal> {
    let refused = |event: store::Event| {
        let EventKind::TransferRefused { why, .. } = event.kind else { return None };
        Some(why)
    };
    cluster.take_events().into_iter().filter_map(refused).collect()
}

#[test]
fn a_lease_does_not_go_to_who_needs_a_snapshot() {
    for seed in 1..=3 {
        let (mut cluster, leader, late) = with_a_late_one(seed);
        cluster.tell(leader, Input::TransferLease { range: RANGE, to: late });
        let refused = refusals(&mut cluster);
        assert!(matches!(refused[..], [TransferRefusal::MayNeedSnapshot { .. }]), "{refused:?}");
        assert_eq!(ask(&mut cluster, None, put(60)).0, Ok(Reply::Written));
        assert_eq!(cluster.leader(RANGE), Some(leader));
    }
}

#[test]
fn each_transfer_that_makes_no_sense_is_refused_with_its_reason() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let [other, dead] = others(leader)[..] else { panic!("there are three") };
    cluster.take_events();
    let check = |cluster: &mut Cluster, at, to, why| {
        cluster.tell(at, Input::TransferLease { range: RANGE, to });
        assert_eq!(refusals(cluster), [why]);
    };
    check(&mut cluster, other, leader, TransferRefusal::NotLeaseHolder);
    check(&mut cluster, leader, StoreId(9), TransferRefusal::NotMember);
    check(&mut cluster, leader, leader, TransferRefusal::HasIt);
    cluster.kill(dead);
    cluster.run(Span::secs(10));
    cluster.take_events();
    check(&mut cluster, leader, dead, TransferRefusal::NotLive);
    // A holder that does not lead yet cannot know what the others have.
    cluster.tell(leader, Input::TransferLease { range: RANGE, to: other });
    let is_holder = |cluster: &Cluster| {
        let state = cluster.store(other).and_then(|store| store.replica(RANGE)?.state());
        state.and_then(|state| state.lease.holder).is_some_and(|holder| holder.store == other)
    };
    wait_until(&mut cluster, Span::millis(1), "the lease is handed over", is_holder);
    assert_eq!(cluster.leader(RANGE), Some(leader));
    cluster.take_events();
    check(&mut cluster, other, leader, TransferRefusal::NotLeader);
}

/// It ends by itself if its new holder never hears of it, and has an epoch as soon as that one leads.
#[test]
fn a_lease_that_was_handed_over_lasts_for_a_time_and_then_for_an_epoch() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let to = others(leader)[0];
    cluster.take_events();
    cluster.tell(leader, Input::TransferLease { range: RANGE, to });
    cluster.run(Span::secs(5));
    let events = cluster.take_events();
    let terms: Vec<(u64, LeaseTerm)> = events
        .iter()
        .filter(|event| event.id.store == to)
        .filter_map(|event| {
            let EventKind::LeaseChanged { lease, .. } = &event.kind else { return None };
            Some((lease.sequence, lease.term))
        })
        .collect();
    let [(first, LeaseTerm::Expiration(_)), (second, LeaseTerm::Epoch(_))] = terms[..] else {
        panic!("{terms:?}")
    };
    assert_eq!(first, second, "the same lease, made to last");
    cluster.run(Span::secs(20));
    assert!(cluster.stores().all(|store| store.unquiesced().is_empty()), "it can sleep");
}

/// Two stores name each other for a while: a gateway that waits longer each time gets its answer.
#[test]
fn who_is_sent_from_one_to_the_other_waits() {
    let mut gateway = Gateway::new(ranges(1, 3));
    let mut step = gateway.submit(RequestId(1), put(1)).expect("it makes sense");
    let (mut waited, mut pauses) = (Span::ZERO, Vec::new());
    let told = loop {
        let Step::Send { to, request, after, .. } = step else { break step };
        waited = Span(waited.0 + after.0);
        pauses.push(after);
        assert!(pauses.len() < 12, "it asks and asks: {pauses:?}");
        let result = if waited < Span::secs(5) {
            let holder = if to == StoreId(1) { StoreId(2) } else { StoreId(1) };
            Err(RequestError::NotLeaseHolder { holder: Some(holder) })
        } else {
            Ok(Reply::Written)
        };
        let reply = store::ClientReply { id: request.id, result, timestamp: Time::ZERO };
        step = gateway.answer(to, reply);
    };
    assert!(matches!(told, Step::Done(reply) if reply.result == Ok(Reply::Written)));
    assert!(pauses[..3].iter().all(|pause| *pause == Span::ZERO), "{pauses:?}");
    assert!(pauses.is_sorted(), "{pauses:?}");
}

/// Whoever woke without a leader campaigned, though somebody held a good lease: all that came of it was a leader that
/// had to hand over again.
#[test]
fn who_wakes_does_not_campaign_while_another_may_serve() {
    let config = Config { groups: Groups::Lazy, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(5));
    cluster.tell(ALL[0], Input::Wake(RANGE));
    cluster.run(Span::secs(30));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let [first, second] = others(leader)[..] else { panic!("there are three") };
    let asked = |cluster: &Cluster, store| {
        cluster.store(store).expect("it runs").counters().of_kind(MessageKind::PreVote)
    };
    let is_loaded = |cluster: &Cluster| {
        let replica = cluster.store(first).and_then(|store| store.replica(RANGE));
        replica.is_none_or(|replica| replica.raft().is_some())
    };
    // If what it had applied was lost, it is awake from the start.
    let mut lives = 0;
    while is_loaded(&cluster) {
        assert!(lives < 20, "every crash loses something that was applied");
        lives += 1;
        cluster.run(Span::secs(20));
        cluster.kill(first);
        cluster.restart(first).expect("a crash damages nothing");
    }
    let knows = |cluster: &Cluster| {
        let store = cluster.store(first).expect("it runs");
        store.liveness().is_live(leader.node(), cluster.now())
            && store.liveness().get(leader.node()).is_some()
    };
    wait_until(&mut cluster, Span::millis(10), "it knows that the leader lives", knows);
    assert!(!is_loaded(&cluster));
    cluster.tell(first, Input::Wake(RANGE));
    assert!(is_loaded(&cluster));
    assert_eq!(asked(&cluster, first), 0);
    // The lease of the dead keeps nobody from leading.
    cluster.run(Span::secs(20));
    cluster.kill(leader);
    cluster.run(Span::secs(10));
    let before = asked(&cluster, second);
    cluster.tell(second, Input::Wake(RANGE));
    assert_eq!(asked(&cluster, second) - before, 2);
}
