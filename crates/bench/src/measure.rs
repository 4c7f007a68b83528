//! The clock and the scales of the measurements.

#![expect(clippy::disallowed_types, reason = "measuring time needs the machine's clock")]

use std::{fs, hint::black_box, time::Instant};

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

/// How long `work` takes, in seconds.
pub(crate) fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// The best time so far.
pub(crate) struct Best(f64);

impl Default for Best {
    fn default() -> Self {
        Self(f64::INFINITY)
    }
}

impl Best {
    /// Times `work`, which does this many pieces.
    pub(crate) fn time(&mut self, pieces: usize, work: impl FnOnce()) {
        let start = Instant::now();
        work();
        self.0 = self.0.min(start.elapsed().as_secs_f64() * 1e9 / pieces as f64);
    }

    /// Nanoseconds per piece.
    pub(crate) fn nanos(&self) -> f64 {
        self.0
    }
}

/// The memory that this process occupies, as Linux tells it.
pub(crate) fn resident_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("a Linux machine says so");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kibibytes: f64 = kibibytes.and_then(|text| text.trim().parse().ok()).expect("a number");
    kibibytes * 1024.0
}
