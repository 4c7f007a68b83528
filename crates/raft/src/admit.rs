//! Who may say what: the storage threads to their own node, and what no correct peer would send.

use crate::core::Core;
use crate::event::Refusal;
use crate::message::MessageKind;
use crate::{Body, Entry, EntryId, Message, PeerId, StepError, Storage, Term};

impl Core {
    /// Handles what only the storage threads may say.
    pub(crate) fn step_from_storage(
        &mut self,
        message: &Message,
        storage: &dyn Storage,
    ) -> Result<(), StepError> {
        let local = self.async_writes && message.to == self.id();
        match &message.body {
            Body::StorageAppended { last, snapshot } => {
                if !local || message.from != PeerId::APPEND_THREAD {
                    return Err(StepError::LocalMessage);
                }
                let snapshot = snapshot.as_ref().map(|snapshot| snapshot.last.index);
                if self.term < message.term
                    || snapshot.is_some_and(|index| self.log.committed < index)
                {
                    self.refuse(MessageKind::StorageAppendResp, message.from, Refusal::BadWrite);
                } else {
                    if let Some(last) = *last {
                        self.on_written(message.term, last);
                    }
                    if let Some(index) = snapshot {
                        self.on_snapshot_written(index, storage);
                    }
                }
            }
            Body::StorageApplied { entries } => {
                if !local || message.from != PeerId::APPLY_THREAD {
                    return Err(StepError::LocalMessage);
                }
                if let Some(last) = entries.last().map(|entry| entry.id.index) {
                    if self.log.applying < last {
                        self.refuse(MessageKind::StorageApplyResp, message.from, Refusal::BadWrite);
                    } else {
                        let bytes = self.log.apply_cost(entries);
                        self.on_applied(last, bytes, crate::size::payload_size(entries), storage);
                    }
                }
            }
            Body::StorageAppend(_) | Body::StorageApply { .. } => {
                return Err(StepError::LocalMessage);
            }
            Body::Append { .. }
            | Body::Accepted { .. }
            | Body::Rejected { .. }
            | Body::Vote { .. }
            | Body::VoteResponse { .. }
            | Body::Snapshot(_)
            | Body::SnapshotRequest { .. }
            | Body::Heartbeat { .. }
            | Body::HeartbeatResponse { .. }
            | Body::Commit { .. }
            | Body::Propose { .. }
            | Body::TransferLeader
            | Body::TimeoutNow
            | Body::ReadIndex { .. }
            | Body::ReadIndexResponse { .. } => unreachable!("members say this"),
        }
        Ok(())
    }

    /// What no correct peer would send.
    #[inline]
    pub(crate) fn malformed(&self, message: &Message) -> Option<Refusal> {
        let own = message.from == self.id();
        if message.to != self.id() {
            return Some(Refusal::NotForUs);
        }
        if message.from == PeerId::NONE || message.from.is_storage_thread() {
            return Some(Refusal::BadSender);
        }
        match &message.body {
            Body::Append { prev, entries, .. } => {
                if are_consecutive(*prev, entries, message.term) {
                    bad_request(own, message.term)
                } else {
                    Some(Refusal::BadEntries)
                }
            }
            Body::Vote { .. } | Body::Heartbeat { .. } | Body::HeartbeatResponse { .. } => {
                bad_request(own, message.term)
            }
            Body::TimeoutNow
            | Body::ReadIndexResponse { .. }
            | Body::SnapshotRequest { .. }
            | Body::Commit { .. } => bad_request(own, message.term),
            // A node that never heard of a term may still be asked to help out with a snapshot.
            Body::Snapshot(_) | Body::Rejected { .. } => own.then_some(Refusal::BadSender),
            // With asynchronous writes a node's own answers come back through its storage.
            Body::Accepted { .. } | Body::VoteResponse { .. } => {
                (own && !self.async_writes).then_some(Refusal::BadSender)
            }
            Body::Propose { .. } | Body::ReadIndex { .. } => {
                (message.term != Term::default()).then_some(Refusal::BadTerm)
            }
            Body::TransferLeader => None,
            Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => Some(Refusal::BadSender),
        }
    }
}

/// Whether a leader of this term can have such entries after `prev`: without a gap, in terms that do
/// not go back.
pub(crate) fn are_consecutive(prev: EntryId, entries: &[Entry], term: Term) -> bool {
    let mut before = prev;
    for entry in entries {
        let next = before.index.0.checked_add(1);
        if next != Some(entry.id.index.0) || entry.id.term < before.term {
            return false;
        }
        before = entry.id;
    }
    before.term <= term
}

/// What is wrong with a request that only another node can send, and only in a term.
fn bad_request(own: bool, term: Term) -> Option<Refusal> {
    let bad_term = (term == Term::default()).then_some(Refusal::BadTerm);
    own.then_some(Refusal::BadSender).or(bad_term)
}
