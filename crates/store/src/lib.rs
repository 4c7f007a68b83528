//! CockroachDB's replication layer: a key space cut into ranges, each kept by a Raft group of its own,
//! thousands of them on each store.
//!
//! A [`Store`] is plain data behind one door: it is told what happens and says what it wants done.
//!
//! ```text
//!      Tick, FlushHeartbeats, Receive(Envelope), Synced, Alarm, Request
//!                                 │
//!                                 ▼ Store::handle
//!   streams ──▶ inbox of each range ──▶ Scheduler: requests, ticks, ready
//!                                 │
//!             Replica: RawNode ─ log ─ state       thousands of them, most asleep
//!                                 │
//!    log engine, state engine, temp       beats that wait for the flush
//!                                 │
//!                                 ▼
//!            Send(Envelope), Sync, Reply, Emit(Event)
//! ```
//!
//! # MultiRaft
//!
//! Each group has its own log and its own leader; what they share is the way. There is one stream per
//! pair of stores, and heartbeats do not even travel alone: those for the same store wait for the next
//! flush, half a tick at most, and leave as one message. The receiver unfolds it, and each range makes
//! its step. Coalescing saves messages, not steps; what saves steps is sleep. What is around the messages
//! it saves, too: every byte on a stream is counted by what it is for ([`Freight`]).
//!
//! # Quiescence
//!
//! A leader whose range has nothing left to do stops ticking and tells its followers to do the same
//! ([`Replica::may_quiesce`] says why it may not). Work is proportional to what is awake: a tick looks
//! at the awake replicas and at nothing else. That a node lives is said once per node, not per range.
//!
//! # Node liveness
//!
//! If a range holds the system's keys ([`RangeDescriptor::system`]), each node's [`Liveness`] record
//! stands there. A node renews its own with a conditional put, and a leader that needs the lease of a
//! dead node ends that node's epoch with another one; what was written is told to all.
//!
//! # Proposer-evaluated KV
//!
//! A request takes a lease, latches and a timestamp, is evaluated once, and what it writes is proposed
//! as bytes ([`RaftCommand`]); every replica checks lease sequence and lease index, the same everywhere,
//! and writes. In naive mode the log carries requests, and every replica evaluates them.
//!
//! A split is a request too: one side is counted, the new range's state is in the bytes, and a trigger
//! makes each replica's own part, keeping the vote that a replica without keys has cast. The state of the
//! new range is durable before it has a log: so no crash leaves a log whose range is unknown.
//!
//! # Tables
//!
//! [`Request::AddSstable`] writes all rows of a table at once. The leaseholder makes a table of versions
//! of it, and that is what is proposed. On the wire it is part of the entry; on the disk the log has a
//! thin entry, and the table stands beside it, in [`SideloadStorage`], written before the log names it.
//! The state engine takes that file in under one more name, so each byte is written once. The file goes
//! when its entry is truncated or overwritten. With [`Sideloading::Off`] the table goes through the log,
//! and a request may ask for plain writes: [`restore`] shows what each way costs.
//!
//! What a query spills ([`Input::Sort`]) goes into a third engine, which has no log, is replicated to
//! nobody and begins every life empty.
//!
//! A [`Gateway`] finds the range of a key in its cache and learns from every refusal.
//!
//! # Truncation and snapshots
//!
//! A leader lets its range's log be dropped as far as nobody needs it; [`TruncateDecision`] says what
//! protects the rest. A follower that needs what is gone gets the whole state: the leader pins its
//! engine, streams what is in the range in batches at a rate, and the receiver makes tables of them
//! that are ingested at once, together with a log that begins there ([`Snapshots`]).
//!
//! # What the caller owes
//!
//! 1. Call with [`Input::Tick`] each [`Config::tick`], and with [`Input::FlushHeartbeats`] twice as
//!    often.
//! 2. Deliver what is on the streams in order, or not at all.
//! 3. Answer each [`Effect::Sync`] with [`Input::Synced`], and each [`Effect::Alarm`] with [`Input::Alarm`].
//!
//! # Invariants
//!
//! 1. Nothing that is acknowledged is lost in a crash: what promises a write waits for its sync.
//! 2. A command takes effect at most once, and on every replica or none.
//! 3. A replica that does not know its keys votes and does nothing else: it neither ticks nor sleeps.
//! 4. Nothing that a stream delivers can bring a store down: it is dropped, with an event.
//! 5. What a disk does not give back decides nothing: its store stops, and says why.
//!
//! # Where it differs from CockroachDB
//!
//! A node has one store. Each handling works until nothing is left to do, so ticks do not pile up.
//! A leader asks for the lease as soon as it leads. A cluster may do without a range for the liveness
//! records: nodes tell each other that they live then, no range of the system has to stay awake for
//! that, and a dead leaseholder's range is served again when its node is back. Splits write no
//! addressing records, as there are no transactions over ranges. The name of a new range comes with the
//! request; a record in the system's range gives each name once, as CockroachDB's counter does, and
//! without that range a store stops before one range takes the place of another. A gateway waits a little
//! before each replica that it tries next, and gives a request up after two dozen of them; CockroachDB's
//! tries all before it waits, and goes on. Changes of members and merges are absent. There is no proposal
//! quota: who counts as live is never cut off, however far behind. A stream of a snapshot is given up
//! when it falls silent, not after a time in all. With a log engine of its own a snapshot is taken in
//! before its log is, and a start after a crash between does the rest, where CockroachDB notes such steps
//! down first.
#![no_std]

