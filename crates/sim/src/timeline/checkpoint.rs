//! Checkpoints: where re-execution can start.

use super::Run;

/// Steps between checkpoints at first, and half the events: a step of many ranges can have hundreds.
/// Doubled whenever the budget is used up.
const SPACING_MIN: u64 = 2_048;

/// The most checkpoints: each costs some kilobytes, what is large is shared.
const COUNT_MAX: usize = 1_024;

/// The most that all checkpoints together copy, in pointers: 32 MB in wasm.
const WEIGHT_MAX: usize = 8_000_000;

/// A world to start from again.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint<W> {
    pub(super) world: W,
    pub(super) cursor: usize,
}

/// The checkpoints of a future, in order. The first is the start of the run and always there.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints<W> {
    list: Vec<Checkpoint<W>>,
    spacing: u64,
    weight: usize,
}

impl<W: Run> Checkpoints<W> {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), spacing: SPACING_MIN, weight: 0 }
    }

    /// Whether a world is far enough from the last checkpoint to be one.
    pub(super) fn is_due(&self, world: &W) -> bool {
        self.list.last().is_none_or(|Checkpoint { world: last, .. }| {
            last.steps() + self.spacing <= world.steps()
                || last.next_event().0 + 2 * self.spacing <= world.next_event().0
        })
    }

    pub(super) fn push(&mut self, checkpoint: Checkpoint<W>) {
        self.weight += checkpoint.world.weight();
        self.list.push(checkpoint);
        if self.list.len() > COUNT_MAX || self.weight > WEIGHT_MAX {
            self.thin();
        }
    }

    /// Drops every second one and doubles the spacing: the cost of a seek doubles, the memory halves.
    fn thin(&mut self) {
        let mut position = 0;
        self.list.retain(|_| {
            position += 1;
            position % 2 == 1
        });
        self.spacing *= 2;
        self.weight = self.list.iter().map(|checkpoint| checkpoint.world.weight()).sum();
    }

    /// Where to start to be able to stop at `wanted` having seen the `events` events before it.
    /// `wanted` says whether a checkpoint is not past the goal.
    pub(super) fn before(
        &self,
        events: u64,
        wanted: impl Fn(&Checkpoint<W>) -> bool,
    ) -> &Checkpoint<W> {
        let reached = self.list.partition_point(wanted).max(1);
        let nearest = &self.list[reached - 1];
        let needed = nearest.world.next_event().0.saturating_sub(events);
        let seen_from =
            self.list[..reached].partition_point(|point| point.world.next_event().0 <= needed);
        &self.list[seen_from.max(1) - 1]
    }

    /// Forgets those of another future.
    pub(super) fn retain(&mut self, of_this_future: impl Fn(&Checkpoint<W>) -> bool) {
        let keep = self.list.partition_point(of_this_future).max(1);
        self.list.truncate(keep);
        self.weight = self.list.iter().map(|checkpoint| checkpoint.world.weight()).sum();
    }
}
