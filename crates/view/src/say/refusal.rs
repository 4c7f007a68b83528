//! Why a command cannot be done.

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
        Refusal::NoLeader => "现在没有 leader，无法转移".to_owned(),
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
