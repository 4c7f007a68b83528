//! What happens inside a node: timers, the log, the disk, the state machine.

use raft::{Cite, EntryId, Index};
use sim::{Effect, NodeId, Timer};

use super::{Said, both};
use crate::Tone;

/// A node starts from its disk.
pub(super) fn started(node: NodeId, last: EntryId) -> Said {
    let (line, caption) = if last.index == Index::ZERO {
        (
            both!("{node} starts with an empty log", "{node} 启动，日志为空"),
            both!(
                "{node} starts as a follower with an empty log.",
                "{node} 以 follower 的角色启动，日志为空。"
            ),
        )
    } else {
        (
            both!(
                "{node} starts · its disk holds the log up to {last}",
                "{node} 启动 · 磁盘上的日志到 {last}"
            ),
            both!(
                "{node} starts as a follower with what its disk holds: its term, its vote and the log up to {last}.",
                "{node} 以 follower 的角色启动，凭磁盘上的内容：term、投票和到 {last} 为止的日志。"
            ),
        )
    };
    Said { icon: "↻", tone: Tone::Ink, line, caption, cite: Some(Cite::Figure(2)) }
}

/// A node dies.
#[inline(never)]
pub(super) fn died(node: NodeId, forgotten: u64, unsent: u32) -> Said {
    let (mut line, mut caption) = match forgotten {
        0 => (
            both!("{node} is dead · its whole log was on disk", "{node} 停机 · 日志已全部落盘"),
            both!(
                "{node} is dead; its whole log was on disk, so nothing of it is lost.",
                "{node} 停机；日志已全部落盘，没有丢失。"
            ),
        ),
        count => {
            let noun = if count == 1 { "entry" } else { "entries" };
            (
                both!(
                    "{node} is dead · {count} {noun} not yet on disk forgotten",
                    "{node} 停机 · 丢失未落盘的 {count} 个条目"
                ),
                both!(
                    "{node} is dead and forgets {count} {noun} that had not reached its disk.",
                    "{node} 停机，并丢失尚未落盘的 {count} 个条目。"
                ),
            )
        }
    };
    if unsent > 0 {
        let noun = if unsent == 1 { "message" } else { "messages" };
        let more = both!(" · {unsent} {noun} never sent", " · {unsent} 条消息没有发出");
        let told = both!(
            " Its Ready held {unsent} {noun} that were never sent.",
            "它的 Ready 中有 {unsent} 条消息没有发出。"
        );
        line.en.push_str(&more.en);
        line.zh.push_str(&more.zh);
        caption.en.push_str(&told.en);
        caption.zh.push_str(&told.zh);
    }
    Said { icon: "✕", tone: Tone::Ink, line, caption, cite: None }
}

/// A timer makes a node act.
pub(super) fn timer(node: NodeId, timer: Timer) -> Said {
    match timer {
        Timer::Election => Said {
            icon: "◇",
            tone: Tone::Election,
            line: both!("{node}'s election timer fires", "{node} 的选举定时器到期"),
            caption: both!(
                "{node} heard from no leader for its whole election timeout, so it calls an election.",
                "{node} 在整个选举超时内没有听到 leader，于是发起选举。"
            ),
            cite: Some(Cite::Raft("5.2")),
        },
        Timer::Heartbeat => Said {
            icon: "•",
            tone: Tone::Idle,
            line: both!("{node}'s heartbeat timer fires", "{node} 的心跳定时器到期"),
            caption: both!(
                "{node} is the leader and says so again, so that nobody calls an election.",
                "{node} 是 leader，再次发出心跳，以免有节点发起选举。"
            ),
            cite: Some(Cite::Raft("5.2")),
        },
    }
}

