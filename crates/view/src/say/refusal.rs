//! Why a command cannot be done.

use raft::ConfChangeError;
use sim::Refusal;

use super::both;
use crate::Both;

/// The sentence for a refused command; its English is the refusal's own.
pub fn refusal(refusal: &Refusal) -> Both {
    let zh = match refusal {
        Refusal::NoSuchNode { node, nodes } => format!("没有 {node}：集群有 n1 到 n{nodes}"),
        Refusal::Down(node) => format!("{node} 已停机：请先 restart"),
        Refusal::Running(node) => format!("{node} 正在运行：只有停机的节点才能 restart"),
        Refusal::NotPaused(node) => format!("{node} 没有暂停"),
        Refusal::Paused(node) => format!("{node} 已暂停：请先 resume"),
        Refusal::Leads(node) => format!("{node} 已经是 leader"),
        Refusal::NoLeader => "现在没有 leader".to_owned(),
        Refusal::NotNext { next } => format!("新节点应为 {next}"),
        Refusal::Full { max } => format!("集群最多有 {max} 个节点"),
        Refusal::Votes(node) => format!("{node} 已经是 voter"),
        Refusal::Learns(node) => format!("{node} 已经是 learner"),
        Refusal::NotMember(node) => format!("{node} 不是成员"),
        Refusal::NamedTwice(node) => format!("{node} 出现了两次"),
        Refusal::Change(error) => change(*error).to_owned(),
        Refusal::ChangePending => "上一个成员变更还没有应用：请让时间前进".to_owned(),
        Refusal::NothingToCompact(node) => format!("{node} 自上次 snapshot 以来没有应用新条目"),
        Refusal::NothingToCompactAnywhere => {
            "没有运行中的节点在上次 snapshot 之后应用过新条目".to_owned()
        }
        Refusal::FollowsNobody(node) => format!("{node} 没有跟随任何 leader"),
        Refusal::NoMicroscope(node) => format!("{node} 不在显微镜下"),
        Refusal::LeaseWithoutQuorum => "lease=on 需要 checkquorum=on".to_owned(),
        Refusal::NotInFlight(message) => format!("{message} 不在途中"),
        Refusal::NotHeld(message) => format!("{message} 没有被扣住"),
        Refusal::Held(message) => format!("{message} 已被扣住：请先 release"),
        Refusal::SameNode => "链路连接两个不同的节点".to_owned(),
        Refusal::TwoGroups(node) => format!("{node} 出现在两个组里"),
        Refusal::OneGroup => "分区至少需要两个组".to_owned(),
        Refusal::Text { max } => format!("key 和 value 的长度是 1 到 {max} 字节"),
        Refusal::TooLarge { what, max } => format!("{what} 最多为 {max}"),
        Refusal::ClientsBusy(count) => {
            format!("全部 {count} 个客户端都在等待答复：请让时间前进，或恢复集群")
        }
        Refusal::Nodes { max } => format!("集群有 1 到 {max} 个节点"),
    };
    both!("{refusal}", "{zh}")
}

#[inline(never)]
fn change(error: ConfChangeError) -> &'static str {
    match error {
        ConfChangeError::AlreadyJoint => "已经处于 joint configuration",
        ConfChangeError::ZeroVoterJoint => "没有 voter 的配置不能进入 joint configuration",
        ConfChangeError::NotJoint => "现在不是 joint configuration，无需离开",
        ConfChangeError::SimpleInJoint => "在 joint configuration 中不能做简单变更：请先 leave",
        ConfChangeError::TooManyVoters => "一次改变多个 voter 需要 joint configuration",
        ConfChangeError::NoVoters => "不能移除最后一个 voter",
    }
}
