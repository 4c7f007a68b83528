//! Which events are worth finding again, and which a person wants to stop at.

use store::{RangeId, StoreId};

use super::{Command, Event, EventKind};

/// What happened at a mark. Elections and leases are too many to mark: they are found by running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// A store died.
    Kill(StoreId),
    /// A store started again.
    Restart(StoreId),
    /// Streams were cut.
    Cut,
    /// Streams were mended.
    Heal,
    /// A range is to be split.
    Split,
    /// A lease is to be handed over.
    Lease(RangeId),
    /// A switch was turned.
    Switch,
    /// A person did something else.
    Command,
    /// An invariant does not hold.
    Finding,
}

impl MarkKind {
    pub(super) fn of(event: &EventKind) -> Option<Self> {
        if let EventKind::Found { .. } = event {
            return Some(Self::Finding);
        }
        let EventKind::Commanded(command) = event else { return None };
        Some(match &**command {
            Command::Kill(store) => Self::Kill(*store),
            Command::Restart(store) => Self::Restart(*store),
            Command::Cut { .. } | Command::Partition(_) => Self::Cut,
            Command::Mend { .. } | Command::Heal => Self::Heal,
            Command::Split { .. } => Self::Split,
            Command::TransferLease { range, .. } => Self::Lease(*range),
            Command::Switch(_) => Self::Switch,
            Command::Put { .. }
            | Command::Get { .. }
            | Command::Del { .. }
            | Command::Increment { .. }
            | Command::ConditionalPut { .. }
            | Command::DeleteRange { .. }
            | Command::Wake(_)
            | Command::Ingest { .. }
            | Command::Restore(_)
            | Command::Sort(_)
            | Command::Load { .. } => Self::Command,
        })
    }
}

impl Event {
    /// Whether a person who looks for the next thing to see wants to stop here.
    pub fn is_interesting(&self) -> bool {
        match &self.kind {
            EventKind::Commanded(_)
            | EventKind::Died(_)
            | EventKind::StartFailed { .. }
            | EventKind::Lost { .. }
            | EventKind::TimedOut { .. }
            | EventKind::Answered { .. }
            | EventKind::Found { .. }
            | EventKind::Restored { .. }
            | EventKind::GaveUp { .. } => true,
            EventKind::Asked { .. } => false,
            EventKind::Routed { why, .. } => why.is_some(),
            EventKind::Store { kind, .. } => is_interesting(kind),
        }
    }
}

fn is_interesting(kind: &store::EventKind) -> bool {
    use store::EventKind as E;
    if let E::Raft { event, .. } = kind {
        return matches!(**event, raft::Event::BecameLeader { .. });
    }
    matches!(
        kind,
        E::Started { .. }
            | E::Failed(_)
            | E::Dropped { .. }
            | E::Loaded { .. }
            | E::Uninitialized { .. }
            | E::LatchWait { .. }
            | E::Pushed { .. }
            | E::Sideloaded { .. }
            | E::Ingested { .. }
            | E::Purged { .. }
            | E::Sorted { .. }
            | E::Split { .. }
            | E::LogTruncated { .. }
            | E::LeaseChanged { extends: false, .. }
            | E::TransferRefused { .. }
            | E::Quiesced { .. }
            | E::QuiesceRefused { .. }
            | E::Woke { .. }
            | E::LivenessLearned { revived: true, .. }
            | E::LivenessExpired { .. }
            | E::TooOld { .. }
    )
}
