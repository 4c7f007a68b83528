//! Rules about commit indices: 11, 12, 13 and 14, and what is committed for ever.

use raft::{EntryId, Index, Role, Term};

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

    /// A node's commit index advanced to `to`. Returns on how many disks that entry is.
    pub(crate) fn committed_to(
        &mut self,
        node: NodeId,
        role: Role,
        term: Term,
        to: Index,
    ) -> usize {
        let Some(at) = position(to) else { return 0 };
        let Some(held) = self.watch(node).written.get(at).copied() else { return 0 };
        let disks = self.disks_with(at, held);
        if role == Role::Leader {
            let voters = self.watches.len();
            let entry = EntryId { term: held.term, index: to };
            self.check(Rule::CommittedOnQuorum, disks > voters / 2, || {
                (Fact::HeldBy { entry, disks, voters }, held.committed(node, to))
            });
            self.check(Rule::OwnTermCommit, held.term == term, || {
                (Fact::Leads { node, term }, held.committed(node, to))
            });
        }
        self.fix(node, term, at);
        disks
    }

    fn disks_with(&self, at: usize, held: Chained) -> usize {
        self.watches.iter().filter(|watch| watch.durable.get(at) == Some(&held)).count()
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