extern crate alloc;

pub mod cluster;
mod coding;
mod command;
mod config;
mod counters;
mod descriptor;
mod engines;
mod envelope;
mod event;
mod gateway;
mod hub;
mod ids;
pub mod keys;
pub mod kv;
mod lease;
mod liveness;
mod log;
mod quiesce;
mod replica;
pub mod restore;
mod scheduler;
mod shared;
mod sideload;
mod snapshot;
mod state;
mod store;
mod streams;
mod truncate;
mod wire;

pub use command::{
    AddSstable, COMMAND_BYTES_MAX, LeaseChange, Payload, RaftCommand, ReplicatedEvalResult,
    SplitTrigger, Stats,
};
pub use config::{
    Config, Evaluation, Groups, Heartbeats, LogEngine, Quiescence, Sideloading, Switch,
};
pub use counters::Counters;
pub use descriptor::{RangeDescriptor, ReplicaDescriptor};
pub use engines::{EngineName, EngineWork, Engines, Worked};
pub use envelope::{Envelope, Load, Parcel, Quiesce, RaftHeartbeat, RaftMessageRequest};
pub use event::{
    Event, EventId, EventKind, Loss, Outcome, Purge, QuiesceRefusal, TransferRefusal, Wake,
};
pub use gateway::{CacheEntry, Gateway, GatewayCounters, RangeCache, Redirect, Step};
pub use ids::{CommandId, NodeId, RangeId, ReplicaId, StoreId};
pub use kv::{ClientReply, ClientRequest, Reply, Request, RequestError, RequestId};
pub use lease::{Lease, LeaseStatus, LeaseTerm};
pub use liveness::{Liveness, LivenessMap};
pub use log::{FIRST, LogState, RangeLog};
pub use quiesce::Awake;
pub use replica::{Proposal, Replica};
pub use scheduler::{Scheduler, Work};
pub use sideload::{SideloadStorage, SideloadTruncation, SideloadedFile};
pub use snapshot::{
    Incoming, Outgoing, SendPhase, SnapshotBody, SnapshotEnd, SnapshotEvent, SnapshotHeader,
    SnapshotId, SnapshotMessage, SnapshotRefusal, Snapshots, Waiting,
};
pub use state::{RangeAppliedState, ReplicaState};
pub use store::{Effect, Input, Store, SyncId};
pub use truncate::{FollowerLog, Protection, TruncateDecision, TruncateInput};
pub use wire::Freight;
