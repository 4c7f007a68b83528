//! What stores count of themselves, group by group.

use raft::MessageKind;
use store::{Counters, Freight};

use super::Sheet;
use super::spark::Spark;
use crate::ranges::board::bytes_text;
use crate::say::both;
use crate::{Both, Label};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    Bytes,
}

/// A row: a figure of the counters, and what stands beside it.
#[derive(Clone, Copy)]
pub(super) struct Figure {
    pub(super) name: Label,
    pub(super) unit: Unit,
    pub(super) of: fn(&Counters) -> u64,
    pub(super) beside: Option<fn(&Sheet<'_>) -> Both>,
    pub(super) spark: Option<Spark>,
}

const fn figure(en: &'static str, zh: &'static str, of: fn(&Counters) -> u64) -> Figure {
    Figure { name: Label { en, zh }, unit: Unit::Count, of, beside: None, spark: None }
}

const fn bytes(en: &'static str, zh: &'static str, of: fn(&Counters) -> u64) -> Figure {
    Figure { unit: Unit::Bytes, ..figure(en, zh, of) }
}

impl Figure {
    const fn drawn(self, spark: Spark) -> Self {
        Self { spark: Some(spark), ..self }
    }

    const fn beside(self, beside: fn(&Sheet<'_>) -> Both) -> Self {
        Self { beside: Some(beside), ..self }
    }
}

pub(super) const MESSAGES: [Figure; 8] = [
    figure("heartbeat messages", "心跳消息", |c| {
        c.coalesced_requests + c.coalesced_responses + beats_alone(c)
    })
    .beside(|sheet| {
        let beats = sheet.sum(|c| c.beats + c.beat_responses);
        let single = sheet.sum(beats_alone);
        both!(
            "{beats} beats coalesced, {single} alone",
            "{beats} 个心跳合并发送，{single} 个单独发送"
        )
    })
    .drawn(Spark::Heartbeats),
    figure("heartbeat steps", "心跳步数", |c| c.heartbeat_steps).drawn(Spark::Beats),
    figure("Raft messages", "Raft 消息", Counters::raft_messages).drawn(Spark::Sent),
    figure("messages thrown away", "丢弃的消息", |c| c.dropped).drawn(Spark::Dropped),
    figure("liveness messages", "liveness 消息", |c| c.liveness),
    figure("Raft ticks", "Raft tick", |c| c.ticks),
    figure("steps into Raft groups", "进入 Raft group 的步数", |c| c.steps),
    figure("Readys handled", "处理的 Ready", |c| c.readies),
];

/// What the messages weigh, as protobuf writes them.
pub(super) const WIRE: [Figure; 6] = [
    bytes("bytes on the wire", "网络上的字节", Counters::bytes_sent),
    bytes("of these with heartbeats", "其中心跳", |c| {
        c.bytes_of(Freight::Heartbeats) + c.bytes_of(Freight::HeartbeatResponses)
    })
    .beside(|sheet| {
        let text = |freight: Freight| bytes_text(sheet.sum(|c| c.bytes_of(freight)));
        let (there, back) = (text(Freight::Heartbeats), text(Freight::HeartbeatResponses));
        both!("{there} there, {back} back", "去程 {there}，回程 {back}")
    }),
    bytes("with entries, and answers", "其中日志条目与回答", |c| {
        c.bytes_of(Freight::Appends) + c.bytes_of(Freight::AppendResponses)
    })
    .beside(|sheet| {
        let entries = bytes_text(sheet.sum(|c| c.sent_entry_bytes));
        both!("{entries} of entries", "条目 {entries}")
    }),
    bytes("with snapshots", "其中 snapshot", |c| c.bytes_of(Freight::Snapshots)).beside(|sheet| {
        let batches = bytes_text(sheet.sum(|c| c.snapshot_bytes_sent));
        both!("{batches} of batches", "批次 {batches}")
    }),
    bytes("with votes", "其中投票", |c| c.bytes_of(Freight::Votes)),
    bytes("about liveness", "其中 liveness", |c| c.bytes_of(Freight::Liveness)),
];

pub(super) const SLEEP: [Figure; 3] = [
    figure("put to sleep", "进入静默", |c| c.quiesced).drawn(Spark::Quiesced),
    figure("woken", "被唤醒", |c| c.woken).drawn(Spark::Woken),
    figure("sleep refused by a follower", "follower 拒绝静默", |c| c.quiesce_refused)
        .drawn(Spark::SleepRefused),
];

pub(super) const REQUESTS: [Figure; 7] = [
    figure("proposals", "提案", |c| c.proposals)
        .beside(|sheet| {
            let again = sheet.sum(|c| c.reproposals);
            both!("{again} of them again", "其中 {again} 个是重新提案")
        })
        .drawn(Spark::Proposed),
    figure("evaluations", "求值", |c| c.evaluations).drawn(Spark::Evaluated),
    figure("keys touched", "涉及的键", |c| c.evaluated_keys),
    figure("waits for latches", "等待 latch", |c| c.latch_waits).drawn(Spark::LatchWaits),
    figure("writes moved up by a read", "被读推后的写", |c| c.pushed_writes).drawn(Spark::Pushed),
    figure("commands applied, by each replica", "各副本应用的命令", |c| c.applied)
        .drawn(Spark::Applied),
    figure("rejected below Raft, by each replica", "各副本在 Raft 之下拒绝", |c| {
        c.rejected
    })
    .beside(|sheet| {
        let lease = sheet.sum(|c| c.rejected_by_lease);
        let index = sheet.sum(|c| c.rejected_by_index);
        both!(
            "{lease} by lease, {index} by lease index",
            "因 lease {lease}，因 lease index {index}"
        )
    })
    .drawn(Spark::Rejected),
];

pub(super) const LOG: [Figure; 3] = [
    figure("syncs", "fsync", |c| c.syncs).drawn(Spark::Synced),
    figure("log entries", "日志条目", |c| c.entries)
        .beside(|sheet| sheet.weight(|c| c.entry_bytes)),
    figure("entries dropped by truncation", "截断丢弃的条目", |c| c.truncated_entries)
        .beside(|sheet| sheet.weight(|c| c.truncated_bytes))
        .drawn(Spark::Truncated),
];

pub(super) const TABLES: [Figure; 3] = [
    figure("tables beside the log", "日志旁的 table", |c| c.sideloaded)
        .beside(|sheet| sheet.weight(|c| c.sideloaded_bytes))
        .drawn(Spark::Sideloaded),
    figure("tables ingested", "ingest 的 table", |c| c.ingested).drawn(Spark::Ingested),
    figure("purged from beside the log", "从日志旁清除", |c| c.purged).drawn(Spark::Purged),
];

pub(super) const SNAPSHOTS: [Figure; 3] = [
    figure("snapshots offered, and bytes sent", "提供的 snapshot，发送的字节", |c| {
        c.snapshots_sent
    })
    .beside(|sheet| sheet.weight(|c| c.snapshot_bytes_sent))
    .drawn(Spark::Offered),
    figure("snapshots received", "收到的 snapshot", |c| c.snapshots_received)
        .beside(|sheet| sheet.weight(|c| c.snapshot_bytes_received))
        .drawn(Spark::Received),
    figure("refused or not wanted any more", "被拒绝或已不需要", |c| {
        c.snapshots_refused + c.snapshots_ignored
    })
    .drawn(Spark::TurnedAway),
];

pub(super) const LEADERS: [Figure; 3] = [
    figure("leaders elected", "选出的 leader", |c| c.elected).drawn(Spark::Elected),
    figure("leases applied, by each replica", "各副本应用的 lease", |c| c.leases)
        .drawn(Spark::Leased),
    figure("epochs ended by others", "被他人终结的 epoch", |c| c.epochs_ended)
        .drawn(Spark::EpochsEnded),
];

/// Heartbeats and answers in messages of their own.
fn beats_alone(c: &Counters) -> u64 {
    c.of_kind(MessageKind::Heartbeat) + c.of_kind(MessageKind::HeartbeatResp)
}
