//! What a node does not do, and why.

use raft::{
    CampaignRefusal, EntryId, PeerId, ProposalRefusal, ReadRefusal, Refusal, SnapshotRefusal, Term,
};
use sim::NodeId;

use super::super::both;
use super::{Words, name, plain};
use crate::Tone;

#[inline(never)]
pub(super) fn campaign(node: NodeId, why: CampaignRefusal) -> Words {
    let (en, zh) = match why {
        CampaignRefusal::AlreadyLeader => ("it leads", "它已经是 leader"),
        CampaignRefusal::NotVoting => ("it is no voter", "它不是 voter"),
        CampaignRefusal::PendingSnapshot => {
            ("a snapshot waits to be installed", "有 snapshot 尚未安装")
        }
        CampaignRefusal::LastTerm => ("there is no later term", "没有更大的 term"),
        CampaignRefusal::PendingConfChange => {
            ("a membership change waits to be applied", "有成员变更尚未应用")
        }
    };
    plain("◇", Tone::Ink, both!("{node} does not campaign · {en}", "{node} 不竞选 · {zh}"))
}

#[inline(never)]
pub(super) fn forget(node: NodeId) -> Words {
    plain(
        "○",
        Tone::Ink,
        both!(
            "{node} may not forget its leader: its lease is relied upon",
            "{node} 不能忘记 leader：租约仍有效"
        ),
    )
}

#[inline(never)]
pub(super) fn proposal(node: NodeId, why: ProposalRefusal) -> Words {
    let (en, zh) = match why {
        ProposalRefusal::NoLeader => ("nobody leads", "没有 leader"),
        ProposalRefusal::NotForwarding(_) => {
            ("only the leader takes proposals", "只有 leader 接受")
        }
        ProposalRefusal::Transferring(_) => ("it is handing over", "正在转移 leader 角色"),
        ProposalRefusal::TooMuchUncommitted => ("too much waits to be committed", "未提交的太多"),
        ProposalRefusal::Removed => ("it is no member any more", "它已不是成员"),
        ProposalRefusal::Empty | ProposalRefusal::Undecodable => ("it says nothing", "内容无效"),
    };
    plain("✕", Tone::Ink, both!("{node} drops a proposal · {en}", "{node} 丢弃 proposal · {zh}"))
}

#[inline(never)]
pub(super) fn unknown_peer(node: NodeId, peer: PeerId) -> Words {
    plain("✕", Tone::Ink, both!("{node} knows no member {peer}", "{node} 不认识成员 {peer}"))
}

#[inline(never)]
pub(super) fn snapshot(node: NodeId, to: PeerId, why: SnapshotRefusal) -> Words {
    let to = name(to);
    let (en, zh) = match why {
        SnapshotRefusal::Inactive => ("it does not answer", "它没有答复"),
        SnapshotRefusal::Unavailable => ("there is none yet", "还没有 snapshot"),
    };
    plain(
        "▰",
        Tone::Idle,
        both!("{node} sends {to} no snapshot · {en}", "{node} 不向 {to} 发送 snapshot · {zh}"),
    )
}

#[inline(never)]
pub(super) fn not_a_member(node: NodeId) -> Words {
    plain(
        "▰",
        Tone::Idle,
        both!(
            "{node} ignores a snapshot whose members do not include it",
            "{node} 忽略成员中没有自己的 snapshot"
        ),
    )
}

#[inline(never)]
pub(super) fn stale_write(node: NodeId, own: Term, theirs: Term) -> Words {
    plain(
        "▤",
        Tone::Idle,
        both!(
            "{node} is in term {own}: a write of term {theirs} counts no more",
            "{node} 处于 term {own}：term {theirs} 的写入不再算数"
        ),
    )
}

#[inline(never)]
pub(super) fn write(node: NodeId, acknowledged: EntryId) -> Words {
    plain(
        "▤",
        Tone::Idle,
        both!(
            "{node}'s log has moved past the write of {acknowledged}",
            "{node} 的日志已越过 {acknowledged} 的写入"
        ),
    )
}

#[inline(never)]
pub(super) fn conf_change(node: NodeId) -> Words {
    plain("⚙", Tone::Ink, both!("{node} refuses a membership change", "{node} 拒绝成员变更"))
}

#[inline(never)]
pub(super) fn read(node: NodeId, why: ReadRefusal) -> Words {
    let (en, zh) = match why {
        ReadRefusal::NoLeader => ("nobody leads", "没有 leader"),
        ReadRefusal::Campaigning => ("it campaigns", "它正在竞选"),
        ReadRefusal::QueueFull => ("too many reads wait", "等待的读取太多"),
    };
    plain("✕", Tone::Ink, both!("{node} drops a read · {en}", "{node} 丢弃读取 · {zh}"))
}

#[inline(never)]
pub(super) fn message(node: NodeId, from: PeerId, why: Refusal) -> Words {
    let from = name(from);
    let (en, zh) = match why {
        Refusal::NotForUs => ("it is for somebody else", "收件人不对"),
        Refusal::BadSender => ("its sender cannot be", "发件人不对"),
        Refusal::BadTerm => ("its term cannot be", "term 不对"),
        Refusal::TwoLeaders => ("two nodes would lead one term", "同一 term 会有两个 leader"),
        Refusal::BadEntries => ("its entries do not follow each other", "条目不连续"),
        Refusal::CommitBeyondLog { .. } => ("it commits more than there is", "commit 超出日志"),
        Refusal::ConflictsWithCommitted { .. } => {
            ("it would replace a committed entry", "会替换已提交的条目")
        }
        Refusal::AcknowledgesBeyondLog { .. } => {
            ("it acknowledges what was never sent", "确认了从未发送的条目")
        }
        Refusal::UnknownReadRound => ("nobody asked", "没有这次询问"),
        Refusal::BadSnapshot => ("its snapshot makes no sense", "snapshot 无效"),
        Refusal::BadWrite => ("that was never written", "没有这次写入"),
    };
    plain(
        "✕",
        Tone::Ink,
        both!("{node} refuses a message of {from} · {en}", "{node} 拒绝 {from} 的消息 · {zh}"),
    )
}
