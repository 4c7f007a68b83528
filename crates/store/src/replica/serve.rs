//! Serving requests: lease, latches, timestamp cache, evaluation, and on into the log.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;

use bytes::Bytes;
use det::Time;
use raft::PeerId;

use super::Replica;
use super::propose::Waiter;
use crate::event::{EventKind, Outcome, Wake};
use crate::hub::Hub;
use crate::kv::{Access, Evaluated, LatchId, Latches, TimestampCache, evaluate};
use crate::{
    ClientReply, ClientRequest, Effect, Evaluation, Load, Payload, RaftCommand, ReplicaState,
    ReplicatedEvalResult, Reply, Request, RequestError,
};

/// What a leaseholder remembers of its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Serving {
    pub(crate) latches: Latches,
    pub(crate) reads: TimestampCache,
    /// Requests whose latch is not held yet.
    waiting: BTreeMap<LatchId, Pending>,
}

/// A request that waits for its latch.
#[derive(Clone, Debug)]
struct Pending {
    request: ClientRequest,
    timestamp: Time,
    /// Every replica is to evaluate it.
    is_naive: bool,
}

impl Hub {
    /// The next timestamp: no earlier than the clock, later than all that were seen.
    pub(crate) fn next_timestamp(&mut self) -> Time {
        self.clock = self.now.max(Time(self.clock.0.saturating_add(1)));
        self.clock
    }

    pub(crate) fn reply(
        &mut self,
        request: &ClientRequest,
        timestamp: Time,
        result: Result<Reply, RequestError>,
    ) {
        let reply = ClientReply { id: request.id, result, timestamp };
        self.send_reply(request.range, reply);
    }

    pub(crate) fn send_reply(&mut self, range: crate::RangeId, reply: ClientReply) {
        let (request, is_ok) = (reply.id, reply.result.is_ok());
        self.emit(|| EventKind::Answered { range, request, is_ok });
        match reply.id.origin() {
            None => self.out.push(Effect::Reply(reply)),
            Some(store) if store == self.id => self.answers.push((store, reply)),
            Some(store) => {
                let cause = self.cause;
                self.push(store, cause, Load::Reply(Box::new(reply)));
            }
        }
    }
}

impl Replica {
    pub(crate) fn serving(&mut self) -> &mut Serving {
        self.serving.get_or_insert_default()
    }

    /// A client asks for something.
    pub(crate) fn request(&mut self, hub: &mut Hub, request: ClientRequest) {
        let (range, id) = (self.range, request.id);
        hub.begin(|| EventKind::Requested { range, request: id });
        let timestamp = match self.admit(hub, &request) {
            Ok(timestamp) => timestamp,
            Err(error) => return hub.reply(&request, hub.now, Err(error)),
        };
        let is_read = request.request.is_read();
        let is_naive = hub.config.evaluation == Evaluation::Naive && !is_read;
        let (start, end) = match (&request.request, &self.state) {
            // A split is about all keys of the range.
            (Request::Split { .. }, Some(state)) => {
                (state.descriptor.start.clone(), state.descriptor.end.clone())
            }
            (other, _) => other.span(),
        };
        let serving = self.serving();
        let access = match (is_read, is_naive) {
            (true, _) => Access::Read,
            // Each replica evaluates them in the order of the log.
            (false, true) => Access::Logged,
            (false, false) => Access::Write,
        };
        let latch = serving.latches.acquire(start, end, access);
        serving.waiting.insert(latch, Pending { request, timestamp, is_naive });
        if serving.latches.blocked_by(latch).is_some() {
            hub.counters.latch_waits += 1;
            hub.emit(|| EventKind::LatchWait { range, request: id });
        }
        self.serve_unblocked(hub);
    }

