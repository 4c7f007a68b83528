//! Linearizable reads without a log entry (thesis §6.4).
//!
//! A leader notes its commit index, makes sure that it still is the leader, and answers with that
//! index: whoever has applied it may read. It makes sure with a round of heartbeats. Rounds are
//! numbered, and a follower that echoes round n has confirmed every read up to n, so a lost or late
//! answer never confirms a read that was asked for after it was sent.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::core::{Core, State};
use crate::event::{ReadRefusal, Refusal};
use crate::message::MessageKind;
use crate::quorum::committed_index;
use crate::{Body, Index, Message, PeerId, ReadOnly, ReadState, Storage, Term};

/// A read and who asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Read {
    from: PeerId,
    context: Bytes,
    /// The commit index when it was asked for.
    index: Index,
}

/// The reads that wait in a leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReadQueue {
    /// How many reads were confirmed in this term so far.
    confirmed: u64,
    /// Those whose round is on its way: the first belongs to round `confirmed + 1`.
    waiting: VecDeque<Read>,
    /// Those that wait for the first commit of the term, before which a leader does not know the
    /// commit index of its predecessors.
    postponed: Vec<(PeerId, Bytes)>,
}

impl ReadQueue {
    /// The round that confirms all waiting reads; zero if none waits.
    pub(crate) fn newest_round(&self) -> u64 {
        match self.waiting.len() as u64 {
            0 => 0,
            count => self.confirmed + count,
        }
    }

    fn len(&self) -> usize {
        self.waiting.len() + self.postponed.len()
    }
}

impl Core {
    /// Somebody wants to read: this node's application, or a follower for its own.
    pub(crate) fn on_read_request(&mut self, from: PeerId, context: Bytes, storage: &dyn Storage) {
        let in_term = self.has_committed_in_term(storage);
        let limit = self.config.max_pending_reads;
        let State::Leader(leader) = &mut self.state else { return };
        if limit != 0 && limit <= leader.reads.len() {
            self.drop_read(ReadRefusal::QueueFull);
        } else if !in_term {
            leader.reads.postponed.push((from, context));
        } else {
            self.start_read(from, context);
        }
    }

    fn has_committed_in_term(&self, storage: &dyn Storage) -> bool {
        let index = self.log.committed;
        self.term != Term::default() && self.log.term(index, storage) == Ok(self.term)
    }

    fn start_read(&mut self, from: PeerId, context: Bytes) {
        let index = self.log.committed;
        match self.config.read_only {
            // The lease says that nobody else leads (thesis §6.4.1).
            ReadOnly::LeaseBased => self.answer_read(from, context, index),
            // Nobody else could; but one that was removed is not the one voter.
            ReadOnly::Safe if self.members.is_singleton() && self.is_promotable() => {
                self.answer_read(from, context, index);
            }
            ReadOnly::Safe => {
                let own = self.members.position(self.id());
                let State::Leader(leader) = &mut self.state else { return };
                leader.reads.waiting.push_back(Read { from, context, index });
                if let Some(own) = own {
                    leader.progress[own].confirmed_round = leader.reads.newest_round();
                }
                self.broadcast_heartbeat();
            }
        }
    }

    /// The first commit of the term is there: reads that waited for it begin.
    pub(crate) fn release_reads(&mut self, storage: &dyn Storage) {
        let State::Leader(leader) = &self.state else { return };
        if leader.reads.postponed.is_empty() || !self.has_committed_in_term(storage) {
            return;
        }
        let State::Leader(leader) = &mut self.state else { return };
        for (from, context) in core::mem::take(&mut leader.reads.postponed) {
            self.start_read(from, context);
        }
    }

    /// A member has seen this leader alive in this round.
    pub(crate) fn confirm_round(&mut self, at: usize, round: u64) {
        let from = self.members.members()[at].id;
        let State::Leader(leader) = &mut self.state else { return };
        if round == 0 || self.config.read_only != ReadOnly::Safe {
            return;
        }
        if leader.reads.confirmed + (leader.reads.waiting.len() as u64) < round {
            return self.refuse(MessageKind::HeartbeatResp, from, Refusal::UnknownReadRound);
        }
        let progress = &mut leader.progress[at];
        progress.confirmed_round = progress.confirmed_round.max(round);
        let members = || self.members.members().iter().zip(&leader.progress);
        let incoming = members().filter(|(member, _)| member.incoming);
        let outgoing = members().filter(|(member, _)| member.outgoing);
        let rounds = committed_index(incoming.map(|(_, member)| Index(member.confirmed_round)))
            .min(committed_index(outgoing.map(|(_, member)| Index(member.confirmed_round))));
        let count = rounds.0.saturating_sub(leader.reads.confirmed);
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(leader.reads.waiting.len());
        leader.reads.confirmed += count as u64;
        let confirmed: Vec<Read> = leader.reads.waiting.drain(..count).collect();
        for Read { from, context, index } in confirmed {
            self.answer_read(from, context, index);
        }
    }

    fn answer_read(&mut self, from: PeerId, context: Bytes, index: Index) {
        if from == self.id() {
            self.reads.push(ReadState { index, context });
        } else {
            self.send(from, Body::ReadIndexResponse { index, context });
        }
    }

    /// A request of the application. On a leader it is handled, on a follower it is forwarded.
    pub(crate) fn read_index(&mut self, context: Bytes, storage: &dyn Storage) {
        let from = self.id();
        match (&self.state, self.lead) {
            (State::Leader(_), _) => self.on_read_request(from, context, storage),
            (State::PreCandidate(_) | State::Candidate(_), _) => {
                self.drop_read(ReadRefusal::Campaigning);
            }
            (State::Follower, PeerId::NONE) => self.drop_read(ReadRefusal::NoLeader),
            (State::Follower, to) => {
                let body = Body::ReadIndex { context };
                self.messages.push(Message { from, to, term: Term::default(), body });
            }
        }
    }
}
