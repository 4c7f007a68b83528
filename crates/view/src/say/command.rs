//! What a person does to the run.

mod members;
mod microscope;

use det::Span;
use raft::Cite;
use sim::{Command, DiskFate, Links, NodeId};

use super::{Said, both};
use crate::{Both, Tone};

/// Icon, line and caption.
type Words = (&'static str, Both, Both);

/// Says what a command does.
#[inline(never)]
pub(super) fn say(command: &Command) -> Said {
    let mut cite = None;
    let (icon, line, caption) = match command {
        Command::Kill { node, disk } => kill(*node, *disk),
        Command::Restart(node) => restart(*node),
        Command::Pause(node) => pause(*node),
        Command::Resume(node) => resume(*node),
        Command::Campaign(node) => {
            cite = Some(Cite::Raft("5.2"));
            campaign(*node)
        }
        Command::Transfer(node) => {
            cite = Some(Cite::Thesis("3.10"));
            transfer(*node)
        }
        Command::Forget(node) => {
            cite = Some(Cite::Thesis("6.2"));
            members::forget(*node)
        }
        Command::Change { steps, transition } => {
            cite = Some(Cite::Raft("6"));
            members::change(steps, *transition)
        }
        Command::Leave => {
            cite = Some(Cite::Raft("6"));
            members::leave()
        }
        Command::Compact(node) => {
            cite = Some(Cite::Raft("7"));
            members::compact(*node)
        }
        Command::Microscope { node, every } => microscope::microscope(*node, *every),
        Command::Crash { node, after } => microscope::crash(*node, *after),
        Command::Put { key, value, at } => put(key, value, *at),
        Command::Get { key, at } => get(key, *at),
        Command::Read { key, at } => {
            cite = Some(Cite::Thesis("6.4"));
            members::read(key, *at)
        }
        Command::Load { clients, every } => load(*clients, *every),
        Command::Cut(links) => cut(*links),
        Command::Mend(links) => mend(*links),
        Command::Partition(groups) => partition(groups),
        Command::Heal => heal(),
        Command::Latency { links, base, jitter } => latency(*links, *base, *jitter),
        Command::Loss { links, per_million } => loss(*links, *per_million),
        Command::Fsync { node, span } => fsync(*node, *span),
        Command::Drop(message) => plain("✕", both!("{message} is dropped", "丢弃消息 {message}")),
        Command::Hold(message) => {
            plain("‖", both!("{message} is held where it is", "消息 {message} 停在原处"))
        }
        Command::Release(message) => {
            plain("▶", both!("{message} goes on", "消息 {message} 继续前进"))
        }
        Command::Delay { message, by } => {
            plain("→", both!("{message} is delayed by {by}", "消息 {message} 推迟 {by}"))
        }
        Command::Duplicate(message) => {
            plain("⊕", both!("{message} is duplicated", "复制消息 {message}"))
        }
    };
    Said { icon, tone: Tone::Ink, line, caption, cite }
}

/// The short sentence of a command alone: the name of a future that begins with it.
pub(crate) fn line(command: &Command) -> Both {
    say(command).line
}

/// A command whose line says it all.
fn plain(icon: &'static str, line: Both) -> Words {
    let caption = line.sentence();
    (icon, line, caption)
}

fn kill(node: NodeId, disk: DiskFate) -> Words {
    match disk {
        DiskFate::Keep => (
            "✕",
            both!("{node} is killed", "终止 {node}"),
            both!(
                "{node} is killed: its disk stays, everything else is forgotten.",
                "终止 {node}：磁盘保留，其余全部丢失。"
            ),
        ),
        DiskFate::Lose => (
            "✕",
            both!("{node} is killed and loses its disk", "终止 {node}，磁盘一并丢失"),
            both!(
                "{node} is killed and its disk is lost: if it returns, it knows neither its term, its vote nor its log.",
                "终止 {node}，磁盘一并丢失：它若回来，term、投票和日志都已不在。"
            ),
        ),
    }
}

fn restart(node: NodeId) -> Words {
    plain("↻", both!("{node} is started again", "重新启动 {node}"))
}

fn pause(node: NodeId) -> Words {
    (
        "‖",
        both!("{node} is paused", "暂停 {node}"),
        both!(
            "{node} stands still: messages wait at its door and its timers do not run.",
            "{node} 静止不动：消息等在门口，定时器不走。"
        ),
    )
}

fn resume(node: NodeId) -> Words {
    (
        "▶",
        both!("{node} goes on", "{node} 继续运行"),
        both!(
            "{node} goes on; to itself, no time has passed.",
            "{node} 继续运行；在它看来，时间没有流逝。"
        ),
    )
}

fn campaign(node: NodeId) -> Words {
    (
        "◇",
        both!("{node} is told to campaign", "让 {node} 发起竞选"),
        both!(
            "{node} is told to campaign, as if its election timer had fired.",
            "让 {node} 发起竞选，如同它的选举定时器到期。"
        ),
    )
}

fn transfer(node: NodeId) -> Words {
    (
        "△",
        both!("the leader shall hand over to {node}", "请 leader 把角色转移给 {node}"),
        both!(
            "The leader shall hand over to {node}: first it brings {node}'s log up to date, then it tells {node} to campaign.",
            "请 leader 把角色转移给 {node}：先补齐 {node} 的日志，再让它立即竞选。"
        ),
    )
}

fn put(key: &str, value: &str, at: Option<NodeId>) -> Words {
    plain(
        "○",
        match at {
            Some(node) => both!(
                "the client puts {key} = {value} at {node}",
                "客户端向 {node} 写入 {key} = {value}"
            ),
            None => both!("the client puts {key} = {value}", "客户端写入 {key} = {value}"),
        },
    )
}

fn get(key: &str, at: Option<NodeId>) -> Words {
    plain(
        "○",
        match at {
            Some(node) => both!("the client gets {key} at {node}", "客户端向 {node} 读取 {key}"),
            None => both!("the client gets {key}", "客户端读取 {key}"),
        },
    )
}

fn load(clients: u16, every: Span) -> Words {
    plain(
        "○",
        match clients {
            0 => both!("the load stops", "停止负载"),
            1 => both!("one client writes every {every}", "1 个客户端每隔 {every} 写入"),
            _ => both!(
                "{clients} clients write every {every}",
                "{clients} 个客户端每隔 {every} 写入"
            ),
        },
    )
}

fn cut(links: Links) -> Words {
    let Both { en, zh } = on(links);
    let be = be(links);
    plain("✂", both!("{en} {be} cut: messages there get lost", "切断{zh}：其上的消息会丢失"))
}

fn mend(links: Links) -> Words {
    let Both { en, zh } = on(links);
    let be = be(links);
    plain("↔", both!("{en} {be} mended", "{zh}恢复"))
}

fn partition(groups: &[Vec<NodeId>]) -> Words {
    let groups = groups
        .iter()
        .map(|group| group.iter().map(NodeId::to_string).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(" | ");
    (
        "✂",
        both!("the network is partitioned: {groups}", "网络分区：{groups}"),
        both!(
            "The network is partitioned, {groups}: messages pass only within a group.",
            "网络分区 {groups}：消息只能在组内传递。"
        ),
    )
}

fn heal() -> Words {
    plain("↔", both!("the network is healed", "网络恢复"))
}

fn latency(links: Links, base: Span, jitter: Span) -> Words {
    let Both { en, zh } = on(links);
    let most = base + jitter;
    plain("≈", both!("messages on {en} take {base} to {most}", "{zh}的延迟设为 {base} 到 {most}"))
}

fn loss(links: Links, per_million: u32) -> Words {
    let Both { en, zh } = on(links);
    let part = percent(per_million);
    plain("%", both!("{part} of messages on {en} get lost", "{zh}的丢包率设为 {part}"))
}

fn fsync(node: Option<NodeId>, span: Span) -> Words {
    plain(
        "▤",
        match node {
            Some(node) => both!("a sync at {node} takes {span}", "{node} 落盘需要 {span}"),
            None => both!("a sync takes {span} everywhere", "所有节点落盘需要 {span}"),
        },
    )
}

/// The links by name.
fn on(links: Links) -> Both {
    match links {
        Links::All => both!("all links", "所有链路"),
        Links::Between(a, b) => both!("the link {a} – {b}", "链路 {a} – {b} "),
        Links::OneWay(a, b) => both!("the way {a} → {b}", "单向链路 {a} → {b} "),
    }
}

/// The verb that agrees with [`on`].
fn be(links: Links) -> &'static str {
    match links {
        Links::All => "are",
        Links::Between(..) | Links::OneWay(..) => "is",
    }
}

/// `2.5%`: a part of a million, with no more digits than it needs.
fn percent(per_million: u32) -> String {
    let whole = per_million / 10_000;
    let rest = per_million % 10_000;
    if rest == 0 {
        return format!("{whole}%");
    }
    format!("{whole}.{rest:04}").trim_end_matches('0').to_owned() + "%"
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[track_caller]
    fn check(per_million: u32, expected: &str) {
        assert_eq!(percent(per_million), expected);
    }

    #[test]
    fn parts_of_a_million_read_as_percent() {
        check(0, "0%");
        check(100_000, "10%");
        check(25_000, "2.5%");
        check(1, "0.0001%");
        check(1_000_000, "100%");
    }
}
