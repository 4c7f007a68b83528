//! How many bytes a message takes on its stream: what protobuf makes of CockroachDB's envelopes.
//!
//! ```text
//! stream      repeated: raft = 1, too old = 2, snapshot = 3, request = 4, reply = 5, liveness = 6
//! raft        range = 1  from = 2  to = 3  message = 4 (etcd's raftpb.Message)  quiesce = 5
//!             heartbeats = 6  responses = 7  lagging = 9
//! from, to    node = 1  store = 2  replica = 3
//! heartbeat   range = 1  from = 2  to = 3  term = 4  commit = 5  quiesce = 6  context = 7  lagging = 8
//! lagging     node = 1  epoch = 2  expiration = 3, and so is a liveness record
//! too old     range = 1  replica = 2
//! snapshot    id = 1 { store = 1  serial = 2 }  range = 2  header = 3  batch = 4  answer = 5
//! header      state = 1 { descriptor = 1  lease = 2  applied = 3 }  from = 2  to = 3  term = 4
//!             batches = 5  bytes = 6
//! batch       number = 1  data = 2
//! answer      kind = 1  why = 2 { kind = 1  name = 2 }
//! request     id = 1  range = 2  timestamp = 3  request = 4
//! reply       id = 1  timestamp = 2  kind = 3  content = 4
//! ```
//! A number that is zero is not written (proto3; etcd's messages are proto2, where what a kind has is).
//! A coalesced message is one of no range and no replicas around a message of no peers, with a heartbeat
//! for each range. Records that stand on a disk, too, are written as they are there. Every message has
//! its tag and length on the stream. What is below that, HTTP/2 and TCP, is not counted, and neither is
//! the number of the event that a parcel was sent in: it is there for whoever watches.

use alloc::string::ToString;
use alloc::vec::Vec;

use raft::MessageKind;
use raft::size::{bytes_field, number_field};

use crate::{
    ClientReply, ClientRequest, Liveness, Load, NodeId, Quiesce, RaftHeartbeat, RaftMessageRequest,
    Reply, RequestError, SnapshotBody, SnapshotHeader, SnapshotMessage, SnapshotRefusal, StoreId,
};

/// What bytes on a stream are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freight {
    /// Entries on their way to followers, with what says where they belong and up to where is
    /// committed; forwarded proposals, too.
    Appends,
    /// Answers to those.
    AppendResponses,
    /// Heartbeats, alone or coalesced.
    Heartbeats,
    /// Answers to those, alone or coalesced.
    HeartbeatResponses,
    /// Votes that are asked for and given.
    Votes,
    /// Snapshots: offers, batches and answers.
    Snapshots,
    /// That nodes live: what they tell each other, and requests to the range of the records.
    Liveness,
    /// Everything else: leadership handed over, reads.
    Others,
}

impl Freight {
    /// All of it.
    pub const ALL: [Self; 8] = [
        Self::Appends,
        Self::AppendResponses,
        Self::Heartbeats,
        Self::HeartbeatResponses,
        Self::Votes,
        Self::Snapshots,
        Self::Liveness,
        Self::Others,
    ];

    /// What a message is.
    pub(crate) fn of(load: &Load) -> Self {
        match load {
            Load::Raft(request) => Self::of_kind(request.message.body.kind()),
            Load::Heartbeats(_) => Self::Heartbeats,
            Load::HeartbeatResponses(_) => Self::HeartbeatResponses,
            Load::Snapshot(_) => Self::Snapshots,
            Load::Request(_) | Load::Reply(_) | Load::LivenessOf(..) | Load::Liveness(_) => {
                Self::Liveness
            }
            Load::ReplicaTooOld { .. } => Self::Others,
        }
    }

    fn of_kind(kind: MessageKind) -> Self {
        match kind {
            MessageKind::App | MessageKind::Prop => Self::Appends,
            MessageKind::AppResp => Self::AppendResponses,
            MessageKind::Heartbeat => Self::Heartbeats,
            MessageKind::HeartbeatResp => Self::HeartbeatResponses,
            MessageKind::Vote
            | MessageKind::VoteResp
            | MessageKind::PreVote
            | MessageKind::PreVoteResp => Self::Votes,
            MessageKind::Snap | MessageKind::SnapRequest => Self::Snapshots,
            MessageKind::Hup
            | MessageKind::Beat
            | MessageKind::Unreachable
            | MessageKind::SnapStatus
            | MessageKind::CheckQuorum
            | MessageKind::TransferLeader
            | MessageKind::TimeoutNow
            | MessageKind::ReadIndex
            | MessageKind::ReadIndexResp
            | MessageKind::StorageAppend
            | MessageKind::StorageAppendResp
            | MessageKind::StorageApply
            | MessageKind::StorageApplyResp
            | MessageKind::ForgetLeader
            | MessageKind::Commit => Self::Others,
        }
    }
}

