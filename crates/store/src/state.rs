//! What a replica has applied, in memory and in the state engine.

use alloc::boxed::Box;
use alloc::vec::Vec;

use lsm::{Batch, Lsm};
use raft::EntryId;

use crate::coding::{Reader, put_u64};
use crate::keys::{self, RangeIdKey};
use crate::log::{FIRST, put_entry_id, take_entry_id};
use crate::{Lease, RangeDescriptor, RangeId, ReplicaId, Stats};

/// Up to where the state machine is. Written in the same batch as what was applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RangeAppliedState {
    /// The last applied entry.
    pub entry: EntryId,
    /// The highest lease index of an accepted command.
    pub lease_applied_index: u64,
    /// How much the range holds.
    pub stats: Stats,
}

impl RangeAppliedState {
    /// That of a new range.
    pub fn initial(stats: Stats) -> Self {
        Self { entry: FIRST, lease_applied_index: FIRST.index.0, stats }
    }

    pub(crate) fn put(&self, range: RangeId, batch: &mut Batch) {
        batch.put(&RangeIdKey::AppliedState.of(range), &self.encode());
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut value = Vec::new();
        put_entry_id(&mut value, self.entry);
        put_u64(&mut value, self.lease_applied_index);
        self.stats.encode(&mut value);
        value
    }

    fn decode(value: &[u8]) -> Option<Self> {
        let mut reader = Reader(value);
        Some(Self {
            entry: take_entry_id(&mut reader)?,
            lease_applied_index: reader.u64()?,
            stats: Stats::decode(&mut reader)?,
        })
    }
}

/// What the state machine of a replica is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReplicaState {
    /// The range.
    pub descriptor: Box<RangeDescriptor>,
    /// The lease in force.
    pub lease: Lease,
    /// Up to where it is applied.
    pub applied: RangeAppliedState,
}

impl ReplicaState {
    /// That of a new range.
    pub fn initial(descriptor: RangeDescriptor, lease: Lease, stats: Stats) -> Self {
        let applied = RangeAppliedState::initial(stats);
        Self { descriptor: Box::new(descriptor), lease, applied }
    }

    /// Writes all of it.
    pub(crate) fn put(&self, batch: &mut Batch) {
        let range = self.descriptor.range;
        put_descriptor(&self.descriptor, batch);
        put_lease(range, &self.lease, batch);
        self.applied.put(range, batch);
    }

    /// Finds the state of the range with this descriptor again.
    pub(crate) fn load(descriptor: RangeDescriptor, engine: &Lsm) -> lsm::Result<Self> {
        let range = descriptor.range;
        let lease = engine.get(&RangeIdKey::Lease.of(range))?;
        let lease = lease.and_then(|value| Lease::decode(&mut Reader(&value)));
        let applied = engine.get(&RangeIdKey::AppliedState.of(range))?;
        let applied = applied.and_then(|value| RangeAppliedState::decode(&value));
        Ok(Self {
            descriptor: Box::new(descriptor),
            lease: lease.unwrap_or(Lease::NONE),
            applied: applied.unwrap_or_default(),
        })
    }
}

pub(crate) fn put_descriptor(descriptor: &RangeDescriptor, batch: &mut Batch) {
    let mut value = Vec::new();
    descriptor.encode(&mut value);
    batch.put(&keys::range_descriptor(&descriptor.start), &value);
}

pub(crate) fn put_lease(range: RangeId, lease: &Lease, batch: &mut Batch) {
    let mut value = Vec::new();
    lease.encode(&mut value);
    batch.put(&RangeIdKey::Lease.of(range), &value);
}

pub(crate) fn put_replica_id(range: RangeId, replica: ReplicaId, batch: &mut Batch) {
    batch.put(&RangeIdKey::ReplicaId.of(range), &replica.0.to_le_bytes());
}

/// The descriptors of all ranges in the engine, by place.
pub(crate) fn descriptors(engine: &Lsm) -> lsm::Result<Vec<RangeDescriptor>> {
    let ((first, end), mut found) = (keys::range_local_span(), Vec::new());
    let mut cursor = engine.cursor();
    cursor.seek(&first)?;
    while let Some((key, value)) = cursor.entry().filter(|(key, _)| *key < &end[..]) {
        if key.ends_with(b"rdsc") {
            found.extend(RangeDescriptor::decode(&mut Reader(value)));
        }
        cursor.forward()?;
    }
    Ok(found)
}

/// Which replica this store has of each range, those included that do not know their keys.
pub(crate) fn replica_ids(engine: &Lsm) -> lsm::Result<Vec<(RangeId, ReplicaId)>> {
    let ((first, end), mut found) = (keys::range_id_span(), Vec::new());
    let mut cursor = engine.cursor();
    cursor.seek(&first)?;
    while let Some((key, value)) = cursor.entry().filter(|(key, _)| *key < &end[..]) {
        if let (Some(range), Ok(id)) = (keys::range_of_replica_id(key), value.try_into()) {
            found.push((range, ReplicaId(u64::from_le_bytes(id))));
        }
        cursor.forward()?;
    }
    Ok(found)
}
