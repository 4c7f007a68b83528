//! The loop between a group, its log, the streams and the state machine.
//!
//! Messages that promise nothing leave first, so that followers write while this store does; then
//! the log is written; what promises something durable leaves when that is synced; then what is
//! committed is applied.

use alloc::boxed::Box;
use alloc::vec::Vec;

use lsm::Batch;
use raft::{Body, Index, Message, MessageKind, Role, StorageAppend};

use super::Replica;
use crate::command::is_whole;
use crate::event::{EventKind, Loss};
use crate::hub::{Hub, Unsynced};
use crate::log::put_hard_state;

impl Replica {
    /// Does everything that the group asks for, until it asks for nothing more.
    pub(crate) fn ready(&mut self, hub: &mut Hub) {
        loop {
            self.report_events(hub);
            let mut ready = core::mem::take(&mut hub.ready);
            let Some((raft, log)) = self.group(&hub.engines).filter(|(r, _)| r.has_ready()) else {
                hub.ready = ready;
                return;
            };
            raft.ready_into(&mut ready, &log);
            hub.counters.readies += 1;
            for message in ready.messages.drain(..) {
                if let Body::StorageAppend(append) = message.body {
                    self.write(hub, *append);
                } else if let Body::StorageApply { entries, responses } = message.body {
                    // A crash can leave the log of a new range and lose its state: the split that
                    // made it is applied again, and what is committed then comes once more.
                    if self.state.is_some() {
                        self.apply(hub, &entries);
                        self.answer(hub, responses);
                    }
                } else {
                    self.send(hub, message);
                }
            }
            let leads = ready.soft_state.is_some_and(|soft| soft.role == Role::Leader);
            hub.ready = ready;
            if leads {
                hub.counters.elected += 1;
                self.maybe_request_lease(hub);
            }
            if hub.failed {
                return;
            }
        }
    }

    /// Tells what the core reports. What follows happens because of it.
    fn report_events(&mut self, hub: &mut Hub) {
        let range = self.range;
        let Some(raft) = self.raft.as_mut().filter(|_| hub.config.record_events) else { return };
        for event in raft.drain_events() {
            hub.begin(|| EventKind::Raft { range, event: Box::new(event) });
        }
    }

    /// Writes to the log; what promises that waits for the sync.
    fn write(&mut self, hub: &mut Hub, append: StorageAppend) {
        if let Some(snapshot) = &append.snapshot {
            self.install(hub, snapshot, append.hard_state);
        }
        let (range, mut batch) = (self.range, Batch::default());
        let overwritten = self.sideload(hub, &append.entries);
        let result = self.log.append(range, &append.entries, hub.engines.log(), &mut batch);
        hub.note(result);
        if let Some(hard_state) = append.hard_state {
            self.log.hard_state = hard_state;
            put_hard_state(range, hard_state, &mut batch);
        }
        let result = hub.engines.write_log(&batch);
        hub.note(result);
        if hub.failed {
            // Nothing is promised any more.
            return;
        }
        hub.counters.log_writes += u64::from(!batch.is_empty());
        hub.counters.entries += append.entries.len() as u64;
        hub.counters.entry_bytes += raft::size::payload_size(&append.entries);
        let [first, last] =
            [append.entries.first(), append.entries.last()].map(|entry| Some(entry?.id));
        let cause = hub.emit(|| EventKind::Written { range, first, last }).or(hub.cause);
        if append.must_sync || self.unsynced > 0 {
            self.unsynced += 1;
            let (replica, responses, truncated) = (self.id, append.responses, Index::ZERO);
            let unsynced = Unsynced { range, replica, responses, overwritten, truncated, cause };
            hub.syncs.waiting.push(unsynced);
        } else {
            self.answer(hub, append.responses);
        }
    }

    /// A write is durable: what waited for it may leave.
    pub(crate) fn synced(&mut self, hub: &mut Hub, unsynced: Unsynced) {
        self.unsynced = self.unsynced.saturating_sub(1);
        self.purge(hub, &unsynced);
        self.answer(hub, unsynced.responses);
    }

    fn answer(&mut self, hub: &mut Hub, responses: Vec<Message>) {
        for message in responses {
            if message.to != self.id.peer() {
                self.send(hub, message);
            } else if let Some((raft, log)) = self.group(&hub.engines) {
                // What its own threads tell it is never refused.
                let _refused = raft.step(message, &log);
            }
        }
    }

    fn send(&mut self, hub: &mut Hub, message: Message) {
        let (range, peer, kind) = (self.range, message.to, message.body.kind());
        if kind == MessageKind::Snap {
            let cause = hub.cause;
            return hub.snapshots.want(range, message, cause);
        }
        let Some(store) = self.store_of(peer) else {
            return hub.drop_message(range, kind, Loss::UnknownPeer(peer));
        };
        if let Body::Append { entries, .. } = &message.body {
            // Nobody takes an entry without its table, and only this store could have it again.
            if let Some(lost) = entries.iter().find(|entry| !is_whole(&entry.data)) {
                return hub.note_lost_table(range, lost.id);
            }
            hub.counters.sent_entry_bytes += raft::size::payload_size(entries);
        }
        if !hub.send_raft(store, range, message, None) {
            self.busy().unreachable.push(peer);
        }
    }
}
