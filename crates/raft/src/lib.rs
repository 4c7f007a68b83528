//! Raft: agree on a log. A sans-io core behind etcd's door.
#![no_std]

extern crate alloc;

mod config;
mod entry;
mod error;
mod id;
mod message;
mod ready;
mod storage;

pub use config::{Config, ReadOnly};
pub use entry::{ConfState, Entry, EntryKind, HardState, Snapshot};
pub use error::{ConfigError, StepError, StorageError};
pub use id::{EntryId, Index, PeerId, Term};
pub use message::{Body, Message, StorageAppend, VoteKind};
pub use ready::{ReadState, Ready, Role, SoftState};
pub use storage::Storage;
