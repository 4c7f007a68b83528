//! What is worth a line of the feed, and what only keeps things going.
//!
//! A message shows up as the consequence it has, not as its arrival; heartbeats, their answers and
//! ticks show up not at all. What a teacher would point at stays.

use raft::{PeerId, Term};
use sim::{Event, EventKind, NodeId, RaftSays, Says, Timeline, Timer};

/// Whether the feed has a line for this event.
pub(crate) fn is_told(timeline: &Timeline, event: &Event) -> bool {
    let cause = || timeline.event(event.cause?).map(|cause| &cause.kind);
    match &event.kind {
        EventKind::Commanded(_)
        | EventKind::Started { .. }
        | EventKind::Died { .. }
        | EventKind::Compacted { .. }
        | EventKind::Installed { .. }
        | EventKind::Served { .. }
        | EventKind::Loop { .. }
        | EventKind::Applied { .. }
        | EventKind::Redirected { .. }
        | EventKind::Answered { .. }
        | EventKind::TimedOut { .. }
        | EventKind::Found { .. } => true,
        EventKind::TimerFired { timer, .. } => *timer == Timer::Election,
        EventKind::Sent { says, .. } => sent_is_told(says, cause()),
        EventKind::Delivered { .. } | EventKind::Synced { .. } => false,
        EventKind::Lost { says, .. } => !says.is_heartbeat(),
        // A follower's appends are seen as its acknowledgements.
        EventKind::Written { replaces, .. } => *replaces || !comes_from_leader(cause()),
        // A follower applies at once what it learns to be committed.
        EventKind::Committed { holders, .. } => *holders > 0,
        EventKind::Raft { node, event } => core_is_told(*node, event),
    }
}

/// Requests that a person just made, answers that are told as their arrival, appends without
/// entries and their acknowledgements are left out.
fn sent_is_told(says: &Says, cause: Option<&EventKind>) -> bool {
    match says {
        Says::Request { .. } => !matches!(cause, Some(EventKind::Commanded(_))),
        Says::Reply { .. } => false,
        Says::Raft { what, .. } => match what {
            RaftSays::Append { count, .. } => *count > 0,
            RaftSays::Accepted { .. } => matches!(cause, Some(EventKind::Synced { .. })),
            RaftSays::Vote { .. }
            | RaftSays::Snapshot { .. }
            | RaftSays::Propose { .. }
            | RaftSays::TransferLeader
            | RaftSays::ReadIndex
            | RaftSays::Heartbeat { reads: true, .. }
            | RaftSays::ReadIndexResponse { .. } => true,
            // The core tells these with their reasons.
            RaftSays::Rejected { .. }
            | RaftSays::VoteResponse { .. }
            | RaftSays::TimeoutNow
            | RaftSays::Heartbeat { reads: false, .. }
            | RaftSays::HeartbeatResponse { .. } => false,
        },
    }
}

fn comes_from_leader(cause: Option<&EventKind>) -> bool {
    match cause {
        Some(EventKind::Delivered { says: Says::Raft { what, .. }, .. }) => {
            matches!(what, RaftSays::Append { .. })
        }
        _ => false,
    }
}

/// Of the core's events, those that another line does not tell already.
fn core_is_told(node: NodeId, event: &raft::Event) -> bool {
    use raft::Event as E;
    match event {
        E::BecameFollower { term, lead } => *lead != PeerId::NONE && *term > Term(0),
        // Its own vote is no news.
        E::VoteReceived { from, .. } => *from != node.peer(),
        E::BecamePreCandidate { .. }
        | E::BecameCandidate { .. }
        | E::BecameLeader { .. }
        | E::CampaignRefused { .. }
        | E::VoteCast(_)
        | E::VoteRejected(_)
        | E::VoteIgnored { .. }
        | E::HigherTerm { .. }
        | E::LowerTerm { .. }
        | E::QuorumLost
        | E::TransferStarted { .. }
        | E::TransferAborted { .. }
        | E::TransferRefused { .. }
        | E::TimeoutNowSent { .. }
        | E::TimeoutNowIgnored { .. }
        | E::LeaderForgotten { .. }
        | E::ForgetLeaderRefused
        | E::ProposalDropped { .. }
        | E::UnknownPeer { .. }
        | E::RejectionReceived { .. }
        | E::SnapshotWithheld { .. }
        | E::AppendRejected { .. }
        | E::ConflictFound { .. }
        | E::SnapshotNotForUs { .. }
        | E::ConfChangeRefused { .. }
        | E::AutoLeaveStarted { .. }
        | E::AutoLeaveRefused { .. }
        | E::ReadDropped { .. }
        | E::Refused { .. } => true,
        E::Started { .. }
        | E::ElectionStarted { .. }
        | E::VoteRequested { .. }
        | E::VotesTallied { .. }
        | E::TimeoutNowReceived { .. }
        | E::ProgressDecreased { .. }
        | E::PeerUnreachable { .. }
        | E::SnapshotSent { .. }
        | E::ReplicationPaused { .. }
        | E::ReplicationResumed { .. }
        | E::TailReplaced { .. }
        | E::RestoreStarted { .. }
        | E::SnapshotRestored { .. }
        | E::SnapshotAccepted { .. }
        | E::SnapshotMatched { .. }
        | E::SnapshotIgnored { .. }
        | E::StaleWriteIgnored { .. }
        | E::WriteIgnored { .. }
        | E::ConfigurationSwitched { .. }
        | E::Traced(_) => false,
    }
}

/// Whether an event begins something: what follows it, up to the next such event, is its doing.
pub(crate) fn is_root(kind: &EventKind) -> bool {
    match kind {
        EventKind::Commanded(_)
        | EventKind::TimerFired { .. }
        | EventKind::Delivered { .. }
        | EventKind::Lost { .. }
        | EventKind::Synced { .. }
        | EventKind::Loop { .. }
        | EventKind::TimedOut { .. }
        | EventKind::Found { .. } => true,
        EventKind::Started { .. }
        | EventKind::Died { .. }
        | EventKind::Sent { .. }
        | EventKind::Written { .. }
        | EventKind::Compacted { .. }
        | EventKind::Installed { .. }
        | EventKind::Served { .. }
        | EventKind::Committed { .. }
        | EventKind::Applied { .. }
        | EventKind::Redirected { .. }
        | EventKind::Answered { .. }
        | EventKind::Raft { .. } => false,
    }
}
