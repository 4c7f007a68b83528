//! Sideloaded storage: tables that wait beside the Raft log to be applied.
//!
//! ```text
//!   on the wire, in memory   fat    1 | bytes of the table | command | table
//!   in the log on the disk   thin   1 | bytes of the table | command
//!   beside the log           sideloading/r<range>.i<index>.t<term>     table
//! ```
//! Index and term name one payload and no other. A file is durable before the log names it, and goes
//! only when no log names it any more, not even after a crash; what a crash leaves without an entry is
//! found at the next start (CockroachDB's RFC 20170601).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;
use lsm::{Category, Ledger, Vfs};
use raft::{EntryId, Index, Term};

use crate::RangeId;
use crate::command::{PAYLOAD_LENGTH_BYTES, SIDELOADED};

const FOLDER: &str = "sideloading";

/// Ends the name of a file that is there only while it is ingested.
const INGESTING: &str = ".ingesting";

/// The files of one store, and what was written to them since it started.
#[derive(Clone, Debug, Default)]
pub struct SideloadStorage {
    /// How long each file is.
    files: BTreeMap<(RangeId, Index, Term), u64>,
    ledger: Ledger,
}

/// A file of sideloaded storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideloadedFile {
    /// Whose log has the thin entry.
    pub range: RangeId,
    /// The entry.
    pub entry: EntryId,
    /// The path of the file.
    pub name: String,
    /// The length of the file.
    pub bytes: u64,
    /// How many names it has: one, and another one as long as a table of the state engine is the
    /// same file.
    pub links: usize,
}

/// What went, and what is still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideloadTruncation {
    /// The entries whose files are gone, and how long those were.
    pub freed: Vec<(EntryId, u64)>,
    /// The bytes of the files that the range still has.
    pub kept_bytes: u64,
}

impl SideloadStorage {
    /// Finds the files again.
    pub(crate) fn open(vfs: &mut dyn Vfs) -> lsm::Result<Self> {
        let mut found = Self::default();
        for file in vfs.list(FOLDER)? {
            let path = format!("{FOLDER}/{file}");
            if file.ends_with(INGESTING) {
                vfs.remove(&path)?;
            } else if let Some(key) = parse(&file) {
                found.files.insert(key, vfs.open(&path)?.bytes());
            }
        }
        Ok(found)
    }

    /// What was written.
    pub fn ledger(&self) -> Ledger {
        self.ledger
    }

    /// The files in order of ranges and indices: whose entries, and how many bytes.
    pub fn files(&self) -> impl Iterator<Item = (RangeId, EntryId, u64)> {
        let entry = |(&(range, index, term), &bytes): (&(RangeId, Index, Term), &u64)| {
            (range, EntryId { term, index }, bytes)
        };
        self.files.iter().map(entry)
    }

    /// How many bytes the entries of a range up to this index have here: they count as its log's, and
    /// truncating the log there frees them.
    pub fn bytes_to(&self, range: RangeId, index: Index) -> u64 {
        self.span(range, Index::ZERO, index).map(|(_, bytes)| bytes).sum()
    }

    /// The entries of a range from this index on that have a file.
    pub fn entries_from(&self, range: RangeId, index: Index) -> Vec<EntryId> {
        self.span(range, index, Index(u64::MAX)).map(|(entry, _)| entry).collect()
    }

    fn span(&self, range: RangeId, from: Index, to: Index) -> impl Iterator<Item = (EntryId, u64)> {
        let span = (range, from, Term(0))..=(range, to, Term(u64::MAX));
        let files = self.files.range(span);
        files.map(|(&(_, index, term), &bytes)| (EntryId { term, index }, bytes))
    }

    /// Writes the payload of an entry, durably but for its name, unless it is there: says whether it
    /// was not.
    pub(crate) fn put(
        &mut self,
        vfs: &mut dyn Vfs,
        (range, entry): (RangeId, EntryId),
        table: Bytes,
    ) -> lsm::Result<bool> {
        let key = (range, entry.index, entry.term);
        if self.files.contains_key(&key) {
            return Ok(false);
        }
        let bytes = table.len() as u64;
        self.write(vfs, &name(range, entry), Category::Sideload, table)?;
        self.files.insert(key, bytes);
        Ok(true)
    }

    /// Writes a table that no log has beside it, to be ingested and taken away then; `part` tells those
    /// of an entry apart. Returns its name.
    pub(crate) fn put_temporary(
        &mut self,
        vfs: &mut dyn Vfs,
        (range, entry): (RangeId, EntryId),
        (part, table): (&str, Bytes),
    ) -> lsm::Result<String> {
        let name = name(range, entry) + part + INGESTING;
        self.write(vfs, &name, Category::Ingest, table)?;
        Ok(name)
    }

    fn write(
        &mut self,
        vfs: &mut dyn Vfs,
        name: &str,
        category: Category,
        table: Bytes,
    ) -> lsm::Result {
        let (file, bytes) = (vfs.create(name, category)?, table.len() as u64);
        vfs.append_shared(file, table)?;
        self.ledger.add(category, bytes);
        vfs.sync(file, bytes)?;
        vfs.close(file);
        Ok(())
    }

    /// The payload of an entry.
    pub(crate) fn get(vfs: &dyn Vfs, range: RangeId, entry: EntryId) -> lsm::Result<Bytes> {
        let file = vfs.open(&name(range, entry))?;
        file.read_at(0, usize::try_from(file.bytes()).unwrap_or(usize::MAX))
    }

