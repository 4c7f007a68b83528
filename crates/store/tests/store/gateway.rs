//! Clients behind a gateway, while ranges split and leases move.

use bytes::Bytes;
use det::{Rng, Span, Time};
use store::cluster::Cluster;
use store::{
    ClientReply, Config, Gateway, GatewayCounters, Input, RangeId, Redirect, Reply, Request,
    RequestError, RequestId, Step, StoreId,
};

use crate::setting::{ranges, settled};

struct Client {
    cluster: Cluster,
    gateway: Gateway,
    next: u64,
    redirects: Vec<Redirect>,
}

impl Client {
    fn new() -> Self {
        let cluster = settled(&Config::default(), 1, Span::secs(30));
        Self { cluster, gateway: Gateway::new(ranges(1, 3)), next: 0, redirects: Vec::new() }
    }

    fn ask(&mut self, request: Request) -> Result<Reply, RequestError> {
        let id = RequestId(self.next);
        self.next += 1;
        let mut step = self.gateway.submit(id, request)?;
        loop {
            match step {
                Step::Done(reply) => return reply.result,
                Step::Ignore => panic!("{id:?} is asked for"),
                Step::Send { to, request, after, why } => {
                    self.redirects.extend(why);
                    self.cluster.run(after);
                    self.cluster.tell(to, Input::Request(request));
                    self.cluster.run(Span::millis(100));
                    let reply = self.cluster.take_replies().pop();
                    step = match reply {
                        Some((from, reply)) => self.gateway.answer(from, reply),
                        None => self.gateway.no_answer(id),
                    };
                }
            }
        }
    }

    fn hops(&self) -> u64 {
        self.gateway.counters().hops
    }
}

fn name(at: u32) -> Bytes {
    format!("k000000-{at:03}").into()
}

fn add(at: u32) -> Request {
    Request::Increment { key: name(at), by: 1 }
}

#[test]
fn the_holder_is_found_once_and_remembered() {
    let mut client = Client::new();
    assert_eq!(client.ask(add(1)), Ok(Reply::Number(1)));
    let hops = client.hops();
    assert_eq!(client.ask(add(1)), Ok(Reply::Number(2)));
    assert_eq!(client.hops() - hops, 1);
}

#[test]
fn after_a_split_only_requests_for_the_right_half_notice() {
    let mut client = Client::new();
    assert_eq!(client.ask(add(1)), Ok(Reply::Number(1)));
    let split = Request::Split { key: name(50), range: RangeId(100) };
    assert_eq!(client.ask(split), Ok(Reply::Written));
    client.cluster.run(Span::secs(1));
    client.redirects.clear();
    assert_eq!(client.ask(add(1)), Ok(Reply::Number(2)));
    assert_eq!(client.redirects, []);
    assert_eq!(client.ask(add(60)), Ok(Reply::Number(1)));
    assert_eq!(client.redirects, [Redirect::RangeMoved(RangeId(100))]);
    assert_eq!(client.gateway.cache().entries().count(), 2);
    client.redirects.clear();
    assert_eq!(
        (client.ask(add(60)), client.ask(add(1))),
        (Ok(Reply::Number(2)), Ok(Reply::Number(3)))
    );
    assert_eq!(client.redirects, []);
}

#[test]
fn requests_arrive_whatever_splits_and_moves() {
    let mut client = Client::new();
    let mut rng = Rng::named(5, "moves", 0);
    let mut expected = [0; 100];
    for round in 0..150 {
        let at = rng.below(100);
        match rng.below(10) {
            0 if at > 0 => {
                let split = Request::Split { key: name(at), range: RangeId(1_000 + round) };
                let result = client.ask(split);
                let is_expected = matches!(result, Ok(_) | Err(RequestError::SplitAtStart));
                assert!(is_expected, "{result:?}");
            }
            1 => {
                let entry = client.gateway.cache().lookup(&name(at)).expect("it covers all keys");
                let (range, to) = (entry.descriptor.range, StoreId(rng.below(3) + 1));
                for from in (1..=3).map(StoreId) {
                    client.cluster.tell(from, Input::TransferLease { range, to });
                }
            }
            _ => {
                expected[at as usize] += 1;
                let number = client.ask(add(at));
                assert_eq!(number, Ok(Reply::Number(expected[at as usize])));
            }
        }
    }
    let GatewayCounters { hops, hits, replaced } = client.gateway.counters();
    assert!(hits > 50 && replaced > 0 && hops > hits, "{hits} of {hops}, {replaced} replaced");
}

