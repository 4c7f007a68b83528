//! What moves around one range that is drawn as a ring: its own messages out of every envelope, its
//! clients' requests, its replicas' election timers.

use raft::{Body, Message, Role};
use sim::ranges::{Call, Flight, Says, World};
use sim::{ClientId, End, NodeId};
use store::{Load, RangeDescriptor, RangeId, Replica, StoreId};

use super::motion::{of_raft, progress, range_of_call};
use super::{GroupSheet, MailKind, Run};
use crate::picture::insert_by;
use crate::{Dot, Motion, Shape, TimerArc, Tone, Verdict};

/// The chip that requests leave from.
const GATEWAY: End = End::Client(ClientId(1));

/// Writes what moves around a range into `out`, which keeps its memory from frame to frame.
pub fn zoom(run: &Run, range: RangeId, out: &mut Motion) {
    let world = run.world();
    out.now = world.now().0;
    out.flights.clear();
    out.splashes.clear();
    out.arcs.clear();
    let Some(view) = world.range(range) else { return };
    let group = view.descriptor;
    for flight in world.flights() {
        if let Some(ends) = ends(group, flight) {
            let parcels = flight.envelope.parcels.iter();
            let dots = parcels.filter_map(|parcel| of_load(&parcel.load, range));
            for dot in dots {
                insert_by(&mut out.flights, placed(world, flight, ends, &dot), |dot| dot.message);
            }
        }
    }
    for call in world.calls() {
        out.flights.extend(of_call(world, group, call));
    }
    let replicas = world.replicas(range);
    let arcs = replicas.filter_map(|(store, replica)| arc(world, group, store.id(), replica));
    out.arcs.extend(arcs);
}

fn node(group: &RangeDescriptor, store: StoreId) -> Option<End> {
    Some(End::Node(NodeId(GroupSheet::place(group, store)?)))
}

fn ends(group: &RangeDescriptor, flight: &Flight) -> Option<[End; 2]> {
    Some([node(group, flight.envelope.from)?, node(group, flight.envelope.to)?])
}

fn placed(world: &World, flight: &Flight, [from, to]: [End; 2], dot: &Dot) -> Dot {
    let end = if flight.lost.is_some() { 0.5 } else { 1.0 };
    let progress = progress(world.now(), flight.sent, flight.due);
    Dot { message: flight.id.0, from, to, progress, end, ..dot.clone() }
}

const fn dot(shape: Shape, tone: Tone, reply: bool) -> Dot {
    Dot {
        message: 0,
        from: GATEWAY,
        to: GATEWAY,
        progress: 0.0,
        end: 1.0,
        shape,
        tone,
        reply,
        verdict: None,
        count: 0,
        held: false,
        copy: false,
        selected: false,
    }
}

/// What of a parcel belongs to the range.
fn of_load(load: &Load, range: RangeId) -> Option<Dot> {
    match load {
        Load::Raft(request) if request.range == range => Some(of_message(&request.message)),
        Load::Heartbeats(beats) | Load::HeartbeatResponses(beats) => {
            let reply = matches!(load, Load::HeartbeatResponses(_));
            let beat = beats.iter().find(|beat| beat.range == range)?;
            let tone = if beat.quiesce.is_some() { Tone::Truth } else { Tone::Idle };
            Some(dot(Shape::Heartbeat, tone, reply))
        }
        Load::Snapshot(message) if message.range == range => {
            Some(dot(Shape::Snapshot, Tone::Bulk, false))
        }
        Load::Raft(_)
        | Load::Snapshot(_)
        | Load::ReplicaTooOld { .. }
        | Load::Request(_)
        | Load::Reply(_)
        | Load::LivenessOf(..)
        | Load::Liveness(_) => None,
    }
}

fn of_message(message: &Message) -> Dot {
    let (kind, tone, reply) = of_raft(message.body.kind());
    let shape = match kind {
        MailKind::Append => Shape::Append,
        MailKind::Vote => Shape::Vote,
        MailKind::Heartbeat | MailKind::Coalesced | MailKind::Liveness => Shape::Heartbeat,
        MailKind::Bulk => Shape::Snapshot,
        MailKind::Request => Shape::Client,
        MailKind::Control => Shape::Control,
    };
    let mut dot = dot(shape, tone, reply);
    if let Body::Append { entries, .. } = &message.body {
        dot.count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    }
    dot.verdict = verdict(&message.body);
    dot
}

/// Yes or no, where an answer says so.
fn verdict(body: &Body) -> Option<Verdict> {
    let is_yes = matches!(body, Body::Accepted { .. } | Body::VoteResponse { reject: false, .. });
    let is_no = matches!(body, Body::Rejected { .. } | Body::VoteResponse { reject: true, .. });
    (is_yes || is_no).then_some(if is_yes { Verdict::Yes } else { Verdict::No })
}

fn of_call(world: &World, group: &RangeDescriptor, call: &Call) -> Option<Dot> {
    if range_of_call(world, call) != Some(group.range.0) {
        return None;
    }
    let store = node(group, call.store)?;
    let (from, to, reply) = match &call.says {
        Says::Asks(_) => (GATEWAY, store, false),
        Says::Answers(_) | Says::Refuses => (store, GATEWAY, true),
    };
    let progress = progress(world.now(), call.sent, call.due);
    Some(Dot {
        message: call.request.0,
        from,
        to,
        progress,
        ..dot(Shape::Client, Tone::Ink, reply)
    })
}

/// The election timer of a replica, on the scale of the longest timeout there is. One that sleeps
/// has none.
fn arc(
    world: &World,
    group: &RangeDescriptor,
    store: StoreId,
    replica: &Replica,
) -> Option<TimerArc> {
    let raft = replica.raft().filter(|_| !replica.is_quiescent())?;
    if raft.role() == Role::Leader {
        return None;
    }
    let tick = world.setup().tick;
    let longest = u64::from(2 * world.config().election_ticks - 1) * tick.0;
    let total = raft.randomized_election_timeout();
    // The tick that comes next is on its way already.
    let whole = total.saturating_sub(raft.election_elapsed() + 1);
    let next = world.next_tick(store)?.since(world.now());
    let left = u64::from(whole) * tick.0 + next.0;
    Some(TimerArc {
        node: GroupSheet::place(group, store)?,
        left: part(left, longest),
        total: part(u64::from(total) * tick.0, longest),
        frozen: false,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a part of a circle on a screen")]
fn part(of: u64, whole: u64) -> f32 {
    (of as f32 / whole.max(1) as f32).min(1.0)
}
