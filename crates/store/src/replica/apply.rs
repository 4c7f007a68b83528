//! Applying: checks that come out alike on every replica, bytes to write, side effects.

use alloc::sync::Arc;
use alloc::vec::Vec;

use lsm::{Batch, Write};
use raft::{Entries, Entry};

use super::Replica;
use crate::event::{EventKind, Outcome};
use crate::hub::Hub;
use crate::state::put_lease;
use crate::{CommandId, LeaseChange, Payload, RaftCommand, ReplicaState};

/// A command that was staged, and what the proposer is told after the batch is written.
struct Staged {
    id: CommandId,
    outcome: Outcome,
}

impl Replica {
    /// Applies committed entries: commands that only write bytes many at a time, others alone.
    pub(crate) fn apply(&mut self, hub: &mut Hub, entries: &Entries) {
        let (mut batch, mut staged) = (Batch::default(), Vec::new());
        for entry in entries {
            let command = RaftCommand::decode(&entry.data);
            let is_trivial = command.as_ref().is_none_or(|command| command.result.is_trivial());
            if !is_trivial {
                self.commit(hub, &mut batch, &mut staged);
            }
            staged.push(self.stage(hub, entry, command, &mut batch));
            if !is_trivial {
                self.commit(hub, &mut batch, &mut staged);
            }
        }
        self.commit(hub, &mut batch, &mut staged);
    }

    /// Checks a command and puts what it does into the batch.
    fn stage(
        &mut self,
        hub: &mut Hub,
        entry: &Entry,
        command: Option<RaftCommand>,
        batch: &mut Batch,
    ) -> Staged {
        let (range, id) = (self.range, command.as_ref().map(|command| command.id));
        let id = id.unwrap_or_default();
        let outcome = match (&mut self.state, command) {
            (Some(state), Some(command)) => {
                let outcome = check(state, &command);
                if outcome == Outcome::Done { take(hub, state, &command, batch) } else { outcome }
            }
            (_, None) if entry.data.is_empty() => Outcome::Nothing,
            (_, None) | (None, _) => Outcome::Unreadable,
        };
        if let Some(state) = &mut self.state {
            state.applied.entry = entry.id;
        }
        hub.counters.applied += u64::from(outcome == Outcome::Done);
        hub.counters.rejected += u64::from(!matches!(outcome, Outcome::Done | Outcome::Nothing));
        let entry = entry.id;
        hub.begin(|| EventKind::Applied { range, entry, command: id, outcome });
        Staged { id, outcome }
    }

    /// Writes the batch, with the mark up to where it goes, and tells the proposers.
    fn commit(&mut self, hub: &mut Hub, batch: &mut Batch, staged: &mut Vec<Staged>) {
        let Some(state) = self.state.as_ref().filter(|_| !staged.is_empty()) else { return };
        state.applied.put(self.range, batch);
        let result = hub.engines.write_state(batch);
        hub.note(result);
        batch.clear();
        for Staged { id, outcome } in staged.drain(..) {
            self.finish(hub, id, outcome);
        }
    }
}

/// Whether a command may take effect. It depends on nothing but the log and what is applied.
fn check(state: &ReplicaState, command: &RaftCommand) -> Outcome {
    let current = state.lease.sequence;
    let change = command.result.lease.as_ref();
    let proposed = change.map_or(command.lease_sequence, |change| change.previous);
    if proposed != current {
        return Outcome::LeaseMismatch { proposed, current };
    }
    if let Some(change) = change {
        let is_member = change
            .lease
            .holder
            .is_some_and(|holder| state.descriptor.replica(holder.replica) == Some(holder));
        if !is_member {
            return Outcome::NoMember;
        }
        if !change.is_transfer {
            // Somebody who asks for a lease has none to count commands under.
            return Outcome::Done;
        }
    }
    let (max_lease_index, applied) = (command.max_lease_index, state.applied.lease_applied_index);
    if max_lease_index <= applied {
        return Outcome::LeaseIndexPassed { max_lease_index, applied };
    }
    Outcome::Done
}

/// A command takes effect.
fn take(
    hub: &mut Hub,
    state: &mut ReplicaState,
    command: &RaftCommand,
    batch: &mut Batch,
) -> Outcome {
    let range = state.descriptor.range;
    match &command.payload {
        Payload::WriteBatch(bytes) => {
            let Ok(writes) = Batch::from_bytes(bytes) else { return Outcome::Unreadable };
            for write in writes.writes() {
                match write {
                    Write::Put(key, value) => batch.put(key, value),
                    Write::Delete(key) => batch.delete(key),
                    Write::DeleteRange(start, end) => batch.delete_range(start, end),
                }
            }
        }
        Payload::Request(_) => return Outcome::Unreadable,
    }
    state.applied.stats = state.applied.stats.plus(command.result.stats);
    if let Some(LeaseChange { lease, is_transfer, .. }) = command.result.lease {
        state.lease = lease;
        put_lease(range, &lease, batch);
        hub.counters.leases += 1;
        hub.emit(|| EventKind::LeaseChanged { range, lease });
        if !is_transfer {
            return Outcome::Done;
        }
    }
    state.applied.lease_applied_index = command.max_lease_index;
    if let Some(split) = &command.result.split {
        state.descriptor = Arc::new(split.left.clone());
    }
    Outcome::Done
}
