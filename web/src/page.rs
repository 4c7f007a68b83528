//! What the page itself remembers, and everything that can happen at it: one enum, one door.

use std::collections::BTreeSet;

use play::{Msg, Note};
use sim::{Command, MessageId, NodeId};
use view::Both;
use yew::Callback;

use crate::console::Console;
use crate::cut::Line;
use crate::ring::Point;

/// One thing that happened at the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PageMsg {
    /// Something for the playground.
    Play(Msg),
    /// The playground was told something through the JavaScript door, and had this to say.
    Told(Vec<Note>),
    /// An animation frame, at so many milliseconds.
    Frame(f64),
    /// After an animation frame: the next part of the page follows the run.
    Turn,
    /// The page changed its size, its colours or its visibility.
    Fit,
    /// Show another tab.
    Tab(Tab),
    /// Open a panel, or close it if it is open.
    Panel(Panel),
    /// Unfold what has no room in the bar of a phone, or fold it.
    More,
    /// The pointer or the keyboard chose a node.
    Choose(NodeId),
    /// Open the actions of a node.
    Menu(NodeId),
    /// A key that acts on the selected node or message.
    Act(Act),
    /// The pointer went down on the empty stage.
    Press(Point),
    /// It moved, while down.
    Drag(Point),
    /// It went up.
    Release,
    /// Start to partition by picking nodes.
    Pick,
    /// Partition what was picked.
    PickDone,
    /// Another text in the command line.
    Draft(String),
    /// Another text in the command line, to be completed by the person.
    Complete(String),
    /// Run the command line.
    Submit,
    /// An older line of the command line, or a newer one.
    Recall(Recall),
    /// To the command line.
    Type,
    /// The next colours.
    Theme,
    /// The other language.
    Language,
    /// Open or close the chain of causes.
    Why,
    /// A file was dropped on the page, or chosen.
    Read(web_sys::File),
    /// Copy the link.
    Share,
    /// The link is on the clipboard, or only in the address bar.
    Shared {
        /// Whether the clipboard has it.
        copied: bool,
    },
    /// Put the notice away.
    Hush,
    /// Close what is open, cancel what is under way.
    Escape,
}

/// What a key does to the selected thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Kill it with this disk, or restart it if it is dead.
    KillOrRestart(sim::DiskFate),
    /// Its election timer fires.
    Campaign,
    /// The leader hands over to it.
    Transfer,
    /// Its applied log becomes a snapshot.
    Compact,
    /// Lose the message.
    Drop,
    /// Let a copy arrive too.
    Duplicate,
    /// Hold it, or release it if it is held.
    Hold,
    /// Let it arrive later.
    Delay,
}

/// Which way through the history of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recall {
    Older,
    Newer,
}

/// The tabs under the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Events,
    Coming,
    Inspect,
    Ready,
    Rules,
    Futures,
    /// Only while a file is open.
    File,
}

impl Tab {
    pub(crate) const ALL: [Self; 7] = [
        Self::Events,
        Self::File,
        Self::Coming,
        Self::Inspect,
        Self::Ready,
        Self::Rules,
        Self::Futures,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Coming => "coming",
            Self::Inspect => "inspect",
            Self::Ready => "ready",
            Self::Rules => "rules",
            Self::Futures => "futures",
            Self::File => "file",
        }
    }
}

/// Panels that open beside the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Help,
    Script,
    NewRun,
    /// Only on the page of ranges.
    Scenes,
    /// Only on the page of ranges: the switches that a run can be compared by.
    Compare,
}

/// The colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    /// The attribute of the root element.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// One sentence for the person.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub(crate) text: Both,
    pub(crate) refused: bool,
}

/// The line across the stage.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) line: Line,
    /// Whether the pointer is still down.
    pub(crate) drawing: bool,
    /// What was under the pointer when it went down.
    pub(crate) aim: Aim,
}

/// What lies under the pointer on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// A message in flight.
    Message(u64),
    /// The gap of a cut link.
    Gap(u8, u8),
    /// Nothing.
    Empty,
}

/// What the page remembers until it is closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) tab: Tab,
    pub(crate) panel: Option<Panel>,
    /// Whether what has no room in the bar of a phone is unfolded.
    pub(crate) more: bool,
    /// The node whose actions are open.
    pub(crate) menu: Option<NodeId>,
    pub(crate) theme: Theme,
    pub(crate) drawn: Option<Drawn>,
    /// The nodes picked for one side of a partition.
    pub(crate) picks: Option<BTreeSet<u8>>,
    pub(crate) notice: Option<Notice>,
    pub(crate) console: Console,
    pub(crate) why: bool,
    /// How many findings the person has put away.
    pub(crate) seen: usize,
}

impl Page {
    /// Chooses a node while picking: in or out.
    pub(crate) fn pick(&mut self, node: NodeId) -> bool {
        let Some(picks) = &mut self.picks else { return false };
        if !picks.remove(&node.0) {
            picks.insert(node.0);
        }
        true
    }

    /// The partition that was picked; `None` if one side is empty.
    pub(crate) fn picked(&mut self, nodes: usize) -> Option<Command> {
        let picks = self.picks.take()?;
        let split = !picks.is_empty() && picks.len() < nodes;
        split.then(|| Command::Partition(vec![picks.into_iter().map(NodeId).collect()]))
    }

    /// Closes the innermost thing that is open; whether there was one.
    pub(crate) fn escape(&mut self) -> bool {
        if self.drawn.as_ref().is_some_and(|drawn| drawn.drawing) {
            self.drawn = None;
        } else if self.menu.is_some() {
            self.menu = None;
        } else if self.picks.is_some() {
            self.picks = None;
        } else if self.panel.is_some() {
            self.panel = None;
        } else if self.why {
            self.why = false;
        } else if self.notice.is_some() {
            self.notice = None;
        } else {
            return false;
        }
        true
    }
}

impl From<Msg> for PageMsg {
    fn from(msg: Msg) -> Self {
        Self::Play(msg)
    }
}

impl From<Command> for PageMsg {
    fn from(command: Command) -> Self {
        Self::Play(Msg::Do(command))
    }
}

/// What a button for this script line does: run it, or let the person complete it.
pub(crate) fn run(line: &str) -> PageMsg {
    if line.ends_with(' ') {
        PageMsg::Complete(line.to_owned())
    } else {
        Msg::Line(line.to_owned()).into()
    }
}

/// Selecting a message.
pub(crate) fn select_message(message: u64) -> PageMsg {
    Msg::Select(play::Selection::Message(MessageId(message))).into()
}

/// A handler that sends the same message each time.
pub(crate) fn send<E>(on_msg: &Callback<PageMsg>, msg: impl Into<PageMsg>) -> Callback<E> {
    let (on_msg, msg) = (on_msg.clone(), msg.into());
    Callback::from(move |_| on_msg.emit(msg.clone()))
}

/// A handler that looks at what happened and may send a message.
pub(crate) fn heed<E: 'static>(
    on_msg: &Callback<PageMsg>,
    look: impl Fn(E) -> Option<PageMsg> + 'static,
) -> Callback<E> {
    let on_msg = on_msg.clone();
    Callback::from(move |event| {
        if let Some(msg) = look(event) {
            on_msg.emit(msg);
        }
    })
}
