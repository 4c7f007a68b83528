//! How many bytes entries and messages take, as protobuf writes etcd's `raftpb`. Entries are the unit
//! of every size limit.

use crate::{Body, Entry, EntryKind, Message, Snapshot};

/// Bytes of a protobuf varint.
pub fn varint_size(value: u64) -> u64 {
    let bits = u64::from(u64::BITS - (value | 1).leading_zeros());
    bits.div_ceil(7)
}

/// Bytes of a field with this number in it; its tag is one byte.
pub fn number_field(value: u64) -> u64 {
    1 + varint_size(value)
}

/// Bytes of a field that is so many bytes long; its tag is one byte.
pub fn bytes_field(bytes: u64) -> u64 {
    1 + varint_size(bytes) + bytes
}

impl Entry {
    /// Encoded bytes: term and index with a tag each, the kind if it is written, the data if any.
    pub fn encoded_size(&self) -> u64 {
        let kind = match self.kind {
            EntryKind::Normal => 0,
            EntryKind::ConfChange | EntryKind::ConfChangeV2 | EntryKind::Refused => 2,
        };
        let data = match self.data.len() as u64 {
            0 => 0,
            bytes => bytes_field(bytes),
        };
        number_field(self.id.term.0) + number_field(self.id.index.0) + kind + data
    }
}

/// What etcd writes into the context of a vote request that a leader asked for.
const CAMPAIGN_TRANSFER: u64 = "CampaignTransfer".len() as u64;

impl Message {
    /// Encoded bytes: its kind, receiver, sender and term, then the fields that messages of its kind
    /// have, with the names of reads as eight bytes. What stays on its node has none.
    pub fn encoded_size(&self) -> u64 {
        const KIND: u64 = 2;
        let of_all = |entries: &[Entry]| -> u64 {
            entries.iter().map(|entry| bytes_field(entry.encoded_size())).sum()
        };
        // An entry without a term and an index, which are written all the same.
        let of_read = |context: &[u8]| bytes_field(4 + bytes_field(context.len() as u64));
        let of_beat = |context: u64| if context == 0 { 0 } else { bytes_field(8) };
        let body = match &self.body {
            Body::Append { prev, entries, commit } => {
                let before = number_field(prev.term.0) + number_field(prev.index.0);
                before + of_all(entries) + number_field(commit.0)
            }
            Body::Accepted { index } | Body::SnapshotRequest { index } | Body::Commit { index } => {
                number_field(index.0)
            }
            Body::Rejected { index, hint } => {
                2 + number_field(index.0) + number_field(hint.index.0) + number_field(hint.term.0)
            }
            Body::Vote { last, transfer, priority, .. } => {
                let transfer = if *transfer { bytes_field(CAMPAIGN_TRANSFER) } else { 0 };
                let priority = match priority.cast_unsigned() {
                    0 => 0,
                    priority => number_field(priority),
                };
                number_field(last.term.0) + number_field(last.index.0) + transfer + priority
            }
            Body::VoteResponse { reject, .. } => 2 * u64::from(*reject),
            Body::Snapshot(snapshot) => bytes_field(snapshot.encoded_size()),
            Body::Heartbeat { commit, context } => number_field(commit.0) + of_beat(*context),
            Body::HeartbeatResponse { context } => of_beat(*context),
            Body::Propose { entries } => of_all(entries),
            Body::TransferLeader | Body::TimeoutNow => 0,
            Body::ReadIndex { context } => of_read(context),
            Body::ReadIndexResponse { index, context } => number_field(index.0) + of_read(context),
            Body::StorageAppend(_)
            | Body::StorageAppended { .. }
            | Body::StorageApply { .. }
            | Body::StorageApplied { .. } => return 0,
        };
        KIND + number_field(self.to.0)
            + number_field(self.from.0)
            + number_field(self.term.0)
            + body
    }
}

impl Snapshot {
    /// Encoded bytes: the data if any, and where it stands, with all of the members.
    pub fn encoded_size(&self) -> u64 {
        let members = &self.conf_state;
        let lists =
            [&members.voters, &members.learners, &members.voters_outgoing, &members.learners_next];
        let peers: u64 = lists.into_iter().flatten().map(|peer| number_field(peer.0)).sum();
        let state = bytes_field(peers + 2 * u64::from(members.auto_leave));
        let place = state + number_field(self.last.index.0) + number_field(self.last.term.0);
        let data = match self.data.len() as u64 {
            0 => 0,
            bytes => bytes_field(bytes),
        };
        data + bytes_field(place)
    }
}

