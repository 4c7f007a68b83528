//! The sender's side of snapshots.

use alloc::boxed::Box;
use alloc::vec::Vec;

use det::Span;
use raft::SnapshotStatus;

use super::Store;
use crate::event::EventKind;
use crate::hub::Hub;
use crate::snapshot::{Incoming, KvReader, Offer, Outgoing, SendPhase, Snapshots, spans};
use crate::{
    Effect, Load, NodeId, RangeId, ReplicaId, SnapshotBody, SnapshotEnd, SnapshotEvent,
    SnapshotHeader, SnapshotId, SnapshotMessage, StoreId,
};

impl Store {
    /// Starts what Raft wants as far as it may, and lets batches leave as the rate allows.
    pub(super) fn pump_snapshots(&mut self) {
        if self.hub.snapshots.is_idle() || self.hub.failed {
            return;
        }
        for offer in core::mem::take(&mut self.hub.snapshots.offers) {
            self.start_sending(offer);
        }
        for at in 0..self.hub.snapshots.outgoing.len() {
            self.send_batches(at);
        }
        let snapshots = &mut self.hub.snapshots;
        let streaming = |it: &&Outgoing| it.phase == SendPhase::Streaming;
        let next = snapshots.outgoing.iter().filter(streaming).map(|it| it.free_at).min();
        if let Some(at) = next.filter(|at| snapshots.alarm.is_none_or(|known| *at < known)) {
            snapshots.alarm = Some(at);
            self.hub.out.push(Effect::Alarm(at));
        }
    }

    /// Pins the engine as it is and offers a snapshot of it; later, if too many are on their way. One
    /// without user keys never waits.
    fn start_sending(&mut self, offer: Offer) {
        let Some(replica) = self.replicas.get(&offer.range).filter(|r| r.is_leader()) else {
            return;
        };
        let peer = offer.message.to;
        let (Some(state), Some(raft)) = (&replica.state, replica.raft()) else { return };
        let Some(to) = replica.store_of(peer) else { return };
        let range = offer.range;
        // Raft has forgotten the one on its way, as a leader does that was not one for a while: the end
        // of that one must not be taken for the end of this one.
        let old = |it: &&Outgoing| it.range == range && it.replica.peer() == peer;
        if let Some(old) = self.hub.snapshots.outgoing.iter().find(old).map(|old| old.id) {
            self.hub.cause = offer.cause;
            self.hub.end_sending(old, SnapshotEnd::Cancelled);
        }
        let is_empty = state.applied.stats.versions == 0;
        let busy = self.hub.snapshots.outgoing.iter().filter(|other| !other.is_empty).count();
        if !is_empty && self.hub.config.snapshot_sends <= busy {
            return self.hub.snapshots.offers.push(offer);
        }
        self.hub.cause = offer.cause;
        let pinned = self.hub.engines.pin();
        let (start, end) = (&state.descriptor.start, &state.descriptor.end);
        let reader = KvReader::new(spans(range, start, end));
        let counted = reader.count(&pinned.view, self.hub.config.snapshot_batch_bytes);
        let (from, term) = (replica.id(), raft.term());
        let state = (**state).clone();
        let (batches, bytes) = match counted {
            Ok(counted) => counted,
            Err(error) => return self.hub.note(Err(error)),
        };
        let header =
            SnapshotHeader { state, from, to: ReplicaId::from(peer), term, batches, bytes };
        let serial = self.hub.life << 40 | self.hub.snapshots.next;
        self.hub.snapshots.next += 1;
        let id = SnapshotId { store: self.hub.id, serial };
        let last = header.last();
        // It may wait for its turn for a part of the time only, or those who wait would starve.
        let patience = Span(self.hub.config.snapshot_timeout.0 * 2 / 5);
        self.hub.snapshots.outgoing.push(Outgoing {
            id,
            range,
            to,
            last,
            phase: SendPhase::Offered,
            done: 0,
            batches,
            is_empty,
            replica: header.to,
            reader,
            free_at: self.hub.now,
            deadline: self.hub.now + patience,
            cause: offer.cause,
            pinned: pinned.clone(),
        });
        self.hub.counters.snapshots_sent += 1;
        let pinned = pinned.view.seq();
        let what = SnapshotEvent::Offered { to, last, pinned, batches, bytes };
        self.hub.snapshot_event(id, range, what);
        let body = SnapshotBody::Header(Box::new(header));
        self.hub.send_snapshot(to, SnapshotMessage { id, range, body });
    }

    fn send_batches(&mut self, at: usize) {
        let hub = &mut self.hub;
        let (now, rate) = (hub.now, hub.config.snapshot_rate.max(1));
        let (size, timeout) = (hub.config.snapshot_batch_bytes, hub.config.snapshot_timeout);
        loop {
            let Some(outgoing) = hub.snapshots.outgoing.get_mut(at) else { return };
            if outgoing.phase != SendPhase::Streaming || now < outgoing.free_at {
                return;
            }
            outgoing.deadline = now + timeout;
            hub.cause = outgoing.cause;
            let (id, range, to) = (outgoing.id, outgoing.range, outgoing.to);
            let (number, of) = (outgoing.done, outgoing.batches);
            match outgoing.reader.batch(&outgoing.pinned.view, size) {
                Ok(Some(data)) => {
                    let bytes = data.len() as u64;
                    outgoing.done += 1;
                    let micros = bytes.saturating_mul(1_000_000).div_ceil(rate);
                    // Whoever comes late has not saved up for a burst.
                    outgoing.free_at = now + Span(micros);
                    hub.counters.snapshot_bytes_sent += bytes;
                    let (number, sent) = (number + 1, data.len());
                    let what = SnapshotEvent::BatchSent { to, number, of, bytes: sent };
                    hub.snapshot_event(id, range, what);
                    let body = SnapshotBody::Batch { number: number - 1, data };
                    hub.send_snapshot(to, SnapshotMessage { id, range, body });
                }
                Ok(None) => {
                    outgoing.phase = SendPhase::Finished;
                    let body = SnapshotBody::Final;
                    hub.send_snapshot(to, SnapshotMessage { id, range, body });
                }
                Err(error) => return hub.note(Err(error)),
            }
        }
    }

