//! Which nodes live: one record per node, as far as a node knows.

use alloc::collections::{BTreeMap, BTreeSet};

use det::Time;

use crate::NodeId;

/// What a node says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Liveness {
    /// Raised with each start of the node, and by others when it is dead: leases of an earlier epoch are
    /// void.
    pub epoch: u64,
    /// It counts as live until then.
    pub expiration: Time,
}

/// What a node knows of all nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LivenessMap {
    records: BTreeMap<NodeId, Liveness>,
    /// The nodes that were live when somebody looked last.
    live: BTreeSet<NodeId>,
}

impl LivenessMap {
    /// The newest record of this node.
    pub fn get(&self, node: NodeId) -> Option<Liveness> {
        self.records.get(&node).copied()
    }

    /// All records, in order.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Liveness)> {
        self.records.iter().map(|(&node, &record)| (node, record))
    }

    /// Whether the node lives. Of whom nothing is known counts as live: rather sleep too little.
    pub fn is_live(&self, node: NodeId, now: Time) -> bool {
        self.get(node).is_none_or(|record| now < record.expiration)
    }

    /// Takes in a record. Says whether the node came back to life.
    pub(crate) fn learn(&mut self, node: NodeId, record: Liveness, now: Time) -> bool {
        let was_live = self.live.contains(&node);
        let known = self.records.entry(node).or_insert(record);
        if *known < record {
            *known = record;
        }
        let lives = now < known.expiration;
        if lives {
            self.live.insert(node);
        }
        lives && !was_live
    }

    /// Takes out of the live nodes those whose record ran out, and names them.
    pub(crate) fn expire(&mut self, now: Time) -> Option<NodeId> {
        let gone = self.live.iter().copied().find(|&node| !self.is_live(node, now))?;
        self.live.remove(&gone);
        Some(gone)
    }
}
