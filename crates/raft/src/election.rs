//! Elections: campaigning, voting, counting (Raft §5.2, §5.4.1; PreVote, thesis §9.6).

use crate::core::{Core, State, Stirred, Votes};
use crate::event::{CampaignRefusal, Event, VoteFacts};
use crate::quorum::{VoteResult, vote_result};
use crate::{Body, EntryId, PeerId, Storage, Term, VoteKind};

/// What makes a node campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Campaign {
    /// Ask first whether it would win.
    PreElection,
    /// Ask for votes.
    Election,
    /// Ask for votes on behalf of the leader (thesis §3.10).
    Transfer,
}

impl Core {
    /// Counts a tick; campaigns when the leader was silent for too long (Raft §5.2).
    pub(crate) fn tick_election(&mut self, storage: &dyn Storage) -> Stirred {
        self.election_elapsed += 1;
        let campaigns = self.randomized_timeout <= self.election_elapsed && self.is_promotable();
        if campaigns {
            self.election_elapsed = 0;
            self.start_campaign(storage);
        }
        if campaigns { Stirred::Yes } else { Stirred::No }
    }

    /// Campaigns, with a dry run first if the configuration says so.
    pub(crate) fn start_campaign(&mut self, storage: &dyn Storage) {
        let how = if self.config.pre_vote { Campaign::PreElection } else { Campaign::Election };
        self.campaign_if_allowed(how, storage);
    }

    fn campaign_if_allowed(&mut self, how: Campaign, storage: &dyn Storage) {
        let term = self.term;
        let refusal = if self.leader().is_some() {
            Some(CampaignRefusal::AlreadyLeader)
        } else if self.log.unstable.snapshot.is_some() {
            Some(CampaignRefusal::PendingSnapshot)
        } else if !self.is_promotable() {
            Some(CampaignRefusal::NotVoting)
        } else if term.0 == u64::MAX {
            Some(CampaignRefusal::LastTerm)
        } else if self.log.has_unapplied_conf_change(storage) {
            Some(CampaignRefusal::PendingConfChange)
        } else {
            None
        };
        if let Some(why) = refusal {
            self.events.push(Event::CampaignRefused { term, why });
            return;
        }
        self.events.push(Event::ElectionStarted { term });
        self.campaign(how);
    }

    fn campaign(&mut self, how: Campaign) {
        let (kind, term) = match how {
            Campaign::PreElection => {
                self.become_pre_candidate();
                (VoteKind::PreVote, self.term.next())
            }
            Campaign::Election | Campaign::Transfer => {
                self.become_candidate();
                (VoteKind::Vote, self.term)
            }
        };
        let last = self.log.last;
        for at in 0..self.members.members().len() {
            let member = self.members.members()[at];
            let to = member.id;
            if !member.is_voter() {
                continue;
            }
            if to == self.id() {
                // Its own vote counts like any other: when it is durable.
                self.send_after_append(to, term, Body::VoteResponse { kind, reject: false });
                continue;
            }
            self.events.push(Event::VoteRequested { kind, to, term: self.term, last });
            let transfer = how == Campaign::Transfer;
            let body = Body::Vote { kind, last, transfer, priority: self.config.priority };
            self.messages.push(crate::Message { from: self.id(), to, term, body });
        }
    }

    /// Grants a vote to the first candidate of a term whose log is up to date (Raft §5.2, §5.4.1).
    pub(crate) fn on_vote_request(
        &mut self,
        kind: VoteKind,
        from: PeerId,
        term: Term,
        candidate: EntryId,
    ) {
        let free = self.vote == from
            || (self.vote == PeerId::NONE && self.lead == PeerId::NONE)
            // A dry run for a later term costs nothing.
            || (kind == VoteKind::PreVote && self.term < term);
        if !free || !candidate.is_up_to_date(self.log.last) {
            self.reject_vote(self.vote_facts(kind, from, candidate));
            return;
        }
        self.events.push(Event::VoteCast(self.vote_facts(kind, from, candidate)));
        // The request's term: a pre-candidate looks for the term that it asked for.
        self.send_after_append(from, term, Body::VoteResponse { kind, reject: false });
        if kind == VoteKind::Vote {
            self.election_elapsed = 0;
            self.vote = from;
        }
    }

