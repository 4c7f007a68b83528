//! Lines about elections and transfers.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each group prints its own events; the one match that picks the group is complete"
)]

use core::fmt::{self, Formatter};

use super::Line;
use crate::event::{CampaignRefusal, Event, TransferAbort, TransferRefusal, VoteFacts};
use crate::{EntryId, MessageKind};

impl Line<'_> {
    pub(super) fn election(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::ElectionStarted { term } => {
                write!(f, "{id:x} is starting a new election at term {term}")
            }
            Event::CampaignRefused { term, why } => match why {
                CampaignRefusal::AlreadyLeader => {
                    write!(f, "{id:x} ignoring MsgHup because already leader")
                }
                CampaignRefusal::NotVoting
                | CampaignRefusal::PendingSnapshot
                | CampaignRefusal::LastTerm => {
                    write!(f, "{id:x} is unpromotable and can not campaign")
                }
                CampaignRefusal::PendingConfChange => write!(
                    f,
                    "{id:x} cannot campaign at term {term} since there are still pending \
                     configuration changes to apply"
                ),
            },
            Event::VoteRequested { kind, to, term, last } => {
                let request = MessageKind::vote(*kind);
                let EntryId { term: last_term, index } = last;
                write!(
                    f,
                    "{id:x} [logterm: {last_term}, index: {index}] sent {request} request to {to:x} at term {term}"
                )
            }
            Event::VoteCast(facts) => self.vote(f, facts, "cast"),
            Event::VoteRejected(facts) => self.vote(f, facts, "rejected"),
            Event::VoteIgnored { facts, remaining_ticks } => {
                self.vote(f, facts, "ignored")?;
                write!(f, ": lease is not expired (remaining ticks: {remaining_ticks})")
            }
            Event::VoteReceived { kind, from, term, granted } => {
                let response = MessageKind::vote_response(*kind);
                let refused = if *granted { "" } else { " rejection" };
                write!(f, "{id:x} received {response}{refused} from {from:x} at term {term}")
            }
            Event::VotesTallied { kind, granted, rejected } => {
                let response = MessageKind::vote_response(*kind);
                write!(
                    f,
                    "{id:x} has received {granted} {response} votes and {rejected} vote rejections"
                )
            }
            Event::HigherTerm { kind, from, own, theirs } => write!(
                f,
                "{id:x} [term: {own}] received a {kind} message with higher term from {from:x} [term: {theirs}]"
            ),
            Event::LowerTerm { kind, from, own, theirs } => write!(
                f,
                "{id:x} [term: {own}] ignored a {kind} message with lower term from {from:x} [term: {theirs}]"
            ),
            Event::QuorumLost => {
                write!(f, "{id:x} stepped down to follower since quorum is not active")
            }
            _ => Ok(()),
        }
    }

    fn vote(&self, f: &mut Formatter<'_>, facts: &VoteFacts, verb: &str) -> fmt::Result {
        let VoteFacts { kind, from, candidate, last, vote, term, .. } = facts;
        let id = self.id;
        let request = MessageKind::vote(*kind);
        let whom = if verb == "cast" { "for" } else { "from" };
        write!(
            f,
            "{id:x} [logterm: {}, index: {}, vote: {vote:x}] {verb} {request} {whom} {from:x} \
             [logterm: {}, index: {}] at term {term}",
            last.term, last.index, candidate.term, candidate.index
        )
    }

    pub(super) fn transfer(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.event {
            Event::TransferStarted { term, to } => {
                write!(f, "{id:x} [term {term}] starts to transfer leadership to {to:x}")
            }
            Event::TransferAborted { term, to, why } => match why {
                TransferAbort::Replaced => {
                    write!(
                        f,
                        "{id:x} [term {term}] abort previous transferring leadership to {to:x}"
                    )
                }
                TransferAbort::TimedOut | TransferAbort::TargetLeft => Ok(()),
            },
            Event::TransferRefused { term, to, why } => match why {
                TransferRefusal::Learner => {
                    write!(f, "{id:x} is learner. Ignored transferring leadership")
                }
                TransferRefusal::AlreadyLeader => {
                    write!(f, "{id:x} is already leader. Ignored transferring leadership to self")
                }
                TransferRefusal::InProgress => write!(
                    f,
                    "{id:x} [term {term}] transfer leadership to {to:x} is in progress, \
                     ignores request to same node {to:x}"
                ),
                TransferRefusal::NoLeader => {
                    write!(f, "{id:x} no leader at term {term}; dropping leader transfer msg")
                }
                TransferRefusal::Campaigning => Ok(()),
            },
            Event::TimeoutNowSent { to, caught_up: true } => {
                write!(f, "{id:x} sent MsgTimeoutNow to {to:x} after received MsgAppResp")
            }
            Event::TimeoutNowSent { to, caught_up: false } => write!(
                f,
                "{id:x} sends MsgTimeoutNow to {to:x} immediately as {to:x} already has up-to-date log"
            ),
            Event::TimeoutNowReceived { term, from } => write!(
                f,
                "{id:x} [term {term}] received MsgTimeoutNow from {from:x} and starts an election \
                 to get leadership."
            ),
            Event::TimeoutNowIgnored { term, role, from } => write!(
                f,
                "{id:x} [term {term} state {}] ignored MsgTimeoutNow from {from:x}",
                role.as_str()
            ),
            Event::LeaderForgotten { term, lead } => {
                write!(f, "{id:x} forgetting leader {lead:x} at term {term}")
            }
            Event::ForgetLeaderRefused => {
                f.write_str("ignoring MsgForgetLeader due to ReadOnlyLeaseBased")
            }
            _ => Ok(()),
        }
    }
}
