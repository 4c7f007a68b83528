//! Rules about terms, votes and leaders: 1, 2, 3 and 7.

use std::rc::Rc;

use raft::{Body, EntryId, HardState, Index, Message, PeerId, Role, Term, VoteKind};

use super::{Checks, Fact, Rule, Seen, position};
use crate::NodeId;

impl Checks {
    /// A node's state at the end of an event.
    pub(crate) fn observed(&mut self, node: NodeId, seen: &Seen) {
        self.term_and_vote(node, seen.term, seen.vote);
        if seen.role == Role::Leader && self.watch(node).role != Role::Leader {
            self.became_leader(node, seen.term);
        }
        self.watch(node).role = seen.role;
        self.ordered(node, seen);
    }

    fn term_and_vote(&mut self, node: NodeId, term: Term, vote: PeerId) {
        let before = self.watch(node);
        let (old_term, old_vote) = (before.term, before.vote);
        (before.term, before.vote) = (term, vote);
        self.check(Rule::TermMonotonic, old_term <= term, || {
            (Fact::InTerm { node, term: old_term }, Fact::InTerm { node, term })
        });
        let kept = old_term != term || old_vote == PeerId::NONE || old_vote == vote;
        self.check(Rule::VotePersistence, kept, || {
            (
                Fact::Voted { node, term, candidate: NodeId::of(old_vote) },
                Fact::Voted { node, term, candidate: NodeId::of(vote) },
            )
        });
    }

    fn became_leader(&mut self, node: NodeId, term: Term) {
        let other = self.leaders.get(&term).map(|(leader, _)| *leader);
        self.check(Rule::ElectionSafety, other.is_none_or(|leader| leader == node), || {
            let leader = other.expect("checked: somebody else led");
            (Fact::Leads { node: leader, term }, Fact::Leads { node, term })
        });
        let event = self.event;
        Rc::make_mut(&mut self.leaders).entry(term).or_insert((node, event));
        self.holds_all_committed(node, term);
    }

    /// Leader Completeness: compares with the last entry committed in a term before this one. An
    /// entry that a later term committed may be missing: a leader of an older term can be elected
    /// late.
    fn holds_all_committed(&mut self, node: NodeId, term: Term) {
        let known = (0..self.fixed.len()).rev().find_map(|at| {
            let fixed = *self.fixed.get(at)?;
            (fixed.committed_in < term).then_some((at, fixed))
        });
        let Some((at, fixed)) = known else { return };
        let held = self.watch(node).written.get(at).copied();
        self.check(Rule::LeaderCompleteness, held == Some(fixed.entry), || {
            let index = Index(at as u64 + 1);
            let committed = fixed.entry.committed(fixed.by, index);
            let lacks = Fact::Lacks { node, index };
            (committed, held.map_or(lacks, |held| held.held(node, index)))
        });
    }

    /// A node sends a message; what it says about terms, votes and logs must be on its disk.
    pub(crate) fn sent(&mut self, node: NodeId, message: &Message) {
        let watch = self.watch(node);
        let (hard, last) = (watch.hard, watch.durable_last());
        if let Body::VoteResponse { kind: VoteKind::Vote, reject: false } = &message.body {
            self.vote_left(node, message.term, message.to, hard);
        } else if let Body::Accepted { index } = &message.body {
            self.check(Rule::PersistBeforeSend, *index <= last.index, || {
                (Fact::DurableTo { node, last }, Fact::Acknowledged { node, index: *index })
            });
            self.answered_in(node, message.term, hard);
        } else if let Body::Append { .. } = &message.body {
            self.answered_in(node, message.term, hard);
        }
    }

    /// A granted vote left: it must be the one on disk, unless the disk knows a later term.
    fn vote_left(&mut self, node: NodeId, term: Term, candidate: PeerId, hard: HardState) {
        let durable = hard.term > term || (hard.term == term && hard.vote == candidate);
        self.check(Rule::VotePersistence, durable, || {
            (
                Fact::OnDisk { node, term: hard.term, candidate: NodeId::of(hard.vote) },
                Fact::Voted { node, term, candidate: NodeId::of(candidate) },
            )
        });
    }

    fn answered_in(&mut self, node: NodeId, term: Term, hard: HardState) {
        self.check(Rule::PersistBeforeSend, term <= hard.term, || {
            let candidate = NodeId::of(hard.vote);
            (Fact::OnDisk { node, term: hard.term, candidate }, Fact::InTerm { node, term })
        });
    }

    /// A node came back with what its disk holds: a snapshot up to an entry, and the log after it. What it had promised must still be there.
    pub(crate) fn restarted(&mut self, node: NodeId, hard: HardState, snapshot: EntryId) {
        self.starts_after(node, snapshot);
        let watch = self.watch(node);
        let known = std::mem::replace(&mut watch.hard, hard);
        watch.written = watch.durable.clone();
        watch.role = Role::Follower;
        (watch.term, watch.vote, watch.commit) = (hard.term, hard.vote, hard.commit);
        self.check(Rule::TermMonotonic, hard.term >= known.term, || {
            (Fact::InTerm { node, term: known.term }, Fact::InTerm { node, term: hard.term })
        });
        let kept = hard.term > known.term
            || known.vote == PeerId::NONE
            || (hard.term == known.term && hard.vote == known.vote);
        self.check(Rule::VotePersistence, kept, || {
            let (before, now) = (NodeId::of(known.vote), NodeId::of(hard.vote));
            (
                Fact::Voted { node, term: known.term, candidate: before },
                Fact::OnDisk { node, term: hard.term, candidate: now },
            )
        });
        self.check(Rule::CommitMonotonic, hard.commit >= known.commit, || {
            (
                Fact::CommitIs { node, index: known.commit },
                Fact::CommitIs { node, index: hard.commit },
            )
        });
    }

    /// A node's disk is gone. What it held stays known, so that its absence is found.
    pub(crate) fn lost_disk(&mut self, node: NodeId) {
        self.watch(node).durable = crate::Spine::default();
    }

    /// Whether an index is committed by anybody and what this node holds there contradicts it.
    pub fn contradicts(&self, node: NodeId, index: Index) -> bool {
        let Some(at) = position(index) else { return false };
        match (self.fixed.get(at), self.watches[node.slot()].written.get(at)) {
            (Some(fixed), Some(held)) => fixed.entry != *held,
            (Some(_) | None, None) | (None, Some(_)) => false,
        }
    }
}
