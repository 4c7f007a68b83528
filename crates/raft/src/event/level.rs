//! How loud an event is in etcd's transcripts.

use super::{
    CampaignRefusal, Event, ProposalRefusal, ReadRefusal, Refusal, TransferAbort, TransferRefusal,
};

/// How loud an event is. [`Silent`](Level::Silent) ones are not in etcd's transcripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A reason that etcd keeps to itself.
    Silent,
    /// Detail.
    Debug,
    /// The normal course of things.
    Info,
    /// Something was refused or lost.
    Warn,
    /// Something is used wrongly.
    Error,
    /// Nothing of ours: what is fatal to etcd is refused here.
    Fatal,
}

impl Level {
    /// The name in etcd's transcripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

impl Event {
    /// How loud it is in etcd's transcripts.
    pub fn level(&self) -> Level {
        match self {
            Self::SnapshotWithheld { .. }
            | Self::SnapshotSent { .. }
            | Self::ReplicationPaused { .. }
            | Self::ReplicationResumed { .. }
            | Self::AutoLeaveRefused { .. }
            | Self::UnknownPeer { .. }
            | Self::RejectionReceived { .. }
            | Self::ProgressDecreased { .. }
            | Self::PeerUnreachable { .. }
            | Self::TimeoutNowIgnored { .. }
            | Self::AppendRejected { .. } => Level::Debug,
            Self::CampaignRefused { why, .. } => why.level(),
            Self::TransferRefused { why, .. } => why.level(),
            Self::TransferAborted { why, .. } => why.level(),
            Self::ProposalDropped { why, .. } => why.level(),
            Self::ReadDropped { why, .. } => why.level(),
            Self::Started { .. }
            | Self::BecameFollower { .. }
            | Self::BecamePreCandidate { .. }
            | Self::BecameCandidate { .. }
            | Self::BecameLeader { .. }
            | Self::ElectionStarted { .. }
            | Self::VoteRequested { .. }
            | Self::VoteCast(_)
            | Self::VoteRejected(_)
            | Self::VoteIgnored { .. }
            | Self::VoteReceived { .. }
            | Self::VotesTallied { .. }
            | Self::HigherTerm { .. }
            | Self::LowerTerm { .. }
            | Self::TransferStarted { .. }
            | Self::TimeoutNowSent { .. }
            | Self::TimeoutNowReceived { .. }
            | Self::LeaderForgotten { .. }
            | Self::ConflictFound { .. }
            | Self::TailReplaced { .. }
            | Self::RestoreStarted { .. }
            | Self::SnapshotRestored { .. }
            | Self::SnapshotMatched { .. }
            | Self::SnapshotAccepted { .. }
            | Self::SnapshotIgnored { .. }
            | Self::StaleWriteIgnored { .. }
            | Self::WriteIgnored { .. }
            | Self::ConfigurationSwitched { .. }
            | Self::ConfChangeRefused { .. }
            | Self::AutoLeaveStarted { .. } => Level::Info,
            // etcd ignores a second leader in silence.
            Self::Refused { why: Refusal::TwoLeaders, .. } | Self::Traced(_) => Level::Silent,
            Self::QuorumLost | Self::SnapshotNotForUs { .. } | Self::Refused { .. } => Level::Warn,
            Self::ForgetLeaderRefused => Level::Error,
        }
    }
}

impl CampaignRefusal {
    fn level(self) -> Level {
        match self {
            Self::AlreadyLeader => Level::Debug,
            Self::NotVoting | Self::PendingSnapshot | Self::LastTerm | Self::PendingConfChange => {
                Level::Warn
            }
        }
    }
}

impl TransferRefusal {
    fn level(self) -> Level {
        match self {
            Self::Learner | Self::AlreadyLeader => Level::Debug,
            Self::InProgress | Self::NoLeader => Level::Info,
            Self::Campaigning => Level::Silent,
        }
    }
}

impl TransferAbort {
    fn level(self) -> Level {
        match self {
            Self::Replaced => Level::Info,
            Self::TimedOut | Self::TargetLeft => Level::Silent,
        }
    }
}

impl ProposalRefusal {
    fn level(self) -> Level {
        match self {
            Self::Transferring(_) => Level::Debug,
            Self::NoLeader | Self::NotForwarding(_) => Level::Info,
            Self::TooMuchUncommitted => Level::Warn,
            Self::Removed | Self::Empty | Self::Undecodable => Level::Silent,
        }
    }
}

impl ReadRefusal {
    fn level(self) -> Level {
        match self {
            Self::NoLeader => Level::Info,
            Self::Campaigning | Self::QueueFull => Level::Silent,
        }
    }
}
