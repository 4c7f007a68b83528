//! Roles, terms and votes.

use raft::{EntryId, PeerId, Term, VoteFacts, VoteKind};
use sim::NodeId;

use super::super::both;
use super::{Words, name, plain};
use crate::{Both, Tone};

pub(super) fn started(node: NodeId, term: Term, last: EntryId) -> Words {
    plain(
        "↻",
        Tone::Ink,
        both!(
            "{node} reads its disk: term {term}, log up to {last}",
            "{node} 读取磁盘：term {term}，日志到 {last}"
        ),
    )
}

pub(super) fn follower(node: NodeId, term: Term, lead: PeerId) -> Words {
    if lead == PeerId::NONE {
        return Words(
            "○",
            Tone::Idle,
            both!("{node} is a follower in term {term}", "{node} 在 term {term} 是 follower"),
            both!(
                "{node} is a follower in term {term} and knows no leader yet.",
                "{node} 在 term {term} 是 follower，还不知道 leader。"
            ),
        );
    }
    let lead = name(lead);
    Words(
        "○",
        Tone::Idle,
        both!("{node} follows {lead} in term {term}", "{node} 在 term {term} 跟随 {lead}"),
        both!(
            "{node} has heard from {lead}, the leader of term {term}, and follows it.",
            "{node} 听到 term {term} 的 leader {lead}，于是跟随它。"
        ),
    )
}

pub(super) fn pre_candidate(node: NodeId, term: Term) -> Words {
    let next = term.next();
    Words(
        "◇",
        Tone::Election,
        both!("{node} becomes pre-candidate", "{node} 成为 pre-candidate"),
        both!(
            "{node} asks first whether it could win term {next}; its own term stays {term} meanwhile.",
            "{node} 先询问自己能否赢得 term {next}；此时它的 term 仍是 {term}。"
        ),
    )
}

pub(super) fn candidate(node: NodeId, term: Term) -> Words {
    Words(
        "◇",
        Tone::Election,
        both!("{node} becomes candidate in term {term}", "{node} 在 term {term} 成为 candidate"),
        both!(
            "{node} starts term {term}, becomes candidate and votes for itself.",
            "{node} 开始 term {term}，成为 candidate，并投给自己。"
        ),
    )
}

pub(super) fn leader(node: NodeId, term: Term) -> Words {
    Words(
        "■",
        Tone::Lead,
        both!("{node} becomes leader in term {term}", "{node} 在 term {term} 成为 leader"),
        both!(
            "{node} has the votes of a majority, so it is the leader of term {term}; it appends an empty entry first.",
            "{node} 得到多数选票，成为 term {term} 的 leader；它先追加一个空条目。"
        ),
    )
}

pub(super) fn begins(node: NodeId, term: Term) -> Words {
    plain(
        "◇",
        Tone::Election,
        both!("{node} calls an election after term {term}", "{node} 在 term {term} 之后发起选举"),
    )
}

pub(super) fn asks(node: NodeId, kind: VoteKind, to: PeerId, term: Term) -> Words {
    let to = name(to);
    plain(
        "◇",
        Tone::Election,
        match kind {
            VoteKind::PreVote => both!(
                "{node} asks {to} whether it would win term {term}",
                "{node} 询问 {to} 自己能否赢得 term {term}"
            ),
            VoteKind::Vote => both!(
                "{node} asks {to} for its vote in term {term}",
                "{node} 在 term {term} 向 {to} 请求投票"
            ),
        },
    )
}

pub(super) fn grants(node: NodeId, facts: &VoteFacts) -> Words {
    let (to, theirs, own) = (name(facts.from), facts.candidate, facts.last);
    let (line, caption) = match facts.kind {
        VoteKind::PreVote => (
            both!(
                "{node} would vote for {to} · log {theirs} is up to date",
                "{node} 愿意投给 {to} · 日志 {theirs} 足够新"
            ),
            both!(
                "{node} would vote for {to}: the log of {to} ends at {theirs}, its own at {own}, and it hears no leader.",
                "{node} 愿意投给 {to}：{to} 的日志到 {theirs}，自己的到 {own}，并且听不到 leader。"
            ),
        ),
        VoteKind::Vote => (
            both!(
                "{node} grants its vote to {to} · log {theirs} is up to date",
                "{node} 投票给 {to} · 日志 {theirs} 足够新"
            ),
            both!(
                "{node} grants its vote to {to}: the log of {to} ends at {theirs}, so it is at least as up to date as its own, which ends at {own}.",
                "{node} 投票给 {to}：{to} 的日志到 {theirs}，不比自己的旧（自己的到 {own}）。"
            ),
        ),
    };
    Words("◇", Tone::Election, line, caption)
}

