//! Node liveness: each node says that it lives, and a dead one's epoch can be ended.
//!
//! If a range holds the liveness keys, each node's record stands there, and nobody else's word counts:
//! a node renews its own with a conditional put, and whoever needs the leases of a dead node raises the
//! epoch of its record with another one. Of two who try one finds that the record has changed. What was
//! written is told to all (CockroachDB's `liveness` package). Without such a range each node
//! tells the others directly, and nobody can end another's epoch.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use bytes::Bytes;
use det::{Span, Time};

use super::Store;
use crate::event::{EventKind, Wake};
use crate::gateway::{Gateway, Step};
use crate::{
    ClientReply, ClientRequest, Liveness, Load, NodeId, RangeDescriptor, RangeId, Reply, Request,
    RequestError, RequestId, StoreId, keys,
};

/// What a node has to do with the liveness range.
#[derive(Clone, Debug)]
pub(super) struct Records {
    gateway: Gateway,
    next: u32,
    /// Its own record as it stands there, as far as it knows.
    own: Option<Liveness>,
    /// Whether that is of this life.
    has_begun: bool,
    attempts: BTreeMap<RequestId, Attempt>,
    /// Splits that wait for the record of the new range's name.
    pub(super) claims: BTreeMap<RequestId, ClientRequest>,
    /// What is to be sent later.
    later: Vec<(Time, StoreId, ClientRequest)>,
}

/// A record that is being written.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    what: Record,
    /// When it was sent last, or is to be sent.
    sent: Time,
}

/// What a record says.
#[derive(Clone, Copy, Debug)]
enum Record {
    /// That a node lives.
    Of(NodeId, Liveness),
    /// That the name of a range is taken.
    Name,
}

impl Records {
    /// Of a node that has heard of this range.
    pub(super) fn new(range: RangeDescriptor) -> Self {
        Self {
            gateway: Gateway::new([range]),
            next: 0,
            own: None,
            has_begun: false,
            attempts: BTreeMap::new(),
            claims: BTreeMap::new(),
            later: Vec::new(),
        }
    }

    fn is_writing(&self, node: NodeId) -> bool {
        let is_of = |attempt: &Attempt| matches!(attempt.what, Record::Of(of, _) if of == node);
        self.attempts.values().any(is_of)
    }
}

impl Store {
    /// Says that this node lives, when it is time to.
    pub(super) fn renew_liveness(&mut self) {
        let (now, span) = (self.hub.now, self.hub.config.liveness);
        if self.records.is_some() {
            self.repeat_attempts();
            return self.renew_record();
        }
        if now < self.renew_at {
            return;
        }
        self.renew_at = now + Span(span.0 / 2);
        let record = Liveness { epoch: self.hub.life + 1, expiration: now + span };
        self.learn_and_tell(self.hub.id.node(), record);
    }

    /// Writes its own record if it is half over. The first one of a life has a new epoch.
    fn renew_record(&mut self) {
        let (now, span, node) = (self.hub.now, self.hub.config.liveness, self.hub.id.node());
        let Some(records) = self.records.as_ref().filter(|records| !records.is_writing(node))
        else {
            return;
        };
        let (before, has_begun) = (records.own, records.has_begun);
        if has_begun && before.is_some_and(|own| now + Span(span.0 / 2) < own.expiration) {
            return;
        }
        let epoch = before.map_or(0, |own| own.epoch);
        let epoch = if has_begun { epoch } else { epoch + 1 };
        self.write_record(node, before, Liveness { epoch, expiration: now + span });
    }

    /// Ends the epochs of dead nodes whose leases somebody here needs.
    pub(super) fn end_epochs(&mut self) {
        for node in core::mem::take(&mut self.hub.epochs_to_end) {
            let known = self.hub.liveness.get(node);
            let Some(known) = known.filter(|known| known.expiration <= self.hub.now) else {
                continue;
            };
            let is_free = |records: &Records| !records.is_writing(node);
            if self.records.as_ref().is_some_and(is_free) {
                let record = Liveness { epoch: known.epoch + 1, ..known };
                self.write_record(node, Some(known), record);
            }
        }
    }

    fn write_record(&mut self, node: NodeId, before: Option<Liveness>, record: Liveness) {
        let request = Request::ConditionalPut {
            key: keys::liveness(node),
            expected: before.map(Liveness::to_bytes),
            value: record.to_bytes(),
        };
        self.write(Record::Of(node, record), request, None);
    }

    /// Writes the record that the new range of this split has its name.
    pub(super) fn write_name(&mut self, (range, start): (RangeId, Bytes), split: ClientRequest) {
        let key = keys::range_name(range);
        let request = Request::ConditionalPut { key, expected: None, value: start };
        self.write(Record::Name, request, Some(split));
    }

    fn write(&mut self, what: Record, request: Request, split: Option<ClientRequest>) {
        let Some(records) = &mut self.records else { return };
        let id = RequestId::internal(self.hub.id, self.hub.life, records.next);
        records.next += 1;
        if let Ok(step) = records.gateway.submit(id, request) {
            records.attempts.insert(id, Attempt { what, sent: self.hub.now });
            records.claims.extend(split.map(|split| (id, split)));
            self.follow(step);
        }
    }

