//! MultiRaft's streams: one per pair of stores, and heartbeats that wait to travel together.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use raft::{Body, Message, MessageKind};

use crate::event::{EventKind, Loss};
use crate::hub::Hub;
use crate::{
    Effect, Envelope, EventId, Freight, Heartbeats, Load, Parcel, Quiesce, RaftHeartbeat,
    RaftMessageRequest, RangeId, StoreId, wire,
};

/// What waits to leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    queues: BTreeMap<StoreId, Vec<Parcel>>,
    beats: BTreeMap<StoreId, Vec<RaftHeartbeat>>,
    responses: BTreeMap<StoreId, Vec<RaftHeartbeat>>,
    /// Whether beats may be among what waits for the flush.
    pub(crate) unflushed: bool,
}

impl Hub {
    /// Sends a Raft message to the replica on this store. Says whether there was room for it.
    pub(crate) fn send_raft(
        &mut self,
        to: StoreId,
        range: RangeId,
        message: Message,
        quiesce: Option<Quiesce>,
    ) -> bool {
        if self.config.heartbeats == Heartbeats::Coalesced
            && let Some(beat) = beat(range, &message)
        {
            let waiting = if message.body.kind() == MessageKind::Heartbeat {
                &mut self.streams.beats
            } else {
                &mut self.streams.responses
            };
            waiting.entry(to).or_default().push(RaftHeartbeat { quiesce, ..beat });
            self.streams.unflushed = true;
            return true;
        }
        let kind = message.body.kind();
        if self.is_full(to) {
            self.drop_message(range, kind, Loss::StreamFull);
            return false;
        }
        self.counters.count(kind);
        let cause = self.emit(|| EventKind::Sent { range, to, kind });
        let load = Load::Raft(Box::new(RaftMessageRequest { range, message, quiesce }));
        self.push(to, cause, load);
        true
    }

    /// A message is thrown away.
    pub(crate) fn drop_message(&mut self, range: RangeId, kind: MessageKind, why: Loss) {
        self.counters.dropped += 1;
        self.emit(|| EventKind::Dropped { range, kind, why });
    }

    fn is_full(&self, to: StoreId) -> bool {
        let waiting = self.streams.queues.get(&to).map_or(0, Vec::len);
        self.config.stream_messages <= waiting
    }

    /// Puts a message on its way, and counts its bytes.
    pub(crate) fn push(&mut self, to: StoreId, cause: Option<EventId>, load: Load) {
        self.counters.count_bytes(Freight::of(&load), wire::size(self.id, to, &load));
        self.streams.queues.entry(to).or_default().push(Parcel { cause, load });
    }

    /// Puts the beats that wait on the streams: per store one message with requests and one with
    /// responses. Returns the beats that found their stream full, with the store that they were for.
    pub(crate) fn flush_beats(&mut self) -> Vec<(StoreId, Vec<RaftHeartbeat>)> {
        if !core::mem::take(&mut self.streams.unflushed) {
            return Vec::new();
        }
        let beats = core::mem::take(&mut self.streams.beats);
        let responses = core::mem::take(&mut self.streams.responses);
        let requests = beats.into_iter().map(|(to, beats)| (to, MessageKind::Heartbeat, beats));
        let responses =
            responses.into_iter().map(|(to, beats)| (to, MessageKind::HeartbeatResp, beats));
        let mut refused = Vec::new();
        for (to, kind, list) in requests.chain(responses) {
            if self.is_full(to) {
                self.counters.dropped += 1;
                refused.push((to, list));
                continue;
            }
            let beats = list.len();
            self.cause = None;
            let cause = self.emit(|| EventKind::SentCoalesced { to, kind, beats });
            let load = if kind == MessageKind::Heartbeat {
                self.counters.coalesced_requests += 1;
                self.counters.beats += beats as u64;
                Load::Heartbeats(list)
            } else {
                self.counters.coalesced_responses += 1;
                self.counters.beat_responses += beats as u64;
                Load::HeartbeatResponses(list)
            };
            self.push(to, cause, load);
        }
        refused
    }

