//! One measured figure.

use serde_json::{Value, json};

use crate::measure::Best;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    /// Such as events per second.
    Higher,
    /// Such as milliseconds.
    Lower,
}

/// A figure of ours, and the same figure of somebody else's work where there is one.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) name: &'static str,
    /// Our figure.
    pub(crate) ours: f64,
    /// The other's, measured here and now on the same work.
    pub(crate) theirs: Option<f64>,
    /// The unit of both.
    pub(crate) unit: &'static str,
    /// Which way is better.
    pub(crate) better: Better,
}

impl Row {
    /// One line for `cargo xtask bench`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "ours": self.ours,
            "theirs": self.theirs,
            "unit": self.unit,
            "higher_is_better": self.better == Better::Higher,
        })
    }
}

/// Lets both sides take so many turns and keeps the best turn of each.
pub(crate) fn duel(
    turns: u32,
    name: &'static str,
    unit: &'static str,
    mut ours: impl FnMut(&mut Best),
    mut theirs: impl FnMut(&mut Best),
) -> Row {
    let (mut best_ours, mut best_theirs) = (Best::default(), Best::default());
    for _ in 0..turns {
        ours(&mut best_ours);
        theirs(&mut best_theirs);
    }
    let (ours, theirs) = (best_ours.nanos(), Some(best_theirs.nanos()));
    Row { name, ours, theirs, unit, better: Better::Lower }
}
