//! What happens to a store and to its ranges as a whole.

use store::{EventKind, LeaseTerm, StoreId};

use super::Said;
use crate::Tone;
use crate::say::both;

pub(super) fn of_store(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Started { life, replicas } => Said::plain(
            "↻",
            Tone::Ink,
            both!(
                "{store} starts with {replicas} replicas · life {life}",
                "{store} 启动，有 {replicas} 个副本 · 第 {life} 次"
            ),
        ),
        EventKind::Split { left, right } => Said::plain(
            "⋔",
            Tone::Lead,
            both!("{left} is split on {store}: {right} begins", "{store} 上的 {left} 分裂：{right} 开始"),
        )
        .told(both!(
            "{store} applies the split of {left}: the new range {right} has a Raft group of its own from now on. Its statistics were counted once, by the proposer.",
            "{store} 应用 {left} 的分裂：新的 {right} 从此自成一个 Raft group。统计只由 proposer 算过一次。"
        ))
        .marked(both!("split", "分裂")),
        EventKind::Requested { range, request } => {
            let request = request.0;
            Said::plain(
                "○",
                Tone::Ink,
                both!("request {request} reaches {range} on {store}", "请求 {request} 到达 {store} 上的 {range}"),
            )
        }
        EventKind::Answered { request, .. } => {
            let request = request.0;
            Said::plain("○", Tone::Ink, both!("{store} answers request {request}", "{store} 答复请求 {request}"))
        }
        EventKind::LeaseChanged { range, lease, .. } => lease_changed(store, *range, lease),
        EventKind::LivenessExpired { node } => Said::plain(
            "♥",
            Tone::Ink,
            both!("{store} counts {node} as dead", "{store} 认为 {node} 已停机"),
        )
        .told(both!(
            "{store} has not heard in time that {node} lives: from now on it counts as dead.",
            "{store} 没有及时听到 {node} 的消息：从此视其为停机。"
        )),
        EventKind::Sorted { range, rows, written_bytes } => Said::plain(
            "⇅",
            Tone::Truth,
            both!(
                "{store} sorts {rows} rows of {range} · the temporary engine has written {written_bytes} bytes",
                "{store} 对 {range} 的 {rows} 行排序 · 临时引擎写了 {written_bytes} 字节"
            ),
        )
        .told(both!(
            "{store} sorts {rows} rows of {range} by their values. What does not fit into memory goes into the temporary engine: no write-ahead log, no replica, and empty after a restart.",
            "{store} 按值对 {range} 的 {rows} 行排序。内存放不下的写入临时引擎：没有 WAL，没有副本，重启后为空。"
        )),
        EventKind::Uninitialized { range, .. } => Said::plain(
            "?",
            Tone::Idle,
            both!(
                "{store} hears of {range} for the first time: a replica without keys",
                "{store} 第一次听到 {range}：一个还没有键的副本"
            ),
        ),
        EventKind::Failed(_)
        | EventKind::Written { .. }
        | EventKind::Synced { .. }
        | EventKind::LogTruncated { .. } => disk(store, kind),
        other => by_clock(store, other),
    }
}

fn lease_changed(store: StoreId, range: store::RangeId, lease: &store::Lease) -> Said {
    let sequence = lease.sequence;
    let holder = lease.holder.map_or_else(String::new, |holder| holder.store.to_string());
    let kind = match lease.term {
        LeaseTerm::Epoch(epoch) => both!("epoch {epoch}", "epoch {epoch}"),
        LeaseTerm::Expiration(end) => both!("until {end}", "到 {end} 为止"),
    };
    let (en, zh) = (kind.en, kind.zh);
    Said::plain(
        "⚿",
        Tone::Lead,
        both!(
            "{store} learns: {holder} has the lease of {range} · {en}",
            "{store} 得知：{range} 的 lease 在 {holder} · {zh}"
        ),
    )
    .told(both!(
        "{holder} holds lease {sequence} of {range} now: it serves the reads and proposes the writes. The lease lasts as long as the node's liveness record ({en}), so nothing has to be renewed per range.",
        "{holder} 现在持有 {range} 的第 {sequence} 个 lease：由它负责读，并提交写。lease 与节点的 liveness 记录同在（{zh}），不必逐个 range 续期。"
    ))
}

fn disk(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Failed(error) => Said::plain(
            "⚠",
            Tone::Violation,
            both!("the disk of {store} fails: {error}", "{store} 的磁盘出错：{error}"),
        ),
        EventKind::Written { range, .. } => Said::plain(
            "▤",
            Tone::Idle,
            both!("{store} writes the log of {range}", "{store} 写 {range} 的日志"),
        ),
        EventKind::Synced { ranges } => Said::plain(
            "▤",
            Tone::Idle,
            both!(
                "the disk of {store} has it · {ranges} ranges waited for the sync",
                "{store} 的磁盘已写稳 · {ranges} 个 range 在等这次 fsync"
            ),
        ),
        EventKind::LogTruncated { range, truncated, entries, bytes } => Said::plain(
            "▤",
            Tone::Bulk,
            both!(
                "{store} drops the log of {range} up to {truncated} · {entries} entries, {bytes} bytes",
                "{store} 截断 {range} 的日志到 {truncated} · {entries} 个条目，{bytes} 字节"
            ),
        ),
        other => by_clock(store, other),
    }
}

/// What clocks and other stores bring. Everything else has a sentence elsewhere.
fn by_clock(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::LivenessLearned { node, record, revived } => {
            let (epoch, until) = (record.epoch, record.expiration);
            let line = if *revived {
                both!(
                    "{store} learns that {node} lives again, in epoch {epoch}",
                    "{store} 得知 {node} 恢复，epoch 为 {epoch}"
                )
            } else {
                both!(
                    "{store} learns that {node} lives until {until}",
                    "{store} 得知 {node} 存活到 {until}"
                )
            };
            Said::plain("♥", Tone::Idle, line)
        }
        EventKind::EpochEnded { node, record } => {
            let epoch = record.epoch;
            let line = both!(
                "{store} hears that {node} has epoch {epoch} now: its older leases are over",
                "{store} 得知 {node} 的 epoch 现为 {epoch}：它更早的 lease 作废"
            );
            Said::plain("♥", Tone::Ink, line)
        }
        EventKind::TruncationProposed { range, decision } => {
            let first = decision.new_first;
            let line = both!(
                "{store} proposes to drop the log of {range} before {first}",
                "{store} 提议丢弃 {range} 在 {first} 之前的日志"
            );
            Said::plain("▤", Tone::Idle, line)
        }
        EventKind::TooOld { range, replica } => {
            let line = both!(
                "{store} learns that replica {replica} of {range} was replaced",
                "{store} 得知 {range} 的副本 {replica} 已被替换"
            );
            Said::plain("✕", Tone::Ink, line)
        }
        _ => Said::plain("·", Tone::Idle, both!("{store} goes on", "{store} 继续")),
    }
}
