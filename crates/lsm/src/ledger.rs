//! How many bytes were written, and what for.

/// What bytes are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The write-ahead log.
    Wal,
    /// A memtable that becomes a table.
    Flush,
    /// Tables that are merged into new ones.
    Compaction,
    /// Tables that wait beside the Raft log to be applied.
    Sideload,
    /// Tables made of a replica's snapshot that comes in.
    Snapshot,
    /// Tables that are copied in; a link writes nothing.
    Ingest,
    /// Which tables there are.
    Manifest,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Wal,
        Self::Flush,
        Self::Compaction,
        Self::Sideload,
        Self::Snapshot,
        Self::Ingest,
        Self::Manifest,
    ];
}

/// Bytes written, by category; or how often they were synced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger {
    bytes: [u64; Category::ALL.len()],
}

impl Ledger {
    /// Counts bytes that were written.
    pub fn add(&mut self, category: Category, bytes: u64) {
        self.bytes[category as usize] += bytes;
    }

    /// The bytes of one category.
    pub fn get(&self, category: Category) -> u64 {
        self.bytes[category as usize]
    }

    /// The bytes of all categories.
    pub fn total(&self) -> u64 {
        self.bytes.iter().sum()
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = *self;
        for (bytes, more) in sum.bytes.iter_mut().zip(other.bytes) {
            *bytes += more;
        }
        sum
    }

    /// What was counted here and not yet in `earlier`, a former state of this ledger.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut difference = *self;
        for (bytes, before) in difference.bytes.iter_mut().zip(earlier.bytes) {
            *bytes -= before;
        }
        difference
    }
}
