//! Real files below one folder.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    string::ToString,
    sync::Mutex,
    vec,
};

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};

use bytes::Bytes;

use super::{FileId, ReadAt, Vfs};
use crate::{Category, Error, Ledger, Result};

/// The files below a folder of the operating system.
#[derive(Debug)]
pub struct DiskVfs {
    root: PathBuf,
    open: BTreeMap<FileId, Writer>,
    opened_ever: u64,
    written: Ledger,
}

#[derive(Debug)]
struct Writer {
    name: String,
    category: Category,
    file: File,
}

impl DiskVfs {
    /// Everything below `root`, which is made when it is needed.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { root, open: BTreeMap::new(), opened_ever: 0, written: Ledger::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The place for a new name; its folder is there.
    fn place(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        if path.exists() {
            return Err(Error::FileExists { name: name.into() });
        }
        if let Some(folder) = path.parent() {
            make_folder(folder).map_err(|error| failure(name, &error))?;
        }
        Ok(path)
    }

    fn hold(&mut self, name: &str, category: Category, file: File) -> FileId {
        let id = FileId(self.opened_ever);
        self.opened_ever += 1;
        self.open.insert(id, Writer { name: name.into(), category, file });
        id
    }

    fn writer(&mut self, id: FileId) -> Result<&mut Writer> {
        self.open.get_mut(&id).ok_or_else(|| Error::NoFile { name: "that was closed".into() })
    }
}

impl Vfs for DiskVfs {
    fn create(&mut self, name: &str, category: Category) -> Result<FileId> {
        let path = self.place(name)?;
        let file = OpenOptions::new().append(true).create_new(true).open(path);
        Ok(self.hold(name, category, file.map_err(|error| failure(name, &error))?))
    }

    fn reopen(&mut self, name: &str, category: Category) -> Result<FileId> {
        let file = OpenOptions::new().append(true).open(self.path(name));
        Ok(self.hold(name, category, file.map_err(|error| failure(name, &error))?))
    }

    fn append(&mut self, id: FileId, data: &[u8]) -> Result {
        let writer = self.writer(id)?;
        writer.file.write_all(data).map_err(|error| failure(&writer.name, &error))?;
        let category = writer.category;
        self.written.add(category, data.len() as u64);
        Ok(())
    }

    fn sync(&mut self, id: FileId, _bytes: u64) -> Result {
        let writer = self.writer(id)?;
        writer.file.sync_data().map_err(|error| failure(&writer.name, &error))
    }

    fn close(&mut self, id: FileId) {
        self.open.remove(&id);
    }

    fn open(&self, name: &str) -> Result<Arc<dyn ReadAt>> {
        let open = |path: &Path| {
            let file = File::open(path)?;
            let bytes = file.metadata()?.len();
            Ok(Reader { name: name.into(), bytes, file: Mutex::new(file) })
        };
        let reader = open(&self.path(name)).map_err(|error| failure(name, &error))?;
        Ok(Arc::new(reader))
    }

    fn link(&mut self, from: &str, to: &str) -> Result {
        let place = self.place(to)?;
        fs::hard_link(self.path(from), place).map_err(|error| failure(from, &error))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result {
        fs::rename(self.path(from), self.path(to)).map_err(|error| failure(from, &error))
    }

    fn remove(&mut self, name: &str) -> Result {
        fs::remove_file(self.path(name)).map_err(|error| failure(name, &error))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        let entries = match fs::read_dir(self.path(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failure(folder, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failure(folder, &error))?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync_folder(&mut self, folder: &str) -> Result {
        let path = self.path(folder);
        let sync = make_folder(&path).and_then(|()| File::open(path)?.sync_all());
        sync.map_err(|error| failure(folder, &error))
    }

    fn written(&self) -> Ledger {
        self.written
    }
}

#[derive(Debug)]
struct Reader {
    name: String,
    bytes: u64,
    file: Mutex<File>,
}

impl ReadAt for Reader {
    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn read_at(&self, offset: u64, bytes: usize) -> Result<Bytes> {
        // A damaged length must not ask for more memory than the file has bytes.
        let end = offset.checked_add(bytes as u64);
        if end.is_none_or(|end| self.bytes < end) {
            return Err(Error::EndOfFile { bytes: self.bytes });
        }
        let mut buffer = vec![0; bytes];
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(&mut buffer))
            .map_err(|error| failure(&self.name, &error))?;
        Ok(buffer.into())
    }

    fn is_memory(&self) -> bool {
        false
    }
}

/// Makes a folder and those that it is in, durably.
fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or_else(|| Path::new(""));
    make_folder(above)?;
    fs::create_dir(path)?;
    File::open(if above.as_os_str().is_empty() { Path::new(".") } else { above })?.sync_all()
}

fn failure(name: &str, error: &io::Error) -> Error {
    if error.kind() == ErrorKind::NotFound {
        Error::NoFile { name: name.into() }
    } else {
        Error::Io { name: name.into(), reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_files_are_written_named_and_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut vfs = DiskVfs::new(folder.path());
        let file = vfs.create("d/a", Category::Wal).expect("a new name");
        vfs.append(file, b"one").expect("room");
        vfs.sync(file, 3).expect("a disk");
        vfs.close(file);
        assert!(vfs.append(file, b"x").is_err(), "it was closed");
        assert!(vfs.create("d/a", Category::Wal).is_err(), "it is there");
        let again = vfs.reopen("d/a", Category::Sideload).expect("it is there");
        vfs.append(again, b" two").expect("room");
        vfs.link("d/a", "e/b").expect("a new name");
        assert!(vfs.link("d/a", "e/b").is_err(), "it is there");
        vfs.rename("d/a", "d/c").expect("it is there");
        vfs.remove("d/c").expect("it is there");
        vfs.sync_folder("d").expect("a folder");
        assert_eq!(vfs.list("d"), Ok(Vec::new()));
        assert_eq!(vfs.list("e"), Ok(vec!["b".into()]));
        assert_eq!(vfs.list("f"), Ok(Vec::new()));
        assert_eq!(vfs.open("d/a").err(), Some(Error::NoFile { name: "d/a".into() }));
        let reader = vfs.open("e/b").expect("it is there");
        assert_eq!(reader.read_at(4, 3), Ok(Bytes::from_static(b"two")));
        assert_eq!(reader.read_at(4, 4), Err(Error::EndOfFile { bytes: 7 }));
        assert_eq!(vfs.written().get(Category::Wal), 3);
        assert_eq!(vfs.written().get(Category::Sideload), 4);
    }
}
