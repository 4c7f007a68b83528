//! What a person does to the loop of a node.

use det::Span;
use sim::{LoopStep, NodeId};

use super::{Words, both, plain};
use crate::say::looped::name;

#[inline(never)]
pub(super) fn microscope(node: NodeId, every: Option<Span>) -> Words {
    match every {
        Some(every) => (
            "▸",
            both!("{node} goes under the microscope", "{node} 放到显微镜下"),
            both!(
                "{node} goes under the microscope: each step of its Ready loop takes {every} and can be watched, and it can die between any two.",
                "{node} 放到显微镜下：Ready 循环的每一步占用 {every}，可以逐步观察，也可以在任意两步之间崩溃。"
            ),
        ),
        None => plain("▸", both!("{node} leaves the microscope", "{node} 离开显微镜")),
    }
}

#[inline(never)]
pub(super) fn crash(node: NodeId, after: Option<LoopStep>) -> Words {
    plain(
        "✕",
        match after.map(name) {
            Some(step) => {
                let (en, zh) = (step.en, step.zh);
                both!("{node} shall crash after {en}", "让 {node} 在 {zh} 之后崩溃")
            }
            None => both!("{node} shall not crash after all", "取消 {node} 的崩溃"),
        },
    )
}
