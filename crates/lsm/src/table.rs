//! SSTables: sorted tables of keys, in RocksDB's block-based format (version 5).
//!
//! ```text
//!   data block ..  filter  range tombstones  properties  index of the blocks above  metaindex  footer
//!   each block: entries, restart points | compression type, checksum
//! ```
//!
//! A table is written once, from front to end, and found from its end: the footer names the metaindex
//! and the index.

mod block;
mod bloom;
mod builder;
mod compress;
mod cursor;
mod external;
mod heads;
mod index;
mod meta;
mod points;
mod reader;
mod tally;
mod verify;

pub(crate) use bloom::hash;
pub use builder::{TableBuilder, TableOptions};
pub(crate) use cursor::TableCursor;
pub use cursor::{TableEntries, TableEntry};
pub(crate) use reader::Found;
pub use reader::{Table, TableFacts};
pub use tally::TableSummary;

/// Ends every table of this format.
const MAGIC: u64 = 0x88e2_41b7_85f4_cff7;

/// Checksum type, two handles padded, version, magic.
const FOOTER_BYTES: usize = 53;

/// Compression type and checksum after each block.
const TRAILER_BYTES: usize = 5;

const FORMAT_VERSION: u32 = 5;

const COMPARATOR: &[u8] = b"leveldb.BytewiseComparator";

/// Where a block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Handle {
    offset: u64,
    /// Without the trailer.
    bytes: u64,
}
