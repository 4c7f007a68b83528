//! Receiving: who may say what, the rules of terms (Raft §5.1), and who handles it.

use crate::core::{Core, State};
use crate::event::{Event, ProposalRefusal, ReadRefusal, Refusal, TransferRefusal, VoteFacts};
use crate::message::MessageKind;
use crate::{Body, EntryId, Index, Message, PeerId, ReadState, StepError, Storage, Term, VoteKind};

/// What the rules of terms say about a message.
enum Timely {
    /// Handle it.
    Yes,
    /// It is from the past, or the lease forbids it.
    No,
}

impl Core {
    pub(crate) fn step(
        &mut self,
        message: Message,
        storage: &dyn Storage,
    ) -> Result<(), StepError> {
        match message.body {
            Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => return self.step_from_storage(&message, storage),
            Body::Accepted { .. }
            | Body::Rejected { .. }
            | Body::VoteResponse { .. }
            | Body::HeartbeatResponse { .. }
            | Body::ReadIndexResponse { .. } => {
                if self.members.position(message.from).is_none() {
                    return Err(StepError::PeerNotFound);
                }
            }
            Body::Append { .. }
            | Body::Vote { .. }
            | Body::Snapshot(_)
            | Body::SnapshotRequest { .. }
            | Body::Heartbeat { .. }
            | Body::Commit { .. }
            | Body::Propose { .. }
            | Body::TransferLeader
            | Body::TimeoutNow
            | Body::ReadIndex { .. } => {}
        }
        if let Some(why) = self.malformed(&message) {
            self.refuse(message.body.kind(), message.from, why);
            return Ok(());
        }
        match self.settle_term(&message) {
            Timely::Yes => self.dispatch(message, storage),
            Timely::No => Ok(()),
        }
    }

    /// Handles an own message that waited for its Ready to be processed: a vote or an acknowledgment.
    pub(crate) fn step_own(&mut self, message: &Message, storage: &dyn Storage) {
        // It may be of an earlier term by now.
        let Timely::Yes = self.settle_term(message) else { return };
        match (&self.state, &message.body) {
            (State::Leader(_), body) => match (self.members.position(self.id()), body) {
                (None, _) => self.events.push(Event::UnknownPeer { peer: self.id() }),
                (Some(at), Body::Accepted { index }) => self.on_accepted(at, *index, storage),
                (Some(_), _) => {}
            },
            (State::Candidate(_) | State::PreCandidate(_), Body::VoteResponse { kind, reject }) => {
                self.on_vote_response(*kind, self.id(), !reject, storage);
            }
            (State::Follower | State::Candidate(_) | State::PreCandidate(_), _) => {}
        }
    }

    /// Adopts a higher term, answers or drops a lower one (Raft §5.1).
    #[inline]
    fn settle_term(&mut self, message: &Message) -> Timely {
        if message.term == self.term || message.term == Term::default() {
            Timely::Yes
        } else {
            self.settle_other_term(message)
        }
    }

    fn settle_other_term(&mut self, message: &Message) -> Timely {
        if self.term < message.term {
            self.on_higher_term(message)
        } else {
            self.on_lower_term(message);
            Timely::No
        }
    }

    fn on_higher_term(&mut self, message: &Message) -> Timely {
        let (from, theirs) = (message.from, message.term);
        let lead = match &message.body {
            Body::Vote { kind, last, transfer, .. } => {
                // A leader that was heard from within the minimum election timeout is alive as far
                // as we know, so nobody has a reason to campaign (thesis §4.2.3), unless the leader
                // itself asked for it.
                let base = self.config.election_ticks;
                let leased = self.lead != PeerId::NONE && self.election_elapsed < base;
                if self.config.check_quorum && leased && !transfer {
                    let facts = self.vote_facts(*kind, from, *last);
                    let remaining_ticks = base - self.election_elapsed;
                    self.events.push(Event::VoteIgnored { facts, remaining_ticks });
                    return Timely::No;
                }
                if *kind == VoteKind::PreVote {
                    return Timely::Yes;
                }
                PeerId::NONE
            }
            // A granted pre-vote carries the term that the campaign would have.
            Body::VoteResponse { kind: VoteKind::PreVote, reject: false } => return Timely::Yes,
            Body::Append { .. }
            | Body::Heartbeat { .. }
            | Body::Commit { .. }
            | Body::Snapshot(_) => from,
            Body::Accepted { .. }
            | Body::Rejected { .. }
            | Body::VoteResponse { .. }
            | Body::SnapshotRequest { .. }
            | Body::HeartbeatResponse { .. }
            | Body::Propose { .. }
            | Body::TransferLeader
            | Body::TimeoutNow
            | Body::ReadIndex { .. }
            | Body::ReadIndexResponse { .. }
            | Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => PeerId::NONE,
        };
        let kind = message.body.kind();
        self.events.push(Event::HigherTerm { kind, from, own: self.term, theirs });
        self.become_follower(theirs, lead);
        Timely::Yes
    }

