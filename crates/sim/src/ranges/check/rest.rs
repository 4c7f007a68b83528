//! Ranges that sleep while somebody lags.

use det::{Span, Time};
use raft::EntryId;
use store::{RangeId, StoreId};

use super::{Checks, Fact, Rule};
use crate::EventId;

/// A range that has to be looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    /// Why.
    event: EventId,
    /// Since when somebody who sleeps and has everything knows that somebody lives who lags.
    since: Option<Time>,
}

/// How a range sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sleep {
    /// Somebody is awake, or nobody who runs lags.
    Sound,
    /// Somebody lags, and nobody knows that it lives.
    Unknown,
    /// The first sleeps and has everything; it knows that the second lives, which does not.
    Beside((StoreId, EntryId), (StoreId, EntryId)),
}

impl Checks {
    /// Something happened after which all of a range may sleep beside somebody who lags.
    pub(super) fn doubt(&mut self, range: RangeId) {
        let event = self.event;
        self.doubts.entry(range).or_insert(Doubt { event, since: None });
    }

    /// A store died that had these ranges.
    pub(in crate::ranges) fn died(&mut self, now: Time, event: EventId, ranges: &[RangeId]) {
        self.at(now, event);
        for &range in ranges {
            self.doubt(range);
        }
    }

    /// The ranges to look at, if it is time to; the next time is this span later.
    pub(super) fn doubts(&mut self, now: Time, span: Span) -> Vec<RangeId> {
        if self.doubts.is_empty() || now < self.look_at {
            return Vec::new();
        }
        self.look_at = now + span;
        self.doubts.keys().copied().collect()
    }

    /// A range sleeps like this; what is wrong is so for this span.
    pub(super) fn rests(&mut self, range: RangeId, now: Time, sleep: Sleep, patience: Span) {
        let Some(doubt) = self.doubts.get_mut(&range) else { return };
        let ends = match sleep {
            Sleep::Sound | Sleep::Unknown => None,
            Sleep::Beside(full, lags) => Some([full, lags]),
        };
        doubt.since = ends.map(|_| doubt.since.unwrap_or(now));
        let (event, is_long) = (doubt.event, doubt.since.is_some_and(|at| at + patience <= now));
        if is_long || sleep == Sleep::Sound {
            self.doubts.remove(&range);
        }
        self.at(now, event);
        self.check(Rule::SomebodyAwake, range, !is_long, || {
            let [full, lags] = ends.unwrap_or_default();
            let fact = |(store, entry)| Fact::Ends { store, entry };
            (fact(full), fact(lags))
        });
    }
}
