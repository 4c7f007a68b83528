//! The only clock of the tools: how long something took, and when to give up waiting.

#![expect(clippy::disallowed_types, reason = "tools measure the machine, which has a clock")]

use std::time::{Duration, Instant};

/// Measures from its start.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A moment after which waiting makes no sense.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    start: Stopwatch,
    limit: Duration,
}

impl Deadline {
    /// `limit` from now.
    pub fn after(limit: Duration) -> Self {
        Self { start: Stopwatch::start(), limit }
    }

    /// Whether it is too late.
    pub fn has_passed(&self) -> bool {
        self.limit < self.start.elapsed()
    }

    /// How long waiting was allowed.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Lets another process go on for a moment before it is asked again.
    pub fn pause(&self) {
        std::thread::sleep(Duration::from_millis(15));
    }
}