    fn on_lower_term(&mut self, message: &Message) {
        let (from, own, theirs) = (message.from, self.term, message.term);
        let disturbing = self.config.check_quorum || self.config.pre_vote;
        let leads = matches!(
            message.body,
            Body::Append { .. } | Body::Heartbeat { .. } | Body::Commit { .. }
        );
        if leads && disturbing {
            // A leader that cannot raise our term, because we ignore it, must learn of ours: else a
            // node that campaigned in vain would stay stuck in its higher term.
            self.send_accepted(from, Index::ZERO);
        } else if let Body::Vote { kind: VoteKind::PreVote, last, .. } = message.body {
            // Refused openly, so that a pre-candidate that lags behind learns the term.
            self.reject_vote(self.vote_facts(VoteKind::PreVote, from, last));
        } else {
            let kind = message.body.kind();
            self.events.push(Event::LowerTerm { kind, from, own, theirs });
        }
    }

    fn dispatch(&mut self, message: Message, storage: &dyn Storage) -> Result<(), StepError> {
        if let Body::Vote { kind, last, priority, .. } = message.body {
            if self.gives_way(last, priority) {
                self.on_vote_request(kind, message.from, message.term, last);
            } else {
                let facts = self.vote_facts(kind, message.from, last);
                self.reject_vote(VoteFacts { outranked: true, ..facts });
            }
            return Ok(());
        }
        match self.state {
            State::Follower => self.step_follower(message, storage),
            State::PreCandidate(_) | State::Candidate(_) => self.step_candidate(message, storage),
            State::Leader(_) => self.step_leader(message, storage),
        }
    }

    fn step_follower(&mut self, message: Message, storage: &dyn Storage) -> Result<(), StepError> {
        let Message { from, term, body, .. } = message;
        match body {
            Body::Append { prev, entries, commit } => {
                self.hear_leader(from);
                if !self.repeat_request() {
                    self.on_append(from, prev, entries, commit, storage);
                }
            }
            Body::Heartbeat { commit, context } => {
                self.hear_leader(from);
                if !self.repeat_request() {
                    self.on_heartbeat(from, commit, context);
                }
            }
            Body::Commit { index } => {
                self.hear_leader(from);
                if !self.repeat_request() {
                    self.hear_commit(MessageKind::Commit, from, index);
                }
            }
            Body::Snapshot(snapshot) => {
                self.hear_leader(from);
                self.on_snapshot(from, &snapshot, storage);
            }
            Body::Propose { .. } => {
                let why = match self.lead {
                    PeerId::NONE => ProposalRefusal::NoLeader,
                    lead if self.config.disable_proposal_forwarding => {
                        ProposalRefusal::NotForwarding(lead)
                    }
                    to => {
                        self.messages.push(Message { from, to, term, body });
                        return Ok(());
                    }
                };
                return Err(self.drop_proposal(why));
            }
            Body::TransferLeader => match self.lead {
                PeerId::NONE => self.refuse_transfer(from, TransferRefusal::NoLeader),
                to => self.messages.push(Message { from, to, term: self.term, body }),
            },
            Body::TimeoutNow => self.on_timeout_now(from, storage),
            Body::ReadIndex { .. } => match self.lead {
                PeerId::NONE => self.drop_read(ReadRefusal::NoLeader),
                to => self.messages.push(Message { from, to, term, body }),
            },
            Body::ReadIndexResponse { index, context } => {
                self.reads.push(ReadState { index, context });
            }
            // Answers to what it sent when it had another role.
            Body::Accepted { .. }
            | Body::SnapshotRequest { .. }
            | Body::Rejected { .. }
            | Body::VoteResponse { .. }
            | Body::HeartbeatResponse { .. } => {}
            Body::Vote { .. }
            | Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => unreachable!("handled before the role matters"),
        }
        Ok(())
    }

