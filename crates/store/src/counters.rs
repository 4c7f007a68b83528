//! What a store has done, counted: units of work, never time.

use raft::MessageKind;

use crate::{Freight, Outcome};

/// Counts since the store started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counters {
    /// Raft messages put on a stream one by one, by kind.
    by_kind: [u64; MessageKind::ALL.len()],
    /// Bytes put on the streams, by what they are for.
    freight: [u64; Freight::ALL.len()],
    /// Messages that carry heartbeats of many ranges.
    pub coalesced_requests: u64,
    /// Messages that carry the answers.
    pub coalesced_responses: u64,
    /// Heartbeats inside those.
    pub beats: u64,
    /// Answers inside those.
    pub beat_responses: u64,
    /// Parcels handed to the streams.
    pub parcels: u64,
    /// Messages thrown away, whatever for ([`Loss`](crate::Loss)).
    pub dropped: u64,
    /// Liveness records sent.
    pub liveness: u64,
    /// Epochs of dead nodes that this one ended.
    pub epochs_ended: u64,
    /// Messages stepped into Raft groups, those out of a coalesced one included.
    pub steps: u64,
    /// Heartbeats and their answers among them.
    pub heartbeat_steps: u64,
    /// Ticks of Raft groups.
    pub ticks: u64,
    /// Readys handled.
    pub readies: u64,
    /// Passes of the scheduler over a range.
    pub passes: u64,
    /// Writes to the log.
    pub log_writes: u64,
    /// Syncs of the log that were asked for.
    pub syncs: u64,
    /// Log entries written.
    pub entries: u64,
    /// Bytes of the data of those entries.
    pub entry_bytes: u64,
    /// Truncations of logs.
    pub truncations: u64,
    /// Entries that they dropped.
    pub truncated_entries: u64,
    /// Bytes of those entries.
    pub truncated_bytes: u64,
    /// Tables put beside the log.
    pub sideloaded: u64,
    /// Bytes of those tables.
    pub sideloaded_bytes: u64,
    /// Tables taken into the state engine.
    pub ingested: u64,
    /// Tables beside the log that went.
    pub purged: u64,
    /// Bytes of the entries in messages to followers, their tables included.
    pub sent_entry_bytes: u64,
    /// Snapshots that were offered to a follower.
    pub snapshots_sent: u64,
    /// Snapshots that became a replica's state here.
    pub snapshots_received: u64,
    /// Snapshots that came in whole and that Raft did not want any more.
    pub snapshots_ignored: u64,
    /// Snapshots, or messages of them, that were refused here.
    pub snapshots_refused: u64,
    /// Bytes of the batches that left.
    pub snapshot_bytes_sent: u64,
    /// Bytes of the batches that came.
    pub snapshot_bytes_received: u64,
    /// Commands applied.
    pub applied: u64,
    /// Commands that a check below Raft turned into nothing.
    pub rejected: u64,
    /// Those among them that were proposed under another lease, or before it was extended.
    pub rejected_by_lease: u64,
    /// Those among them whose lease index was passed.
    pub rejected_by_index: u64,
    /// Commands proposed, again and again included.
    pub proposals: u64,
    /// Commands proposed again.
    pub reproposals: u64,
    /// Requests evaluated.
    pub evaluations: u64,
    /// Keys read or written by evaluations.
    pub evaluated_keys: u64,
    /// Requests that had to wait for another's latches.
    pub latch_waits: u64,
    /// Writes whose timestamp a read had to push up.
    pub pushed_writes: u64,
    /// Ranges put to sleep by their leader here.
    pub quiesced: u64,
    /// Replicas woken.
    pub woken: u64,
    /// Quiesce heartbeats that a follower here did not accept.
    pub quiesce_refused: u64,
    /// Leaders elected.
    pub elected: u64,
    /// Lease changes applied.
    pub leases: u64,
}

impl Counters {
    /// Messages of this kind that travelled alone.
    pub fn of_kind(&self, kind: MessageKind) -> u64 {
        self.by_kind[kind as usize]
    }

    pub(crate) fn count_outcome(&mut self, outcome: Outcome) {
        let of_reason = match outcome {
            Outcome::Nothing => return,
            Outcome::Done => {
                self.applied += 1;
                return;
            }
            Outcome::LeaseMismatch { .. } | Outcome::LeaseExtended => &mut self.rejected_by_lease,
            Outcome::LeaseIndexPassed { .. } => &mut self.rejected_by_index,
            Outcome::NoMember | Outcome::Unreadable => {
                self.rejected += 1;
                return;
            }
        };
        *of_reason += 1;
        self.rejected += 1;
    }

    pub(crate) fn count(&mut self, kind: MessageKind) {
        self.by_kind[kind as usize] += 1;
    }

    /// Bytes put on the streams for this, with everything around it: what protobuf makes of
    /// CockroachDB's envelopes.
    pub fn bytes_of(&self, freight: Freight) -> u64 {
        self.freight[freight as usize]
    }

    /// Bytes put on the streams.
    pub fn bytes_sent(&self) -> u64 {
        self.freight.iter().sum()
    }

    pub(crate) fn count_bytes(&mut self, freight: Freight, bytes: u64) {
        self.freight[freight as usize] += bytes;
    }

    /// Raft messages on the streams; a coalesced one is one.
    pub fn raft_messages(&self) -> u64 {
        let single: u64 = self.by_kind.iter().sum();
        single + self.coalesced_requests + self.coalesced_responses
    }
}
