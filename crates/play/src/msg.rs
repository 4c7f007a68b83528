//! Everything that can happen to the playground: one enum, one door.

use det::{Span, Time};
use sim::{Command, EventId};
use view::{Lang, Selection};

/// How fast virtual time runs: the ladder of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Speed {
    /// One second of virtual time takes so many seconds: 1000, 300, 100, 30, 10, 3 or 1.
    OneIn(u32),
    /// As fast as the machine can within its share of each frame.
    Max,
}

impl Speed {
    /// The rungs of the ladder, slowest first.
    pub const LADDER: [Self; 8] = [
        Self::OneIn(1_000),
        Self::OneIn(300),
        Self::OneIn(100),
        Self::OneIn(30),
        Self::OneIn(10),
        Self::OneIn(3),
        Self::OneIn(1),
        Self::Max,
    ];
}

/// One thing that happened at the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Wall-clock time went by while playing.
    Elapsed {
        /// How much.
        wall: Span,
    },
    /// Play or stop.
    Play,
    /// Stop.
    Pause,
    /// One or the other.
    Toggle,
    /// A rung of the ladder.
    SetSpeed(Speed),
    /// The next rung up.
    Faster,
    /// The next rung down.
    Slower,
    /// One visible event forward.
    Step,
    /// To the next step of the loop under the microscope.
    SubStep,
    /// One visible event back.
    Back,
    /// To the next interesting event.
    NextInteresting,
    /// To the interesting event before.
    PreviousInteresting,
    /// To a moment.
    Seek(Time),
    /// To an event.
    SeekEvent(EventId),
    /// To the start.
    Home,
    /// To the end of what has been run.
    End,
    /// Do something to the run, now.
    Do(Command),
    /// A line typed in the command bar: a command, or a word of the playground (`play`, `seek 3s`, `new nodes=3 seed=7`).
    Line(String),
    /// Replace the run by this script.
    Script(String),
    /// Replace the run by this link's fragment.
    Open(String),
    /// A file that was dropped or chosen: of etcd's grammar, or a script.
    File {
        /// Its name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Back from the file to the run.
    CloseFile,
    /// Start afresh with this many nodes and this seed.
    New {
        /// Nodes.
        nodes: u8,
        /// Seed.
        seed: u64,
    },
    /// Show another future.
    SwitchBranch(usize),
    /// Forget another future.
    DropBranch(usize),
    /// Select something.
    Select(Selection),
    /// Go on after a finding.
    Acknowledge,
    /// Put away the notice.
    Dismiss,
    /// Speak another language.
    SetLang(Lang),
    /// Move the window of the log table: the first index in sight; `None` follows the end.
    ScrollLog(Option<u64>),
}

/// What the page has to do after an update; everything else shows in the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// One sentence for the person: what was refused and why, or what was done.
    Notice {
        /// In both languages.
        text: view::Both,
        /// Whether something was refused.
        refused: bool,
    },
    /// Put this on the clipboard and in the address bar: the link of the run at this moment.
    Link(String),
}