    /// Whether this replica may serve a request, and as of when.
    fn admit(&mut self, hub: &mut Hub, request: &ClientRequest) -> Result<Time, RequestError> {
        request.request.validate()?;
        self.admit_lease(hub)?;
        let Some(state) = &self.state else { return Err(RequestError::RangeNotFound(self.range)) };
        let (start, end) = request.request.span();
        let descriptor = &state.descriptor;
        if !descriptor.contains_span(&start, &end) {
            return Err(RequestError::RangeKeyMismatch(vec![(**descriptor).clone()]));
        }
        // Whatever an earlier leaseholder read or wrote lies before this.
        let floor = state.lease.start + hub.config.clock_offset;
        let Some(timestamp) = request.timestamp else {
            return Ok(hub.next_timestamp().max(Time(floor.0.saturating_add(1))));
        };
        if hub.now + hub.config.clock_offset < timestamp {
            return Err(RequestError::TooFarAhead(timestamp.since(hub.now)));
        }
        hub.clock = hub.clock.max(timestamp);
        Ok(timestamp)
    }

    /// Whether this replica holds the lease; if nobody does, it sees to it that somebody will.
    pub(crate) fn admit_lease(&mut self, hub: &mut Hub) -> Result<(), RequestError> {
        if self.state.is_none() {
            return Err(RequestError::RangeNotFound(self.range));
        }
        self.load(hub);
        if self.holds_lease(hub) {
            return Ok(());
        }
        let holder = self.valid_holder(hub);
        if holder.is_none() {
            self.wake(hub, Wake::Proposal);
            self.maybe_request_lease(hub);
        }
        let lead = self.raft().map_or(PeerId::NONE, raft::RawNode::lead);
        let leader = || self.store_of(lead).filter(|&leader| leader != hub.id);
        Err(RequestError::NotLeaseHolder { holder: holder.or_else(leader) })
    }

    /// Evaluates whatever holds its latch, in order.
    fn serve_unblocked(&mut self, hub: &mut Hub) {
        while let Some(serving) = &mut self.serving {
            let held = |id: &&LatchId| serving.latches.blocked_by(**id).is_none();
            let Some(latch) = serving.waiting.keys().find(held).copied() else { return };
            match serving.waiting.remove(&latch) {
                Some(Pending { request, timestamp, is_naive: true }) => {
                    self.propose_request(hub, latch, &request, timestamp);
                }
                Some(Pending { request, timestamp, .. }) => {
                    self.serve(hub, latch, &request, timestamp);
                }
                None => {}
            }
        }
    }

    /// Lets every replica evaluate a request.
    fn propose_request(
        &mut self,
        hub: &mut Hub,
        latch: LatchId,
        request: &ClientRequest,
        timestamp: Time,
    ) {
        if let Err(error) = self.admit_lease(hub) {
            self.serving().latches.release(latch);
            return hub.reply(request, timestamp, Err(error));
        }
        let timestamp = self.push(hub, request, timestamp);
        let payload = Payload::Request(request.request.encode());
        let waiter = Waiter { request: request.id, latch: Some(latch), result: None, timestamp };
        self.propose_write(hub, payload, ReplicatedEvalResult::default(), waiter);
    }

    fn serve(&mut self, hub: &mut Hub, latch: LatchId, request: &ClientRequest, asked: Time) {
        if let Err(error) = self.admit_lease(hub) {
            self.serving().latches.release(latch);
            return hub.reply(request, asked, Err(error));
        }
        let (start, end) = request.request.span();
        let timestamp = self.push(hub, request, asked);
        let Some(state) = &self.state else { return };
        let Some(evaluated) = hub.evaluate(state, &request.request, timestamp) else {
            self.serving().latches.release(latch);
            return hub.reply(request, timestamp, Err(RequestError::Disk));
        };
        let Evaluated { result, batch, stats, split, mut sstable, timestamp, .. } = evaluated;
        if batch.is_empty() && sstable.is_none() {
            // It read, and somebody may count on it.
            let serving = self.serving();
            serving.reads.add(start, end, timestamp);
            serving.latches.release(latch);
            return hub.reply(request, timestamp, result);
        }
        let payload = Payload::WriteBatch(Bytes::copy_from_slice(batch.as_bytes()));
        if let Some(sstable) = &mut sstable {
            sstable.sideloading = request.request.keeps().unwrap_or(hub.config.sideloading);
        }
        let default = ReplicatedEvalResult::default();
        let eval = ReplicatedEvalResult { split, stats, add_sstable: sstable, ..default };
        let (request, latch) = (request.id, Some(latch));
        let waiter = Waiter { request, latch, result: Some(result), timestamp };
        self.propose_write(hub, payload, eval, waiter);
    }

