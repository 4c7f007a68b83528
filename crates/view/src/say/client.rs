//! What clients live through.

use raft::Cite;
use sim::{ClientId, NodeId};

use super::{Said, both};
use crate::Tone;

/// A node refuses a client.
#[inline(never)]
pub(super) fn redirected(node: NodeId, leader: Option<NodeId>) -> Said {
    let (line, caption) = match leader {
        Some(leader) => (
            both!("{node} sends the client on to {leader}", "{node} 让客户端去找 {leader}"),
            both!(
                "{node} is not the leader, so it sends the client on to {leader}, the leader it knows.",
                "{node} 不是 leader，于是让客户端去找它所知的 leader {leader}。"
            ),
        ),
        None => (
            both!(
                "{node} refuses the client · it knows no leader",
                "{node} 拒绝客户端 · 它不知道 leader 是谁"
            ),
            both!(
                "{node} is not the leader and knows none, so the client has to ask elsewhere.",
                "{node} 不是 leader，也不知道谁是，客户端只好问别的节点。"
            ),
        ),
    };
    Said { icon: "↪", tone: Tone::Ink, line, caption, cite: Some(Cite::Raft("8")) }
}

/// A client has its answer.
#[inline(never)]
pub(super) fn answered(client: ClientId, serial: u64, value: Option<&str>) -> Said {
    let line = match value {
        Some(value) => both!("{client} has its answer: {value}", "{client} 得到答复：{value}"),
        None => both!("{client} has its answer", "{client} 得到答复"),
    };
    let caption = both!(
        "{client}'s request {serial} is answered: its entry is committed and applied.",
        "{client} 的请求 {serial} 得到答复：对应的条目已提交并应用。"
    );
    Said { icon: "●", tone: Tone::Truth, line, caption, cite: Some(Cite::Raft("8")) }
}

/// A client waited too long.
#[inline(never)]
pub(super) fn timed_out(client: ClientId, serial: u64, next: NodeId) -> Said {
    Said {
        icon: "…",
        tone: Tone::Ink,
        line: both!("{client} waits no longer and asks {next}", "{client} 不再等待，转问 {next}"),
        caption: both!(
            "{client} heard nothing for too long, so it sends request {serial} to {next}; the same number keeps it from being applied twice.",
            "{client} 太久没有答复，于是把请求 {serial} 发给 {next}；编号不变，所以不会应用两次。"
        ),
        cite: Some(Cite::Raft("8")),
    }
}
