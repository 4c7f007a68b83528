//! The one place where chance enters: the seed of a new run.

/// A fresh seed, short enough to read out.
pub(crate) fn draw() -> u64 {
    getrandom::u64().map_or(1, |number| number % 1_000_000)
}
