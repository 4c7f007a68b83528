//! The right side of a split becomes a replica like the others.

use super::Store;
use crate::RangeId;
use crate::ReplicaState;
use crate::event::{EventKind, Wake};
use crate::hub::NewRange;
use crate::replica::Replica;
use crate::shared::Shared;

impl Store {
    /// Puts the ranges that `left` was split into among the others, awake. Whoever has the lease
    /// campaigns at once.
    pub(super) fn add_new_ranges(&mut self, left: RangeId) {
        while !self.hub.splits.is_empty() {
            let NewRange { split, replica, log, lease } = self.hub.splits.remove(0);
            let range = split.right.range;
            self.hub.begin(|| EventKind::Split { left, right: range });
            let state = ReplicaState::initial(split.right, lease, split.right_stats);
            let mut right = Replica::new(range, replica, Some(state), log);
            if let Some(mut known) = self.replicas.remove(&range) {
                // It voted before it knew its keys: the vote is in its log, and the rest waits on.
                right.busy().inbox = known.take_inbox();
                right.unsynced = known.unsynced;
            }
            let reads = self.replicas.get(&left).and_then(|left| left.serving.as_ref());
            if let Some(reads) = reads.map(|serving| serving.reads.clone()) {
                right.serving().reads = reads;
            }
            self.replicas.insert(range, Shared::new(right));
            self.with(range, |right, hub| {
                right.load(hub);
                right.wake_self(hub, Wake::Created);
                let is_holder = right.own().is_some() && lease.holder == right.own();
                if let Some((raft, log)) = right.group(&hub.engines).filter(|_| is_holder) {
                    raft.campaign(&log);
                }
            });
        }
    }
}
