//! The narration: one plain sentence for everything that can happen, in both languages.
//!
//! Protocol terms (leader, term, AppendEntries, commit) stay English inside Chinese, as in the
//! course's slides. A sentence that exists in one language only does not compile: both come from one macro.

mod client;
mod command;
mod core;
mod finding;
pub(crate) mod looped;
mod message;
mod node;
mod refusal;
mod rpc;

use raft::Cite;
use sim::{End, EventKind, World};

use crate::{Both, Tone};

pub(crate) use command::line as command_line;
pub use finding::contradiction;
pub(crate) use message::{Route, asked, noun};
pub use refusal::refusal;

/// Formats one sentence in both languages.
macro_rules! both {
    ($en:literal, $zh:literal) => {
        $crate::apart(|| $crate::Both::written(::std::format_args!($en), ::std::format_args!($zh)))
    };
}
pub(crate) use both;

/// The end of an English noun that is counted.
pub(crate) fn plural<T: Copy + PartialEq + From<u8>>(count: T) -> &'static str {
    if count == T::from(1) { "" } else { "s" }
}

/// What is said of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// One character.
    pub icon: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// The short sentence of the feed.
    pub line: Both,
    /// The fuller sentence under the stage.
    pub caption: Both,
    /// Where it is written, if it is.
    pub cite: Option<Cite>,
}

/// As the feed has it: `§5.3`; empty where the literature says nothing.
pub(crate) fn short(cite: Option<Cite>) -> String {
    match cite {
        None => String::new(),
        Some(Cite::Raft(section)) => format!("§{section}"),
        Some(place @ (Cite::Thesis(_) | Cite::Figure(_))) => place.to_string(),
    }
}

/// As the caption has it: `Raft §5.3`.
pub(crate) fn long(cite: Option<Cite>) -> String {
    match cite {
        None => String::new(),
        Some(place @ Cite::Figure(_)) => format!("Raft {place}"),
        Some(place @ (Cite::Raft(_) | Cite::Thesis(_))) => place.to_string(),
    }
}

/// Says what happened in this world.
pub fn say(kind: &EventKind, world: &World) -> Said {
    match kind {
        EventKind::Commanded(command) => command::say(command),
        EventKind::Started { node, last } => node::started(*node, *last),
        EventKind::Died { node, forgotten, unsent } => node::died(*node, *forgotten, *unsent),
        EventKind::Loop { node, step, handed } => looped::done(*node, *step, handed),
        EventKind::TimerFired { node, timer } => node::timer(*node, *timer),
        EventKind::Sent { from, to, says, due: _ } => sent(*from, &[*to], says),
        EventKind::Delivered { message: _, from, to, says } => message::delivered(*from, *to, says),
        EventKind::Lost { message: _, from, to, says, why } => {
            message::lost(*from, *to, says, *why)
        }
        EventKind::Written { node, first, last, replaces } => {
            node::written(*node, *first, *last, *replaces)
        }
        EventKind::Synced { node, last } => node::synced(*node, *last),
        EventKind::Compacted { node, last, bytes } => node::compacted(*node, *last, *bytes),
        EventKind::Installed { node, last } => node::installed(*node, *last),
        EventKind::Served { node, key, index } => node::served(*node, key, *index),
        EventKind::Committed { node, term: _, from, to, holders, voters } => {
            node::committed(*node, (*from, *to), (*holders, *voters))
        }
        EventKind::Applied { node, entry, effect } => node::applied(*node, *entry, effect),
        EventKind::Redirected { node, leader } => client::redirected(*node, *leader),
        EventKind::Answered { client, serial, value } => {
            client::answered(*client, *serial, value.as_deref())
        }
        EventKind::TimedOut { client, serial, next } => client::timed_out(*client, *serial, *next),
        EventKind::Found { finding } => finding::found(world.findings().get(*finding)),
        EventKind::Raft { node, event } => core::say(*node, event),
    }
}

/// Says that one message left for several receivers: equal messages of one moment are told together.
pub fn sent(from: End, to: &[End], says: &sim::Says) -> Said {
    message::sent(Route { from, to }, says)
}
