//! The messages of the protocol, one sentence and one caption each.

use raft::{Cite, EntryId, Index, Term};
use sim::{End, RaftSays};

use super::message::Route;
use super::{Said, both};
use crate::Both;
use crate::look::raft_tone;

/// A Raft message leaves.
pub(super) fn sent(route: Route<'_>, term: Term, what: &RaftSays) -> Said {
    let from = route.from;
    let to = route.receivers();
    let (line, caption) = match *what {
        RaftSays::Append { prev, count, commit } => append(from, &to, (prev, count, commit)),
        RaftSays::Accepted { index } => accepted(from, &to, index),
        RaftSays::Rejected { index, hint } => rejected(from, &to, (index, hint)),
        RaftSays::Vote { pre, last } => vote(from, &to, (pre, term, last)),
        RaftSays::VoteResponse { pre, granted } => vote_response(from, &to, (pre, term, granted)),
        RaftSays::Heartbeat { reads: true, .. } => read_round(from, &to),
        RaftSays::Heartbeat { commit, reads: false } => heartbeat(from, &to, commit),
        RaftSays::HeartbeatResponse { reads } => heartbeat_response(from, &to, reads),
        RaftSays::Snapshot { last } => snapshot(from, &to, last),
        RaftSays::Propose { count } => propose(from, &to, count),
        RaftSays::TimeoutNow => timeout_now(from, &to),
        RaftSays::TransferLeader => transfer_leader(from, &to),
        RaftSays::ReadIndex => read_index(from, &to),
        RaftSays::ReadIndexResponse { index } => read_index_response(from, &to, index),
    };
    Said { icon: icon(what), tone: raft_tone(what), line, caption, cite: Some(cite(what)) }
}

/// `8` or `6–8`: so many entries after `prev`; `count` is not zero.
pub(super) fn span_of(prev: Index, count: u32) -> String {
    let first = prev.next();
    match count {
        1 => format!("{first}"),
        _ => format!("{first}–{}", prev + u64::from(count)),
    }
}

fn append(from: End, to: &Both, (prev, count, commit): (EntryId, u32, Index)) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    if count == 0 {
        return (
            both!(
                "{from} tells {to} that {commit} is committed",
                "{from} 告知 {to_zh}：已提交到 {commit}"
            ),
            both!(
                "{from} sends {to} an append without entries: it asks whether {prev} is there and tells that {commit} is committed.",
                "{from} 向 {to_zh} 发送不带条目的 AppendEntries：询问是否有 {prev}，并告知已提交到 {commit}。"
            ),
        );
    }
    let entries = span_of(prev.index, count);
    let noun = if count == 1 { "entry" } else { "entries" };
    let after = if prev.index == Index::ZERO {
        both!("at the start of the log", "日志的开头")
    } else {
        both!("after {prev}", "{prev} 之后")
    };
    let Both { en: after, zh: after_zh } = after;
    (
        both!("{from} sends {noun} {entries} to {to}", "{from} 向 {to_zh} 发送条目 {entries}"),
        both!(
            "{from} sends {noun} {entries} to {to}, to go {after}; its commit index is {commit}.",
            "{from} 向 {to_zh} 发送条目 {entries}，接在{after_zh}；它的 commit index 是 {commit}。"
        ),
    )
}

fn accepted(from: End, to: &Both, index: Index) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!("{from} acknowledges {index} to {to}", "{from} 向 {to_zh} 确认到 {index}"),
        both!(
            "{from} acknowledges to {to} that its log matches up to index {index}.",
            "{from} 向 {to_zh} 确认：日志到 index {index} 为止一致。"
        ),
    )
}

fn rejected(from: End, to: &Both, (index, hint): (Index, EntryId)) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!(
            "{from} rejects the append of {to} · its log differs at {index}",
            "{from} 拒绝 {to_zh} 的 AppendEntries · 日志在 {index} 处不一致"
        ),
        both!(
            "{from} has another entry or none at index {index}, which the append builds on, so it rejects; the logs may agree up to {hint}.",
            "AppendEntries 以 index {index} 为前提，而 {from} 在那里没有这个条目，于是拒绝；两份日志可能在 {hint} 之前一致。"
        ),
    )
}

