//! The invariants of Raft, checked after every event.
//!
//! Checks are incremental: each looks only at what the event changed, against what was seen before.
//! They know nothing of the core's insides: what they are told is what a node did, wrote, sent and
//! applied. Each rule's tests plant a fault and see it found.

mod apply;
mod commit;
mod election;
mod fact;
mod log;
mod rule;
mod snapshot;

use std::collections::BTreeMap;
use std::rc::Rc;

use det::Time;
use raft::{HardState, Index, PeerId, Role, Term};

pub use fact::{Fact, Finding};
pub use rule::Rule;

use crate::{EventId, NodeId, Spine};

/// Findings kept per rule: the first ones tell the story.
const FINDINGS_PER_RULE: u32 = 8;

/// What is known of an entry: its term and the digest of the log up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chained {
    term: Term,
    chain: u64,
}

/// An index that somebody has committed: what is there for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fixed {
    entry: Chained,
    /// The term in which it was first committed.
    committed_in: Term,
    /// Who committed it first.
    by: NodeId,
}

/// What was seen of one node.
#[derive(Clone, Debug, Default)]
struct Watch {
    term: Term,
    vote: PeerId,
    role: Role,
    commit: Index,
    applied: Index,
    /// The digest of everything applied in this incarnation.
    applied_chain: u64,
    /// Its log as written.
    written: Spine<Chained>,
    /// Its log as far as it is on disk.
    durable: Spine<Chained>,
    /// Its hard state on disk.
    hard: HardState,
}

/// What a node's state is, at the end of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) term: Term,
    pub(crate) vote: PeerId,
    pub(crate) role: Role,
    pub(crate) commit: Index,
    pub(crate) applied: Index,
    pub(crate) last: Index,
}

/// All checkers of a run.
#[derive(Clone, Debug)]
pub struct Checks {
    counts: [u64; Rule::ALL.len()],
    findings: Rc<Vec<Finding>>,
    watches: Vec<Watch>,
    /// Who led in which term, and since which event.
    leaders: Rc<BTreeMap<Term, (NodeId, EventId)>>,
    /// Every committed index, from 1.
    fixed: Spine<Fixed>,
    /// The first log seen at each index, from 1, and all different ones.
    first_seen: Spine<(Chained, NodeId)>,
    also_seen: Rc<BTreeMap<(Index, Term), (u64, NodeId)>>,
    /// The state machine in the first snapshot of each index, by its digest.
    snapshots: Rc<BTreeMap<Index, (u64, NodeId)>>,
    now: Time,
    event: EventId,
}

impl Checks {
    pub(crate) fn new(nodes: u8) -> Self {
        Self {
            counts: [0; Rule::ALL.len()],
            findings: Rc::default(),
            watches: (0..nodes).map(|_| Watch::default()).collect(),
            leaders: Rc::default(),
            fixed: Spine::default(),
            first_seen: Spine::default(),
            also_seen: Rc::default(),
            snapshots: Rc::default(),
            now: Time::ZERO,
            event: EventId(0),
        }
    }

    /// One more node is watched.
    pub(crate) fn grow(&mut self) {
        self.watches.push(Watch::default());
    }

    /// How often a rule was checked.
    pub fn count(&self, rule: Rule) -> u64 {
        self.counts[rule.slot()]
    }

    /// Every contradiction found, oldest first; the first few of each rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The largest index that any node has committed.
    pub fn committed(&self) -> Index {
        Index(self.fixed.len() as u64)
    }

    /// The term of the committed entry at an index; `None` if nobody has committed it.
    pub fn committed_term(&self, index: Index) -> Option<Term> {
        self.fixed.get(position(index)?).map(|fixed| fixed.entry.term)
    }

    /// How many pointers a clone copies.
    pub(crate) fn chunks(&self) -> usize {
        let logs = |watch: &Watch| watch.written.chunks() + watch.durable.chunks();
        let own = self.fixed.chunks() + self.first_seen.chunks();
        own + self.watches.iter().map(logs).sum::<usize>()
    }

    /// What follows happens now, as this event.
    pub(crate) fn at(&mut self, now: Time, event: EventId) {
        (self.now, self.event) = (now, event);
    }

    /// One rule is checked: counts it, and records the two facts if they contradict each other.
    fn check(&mut self, rule: Rule, holds: bool, facts: impl FnOnce() -> (Fact, Fact)) {
        self.counts[rule.slot()] += 1;
        if !holds {
            self.find(rule, facts());
        }
    }

    #[cold]
    fn find(&mut self, rule: Rule, (first, second): (Fact, Fact)) {
        let before = self.findings.iter().filter(|finding| finding.rule == rule).count();
        if before < FINDINGS_PER_RULE as usize {
            let finding = Finding { rule, at: self.now, event: self.event, first, second };
            Rc::make_mut(&mut self.findings).push(finding);
        }
    }

    fn watch(&mut self, node: NodeId) -> &mut Watch {
        &mut self.watches[node.slot()]
    }
}

/// Where an index is in a list that starts at index 1; `None` for zero.
fn position(index: Index) -> Option<usize> {
    usize::try_from(index.0.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests;