pub(super) fn refuses(node: NodeId, facts: &VoteFacts) -> Words {
    let to = name(facts.from);
    let why = why_refused(facts);
    let (en, zh) = (why.en, why.zh);
    let (line, caption) = match facts.kind {
        VoteKind::PreVote => (
            both!("{node} would not vote for {to} · {en}", "{node} 不愿投给 {to} · {zh}"),
            both!("{node} would not vote for {to}: {en}.", "{node} 不愿投给 {to}：{zh}。"),
        ),
        VoteKind::Vote => (
            both!("{node} refuses its vote to {to} · {en}", "{node} 拒绝投票给 {to} · {zh}"),
            both!("{node} refuses its vote to {to}: {en}.", "{node} 拒绝投票给 {to}：{zh}。"),
        ),
    };
    Words("◇", Tone::Election, line, caption)
}

/// The rule that speaks against the candidate.
fn why_refused(facts: &VoteFacts) -> Both {
    let VoteFacts { from, candidate, last, vote, term, outranked, .. } = *facts;
    if outranked {
        return both!("it has a higher priority", "它的优先级更高");
    }
    if candidate < last {
        return both!(
            "its own log ends at {last}, newer than {candidate}",
            "自己的日志到 {last}，比 {candidate} 新"
        );
    }
    if vote != PeerId::NONE && vote != from {
        let vote = name(vote);
        return both!("it voted for {vote} in term {term}", "它在 term {term} 已投给 {vote}");
    }
    both!("it knows a leader in term {term}", "它知道 term {term} 的 leader")
}

pub(super) fn ignores(node: NodeId, facts: &VoteFacts) -> Words {
    let from = name(facts.from);
    Words(
        "◇",
        Tone::Election,
        both!(
            "{node} ignores the vote request of {from} · it hears its leader",
            "{node} 忽略 {from} 的投票请求 · 它听得到 leader"
        ),
        both!(
            "{node} heard from its leader within an election timeout, so it does not even answer the vote request of {from}.",
            "{node} 在选举超时之内听到过 leader，所以对 {from} 的投票请求不予答复。"
        ),
    )
}

pub(super) fn hears(node: NodeId, kind: VoteKind, from: PeerId, granted: bool) -> Words {
    let from = name(from);
    plain(
        "◇",
        Tone::Election,
        match (kind, granted) {
            (VoteKind::PreVote, true) => {
                both!("{node} hears that {from} would vote for it", "{node} 得知 {from} 愿意投给它")
            }
            (VoteKind::PreVote, false) => {
                both!(
                    "{node} hears that {from} would not vote for it",
                    "{node} 得知 {from} 不愿投给它"
                )
            }
            (VoteKind::Vote, true) => {
                both!("{node} has the vote of {from}", "{node} 得到 {from} 的选票")
            }
            (VoteKind::Vote, false) => {
                both!("{node} does not get the vote of {from}", "{node} 没有得到 {from} 的选票")
            }
        },
    )
}

pub(super) fn tally(node: NodeId, kind: VoteKind, granted: usize, rejected: usize) -> Words {
    plain(
        "◇",
        Tone::Election,
        match kind {
            VoteKind::PreVote => both!(
                "{node} counts pre-votes: {granted} for it, {rejected} against",
                "{node} 统计 PreVote：{granted} 票同意，{rejected} 票拒绝"
            ),
            VoteKind::Vote => both!(
                "{node} counts votes: {granted} for it, {rejected} against",
                "{node} 计票：{granted} 票同意，{rejected} 票拒绝"
            ),
        },
    )
}

pub(super) fn newer(node: NodeId, from: PeerId, own: Term, theirs: Term) -> Words {
    let from = name(from);
    Words(
        "↑",
        Tone::Election,
        both!("{node} learns of term {theirs} from {from}", "{node} 从 {from} 得知 term {theirs}"),
        both!(
            "{node} is in term {own} and hears of term {theirs} from {from}: whatever it was, it is a follower of the newer term now.",
            "{node} 处于 term {own}，从 {from} 得知 term {theirs}：无论此前是什么角色，它现在是新 term 的 follower。"
        ),
    )
}

pub(super) fn older(node: NodeId, from: PeerId, own: Term, theirs: Term) -> Words {
    let from = name(from);
    Words(
        "↓",
        Tone::Idle,
        both!(
            "{node} ignores {from} · term {theirs} is over",
            "{node} 忽略 {from} · term {theirs} 已过时"
        ),
        both!(
            "{node} is in term {own} and ignores a message of the older term {theirs} from {from}.",
            "{node} 处于 term {own}，忽略 {from} 在旧 term {theirs} 的消息。"
        ),
    )
}

pub(super) fn quorum_lost(node: NodeId) -> Words {
    Words(
        "○",
        Tone::Election,
        both!("{node} steps down · it hears from no majority", "{node} 退位 · 它听不到多数节点"),
        both!(
            "{node} led, but heard from no majority for an election timeout, so it steps down.",
            "{node} 曾是 leader，但在一个选举超时内听不到多数节点，于是退位。"
        ),
    )
}
