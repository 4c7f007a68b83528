//! What the streams deliver: coalesced heartbeats are unfolded, unknown ranges get a replica.

use lsm::Batch;
use raft::{Body, EntryKind, MessageKind};

use super::Store;
use crate::command::is_whole;
use crate::event::{EventKind, Loss};
use crate::keys::RangeIdKey;
use crate::log::LogState;
use crate::replica::{Incoming, Replica};
use crate::scheduler::Work;
use crate::shared::Shared;
use crate::state::put_replica_id;
use crate::{
    Envelope, EventId, Load, RaftHeartbeat, RaftMessageRequest, RangeId, ReplicaDescriptor,
    ReplicaId, StoreId,
};

impl Store {
    pub(super) fn receive(&mut self, envelope: Envelope) {
        let from = envelope.from;
        for parcel in envelope.parcels {
            self.hub.cause = parcel.cause;
            match parcel.load {
                Load::Raft(request) => self.admit(from, *request, parcel.cause),
                Load::Heartbeats(beats) => self.unfold(from, MessageKind::Heartbeat, beats),
                Load::HeartbeatResponses(beats) => {
                    self.unfold(from, MessageKind::HeartbeatResp, beats);
                }
                Load::ReplicaTooOld { range, replica } => {
                    self.hub.emit(|| EventKind::TooOld { range, replica });
                }
                Load::Snapshot(message) => self.receive_snapshot(from, *message),
                Load::Request(request) => self.request(*request),
                Load::Reply(reply) => self.hub.answers.push((from, *reply)),
                Load::LivenessOf(node, record) => self.learn(node, record),
                Load::Liveness(record) => self.learn(from.node(), record),
            }
        }
    }

    /// A message for each range in it; they wait for the scheduler together.
    fn unfold(&mut self, from: StoreId, kind: MessageKind, beats: alloc::vec::Vec<RaftHeartbeat>) {
        let count = beats.len();
        self.hub.begin(|| EventKind::Unfolded { from, kind, beats: count });
        let cause = self.hub.cause;
        for beat in beats {
            self.admit(from, beat.unfold(kind), cause);
        }
    }

    /// Lets a message wait for its range, if it may reach it.
    fn admit(&mut self, from: StoreId, request: RaftMessageRequest, cause: Option<EventId>) {
        let RaftMessageRequest { range, message, quiesce } = request;
        let kind = message.body.kind();
        if !is_welcome(&message.body) {
            return self.hub.drop_message(range, kind, Loss::Malformed);
        }
        let (sender, to) = (ReplicaId::from(message.from), ReplicaId::from(message.to));
        if !self.replicas.contains_key(&range)
            && let Err(why) = self.create_uninitialized(from, range, to)
        {
            return self.hub.drop_message(range, kind, why);
        }
        let Some(replica) = self.replicas.get_mut(&range) else { return };
        if replica.id != to {
            let loss = Loss::OtherReplica(replica.id);
            return self.hub.drop_message(range, kind, loss);
        }
        if self.hub.config.receive_messages <= replica.busy().inbox.len() {
            return self.hub.drop_message(range, kind, Loss::RangeBusy);
        }
        if replica.store_of(message.from) != Some(from) {
            let strangers = &mut replica.busy().strangers;
            strangers.retain(|known| known.replica != sender);
            strangers.push(ReplicaDescriptor { store: from, replica: sender });
        }
        replica.busy().inbox.push(Incoming { message, quiesce, cause });
        self.scheduler.enqueue(range, Work { requests: true, ..Work::default() });
    }

    /// A replica that may vote and does not know its keys, unless one of this id may not come back.
    pub(super) fn create_uninitialized(
        &mut self,
        from: StoreId,
        range: RangeId,
        replica: ReplicaId,
    ) -> Result<(), Loss> {
        if replica == ReplicaId::default() || replica.peer().is_storage_thread() {
            return Err(Loss::Malformed);
        }
        let tombstone = self.hub.engines.state().get(&RangeIdKey::Tombstone.of(range));
        let next = match tombstone {
            Ok(next) => next,
            Err(error) => {
                self.hub.note(Err(error));
                None
            }
        };
        let next = next.and_then(|value| Some(u64::from_le_bytes(value[..].try_into().ok()?)));
        if next.is_some_and(|next| replica.0 < next) {
            self.hub.push(from, None, Load::ReplicaTooOld { range, replica });
            return Err(Loss::Tombstone);
        }
        let mut batch = Batch::default();
        put_replica_id(range, replica, &mut batch);
        // Durable before it votes: the vote would be found and nobody to whom it belongs.
        let engines = &mut self.hub.engines;
        let result = engines.write_state(&batch).and_then(|()| engines.sync_all());
        self.hub.note(result);
        match LogState::load(range, self.hub.engines.log()) {
            Ok(log) => {
                let created = Replica::new(range, replica, None, log);
                self.replicas.insert(range, Shared::new(created));
            }
            Err(error) => self.hub.note(Err(error)),
        }
        self.hub.begin(|| EventKind::Uninitialized { range, replica });
        Ok(())
    }
}

/// Whether a message may come from another store at all. Members change, and snapshots travel, by
/// other ways.
fn is_welcome(body: &Body) -> bool {
    match body {
        Body::Append { entries, .. } => entries.iter().all(|entry| {
            matches!(entry.kind, EntryKind::Normal | EntryKind::Refused) && is_whole(&entry.data)
        }),
        Body::Propose { entries } => {
            entries.iter().all(|entry| entry.kind == EntryKind::Normal && is_whole(&entry.data))
        }
        Body::Accepted { .. }
        | Body::Rejected { .. }
        | Body::Vote { .. }
        | Body::VoteResponse { .. }
        | Body::Heartbeat { .. }
        | Body::HeartbeatResponse { .. }
        | Body::Commit { .. }
        | Body::TransferLeader
        | Body::TimeoutNow
        | Body::ReadIndex { .. }
        | Body::ReadIndexResponse { .. } => true,
        Body::Snapshot(_)
        | Body::SnapshotRequest { .. }
        | Body::StorageAppend(_)
        | Body::StorageAppended { .. }
        | Body::StorageApply { .. }
        | Body::StorageApplied { .. } => false,
    }
}