/// A field with a number, which is not there if that is zero.
fn number(value: u64) -> u64 {
    if value == 0 { 0 } else { number_field(value) }
}

/// A field with bytes, which is not there if there are none.
fn string(bytes: usize) -> u64 {
    if bytes == 0 { 0 } else { bytes_field(bytes as u64) }
}

/// How many bytes a message from one store to another takes on the stream.
pub(crate) fn size(from: StoreId, to: StoreId, load: &Load) -> u64 {
    bytes_field(match load {
        Load::Raft(request) => raft_message(from, to, request),
        Load::Heartbeats(beats) => coalesced(from, to, MessageKind::Heartbeat, beats),
        Load::HeartbeatResponses(beats) => coalesced(from, to, MessageKind::HeartbeatResp, beats),
        Load::ReplicaTooOld { range, replica } => number(range.0) + number(replica.0),
        Load::Snapshot(message) => snapshot(message),
        Load::Request(request) => client_request(request),
        Load::Reply(reply) => client_reply(reply),
        Load::LivenessOf(node, record) => liveness(*node, *record),
        Load::Liveness(record) => liveness(from.node(), *record),
    })
}

/// Where a replica is; a coalesced message names no replica.
fn place(store: StoreId, replica: u64) -> u64 {
    bytes_field(number(store.node().0.into()) + number(store.0.into()) + number(replica))
}

fn raft_message(from: StoreId, to: StoreId, request: &RaftMessageRequest) -> u64 {
    let RaftMessageRequest { range, message, quiesce } = request;
    number(range.0)
        + place(from, message.from.0)
        + place(to, message.to.0)
        + bytes_field(message.encoded_size())
        + asleep(quiesce.as_ref())
}

fn coalesced(from: StoreId, to: StoreId, kind: MessageKind, beats: &[RaftHeartbeat]) -> u64 {
    let nothing = bytes_field(number_field(kind as u64));
    let beats: u64 = beats.iter().map(|beat| bytes_field(heartbeat(beat))).sum();
    place(from, 0) + place(to, 0) + nothing + beats
}

fn heartbeat(beat: &RaftHeartbeat) -> u64 {
    let RaftHeartbeat { range, from, to, term, commit, context, quiesce } = beat;
    let numbers = [range.0, from.0, to.0, term.0, commit.0, *context];
    numbers.into_iter().map(number).sum::<u64>() + asleep(quiesce.as_ref())
}

/// "Fall asleep", and whom that leaves behind.
fn asleep(quiesce: Option<&Quiesce>) -> u64 {
    let Some(Quiesce { lagging }) = quiesce else { return 0 };
    let lagging = lagging.iter().map(|(node, record)| bytes_field(liveness(*node, *record)));
    number_field(1) + lagging.sum::<u64>()
}

fn liveness(node: NodeId, record: Liveness) -> u64 {
    number(node.0.into()) + number(record.epoch) + number(record.expiration.0)
}

fn snapshot(message: &SnapshotMessage) -> u64 {
    let SnapshotMessage { id, range, body } = message;
    let id = bytes_field(number(id.store.0.into()) + number(id.serial));
    let answer = |kind: u64| bytes_field(number_field(kind));
    let body = match body {
        SnapshotBody::Header(header) => bytes_field(snapshot_header(header)),
        SnapshotBody::Batch { number: at, data } => bytes_field(number(*at) + string(data.len())),
        SnapshotBody::Refused(why) => bytes_field(number_field(1) + bytes_field(refusal(*why))),
        SnapshotBody::Accepted => answer(2),
        SnapshotBody::Final => answer(3),
        SnapshotBody::Cancelled => answer(4),
        SnapshotBody::Applied => answer(5),
        SnapshotBody::Ignored => answer(6),
    };
    id + number(range.0) + body
}

#[inline(never)]
fn snapshot_header(header: &SnapshotHeader) -> u64 {
    let SnapshotHeader { state, from, to, term, batches, bytes } = header;
    let mut record = Vec::new();
    let mut parts = 0;
    state.descriptor.encode(&mut record);
    parts += string(record.len());
    record.clear();
    state.lease.encode(&mut record);
    parts += string(record.len());
    parts += string(state.applied.encode().len());
    let numbers = [from.0, to.0, term.0, *batches, *bytes];
    bytes_field(parts) + numbers.into_iter().map(number).sum::<u64>()
}

/// Each kind has a number of its own, below 128.
fn refusal(why: SnapshotRefusal) -> u64 {
    number_field(1)
        + match why {
            SnapshotRefusal::Overlap(range) => number(range.0),
            SnapshotRefusal::OtherReplica(replica) => number(replica.0),
            SnapshotRefusal::NotMember
            | SnapshotRefusal::TooOld
            | SnapshotRefusal::OutOfOrder
            | SnapshotRefusal::Unreadable
            | SnapshotRefusal::Unknown => 0,
        }
}

