//! From where a person looks: what the picture depends on besides the run.

use det::Span;
use sim::{EventId, MessageId, NodeId};

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// A node.
    Node(NodeId),
    /// A message in flight.
    Message(MessageId),
    /// An event of the feed.
    Event(EventId),
}

/// How closely the caption and the feed follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pace {
    /// Time runs: only interesting events get a caption, and the feed is short.
    #[default]
    Running,
    /// Time stands: the caption tells the last thing that happened, the feed all it holds.
    Standing,
}

/// From where a person looks at a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lens {
    /// What is selected.
    pub selection: Selection,
    /// Whether time runs.
    pub pace: Pace,
    /// The first index of the log table; `None` follows the end.
    pub log_first: Option<u64>,
    /// Columns of the log table.
    pub log_columns: usize,
    /// How much virtual time the space-time diagram shows.
    pub window: Span,
    /// For how much virtual time a lost message is still seen.
    pub fade: Span,
}

impl Default for Lens {
    fn default() -> Self {
        Self {
            selection: Selection::None,
            pace: Pace::Standing,
            log_first: None,
            log_columns: 10,
            window: Span::millis(400),
            fade: Span::millis(4),
        }
    }
}
