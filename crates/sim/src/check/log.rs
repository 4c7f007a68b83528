//! Rules about what logs hold: 5, 6 and 10.

use std::rc::Rc;

use det::Digest;
use raft::{Entry, EntryId, HardState, Index, Role, Term};

use super::{Chained, Checks, Fact, Rule, Watch, position};
use crate::{NodeId, Spine};

impl Chained {
    /// The link of an entry onto what stands before it.
    fn onto(before: Option<&Self>, entry: &Entry) -> Self {
        let seed = before.map_or(0, |link| link.chain) ^ entry.id.term.0.rotate_left(32);
        Self { term: entry.id.term, chain: Digest::chain(seed, &entry.data) }
    }

    /// As a fact: a node holds this at an index.
    pub(super) fn held(self, node: NodeId, index: Index) -> Fact {
        Fact::Holds { node, entry: EntryId { term: self.term, index }, digest: self.chain }
    }

    /// As a fact: a node committed this at an index.
    pub(super) fn committed(self, node: NodeId, index: Index) -> Fact {
        Fact::Committed { node, entry: EntryId { term: self.term, index }, digest: self.chain }
    }
}

/// Writes entries over a list of links, as they are written over a log.
fn extend(links: &mut Spine<Chained>, entries: &[Entry]) {
    let Some(keep) = entries.first().and_then(|first| position(first.id.index)) else { return };
    links.truncate(keep);
    for entry in entries {
        links.push(Chained::onto(links.last(), entry));
    }
}

impl Watch {
    /// The last entry on disk.
    pub(super) fn durable_last(&self) -> EntryId {
        let term = self.durable.last().map_or(Term(0), |link| link.term);
        EntryId { term, index: Index(self.durable.len() as u64) }
    }
}

impl Checks {
    /// A node writes entries to its log, in place of what is there from the first one on.
    /// Says whether anything was replaced.
    pub(crate) fn wrote(&mut self, node: NodeId, role: Role, entries: &[Entry]) -> bool {
        let Some(first) = entries.first().map(|entry| entry.id.index) else { return false };
        let watch = self.watch(node);
        let (last, commit) = (watch.written.len() as u64, watch.commit);
        let replaces = first.0 <= last;
        if role == Role::Leader {
            let term = watch.term;
            self.check(Rule::LeaderAppendOnly, !replaces, || {
                (Fact::Leads { node, term }, Fact::Rewrote { node, from: first })
            });
        }
        self.check(Rule::CommittedImmutable, first > commit, || {
            (Fact::CommitIs { node, index: commit }, Fact::Rewrote { node, from: first })
        });
        extend(&mut self.watch(node).written, entries);
        for at in entries.iter().filter_map(|entry| position(entry.id.index)) {
            self.matches_others(node, at);
        }
        replaces
    }

    /// Log Matching: whoever else has held an entry of this index and term had the same log up to it.
    fn matches_others(&mut self, node: NodeId, at: usize) {
        let Some(held) = self.watch(node).written.get(at).copied() else { return };
        let index = Index(at as u64 + 1);
        let known = match self.first_seen.get(at) {
            Some((first, by)) if first.term == held.term => Some((first.chain, *by)),
            Some(_) => self.also_seen.get(&(index, held.term)).copied(),
            None => None,
        };
        let (chain, by) = known.unwrap_or((held.chain, node));
        self.check(Rule::LogMatching, chain == held.chain, || {
            (Chained { term: held.term, chain }.held(by, index), held.held(node, index))
        });
        if known.is_none() {
            self.remember(at, held, node);
        }
    }

    fn remember(&mut self, at: usize, held: Chained, node: NodeId) {
        if at == self.first_seen.len() {
            self.first_seen.push((held, node));
        } else {
            let key = (Index(at as u64 + 1), held.term);
            Rc::make_mut(&mut self.also_seen).insert(key, (held.chain, node));
        }
    }

    /// A write is on disk.
    pub(crate) fn synced(&mut self, node: NodeId, hard: Option<HardState>, entries: &[Entry]) {
        let watch = self.watch(node);
        if let Some(hard) = hard {
            watch.hard = hard;
        }
        extend(&mut watch.durable, entries);
    }
}
