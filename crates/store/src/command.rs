//! What a log entry of a range says: bytes to write, and what else every replica has to do.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;
use raft::EntryId;

use crate::coding::{Reader, put_bytes, put_i64, put_u64};
use crate::log::{put_entry_id, take_entry_id};
use crate::{CommandId, Lease, RangeDescriptor};

/// The first byte of an entry whose payload stands in it.
const STANDARD: u8 = 0;

/// How much a range holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stats {
    /// Keys that have a value.
    pub live_keys: i64,
    /// Bytes of those keys and their values.
    pub live_bytes: i64,
    /// Versions of all keys, deletions included.
    pub versions: i64,
    /// Bytes of all versions, with their keys.
    pub version_bytes: i64,
}

impl Stats {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            live_keys: self.live_keys + other.live_keys,
            live_bytes: self.live_bytes + other.live_bytes,
            versions: self.versions + other.versions,
            version_bytes: self.version_bytes + other.version_bytes,
        }
    }

    /// What is left when `part` is taken out.
    #[must_use]
    pub fn minus(self, part: Self) -> Self {
        Self {
            live_keys: self.live_keys - part.live_keys,
            live_bytes: self.live_bytes - part.live_bytes,
            versions: self.versions - part.versions,
            version_bytes: self.version_bytes - part.version_bytes,
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        for number in [self.live_keys, self.live_bytes, self.versions, self.version_bytes] {
            put_i64(out, number);
        }
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            live_keys: reader.i64()?,
            live_bytes: reader.i64()?,
            versions: reader.i64()?,
            version_bytes: reader.i64()?,
        })
    }
}

/// What a split does on every replica besides writing bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SplitTrigger {
    /// The range as it goes on.
    pub left: RangeDescriptor,
    /// The new range.
    pub right: RangeDescriptor,
    /// What the new range holds, computed once by the proposer.
    pub right_stats: Stats,
}

/// A change of the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseChange {
    /// The new lease.
    pub lease: Lease,
    /// The sequence of the lease that it follows; if another one is there, nothing happens.
    pub previous: u64,
    /// The holder hands it over, rather than somebody asking for it.
    pub is_transfer: bool,
}

/// What every replica has to do besides writing bytes. Empty for most commands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReplicatedEvalResult {
    /// The lease changes.
    pub lease: Option<LeaseChange>,
    /// The range is split.
    pub split: Option<Box<SplitTrigger>>,
    /// The log is dropped up to this entry.
    pub truncated: Option<EntryId>,
    /// How much more or less the range holds.
    pub stats: Stats,
}

impl ReplicatedEvalResult {
    /// Whether it only writes bytes: such commands are applied many at a time.
    pub fn is_trivial(&self) -> bool {
        self.lease.is_none() && self.split.is_none() && self.truncated.is_none()
    }
}

/// What a command carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// What the proposer's evaluation wrote, as a batch of the engine.
    WriteBatch(Bytes),
    /// The request itself: every replica evaluates it (the naive way).
    Request(Bytes),
}

/// A command: one entry of a range's log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RaftCommand {
    /// Its name; never zero.
    pub id: CommandId,
    /// What it carries.
    pub payload: Payload,
    /// What every replica has to do besides.
    pub result: ReplicatedEvalResult,
    /// The timestamp of what it writes.
    pub write_timestamp: Time,
    /// The sequence of the lease that it was proposed under.
    pub lease_sequence: u64,
    /// It applies only if the lease applied index is below this.
    pub max_lease_index: u64,
}

