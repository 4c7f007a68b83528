//! Membership changes at run time (Raft §6, thesis §4): proposing, applying, leaving by itself.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::conf_change::{ConfChange, ConfChangeError, Plan};
use crate::core::{Core, State};
use crate::event::{ConfChangeRefusal, Event, ProposalRefusal, TransferAbort};
use crate::replicate::is_conf_change;
use crate::send::Empty;
use crate::trace::TraceStep;
use crate::{
    ConfState, Entry, EntryKind, Index, Member, Membership, PeerId, Progress, StepError, Storage,
};

impl Core {
    /// Looks at the membership changes among proposals. Those that may not be made now become empty
    /// entries: one change at a time keeps majorities overlapping (thesis §4.1). Returns the index
    /// of the last change that may be pending afterwards.
    pub(crate) fn check_conf_changes(&mut self, entries: &mut [Entry]) -> Result<Index, StepError> {
        let Some(mut pending) = self.leader().map(|leader| leader.pending_conf_index) else {
            return Ok(Index::ZERO);
        };
        for (at, entry) in entries.iter_mut().enumerate() {
            if !is_conf_change(entry) {
                continue;
            }
            let Ok(Some(change)) = entry.conf_change() else {
                return Err(self.drop_proposal(ProposalRefusal::Undecodable));
            };
            match self.conf_change_refusal(&change, pending) {
                Some(why) if !self.config.disable_conf_change_validation => {
                    let (change, members) = (Box::new(change), Box::new(self.members.clone()));
                    self.events.push(Event::ConfChangeRefused { change, members, why });
                    *entry = Entry { kind: EntryKind::Refused, ..Entry::default() };
                }
                _ => pending = self.log.last.index + (at as u64 + 1),
            }
        }
        Ok(pending)
    }

    fn conf_change_refusal(
        &self,
        change: &ConfChange,
        pending: Index,
    ) -> Option<ConfChangeRefusal> {
        let applied = self.log.applied;
        // Without steps a change can only leave.
        match (self.members.is_joint(), change.changes.is_empty()) {
            _ if applied < pending => Some(ConfChangeRefusal::Unapplied { pending, applied }),
            (true, false) => Some(ConfChangeRefusal::Joint),
            (false, true) => Some(ConfChangeRefusal::NotJoint),
            (true, true) | (false, false) => None,
        }
    }

    /// Makes an applied membership change take effect in this node.
    pub(crate) fn apply_conf_change(
        &mut self,
        change: &ConfChange,
        storage: &dyn Storage,
    ) -> Result<ConfState, ConfChangeError> {
        let next = self.members.changed(change)?;
        self.trace(|| TraceStep::apply(&next));
        self.switch_members(next);
        let conf_state = self.members.conf_state();
        let votes = self.members.member(self.id()).is_some_and(|member| !member.learner);
        if self.leader().is_some() && !votes {
            // It may lead on without counting itself, until somebody else takes over (thesis §4.2.2).
            if self.config.step_down_on_removal {
                self.become_follower(self.term, PeerId::NONE);
            }
            return Ok(conf_state);
        }
        if self.leader().is_some() {
            self.resume_with_members(storage);
        }
        Ok(conf_state)
    }

    /// Takes over new members. What a leader knows of those that stay stays.
    fn switch_members(&mut self, next: Membership) {
        let before = core::mem::replace(&mut self.members, next);
        let from = self.log.last.index.max(Index(1));
        if let State::Leader(leader) = &mut self.state {
            let mut known: Vec<Option<Progress>> =
                core::mem::take(&mut leader.progress).into_iter().map(Some).collect();
            leader.progress.reserve_exact(self.members.members().len());
            for member in self.members.members() {
                let kept = before.position(member.id).filter(|_| !member.is_new());
                let kept = kept.and_then(|at| known[at].take());
                // A new member counts as active, or it could cost the leader its quorum at once.
                leader.progress.push(kept.unwrap_or_else(|| Progress::new(from, true)));
            }
        }
        self.emit_members();
    }

    /// Fewer voters may commit more, new members need the log, and a target may have left.
    fn resume_with_members(&mut self, storage: &dyn Storage) {
        if self.advance_commit(storage) {
            self.broadcast_append(storage);
        } else {
            for at in 0..self.members.members().len() {
                if self.members.members()[at].id != self.id() {
                    self.send_append(at, Empty::Skip, storage);
                }
            }
        }
        let transferee = self.leader().map_or(PeerId::NONE, |leader| leader.transferee);
        if !self.members.member(transferee).is_some_and(Member::is_voter) {
            self.abort_transfer(TransferAbort::TargetLeft);
        }
    }

    /// Notes that entries up to `index` are applied, and leaves the joint configuration if it is
    /// time to (thesis §4.3).
    pub(crate) fn on_applied(
        &mut self,
        index: Index,
        encoded_bytes: u64,
        payload_bytes: u64,
        storage: &dyn Storage,
    ) {
        let index = index.max(self.log.applied);
        self.log.applied_to(index, encoded_bytes);
        if let Some(leader) = self.leader()
            && self.members.auto_leave()
            && leader.pending_conf_index <= index
        {
            self.leave_joint(storage);
        }
        if let Some(leader) = self.leader_mut() {
            leader.release_uncommitted(payload_bytes);
        }
    }

    fn leave_joint(&mut self, storage: &dyn Storage) {
        // No data at all is the empty change.
        let entry = Entry { kind: EntryKind::ConfChangeV2, ..Entry::default() };
        debug_assert_eq!(ConfChange::leave_joint().plan(), Plan::LeaveJoint);
        let proposed = self.on_propose(alloc::vec![entry], storage);
        let members = Box::new(self.members.clone());
        self.events.push(match proposed {
            Ok(()) => Event::AutoLeaveStarted { members },
            Err(error) => Event::AutoLeaveRefused { members, error },
        });
    }
}
