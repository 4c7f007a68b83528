//! A table of the engine's own as one that can be ingested elsewhere.

use alloc::{sync::Arc, vec::Vec};

use bytes::Bytes;

use super::{Table, TableBuilder, TableEntries, TableOptions};
use crate::{Kind, Result, Seq, ranges::Fragment};

impl Table {
    /// The same contents for ingestion, here or by RocksDB: of each key the newest version, and no
    /// sequence numbers.
    ///
    /// # Errors
    ///
    /// When the table is damaged.
    pub fn to_external(self: &Arc<Self>, options: TableOptions) -> Result<Bytes> {
        let mut builder = TableBuilder::external(options);
        for Fragment { start, end, .. } in self.ranges().fragments() {
            builder.delete_range(start, end)?;
        }
        let mut entries = TableEntries::new(self);
        let mut last: Option<Vec<u8>> = None;
        while let Some(entry) = entries.advance()? {
            if last.as_deref() == Some(entry.key) {
                continue;
            }
            last = Some(entry.key.to_vec());
            let covered = self.ranges().covering(entry.key, Seq::MAX);
            match entry.kind {
                _ if covered.is_some_and(|deleted| entry.seq < deleted) => {}
                Kind::Put => builder.put(entry.key, entry.value)?,
                Kind::Delete => builder.delete(entry.key)?,
            }
        }
        Ok(builder.finish()?.0)
    }
}
