//! Asking for a lease, renewing it, and leading where the lease is.

use bytes::Bytes;
use det::Time;
use raft::{PeerId, ProgressState, Role};

use super::Replica;
use crate::event::{EventKind, TransferRefusal};
use crate::hub::Hub;
use crate::{
    Lease, LeaseChange, LeaseTerm, NodeId, Payload, RaftCommand, ReplicaDescriptor, ReplicaState,
    ReplicatedEvalResult, StoreId, keys,
};

impl Replica {
    /// Whether this replica holds a lease that it may use now.
    pub(crate) fn holds_lease(&self, hub: &Hub) -> bool {
        self.holds_lease_at(hub, hub.now)
    }

    /// Whether it holds a lease that it may use at this moment, if nothing happens until then.
    pub(crate) fn holds_lease_at(&self, hub: &Hub, now: Time) -> bool {
        let Some((state, own)) = self.state.as_ref().zip(self.own()) else { return false };
        state.lease.holder == Some(own) && !self.is_transferring() && is_valid_at(state, hub, now)
    }

    /// The store of who holds the lease now.
    pub(crate) fn valid_holder(&self, hub: &Hub) -> Option<StoreId> {
        Some(self.valid_lease(hub)?.holder?.store)
    }

    fn valid_lease(&self, hub: &Hub) -> Option<&Lease> {
        let state = self.state.as_ref().filter(|state| is_valid(state, hub))?;
        Some(&state.lease)
    }

    /// A leader asks for the lease if nobody has it, and renews its own in time. Only leaders ask:
    /// so the leaseholder has what is committed, and leads.
    pub(crate) fn maybe_request_lease(&mut self, hub: &mut Hub) {
        if !self.is_leader() || self.proposals().iter().any(|p| p.command.result.lease.is_some()) {
            return;
        }
        let (Some(state), Some(own)) = (&self.state, self.own()) else { return };
        let Some(lease) = wanted(state, own, hub) else {
            let dead = dead_holder(&state.lease, hub).filter(|_| hub.has_liveness_range);
            hub.epochs_to_end.extend(dead);
            return;
        };
        let (previous, previous_proposed) = (state.lease.sequence, state.lease.proposed);
        let change = LeaseChange { lease, previous, previous_proposed, is_transfer: false };
        self.change_lease(hub, change);
    }

    /// The holder hands the lease to another replica, and serves nothing from now on.
    pub(crate) fn transfer_lease(&mut self, hub: &mut Hub, to: StoreId) {
        self.load(hub);
        let target = match self.may_transfer(hub, to) {
            Ok(target) => target,
            Err(why) => {
                let range = self.range;
                return hub.begin(|| EventKind::TransferRefused { range, to, why });
            }
        };
        let Some(state) = &self.state else { return };
        // It ends by itself if the new holder never hears of it, who makes one with an epoch of it.
        let term = LeaseTerm::Expiration(hub.now + hub.config.lease);
        let (previous, previous_proposed) = (state.lease.sequence, state.lease.proposed);
        let (start, sequence) = (hub.next_timestamp(), previous + 1);
        let proposed = next_proposed(&state.lease, hub.now);
        let lease = Lease { holder: Some(target), start, proposed, sequence, term };
        let change = LeaseChange { lease, previous, previous_proposed, is_transfer: true };
        self.change_lease(hub, change);
    }

    /// The replica that the lease would go to. One that has to wait for a snapshot would hold a lease that
    /// it does not know of, and nobody could serve until the snapshot is there.
    fn may_transfer(&self, hub: &Hub, to: StoreId) -> Result<ReplicaDescriptor, TransferRefusal> {
        let state = self.state.as_ref().filter(|_| self.holds_lease(hub));
        let state = state.ok_or(TransferRefusal::NotLeaseHolder)?;
        let target = state.descriptor.on_store(to).ok_or(TransferRefusal::NotMember)?;
        if target.replica == self.id {
            return Err(TransferRefusal::HasIt);
        }
        if hub.liveness.get(to.node()).is_none_or(|record| record.expiration <= hub.now) {
            return Err(TransferRefusal::NotLive);
        }
        let raft = self.raft.as_ref().filter(|_| self.is_leader());
        let raft = raft.ok_or(TransferRefusal::NotLeader)?;
        let Some(progress) = raft.progress(target.replica.peer()) else {
            return Err(TransferRefusal::NotMember);
        };
        let (matched, state) = (progress.matched, progress.state);
        let is_reached = self.log.truncated.index <= matched;
        match state {
            ProgressState::Replicate if is_reached => Ok(target),
            ProgressState::Replicate | ProgressState::Probe | ProgressState::Snapshot => {
                Err(TransferRefusal::MayNeedSnapshot { matched, state })
            }
        }
    }

