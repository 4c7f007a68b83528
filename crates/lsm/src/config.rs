//! How large things may grow.

use crate::TableOptions;

/// Whether writes go through a log before the memtable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WriteAhead {
    /// They do: what is synced survives a crash.
    Logged,
    /// They do not: a crash takes what is in no table yet (RocksDB's `disableWAL`).
    Unlogged,
}

/// How large things may grow. The defaults are small enough to be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// A memtable with so many bytes is sealed, and waits to be flushed.
    pub memtable_bytes: u64,
    /// So many tables in level 0 are too many.
    pub level0_tables: usize,
    /// Bytes that level 1 should have at most.
    pub level1_bytes: u64,
    /// How many times more each deeper level may have.
    pub level_factor: u64,
    /// Compaction ends a table when it has so many bytes.
    pub table_bytes: usize,
    /// How many levels there are; at least two.
    pub levels: usize,
    /// How tables are written.
    pub table: TableOptions,
    /// Whether writes are logged.
    pub write_ahead: WriteAhead,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            memtable_bytes: 64 << 10,
            level0_tables: 4,
            level1_bytes: 256 << 10,
            level_factor: 10,
            table_bytes: 64 << 10,
            levels: 7,
            table: TableOptions::default(),
            write_ahead: WriteAhead::Logged,
        }
    }
}