    fn step_candidate(&mut self, message: Message, storage: &dyn Storage) -> Result<(), StepError> {
        let from = message.from;
        match message.body {
            // Somebody else won this term (Raft §5.2).
            Body::Append { .. }
            | Body::Heartbeat { .. }
            | Body::Commit { .. }
            | Body::Snapshot(_) => {
                self.become_follower(self.term, from);
                return self.step_follower(message, storage);
            }
            Body::VoteResponse { kind, reject } => {
                self.on_vote_response(kind, from, !reject, storage);
            }
            Body::Propose { .. } => return Err(self.drop_proposal(ProposalRefusal::NoLeader)),
            Body::TimeoutNow => {
                let (term, role) = (self.term, self.role());
                self.events.push(Event::TimeoutNowIgnored { term, role, from });
            }
            Body::ReadIndex { .. } => self.drop_read(ReadRefusal::Campaigning),
            Body::TransferLeader
            | Body::SnapshotRequest { .. }
            | Body::Accepted { .. }
            | Body::Rejected { .. }
            | Body::HeartbeatResponse { .. }
            | Body::ReadIndexResponse { .. } => {}
            Body::Vote { .. }
            | Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => unreachable!("handled before the role matters"),
        }
        Ok(())
    }

    fn step_leader(&mut self, message: Message, storage: &dyn Storage) -> Result<(), StepError> {
        let from = message.from;
        if let Body::Propose { entries } = message.body {
            return self.on_propose(entries, storage);
        }
        if let Body::ReadIndex { context } = message.body {
            self.on_read_request(from, context, storage);
            return Ok(());
        }
        let Some(at) = self.members.position(from) else {
            self.events.push(Event::UnknownPeer { peer: from });
            return Ok(());
        };
        let kind = message.body.kind();
        match message.body {
            Body::Accepted { index } => self.on_accepted(at, index, storage),
            Body::Rejected { index, hint } => self.on_rejected(at, index, hint, storage),
            Body::HeartbeatResponse { context } => {
                self.on_heartbeat_response(at, context, storage);
            }
            Body::TransferLeader => self.on_transfer_request(at, storage),
            Body::SnapshotRequest { index } => self.on_snapshot_request(at, index, storage),
            // There is one leader per term, so this is a helper's snapshot or a forgery.
            Body::Append { .. }
            | Body::Heartbeat { .. }
            | Body::Commit { .. }
            | Body::Snapshot(_) => {
                self.refuse(kind, from, Refusal::TwoLeaders);
            }
            Body::VoteResponse { .. } | Body::TimeoutNow | Body::ReadIndexResponse { .. } => {}
            Body::Propose { .. }
            | Body::ReadIndex { .. }
            | Body::Vote { .. }
            | Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => unreachable!("handled before the peer matters"),
        }
        Ok(())
    }

    fn hear_leader(&mut self, from: PeerId) {
        self.election_elapsed = 0;
        self.lead = from;
    }

    pub(crate) fn drop_proposal(&mut self, why: ProposalRefusal) -> StepError {
        self.events.push(Event::ProposalDropped { term: self.term, why });
        StepError::ProposalDropped
    }

    pub(crate) fn drop_read(&mut self, why: ReadRefusal) {
        self.events.push(Event::ReadDropped { term: self.term, why });
    }

    pub(crate) fn vote_facts(&self, kind: VoteKind, from: PeerId, candidate: EntryId) -> VoteFacts {
        let (last, vote, term) = (self.log.last, self.vote, self.term);
        VoteFacts { kind, from, candidate, last, vote, term, outranked: false }
    }
}
