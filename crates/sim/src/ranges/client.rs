//! The client's side: a gateway, requests that wait, and a load.

use std::rc::Rc;

use det::{Rng, Span, Time};
use store::{ClientReply, RangeDescriptor, RangeId, Request, RequestId, Step, StoreId};

use super::flight::{Call, Item, Says};
use super::setup::is_for_clients;
use super::{EventKind, World};
use crate::{ClientId, End, EventId, NodeId};

/// A read that no store answered this often is given up; anything else may have been done, and is not
/// asked for again.
const HOPS_MAX: u32 = 24;
/// The load does not ask while so many requests wait.
const WAITING_MAX: usize = 256;
/// Keys that the load writes to in each range.
const LOAD_KEYS: u32 = 100;

/// What clients asked and were told, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Traffic {
    /// Requests asked.
    pub asked: u64,
    /// Requests that did what was asked.
    pub done: u64,
    /// Requests that a range refused.
    pub refused: u64,
    /// Times that no answer came in time.
    pub timed_out: u64,
    /// Requests of which nobody knows whether they were done.
    pub given_up: u64,
}

/// A request that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// What is asked for.
    pub what: Rc<Request>,
    /// Since when.
    pub asked: Time,
    /// Who was asked last.
    pub store: StoreId,
    /// How often somebody was asked.
    pub hops: u32,
    cause: Option<EventId>,
}

/// Clients that write without being told each time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Load {
    pub(super) serial: u32,
    pub(super) every: Span,
    /// All if empty.
    pub(super) ranges: Vec<RangeId>,
    pub(super) rng: Rng,
}

/// Where the gateway is, to the links.
const GATEWAY: End = End::Client(ClientId(0));

/// Where a store is, to the links.
pub(super) fn place(store: StoreId) -> NodeId {
    NodeId(u8::try_from(store.0).unwrap_or(u8::MAX))
}

impl World {
    /// A client asks the gateway.
    pub(super) fn ask(&mut self, request: Request) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        self.traffic.asked += 1;
        let what = Rc::new(request.clone());
        self.begin(EventKind::Asked { request: id, what: Rc::clone(&what) });
        match self.gateway.submit(id, request) {
            Ok(step) => {
                let (asked, cause) = (self.now, self.cause);
                let waiting = Waiting { what, asked, store: StoreId(0), hops: 0, cause };
                self.waiting.insert(id, waiting);
                self.follow(id, step);
            }
            Err(error) => {
                let reply = ClientReply { id, result: Err(error), timestamp: self.now };
                self.answered(&reply);
            }
        }
        id
    }

    /// Does what the gateway wants done.
    fn follow(&mut self, id: RequestId, step: Step) {
        match step {
            Step::Send { to, request, after, why } => {
                self.begin(EventKind::Routed { request: id, range: request.range, to, why });
                let cause = self.cause;
                let Some(waiting) = self.waiting.get_mut(&id) else { return };
                waiting.hops += 1;
                (waiting.store, waiting.cause) = (to, cause);
                let hop = waiting.hops;
                let leaves = self.now + after;
                self.call(id, to, leaves, Says::Asks(request));
                let timeout = leaves + self.setup.client_timeout;
                self.queue.push(timeout, Item::Timeout { request: id, hop });
            }
            Step::Done(reply) => self.answered(&reply),
            Step::Ignore => {}
        }
    }

    fn answered(&mut self, reply: &ClientReply) {
        self.waiting.remove(&reply.id);
        match &reply.result {
            Ok(_) => self.traffic.done += 1,
            Err(_) => self.traffic.refused += 1,
        }
        self.emit(EventKind::Answered { request: reply.id, result: reply.result.clone() });
        self.restored(reply);
    }

    /// Puts a request or an answer on its way.
    pub(super) fn call(&mut self, request: RequestId, store: StoreId, sent: Time, says: Says) {
        let (due, _never_lost) = self.net.route(sent, GATEWAY, End::Node(place(store)));
        let call = Call { request, store, sent, due, says, cause: self.cause };
        self.queue.push(due, Item::Call(Rc::new(call)));
    }

    /// An answer reaches the gateway.
    pub(super) fn hear(&mut self, from: StoreId, reply: ClientReply) {
        let id = reply.id;
        if self.bulk.sorting.remove(&id) {
            return self.answered(&reply);
        }
        let step = self.gateway.answer(from, reply);
        self.follow(id, step);
    }

    /// A dead store was asked.
    pub(super) fn refused(&mut self, by: StoreId, id: RequestId) {
        let step = self.gateway.not_sent(by, id);
        self.follow(id, step);
    }

    /// No answer has come to the request sent for the `hop`th time.
    pub(super) fn time_out(&mut self, id: RequestId, hop: u32) {
        let Some(waiting) = self.waiting.get(&id).filter(|waiting| waiting.hops == hop) else {
            return;
        };
        let store = waiting.store;
        self.cause = waiting.cause;
        self.traffic.timed_out += 1;
        self.begin(EventKind::TimedOut { request: id, store });
        match self.gateway.no_answer(id) {
            step @ Step::Send { .. } if hop < HOPS_MAX => self.follow(id, step),
            Step::Send { .. } | Step::Done(_) | Step::Ignore => {
                self.gateway.forget(id);
                self.waiting.remove(&id);
                self.traffic.given_up += 1;
                self.emit(EventKind::GaveUp { request: id });
                self.restore_again(id);
            }
        }
    }

    /// The load writes once more, and later again.
    pub(super) fn load_writes(&mut self, serial: u32) {
        let Some(load) = self.load.as_mut().filter(|load| load.serial == serial) else { return };
        let (draw, key, value) =
            (load.rng.next_u32(), load.rng.below(LOAD_KEYS), load.rng.below(1_000));
        let next = self.now + load.every;
        let range = match load.ranges.len() {
            0 => {
                let ranges = self.ranges.values().filter(|range| is_for_clients(range));
                let ranges: Vec<&RangeDescriptor> = ranges.collect();
                ranges.get(draw as usize % ranges.len().max(1)).copied()
            }
            some => self.ranges.get(&load.ranges[draw as usize % some]),
        };
        let key = range.map(|range| key_in(range, key));
        self.queue.push(next, Item::Load { serial });
        if let Some(key) = key
            && self.waiting.len() < WAITING_MAX
        {
            let value = format!("v{value}").into();
            self.ask(Request::Put { key, value });
        }
    }
}

/// A key of the range: its first key with a number, or that key alone if the range ends before.
fn key_in(range: &RangeDescriptor, number: u32) -> bytes::Bytes {
    let key: bytes::Bytes = [&range.start[..], number.to_string().as_bytes()].concat().into();
    if range.contains(&key) { key } else { range.start.clone() }
}
