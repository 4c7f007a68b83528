//! Events as etcd logs them, word by word.
//!
//! A few lines of etcd are missing because they can never be printed: failures of a node's own
//! ticks, a campaign by a node that was checked to be promotable, a snapshot restored by a leader,
//! a read answer with other than one context, and reads released too early.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each group prints its own events; the one match that picks the group is complete"
)]

mod election;
mod following;
mod leading;

use core::fmt::{self, Display, Formatter};

use crate::event::{ConfChangeRefusal, Event, WriteRefusal};
use crate::{EntryId, PeerId};

/// An event as a line of etcd's log, without the level. Empty for [silent](crate::Level::Silent) ones.
struct Line<'a> {
    id: PeerId,
    event: &'a Event,
}

impl Event {
    /// The line that etcd's node `id` would log, without the level. Events that etcd does not have
    /// print a line of ours or nothing.
    pub fn etcd_line(&self, id: PeerId) -> impl Display + '_ {
        Line { id, event: self }
    }
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::Started { peers, term, commit, applied, last } => {
                write!(f, "newRaft {id:x} [peers: [")?;
                for (at, peer) in peers.iter().enumerate() {
                    write!(f, "{}{peer:x}", if at == 0 { "" } else { "," })?;
                }
                write!(
                    f,
                    "], term: {term}, commit: {commit}, applied: {applied}, lastindex: {}, lastterm: {}]",
                    last.index, last.term
                )
            }
            Event::BecameFollower { term, .. } => {
                write!(f, "{id:x} became follower at term {term}")
            }
            Event::BecamePreCandidate { term } => {
                write!(f, "{id:x} became pre-candidate at term {term}")
            }
            Event::BecameCandidate { term } => write!(f, "{id:x} became candidate at term {term}"),
            Event::BecameLeader { term } => write!(f, "{id:x} became leader at term {term}"),
            Event::ElectionStarted { .. }
            | Event::CampaignRefused { .. }
            | Event::VoteRequested { .. }
            | Event::VoteCast(_)
            | Event::VoteRejected(_)
            | Event::VoteIgnored { .. }
            | Event::VoteReceived { .. }
            | Event::VotesTallied { .. }
            | Event::HigherTerm { .. }
            | Event::LowerTerm { .. }
            | Event::QuorumLost => self.election(f),
            Event::TransferStarted { .. }
            | Event::TransferAborted { .. }
            | Event::TransferRefused { .. }
            | Event::TimeoutNowSent { .. }
            | Event::TimeoutNowReceived { .. }
            | Event::TimeoutNowIgnored { .. }
            | Event::LeaderForgotten { .. }
            | Event::ForgetLeaderRefused => self.transfer(f),
            Event::ProposalDropped { .. }
            | Event::UnknownPeer { .. }
            | Event::RejectionReceived { .. }
            | Event::ProgressDecreased { .. }
            | Event::PeerUnreachable { .. }
            | Event::ReadDropped { .. } => self.leading(f),
            Event::SnapshotWithheld { .. }
            | Event::SnapshotSent { .. }
            | Event::ReplicationPaused { .. }
            | Event::ReplicationResumed { .. } => self.sending_snapshot(f),
            Event::AppendRejected { .. }
            | Event::ConflictFound { .. }
            | Event::TailReplaced { .. }
            | Event::RestoreStarted { .. }
            | Event::SnapshotRestored { .. }
            | Event::SnapshotMatched { .. }
            | Event::SnapshotAccepted { .. }
            | Event::SnapshotIgnored { .. }
            | Event::SnapshotNotForUs { .. } => self.following(f),
            Event::StaleWriteIgnored { .. } | Event::WriteIgnored { .. } => self.storage(f),
            Event::ConfigurationSwitched { .. }
            | Event::ConfChangeRefused { .. }
            | Event::AutoLeaveStarted { .. }
            | Event::AutoLeaveRefused { .. } => self.members(f),
            Event::Refused { kind, from, why } => {
                write!(f, "{id:x} refused {kind} from {from:x}: {why}")
            }
            Event::Traced(_) => Ok(()),
        }
    }
}

impl Line<'_> {
    fn storage(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::StaleWriteIgnored { own, theirs } => write!(
                f,
                "{id:x} [term: {own}] ignored entry appends from a MsgStorageAppendResp message \
                 with lower term [term: {theirs}]"
            ),
            Event::WriteIgnored { acknowledged: EntryId { term, index }, why } => match why {
                WriteRefusal::Missing => {
                    write!(f, "entry at index {index} missing from unstable log; ignoring")
                }
                WriteRefusal::Snapshot => {
                    write!(f, "entry at index {index} matched unstable snapshot; ignoring")
                }
                WriteRefusal::OtherTerm(own) => write!(
                    f,
                    "entry at (index,term)=({index},{term}) mismatched with entry at ({index},{own}) \
                     in unstable log; ignoring"
                ),
            },
            _ => Ok(()),
        }
    }

    fn members(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::ConfigurationSwitched { members } => {
                write!(f, "{id:x} switched to configuration {members}")
            }
            Event::ConfChangeRefused { change, members, why } => {
                write!(f, "{id:x} ignoring conf change {change} at config {members}: ")?;
                match why {
                    ConfChangeRefusal::Unapplied { pending, applied } => write!(
                        f,
                        "possible unapplied conf change at index {pending} (applied to {applied})"
                    ),
                    ConfChangeRefusal::Joint => {
                        f.write_str("must transition out of joint config first")
                    }
                    ConfChangeRefusal::NotJoint => {
                        f.write_str("not in joint state; refusing empty conf change")
                    }
                }
            }
            Event::AutoLeaveStarted { members } => {
                write!(f, "initiating automatic transition out of joint configuration {members}")
            }
            Event::AutoLeaveRefused { members, error } => write!(
                f,
                "not initiating automatic transition out of joint configuration {members}: {error}"
            ),
            _ => Ok(()),
        }
    }
}
