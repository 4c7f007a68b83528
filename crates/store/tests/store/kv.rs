//! Requests: what clients are told, what it costs, and that nothing takes effect twice.

use bytes::Bytes;
use det::{Rng, Span, Time};
use proptest::prelude::*;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, Input, RangeId, Reply, Request, RequestError, RequestId,
    StoreId, kv,
};

use crate::setting::{key, settled};

const RANGE: RangeId = RangeId(1);

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

/// A key of the first range.
fn within(text: &str) -> Bytes {
    bytes(&format!("k000000{text}"))
}

fn put(name: &str, value: &str) -> Request {
    Request::Put { key: within(name), value: bytes(value) }
}

fn get(name: &str) -> Request {
    Request::Get { key: within(name) }
}

struct Client {
    cluster: Cluster,
    next: u64,
}

impl Client {
    fn new(evaluation: Evaluation, ranges: usize) -> Self {
        let config = Config { evaluation, ..Config::default() };
        Self { cluster: settled(&config, ranges, Span::secs(30)), next: 0 }
    }

    fn send(&mut self, range: RangeId, timestamp: Option<Time>, request: Request) -> RequestId {
        let id = RequestId(self.next);
        self.next += 1;
        let leader = self.cluster.leader(range).expect("it has a leader");
        let request = ClientRequest { id, range, timestamp, request };
        self.cluster.tell(leader, Input::Request(request));
        id
    }

    fn ask_at(
        &mut self,
        timestamp: Option<Time>,
        request: Request,
    ) -> (Result<Reply, RequestError>, Time) {
        let id = self.send(RANGE, timestamp, request);
        self.cluster.run(Span::millis(100));
        let replies = self.cluster.take_replies();
        let reply = replies.into_iter().find(|(_, reply)| reply.id == id).expect("it is served").1;
        (reply.result, reply.timestamp)
    }

    fn ask(&mut self, request: Request) -> Result<Reply, RequestError> {
        self.ask_at(None, request).0
    }
}

fn value(text: &str) -> Reply {
    Reply::Value(Some(bytes(text)))
}

fn everything_works(evaluation: Evaluation) {
    let mut client = Client::new(evaluation, 1);
    assert_eq!(client.ask(get("a")), Ok(Reply::Value(None)));
    assert_eq!(client.ask(put("a", "1")), Ok(Reply::Written));
    assert_eq!(client.ask(get("a")), Ok(value("1")));
    let swap = |expected: Option<&str>, value: &str| Request::ConditionalPut {
        key: within("a"),
        expected: expected.map(bytes),
        value: bytes(value),
    };
    let failed = RequestError::ConditionFailed { actual: Some(bytes("1")) };
    assert_eq!(client.ask(swap(None, "2")), Err(failed));
    assert_eq!(client.ask(swap(Some("1"), "2")), Ok(Reply::Written));
    let add = |name: &str, by| Request::Increment { key: within(name), by };
    assert_eq!(client.ask(add("a", 40)), Ok(Reply::Number(42)));
    assert_eq!(client.ask(add("n", -3)), Ok(Reply::Number(-3)));
    assert_eq!(client.ask(add("a", i64::MAX)), Err(RequestError::Overflow));
    assert_eq!(client.ask(put("t", "text")), Ok(Reply::Written));
    assert_eq!(client.ask(add("t", 1)), Err(RequestError::NotANumber));
    let delete = Request::DeleteRange { start: within("a"), end: within("o") };
    assert_eq!(client.ask(delete.clone()), Ok(Reply::Deleted(2)));
    assert_eq!(client.ask(delete), Ok(Reply::Deleted(0)));
    assert_eq!(client.ask(get("a")), Ok(Reply::Value(None)));
    assert_eq!(client.ask(get("t")), Ok(value("text")));
    check_stats(&client.cluster);
}

/// What replicas say they hold is what they hold, and it is the same on all.
fn check_stats(cluster: &Cluster) {
    let mut versions = None;
    for store in cluster.stores() {
        let Some(state) = store.replica(RANGE).and_then(store::Replica::state) else { continue };
        let (view, descriptor) = (store.engines().state().view(), &state.descriptor);
        let counted = kv::compute_stats(&view, &descriptor.start, &descriptor.end);
        assert_eq!(counted, Ok(state.applied.stats));
        let found = kv::versions(&view, &descriptor.start, &descriptor.end).expect("it is sound");
        assert_eq!(*versions.get_or_insert_with(|| found.clone()), found);
    }
}

