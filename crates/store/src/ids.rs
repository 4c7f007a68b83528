//! Names of things: ranges, replicas, stores, nodes, commands.

use core::fmt;

use raft::PeerId;

/// A range: a span of keys and the Raft group that keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RangeId(pub u64);

/// A replica of a range. Counted per range and never used again; to Raft it is the peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaId(pub u64);

/// A store: one device with its engines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(pub u32);

/// A node: the process of a store. Each node has one store here, of the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A command in a log; zero is the empty command of a new leader or of somebody who wakes one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

impl StoreId {
    /// The node that it belongs to.
    pub fn node(self) -> NodeId {
        NodeId(self.0)
    }
}

impl NodeId {
    /// Its store.
    pub fn store(self) -> StoreId {
        StoreId(self.0)
    }
}

impl ReplicaId {
    /// Its name in the Raft group.
    pub fn peer(self) -> PeerId {
        PeerId(self.0)
    }
}

impl From<PeerId> for ReplicaId {
    fn from(peer: PeerId) -> Self {
        Self(peer.0)
    }
}

macro_rules! prints {
    ($($name:ident: $prefix:literal),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}
prints!(RangeId: "r", ReplicaId: "", StoreId: "s", NodeId: "n", CommandId: "c");
