//! A message in flight, opened up.

use det::{Span, Time};
use sim::{EventId, EventKind, Flight, Loss, MessageId, RaftSays, Says, Timeline, World};

use super::super::feed::clock;
use super::{actions, fact, facts};
use crate::say::{both, noun};
use crate::{Both, Fact, Inspector};

#[inline(never)]
pub(super) fn message(timeline: &Timeline, id: MessageId) -> Inspector {
    let world = timeline.world();
    match world.flight(id) {
        Some(flight) => in_flight(world, flight),
        None => gone(timeline, id),
    }
}

fn in_flight(world: &World, flight: &Flight) -> Inspector {
    let (from, to) = (flight.from, flight.to);
    let Both { en, zh } = noun(&flight.says);
    let zh = zh.trim_end();
    let mut list = vec![
        fact(both!("from", "来自"), from),
        fact(both!("to", "发往"), to),
        fact(both!("sent", "发出"), clock(flight.sent)),
        fact(both!("due", "到达"), clock(flight.due)),
        fact(both!("state", "状态"), state(world, flight)),
    ];
    list.extend(contents(&flight.says));
    Inspector {
        title: flight.message.to_string(),
        what: both!("{en} from {from} to {to}", "{from} 发给 {to} 的{zh}"),
        groups: facts(list),
        actions: actions::of_message(world, flight.message),
    }
}

/// A message that has arrived or was lost: what it was, and nothing to do with it.
fn gone(timeline: &Timeline, id: MessageId) -> Inspector {
    let event = timeline.event(EventId(id.0)).map(|event| (event.at, &event.kind));
    let Some((at, EventKind::Sent { from, to, says, .. })) = event else {
        return Inspector {
            title: id.to_string(),
            what: both!("not in flight any more", "已不在途中"),
            ..Inspector::default()
        };
    };
    let Both { en, zh } = noun(says);
    let mut list = sent_facts(at);
    list.extend(contents(says));
    Inspector {
        title: id.to_string(),
        what: both!(
            "{en} from {from} to {to}, not in flight any more",
            "{from} 发给 {to} 的{zh}，已不在途中"
        ),
        groups: facts(list),
        actions: Vec::new(),
    }
}

fn sent_facts(at: Time) -> Vec<Fact> {
    vec![fact(both!("sent", "发出"), clock(at))]
}

fn state(world: &World, flight: &Flight) -> String {
    if world.held_since(flight.message).is_some() {
        return "held".to_owned();
    }
    match flight.lost {
        Some((_, Loss::Cut)) => "lost at the cut".to_owned(),
        Some((_, Loss::Chance | Loss::Dropped | Loss::Dead)) => "lost on the way".to_owned(),
        None => {
            let left = Span(flight.due.since(world.now()).0.next_multiple_of(1_000));
            format!("{left} to go")
        }
    }
}

/// What the message says, fact by fact.
fn contents(says: &Says) -> Vec<Fact> {
    match says {
        Says::Raft { term, what } => {
            let mut list = vec![fact(both!("term", "term"), term)];
            list.extend(raft_contents(what));
            list
        }
        Says::Request { serial, .. } | Says::Reply { serial, .. } => {
            vec![fact(both!("request number", "请求编号"), serial)]
        }
    }
}

fn raft_contents(what: &RaftSays) -> Vec<Fact> {
    let index = |index| fact(both!("index", "index"), index);
    match what {
        RaftSays::Append { prev, count, commit } => vec![
            fact(both!("after", "接在"), prev),
            fact(both!("entries", "条目数"), count),
            fact(both!("commit", "commit"), commit),
        ],
        RaftSays::Accepted { index: at } | RaftSays::ReadIndexResponse { index: at } => {
            vec![index(at)]
        }
        RaftSays::Rejected { index: at, hint } => {
            vec![index(at), fact(both!("may match up to", "可能一致到"), hint)]
        }
        RaftSays::Vote { last, .. } => vec![fact(both!("last entry", "最后条目"), last)],
        RaftSays::VoteResponse { granted, .. } => {
            vec![fact(both!("granted", "同意"), if *granted { "✓" } else { "✕" })]
        }
        RaftSays::Heartbeat { commit, reads } => {
            let mut facts = vec![fact(both!("commit", "commit"), commit)];
            facts.extend(reads.then(|| fact(both!("confirms a read", "确认读取"), "✓")));
            facts
        }
        RaftSays::HeartbeatResponse { reads: true } => {
            vec![fact(both!("confirms a read", "确认读取"), "✓")]
        }
        RaftSays::Snapshot { last } => vec![fact(both!("up to", "到"), last)],
        RaftSays::Propose { count } => vec![fact(both!("entries", "条目数"), count)],
        RaftSays::HeartbeatResponse { reads: false }
        | RaftSays::TimeoutNow
        | RaftSays::TransferLeader
        | RaftSays::ReadIndex => Vec::new(),
    }
}
