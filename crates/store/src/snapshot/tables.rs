//! A snapshot becomes tables: one or more for each span. Each deletes its part of the span first, so
//! that ingesting them replaces what was there without reading it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use lsm::{Batch, TableBuilder, TableOptions, Write};

use super::SnapshotId;
use crate::engines::Engines;

/// The tables of a stream, being written.
#[derive(Clone, Debug)]
pub(crate) struct SpanTables {
    spans: Vec<(Vec<u8>, Vec<u8>)>,
    /// The span that the next key is expected in.
    at: usize,
    /// Where the part begins that the table being written is about.
    start: Vec<u8>,
    builder: TableBuilder,
    options: TableOptions,
    table_bytes: usize,
    prefix: String,
    /// The finished files.
    pub(crate) files: Vec<String>,
}

impl SpanTables {
    /// Tables of these spans, of `table_bytes` each at most but for a key.
    pub(crate) fn new(
        id: SnapshotId,
        spans: Vec<(Vec<u8>, Vec<u8>)>,
        options: TableOptions,
        table_bytes: usize,
    ) -> Self {
        let start = spans.first().map(|(start, _)| start.clone()).unwrap_or_default();
        let (builder, files) = (TableBuilder::external(options), Vec::new());
        let prefix = format!("{}.{}", id.store, id.serial);
        Self { spans, at: 0, start, builder, options, table_bytes, prefix, files }
    }

    /// Takes in a batch. False if it is none, or its keys are not the next ones of the spans.
    pub(crate) fn add(&mut self, engines: &mut Engines, data: &[u8]) -> lsm::Result<bool> {
        let Ok(batch) = Batch::from_bytes(data) else { return Ok(false) };
        for write in batch.writes() {
            let Write::Put(key, value) = write else { return Ok(false) };
            while self.spans.get(self.at).is_some_and(|(_, end)| &end[..] <= key) {
                self.end_span(engines)?;
            }
            if self.spans.get(self.at).is_none_or(|(start, _)| key < &start[..]) {
                return Ok(false);
            }
            if self.table_bytes <= self.builder.bytes() && *self.start < *key {
                self.end_table(engines, key.to_vec())?;
            }
            if self.builder.put(key, value).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes what is left, and a table that empties each of these spans besides.
    pub(crate) fn finish(
        &mut self,
        engines: &mut Engines,
        emptied: Vec<(Vec<u8>, Vec<u8>)>,
    ) -> lsm::Result {
        self.spans.extend(emptied);
        while self.at < self.spans.len() {
            self.end_span(engines)?;
        }
        Ok(())
    }

    fn end_span(&mut self, engines: &mut Engines) -> lsm::Result {
        let end = self.spans[self.at].1.clone();
        self.end_table(engines, end)?;
        self.at += 1;
        if let Some((start, _)) = self.spans.get(self.at) {
            self.start.clone_from(start);
        }
        Ok(())
    }

    /// Ends the table that is about the keys before `end`; the next one goes on there.
    fn end_table(&mut self, engines: &mut Engines, end: Vec<u8>) -> lsm::Result {
        let fresh = TableBuilder::external(self.options);
        let mut builder = core::mem::replace(&mut self.builder, fresh);
        builder.delete_range(&self.start, &end)?;
        self.start = end;
        let name = format!("{}.{}.sst", self.prefix, self.files.len());
        self.files.push(engines.write_scratch(&name, builder.finish()?.0)?);
        Ok(())
    }
}
