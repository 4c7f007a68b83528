//! What a log entry of a range says: bytes to write, and what else every replica has to do.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;
use raft::EntryId;

use crate::coding::{Reader, put_bytes, put_i64, put_u64};
use crate::log::{put_entry_id, take_entry_id};
use crate::{CommandId, Lease, RangeDescriptor, Request, Sideloading, sideload};

/// The first byte of an entry whose payload stands in it.
const STANDARD: u8 = 0;

/// The first byte of an entry whose table stands in a file of its own where the log is on a disk.
pub(crate) const SIDELOADED: u8 = 1;

/// Bytes of a command that a log can take: what stands before it in the log belongs to the same value.
pub const COMMAND_BYTES_MAX: usize = lsm::VALUE_BYTES_MAX - 16;

/// After that byte stands how long the table is.
pub(crate) const PAYLOAD_LENGTH_BYTES: usize = 4;

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

/// A table that every replica takes in as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddSstable {
    /// Its bytes, in the format of RocksDB; its keys are those of the state engine.
    pub table: Bytes,
    /// The CRC-32C of those.
    pub crc: u32,
    /// The first key of the span that the request named.
    pub start: Bytes,
    /// Every key is less than this.
    pub end: Bytes,
    /// Whether the log on a disk has the table beside it, rather than in it.
    pub sideloading: Sideloading,
}

/// A change of the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseChange {
    /// The new lease.
    pub lease: Lease,
    /// The sequence of the lease that it follows; if another one is there, nothing happens.
    pub previous: u64,
    /// When that one was asked for or extended last. An extension keeps the sequence: of two copies of
    /// one, only this tells the second from the first.
    pub previous_proposed: Time,
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
    /// A table is taken in.
    pub add_sstable: Option<Box<AddSstable>>,
    /// How much more or less the range holds.
    pub stats: Stats,
}

impl AddSstable {
    /// Whether the table is the one that was proposed.
    pub fn is_whole(&self) -> bool {
        lsm::crc32c(&self.table) == self.crc
    }

    /// Whether it is a table at all, which the proposer made sure of.
    pub fn is_table(&self) -> bool {
        let table = lsm::Table::open(Arc::new(self.table.clone()), None);
        table.and_then(|table| table.verify_external()).is_ok()
    }
}

impl ReplicatedEvalResult {
    /// Whether it only writes bytes: such commands are applied many at a time.
    pub fn is_trivial(&self) -> bool {
        self.lease.is_none()
            && self.split.is_none()
            && self.truncated.is_none()
            && self.add_sstable.is_none()
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
        let beside = self.result.add_sstable.as_ref();
        let beside = beside.filter(|sstable| sstable.sideloading == Sideloading::On);
        let mut out = Vec::with_capacity(64 + beside.map_or(0, |sstable| sstable.table.len()));
        if let Some(sstable) = beside {
            let length = u32::try_from(sstable.table.len()).expect("a longer table is refused");
            out.push(SIDELOADED);
            out.extend_from_slice(&length.to_le_bytes());
        } else {
            out.push(STANDARD);
        }
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
            self.result.add_sstable.is_some(),
        ];
        out.push((0..).zip(has).fold(0, |parts, (bit, has)| parts | u8::from(has) << bit));
        if let Some(change) = &self.result.lease {
            change.lease.encode(&mut out);
            put_u64(&mut out, change.previous);
            put_u64(&mut out, change.previous_proposed.0);
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
        if let Some(sstable) = &self.result.add_sstable {
            put_u64(&mut out, sstable.crc.into());
            put_bytes(&mut out, &sstable.start);
            put_bytes(&mut out, &sstable.end);
            if beside.is_none() {
                put_bytes(&mut out, &sstable.table);
            }
        }
        put_u64(&mut out, self.lease_sequence);
        put_u64(&mut out, self.max_lease_index);
        if let Some(sstable) = beside {
            out.extend_from_slice(&sstable.table);
        }
        out.into()
    }

    /// The request that every replica evaluates; `None` if the proposer did it for all.
    pub fn request(&self) -> Option<Request> {
        match &self.payload {
            Payload::WriteBatch(_) => None,
            Payload::Request(bytes) => Request::decode(bytes),
        }
    }

