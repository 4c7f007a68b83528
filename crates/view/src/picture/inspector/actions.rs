//! What can be done: a button, a key and a script line, with the same word.

mod group;

use det::Span;
use sim::{Command, DiskFate, EventId, MessageId, NodeId, Phase, Server, World};

use crate::say::{both, refusal};
use crate::{Action, Both};

/// How much later a delayed message arrives, per press.
const DELAY: Span = Span::millis(5);

/// With a node.
pub(super) fn of_node(world: &World, node: &Server) -> Vec<Action> {
    let id = node.id();
    let do_it = |word, label, key, line: String, command: Command| {
        action(world, Act { word, label, key, line }, &command)
    };
    let alive = match node.phase() {
        Phase::Down => do_it(
            "restart",
            both!("Restart", "重启"),
            "X",
            format!("restart {id}"),
            Command::Restart(id),
        ),
        Phase::Up | Phase::Paused => do_it(
            "kill",
            both!("Kill", "终止"),
            "X",
            format!("kill {id}"),
            Command::Kill { node: id, disk: DiskFate::Keep },
        ),
    };
    let moving = if node.phase() == Phase::Paused {
        do_it("resume", both!("Resume", "继续"), "", format!("resume {id}"), Command::Resume(id))
    } else {
        do_it("pause", both!("Pause", "暂停"), "", format!("pause {id}"), Command::Pause(id))
    };
    let mut actions = vec![
        alive,
        moving,
        do_it(
            "campaign",
            both!("Campaign", "发起竞选"),
            "T",
            format!("campaign {id}"),
            Command::Campaign(id),
        ),
        do_it(
            "transfer",
            both!("Make leader", "转移 leader 角色"),
            "L",
            format!("transfer {id}"),
            Command::Transfer(id),
        ),
        do_it(
            "kill",
            both!("Kill, disk lost", "终止并丢失磁盘"),
            "Shift+X",
            format!("kill {id} without disk"),
            Command::Kill { node: id, disk: DiskFate::Lose },
        ),
    ];
    actions.extend(isolate(world, id));
    actions.push(ask("put", both!("Put", "写入"), "C"));
    actions.extend(group::of_node(world, id));
    actions
}

/// Cuts a node off from all others.
fn isolate(world: &World, id: NodeId) -> Option<Action> {
    let others: Vec<NodeId> =
        world.nodes().iter().map(Server::id).filter(|&other| other != id).collect();
    if others.is_empty() {
        return None;
    }
    let names: Vec<String> = others.iter().map(NodeId::to_string).collect();
    let line = format!("partition {id} | {}", names.join(" "));
    let act = Act { word: "partition", label: both!("Cut off", "隔离"), key: "P", line };
    Some(action(world, act, &Command::Partition(vec![vec![id], others])))
}

/// With a message in flight.
pub(super) fn of_message(world: &World, id: MessageId) -> Vec<Action> {
    let do_it = |word, label, key, line: String, command: Command| {
        action(world, Act { word, label, key, line }, &command)
    };
    let held = if world.held_since(id).is_some() {
        do_it(
            "release",
            both!("Release", "放行"),
            ".",
            format!("release {id}"),
            Command::Release(id),
        )
    } else {
        do_it("hold", both!("Hold", "扣住"), ".", format!("hold {id}"), Command::Hold(id))
    };
    let delay = Command::Delay { message: id, by: DELAY };
    vec![
        do_it("drop", both!("Drop", "丢弃"), "D", format!("drop {id}"), Command::Drop(id)),
        held,
        do_it(
            "delay",
            both!("Delay {DELAY}", "推迟 {DELAY}"),
            "+",
            format!("delay {id} {DELAY}"),
            delay,
        ),
        do_it(
            "duplicate",
            both!("Duplicate", "复制"),
            "U",
            format!("duplicate {id}"),
            Command::Duplicate(id),
        ),
    ]
}

/// With an event of the past.
pub(super) fn of_event(id: EventId) -> Vec<Action> {
    vec![Action {
        word: "seek",
        label: both!("Go there", "跳到这里"),
        line: format!("seek {id}"),
        key: "",
        refused: Both::default(),
    }]
}

/// With the whole cluster.
pub(super) fn of_cluster(world: &World) -> Vec<Action> {
    let load = Command::Load { clients: 4, every: Span::millis(20) };
    let no_load = Command::Load { clients: 0, every: Span::ZERO };
    let load = if world.clients().iter().any(sim::Client::is_load) {
        Act {
            word: "load",
            label: both!("Stop load", "停止负载"),
            key: "",
            line: "load 0".to_owned(),
        }
        .checked(world, &no_load)
    } else {
        let line = "load 4 every 20ms".to_owned();
        Act { word: "load", label: both!("Load", "负载"), key: "", line }.checked(world, &load)
    };
    let heal =
        Act {
            word: "heal", label: both!("Heal", "恢复网络"), key: "H", line: "heal".to_owned()
        };
    vec![
        ask("put", both!("Put", "写入"), "C"),
        ask("get", both!("Get", "读取"), ""),
        ask("partition", both!("Partition", "分区"), "P"),
        ask("read", both!("Read", "读取（不经日志）"), "R"),
        heal.checked(world, &Command::Heal),
        load,
    ]
    .into_iter()
    .chain(group::of_cluster(world))
    .collect()
}

/// A line that the person completes.
fn ask(word: &'static str, label: Both, key: &'static str) -> Action {
    Action { word, label, line: format!("{word} "), key, refused: Both::default() }
}

/// An action before it is known whether it can be done.
struct Act {
    word: &'static str,
    label: Both,
    key: &'static str,
    line: String,
}

impl Act {
    fn checked(self, world: &World, command: &Command) -> Action {
        action(world, self, command)
    }
}

/// An action with the reason why it cannot be done now, if it cannot.
fn action(world: &World, act: Act, command: &Command) -> Action {
    let Act { word, label, key, line } = act;
    let refused = world.allows(command).err().map(|why| refusal(&why)).unwrap_or_default();
    Action { word, label, line, key, refused }
}
