//! Tables that a person ingests or restores: where their rows come from.

use core::fmt;

use bytes::Bytes;
use lsm::{TableBuilder, TableOptions};
use store::{RequestError, kv};

/// What a table to be ingested is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TableSource {
    /// Lines `key,value`, in any order.
    Csv(String),
    /// The bytes of an SSTable of RocksDB's.
    Sst(Bytes),
    /// Rows that are made up.
    Rows(Rows),
}

/// Rows that are made up: keys that count up from a first part, values that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rows {
    /// What all keys begin with.
    pub from: String,
    /// How many.
    pub count: u32,
    /// Bytes of each value.
    pub value_bytes: u32,
}

impl Rows {
    /// The most rows.
    pub const MAX: u32 = 1_000;
    /// The most bytes of a value.
    pub const VALUE_BYTES_MAX: u32 = 1_000;
    /// Bytes of a value if nobody says.
    pub const VALUE_BYTES: u32 = 64;
}

impl TableSource {
    /// The most bytes of a file.
    pub const BYTES_MAX: usize = 1 << 20;

    /// The table.
    ///
    /// # Errors
    /// At the first line that is not `key,value`, and if there are no rows.
    pub fn table(&self) -> Result<Bytes, RequestError> {
        match self {
            Self::Csv(text) => {
                let table = lsm::table_from_csv(text.as_bytes(), TableOptions::default());
                table.map_err(RequestError::BadTable)
            }
            Self::Sst(bytes) => Ok(bytes.clone()),
            Self::Rows(Rows { from, count, value_bytes }) => {
                let table = made_table(from.as_bytes(), 0..*count, *value_bytes);
                table.ok_or(RequestError::BadTable(lsm::Error::EmptyTable))
            }
        }
    }

    /// How many bytes it is written as.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Csv(text) => text.len(),
            Self::Sst(bytes) => bytes.len(),
            Self::Rows(_) => 0,
        }
    }

    /// The table, its first key and the key right after its last one. Every row of it can be stored.
    pub(super) fn checked(&self) -> Result<(Bytes, Bytes, Bytes), RequestError> {
        let table = self.table()?;
        let (start, end) = kv::span_of_table(&table)?;
        Ok((table, start, end))
    }
}

/// In a few words: what a script has to read again can be long.
impl fmt::Display for TableSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES_SHOWN: usize = 3;
        match self {
            Self::Csv(text) => {
                let lines = text.lines();
                f.write_str(&lines.take(LINES_SHOWN).collect::<Vec<_>>().join(" "))?;
                match text.lines().count().saturating_sub(LINES_SHOWN) {
                    0 => Ok(()),
                    more => write!(f, " … ({more})"),
                }
            }
            Self::Sst(bytes) => write!(f, "sst ({} B)", bytes.len()),
            Self::Rows(rows) => rows.fmt(f),
        }
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows {} from {}", self.count, self.from)?;
        if self.value_bytes != Self::VALUE_BYTES {
            write!(f, " bytes {}", self.value_bytes)?;
        }
        Ok(())
    }
}

/// The key of a row that is made up.
pub(super) fn made_key(from: &[u8], number: u32) -> Bytes {
    [from, format!("{number:04}").as_bytes()].concat().into()
}

/// Rows that are made up, as a table; `None` without any.
pub(super) fn made_table(
    from: &[u8],
    numbers: std::ops::Range<u32>,
    value_bytes: u32,
) -> Option<Bytes> {
    let mut builder = TableBuilder::external(TableOptions::default());
    let value_bytes = value_bytes as usize;
    for number in numbers {
        let key = made_key(from, number);
        // Nobody compresses it, so it may as well be read.
        let mut value = format!("row {number} of {}. ", from.escape_ascii());
        value = value.repeat(value_bytes / value.len() + 1);
        value.truncate(value_bytes);
        builder.put(&key, value.as_bytes()).ok()?;
    }
    Some(builder.finish().ok()?.0)
}
