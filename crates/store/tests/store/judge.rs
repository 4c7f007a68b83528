//! The judge: what has to hold of every store at every moment, over a crash, and of all together at rest.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use raft::{EntryId, Index, Storage, Term};
use store::cluster::Cluster;
use store::{
    FIRST, LogState, RaftCommand, RangeId, RangeLog, Replica, ReplicaId, Store, StoreId, keys, kv,
};

use crate::sstable::check_ledger;

/// Watches a cluster.
#[derive(Clone, Default)]
pub(crate) struct Judge {
    /// Which replica a store had of a range and what was in its log, when all of that was durable.
    promised: BTreeMap<(StoreId, RangeId), (ReplicaId, LogState)>,
    /// Who led in a term.
    leaders: BTreeMap<(RangeId, Term), StoreId>,
    /// The lease index and the number of the lease when so much of a range's log was applied, anywhere.
    applied: BTreeMap<(RangeId, Index), (u64, u64)>,
    /// The last entry of a range that anybody applied, and the newest term that anybody led in by then.
    committed: BTreeMap<RangeId, (EntryId, Term)>,
}

impl Judge {
    /// Looks at all stores that run. Nobody leads in a term that somebody else leads in, nobody serves beside
    /// another, and nobody sleeps who has something to do.
    #[track_caller]
    pub(crate) fn observe(&mut self, cluster: &Cluster) {
        let mut serving: BTreeMap<RangeId, StoreId> = BTreeMap::new();
        for store in cluster.stores().filter(|store| !store.has_failed()) {
            for replica in store.replicas() {
                let (range, log) = (replica.range(), *replica.log());
                if store.serves(range, cluster.now()) {
                    let other = serving.insert(range, store.id());
                    assert_eq!(other, None, "{} serves {range}, too", store.id());
                }
                self.observe_applied(replica);
                if let Some(raft) = replica.raft().filter(|_| replica.is_leader()) {
                    let id = store.id();
                    let first = *self.leaders.entry((range, raft.term())).or_insert(id);
                    assert_eq!(first, id, "{range} has two leaders in {}", raft.term());
                    self.check_complete(store, replica, raft.term());
                }
                // A log that is as it began stands for nothing that was promised.
                if replica.unsynced() == 0 && log != LogState::initial() {
                    self.promised.insert((store.id(), range), (replica.id(), log));
                }
            }
        }
    }

    /// A leader has every entry that was applied under an earlier one.
    #[track_caller]
    fn check_complete(&self, store: &Store, replica: &Replica, term: Term) {
        let range = replica.range();
        let Some(&(entry, _)) = self.committed.get(&range).filter(|(_, under)| *under < term)
        else {
            return;
        };
        let log = replica.log();
        assert!(entry.index <= log.last.index, "{range}: the leader of {term} lacks {entry:?}");
        if log.truncated.index < entry.index {
            let own = store.log(range).map(|log| log.term(entry.index));
            assert_eq!(
                own,
                Some(Ok(entry.term)),
                "{range}: the leader of {term} has another entry"
            );
        }
    }

    /// Lease indices and lease numbers only grow with what is applied, and are the same wherever as much is.
    #[track_caller]
    fn observe_applied(&mut self, replica: &Replica) {
        let (range, Some(state)) = (replica.range(), replica.state()) else { return };
        let (index, raft) = (state.applied.entry.index, replica.raft());
        if let Some(raft) = raft.filter(|_| replica.is_quiescent()) {
            let (commit, last) = (raft.commit(), raft.last().index);
            assert_eq!([index, commit], [last; 2], "{range} sleeps with something to do");
        }
        let entry = state.applied.entry;
        if self.committed.get(&range).is_none_or(|(known, _)| known.index < entry.index) {
            let led = self.leaders.range((range, Term(0))..=(range, Term(u64::MAX))).next_back();
            let under = led.map_or(entry.term, |((_, term), _)| entry.term.max(*term));
            self.committed.insert(range, (entry, under));
        }
        let own = (state.applied.lease_applied_index, state.lease.sequence);
        assert_eq!(*self.applied.entry((range, index)).or_insert(own), own, "{range} at {index}");
        let grow = |a: (u64, u64), b: (u64, u64)| a.0 <= b.0 && a.1 <= b.1;
        let before = self.applied.range((range, Index::ZERO)..(range, index)).next_back();
        let after = self.applied.range((range, index.next())..=(range, Index(u64::MAX))).next();
        assert!(
            before.is_none_or(|(_, &before)| grow(before, own)),
            "{range}: {before:?}, {own:?}"
        );
        assert!(after.is_none_or(|(_, &after)| grow(own, after)), "{range}: {own:?}, {after:?}");
    }

