//! The log table.

use serde::Serialize;

use super::{Counts, Part};
use crate::Both;

/// The logs of all nodes, aligned by index.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LogTable {
    /// The index of the first column.
    pub first: u64,
    /// How many columns.
    pub columns: usize,
    /// The largest index of any log.
    pub last: u64,
    /// One row per node.
    pub rows: Vec<LogRow>,
    /// Who counts in which half of the majority; empty while all nodes simply vote.
    pub members: Both,
    /// Whose next and match marks are shown: "index / term, ● match, ▲ next as n4 sees them".
    pub legend: Both,
}

/// One node's log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogRow {
    /// The node.
    pub node: u8,
    /// `n4`.
    pub name: String,
    /// Its part.
    pub part: Part,
    /// How it counts where not all nodes simply vote.
    pub counts: Counts,
    /// The part's letter and the term: `L T3`.
    pub badge: String,
    /// Entries up to this index are in a snapshot; 0 if there is none.
    pub compacted: u64,
    /// One cell per column; `None` where the log has ended.
    pub cells: Vec<Option<LogCell>>,
    /// Commit index.
    pub commit: u64,
    /// Applied index.
    pub applied: u64,
    /// The leader's match for this node.
    pub matched: Option<u64>,
    /// The leader's next for this node.
    pub next: Option<u64>,
    /// P(robe), R(eplicate) or S(napshot), and the window, as the leader sees it.
    pub progress: Option<String>,
}

/// One entry in one log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogCell {
    /// Its index.
    pub index: u64,
    /// Its term.
    pub term: u64,
    /// 0 to 4: the tint of its term.
    pub tint: u8,
    /// `x=1`, `get x`, `∅`.
    pub text: String,
    /// On disk.
    pub durable: bool,
    /// Known committed by this node.
    pub committed: bool,
    /// Applied by this node.
    pub applied: bool,
    /// Contradicts what a majority has committed or the current leader's log: it will be overwritten.
    pub doomed: bool,
}