/// Encoded bytes of all entries.
pub fn encoded_size(entries: &[Entry]) -> u64 {
    entries.iter().map(Entry::encoded_size).sum()
}

/// Data bytes of all entries, without any encoding.
pub fn payload_size(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.data.len() as u64).sum()
}

/// How many entries from the front fit into `max_bytes`: at least one, if there is any.
pub fn fitting(entries: &[Entry], max_bytes: u64) -> usize {
    if max_bytes == u64::MAX {
        return entries.len();
    }
    let mut bytes = 0_u64;
    for (count, entry) in entries.iter().enumerate() {
        bytes = bytes.saturating_add(entry.encoded_size());
        if max_bytes < bytes && count != 0 {
            return count;
        }
    }
    entries.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConfState, Entries, EntryId, Index, PeerId, Term, VoteKind};
    use alloc::vec;

    #[track_caller]
    fn check(term: u64, index: u64, kind: EntryKind, data: &'static [u8], bytes: u64) {
        let id = EntryId { term: Term(term), index: Index(index) };
        let entry = Entry { id, kind, data: bytes::Bytes::from_static(data) };
        assert_eq!(entry.encoded_size(), bytes, "{entry:?}");
        let two = [entry.clone(), entry];
        assert_eq!(fitting(&two, 0), 1);
        assert_eq!(fitting(&two, 2 * bytes - 1), 1);
        assert_eq!(fitting(&two, 2 * bytes), 2);
    }

    #[test]
    fn sizes_are_those_of_protobuf() {
        check(1, 1, EntryKind::Normal, b"", 4);
        check(1, 127, EntryKind::Normal, b"abc", 9);
        check(128, 16_384, EntryKind::ConfChange, b"", 9);
        check(0, u64::MAX, EntryKind::Refused, b"", 15);
        check(1, 1, EntryKind::Normal, &[0; 200], 4 + 1 + 2 + 200);
    }

    /// From the first peer to the second, in term 6: eight bytes, and those of the body.
    #[track_caller]
    fn check_body(body: Body, bytes: u64) {
        let message = Message { from: PeerId(1), to: PeerId(2), term: Term(6), body };
        assert_eq!(message.encoded_size(), 8 + bytes, "{message:?}");
    }

    #[test]
    fn messages_have_the_fields_of_their_kind() {
        let id = |term, index| EntryId { term: Term(term), index: Index(index) };
        let entry = |data: &'static [u8]| Entry {
            id: id(6, 200),
            kind: EntryKind::Normal,
            data: bytes::Bytes::from_static(data),
        };
        let empty = Body::Append { prev: id(6, 9), entries: Entries::default(), commit: Index(9) };
        check_body(empty, 6);
        let entries = Entries::from(vec![entry(b"abc"), entry(b"")]);
        // An entry: term 2, index 3, data 2 + 3; then with its tag and length.
        let append = Body::Append { prev: id(6, 199), entries, commit: Index(0) };
        check_body(append, 2 + 3 + 2 + (2 + 10) + (2 + 5));
        check_body(Body::Accepted { index: Index(127) }, 2);
        check_body(Body::Rejected { index: Index(200), hint: id(0, 3) }, 3 + 2 + 2 + 2);
        let vote =
            |transfer| Body::Vote { kind: VoteKind::Vote, last: id(5, 9), transfer, priority: 0 };
        check_body(vote(false), 4);
        check_body(vote(true), 4 + 18);
        check_body(Body::VoteResponse { kind: VoteKind::PreVote, reject: false }, 0);
        check_body(Body::VoteResponse { kind: VoteKind::PreVote, reject: true }, 2);
        check_body(Body::Heartbeat { commit: Index(300), context: 0 }, 3);
        check_body(Body::HeartbeatResponse { context: 7 }, 10);
        check_body(Body::Propose { entries: vec![entry(b"")] }, 2 + 5);
        check_body(Body::TimeoutNow, 0);
        check_body(Body::ReadIndex { context: bytes::Bytes::from_static(b"r1") }, 2 + 4 + 4);
        let conf_state = ConfState { voters: vec![PeerId(1), PeerId(2)], ..ConfState::default() };
        let data = bytes::Bytes::from_static(b"data");
        let snapshot = Snapshot { last: id(6, 9), conf_state, data };
        // Members 4, with tag and length 6; index and term 4; data 6.
        check_body(Body::Snapshot(snapshot.into()), 2 + (2 + 6 + 4) + 6);
    }
}
