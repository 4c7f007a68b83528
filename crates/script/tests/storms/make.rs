//! Storms drawn from a seed: a cluster, and what befalls it.

use det::{Rng, Span, Time};
use lsm::{Ingest, TableOptions, table_from_csv};
use sim::ranges::{Backup, Command, Liveness, Recording, Rows, Setup, TableSource};
use store::restore::RestoreMode;
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
            sideloading: self.either(70, Sideloading::On, Sideloading::Off),
            ingest: self.either(70, Ingest::Link, Ingest::Copy),
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

    /// Any of the ranges, or none named.
    fn ranges(&mut self) -> Vec<RangeId> {
        let named = self.either(50, 0, 3);
        (0..named).map(|_| self.range()).collect()
    }

    fn command(&mut self) -> Command {
        match self.below(100) {
            0..47 => self.trouble(),
            47..63 => self.change(),
            63..82 => self.request(),
            82..95 => self.table(),
            _ => Command::Sort(self.range()),
        }
    }

    /// What befalls stores and streams.
    fn trouble(&mut self) -> Command {
        match self.below(47) {
            0..13 => Command::Kill(self.store()),
            13..28 => Command::Restart(self.store()),
            28..33 => Command::Partition(vec![vec![self.store()]]),
            33..35 => Command::Partition(vec![vec![self.store()], vec![self.store()]]),
            35..38 => Command::Cut { from: self.store(), to: self.store() },
            38..40 => Command::Mend { from: self.store(), to: self.store() },
            _ => Command::Heal,
        }
    }

    /// What changes ranges, and how they are kept.
    fn change(&mut self) -> Command {
        match self.below(16) {
            0..6 => Command::Split { key: self.key() },
            6..9 => Command::TransferLease { range: self.range(), to: self.store() },
            9..11 => Command::Wake(self.range()),
            _ => Command::Switch(self.switch()),
        }
    }

    fn request(&mut self) -> Command {
        match self.below(19) {
            // Enough to be worth truncations, and snapshots for who was away.
            0..6 => Command::Load { per_second: self.below(200), ranges: self.ranges() },
            6..9 => Command::Put { key: self.key(), value: self.value() },
            9..11 => {
                let expected = self.either(50, None, Some("1".to_owned()));
                Command::ConditionalPut { key: self.key(), expected, value: self.value() }
            }
            11..13 => Command::Increment { key: self.key(), by: 1 },
            13..15 => Command::Get { key: self.key() },
            15..17 => Command::Del { key: self.key() },
            _ => {
                let start = self.key();
                let end = format!("{start}~");
                Command::DeleteRange { start, end }
            }
        }
    }

    /// What brings many rows at once.
    fn table(&mut self) -> Command {
        if self.is(30) {
            return Command::Restore(Backup {
                tables: 1 + self.below(3),
                rows: 1 + self.below(60),
                value_bytes: 1 + self.below(300),
                mode: match self.below(3) {
                    0 => RestoreMode::WriteBatches,
                    1 => RestoreMode::TablesInLog,
                    _ => RestoreMode::Sideloaded,
                },
                ranges: self.ranges(),
            });
        }
        let (key, range) = (self.key(), self.range());
        let into = self.either(80, None, Some(range));
        let few = format!("{key},{}\n{key}x,2", self.value());
        let table = match self.below(10) {
            0..2 => TableSource::Csv(few),
            2..3 => {
                let table = table_from_csv(few.as_bytes(), TableOptions::default());
                TableSource::Sst(table.expect("these are rows"))
            }
            _ => TableSource::Rows(Rows {
                from: key,
                count: 1 + self.below(100),
                value_bytes: 1 + self.below(400),
            }),
        };
        Command::Ingest { into, table }
    }

    /// A number now and then, so that conditions hold and increments count.
    fn value(&mut self) -> String {
        let long = usize::try_from(self.below(64)).expect("it is small") + 1;
        self.either(40, "1".to_owned(), "x".repeat(long))
    }

    fn switch(&mut self) -> Switch {
        match self.below(6) {
            0 => Switch::Heartbeats(self.either(50, Heartbeats::Coalesced, Heartbeats::Single)),
            1 => Switch::Quiescence(self.either(80, Quiescence::On, Quiescence::Off)),
            2 => Switch::Groups(self.either(50, Groups::Live, Groups::Lazy)),
            3 => Switch::Evaluation(self.either(50, Evaluation::Proposer, Evaluation::Naive)),
            4 => Switch::Sideloading(self.either(50, Sideloading::On, Sideloading::Off)),
            _ => Switch::Ingest(self.either(50, Ingest::Link, Ingest::Copy)),
        }
    }
}
