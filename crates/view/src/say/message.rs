//! Messages: as they leave, as they arrive, as they get lost.

use raft::Cite;
use sim::{Answer, Ask, End, Loss, RaftSays, Says};

use super::{Said, both, rpc};
use crate::look::raft_tone;
use crate::{Both, Tone};

/// From one end to one or more others: equal messages that leave together are told together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<'a> {
    /// The sender.
    pub(crate) from: End,
    /// The receivers; at least one.
    pub(crate) to: &'a [End],
}

impl Route<'_> {
    /// `n3, n5` and `n3、n5`.
    pub(super) fn receivers(&self) -> Both {
        let names: Vec<String> = self.to.iter().map(End::to_string).collect();
        Both { en: names.join(", "), zh: names.join("、") }
    }
}

/// A message leaves.
pub(crate) fn sent(route: Route<'_>, says: &Says) -> Said {
    let from = route.from;
    let Both { en: to, zh: to_zh } = route.receivers();
    match says {
        Says::Raft { term, what } => rpc::sent(route, *term, what),
        Says::Request { serial, what } => {
            let ask = asked(what);
            let line = both!("{from} asks {to}: {ask}", "{from} 请求 {to_zh}：{ask}");
            let caption = both!(
                "{from} asks {to} to {ask}; this is its request {serial}.",
                "{from} 请求 {to_zh} 执行 {ask}，这是它的第 {serial} 个请求。"
            );
            Said { icon: "○", tone: Tone::Ink, line, caption, cite: Some(Cite::Raft("8")) }
        }
        Says::Reply { serial: _, what } => {
            let Both { en, zh } = answered(what);
            let line = both!("{from} answers {to}: {en}", "{from} 答复 {to_zh}：{zh}");
            let caption = line.sentence();
            let tone = match what {
                Answer::Done | Answer::Value(_) => Tone::Truth,
                Answer::NotLeader(_) => Tone::Ink,
            };
            Said { icon: "○", tone, line, caption, cite: Some(Cite::Raft("8")) }
        }
    }
}

/// A message arrives.
pub(super) fn delivered(from: End, to: End, says: &Says) -> Said {
    let Both { en, zh } = noun(says);
    let line = both!("{en} from {from} reaches {to}", "{from} 的{zh}到达 {to}");
    let caption = line.sentence();
    let (icon, tone, cite) = match says {
        Says::Raft { what, .. } => ("→", raft_tone(what), Some(rpc::cite(what))),
        Says::Request { .. } | Says::Reply { .. } => ("→", Tone::Ink, Some(Cite::Raft("8"))),
    };
    Said { icon, tone, line, caption, cite }
}

/// A message gets lost.
#[inline(never)]
pub(super) fn lost(from: End, to: End, says: &Says, why: Loss) -> Said {
    let Both { en, zh } = noun(says);
    let line = match why {
        Loss::Cut => {
            both!("{from} → {to} {en} lost at the cut", "{from} → {to} 的{zh}丢在断开的链路上")
        }
        Loss::Chance => {
            both!("{from} → {to} {en} lost on the way", "{from} → {to} 的{zh}在途中丢失")
        }
        Loss::Dropped => both!("{from} → {to} {en} dropped", "{from} → {to} 的{zh}被丢弃"),
        Loss::Dead => {
            both!("{from} → {to} {en} finds {to} dead", "{from} → {to} 的{zh}到达时 {to} 已停机")
        }
    };
    let caption = match why {
        Loss::Cut => both!(
            "The {en} from {from} to {to} is lost: the link is cut.",
            "{from} 发给 {to} 的{zh}丢失：链路已断开。"
        ),
        Loss::Chance => both!(
            "The {en} from {from} to {to} is lost by chance; Raft sends again what stays unanswered.",
            "{from} 发给 {to} 的{zh}随机丢失；没有答复的内容，Raft 会重发。"
        ),
        Loss::Dropped => both!(
            "The {en} from {from} to {to} is dropped by hand.",
            "{from} 发给 {to} 的{zh}被人为丢弃。"
        ),
        Loss::Dead => both!(
            "The {en} from {from} is lost: {to} is not running.",
            "{from} 的{zh}丢失：{to} 没有运行。"
        ),
    };
    Said { icon: "✕", tone: Tone::Ink, line, caption, cite: None }
}

/// What a message is, in a few words: "append of 8", "vote request".
pub(crate) fn noun(says: &Says) -> Both {
    let what = match says {
        Says::Raft { what, .. } => *what,
        Says::Request { what, .. } => {
            let ask = asked(what);
            return both!("request {ask}", "请求 {ask} ");
        }
        Says::Reply { .. } => return both!("answer", "答复"),
    };
    match what {
        RaftSays::Append { count: 0, .. } => both!("empty append", "空 AppendEntries "),
        RaftSays::Append { prev, count, .. } => {
            let entries = rpc::span_of(prev.index, count);
            both!("append of {entries}", " AppendEntries（{entries}）")
        }
        RaftSays::Accepted { index } => both!("acknowledgement of {index}", "确认（到 {index}）"),
        RaftSays::Rejected { index, .. } => both!("rejection at {index}", "拒绝（在 {index}）"),
        RaftSays::Vote { pre: true, .. } => both!("pre-vote request", " PreVote 请求"),
        RaftSays::Vote { pre: false, .. } => both!("vote request", " RequestVote "),
        RaftSays::VoteResponse { pre: true, granted: true } => {
            both!("pre-vote grant", " PreVote 同意答复")
        }
        RaftSays::VoteResponse { pre: true, granted: false } => {
            both!("pre-vote refusal", " PreVote 拒绝答复")
        }
        RaftSays::VoteResponse { pre: false, granted: true } => both!("vote", "选票"),
        RaftSays::VoteResponse { pre: false, granted: false } => {
            both!("vote refusal", "拒绝投票的答复")
        }
        RaftSays::Heartbeat { reads: true, .. } => {
            both!("heartbeat for a read", "确认读取的心跳")
        }
        RaftSays::Heartbeat { .. } => both!("heartbeat", "心跳"),
        RaftSays::HeartbeatResponse { .. } => both!("heartbeat answer", "心跳答复"),
        RaftSays::Snapshot { last } => both!("snapshot up to {last}", " snapshot（到 {last}）"),
        RaftSays::Propose { .. } => both!("forwarded proposal", "转发的 proposal "),
        RaftSays::TimeoutNow => both!("TimeoutNow", " TimeoutNow "),
        RaftSays::TransferLeader => both!("transfer request", "转移 leader 的请求"),
        RaftSays::ReadIndex => both!("read request", " ReadIndex 请求"),
        RaftSays::ReadIndexResponse { index } => {
            both!("read answer at {index}", " ReadIndex 答复（{index}）")
        }
    }
}

/// `put x 7`, as the script has it.
pub(crate) fn asked(ask: &Ask) -> String {
    match ask {
        Ask::Put { key, value } => format!("put {key} {value}"),
        Ask::Get { key } => format!("get {key}"),
        Ask::Read { key } => format!("read {key}"),
    }
}

fn answered(answer: &Answer) -> Both {
    match answer {
        Answer::Done => both!("done", "已完成"),
        Answer::Value(Some(value)) => both!("{value}", "{value}"),
        Answer::Value(None) => both!("no such key", "没有这个 key"),
        Answer::NotLeader(Some(leader)) => both!("ask {leader}", "请找 {leader}"),
        Answer::NotLeader(None) => both!("I know no leader", "我不知道 leader"),
    }
}
