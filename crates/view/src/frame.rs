//! What there is to see, as plain data. The page draws this and nothing else.

use std::rc::Rc;

use serde::Serialize;

use crate::Both;

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
    /// The part's letter and the term: `L T3`.
    pub badge: String,
    /// Entries before this index are in a snapshot; 0 or 1 if none are.
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

/// What is selected, opened up.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Inspector {
    /// "n4" or "m123"; empty if nothing is selected.
    pub title: String,
    /// What it is, in words: "leader of term 3".
    pub what: Both,
    /// Facts, in groups.
    pub groups: Vec<FactGroup>,
    /// What can be done with it now.
    pub actions: Vec<Action>,
}

/// Facts that belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactGroup {
    /// "durable", "volatile", "leader's view".
    pub title: Both,
    /// Name and value.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// What it is called.
    pub name: Both,
    /// Its value.
    pub value: String,
    /// Whether it changed with the last event.
    pub changed: bool,
}

/// Something a person can do: a button, a key and a script line with the same word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// `kill`.
    pub word: &'static str,
    /// What the button says.
    pub label: Both,
    /// The script line that it runs: `kill n4`. Ends in a space if the person has to complete it.
    pub line: String,
    /// The key, if there is one: `X`.
    pub key: &'static str,
    /// Why it cannot be done now; empty if it can.
    pub refused: Both,
}

/// One invariant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lamp {
    /// 1 to 14.
    pub number: u8,
    /// "Election Safety".
    pub name: Both,
    /// What must hold.
    pub statement: Both,
    /// How often it was checked.
    pub checks: u64,
    /// What contradicts it, if something does.
    pub findings: Vec<FindingRow>,
}

/// One broken invariant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingRow {
    /// Where: seek here to see it.
    pub event: u64,
    /// Microseconds.
    pub at: u64,
    /// The two facts that contradict each other.
    pub text: Both,
}

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
