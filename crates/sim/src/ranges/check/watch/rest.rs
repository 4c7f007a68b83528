//! Who sleeps, with what, and beside whom.

use det::{Span, Time};
use raft::EntryId;
use store::{EventKind, LeaseTerm, Quiescence, RangeId, Replica, Store, StoreId, kv};

use super::super::Checks;
use super::super::rest::Sleep;
use crate::ranges::World;

impl World {
    /// A range falls asleep.
    pub(super) fn watch_sleep(&mut self, store: StoreId, kind: &EventKind) {
        if let EventKind::Quiesced { range, .. } = kind {
            self.with_position(*range, store, Checks::sleeps);
            self.sleeps_even(*range, store);
            self.look_through(*range, store);
            self.checks.doubt(*range);
        } else if let EventKind::FellAsleep { range } = kind {
            self.with_position(*range, store, Checks::sleeps);
            self.compare(*range, store);
            self.checks.doubt(*range);
        }
    }

    /// Ranges that may all sleep while somebody lags are looked at once in a tick.
    pub(in crate::ranges) fn look_at_doubts(&mut self) {
        let (now, tick) = (self.now, self.setup.tick);
        let patience = Span(self.config().liveness.0 / 2);
        for range in self.checks.doubts(now, tick) {
            let sleep = self.sleep(range, now);
            self.checks.rests(range, now, sleep, patience);
        }
    }

    fn sleep(&self, range: RangeId, now: Time) -> Sleep {
        let Some(descriptor) = self.ranges.get(&range) else { return Sleep::Sound };
        let members = descriptor.replicas.iter().filter_map(|member| self.store(member.store));
        let members: Vec<&Store> = members.filter(|store| !store.has_failed()).collect();
        let here = members.iter().filter_map(|store| store.replica(range));
        let mut here = here.filter(|replica| replica.state().is_some());
        if here.any(|replica| !replica.is_quiescent()) {
            return Sleep::Sound;
        }
        let applied = |store: &Store| {
            let state = store.replica(range).and_then(Replica::state);
            (store.id(), state.map_or_else(EntryId::default, |state| state.applied.entry))
        };
        let last = members.iter().map(|store| applied(store).1.index).max().unwrap_or_default();
        let lags = |store: &&&Store| applied(store).1.index < last;
        if !members.iter().any(|store| lags(&store)) {
            return Sleep::Sound;
        }
        // Of a group that nobody has used since its store started nobody knows anything.
        let is_used = |store: &Store| store.replica(range).is_some_and(|it| it.raft().is_some());
        for full in members.iter().filter(|store| !lags(store) && is_used(store)) {
            let knows = |store: &&&Store| {
                let record = full.liveness().get(store.id().node());
                record.is_some_and(|record| now < record.expiration)
            };
            if let Some(behind) = members.iter().filter(lags).find(knows) {
                return Sleep::Beside(applied(full), applied(behind));
            }
        }
        Sleep::Unknown
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
    pub(super) fn look_awake(&mut self, range: RangeId, store: StoreId, entry: EntryId) {
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

    /// A leader put its range to sleep: what it holds is looked through, unless it was lately.
    fn look_through(&mut self, range: RangeId, store: StoreId) {
        let state = self.store(store).and_then(|known| known.replica(range)?.state());
        let Some(applied) = state.map(|state| state.applied) else { return };
        if !self.checks.may_look(range, applied.entry, applied.stats.versions) {
            return;
        }
        let Some(versions) = self.versions(store, range) else { return };
        self.checks.counted(range, store, applied.stats, kv::stats_of_all(&versions));
        if let Some(sum) = self.checksum_of(store, range, &versions) {
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