/// Entries are in the log, not yet on disk.
pub(super) fn written(node: NodeId, first: EntryId, last: EntryId, replaces: bool) -> Said {
    let entries = if first == last { format!("{last}") } else { format!("{first}–{last}") };
    let from = first.index;
    let (line, caption) = if replaces {
        (
            both!(
                "{node} replaces its log from {from} on with {entries}",
                "{node} 用 {entries} 替换 {from} 起的日志"
            ),
            both!(
                "{node}'s log contradicts the leader's from index {from} on, so {node} deletes its own entries there and takes {entries}.",
                "{node} 的日志从 index {from} 起与 leader 不一致，于是删去自己的条目，换成 {entries}。"
            ),
        )
    } else {
        (
            both!("{node} appends {entries}", "{node} 追加 {entries}"),
            both!(
                "{node} appends {entries} to its log; it counts once it is on disk.",
                "{node} 把 {entries} 追加到日志；落盘之后才算数。"
            ),
        )
    };
    Said { icon: "▤", tone: Tone::Lead, line, caption, cite: Some(Cite::Raft("5.3")) }
}

/// A write is on disk.
pub(super) fn synced(node: NodeId, last: EntryId) -> Said {
    Said {
        icon: "▤",
        tone: Tone::Idle,
        line: both!("{node} has its log on disk up to {last}", "{node} 的日志已落盘到 {last}"),
        caption: both!(
            "{node} has its log on disk up to {last}: a crash cannot take it away, so it counts from now on.",
            "{node} 的日志已落盘到 {last}：崩溃也不会丢失，从此算数。"
        ),
        cite: Some(Cite::Figure(2)),
    }
}

/// A log is replaced by a snapshot as far as it is applied.
#[inline(never)]
pub(super) fn compacted(node: NodeId, last: EntryId, bytes: u64) -> Said {
    Said {
        icon: "▰",
        tone: Tone::Bulk,
        line: both!(
            "{node} drops its log up to {last} · snapshot of {bytes} bytes",
            "{node} 删去到 {last} 的日志 · snapshot {bytes} 字节"
        ),
        caption: both!(
            "{node} writes a snapshot of its state machine, {bytes} bytes, and drops its log up to {last}; who needs those entries gets the snapshot instead.",
            "{node} 写下状态机的 snapshot（{bytes} 字节），并删去到 {last} 的日志；谁还需要那些条目，就改收 snapshot。"
        ),
        cite: Some(Cite::Raft("7")),
    }
}

/// A snapshot takes the place of a log and a state machine.
#[inline(never)]
pub(super) fn installed(node: NodeId, last: EntryId) -> Said {
    Said {
        icon: "▰",
        tone: Tone::Bulk,
        line: both!(
            "{node} installs the snapshot up to {last}",
            "{node} 装入到 {last} 的 snapshot"
        ),
        caption: both!(
            "The snapshot is on {node}'s disk: its state machine is what the snapshot says, and its log goes on after {last}.",
            "snapshot 已在 {node} 的磁盘上：状态机以它为准，日志从 {last} 之后继续。"
        ),
        cite: Some(Cite::Raft("7")),
    }
}

/// A confirmed read is answered.
#[inline(never)]
pub(super) fn served(node: NodeId, key: &str, index: Index) -> Said {
    Said {
        icon: "○",
        tone: Tone::Truth,
        line: both!(
            "{node} may read {key} · {index} is applied",
            "{node} 可以读取 {key} · 已应用到 {index}"
        ),
        caption: both!(
            "The leader led when its commit index was {index}, and {node} has applied that much: it reads {key} from its state machine, and no log entry was needed.",
            "commit index 为 {index} 时 leader 确实在任，而 {node} 已应用到那里：直接从状态机读取 {key}，不需要日志条目。"
        ),
        cite: Some(Cite::Thesis("6.4")),
    }
}