fn client_request(asked: &ClientRequest) -> u64 {
    let ClientRequest { id, range, timestamp, request } = asked;
    let timestamp = timestamp.map_or(0, |timestamp| timestamp.0);
    number(id.0) + number(range.0) + number(timestamp) + string(request.encode().len())
}

/// Each kind of answer has a number of its own, below 128. An error is a sentence, unless it says
/// something that the asker goes on with.
fn client_reply(reply: &ClientReply) -> u64 {
    let content = match &reply.result {
        Ok(Reply::Written) => 0,
        Ok(Reply::Value(value)) => {
            value.as_ref().map_or(0, |value| bytes_field(value.len() as u64))
        }
        Ok(Reply::Number(number)) => {
            let signed = (number << 1 ^ number >> 63).cast_unsigned();
            number_field(signed)
        }
        Ok(Reply::Deleted(count)) => number(*count),
        Ok(Reply::Sorted(keys)) => keys.iter().map(|key| bytes_field(key.len() as u64)).sum(),
        Err(RequestError::RangeNotFound(range)) => number(range.0),
        Err(RequestError::NotLeaseHolder { holder }) => {
            holder.map_or(0, |holder| number(holder.0.into()))
        }
        Err(RequestError::RangeKeyMismatch(ranges)) => {
            let mut record = Vec::new();
            let size = |range: &crate::RangeDescriptor| {
                record.clear();
                range.encode(&mut record);
                bytes_field(record.len() as u64)
            };
            ranges.iter().map(size).sum()
        }
        Err(RequestError::ConditionFailed { actual }) => {
            actual.as_ref().map_or(0, |actual| bytes_field(actual.len() as u64))
        }
        Err(error) => string(error.to_string().len()),
    };
    number(reply.id.0) + number(reply.timestamp.0) + number_field(1) + content
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::vec;

    use bytes::Bytes;
    use det::Time;

    use super::*;
    use crate::{RangeId, ReplicaId, RequestId, SnapshotId};

    #[track_caller]
    fn check(load: &Load, bytes: u64) {
        assert_eq!(size(StoreId(1), StoreId(2), load), bytes, "{load:?}");
    }

    #[test]
    fn every_number_takes_as_many_bytes_as_it_needs() {
        let record = Liveness { epoch: 200, expiration: Time(1_000_000) };
        check(&Load::Liveness(record), 2 + 2 + 3 + 4);
        check(&Load::LivenessOf(NodeId(300), record), 2 + 3 + 3 + 4);
        let (range, replica) = (RangeId(128), ReplicaId(0));
        check(&Load::ReplicaTooOld { range, replica }, 2 + 3);
    }

    #[test]
    fn whoever_is_left_behind_is_named_with_each_heartbeat() {
        let lagging = vec![(NodeId(3), Liveness { epoch: 1, expiration: Time(127) })];
        let beat = |quiesce| RaftHeartbeat {
            range: RangeId(7),
            from: ReplicaId(1),
            to: ReplicaId(2),
            term: raft::Term(6),
            commit: raft::Index(130),
            context: 0,
            quiesce,
        };
        let around = 2 + (2 + 4) + (2 + 4) + (2 + 2);
        check(&Load::Heartbeats(vec![beat(None)]), around + 2 + 11);
        check(&Load::Heartbeats(vec![beat(Some(Quiesce { lagging }))]), around + 2 + 11 + 2 + 8);
    }

    #[test]
    fn a_batch_of_a_snapshot_is_its_data_and_a_name() {
        let id = SnapshotId { store: StoreId(1), serial: 0 };
        let message =
            |body| Load::Snapshot(Box::new(SnapshotMessage { id, range: RangeId(7), body }));
        let data = Bytes::from_static(&[0; 1_000]);
        let around = (2 + 2) + 2;
        check(&message(SnapshotBody::Batch { number: 0, data }), 3 + around + 3 + 3 + 1_000);
        check(&message(SnapshotBody::Final), 2 + around + 4);
        let why = SnapshotRefusal::Overlap(RangeId(9));
        check(&message(SnapshotBody::Refused(why)), 2 + around + 2 + 2 + 2 + 4);
    }

    #[test]
    fn a_request_is_written_as_in_a_log_of_requests() {
        let request = crate::Request::Get { key: Bytes::from_static(b"key") };
        let request =
            ClientRequest { id: RequestId(5), range: RangeId(1), timestamp: None, request };
        check(&Load::Request(Box::new(request)), 2 + 2 + 2 + 2 + 5);
        let result = Err(RequestError::NotLeaseHolder { holder: Some(StoreId(2)) });
        let reply = ClientReply { id: RequestId(5), result, timestamp: Time(1) };
        check(&Load::Reply(Box::new(reply)), 2 + 2 + 2 + 2 + 2);
    }
}
