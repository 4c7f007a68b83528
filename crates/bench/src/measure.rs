//! The clock of the measurements.

#![expect(clippy::disallowed_types, reason = "measuring time needs the machine's clock")]

use std::{hint::black_box, time::Instant};

/// How often a measurement is repeated; the best counts.
const RUNS: u32 = 5;

/// How many units a second `work` does; it returns how many it did, and is run some times.
pub(crate) fn best_rate(mut work: impl FnMut() -> u64) -> f64 {
    let mut best = 0.0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let count = black_box(work());
        let rate = count as f64 / start.elapsed().as_secs_f64();
        best = f64::max(best, rate);
    }
    best
}

/// How long the slowest of `times` pieces of work takes, in milliseconds.
pub(crate) fn slowest_millis(times: u32, mut work: impl FnMut()) -> f64 {
    let mut slowest = 0.0;
    for _ in 0..times {
        let start = Instant::now();
        work();
        slowest = f64::max(slowest, start.elapsed().as_secs_f64() * 1e3);
    }
    slowest
}
