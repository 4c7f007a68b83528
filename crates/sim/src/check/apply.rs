//! Rules about applying: 8 and 9.

use det::Digest;
use raft::{Entry, EntryId, Index};

use super::{Checks, Fact, Rule, position};
use crate::NodeId;

impl Checks {
    /// A node applies an entry to its state machine.
    pub(crate) fn applied(&mut self, node: NodeId, entry: &Entry) {
        let watch = self.watch(node);
        let before = watch.applied;
        let seed = watch.applied_chain ^ entry.id.term.0.rotate_left(32);
        let digest = Digest::chain(seed, &entry.data);
        watch.applied = entry.id.index;
        watch.applied_chain = digest;
        self.check(Rule::ApplyOrder, entry.id.index == before.next(), || {
            (
                Fact::AppliedIs { node, index: before },
                Fact::Applied { node, entry: entry.id, digest },
            )
        });
        self.same_for_all(node, entry.id, digest);
    }

    fn same_for_all(&mut self, node: NodeId, entry: EntryId, digest: u64) {
        let fixed = position(entry.index).and_then(|at| self.fixed.get(at)).copied();
        let same = fixed
            .is_some_and(|fixed| fixed.entry.term == entry.term && fixed.entry.chain == digest);
        self.check(Rule::StateMachineSafety, same, || {
            let first = fixed.map_or(Fact::CommitIs { node, index: Index(0) }, |fixed| {
                fixed.entry.committed(fixed.by, entry.index)
            });
            (first, Fact::Applied { node, entry, digest })
        });
    }
}
