//! External sort: the rows of a range in order of their values, by way of the temporary engine.
//!
//! It stands for what a query does with more rows than fit into memory (CockroachDB's DistSQL): nothing
//! of it is replicated, and a restart forgets it.

use alloc::vec::Vec;

use bytes::Bytes;
use lsm::Batch;

use super::Store;
use crate::event::EventKind;
use crate::kv;
use crate::{ClientReply, RangeId, Reply, RequestError, RequestId};

/// What is spilled stands under keys that begin with this.
const SPILLED: u8 = 0;

/// Values are told apart by so many of their first bytes, and then by their keys.
const VALUE_BYTES: usize = 1 << 10;

/// Bytes that are spilled at a time.
const BATCH_BYTES: usize = 32 << 10;

impl Store {
    /// Sorts the rows of a range by their values. What an earlier sort has spilled goes; what this one
    /// spills stays, to be looked at, until the next one or the next start.
    pub(super) fn sort(&mut self, id: RequestId, range: RangeId) {
        let mut result = Err(RequestError::RangeNotFound(range));
        self.with(range, |replica, hub| result = replica.admit_lease(hub));
        let sorted = result.and_then(|()| self.spill_and_read(range));
        if let Ok(keys) = &sorted {
            let rows = keys.len();
            let temp = self.hub.engines.temp().map(lsm::Lsm::ledger).unwrap_or_default();
            let written_bytes = temp.total();
            self.hub.emit(|| EventKind::Sorted { range, rows, written_bytes });
        }
        let timestamp = self.hub.now;
        let reply = ClientReply { id, result: sorted.map(Reply::Sorted), timestamp };
        self.hub.send_reply(range, reply);
    }

    fn spill_and_read(&mut self, range: RangeId) -> Result<Vec<Bytes>, RequestError> {
        let sorted = self.spill_rows(range).and_then(|()| self.spilled_keys());
        sorted.map_err(|error| {
            self.hub.note(Err(error));
            RequestError::Disk
        })
    }

    /// Writes each row under its value.
    fn spill_rows(&mut self, range: RangeId) -> lsm::Result {
        let descriptor = self.replica(range).and_then(|replica| replica.descriptor());
        let Some(descriptor) = descriptor.cloned() else { return Ok(()) };
        let (mut batch, mut count) = (Batch::default(), 0_u64);
        if self.hub.engines.temp().is_some() {
            batch.delete_range(&[SPILLED], &[SPILLED + 1]);
        }
        let view = self.hub.engines.state().view();
        let mut rows = kv::Rows::new(&view, &descriptor.start, &descriptor.end, self.hub.now)?;
        while let Some((key, value)) = rows.advance()? {
            let value = &value[..value.len().min(VALUE_BYTES)];
            let mut place = kv::sort_key(SPILLED, value);
            // Rows come in order of their keys.
            place.extend_from_slice(&count.to_be_bytes());
            count += 1;
            batch.put(&place, &key);
            if BATCH_BYTES <= batch.as_bytes().len() {
                self.hub.engines.spill(&batch)?;
                batch.clear();
            }
        }
        self.hub.engines.spill(&batch)
    }

    /// The keys in order of their values.
    fn spilled_keys(&self) -> lsm::Result<Vec<Bytes>> {
        let mut keys = Vec::new();
        let Some(temp) = self.hub.engines.temp() else { return Ok(keys) };
        let mut cursor = temp.cursor();
        cursor.seek(&[])?;
        while let Some((_, key)) = cursor.entry() {
            keys.push(Bytes::copy_from_slice(key));
            cursor.forward()?;
        }
        Ok(keys)
    }
}
