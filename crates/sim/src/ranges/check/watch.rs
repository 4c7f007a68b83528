//! What the checkers look at: the events of a step, and the replicas that they are about.

use raft::{Body, VoteKind};
use store::{Envelope, EventKind, Load, RangeId, Replica, SnapshotEvent, Store, StoreId, kv};

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
        } else if let EventKind::Raft { range, event } = kind {
            if let raft::Event::BecameLeader { term } = **event {
                self.checks.leads(*range, store, term);
            }
        } else if let EventKind::Applied { range, entry, command, outcome } = kind {
            let range = *range;
            self.checks.applies(range, store, (*entry, *command, *outcome));
            self.with_position(range, store, Checks::stands);
        } else if let EventKind::Snapshot { range, what: SnapshotEvent::Applied { .. }, .. } = kind
        {
            self.checks.restored(*range, store);
        } else if let EventKind::LeaseChanged { range, lease, .. } = kind {
            self.checks.leased(*range, store, *lease);
        } else if let EventKind::Quiesced { range, .. } = kind {
            let range = *range;
            self.with_position(range, store, Checks::sleeps);
            self.look_through(range, store);
        } else if let EventKind::FellAsleep { range } = kind {
            let range = *range;
            self.with_position(range, store, Checks::sleeps);
            self.compare(range, store);
        } else if let EventKind::Split { right, .. } = kind {
            let ranges = self.ranges.values().filter(|range| is_for_clients(range));
            self.checks.cut(*right, ranges.collect());
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
    let raft = replica.raft()?;
    Some(Position {
        truncated: replica.log().truncated.index,
        applied: replica.state()?.applied.entry.index,
        commit: raft.commit(),
        last: raft.last().index,
    })
}

fn recount(store: &Store, range: RangeId) -> Option<(store::Stats, store::Stats)> {
    let state = store.replica(range)?.state()?;
    let (start, end) = (&state.descriptor.start, &state.descriptor.end);
    let view = store.engines().state().view();
    Some((state.applied.stats, kv::compute_stats(&view, start, end).ok()?))
}
