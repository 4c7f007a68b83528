//! Spans of keys.

use core::cmp::Ordering;

use bytes::Bytes;

/// Where a span of keys ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upper {
    /// With this key.
    At(Bytes),
    /// Before this key: a range tombstone ends so.
    Before(Bytes),
}

impl Upper {
    /// The key, whether it belongs to the span or not.
    pub fn key(&self) -> &Bytes {
        match self {
            Self::At(key) | Self::Before(key) => key,
        }
    }

    /// Whether the whole span lies below `key`.
    pub fn is_below(&self, key: &[u8]) -> bool {
        match self {
            Self::At(own) => own < key,
            Self::Before(own) => own <= key,
        }
    }
}

impl PartialOrd for Upper {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Upper {
    fn cmp(&self, other: &Self) -> Ordering {
        let is_at = |upper: &Self| matches!(upper, Self::At(_));
        self.key().cmp(other.key()).then(is_at(self).cmp(&is_at(other)))
    }
}

/// All keys from `first` to `last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first key.
    pub first: Bytes,
    /// Where it ends.
    pub last: Upper,
}

impl Span {
    /// Whether the two have a key in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.last.is_below(&other.first) && !other.last.is_below(&self.first)
    }

    /// Whether the key lies in it.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.first <= key && !self.last.is_below(key)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: &Self) -> Self {
        Self { first: self.first.min(other.first.clone()), last: self.last.max(other.last.clone()) }
    }
}