    /// The receiver answers.
    pub(super) fn snapshot_answered(&mut self, from: StoreId, id: SnapshotId, body: &SnapshotBody) {
        let (now, cause) = (self.hub.now, self.hub.cause);
        let timeout = self.hub.config.snapshot_timeout;
        let mut known = self.hub.snapshots.outgoing.iter_mut();
        let found = known.find(|outgoing| outgoing.id == id && outgoing.to == from);
        let end = match body {
            SnapshotBody::Accepted => {
                if let Some(outgoing) = found {
                    outgoing.phase = SendPhase::Streaming;
                    outgoing.cause = cause;
                    outgoing.free_at = now;
                    outgoing.deadline = now + timeout;
                } else {
                    let range = RangeId::default();
                    let body = SnapshotBody::Cancelled;
                    self.hub.send_snapshot(from, SnapshotMessage { id, range, body });
                }
                return;
            }
            SnapshotBody::Applied => SnapshotEnd::Applied,
            SnapshotBody::Ignored => SnapshotEnd::Ignored,
            SnapshotBody::Refused(why) => SnapshotEnd::Refused(*why),
            SnapshotBody::Header(_)
            | SnapshotBody::Batch { .. }
            | SnapshotBody::Final
            | SnapshotBody::Cancelled => return,
        };
        if found.is_some() {
            self.stop_sending(id, end);
        }
    }

    /// Unpins the engine, and tells Raft what became of it.
    pub(super) fn stop_sending(&mut self, id: SnapshotId, end: SnapshotEnd) {
        let Some(Outgoing { range, to, replica, .. }) = self.hub.end_sending(id, end) else {
            return;
        };
        if matches!(end, SnapshotEnd::TimedOut | SnapshotEnd::PeerLost) {
            self.hub
                .send_snapshot(to, SnapshotMessage { id, range, body: SnapshotBody::Cancelled });
        }
        let status = match end {
            SnapshotEnd::Applied => SnapshotStatus::Finished,
            SnapshotEnd::Ignored
            | SnapshotEnd::Refused(_)
            | SnapshotEnd::Cancelled
            | SnapshotEnd::TimedOut
            | SnapshotEnd::PeerLost => SnapshotStatus::Failed,
        };
        self.with(range, |leader, _| {
            if let Some(raft) = &mut leader.raft {
                raft.report_snapshot(replica.peer(), status);
            }
        });
    }

    /// Gives up what has waited for too long, either way.
    pub(super) fn expire_snapshots(&mut self) {
        let now = self.hub.now;
        self.give_up(SnapshotEnd::TimedOut, |it| it.deadline <= now, |it| it.deadline <= now);
    }

    /// A node died, or started anew: nobody there knows of a stream.
    pub(super) fn drop_snapshots(&mut self, node: NodeId) {
        self.hub.snapshots.waiting.retain(|it| it.id.store.node() != node);
        let end = SnapshotEnd::PeerLost;
        self.give_up(end, |it| it.to.node() == node, |it| it.id.store.node() == node);
    }

    fn give_up(
        &mut self,
        end: SnapshotEnd,
        sent: impl Fn(&Outgoing) -> bool,
        received: impl Fn(&Incoming) -> bool,
    ) {
        let Snapshots { outgoing, incoming, .. } = &self.hub.snapshots;
        let outgoing: Vec<_> = outgoing.iter().filter(|it| sent(it)).map(|it| it.id).collect();
        let incoming: Vec<_> = incoming.iter().filter(|it| received(it)).map(|it| it.id).collect();
        for id in outgoing {
            self.stop_sending(id, end);
        }
        for id in incoming {
            self.stop_receiving(id, end);
        }
    }
}

impl Hub {
    /// Unpins the engine.
    fn end_sending(&mut self, id: SnapshotId, end: SnapshotEnd) -> Option<Outgoing> {
        let at = self.snapshots.outgoing.iter().position(|outgoing| outgoing.id == id)?;
        let ended = self.snapshots.outgoing.remove(at);
        let released = self.engines.unpin(&ended.pinned);
        self.note(released);
        self.snapshot_event(id, ended.range, SnapshotEvent::Ended(end));
        Some(ended)
    }

    pub(crate) fn snapshot_event(&mut self, id: SnapshotId, range: RangeId, what: SnapshotEvent) {
        self.begin(|| EventKind::Snapshot { id, range, what });
    }

    /// Puts a message of a snapshot's stream on its way.
    pub(crate) fn send_snapshot(&mut self, to: StoreId, message: SnapshotMessage) {
        let cause = self.cause;
        self.push(to, cause, Load::Snapshot(Box::new(message)));
    }
}
