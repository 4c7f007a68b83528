//! The narration of many ranges: one plain sentence for what can happen, in both languages.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of a hundred kinds of events those are named that are worth a sentence of their own"
)]

mod client;
mod core;
pub(super) mod levels;
mod range;
mod reason;
mod sent;
mod sleep;
mod snapshot;
mod store;

use ::store::{EventKind as Told, Outcome, RangeDescriptor};
use sim::ranges::{EventKind, World};

use super::Lens;
use crate::say::{both, plural};
use crate::{Both, Tone};

/// How much an event is worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// There are too many of its kind.
    Silent,
    /// It stands in the feed.
    Told,
    /// It is spoken of while time runs.
    Key,
}

/// What is said of one event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    /// One character.
    pub(super) icon: &'static str,
    /// Its tone.
    pub(super) tone: Tone,
    /// The short sentence of the feed.
    pub(super) line: Both,
    /// The fuller sentence under the stage.
    pub(super) caption: Both,
    /// A word beside its mark on the strip.
    pub(super) mark: Both,
    /// Where it is written, if it is.
    pub(super) cite: &'static str,
}

impl Said {
    /// Said in one sentence, short and full alike.
    fn plain(icon: &'static str, tone: Tone, line: Both) -> Self {
        let caption = line.sentence();
        Self { icon, tone, line, caption, mark: Both::default(), cite: "" }
    }

    fn citing(self, cite: &'static str) -> Self {
        Self { cite, ..self }
    }

    fn told(self, caption: Both) -> Self {
        Self { caption, ..self }
    }

    fn marked(self, mark: Both) -> Self {
        Self { mark, ..self }
    }
}

/// How much an event is worth a look in this run. What happens all the time where nodes write that they
/// live is silent, unless that range is what one looks at.
pub(super) fn weight_in(world: &World, lens: &Lens, kind: &EventKind) -> Weight {
    let EventKind::Store { kind: of_store, .. } = kind else { return weight(kind) };
    let (Told::Evaluated { range, .. }
    | Told::Proposed { range, .. }
    | Told::LogTruncated { range, .. }) = **of_store
    else {
        return weight(kind);
    };
    let holds_liveness = || world.descriptor(range).is_some_and(RangeDescriptor::holds_liveness);
    if lens.selection.range() != Some(range) && holds_liveness() {
        Weight::Silent
    } else {
        weight(kind)
    }
}

/// How much an event is worth a look.
pub(super) fn weight(kind: &EventKind) -> Weight {
    match kind {
        EventKind::Commanded(_)
        | EventKind::Died(_)
        | EventKind::StartFailed { .. }
        | EventKind::Found { .. }
        | EventKind::Restored { .. }
        | EventKind::GaveUp { .. } => Weight::Key,
        EventKind::Lost { .. }
        | EventKind::Asked { .. }
        | EventKind::Routed { .. }
        | EventKind::TimedOut { .. }
        | EventKind::Answered { .. } => Weight::Told,
        // A new lease is spoken of once, where its holder learns of it.
        EventKind::Store { store, kind } => match &**kind {
            Told::LeaseChanged { extends: true, .. } => Weight::Silent,
            Told::LeaseChanged { lease, .. } => {
                let is_holder = lease.holder.is_some_and(|holder| holder.store == *store);
                if is_holder { Weight::Key } else { Weight::Told }
            }
            kind => weight_of(kind),
        },
    }
}

fn weight_of(kind: &Told) -> Weight {
    match kind {
        Told::Split { .. }
        | Told::Ingested { .. }
        | Told::Worked(_)
        | Told::Started { .. }
        | Told::Failed(_)
        | Told::LivenessExpired { .. }
        | Told::LogTruncated { .. }
        | Told::QuiesceRefused { .. }
        | Told::TransferRefused { .. }
        | Told::Quiesced { .. } => Weight::Key,
        Told::Woke { .. }
        | Told::Loaded { .. }
        | Told::Uninitialized { .. }
        | Told::LatchWait { .. }
        | Told::Pushed { .. }
        | Told::Sorted { .. }
        | Told::Evaluated { .. }
        | Told::Proposed { .. }
        | Told::Sideloaded { .. }
        | Told::Purged { .. }
        | Told::StaysAwake { .. }
        | Told::Dropped { .. } => Weight::Told,
        // One heartbeat alone is no more worth a word than if it were not coalesced.
        Told::SentCoalesced { beats: 2.., .. } => Weight::Told,
        Told::Snapshot { what, .. } => snapshot::weight(what),
        Told::Applied { outcome, .. } if *outcome != Outcome::Done => Weight::Told,
        Told::Raft { event, .. } => match **event {
            raft::Event::BecameLeader { .. } => Weight::Key,
            raft::Event::BecameCandidate { .. } | raft::Event::QuorumLost => Weight::Told,
            _ => Weight::Silent,
        },
        _ => Weight::Silent,
    }
}

/// What marks an event on the strip: one character, its tone, a word beside it.
pub(super) fn mark(kind: &EventKind) -> (&'static str, Tone, Both) {
    // Most marks are of this kind, and no word of its sentences is on the strip.
    if let EventKind::Store { kind, .. } = kind
        && let Told::Quiesced { .. } = **kind
    {
        let (icon, tone) = sleep::ASLEEP;
        return (icon, tone, Both::default());
    }
    let said = say(kind);
    (said.icon, said.tone, said.mark)
}

/// Says what happened.
pub(super) fn say(kind: &EventKind) -> Said {
    match kind {
        EventKind::Store { store, kind } => range::say(*store, kind),
        EventKind::Commanded(command) => client::commanded(command),
        EventKind::Restored { pieces, rows } => client::restored(*pieces, *rows),
        EventKind::Died(store) => Said::plain("✕", Tone::Ink, both!("{store} is dead", "{store} 停机"))
            .told(both!(
                "{store} is dead: what was synced stays on its disk. Ranges that it led have no leader now; awake ones notice after an election timeout, sleeping ones when somebody asks for them.",
                "{store} 停机：已落盘的仍在磁盘上。由它领导的 range 现在没有 leader；活跃的在选举超时后发现，静默的等到有请求才发现。"
            )),
        EventKind::StartFailed { store, error } => Said::plain(
            "⚠",
            Tone::Violation,
            both!("{store} cannot start: {error}", "{store} 无法启动：{error}"),
        ),
        EventKind::Lost { from, to, parcels, .. } => {
            let s = plural(*parcels);
            let line = both!(
                "an envelope from {from} to {to} is lost · {parcels} message{s}",
                "{from} 到 {to} 的信封丢失 · {parcels} 条消息"
            );
            Said::plain("✕", Tone::Ink, line)
        }
        EventKind::Asked { request, what } => client::asked(*request, what),
        EventKind::Routed { request, range, to, why } => {
            client::routed(*request, (*range, *to), why.as_ref())
        }
        EventKind::TimedOut { request, store } => client::timed_out(*request, *store),
        EventKind::Answered { request, result } => client::answered(*request, result),
        EventKind::GaveUp { request } => client::gave_up(*request),
        EventKind::Found { .. } => {
            let line = both!("a rule does not hold: see the rules", "有规则不成立：见“规则”");
            Said::plain("⚠", Tone::Violation, line)
        }
    }
}
