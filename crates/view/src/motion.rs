//! What moves with each animation frame: a pure function of virtual time.

use serde::Serialize;
use sim::End;

use crate::Tone;

/// Everything that is painted afresh in each frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Motion {
    /// Now, microseconds.
    pub now: u64,
    /// Messages in flight, oldest first.
    pub flights: Vec<Dot>,
    /// Messages lost a moment ago, fading.
    pub splashes: Vec<Splash>,
    /// Election timers, one per node that has one running.
    pub arcs: Vec<TimerArc>,
}

/// The shape of a message: one per kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// ◇ votes.
    Vote,
    /// ▭ appends, with the count of entries inside.
    Append,
    /// • heartbeats.
    Heartbeat,
    /// ▰ snapshots.
    Snapshot,
    /// △ transfers and other control.
    Control,
    /// ○ client requests.
    Client,
}

/// Yes or no, where an answer says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// ✓.
    Yes,
    /// ✕.
    No,
}

/// One message in flight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dot {
    /// Its id, for `drop m12`.
    pub message: u64,
    /// From where.
    pub from: End,
    /// To where.
    pub to: End,
    /// 0 as it leaves, 1 as it arrives: `(now - sent) / (due - sent)`. A message that will be lost
    /// ends part of the way, at the value that [`Dot::end`] names.
    pub progress: f32,
    /// Where it ends: 1, or less if it will be lost.
    pub end: f32,
    /// Its shape.
    pub shape: Shape,
    /// Its tone.
    pub tone: Tone,
    /// Filled requests, hollow replies.
    pub reply: bool,
    /// What an answer says.
    pub verdict: Option<Verdict>,
    /// How many entries; 0 shows none.
    pub count: u32,
    /// Held by a person.
    pub held: bool,
    /// A copy made by a person.
    pub copy: bool,
    /// Selected by a person.
    pub selected: bool,
}

/// Where a message was lost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Splash {
    /// From where.
    pub from: End,
    /// To where.
    pub to: End,
    /// How far it came, 0 to 1.
    pub progress: f32,
    /// 0 fresh, 1 gone.
    pub age: f32,
}

/// One election timer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimerArc {
    /// The node's number.
    pub node: u8,
    /// What is left, as a part of the longest possible timeout: one scale for all nodes.
    pub left: f32,
    /// Where the drawn timeout started, on the same scale.
    pub total: f32,
    /// Stands still: the node is paused.
    pub frozen: bool,
}
