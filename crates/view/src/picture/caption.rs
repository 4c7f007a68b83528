//! The one sentence under the stage, and why it happened.

use det::Time;
use sim::{Event, EventId, Timeline};

use super::feed::single;
use crate::say::{both, long, say};
use crate::told::{is_root, is_told};
use crate::{Both, Caption, FeedRow, Lens, Pace, Selection};

/// Links of the chain of causes that are shown.
const WHY_MAX: usize = 12;

pub(super) fn caption(timeline: &Timeline, lens: &Lens) -> Caption {
    let Some(event) = subject(timeline, lens) else { return opening(timeline) };
    if event.at == Time::ZERO && lens.selection != Selection::Event(event.id) {
        return opening(timeline);
    }
    let said = say(&event.kind, timeline.world());
    Caption {
        event: Some(event.id.0),
        text: said.caption,
        cite: long(said.cite),
        why: why(timeline, event),
    }
}

/// The event that the caption speaks of.
fn subject<'a>(timeline: &'a Timeline, lens: &Lens) -> Option<&'a Event> {
    if let Selection::Event(selected) = lens.selection
        && let Some(event) = timeline.event(selected)
    {
        return Some(event);
    }
    match lens.pace {
        Pace::Running => timeline.events().rev().find(|event| event.is_interesting()),
        Pace::Standing => last_step(timeline),
    }
}

/// The most telling event of the last thing that happened.
fn last_step(timeline: &Timeline) -> Option<&Event> {
    let mut told = None;
    for event in timeline.events().rev() {
        if event.is_interesting() {
            return Some(event);
        }
        if told.is_none() && is_told(timeline, event) {
            told = Some(event);
        }
        if is_root(&event.kind) {
            return told.or(Some(event));
        }
    }
    told
}

/// What is said before anything has happened.
fn opening(timeline: &Timeline) -> Caption {
    let count = timeline.world().nodes().len();
    let text = match count {
        1 => both!(
            "One node starts as a follower; when its election timer fires, it elects itself.",
            "1 个节点以 follower 的角色启动；选举定时器到期时，它会选出自己。"
        ),
        _ => both!(
            "{count} nodes start as followers; the first whose election timer fires asks for votes.",
            "{count} 个节点都以 follower 的角色启动；谁的选举定时器先到期，谁就请求投票。"
        ),
    };
    Caption { event: None, text, cite: "Raft §5.2".to_owned(), why: Vec::new() }
}

/// From an event back to its first cause that is still known.
pub(super) fn why(timeline: &Timeline, event: &Event) -> Vec<FeedRow> {
    let cause = |id: EventId| timeline.event(id);
    std::iter::successors(Some(event), |event| event.cause.and_then(cause))
        .take(WHY_MAX)
        .map(|event| single(timeline, event))
        .collect()
}

/// What is said of one event, for the inspector.
pub(super) fn of_event(timeline: &Timeline, event: &Event) -> Both {
    say(&event.kind, timeline.world()).caption
}
