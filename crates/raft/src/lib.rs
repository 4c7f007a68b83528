//! Raft: several machines agree on one log. A sans-io core behind etcd's door.
//!
//! A [`RawNode`] is one member of a group, as plain data. It is told what happens (time passes,
//! a message arrives, somebody proposes a command) and says what to do about it in a [`Ready`]. It
//! reads no clock, opens no file, sends nothing and prints nothing.
//!
//! ```text
//!             tick, step, propose, campaign, read_index, ...
//!                                 │
//!                                 ▼
//!   Storage ── borrowed ───▶  RawNode  ──▶ drain_events: what happened, and why
//!      ▲      for one call        │
//!      │                          ▼ ready
//!      │                        Ready
//!      ├── 1 write ──────── hard_state, entries, snapshot
//!      │   2 send ───────── messages ──▶ the other members
//!      │   3 apply ──────── committed ─▶ the state machine
//!      └── 4 advance
//! ```
//!
//! # What the caller owes
//!
//! 1. Process each Ready completely and in order: write it durably, then send its messages (they
//!    promise what was just written, Figure 2), apply `committed`, call
//!    [`advance`](RawNode::advance). With [`Config::async_storage_writes`] the writes are messages
//!    to storage threads instead, and the promises travel with them.
//! 2. Call [`apply_conf_change`](RawNode::apply_conf_change) for each membership change when it is
//!    applied, and store the members it returns with the next snapshot.
//! 3. Call [`tick`](RawNode::tick) at a steady pace. An election timeout is counted in ticks.
//! 4. Say what became of snapshots and unreachable peers, or the leader waits longer than it must.
//! 5. Drain the events, or switch them off with [`Config::record_events`].
//!
//! # Where to read on
//!
//! | file | subject | paper |
//! |---|---|---|
//! | `core` | state, changes of role | Figure 2, Raft §5.1 |
//! | `step`, `admit`, `steady` | receiving: terms; who may say what; the short way | Raft §5.1 |
//! | `election` | campaigning, voting, PreVote | Raft §5.2, §5.4.1, thesis §9.6 |
//! | `propose`, `send`, `replicate` | leading: proposals, appends, heartbeats, commitment | Raft §5.3, §5.4.2 |
//! | `follow` | following: appends, snapshots | Raft §5.3, §7 |
//! | `conf_change`, `members` | membership, one at a time and jointly | Raft §6, thesis §4 |
//! | `read` | linearizable reads | thesis §6.4 |
//! | `transfer` | handing leadership over | thesis §3.10 |
//! | `extras` | priorities, commit groups, snapshots on request | |
//! | `log`, `unstable`, `runs` | the log: durable, on its way, shared | Raft §5.3 |
//! | `tracker` | what a leader knows of its followers | Figure 2 |
//! | `event`, `transcript`, `trace` | what happened, in etcd's words and in those of its specification | |
//!
//! # Invariants
//!
//! 1. Nothing a peer sends can make a node panic: what no correct peer would send is refused, with an
//!    [`Event::Refused`]. Assertions guard what only this crate could get wrong.
//! 2. A node's own vote and its own copy of an entry count when they are durable, not before.
//! 3. Steady replication emits no event and formats no text; entries are shared, not copied.
//!
//! # Where it differs from etcd
//!
//! Every transcript of etcd's data-driven tests comes out byte for byte. Beyond that, what etcd panics
//! on when a peer sends it is refused. Reads that wait for a new leader's first commit are dropped when
//! it loses its office rather than kept for the next one. A leader that is the only voter answers a
//! read no earlier than others, and one that was removed is not the only voter: etcd answers both at
//! once, and may miss what is committed.
//!
//! Off until they are switched on, and unknown to etcd: [`Config::batch_append`],
//! [`Config::quiet_commits`], [`Config::priority`], election timeouts of another range, a bounded
//! queue of reads, [commit groups](RawNode::assign_commit_groups) and
//! [snapshots on request](RawNode::request_snapshot). There is no clock, no thread, no network and no
//! persistence here, and no state machine.
#![no_std]

extern crate alloc;

mod admit;
mod buffers;
mod conf_change;
mod config;
mod core;
pub mod describe;
mod election;
mod entries;
mod entry;
mod error;
mod event;
mod events;
mod extras;
mod follow;
mod id;
mod log;
mod members;
mod memory;
mod message;
mod node;
mod propose;
pub mod quorum;
mod read;
mod ready;
mod replicate;
mod runs;
mod send;
pub mod size;
mod status;
mod steady;
mod step;
mod storage;
mod trace;
mod tracker;
mod transcript;
mod transfer;
mod unstable;

pub use conf_change::{
    Change, ChangeKind, ConfChange, ConfChangeError, ConfChangeFormat, DecodeError, Member,
    Membership, ParseChangeError, Transition, parse_changes,
};
pub use config::{Config, ReadOnly};
pub use entries::Entries;
pub use entry::{ConfState, Entry, EntryKind, HardState, Snapshot};
pub use error::{ConfigError, RequestSnapshotError, StepError, StorageError};
pub use event::{
    CampaignRefusal, Cite, ConfChangeRefusal, Event, Level, ProposalRefusal, ReadRefusal, Refusal,
    Resumed, SnapshotRefusal, TransferAbort, TransferRefusal, VoteFacts, WriteRefusal,
};
pub use id::{EntryId, Index, PeerId, Term};
pub use log::LogView;
pub use memory::MemoryStorage;
pub use message::{Body, Message, MessageKind, StorageAppend, VoteKind};
pub use node::{BootstrapError, RawNode};
pub use ready::{ReadState, Ready, Role, SnapshotStatus, SoftState};
pub use status::{BasicStatus, Status};
pub use storage::Storage;
pub use trace::{TraceStep, Traced};
pub use tracker::{Inflights, Progress, ProgressState, ProgressView};
