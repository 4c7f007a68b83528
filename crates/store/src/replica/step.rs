//! Messages, ticks, falling asleep and waking up.

use raft::{Body, Message, MessageKind, PeerId, RawNode, Role, VoteKind};

use super::{Incoming, Replica};
use crate::event::{EventKind, QuiesceRefusal, Wake};
use crate::hub::{EMPTY, Hub};
use crate::{Quiesce, ReplicaId};

impl Replica {
    /// A message of a peer.
    pub(crate) fn step(&mut self, hub: &mut Hub, incoming: Incoming) {
        let Incoming { message, quiesce, cause } = incoming;
        let (range, from, kind) = (self.range, ReplicaId::from(message.from), message.body.kind());
        hub.cause = cause;
        hub.begin(|| EventKind::Stepped { range, from, kind });
        self.load(hub);
        if let (Some(quiesce), Body::Heartbeat { commit, .. }) = (quiesce, &message.body) {
            match self.refuses_sleep(hub, &message, *commit, &quiesce) {
                None => return self.fall_asleep(hub, quiesce),
                Some(why) => {
                    hub.counters.quiesce_refused += 1;
                    hub.begin(|| EventKind::QuiesceRefused { range, why });
                }
            }
        }
        // Whoever sent it is awake, so the leader need not be woken.
        self.wake_self(hub, Wake::Message(kind));
        self.forget_dead_leader(hub, &message);
        hub.counters.steps += 1;
        if matches!(kind, MessageKind::Heartbeat | MessageKind::HeartbeatResp) {
            hub.counters.heartbeat_steps += 1;
        }
        if let Some((raft, log)) = self.group(&hub.engines) {
            // A refusal is an event of the core, and nothing else follows from it.
            let _refused = raft.step(message, &log);
        }
    }

    /// Why it does not fall asleep though its leader says so; `None` if it does.
    fn refuses_sleep(
        &self,
        hub: &Hub,
        message: &Message,
        commit: raft::Index,
        quiesce: &Quiesce,
    ) -> Option<QuiesceRefusal> {
        let raft = self.raft.as_ref().filter(|_| self.state.is_some());
        let Some(raft) = raft else { return Some(QuiesceRefusal::Commit) };
        if raft.term() != message.term {
            return Some(QuiesceRefusal::Term);
        }
        if raft.commit() != commit || raft.last().index != commit {
            return Some(QuiesceRefusal::Commit);
        }
        if raft.role() != Role::Follower || raft.lead() != message.from {
            return Some(QuiesceRefusal::Leader);
        }
        if !self.proposals().is_empty() {
            return Some(QuiesceRefusal::PendingProposals);
        }
        let mut lagging = quiesce.lagging.iter();
        let revived = lagging.find(|(node, record)| {
            let known = hub.liveness.get(*node);
            known.is_some_and(|known| *record < known && hub.now < known.expiration)
        });
        revived.map(|&(node, _)| QuiesceRefusal::Lives(node))
    }

    fn fall_asleep(&mut self, hub: &mut Hub, quiesce: Quiesce) {
        self.lagging = quiesce.lagging;
        if !self.quiescent {
            self.quiescent = true;
            self.rest();
            let range = self.range;
            hub.emit(|| EventKind::FellAsleep { range });
        }
    }

    /// It wakes up, and nobody else does.
    pub(crate) fn wake_self(&mut self, hub: &mut Hub, why: Wake) {
        if self.quiescent && self.state.is_some() {
            self.quiescent = false;
            self.lagging.clear();
            self.last_proposal_tick = self.ticks;
            hub.counters.woken += 1;
            let range = self.range;
            hub.begin(|| EventKind::Woke { range, why });
        }
    }

    /// It wakes up and sees to it that the leader does: by a proposal of nothing, or by an election
    /// if there is no leader, or none that lives, and nobody else may serve.
    pub(crate) fn wake(&mut self, hub: &mut Hub, why: Wake) {
        if !self.quiescent || self.state.is_none() {
            return;
        }
        self.load(hub);
        self.wake_self(hub, why);
        let Some(raft) = &self.raft else { return };
        if raft.role() != Role::Follower {
            return;
        }
        let lead = raft.lead();
        let is_dead = lead != PeerId::NONE && !self.lives(hub, lead);
        // Who holds a lease that is good leads, or will: an election would only take that away.
        let is_served = self.valid_holder(hub).is_some_and(|holder| holder != hub.id);
        let Some((raft, log)) = self.group(&hub.engines) else { return };
        if is_dead {
            raft.forget_leader();
        }
        if is_dead || lead == PeerId::NONE {
            if !is_served {
                raft.campaign(&log);
            }
        } else {
            // Lost if the leader is gone meanwhile; the election timer runs now in any case.
            let _dropped = raft.propose(EMPTY, &log);
        }
    }

    /// Whether the node of a peer lives, as far as is known.
    fn lives(&self, hub: &Hub, peer: PeerId) -> bool {
        self.store_of(peer).is_none_or(|store| hub.liveness.is_live(store.node(), hub.now))
    }

    /// A vote is asked for, and the leader is known to be dead: its lease protects nobody.
    fn forget_dead_leader(&mut self, hub: &Hub, message: &Message) {
        let asks =
            matches!(message.body, Body::Vote { kind: VoteKind::PreVote | VoteKind::Vote, .. });
        let lead = self.raft.as_ref().map_or(PeerId::NONE, |raft| raft.lead());
        if asks && lead != PeerId::NONE && lead != self.id.peer() && !self.lives(hub, lead) {
            self.raft.as_deref_mut().into_iter().for_each(RawNode::forget_leader);
        }
    }

    /// A tick: it may fall asleep instead.
    pub(crate) fn tick(&mut self, hub: &mut Hub) {
        if let (Some(raft), Some(busy)) = (&mut self.raft, &mut self.busy)
            && !self.quiescent
        {
            for peer in busy.unreachable.drain(..) {
                raft.report_unreachable(peer);
            }
        }
        if !self.is_ticking() {
            return;
        }
        self.load(hub);
        self.ticks += 1;
        hub.cause = None;
        if self.maybe_quiesce(hub) {
            return;
        }
        self.maybe_transfer_leadership(hub);
        if let Some((raft, log)) = self.group(&hub.engines) {
            hub.counters.ticks += 1;
            raft.tick(&log);
        }
        self.maybe_request_lease(hub);
        self.maybe_truncate(hub);
        self.repropose_old(hub);
    }
}
