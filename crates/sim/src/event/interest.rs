//! Which events a person who looks for the next thing to see wants to stop at.

use crate::{Event, EventKind, RaftSays, Says, Timer};

impl Event {
    /// Whether a person who looks for the next thing to see wants to stop here.
    pub fn is_interesting(&self) -> bool {
        match &self.kind {
            EventKind::Commanded(_)
            | EventKind::Started { .. }
            | EventKind::Died { .. }
            | EventKind::Redirected { .. }
            | EventKind::Answered { .. }
            | EventKind::TimedOut { .. }
            | EventKind::Found { .. } => true,
            EventKind::TimerFired { timer, .. } => *timer == Timer::Election,
            EventKind::Lost { says, .. } => !says.is_heartbeat(),
            EventKind::Written { replaces, .. } => *replaces,
            EventKind::Compacted { .. }
            | EventKind::Installed { .. }
            | EventKind::Served { .. } => true,
            // A leader's commit is the moment; a follower only hears of it.
            EventKind::Committed { holders, .. } => *holders > 0,
            EventKind::Raft { event, .. } => raft_is_interesting(event),
            EventKind::Sent { .. }
            | EventKind::Delivered { .. }
            | EventKind::Loop { .. }
            | EventKind::Synced { .. }
            | EventKind::Applied { .. } => false,
        }
    }
}

impl Says {
    /// Whether a message only keeps things as they are.
    pub fn is_heartbeat(&self) -> bool {
        match self {
            Self::Raft { what, .. } => {
                matches!(what, RaftSays::Heartbeat { .. } | RaftSays::HeartbeatResponse { .. })
            }
            Self::Request { .. } | Self::Reply { .. } => false,
        }
    }
}

fn raft_is_interesting(event: &raft::Event) -> bool {
    use raft::Event as E;
    match event {
        E::BecameFollower { .. }
        | E::BecamePreCandidate { .. }
        | E::BecameCandidate { .. }
        | E::BecameLeader { .. }
        | E::CampaignRefused { .. }
        | E::VoteCast(_)
        | E::VoteRejected(_)
        | E::VoteIgnored { .. }
        | E::QuorumLost
        | E::TransferStarted { .. }
        | E::TransferAborted { .. }
        | E::TransferRefused { .. }
        | E::LeaderForgotten { .. }
        | E::ProposalDropped { .. }
        | E::SnapshotSent { .. }
        | E::AppendRejected { .. }
        | E::ConflictFound { .. }
        | E::SnapshotRestored { .. }
        | E::ConfigurationSwitched { .. }
        | E::ConfChangeRefused { .. }
        | E::AutoLeaveStarted { .. }
        | E::Refused { .. } => true,
        E::Started { .. }
        | E::ElectionStarted { .. }
        | E::VoteRequested { .. }
        | E::VoteReceived { .. }
        | E::VotesTallied { .. }
        | E::HigherTerm { .. }
        | E::LowerTerm { .. }
        | E::TimeoutNowSent { .. }
        | E::TimeoutNowReceived { .. }
        | E::TimeoutNowIgnored { .. }
        | E::ForgetLeaderRefused
        | E::UnknownPeer { .. }
        | E::RejectionReceived { .. }
        | E::ProgressDecreased { .. }
        | E::PeerUnreachable { .. }
        | E::SnapshotWithheld { .. }
        | E::ReplicationPaused { .. }
        | E::ReplicationResumed { .. }
        | E::TailReplaced { .. }
        | E::RestoreStarted { .. }
        | E::SnapshotAccepted { .. }
        | E::SnapshotMatched { .. }
        | E::SnapshotIgnored { .. }
        | E::SnapshotNotForUs { .. }
        | E::Traced(_)
        | E::StaleWriteIgnored { .. }
        | E::WriteIgnored { .. }
        | E::AutoLeaveRefused { .. }
        | E::ReadDropped { .. } => false,
    }
}