    /// Reads an entry; `None` if it is empty or no command.
    pub fn decode(data: &Bytes) -> Option<Self> {
        let (body, beside) = match sideload::split(data) {
            Some((thin, table)) => (thin.slice(1 + PAYLOAD_LENGTH_BYTES..), Some(table)),
            None => (data.slice_ref(data.strip_prefix(&[STANDARD])?), None),
        };
        let (id, rest) = body.split_first_chunk()?;
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
            let previous_proposed = Time(reader.u64()?);
            let is_transfer = reader.u8()? != 0;
            result.lease = Some(LeaseChange { lease, previous, previous_proposed, is_transfer });
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
        if parts & 8 != 0 {
            let crc = reader.u32()?;
            let (start, end) = (reader.bytes()?, reader.bytes()?);
            let (table, sideloading) = match beside {
                Some(table) => (table, Sideloading::On),
                None => (data.slice_ref(reader.slice()?), Sideloading::Off),
            };
            let sstable = AddSstable { table, crc, start, end, sideloading };
            result.add_sstable = Some(Box::new(sstable));
        } else if beside.is_some() {
            return None;
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

/// Whether an entry that will stand in the log without its table has that table now.
pub(crate) fn is_whole(data: &Bytes) -> bool {
    let is_whole =
        |command: RaftCommand| command.result.add_sstable.is_some_and(|sstable| sstable.is_whole());
    !sideload::is_sideloaded(data) || RaftCommand::decode(data).is_some_and(is_whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{LeaseTerm, RangeId, ReplicaDescriptor, ReplicaId, StoreId};

    fn command() -> RaftCommand {
        let holder = ReplicaDescriptor { store: StoreId(2), replica: ReplicaId(5) };
        let term = LeaseTerm::Epoch(9);
        let (start, proposed) = (Time(3), Time(4));
        let lease = Lease { holder: Some(holder), start, proposed, sequence: 4, term };
        let previous_proposed = Time(2);
        let desc = RangeDescriptor::new(RangeId(1), &b"a"[..], &b"b"[..], &[StoreId(1)]);
        let right_stats = Stats { live_keys: -3, ..Stats::default() };
        let split = SplitTrigger { left: desc.clone(), right: desc, right_stats };
        let result = ReplicatedEvalResult {
            lease: Some(LeaseChange { lease, previous: 3, previous_proposed, is_transfer: true }),
            split: Some(Box::new(split)),
            truncated: Some(crate::FIRST),
            add_sstable: None,
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

    #[track_caller]
    fn check(command: &RaftCommand) -> Bytes {
        let data = command.encode();
        assert_eq!(RaftCommand::decode(&data), Some(command.clone()));
        for length in 0..data.len() {
            assert_eq!(RaftCommand::decode(&data.slice(..length)), None);
        }
        data
    }

    #[test]
    fn a_command_is_read_as_it_was_written_and_no_part_of_it_is_one() {
        check(&command());
    }

    proptest! {
        #[test]
        fn other_bytes_bring_nothing_down(bytes: Vec<u8>, length in 0..40_u32) {
            let beside = [&[SIDELOADED][..], &length.to_le_bytes(), &bytes].concat();
            for data in [bytes.into(), Bytes::from(beside)] {
                let command = RaftCommand::decode(&data);
                prop_assert!(command.is_none_or(|command| command.encode() == data));
            }
        }
    }

    #[test]
    fn a_table_stands_at_the_end_or_inside() {
        let table = Bytes::from_static(b"a table");
        let (start, end) = (Bytes::from_static(b"a"), Bytes::from_static(b"b"));
        for sideloading in [Sideloading::On, Sideloading::Off] {
            let (crc, start, end) = (lsm::crc32c(&table), start.clone(), end.clone());
            let sstable = AddSstable { table: table.clone(), crc, start, end, sideloading };
            let mut command = command();
            command.result.add_sstable = Some(Box::new(sstable));
            let fat = check(&command);
            let parts = sideload::split(&fat);
            assert_eq!(parts.is_some(), sideloading == Sideloading::On);
            if let Some((thin, payload)) = parts {
                assert_eq!(payload, table);
                assert_eq!(sideload::join(&thin, &payload), fat);
                assert_eq!(RaftCommand::decode(&thin), None, "it is not whole");
            }
        }
    }
}
