//! A file system in memory that can crash.
//!
//! All parts are shared, so a clone costs some pointers: a clone of the world is a checkpoint of it.

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};

use bytes::Bytes;

use super::{FileId, ReadAt, Vfs};
use crate::{Category, Error, Ledger, Result};

/// A file is kept in parts of at least this many bytes, so that a clone that goes on writing copies
/// no more than that.
const PART_BYTES: usize = 4096;

type Names = BTreeMap<Arc<str>, FileId>;

/// Files in memory. Deterministic; a clone is cheap and independent.
#[derive(Clone, Debug, Default)]
pub struct MemVfs {
    names: Arc<Names>,
    /// The names that a crash leaves for sure.
    durable: Arc<Names>,
    /// Changes since then, oldest first.
    pending: Vec<Change>,
    files: Arc<BTreeMap<FileId, Arc<File>>>,
    files_ever: u64,
    written: Ledger,
    /// How often files were synced, by what was written to them.
    syncs: Ledger,
    operations: u64,
    fails_at: Option<u64>,
}

/// A change of names.
#[derive(Clone, Debug)]
enum Change {
    Set(Arc<str>, FileId),
    Remove(Arc<str>),
    Rename(Arc<str>, Arc<str>),
}

/// A name, its file, and how many names the file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkInfo {
    /// The name.
    pub name: Arc<str>,
    /// The file; equal for hard links of one file.
    pub file: FileId,
    /// The names of that file.
    pub links: usize,
    /// The length of the file.
    pub bytes: u64,
    /// How much of it is durable.
    pub durable_bytes: u64,
}

#[derive(Clone, Debug)]
struct File {
    category: Category,
    /// Full parts, each with the offset of its end.
    parts: Vec<(u64, Bytes)>,
    tail: Vec<u8>,
    durable_bytes: u64,
}

impl MemVfs {
    /// How often files were synced so far, by what was written to them; syncs of names are in no category.
    pub fn syncs(&self) -> Ledger {
        self.syncs
    }

    /// How many operations changed something so far.
    pub fn operations(&self) -> u64 {
        self.operations
    }

    /// Lets the machine go down after so many more operations: they and all later ones fail until
    /// [`crash`](Self::crash) starts it again. None takes that back.
    pub fn fail_after(&mut self, operations: Option<u64>) {
        self.fails_at = operations.map(|count| self.operations + count);
    }

    /// The machine goes down and comes back. `keep(n)` says how many of `n` unsynced bytes of a file,
    /// and of `n` unsynced changes of names, happen to survive; more than `n` means all.
    pub fn crash(&mut self, keep: &mut dyn FnMut(u64) -> u64) {
        self.fails_at = None;
        let pending = core::mem::take(&mut self.pending);
        let kept = keep(pending.len() as u64);
        for (at, change) in pending.into_iter().enumerate() {
            if (at as u64) < kept {
                change.apply(Arc::make_mut(&mut self.durable));
            }
        }
        self.names = Arc::clone(&self.durable);
        self.forget_nameless();
        for file in Arc::make_mut(&mut self.files).values_mut() {
            let unsynced = file.len() - file.durable_bytes;
            if unsynced > 0 {
                let file = Arc::make_mut(file);
                file.cut(file.durable_bytes + keep(unsynced).min(unsynced));
            }
        }
    }

    /// All names in order.
    pub fn links(&self) -> Vec<LinkInfo> {
        let mut counts: BTreeMap<FileId, usize> = BTreeMap::new();
        self.names.values().for_each(|id| *counts.entry(*id).or_default() += 1);
        let infos = self.names.iter().map(|(name, id)| {
            let file = &self.files[id];
            let (bytes, durable_bytes) = (file.len(), file.durable_bytes);
            LinkInfo { name: Arc::clone(name), file: *id, links: counts[id], bytes, durable_bytes }
        });
        infos.collect()
    }

    /// The bytes of all files that have a name, each file once.
    pub fn occupied_bytes(&self) -> u64 {
        let mut ids: Vec<FileId> = self.names.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.iter().map(|id| self.files[id].len()).sum()
    }

