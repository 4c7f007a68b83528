//! What can go wrong with files, tables and requests.

use alloc::{boxed::Box, string::String};

use bytes::Bytes;

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Error {
    /// There is no file of this name.
    #[error("there is no file {name}")]
    NoFile {
        /// The name asked for.
        name: String,
    },
    /// A new file or link would replace another file.
    #[error("there is a file {name} already")]
    FileExists {
        /// The name asked for.
        name: String,
    },
    /// The machine is down: nothing more is written until it comes back.
    #[error("the machine is down")]
    Crashed,
    /// The operating system refused.
    #[error("{name}: {reason}")]
    Io {
        /// The file or folder.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// Bytes asked for lie behind the end of the file.
    #[error("the file ends at byte {bytes}, before what should stand there")]
    EndOfFile {
        /// The length of the file.
        bytes: u64,
    },
    /// Something is wrong with this file.
    #[error("{name}: {error}")]
    In {
        /// The file.
        name: String,
        /// What is wrong.
        error: Box<Self>,
    },
    /// The file is no table at all.
    #[error("this is no SSTable of RocksDB's block-based format: {0}")]
    NotATable(&'static str),
    /// A proper table that uses something this engine does not read.
    #[error("the table uses {what}, which is not supported")]
    Unsupported {
        /// What it uses.
        what: &'static str,
    },
    /// A file is damaged.
    #[error("damaged at byte {offset}: {what}")]
    Damaged {
        /// Where the damaged part starts.
        offset: u64,
        /// What does not hold.
        what: &'static str,
    },
    /// Keys have to come in order, each once.
    #[error("keys have to come in strictly ascending order")]
    NotAscending,
    /// A key is past its limit.
    #[error("a key of {bytes} bytes is longer than {max}")]
    KeyTooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A value is past its limit.
    #[error("a value of {bytes} bytes is longer than {max}")]
    ValueTooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A span ends before it starts, or where it starts.
    #[error("the span of keys is empty")]
    EmptySpan,
    /// A table has neither keys nor tombstones.
    #[error("the table is empty")]
    EmptyTable,
    /// Only tables that were written for it can be ingested.
    #[error("the table was not written for ingestion: {0}")]
    NotExternal(&'static str),
    /// Tables ingested together must not overlap each other.
    #[error("two of the tables overlap at {}", key.escape_ascii())]
    TablesOverlap {
        /// A key that lies in both.
        key: Bytes,
    },
    /// A line of a text is not what it should be.
    #[error("line {number}: {flaw}")]
    Line {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        flaw: Box<crate::LineFlaw>,
    },
    /// No snapshot of this number is held.
    #[error("there is no such snapshot")]
    NoSnapshot,
    /// A batch was cut short or is none.
    #[error("this is no batch: {0}")]
    NotABatch(&'static str),
}

impl Error {
    /// The same error, with the name of the file it is about.
    #[must_use]
    pub fn in_file(self, name: &str) -> Self {
        Self::In { name: name.into(), error: Box::new(self) }
    }
}

/// What most functions here return.
pub type Result<T = ()> = core::result::Result<T, Error>;