/// Asks once, and the first answer that it was done is lost on its way.
fn ask_and_lose(client: &mut Client, request: Request) -> Result<Reply, RequestError> {
    let id = RequestId(client.next);
    client.next += 1;
    let mut step = client.gateway.submit(id, request)?;
    let mut is_lost = false;
    loop {
        match step {
            Step::Done(reply) => return reply.result,
            Step::Ignore => panic!("{id:?} is asked for"),
            Step::Send { to, request, after, .. } => {
                client.cluster.run(after);
                client.cluster.tell(to, Input::Request(request));
                client.cluster.run(Span::millis(100));
                let (from, reply) = client.cluster.take_replies().pop().expect("it is answered");
                let loses = !is_lost && reply.result.is_ok();
                is_lost |= loses;
                step = match loses {
                    true => client.gateway.no_answer(id),
                    false => client.gateway.answer(from, reply),
                };
            }
        }
    }
}

/// A request that found nobody listening was not done: the client may not be told that it may have been.
#[test]
fn who_cannot_be_reached_is_passed_over() {
    let mut gateway = Gateway::new(ranges(1, 3));
    let id = RequestId(1);
    let mut step = gateway.submit(id, add(1)).expect("it makes sense");
    let mut asked = Vec::new();
    let told = loop {
        let Step::Send { to, why, .. } = step else { break step };
        assert_eq!(why, asked.last().map(|_| Redirect::NextReplica(to)));
        asked.push(to);
        let other = StoreId(to.0 % 3 + 1);
        assert_eq!(gateway.not_sent(other, id), Step::Ignore, "it was not asked last");
        step = gateway.not_sent(to, id);
    };
    assert_eq!(asked[..4], [1, 2, 3, 1].map(StoreId));
    let Step::Done(reply) = told else { panic!("{told:?}") };
    assert_eq!(reply.result, Err(RequestError::NotLeaseHolder { holder: None }));
    assert_eq!(gateway.not_sent(StoreId(1), id), Step::Ignore);
}

/// Whoever answers late is no guide any more, but what came of the request is true.
#[test]
fn an_answer_counts_after_another_replica_was_asked() {
    let mut gateway = Gateway::new(ranges(1, 3));
    let (id, first) = (RequestId(1), StoreId(1));
    let read = Request::Get { key: name(1) };
    gateway.submit(id, read).expect("it makes sense");
    let step = gateway.no_answer(id);
    assert!(matches!(step, Step::Send { to: StoreId(2), .. }), "{step:?}");
    let reply = |result| ClientReply { id, result, timestamp: Time::ZERO };
    let elsewhere = reply(Err(RequestError::NotLeaseHolder { holder: Some(StoreId(3)) }));
    assert_eq!(gateway.answer(first, elsewhere), Step::Ignore);
    let value = reply(Ok(Reply::Value(None)));
    assert_eq!(gateway.answer(first, value.clone()), Step::Done(value.clone()));
    assert_eq!(gateway.answer(StoreId(2), value), Step::Ignore, "it is done");
}

/// A condition that held was said not to hold, a split that was made to be impossible: the request had
/// been sent again.
#[test]
fn what_may_have_been_done_is_not_said_to_have_failed() {
    let mut client = Client::new();
    let ours = Bytes::from("ours");
    let condition = Request::ConditionalPut { key: name(1), expected: None, value: ours.clone() };
    assert_eq!(ask_and_lose(&mut client, condition), Err(RequestError::Ambiguous));
    let silent = client.cluster.leader(RangeId(1));
    let hint = client.gateway.cache().lookup(&name(1)).and_then(|entry| entry.holder);
    assert!(hint.is_some() && hint != silent, "the next request begins elsewhere");
    let get = Request::Get { key: name(1) };
    assert_eq!(client.ask(get.clone()), Ok(Reply::Value(Some(ours.clone()))), "it was done");
    assert_eq!(ask_and_lose(&mut client, get), Ok(Reply::Value(Some(ours))), "reads are repeated");
    let split = Request::Split { key: name(50), range: RangeId(100) };
    let put = Request::Put { key: name(2), value: "v".into() };
    let delete = Request::DeleteRange { start: name(0), end: name(9) };
    for request in [add(3), put, delete, split] {
        let before = client.cluster.sum(|c| c.evaluations);
        assert_eq!(ask_and_lose(&mut client, request), Err(RequestError::Ambiguous));
        assert_eq!(client.cluster.sum(|c| c.evaluations) - before, 1, "and not sent again");
    }
}