    fn operate(&mut self) -> Result {
        if self.fails_at.is_some_and(|at| at <= self.operations) {
            return Err(Error::Crashed);
        }
        self.operations += 1;
        Ok(())
    }

    fn id(&self, name: &str) -> Result<FileId> {
        self.names.get(name).copied().ok_or_else(|| Error::NoFile { name: name.into() })
    }

    fn change(&mut self, change: Change) {
        change.clone().apply(Arc::make_mut(&mut self.names));
        self.pending.push(change);
    }

    fn file_mut(&mut self, id: FileId) -> Result<&mut File> {
        let file = Arc::make_mut(&mut self.files).get_mut(&id);
        file.map(Arc::make_mut).ok_or_else(|| Error::NoFile { name: "that was removed".into() })
    }

    /// Frees files that no name leads to any more, not even after a crash.
    fn forget_nameless(&mut self) {
        let set = |change: &Change| match change {
            Change::Set(_, id) => Some(*id),
            Change::Remove(_) | Change::Rename(..) => None,
        };
        let named = self.names.values().chain(self.durable.values()).copied();
        let mut named: Vec<FileId> = named.chain(self.pending.iter().filter_map(set)).collect();
        named.sort_unstable();
        if self.files.keys().any(|id| named.binary_search(id).is_err()) {
            Arc::make_mut(&mut self.files).retain(|id, _| named.binary_search(id).is_ok());
        }
    }
}

impl Vfs for MemVfs {
    fn create(&mut self, name: &str, category: Category) -> Result<FileId> {
        self.operate()?;
        if self.names.contains_key(name) {
            return Err(Error::FileExists { name: name.into() });
        }
        let id = FileId(self.files_ever);
        self.files_ever += 1;
        let file = File { category, parts: Vec::new(), tail: Vec::new(), durable_bytes: 0 };
        Arc::make_mut(&mut self.files).insert(id, Arc::new(file));
        self.change(Change::Set(name.into(), id));
        Ok(id)
    }

    fn reopen(&mut self, name: &str, category: Category) -> Result<FileId> {
        self.operate()?;
        let id = self.id(name)?;
        self.file_mut(id)?.category = category;
        Ok(id)
    }

    fn append(&mut self, id: FileId, data: &[u8]) -> Result {
        self.operate()?;
        let file = self.file_mut(id)?;
        file.tail.extend_from_slice(data);
        if PART_BYTES <= file.tail.len() {
            file.seal();
        }
        let category = file.category;
        self.written.add(category, data.len() as u64);
        Ok(())
    }

    fn append_shared(&mut self, id: FileId, data: Bytes) -> Result {
        if data.len() < PART_BYTES {
            return self.append(id, &data);
        }
        self.operate()?;
        let file = self.file_mut(id)?;
        file.seal();
        let (category, bytes) = (file.category, data.len() as u64);
        file.parts.push((file.len() + bytes, data));
        self.written.add(category, bytes);
        Ok(())
    }

    fn sync(&mut self, id: FileId, bytes: u64) -> Result {
        self.operate()?;
        let file = self.file_mut(id)?;
        file.durable_bytes = file.durable_bytes.max(bytes.min(file.len()));
        let category = file.category;
        self.syncs.add(category, 1);
        Ok(())
    }

    fn close(&mut self, id: FileId) {
        // What is finished is kept in one piece.
        if self.files.get(&id).is_some_and(|file| !file.tail.is_empty())
            && let Ok(file) = self.file_mut(id)
        {
            file.seal();
        }
    }

    fn open(&self, name: &str) -> Result<Arc<dyn ReadAt>> {
        let file: Arc<File> = Arc::clone(&self.files[&self.id(name)?]);
        Ok(file)
    }

