//! Handing leadership over (thesis §3.10).

use crate::core::Core;
use crate::event::{Event, TransferAbort, TransferRefusal};
use crate::send::Empty;
use crate::{Body, PeerId, Storage};

impl Core {
    /// Starts to hand over to the member at this position: it is brought up to date, then told to
    /// campaign. Proposals wait meanwhile.
    pub(crate) fn on_transfer_request(&mut self, at: usize, storage: &dyn Storage) {
        let member = self.members.members()[at];
        let (term, to) = (self.term, member.id);
        if member.learner {
            return self.refuse_transfer(to, TransferRefusal::Learner);
        }
        let Some(pending) = self.leader().map(|leader| leader.transferee) else { return };
        if pending == to {
            // Asking again does not extend the time that it has.
            return self.refuse_transfer(to, TransferRefusal::InProgress);
        }
        if pending != PeerId::NONE {
            self.abort_transfer(TransferAbort::Replaced);
        }
        if to == self.id() {
            return self.refuse_transfer(to, TransferRefusal::AlreadyLeader);
        }
        self.events.push(Event::TransferStarted { term, to });
        // It has one election timeout from now.
        self.election_elapsed = 0;
        let last = self.log.last.index;
        if let Some(leader) = self.leader_mut() {
            leader.transferee = to;
        }
        if self.progress(at).matched == last {
            self.send(to, Body::TimeoutNow);
            self.events.push(Event::TimeoutNowSent { to, caught_up: false });
        } else {
            self.send_append(at, Empty::Send, storage);
        }
    }

    /// Tells the target to campaign once it has the whole log.
    pub(crate) fn finish_transfer(&mut self, at: usize) {
        let Some(leader) = self.leader().filter(|leader| leader.transferee != PeerId::NONE) else {
            return;
        };
        let to = self.members.members()[at].id;
        if leader.transferee == to && leader.progress[at].matched == self.log.last.index {
            self.events.push(Event::TimeoutNowSent { to, caught_up: true });
            self.send(to, Body::TimeoutNow);
        }
    }

    /// An election timeout passed: the target will not make it, so proposals are taken again.
    pub(crate) fn time_out_transfer(&mut self) {
        self.abort_transfer(TransferAbort::TimedOut);
    }

    pub(crate) fn abort_transfer(&mut self, why: TransferAbort) {
        let term = self.term;
        let Some(leader) = self.leader_mut() else { return };
        let to = core::mem::take(&mut leader.transferee);
        if to != PeerId::NONE {
            self.events.push(Event::TransferAborted { term, to, why });
        }
    }

    pub(crate) fn refuse_transfer(&mut self, to: PeerId, why: TransferRefusal) {
        self.events.push(Event::TransferRefused { term: self.term, to, why });
    }

    /// A request of the application. On a leader it is handled, on a follower it is forwarded.
    pub(crate) fn transfer_leader(&mut self, to: PeerId, storage: &dyn Storage) {
        match self.role() {
            crate::Role::Leader => match self.members.position(to) {
                Some(at) => self.on_transfer_request(at, storage),
                None => self.events.push(Event::UnknownPeer { peer: to }),
            },
            crate::Role::Follower => match self.lead {
                PeerId::NONE => self.refuse_transfer(to, TransferRefusal::NoLeader),
                lead => self.messages.push(crate::Message {
                    from: to,
                    to: lead,
                    term: self.term,
                    body: Body::TransferLeader,
                }),
            },
            crate::Role::Candidate | crate::Role::PreCandidate => {
                self.refuse_transfer(to, TransferRefusal::Campaigning);
            }
        }
    }
}
