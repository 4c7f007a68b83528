//! The manifest: which tables there are, as a file of edits.
//!
//! An edit is one record, so it is there whole or not at all. The file starts with everything that
//! there was when it was made; a new one takes the old one's name when it is complete.

use alloc::{string::String, vec::Vec};

use bytes::Bytes;

use crate::{
    Category, Error, Ledger, Origin, Result, Seq, Span, TableMeta, Upper, Vfs,
    coding::{put_slice, put_varint, take_slice, take_varint},
    log::{Log, Records},
};

const NAME: &str = "MANIFEST";

/// The manifest that is not complete yet.
const NEW_NAME: &str = "MANIFEST.new";

/// A manifest is written anew when it is this much longer than it has to be.
const SLACK_BYTES: u64 = 64 << 10;

/// A change of what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    /// File numbers from this on were never used.
    pub(crate) next_file: u64,
    /// The newest write that was ever in a table.
    pub(crate) table_seq: Seq,
    /// Write-ahead logs from this number on are needed.
    pub(crate) wal_from: u64,
    /// Tables that go, by number.
    pub(crate) removed: Vec<u64>,
    /// Tables that come, with their levels.
    pub(crate) added: Vec<(usize, TableMeta)>,
}

/// The file of a folder, open for writing.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    log: Log,
    /// Its length when it was made.
    first_bytes: u64,
}

impl Manifest {
    /// Starts a manifest that says `edit`, in the place of the one before.
    pub(crate) fn create(
        vfs: &mut dyn Vfs,
        folder: &str,
        ledger: &mut Ledger,
        edit: &Edit,
    ) -> Result<Self> {
        let (name, new_name) = (path(folder, NAME), path(folder, NEW_NAME));
        let mut log = Log::create(vfs, &new_name, Category::Manifest)?;
        log.append(vfs, ledger, [&edit.encode(), &[]])?;
        log.sync(vfs)?;
        vfs.rename(&new_name, &name)?;
        vfs.sync_folder(folder)?;
        let first_bytes = log.bytes();
        Ok(Self { log, first_bytes })
    }

    /// Adds an edit; it is durable when this returns.
    pub(crate) fn append(&mut self, vfs: &mut dyn Vfs, ledger: &mut Ledger, edit: &Edit) -> Result {
        self.log.append(vfs, ledger, [&edit.encode(), &[]])?;
        self.log.sync(vfs)
    }

    /// Whether it should be written anew.
    pub(crate) fn is_long(&self) -> bool {
        2 * self.first_bytes + SLACK_BYTES < self.log.bytes()
    }

    pub(crate) fn close(self, vfs: &mut dyn Vfs) {
        self.log.close(vfs);
    }
}

/// Everything that the manifest of a folder says, as one edit; None if there is no manifest.
pub(crate) fn read(vfs: &dyn Vfs, folder: &str) -> Result<Option<Edit>> {
    let name = path(folder, NAME);
    let mut records = match Records::of(vfs, &name) {
        Err(Error::NoFile { .. }) => return Ok(None),
        records => records?,
    };
    let mut all = Edit::default();
    let damaged = Error::Damaged { offset: 0, what: "an edit cannot be read" };
    while let Some(record) = records.next().map_err(|error| error.in_file(&name))? {
        let edit = Edit::decode(&record).ok_or_else(|| damaged.clone().in_file(&name))?;
        all.removed.clear();
        all.added.retain(|(_, table)| !edit.removed.contains(&table.number));
        all.added.extend(edit.added);
        all = Edit { added: all.added, removed: all.removed, ..edit };
    }
    if all.next_file == 0 { Err(damaged.in_file(&name)) } else { Ok(Some(all)) }
}

/// Whether a file is a manifest that was never completed.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name == NEW_NAME
}

/// Whether a file is the manifest.
pub(crate) fn is_manifest(name: &str) -> bool {
    name == NAME
}

/// The name of a file in a folder.
pub(crate) fn path(folder: &str, name: &str) -> String {
    alloc::format!("{folder}/{name}")
}

impl Edit {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for number in [self.next_file, self.table_seq.0, self.wal_from] {
            put_varint(&mut out, number);
        }
        put_varint(&mut out, self.removed.len() as u64);
        for number in &self.removed {
            put_varint(&mut out, *number);
        }
        put_varint(&mut out, self.added.len() as u64);
        for (level, meta) in &self.added {
            put_varint(&mut out, *level as u64);
            put_meta(&mut out, meta);
        }
        out
    }

    fn decode(mut from: &[u8]) -> Option<Self> {
        let from = &mut from;
        let mut edit = Self {
            next_file: take_varint(from)?,
            table_seq: Seq(take_varint(from)?),
            wal_from: take_varint(from)?,
            ..Self::default()
        };
        for _ in 0..take_varint(from)? {
            edit.removed.push(take_varint(from)?);
        }
        for _ in 0..take_varint(from)? {
            let level = usize::try_from(take_varint(from)?).ok()?;
            edit.added.push((level, take_meta(from)?));
        }
        from.is_empty().then_some(edit)
    }
}

fn put_meta(out: &mut Vec<u8>, meta: &TableMeta) {
    let (numbers, seqs) = ([meta.number, meta.bytes, meta.entries], [meta.seq_min, meta.seq_max]);
    for number in numbers.into_iter().chain([meta.deletions, meta.range_deletions]) {
        put_varint(out, number);
    }
    for seq in seqs {
        put_varint(out, seq.0);
    }
    out.push(meta.origin as u8);
    out.push(u8::from(matches!(meta.span.last, Upper::At(_))));
    put_slice(out, &meta.span.first);
    put_slice(out, meta.span.last.key());
}

fn take_meta(from: &mut &[u8]) -> Option<TableMeta> {
    let [number, bytes, entries] = [take_varint(from)?, take_varint(from)?, take_varint(from)?];
    let [deletions, range_deletions] = [take_varint(from)?, take_varint(from)?];
    let [seq_min, seq_max] = [Seq(take_varint(from)?), Seq(take_varint(from)?)];
    let origin = match take_varint(from)? {
        0 => Origin::Flush,
        1 => Origin::Compaction,
        2 => Origin::Ingestion,
        _ => return None,
    };
    let is_at = take_varint(from)? == 1;
    let first = Bytes::copy_from_slice(take_slice(from)?);
    let last = Bytes::copy_from_slice(take_slice(from)?);
    let last = if is_at { Upper::At(last) } else { Upper::Before(last) };
    let span = Span { first, last };
    let meta = TableMeta {
        number,
        bytes,
        span,
        entries,
        deletions,
        range_deletions,
        seq_min,
        seq_max,
        origin,
    };
    Some(meta)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_read_as_it_was_written() {
        let span = Span { first: "a".into(), last: Upper::Before("b".into()) };
        let meta = TableMeta {
            number: 7,
            bytes: 1 << 40,
            span,
            entries: 3,
            deletions: 2,
            range_deletions: 1,
            seq_min: Seq(4),
            seq_max: Seq(5),
            origin: Origin::Ingestion,
        };
        let edit = Edit {
            next_file: 9,
            table_seq: Seq(300),
            wal_from: 8,
            removed: Vec::from([1, 2]),
            added: Vec::from([(6, meta)]),
        };
        let bytes = edit.encode();
        assert_eq!(Edit::decode(&bytes), Some(edit));
        for end in 0..bytes.len() {
            assert_eq!(Edit::decode(&bytes[..end]), None, "cut at {end}");
        }
    }
}