    pub(crate) fn reject_vote(&mut self, facts: VoteFacts) {
        self.events.push(Event::VoteRejected(facts));
        let body = Body::VoteResponse { kind: facts.kind, reject: true };
        self.send_after_append(facts.from, self.term, body);
    }

    /// Counts an answer; wins, loses or waits (Raft §5.2).
    pub(crate) fn on_vote_response(
        &mut self,
        kind: VoteKind,
        from: PeerId,
        granted: bool,
        storage: &dyn Storage,
    ) {
        let ((State::PreCandidate(votes), VoteKind::PreVote)
        | (State::Candidate(votes), VoteKind::Vote)) = (&mut self.state, kind)
        else {
            // An answer to an earlier round.
            return;
        };
        if !votes.iter().any(|&(voter, _)| voter == from) {
            votes.push((from, granted));
        }
        self.events.push(Event::VoteReceived { kind, from, term: self.term, granted });
        match self.tally(kind) {
            VoteResult::Pending => {}
            VoteResult::Lost => self.become_follower(self.term, PeerId::NONE),
            VoteResult::Won => match kind {
                VoteKind::PreVote if self.term.0 < u64::MAX => self.campaign(Campaign::Election),
                VoteKind::Vote if self.is_promotable() => {
                    self.become_leader();
                    self.broadcast_append(storage);
                }
                // It was removed while it campaigned.
                VoteKind::PreVote | VoteKind::Vote => {
                    self.become_follower(self.term, PeerId::NONE);
                }
            },
        }
    }

    fn tally(&mut self, kind: VoteKind) -> VoteResult {
        let (State::PreCandidate(votes) | State::Candidate(votes)) = &self.state else {
            return VoteResult::Pending;
        };
        let members = self.members.members();
        let vote = |id| votes.iter().find(|&&(voter, _)| voter == id).map(|&(_, granted)| granted);
        let count = |which: bool| {
            members
                .iter()
                .filter(|member| !member.learner && vote(member.id) == Some(which))
                .count()
        };
        let (granted, rejected) = (count(true), count(false));
        let incoming = members.iter().filter(|member| member.incoming);
        let outgoing = members.iter().filter(|member| member.outgoing);
        let result = vote_result(incoming.map(|member| vote(member.id)))
            .and(vote_result(outgoing.map(|member| vote(member.id))));
        self.events.push(Event::VotesTallied { kind, granted, rejected });
        result
    }

    /// The leader wants this node to lead: it campaigns at once, without a dry run (thesis §3.10).
    pub(crate) fn on_timeout_now(&mut self, from: PeerId, storage: &dyn Storage) {
        self.events.push(Event::TimeoutNowReceived { term: self.term, from });
        self.campaign_if_allowed(Campaign::Transfer, storage);
    }

    /// Gives the leader up, so that this node grants votes although the lease runs.
    pub(crate) fn forget_leader(&mut self) {
        if self.state != State::Follower {
            return;
        }
        if self.config.read_only == crate::ReadOnly::LeaseBased {
            self.events.push(Event::ForgetLeaderRefused);
        } else if self.lead != PeerId::NONE {
            let lead = core::mem::take(&mut self.lead);
            self.events.push(Event::LeaderForgotten { term: self.term, lead });
        }
    }

    /// What a candidate knows of its voters; `None` unless it is one.
    pub(crate) fn votes(&self) -> Option<&Votes> {
        match &self.state {
            State::PreCandidate(votes) | State::Candidate(votes) => Some(votes),
            State::Follower | State::Leader(_) => None,
        }
    }
}
