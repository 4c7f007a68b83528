//! The space-time diagram: a window of time, a lane per node, messages as lines between them.

use det::{Span, Time};
use sim::{
    Branch, End, Event, EventId, EventKind, Mark, MarkKind, MessageId, NodeId, Run, Timeline,
};

use super::insert_by;
use super::log::tint;
use crate::look::{is_reply, tone};
use crate::say::{both, command_line};
use crate::{Band, Both, BranchRow, Lens, Strip, StripLine, StripMark, Tone};

/// Lines that a diagram shows: more could not be told apart.
const LINES_MAX: usize = 400;
/// The window moves on by this part of its width, so that it does not move with every frame.
const PARTS: u64 = 8;
/// Parts of the window that lie before now.
const PARTS_BEFORE: u64 = 6;

pub(super) fn strip(timeline: &Timeline, lens: &Lens) -> Strip {
    let (from, to) = window(timeline.now(), lens.window);
    let (lines, truncated) = lines(timeline, from);
    Strip {
        from: from.0,
        to: to.0,
        horizon: timeline.horizon().0,
        lanes: timeline.world().nodes().iter().map(|node| node.id().0).collect(),
        bands: bands(timeline, from, to),
        lines,
        marks: marks(timeline, from, to),
        truncated,
        branches: branches(timeline, command_line),
    }
}

/// The window around a moment. It stands still until the moment comes near its end.
pub(crate) fn window(now: Time, width: Span) -> (Time, Time) {
    let part = (width.0 / PARTS).max(1);
    let first = (now.0 / part).saturating_sub(PARTS_BEFORE) * part;
    (Time(first), Time(first + part * PARTS))
}

/// The end of a message whose beginning is still to be found.
struct Ending {
    sent_by: EventId,
    at: Time,
    lost: bool,
}

/// Messages that were under way within the window, the latest ones if there are too many.
fn lines(timeline: &Timeline, from: Time) -> (Vec<StripLine>, bool) {
    let mut ends: Vec<Ending> = Vec::new();
    for flight in timeline.world().flights() {
        let sent_by = EventId(flight.message.0);
        let end = Ending { sent_by, at: flight.ends_at(), lost: flight.lost.is_some() };
        insert_by(&mut ends, end, |end| end.sent_by);
    }
    let mut lines = Vec::new();
    for event in timeline.events().rev() {
        if lines.len() == LINES_MAX || (event.at < from && ends.is_empty()) {
            break;
        }
        if let Some(end) = end_of(event).filter(|_| from <= event.at) {
            insert_by(&mut ends, end, |end| end.sent_by);
        }
        // Going back in time, the message that was sent last is met first.
        if let Some(end) = ends.pop_if(|end| end.sent_by == event.id) {
            lines.extend(line(event, &end));
        }
    }
    lines.reverse();
    let truncated = lines.len() == LINES_MAX;
    (lines, truncated)
}

/// The end of a message, if this event is one.
fn end_of(event: &Event) -> Option<Ending> {
    let end = |message: MessageId, lost| Ending { sent_by: EventId(message.0), at: event.at, lost };
    if let EventKind::Delivered { message, .. } = &event.kind {
        return Some(end(*message, false));
    }
    let EventKind::Lost { message, .. } = &event.kind else { return None };
    Some(end(*message, true))
}

/// The line of a message between nodes; clients have no lane.
fn line(event: &Event, end: &Ending) -> Option<StripLine> {
    let EventKind::Sent { from: End::Node(from), to: End::Node(to), says, due } = &event.kind
    else {
        return None;
    };
    Some(StripLine {
        from: from.0,
        to: to.0,
        sent: event.at.0,
        due: due.0,
        ended: end.at.0,
        tone: tone(says),
        reply: is_reply(says),
        lost: end.lost,
    })
}

