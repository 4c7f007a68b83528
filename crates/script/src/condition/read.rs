//! Reading conditions.

use raft::{ProgressState, Role};
use sim::{NodeId, Standing};

use super::{Compare, Condition, Life, Number};
use crate::command::loop_step;
use crate::expected::Expected;
use crate::limits::DEPTH_MAX;
use crate::line::Line;
use crate::message;
use crate::words::{Group, Row, Word};
use crate::{Error, Problem};

/// The signs of comparisons; the first one may be left out.
const COMPARES: [(&str, Compare); 6] = [
    ("=", Compare::Same),
    ("!=", Compare::Differs),
    ("<=", Compare::AtMost),
    ("<", Compare::Less),
    (">=", Compare::AtLeast),
    (">", Compare::More),
];

/// The roles.
pub(crate) const ROLES: [(&str, Role); 4] = [
    ("follower", Role::Follower),
    ("candidate", Role::Candidate),
    ("leader", Role::Leader),
    ("precandidate", Role::PreCandidate),
];

/// How a node counts.
pub(crate) const STANDINGS: [(&str, Standing); 5] = [
    ("voter", Standing::Voter),
    ("new", Standing::Incoming),
    ("old", Standing::Outgoing),
    ("learner", Standing::Learner),
    ("outsider", Standing::Outsider),
];

/// How a leader sends to a node.
pub(crate) const PROGRESS: [(&str, ProgressState); 3] = [
    ("probe", ProgressState::Probe),
    ("replicate", ProgressState::Replicate),
    ("snapshot", ProgressState::Snapshot),
];

/// The last rule.
const RULE_MAX: u64 = sim::Rule::ALL.len() as u64;

