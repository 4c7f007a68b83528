//! Snapshots: taking one in place of the log, and starting from one (Raft §7).

use det::Digest;
use raft::{EntryId, Index, RawNode, Snapshot, SnapshotStatus};

use super::Server;
use crate::hub::Hub;
use crate::{EventKind, Kv, NodeId};

impl Server {
    /// The last entry that its state machine has taken in.
    pub fn applied(&self) -> EntryId {
        self.applied
    }

    /// The state machine becomes what the disk's snapshot says; without one it is empty.
    pub(super) fn load_snapshot(&mut self) {
        let snapshot = self.disk.snapshot();
        self.applied = snapshot.last;
        self.kv = match snapshot.last.index {
            Index::ZERO => Kv::default(),
            _ => Kv::decode(&snapshot.data).unwrap_or_default(),
        };
    }

    /// A person asks it to replace its log, as far as it is applied, by a snapshot.
    #[inline(never)]
    pub(crate) fn compact(&mut self, hub: &mut Hub) {
        let Some(conf_state) = self.raft.as_ref().map(|raft| raft.conf().conf_state()) else {
            return;
        };
        let (last, data) = (self.applied, self.kv.encode());
        let bytes = data.len() as u64;
        self.disk.compact(Snapshot { last, conf_state, data });
        hub.emit(EventKind::Compacted { node: self.id, last, bytes });
        hub.checks.took_snapshot(self.id, last, self.state());
    }

    /// A snapshot from the leader is on disk: the state machine starts from it.
    #[inline(never)]
    pub(super) fn install(&mut self, hub: &mut Hub) {
        self.load_snapshot();
        let last = self.applied;
        hub.emit(EventKind::Installed { node: self.id, last });
        hub.checks.installed(self.id, last, self.state());
    }

    /// The state machine with its clients' sessions, in one number.
    pub(super) fn state(&self) -> u64 {
        Digest::of(&self.kv)
    }

    /// The transport says what became of a snapshot that it carried.
    #[inline(never)]
    pub(crate) fn carried(&mut self, hub: &mut Hub, to: NodeId, arrived: bool) {
        let Some(raft) = &mut self.raft else { return };
        let status = if arrived { SnapshotStatus::Finished } else { SnapshotStatus::Failed };
        raft.report_snapshot(to.peer(), status);
        self.settle(hub);
    }

    /// Whether there is anything to take a snapshot of.
    pub(crate) fn can_compact(&self) -> bool {
        self.raft.is_some() && self.disk.snapshot().last.index < self.applied.index
    }

    /// The group as this node knows it: what it has applied, or what its disk's snapshot says.
    pub fn members(&self) -> raft::Membership {
        let of_disk = || raft::Membership::restore(&self.disk.snapshot().conf_state);
        let conf = self.raft.as_ref().map(RawNode::conf).cloned();
        conf.unwrap_or_else(|| of_disk().unwrap_or_default())
    }
}
