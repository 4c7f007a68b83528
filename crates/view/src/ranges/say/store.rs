//! What happens to a store and to its ranges as a whole.

use det::Time;
use raft::EntryId;
use store::{
    Lease, LeaseTerm, Liveness, RangeId, ReplicaId, RequestId, StoreId, TransferRefusal,
    TruncateDecision,
};

use super::{Said, reason};
use crate::picture::clock;
use crate::say::both;
use crate::{Both, Tone};

pub(super) fn started(store: StoreId, life: u64, replicas: usize) -> Said {
    let line = both!(
        "{store} starts · replicas: {replicas} · life {life}",
        "{store} 启动，有 {replicas} 个副本 · 第 {life} 次"
    );
    Said::plain("↻", Tone::Ink, line)
}

pub(super) fn split(store: StoreId, left: RangeId, right: RangeId) -> Said {
    let line = both!(
        "{left} is split on {store}: {right} begins",
        "{store} 上的 {left} 分裂：{right} 开始"
    );
    Said::plain("⋔", Tone::Lead, line)
        .told(both!(
            "{store} applies the split of {left}: the new range {right} has a Raft group of its own from now on. Its statistics were counted once, by the proposer.",
            "{store} 应用 {left} 的分裂：新的 {right} 从此自成一个 Raft group。统计只由 proposer 算过一次。"
        ))
        .marked(both!("split", "分裂"))
}

pub(super) fn requested(store: StoreId, range: RangeId, request: RequestId) -> Said {
    let request = request.0;
    let line = both!(
        "request {request} reaches {range} on {store}",
        "请求 {request} 到达 {store} 上的 {range}"
    );
    Said::plain("○", Tone::Ink, line)
}

pub(super) fn answered(store: StoreId, request: RequestId) -> Said {
    let request = request.0;
    let line = both!("{store} answers request {request}", "{store} 答复请求 {request}");
    Said::plain("○", Tone::Ink, line)
}

pub(super) fn sorted(store: StoreId, range: RangeId, rows: usize, bytes: u64) -> Said {
    let line = both!(
        "{store} sorts {rows} rows of {range} · the temporary engine has written {bytes} bytes",
        "{store} 对 {range} 的 {rows} 行排序 · 临时引擎写了 {bytes} 字节"
    );
    Said::plain("⇅", Tone::Truth, line).told(both!(
        "{store} sorts {rows} rows of {range} by their values. What does not fit into memory goes into the temporary engine: no write-ahead log, no replica, and empty after a restart.",
        "{store} 按值对 {range} 的 {rows} 行排序。内存放不下的写入临时引擎：没有 WAL，没有副本，重启后为空。"
    ))
}

pub(super) fn uninitialized(store: StoreId, range: RangeId) -> Said {
    let line = both!(
        "{store} hears of {range} for the first time: a replica without keys",
        "{store} 第一次听到 {range}：一个还没有键的副本"
    );
    Said::plain("?", Tone::Idle, line)
}

pub(super) fn too_old(store: StoreId, range: RangeId, replica: ReplicaId) -> Said {
    let line = both!(
        "{store} learns that replica {replica} of {range} was replaced",
        "{store} 得知 {range} 的副本 {replica} 已被替换"
    );
    Said::plain("✕", Tone::Ink, line)
}

pub(super) fn lease_changed(store: StoreId, range: RangeId, lease: &Lease) -> Said {
    let sequence = lease.sequence;
    let holder = lease.holder.map_or_else(String::new, |holder| holder.store.to_string());
    let (kind, lasts) = match lease.term {
        LeaseTerm::Epoch(epoch) => (
            both!("epoch {epoch}", "epoch {epoch}"),
            both!(
                "The lease lasts as long as the node's liveness record, so nothing has to be renewed per range.",
                "lease 与节点的 liveness 记录同在，不必逐个 range 续期。"
            ),
        ),
        LeaseTerm::Expiration(end) => (
            until(end),
            both!(
                "The lease ends at that moment unless it is renewed, so the range stays awake for it.",
                "除非续期，lease 到时即止，因此该 range 要为它保持活跃。"
            ),
        ),
    };
    let (en, zh) = (kind.en, kind.zh);
    let (lasts_en, lasts_zh) = (lasts.en, lasts.zh);
    Said::plain(
        "⚑",
        Tone::Lead,
        both!(
            "{store} learns: {holder} has the lease of {range} · {en}",
            "{store} 得知：{range} 的 lease 在 {holder} · {zh}"
        ),
    )
    .told(both!(
        "{store} applies lease {sequence} of {range}: until a later one, {holder} serves the reads and proposes the writes ({en}). {lasts_en}",
        "{store} 应用 {range} 的第 {sequence} 个 lease：在更新的 lease 之前，由 {holder} 负责读，并提交写（{zh}）。{lasts_zh}"
    ))
}