/// The reigns of terms: each from the campaign of its leader to the campaign of the next one.
fn bands(timeline: &Timeline, from: Time, to: Time) -> Vec<Band> {
    let mut campaigns: Vec<(NodeId, Time)> = Vec::new();
    let mut bands: Vec<Band> = Vec::new();
    for mark in timeline.marks() {
        match mark.kind {
            MarkKind::Campaign(node) => campaigns.push((node, mark.at)),
            MarkKind::Leader { node, term } => {
                let campaign = campaigns.iter().rev().find(|(candidate, _)| *candidate == node);
                let start = campaign.map_or(mark.at, |(_, at)| *at).0;
                campaigns.clear();
                if let Some(before) = bands.last_mut() {
                    before.to = start;
                }
                bands.push(Band { from: start, to: u64::MAX, term: term.0, tint: tint(term.0) });
            }
            MarkKind::Kill(_)
            | MarkKind::Restart(_)
            | MarkKind::Cut
            | MarkKind::Heal
            | MarkKind::Command
            | MarkKind::Finding => {}
        }
    }
    bands.retain(|band| from.0 < band.to && band.from < to.0);
    for band in &mut bands {
        (band.from, band.to) = (band.from.max(from.0), band.to.min(to.0));
    }
    bands
}

/// Interesting moments: those that the run keeps, and the commits of the events at hand.
fn marks(timeline: &Timeline, from: Time, to: Time) -> Vec<StripMark> {
    let kept = timeline.marks();
    let kept = &kept[kept.partition_point(|mark| mark.at < from)..];
    let mut marks: Vec<StripMark> =
        kept.iter().take_while(|mark| mark.at < to).map(|m| mark(timeline, m)).collect();
    for event in timeline.events().rev().take_while(|event| from <= event.at) {
        if let Some(commit) = commit(event) {
            insert_by(&mut marks, commit, |mark| mark.event);
        }
    }
    marks
}

fn commit(event: &Event) -> Option<StripMark> {
    let EventKind::Committed { node, holders: 1.., .. } = &event.kind else { return None };
    Some(StripMark {
        at: event.at.0,
        event: event.id.0,
        lane: Some(node.0),
        icon: "●",
        tone: Tone::Truth,
        label: Both::default(),
    })
}

fn mark(timeline: &Timeline, mark: &Mark) -> StripMark {
    let none = Both::default();
    let (lane, icon, tone, label) = match mark.kind {
        MarkKind::Campaign(node) => (Some(node), "◇", Tone::Election, none),
        MarkKind::Leader { node, term } => {
            (Some(node), "■", Tone::Lead, both!("term {term}", "term {term}"))
        }
        MarkKind::Kill(node) => (Some(node), "✕", Tone::Ink, none),
        MarkKind::Restart(node) => (Some(node), "↻", Tone::Ink, none),
        MarkKind::Cut => (None, "✂", Tone::Ink, both!("partition", "分区")),
        MarkKind::Heal => (None, "↔", Tone::Ink, both!("heal", "恢复")),
        MarkKind::Command => (None, "○", Tone::Ink, command_at(timeline, mark)),
        MarkKind::Finding => (None, "⚠", Tone::Violation, both!("rule broken", "规则不成立")),
    };
    StripMark {
        at: mark.at.0,
        event: mark.event.0,
        lane: lane.map(|node| node.0),
        icon,
        tone,
        label,
    }
}

/// The command of a mark, as far as its event is at hand.
fn command_at(timeline: &Timeline, mark: &Mark) -> Both {
    match timeline.event(mark.event).map(|event| &event.kind) {
        Some(EventKind::Commanded(command)) => command_line(command),
        _ => Both::default(),
    }
}

/// The futures of a run; `line` names the command that a future begins with.
pub(crate) fn branches<W: Run>(
    timeline: &Timeline<W>,
    line: impl Fn(&W::Command) -> Both,
) -> Vec<BranchRow> {
    let current = timeline.current_branch();
    let row = |(id, branch): (usize, &Branch<W>)| {
        let current = id == current;
        let end = if current { timeline.horizon() } else { branch.end };
        let name = branch.first.as_ref().map_or_else(|| both!("as it was", "原来的进程"), &line);
        BranchRow { id, fork: branch.fork.0, end: end.0, name, current }
    };
    timeline.branches().iter().enumerate().map(row).collect()
}
