//! What the checkers look at: the events of a step, and the replicas that they are about.

mod disk;
mod rest;

use raft::{Body, Index, Storage, StorageError, Term, VoteKind};
use store::{
    Envelope, EventKind, Lease, Load, Outcome, RangeDescriptor, RangeId, Replica, SnapshotEvent,
    Store, StoreId,
};

use super::{Checks, Position};
use crate::ranges::setup::is_for_clients;
use crate::ranges::{Event, EventKind as Happened, Setup, World};

impl World {
    /// Something happened at a store.
    pub(in crate::ranges) fn watch(&mut self, store: StoreId, event: &Event) {
        self.checks.at(event.at, event.id);
        let Happened::Store { kind, .. } = &event.kind else { return };
        self.watch_start(store, kind);
        self.watch_group(store, kind);
        self.watch_sleep(store, kind);
        self.watch_disk(store, kind);
    }

    /// A store begins to run, and ranges come to it.
    fn watch_start(&mut self, store: StoreId, kind: &EventKind) {
        if let EventKind::Started { .. } = kind {
            self.checks.started(store);
            self.begins(store);
        } else if let EventKind::Snapshot { range, what: SnapshotEvent::Accepted { .. }, .. } = kind
        {
            self.spans(*range, store);
        } else if let EventKind::Snapshot { range, what: SnapshotEvent::Applied { .. }, .. } = kind
        {
            self.checks.restored(*range, store);
            self.holds_to(*range, store);
            self.spans(*range, store);
        } else if let EventKind::Split { right, .. } = kind {
            let ranges = self.ranges.values().filter(|range| is_for_clients(range));
            self.checks.cut(*right, ranges.collect(), (Setup::FIRST_KEY, Setup::END_KEY));
            self.spans(*right, store);
            self.holds_to(*right, store);
        }
    }

    /// What a group decides.
    fn watch_group(&mut self, store: StoreId, kind: &EventKind) {
        if let EventKind::Raft { range, event } = kind {
            if let raft::Event::BecameLeader { term } = **event {
                self.checks.leads(*range, store, term);
                self.is_complete(*range, store, term);
            }
        } else if let EventKind::Written { range, first, last } = kind {
            self.holds_to(*range, store);
            if let (Some(first), Some(last)) = (first, last) {
                self.logs(*range, store, (first.index, last.index));
            }
        } else if let EventKind::Applied { range, entry, command, outcome, lease_index } = kind {
            self.checks.applies(*range, store, (*entry, *command, *outcome));
            if *outcome == Outcome::Done && *lease_index != 0 {
                self.checks.counts(*range, store, (entry.index, *lease_index));
            }
            self.with_position(*range, store, Checks::stands);
            self.look_awake(*range, store, *entry);
        } else if let EventKind::Answered { range, .. } = kind {
            self.may_serve(*range);
        } else if let EventKind::LeaseChanged { range, lease, .. } = kind {
            self.checks.leased(*range, store, *lease);
            self.is_member(*range, store, *lease);
        }
    }

    /// What leaves a store: votes are promises, and so is what is said of a log.
    pub(in crate::ranges) fn watch_promises(&mut self, envelope: &Envelope) {
        for parcel in &envelope.parcels {
            let Load::Raft(request) = &parcel.load else { continue };
            let message = &request.message;
            if let Body::VoteResponse { kind: VoteKind::Vote, reject: false } = message.body {
                let (voter, candidate) = (message.from.into(), message.to.into());
                self.checks.votes(request.range, voter, message.term, candidate);
            } else if let Body::Accepted { .. } | Body::Rejected { .. } = message.body {
                self.checks.tells(request.range, message.from.into(), message.term);
            }
        }
    }

