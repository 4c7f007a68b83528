//! Which range is worked on next, and for what.
//!
//! First come, first served. What comes for a range that waits already is remembered with it, so a
//! range is in the queue once, and one pass does all that came: requests first, then ticks, then the
//! Ready. In that order a message that puts a range to sleep comes before a tick that would make it
//! campaign.

use alloc::collections::{BTreeMap, VecDeque};

use crate::RangeId;

/// Why a range is worked on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Work {
    /// Messages wait for it.
    pub requests: bool,
    /// So many ticks passed.
    pub ticks: u32,
    /// Its Raft group may have something to do.
    pub ready: bool,
}

/// The ranges that wait to be worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduler {
    queue: VecDeque<RangeId>,
    work: BTreeMap<RangeId, Work>,
    /// Ticks pile up to this many.
    max_ticks: u32,
}

impl Scheduler {
    /// An empty one; at most `max_ticks` ticks pile up per range.
    pub fn new(max_ticks: u32) -> Self {
        Self { max_ticks, ..Self::default() }
    }

    /// There is something to do for a range.
    pub fn enqueue(&mut self, range: RangeId, work: Work) {
        let known = self.work.entry(range).or_insert_with(|| {
            self.queue.push_back(range);
            Work::default()
        });
        known.requests |= work.requests;
        known.ready |= work.ready;
        known.ticks = known.ticks.saturating_add(work.ticks).min(self.max_ticks);
    }

    /// Takes out the range that waits longest, with all that there is to do for it.
    pub fn take(&mut self) -> Option<(RangeId, Work)> {
        let range = self.queue.pop_front()?;
        let work = self.work.remove(&range).unwrap_or_default();
        Some((range, work))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Work = Work { requests: true, ticks: 0, ready: false };
    const TICK: Work = Work { requests: false, ticks: 1, ready: false };

    #[test]
    fn a_range_waits_once_and_is_served_in_order() {
        let mut scheduler = Scheduler::new(3);
        for (range, work) in [(2, TICK), (1, REQUEST), (2, REQUEST), (2, TICK)] {
            scheduler.enqueue(RangeId(range), work);
        }
        let both = Work { requests: true, ticks: 2, ready: false };
        assert_eq!(scheduler.take(), Some((RangeId(2), both)));
        assert_eq!(scheduler.take(), Some((RangeId(1), REQUEST)));
        assert_eq!(scheduler.take(), None);
    }

    #[test]
    fn ticks_pile_up_to_a_limit() {
        let mut scheduler = Scheduler::new(3);
        (0..9).for_each(|_| scheduler.enqueue(RangeId(1), TICK));
        assert_eq!(scheduler.take().map(|(_, work)| work.ticks), Some(3));
    }
}
