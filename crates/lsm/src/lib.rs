//! A log-structured merge tree: a sorted map with versions, on a small file system.
//!
//! An [`Lsm`] keeps its files in one folder of a [`Vfs`], which is lent to it for each call. It has no
//! clock, no thread and no randomness; work in the background is done when somebody asks for it, one
//! [`Job`] at a time, and each job says why it was done.
//!
//! ```text
//!   write ──▶ write-ahead log, then memtable ──▶ sealed memtables
//!                                                   │ flush
//!   ingest ─── link or copy ────────┐               ▼
//!              as deep as it may    │            level 0   a pile of tables, newest last
//!                                   │               │ compaction, or a move that writes nothing
//!                                   ├──────────▶ level 1   a sorted run
//!                                   └──────────▶ level 2   ..
//! ```
//!
//! # What the caller owes
//!
//! 1. Call [`Lsm::sync`] before it promises anybody that a write will last; with
//!    [`WriteAhead::Unlogged`] it may not promise that.
//! 2. Call [`Lsm::step`] until it has nothing to do, now and then: nothing is flushed or compacted
//!    otherwise.
//! 3. [`Lsm::release`] each snapshot.
//! 4. After a crash, or any error of a file, open the engine again.
//!
//! # Invariants
//!
//! 1. After a crash everything that was synced is there, and of the rest a first part, batch by batch.
//! 2. The deeper, the older: of two versions of a key the newer one lies above.
//! 3. From level 1 down no two tables of a level overlap, and a key stands in one table only.
//! 4. Opening removes every file that belongs to nothing.
//! 5. [`Lsm::ledger`] has each byte that the [`Vfs`] has seen from this engine, by category.
//! 6. No file can bring the engine down: what is damaged, cut short or foreign is an [`Error`].
//!
//! # Where to read on
//!
//! | file | subject |
//! |---|---|
//! | `vfs`, `ledger` | files that can be lost, and every byte counted |
//! | `engine`, `snapshot`, `open` | writing, moments that stay readable, recovery |
//! | `batch`, `log`, `manifest` | what the files beside the tables say |
//! | `memtable`, `version` | what is shared: a snapshot or a checkpoint costs some pointers |
//! | `choose`, `job`, `compact` | what to do next, doing it, and which versions survive |
//! | `ingest`, `levels` | tables taken in as they are, and whether what lies deeper is older |
//! | `read`, `merge`, `ranges` | finding keys, both ways, around deletions |
//! | `table`, `csv` | RocksDB's block-based tables, and tables as text |
//!
//! # Where it differs from RocksDB
//!
//! Tables are the same, to the byte where RocksDB cares; log and manifest are our own and simpler.
//! There is no block cache, we write no compressed block, each level has a fixed target, and a key's
//! versions are never divided between two tables. Ingestion syncs the log first, so that what survives
//! a crash is always a first part of what was written.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod batch;
mod checksum;
mod choose;
mod coding;
mod compact;
mod config;
mod csv;
mod engine;
mod error;
mod ingest;
mod job;
mod key;
mod ledger;
mod levels;
mod limits;
mod log;
mod manifest;
mod memtable;
mod merge;
mod open;
mod ranges;
mod read;
mod snapshot;
mod span;
mod table;
mod version;
mod vfs;

pub use batch::{Batch, Write};
pub use checksum::crc32c;
pub use choose::{Choice, Compaction, Why, choose};
pub use compact::Dropped;
pub use config::{Config, WriteAhead};
pub use csv::{LineFlaw, csv_from_table, table_from_csv};
pub use engine::{Lsm, WalPosition};
pub use error::{Error, Result};
pub use ingest::{Below, Ingest, Ingested, Obstacle, Placed};
pub use job::Job;
pub use key::{Kind, Seq};
pub use ledger::{Category, Ledger};
pub use limits::{KEY_BYTES_MAX, VALUE_BYTES_MAX};
pub use memtable::Memtable;
pub use read::{Cursor, View};
pub use snapshot::Snapshot;
pub use span::{Span, Upper};
pub use table::{
    Table, TableBuilder, TableEntries, TableEntry, TableFacts, TableOptions, TableSummary,
};
pub use version::{Level, LevelTable, Origin, Sealed, Sealing, TableMeta, Version};
#[cfg(feature = "std")]
pub use vfs::DiskVfs;
pub use vfs::{FileId, LinkInfo, MemVfs, ReadAt, Vfs};
