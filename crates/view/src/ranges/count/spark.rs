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
        // Of thousands of events each costs little: no chain of iterators.
        for event in run.events().rev() {
            if event.at < from {
                break;
            }
            if of_store.is_none() || event.store() == of_store {
                let place = (event.at.since(from).0 * PARTS as u64 / width) as usize;
                let part = place.min(PARTS - 1);
                of(&event.kind, |spark| counted[spark as usize][part] += 1);
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

/// What an event counts for.
fn of(kind: &EventKind, mut count: impl FnMut(Spark)) {
    match kind {
        EventKind::Store { kind, .. } => of_store(kind, count),
        EventKind::Answered { result: Ok(_), .. } => count(Spark::Answered),
        EventKind::Routed { .. } => count(Spark::Hops),
        EventKind::Commanded(_)
        | EventKind::Died(_)
        | EventKind::StartFailed { .. }
        | EventKind::Lost { .. }
        | EventKind::Asked { .. }
        | EventKind::TimedOut { .. }
        | EventKind::Answered { result: Err(_), .. }
        | EventKind::Found { .. }
        | EventKind::Restored { .. }
        | EventKind::GaveUp { .. } => {}
    }
}

fn of_store(kind: &Told, mut count: impl FnMut(Spark)) {
    match kind {
        Told::Sent { kind, .. } => {
            count(Spark::Sent);
            if is_beat(*kind) {
                count(Spark::Heartbeats);
            }
        }
        Told::SentCoalesced { .. } => {
            count(Spark::Sent);
            count(Spark::Heartbeats);
        }
        Told::Stepped { kind, .. } if is_beat(*kind) => count(Spark::Beats),
        Told::Applied { outcome, .. } => {
            count(Spark::Applied);
            if !matches!(outcome, Outcome::Done | Outcome::Nothing) {
                count(Spark::Rejected);
            }
        }
        Told::Snapshot { what, .. } => of_snapshot(what, count),
        Told::Raft { event, .. } => {
            if let raft::Event::BecameLeader { .. } = **event {
                count(Spark::Elected);
            }
        }
        Told::Synced { .. } => count(Spark::Synced),
        Told::Proposed { .. } => count(Spark::Proposed),
        Told::Evaluated { .. } => count(Spark::Evaluated),
        Told::Quiesced { .. } => count(Spark::Quiesced),
        Told::Woke { .. } => count(Spark::Woken),
        Told::LeaseChanged { .. } => count(Spark::Leased),
        Told::LatchWait { .. } => count(Spark::LatchWaits),
        Told::Pushed { .. } => count(Spark::Pushed),
        Told::Dropped { .. } => count(Spark::Dropped),
        Told::QuiesceRefused { .. } => count(Spark::SleepRefused),
        Told::LogTruncated { .. } => count(Spark::Truncated),
        Told::Sideloaded { .. } => count(Spark::Sideloaded),
        Told::Ingested { .. } => count(Spark::Ingested),
        Told::Purged { .. } => count(Spark::Purged),
        Told::EpochEnded { .. } => count(Spark::EpochsEnded),
        Told::Stepped { .. }
        | Told::Started { .. }
        | Told::Failed(_)
        | Told::Unfolded { .. }
        | Told::Loaded { .. }
        | Told::Uninitialized { .. }
        | Told::Written { .. }
        | Told::Worked(_)
        | Told::Requested { .. }
        | Told::Sorted { .. }
        | Told::Answered { .. }
        | Told::Split { .. }
        | Told::TruncationProposed { .. }
        | Told::TransferRefused { .. }
        | Told::FellAsleep { .. }
        | Told::StaysAwake { .. }
        | Told::LivenessLearned { .. }
        | Told::LivenessExpired { .. }
        | Told::TooOld { .. } => {}
    }
}

fn is_beat(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Heartbeat | MessageKind::HeartbeatResp)
}

fn of_snapshot(event: &SnapshotEvent, mut count: impl FnMut(Spark)) {
    if let SnapshotEvent::Offered { .. } = event {
        count(Spark::Offered);
    } else if let SnapshotEvent::Applied { .. } = event {
        count(Spark::Received);
    } else if let SnapshotEvent::Refused { .. } | SnapshotEvent::Ignored { .. } = event {
        count(Spark::TurnedAway);
    }
}
