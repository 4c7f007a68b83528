//! Snapshots under rule 8: whoever covers the same log has the same state (Raft §7).

use std::rc::Rc;

use raft::EntryId;

use super::{Chained, Checks, Fact, Rule, position};
use crate::{NodeId, Spine};

impl Checks {
    /// A node took a snapshot of what it has applied.
    #[inline(never)]
    pub(crate) fn took_snapshot(&mut self, node: NodeId, last: EntryId, state: u64) {
        self.same_state(node, last, state);
        Rc::make_mut(&mut self.snapshots).entry(last.index).or_insert((state, node));
    }

    /// A snapshot takes the place of a node's log; not yet on disk.
    #[inline(never)]
    pub(crate) fn wrote_snapshot(&mut self, node: NodeId, last: EntryId) {
        self.watch(node).written = self.fixed_up_to(last);
    }

    /// A snapshot is on a node's disk, and its state machine is what it says.
    #[inline(never)]
    pub(crate) fn installed(&mut self, node: NodeId, last: EntryId, state: u64) {
        self.same_state(node, last, state);
        self.watch(node).durable = self.fixed_up_to(last);
        self.starts_after(node, last);
    }

    /// What a node applies next comes after this.
    #[inline(never)]
    pub(super) fn starts_after(&mut self, node: NodeId, last: EntryId) {
        let fixed = position(last.index).and_then(|at| self.fixed.get(at));
        let chain = fixed.map_or(0, |fixed| fixed.entry.chain);
        let watch = self.watch(node);
        (watch.applied, watch.applied_chain) = (last.index, chain);
    }

    /// The committed log up to an entry. A snapshot covers nothing else.
    fn fixed_up_to(&self, last: EntryId) -> Spine<Chained> {
        let mut log = Spine::default();
        let count = usize::try_from(last.index.0).unwrap_or(usize::MAX);
        for fixed in self.fixed.iter_from(0).take(count) {
            log.push(fixed.entry);
        }
        log
    }

    fn same_state(&mut self, node: NodeId, last: EntryId, state: u64) {
        let fixed = position(last.index).and_then(|at| self.fixed.get(at)).copied();
        let known = self.snapshots.get(&last.index).copied();
        let same = fixed.is_some_and(|fixed| fixed.entry.term == last.term)
            && known.is_none_or(|(known, _)| known == state);
        self.check(Rule::StateMachineSafety, same, || {
            let first = match (known, fixed) {
                (Some((digest, node)), _) => Fact::Applied { node, entry: last, digest },
                (None, Some(fixed)) => fixed.entry.committed(fixed.by, last.index),
                (None, None) => Fact::Lacks { node, index: last.index },
            };
            (first, Fact::Applied { node, entry: last, digest: state })
        });
    }
}
