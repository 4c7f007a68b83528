//! What the checkers look at: the events of a step, and the replicas that they are about.

use raft::{Body, EntryId, Storage, StorageError, Term, VoteKind};
use store::{
    Envelope, EventKind, LeaseTerm, Load, Outcome, Quiescence, RangeDescriptor, RangeId, Replica,
    SnapshotEvent, Store, StoreId, kv,
};

use super::{Checks, Position};
use crate::ranges::setup::is_for_clients;
use crate::ranges::{EventKind as Event, World};

impl World {
    /// Something happened at a store: `number` is the place of its event among those not yet taken.
    pub(in crate::ranges) fn watch(&mut self, store: StoreId, number: usize) {
        let Some(event) = self.events.get(number) else { return };
        self.checks.at(event.at, event.id);
        let Event::Store { kind, .. } = &event.kind else { return };
        let kind = &**kind;
        if let EventKind::Started { .. } = kind {
            self.checks.started(store);
            self.begins(store);
        } else if let EventKind::Raft { range, event } = kind {
            if let raft::Event::BecameLeader { term } = **event {
                let range = *range;
                self.checks.leads(range, store, term);
                self.is_complete(range, store, term);
            }
        } else if let EventKind::Applied { range, entry, command, outcome, lease_index } = kind {
            let (range, entry, lease_index) = (*range, *entry, *lease_index);
            let is_counted = *outcome == Outcome::Done && lease_index != 0;
            self.checks.applies(range, store, (entry, *command, *outcome));
            if is_counted {
                self.checks.counts(range, store, lease_index);
            }
            self.with_position(range, store, Checks::stands);
            self.look_awake(range, store, entry);
        } else if let EventKind::Written { range, .. } = kind {
            self.holds_to(*range, store);
        } else if let EventKind::Answered { range, .. } = kind {
            self.may_serve(*range);
        } else if let EventKind::Snapshot { range, what: SnapshotEvent::Accepted { .. }, .. } = kind
        {
            self.spans(*range, store);
        } else if let EventKind::Snapshot { range, what: SnapshotEvent::Applied { .. }, .. } = kind
        {
            let range = *range;
            self.checks.restored(range, store);
            self.holds_to(range, store);
            self.spans(range, store);
        } else if let EventKind::LeaseChanged { range, lease, .. } = kind {
            self.checks.leased(*range, store, *lease);
        } else if let EventKind::Quiesced { range, .. } = kind {
            let range = *range;
            self.with_position(range, store, Checks::sleeps);
            self.sleeps_even(range, store);
            self.look_through(range, store);
        } else if let EventKind::FellAsleep { range } = kind {
            let range = *range;
            self.with_position(range, store, Checks::sleeps);
            self.compare(range, store);
        } else if let EventKind::Split { right, .. } = kind {
            let right = *right;
            let ranges = self.ranges.values().filter(|range| is_for_clients(range));
            self.checks.cut(right, ranges.collect());
            self.spans(right, store);
            self.holds_to(right, store);
        }
    }

    /// What leaves a store: votes are promises.
    pub(in crate::ranges) fn watch_votes(&mut self, envelope: &Envelope) {
        for parcel in &envelope.parcels {
            let Load::Raft(request) = &parcel.load else { continue };
            let message = &request.message;
            if let Body::VoteResponse { kind: VoteKind::Vote, reject: false } = message.body {
                let (voter, candidate) = (message.from.into(), message.to.into());
                self.checks.votes(request.range, voter, message.term, candidate);
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
        }
        self.all_spans(store);
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

    /// Followers that a leader did not leave behind have what it has. Those who know of a later leader
    /// owe it nothing.
    fn sleeps_even(&mut self, range: RangeId, store: StoreId) {
        let replica = self.store(store).and_then(|known| known.replica(range));
        let replica = replica.filter(|replica| replica.is_quiescent());
        let Some((leader, members)) = replica.zip(replica.and_then(Replica::descriptor)) else {
            return;
        };
        let (last, term) = (leader.log().last, leader.log().hard_state.term);
        let is_left = |id: StoreId| leader.lagging().iter().any(|(node, _)| *node == id.node());
        let others = members.replicas.iter().map(|member| member.store);
        let others = others.filter(|&other| other != store && !is_left(other));
        let log = |other: StoreId| {
            let log = self.store(other)?.replica(range)?.log();
            (log.hard_state.term <= term).then_some((other, log.last))
        };
        let logs: Vec<_> = others.filter_map(log).collect();
        for log in logs {
            self.checks.sleeps_with(range, (store, last), log);
        }
    }

    /// A range that never sleeps is looked through while it works: at one store first, and at the others
    /// when they have applied as much.
    fn look_awake(&mut self, range: RangeId, store: StoreId, entry: EntryId) {
        let Some(known) = self.store(store) else { return };
        let Some(state) = known.replica(range).and_then(Replica::state) else { return };
        let sleeps = known.config().quiescence == Quiescence::On
            && matches!(state.lease.term, LeaseTerm::Epoch(_));
        if sleeps || state.applied.entry != entry {
            return;
        }
        match self.checks.known(range, entry) {
            Some(_) => self.compare(range, store),
            None => self.look_through(range, store),
        }
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

    /// A leader put its range to sleep: what it holds is looked through, unless it was lately.
    fn look_through(&mut self, range: RangeId, store: StoreId) {
        let state = self.store(store).and_then(|known| known.replica(range)?.state());
        let Some(applied) = state.map(|state| state.applied) else { return };
        if !self.checks.may_look(range, applied.entry, applied.stats.versions) {
            return;
        }
        if let Some((said, found)) = self.store(store).and_then(|known| recount(known, range)) {
            self.checks.counted(range, store, said, found);
        }
        if let Some(sum) = self.checksum(store, range) {
            self.checks.looked(range, (applied.entry, store, sum));
        }
    }

    /// A follower fell asleep: it holds what the leader does that put it to sleep.
    fn compare(&mut self, range: RangeId, store: StoreId) {
        let state = self.store(store).and_then(|known| known.replica(range)?.state());
        let known = state.and_then(|state| self.checks.known(range, state.applied.entry));
        if let Some(known) = known
            && let Some(sum) = self.checksum(store, range)
        {
            self.checks.compared(range, known, (store, sum));
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

fn recount(store: &Store, range: RangeId) -> Option<(store::Stats, store::Stats)> {
    let state = store.replica(range)?.state()?;
    let (start, end) = (&state.descriptor.start, &state.descriptor.end);
    let view = store.engines().state().view();
    Some((state.applied.stats, kv::compute_stats(&view, start, end).ok()?))
}
