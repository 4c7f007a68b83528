//! Bytes on the streams, added up by hand.

use bytes::Bytes;
use det::Span;
use raft::{MessageKind, Storage};
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, EventKind, Freight, Heartbeats, Input, Quiescence, RangeId, Request,
    RequestId,
};

use crate::setting::{key, settled};

const RANGE: RangeId = RangeId(1);

/// A field with a small number: its tag and one byte.
const NUMBER: u64 = 2;
/// A field that is not long has its tag and its length before it.
const FIELD: u64 = 2;
/// Node, store and replica.
const PLACE: u64 = FIELD + 3 * NUMBER;
/// Range, sender and receiver, and what stands before the whole of it.
const AROUND: u64 = FIELD + NUMBER + 2 * PLACE;
/// Kind, receiver, sender, term.
const MESSAGE: u64 = FIELD + 4 * NUMBER;
/// A heartbeat that travels alone has a commit index besides.
const SINGLE: u64 = AROUND + MESSAGE + NUMBER;
/// Its answer has not.
const SINGLE_ANSWER: u64 = AROUND + MESSAGE;
/// Around heartbeats: sender and receiver without replicas, and a message that says only its kind.
const COALESCED: u64 = 2 * (FIELD + 2 * NUMBER) + FIELD + NUMBER;
/// Range, sender, receiver, term.
const ANSWER: u64 = FIELD + 4 * NUMBER;
/// The same, and a commit index.
const BEAT: u64 = ANSWER + NUMBER;

/// Of fields that may be long, the length takes two bytes from 128 on.
fn field(bytes: u64) -> u64 {
    bytes + if bytes < 128 { 2 } else { 3 }
}

fn config(heartbeats: Heartbeats) -> Config {
    Config { heartbeats, quiescence: Quiescence::Off, ..Config::default() }
}

fn bytes(cluster: &Cluster, freight: Freight) -> u64 {
    cluster.sum(|counters| counters.bytes_of(freight))
}

/// Lets time pass, and says how many bytes of either kind of heartbeats that cost, and what was sent.
fn beats(cluster: &mut Cluster, span: Span) -> ([u64; 2], Vec<EventKind>) {
    let kinds = [Freight::Heartbeats, Freight::HeartbeatResponses];
    let before = kinds.map(|kind| bytes(cluster, kind));
    cluster.take_events();
    cluster.run(span);
    let after = kinds.map(|kind| bytes(cluster, kind));
    let events = cluster.take_events().into_iter().map(|event| event.kind).collect();
    ([after[0] - before[0], after[1] - before[1]], events)
}

#[test]
fn single_heartbeats_have_an_envelope_each() {
    let mut cluster = settled(&config(Heartbeats::Single), 40, Span::secs(20));
    let ([requests, responses], events) = beats(&mut cluster, Span::secs(10));
    let of = |wanted: MessageKind| {
        let is_it =
            |event: &&EventKind| matches!(event, EventKind::Sent { kind, .. } if *kind == wanted);
        events.iter().filter(is_it).count() as u64
    };
    assert_eq!(of(MessageKind::Heartbeat), 40 * 2 * 10);
    assert_eq!(requests, of(MessageKind::Heartbeat) * SINGLE);
    assert_eq!(responses, of(MessageKind::HeartbeatResp) * SINGLE_ANSWER);
    assert_eq!((SINGLE, SINGLE_ANSWER), (32, 30));
}

#[test]
fn coalesced_heartbeats_share_one() {
    let mut cluster = settled(&config(Heartbeats::Coalesced), 40, Span::secs(20));
    let ([requests, responses], events) = beats(&mut cluster, Span::secs(10));
    let (mut by_hand, mut count) = ([0; 2], 0);
    for event in events {
        let EventKind::SentCoalesced { kind, beats, .. } = event else { continue };
        let beats = beats as u64;
        if kind == MessageKind::Heartbeat {
            by_hand[0] += field(COALESCED + beats * BEAT);
            count += beats;
        } else {
            by_hand[1] += field(COALESCED + beats * ANSWER);
        }
    }
    assert_eq!(count, 40 * 2 * 10, "as many as alone");
    assert_eq!([requests, responses], by_hand);
    assert!(requests < count * SINGLE / 2, "less than half of what it costs alone");
}

#[test]
fn a_write_costs_its_entry_twice_and_what_is_around_it() {
    let mut cluster = settled(&config(Heartbeats::Coalesced), 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    cluster.take_events();
    let kinds = [Freight::Appends, Freight::AppendResponses];
    let before = kinds.map(|kind| bytes(&cluster, kind));
    let all = cluster.sum(store::Counters::bytes_sent);
    let others = |cluster: &Cluster| {
        let kinds = [Freight::Heartbeats, Freight::HeartbeatResponses, Freight::Liveness];
        kinds.map(|kind| bytes(cluster, kind)).iter().sum::<u64>()
    };
    let beside = others(&cluster);
    let put = Request::Put { key: key(0), value: Bytes::from_static(&[b'v'; 300]) };
    let request = ClientRequest { id: RequestId(1), range: RANGE, timestamp: None, request: put };
    cluster.tell(leader, Input::Request(request));
    cluster.run(Span::millis(200));
    let log = cluster.store(leader).and_then(|store| store.log(RANGE)).expect("it has one");
    let entry = log.stored(log.last_index()).expect("it is there");
    assert!(entry.data.len() > 300);
    // Term, index, and the data.
    let entry = 2 * NUMBER + field(entry.data.len() as u64);
    // The entry before, by term and index, and the commit index.
    let message = 4 * NUMBER + 3 * NUMBER;
    let around = NUMBER + 2 * PLACE;
    let with_entry = field(around + field(message + field(entry)));
    let without = field(around + field(message));
    let count = |wanted: MessageKind, events: &[store::Event]| {
        let is_it = |event: &&store::Event| matches!(event.kind, EventKind::Sent { kind, .. } if kind == wanted);
        events.iter().filter(is_it).count() as u64
    };
    let events = cluster.take_events();
    let appends = count(MessageKind::App, &events);
    let answers = count(MessageKind::AppResp, &events);
    assert!(appends > 2, "the others say that it is committed");
    let after = kinds.map(|kind| bytes(&cluster, kind));
    assert_eq!(after[0] - before[0], 2 * with_entry + (appends - 2) * without);
    assert_eq!(after[1] - before[1], answers * (AROUND + MESSAGE + NUMBER));
    let sent = after[0] - before[0] + after[1] - before[1] + others(&cluster) - beside;
    assert_eq!(cluster.sum(store::Counters::bytes_sent) - all, sent);
}
