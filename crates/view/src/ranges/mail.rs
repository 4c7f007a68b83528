//! An envelope on its way, opened: every message in it, and every heartbeat of a coalesced one.

use raft::{Body, Message};
use sim::MessageId;
use sim::ranges::{Flight, World};
use store::{Load, Parcel, RaftHeartbeat, SnapshotBody};

use super::board::bytes_text;
use crate::picture::clock;
use crate::say::both;
use crate::{Both, Fact, FactGroup, Inspector};

/// Messages that are shown of an envelope.
const ROWS_MAX: usize = 60;

pub(super) fn of_envelope(world: &World, envelope: MessageId) -> Inspector {
    let Some(flight) = world.flight(envelope) else {
        return Inspector {
            title: "✉".to_owned(),
            what: both!(
                "it has arrived or was lost: one step back it is on its way again",
                "它已到达或丢失：后退一步就又在途中"
            ),
            ..Inspector::default()
        };
    };
    let rows: Vec<Fact> = flight.envelope.parcels.iter().flat_map(rows).collect();
    let (shown, all) = (rows.len().min(ROWS_MAX), rows.len());
    let title = if all == 1 {
        both!("one message in it", "其中 1 条消息")
    } else if shown == all {
        both!("{all} messages in it", "其中 {all} 条消息")
    } else {
        both!("{shown} of {all} messages in it", "其中 {all} 条消息，显示 {shown} 条")
    };
    let facts = rows.into_iter().take(ROWS_MAX).collect();
    Inspector {
        title: format!("✉ {} → {}", flight.envelope.from, flight.envelope.to),
        what: fate(flight),
        groups: vec![FactGroup { title, facts }],
        ..Inspector::default()
    }
}

fn fate(flight: &Flight) -> Both {
    let (sent, end) = (clock(flight.sent), clock(flight.ends_at()));
    if flight.lost.is_some() {
        return both!("sent at {sent} s, lost at {end} s", "{sent} 秒发出，{end} 秒丢失");
    }
    both!("sent at {sent} s, arrives at {end} s", "{sent} 秒发出，{end} 秒到达")
}

fn row(name: impl Into<String>, value: Both) -> Fact {
    Fact { name: Both::same(name), value, changed: false }
}

fn rows(parcel: &Parcel) -> Vec<Fact> {
    match &parcel.load {
        Load::Heartbeats(beats) => beats.iter().map(|beat| heartbeat("• ", beat)).collect(),
        Load::HeartbeatResponses(beats) => beats.iter().map(|beat| heartbeat("◦ ", beat)).collect(),
        Load::Raft(request) => {
            let range = request.range;
            let value = of_message(&request.message);
            vec![row(range.to_string(), value)]
        }
        Load::Liveness(record) => {
            let (epoch, until) = (record.epoch, clock(record.expiration));
            vec![row(
                "♥",
                both!("epoch {epoch}, lives until {until} s", "epoch {epoch}，存活到 {until} 秒"),
            )]
        }
        Load::LivenessOf(node, record) => {
            let (other, epoch) = (node.store(), record.epoch);
            vec![row("♥", both!("{other} has epoch {epoch} now", "{other} 的 epoch 现为 {epoch}"))]
        }
        Load::Snapshot(message) => {
            let value = if let SnapshotBody::Batch { data, .. } = &message.body {
                let bytes = bytes_text(data.len() as u64);
                both!("snapshot, a batch of {bytes}", "snapshot，一批 {bytes}")
            } else {
                both!("snapshot: it begins, ends or is answered", "snapshot：开始、结束或应答")
            };
            vec![row(message.range.to_string(), value)]
        }
        Load::Request(request) => {
            vec![row(request.range.to_string(), both!("a store's own request", "store 自己的请求"))]
        }
        Load::Reply(_) => vec![row("○", both!("an answer", "应答"))],
        Load::ReplicaTooOld { range, replica } => vec![row(
            range.to_string(),
            both!("replica {replica} was replaced", "副本 {replica} 已被替换"),
        )],
    }
}

fn of_message(message: &Message) -> Both {
    let (kind, term) = (message.body.kind(), message.term);
    if let Body::Append { entries, prev, .. } = &message.body {
        let (count, after) = (entries.len(), prev.index);
        let bytes: usize = entries.iter().map(|entry| entry.data.len()).sum();
        both!(
            "{kind} · term {term} · entries after {after}: {count}, {bytes} bytes",
            "{kind} · term {term} · {after} 之后 {count} 个条目，{bytes} 字节"
        )
    } else if let Body::Accepted { index } = &message.body {
        both!(
            "{kind} · term {term} · has everything up to {index}",
            "{kind} · term {term} · 已有到 {index} 的全部"
        )
    } else if let Body::VoteResponse { reject: true, .. } = &message.body {
        both!("{kind} · term {term} · no", "{kind} · term {term} · 不同意")
    } else if let Body::VoteResponse { reject: false, .. } = &message.body {
        both!("{kind} · term {term} · yes", "{kind} · term {term} · 同意")
    } else {
        both!("{kind} · term {term}", "{kind} · term {term}")
    }
}

fn heartbeat(sign: &str, beat: &RaftHeartbeat) -> Fact {
    let RaftHeartbeat { range, term, commit, .. } = beat;
    let value = if beat.quiesce.is_some() {
        both!("term {term} · commit {commit} · ☾ sleep", "term {term} · commit {commit} · ☾ 静默")
    } else {
        both!("term {term} · commit {commit}", "term {term} · commit {commit}")
    };
    row(format!("{sign}{range}"), value)
}
