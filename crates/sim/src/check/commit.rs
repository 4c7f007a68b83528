//! Rules about commit indices: 11, 12, 13 and 14, and what is committed for ever.

use raft::{EntryId, Index, Member, Membership, Role, Term};

use super::{Chained, Checks, Fact, Fixed, Rule, Seen, position};
use crate::NodeId;

impl Checks {
    /// Commit never goes back, and the indices of a node stand in order.
    pub(super) fn ordered(&mut self, node: NodeId, seen: &Seen) {
        let before = self.watch(node).commit;
        let (commit, applied, last) = (seen.commit, seen.applied, seen.last);
        self.check(Rule::CommitMonotonic, before <= commit, || {
            (Fact::CommitIs { node, index: before }, Fact::CommitIs { node, index: commit })
        });
        self.watch(node).commit = commit;
        let durable = self.watch(node).durable_last();
        self.check(Rule::Ordering, applied <= commit && commit <= last, || {
            let commit_is = Fact::CommitIs { node, index: commit };
            if applied > commit {
                (commit_is, Fact::AppliedIs { node, index: applied })
            } else {
                (Fact::LastIs { node, index: last }, commit_is)
            }
        });
        self.check(Rule::Ordering, applied <= durable.index, || {
            (Fact::DurableTo { node, last: durable }, Fact::AppliedIs { node, index: applied })
        });
    }

    /// A node's commit index advanced to `to`. Returns on how many voters' disks that entry is.
    pub(crate) fn committed_to(
        &mut self,
        node: NodeId,
        role: Role,
        term: Term,
        to: Index,
        members: &Membership,
    ) -> usize {
        let Some(at) = position(to) else { return 0 };
        let Some(held) = self.watch(node).written.get(at).copied() else { return 0 };
        let (disks, voters) = self.disks_with(at, held, members, Member::is_voter);
        if role == Role::Leader {
            let entry = EntryId { term: held.term, index: to };
            // In a joint configuration a majority of both halves (Raft §6).
            let halves: [fn(&Member) -> bool; 2] =
                [|member| member.incoming, |member| member.outgoing];
            let quorum = halves.into_iter().all(|half| {
                let (disks, voters) = self.disks_with(at, held, members, half);
                voters == 0 || disks > voters / 2
            });
            self.check(Rule::CommittedOnQuorum, quorum, || {
                (Fact::HeldBy { entry, disks, voters }, held.committed(node, to))
            });
            self.check(Rule::OwnTermCommit, held.term == term, || {
                (Fact::Leads { node, term }, held.committed(node, to))
            });
        }
        self.fix(node, term, at);
        disks
    }

    /// How many of these members hold something on their disks, and how many they are.
    fn disks_with(
        &self,
        at: usize,
        held: Chained,
        members: &Membership,
        which: impl Fn(&Member) -> bool,
    ) -> (usize, usize) {
        let chosen = members.members().iter().filter(|member| which(member));
        chosen.fold((0, 0), |(disks, voters), member| {
            let watch = NodeId::of(member.id).and_then(|node| self.watches.get(node.slot()));
            let has = watch.is_some_and(|watch| watch.durable.get(at) == Some(&held));
            (disks + usize::from(has), voters + 1)
        })
    }

    /// What was never committed before is now; what was must be the same.
    fn fix(&mut self, node: NodeId, term: Term, at: usize) {
        let known = self.fixed.len().min(at + 1);
        if let Some(last_known) = known.checked_sub(1) {
            self.same_as_fixed(node, last_known);
        }
        for new in known..=at {
            let Some(entry) = self.watch(node).written.get(new).copied() else { return };
            self.fixed.push(Fixed { entry, committed_in: term, by: node });
        }
    }

    /// Chains cover everything before, so the last common index speaks for all.
    fn same_as_fixed(&mut self, node: NodeId, at: usize) {
        let (Some(fixed), Some(held)) =
            (self.fixed.get(at).copied(), self.watch(node).written.get(at).copied())
        else {
            return;
        };
        let index = Index(at as u64 + 1);
        self.check(Rule::CommittedImmutable, fixed.entry == held, || {
            (fixed.entry.committed(fixed.by, index), held.committed(node, index))
        });
    }
}
