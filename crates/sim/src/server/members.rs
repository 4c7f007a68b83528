//! Who is in the group: proposing changes, and making them take effect (Raft §6, thesis §4).

use raft::{ConfChange, ConfChangeFormat, Entry, Index, Membership, Snapshot, Transition};

use super::Server;
use crate::hub::Hub;
use crate::{Effect, NodeId, Seat};

/// How a node counts in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It votes; in a joint configuration in both halves.
    Voter,
    /// It votes in the new half of a joint configuration only.
    Incoming,
    /// It votes in the old half of a joint configuration only; it may stay as a learner.
    Outgoing,
    /// It gets the log and does not vote.
    Learner,
    /// It is no member.
    Outsider,
}

impl Standing {
    /// How these members count a node.
    pub fn of(members: &Membership, node: NodeId) -> Self {
        let Some(member) = members.member(node.peer()) else { return Self::Outsider };
        match (member.incoming, member.outgoing) {
            (true, true) => Self::Voter,
            (true, false) if members.is_joint() => Self::Incoming,
            (true, false) => Self::Voter,
            (false, true) => Self::Outgoing,
            (false, false) => Self::Learner,
        }
    }
}

/// What the core is asked to propose.
#[inline(never)]
pub(crate) fn conf_change(steps: &[(Seat, NodeId)], transition: Transition) -> ConfChange {
    let change = |&(seat, node): &(Seat, NodeId)| {
        let kind = match seat {
            Seat::Voter => raft::ChangeKind::AddVoter,
            Seat::Learner => raft::ChangeKind::AddLearner,
            Seat::None => raft::ChangeKind::Remove,
        };
        raft::Change { kind, peer: node.peer() }
    };
    let changes = steps.iter().map(change).collect();
    ConfChange { transition, changes, ..ConfChange::default() }
}

impl Server {
    /// A person asks this leader to change the members. What it refuses is an event of the core.
    #[inline(never)]
    pub(crate) fn propose_members(&mut self, hub: &mut Hub, change: &ConfChange) {
        if let Some(raft) = &mut self.raft {
            let _refused = raft.propose_conf_change(change, ConfChangeFormat::V2, &self.disk);
        }
        self.settle(hub);
    }

    /// A person asks this leader to leave the joint configuration.
    #[inline(never)]
    pub(crate) fn leave_joint(&mut self, hub: &mut Hub) {
        if let Some(raft) = &mut self.raft {
            let _refused = raft.propose_leave_joint(&self.disk);
        }
        self.settle(hub);
    }

    /// A committed change takes effect in this node.
    #[inline(never)]
    pub(super) fn switch_members(&mut self, hub: &mut Hub, entry: &Entry) -> Effect {
        let change = entry.conf_change().ok().flatten();
        let Some((change, raft)) = change.zip(self.raft.as_mut()) else { return Effect::Unknown };
        // A change that does not fit can only come from a log that broke a rule.
        let Ok(next) = raft.conf().changed(&change) else { return Effect::Unknown };
        if self.disk.snapshot().last.index > Index::ZERO {
            // A member that is new cannot start from a snapshot that does not know it.
            let (last, conf_state) = (self.applied, next.conf_state());
            self.disk.offer(Snapshot { last, conf_state, data: self.kv.encode() });
            hub.checks.took_snapshot(self.id, last, self.state());
        }
        let raft = self.raft.as_mut().expect("it had a core");
        let switched = raft.apply_conf_change(&change, &self.disk);
        if switched.is_ok() { Effect::Members } else { Effect::Unknown }
    }
}
