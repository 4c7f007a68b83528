//! The steps of a loop under the microscope.

use raft::Cite;
use sim::{Handed, LoopStep, NodeId};

use super::{Said, both};
use crate::{Both, Label, Tone};

/// The name of a step: the word of the library where it has one.
pub(crate) fn name(step: LoopStep) -> Label {
    match step {
        LoopStep::Input => Label { en: "Tick · Step · Propose", zh: "Tick · Step · Propose" },
        LoopStep::Ready => Label { en: "Ready", zh: "Ready" },
        LoopStep::Persist => Label { en: "persist", zh: "落盘 persist" },
        LoopStep::Send => Label { en: "send", zh: "发送 send" },
        LoopStep::Apply => Label { en: "apply", zh: "应用 apply" },
        LoopStep::Advance => Label { en: "Advance", zh: "Advance" },
    }
}

/// The word of a step in the script language.
pub(crate) fn word(step: LoopStep) -> &'static str {
    match step {
        LoopStep::Input => "input",
        LoopStep::Ready => "ready",
        LoopStep::Persist => "persist",
        LoopStep::Send => "send",
        LoopStep::Apply => "apply",
        LoopStep::Advance => "advance",
    }
}

/// A step is done.
#[inline(never)]
pub(super) fn done(node: NodeId, step: LoopStep, handed: &Handed) -> Said {
    let Handed { entries, messages, committed, must_sync } = handed;
    let (line, caption) = match step {
        LoopStep::Input => (
            both!("{node} · the core is told what came", "{node} · 把到来的事情告诉 core"),
            both!(
                "{node} tells its core what came: a tick, a message, a proposal. The core only changes its state; nothing leaves yet.",
                "{node} 把到来的 tick、消息或 proposal 告诉 core。core 只改变自己的状态，还没有任何东西离开。"
            ),
        ),
        LoopStep::Ready => (
            both!(
                "{node} · Ready: {entries} to write, {messages} to send, {committed} to apply",
                "{node} · Ready：写 {entries} 条，发 {messages} 条消息，应用 {committed} 条"
            ),
            both!(
                "{node} asks its core what there is to do; entries to write: {entries}, messages to send: {messages}, entries to apply: {committed}.",
                "{node} 询问 core 要做什么：写 {entries} 个条目，发 {messages} 条消息，应用 {committed} 个条目。"
            ),
        ),
        LoopStep::Persist => persisted(node, *must_sync),
        LoopStep::Send => (
            both!("{node} · messages sent: {messages}", "{node} · 已发送 {messages} 条消息"),
            both!(
                "{node} sends its messages ({messages}); they may promise what was persisted before them, and nothing else.",
                "{node} 发送 {messages} 条消息；它们只能承诺此前已落盘的内容。"
            ),
        ),
        LoopStep::Apply => (
            both!("{node} · entries applied: {committed}", "{node} · 已应用 {committed} 个条目"),
            both!(
                "{node} gives what is committed to its state machine, {committed} at this time.",
                "{node} 把 {committed} 个已提交的条目交给状态机。"
            ),
        ),
        LoopStep::Advance => (
            both!("{node} · Advance: the core knows", "{node} · Advance：core 已知晓"),
            both!(
                "{node} tells its core what is durable and applied now; only then does its own copy count.",
                "{node} 告诉 core 哪些已落盘、哪些已应用；此后它自己的副本才算数。"
            ),
        ),
    };
    Said { icon: "▸", tone: Tone::Lead, line, caption, cite: Some(Cite::Figure(2)) }
}

fn persisted(node: NodeId, must_sync: bool) -> (Both, Both) {
    if must_sync {
        return (
            both!("{node} · persisted", "{node} · 已落盘"),
            both!(
                "{node} has entries, term and vote on disk: a crash from here on forgets none of it.",
                "{node} 的条目、term 与投票已在磁盘上：此后崩溃也不会丢失。"
            ),
        );
    }
    (
        both!("{node} · nothing that must be on disk", "{node} · 没有必须落盘的内容"),
        both!(
            "{node} has nothing in this Ready that must survive a crash, so it waits for no disk.",
            "这个 Ready 里没有必须在崩溃后留存的内容，{node} 不必等待磁盘。"
        ),
    )
}
