//! What a range is: its keys, and where its replicas are.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;
use raft::ConfState;
use smallvec::SmallVec;

use crate::coding::{Reader, put_bytes, put_u64};
use crate::{NodeId, RangeId, ReplicaId, StoreId, keys};

/// One replica, and where it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaDescriptor {
    /// The store that it is on.
    pub store: StoreId,
    /// Its name in the group.
    pub replica: ReplicaId,
}

impl ReplicaDescriptor {
    /// The node that it is on.
    pub fn node(&self) -> NodeId {
        self.store.node()
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u64(out, self.store.0.into());
        put_u64(out, self.replica.0);
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { store: StoreId(reader.u32()?), replica: ReplicaId(reader.u64()?) })
    }
}

/// A range: a span of keys, and the replicas that keep it.
///
/// 1. `start < end`.
/// 2. No two replicas have the same store or the same id, and all ids are below `next_replica_id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RangeDescriptor {
    /// Its name.
    pub range: RangeId,
    /// Its first key.
    pub start: Bytes,
    /// Every key of it is less than this.
    pub end: Bytes,
    /// Its replicas, all of them voters, in ascending order of id.
    pub replicas: SmallVec<[ReplicaDescriptor; 3]>,
    /// The id of the next replica that is added.
    pub next_replica: ReplicaId,
    /// How often the range was split.
    pub generation: u64,
}

impl RangeDescriptor {
    /// A range of these keys, one replica on each of these stores.
    pub fn new(
        range: RangeId,
        start: impl Into<Bytes>,
        end: impl Into<Bytes>,
        stores: &[StoreId],
    ) -> Self {
        let named = (1..).zip(stores);
        let replicas: SmallVec<_> =
            named.map(|(id, &store)| ReplicaDescriptor { store, replica: ReplicaId(id) }).collect();
        let next_replica = ReplicaId(replicas.len() as u64 + 1);
        let (start, end) = (start.into(), end.into());
        Self { range, start, end, replicas, next_replica, generation: 0 }
    }

    /// A range of the system's keys: the liveness records of the nodes stand there.
    pub fn system(range: RangeId, stores: &[StoreId]) -> Self {
        Self::new(range, keys::SYSTEM, keys::USER, stores)
    }

    /// Whether the liveness records of all nodes are among its keys.
    pub fn holds_liveness(&self) -> bool {
        keys::LIVENESS.iter().all(|record| self.contains(record))
    }

    /// Whether the key is one of its keys.
    pub fn contains(&self, key: &[u8]) -> bool {
        *self.start <= *key && *key < *self.end
    }

    /// Whether all keys of `[start, end)` are its keys.
    pub fn contains_span(&self, start: &[u8], end: &[u8]) -> bool {
        self.contains(start) && *end <= *self.end
    }

    /// Its replica on this store.
    pub fn on_store(&self, store: StoreId) -> Option<ReplicaDescriptor> {
        self.replicas.iter().copied().find(|replica| replica.store == store)
    }

    /// The replica of this name.
    pub fn replica(&self, id: ReplicaId) -> Option<ReplicaDescriptor> {
        self.replicas.iter().copied().find(|replica| replica.replica == id)
    }

    /// Its members, as Raft wants them.
    pub fn conf_state(&self) -> ConfState {
        let voters = self.replicas.iter().map(|replica| replica.replica.peer()).collect();
        ConfState { voters, ..ConfState::default() }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u64(out, self.range.0);
        put_bytes(out, &self.start);
        put_bytes(out, &self.end);
        put_u64(out, self.replicas.len() as u64);
        for replica in &self.replicas {
            replica.encode(out);
        }
        put_u64(out, self.next_replica.0);
        put_u64(out, self.generation);
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        let range = RangeId(reader.u64()?);
        let (start, end) = (reader.bytes()?, reader.bytes()?);
        let count = reader.u64()?;
        let replicas = (0..count).map(|_| ReplicaDescriptor::decode(reader));
        let replicas = replicas.collect::<Option<SmallVec<_>>>()?;
        let (next_replica, generation) = (ReplicaId(reader.u64()?), reader.u64()?);
        Some(Self { range, start, end, replicas, next_replica, generation })
    }
}

/// `r3:[a, b) on s1, s2, s3`
impl fmt::Display for RangeDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start.escape_ascii(), self.end.escape_ascii());
        write!(f, "{}:[{start}, {end}) on ", self.range)?;
        for (at, replica) in self.replicas.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { ", " }, replica.store)?;
        }
        Ok(())
    }
}