    /// A store has started from what a crash left: it stands by what it promised, and is sound.
    #[track_caller]
    pub(crate) fn restarted(&self, store: &Store) {
        for (&(_, range), &(id, before)) in
            self.promised.iter().filter(|(of, _)| of.0 == store.id())
        {
            let replica = store.replica(range);
            let replica = replica.unwrap_or_else(|| panic!("{range} is forgotten: {before:?}"));
            assert_eq!(replica.id(), id);
            let (then, log) = (before.hard_state, replica.log());
            let now = log.hard_state;
            assert!(then.term <= now.term, "{range} went back from {then:?} to {now:?}");
            if then.term == now.term {
                let kept = then.vote == now.vote || then.vote == raft::PeerId::NONE;
                assert!(kept, "{range} votes twice: {then:?}, {now:?}");
                // Nobody overwrites an entry in its own term.
                let is_own = before.last.term == now.term;
                assert!(!is_own || before.last.index <= log.last.index, "{range} lost entries");
            }
        }
        check_store(store);
    }
}

/// What one store may be asked at any time: logs in order and whole, a file for each thin entry and for
/// nothing else, no two replicas on one key.
#[track_caller]
pub(crate) fn check_store(store: &Store) {
    let mut files = Vec::new();
    for replica in store.replicas() {
        check_replica(store, replica);
        files.extend(thin_entries(store, replica.range()));
    }
    assert_eq!(store.engines().sideload().files().collect::<Vec<_>>(), files);
    check_names(store, &files);
    for engine in [store.engines().state(), store.engines().log()] {
        assert!(engine.version().check_levels().is_ok(), "what is newer lies above what is older");
    }
    let mut spans: Vec<_> = store.replicas().filter_map(Replica::descriptor).collect();
    spans.sort_by_key(|descriptor| &descriptor.start);
    assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?}");
}

/// Truncated, applied, committed and last come in this order, and no entry between is missing.
#[track_caller]
fn check_replica(store: &Store, replica: &Replica) {
    let (range, state) = (replica.range(), *replica.log());
    let log = store.log(range).expect("it has one");
    let Some(applied) = replica.state().map(|state| state.applied.entry) else {
        // Whoever does not know its keys has voted at most.
        let nothing = LogState { hard_state: state.hard_state, ..LogState::default() };
        return assert_eq!(state, nothing, "{range} has a log and no state");
    };
    let commit = replica.raft().map_or(applied.index, raft::RawNode::commit);
    let order = [FIRST.index, state.truncated.index, applied.index, commit, state.last.index];
    assert!(order.is_sorted(), "{range} on {}: {order:?}", store.id());
    assert_eq!(log.term(applied.index), Ok(applied.term), "{range} applied what is in its log");
    let own = replica.descriptor().and_then(|descriptor| descriptor.on_store(store.id()));
    assert_eq!(own.map(|own| own.replica), Some(replica.id()));
    let mut index = state.truncated.index.next();
    while index <= state.last.index {
        let stored = log.stored(index).map(|entry| entry.id.index);
        assert_eq!(stored, Ok(index), "{range} on {} misses an entry", store.id());
        index = index.next();
    }
    let beyond = store.engines().log().get(&keys::raft_log(range, state.truncated.index));
    assert_eq!(beyond, Ok(None), "what is dropped is gone");
}

