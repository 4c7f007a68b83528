//! Commands: each has one form, which reads as it prints.

mod members;
mod microscope;
mod shown;

use det::Span;
use sim::{Command, DiskFate, Links, NodeId, Seat};

pub(crate) use microscope::{LOOP_STEPS, loop_step};
pub(crate) use shown::Shown;

use crate::Error;
use crate::expected::Expected;
use crate::limits::{CLIENTS_MAX, SPAN_MAX};
use crate::line::Line;
use crate::message::{self, Edit, Pick};
use crate::words::{Group, Row, Word};

/// What follows the first word of a command.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// The rest of the command.
    Whole(fn(&mut Line<'_>) -> Result<Command, Error>),
    /// A message, then the rest of what is done to it.
    OnMessage(fn(&mut Line<'_>) -> Result<Edit, Error>),
}

/// A command as a script writes it: the message may be picked by what it says.
pub(crate) enum Written {
    /// The command.
    Command(Command),
    /// What is done to which message.
    Edit(Edit, Pick),
}

/// The commands, in the order of the help.
pub(crate) const COMMANDS: [Row<Form>; 31] = [
    command(
        "kill",
        "kill n1 without disk",
        "The process dies and forgets what was not synced; without disk, everything.",
        "进程停止，未落盘的内容丢失；without disk 则磁盘也丢失。",
        |line| {
            let node = line.node()?;
            let disk = if line.takes("without") {
                line.needs("disk")?;
                DiskFate::Lose
            } else {
                DiskFate::Keep
            };
            Ok(Command::Kill { node, disk })
        },
    ),
    command(
        "restart",
        "restart n1",
        "A dead node starts from its disk.",
        "停止的节点从磁盘恢复。",
        |line| line.node().map(Command::Restart),
    ),
    command(
        "pause",
        "pause n1",
        "The process stands still; messages wait at its door.",
        "进程暂停，消息在门外等待。",
        |line| line.node().map(Command::Pause),
    ),
    command(
        "resume",
        "resume n1",
        "A paused process goes on.",
        "暂停的进程继续运行。",
        |line| line.node().map(Command::Resume),
    ),
    command(
        "campaign",
        "campaign n1",
        "The election timer of a node fires now.",
        "节点的 election timer 立即到期，开始竞选。",
        |line| line.node().map(Command::Campaign),
    ),
    command(
        "transfer",
        "transfer n2",
        "The leader hands its office to this node.",
        "leader 把职位迁移给这个节点。",
        |line| line.node().map(Command::Transfer),
    ),
    command(
        "forget",
        "forget n2",
        "A follower forgets who leads, so that it votes again.",
        "follower 忘记谁是 leader，从而可以再次投票。",
        |line| line.node().map(Command::Forget),
    ),
    command(
        "add",
        "add n6",
        "The leader proposes a voter: a new node starts, a learner is promoted.",
        "leader 提议增加 voter：新节点启动，learner 升级。",
        |line| members::one(line, Seat::Voter),
    ),
    command(
        "learner",
        "learner n6",
        "The leader proposes a learner: it gets the log and does not vote.",
        "leader 提议 learner：它接收日志，但不投票。",
        |line| members::one(line, Seat::Learner),
    ),
    command(
        "remove",
        "remove n2",
        "The leader proposes that this node is no member any more.",
        "leader 提议把这个节点移出集群。",
        |line| members::one(line, Seat::None),
    ),
    command(
        "joint",
        "joint add n6 remove n2",
        "Several changes at once, through a joint configuration; joint explicit stays in it.",
        "一次多个变更，经过 joint configuration；joint explicit 则停留其中。",
        members::joint,
    ),
    command(
        "leave",
        "leave",
        "The leader proposes to leave the joint configuration.",
        "leader 提议离开 joint configuration。",
        |_| Ok(Command::Leave),
    ),
    command(
        "compact",
        "compact n2",
        "A node, or each, takes a snapshot and drops the log up to there.",
        "一个节点（或所有节点）制作 snapshot，并删去到此为止的日志。",
        |line| line.takes_node().map(Command::Compact),
    ),
    command(
        "microscope",
        "microscope n2 every 1ms",
        "Each step of a node's Ready loop takes this long and is an event; off puts it together.",
        "节点 Ready 循环的每一步都成为事件并占用这么长时间；off 恢复。",
        microscope::microscope,
    ),
    command(
        "crash",
        "crash n2 after persist",
        "The node under the microscope dies after this step, once; never takes it back.",
        "显微镜下的节点在这一步之后崩溃一次；never 取消。",
        microscope::crash,
    ),
    command(
        "put",
        "put x 7 at n3",
        "A client writes, asking this node first.",
        "客户端写入，先询问指定的节点。",
        |line| {
            let key = line.text(Expected::Key)?;
            let value = line.text(Expected::Value)?;
            Ok(Command::Put { key, value, at: at(line)? })
        },
    ),
    command(
        "get",
        "get x at n3",
        "A client reads through the log, asking this node first.",
        "客户端经由日志读取，先询问指定的节点。",
        |line| {
            let key = line.text(Expected::Key)?;
            Ok(Command::Get { key, at: at(line)? })
        },
    ),
    command(
        "read",
        "read x at n3",
        "A client reads without a log entry (ReadIndex), asking this node first.",
        "客户端不经日志读取（ReadIndex），先询问指定的节点。",
        |line| {
            let key = line.text(Expected::Key)?;
            Ok(Command::Read { key, at: at(line)? })
        },
    ),
    command(
        "load",
        "load 4 every 20ms",
        "So many further clients write without end, with this wait in between; load 0 ends it.",
        "增加若干不停写入的客户端，每次间隔这么久；load 0 结束。",
        load,
    ),
    command(
        "cut",
        "cut n1 -> n2",
        "The link carries nothing: one way, both ways (cut n1 n2), or all links (cut all).",
        "链路不通：单向、双向（cut n1 n2）或全部（cut all）。",
        |line| needs_links(line).map(Command::Cut),
    ),
    command(
        "mend",
        "mend n1 -> n2",
        "The link carries messages again.",
        "链路恢复。",
        |line| needs_links(line).map(Command::Mend),
    ),
    command(
        "partition",
        "partition n1 n2 | n3 n4 n5",
        "Links between the groups are cut; nodes not named form one more group.",
        "切断各组之间的链路；没有列出的节点另成一组。",
        partition,
    ),
    command("heal", "heal", "Every link is mended.", "所有链路恢复。", |_| {
        Ok(Command::Heal)
    }),
    command(
        "latency",
        "latency 50ms 10ms n1 -> n2",
        "The shortest way of a message and the most that chance adds, on these links or all.",
        "消息的最短延迟和随机增加的最大延迟；可指定链路。",
        |line| {
            let base = line.span()?;
            let jitter = line.takes_span(Span::ZERO, SPAN_MAX)?.unwrap_or(Span::ZERO);
            Ok(Command::Latency { links: links(line)?, base, jitter })
        },
    ),
    command(
        "loss",
        "loss 2.5% n1 n2",
        "How many messages get lost, on these links or all.",
        "消息丢失的比例；可指定链路。",
        |line| {
            let per_million = line.percent()?;
            Ok(Command::Loss { links: links(line)?, per_million })
        },
    ),
    command(
        "fsync",
        "fsync 40ms n2",
        "How long a sync to disk takes, at this node or all.",
        "一次落盘（fsync）的时间；可指定节点。",
        |line| {
            let span = line.span()?;
            Ok(Command::Fsync { node: line.takes_node()?, span })
        },
    ),
    edit(
        "drop",
        "drop m12",
        "This message in flight is lost.",
        "丢弃这条在途消息。",
        |_| Ok(Edit::Drop),
    ),
    edit("hold", "hold m12", "It stands still where it is.", "让它停在原处。", |_| {
        Ok(Edit::Hold)
    }),
    edit("release", "release m12", "A held message goes on.", "放行停住的消息。", |_| {
        Ok(Edit::Release)
    }),
    edit(
        "delay",
        "delay m12 5ms",
        "It arrives that much later.",
        "让它晚到这么久。",
        |line| line.span().map(Edit::Delay),
    ),
    edit(
        "duplicate",
        "duplicate m12",
        "A copy of it arrives too, a little later.",
        "它的一个副本稍后也会到达。",
        |_| Ok(Edit::Duplicate),
    ),
];

/// A command whose message, if any, has its number.
pub(crate) fn command_line(line: &mut Line<'_>) -> Result<Command, Error> {
    match COMMANDS[line.needs_of(Group::Command)?].then {
        Form::Whole(rest) => rest(line),
        Form::OnMessage(rest) => {
            let message = line.message()?;
            Ok(rest(line)?.to(message))
        }
    }
}

/// What follows the first word of a command in a script.
pub(crate) fn written(line: &mut Line<'_>, form: Form) -> Result<Written, Error> {
    match form {
        Form::Whole(rest) => rest(line).map(Written::Command),
        Form::OnMessage(rest) => {
            if let Some(message) = line.takes_message() {
                return Ok(Written::Command(rest(line)?.to(message)));
            }
            let pick = message::pick(line)?;
            Ok(Written::Edit(rest(line)?, pick))
        }
    }
}

const fn command(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    rest: fn(&mut Line<'_>) -> Result<Command, Error>,
) -> Row<Form> {
    Row { word: Word { word, form, en, zh }, then: Form::Whole(rest) }
}

const fn edit(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    rest: fn(&mut Line<'_>) -> Result<Edit, Error>,
) -> Row<Form> {
    Row { word: Word { word, form, en, zh }, then: Form::OnMessage(rest) }
}

/// `at n3`, or nothing.
fn at(line: &mut Line<'_>) -> Result<Option<NodeId>, Error> {
    if line.takes("at") { line.node().map(Some) } else { Ok(None) }
}

fn load(line: &mut Line<'_>) -> Result<Command, Error> {
    let clients = line.number_in(0, u64::from(CLIENTS_MAX))?;
    let clients = u16::try_from(clients).expect("the limit fits");
    let every = match line.takes("every") {
        true => line.span()?,
        false if clients == 0 => Span::ZERO,
        false => return Err(line.unexpected()),
    };
    Ok(Command::Load { clients, every })
}

/// Links at the end of a command; all without a word.
fn links(line: &mut Line<'_>) -> Result<Links, Error> {
    let is_all = line.takes("all");
    let Some(from) = (if is_all { None } else { line.takes_node()? }) else {
        return Ok(Links::All);
    };
    if line.takes("->") {
        return Ok(Links::OneWay(from, line.other_node(from)?));
    }
    Ok(Links::Between(from, line.other_node(from)?))
}

/// Links that have to be named.
fn needs_links(line: &mut Line<'_>) -> Result<Links, Error> {
    if line.is_at_end() {
        line.note(Expected::Word("all"));
        line.node()?;
    }
    links(line)
}

fn partition(line: &mut Line<'_>) -> Result<Command, Error> {
    let mut groups = vec![vec![line.node()?]];
    loop {
        let node = if line.takes("|") {
            groups.push(Vec::new());
            Some(line.node()?)
        } else {
            line.takes_node()?
        };
        let Some(node) = node else { return Ok(Command::Partition(groups)) };
        if groups.iter().flatten().any(|named| *named == node) {
            return Err(line.node_twice(node));
        }
        groups.last_mut().expect("there is a first group").push(node);
    }
}
