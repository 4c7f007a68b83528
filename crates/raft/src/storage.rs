//! What the core reads of the durable log. It is lent for one call and never owned.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::{ConfState, Entries, Entry, HardState, Index, Snapshot, StorageError, Term};

/// The durable log, as the core may read it.
pub trait Storage {
    /// The hard state and members to start from.
    fn initial_state(&self) -> (HardState, ConfState);

    /// The first index whose entry may be available; everything before is in the snapshot.
    fn first_index(&self) -> Index;

    /// The last durable index; `first_index() - 1` if the log is empty.
    fn last_index(&self) -> Index;

    /// The term of the entry at `index`, which is in `[first_index() - 1, last_index()]`.
    ///
    /// # Errors
    /// `Compacted` below, `Unavailable` above.
    fn term(&self, index: Index) -> Result<Term, StorageError>;

    /// Appends to `out` the entries of `[lo, hi)`: the longest prefix whose encoded size is at most
    /// `max_bytes`, but at least one.
    ///
    /// # Errors
    /// `Compacted` if `lo` is compacted, `Unavailable` if something in the range is missing.
    fn entries(
        &self,
        lo: Index,
        hi: Index,
        max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError>;

    /// Like [`entries`](Self::entries), without copying any: for a log that keeps them as shared runs.
    /// None at all if this one does not, or cannot answer.
    fn share(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        let _ = (lo, hi, max_bytes);
        Entries::new()
    }

    /// The newest snapshot.
    ///
    /// # Errors
    /// `SnapshotTemporarilyUnavailable` if none can be had now.
    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError>;
}
