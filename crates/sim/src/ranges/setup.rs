//! What a run of many ranges starts from.

use det::Span;
use lsm::Ingest;
use store::{
    Config, Evaluation, Groups, Heartbeats, LogEngine, Quiescence, RangeDescriptor, RangeId,
    Sideloading, StoreId, keys,
};

use super::Refusal;

/// Bytes that a log may have that only a dead replica needs: few enough to see it cut off.
const LOG_MAX_BYTES: u64 = 32 << 10;

/// Bytes of a batch of a snapshot, a sixteenth of CockroachDB's: few enough to see several on their way.
const SNAPSHOT_BATCH_BYTES: usize = 16 << 10;

/// How nodes know which of them live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Liveness {
    /// Each tells all others; nobody can end another's lease.
    Told,
    /// Their records stand in a range, one more than asked for, that never sleeps. Whoever needs the
    /// lease of a dead node ends that node's epoch there.
    Range,
}

/// Everything a run depends on besides its commands. What takes time in CockroachDB takes as many
/// ticks here: elections four to eight, falling asleep six, leases twelve, giving up a silent snapshot 120.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// How many stores, 1 to [`Setup::MAX_STORES`].
    pub stores: u8,
    /// How many ranges at the start, 1 to [`Setup::MAX_RANGES`].
    pub ranges: u16,
    /// Replicas of each range, 1 to `stores`.
    pub replication: u8,
    /// The seed of every random stream.
    pub seed: u64,
    /// One tick of every group's logical clock; heartbeats are flushed twice as often.
    pub tick: Span,
    /// The shortest way of a message.
    pub latency: Span,
    /// The most that chance adds to it.
    pub jitter: Span,
    /// Envelopes between stores that get lost, in a million.
    pub loss_per_million: u32,
    /// How long a sync to disk takes.
    pub fsync: Span,
    /// How long the gateway waits for an answer before it asks another replica.
    pub client_timeout: Span,
    /// Whether heartbeats to the same store travel together.
    pub heartbeats: Heartbeats,
    /// Whether idle ranges fall asleep.
    pub quiescence: Quiescence,
    /// Who evaluates requests.
    pub evaluation: Evaluation,
    /// Where the Raft logs are kept.
    pub log_engine: LogEngine,
    /// Where tables on their way into ranges are kept.
    pub sideloading: Sideloading,
    /// How tables beside the log get into the state engine.
    pub ingest: Ingest,
    /// When Raft groups come to life.
    pub groups: Groups,
    /// How nodes know which of them live.
    pub liveness: Liveness,
}

impl Setup {
    /// The most stores.
    pub const MAX_STORES: u8 = 9;
    /// The most ranges at the start.
    pub const MAX_RANGES: u16 = 300;
    /// The first key of the first range.
    pub const FIRST_KEY: &str = "a";
    /// Every key of the last range is less than this.
    pub const END_KEY: &str = "~";

    pub(super) fn check(&self) -> Result<(), Refusal> {
        if !(1..=Self::MAX_STORES).contains(&self.stores) {
            return Err(Refusal::Stores { max: Self::MAX_STORES });
        }
        if !(1..=Self::MAX_RANGES).contains(&self.ranges) {
            return Err(Refusal::Ranges { max: Self::MAX_RANGES });
        }
        if !(1..=self.stores).contains(&self.replication) {
            return Err(Refusal::Replication { max: self.stores });
        }
        Ok(())
    }

    /// How each store is configured.
    pub fn config(&self) -> Config {
        let ticks = |count: u64| Span(self.tick.0 * count);
        Config {
            seed: self.seed,
            tick: self.tick,
            liveness: ticks(12),
            lease: ticks(12),
            snapshot_timeout: ticks(120),
            clock_offset: ticks(1),
            log_max_bytes: LOG_MAX_BYTES,
            heartbeats: self.heartbeats,
            quiescence: self.quiescence,
            groups: self.groups,
            log_engine: self.log_engine,
            evaluation: self.evaluation,
            sideloading: self.sideloading,
            ingest: self.ingest,
            snapshot_batch_bytes: SNAPSHOT_BATCH_BYTES,
            ..Config::default()
        }
    }

