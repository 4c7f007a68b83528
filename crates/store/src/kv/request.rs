//! What clients ask for and what they are told.

use alloc::vec::Vec;

use bytes::Bytes;
use det::{Span, Time};

use super::mvcc::encoded_key_bytes;
use super::sstable::{IngestAs, TABLE_BYTES_MAX, check_length};
use crate::coding::{Reader, put_bytes, put_i64, put_u64};
use crate::{RangeDescriptor, RangeId, Sideloading, StoreId, keys};

/// The name of a request, given by the client: less than 2⁶³.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

impl RequestId {
    /// Names with this bit are those of the stores themselves.
    const INTERNAL: u64 = 1 << 63;

    /// A request that a store makes in one of its lives.
    pub(crate) fn internal(store: StoreId, life: u64, serial: u32) -> Self {
        let life = life & 0xf_ffff;
        Self(
            Self::INTERNAL | u64::from(store.0) << 48 | life << 28 | u64::from(serial & 0xfff_ffff),
        )
    }

    /// The store that made it; `None` if a client did.
    pub(crate) fn origin(self) -> Option<StoreId> {
        let store = (self.0 & !Self::INTERNAL) >> 48;
        let is_internal = self.0 & Self::INTERNAL != 0;
        u32::try_from(store).ok().filter(|_| is_internal).map(StoreId)
    }
}

/// A request to a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientRequest {
    /// Its name.
    pub id: RequestId,
    /// The range that is believed to hold the keys.
    pub range: RangeId,
    /// The moment at which it reads or writes; `None` lets the leaseholder take its present one.
    pub timestamp: Option<Time>,
    /// What is asked for.
    pub request: Request,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// The value of a key.
    Get {
        /// The key.
        key: Bytes,
    },
    /// A key gets a value.
    Put {
        /// The key.
        key: Bytes,
        /// The value.
        value: Bytes,
    },
    /// A key gets a value if it has another one now.
    ConditionalPut {
        /// The key.
        key: Bytes,
        /// What it must have; `None` for no value.
        expected: Option<Bytes>,
        /// The new value.
        value: Bytes,
    },
    /// A key whose value is a decimal number, zero if there is none, gets another one.
    Increment {
        /// The key.
        key: Bytes,
        /// How much more.
        by: i64,
    },
    /// The range ends before this key from now on, and another one begins with it.
    Split {
        /// The first key of the new range.
        key: Bytes,
        /// The name of the new range; no range ever had it.
        range: RangeId,
    },
    /// All keys of `[start, end)` lose their values.
    DeleteRange {
        /// The first key.
        start: Bytes,
        /// Every key is less than this.
        end: Bytes,
    },
    /// The rows of a table are written, at one moment. It is a table for ingestion, as RocksDB and
    /// `lsm` write them.
    AddSstable {
        /// No key of the table may be less than this.
        start: Bytes,
        /// Every key of the table has to be less than this.
        end: Bytes,
        /// Its bytes.
        table: Bytes,
        /// How its rows get into the range.
        how: IngestAs,
    },
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The value, if there is one.
    Value(Option<Bytes>),
    /// It is written.
    Written,
    /// The number that is there now.
    Number(i64),
    /// So many keys lost their values.
    Deleted(u64),
    /// The keys of a range, in order of their values.
    Sorted(Vec<Bytes>),
}

