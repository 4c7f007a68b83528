//! A snapshot becomes this replica's state.

use alloc::vec::Vec;

use lsm::Batch;
use raft::{HardState, Index, Message, Snapshot};

use super::{Replica, propose::Proposal};
use crate::event::Wake;
use crate::hub::Hub;
use crate::log::LogState;
use crate::{
    ClientReply, ReplicaDescriptor, ReplicaId, ReplicaState, RequestError, SnapshotEvent, StoreId,
};

impl Replica {
    /// A snapshot came in whole: Raft is asked whether it wants it.
    pub(crate) fn step_snapshot(&mut self, hub: &mut Hub, store: StoreId, message: Message) {
        self.load(hub);
        self.wake_self(hub, Wake::Message(message.body.kind()));
        if self.store_of(message.from).is_none() {
            let replica = ReplicaId::from(message.from);
            self.busy().strangers.push(ReplicaDescriptor { store, replica });
        }
        hub.counters.steps += 1;
        if let Some((raft, log)) = self.group(&hub.engines) {
            // A refusal is an event of the core, and the snapshot is not taken then.
            let _refused = raft.step(message, &log);
        }
    }

    /// Raft wants it. Its tables are ingested, in one step with the log's new beginning if they share
    /// an engine. If not, the log follows: a crash between finds a state that its log knows nothing
    /// of, and does the rest.
    pub(super) fn install(
        &mut self,
        hub: &mut Hub,
        snapshot: &Snapshot,
        hard_state: Option<HardState>,
    ) {
        let staged = hub.snapshots.staged.take();
        let staged = staged.filter(|staged| staged.header.last() == snapshot.last);
        let Some(staged) = staged else {
            return hub.note(Err(lsm::Error::NotABatch("nobody sent this snapshot")));
        };
        let (range, last) = (self.range, snapshot.last);
        let before = LogState { hard_state: hard_state.unwrap_or(self.log.hard_state), ..self.log };
        let (log, mut batch) = (before.restored(last), Batch::default());
        log.put_restored(range, &mut batch);
        let descriptor = (*staged.header.state.descriptor).clone();
        let tables = staged.files.len();
        let installed = hub.engines.install_snapshot(&staged.files, &batch);
        if let Ok(ingested) = &installed {
            hub.note_levels(ingested);
        }
        match installed.and_then(|_| ReplicaState::load(descriptor, hub.engines.state())) {
            Ok(state) => self.state = Some(state.into()),
            Err(error) => return hub.note(Err(error)),
        }
        self.log = log;
        // The log is empty, durably: no table beside it belongs to anything.
        hub.truncate_sideloaded(range, Index(u64::MAX));
        hub.counters.snapshots_received += 1;
        hub.snapshot_event(staged.id, range, SnapshotEvent::Applied { last, tables });
        self.wake_self(hub, Wake::Created);
        self.resolve_proposals(hub);
    }

    /// Commands may be among what the snapshot covers. Of those whose turn has passed nobody knows; the
    /// others are proposed again.
    fn resolve_proposals(&mut self, hub: &mut Hub) {
        let applied = self.state.as_ref().map_or(0, |s| s.applied.lease_applied_index);
        let (passed, open): (Vec<Proposal>, Vec<Proposal>) =
            core::mem::take(&mut self.busy().proposals)
                .into_iter()
                .partition(|proposal| proposal.command.max_lease_index <= applied);
        self.busy().proposals = open;
        for waiter in passed.into_iter().filter_map(|proposal| proposal.waiter) {
            let (id, timestamp) = (waiter.request, waiter.timestamp);
            let result = Err(RequestError::Ambiguous);
            hub.send_reply(self.range, ClientReply { id, result, timestamp });
            self.release(hub, waiter.latch);
        }
        self.repropose(hub, |_| true);
    }
}
