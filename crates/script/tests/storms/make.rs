//! Storms drawn from a seed: a cluster, and what befalls it.

use det::{Rng, Span, Time};
use sim::ranges::{Command, Liveness, Recording, Setup};
use store::{
    Evaluation, Groups, Heartbeats, LogEngine, Quiescence, RangeId, Sideloading, StoreId, Switch,
};

/// How long a storm lasts.
const STORM: u32 = 30_000;

/// What is drawn for a storm.
struct Maker {
    rng: Rng,
    setup: Setup,
}

/// The storm of a seed. At its end everything is mended, every store runs, and nobody writes.
pub(crate) fn storm(seed: u64) -> Recording {
    let mut maker = Maker { rng: Rng::named(seed, "storm", 0), setup: Setup::default() };
    maker.draw_setup(seed);
    let count = 10 + maker.below(40);
    let mut moments: Vec<u32> = (0..count).map(|_| maker.below(STORM)).collect();
    moments.sort_unstable();
    let at = |millis: u32| Time::ZERO + Span::millis(millis.into());
    let mut inputs: Vec<(Time, Command)> =
        moments.into_iter().map(|moment| (at(moment), maker.command())).collect();
    let end = at(STORM);
    let stores = (1..=u32::from(maker.setup.stores)).map(StoreId);
    inputs.push((end, Command::Load { per_second: 0, ranges: Vec::new() }));
    inputs.push((end, Command::Heal));
    inputs.extend(stores.map(|store| (end, Command::Restart(store))));
    Recording { setup: maker.setup, inputs }
}

impl Maker {
    fn below(&mut self, below: u32) -> u32 {
        self.rng.below(below)
    }

    fn is(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    fn either<T>(&mut self, percent: u32, one: T, other: T) -> T {
        if self.is(percent) { one } else { other }
    }

    fn draw_setup(&mut self, seed: u64) {
        let narrow = |number: u32| u8::try_from(number).expect("it is small");
        let stores = narrow(3 + self.below(3));
        self.setup = Setup {
            stores,
            ranges: u16::from(narrow(1 + self.below(4))),
            seed,
            loss_per_million: self.either(70, 0, 20_000),
            heartbeats: self.either(80, Heartbeats::Coalesced, Heartbeats::Single),
            evaluation: self.either(80, Evaluation::Proposer, Evaluation::Naive),
            log_engine: self.either(50, LogEngine::Separate, LogEngine::Shared),
            sideloading: self.either(80, Sideloading::On, Sideloading::Off),
            groups: self.either(80, Groups::Live, Groups::Lazy),
            liveness: self.either(50, Liveness::Range, Liveness::Told),
            ..Setup::default()
        };
    }

    fn store(&mut self) -> StoreId {
        StoreId(self.below(self.setup.stores.into()) + 1)
    }

    /// One of the first ranges; splits may have made it.
    fn range(&mut self) -> RangeId {
        RangeId(u64::from(self.below(u32::from(self.setup.ranges) + 3)) + 1)
    }

    fn key(&mut self) -> String {
        let letter = char::from(b'a' + u8::try_from(self.below(26)).expect("it is a letter"));
        format!("{letter}{}", self.below(100))
    }

    fn command(&mut self) -> Command {
        match self.below(100) {
            0..15 => Command::Kill(self.store()),
            15..33 => Command::Restart(self.store()),
            33..40 => Command::Partition(vec![vec![self.store()]]),
            40..45 => Command::Cut { from: self.store(), to: self.store() },
            45..55 => Command::Heal,
            55..67 => Command::Split { key: self.key() },
            67..72 => Command::TransferLease { range: self.range(), to: self.store() },
            72..75 => Command::Wake(self.range()),
            75..80 => Command::Switch(self.switch()),
            // Enough to be worth truncations, and snapshots for who was away.
            80..86 => Command::Load { per_second: self.below(200), ranges: Vec::new() },
            86..92 => {
                let value =
                    "x".repeat(usize::try_from(self.below(9_000)).expect("it is small") + 1);
                Command::Put { key: self.key(), value }
            }
            92..95 => Command::Increment { key: self.key(), by: 1 },
            95..97 => Command::Get { key: self.key() },
            _ => {
                let start = self.key();
                let end = format!("{start}~");
                Command::DeleteRange { start, end }
            }
        }
    }

    fn switch(&mut self) -> Switch {
        match self.below(4) {
            0 => Switch::Heartbeats(self.either(50, Heartbeats::Coalesced, Heartbeats::Single)),
            1 => Switch::Quiescence(self.either(80, Quiescence::On, Quiescence::Off)),
            2 => Switch::Groups(self.either(50, Groups::Live, Groups::Lazy)),
            _ => Switch::Evaluation(self.either(50, Evaluation::Proposer, Evaluation::Naive)),
        }
    }
}