    /// Removes the file of an entry that no log names any more, if it is there. Returns how many bytes it
    /// had.
    pub(crate) fn purge(
        &mut self,
        vfs: &mut dyn Vfs,
        range: RangeId,
        entry: EntryId,
    ) -> lsm::Result<u64> {
        let Some(bytes) = self.files.remove(&(range, entry.index, entry.term)) else {
            return Ok(0);
        };
        vfs.remove(&name(range, entry))?;
        Ok(bytes)
    }

    /// Removes the files of all entries of a range up to this index, whatever their terms. That the
    /// log is truncated there has to be durable before, or a crash would bring back thin entries
    /// without their files.
    pub(crate) fn truncate_to(
        &mut self,
        vfs: &mut dyn Vfs,
        range: RangeId,
        truncated: Index,
    ) -> lsm::Result<SideloadTruncation> {
        let freed: Vec<_> = self.span(range, Index::ZERO, truncated).collect();
        for &(entry, _) in &freed {
            self.purge(vfs, range, entry)?;
        }
        let kept_bytes = self.bytes_to(range, Index(u64::MAX));
        Ok(SideloadTruncation { freed, kept_bytes })
    }

    /// Makes the names of new files durable.
    pub(crate) fn sync_names(vfs: &mut dyn Vfs) -> lsm::Result {
        vfs.sync_folder(FOLDER)
    }
}

/// The file of an entry's payload.
pub(crate) fn name(range: RangeId, entry: EntryId) -> String {
    format!("{FOLDER}/r{}.i{}.t{}", range.0, entry.index.0, entry.term.0)
}

fn parse(file: &str) -> Option<(RangeId, Index, Term)> {
    let mut parts = file.split('.');
    let mut number = |prefix| parts.next()?.strip_prefix(prefix)?.parse().ok();
    let key = (RangeId(number('r')?), Index(number('i')?), Term(number('t')?));
    parts.next().is_none().then_some(key)
}

/// Whether the payload of this entry stands in a file of its own where the log is on a disk.
pub(crate) fn is_sideloaded(data: &[u8]) -> bool {
    data.first() == Some(&SIDELOADED)
}

/// A fat entry as a thin one and its payload.
pub(crate) fn split(fat: &Bytes) -> Option<(Bytes, Bytes)> {
    let length = fat.strip_prefix(&[SIDELOADED])?.first_chunk::<PAYLOAD_LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let thin = fat.len().checked_sub(length).filter(|&thin| PAYLOAD_LENGTH_BYTES < thin)?;
    Some((fat.slice(..thin), fat.slice(thin..)))
}

/// A thin entry and its payload as a fat one.
pub(crate) fn join(thin: &[u8], table: &[u8]) -> Bytes {
    let mut fat = Vec::with_capacity(thin.len() + table.len());
    fat.extend_from_slice(thin);
    fat.extend_from_slice(table);
    fat.into()
}

#[cfg(test)]
mod tests {
    use lsm::MemVfs;

    use super::*;

    const RANGE: RangeId = RangeId(7);

    fn entry(index: u64, term: u64) -> EntryId {
        EntryId { term: Term(term), index: Index(index) }
    }

    #[test]
    fn truncation_frees_what_lies_below_and_nothing_else() {
        let (mut vfs, mut storage) = (MemVfs::default(), SideloadStorage::default());
        let places = [(7, 11, 5), (7, 12, 5), (7, 12, 6), (7, 13, 6), (8, 11, 5)];
        for (range, index, term) in places {
            let place = (RangeId(range), entry(index, term));
            let table = Bytes::from_static(b"table");
            assert_eq!(storage.put(&mut vfs, place, table.clone()), Ok(true));
            assert_eq!(storage.put(&mut vfs, place, table), Ok(false), "it is the same");
        }
        assert_eq!(storage.bytes_to(RANGE, Index(12)), 15);
        let freed = [entry(11, 5), entry(12, 5), entry(12, 6)].map(|entry| (entry, 5)).into();
        let expected = SideloadTruncation { freed, kept_bytes: 5 };
        assert_eq!(storage.truncate_to(&mut vfs, RANGE, Index(12)), Ok(expected));
        let found = SideloadStorage::open(&mut vfs).expect("the files are there");
        assert_eq!(found.files, storage.files);
        assert_eq!(vfs.list(FOLDER), Ok(Vec::from(["r7.i13.t6".into(), "r8.i11.t5".into()])));
        assert_eq!(storage.ledger(), vfs.written());
    }

    #[test]
    fn what_was_only_there_to_be_ingested_goes_with_the_next_start() {
        let (mut vfs, mut storage) = (MemVfs::default(), SideloadStorage::default());
        let place = (RANGE, entry(11, 5));
        storage.put_temporary(&mut vfs, place, ("", Bytes::from_static(b"x"))).expect("it is up");
        let found = SideloadStorage::open(&mut vfs).expect("the files are there");
        assert_eq!(found.files().count(), 0);
        assert_eq!(vfs.list(FOLDER), Ok(Vec::new()));
    }

    #[test]
    fn no_other_name_is_a_payload() {
        for name in ["r7.i13", "r7.i13.t6.x", "7.13.6", "r7.t6.i13", "r.i1.t1", ""] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
