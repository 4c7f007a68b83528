//! What the stores counted within the last second.

use std::collections::VecDeque;
use std::rc::Rc;

use det::{Span, Time};
use store::{Counters, StoreId};

use super::World;

/// What was counted before, as far as it matters: a moment at a time, and shared by all checkpoints.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    samples: VecDeque<Sample>,
}

/// What had been counted at a moment, and until the next sample.
#[derive(Clone, Debug)]
struct Sample {
    since: Time,
    counters: Rc<[(StoreId, Counters)]>,
}

/// How far apart samples lie.
const PITCH: Span = Span::millis(100);
const SECOND: Span = Span::secs(1);

impl Before {
    /// The moment a second ago, or a little earlier.
    fn start(now: Time) -> Option<Time> {
        let start = now.0.checked_sub(SECOND.0)?;
        Some(Time(start - start % PITCH.0))
    }

    fn at(&self, moment: Time) -> Option<&Sample> {
        self.samples.iter().rev().find(|sample| sample.since <= moment)
    }

    fn keep(&mut self, sample: Sample, now: Time) {
        if self.samples.back().is_some_and(|newest| newest.since == sample.since) {
            self.samples.pop_back();
        }
        self.samples.push_back(sample);
        let Some(start) = Self::start(now) else { return };
        while self.samples.get(1).is_some_and(|second| second.since <= start) {
            self.samples.pop_front();
        }
    }
}

impl World {
    /// Time goes on: what was counted so far is kept for a second.
    pub(super) fn remember(&mut self, next: Time) {
        let since = Time(self.now.0.next_multiple_of(PITCH.0));
        if since < next {
            let running = self.stores().map(|store| (store.id(), *store.counters()));
            let counters = running.chain(self.retired.iter().copied()).collect();
            self.before.keep(Sample { since, counters }, next);
        }
    }

    /// By how much a figure has grown lately, of one store or of all, and within which time: a second or a
    /// little more. `None` before there was a second.
    pub fn lately(
        &self,
        of: Option<StoreId>,
        figure: impl Fn(&Counters) -> u64,
    ) -> Option<(u64, Span)> {
        let start = Before::start(self.now)?;
        let sum = of.map_or_else(|| self.sum(&figure), |store| self.sum_of(store, &figure));
        let then = self.before.at(start).map_or(0, |sample| {
            let asked = sample.counters.iter().filter(|(id, _)| of.is_none_or(|of| of == *id));
            asked.map(|(_, counters)| figure(counters)).sum()
        });
        Some((sum - then, self.now.since(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranges::{Command, Setup};
    use store::RangeId;

    /// Against a world that ran to the beginning of that second only.
    #[track_caller]
    fn check(world: &World, moments: &[u64]) {
        let figure = |counters: &Counters| counters.steps + counters.ticks;
        let mut world = world.clone();
        let mut old = world.clone();
        for moment in moments.iter().map(|&millis| Time::ZERO + Span::millis(millis)) {
            world.run_until(moment);
            let (grown, within) = world.lately(None, figure).expect("there was a second");
            assert!(SECOND <= within && within < SECOND + PITCH, "{within:?}");
            old.run_until(Time(moment.0 - within.0));
            assert_eq!(grown, world.sum(figure) - old.sum(figure), "at {moment:?}");
            for store in world.store_ids() {
                let grown = world.sum_of(store, figure) - old.sum_of(store, figure);
                assert_eq!(world.lately(Some(store), figure), Some((grown, within)));
            }
        }
    }

    #[test]
    fn it_is_what_was_counted_since_a_second_ago() {
        let world = World::new(Setup { ranges: 9, ..Setup::default() }).expect("it is right");
        check(&world, &[1_000, 1_001, 1_099, 1_950, 2_000, 3_777, 20_000, 20_001]);
    }

    #[test]
    fn commands_and_the_dead_count_too() {
        let mut world = World::new(Setup { ranges: 9, ..Setup::default() }).expect("it is right");
        let moment = |millis| Time::ZERO + Span::millis(millis);
        let figure = |counters: &Counters| counters.proposals + counters.ticks;
        world.run_until(moment(2_900));
        let then = world.sum(figure);
        let commands = [(2_930, Command::Kill(StoreId(1))), (3_100, Command::Wake(RangeId(2)))];
        for (at, command) in commands {
            world.run_until(moment(at));
            world.apply(&command).expect("it may be done");
        }
        world.run_until(moment(3_900));
        let grown = world.sum(figure) - then;
        assert_eq!(world.lately(None, figure), Some((grown, Span::millis(1_000))));
    }

    #[test]
    fn before_there_was_a_second_nothing_is_said_of_it() {
        let mut world = World::new(Setup::default()).expect("it is right");
        world.run_until(Time::ZERO + Span::millis(999));
        assert_eq!(world.lately(None, |counters| counters.ticks), None);
    }

    #[test]
    fn nothing_is_kept_longer_than_it_is_asked_for() {
        let mut world = World::new(Setup { ranges: 9, ..Setup::default() }).expect("it is right");
        world.run_until(Time::ZERO + Span::secs(30));
        assert!(world.before.samples.len() <= 12, "{}", world.before.samples.len());
    }
}