    fn link(&mut self, from: &str, to: &str) -> Result {
        self.operate()?;
        let id = self.id(from)?;
        if self.names.contains_key(to) {
            return Err(Error::FileExists { name: to.into() });
        }
        self.change(Change::Set(to.into(), id));
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result {
        self.operate()?;
        self.id(from)?;
        self.change(Change::Rename(from.into(), to.into()));
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result {
        self.operate()?;
        self.id(name)?;
        self.change(Change::Remove(name.into()));
        Ok(())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        let names = self.names.keys().filter_map(|name| {
            let rest = name.strip_prefix(folder)?.strip_prefix('/')?;
            (!rest.contains('/')).then(|| String::from(rest))
        });
        Ok(names.collect())
    }

    /// Makes all changes of names durable, as a journal does, whatever the folder.
    fn sync_folder(&mut self, _folder: &str) -> Result {
        self.operate()?;
        if !self.pending.is_empty() {
            self.pending.clear();
            self.durable = Arc::clone(&self.names);
            self.forget_nameless();
        }
        Ok(())
    }

    fn written(&self) -> Ledger {
        self.written
    }
}

impl Change {
    fn apply(self, names: &mut Names) {
        match self {
            Self::Set(name, id) => drop(names.insert(name, id)),
            Self::Remove(name) => drop(names.remove(&name)),
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(&from) {
                    names.insert(to, id);
                }
            }
        }
    }
}

impl File {
    fn sealed_bytes(&self) -> u64 {
        self.parts.last().map_or(0, |(end, _)| *end)
    }

    fn len(&self) -> u64 {
        self.sealed_bytes() + self.tail.len() as u64
    }

    fn seal(&mut self) {
        if !self.tail.is_empty() {
            let end = self.len();
            self.parts.push((end, Bytes::from(core::mem::take(&mut self.tail))));
        }
    }

    /// Forgets everything behind the first `bytes` bytes.
    fn cut(&mut self, bytes: u64) {
        self.seal();
        while self.sealed_bytes() > bytes {
            let Some((end, mut part)) = self.parts.pop() else { break };
            let start = end - part.len() as u64;
            if start < bytes {
                part.truncate(usize::try_from(bytes - start).unwrap_or(usize::MAX));
                self.parts.push((bytes, part));
            }
        }
        self.durable_bytes = bytes;
    }
}

impl ReadAt for File {
    fn bytes(&self) -> u64 {
        self.len()
    }

    fn read_at(&self, offset: u64, bytes: usize) -> Result<Bytes> {
        let end = offset.checked_add(bytes as u64).filter(|end| *end <= self.len());
        let Some(end) = end else { return Err(Error::EndOfFile { bytes: self.len() }) };
        let mut slot = self.parts.partition_point(|(end, _)| *end <= offset);
        let mut pieces = Vec::new();
        let mut at = offset;
        loop {
            let (from, part_end, part) = match self.parts.get(slot) {
                Some((part_end, part)) => (*part_end - part.len() as u64, *part_end, &part[..]),
                None => (self.sealed_bytes(), self.len(), &self.tail[..]),
            };
            let position = |offset: u64| usize::try_from(offset - from).unwrap_or(usize::MAX);
            let piece = position(at)..position(end.min(part_end));
            if at == offset && end <= part_end {
                // The usual case: all in one part.
                let shared = self.parts.get(slot).map(|(_, part)| part.slice(piece.clone()));
                return Ok(shared.unwrap_or_else(|| Bytes::copy_from_slice(&part[piece])));
            }
            pieces.extend_from_slice(&part[piece]);
            at = end.min(part_end);
            if at == end {
                return Ok(pieces.into());
            }
            slot += 1;
        }
    }

    fn is_memory(&self) -> bool {
        true
    }