#[test]
fn requests_are_answered_with_proposer_evaluation() {
    everything_works(Evaluation::Proposer);
}

#[test]
fn requests_are_answered_with_naive_evaluation() {
    everything_works(Evaluation::Naive);
}

#[track_caller]
fn check_evaluations(evaluation: Evaluation, expected: u64) {
    let mut client = Client::new(evaluation, 1);
    for count in 0..20 {
        assert_eq!(client.ask(put("a", &format!("{count}"))), Ok(Reply::Written));
    }
    client.cluster.run(Span::secs(5));
    assert_eq!(client.cluster.sum(|c| c.evaluations), 20 * expected);
}

#[test]
fn a_put_is_evaluated_once_or_once_per_replica() {
    check_evaluations(Evaluation::Proposer, 1);
    check_evaluations(Evaluation::Naive, 3);
}

#[test]
fn one_write_wakes_its_own_range_alone() {
    let mut client = Client::new(Evaluation::Proposer, 50);
    let before = client.cluster.sum(|c| c.woken);
    client.send(RangeId(8), None, Request::Put { key: key(7), value: bytes("x") });
    for _ in 0..20 {
        client.cluster.run(Span::millis(100));
        let mut stores = client.cluster.stores();
        assert!(stores.all(|store| store.unquiesced().iter().all(|&range| range == RangeId(8))));
    }
    assert_eq!(client.cluster.sum(|c| c.woken) - before, 3);
    client.cluster.run(Span::secs(30));
    assert!(client.cluster.stores().all(|store| store.unquiesced().is_empty()));
    assert!(client.cluster.take_replies().iter().all(|(_, reply)| reply.result.is_ok()));
}

#[test]
fn writes_of_one_key_wait_for_each_other_and_others_do_not() {
    let mut client = Client::new(Evaluation::Proposer, 1);
    let names = ["a", "a", "a", "b"];
    let ids: Vec<RequestId> = names
        .iter()
        .map(|name| client.send(RANGE, None, Request::Increment { key: within(name), by: 1 }))
        .collect();
    assert_eq!(client.cluster.sum(|c| c.latch_waits), 2);
    client.cluster.run(Span::secs(1));
    let replies = client.cluster.take_replies();
    let number = |id| {
        let found = replies.iter().find(|(_, reply)| reply.id == id);
        found.expect("it is answered").1.result.clone()
    };
    let numbers: Vec<_> = ids.into_iter().map(number).collect();
    assert_eq!(numbers, [1, 2, 3, 1].map(|n| Ok(Reply::Number(n))));
}

#[test]
fn nothing_is_written_before_what_was_read() {
    let mut client = Client::new(Evaluation::Proposer, 1);
    client.ask(put("a", "old")).expect("it is written");
    let now = client.cluster.now();
    let (read, at) = client.ask_at(Some(now), get("a"));
    assert_eq!((read, at), (Ok(value("old")), now));
    let (written, at) = client.ask_at(Some(Time(now.0 - 10)), put("a", "new"));
    assert_eq!((written, at), (Ok(Reply::Written), Time(now.0 + 1)));
    assert_eq!(client.ask_at(Some(now), get("a")).0, Ok(value("old")), "the past stays");
    assert_eq!(client.ask(get("a")), Ok(value("new")));
    assert_eq!(client.cluster.sum(|c| c.pushed_writes), 1);
}