    /// Hands everything that waits to the streams, a parcel per store.
    pub(crate) fn hand_over(&mut self) {
        let from = self.id;
        for (&to, queue) in &mut self.streams.queues {
            if !queue.is_empty() {
                self.counters.parcels += 1;
                let parcels = core::mem::take(queue);
                self.out.push(Effect::Send(Envelope { from, to, parcels }));
            }
        }
    }
}

/// A heartbeat or its answer as a part of a coalesced message; `None` for other messages.
fn beat(range: RangeId, message: &Message) -> Option<RaftHeartbeat> {
    let (commit, context) = match &message.body {
        Body::Heartbeat { commit, context } => (*commit, *context),
        Body::HeartbeatResponse { context } => (raft::Index::ZERO, *context),
        Body::Append { .. }
        | Body::Accepted { .. }
        | Body::Rejected { .. }
        | Body::Vote { .. }
        | Body::VoteResponse { .. }
        | Body::Snapshot(_)
        | Body::SnapshotRequest { .. }
        | Body::Commit { .. }
        | Body::Propose { .. }
        | Body::TransferLeader
        | Body::TimeoutNow
        | Body::ReadIndex { .. }
        | Body::ReadIndexResponse { .. }
        | Body::StorageAppend(_)
        | Body::StorageAppended { .. }
        | Body::StorageApply { .. }
        | Body::StorageApplied { .. } => return None,
    };
    let (from, to) = (message.from.into(), message.to.into());
    Some(RaftHeartbeat { range, from, to, term: message.term, commit, context, quiesce: None })
}

impl RaftHeartbeat {
    /// The message that it stands for.
    pub(crate) fn unfold(self, kind: MessageKind) -> RaftMessageRequest {
        let Self { range, from, to, term, commit, context, quiesce } = self;
        let body = if kind == MessageKind::Heartbeat {
            Body::Heartbeat { commit, context }
        } else {
            Body::HeartbeatResponse { context }
        };
        let message = Message { from: from.peer(), to: to.peer(), term, body };
        RaftMessageRequest { range, message, quiesce }
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::vec::Vec;

    use det::Span;
    use raft::{PeerId, ProgressState};

    use crate::cluster::Cluster;
    use crate::{
        Config, Effect, EventKind, Input, Quiescence, RangeDescriptor, RangeId, Store, StoreId,
    };

    /// How the leader sends to the others.
    fn states(store: &Store) -> Vec<ProgressState> {
        let raft = store.replica(RangeId(1)).and_then(|replica| replica.raft());
        let raft = raft.expect("it leads");
        let others = (1..=3).map(PeerId).filter(|peer| *peer != raft.id());
        others.filter_map(|peer| Some(raft.progress(peer)?.state)).collect()
    }

    #[test]
    fn heartbeats_that_found_a_stream_full_make_raft_probe() {
        let range = RangeDescriptor::new(RangeId(1), &b"a"[..], &b"b"[..], &[1, 2, 3].map(StoreId));
        let config = Config { quiescence: Quiescence::Off, ..Config::default() };
        let mut cluster = Cluster::new(config, 3, &[range]).expect("the disks are new");
        cluster.run(Span::secs(10));
        let leader = cluster.leader(RangeId(1)).and_then(|id| cluster.store(id));
        let mut store = Box::new(leader.expect("it has a leader").clone());
        assert_eq!(states(&store), [ProgressState::Replicate; 2]);
        store.hub.config.stream_messages = 0;
        let (mut now, mut out) = (cluster.now(), Vec::new());
        for _ in 0..=store.config().heartbeat_ticks {
            for input in [Input::Tick, Input::FlushHeartbeats] {
                store.handle(now, input, &mut out);
            }
            now += store.config().tick;
        }
        let told = |effect: &&Effect| {
            let Effect::Emit(event) = effect else { return false };
            let EventKind::Raft { event, .. } = &event.kind else { return false };
            matches!(**event, raft::Event::PeerUnreachable { .. })
        };
        assert!(2 <= out.iter().filter(told).count());
        assert_eq!(states(&store), [ProgressState::Probe; 2]);
    }
}
