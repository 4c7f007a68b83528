//! Which sentence of the literature an event is an instance of.

use core::fmt;

use super::{Event, VoteFacts};
use crate::VoteKind;

/// Where in the literature a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cite {
    /// A section of the paper, "In Search of an Understandable Consensus Algorithm", extended version.
    Raft(&'static str),
    /// A section of Ongaro's thesis, "Consensus: Bridging Theory and Practice".
    Thesis(&'static str),
    /// A figure of the paper.
    Figure(u8),
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raft(section) => write!(f, "Raft §{section}"),
            Self::Thesis(section) => write!(f, "thesis §{section}"),
            Self::Figure(number) => write!(f, "Figure {number}"),
        }
    }
}

impl Event {
    /// The rule behind it, where the paper or the thesis states one.
    pub fn cite(&self) -> Option<Cite> {
        Some(match self {
            Self::BecameFollower { .. }
            | Self::BecameCandidate { .. }
            | Self::ElectionStarted { .. }
            | Self::VoteReceived { .. }
            | Self::VotesTallied { .. } => Cite::Raft("5.2"),
            Self::BecameLeader { .. } => Cite::Raft("5.2"),
            Self::VoteRequested { kind, .. }
            | Self::VoteCast(VoteFacts { kind, .. })
            | Self::VoteRejected(VoteFacts { kind, .. }) => match kind {
                VoteKind::PreVote => Cite::Thesis("9.6"),
                VoteKind::Vote => Cite::Raft("5.4.1"),
            },
            Self::BecamePreCandidate { .. } => Cite::Thesis("9.6"),
            Self::VoteIgnored { .. } => Cite::Thesis("4.2.3"),
            Self::HigherTerm { .. } | Self::LowerTerm { .. } => Cite::Raft("5.1"),
            Self::QuorumLost | Self::ProposalDropped { .. } => Cite::Thesis("6.2"),
            Self::TransferStarted { .. }
            | Self::TransferAborted { .. }
            | Self::TransferRefused { .. }
            | Self::TimeoutNowSent { .. }
            | Self::TimeoutNowReceived { .. }
            | Self::TimeoutNowIgnored { .. } => Cite::Thesis("3.10"),
            Self::RejectionReceived { .. }
            | Self::ProgressDecreased { .. }
            | Self::AppendRejected { .. }
            | Self::ConflictFound { .. }
            | Self::TailReplaced { .. } => Cite::Raft("5.3"),
            Self::SnapshotSent { .. }
            | Self::ReplicationPaused { .. }
            | Self::ReplicationResumed { .. }
            | Self::SnapshotWithheld { .. }
            | Self::RestoreStarted { .. }
            | Self::SnapshotRestored { .. }
            | Self::SnapshotMatched { .. }
            | Self::SnapshotAccepted { .. }
            | Self::SnapshotIgnored { .. }
            | Self::SnapshotNotForUs { .. } => Cite::Raft("7"),
            Self::ConfigurationSwitched { .. } | Self::AutoLeaveStarted { .. } => Cite::Raft("6"),
            Self::ConfChangeRefused { .. } | Self::AutoLeaveRefused { .. } => Cite::Thesis("4.1"),
            Self::CampaignRefused { .. } => Cite::Thesis("4.2.2"),
            Self::ReadDropped { .. } => Cite::Thesis("6.4"),
            Self::Started { .. } => Cite::Figure(2),
            Self::LeaderForgotten { .. }
            | Self::ForgetLeaderRefused
            | Self::UnknownPeer { .. }
            | Self::PeerUnreachable { .. }
            | Self::StaleWriteIgnored { .. }
            | Self::WriteIgnored { .. }
            | Self::Refused { .. }
            | Self::Traced(_) => return None,
        })
    }
}
