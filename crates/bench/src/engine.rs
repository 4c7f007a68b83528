//! `lsm`: what writing and reading cost, against redb doing the same.
//!
//! Both keep everything in memory, in one thread, and are asked for nothing durable. Our figures
//! include all flushes and compactions that the writes bring about. What is read is looked at: a
//! byte of each key and value, or else a store that finds without fetching would win.

mod ours;
mod theirs;

use std::hint::black_box;

use det::Rng;

use self::{ours::Ours, theirs::Theirs};
use crate::{
    measure::Best,
    row::{Row, duel},
};

/// Both sides take turns this many times.
const TURNS: u32 = 9;

/// Keys of the stores that are read.
const KEYS: usize = 200_000;

/// Writes of one turn.
const WRITES: usize = 50_000;

/// Reads of one turn.
const READS: usize = 100_000;

/// Entries of a short scan.
const SHORT: usize = 100;

const VALUE: [u8; 100] = [7; 100];

type Key = [u8; 16];

/// A sorted map in a store.
trait Store {
    /// An empty one.
    fn new() -> Self;
    /// Writes these keys together.
    fn write(&mut self, keys: &[Key]);
    /// Brings it into the state that it is read in.
    fn settle(&mut self);
    /// How many of these keys it has, with this value.
    fn count(&self, keys: &[Key]) -> usize;
    /// What it has from a key on, in so many entries at most.
    fn scan(&self, from: &Key, entries: usize) -> Scanned;
}

/// What a scan has seen.
#[derive(Clone, Copy, Debug, Default)]
struct Scanned {
    /// Bytes of keys and values.
    bytes: usize,
    /// The last bytes of all values.
    sum: u64,
    /// The last bytes of all keys.
    keys: u64,
}

impl Scanned {
    #[inline]
    fn add(&mut self, key: &[u8], value: &[u8]) {
        self.bytes += key.len() + value.len();
        self.sum += last(value);
        self.keys += last(key);
    }
}

/// The last byte.
#[inline]
fn last(bytes: &[u8]) -> u64 {
    bytes.last().copied().unwrap_or_default().into()
}

/// The figures of the engine.
pub(crate) fn rows() -> Vec<Row> {
    let (ours, theirs) = (filled::<Ours>(), filled::<Theirs>());
    vec![
        duel(TURNS, "random puts, one at a time", "ns", puts::<Ours>(1), puts::<Theirs>(1)),
        duel(TURNS, "random puts, 100 in a batch", "ns", puts::<Ours>(100), puts::<Theirs>(100)),
        duel(TURNS, "puts in order, 100 in a batch", "ns", load::<Ours>(), load::<Theirs>()),
        duel(TURNS, "point reads", "ns", reads(&ours, 0), reads(&theirs, 0)),
        duel(TURNS, "point reads of absent keys", "ns", reads(&ours, 1), reads(&theirs, 1)),
        duel(TURNS, "scan of everything", "ns per entry", scan(&ours), scan(&theirs)),
        duel(TURNS, "scans of 100", "ns per entry", short_scans(&ours), short_scans(&theirs)),
    ]
}

/// Random keys; the last byte tells those that are written (0) from those that are not.
fn keys(count: usize, stream: u64, last: u8) -> Vec<Key> {
    let mut rng = Rng::named(1, "keys", stream);
    let mut key = || {
        let mut key = [0; 16];
        for four in key.as_chunks_mut::<4>().0 {
            *four = rng.next_u32().to_be_bytes();
        }
        key[15] = last;
        key
    };
    (0..count).map(|_| key()).collect()
}

fn filled<S: Store>() -> S {
    let mut store = S::new();
    for batch in keys(KEYS, 0, 0).chunks(100) {
        store.write(batch);
    }
    store.settle();
    store
}

fn puts<S: Store>(batch: usize) -> impl FnMut(&mut Best) {
    let keys = keys(WRITES, 1, 0);
    move |best| {
        let mut store = S::new();
        best.time(WRITES, || {
            for batch in keys.chunks(batch) {
                store.write(batch);
            }
        });
        assert_eq!(store.count(&keys), WRITES, "everything was written");
    }
}

fn load<S: Store>() -> impl FnMut(&mut Best) {
    let mut keys = keys(WRITES, 1, 0);
    keys.sort_unstable();
    move |best| {
        let mut store = S::new();
        best.time(WRITES, || {
            for batch in keys.chunks(100) {
                store.write(batch);
            }
        });
    }
}

fn reads<S: Store>(store: &S, last: u8) -> impl FnMut(&mut Best) {
    // The same keys as those that were written, in another order.
    let mut keys = keys(KEYS, 0, last);
    let mut rng = Rng::named(1, "order", 0);
    for slot in (1..keys.len()).rev() {
        let other = rng.below(u32::try_from(slot + 1).expect("few")) as usize;
        keys.swap(slot, other);
    }
    keys.truncate(READS);
    move |best| {
        let mut found = 0;
        best.time(READS, || found = black_box(store.count(&keys)));
        assert_eq!(found, if last == 0 { READS } else { 0 }, "what was written is found");
    }
}

fn scan<S: Store>(store: &S) -> impl FnMut(&mut Best) {
    move |best| {
        let mut all = Scanned::default();
        best.time(KEYS, || all = black_box(store.scan(&[0; 16], usize::MAX)));
        assert_eq!(all.bytes, KEYS * (16 + VALUE.len()), "everything is there");
        assert_eq!((all.sum, all.keys), (KEYS as u64 * last(&VALUE), 0), "and is what it was");
    }
}

fn short_scans<S: Store>(store: &S) -> impl FnMut(&mut Best) {
    let starts = keys(READS / SHORT, 2, 0);
    move |best| {
        best.time(READS, || {
            for start in &starts {
                black_box(store.scan(start, SHORT));
            }
        });
    }
}
