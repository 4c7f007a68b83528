//! What an engine does to its levels, and why.

use lsm::{Compaction, Dropped, Job, Sealing, TableMeta, Why};
use store::{EngineName, EngineWork, StoreId, Worked};

use super::Said;
use crate::ranges::board::bytes_text;
use crate::say::both;
use crate::{Both, Tone};

/// Longer lists of tables are cut.
const TABLES_MAX: usize = 6;

pub(super) fn say(store: StoreId, worked: &Worked) -> Said {
    let Both { en: name, zh: name_zh } = match worked.engine {
        EngineName::State => Both::default(),
        EngineName::Log => both!(" (Raft log)", "（Raft 日志）"),
    };
    let EngineWork::Job { job, .. } = &worked.work else {
        let line = both!("{store}{name} takes a table in", "{store}{name_zh} ingest 一个 table");
        return Said::plain("⇩", Tone::Bulk, line);
    };
    let Both { en: what, zh: what_zh } = line(job);
    let Both { en: why, zh: why_zh } = reason(job);
    let (tone, mark) = match job {
        Job::Flush { .. } => (Tone::Truth, Both::same("flush")),
        Job::Move { .. } => (Tone::Election, both!("move", "下移")),
        Job::Compact { .. } => (Tone::Election, Both::same("compaction")),
    };
    Said::plain("⇩", tone, both!("{store}{name} {what}", "{store}{name_zh} {what_zh}"))
        .told(both!("{store}{name}: {why}", "{store}{name_zh}：{why_zh}"))
        .marked(mark)
}

/// What was done, in few words.
fn line(job: &Job) -> Both {
    match job {
        Job::Flush { made: None, .. } => {
            both!(
                "flushes a memtable · nothing of it is left",
                "flush 一个 memtable · 没有剩下任何内容"
            )
        }
        Job::Flush { made: Some(meta), .. } => {
            let (number, bytes, entries) = (meta.number, bytes_text(meta.bytes), meta.entries);
            both!(
                "flushes its memtable: #{number} in L0 · {bytes}, entries: {entries}",
                "flush memtable：L0 的 #{number} · {bytes}，{entries} 个条目"
            )
        }
        Job::Move { compaction: Compaction { from, to, inputs, .. } } => {
            let inputs = list(inputs);
            both!(
                "moves {inputs} from L{from} to L{to} · no byte is written",
                "把 {inputs} 从 L{from} 移到 L{to} · 没有写任何字节"
            )
        }
        Job::Compact { compaction, made, .. } => {
            let Compaction { from, to, inputs, overlapped, .. } = compaction;
            let (inputs, below) = (list(inputs), list(overlapped));
            let (bytes, made) = (written(made), list_of(made));
            if overlapped.is_empty() {
                both!(
                    "compacts L{from} {inputs} into L{to} {made} · {bytes}",
                    "compaction：L{from} {inputs} 合并为 L{to} {made} · {bytes}"
                )
            } else {
                both!(
                    "compacts L{from} {inputs} with L{to} {below} into {made} · {bytes}",
                    "compaction：L{from} {inputs} 与 L{to} {below} 合并为 {made} · {bytes}"
                )
            }
        }
    }
}

