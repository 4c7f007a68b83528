//! What happens on a store.

use lsm::{Ingest, Obstacle, Placed};
use raft::MessageKind;
use store::{EventKind, Outcome, StoreId, Wake};

use super::store::of_store;
use super::{Said, core, reason, snapshot};
use crate::say::both;
use crate::{Both, Tone};

pub(super) fn say(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Raft { range, event } => core::say(store, *range, event),
        EventKind::SentCoalesced { .. }
        | EventKind::Unfolded { .. }
        | EventKind::Dropped { .. }
        | EventKind::Stepped { .. }
        | EventKind::Sent { .. } => sent(store, kind),
        EventKind::Quiesced { .. }
        | EventKind::FellAsleep { .. }
        | EventKind::QuiesceRefused { .. }
        | EventKind::Woke { .. }
        | EventKind::StaysAwake { .. }
        | EventKind::Loaded { .. } => sleep(store, kind),
        EventKind::Evaluated { .. }
        | EventKind::LatchWait { .. }
        | EventKind::Pushed { .. }
        | EventKind::Proposed { .. }
        | EventKind::Applied { .. } => evaluation(store, kind),
        EventKind::Snapshot { range, what, .. } => snapshot::say(store, *range, what),
        EventKind::Sideloaded { .. } | EventKind::Ingested { .. } | EventKind::Purged { .. } => {
            table(store, kind)
        }
        _ => of_store(store, kind),
    }
}

fn sent(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::SentCoalesced { to, kind: MessageKind::Heartbeat, beats } => Said::plain(
            "✉",
            Tone::Idle,
            both!(
                "{store} sends {beats} heartbeats to {to} in one message",
                "{store} 把 {beats} 个心跳合成一条消息发给 {to}"
            ),
        )
        .told(both!(
            "{store} has {beats} heartbeats for {to}: they travel as one message, and each range still makes its step there.",
            "{store} 有 {beats} 个心跳要给 {to}：合成一条消息发出；到达后每个 range 仍各走一步。"
        )),
        EventKind::SentCoalesced { to, beats, .. } => Said::plain(
            "✉",
            Tone::Idle,
            both!(
                "{store} answers {to} with {beats} heartbeat responses in one message",
                "{store} 把 {beats} 个心跳应答合成一条消息回给 {to}"
            ),
        ),
        EventKind::Unfolded { from, beats, .. } => Said::plain(
            "✉",
            Tone::Idle,
            both!(
                "{store} unfolds {beats} heartbeats from {from}",
                "{store} 拆开来自 {from} 的 {beats} 个心跳"
            ),
        ),
        EventKind::Dropped { range, kind, .. } => Said::plain(
            "✕",
            Tone::Ink,
            both!("{store} throws {kind} of {range} away", "{store} 丢弃 {range} 的 {kind}"),
        ),
        EventKind::Sent { range, to, kind } => Said::plain(
            "→",
            Tone::Idle,
            both!("{store} sends {to} {kind} of {range}", "{store} 向 {to} 发送 {range} 的 {kind}"),
        ),
        EventKind::Stepped { range, kind, .. } => Said::plain(
            "←",
            Tone::Idle,
            both!("{kind} of {range} reaches {store}", "{range} 的 {kind} 到达 {store}"),
        ),
        _ => of_store(store, kind),
    }
}

fn sleep(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Quiesced { range, lagging: 0 } => Said::plain(
            "☾",
            Tone::Idle,
            both!("{store} puts {range} to sleep", "{store} 让 {range} 静默"),
        )
        .told(both!(
            "{range} has nothing left to do: {store} stops its clock and tells the followers with one last heartbeat. Nobody has to acknowledge that.",
            "{range} 已无事可做：{store} 停下它的时钟，并用最后一个心跳通知 follower，不需要确认。"
        )),
        EventKind::Quiesced { range, lagging } => Said::plain(
            "☾",
            Tone::Idle,
            both!(
                "{store} puts {range} to sleep · {lagging} dead stores left behind",
                "{store} 让 {range} 静默 · 落下 {lagging} 个停机的 store"
            ),
        ),
        EventKind::FellAsleep { range } => {
            Said::plain("☾", Tone::Idle, both!("{range} falls asleep on {store}", "{store} 上的 {range} 静默"))
        }
        EventKind::QuiesceRefused { range, why } => {
            let Both { en, zh } = reason::quiesce(*why);
            let line =
                both!("{store} does not let {range} sleep: {en}", "{store} 不让 {range} 静默：{zh}");
            Said::plain("☼", Tone::Lead, line)
        }
        EventKind::Woke { range, why } => woke(store, *range, *why),
        EventKind::StaysAwake { range, why } => {
            let reason = super::super::inspector::awake(why);
            let (en, zh) = (reason.en, reason.zh);
            Said::plain(
                "☼",
                Tone::Idle,
                both!("{range} stays awake: {en}", "{range} 保持活跃：{zh}"),
            )
        }
        EventKind::Loaded { range } => Said::plain(
            "+",
            Tone::Idle,
            both!("{store} loads the Raft group of {range}", "{store} 加载 {range} 的 Raft group"),
        ),
        _ => of_store(store, kind),
    }
}

