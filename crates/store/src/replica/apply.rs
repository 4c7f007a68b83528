//! Applying: checks that come out alike on every replica, bytes to write, side effects.

use alloc::boxed::Box;
use alloc::vec::Vec;

use det::Time;
use lsm::{Batch, Write};
use raft::{Entries, Entry, EntryId, Term};

use super::Replica;
use crate::coding::Reader;
use crate::event::{EventKind, Outcome};
use crate::hub::{Hub, NewRange};
use crate::keys::{self, RangeIdKey};
use crate::log::{FIRST, LogState};
use crate::sideload::is_sideloaded;
use crate::state::{put_lease, put_replica_id};
use crate::{
    CommandId, LeaseChange, Payload, RaftCommand, RangeDescriptor, ReplicaState, Reply, Request,
    RequestError, SplitTrigger,
};

/// A command that was staged, and what the proposer is told after the batch is written.
pub(super) struct Staged {
    pub(super) id: CommandId,
    /// The term of its entry.
    pub(super) term: Term,
    pub(super) outcome: Outcome,
    /// What came of it, if it was evaluated here and now.
    pub(super) naive: Naive,
    /// The log is to be dropped up to this entry.
    truncated: Option<EntryId>,
    /// What was split off.
    new_range: Option<NewRange>,
}

/// The answer to a request that every replica evaluates, and its timestamp.
type Naive = Option<(Result<Reply, RequestError>, Time)>;

