//! What happened last, newest first.

use det::Time;
use sim::{End, Event, EventKind, Says, Timeline};

use crate::say::{Said, say, sent, short};
use crate::told::is_told;
use crate::{FeedRow, Frame, Lens, Pace};

/// While time runs, each new row moves all others, and nobody reads those far below.
const ROWS_RUNNING: usize = 20;

pub(super) fn feed(timeline: &Timeline, lens: &Lens) -> Vec<FeedRow> {
    let rows_max = match lens.pace {
        Pace::Running => ROWS_RUNNING,
        Pace::Standing => Frame::FEED_ROWS,
    };
    let mut rows = Vec::with_capacity(rows_max);
    let mut told = timeline.events().rev().filter(|event| is_told(timeline, event)).peekable();
    while rows.len() < rows_max {
        let Some(event) = told.next() else { break };
        let mut to = Vec::new();
        while let Some(earlier) = told.next_if(|earlier| left_together(event, earlier)) {
            to.extend(receiver(earlier));
        }
        to.reverse();
        to.extend(receiver(event));
        rows.push(row(timeline, event, &to));
    }
    rows
}

/// Whether two messages say the same and left for the same reason.
fn left_together(a: &Event, b: &Event) -> bool {
    match (as_sent(a), as_sent(b)) {
        (Some(a_sent), Some(b_sent)) => a_sent == b_sent && a.cause == b.cause,
        (Some(_) | None, _) => false,
    }
}

fn as_sent(event: &Event) -> Option<(End, &Says)> {
    let EventKind::Sent { from, says, .. } = &event.kind else { return None };
    Some((*from, says))
}

fn receiver(event: &Event) -> Option<End> {
    let EventKind::Sent { to, .. } = &event.kind else { return None };
    Some(*to)
}

/// One line, for an event or for equal messages that left together.
fn row(timeline: &Timeline, event: &Event, to: &[End]) -> FeedRow {
    match as_sent(event) {
        Some((from, says)) => line(event, sent(from, to, says)),
        None => single(timeline, event),
    }
}

/// The line of one event alone.
pub(super) fn single(timeline: &Timeline, event: &Event) -> FeedRow {
    line(event, say(&event.kind, timeline.world()))
}

fn line(event: &Event, said: Said) -> FeedRow {
    let Said { icon, tone, line, caption: _, cite } = said;
    FeedRow {
        event: event.id.0,
        at: event.at.0,
        clock: clock(event.at),
        icon,
        tone,
        text: line,
        cite: short(cite),
        interesting: event.is_interesting(),
        has_cause: event.cause.is_some(),
    }
}

/// `3.482`: seconds and milliseconds.
pub(crate) fn clock(at: Time) -> String {
    let millis = at.0 / 1_000;
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}
