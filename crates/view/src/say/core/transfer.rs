//! Handing over the office.

use raft::{PeerId, TransferAbort, TransferRefusal};
use sim::NodeId;

use super::super::both;
use super::{Words, name, plain};
use crate::Tone;

#[inline(never)]
pub(super) fn started(node: NodeId, to: PeerId) -> Words {
    let to = name(to);
    Words(
        "△",
        Tone::Election,
        both!("{node} begins to hand over to {to}", "{node} 开始把 leader 角色转移给 {to}"),
        both!(
            "{node} begins to hand over to {to}: it takes no new proposals until {to} has its whole log.",
            "{node} 开始把 leader 角色转移给 {to}：在 {to} 得到全部日志之前，不再接受新的 proposal。"
        ),
    )
}

#[inline(never)]
pub(super) fn aborted(node: NodeId, to: PeerId, why: TransferAbort) -> Words {
    let to = name(to);
    let (en, zh) = match why {
        TransferAbort::Replaced => ("another target was named", "换了目标"),
        TransferAbort::TimedOut => ("it took an election timeout", "超过了选举超时"),
        TransferAbort::TargetLeft => ("the target is no voter any more", "目标已不是 voter"),
    };
    plain(
        "△",
        Tone::Election,
        both!("{node} gives up handing over to {to} · {en}", "{node} 放弃转移给 {to} · {zh}"),
    )
}

#[inline(never)]
pub(super) fn refused(node: NodeId, to: PeerId, why: TransferRefusal) -> Words {
    let to = name(to);
    let (en, zh) = match why {
        TransferRefusal::Learner => ("it is no voter", "它不是 voter"),
        TransferRefusal::AlreadyLeader => ("it leads already", "它已经是 leader"),
        TransferRefusal::InProgress => ("that is under way", "转移正在进行"),
        TransferRefusal::NoLeader => ("there is no leader", "没有 leader"),
        TransferRefusal::Campaigning => ("it campaigns", "它正在竞选"),
    };
    plain(
        "△",
        Tone::Ink,
        both!("{node} does not hand over to {to} · {en}", "{node} 不转移给 {to} · {zh}"),
    )
}

#[inline(never)]
pub(super) fn told(node: NodeId, to: PeerId, caught_up: bool) -> Words {
    let to = name(to);
    let line = both!("{node} tells {to} to campaign now", "{node} 让 {to} 立即竞选");
    let caption = if caught_up {
        both!(
            "{to} has caught up with the log of {node}, so {node} tells it to campaign without waiting.",
            "{to} 的日志已追上 {node}，于是 {node} 让它不必等待，立即竞选。"
        )
    } else {
        both!(
            "{to} holds the whole log of {node}, so {node} tells it to campaign without waiting.",
            "{to} 已有 {node} 的全部日志，于是 {node} 让它不必等待，立即竞选。"
        )
    };
    Words("△", Tone::Election, line, caption)
}

#[inline(never)]
pub(super) fn hears(node: NodeId, from: PeerId) -> Words {
    let from = name(from);
    plain(
        "△",
        Tone::Election,
        both!("{node} may campaign at once, says {from}", "{from} 让 {node} 立即竞选"),
    )
}

#[inline(never)]
pub(super) fn ignores(node: NodeId, from: PeerId) -> Words {
    let from = name(from);
    plain(
        "△",
        Tone::Idle,
        both!(
            "{node} ignores TimeoutNow from {from} · it campaigns already",
            "{node} 忽略 {from} 的 TimeoutNow · 它已在竞选"
        ),
    )
}

#[inline(never)]
pub(super) fn forgets(node: NodeId, lead: PeerId) -> Words {
    let lead = name(lead);
    plain(
        "○",
        Tone::Idle,
        both!("{node} forgets that {lead} leads", "{node} 不再把 {lead} 当作 leader"),
    )
}
