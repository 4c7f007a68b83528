//! What happens on a store: every kind of event has its sentence.

use lsm::{Ingest, Placed};
use raft::EntryId;
use store::{EventKind, Outcome, RangeId, StoreId};

use super::{Said, core, levels, sent, sleep, snapshot, store as whole};
use crate::ranges::engine::obstacle_words;
use crate::say::both;
use crate::{Both, Tone};

pub(super) fn say(store: StoreId, kind: &EventKind) -> Said {
    match kind {
        EventKind::Raft { range, event } => core::say(store, *range, event),
        EventKind::SentCoalesced { to, kind, beats } => sent::coalesced(store, *to, *kind, *beats),
        EventKind::Unfolded { from, beats, .. } => sent::unfolded(store, *from, *beats),
        EventKind::Dropped { range, kind, .. } => sent::dropped(store, *range, *kind),
        EventKind::Sent { range, to, kind } => sent::alone(store, *range, *to, *kind),
        EventKind::Stepped { range, kind, .. } => sent::stepped(store, *range, *kind),
        EventKind::Quiesced { range, lagging } => sleep::quiesced(store, *range, *lagging),
        EventKind::FellAsleep { range } => sleep::fell_asleep(store, *range),
        EventKind::QuiesceRefused { range, why } => sleep::refused(store, *range, *why),
        EventKind::Woke { range, why } => sleep::woke(store, *range, *why),
        EventKind::StaysAwake { range, why } => sleep::stays_awake(*range, why),
        EventKind::Loaded { range } => sleep::loaded(store, *range),
        EventKind::Requested { range, request } => whole::requested(store, *range, *request),
        EventKind::Answered { request, .. } => whole::answered(store, *request),
        EventKind::Evaluated { range, keys, bytes } => evaluated(store, *range, *keys, *bytes),
        EventKind::LatchWait { range, .. } => plain(
            "⚙",
            Tone::Idle,
            both!(
                "a request of {range} waits for an earlier one's latches",
                "{range} 的一个请求等待更早请求的 latch"
            ),
        ),
        EventKind::Pushed { range, .. } => plain(
            "⚙",
            Tone::Idle,
            both!(
                "a write of {range} moves past a read that was answered",
                "{range} 的一次写被推到已答复的读之后"
            ),
        ),
        EventKind::Proposed { range, max_lease_index, attempt, .. } => {
            proposed(store, *range, *max_lease_index, *attempt)
        }
        EventKind::Applied { range, entry, outcome, .. } => {
            applied(store, *range, *entry, *outcome)
        }
        EventKind::Snapshot { range, what, .. } => snapshot::say(store, *range, what),
        EventKind::Worked(worked) => levels::say(store, worked),
        EventKind::Sideloaded { range, entry, bytes } => sideloaded(store, *range, *entry, *bytes),
        EventKind::Ingested { range, how, placed, .. } => ingested(store, *range, *how, placed),
        EventKind::Purged { range, entry, bytes, .. } => purged(store, *range, *entry, *bytes),
        EventKind::Started { life, replicas } => whole::started(store, *life, *replicas),
        EventKind::Split { left, right } => whole::split(store, *left, *right),
        EventKind::LeaseChanged { range, lease, .. } => whole::lease_changed(store, *range, lease),
        EventKind::Sorted { range, rows, written_bytes } => {
            whole::sorted(store, *range, *rows, *written_bytes)
        }
        EventKind::Uninitialized { range, .. } => whole::uninitialized(store, *range),
        EventKind::TooOld { range, replica } => whole::too_old(store, *range, *replica),
        EventKind::TransferRefused { range, to, why } => {
            whole::transfer_refused(store, *range, *to, *why)
        }
        EventKind::LivenessExpired { node } => whole::expired(store, node.store()),
        EventKind::LivenessLearned { node, record, revived } => {
            whole::learned(store, node.store(), *record, *revived)
        }
        EventKind::EpochEnded { node, record } => whole::epoch_ended(store, node.store(), *record),
        EventKind::Failed(error) => whole::failed(store, error),
        EventKind::Written { range, .. } => whole::written(store, *range),
        EventKind::Synced { ranges } => whole::synced(store, *ranges),
        EventKind::TruncationProposed { range, decision } => {
            whole::truncation_proposed(store, *range, decision)
        }
        EventKind::LogTruncated { range, truncated, entries, bytes } => {
            whole::truncated(store, *range, *truncated, [*entries, *bytes])
        }
    }
}

fn plain(icon: &'static str, tone: Tone, line: Both) -> Said {
    Said::plain(icon, tone, line)
}

fn evaluated(store: StoreId, range: RangeId, keys: u64, bytes: usize) -> Said {
    plain(
        "⚙",
        Tone::Lead,
        both!(
            "{store} evaluates a request of {range} · keys: {keys}, batch: {bytes} bytes",
            "{store} 求值 {range} 的请求 · {keys} 个键，batch {bytes} 字节"
        ),
    )
}

fn proposed(store: StoreId, range: RangeId, max_lease_index: u64, attempt: u32) -> Said {
    let (en, zh) = if attempt == 0 { ("", "") } else { (" again", "再次") };
    plain(
        "▭",
        Tone::Lead,
        both!(
            "{store} proposes to {range}{en} · lease index {max_lease_index}",
            "{store} {zh}向 {range} 提案 · lease index {max_lease_index}"
        ),
    )
}

fn applied(store: StoreId, range: RangeId, entry: EntryId, outcome: Outcome) -> Said {
    let Both { en, zh } = outcome_words(outcome);
    plain(
        "✓",
        Tone::Truth,
        both!("{store} applies {range} {entry} · {en}", "{store} 应用 {range} {entry} · {zh}"),
    )
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
        Outcome::LeaseExtended => {
            both!("rejected: the lease was extended meanwhile", "拒绝：lease 在此期间已续期")
        }
        Outcome::NoMember => {
            both!("rejected: the new holder is no member", "拒绝：新的持有者不是成员")
        }
        Outcome::Unreadable => both!("rejected: unreadable", "拒绝：无法读取"),
    }
}

fn sideloaded(store: StoreId, range: RangeId, entry: EntryId, bytes: u64) -> Said {
    plain(
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
    ))
}

fn purged(store: StoreId, range: RangeId, entry: EntryId, bytes: u64) -> Said {
    plain(
        "▣",
        Tone::Idle,
        both!(
            "{store} takes the table of {range} {entry} off the shelf · {bytes} bytes",
            "{store} 移除 {range} {entry} 的 table 文件 · {bytes} 字节"
        ),
    )
}

fn ingested(store: StoreId, range: RangeId, how: Option<Ingest>, placed: &Placed) -> Said {
    let level = placed.level;
    let way = match how {
        Some(Ingest::Link) => both!("linked, no byte written", "硬链接，不写一个字节"),
        Some(Ingest::Copy) => both!("copied", "复制"),
        None => both!("out of the log entry", "取自日志条目"),
    };
    let why = match placed.stopped_by {
        Some(obstacle) => obstacle_words(obstacle),
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
