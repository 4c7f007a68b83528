//! What there is to see, as plain data. The page draws this and nothing else.

mod detail;
mod file;
mod log;
mod microscope;
mod strip;

use std::rc::Rc;

use serde::Serialize;

use crate::Both;

pub use detail::{Action, Fact, FactGroup, FindingRow, Inspector, Lamp};
pub use file::{FileLine, FileSheet};
pub use log::{LogCell, LogRow, LogTable};
pub use microscope::{LoopBox, Microscope};
pub use strip::{Band, BranchRow, Strip, StripLine, StripMark};

/// One picture of the playground. Parts are shared: an unchanged part is the same pointer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// The line at the top.
    pub head: Rc<Head>,
    /// The nodes of the ring, in id order.
    pub nodes: Rc<Vec<NodeCard>>,
    /// Links that differ from a healthy one.
    pub links: Rc<Vec<LinkMark>>,
    /// The client chips.
    pub clients: Rc<Vec<ClientChip>>,
    /// The logs, aligned by index.
    pub log: Rc<LogTable>,
    /// What happened last, newest first, at most [`Frame::FEED_ROWS`].
    pub feed: Rc<Vec<FeedRow>>,
    /// What is armed or in flight, soonest first, at most [`Frame::NEXT_ROWS`].
    pub next: Rc<Vec<NextRow>>,
    /// The one sentence under the stage.
    pub caption: Rc<Caption>,
    /// What is selected, opened up.
    pub inspector: Rc<Inspector>,
    /// The file that is played in place of the run.
    pub file: Rc<FileSheet>,
    /// The invariants and how often each was checked.
    pub lamps: Rc<Vec<Lamp>>,
    /// The space-time diagram along the bottom.
    pub strip: Rc<Strip>,
}

impl Frame {
    /// Rows of the feed that are kept in the page.
    pub const FEED_ROWS: usize = 60;
    /// Rows of the list of what comes next.
    pub const NEXT_ROWS: usize = 12;
}

/// The line at the top.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Head {
    /// The highest term in sight.
    pub term: u64,
    /// The leader of that term, if there is one: `n4`.
    pub leader: Option<String>,
    /// Nodes that run.
    pub up: usize,
    /// Nodes.
    pub nodes: usize,
    /// Invariants that hold.
    pub rules_hold: usize,
    /// Invariants that do not.
    pub rules_broken: usize,
    /// "term 3 · leader n4 · 5/5 up".
    pub summary: Both,
    /// "9 rules hold", or "2 rules broken".
    pub rules: Both,
    /// A rule that is broken on purpose, as a watermark; empty if none.
    pub broken: Both,
}

/// A node's part in the picture; decides shape, letter and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// ○ F.
    Follower,
    /// ◇ dashed, P.
    PreCandidate,
    /// ◇ C.
    Candidate,
    /// ■ with an outer ring, L.
    Leader,
    /// ○ hatched, ✕.
    Stopped,
    /// Stands still, ‖.
    Paused,
}

/// How a node counts in the group, as the leader knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// It votes; there is no joint configuration.
    #[default]
    Voter,
    /// It votes in both halves of a joint configuration.
    Both,
    /// It votes in the new half only.
    New,
    /// It votes in the old half only.
    Old,
    /// It gets the log and does not vote.
    Learner,
    /// It is no member.
    Outsider,
}

impl Counts {
    /// The mark that stands at the node; empty for a plain voter.
    pub fn label(self) -> crate::Label {
        match self {
            Self::Voter => crate::Label { en: "", zh: "" },
            Self::Both => crate::Label { en: "old + new", zh: "old + new" },
            Self::New => crate::Label { en: "new", zh: "new" },
            Self::Old => crate::Label { en: "old", zh: "old" },
            Self::Learner => crate::Label { en: "learner", zh: "learner" },
            Self::Outsider => crate::Label { en: "no member", zh: "非成员" },
        }
    }

    /// Its name for the style sheet.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voter => "voter",
            Self::Both => "both",
            Self::New => "new",
            Self::Old => "old",
            Self::Learner => "learner",
            Self::Outsider => "outsider",
        }
    }
}

/// A vote as a candidate knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VoteDot {
    /// Not heard yet.
    Unknown,
    /// A grant is on its way.
    Coming,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
}

/// One node of the ring.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeCard {
    /// Its number.
    pub id: u8,
    /// `n4`.
    pub name: String,
    /// Its part.
    pub part: Part,
    /// How it counts.
    pub counts: Counts,
    /// Under the microscope: the step of its loop that was done last; empty otherwise.
    pub step: Both,
    /// Its term.
    pub term: u64,
    /// Whether it is a leader whose term is over without its knowing.
    pub stale: bool,
    /// Peers' votes in ring order, for a (pre-)candidate; its own included.
    pub votes: Vec<(u8, VoteDot)>,
    /// A short look at its state machine: `x=7`; empty if there is nothing.
    pub value: String,
    /// Two syllables that name its state machine's state: equal states, equal words.
    pub hash: String,
    /// Whether a person selected it.
    pub selected: bool,
    /// What a screen reader says: "n4, leader, term 3, commit 8".
    pub spoken: Both,
}

/// A link that is cut, lossy or slow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkMark {
    /// The smaller node.
    pub a: u8,
    /// The larger node.
    pub b: u8,
    /// Whether a to b is cut.
    pub cut_ab: bool,
    /// Whether b to a is cut.
    pub cut_ba: bool,
    /// Lost messages in a million, the worse direction.
    pub loss_per_million: u32,
}

/// A client beside the ring.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientChip {
    /// `c1`.
    pub name: String,
    /// Its number.
    pub id: u16,
    /// "put x 7, asking n2", or "idle".
    pub doing: Both,
    /// Whether it waits for an answer.
    pub waiting: bool,
    /// The node it asks, if any.
    pub asking: Option<u8>,
}

/// The tone of a row, a message or a mark: one meaning, one hue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Leadership and replication.
    Lead,
    /// Elections.
    Election,
    /// Heartbeats and other idling.
    Idle,
    /// Snapshots.
    Bulk,
    /// Committed and applied.
    Truth,
    /// A broken invariant; nothing else.
    Violation,
    /// What people do, cuts and losses.
    Ink,
}

/// One line of the feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedRow {
    /// The event.
    pub event: u64,
    /// Microseconds.
    pub at: u64,
    /// `3.482`: seconds.
    pub clock: String,
    /// One character.
    pub icon: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// One plain sentence.
    pub text: Both,
    /// `§5.3`; empty where the paper says nothing.
    pub cite: String,
    /// Whether it is one of the interesting kinds.
    pub interesting: bool,
    /// Whether its cause is known, so that "why?" has an answer.
    pub has_cause: bool,
}

/// One line of what comes next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextRow {
    /// Microseconds from now.
    pub wait: u64,
    /// `+12.3 ms`.
    pub clock: String,
    /// "n3's election timer fires".
    pub text: Both,
    /// The message, if it is one: it can be dropped or delayed from here.
    pub message: Option<u64>,
}

/// The one sentence under the stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Caption {
    /// The event it speaks of.
    pub event: Option<u64>,
    /// The sentence.
    pub text: Both,
    /// `Raft §5.3`; empty where the paper says nothing.
    pub cite: String,
    /// The chain of causes, from the event back to its first cause: rows of the feed's form.
    pub why: Vec<FeedRow>,
}
