//! What was counted in two runs, next to each other.

use det::Span;
use lsm::Category;
use raft::MessageKind;
use serde::Serialize;
use sim::ranges::{Knob, World};
use store::{Counters, Freight, Store};

use crate::ranges::board::bytes_text;
use crate::{Both, Label};

/// What is counted over the last second is counted over so many heartbeat intervals at least.
const SECOND: Span = Span::secs(1);

/// Everything that is counted in a run up to a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally([u64; FIGURES.len()]);

/// What was counted in two runs up to four moments: now, the last whole heartbeat interval, the one
/// before it, and a second before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Samples {
    /// Now.
    pub now: [Tally; 2],
    /// At the end of the last whole heartbeat interval.
    pub last: [Tally; 2],
    /// At its beginning.
    pub interval: [Tally; 2],
    /// A second before its end.
    pub second: [Tally; 2],
}

/// One figure of two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairRow {
    /// What was counted.
    pub name: Both,
    /// How much on the left and on the right.
    pub values: [String; 2],
    /// The right one by the left one: "× 100", "÷ 12", "=", "≈"; empty if one of them is zero.
    pub ratio: String,
    /// Whether both are the same.
    pub same: bool,
    /// Whether a new group of figures begins with it.
    pub first: bool,
}

/// Since when something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Interval,
    Second,
    Run,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Count,
    Bytes,
}

struct Figure {
    name: Label,
    over: Over,
    unit: Unit,
    of: fn(&World) -> u64,
}

const fn figure(
    over: Over,
    unit: Unit,
    en: &'static str,
    zh: &'static str,
    of: fn(&World) -> u64,
) -> Figure {
    Figure { name: Label { en, zh }, over, unit, of }
}

/// The figures; those that are zero on both sides are left out where they are bytes.
const FIGURES: [Figure; 19] = [
    figure(
        Over::Interval,
        Unit::Count,
        "messages per heartbeat interval",
        "每个心跳间隔的消息",
        |world| world.sum(Counters::raft_messages),
    ),
    figure(
        Over::Interval,
        Unit::Count,
        "of these with heartbeats",
        "其中的心跳消息",
        heartbeat_messages,
    ),
    figure(
        Over::Interval,
        Unit::Count,
        "heartbeat steps of ranges",
        "各 range 的心跳步数",
        |world| world.sum(|c| c.heartbeat_steps),
    ),
    figure(
        Over::Interval,
        Unit::Bytes,
        "bytes of heartbeats and answers",
        "心跳及其回答的字节",
        |world| {
            let beats = [Freight::Heartbeats, Freight::HeartbeatResponses];
            world.sum(|c| beats.map(|beat| c.bytes_of(beat)).iter().sum())
        },
    ),
    figure(Over::Second, Unit::Count, "ticks in a second", "每秒的 tick", |world| {
        world.sum(|c| c.ticks)
    }),
    figure(Over::Run, Unit::Count, "messages in all", "消息总数", |world| {
        world.sum(Counters::raft_messages)
    }),
    figure(Over::Run, Unit::Count, "evaluations", "求值", |world| world.sum(|c| c.evaluations)),
    figure(Over::Run, Unit::Count, "keys touched", "涉及的键", |world| {
        world.sum(|c| c.evaluated_keys)
    }),
    figure(Over::Run, Unit::Count, "syncs", "fsync", |world| world.sum(|c| c.syncs)),
    figure(Over::Run, Unit::Bytes, "bytes on the wire", "网络上的字节", |world| {
        world.sum(Counters::bytes_sent)
    }),
    figure(
        Over::Run,
        Unit::Bytes,
        "of these with entries and snapshots",
        "其中日志条目与 snapshot",
        |world| world.sum(|c| c.bytes_of(Freight::Appends) + c.bytes_of(Freight::Snapshots)),
    ),
    figure(
        Over::Run,
        Unit::Bytes,
        "log that syncs wait for",
        "fsync 等待的日志",
        World::synced_bytes,
    ),
    figure(Over::Run, Unit::Bytes, "bytes written: WAL", "写入的字节：WAL", |world| {
        sum(world, Category::Wal)
    }),
    figure(Over::Run, Unit::Bytes, "bytes written: flush", "写入的字节：flush", |world| {
        sum(world, Category::Flush)
    }),
    figure(
        Over::Run,
        Unit::Bytes,
        "bytes written: compaction",
        "写入的字节：compaction",
        |world| sum(world, Category::Compaction),
    ),
    figure(
        Over::Run,
        Unit::Bytes,
        "bytes written: sideload",
        "写入的字节：sideload",
        |world| sum(world, Category::Sideload),
    ),
    figure(
        Over::Run,
        Unit::Bytes,
        "bytes written: snapshot",
        "写入的字节：snapshot",
        |world| sum(world, Category::Snapshot),
    ),
    figure(Over::Run, Unit::Bytes, "bytes written: ingest", "写入的字节：ingest", |world| {
        sum(world, Category::Ingest)
    }),
    figure(
        Over::Run,
        Unit::Bytes,
        "bytes written: manifest",
        "写入的字节：manifest",
        |world| sum(world, Category::Manifest),
    ),
];

