//! Dropping the front of the log: the leader proposes it, and each replica does it for itself.

use bytes::Bytes;
use lsm::Batch;
use raft::{EntryId, Role, Storage};

use super::Replica;
use crate::event::EventKind;
use crate::hub::Hub;
use crate::truncate::{FollowerLog, TruncateDecision, TruncateInput};
use crate::{Payload, RaftCommand, ReplicatedEvalResult};

impl Replica {
    /// Up to where its log may be dropped; only a leader knows.
    pub(crate) fn truncate_decision(&self, hub: &Hub) -> Option<TruncateDecision> {
        let raft = self.raft.as_ref().filter(|raft| raft.role() == Role::Leader)?;
        let members = self.descriptor()?.replicas.iter().filter_map(|member| {
            let progress = raft.progress(member.replica.peer())?;
            let lives = || hub.liveness.is_live(member.node(), hub.now);
            Some(FollowerLog {
                replica: member.replica,
                matched: progress.matched,
                state: progress.state,
                recently_active: progress.recently_active || lives(),
            })
        });
        let input = TruncateInput {
            first: self.log.truncated.index.next(),
            last: raft.last().index,
            commit: raft.commit(),
            log_bytes: self.log_bytes(hub),
            members: members.collect(),
            pending_snapshot: hub.snapshots.pending(self.range),
        };
        Some(TruncateDecision::compute(&input, &hub.config))
    }

    /// A leaseholder that leads proposes to drop what nobody needs, if that is worth it.
    pub(crate) fn maybe_truncate(&mut self, hub: &mut Hub) {
        let (log, config) = (&self.log, &hub.config);
        let (entries, bytes) = (log.last.index - log.truncated.index, self.log_bytes(hub));
        if entries < config.truncate_entries && bytes < config.truncate_bytes {
            return;
        }
        let is_proposed = self.proposals().iter().any(|p| p.command.result.truncated.is_some());
        if is_proposed || !self.holds_lease(hub) {
            return;
        }
        let decision = self.truncate_decision(hub);
        let worth = decision.filter(|decision| decision.is_worth(bytes, config));
        let Some(decision) = worth else { return };
        let index = decision.new_first.prev();
        let Ok(term) = self.storage(&hub.engines).term(index) else { return };
        let (range, truncated) = (self.range, Some(EntryId { term, index }));
        hub.begin(|| EventKind::TruncationProposed { range, decision });
        let command = RaftCommand {
            id: hub.new_command_id(),
            payload: Payload::WriteBatch(Bytes::new()),
            result: ReplicatedEvalResult { truncated, ..ReplicatedEvalResult::default() },
            write_timestamp: hub.now,
            lease_sequence: self.state.as_ref().map_or(0, |state| state.lease.sequence),
            max_lease_index: 0,
        };
        self.propose(hub, command, None);
    }

    /// Drops the log up to this entry, whose effects are applied.
    pub(super) fn truncate_log(&mut self, hub: &mut Hub, truncated: EntryId) {
        let applied = self.state.as_ref().map(|state| state.applied.entry.index);
        if truncated.index <= self.log.truncated.index || applied < Some(truncated.index) {
            return;
        }
        let (range, mut batch, engines) = (self.range, Batch::default(), &mut hub.engines);
        // A crash would leave a gap that nobody could fill: what was applied may not be lost now.
        let result = engines.sync_state_before_log().and_then(|()| {
            let dropped = self.log.truncate(range, truncated, engines.log(), &mut batch)?;
            engines.write_log(&batch)?;
            Ok(dropped)
        });
        match result {
            Ok((entries, bytes)) => {
                hub.counters.truncations += 1;
                hub.counters.truncated_entries += entries;
                hub.counters.truncated_bytes += bytes;
                hub.emit(|| EventKind::LogTruncated { range, truncated, entries, bytes });
                self.truncate_sideloaded(hub, truncated.index);
            }
            Err(error) => hub.note(Err(error)),
        }
    }
}
