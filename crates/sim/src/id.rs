//! Names of things in a run.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A node of the cluster, counted from 1: `n1`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct NodeId(pub u8);

/// A client, counted from 1: `c1`. The person at the page is `c1`, load generators come after.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ClientId(pub u16);

/// An event of the run: the count of events before it. The same run gives the same ids everywhere.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct EventId(pub u64);

/// A message: the id of the event that sent it, `m123`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct MessageId(pub u64);

/// One end of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum End {
    /// A node.
    Node(NodeId),
    /// A client.
    Client(ClientId),
}

impl NodeId {
    /// The node's name inside Raft.
    pub fn peer(self) -> raft::PeerId {
        raft::PeerId(u64::from(self.0))
    }

    /// The node of a Raft peer; `None` for nobody, storage threads and ids beyond any cluster.
    pub fn of(peer: raft::PeerId) -> Option<Self> {
        u8::try_from(peer.0).ok().filter(|&n| n > 0).map(Self)
    }

    /// Its position in a list of all nodes in order.
    pub(crate) fn slot(self) -> usize {
        usize::from(self.0).saturating_sub(1)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}", self.0)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{}", self.0)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(node) => node.fmt(f),
            Self::Client(client) => client.fmt(f),
        }
    }
}
