//! What travels between stores: one stream per pair, and what may be on it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use raft::{Index, Message, Term};

use crate::{
    ClientReply, ClientRequest, EventId, Liveness, NodeId, RangeId, ReplicaId, SnapshotMessage,
    StoreId,
};

/// What one store hands to the stream to another at a time. Streams keep order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// From where.
    pub from: StoreId,
    /// To where.
    pub to: StoreId,
    /// The messages in it, in order.
    pub parcels: Vec<Parcel>,
}

/// One message on a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The event that it was sent in, if events are told.
    pub cause: Option<EventId>,
    /// What it carries.
    pub load: Load,
}

/// What a message between stores carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load {
    /// A Raft message of one range.
    Raft(Box<RaftMessageRequest>),
    /// Heartbeats of many ranges.
    Heartbeats(Vec<RaftHeartbeat>),
    /// Answers to heartbeats of many ranges.
    HeartbeatResponses(Vec<RaftHeartbeat>),
    /// The addressed replica is gone for good: the sender is behind.
    ReplicaTooOld {
        /// The range.
        range: RangeId,
        /// The replica that may destroy itself.
        replica: ReplicaId,
    },
    /// A part of a snapshot's stream, or an answer to one.
    Snapshot(Box<SnapshotMessage>),
    /// A request of the sender's own, to a range here.
    Request(Box<ClientRequest>),
    /// The answer to one.
    Reply(Box<ClientReply>),
    /// What was written of another node: its epoch was ended.
    LivenessOf(NodeId, Liveness),
    /// How long the sender's node promises to live.
    Liveness(Liveness),
}

/// A Raft message with its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaftMessageRequest {
    /// Which range's.
    pub range: RangeId,
    /// The message; its peers are replicas.
    pub message: Message,
    /// In a heartbeat: fall asleep.
    pub quiesce: Option<Quiesce>,
}

/// A leader tells its followers to fall asleep, as it does itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quiesce {
    /// Nodes that are dead, as the leader knows, and may lag behind.
    pub lagging: Vec<(NodeId, Liveness)>,
}

/// A heartbeat or an answer to one, as a part of a coalesced message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaftHeartbeat {
    /// Which range's.
    pub range: RangeId,
    /// From whom.
    pub from: ReplicaId,
    /// To whom.
    pub to: ReplicaId,
    /// The sender's term.
    pub term: Term,
    /// What a leader knows this follower to have that is committed; zero in answers.
    pub commit: Index,
    /// Confirms reads; zero if none waits.
    pub context: u64,
    /// Fall asleep.
    pub quiesce: Option<Quiesce>,
}
