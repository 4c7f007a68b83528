//! Commands on their way into the log, once and again.

use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;
use raft::Term;

use super::Replica;
use super::apply::Staged;
use crate::event::{EventKind, Outcome, Wake};
use crate::hub::Hub;
use crate::kv::LatchId;
use crate::{
    COMMAND_BYTES_MAX, ClientReply, CommandId, RaftCommand, Reply, RequestError, RequestId,
};

/// A client that waits for a command.
#[derive(Clone, Debug)]
pub(crate) struct Waiter {
    pub(crate) request: RequestId,
    /// Held until the command is done with.
    pub(crate) latch: Option<LatchId>,
    /// What it is told if the command takes effect; None if only applying will show.
    pub(crate) result: Option<Result<Reply, RequestError>>,
    pub(crate) timestamp: Time,
}

/// A command that was proposed here and is not applied yet.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The command.
    pub command: RaftCommand,
    /// The replica's tick at which it was proposed last.
    pub tick: u64,
    /// How often it was proposed before.
    pub attempt: u32,
    /// The term in which the group took the last copy; zero if it did not.
    pub term: Term,
    /// Who waits for it.
    pub(crate) waiter: Option<Waiter>,
}

impl Replica {
    /// Gives the command its place among those of the lease and proposes it.
    pub(crate) fn propose(
        &mut self,
        hub: &mut Hub,
        mut command: RaftCommand,
        waiter: Option<Waiter>,
    ) {
        self.wake(hub, Wake::Proposal);
        let is_request = command.result.lease.is_some_and(|change| !change.is_transfer);
        if !is_request {
            let applied = self.state.as_ref().map_or(0, |s| s.applied.lease_applied_index);
            self.assigned_lease_index = self.assigned_lease_index.max(applied) + 1;
            command.max_lease_index = self.assigned_lease_index;
        }
        let (id, tick, data) = (command.id, self.ticks, command.encode());
        let (bytes, max) = (data.len(), hub.config.command_bytes.min(COMMAND_BYTES_MAX));
        if max < bytes {
            // It is not proposed at all.
            if let Some(Waiter { request, latch, timestamp, .. }) = waiter {
                let result = Err(RequestError::CommandTooLarge { bytes, max });
                hub.send_reply(self.range, ClientReply { id: request, result, timestamp });
                self.release(hub, latch);
            }
            return;
        }
        self.busy().proposals.push(Proposal {
            command,
            tick,
            attempt: 0,
            term: Term::default(),
            waiter,
        });
        self.propose_copy(hub, id, data);
    }

    /// Proposes a copy. If nobody can take it now, a later one will do.
    fn propose_copy(&mut self, hub: &mut Hub, id: CommandId, data: Bytes) {
        let (range, ticks) = (self.range, self.ticks);
        let found = self.proposals_mut().iter_mut().find(|proposal| proposal.command.id == id);
        let Some(proposal) = found else { return };
        proposal.tick = ticks;
        let attempt = proposal.attempt;
        let max_lease_index = proposal.command.max_lease_index;
        self.last_proposal_tick = ticks;
        hub.counters.proposals += 1;
        hub.emit(|| EventKind::Proposed { range, command: id, max_lease_index, attempt });
        let Some((raft, log)) = self.group(&hub.engines) else { return };
        let term = raft.propose(data, &log).map(|()| raft.term()).unwrap_or_default();
        let found = self.proposals_mut().iter_mut().find(|proposal| proposal.command.id == id);
        if let Some(proposal) = found {
            proposal.term = term;
        }
    }

    /// Proposes again what was not applied for too long. Of copies with one lease index at most one
    /// takes effect.
    pub(crate) fn repropose_old(&mut self, hub: &mut Hub) {
        let (ticks, wait) = (self.ticks, hub.config.reproposal_ticks);
        self.repropose(hub, |proposal| proposal.tick + wait <= ticks);
    }

    pub(super) fn repropose(&mut self, hub: &mut Hub, which: impl Fn(&Proposal) -> bool) {
        let chosen = self.proposals_mut().iter_mut().filter(|proposal| which(proposal));
        let ids: Vec<CommandId> = chosen
            .map(|proposal| {
                proposal.attempt += 1;
                proposal.command.id
            })
            .collect();
        for id in ids {
            let found = self.proposals().iter().find(|proposal| proposal.command.id == id);
            let Some(data) = found.map(|proposal| proposal.command.encode()) else { continue };
            hub.counters.reproposals += 1;
            self.propose_copy(hub, id, data);
        }
    }

    /// A command was applied here, or came to nothing.
    pub(super) fn finish(&mut self, hub: &mut Hub, staged: Staged) {
        let Staged { id, term, outcome, naive, .. } = staged;
        if outcome == Outcome::Nothing {
            // A new leader's first entry: what the old one had not replicated is lost. What this one took
            // comes after it.
            return self.repropose(hub, |proposal| proposal.term < term);
        }
        let found = self.proposals().iter().position(|proposal| proposal.command.id == id);
        let Some(proposal) = found.map(|at| self.busy().proposals.remove(at)) else { return };
        if let Outcome::LeaseIndexPassed { .. } = outcome {
            // No copy can take effect any more, so another command may.
            let command = RaftCommand { id: hub.new_command_id(), ..proposal.command };
            hub.counters.reproposals += 1;
            return self.propose(hub, command, proposal.waiter);
        }
        if let (Some((Err(_), read)), Some(request)) = (&naive, proposal.command.request()) {
            // It changed nothing, and somebody may count on what it found.
            let (start, end) = request.span();
            self.serving().reads.add(start, end, *read);
        }
        if let Some(waiter) = proposal.waiter {
            self.answer_client(hub, waiter, outcome, naive);
        }
    }
}
