//! With the members of the group, their logs, and reads without a log entry.

use raft::Transition;
use sim::{Command, NodeId, Seat, Standing, World};

use super::{Act, ask};
use crate::Action;
use crate::say::both;

/// With a node as a member.
#[inline(never)]
pub(super) fn of_node(world: &World, id: NodeId) -> Vec<Action> {
    let act = |word, label, key| Act { word, label, key, line: format!("{word} {id}") };
    let mut actions = vec![
        act("compact", both!("Compact log", "压缩日志"), "S")
            .checked(world, &Command::Compact(Some(id))),
    ];
    let standing = world.standing(id);
    let (seat, seated) = match standing {
        Standing::Learner => (Seat::Voter, act("add", both!("Promote", "升为 voter"), "")),
        Standing::Outsider => (Seat::Voter, act("add", both!("Add to the group", "加入集群"), "")),
        Standing::Voter | Standing::Incoming | Standing::Outgoing => {
            (Seat::None, act("remove", both!("Remove", "移出集群"), ""))
        }
    };
    actions.push(seated.checked(world, &change(seat, id)));
    if standing == Standing::Voter {
        let learner = act("learner", both!("Make learner", "降为 learner"), "");
        actions.push(learner.checked(world, &change(Seat::Learner, id)));
    }
    let line = format!("read x at {id}");
    actions.push(Action { line, ..ask("read", both!("Read x", "读取 x"), "R") });
    let forget = act("forget", both!("Forget leader", "忘记 leader"), "");
    actions.push(forget.checked(world, &Command::Forget(id)));
    actions
}

/// With all of them.
#[inline(never)]
pub(super) fn of_cluster(world: &World) -> [Action; 5] {
    let next = NodeId(u8::try_from(world.nodes().len() + 1).unwrap_or(u8::MAX));
    let act = |word, label, line| Act { word, label, key: "", line };
    let transition = Transition::JointImplicit;
    let joint = Command::Change { steps: vec![(Seat::Voter, next)], transition };
    let line = format!("joint add {next} remove ");
    let add_learner = both!("Add learner {next}", "增加 learner {next}");
    [
        act("add", both!("Add {next}", "增加 {next}"), format!("add {next}"))
            .checked(world, &change(Seat::Voter, next)),
        act("learner", add_learner, format!("learner {next}"))
            .checked(world, &change(Seat::Learner, next)),
        act("joint", both!("Joint change", "joint 变更"), line).checked(world, &joint),
        act("leave", both!("Leave joint", "离开 joint"), "leave".to_owned())
            .checked(world, &Command::Leave),
        act("compact", both!("Compact all logs", "压缩所有日志"), "compact".to_owned())
            .checked(world, &Command::Compact(None)),
    ]
}

fn change(seat: Seat, node: NodeId) -> Command {
    Command::Change { steps: vec![(seat, node)], transition: Transition::Auto }
}