fn vote(from: End, to: &Both, (pre, term, last): (bool, Term, EntryId)) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    if pre {
        return (
            both!(
                "{from} asks {to} whether they would vote for it in term {term}",
                "{from} 询问 {to_zh}：term {term} 是否愿意投给它"
            ),
            both!(
                "{from} asks {to} whether they would vote for it in term {term}; asking changes nobody's term.",
                "{from} 询问 {to_zh} 在 term {term} 是否愿意投给它；询问不改变任何节点的 term。"
            ),
        );
    }
    (
        both!(
            "{from} asks {to} for votes in term {term} · its log ends at {last}",
            "{from} 在 term {term} 向 {to_zh} 请求投票 · 日志到 {last}"
        ),
        both!(
            "{from} is a candidate in term {term} and asks {to} for votes; its last entry, {last}, lets them judge whether its log is up to date.",
            "{from} 是 term {term} 的 candidate，向 {to_zh} 请求投票；对方凭它的最后条目 {last} 判断日志是否足够新。"
        ),
    )
}

fn vote_response(from: End, to: &Both, (pre, term, granted): (bool, Term, bool)) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    match (pre, granted) {
        (true, true) => (
            both!(
                "{from} would vote for {to} in term {term}",
                "{from} 愿意在 term {term} 投给 {to_zh}"
            ),
            both!(
                "{from} would vote for {to} in term {term}; this promises nothing and changes no term.",
                "{from} 愿意在 term {term} 投给 {to_zh}；这不是承诺，也不改变 term。"
            ),
        ),
        (true, false) => (
            both!("{from} would not vote for {to}", "{from} 不愿投给 {to_zh}"),
            both!(
                "{from} would not vote for {to}: it knows a newer term, has a newer log or hears a leader.",
                "{from} 不愿投给 {to_zh}：它知道更新的 term、有更新的日志，或仍听得到 leader。"
            ),
        ),
        (false, true) => (
            both!(
                "{from} grants its vote to {to} in term {term}",
                "{from} 在 term {term} 投票给 {to_zh}"
            ),
            both!(
                "{from} grants its vote to {to} in term {term}; in that term it votes for nobody else.",
                "{from} 在 term {term} 投票给 {to_zh}；在这个 term 里它不再投给别人。"
            ),
        ),
        (false, false) => (
            both!(
                "{from} refuses its vote to {to} in term {term}",
                "{from} 在 term {term} 拒绝投票给 {to_zh}"
            ),
            both!(
                "{from} refuses its vote to {to}: it has voted in term {term} already, or its own log is newer.",
                "{from} 拒绝投票给 {to_zh}：它在 term {term} 已经投过票，或自己的日志更新。"
            ),
        ),
    }
}

fn heartbeat(from: End, to: &Both, commit: Index) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!("{from} sends a heartbeat to {to}", "{from} 向 {to_zh} 发送心跳"),
        both!(
            "{from} tells {to} that the leader is alive, and that {commit} is committed.",
            "{from} 告诉 {to_zh}：leader 还在，已提交到 {commit}。"
        ),
    )
}

/// A round of heartbeats that confirms reads.
#[inline(never)]
fn read_round(from: End, to: &Both) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!(
            "{from} asks {to} whether it still leads · a read waits",
            "{from} 向 {to_zh} 确认自己仍是 leader · 有读取在等待"
        ),
        both!(
            "{from} may answer the read once a majority has heard this heartbeat: then nobody else led when the read was asked.",
            "多数节点答复这次心跳之后，{from} 才可答复读取：这说明提出读取时没有别的 leader。"
        ),
    )
}

fn heartbeat_response(from: End, to: &Both, reads: bool) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    if reads {
        let line = both!("{from} confirms that {to} leads", "{from} 确认 {to_zh} 是 leader");
        let caption = line.sentence();
        return (line, caption);
    }
    let line = both!("{from} answers the heartbeat of {to}", "{from} 答复 {to_zh} 的心跳");
    let caption = line.sentence();
    (line, caption)
}