/// A commit index advances.
pub(super) fn committed(
    node: NodeId,
    (from, to): (Index, EntryId),
    (holders, voters): (u8, u8),
) -> Said {
    let (line, caption) = if holders == 0 {
        (
            both!("{node} learns that {to} is committed", "{node} 得知 {to} 已提交"),
            both!(
                "{node} learns from the leader that the log is committed up to {to}, so it may apply it.",
                "{node} 从 leader 得知日志已提交到 {to}，可以应用。"
            ),
        )
    } else if to.index - from > 1 {
        let first = from.next();
        (
            both!(
                "{node} commits up to {to} · {holders} of {voters} hold it",
                "{node} 提交到 {to} · {voters} 个节点中 {holders} 个持有"
            ),
            both!(
                "{node} has {holders} of {voters} acknowledgements for entry {to}, so everything from index {first} up to it is committed.",
                "{node} 收到 {voters} 个副本中 {holders} 个对条目 {to} 的确认，从 index {first} 到它全部已提交（committed）。"
            ),
        )
    } else {
        (
            both!(
                "{node} commits {to} · {holders} of {voters} hold it",
                "{node} 提交 {to} · {voters} 个节点中 {holders} 个持有"
            ),
            both!(
                "{node} has {holders} of {voters} acknowledgements for entry {to}, so the entry is committed.",
                "{node} 收到 {voters} 个副本中 {holders} 个的确认，条目 {to} 已提交（committed）。"
            ),
        )
    };
    Said { icon: "●", tone: Tone::Truth, line, caption, cite: Some(Cite::Raft("5.3")) }
}

/// A state machine takes an entry.
pub(super) fn applied(node: NodeId, entry: EntryId, effect: &Effect) -> Said {
    let (line, caption) = match effect {
        Effect::Nothing => (
            both!(
                "{node} applies {entry} · a new leader's empty entry",
                "{node} 应用 {entry} · 新 leader 的空条目"
            ),
            both!(
                "{node} applies {entry}, the empty entry with which a new leader commits what came before it.",
                "{node} 应用 {entry}：新 leader 用这个空条目来提交此前的日志。"
            ),
        ),
        Effect::Put { key, value } => (
            both!(
                "{node} applies {entry} · {key} = {value}",
                "{node} 应用 {entry} · {key} = {value}"
            ),
            both!(
                "{node} applies {entry} to its state machine: {key} is now {value}.",
                "{node} 把 {entry} 应用到状态机：{key} 现在是 {value}。"
            ),
        ),
        Effect::Got { key } => (
            both!("{node} applies {entry} · {key} is read", "{node} 应用 {entry} · 读取 {key}"),
            both!(
                "{node} applies {entry}: {key} is read at this place of the log, so the answer is not stale.",
                "{node} 应用 {entry}：在日志的这个位置读取 {key}，所以结果不会过时。"
            ),
        ),
        Effect::Members => (
            both!("{node} applies {entry} · the members change", "{node} 应用 {entry} · 成员变更"),
            both!(
                "{node} applies {entry}: from now on it counts with the changed members.",
                "{node} 应用 {entry}：从此按变更后的成员计数。"
            ),
        ),
        Effect::Repeated => (
            both!(
                "{node} skips {entry} · the request was applied before",
                "{node} 跳过 {entry} · 该请求已应用过"
            ),
            both!(
                "{node} recognises the request in {entry} by its number: it was applied before, so only its answer is repeated.",
                "{node} 凭编号认出 {entry} 中的请求：它已应用过，所以只重复答复。"
            ),
        ),
        Effect::Unknown => {
            let line = both!(
                "{node} applies {entry} · it changes nothing",
                "{node} 应用 {entry} · 没有变化"
            );
            let caption = line.sentence();
            (line, caption)
        }
    };
    Said { icon: "✓", tone: Tone::Truth, line, caption, cite: Some(applied_cite(effect)) }
}

fn applied_cite(effect: &Effect) -> Cite {
    match effect {
        Effect::Members => Cite::Raft("6"),
        Effect::Nothing | Effect::Got { .. } | Effect::Repeated => Cite::Raft("8"),
        Effect::Put { .. } | Effect::Unknown => Cite::Raft("5.3"),
    }
}
