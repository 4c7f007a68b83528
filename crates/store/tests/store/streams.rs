//! A stream takes so many messages at a time. What finds it full is dropped, and Raft makes good for it.

use bytes::Bytes;
use det::Span;
use raft::MessageKind;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, EventKind, Heartbeats, Input, Loss, RangeId, Replica, Request,
    RequestId, StoreId,
};

use crate::setting::{key, settled};

const RANGES: usize = 60;

/// Few enough that ranges which speak at once do not all find room.
const CAPACITY: usize = 4;

/// The kinds of the messages that found a stream full, and how often Raft was told that nobody can be
/// reached there.
fn dropped(cluster: &mut Cluster) -> (Vec<MessageKind>, usize) {
    let (mut full, mut unreachable) = (Vec::new(), 0);
    for event in cluster.take_events() {
        if let EventKind::Dropped { kind, why: Loss::StreamFull, .. } = event.kind {
            full.push(kind);
        } else if let EventKind::Raft { event, .. } = event.kind {
            unreachable += usize::from(matches!(*event, raft::Event::PeerUnreachable { .. }));
        }
    }
    (full, unreachable)
}

/// A write to each range that has a leader.
fn write_to_all(cluster: &mut Cluster, value: &'static str) {
    for at in 0..RANGES {
        let range = RangeId(at as u64 + 1);
        let Some(leader) = cluster.leader(range) else { continue };
        let request = Request::Put { key: key(at), value: Bytes::from_static(value.as_bytes()) };
        let id = RequestId(range.0);
        let request = ClientRequest { id, range, timestamp: None, request };
        cluster.tell(leader, Input::Request(request));
    }
}

/// Everything is applied everywhere, and all sleep.
#[track_caller]
fn check_rest(cluster: &Cluster) {
    for at in 0..RANGES {
        let range = RangeId(at as u64 + 1);
        let states: Vec<_> = cluster.replicas(range).map(Replica::state).collect();
        assert!(states.len() == 3 && states.iter().all(|state| *state == states[0]), "{range}");
        assert!(cluster.replicas(range).all(Replica::is_quiescent), "{range}");
    }
}

#[test]
fn entries_that_found_a_stream_full_are_sent_again() {
    let heartbeats = Heartbeats::Single;
    let config = Config { stream_messages: CAPACITY, heartbeats, ..Config::default() };
    let mut cluster = settled(&config, RANGES, Span::secs(40));
    check_rest(&cluster);
    cluster.isolate(StoreId(3), true);
    write_to_all(&mut cluster, "missed by one");
    cluster.run(Span::secs(2));
    cluster.take_events();
    cluster.isolate(StoreId(3), false);
    cluster.run(Span::secs(40));
    let (full, unreachable) = dropped(&mut cluster);
    for kind in [MessageKind::App, MessageKind::Heartbeat] {
        assert!(full.contains(&kind), "no {kind:?} among {} messages", full.len());
    }
    assert!(0 < unreachable, "Raft goes on as if the entries had left");
    assert!(cluster.sum(|counters| counters.dropped) >= full.len() as u64);
    write_to_all(&mut cluster, "for all");
    cluster.run(Span::secs(40));
    check_rest(&cluster);
    let replies = cluster.take_replies();
    assert!(replies.iter().filter(|(_, reply)| reply.result.is_ok()).count() >= RANGES);
}
