//! Names of things: terms, indices, peers, entries.

use core::fmt;
use core::ops::{Add, Sub};

/// A leader's reign (Raft §5.1). Zero is before the first election.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u64);

/// A position in the log, counted from 1 (Raft §5.3). Zero is before the first entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(pub u64);

/// A member of the group. Zero is nobody; the two largest ids name the local storage threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// Term and index together name an entry: two logs that agree on it agree up to it (Raft §5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The term in which a leader appended it.
    pub term: Term,
    /// Its position.
    pub index: Index,
}

impl Term {
    /// The term after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Index {
    /// The position before the first entry.
    pub const ZERO: Self = Self(0);

    /// Beyond every position.
    pub const MAX: Self = Self(u64::MAX);

    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The position before this one; zero stays zero.
    #[must_use]
    pub fn prev(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl EntryId {
    /// The position before the first entry.
    pub const ZERO: Self = Self { term: Term(0), index: Index(0) };

    /// Whether a log that ends here is at least as up to date as one that ends at `other`: a later
    /// last term wins, and with equal terms the longer log (Raft §5.4.1).
    #[must_use]
    pub fn is_up_to_date(self, other: Self) -> bool {
        (other.term, other.index) <= (self.term, self.index)
    }
}

impl PeerId {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// The local thread that appends to the log (asynchronous storage writes).
    pub const APPEND_THREAD: Self = Self(u64::MAX);
    /// The local thread that applies committed entries (asynchronous storage writes).
    pub const APPLY_THREAD: Self = Self(u64::MAX - 1);

    /// Whether this is a local storage thread and no member.
    pub fn is_storage_thread(self) -> bool {
        self == Self::APPEND_THREAD || self == Self::APPLY_THREAD
    }
}

impl Add<u64> for Index {
    type Output = Self;
    fn add(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl Sub for Index {
    type Output = u64;
    fn sub(self, other: Self) -> u64 {
        self.0.saturating_sub(other.0)
    }
}

macro_rules! prints_as_number {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::LowerHex for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::LowerHex::fmt(&self.0, f)
            }
        }
    )*};
}
prints_as_number!(Term, Index, PeerId);

/// `term/index`, as the log table and the transcripts write it.
impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.term, self.index)
    }
}
