//! Lines that a leader logs.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each group prints its own events; the one match that picks the group is complete"
)]

use core::fmt::{self, Formatter};

use super::Line;
use crate::event::{Event, ProposalRefusal, ReadRefusal, Resumed, SnapshotRefusal};

impl Line<'_> {
    pub(super) fn leading(&self, f: &mut Formatter<'_>) -> fmt::Result {
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

    pub(super) fn sending_snapshot(&self, f: &mut Formatter<'_>) -> fmt::Result {
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
}
