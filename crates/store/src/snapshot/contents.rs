//! What is in a snapshot: which spans of the engine, and their keys in batches.

use alloc::vec::Vec;

use bytes::Bytes;
use lsm::{Batch, View};

use crate::RangeId;
use crate::keys;
use crate::kv::user_spans;

/// The spans of the engine that belong to a range of these keys, in order: what is replicated about
/// the range as a whole, what is about places in it, and its users' keys.
pub(crate) fn spans(range: RangeId, start: &[u8], end: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut spans = user_spans(start, end);
    spans.push(keys::replicated_range_id_span(range));
    spans.push(keys::range_local_span_of(start, end));
    spans.sort();
    spans
}

/// Goes through the keys of spans, a batch at a time. It is plain data: what it reads is lent to it.
#[derive(Clone, Debug)]
pub(crate) struct KvReader {
    spans: Vec<(Vec<u8>, Vec<u8>)>,
    /// The span that it is in.
    at: usize,
    /// The first key that was not read.
    next: Vec<u8>,
}

impl KvReader {
    pub(crate) fn new(spans: Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        let next = spans.first().map(|(start, _)| start.clone()).unwrap_or_default();
        Self { spans, at: 0, next }
    }

    /// The next batch: it ends with the first key that makes it `bytes` long. None at the end.
    pub(crate) fn batch(&mut self, view: &View, bytes: usize) -> lsm::Result<Option<Bytes>> {
        let mut batch = Batch::default();
        while let Some((_, end)) = self.spans.get(self.at) {
            let mut cursor = view.cursor();
            cursor.seek(&self.next)?;
            while let Some((key, value)) = cursor.entry().filter(|(key, _)| *key < &end[..]) {
                if bytes <= batch.as_bytes().len() {
                    self.next = key.to_vec();
                    return Ok(Some(Bytes::copy_from_slice(batch.as_bytes())));
                }
                batch.put(key, value);
                cursor.forward()?;
            }
            self.at += 1;
            if let Some((start, _)) = self.spans.get(self.at) {
                self.next.clone_from(start);
            }
        }
        Ok((!batch.is_empty()).then(|| Bytes::copy_from_slice(batch.as_bytes())))
    }

    /// How many batches are to come, and their bytes.
    pub(crate) fn count(&self, view: &View, bytes: usize) -> lsm::Result<(u64, u64)> {
        let (mut rest, mut batches, mut sum) = (self.clone(), 0, 0);
        while let Some(batch) = rest.batch(view, bytes)? {
            batches += 1;
            sum += batch.len() as u64;
        }
        Ok((batches, sum))
    }
}