    /// A store found its replicas on its disk: what is dropped of a log is in the state that survived, and
    /// terms and votes are what it let others know.
    fn begins(&mut self, store: StoreId) {
        let Some(known) = self.store(store) else { return };
        let ranges: Vec<RangeId> = known.replicas().map(Replica::range).collect();
        for &range in &ranges {
            self.with_position(range, store, Checks::stands);
            self.holds_to(range, store);
            self.logs(range, store, (Index::ZERO, Index(u64::MAX)));
            self.checks.doubt(range);
        }
        self.all_spans(store);
        self.files_are_named(store);
    }

    fn holds_to(&mut self, range: RangeId, store: StoreId) {
        let replica = self.store(store).and_then(|known| known.replica(range));
        let Some(replica) = replica else { return };
        let (id, hard) = (replica.id(), replica.log().hard_state);
        self.checks.holds_to(range, (store, id), (hard.term, hard.vote.into()));
    }

    /// A store has this range now, or will have: nothing else there has one of its keys.
    fn spans(&mut self, range: RangeId, store: StoreId) {
        let mut checks = std::mem::take(&mut self.checks);
        let all: Vec<&RangeDescriptor> = self.store(store).map(spans).unwrap_or_default();
        for new in all.iter().filter(|known| known.range == range) {
            checks.spans(new, &all);
        }
        self.checks = checks;
    }

    /// The same for all ranges of a store.
    fn all_spans(&mut self, store: StoreId) {
        let mut checks = std::mem::take(&mut self.checks);
        let mut all: Vec<&RangeDescriptor> = self.store(store).map(spans).unwrap_or_default();
        all.sort_unstable_by(|a, b| a.start.cmp(&b.start));
        for pair in all.windows(2) {
            checks.spans(pair[1], &pair[..1]);
        }
        self.checks = checks;
    }

    fn may_serve(&mut self, range: RangeId) {
        let (now, members) = (self.now, self.ranges.get(&range));
        let stores = members.into_iter().flat_map(|range| &range.replicas).map(|it| it.store);
        let serves = |&id: &StoreId| self.store(id).is_some_and(|store| store.serves(range, now));
        let stores: Vec<StoreId> = stores.filter(serves).collect();
        self.checks.serve(range, &stores);
    }

    /// A leader has what was applied before.
    fn is_complete(&mut self, range: RangeId, store: StoreId, term: Term) {
        let Some(entry) = self.checks.owed(range, term) else { return };
        let Some(log) = self.store(store).and_then(|known| known.log(range)) else { return };
        let has = match log.term(entry.index) {
            Ok(term) => term == entry.term,
            Err(error) => matches!(error, StorageError::Compacted),
        };
        self.checks.completes(range, (store, term), entry, has);
    }

    /// A lease came into force here: its holder is a member of the range.
    fn is_member(&mut self, range: RangeId, store: StoreId, lease: Lease) {
        let replica = self.store(store).and_then(|known| known.replica(range));
        let Some((members, holder)) = replica.and_then(Replica::descriptor).zip(lease.holder)
        else {
            return;
        };
        let is_member = members.replicas.contains(&holder);
        self.checks.holder(range, (store, lease), is_member);
    }

    fn with_position(
        &mut self,
        range: RangeId,
        store: StoreId,
        check: fn(&mut Checks, RangeId, StoreId, Position),
    ) {
        let position = self.store(store).and_then(|known| position(known.replica(range)?));
        if let Some(position) = position {
            check(&mut self.checks, range, store, position);
        }
    }
}

fn position(replica: &Replica) -> Option<Position> {
    let (log, applied) = (replica.log(), replica.state()?.applied.entry.index);
    // What is applied is committed, even if the note of that was lost in a crash.
    let (commit, last) = match replica.raft() {
        Some(raft) => (raft.commit(), raft.last().index),
        None => (log.hard_state.commit.max(applied), log.last.index),
    };
    Some(Position { truncated: log.truncated.index, applied, commit, last })
}

/// What a store has keys of, or will have when a snapshot has come.
fn spans(store: &Store) -> Vec<&RangeDescriptor> {
    let here = store.replicas().filter_map(Replica::descriptor);
    here.chain(store.snapshots().placeholders()).collect()
}