impl Replica {
    /// Applies committed entries: commands that only write bytes many at a time, others alone.
    pub(crate) fn apply(&mut self, hub: &mut Hub, entries: &Entries) {
        let (mut batch, mut staged) = (Batch::default(), Vec::new());
        for entry in entries {
            let command = RaftCommand::decode(&entry.data);
            let is_trivial = command.as_ref().is_none_or(|command| {
                // What is evaluated here has to see what was staged before.
                let is_batch = matches!(command.payload, Payload::WriteBatch(_));
                is_batch && command.result.is_trivial()
            });
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
        let truncated = command.as_ref().and_then(|command| command.result.truncated);
        let is_counted =
            |command: &&RaftCommand| command.result.lease.is_none_or(|change| change.is_transfer);
        let lease_index = command.as_ref().filter(is_counted).map_or(0, |it| it.max_lease_index);
        let outcome = Outcome::Unreadable;
        let term = entry.id.term;
        let mut staged = Staged { id, term, outcome, naive: None, truncated, new_range: None };
        staged.outcome = match (&mut self.state, command) {
            (Some(state), Some(command)) => {
                let outcome = check(state, &command);
                if outcome == Outcome::Done {
                    take(hub, (state, entry.id), &command, batch, &mut staged)
                } else {
                    outcome
                }
            }
            (_, None) if entry.data.is_empty() => Outcome::Nothing,
            (_, None) if is_sideloaded(&entry.data) => {
                // It was whole when it was written.
                hub.note_lost_table(range, entry.id);
                Outcome::Unreadable
            }
            (_, None) | (None, _) => Outcome::Unreadable,
        };
        if hub.failed {
            // It was not applied: what came of it is not known here.
            return staged;
        }
        if let Some(state) = &mut self.state {
            state.applied.entry = entry.id;
        }
        let outcome = staged.outcome;
        hub.counters.count_outcome(outcome);
        let entry = entry.id;
        hub.begin(|| EventKind::Applied { range, entry, command: id, outcome, lease_index });
        staged.truncated = truncated.filter(|_| outcome == Outcome::Done);
        staged
    }

    /// Writes the batch, with the mark up to where it goes, and tells the proposers.
    fn commit(&mut self, hub: &mut Hub, batch: &mut Batch, staged: &mut Vec<Staged>) {
        let is_sound = !staged.is_empty() && !hub.failed;
        let Some(state) = self.state.as_ref().filter(|_| is_sound) else { return };
        state.applied.put(self.range, batch);
        let result = hub.engines.write_state(batch);
        hub.note(result);
        batch.clear();
        for mut staged in staged.drain(..) {
            if let Some(new_range) = staged.new_range.take() {
                begin_range(hub, new_range);
            }
            if let Some(truncated) = staged.truncated {
                self.truncate_log(hub, truncated);
            }
            self.finish(hub, staged);
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
            if change.previous_proposed != state.lease.proposed {
                return Outcome::LeaseExtended;
            }
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

/// Puts the writes of one batch behind those of another.
fn copy(from: &Batch, to: &mut Batch) {
    for write in from.writes() {
        match write {
            Write::Put(key, value) => to.put(key, value),
            Write::Delete(key) => to.delete(key),
            Write::DeleteRange(start, end) => to.delete_range(start, end),
        }
    }
}

/// The part of a split that each replica does for itself: the new replica's name and log, with the term
/// and vote that a replica without keys may have given already.
fn trigger(
    hub: &mut Hub,
    state: &mut ReplicaState,
    split: Box<SplitTrigger>,
    batch: &mut Batch,
) -> Option<NewRange> {
    let (range, own) = (split.right.range, split.right.on_store(hub.id));
    match (own, is_taken(hub, &split.right)) {
        (Some(_), Ok(true)) => {
            hub.note(Err(lsm::Error::NotABatch("two ranges of one name")));
            return None;
        }
        (_, Err(error)) => {
            hub.note(Err(error));
            return None;
        }
        (_, Ok(_)) => {}
    }
    *state.descriptor = split.left.clone();
    let own = own?;
    put_replica_id(range, own.replica, batch);
    match LogState::load(range, hub.engines.log()) {
        Ok(known) => {
            let log = known.restored(FIRST);
            Some(NewRange { split, replica: own.replica, log, lease: state.lease })
        }
        Err(error) => {
            hub.note(Err(error));
            None
        }
    }
}

/// The state of a new range is written, and its log follows. That state is durable first: a log whose
/// range nobody knows would be taken for none, and the votes and entries in it be forgotten. A crash
/// between finds a state that its log knows nothing of, as after a snapshot, and does the rest.
fn begin_range(hub: &mut Hub, new: NewRange) {
    let mut batch = Batch::default();
    new.log.put(new.split.right.range, &mut batch);
    let engines = &mut hub.engines;
    let result = engines.sync_state_before_log().and_then(|()| engines.write_log(&batch));
    hub.note(result);
    if !hub.failed {
        hub.splits.push(new);
    }
}

/// Whether another range here has the name of a new one. No range may take its place: this store stops before
/// the two are mixed.
fn is_taken(hub: &Hub, new: &RangeDescriptor) -> lsm::Result<bool> {
    let engine = hub.engines.state();
    if engine.get(&RangeIdKey::AppliedState.of(new.range))?.is_none() {
        return Ok(false);
    }
    // Or it was applied before, and a crash lost only what is left of the old range.
    let here = engine.get(&keys::range_descriptor(&new.start))?;
    let here = here.and_then(|value| RangeDescriptor::decode(&mut Reader(&value)));
    Ok(here.is_none_or(|here| here.range != new.range))
}

/// A command takes effect.
fn take(
    hub: &mut Hub,
    (state, entry): (&mut ReplicaState, EntryId),
    command: &RaftCommand,
    batch: &mut Batch,
    staged: &mut Staged,
) -> Outcome {
    let range = state.descriptor.range;
    if let Some(sstable) = &command.result.add_sstable
        && !hub.ingest(range, entry, sstable)
    {
        return Outcome::Unreadable;
    }
    match &command.payload {
        Payload::WriteBatch(bytes) => {
            let Ok(writes) = Batch::from_bytes(bytes) else { return Outcome::Unreadable };
            copy(&writes, batch);
            hub.clock = hub.clock.max(command.write_timestamp);
        }
        Payload::Request(bytes) => {
            let Some(request) = Request::decode(bytes) else { return Outcome::Unreadable };
            let evaluated = hub.evaluate(state, &request, command.write_timestamp);
            let Some(evaluated) = evaluated else { return Outcome::Unreadable };
            copy(&evaluated.batch, batch);
            state.applied.stats = state.applied.stats.plus(evaluated.stats);
            if let Some(sstable) = evaluated.sstable {
                state.applied.entry = entry;
                state.applied.lease_applied_index = command.max_lease_index;
                hub.ingest_evaluated(state, &sstable);
            }
            hub.clock = hub.clock.max(evaluated.timestamp);
            staged.naive = Some((evaluated.result, evaluated.timestamp));
            if let Some(split) = evaluated.split {
                staged.new_range = trigger(hub, state, split, batch);
            }
        }
    }
    state.applied.stats = state.applied.stats.plus(command.result.stats);
    if let Some(LeaseChange { lease, is_transfer, .. }) = command.result.lease {
        let extends = state.lease.sequence == lease.sequence;
        state.lease = lease;
        put_lease(range, &lease, batch);
        hub.counters.leases += 1;
        hub.emit(|| EventKind::LeaseChanged { range, lease, extends });
        if !is_transfer {
            return Outcome::Done;
        }
    }
    state.applied.lease_applied_index = command.max_lease_index;
    if let Some(split) = &command.result.split {
        staged.new_range = trigger(hub, state, split.clone(), batch);
    }
    Outcome::Done
}