    /// The ranges at the start: r1 begins at `a`, the last one ends at `~`, and the stores take
    /// turns with their replicas. The range of the liveness records, if there is one, is the last.
    pub fn descriptors(&self) -> Vec<RangeDescriptor> {
        let store = |place: u16| StoreId(u32::from(place % u16::from(self.stores)) + 1);
        let places = |at: u16| -> Vec<StoreId> {
            (at..at + u16::from(self.replication)).map(store).collect()
        };
        let range = |at: u16| {
            let id = RangeId(u64::from(at) + 1);
            RangeDescriptor::new(id, self.bound(at), self.bound(at + 1), &places(at))
        };
        let id = RangeId(u64::from(self.ranges) + 1);
        let system = || RangeDescriptor::system(id, &places(0));
        let system = (self.liveness == Liveness::Range).then(system);
        (0..self.ranges).map(range).chain(system).collect()
    }

    /// Where the range at a position begins: a letter or two, evenly through the alphabet.
    fn bound(&self, position: u16) -> String {
        const LETTERS: u32 = 26;
        if position == self.ranges {
            return Self::END_KEY.to_owned();
        }
        let letter = |n: u32| char::from(b'a' + u8::try_from(n % LETTERS).unwrap_or(0));
        let place = |of: u32| u32::from(position) * of / u32::from(self.ranges);
        if u32::from(self.ranges) <= LETTERS {
            return letter(place(LETTERS)).to_string();
        }
        let pair = place(LETTERS * LETTERS);
        let second = Some(letter(pair)).filter(|_| pair % LETTERS > 0);
        [Some(letter(pair / LETTERS)), second].into_iter().flatten().collect()
    }
}

impl Default for Setup {
    /// Three stores with nine ranges on all of them. Ticks are long beside messages, as in a real
    /// cluster, and a fifth of CockroachDB's, for those who watch.
    fn default() -> Self {
        Self {
            stores: 3,
            ranges: 9,
            replication: 3,
            seed: 1,
            tick: Span::millis(100),
            latency: Span::millis(5),
            jitter: Span::millis(3),
            loss_per_million: 0,
            fsync: Span::millis(1),
            client_timeout: Span::millis(500),
            heartbeats: Heartbeats::Coalesced,
            quiescence: Quiescence::On,
            evaluation: Evaluation::Proposer,
            log_engine: LogEngine::Separate,
            sideloading: Sideloading::On,
            ingest: Ingest::Link,
            groups: Groups::Live,
            liveness: Liveness::Told,
        }
    }
}

/// Whether clients may write to a range: the system's own keys are not theirs.
pub(super) fn is_for_clients(range: &RangeDescriptor) -> bool {
    *keys::USER <= *range.start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ranges: u16, first: &[&str]) {
        let setup = Setup { ranges, stores: 5, ..Setup::default() };
        let made = setup.descriptors();
        assert_eq!(made.len(), usize::from(ranges));
        assert!(made.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert!(made.iter().all(|range| range.start < range.end && range.replicas.len() == 3));
        assert_eq!((&made[0].start[..], &made[made.len() - 1].end[..]), (&b"a"[..], &b"~"[..]));
        let starts = made.iter().map(|range| String::from_utf8_lossy(&range.start));
        assert!(starts.take(first.len()).eq(first.iter().copied()));
    }

    #[test]
    fn ranges_cut_the_alphabet_into_readable_spans() {
        check(1, &["a"]);
        check(9, &["a", "c", "f", "i", "l"]);
        check(26, &["a", "b", "c"]);
        check(52, &["a", "an", "b", "bn"]);
        check(300, &["a", "ac", "ae", "ag"]);
    }
}
