//! What happened: the feed, and the one sentence under the stage.

use det::Time;
use sim::ranges::Event;

use super::say::{Weight, say, weight, weight_in};
use super::{Lens, Run, Selection, strip};
use crate::picture::clock;
use crate::{Both, Caption, FeedRow, Frame, Pace};

/// While time runs, each new row moves all others, and nobody reads those far below.
const ROWS_RUNNING: usize = 14;
/// Links of the chain of causes that are shown.
const WHY_MAX: usize = 12;

pub(super) fn feed(run: &Run, lens: &Lens) -> Vec<FeedRow> {
    let rows = match lens.pace {
        Pace::Running => ROWS_RUNNING,
        Pace::Standing => Frame::FEED_ROWS,
    };
    let weight = |event: &Event| weight_in(run.world(), lens, &event.kind);
    let told = run.events().rev().filter(|event| Weight::Silent < weight(event));
    told.take(rows).map(row).collect()
}

/// The short sentence of an event.
pub fn told(event: &Event) -> Both {
    say(&event.kind).line
}

fn row(event: &Event) -> FeedRow {
    let said = say(&event.kind);
    FeedRow {
        event: event.id.0,
        at: event.at.0,
        clock: clock(event.at),
        icon: said.icon,
        tone: said.tone,
        interesting: weight(&event.kind) == Weight::Key,
        text: said.line,
        cite: String::new(),
        has_cause: event.cause.is_some(),
    }
}

pub(super) fn caption(run: &Run, lens: &Lens) -> Caption {
    let Some(event) = subject(run, lens).filter(|event| Time::ZERO < event.at) else {
        return Caption { text: strip::opening(run), ..Caption::default() };
    };
    let said = say(&event.kind);
    Caption {
        event: Some(event.id.0),
        text: said.caption,
        cite: said.cite.to_owned(),
        why: why(run, event),
    }
}

/// The event that the caption speaks of.
fn subject<'a>(run: &'a Run, lens: &Lens) -> Option<&'a Event> {
    if let Selection::Event(selected) = lens.selection
        && let Some(event) = run.event(selected)
    {
        return Some(event);
    }
    let told =
        |least: Weight| move |event: &&Event| least <= weight_in(run.world(), lens, &event.kind);
    match lens.pace {
        Pace::Running => run.events().rev().find(told(Weight::Key)),
        Pace::Standing => run.events().rev().find(told(Weight::Told)),
    }
}

/// From an event back to its first cause that is still known.
fn why(run: &Run, event: &Event) -> Vec<FeedRow> {
    std::iter::successors(Some(event), |event| run.event(event.cause?))
        .take(WHY_MAX)
        .map(row)
        .collect()
}
