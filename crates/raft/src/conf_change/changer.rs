//! Applying a membership change to the members (thesis §4.1 one at a time, §4.3 jointly).
//!
//! A change is computed on a copy, so a refused one leaves nothing behind.

use super::{Change, ChangeKind, ConfChange, ConfChangeError, Membership, Plan};
use crate::PeerId;

impl Membership {
    /// The members after this change.
    ///
    /// # Errors
    /// If the change does not fit the members.
    pub fn changed(&self, change: &ConfChange) -> Result<Self, ConfChangeError> {
        match change.plan() {
            Plan::Simple => self.simple(&change.changes),
            Plan::EnterJoint { auto_leave } => self.enter_joint(auto_leave, &change.changes),
            Plan::LeaveJoint => self.leave_joint(),
        }
    }

    /// Changes one voter at most, and any number of learners (thesis §4.1).
    ///
    /// # Errors
    /// While joint, without a voter left, or with two voters changed.
    pub fn simple(&self, changes: &[Change]) -> Result<Self, ConfChangeError> {
        if self.joint {
            return Err(ConfChangeError::SimpleInJoint);
        }
        let mut next = self.copy();
        next.apply(changes)?;
        let votes = |members: &Self, id| members.member(id).is_some_and(|member| member.incoming);
        let left = self.voters().filter(|&id| !votes(&next, id)).count();
        let joined = next.voters().filter(|&id| !votes(self, id)).count();
        if 1 < left + joined {
            return Err(ConfChangeError::TooManyVoters);
        }
        Ok(next)
    }

    /// Makes the present voters the outgoing half and changes the incoming one (Raft §6).
    ///
    /// # Errors
    /// While joint, or without voters before or after.
    pub fn enter_joint(
        &self,
        auto_leave: bool,
        changes: &[Change],
    ) -> Result<Self, ConfChangeError> {
        if self.joint {
            return Err(ConfChangeError::AlreadyJoint);
        }
        if self.voters().next().is_none() {
            return Err(ConfChangeError::ZeroVoterJoint);
        }
        let mut next = self.copy();
        for member in &mut next.members {
            member.outgoing = member.incoming;
        }
        next.joint = true;
        next.auto_leave = auto_leave;
        next.apply(changes)?;
        Ok(next)
    }

    /// Drops the outgoing half.
    ///
    /// # Errors
    /// Unless joint.
    pub fn leave_joint(&self) -> Result<Self, ConfChangeError> {
        if !self.joint {
            return Err(ConfChangeError::NotJoint);
        }
        let mut next = self.copy();
        next.joint = false;
        next.auto_leave = false;
        for member in &mut next.members {
            member.outgoing = false;
            member.learner |= core::mem::take(&mut member.learner_next);
        }
        next.members.retain(|member| member.incoming || member.learner);
        Ok(next)
    }

    fn copy(&self) -> Self {
        let mut copy = self.clone();
        for member in &mut copy.members {
            member.fresh = false;
        }
        copy
    }

    fn apply(&mut self, changes: &[Change]) -> Result<(), ConfChangeError> {
        for &Change { kind, peer } in changes {
            if peer == PeerId::NONE || peer.is_storage_thread() {
                continue;
            }
            match kind {
                ChangeKind::AddVoter => self.make_voter(peer),
                ChangeKind::AddLearner => self.make_learner(peer),
                ChangeKind::Remove => self.remove(peer),
                ChangeKind::Update => {}
            }
        }
        if self.members.iter().any(|member| member.incoming) {
            Ok(())
        } else {
            Err(ConfChangeError::NoVoters)
        }
    }

    fn make_voter(&mut self, peer: PeerId) {
        let member = self.entry(peer);
        member.incoming = true;
        member.learner = false;
        member.learner_next = false;
    }

    /// A voter of the outgoing half must keep its vote until that half is gone, so it only becomes
    /// a learner then.
    fn make_learner(&mut self, peer: PeerId) {
        let member = self.entry(peer);
        member.incoming = false;
        member.learner = !member.outgoing;
        member.learner_next = member.outgoing;
    }

    fn remove(&mut self, peer: PeerId) {
        let Some(at) = self.position(peer) else { return };
        let member = &mut self.members[at];
        member.incoming = false;
        member.learner = false;
        member.learner_next = false;
        if !member.outgoing {
            self.members.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::super::parse_changes;
    use super::*;

    /// Applies each change in turn and checks how the members print.
    #[track_caller]
    fn check(steps: &[(&str, &str)]) {
        let mut members = Membership::default();
        for (change, expected) in steps {
            let (how, text) = change.split_once(' ').unwrap_or((change, ""));
            let changes = parse_changes(text).expect("the test's own text");
            let result = match how {
                "simple" => members.simple(&changes),
                "enter" => members.enter_joint(false, &changes),
                _ => members.leave_joint(),
            };
            match result {
                Ok(next) => {
                    assert_eq!(next.to_string(), *expected, "{change}");
                    assert_eq!(
                        Membership::restore(&next.conf_state()).map(|m| m.to_string()),
                        Ok(next.to_string())
                    );
                    members = next;
                }
                Err(error) => assert_eq!(error.to_string(), *expected, "{change}"),
            }
        }
    }

    #[test]
    fn one_voter_at_a_time() {
        check(&[
            ("leave", "can't leave a non-joint config"),
            ("enter v1", "can't make a zero-voter config joint"),
            ("simple l1", "removed all voters"),
            ("simple v1 l2", "voters=(1) learners=(2)"),
            ("simple v2 v3", "more than one voter changed without entering joint config"),
            ("simple v2", "voters=(1 2)"),
            ("simple r1 v1", "voters=(1 2)"),
        ]);
    }

    #[test]
    fn a_demoted_voter_votes_until_the_joint_configuration_is_left() {
        check(&[
            ("simple v1", "voters=(1)"),
            ("enter v2 l1", "voters=(2)&&(1) learners_next=(1)"),
            ("enter", "config is already joint"),
            ("simple v3", "can't apply simple config change in joint config"),
            ("leave", "voters=(2) learners=(1)"),
        ]);
    }
}