/// Why a request was not served.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RequestError {
    /// There is no replica of that range here.
    #[error("{0} has no replica here")]
    RangeNotFound(RangeId),
    /// Somebody else has the lease, or nobody yet.
    #[error("this replica does not hold the lease")]
    NotLeaseHolder {
        /// Who may have it.
        holder: Option<StoreId>,
    },
    /// The range does not hold these keys. It says what it holds, and which range of its store holds
    /// the first of them.
    #[error("the keys are not in that range")]
    RangeKeyMismatch(Vec<RangeDescriptor>),
    /// The value is another one.
    #[error("the condition does not hold")]
    ConditionFailed {
        /// The value that is there.
        actual: Option<Bytes>,
    },
    /// The value is no decimal number.
    #[error("the value is no number")]
    NotANumber,
    /// The sum is too large.
    #[error("the number would be too large")]
    Overflow,
    /// No client may use this key.
    #[error("nothing can be stored under this key")]
    BadKey,
    /// The value is past its limit.
    #[error("a value of {bytes} bytes is too long")]
    ValueTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The table cannot be taken in.
    #[error("{0}")]
    BadTable(#[from] lsm::Error),
    /// A key of the table is not where it was said to be.
    #[error("the table has the key {}, which is not in the span", key.escape_ascii())]
    KeyOutside {
        /// The first or the last key of the table.
        key: Bytes,
    },
    /// The table is past its limit.
    #[error("a table of {bytes} bytes is longer than {TABLE_BYTES_MAX}")]
    TableTooLong {
        /// Its length.
        bytes: usize,
    },
    /// What would stand in the log is past the limit.
    #[error("the command has {bytes} bytes, and may have {max} at most")]
    CommandTooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A range cannot be split where it begins.
    #[error("the range begins with this key already")]
    SplitAtStart,
    /// There is a range of that name.
    #[error("there is a range {0} already")]
    RangeExists(RangeId),
    /// The span has no keys.
    #[error("the span of keys is empty")]
    EmptySpan,
    /// The timestamp is further ahead than clocks may differ.
    #[error("the timestamp lies {0} ahead")]
    TooFarAhead(Span),
    /// It may have been done: no answer came, or a snapshot that covers its turn.
    #[error("nobody knows whether it was done")]
    Ambiguous,
    /// A disk failed.
    #[error("a disk failed")]
    Disk,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientReply {
    /// To which request.
    pub id: RequestId,
    /// What came of it.
    pub result: Result<Reply, RequestError>,
    /// The timestamp at which it was read or written.
    pub timestamp: Time,
}

impl Request {
    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Get { .. })
    }

    /// The keys that it is about, as `[start, end)`.
    pub fn span(&self) -> (Bytes, Bytes) {
        match self {
            Self::Get { key }
            | Self::Put { key, .. }
            | Self::ConditionalPut { key, .. }
            | Self::Increment { key, .. }
            | Self::Split { key, .. } => {
                let mut end = Vec::with_capacity(key.len() + 1);
                end.extend_from_slice(key);
                end.push(0);
                (key.clone(), end.into())
            }
            Self::DeleteRange { start, end } | Self::AddSstable { start, end, .. } => {
                (start.clone(), end.clone())
            }
        }
    }

    /// Where it wants its table kept on its way, if it has one and says so.
    pub(crate) fn keeps(&self) -> Option<Sideloading> {
        let Self::AddSstable { how: IngestAs::TableKept(kept), .. } = self else { return None };
        Some(*kept)
    }

    /// Checks what does not depend on anything stored.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn validate(&self) -> Result<(), RequestError> {
        let (start, end) = self.span();
        if end <= start {
            return Err(RequestError::EmptySpan);
        }
        if let Self::AddSstable { table, .. } = self {
            // Its keys are looked at one by one when it is evaluated.
            return check_length(table);
        }
        let is_stored = encoded_key_bytes(&start) <= lsm::KEY_BYTES_MAX;
        if start.is_empty() || !keys::is_addressable(&start) || !is_stored {
            return Err(RequestError::BadKey);
        }
        match self {
            Self::Put { value, .. } | Self::ConditionalPut { value, .. } => {
                // One byte says that it is a value.
                if lsm::VALUE_BYTES_MAX <= value.len() {
                    return Err(RequestError::ValueTooLong { bytes: value.len() });
                }
            }
            Self::Get { .. }
            | Self::Increment { .. }
            | Self::Split { .. }
            | Self::AddSstable { .. }
            | Self::DeleteRange { .. } => {}
        }
        Ok(())
    }

    /// As bytes, for a log that carries requests.
    pub(crate) fn encode(&self) -> Bytes {
        let mut out = Vec::new();
        match self {
            Self::Get { key } => {
                out.push(0);
                put_bytes(&mut out, key);
            }
            Self::Put { key, value } => {
                out.push(1);
                put_bytes(&mut out, key);
                put_bytes(&mut out, value);
            }
            Self::ConditionalPut { key, expected, value } => {
                out.push(if expected.is_some() { 3 } else { 2 });
                put_bytes(&mut out, key);
                put_bytes(&mut out, value);
                if let Some(expected) = expected {
                    put_bytes(&mut out, expected);
                }
            }
            Self::Increment { key, by } => {
                out.push(4);
                put_bytes(&mut out, key);
                put_i64(&mut out, *by);
            }
            Self::Split { key, range } => {
                out.push(6);
                put_bytes(&mut out, key);
                put_u64(&mut out, range.0);
            }
            Self::DeleteRange { start, end } => {
                out.push(5);
                put_bytes(&mut out, start);
                put_bytes(&mut out, end);
            }
            Self::AddSstable { start, end, table, how } => {
                out.push(match how {
                    IngestAs::Table => 7,
                    IngestAs::Writes => 8,
                    IngestAs::TableKept(Sideloading::Off) => 9,
                    IngestAs::TableKept(Sideloading::On) => 10,
                });
                for bytes in [start, end, table] {
                    put_bytes(&mut out, bytes);
                }
            }
        }
        out.into()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let (kind, key) = (reader.u8()?, reader.bytes()?);
        let request = match kind {
            0 => Self::Get { key },
            1 => Self::Put { key, value: reader.bytes()? },
            2 => Self::ConditionalPut { key, expected: None, value: reader.bytes()? },
            3 => {
                let (value, expected) = (reader.bytes()?, Some(reader.bytes()?));
                Self::ConditionalPut { key, expected, value }
            }
            4 => Self::Increment { key, by: reader.i64()? },
            6 => Self::Split { key, range: RangeId(reader.u64()?) },
            5 => Self::DeleteRange { start: key, end: reader.bytes()? },
            7..=10 => Self::AddSstable {
                start: key,
                end: reader.bytes()?,
                table: reader.bytes()?,
                how: match kind {
                    7 => IngestAs::Table,
                    8 => IngestAs::Writes,
                    9 => IngestAs::TableKept(Sideloading::Off),
                    _ => IngestAs::TableKept(Sideloading::On),
                },
            },
            _ => return None,
        };
        (reader.is_empty() && request.validate().is_ok()).then_some(request)
    }
}