fn snapshot(from: End, to: &Both, last: EntryId) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!(
            "{from} sends {to} a snapshot up to {last}",
            "{from} 向 {to_zh} 发送到 {last} 的 snapshot"
        ),
        both!(
            "{from} no longer has the entries that {to} needs, so it sends its state up to {last} instead.",
            "{from} 已没有 {to_zh} 需要的条目，于是改发到 {last} 为止的状态（snapshot）。"
        ),
    )
}

fn propose(from: End, to: &Both, count: u32) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    let noun = if count == 1 { "proposal" } else { "proposals" };
    let line = both!(
        "{from} forwards {count} {noun} to {to}",
        "{from} 向 {to_zh} 转发 {count} 个 proposal"
    );
    let caption = line.sentence();
    (line, caption)
}

fn timeout_now(from: End, to: &Both) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    (
        both!("{from} tells {to} to campaign now", "{from} 让 {to_zh} 立即竞选"),
        both!(
            "{from} hands over: {to} holds its whole log, so it tells {to} to campaign without waiting.",
            "{from} 交出 leader 角色：{to_zh} 已有它的全部日志，于是让 {to_zh} 不必等待，立即竞选。"
        ),
    )
}

fn transfer_leader(from: End, to: &Both) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    let line =
        both!("{to} is asked to hand over to {from}", "请 {to_zh} 把 leader 角色转移给 {from}");
    let caption = line.sentence();
    (line, caption)
}

fn read_index(from: End, to: &Both) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    let line =
        both!("{from} asks {to} where a read may be served", "{from} 向 {to_zh} 询问 ReadIndex");
    let caption = line.sentence();
    (line, caption)
}

fn read_index_response(from: End, to: &Both, index: Index) -> (Both, Both) {
    let Both { en: to, zh: to_zh } = to;
    let line = both!(
        "{from} tells {to} to read once {index} is applied",
        "{from} 告诉 {to_zh}：应用到 {index} 后即可读取"
    );
    let caption = line.sentence();
    (line, caption)
}

/// One icon per kind, the shape that the message has on the stage.
fn icon(what: &RaftSays) -> &'static str {
    match what {
        RaftSays::Append { .. } => "▭",
        RaftSays::Accepted { .. } => "✓",
        RaftSays::Rejected { .. } => "✕",
        RaftSays::Vote { .. } | RaftSays::VoteResponse { .. } => "◇",
        RaftSays::Heartbeat { .. } | RaftSays::HeartbeatResponse { .. } => "•",
        RaftSays::Snapshot { .. } => "▰",
        RaftSays::Propose { .. } | RaftSays::ReadIndex | RaftSays::ReadIndexResponse { .. } => "○",
        RaftSays::TimeoutNow | RaftSays::TransferLeader => "△",
    }
}

/// Where the paper or the thesis has it.
pub(super) fn cite(what: &RaftSays) -> Cite {
    match what {
        RaftSays::Append { .. } | RaftSays::Accepted { .. } | RaftSays::Rejected { .. } => {
            Cite::Raft("5.3")
        }
        RaftSays::Vote { pre: true, .. } | RaftSays::VoteResponse { pre: true, .. } => {
            Cite::Thesis("9.6")
        }
        RaftSays::Vote { pre: false, .. }
        | RaftSays::VoteResponse { pre: false, granted: true }
        | RaftSays::Heartbeat { reads: false, .. }
        | RaftSays::HeartbeatResponse { reads: false } => Cite::Raft("5.2"),
        RaftSays::Heartbeat { reads: true, .. } | RaftSays::HeartbeatResponse { reads: true } => {
            Cite::Thesis("6.4")
        }
        RaftSays::VoteResponse { pre: false, granted: false } => Cite::Raft("5.4.1"),
        RaftSays::Snapshot { .. } => Cite::Raft("7"),
        RaftSays::Propose { .. } => Cite::Raft("8"),
        RaftSays::TimeoutNow | RaftSays::TransferLeader => Cite::Thesis("3.10"),
        RaftSays::ReadIndex | RaftSays::ReadIndexResponse { .. } => Cite::Thesis("6.4"),
    }
}
