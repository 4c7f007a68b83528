//! Samples along a future: how much had been counted by when, also of what no event is kept.

use det::{Span, Time};

/// The time between two samples.
pub const PULSE: Span = Span::millis(10);

/// One sample for each multiple of [`PULSE`] that a future has got past: what was counted before what
/// happened at that moment.
#[derive(Clone, Debug)]
pub(super) struct Pulses<P>(Vec<P>);

impl<P> Default for Pulses<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P: Clone> Pulses<P> {
    pub(super) fn as_slice(&self) -> &[P] {
        &self.0
    }

    /// Something is about to happen: samples that are due by then are taken.
    pub(super) fn reach(&mut self, at: Time, sample: impl FnOnce() -> P) {
        let due = places(at);
        if self.0.len() < due {
            self.0.resize(due, sample());
        }
    }

    /// From now on another future.
    pub(super) fn cut(&mut self, now: Time) {
        self.0.truncate(places(now));
    }
}

/// The samples up to a moment, that of the moment itself included.
fn places(at: Time) -> usize {
    usize::try_from(at.0 / PULSE.0).unwrap_or(usize::MAX).saturating_add(1)
}