type Rest = fn(&mut Line<'_>) -> Result<Condition, Error>;
type RestOfNode = fn(&mut Line<'_>, NodeId) -> Result<Condition, Error>;

/// Conditions by their first word.
pub(crate) const CONDITIONS: [Row<Rest>; 13] = [
    row(
        "leader",
        "leader n2",
        "Some running node, or this one, leads in the highest term.",
        "某个（或这个）运行中的节点是最高 term 的 leader。",
        |line| Ok(line.takes_node()?.map_or(Condition::Leader, Condition::LeaderIs)),
    ),
    row("no", "no leader", "No running node leads.", "没有运行中的 leader。", |line| {
        line.needs("leader")?;
        Ok(Condition::NoLeader)
    }),
    row(
        "term",
        "term >= 3",
        "The highest term of any running node.",
        "运行中的节点的最高 term。",
        |line| number(line, Number::Term),
    ),
    row(
        "commit",
        "commit >= 7",
        "The highest commit index of any running node.",
        "运行中的节点的最高 commit index。",
        |line| number(line, Number::Commit),
    ),
    row(
        "answered",
        "answered 3",
        "How many requests of clients were answered.",
        "已得到回答的客户端请求数。",
        |line| number(line, Number::Answered),
    ),
    row(
        "read",
        "read x 7",
        "The last read of this key that was answered found this value.",
        "最近一次得到回答的读取结果。",
        |line| {
            let key = line.text(Expected::Key)?;
            Ok(Condition::Read { key, value: line.text(Expected::Value)? })
        },
    ),
    row(
        "missed",
        "missed x",
        "The last read of this key that was answered found no such key.",
        "最近一次得到回答的读取没有找到这个 key。",
        |line| Ok(Condition::Missed { key: line.text(Expected::Key)? }),
    ),
    row(
        "joint",
        "joint",
        "The leader is in a joint configuration.",
        "leader 处于 joint configuration。",
        |_| Ok(Condition::Joint),
    ),
    row(
        "logs",
        "logs agree",
        "All running nodes have the same log and commit index.",
        "运行中的节点的 log 和 commit index 都相同。",
        |line| {
            line.needs("agree")?;
            Ok(Condition::LogsAgree)
        },
    ),
    row("idle", "idle", "No message is in flight.", "没有在途消息。", |_| {
        Ok(Condition::Idle)
    }),
    row(
        "message",
        "message vote n1 -> n2",
        "Such a message is in flight.",
        "有这样的消息在途中。",
        |line| message::pick(line).map(Condition::InFlight),
    ),
    row(
        "rules",
        "rules hold",
        "No invariant was found broken.",
        "没有发现被违反的不变式。",
        |line| {
            line.needs("hold")?;
            Ok(Condition::RulesHold)
        },
    ),
    row(
        "rule",
        "rule 1 broken",
        "This invariant was found broken.",
        "发现这条不变式被违反。",
        |line| {
            let rule = line.number_in(1, RULE_MAX)?;
            line.needs("broken")?;
            Ok(Condition::RuleBroken(u8::try_from(rule).expect("there are few rules")))
        },
    ),
];

/// What can be said of a node.
pub(crate) const NODE_FACTS: [Row<RestOfNode>; 15] = [
    row("role", "n1 role follower", "Its role.", "它的角色。", |line, node| {
        Ok(Condition::Role(node, ROLES[line.needs_of(Group::Role)?].1))
    }),
    row("term", "n1 term 2", "Its term.", "它的 term。", |line, node| {
        number(line, Number::TermOf(node))
    }),
    row(
        "vote",
        "n1 vote n2",
        "Its vote in its term.",
        "它在当前 term 投给谁。",
        |line, node| Ok(Condition::Vote(node, line.node()?)),
    ),
    row(
        "log",
        "n1 log 2/5",
        "The last entry of its log.",
        "它的 log 的最后一个 entry。",
        |line, node| Ok(Condition::Log(node, line.entry()?)),
    ),
    row("commit", "n1 commit 7", "Its commit index.", "它的 commit index。", |line, node| {
        number(line, Number::CommitOf(node))
    }),
    row(
        "applied",
        "n1 applied 7",
        "The last index that it applied.",
        "它已 apply 的最后一个 index。",
        |line, node| number(line, Number::AppliedOf(node)),
    ),
    row(
        "value",
        "n1 value x 7",
        "Its state machine holds this value.",
        "它的状态机中这个 key 的值。",
        |line, node| {
            let key = line.text(Expected::Key)?;
            Ok(Condition::Value { node, key, value: line.text(Expected::Value)? })
        },
    ),
    row(
        "lacks",
        "n1 lacks x",
        "Its state machine has no such key.",
        "它的状态机中没有这个 key。",
        |line, node| Ok(Condition::Lacks { node, key: line.text(Expected::Key)? }),
    ),
    row(
        "is",
        "n5 is learner",
        "How it counts, as the leader knows: in a joint configuration in the old half, the new, or both.",
        "leader 所知的成员身份；joint configuration 中分 old、new 或两者（voter）。",
        |line, node| Ok(Condition::Standing(node, STANDINGS[line.needs_of(Group::Standing)?].1)),
    ),
    row(
        "progress",
        "n3 progress snapshot",
        "How the leader sends to it.",
        "leader 以何种方式向它复制。",
        |line, node| Ok(Condition::Progress(node, PROGRESS[line.needs_of(Group::Progress)?].1)),
    ),
    row(
        "snapshot",
        "n1 snapshot >= 5",
        "The last index that its snapshot covers.",
        "它的 snapshot 覆盖到的最后一个 index。",
        |line, node| number(line, Number::SnapshotOf(node)),
    ),
    row(
        "at",
        "n1 at persist",
        "Its loop, under the microscope, has done this step last.",
        "显微镜下，它的循环刚完成这一步。",
        |line, node| Ok(Condition::At(node, loop_step(line)?)),
    ),
    row("up", "n1 up", "It runs.", "它在运行。", |_, node| Ok(Condition::Is(node, Life::Up))),
    row("down", "n1 down", "Its process is dead.", "它的进程已停止。", |_, node| {
        Ok(Condition::Is(node, Life::Down))
    }),
    row("paused", "n1 paused", "It stands still.", "它已暂停。", |_, node| {
        Ok(Condition::Is(node, Life::Paused))
    }),
];

const fn row<T>(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: T,
) -> Row<T> {
    Row { word: Word { word, form, en, zh }, then }
}

/// What is joined by `not`, `and` and `or`.
pub(crate) trait Logic: Sized {
    /// One condition without those words.
    fn fact(line: &mut Line<'_>) -> Result<Self, Error>;

    fn not(inner: Self) -> Self;

    /// At least two.
    fn all(conditions: Vec<Self>) -> Self;

    /// At least two.
    fn any(conditions: Vec<Self>) -> Self;
}

impl Logic for Condition {
    fn fact(line: &mut Line<'_>) -> Result<Self, Error> {
        if let Some(at) = line.takes_of(Group::Condition) {
            return (CONDITIONS[at].then)(line);
        }
        let node = line.node()?;
        let at = line.needs_of(Group::NodeFact)?;
        (NODE_FACTS[at].then)(line, node)
    }

    fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    fn all(conditions: Vec<Self>) -> Self {
        Self::All(conditions)
    }

    fn any(conditions: Vec<Self>) -> Self {
        Self::Any(conditions)
    }
}

/// A condition: `or` binds weakest, then `and`, then `not`.
pub(crate) fn condition<C: Logic>(line: &mut Line<'_>) -> Result<C, Error> {
    any(line, 0)
}

fn any<C: Logic>(line: &mut Line<'_>, depth: usize) -> Result<C, Error> {
    let mut conditions = vec![all(line, depth)?];
    while line.takes("or") {
        conditions.push(all(line, depth)?);
    }
    Ok(one_or(conditions, C::any))
}

fn all<C: Logic>(line: &mut Line<'_>, depth: usize) -> Result<C, Error> {
    let mut conditions = vec![single(line, depth)?];
    while line.takes("and") {
        conditions.push(single(line, depth)?);
    }
    Ok(one_or(conditions, C::all))
}

fn one_or<C>(mut conditions: Vec<C>, many: fn(Vec<C>) -> C) -> C {
    match conditions.len() {
        1 => conditions.remove(0),
        _ => many(conditions),
    }
}

fn single<C: Logic>(line: &mut Line<'_>, depth: usize) -> Result<C, Error> {
    if DEPTH_MAX < depth {
        return Err(line.error(Problem::TooDeep { max: DEPTH_MAX }));
    }
    if line.takes("not") {
        return single(line, depth + 1).map(C::not);
    }
    if line.takes("(") {
        let inner = any(line, depth + 1)?;
        line.needs(")")?;
        return Ok(inner);
    }
    C::fact(line)
}

/// A comparison of a number; without a sign it is to be the same.
fn number(line: &mut Line<'_>, of: Number) -> Result<Condition, Error> {
    let (is, to) = comparison(line)?;
    Ok(Condition::Number { of, is, to })
}

/// A sign, or none, and a number.
pub(crate) fn comparison(line: &mut Line<'_>) -> Result<(Compare, u64), Error> {
    let sign = COMPARES.iter().find(|(sign, _)| line.takes(sign));
    let is = sign.map_or(Compare::Same, |(_, compare)| *compare);
    Ok((is, line.number_in(0, u64::MAX)?))
}
