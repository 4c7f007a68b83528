//! What comes next: armed timers, messages in flight, syncs that run.

use det::{Span, Time};
use raft::{RawNode, Role};
use sim::{Flight, Phase, Server, Timer, Upcoming, World};

use super::insert_by;
use crate::say::{both, looped, noun};
use crate::{Both, Frame, NextRow};

/// Waits are told in whole milliseconds, so that the list does not flicker.
const STEP: Span = Span::millis(1);

pub(super) fn next(world: &World) -> Vec<NextRow> {
    let mut rows: Vec<(Time, Both, Option<u64>)> = world
        .upcoming()
        .filter_map(|(at, upcoming)| told(&upcoming).map(|(text, message)| (at, text, message)))
        .take(Frame::NEXT_ROWS)
        .collect();
    for node in world.nodes() {
        if let Some((timer, at)) = timer(world, node) {
            insert_by(&mut rows, (at, timer_words(node, timer), None), |(at, ..)| *at);
        }
    }
    rows.truncate(Frame::NEXT_ROWS);
    rows.into_iter().map(|(at, text, message)| row(world.now(), at, text, message)).collect()
}

fn row(now: Time, at: Time, text: Both, message: Option<u64>) -> NextRow {
    let from = now.0 - now.0 % STEP.0;
    let wait = Span(at.0.saturating_sub(from).next_multiple_of(STEP.0));
    NextRow { wait: wait.0, clock: format!("+{} ms", wait.0 / 1_000), text, message }
}

fn told(upcoming: &Upcoming<'_>) -> Option<(Both, Option<u64>)> {
    match upcoming {
        Upcoming::Message(flight) => Some((arrival(flight), Some(flight.message.0))),
        Upcoming::Sync(node) => {
            Some((both!("{node} has written to disk", "{node} 落盘完成"), None))
        }
        Upcoming::Loop(node, step) => {
            let name = looped::name(*step);
            let (en, zh) = (name.en, name.zh);
            Some((both!("{node} · {en}", "{node} · {zh}"), None))
        }
        Upcoming::Client(_) => None,
    }
}

fn arrival(flight: &Flight) -> Both {
    let Flight { from, to, .. } = flight;
    let noun = noun(&flight.says);
    let (en, zh) = (noun.en, noun.zh);
    if flight.lost.is_some() {
        return both!("{en} from {from} to {to} gets lost", "{from} 发给 {to} 的{zh}丢失");
    }
    both!("{en} from {from} reaches {to}", "{from} 的{zh}到达 {to}")
}

/// The timer of a node that fires next, and when.
pub(crate) fn timer(world: &World, node: &Server) -> Option<(Timer, Time)> {
    let raft = node.raft().filter(|_| node.phase() == Phase::Up)?;
    let setup = world.setup();
    let (timer, ticks) = match raft.role() {
        Role::Leader => {
            let left = setup.heartbeat_ticks.saturating_sub(raft.heartbeat_elapsed());
            (Timer::Heartbeat, left)
        }
        Role::Follower | Role::Candidate | Role::PreCandidate => {
            (Timer::Election, election_ticks_left(raft)?)
        }
    };
    let wait = Span(u64::from(ticks.saturating_sub(1)) * setup.tick.0);
    Some((timer, node.next_tick() + wait))
}

/// Ticks until a node campaigns; `None` for one that may not.
pub(crate) fn election_ticks_left(raft: &RawNode) -> Option<u32> {
    raft.is_promotable()
        .then(|| raft.randomized_election_timeout().saturating_sub(raft.election_elapsed()).max(1))
}

fn timer_words(node: &Server, timer: Timer) -> Both {
    let id = node.id();
    match timer {
        Timer::Election => both!("{id}'s election timer fires", "{id} 的选举定时器到期"),
        Timer::Heartbeat => both!("{id}'s heartbeat timer fires", "{id} 的心跳定时器到期"),
    }
}