fn woke(store: StoreId, range: store::RangeId, why: Wake) -> Said {
    let line = match why {
        Wake::Proposal => both!(
            "{range} wakes on {store}: somebody asks for something",
            "{store} 上的 {range} 醒来：有请求到来"
        ),
        Wake::Message(kind) => {
            both!(
                "{range} wakes on {store}: {kind} comes",
                "{store} 上的 {range} 醒来：收到 {kind}"
            )
        }
        Wake::Revived(node) => both!(
            "{range} wakes on {store}: {node} lives again",
            "{store} 上的 {range} 醒来：{node} 恢复"
        ),
        Wake::Created => {
            both!("{range} wakes on {store}: it is new", "{store} 上的 {range} 醒来：它是新的")
        }
        Wake::Overlap(right) => both!(
            "{range} wakes on {store}: it has yet to apply the split that made {right}",
            "{store} 上的 {range} 醒来：产生 {right} 的 split 尚未应用"
        ),
        Wake::Asked => both!("{range} wakes on {store}", "{store} 上的 {range} 醒来"),
    };
    Said::plain("☼", Tone::Lead, line)
}

fn evaluation(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Evaluated { range, keys, bytes } => Said::plain(
            "⚙",
            Tone::Lead,
            both!(
                "{store} evaluates a request of {range} · {keys} keys, a batch of {bytes} bytes",
                "{store} 求值 {range} 的请求 · {keys} 个键，batch {bytes} 字节"
            ),
        ),
        EventKind::LatchWait { range, .. } => Said::plain(
            "⚙",
            Tone::Idle,
            both!(
                "a request of {range} waits for an earlier one's latches",
                "{range} 的一个请求等待更早请求的 latch"
            ),
        ),
        EventKind::Pushed { range, .. } => Said::plain(
            "⚙",
            Tone::Idle,
            both!(
                "a write of {range} moves past a read that was answered",
                "{range} 的一次写被推到已答复的读之后"
            ),
        ),
        EventKind::Proposed { range, max_lease_index, attempt, .. } => {
            let again = if *attempt == 0 { ("", "") } else { (" again", "再次") };
            let (en, zh) = again;
            Said::plain(
                "▭",
                Tone::Lead,
                both!(
                    "{store} proposes to {range}{en} · lease index {max_lease_index}",
                    "{store} {zh}向 {range} 提案 · lease index {max_lease_index}"
                ),
            )
        }
        EventKind::Applied { range, entry, outcome, .. } => {
            let what = outcome_words(*outcome);
            let (en, zh) = (what.en, what.zh);
            Said::plain(
                "✓",
                Tone::Truth,
                both!(
                    "{store} applies {range} {entry} · {en}",
                    "{store} 应用 {range} {entry} · {zh}"
                ),
            )
        }
        _ => of_store(store, kind),
    }
}

fn outcome_words(outcome: Outcome) -> Both {
    match outcome {
        Outcome::Nothing => both!("an empty entry", "空条目"),
        Outcome::Done => both!("done", "生效"),
        Outcome::LeaseMismatch { proposed, current } => both!(
            "rejected: proposed under lease {proposed}, now it is {current}",
            "拒绝：提案时是第 {proposed} 个 lease，现在是第 {current} 个"
        ),
        Outcome::LeaseIndexPassed { max_lease_index, applied } => both!(
            "rejected: lease index {max_lease_index} is passed, {applied} is applied",
            "拒绝：lease index {max_lease_index} 已过，已应用到 {applied}"
        ),
        Outcome::NoMember => {
            both!("rejected: the new holder is no member", "拒绝：新的持有者不是成员")
        }
        Outcome::Unreadable => both!("rejected: unreadable", "拒绝：无法读取"),
    }
}

fn table(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Sideloaded { range, entry, bytes } => Said::plain(
            "▣",
            Tone::Bulk,
            both!(
                "{store} puts the table of {range} {entry} on the shelf · {bytes} bytes",
                "{store} 把 {range} {entry} 的 table 放到日志旁 · {bytes} 字节"
            ),
        )
        .told(both!(
            "{bytes} bytes of {range} {entry} go into a file beside the log on {store}; the entry in the log only names it.",
            "{range} {entry} 的 {bytes} 字节写入 {store} 日志旁的文件；日志条目里只有它的名字。"
        )),
        EventKind::Ingested { range, how, placed, .. } => ingested(store, *range, *how, placed),
        EventKind::Purged { range, entry, bytes, .. } => Said::plain(
            "▣",
            Tone::Idle,
            both!(
                "{store} takes the table of {range} {entry} off the shelf · {bytes} bytes",
                "{store} 移除 {range} {entry} 的 table 文件 · {bytes} 字节"
            ),
        ),
        _ => of_store(store, kind),
    }
}

fn ingested(store: StoreId, range: store::RangeId, how: Option<Ingest>, placed: &Placed) -> Said {
    let level = placed.level;
    let way = match how {
        Some(Ingest::Link) => both!("linked, no byte written", "硬链接，不写一个字节"),
        Some(Ingest::Copy) => both!("copied", "复制"),
        None => both!("out of the log entry", "取自日志条目"),
    };
    let why = match &placed.stopped_by {
        Some(Obstacle::Data { level, table }) => both!(
            "table {table} in L{level} has keys of the same span",
            "L{level} 的 table {table} 有同一区间的键"
        ),
        None => both!("nothing is in its way", "没有任何阻碍"),
    };
    let (way_en, way_zh, why_en, why_zh) = (way.en, way.zh, why.en, why.zh);
    Said::plain(
        "▣",
        Tone::Bulk,
        both!(
            "{store} ingests a table of {range} into L{level} · {way_en}",
            "{store} 把 {range} 的 table ingest 到 L{level} · {way_zh}"
        ),
    )
    .told(both!(
        "{store} takes the table of {range} into its state engine as it is: {way_en}. It falls to L{level}: {why_en}.",
        "{store} 把 {range} 的 table 原样收入状态机引擎：{way_zh}。它落到 L{level}：{why_zh}。"
    ))
    .marked(both!("ingest", "ingest"))
}
