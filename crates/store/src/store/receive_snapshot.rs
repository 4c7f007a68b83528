//! The receiver's side of snapshots.

use alloc::vec::Vec;

use super::Store;
use crate::event::Wake;
use crate::hub::Hub;
use crate::kv::user_spans;
use crate::snapshot::{Incoming, SpanTables, Staged, Waiting, spans};
use crate::{
    RangeDescriptor, RangeId, SnapshotBody, SnapshotEnd, SnapshotEvent, SnapshotHeader, SnapshotId,
    SnapshotMessage, SnapshotRefusal, StoreId, keys,
};

impl Store {
    /// A message of a snapshot's stream.
    pub(super) fn receive_snapshot(&mut self, from: StoreId, message: SnapshotMessage) {
        let SnapshotMessage { id, range, body } = message;
        if id.store == self.hub.id {
            return self.snapshot_answered(from, id, &body);
        }
        if id.store != from {
            return;
        }
        match body {
            SnapshotBody::Header(header) => self.offered(id, *header),
            SnapshotBody::Batch { number, data } => self.take_batch(id, range, number, &data),
            SnapshotBody::Final => self.take_final(id, range),
            SnapshotBody::Cancelled => {
                self.hub.snapshots.waiting.retain(|waiting| waiting.id != id);
                self.stop_receiving(id, SnapshotEnd::Cancelled);
            }
            SnapshotBody::Accepted
            | SnapshotBody::Refused(_)
            | SnapshotBody::Applied
            | SnapshotBody::Ignored => {}
        }
    }

    /// A snapshot is offered. A sender that does so again has given the last one up.
    fn offered(&mut self, id: SnapshotId, header: SnapshotHeader) {
        let range = header.range();
        let is_old = |old: SnapshotId, of: RangeId| of == range && old.store == id.store;
        let streams = &mut self.hub.snapshots;
        streams.waiting.retain(|waiting| !is_old(waiting.id, waiting.header.range()));
        let old = streams.incoming.iter().find(|it| is_old(it.id, it.header.range()));
        if let Some(old) = old.map(|old| old.id) {
            self.stop_receiving(old, SnapshotEnd::Cancelled);
        }
        if !header.is_empty() && self.hub.snapshots.is_receiving() {
            self.hub.snapshot_event(id, range, SnapshotEvent::Waits { from: id.store });
            self.hub.snapshots.waiting.push(Waiting { id, header });
        } else {
            self.accept_or_refuse(id, header);
        }
    }

    fn accept_or_refuse(&mut self, id: SnapshotId, header: SnapshotHeader) {
        let (range, to) = (header.range(), header.to);
        let accepted = self.may_accept(&header).and_then(|()| {
            if self.replicas.contains_key(&range) {
                return Ok(());
            }
            let created = self.create_uninitialized(id.store, range, to);
            created.map_err(|_| SnapshotRefusal::TooOld)
        });
        if let Err(why) = accepted {
            self.hub.refuse_snapshot(id, range, why);
            if let SnapshotRefusal::Overlap(behind) = why {
                self.with(behind, |replica, hub| replica.wake(hub, Wake::Overlap(range)));
            }
            return;
        }
        let descriptor = &header.state.descriptor;
        let config = &self.hub.config;
        let spans = spans(range, &descriptor.start, &descriptor.end);
        let (options, table_bytes) = (config.engine.table, config.snapshot_table_bytes);
        let tables = SpanTables::new(id, spans, options, table_bytes);
        let deadline = self.hub.now + config.snapshot_timeout;
        if self.replica(range).is_some_and(|replica| replica.state.is_none()) {
            self.hub.snapshots.placeholders.insert(range, (**descriptor).clone());
        }
        self.hub.snapshots.incoming.push(Incoming { id, header, done: 0, tables, deadline });
        self.hub.snapshot_event(id, range, SnapshotEvent::Accepted { from: id.store });
        let body = SnapshotBody::Accepted;
        self.hub.send_snapshot(id.store, SnapshotMessage { id, range, body });
    }

    /// Whether there is a place here for a snapshot.
    fn may_accept(&self, header: &SnapshotHeader) -> Result<(), SnapshotRefusal> {
        let (descriptor, range) = (&header.state.descriptor, header.range());
        let own = descriptor.on_store(self.hub.id).map(|own| own.replica);
        if own != Some(header.to) || descriptor.end <= descriptor.start {
            return Err(SnapshotRefusal::NotMember);
        }
        if let Some(known) = self.replicas.get(&range) {
            if known.id() != header.to {
                return Err(SnapshotRefusal::OtherReplica(known.id()));
            }
            if known.descriptor().is_some_and(|known| known.start != descriptor.start) {
                return Err(SnapshotRefusal::Overlap(range));
            }
        }
        let here = self.replicas().filter_map(|replica| replica.descriptor());
        let mut taken = here.chain(self.hub.snapshots.placeholders());
        let overlaps = |other: &&RangeDescriptor| {
            other.range != range && other.start < descriptor.end && descriptor.start < other.end
        };
        taken.find(overlaps).map_or(Ok(()), |other| Err(SnapshotRefusal::Overlap(other.range)))
    }