/// The rows with which a group of them begins: heartbeats and ticks, requests, syncs and the wire, bytes.
const GROUPS: [usize; 4] = [0, 5, 8, 12];

/// The group that a switch is about: it stands first.
fn group(knob: Knob) -> usize {
    match knob {
        Knob::Coalescing | Knob::Quiescence | Knob::Groups => 0,
        Knob::Evaluation => 1,
        Knob::LogEngine => 2,
        Knob::Sideloading | Knob::Ingest => 3,
    }
}

fn heartbeat_messages(world: &World) -> u64 {
    let alone =
        |c: &Counters| c.of_kind(MessageKind::Heartbeat) + c.of_kind(MessageKind::HeartbeatResp);
    world.sum(|c| alone(c) + c.coalesced_requests + c.coalesced_responses)
}

/// What running stores have written since they started.
fn sum(world: &World, category: Category) -> u64 {
    world.stores().map(|store: &Store| store.engines().ledger().get(category)).sum()
}

/// Counts a run up to now.
pub fn tally(world: &World) -> Tally {
    Tally(FIGURES.each_ref().map(|figure| (figure.of)(world)))
}

/// The time between two heartbeats of a leader.
pub fn interval(world: &World) -> Span {
    let config = world.config();
    Span((config.tick.0 * u64::from(config.heartbeat_ticks)).max(1))
}

impl Samples {
    /// How long before the last whole interval the second begins: whole intervals, too.
    pub fn second(interval: Span) -> Span {
        Span(SECOND.0.div_ceil(interval.0) * interval.0)
    }
}

pub(super) fn rows(samples: &Samples, knob: Knob) -> Vec<PairRow> {
    let row = |place: usize| {
        let figure = &FIGURES[place];
        let of = |tallies: [Tally; 2]| tallies.map(|tally| tally.0[place]);
        let since = |from: [Tally; 2]| {
            let (to, from) = (of(samples.last), of(from));
            [to[0].saturating_sub(from[0]), to[1].saturating_sub(from[1])]
        };
        let values = match figure.over {
            Over::Interval => since(samples.interval),
            Over::Second => since(samples.second),
            Over::Run => of(samples.now),
        };
        let text = |value: u64| match figure.unit {
            Unit::Count => value.to_string(),
            Unit::Bytes => bytes_text(value),
        };
        let is_shown = figure.unit == Unit::Count || values != [0, 0];
        is_shown.then(|| PairRow {
            name: figure.name.both(),
            values: values.map(text),
            ratio: ratio(values),
            same: values[0] == values[1],
            first: GROUPS.contains(&place),
        })
    };
    let ends = GROUPS[1..].iter().copied().chain([FIGURES.len()]);
    let mut groups: Vec<_> = GROUPS.iter().zip(ends).map(|(&begin, end)| begin..end).collect();
    groups[..=group(knob)].rotate_right(1);
    groups.into_iter().flatten().filter_map(row).collect()
}

/// The right one by the left one.
fn ratio([left, right]: [u64; 2]) -> String {
    if left == right {
        return "=".to_owned();
    }
    let (sign, more, less) = if left < right { ('×', right, left) } else { ('÷', left, right) };
    if less == 0 {
        return String::new();
    }
    let tenths = (more * 10 + less / 2) / less;
    match tenths {
        0..=10 => "≈".to_owned(),
        11..100 => format!("{sign} {}.{}", tenths / 10, tenths % 10),
        _ => format!("{sign} {}", (more + less / 2) / less),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: u64, right: u64, expected: &str) {
        assert_eq!(ratio([left, right]), expected);
    }

    #[test]
    fn a_ratio_says_how_many_times_as_much_the_right_one_is() {
        check(12, 1_200, "× 100");
        check(1_200, 12, "÷ 100");
        check(2, 3, "× 1.5");
        check(7, 7, "=");
        check(0, 7, "");
        check(308, 309, "≈");
    }
}