#[test]
fn what_cannot_be_served_is_refused_with_the_reason() {
    let mut client = Client::new(Evaluation::Proposer, 2);
    let elsewhere = Request::Get { key: key(1) };
    let Err(RequestError::RangeKeyMismatch(ranges)) = client.ask(elsewhere) else {
        panic!("the key is not in the range");
    };
    let named: Vec<RangeId> = ranges.iter().map(|descriptor| descriptor.range).collect();
    assert_eq!(named, [RANGE, RangeId(2)], "where it is not, and where it is");
    let delete = |start, end| Request::DeleteRange { start, end };
    assert!(client.ask(delete(key(0), key(2))).is_err());
    assert_eq!(client.ask(delete(key(1), key(0))), Err(RequestError::EmptySpan));
    let local = Request::Put { key: bytes("\u{1}iabc"), value: Bytes::new() };
    assert_eq!(client.ask(local), Err(RequestError::BadKey));
    let ahead = client.cluster.now() + Span::secs(9);
    let refused = client.ask_at(Some(ahead), get("a")).0;
    assert_eq!(refused, Err(RequestError::TooFarAhead(Span::secs(9))));
    let leader = client.cluster.leader(RANGE).expect("it has a leader");
    let follower = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let request =
        ClientRequest { id: RequestId(99), range: RANGE, timestamp: None, request: get("a") };
    client.cluster.tell(follower.expect("there are three"), Input::Request(request));
    let reply = client.cluster.take_replies().pop().expect("it answers at once").1;
    assert_eq!(reply.result, Err(RequestError::NotLeaseHolder { holder: Some(leader) }));
}

/// Increments under loss, cuts and crashes: each takes effect at most once, and those that were
/// acknowledged do.
fn storm(seed: u64, evaluation: Evaluation, short: bool) {
    let mut rng = Rng::named(seed, "storm", 1);
    let mut config = Config { seed, evaluation, record_events: false, ..Config::default() };
    if short {
        // Whoever was away needs a snapshot, and waits for some seconds for it.
        config.truncate_entries = 5;
        config.log_max_bytes = 0;
        config.snapshot_batch_bytes = 100;
        config.snapshot_rate = 1_000;
    }
    let mut cluster = settled(&config, 1, Span::secs(20));
    cluster.network.loss_per_million = 30_000;
    let (mut sent, mut seen) = (0, std::collections::BTreeSet::new());
    for round in 0..150 {
        let store = StoreId(rng.below(3) + 1);
        match rng.below(12) {
            0 => cluster.kill(store),
            1 | 2 => cluster.restart(store).expect("a crash damages nothing"),
            3 => cluster.isolate(store, true),
            4 | 5 => cluster.isolate(store, false),
            _ => {}
        }
        for to in 1..=3 {
            let request = Request::Increment { key: within("n"), by: 1 };
            let id = RequestId(round * 4 + to);
            let request = ClientRequest { id, range: RANGE, timestamp: None, request };
            sent += 1;
            cluster.tell(StoreId(u32::try_from(to).expect("small")), Input::Request(request));
        }
        cluster.run(Span::millis(u64::from(rng.below(1_500))));
        for (_, reply) in cluster.take_replies() {
            if let Ok(Reply::Number(number)) = reply.result {
                assert!(seen.insert(number), "{number} twice");
            }
        }
    }
    cluster.network.loss_per_million = 0;
    for store in (1..=3).map(StoreId) {
        cluster.isolate(store, false);
        cluster.restart(store).expect("a crash damages nothing");
    }
    let mut last = None;
    for round in 0..30 {
        cluster.run(Span::secs(2));
        for store in (1..=3).map(StoreId) {
            let id = RequestId(10_000 + round);
            let request = ClientRequest { id, range: RANGE, timestamp: None, request: get("n") };
            cluster.tell(store, Input::Request(request));
        }
        for (_, reply) in cluster.take_replies() {
            if let (true, Ok(Reply::Value(value))) = (reply.id.0 >= 10_000, reply.result) {
                last = Some((round, value));
            }
        }
    }
    let (round, last) = last.expect("it is served again");
    assert!(round >= 28, "it is served no more since {round}");
    let last = last.map_or(0, |text| {
        String::from_utf8_lossy(&text).parse::<i64>().expect("increments write numbers")
    });
    assert!(seen.last().copied().unwrap_or(0) <= last && last <= sent, "{last} of {sent}");
    cluster.run(Span::secs(30));
    check_stats(&cluster);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_increment_takes_effect_twice(seed: u64, naive: bool, short: bool) {
        storm(seed, if naive { Evaluation::Naive } else { Evaluation::Proposer }, short);
    }
}

/// A leader that was not one for a while begins its snapshot anew: the end of the stream that it had
/// begun before does not end the new one, again and again.
#[test]
fn a_snapshot_begun_anew_is_not_ended_with_the_old_one() {
    storm(15_230_705_276_971_801_617, Evaluation::Proposer, true);
}