    fn memory(&self) -> Option<Bytes> {
        match &self.parts[..] {
            [(_, part)] if self.tail.is_empty() => Some(part.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vfs: &MemVfs, name: &str) -> Option<Vec<u8>> {
        let file = vfs.open(name).ok()?;
        let bytes = usize::try_from(file.bytes()).expect("it is small");
        Some(file.read_at(0, bytes).expect("all of it is there").to_vec())
    }

    fn write(vfs: &mut MemVfs, name: &str, data: &[u8]) -> FileId {
        let file = vfs.create(name, Category::Wal).expect("a new name");
        vfs.append(file, data).expect("it is up");
        file
    }

    #[test]
    fn a_crash_forgets_what_was_not_synced() {
        let mut vfs = MemVfs::default();
        let file = write(&mut vfs, "d/a", b"synced");
        vfs.sync(file, 6).expect("it is up");
        vfs.sync_folder("d").expect("it is up");
        vfs.append(file, b"torn").expect("it is up");
        write(&mut vfs, "d/b", b"new");
        let mut torn = vfs.clone();
        vfs.crash(&mut |_| 0);
        assert_eq!(read(&vfs, "d/a").as_deref(), Some(&b"synced"[..]));
        assert_eq!(vfs.list("d"), Ok(Vec::from(["a".into()])));
        torn.crash(&mut |n| n / 2);
        assert_eq!(read(&torn, "d/a").as_deref(), Some(&b"syncedto"[..]), "the clone is its own");
    }

    #[test]
    fn changes_of_names_survive_in_order() {
        for (kept, expected) in [(0, "a"), (1, "a b"), (2, "b"), (3, "c"), (9, "c")] {
            let mut vfs = MemVfs::default();
            let file = write(&mut vfs, "d/a", b"x");
            vfs.sync(file, 1).expect("it is up");
            vfs.sync_folder("d").expect("it is up");
            vfs.link("d/a", "d/b").expect("no such name yet");
            vfs.remove("d/a").expect("it is there");
            vfs.rename("d/b", "d/c").expect("it is there");
            vfs.crash(&mut |_| kept);
            assert_eq!(vfs.list("d").expect("it is up").join(" "), expected);
            assert_eq!(vfs.occupied_bytes(), 1);
        }
    }

    #[test]
    fn any_piece_of_a_file_of_many_parts_can_be_read() {
        let mut vfs = MemVfs::default();
        let file = vfs.create("a", Category::Flush).expect("a new name");
        let mut all: Vec<u8> = Vec::new();
        for round in 0..40_u8 {
            let data = alloc::vec![round; 700];
            all.extend_from_slice(&data);
            vfs.append(file, &data).expect("it is up");
        }
        vfs.append_shared(file, all.clone().into()).expect("it is up");
        all.extend_from_within(..);
        let open = vfs.open("a").expect("it is there");
        for (offset, bytes) in [(0, 1), (4_000, 9_000), (27_000, 29_000), (55_999, 1), (56_000, 0)]
        {
            let piece = open.read_at(offset as u64, bytes).expect("it is inside");
            assert_eq!(piece, all[offset..offset + bytes]);
        }
        assert!(open.read_at(56_000, 1).is_err());
        assert_eq!(vfs.written().get(Category::Flush), 56_000);
    }

    #[test]
    fn a_machine_that_went_down_does_nothing_more() {
        let mut vfs = MemVfs::default();
        vfs.fail_after(Some(1));
        let file = vfs.create("a", Category::Wal).expect("the last operation");
        assert_eq!(vfs.append(file, b"x"), Err(Error::Crashed));
        assert_eq!(vfs.remove("a"), Err(Error::Crashed));
        assert_eq!(vfs.written().total(), 0);
        vfs.crash(&mut |_| u64::MAX);
        assert_eq!(read(&vfs, "a"), Some(Vec::new()));
    }

    #[test]
    fn a_removed_file_can_be_read_by_whoever_has_it_open() {
        let mut vfs = MemVfs::default();
        let file = write(&mut vfs, "a", b"x");
        let open = vfs.open("a").expect("it is there");
        vfs.remove("a").expect("it is there");
        vfs.sync_folder("").expect("it is up");
        assert_eq!(vfs.occupied_bytes(), 0);
        assert!(vfs.files.is_empty(), "nothing leads to it");
        assert_eq!(open.read_at(0, 1), Ok(Bytes::from_static(b"x")));
        assert!(vfs.append(file, b"y").is_err(), "it is gone for writers");
    }
}
