//! `det`: what a digest of the world costs.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    hint::black_box,
};

use det::Digest;

use crate::{
    measure::best_rate,
    row::{Better, Row},
};

/// A log of 100,000 entries, as a state to be hashed: term, index and a short command each.
fn state() -> Vec<(u64, u64, String)> {
    (0..100_000)
        .map(|index| (index / 100, index, format!("put key{} {index}", index % 64)))
        .collect()
}

fn rate(state: &Vec<(u64, u64, String)>, mut hasher: impl Hasher + Clone) -> f64 {
    let clean = hasher.clone();
    best_rate(|| {
        for _ in 0..10 {
            hasher = clean.clone();
            black_box(state).hash(&mut hasher);
            black_box(hasher.finish());
        }
        state.len() as u64 * 10
    }) / 1e6
}

/// The digest of a state, against the standard library's hash of the same.
pub(crate) fn rows() -> Vec<Row> {
    let state = state();
    vec![Row {
        name: "digest of a log (theirs: std's SipHash)",
        ours: rate(&state, Digest::new()),
        theirs: Some(rate(&state, DefaultHasher::new())),
        unit: "M entries/s",
        better: Better::Higher,
    }]
}