    /// The moment at which a request reads or writes: what was read, here or by whoever had the lease
    /// before, stays as it was read, so a write comes after it.
    fn push(&mut self, hub: &mut Hub, request: &ClientRequest, from: Time) -> Time {
        if request.request.is_read() {
            return from;
        }
        let (start, end) = request.request.span();
        let floor = self.state.as_ref().map_or(Time::ZERO, |state| state.lease.start);
        let read = self.serving().reads.latest(&start, &end).max(floor + hub.config.clock_offset);
        if read < from {
            return from;
        }
        let (range, id, to) = (self.range, request.id, Time(read.0.saturating_add(1)));
        hub.counters.pushed_writes += 1;
        hub.emit(|| EventKind::Pushed { range, request: id, from, to });
        to
    }

    fn propose_write(
        &mut self,
        hub: &mut Hub,
        payload: Payload,
        result: ReplicatedEvalResult,
        waiter: Waiter,
    ) {
        let lease_sequence = self.state.as_ref().map_or(0, |state| state.lease.sequence);
        let command = RaftCommand {
            id: hub.new_command_id(),
            payload,
            result,
            write_timestamp: waiter.timestamp,
            lease_sequence,
            max_lease_index: 0,
        };
        self.propose(hub, command, Some(waiter));
    }

    /// A command is done with: the client is told, and whoever waited for its keys goes on.
    pub(super) fn answer_client(
        &mut self,
        hub: &mut Hub,
        waiter: Waiter,
        outcome: Outcome,
        naive: Option<(Result<Reply, RequestError>, Time)>,
    ) {
        let own = waiter.result.map(|result| (result, waiter.timestamp));
        let done = own.or(naive).filter(|_| outcome == Outcome::Done);
        let (result, timestamp) = done.unwrap_or_else(|| {
            let holder = self.valid_holder(hub);
            (Err(RequestError::NotLeaseHolder { holder }), waiter.timestamp)
        });
        hub.send_reply(self.range, ClientReply { id: waiter.request, result, timestamp });
        self.release(hub, waiter.latch);
    }

    /// Gives up the latch of a request, and whoever waited for it goes on.
    pub(super) fn release(&mut self, hub: &mut Hub, latch: Option<LatchId>) {
        if let Some(latch) = latch {
            self.serving().latches.release(latch);
            self.serve_unblocked(hub);
        }
    }
}

impl Hub {
    /// Evaluates a request here, and counts that. None if the disk fails, and the store with it: nobody
    /// may take that for what comes of the request.
    pub(crate) fn evaluate(
        &mut self,
        state: &ReplicaState,
        request: &Request,
        timestamp: Time,
    ) -> Option<Evaluated> {
        let (range, engine) = (state.descriptor.range, self.engines.state());
        match evaluate(request, &engine.view(), state, timestamp, engine.config().table) {
            Ok(evaluated) => {
                self.counters.evaluations += 1;
                self.counters.evaluated_keys += evaluated.keys;
                let (keys, bytes) = (evaluated.keys, evaluated.batch.as_bytes().len());
                self.begin(|| EventKind::Evaluated { range, keys, bytes });
                Some(evaluated)
            }
            Err(error) => {
                self.note(Err(error));
                None
            }
        }
    }
}
