//! Raft: agree on a log. A sans-io core behind etcd's door.
#![no_std]

extern crate alloc;

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
pub mod size;
mod status;
mod step;
mod storage;
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
pub use error::{ConfigError, StepError, StorageError};
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
pub use tracker::{Inflights, Progress, ProgressState, ProgressView};
