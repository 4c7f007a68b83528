//! The space-time diagram.

use serde::Serialize;

use super::Tone;
use crate::Both;

/// The space-time diagram: a window of time, a lane per node.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Strip {
    /// The first moment in sight, microseconds.
    pub from: u64,
    /// The last moment in sight.
    pub to: u64,
    /// The end of what has been run so far in this future.
    pub horizon: u64,
    /// Lanes in order: node numbers.
    pub lanes: Vec<u8>,
    /// Terms as bands behind.
    pub bands: Vec<Band>,
    /// Messages as lines.
    pub lines: Vec<StripLine>,
    /// Interesting moments.
    pub marks: Vec<StripMark>,
    /// Whether lines were left out because there are too many.
    pub truncated: bool,
    /// Forks: where another future leaves this one.
    pub branches: Vec<BranchRow>,
}

/// A term's reign over the diagram.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Microseconds.
    pub from: u64,
    /// Microseconds.
    pub to: u64,
    /// The term.
    pub term: u64,
    /// 0 to 4.
    pub tint: u8,
}

/// A message in the diagram.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StripLine {
    /// The sending lane.
    pub from: u8,
    /// The receiving lane.
    pub to: u8,
    /// Sent, microseconds.
    pub sent: u64,
    /// When it arrives if nothing happens to it, microseconds: where the line aims at.
    pub due: u64,
    /// Arrived or lost, microseconds.
    pub ended: u64,
    /// Its tone.
    pub tone: Tone,
    /// Whether it is an answer.
    pub reply: bool,
    /// Whether it was lost, at `ended`, part of the way.
    pub lost: bool,
}

/// An interesting moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StripMark {
    /// Microseconds.
    pub at: u64,
    /// The event.
    pub event: u64,
    /// The lane; `None` for marks across all of them (a partition, a finding).
    pub lane: Option<u8>,
    /// ◇ election, ■ leader, ● commit, ✕ kill, ↻ restart, ✂ partition, ⚠ finding.
    pub icon: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// A word beside it; empty for most.
    pub label: Both,
}

/// Another future of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchRow {
    /// Its position in the list of futures.
    pub id: usize,
    /// Where it left, microseconds.
    pub fork: u64,
    /// Where it ends, microseconds.
    pub end: u64,
    /// What was done there: its first command, or "as it was".
    pub name: Both,
    /// Whether it is the one on screen.
    pub current: bool,
}
