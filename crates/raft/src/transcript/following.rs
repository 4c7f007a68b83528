//! Lines that a follower logs.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each group prints its own events; the one match that picks the group is complete"
)]

use core::fmt::{self, Display, Formatter};

use super::Line;
use crate::event::Event;
use crate::{ConfState, EntryId};

impl Line<'_> {
    pub(super) fn following(&self, f: &mut Formatter<'_>) -> fmt::Result {
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
            Event::SnapshotMatched { commit, last, snapshot } => write!(
                f,
                "{id:x} [commit: {commit}, lastindex: {}, lastterm: {}] fast-forwarded commit to snapshot [{}]",
                last.index,
                last.term,
                At(snapshot)
            ),
            Event::SnapshotAccepted { commit, snapshot } => {
                write!(f, "{id:x} [commit: {commit}] restored snapshot [{}]", At(snapshot))
            }
            Event::SnapshotIgnored { commit, snapshot } => {
                write!(f, "{id:x} [commit: {commit}] ignored snapshot [{}]", At(snapshot))
            }
            Event::SnapshotNotForUs { conf_state } => write!(
                f,
                "{id:x} attempted to restore snapshot but it is not in the ConfState {}; \
                 should never happen",
                ProtobufText(conf_state)
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

/// `voters:1 voters:2 learners:3 auto_leave:false`.
struct ProtobufText<'a>(&'a ConfState);

impl Display for ProtobufText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ConfState { voters, learners, voters_outgoing, learners_next, auto_leave } = self.0;
        let lists = [
            ("voters", voters),
            ("learners", learners),
            ("voters_outgoing", voters_outgoing),
            ("learners_next", learners_next),
        ];
        for (name, peers) in lists {
            peers.iter().try_for_each(|peer| write!(f, "{name}:{peer} "))?;
        }
        write!(f, "auto_leave:{auto_leave}")
    }
}
