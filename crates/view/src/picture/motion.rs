//! What moves: a pure function of virtual time.

use det::{Span, Time};
use sim::{EventId, EventKind, Flight, MessageId, Phase, Server, Timeline, Timer, World};

use super::insert_by;
use super::next::{election_ticks_left, timer};
use crate::look::{count, is_reply, shape, tone, verdict};
use crate::{Dot, Lens, Motion, Selection, Splash, TimerArc};

/// Splashes at a time: a cut under load loses more than can be told apart.
const SPLASHES_MAX: usize = 40;

/// Writes what moves into `out`, which keeps its memory from frame to frame.
pub fn motion(timeline: &Timeline, lens: &Lens, out: &mut Motion) {
    let world = timeline.world();
    out.now = world.now().0;
    out.flights.clear();
    for flight in world.flights() {
        insert_by(&mut out.flights, dot(world, lens, flight), |dot| dot.message);
    }
    out.splashes.clear();
    out.splashes.extend(splashes(timeline, lens.fade).take(SPLASHES_MAX));
    out.arcs.clear();
    out.arcs.extend(world.nodes().iter().filter_map(|node| arc(world, node)));
}

fn dot(world: &World, lens: &Lens, flight: &Flight) -> Dot {
    let held = world.held_since(flight.message);
    let at = held.unwrap_or_else(|| world.now());
    let (made, end) = (flight.part(at), flight.end());
    Dot {
        message: flight.message.0,
        from: flight.from,
        to: flight.to,
        progress: ratio(made.over, made.whole),
        end: ratio(end.over, end.whole),
        shape: shape(&flight.says),
        tone: tone(&flight.says),
        reply: is_reply(&flight.says),
        verdict: verdict(&flight.says),
        count: count(&flight.says),
        held: held.is_some(),
        copy: flight.copy,
        selected: lens.selection == Selection::Message(flight.message),
    }
}

/// Messages lost a moment ago.
fn splashes(timeline: &Timeline, fade: Span) -> impl Iterator<Item = Splash> {
    let now = timeline.now();
    let recent = timeline.events().rev().take_while(move |event| now.since(event.at) < fade);
    recent.filter_map(move |event| {
        let EventKind::Lost { message, from, to, .. } = &event.kind else { return None };
        Some(Splash {
            from: *from,
            to: *to,
            progress: died_at(timeline, *message, event.at),
            age: ratio(now.since(event.at).0, fade.0),
        })
    })
}

/// How far a message had come when it was lost.
fn died_at(timeline: &Timeline, message: MessageId, at: Time) -> f32 {
    let sent = timeline.event(EventId(message.0));
    match sent.map(|event| (event.at, &event.kind)) {
        Some((sent, EventKind::Sent { due, .. })) => {
            ratio(at.since(sent).0.min(due.since(sent).0), due.since(sent).0)
        }
        _ => 0.5,
    }
}

/// The election timer of a node, on the scale of the longest timeout there is.
fn arc(world: &World, node: &Server) -> Option<TimerArc> {
    let raft = node.raft()?;
    let setup = world.setup();
    let longest = u64::from(2 * setup.election_ticks - 1) * setup.tick.0;
    let total = u64::from(raft.randomized_election_timeout()) * setup.tick.0;
    let frozen = node.phase() == Phase::Paused;
    let left = if frozen {
        u64::from(election_ticks_left(raft)?) * setup.tick.0
    } else {
        match timer(world, node)? {
            (Timer::Election, at) => at.since(world.now()).0,
            (Timer::Heartbeat, _) => return None,
        }
    };
    Some(TimerArc {
        node: node.id().0,
        left: ratio(left.min(total), longest),
        total: ratio(total, longest),
        frozen,
    })
}

/// A part of a whole as the canvas wants it; of nothing, all of it.
fn ratio(over: u64, whole: u64) -> f32 {
    // A millionth of a way is finer than any screen.
    const FINE: u64 = 1_000_000;
    let fine = u128::from(over) * u128::from(FINE) / u128::from(whole.max(1));
    let fine = if whole == 0 { FINE } else { u64::try_from(fine).unwrap_or(FINE).min(FINE) };
    fine as f32 / FINE as f32
}
