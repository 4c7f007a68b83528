//! The Ready loop of a node under the microscope: its steps, and what is in the Ready in hand.

use std::fmt::Display;

use det::Span;
use raft::{Entry, Ready};
use sim::{Command, LoopStep, NodeId, Phase, Says, Server, World};

use super::log::text;
use crate::say::{both, looped, noun, refusal};
use crate::{Action, Both, Fact, FactGroup, LoopBox, Microscope, Selection};

/// How long a step takes if a person does not say: long enough to be drawn, short enough that a leader
/// keeps its office.
const EVERY: Span = Span::millis(1);

/// The loop of the selected node, or of the first under the microscope. Whoever shows it asks for it.
#[inline(never)]
pub fn microscope(world: &World, selection: Selection) -> Microscope {
    let selected = if let Selection::Node(id) = selection { world.node(id) } else { None };
    let mut nodes = selected.into_iter().chain(world.nodes());
    match nodes.find_map(|node| Some((node, node.microscope()?))) {
        Some((node, scope)) => open(world, node, scope),
        None => Microscope {
            what: both!(
                "Put a node under the microscope: its Ready loop is taken apart, step by step.",
                "把一个节点放到显微镜下：它的 Ready 循环会被一步步拆开。"
            ),
            actions: world.nodes().iter().map(|node| put_under(world, node.id())).collect(),
            ..Microscope::default()
        },
    }
}

fn open(world: &World, node: &Server, scope: &sim::Microscope) -> Microscope {
    let id = node.id();
    let steps = LoopStep::order(world.setup()).map(|step| {
        let armed = scope.crash() == Some(step);
        LoopBox {
            name: looped::name(step).both(),
            lit: scope.done() == Some(step),
            next: scope.next() == Some(step),
            armed,
            crash: crash(world, id, step, armed),
        }
    });
    let off = action(
        world,
        ("microscope", both!("Put together", "恢复循环"), format!("microscope {id} off")),
        &Command::Microscope { node: id, every: None },
    );
    Microscope {
        name: id.to_string(),
        what: stands(node, scope),
        steps: steps.into(),
        contents: contents(scope.ready()),
        actions: vec![off],
    }
}

/// Where the loop stands.
fn stands(node: &Server, scope: &sim::Microscope) -> Both {
    let waiting = node.inbox_len();
    match (node.phase(), scope.next().map(looped::name)) {
        (Phase::Down, _) => both!("is down", "已停机"),
        (Phase::Up | Phase::Paused, None) => {
            both!("waits for a tick, a message or a proposal", "在等待 tick、消息或 proposal")
        }
        (Phase::Up | Phase::Paused, Some(next)) => {
            let (en, zh) = (next.en, next.zh);
            match waiting {
                0 => both!("next: {en}", "下一步：{zh}"),
                _ => both!("next: {en} · {waiting} waiting", "下一步：{zh} · {waiting} 个在等"),
            }
        }
    }
}

fn put_under(world: &World, node: NodeId) -> Action {
    let command = Command::Microscope { node, every: Some(EVERY) };
    let line = format!("microscope {node} every {EVERY}");
    action(world, ("microscope", Both::same(node.to_string()), line), &command)
}

fn crash(world: &World, node: NodeId, step: LoopStep, armed: bool) -> Action {
    let name = looped::name(step);
    let (en, zh, word) = (name.en, name.zh, looped::word(step));
    let (label, line, after) = if armed {
        (both!("No crash", "取消崩溃"), format!("crash {node} never"), None)
    } else {
        let label = both!("Crash after {en}", "在 {zh} 之后崩溃");
        (label, format!("crash {node} after {word}"), Some(step))
    };
    action(world, ("crash", label, line), &Command::Crash { node, after })
}

fn action(
    world: &World,
    (word, label, line): (&'static str, Both, String),
    command: &Command,
) -> Action {
    let refused = world.allows(command).err().map(|why| refusal(&why)).unwrap_or_default();
    Action { word, label, line, key: "", refused }
}

/// Every field of the Ready in hand that holds anything.
fn contents(ready: &Ready) -> Vec<FactGroup> {
    let mut groups = Vec::new();
    let mut group = |title: Both, facts: Vec<Fact>| {
        if !facts.is_empty() {
            groups.push(FactGroup { title, facts });
        }
    };
    let soft = ready.soft_state.map(|soft| {
        let lead = NodeId::of(soft.lead).map_or_else(|| "–".to_owned(), |lead| lead.to_string());
        fact("SoftState", format!("lead {lead} · {}", soft.role.as_str()))
    });
    let hard = ready.hard_state.map(|hard| {
        let vote = NodeId::of(hard.vote).map_or_else(|| "–".to_owned(), |vote| vote.to_string());
        fact("HardState", format!("term {} · vote {vote} · commit {}", hard.term, hard.commit))
    });
    let sync = (!ready.is_empty()).then(|| fact("MustSync", ready.must_sync));
    group(both!("state", "状态"), soft.into_iter().chain(hard).chain(sync).collect());
    let snapshot = ready.snapshot.iter().map(|snapshot| {
        let bytes = snapshot.data.len();
        fact(&snapshot.last.to_string(), format!("{bytes} B"))
    });
    group(both!("Snapshot", "Snapshot"), snapshot.collect());
    let entries = |entries: &[Entry]| {
        entries.iter().map(|entry| fact(&entry.id.to_string(), text(entry))).collect()
    };
    group(both!("Entries, to persist", "Entries（要落盘）"), entries(&ready.entries));
    let messages = ready.messages.iter().filter_map(|message| {
        let to = NodeId::of(message.to)?;
        let Both { en, zh: _ } = noun(&Says::of(message));
        Some(fact(&format!("→ {to}"), en))
    });
    group(both!("Messages, to send", "Messages（要发送）"), messages.collect());
    let committed = entries(&ready.committed);
    group(both!("CommittedEntries, to apply", "CommittedEntries（要应用）"), committed);
    let reads = ready.reads.iter().map(|read| fact("ReadState", format!("index {}", read.index)));
    group(both!("ReadStates", "ReadStates"), reads.collect());
    groups
}

fn fact(name: &str, value: impl Display) -> Fact {
    Fact { name: Both::same(name), value: Both::same(value.to_string()), changed: false }
}