/// The thin entries of a log, each of which has its table beside it, whole; and how long those are.
#[track_caller]
fn thin_entries(store: &Store, range: RangeId) -> Vec<(RangeId, EntryId, u64)> {
    let log: RangeLog<'_> = store.log(range).expect("it has one");
    let mut found = Vec::new();
    let mut index = log.first_index();
    while Index::ZERO < log.last_index() && index <= log.last_index() {
        let stored = log.stored(index).expect("the log has no gap");
        if log.is_thin(stored.id) {
            let mut fat = Vec::new();
            log.entries(index, index.next(), u64::MAX, &mut fat).expect("it is there");
            let command = RaftCommand::decode(&fat[0].data).expect("its table is beside it");
            let sstable = command.result.add_sstable.expect("nothing else is sideloaded");
            assert!(sstable.is_whole());
            found.push((range, stored.id, sstable.table.len() as u64));
        }
        index = index.next();
    }
    found
}

/// Every file belongs to something.
#[track_caller]
fn check_names(store: &Store, thin: &[(RangeId, EntryId, u64)]) {
    let engines = store.engines();
    let of_state = engines.state().version().tables().map(|(_, meta)| ("state", meta.number));
    let of_log = engines.log().version().tables().map(|(_, meta)| ("log", meta.number));
    let tables: BTreeSet<_> = of_state.chain(of_log).collect();
    let thin: BTreeSet<String> = thin
        .iter()
        .map(|(range, id, _)| format!("r{}.i{}.t{}", range.0, id.index.0, id.term.0))
        .collect();
    for link in engines.vfs().links() {
        let (folder, name) = link.name.split_once('/').expect("all is in folders");
        let belongs = match (folder, name.strip_suffix(".sst")) {
            ("sideloading", _) => thin.contains(name),
            ("snapshot", _) => !store.snapshots().incoming().is_empty(),
            (_, Some(number)) => {
                tables.contains(&(folder, number.parse().expect("tables have numbers")))
            }
            (_, None) => true,
        };
        assert!(belongs, "{} belongs to nothing", link.name);
    }
}

/// All stores run and rest: no two replicas of a range differ, what they say they hold is what they hold,
/// and the ranges cover `[start, end)`.
#[track_caller]
pub(crate) fn check_rest(cluster: &Cluster, (start, end): (&Bytes, &Bytes)) {
    let mut ranges: BTreeMap<RangeId, Vec<(&Store, &Replica)>> = BTreeMap::new();
    for store in cluster.stores() {
        assert!(!store.has_failed(), "{} has failed", store.id());
        check_store(store);
        for replica in store.replicas() {
            ranges.entry(replica.range()).or_default().push((store, replica));
        }
    }
    check_ledger(cluster);
    let mut spans = Vec::new();
    for (range, replicas) in &ranges {
        let state = replicas[0].1.state().expect("it knows its keys");
        assert_eq!(replicas.len(), state.descriptor.replicas.len(), "{range} has all its replicas");
        let (from, to) = (&state.descriptor.start, &state.descriptor.end);
        let mut first = None;
        let kept = replicas.iter().map(|(_, replica)| replica.log().truncated.index).max();
        let entries = |store: &Store| -> Vec<_> {
            let indices = kept.unwrap_or_default().0 + 1..=state.applied.entry.index.0;
            let log = store.log(*range).expect("it has one");
            indices.map(|index| log.stored(Index(index)).expect("the log is whole")).collect()
        };
        for (store, replica) in replicas {
            assert_eq!(entries(store), entries(replicas[0].0), "{range} has one log");
            assert_eq!(replica.state(), Some(state), "{range} is alike");
            assert_eq!(state.applied.entry, replica.log().last, "{range} is applied");
            let view = store.engines().state().view();
            assert_eq!(kv::compute_stats(&view, from, to), Ok(state.applied.stats), "{range}");
            let versions = kv::versions(&view, from, to).expect("it can be read");
            let first = first.get_or_insert_with(|| versions.clone());
            assert_eq!(*first, versions, "{range} holds the same");
        }
        spans.push((from.clone(), to.clone()));
    }
    spans.sort();
    assert_eq!(spans.first().map(|span| &span.0), Some(start));
    assert_eq!(spans.last().map(|span| &span.1), Some(end));
    assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0), "{spans:?}");
}
