//! Files, as the engine needs them: written once from front to end, and named.
//!
//! The engine owns no files. A [`Vfs`] is lent to it for one call, so the engine is plain data, and
//! a crash is what the Vfs says it is. Names are paths with slashes; a folder exists as soon as a
//! file in it does.

#[cfg(feature = "std")]
mod disk;
mod memory;

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

use bytes::Bytes;

#[cfg(feature = "std")]
pub use disk::DiskVfs;
pub use memory::{LinkInfo, MemVfs};

use crate::{Category, Ledger, Result};

/// A file that is being written. It stays valid when names change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u64);

/// What the engine asks of a file system.
///
/// 1. What was appended survives a crash up to where [`sync`](Self::sync) reached; of the rest, any
///    first part may survive.
/// 2. Changes of names survive in the order they were made, up to any point at or after the last
///    [`sync_folder`](Self::sync_folder).
pub trait Vfs {
    /// Starts a new, empty file; what is written to it counts as `category`.
    ///
    /// # Errors
    ///
    /// When there is one of this name, or it cannot be made.
    fn create(&mut self, name: &str, category: Category) -> Result<FileId>;

    /// Opens a file again, to append to it or to sync it.
    ///
    /// # Errors
    ///
    /// When there is none of this name, or it cannot be opened.
    fn reopen(&mut self, name: &str, category: Category) -> Result<FileId>;

    /// Writes at the end of a file.
    ///
    /// # Errors
    ///
    /// When it cannot be written; nothing counts as written then.
    fn append(&mut self, file: FileId, data: &[u8]) -> Result;

    /// Writes at the end of a file, without a copy where the file system can keep `data` itself.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append).
    fn append_shared(&mut self, file: FileId, data: Bytes) -> Result {
        self.append(file, &data)
    }

    /// Makes at least the first `bytes` bytes of a file durable.
    ///
    /// # Errors
    ///
    /// When the system cannot promise it.
    fn sync(&mut self, file: FileId, bytes: u64) -> Result;

    /// The file will not be written any more.
    fn close(&mut self, file: FileId);

    /// Opens a finished file for reading. It can be read on even after its name is gone.
    ///
    /// # Errors
    ///
    /// When there is none of this name, or it cannot be opened.
    fn open(&self, name: &str) -> Result<Arc<dyn ReadAt>>;

    /// Gives a file one more name. No byte is written.
    ///
    /// # Errors
    ///
    /// When there is no file `from`, or a file `to`.
    fn link(&mut self, from: &str, to: &str) -> Result;

    /// Gives a file another name, in one step; a file that had this name is gone.
    ///
    /// # Errors
    ///
    /// When there is no file `from`.
    fn rename(&mut self, from: &str, to: &str) -> Result;

    /// Takes a name away; the file is gone with its last name.
    ///
    /// # Errors
    ///
    /// When there is no such name.
    fn remove(&mut self, name: &str) -> Result;

    /// The names in a folder, without the folder, in order. A folder that is not there has none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    fn list(&self, folder: &str) -> Result<Vec<String>>;

    /// Makes all changes of names in a folder durable.
    ///
    /// # Errors
    ///
    /// When the system cannot promise it.
    fn sync_folder(&mut self, folder: &str) -> Result;

    /// All bytes that were ever written, by category.
    fn written(&self) -> Ledger;
}

/// A file that can be read.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Its length in bytes.
    fn bytes(&self) -> u64;

    /// So many bytes from `offset` on.
    ///
    /// # Errors
    ///
    /// When the file is shorter, or cannot be read.
    fn read_at(&self, offset: u64, bytes: usize) -> Result<Bytes>;

    /// Whether reading the same place twice gives the same bytes for sure: then checking them once
    /// is enough.
    fn is_memory(&self) -> bool;

    /// All of it, if it is in memory in one piece.
    fn memory(&self) -> Option<Bytes> {
        None
    }
}

impl ReadAt for Bytes {
    fn bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, bytes: usize) -> Result<Bytes> {
        let start = usize::try_from(offset).ok().filter(|start| *start <= self.len());
        let end = start.and_then(|start| start.checked_add(bytes)).filter(|end| *end <= self.len());
        match (start, end) {
            (Some(start), Some(end)) => Ok(self.slice(start..end)),
            _ => Err(crate::Error::EndOfFile { bytes: self.len() as u64 }),
        }
    }

    fn is_memory(&self) -> bool {
        true
    }

    fn memory(&self) -> Option<Bytes> {
        Some(self.clone())
    }
}