    fn take_batch(&mut self, id: SnapshotId, range: RangeId, number: u64, data: &[u8]) {
        let Hub { snapshots, engines, config, now, .. } = &mut self.hub;
        let Some(incoming) = snapshots.incoming.iter_mut().find(|it| it.id == id) else {
            return self.hub.refuse_snapshot(id, range, SnapshotRefusal::Unknown);
        };
        if number != incoming.done {
            return self.refuse_rest(id, SnapshotRefusal::OutOfOrder);
        }
        incoming.deadline = *now + config.snapshot_timeout;
        match incoming.tables.add(engines, data) {
            Ok(true) => {
                incoming.done += 1;
                let (of, bytes) = (incoming.header.batches, data.len());
                self.hub.counters.snapshot_bytes_received += bytes as u64;
                let (from, number) = (id.store, number + 1);
                let what = SnapshotEvent::BatchReceived { from, number, of, bytes };
                self.hub.snapshot_event(id, range, what);
            }
            Ok(false) => self.refuse_rest(id, SnapshotRefusal::Unreadable),
            Err(error) => self.hub.note(Err(error)),
        }
    }

    /// All of it came: Raft says whether it is wanted, and then all tables are ingested at once.
    fn take_final(&mut self, id: SnapshotId, range: RangeId) {
        let streams = &self.hub.snapshots;
        let Some(at) = streams.incoming.iter().position(|it| it.id == id) else {
            return self.hub.refuse_snapshot(id, range, SnapshotRefusal::Unknown);
        };
        let incoming = &streams.incoming[at];
        if incoming.done != incoming.header.batches {
            return self.refuse_rest(id, SnapshotRefusal::OutOfOrder);
        }
        // Whoever missed a split has keys behind the end.
        let (end, mut emptied) = (incoming.header.state.descriptor.end.clone(), Vec::new());
        let known = self.replicas.get(&range).and_then(|replica| replica.descriptor());
        if let Some(old) = known.filter(|known| end < known.end) {
            emptied.push(keys::range_local_span_of(&end, &old.end));
            emptied.extend(user_spans(&end, &old.end));
        }
        let Hub { snapshots, engines, .. } = &mut self.hub;
        let finished = snapshots.incoming[at].tables.finish(engines, emptied);
        self.hub.note(finished);
        let incoming = &self.hub.snapshots.incoming[at];
        let (header, files) = (incoming.header.clone(), incoming.tables.files.clone());
        let (message, last) = (header.message(id), header.last());
        self.hub.snapshots.staged = Some(Staged { id, header, files });
        self.with(range, |replica, hub| replica.step_snapshot(hub, id.store, message));
        if self.hub.failed {
            return;
        }
        let body = match self.hub.snapshots.staged.take() {
            Some(_) => {
                self.hub.counters.snapshots_ignored += 1;
                self.hub.snapshot_event(id, range, SnapshotEvent::Ignored { last });
                SnapshotBody::Ignored
            }
            None => SnapshotBody::Applied,
        };
        self.hub.send_snapshot(id.store, SnapshotMessage { id, range, body });
        self.end_receiving(id);
    }

    /// Something is wrong with a stream that was accepted.
    fn refuse_rest(&mut self, id: SnapshotId, why: SnapshotRefusal) {
        if let Some(range) = self.end_receiving(id) {
            self.hub.refuse_snapshot(id, range, why);
        }
    }

    /// Forgets a stream that will not be finished.
    pub(super) fn stop_receiving(&mut self, id: SnapshotId, end: SnapshotEnd) {
        let known = self.hub.snapshots.incoming.iter().find(|incoming| incoming.id == id);
        let Some(range) = known.map(|incoming| incoming.header.range()) else { return };
        self.hub.snapshot_event(id, range, SnapshotEvent::Abandoned(end));
        self.end_receiving(id);
    }

    /// Takes a stream out, with its files and its placeholder; the next one may come.
    fn end_receiving(&mut self, id: SnapshotId) -> Option<RangeId> {
        let streams = &mut self.hub.snapshots;
        let at = streams.incoming.iter().position(|incoming| incoming.id == id)?;
        let incoming = streams.incoming.remove(at);
        let range = incoming.header.range();
        streams.placeholders.remove(&range);
        let removed = self.hub.engines.remove_scratch(&incoming.tables.files);
        self.hub.note(removed);
        while !self.hub.snapshots.is_receiving() && !self.hub.snapshots.waiting.is_empty() {
            let Waiting { id, header } = self.hub.snapshots.waiting.remove(0);
            self.accept_or_refuse(id, header);
        }
        Some(range)
    }
}

impl Hub {
    fn refuse_snapshot(&mut self, id: SnapshotId, range: RangeId, why: SnapshotRefusal) {
        self.counters.snapshots_refused += 1;
        self.snapshot_event(id, range, SnapshotEvent::Refused { from: id.store, why });
        let body = SnapshotBody::Refused(why);
        self.send_snapshot(id.store, SnapshotMessage { id, range, body });
    }
}
