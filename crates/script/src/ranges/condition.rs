//! Conditions: what can be true of a run of many ranges at a moment.

use core::fmt;

use store::{RangeId, StoreId};

use super::Figure;
use crate::Compare;
use crate::condition::{Binds, Inner, Joined, joined};
use crate::print::Text;

/// Something that is true or false of a run at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `asleep 9`, `new messages < 100`: a number compares like this.
    Number {
        /// Which number.
        of: Figure,
        /// Since when it counts.
        since: Since,
        /// How it compares.
        is: Compare,
        /// With what.
        to: u64,
    },
    /// `r3 leader`, `r3 leader s2`: somebody, or this store, leads the range.
    Leader(RangeId, Option<StoreId>),
    /// `r3 lease`, `r3 lease s2`: somebody, or this store, holds its lease and may use it.
    Lease(RangeId, Option<StoreId>),
    /// `r3 asleep`: every replica that runs sleeps.
    Asleep(RangeId),
    /// `r3 alike`: all replicas that run have applied the same, and hold the same.
    Alike(RangeId),
    /// `r3 holds m42`: the key is one of its keys.
    Holds(RangeId, String),
    /// `all alike`: this is so of every range.
    AllAlike,
    /// `value m42 7`: the key has this value where most is applied.
    Value {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `lacks m42`: it has none.
    Lacks {
        /// The key.
        key: String,
    },
    /// `s1 up`, `s1 down`.
    IsUp(StoreId, bool),
    /// `s1 leads 3`: of so many ranges it is this.
    Counts {
        /// Which store.
        store: StoreId,
        /// What it is of them.
        as_what: Standing,
        /// How the number compares.
        is: Compare,
        /// With what.
        to: u64,
    },
    /// `rules hold`: no invariant was found broken.
    RulesHold,
    /// `not r3 asleep`.
    Not(Box<Self>),
    /// `r3 asleep and r4 asleep`: at least two conditions.
    All(Vec<Self>),
    /// `r3 asleep or r4 asleep`: at least two conditions.
    Any(Vec<Self>),
}

/// Since when a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Since {
    /// Since the run began.
    Start,
    /// Since the last `mark`.
    Mark,
}

/// What a store is of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It leads it.
    Leads,
    /// It holds its lease.
    Leases,
    /// It has a replica of it.
    Replicas,
}

impl Standing {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Leases => "leases",
            Self::Replicas => "replicas",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_range = |f: &mut fmt::Formatter<'_>, range, word, store: &Option<StoreId>| {
            write!(f, "{range} {word}")?;
            store.iter().try_for_each(|store| write!(f, " {store}"))
        };
        match self {
            Self::Number { of, since, is, to } => {
                let new = if *since == Since::Mark { "new " } else { "" };
                write!(f, "{new}{of}{is} {to}")
            }
            Self::Leader(range, store) => of_range(f, range, "leader", store),
            Self::Lease(range, store) => of_range(f, range, "lease", store),
            Self::Asleep(range) => write!(f, "{range} asleep"),
            Self::Alike(range) => write!(f, "{range} alike"),
            Self::Holds(range, key) => write!(f, "{range} holds {}", Text(key)),
            Self::AllAlike => f.write_str("all alike"),
            Self::Value { key, value } => write!(f, "value {} {}", Text(key), Text(value)),
            Self::Lacks { key } => write!(f, "lacks {}", Text(key)),
            Self::IsUp(store, is_up) => {
                write!(f, "{store} {}", if *is_up { "up" } else { "down" })
            }
            Self::Counts { store, as_what, is, to } => {
                write!(f, "{store} {}{is} {to}", as_what.word())
            }
            Self::RulesHold => f.write_str("rules hold"),
            Self::Not(inner) => {
                f.write_str("not ")?;
                Inner(&**inner, Binds::Not).fmt(f)
            }
            Self::All(conditions) => joined(f, conditions, Binds::And),
            Self::Any(conditions) => joined(f, conditions, Binds::Or),
        }
    }
}

impl Joined for Condition {
    fn binds(&self) -> Option<Binds> {
        if matches!(self, Self::Any(_)) {
            Some(Binds::Or)
        } else {
            matches!(self, Self::All(_)).then_some(Binds::And)
        }
    }
}