    fn change_lease(&mut self, hub: &mut Hub, change: LeaseChange) {
        let result =
            ReplicatedEvalResult { lease: Some(change), ..ReplicatedEvalResult::default() };
        let command = RaftCommand {
            id: hub.new_command_id(),
            payload: Payload::WriteBatch(Bytes::new()),
            result,
            write_timestamp: change.lease.start,
            lease_sequence: change.previous,
            max_lease_index: 0,
        };
        self.propose(hub, command, None);
    }

    /// Whether it has given its lease away, and only the log does not say so yet.
    fn is_transferring(&self) -> bool {
        let mut changes = self.proposals().iter().filter_map(|p| p.command.result.lease.as_ref());
        changes.any(|change| change.is_transfer)
    }

    /// A leader that is not the leaseholder hands over to it.
    pub(crate) fn maybe_transfer_leadership(&mut self, hub: &mut Hub) {
        let Some(state) = self.state.as_ref().filter(|state| is_valid(state, hub)) else { return };
        let Some(holder) = state.lease.holder.filter(|holder| holder.replica != self.id) else {
            return;
        };
        let Some((raft, log)) = self.group(&hub.engines) else { return };
        let to = holder.replica.peer();
        let has_all = raft.progress(to).is_some_and(|progress| raft.commit() <= progress.matched);
        if raft.role() == Role::Leader && raft.lead_transferee() == PeerId::NONE && has_all {
            raft.transfer_leader(to, &log);
        }
    }
}

fn is_valid(state: &ReplicaState, hub: &Hub) -> bool {
    is_valid_at(state, hub, hub.now)
}

fn is_valid_at(state: &ReplicaState, hub: &Hub, now: Time) -> bool {
    use crate::LeaseStatus::Valid;
    let lease = &state.lease;
    let is_own = lease.holder.is_some_and(|holder| holder.store == hub.id);
    if is_own && lease.start < hub.started {
        // It is of an earlier life, and what was applied under it may be lost until the log comes back.
        return false;
    }
    lease.status(now, &hub.liveness, hub.config.clock_offset) == Valid
}

/// The lease that a leader asks for, if it asks for one.
fn wanted(state: &ReplicaState, own: ReplicaDescriptor, hub: &Hub) -> Option<Lease> {
    let (current, now) = (&state.lease, hub.now);
    let is_own = current.holder == Some(own);
    // Ranges that liveness itself depends on may not depend on liveness.
    let term = if *state.descriptor.start < *keys::USER {
        LeaseTerm::Expiration(now + hub.config.lease)
    } else {
        let record = hub.liveness.get(own.node()).filter(|record| now < record.expiration)?;
        LeaseTerm::Epoch(record.epoch)
    };
    // An extension begins where the lease began, and commands under it go on.
    let is_extension = is_own && is_valid(state, hub);
    let is_needed = match (is_own, current.term, term) {
        (true, ..) if !is_extension => true,
        (true, LeaseTerm::Expiration(end), LeaseTerm::Expiration(new)) => {
            end.since(Time::ZERO).0 + hub.config.lease.0 / 2 <= new.0
        }
        (true, old, new) => old != new,
        (false, ..) => may_be_taken(current, hub),
    };
    let start = if is_extension { current.start } else { now };
    let sequence = current.sequence + u64::from(!is_extension);
    let proposed = next_proposed(current, now);
    is_needed.then_some(Lease { holder: Some(own), start, proposed, sequence, term })
}

/// When a lease is asked for that follows this one.
fn next_proposed(current: &Lease, now: Time) -> Time {
    now.max(Time(current.proposed.0.saturating_add(1)))
}

/// The node whose epoch has to be ended before its lease is over for good: its record ran out.
fn dead_holder(lease: &Lease, hub: &Hub) -> Option<NodeId> {
    let (LeaseTerm::Epoch(epoch), Some(holder)) = (lease.term, lease.holder) else { return None };
    let record = hub.liveness.get(holder.node())?;
    let is_dead = record.epoch == epoch && record.expiration <= hub.now;
    (is_dead && holder.store != hub.id).then_some(holder.node())
}

/// Whether a lease is over for good, whatever its holder believes.
fn may_be_taken(lease: &Lease, hub: &Hub) -> bool {
    let Some(holder) = lease.holder else { return true };
    match lease.term {
        LeaseTerm::Expiration(end) => end <= hub.now,
        // Only another epoch ends it: a late renewal could bring this one back to life.
        LeaseTerm::Epoch(epoch) => {
            hub.liveness.get(holder.node()).is_some_and(|record| epoch < record.epoch)
        }
    }
}
