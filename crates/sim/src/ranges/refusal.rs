//! Why a command cannot be done, in a sentence.

use store::{RangeId, RequestError, StoreId};

use super::Setup;

/// A command that was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such store.
    #[error("there is no {store}: this cluster has s1 to s{stores}")]
    NoSuchStore {
        /// The store asked for.
        store: StoreId,
        /// How many there are.
        stores: u8,
    },
    /// There is no such range.
    #[error("there is no {0}")]
    NoSuchRange(RangeId),
    /// Clients write elsewhere.
    #[error("{0} holds the system's keys: clients write elsewhere")]
    SystemRange(RangeId),
    /// The store is down.
    #[error("{0} is down: restart it first")]
    Down(StoreId),
    /// The store runs.
    #[error("{0} is running: only a stopped store can be restarted")]
    Running(StoreId),
    /// A stream needs two ends.
    #[error("a stream joins two different stores")]
    SameStore,
    /// A store stands in two groups.
    #[error("{0} is in two groups")]
    TwoGroups(StoreId),
    /// One group is no partition.
    #[error("a partition needs at least two groups")]
    OneGroup,
    /// Keys and values have a limit.
    #[error("keys and values are 1 to {max} bytes long")]
    Text {
        /// The most bytes.
        max: usize,
    },
    /// No range holds the key.
    #[error("no range holds {key}: keys lie from {first} up to {end}", first = Setup::FIRST_KEY, end = Setup::END_KEY)]
    NoRangeHolds {
        /// The key.
        key: String,
    },
    /// The span has no keys.
    #[error("{start} does not come before {end}")]
    EmptySpan {
        /// Where it begins.
        start: String,
        /// Where it ends.
        end: String,
    },
    /// The span reaches beyond the range.
    #[error("{range} ends at {end}: a deletion stays within one range")]
    ManyRanges {
        /// The range that holds the first key.
        range: RangeId,
        /// Where it ends.
        end: String,
    },
    /// A range cannot be split where it begins.
    #[error("{range} begins at {key} already")]
    SplitAtStart {
        /// The range.
        range: RangeId,
        /// Its first key.
        key: String,
    },
    /// Nobody can hand the lease over.
    #[error("nobody holds the lease of {0} now")]
    NoLeaseholder(RangeId),
    /// The store has the lease.
    #[error("{store} holds the lease of {range} already")]
    HoldsLease {
        /// Which range's.
        range: RangeId,
        /// Who.
        store: StoreId,
    },
    /// The store has no replica of the range.
    #[error("{store} has no replica of {range}")]
    NoReplica {
        /// Which range.
        range: RangeId,
        /// Which store.
        store: StoreId,
    },
    /// The table cannot be taken in anywhere.
    #[error("{0}")]
    Table(#[from] RequestError),
    /// A file is past its limit.
    #[error("a file of {bytes} bytes is too large: a table has at most {max} here")]
    FileTooLarge {
        /// Its bytes.
        bytes: usize,
        /// The most.
        max: usize,
    },
    /// A range ends within the keys of the table.
    #[error(
        "the table has keys up to {last}, and {range} ends at {end}: a table stays within one range"
    )]
    TableDivided {
        /// The range that holds the first key.
        range: RangeId,
        /// Where it ends.
        end: String,
        /// The last key of the table.
        last: String,
    },
    /// The table is meant for another range.
    #[error("the table has the key {key}, and {range} holds keys from {start} up to {end}")]
    TableElsewhere {
        /// A key of the table.
        key: String,
        /// The range it is meant for.
        range: RangeId,
        /// The first key of the range.
        start: String,
        /// Every key of the range is less than this.
        end: String,
    },
    /// One backup at a time.
    #[error("a backup is being restored: wait until all of it is there")]
    Restoring,
    /// No range has room for rows of a backup.
    #[error("the backup has no rows")]
    EmptyBackup,
    /// A number is past its limit.
    #[error("{what} is at most {max}")]
    TooLarge {
        /// Which number.
        what: &'static str,
        /// Its limit.
        max: u32,
    },
    /// A setup cannot be run.
    #[error("a cluster has 1 to {max} stores")]
    Stores {
        /// The most.
        max: u8,
    },
    /// A setup cannot be run.
    #[error("a cluster starts with 1 to {max} ranges")]
    Ranges {
        /// The most.
        max: u16,
    },
    /// A setup cannot be run.
    #[error("a range has 1 to {max} replicas here, at most one on each store")]
    Replication {
        /// The most.
        max: u8,
    },
}
