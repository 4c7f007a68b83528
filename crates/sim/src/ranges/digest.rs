//! Digests of what a world consists of.

use std::hash::Hash;

use det::Digest;
use lsm::Lsm;
use store::{Load, RaftHeartbeat, Replica, Store};

use super::flight::{Item, Says};

/// Everything that a store does next depends on this.
pub(super) fn store(store: &Store, digest: &mut Digest) {
    (store.counters(), store.unquiesced(), store.liveness()).hash(digest);
    store.replicas().for_each(|each| replica(each, digest));
    let engines = store.engines();
    engine(engines.state(), digest);
    engine(engines.log(), digest);
    engines.vfs().occupied_bytes().hash(digest);
}

fn replica(replica: &Replica, digest: &mut Digest) {
    (replica.range(), replica.id(), replica.is_quiescent(), replica.lagging()).hash(digest);
    (replica.log(), replica.proposals().len()).hash(digest);
    if let Some(state) = replica.state() {
        (&state.descriptor, &state.lease, &state.applied).hash(digest);
    }
    if let Some(raft) = replica.raft() {
        (raft.term(), raft.commit(), raft.last(), raft.lead(), raft.role() as u8).hash(digest);
    }
}

/// What an engine holds, key by key.
pub(super) fn engine(engine: &Lsm, digest: &mut Digest) {
    let mut cursor = engine.cursor();
    let mut next = cursor.first();
    while let (Ok(()), Some((key, value))) = (&next, cursor.entry()) {
        (key, value).hash(digest);
        next = cursor.forward();
    }
    next.is_ok().hash(digest);
}

/// Something that will happen.
pub(super) fn item(item: &Item, digest: &mut Digest) {
    match item {
        Item::Arrive(flight) => {
            (0_u8, flight.id, flight.sent, flight.due, flight.lost).hash(digest);
            (flight.envelope.from, flight.envelope.to).hash(digest);
            flight.envelope.parcels.iter().for_each(|parcel| load(&parcel.load, digest));
        }
        Item::Call(call) => {
            (1_u8, call.request, call.store, call.sent, call.due, call.cause).hash(digest);
            match &call.says {
                Says::Asks(request) => (0_u8, request.range, &request.request).hash(digest),
                Says::Answers(reply) => (1_u8, &reply.result, reply.timestamp).hash(digest),
                Says::Refuses => 2_u8.hash(digest),
            }
        }
        Item::Tick { store, life } => (2_u8, store, life).hash(digest),
        Item::Flush { store, life } => (3_u8, store, life).hash(digest),
        Item::Synced { sync, life } => (4_u8, sync.store, sync.id, sync.due, life).hash(digest),
        Item::Timeout { request, hop } => (5_u8, request, hop).hash(digest),
        Item::Load { serial } => (6_u8, serial).hash(digest),
        Item::Alarm { store, life } => (7_u8, store, life).hash(digest),
    }
}

fn load(load: &Load, digest: &mut Digest) {
    let mut beats = |kind: u8, beats: &[RaftHeartbeat]| {
        (kind, beats.len()).hash(digest);
        for beat in beats {
            (beat.range, beat.from, beat.to, beat.term, beat.commit, beat.context).hash(digest);
            beat.quiesce.hash(digest);
        }
    };
    match load {
        Load::Raft(request) => {
            (0_u8, request.range, &request.message, &request.quiesce).hash(digest);
        }
        Load::Heartbeats(list) => beats(1, list),
        Load::HeartbeatResponses(list) => beats(2, list),
        Load::ReplicaTooOld { range, replica } => (3_u8, range, replica).hash(digest),
        Load::Liveness(record) => (4_u8, record).hash(digest),
        Load::Request(request) => (6_u8, request).hash(digest),
        Load::Reply(reply) => (7_u8, reply).hash(digest),
        Load::LivenessOf(node, record) => (8_u8, node, record).hash(digest),
        Load::Snapshot(message) => (5_u8, message).hash(digest),
    }
}
