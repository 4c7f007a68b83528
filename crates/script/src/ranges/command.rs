//! Commands: each has one form, which reads as it prints.

use core::fmt;

use lsm::Ingest;
use sim::ranges::Command;
use store::{Evaluation, Groups, Heartbeats, Quiescence, Sideloading, StoreId, Switch};

use super::group;
use super::table::{ingest, restore, write_ingest};
use crate::expected::Expected;
use crate::line::Line;
use crate::print::Text;
use crate::words::{Row, Word};
use crate::{Error, Problem};

/// Writes of a load in a second.
const RATE_MAX: u32 = 1_000;

type Rest = fn(&mut Line<'_>) -> Result<Command, Error>;

/// The commands, in the order of the help.
pub(crate) const COMMANDS: [Row<Rest>; 20] = [
    row(
        "kill",
        "kill s1",
        "The process dies; of what was not synced, chance decides what is left.",
        "进程停止；未落盘的内容由随机决定留下多少。",
        |line| line.store().map(Command::Kill),
    ),
    row(
        "restart",
        "restart s1",
        "A dead store starts from its disk.",
        "停止的 store 从磁盘恢复。",
        |line| line.store().map(Command::Restart),
    ),
    row(
        "put",
        "put m42 7",
        "A client writes through the gateway.",
        "客户端经 gateway 写入。",
        |line| Ok(Command::Put { key: key(line)?, value: line.text(Expected::Value)? }),
    ),
    row(
        "get",
        "get m42",
        "A client reads through the gateway.",
        "客户端经 gateway 读取。",
        |line| Ok(Command::Get { key: key(line)? }),
    ),
    row("del", "del m42", "The key loses its value.", "删除这个 key 的值。", |line| {
        Ok(Command::Del { key: key(line)? })
    }),
    row(
        "increment",
        "increment m42 5",
        "The number there, zero if there is none, becomes so much more.",
        "把那里的数字（没有则为 0）增加这么多。",
        |line| Ok(Command::Increment { key: key(line)?, by: line.signed()? }),
    ),
    row(
        "cput",
        "cput m42 new if old",
        "A write on the condition that the key has this value; without if, that it has none.",
        "条件写入：key 的现值必须如此；不写 if 则必须没有值。",
        |line| {
            let (key, value) = (key(line)?, line.text(Expected::Value)?);
            let expected = if line.takes("if") { Some(line.text(Expected::Value)?) } else { None };
            Ok(Command::ConditionalPut { key, expected, value })
        },
    ),
    row(
        "delrange",
        "delrange m1 m5",
        "All keys from the first up to the second lose their values.",
        "删除从第一个 key 到第二个 key（不含）的所有值。",
        |line| Ok(Command::DeleteRange { start: key(line)?, end: key(line)? }),
    ),
    row(
        "load",
        "load 20/s over r1 r2",
        "Clients write so often in a second, to these ranges or all; load 0/s ends it.",
        "客户端每秒写入这么多次，写到这些（或所有）range；load 0/s 结束。",
        load,
    ),
    row(
        "ingest",
        "ingest m1,7 m2,8",
        "A client adds a table to a range: of these rows, of rows made up, or of an SSTable in base64.",
        "客户端把一个 table 加入 range：由这些行、生成的行，或 base64 的 SSTable 组成。",
        ingest,
    ),
    row(
        "restore",
        "restore tables 2 rows 16 as sideloaded over r1 r2",
        "A backup comes back into these ranges or all: as batches, logged in entries, or sideloaded.",
        "把备份恢复到这些（或所有）range：作为写入 batch、放进日志条目，或 sideload。",
        restore,
    ),
    row(
        "sort",
        "sort r3",
        "The leaseholder sorts the rows of a range by their values, in its temporary engine.",
        "leaseholder 在临时引擎里按值对 range 的行排序。",
        |line| line.range().map(Command::Sort),
    ),
    row(
        "split",
        "split at m5",
        "The range that holds the key ends before it; a new one begins with it.",
        "在这个 key 处分裂它所在的 range。",
        |line| {
            line.needs("at")?;
            Ok(Command::Split { key: key(line)? })
        },
    ),
    row(
        "lease",
        "lease r3 to s2",
        "The leaseholder hands the lease of a range to another store.",
        "leaseholder 把 range 的租约交给另一个 store。",
        |line| {
            let range = line.range()?;
            line.needs("to")?;
            Ok(Command::TransferLease { range, to: line.store()? })
        },
    ),
    row(
        "wake",
        "wake r3",
        "Every replica of the range is woken.",
        "唤醒这个 range 的所有 replica。",
        |line| line.range().map(Command::Wake),
    ),
    row(
        "switch",
        "switch coalescing off",
        "Turns a switch on all stores.",
        "在所有 store 上拨动开关。",
        |line| {
            let (_, positions) = SWITCHES[line.needs_of(group::SWITCH)?];
            one_of(line, &positions).map(Command::Switch)
        },
    ),
    row(
        "cut",
        "cut s1 -> s2",
        "The stream carries nothing this way.",
        "这个方向的 stream 不通。",
        |line| two(line).map(|(from, to)| Command::Cut { from, to }),
    ),
    row(
        "mend",
        "mend s1 -> s2",
        "The stream carries envelopes again.",
        "这个方向的 stream 恢复。",
        |line| two(line).map(|(from, to)| Command::Mend { from, to }),
    ),
    row(
        "partition",
        "partition s1 | s2 s3",
        "Streams between the groups are cut; stores not named form one more group.",
        "切断各组之间的 stream；没有列出的 store 另成一组。",
        partition,
    ),
    row("heal", "heal", "Every stream is mended.", "所有 stream 恢复。", |_| {
        Ok(Command::Heal)
    }),
];

/// The switches, each with its positions.
pub(crate) const SWITCHES: [(&str, [(&str, Switch); 2]); 6] = [
    (
        "coalescing",
        [
            ("on", Switch::Heartbeats(Heartbeats::Coalesced)),
            ("off", Switch::Heartbeats(Heartbeats::Single)),
        ],
    ),
    (
        "quiescence",
        [("on", Switch::Quiescence(Quiescence::On)), ("off", Switch::Quiescence(Quiescence::Off))],
    ),
    ("groups", [("live", Switch::Groups(Groups::Live)), ("lazy", Switch::Groups(Groups::Lazy))]),
    (
        "evaluation",
        [
            ("proposer", Switch::Evaluation(Evaluation::Proposer)),
            ("naive", Switch::Evaluation(Evaluation::Naive)),
        ],
    ),
    (
        "sideloading",
        [
            ("on", Switch::Sideloading(Sideloading::On)),
            ("off", Switch::Sideloading(Sideloading::Off)),
        ],
    ),
    ("ingest", [("link", Switch::Ingest(Ingest::Link)), ("copy", Switch::Ingest(Ingest::Copy))]),
];

/// One of some words, and what it stands for.
pub(super) fn one_of<T: Copy>(
    line: &mut Line<'_>,
    words: &[(&'static str, T)],
) -> Result<T, Error> {
    let taken = words.iter().find(|(word, _)| line.takes(word));
    taken.map(|(_, value)| *value).ok_or_else(|| line.unexpected())
}

/// A command.
pub(super) fn command_line(line: &mut Line<'_>) -> Result<Command, Error> {
    (COMMANDS[line.needs_of(group::COMMAND)?].then)(line)
}

pub(super) fn key(line: &mut Line<'_>) -> Result<String, Error> {
    line.text(Expected::Key)
}

fn load(line: &mut Line<'_>) -> Result<Command, Error> {
    Ok(Command::Load { per_second: line.rate(RATE_MAX)?, ranges: line.takes_over()? })
}

fn two(line: &mut Line<'_>) -> Result<(StoreId, StoreId), Error> {
    let from = line.store()?;
    line.needs("->")?;
    let to = line.store()?;
    if from == to { Err(twice(line, from)) } else { Ok((from, to)) }
}

fn twice(line: &Line<'_>, store: StoreId) -> Error {
    line.error_before(Problem::NodeTwice { node: store.to_string() })
}

fn partition(line: &mut Line<'_>) -> Result<Command, Error> {
    let mut groups = vec![vec![line.store()?]];
    loop {
        let store = if line.takes("|") {
            groups.push(Vec::new());
            Some(line.store()?)
        } else {
            line.takes_store()?
        };
        let Some(store) = store else { return Ok(Command::Partition(groups)) };
        if groups.iter().flatten().any(|named| *named == store) {
            return Err(twice(line, store));
        }
        groups.last_mut().expect("there is a first group").push(store);
    }
}

const fn row(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: Rest,
) -> Row<Rest> {
    Row { word: Word { word, form, en, zh }, then }
}

/// A command as it is written: keys and values in quotes where they need them.
pub(super) struct Shown<'a>(pub(super) &'a Command);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Command::Put { key, value } => write!(f, "put {} {}", Text(key), Text(value)),
            Command::Get { key } => write!(f, "get {}", Text(key)),
            Command::Del { key } => write!(f, "del {}", Text(key)),
            Command::Increment { key, by } => write!(f, "increment {} {by}", Text(key)),
            Command::ConditionalPut { key, expected, value } => {
                write!(f, "cput {} {}", Text(key), Text(value))?;
                expected.iter().try_for_each(|expected| write!(f, " if {}", Text(expected)))
            }
            Command::DeleteRange { start, end } => {
                write!(f, "delrange {} {}", Text(start), Text(end))
            }
            Command::Split { key } => write!(f, "split at {}", Text(key)),
            Command::Ingest { into, table } => write_ingest(f, *into, table),
            Command::Kill(_)
            | Command::Restart(_)
            | Command::Cut { .. }
            | Command::Mend { .. }
            | Command::Partition(_)
            | Command::Heal
            | Command::TransferLease { .. }
            | Command::Wake(_)
            | Command::Switch(_)
            | Command::Restore(_)
            | Command::Sort(_)
            | Command::Load { .. } => self.0.fmt(f),
        }
    }
}