pub(super) fn transfer_refused(
    store: StoreId,
    range: RangeId,
    to: StoreId,
    why: TransferRefusal,
) -> Said {
    let Both { en, zh } = reason::transfer(why);
    let line = both!(
        "{store} keeps the lease of {range}, {to} does not get it: {en}",
        "{store} 不把 {range} 的 lease 交给 {to}：{zh}"
    );
    Said::plain("⚑", Tone::Lead, line)
}

/// "until 2.164 s".
fn until(end: Time) -> Both {
    let end = clock(end);
    both!("until {end} s", "到 {end} 秒为止")
}

pub(super) fn expired(store: StoreId, other: StoreId) -> Said {
    let line = both!("{store} counts {other} as dead", "{store} 认为 {other} 已停机");
    Said::plain("♥", Tone::Ink, line).told(both!(
        "{store} has not heard in time that {other} lives: from now on it counts as dead.",
        "{store} 没有及时听到 {other} 的消息：从此视其为停机。"
    ))
}

pub(super) fn learned(store: StoreId, other: StoreId, record: Liveness, revived: bool) -> Said {
    let (epoch, end) = (record.epoch, clock(record.expiration));
    let line = if revived {
        both!(
            "{store} learns that {other} lives again, in epoch {epoch}",
            "{store} 得知 {other} 恢复，epoch 为 {epoch}"
        )
    } else {
        both!(
            "{store} learns that {other} lives until {end} s",
            "{store} 得知 {other} 存活到 {end} 秒"
        )
    };
    Said::plain("♥", Tone::Idle, line)
}

pub(super) fn epoch_ended(store: StoreId, other: StoreId, record: Liveness) -> Said {
    let epoch = record.epoch;
    let line = both!(
        "{store} hears that {other} has epoch {epoch} now: its older leases are over",
        "{store} 得知 {other} 的 epoch 现为 {epoch}：它更早的 lease 作废"
    );
    Said::plain("♥", Tone::Ink, line)
}

pub(super) fn failed(store: StoreId, error: &lsm::Error) -> Said {
    let line = both!("the disk of {store} fails: {error}", "{store} 的磁盘出错：{error}");
    Said::plain("⚠", Tone::Violation, line)
}

pub(super) fn written(store: StoreId, range: RangeId) -> Said {
    let line = both!("{store} writes the log of {range}", "{store} 写 {range} 的日志");
    Said::plain("▤", Tone::Idle, line)
}

pub(super) fn synced(store: StoreId, ranges: usize) -> Said {
    let line = both!(
        "the disk of {store} has it · ranges that waited for the sync: {ranges}",
        "{store} 的磁盘已写稳 · {ranges} 个 range 在等这次 fsync"
    );
    Said::plain("▤", Tone::Idle, line)
}

pub(super) fn truncation_proposed(
    store: StoreId,
    range: RangeId,
    decision: &TruncateDecision,
) -> Said {
    let first = decision.new_first;
    let line = both!(
        "{store} proposes to drop the log of {range} before {first}",
        "{store} 提议丢弃 {range} 在 {first} 之前的日志"
    );
    Said::plain("▤", Tone::Idle, line)
}

pub(super) fn truncated(store: StoreId, range: RangeId, to: EntryId, dropped: [u64; 2]) -> Said {
    let [entries, bytes] = dropped;
    let line = both!(
        "{store} drops the log of {range} up to {to} · entries: {entries}, {bytes} bytes",
        "{store} 截断 {range} 的日志到 {to} · {entries} 个条目，{bytes} 字节"
    );
    Said::plain("▤", Tone::Bulk, line)
}
