//! What a person does to the group, to its logs, and without its log.

use raft::Transition;
use sim::{NodeId, Seat};

use super::{Words, both, plain};
use crate::Both;

#[inline(never)]
pub(super) fn forget(node: NodeId) -> Words {
    (
        "○",
        both!("{node} is told to forget its leader", "让 {node} 忘记它的 leader"),
        both!(
            "{node} is told to forget its leader: it stays a follower, and grants votes that it would have refused while it heard a leader.",
            "让 {node} 忘记它的 leader：它仍是 follower，但不再因为听得到 leader 而拒绝投票。"
        ),
    )
}

#[inline(never)]
pub(super) fn change(steps: &[(Seat, NodeId)], transition: Transition) -> Words {
    let told = |step: &(Seat, NodeId)| {
        let (seat, node) = step;
        match seat {
            Seat::Voter => both!("{node} votes", "{node} 成为 voter"),
            Seat::Learner => both!("{node} learns", "{node} 成为 learner"),
            Seat::None => both!("{node} leaves", "{node} 离开"),
        }
    };
    let told: Vec<Both> = steps.iter().map(told).collect();
    let join =
        |of: fn(&Both) -> &str, comma: &str| told.iter().map(of).collect::<Vec<_>>().join(comma);
    let (en, zh) = (join(|both| &both.en, ", "), join(|both| &both.zh, "，"));
    let line = both!("the leader shall propose: {en}", "请 leader 提议：{zh}");
    let caption = match transition {
        Transition::Auto => both!(
            "The leader shall propose a change of one member: {en}. Old and new majorities overlap, so no joint configuration is needed.",
            "请 leader 提议变更一个成员：{zh}。新旧多数必有交集，不需要 joint configuration。"
        ),
        Transition::JointImplicit => both!(
            "The leader shall propose, through a joint configuration: {en}. Until it is left, old and new members both decide.",
            "请 leader 经由 joint configuration 提议：{zh}。离开之前，新旧成员须各有多数同意。"
        ),
        Transition::JointExplicit => both!(
            "The leader shall propose a joint configuration: {en}. It stays joint until somebody asks to leave.",
            "请 leader 提议 joint configuration：{zh}。停留其中，直到有人要求离开。"
        ),
    };
    ("⚙", line, caption)
}

#[inline(never)]
pub(super) fn leave() -> Words {
    (
        "⚙",
        both!(
            "the leader shall leave the joint configuration",
            "请 leader 离开 joint configuration"
        ),
        both!(
            "The leader shall propose to leave the joint configuration: once that is committed by both halves, only the new members decide.",
            "请 leader 提议离开 joint configuration：两半都提交之后，只由新成员决定。"
        ),
    )
}

#[inline(never)]
pub(super) fn compact(node: Option<NodeId>) -> Words {
    plain(
        "▰",
        match node {
            Some(node) => both!(
                "{node} shall replace its applied log by a snapshot",
                "让 {node} 用 snapshot 替换已应用的日志"
            ),
            None => both!(
                "all nodes shall replace their applied logs by snapshots",
                "让所有节点用 snapshot 替换已应用的日志"
            ),
        },
    )
}

#[inline(never)]
pub(super) fn read(key: &str, at: Option<NodeId>) -> Words {
    let line = match at {
        Some(node) => both!(
            "the client reads {key} at {node}, without a log entry",
            "客户端向 {node} 读取 {key}，不经日志"
        ),
        None => both!("the client reads {key}, without a log entry", "客户端读取 {key}，不经日志"),
    };
    plain("○", line)
}