impl RaftCommand {
    /// The data of its entry. What is known last stands last.
    pub fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(64);
        out.push(STANDARD);
        out.extend_from_slice(&self.id.0.to_le_bytes());
        let (kind, payload) = match &self.payload {
            Payload::WriteBatch(batch) => (0, batch),
            Payload::Request(request) => (1, request),
        };
        out.push(kind);
        put_bytes(&mut out, payload);
        put_u64(&mut out, self.write_timestamp.0);
        self.result.stats.encode(&mut out);
        let has = [
            self.result.lease.is_some(),
            self.result.split.is_some(),
            self.result.truncated.is_some(),
        ];
        out.push((0..).zip(has).fold(0, |parts, (bit, has)| parts | u8::from(has) << bit));
        if let Some(change) = &self.result.lease {
            change.lease.encode(&mut out);
            put_u64(&mut out, change.previous);
            out.push(u8::from(change.is_transfer));
        }
        if let Some(split) = &self.result.split {
            split.left.encode(&mut out);
            split.right.encode(&mut out);
            split.right_stats.encode(&mut out);
        }
        if let Some(truncated) = self.result.truncated {
            put_entry_id(&mut out, truncated);
        }
        put_u64(&mut out, self.lease_sequence);
        put_u64(&mut out, self.max_lease_index);
        out.into()
    }

    /// Reads an entry; `None` if it is empty or no command.
    pub fn decode(data: &Bytes) -> Option<Self> {
        let mut reader = Reader(data);
        if reader.u8()? != STANDARD {
            return None;
        }
        let (id, rest) = reader.0.split_first_chunk()?;
        let (id, mut reader) = (CommandId(u64::from_le_bytes(*id)), Reader(rest));
        let kind = reader.u8()?;
        // A part of the entry, not a copy of it.
        let bytes = data.slice_ref(reader.slice()?);
        let payload = if kind == 0 { Payload::WriteBatch(bytes) } else { Payload::Request(bytes) };
        let write_timestamp = Time(reader.u64()?);
        let stats = Stats::decode(&mut reader)?;
        let parts = reader.u8()?;
        let mut result = ReplicatedEvalResult { stats, ..ReplicatedEvalResult::default() };
        if parts & 1 != 0 {
            let (lease, previous) = (Lease::decode(&mut reader)?, reader.u64()?);
            let is_transfer = reader.u8()? != 0;
            result.lease = Some(LeaseChange { lease, previous, is_transfer });
        }
        if parts & 2 != 0 {
            let left = RangeDescriptor::decode(&mut reader)?;
            let right = RangeDescriptor::decode(&mut reader)?;
            let right_stats = Stats::decode(&mut reader)?;
            result.split = Some(Box::new(SplitTrigger { left, right, right_stats }));
        }
        if parts & 4 != 0 {
            result.truncated = Some(take_entry_id(&mut reader)?);
        }
        let (lease_sequence, max_lease_index) = (reader.u64()?, reader.u64()?);
        let whole = reader.is_empty() && id != CommandId::default();
        whole.then_some(Self {
            id,
            payload,
            result,
            write_timestamp,
            lease_sequence,
            max_lease_index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LeaseTerm, RangeId, ReplicaDescriptor, ReplicaId, StoreId};

    fn command() -> RaftCommand {
        let holder = ReplicaDescriptor { store: StoreId(2), replica: ReplicaId(5) };
        let term = LeaseTerm::Epoch(9);
        let lease = Lease { holder: Some(holder), start: Time(3), sequence: 4, term };
        let desc = RangeDescriptor::new(RangeId(1), &b"a"[..], &b"b"[..], &[StoreId(1)]);
        let right_stats = Stats { live_keys: -3, ..Stats::default() };
        let split = SplitTrigger { left: desc.clone(), right: desc, right_stats };
        let result = ReplicatedEvalResult {
            lease: Some(LeaseChange { lease, previous: 3, is_transfer: true }),
            split: Some(Box::new(split)),
            truncated: Some(crate::FIRST),
            stats: Stats { live_bytes: 1 << 40, ..Stats::default() },
        };
        RaftCommand {
            id: CommandId(7),
            payload: Payload::WriteBatch(Bytes::from_static(b"batch")),
            result,
            write_timestamp: Time(99),
            lease_sequence: 4,
            max_lease_index: 12,
        }
    }

    #[test]
    fn a_command_is_read_as_it_was_written_and_no_part_of_it_is_one() {
        let data = command().encode();
        assert_eq!(RaftCommand::decode(&data), Some(command()));
        for length in 0..data.len() {
            assert_eq!(RaftCommand::decode(&data.slice(..length)), None);
        }
    }
}