    /// Goes on with what was put off, and asks another replica where none has answered.
    fn repeat_attempts(&mut self) {
        let (now, patience) = (self.hub.now, Span(self.hub.config.tick.0 * 2));
        let Some(records) = &mut self.records else { return };
        let (due, later) =
            core::mem::take(&mut records.later).into_iter().partition(|it| it.0 <= now);
        records.later = later;
        let due: Vec<(Time, StoreId, ClientRequest)> = due;
        let mut steps = Vec::new();
        for (&id, attempt) in &records.attempts {
            if attempt.sent + patience <= now {
                steps.push(records.gateway.ask_next(id));
            }
        }
        for (_, to, request) in due {
            self.ask(to, request);
        }
        for step in steps {
            self.follow(step);
        }
    }

    fn follow(&mut self, step: Step) {
        if let (Step::Send { request, after, .. }, Some(records)) = (&step, &mut self.records)
            && let Some(attempt) = records.attempts.get_mut(&request.id)
        {
            attempt.sent = self.hub.now + *after;
        }
        match step {
            Step::Send { to, request, after: Span::ZERO, .. } => self.ask(to, request),
            Step::Send { to, request, after, .. } => {
                let at = self.hub.now + after;
                let records = self.records.iter_mut();
                records.for_each(|records| records.later.push((at, to, request.clone())));
            }
            Step::Done(reply) => self.conclude(reply),
            Step::Ignore => {}
        }
    }

    fn ask(&mut self, to: StoreId, request: ClientRequest) {
        if to == self.hub.id {
            self.request(request);
        } else {
            let cause = self.hub.cause;
            self.hub.push(to, cause, Load::Request(Box::new(request)));
        }
    }

    /// Takes in what this store's own requests were answered.
    pub(super) fn take_answers(&mut self) {
        while !self.hub.answers.is_empty() {
            let (from, reply) = self.hub.answers.remove(0);
            let Some(records) = &mut self.records else { continue };
            let step = records.gateway.answer(from, reply);
            self.follow(step);
        }
    }

    /// A record was written, or another one stands there.
    fn conclude(&mut self, reply: ClientReply) {
        let Some(records) = &mut self.records else { return };
        let Some(attempt) = records.attempts.remove(&reply.id) else { return };
        let Record::Of(node, record) = attempt.what else { return self.named(reply) };
        let (is_own, found) = (
            node == self.hub.id.node(),
            match reply.result {
                Ok(Reply::Written) => Some(record),
                // If it is the same, it was written the first time, and the answer was lost.
                Err(RequestError::ConditionFailed { actual }) => {
                    actual.and_then(|actual| Liveness::from_bytes(&actual))
                }
                Ok(_) | Err(_) => None,
            },
        );
        let Some(found) = found else { return };
        let is_written = found == record;
        if is_own {
            records.own = Some(found);
            records.has_begun |= is_written;
        }
        if is_written {
            if !is_own {
                self.hub.counters.epochs_ended += 1;
                self.hub.begin(|| EventKind::EpochEnded { node, record });
            }
            self.learn_and_tell(node, found);
        } else {
            self.learn(node, found);
            if is_own {
                self.renew_record();
            }
        }
    }

    fn learn_and_tell(&mut self, node: NodeId, record: Liveness) {
        self.learn(node, record);
        let others: Vec<StoreId> = self.hub.peers.iter().copied().collect();
        for to in others {
            self.hub.counters.liveness += 1;
            let load = if node == self.hub.id.node() {
                Load::Liveness(record)
            } else {
                Load::LivenessOf(node, record)
            };
            self.hub.push(to, None, load);
        }
    }

    /// A liveness record is known. If its node came back to life, whoever left it behind wakes up.
    pub(super) fn learn(&mut self, node: NodeId, record: Liveness) {
        let now = self.hub.now;
        let before = self.hub.liveness.get(node);
        let revived = self.hub.liveness.learn(node, record, now);
        self.hub.begin(|| EventKind::LivenessLearned { node, record, revived });
        let cause = self.hub.cause;
        if before.is_some_and(|before| before.epoch < record.epoch) {
            self.drop_snapshots(node);
        }
        if record.expiration <= now {
            return;
        }
        let behind: Vec<RangeId> = self.lagging.iter().copied().collect();
        for range in behind {
            self.hub.cause = cause;
            self.with(range, |replica, hub| {
                let left = replica.lagging.iter();
                if left.into_iter().any(|&(left, then)| left == node && then < record) {
                    replica.wake(hub, Wake::Revived(node));
                }
            });
        }
    }
}

impl Liveness {
    fn to_bytes(self) -> Bytes {
        let mut out = Vec::with_capacity(16);
        out.extend_from_slice(&self.epoch.to_le_bytes());
        out.extend_from_slice(&self.expiration.0.to_le_bytes());
        out.into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (epoch, expiration) = bytes.split_first_chunk()?;
        let expiration = Time(u64::from_le_bytes(expiration.try_into().ok()?));
        Some(Self { epoch: u64::from_le_bytes(*epoch), expiration })
    }
}
