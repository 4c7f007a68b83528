//! Events as etcd logs them, word by word.
//!
//! A few lines of etcd are missing because they can never be printed: failures of a node's own
//! ticks, a campaign by a node that was checked to be promotable, a snapshot restored by a leader,
//! a read answer with other than one context, and reads released too early.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each group prints its own events; the one match that picks the group is complete"
)]

use core::fmt::{self, Display, Formatter};

use crate::event::{
    CampaignRefusal, ConfChangeRefusal, Event, ProposalRefusal, ReadRefusal, Resumed,
    SnapshotRefusal, TransferAbort, TransferRefusal, VoteFacts, WriteRefusal,
};
use crate::{EntryId, MessageKind, PeerId};

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
            | Event::SnapshotAccepted { .. }
            | Event::SnapshotMatched { .. }
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
        }
    }
}

impl Line<'_> {
    fn election(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::ElectionStarted { term } => {
                write!(f, "{id:x} is starting a new election at term {term}")
            }
            Event::CampaignRefused { term, why } => match why {
                CampaignRefusal::AlreadyLeader => {
                    write!(f, "{id:x} ignoring MsgHup because already leader")
                }
                CampaignRefusal::Unpromotable => {
                    write!(f, "{id:x} is unpromotable and can not campaign")
                }
                CampaignRefusal::PendingConfChange => write!(
                    f,
                    "{id:x} cannot campaign at term {term} since there are still pending \
                     configuration changes to apply"
                ),
            },
            Event::VoteRequested { kind, to, term, last } => {
                let request = MessageKind::vote(*kind);
                let EntryId { term: last_term, index } = last;
                write!(
                    f,
                    "{id:x} [logterm: {last_term}, index: {index}] sent {request} request to {to:x} at term {term}"
                )
            }
            Event::VoteCast(facts) => self.vote(f, facts, "cast"),
            Event::VoteRejected(facts) => self.vote(f, facts, "rejected"),
            Event::VoteIgnored { facts, remaining_ticks } => {
                self.vote(f, facts, "ignored")?;
                write!(f, ": lease is not expired (remaining ticks: {remaining_ticks})")
            }
            Event::VoteReceived { kind, from, term, granted } => {
                let response = MessageKind::vote_response(*kind);
                let refused = if *granted { "" } else { " rejection" };
                write!(f, "{id:x} received {response}{refused} from {from:x} at term {term}")
            }
            Event::VotesTallied { kind, granted, rejected } => {
                let response = MessageKind::vote_response(*kind);
                write!(
                    f,
                    "{id:x} has received {granted} {response} votes and {rejected} vote rejections"
                )
            }
            Event::HigherTerm { kind, from, own, theirs } => write!(
                f,
                "{id:x} [term: {own}] received a {kind} message with higher term from {from:x} [term: {theirs}]"
            ),
            Event::LowerTerm { kind, from, own, theirs } => write!(
                f,
                "{id:x} [term: {own}] ignored a {kind} message with lower term from {from:x} [term: {theirs}]"
            ),
            Event::QuorumLost => {
                write!(f, "{id:x} stepped down to follower since quorum is not active")
            }
            _ => Ok(()),
        }
    }

    fn vote(&self, f: &mut Formatter<'_>, facts: &VoteFacts, verb: &str) -> fmt::Result {
        let VoteFacts { kind, from, candidate, last, vote, term } = facts;
        let id = self.id;
        let request = MessageKind::vote(*kind);
        let whom = if verb == "cast" { "for" } else { "from" };
        write!(
            f,
            "{id:x} [logterm: {}, index: {}, vote: {vote:x}] {verb} {request} {whom} {from:x} \
             [logterm: {}, index: {}] at term {term}",
            last.term, last.index, candidate.term, candidate.index
        )
    }

    fn transfer(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::TransferStarted { term, to } => {
                write!(f, "{id:x} [term {term}] starts to transfer leadership to {to:x}")
            }
            Event::TransferAborted { term, to, why } => match why {
                TransferAbort::Replaced => {
                    write!(
                        f,
                        "{id:x} [term {term}] abort previous transferring leadership to {to:x}"
                    )
                }
                TransferAbort::TimedOut | TransferAbort::TargetLeft => Ok(()),
            },
            Event::TransferRefused { term, to, why } => match why {
                TransferRefusal::Learner => {
                    write!(f, "{id:x} is learner. Ignored transferring leadership")
                }
                TransferRefusal::AlreadyLeader => {
                    write!(f, "{id:x} is already leader. Ignored transferring leadership to self")
                }
                TransferRefusal::InProgress => write!(
                    f,
                    "{id:x} [term {term}] transfer leadership to {to:x} is in progress, \
                     ignores request to same node {to:x}"
                ),
                TransferRefusal::NoLeader => {
                    write!(f, "{id:x} no leader at term {term}; dropping leader transfer msg")
                }
            },
            Event::TimeoutNowSent { to, caught_up: true } => {
                write!(f, "{id:x} sent MsgTimeoutNow to {to:x} after received MsgAppResp")
            }
            Event::TimeoutNowSent { to, caught_up: false } => write!(
                f,
                "{id:x} sends MsgTimeoutNow to {to:x} immediately as {to:x} already has up-to-date log"
            ),
            Event::TimeoutNowReceived { term, from } => write!(
                f,
                "{id:x} [term {term}] received MsgTimeoutNow from {from:x} and starts an election \
                 to get leadership."
            ),
            Event::TimeoutNowIgnored { term, role, from } => write!(
                f,
                "{id:x} [term {term} state {}] ignored MsgTimeoutNow from {from:x}",
                role.as_str()
            ),
            Event::LeaderForgotten { term, lead } => {
                write!(f, "{id:x} forgetting leader {lead:x} at term {term}")
            }
            Event::ForgetLeaderRefused => {
                f.write_str("ignoring MsgForgetLeader due to ReadOnlyLeaseBased")
            }
            _ => Ok(()),
        }
    }

    fn leading(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::ProposalDropped { term, why } => match why {
                ProposalRefusal::NoLeader => {
                    write!(f, "{id:x} no leader at term {term}; dropping proposal")
                }
                ProposalRefusal::NotForwarding(lead) => write!(
                    f,
                    "{id:x} not forwarding to leader {lead:x} at term {term}; dropping proposal"
                ),
                ProposalRefusal::Transferring(to) => write!(
                    f,
                    "{id:x} [term {term}] transfer leadership to {to:x} is in progress; dropping proposal"
                ),
                ProposalRefusal::TooMuchUncommitted => write!(
                    f,
                    "{id:x} appending new entries to log would exceed uncommitted entry size \
                     limit; dropping proposal"
                ),
                ProposalRefusal::Removed
                | ProposalRefusal::Empty
                | ProposalRefusal::Undecodable => Ok(()),
            },
            Event::UnknownPeer { peer } => write!(f, "{id:x} no progress available for {peer:x}"),
            Event::RejectionReceived { from, index, hint } => write!(
                f,
                "{id:x} received MsgAppResp(rejected, hint: (index {}, term {})) from {from:x} for index {index}",
                hint.index, hint.term
            ),
            Event::ProgressDecreased { peer, progress } => {
                write!(f, "{id:x} decreased progress of {peer:x} to [{progress}]")
            }
            Event::PeerUnreachable { peer, progress } => write!(
                f,
                "{id:x} failed to send message to {peer:x} because it is unreachable [{progress}]"
            ),
            Event::ReadDropped { term, why } => match why {
                ReadRefusal::NoLeader => {
                    write!(f, "{id:x} no leader at term {term}; dropping index reading msg")
                }
                ReadRefusal::Campaigning | ReadRefusal::QueueFull => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn sending_snapshot(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::SnapshotWithheld { to, why } => match why {
                SnapshotRefusal::Inactive => {
                    write!(f, "ignore sending snapshot to {to:x} since it is not recently active")
                }
                SnapshotRefusal::Unavailable => write!(
                    f,
                    "{id:x} failed to send snapshot to {to:x} because snapshot is temporarily unavailable"
                ),
            },
            Event::SnapshotSent { to, first, commit, snapshot, progress } => write!(
                f,
                "{id:x} [firstindex: {first}, commit: {commit}] sent snapshot[index: {}, term: {}] \
                 to {to:x} [{progress}]",
                snapshot.index, snapshot.term
            ),
            Event::ReplicationPaused { to, progress } => {
                write!(f, "{id:x} paused sending replication messages to {to:x} [{progress}]")
            }
            Event::ReplicationResumed { to, why, progress } => {
                let why = match why {
                    Resumed::Recovered => "recovered from needing snapshot",
                    Resumed::SnapshotSucceeded => "snapshot succeeded",
                    Resumed::SnapshotFailed => "snapshot failed",
                };
                write!(
                    f,
                    "{id:x} {why}, resumed sending replication messages to {to:x} [{progress}]"
                )
            }
            _ => Ok(()),
        }
    }

    fn following(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::AppendRejected { from, prev, own } => {
                let EntryId { term, index } = prev;
                write!(
                    f,
                    "{id:x} [logterm: {own}, index: {index}] rejected MsgApp [logterm: {term}, \
                     index: {index}] from {from:x}"
                )
            }
            Event::ConflictFound { index, existing, conflicting } => write!(
                f,
                "found conflict at index {index} [existing term: {existing}, conflicting term: {conflicting}]"
            ),
            Event::TailReplaced { index, kept: 0 } => {
                write!(f, "replace the unstable entries from index {index}")
            }
            Event::TailReplaced { index, .. } => {
                write!(f, "truncate the unstable entries before index {index}")
            }
            Event::RestoreStarted { log, snapshot } => {
                write!(f, "log [{log}] starts to restore snapshot [{}]", At(snapshot))
            }
            Event::SnapshotRestored { commit, last, snapshot } => write!(
                f,
                "{id:x} [commit: {commit}, lastindex: {}, lastterm: {}] restored snapshot [{}]",
                last.index,
                last.term,
                At(snapshot)
            ),
            Event::SnapshotAccepted { commit, snapshot } => {
                write!(f, "{id:x} [commit: {commit}] restored snapshot [{}]", At(snapshot))
            }
            Event::SnapshotMatched { commit, last, snapshot } => write!(
                f,
                "{id:x} [commit: {commit}, lastindex: {}, lastterm: {}] fast-forwarded commit to snapshot [{}]",
                last.index,
                last.term,
                At(snapshot)
            ),
            Event::SnapshotIgnored { commit, snapshot } => {
                write!(f, "{id:x} [commit: {commit}] ignored snapshot [{}]", At(snapshot))
            }
            Event::SnapshotNotForUs { conf_state } => write!(
                f,
                "{id:x} attempted to restore snapshot but it is not in the ConfState {conf_state}; \
                 should never happen"
            ),
            _ => Ok(()),
        }
    }

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

/// `index: 4, term: 1`.
struct At<'a>(&'a EntryId);

impl Display for At<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "index: {}, term: {}", self.0.index, self.0.term)
    }
}