/// Why it had to be done, and what it cost.
pub(in crate::ranges) fn reason(job: &Job) -> Both {
    match job {
        Job::Flush { why, made, dropped, wal } => {
            let Both { en, zh } = sealing(*why);
            let (bytes, gone) = (written(made.as_slice()), forgotten(dropped));
            let (gone, gone_zh) = (gone.en, gone.zh);
            both!(
                "{en}: it becomes a table of level 0, {bytes} written, and its write-ahead log {wal} goes.{gone}",
                "{zh}：它成为 L0 的 table，写 {bytes}，它的 WAL {wal} 随之删除。{gone_zh}"
            )
        }
        Job::Move { compaction } => {
            let Both { en, zh } = pressure(compaction);
            let (inputs, to) = (list(&compaction.inputs), compaction.to);
            both!(
                "{en}. Nothing in L{to} overlaps {inputs}: the table moves as it is, and no byte is written.",
                "{zh}。L{to} 没有与 {inputs} 重叠的 table：原样移动，不写任何字节。"
            )
        }
        Job::Compact { compaction, made, read_bytes, dropped } => {
            let Both { en, zh } = pressure(compaction);
            let (inputs, below, to) =
                (list(&compaction.inputs), list(&compaction.overlapped), compaction.to);
            let with = if below.is_empty() {
                both!("{inputs} are merged", "合并 {inputs}")
            } else {
                both!(
                    "{inputs} are merged with {below}, which they overlap",
                    "{inputs} 与重叠的 {below} 合并"
                )
            };
            let (with, with_zh) = (with.en, with.zh);
            let (bytes, read, made) = (written(made), bytes_text(*read_bytes), list_of(made));
            let Both { en: gone, zh: gone_zh } = forgotten(dropped);
            both!(
                "{en}. {with} into {made} in L{to}: {read} read, {bytes} written.{gone}",
                "{zh}。{with_zh}，成为 L{to} 的 {made}：读 {read}，写 {bytes}。{gone_zh}"
            )
        }
    }
}

fn sealing(why: Sealing) -> Both {
    match why {
        Sealing::Full { limit_bytes } => {
            let limit = bytes_text(limit_bytes);
            both!("the memtable reached its limit of {limit}", "memtable 达到上限 {limit}")
        }
        Sealing::Asked => both!("the memtable was flushed on request", "按请求 flush memtable"),
        Sealing::Ingestion => both!(
            "the memtable has older writes of the keys that a table brings, and must lie below it",
            "memtable 含有被 ingest 的 table 那些键的旧写入，必须位于其下"
        ),
        Sealing::Recovery => both!(
            "the memtable was read back from its log at the start",
            "memtable 在启动时由日志恢复"
        ),
    }
}

/// Why a level has to give something away.
fn pressure(compaction: &Compaction) -> Both {
    let from = compaction.from;
    match compaction.why {
        Why::TooManyTables { tables, trigger } => both!(
            "L{from} has {tables} tables, and {trigger} are the trigger (a read looks into each)",
            "L{from} 有 {tables} 个 table，触发值是 {trigger}（读要逐个查看）"
        ),
        Why::TooManyBytes { bytes, target, overlapped_bytes } => {
            let (score, tenths) = (bytes / target.max(1), bytes * 10 / target.max(1) % 10);
            let [bytes, target, met] = [bytes, target, overlapped_bytes].map(bytes_text);
            both!(
                "L{from} has {bytes} of {target} (score {score}.{tenths}), and the table that meets least below goes: {met}",
                "L{from} 有 {bytes}，目标 {target}（score {score}.{tenths}）；选下层重叠最少的 table：{met}"
            )
        }
    }
}

/// What was not written again.
fn forgotten(dropped: &Dropped) -> Both {
    let Dropped { hidden, covered, tombstones, range_tombstones } = *dropped;
    let tombstones = tombstones + range_tombstones;
    match (hidden, covered + tombstones) {
        (0, 0) => Both::default(),
        (_, 0) => both!(
            " Dropped, as newer writes hide them: {hidden}.",
            "被更新的写入遮住而丢弃：{hidden} 个。"
        ),
        _ => both!(
            " Dropped: {hidden} hidden by newer writes, {covered} deleted, {tombstones} tombstones.",
            "丢弃：{hidden} 个被更新的写入遮住，{covered} 个已删除，{tombstones} 个墓碑。"
        ),
    }
}

fn written(made: &[TableMeta]) -> String {
    bytes_text(made.iter().map(|meta| meta.bytes).sum())
}

fn list_of(made: &[TableMeta]) -> String {
    list(&made.iter().map(|meta| meta.number).collect::<Vec<_>>())
}

/// `#3 #5 #7`.
fn list(numbers: &[u64]) -> String {
    let mut names: Vec<String> =
        numbers.iter().take(TABLES_MAX).map(|number| format!("#{number}")).collect();
    let more = numbers.len().saturating_sub(TABLES_MAX);
    if more > 0 {
        names.push(format!("… +{more}"));
    }
    names.join(" ")
}
