//! How figures went within the window of the strip up to now: events, counted in equal parts of it.

use raft::MessageKind;
use sim::ranges::EventKind;
use store::{EventKind as Told, Outcome, SnapshotEvent, StoreId};

use crate::picture::window;
use crate::ranges::{Lens, Run};

/// Parts of that time.
const PARTS: usize = 40;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spark {
    /// Messages with heartbeats, coalesced or alone.
    Heartbeats,
    /// Heartbeats stepped into groups.
    Beats,
    /// Raft messages.
    Sent,
    Quiesced,
    Woken,
    Answered,
    Proposed,
    Evaluated,
    Applied,
    Synced,
    Elected,
    Leased,
    /// Requests that the gateway sent.
    Hops,
    LatchWaits,
    Pushed,
    Rejected,
    /// Messages that found no room.
    Dropped,
    SleepRefused,
    Truncated,
    Sideloaded,
    Ingested,
    Purged,
    Offered,
    Received,
    /// Snapshots that were refused, or not wanted any more.
    TurnedAway,
    EpochsEnded,
}

const KINDS: usize = Spark::EpochsEnded as usize + 1;

/// All of them.
pub(super) struct Sparks([[u32; PARTS]; KINDS]);

impl Sparks {
    #[expect(clippy::cast_possible_truncation, reason = "there are PARTS of them")]
    pub(super) fn new(run: &Run, lens: &Lens, of_store: Option<StoreId>) -> Self {
        let (from, _) = window(run.now(), lens.window);
        let width = run.now().since(from).0.max(1);
        let mut counted = [[0; PARTS]; KINDS];
        let events = run.events().rev().take_while(|event| from <= event.at);
        for event in events.filter(|event| of_store.is_none() || event.store() == of_store) {
            let place = (event.at.since(from).0 * PARTS as u64 / width) as usize;
            for spark in of(&event.kind).into_iter().flatten() {
                counted[spark as usize][place.min(PARTS - 1)] += 1;
            }
        }
        Self(counted)
    }

    /// One of them: 1 is the most in any part; empty if nothing of it happened.
    #[expect(clippy::cast_precision_loss, reason = "a line of few pixels")]
    pub(super) fn of(&self, spark: Spark) -> Vec<f32> {
        let parts = &self.0[spark as usize];
        match parts.iter().max() {
            Some(&most) if most > 0 => parts.iter().map(|&n| n as f32 / most as f32).collect(),
            Some(_) | None => Vec::new(),
        }
    }
}

/// What an event counts for: two things at most.
fn of(kind: &EventKind) -> [Option<Spark>; 2] {
    if let EventKind::Store { kind, .. } = kind {
        return of_store(kind);
    }
    let is_done = matches!(kind, EventKind::Answered { result: Ok(_), .. });
    let is_hop = matches!(kind, EventKind::Routed { .. });
    [is_done.then_some(Spark::Answered), is_hop.then_some(Spark::Hops)]
}

fn of_store(kind: &Told) -> [Option<Spark>; 2] {
    let is_beat =
        |kind: MessageKind| matches!(kind, MessageKind::Heartbeat | MessageKind::HeartbeatResp);
    if let Told::Sent { kind, .. } = kind {
        return [Some(Spark::Sent), is_beat(*kind).then_some(Spark::Heartbeats)];
    }
    if let Told::SentCoalesced { .. } = kind {
        return [Some(Spark::Sent), Some(Spark::Heartbeats)];
    }
    if let Told::Stepped { kind, .. } = kind {
        return [is_beat(*kind).then_some(Spark::Beats), None];
    }
    if let Told::Applied { outcome, .. } = kind {
        let is_rejected = !matches!(outcome, Outcome::Done | Outcome::Nothing);
        return [Some(Spark::Applied), is_rejected.then_some(Spark::Rejected)];
    }
    if let Told::Snapshot { what, .. } = kind {
        return [of_snapshot(what), None];
    }
    [SIMPLE.iter().find(|(is, _)| is(kind)).map(|(_, spark)| *spark), None]
}

/// Events that count for one thing each.
type Simple = (fn(&Told) -> bool, Spark);

const SIMPLE: [Simple; 16] = [
    (|kind| matches!(kind, Told::Synced { .. }), Spark::Synced),
    (|kind| matches!(kind, Told::Proposed { .. }), Spark::Proposed),
    (|kind| matches!(kind, Told::Evaluated { .. }), Spark::Evaluated),
    (|kind| matches!(kind, Told::Quiesced { .. }), Spark::Quiesced),
    (|kind| matches!(kind, Told::Woke { .. }), Spark::Woken),
    (|kind| matches!(kind, Told::LeaseChanged { .. }), Spark::Leased),
    (is_elected, Spark::Elected),
    (|kind| matches!(kind, Told::LatchWait { .. }), Spark::LatchWaits),
    (|kind| matches!(kind, Told::Pushed { .. }), Spark::Pushed),
    (|kind| matches!(kind, Told::Dropped { .. }), Spark::Dropped),
    (|kind| matches!(kind, Told::QuiesceRefused { .. }), Spark::SleepRefused),
    (|kind| matches!(kind, Told::LogTruncated { .. }), Spark::Truncated),
    (|kind| matches!(kind, Told::Sideloaded { .. }), Spark::Sideloaded),
    (|kind| matches!(kind, Told::Ingested { .. }), Spark::Ingested),
    (|kind| matches!(kind, Told::Purged { .. }), Spark::Purged),
    (|kind| matches!(kind, Told::EpochEnded { .. }), Spark::EpochsEnded),
];

fn of_snapshot(event: &SnapshotEvent) -> Option<Spark> {
    if let SnapshotEvent::Offered { .. } = event {
        return Some(Spark::Offered);
    }
    if let SnapshotEvent::Applied { .. } = event {
        return Some(Spark::Received);
    }
    let is_turned_away =
        matches!(event, SnapshotEvent::Refused { .. } | SnapshotEvent::Ignored { .. });
    is_turned_away.then_some(Spark::TurnedAway)
}

fn is_elected(kind: &Told) -> bool {
    let Told::Raft { event, .. } = kind else { return false };
    matches!(**event, raft::Event::BecameLeader { .. })
}
