//! From wall-clock time to virtual time.

use det::Span;

use crate::Speed;

/// The longest stretch of wall-clock time that counts at once: a tab that was hidden does not leap.
const WALL_MAX: Span = Span::millis(250);
/// Virtual time per wall-clock time at most, at the fastest speed: what a dead cluster runs at.
const MAX_FACTOR: u64 = 1_000;

/// How fast time runs, and the part of a microsecond that has not come out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    speed: Speed,
    /// Wall-clock microseconds that were too few for one of virtual time.
    rest: u64,
}

impl Clock {
    pub(crate) fn new(speed: Speed) -> Self {
        Self { speed, rest: 0 }
    }

    pub(crate) fn speed(self) -> Speed {
        self.speed
    }

    pub(crate) fn faster(self) -> Speed {
        Speed::LADDER.into_iter().find(|&rung| is_faster(rung, self.speed)).unwrap_or(Speed::Max)
    }

    pub(crate) fn slower(self) -> Speed {
        let slower = Speed::LADDER.into_iter().rev().find(|&rung| is_faster(self.speed, rung));
        slower.unwrap_or(Speed::LADDER[0])
    }

    /// How much virtual time goes by while so much wall-clock time does.
    pub(crate) fn elapse(&mut self, wall: Span) -> Span {
        let wall = wall.0.min(WALL_MAX.0);
        match self.speed {
            Speed::OneIn(slowdown) => {
                let total = self.rest + wall;
                let slowdown = u64::from(slowdown.max(1));
                self.rest = total % slowdown;
                Span(total / slowdown)
            }
            Speed::Max => Span(wall * MAX_FACTOR),
        }
    }

    /// Virtual time during so much wall-clock time, for pictures; at the fastest speed as in real time.
    pub(crate) fn scale(self, wall: Span) -> Span {
        match self.speed {
            Speed::OneIn(slowdown) => Span(wall.0 / u64::from(slowdown.max(1))),
            Speed::Max => wall,
        }
    }
}

fn is_faster(a: Speed, b: Speed) -> bool {
    match (a, b) {
        (Speed::OneIn(a), Speed::OneIn(b)) => a < b,
        (Speed::Max, Speed::OneIn(_)) => true,
        (Speed::OneIn(_) | Speed::Max, Speed::Max) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_microsecond_gets_lost() {
        let mut clock = Clock::new(Speed::OneIn(300));
        let virtual_time: u64 = (0..1_000).map(|_| clock.elapse(Span(16_667)).0).sum();
        assert_eq!(virtual_time, 1_000 * 16_667 / 300);
    }

    #[test]
    fn a_hidden_tab_does_not_leap() {
        assert_eq!(Clock::new(Speed::OneIn(1)).elapse(Span::secs(3_600)), WALL_MAX);
    }

    #[track_caller]
    fn check(from: Speed, faster: Speed, slower: Speed) {
        let clock = Clock::new(from);
        assert_eq!((clock.faster(), clock.slower()), (faster, slower));
    }

    #[test]
    fn the_ladder_ends_at_both_ends_and_catches_speeds_between_its_rungs() {
        check(Speed::OneIn(100), Speed::OneIn(30), Speed::OneIn(300));
        check(Speed::OneIn(50), Speed::OneIn(30), Speed::OneIn(100));
        check(Speed::Max, Speed::Max, Speed::OneIn(1));
        check(Speed::OneIn(1_000), Speed::OneIn(300), Speed::OneIn(1_000));
        check(Speed::OneIn(9_999), Speed::OneIn(1_000), Speed::OneIn(1_000));
    }
}
