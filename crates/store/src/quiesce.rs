//! Falling asleep: the leader's side, and why it may not.
//!
//! A leader looks at each tick whether there is nothing left to do; if so it goes to sleep and tells
//! its followers with one last heartbeat. Nobody acknowledges that: a follower that disagrees answers
//! it as a plain heartbeat, and the answer wakes the leader.

use alloc::vec::Vec;

use det::Time;
use raft::{Body, Index, Message, ProgressState, Role};

use crate::event::EventKind;
use crate::hub::Hub;
use crate::replica::Replica;
use crate::{
    Config, LeaseStatus, LeaseTerm, Liveness, LivenessMap, NodeId, Quiesce, Quiescence, ReplicaId,
};

/// Why a range may not sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Awake {
    /// Quiescence is switched off.
    SwitchedOff,
    /// This replica does not lead: only leaders put ranges to sleep.
    NotLeader,
    /// The descriptor does not name this replica.
    NotMember,
    /// Leadership is being handed over.
    Transferring,
    /// Something was proposed a few ticks ago.
    RecentProposal {
        /// Ticks to go without another one.
        ticks_left: u64,
    },
    /// An expiration lease has to be renewed.
    ExpirationLease,
    /// Somebody else holds the lease, and may have proposals on their way.
    LeaseElsewhere,
    /// The lease is none, or not good any more.
    LeaseNotValid(LeaseStatus),
    /// Commands wait to be applied.
    PendingProposals {
        /// How many.
        count: usize,
    },
    /// The Raft group has something to do.
    ReadyPending,
    /// Not everything is committed and applied.
    Unapplied {
        /// The last applied index.
        applied: Index,
        /// The commit index.
        commit: Index,
        /// The last index.
        last: Index,
    },
    /// A replica lacks something, and its node lives.
    Behind {
        /// Which.
        replica: ReplicaId,
        /// What it is known to have.
        matched: Index,
        /// How it is being sent to.
        state: ProgressState,
    },
}

impl Replica {
    /// Whether the range may fall asleep now, and which dead nodes it leaves behind.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn may_quiesce(
        &self,
        now: Time,
        liveness: &LivenessMap,
        config: &Config,
    ) -> Result<Quiesce, Awake> {
        if config.quiescence == Quiescence::Off {
            return Err(Awake::SwitchedOff);
        }
        let (Some(raft), Some(state)) = (&self.raft, &self.state) else {
            return Err(Awake::NotLeader);
        };
        if raft.role() != Role::Leader {
            return Err(Awake::NotLeader);
        }
        let own = self.own().ok_or(Awake::NotMember)?;
        if raft.lead_transferee() != raft::PeerId::NONE {
            return Err(Awake::Transferring);
        }
        let idle_ticks = self.ticks - self.last_proposal_tick;
        if idle_ticks < config.quiesce_ticks {
            return Err(Awake::RecentProposal { ticks_left: config.quiesce_ticks - idle_ticks });
        }
        if let LeaseTerm::Expiration(_) = state.lease.term {
            return Err(Awake::ExpirationLease);
        }
        match state.lease.status(now, liveness, config.clock_offset) {
            LeaseStatus::Valid => {}
            status @ (LeaseStatus::Unusable | LeaseStatus::Expired) => {
                return Err(Awake::LeaseNotValid(status));
            }
        }
        if state.lease.holder != Some(own) {
            return Err(Awake::LeaseElsewhere);
        }
        if !self.proposals().is_empty() {
            return Err(Awake::PendingProposals { count: self.proposals().len() });
        }
        if raft.has_ready() {
            return Err(Awake::ReadyPending);
        }
        let (applied, commit, last) = (raft.applied(), raft.commit(), raft.last().index);
        if applied != commit || commit != last {
            return Err(Awake::Unapplied { applied, commit, last });
        }
        self.lagging_nodes(now, liveness).map(|lagging| Quiesce { lagging })
    }

    /// The dead nodes whose replicas may lack something. Fails if one lacks something that lives.
    fn lagging_nodes(
        &self,
        now: Time,
        liveness: &LivenessMap,
    ) -> Result<Vec<(NodeId, Liveness)>, Awake> {
        let (Some(raft), Some(state)) = (&self.raft, &self.state) else {
            return Err(Awake::NotLeader);
        };
        let mut lagging = Vec::new();
        for member in &state.descriptor.replicas {
            let known = raft.progress(member.replica.peer());
            let is_even = known.is_some_and(|progress| {
                progress.matched == raft.applied() && progress.state == ProgressState::Replicate
            });
            if is_even || (member.replica == self.id && known.is_some()) {
                continue;
            }
            match liveness.get(member.node()) {
                Some(record) if record.expiration <= now => lagging.push((member.node(), record)),
                Some(_) | None => {
                    return Err(Awake::Behind {
                        replica: member.replica,
                        matched: known.map_or(Index::ZERO, |progress| progress.matched),
                        state: known.map_or(ProgressState::Probe, |progress| progress.state),
                    });
                }
            }
        }
        Ok(lagging)
    }

    /// Goes to sleep if it may. Says whether it did.
    pub(crate) fn maybe_quiesce(&mut self, hub: &mut Hub) -> bool {
        match self.may_quiesce(hub.now, &hub.liveness, &hub.config) {
            Ok(quiesce) => {
                self.quiesce(hub, &quiesce);
                true
            }
            Err(why) => {
                let before = self.busy().awake.replace(why);
                let range = self.range;
                if before.map(|before| core::mem::discriminant(&before))
                    != Some(core::mem::discriminant(&why))
                    && why != Awake::NotLeader
                {
                    hub.emit(|| EventKind::StaysAwake { range, why });
                }
                false
            }
        }
    }

    fn quiesce(&mut self, hub: &mut Hub, quiesce: &Quiesce) {
        self.quiescent = true;
        self.rest();
        self.lagging.clone_from(&quiesce.lagging);
        hub.counters.quiesced += 1;
        let (range, lagging) = (self.range, quiesce.lagging.len());
        hub.begin(|| EventKind::Quiesced { range, lagging });
        let (Some(raft), Some(state)) = (&self.raft, &self.state) else { return };
        for member in state.descriptor.replicas.iter().filter(|member| member.replica != self.id) {
            let to = member.replica.peer();
            let matched = raft.progress(to).map_or(Index::ZERO, |progress| progress.matched);
            let commit = matched.min(raft.commit());
            let body = Body::Heartbeat { commit, context: 0 };
            let message = Message { from: raft.id(), to, term: raft.term(), body };
            // Who lags and lives after all answers a plain heartbeat, and that wakes the leader.
            let quiesce = (matched == raft.commit()).then(|| quiesce.clone());
            hub.send_raft(member.store, range, message, quiesce);
        }
    }
}

#[cfg(test)]
mod tests;
