//! The header: what a run of many ranges starts from.

use core::fmt;

use lsm::Ingest;
use sim::ranges::{Liveness, Setup};
use store::{Evaluation, Groups, Heartbeats, LogEngine, Quiescence, Sideloading};

use super::command::one_of;
use super::group;
use crate::condition::word_of;
use crate::limits::{SPAN_MAX, TICK_MAX, TICK_MIN, TIMEOUT_MIN};
use crate::line::Line;
use crate::print::Percent;
use crate::words::{Row, Word};
use crate::{Error, Problem};

/// The setting that makes a script one of ranges; it is always printed, and first.
pub(super) const STORES: &str = "stores";

/// Replicas of a range, if there are as many stores.
const REPLICATION: u8 = 3;

type Set = fn(&mut Line<'_>, &mut Setup) -> Result<(), Error>;

const COALESCING: [(&str, Heartbeats); 2] =
    [("on", Heartbeats::Coalesced), ("off", Heartbeats::Single)];
const QUIESCENCE: [(&str, Quiescence); 2] = [("on", Quiescence::On), ("off", Quiescence::Off)];
const EVALUATION: [(&str, Evaluation); 2] =
    [("proposer", Evaluation::Proposer), ("naive", Evaluation::Naive)];
const SIDELOADING: [(&str, Sideloading); 2] = [("on", Sideloading::On), ("off", Sideloading::Off)];
const INGEST: [(&str, Ingest); 2] = [("link", Ingest::Link), ("copy", Ingest::Copy)];
const LOG: [(&str, LogEngine); 2] =
    [("separate", LogEngine::Separate), ("shared", LogEngine::Shared)];
const LIVENESS: [(&str, Liveness); 2] = [("told", Liveness::Told), ("range", Liveness::Range)];
const GROUPS: [(&str, Groups); 2] = [("live", Groups::Live), ("lazy", Groups::Lazy)];

/// The settings, in the order in which they are printed.
pub(crate) const SETTINGS: [Row<Set>; 18] = [
    row(STORES, "cluster stores=3", "How many stores.", "store 个数。", |line, setup| {
        setup.stores = small(line.number_in(1, u64::from(Setup::MAX_STORES))?);
        setup.replication = REPLICATION.min(setup.stores);
        Ok(())
    }),
    row(
        "ranges",
        "cluster stores=3 ranges=9",
        "How many ranges at the start.",
        "开始时的 range 个数。",
        |line, setup| {
            let ranges = line.number_in(1, u64::from(Setup::MAX_RANGES))?;
            setup.ranges = u16::try_from(ranges).expect("the limit fits");
            Ok(())
        },
    ),
    row(
        "replication",
        "cluster stores=5 replication=5",
        "Replicas of each range; three if it does not say.",
        "每个 range 的 replica 数；不写则为 3。",
        |line, setup| {
            setup.replication = small(line.number_in(1, u64::from(Setup::MAX_STORES))?);
            Ok(())
        },
    ),
    row(
        "seed",
        "cluster stores=3 seed=1",
        "What chance is drawn from: another seed is another run.",
        "随机数种子：换一个种子就是另一次运行。",
        |line, setup| {
            setup.seed = line.number_in(0, u64::MAX)?;
            Ok(())
        },
    ),
    row(
        "tick",
        "cluster stores=3 tick=100ms",
        "One tick of all logical clocks; leases last twelve.",
        "逻辑时钟的一个 tick；租约持续十二个 tick。",
        |line, setup| {
            setup.tick = line.span_in(TICK_MIN, TICK_MAX)?;
            Ok(())
        },
    ),
    row(
        "latency",
        "cluster stores=3 latency=5ms",
        "The shortest way of a message.",
        "消息的最短延迟。",
        |line, setup| {
            setup.latency = line.span()?;
            Ok(())
        },
    ),
    row(
        "jitter",
        "cluster stores=3 jitter=3ms",
        "The most that chance adds to a message's way.",
        "随机增加的最大延迟。",
        |line, setup| {
            setup.jitter = line.span()?;
            Ok(())
        },
    ),
    row(
        "loss",
        "cluster stores=3 loss=2.5%",
        "How many envelopes between stores get lost.",
        "store 之间丢失的信封（envelope）比例。",
        |line, setup| {
            setup.loss_per_million = line.percent()?;
            Ok(())
        },
    ),
    row(
        "fsync",
        "cluster stores=3 fsync=1ms",
        "How long a sync to disk takes.",
        "一次落盘（fsync）的时间。",
        |line, setup| {
            setup.fsync = line.span()?;
            Ok(())
        },
    ),
    row(
        "timeout",
        "cluster stores=3 timeout=500ms",
        "How long the gateway waits before it asks another replica.",
        "gateway 改问其他 replica 之前等待的时间。",
        |line, setup| {
            setup.client_timeout = line.span_in(TIMEOUT_MIN, SPAN_MAX)?;
            Ok(())
        },
    ),
    row(
        "coalescing",
        "cluster stores=3 coalescing=off",
        "Whether heartbeats to the same store travel as one message.",
        "发往同一 store 的心跳是否合并为一条消息。",
        |line, setup| {
            setup.heartbeats = one_of(line, &COALESCING)?;
            Ok(())
        },
    ),
    row(
        "quiescence",
        "cluster stores=3 quiescence=off",
        "Whether ranges with nothing to do fall asleep.",
        "空闲的 range 是否静默。",
        |line, setup| {
            setup.quiescence = one_of(line, &QUIESCENCE)?;
            Ok(())
        },
    ),
    row(
        "evaluation",
        "cluster stores=3 evaluation=naive",
        "Who evaluates a request: the proposer once, or every replica.",
        "谁执行请求：proposer 一次，或每个 replica 各一次（naive）。",
        |line, setup| {
            setup.evaluation = one_of(line, &EVALUATION)?;
            Ok(())
        },
    ),
    row(
        "sideloading",
        "cluster stores=3 sideloading=off",
        "Whether tables stay beside the Raft log or in it.",
        "SSTable 放在 Raft 日志旁边，还是日志里。",
        |line, setup| {
            setup.sideloading = one_of(line, &SIDELOADING)?;
            Ok(())
        },
    ),
    row(
        "ingest",
        "cluster stores=3 ingest=copy",
        "Whether tables beside the log get into the engine as one more name or as a copy.",
        "日志旁的 table 进入引擎时是硬链接还是复制。",
        |line, setup| {
            setup.ingest = one_of(line, &INGEST)?;
            Ok(())
        },
    ),
    row(
        "log",
        "cluster stores=3 log=shared",
        "Whether the Raft log has an engine of its own.",
        "Raft 日志是否有自己的存储引擎。",
        |line, setup| {
            setup.log_engine = one_of(line, &LOG)?;
            Ok(())
        },
    ),
    row(
        "groups",
        "cluster stores=3 groups=lazy",
        "Whether Raft groups come to life with the store or with their first use.",
        "Raft group 随 store 启动，还是首次使用时才加载。",
        |line, setup| {
            setup.groups = one_of(line, &GROUPS)?;
            Ok(())
        },
    ),
    row(
        "liveness",
        "cluster stores=3 liveness=range",
        "Whether nodes only tell each other that they live, or keep records of it in a range.",
        "节点只互相告知自己存活，还是把记录保存在一个 range 里。",
        |line, setup| {
            setup.liveness = one_of(line, &LIVENESS)?;
            Ok(())
        },
    ),
];

/// What follows `cluster`.
pub(super) fn setup(line: &mut Line<'_>) -> Result<Setup, Error> {
    let mut setup = Setup::default();
    let mut seen = [false; SETTINGS.len()];
    while !line.is_at_end() {
        let at = line.needs_of(group::SETTING)?;
        let setting = &SETTINGS[at];
        if core::mem::replace(&mut seen[at], true) {
            return Err(line.error_before(Problem::SettingTwice { key: setting.word.word }));
        }
        line.needs("=")?;
        (setting.then)(line, &mut setup)?;
    }
    let (replication, stores) = (setup.replication, setup.stores);
    if stores < replication {
        return Err(line.error_before(Problem::TooManyReplicas { replication, stores }));
    }
    Ok(setup)
}

/// The number of stores and the settings that differ from the default, each after a space.
pub(super) struct Settings<'a>(pub(super) &'a Setup);

impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (own, usual) = (self.0, Setup::default());
        write!(f, " {STORES}={}", own.stores)?;
        let mut differing = |key: &str, value: &dyn fmt::Display, usual: bool| {
            if usual { Ok(()) } else { write!(f, " {key}={value}") }
        };
        let replication = REPLICATION.min(own.stores);
        differing("ranges", &own.ranges, own.ranges == usual.ranges)?;
        differing("replication", &own.replication, own.replication == replication)?;
        differing("seed", &own.seed, own.seed == usual.seed)?;
        differing("tick", &own.tick, own.tick == usual.tick)?;
        differing("latency", &own.latency, own.latency == usual.latency)?;
        differing("jitter", &own.jitter, own.jitter == usual.jitter)?;
        let loss = Percent(own.loss_per_million);
        differing("loss", &loss, own.loss_per_million == usual.loss_per_million)?;
        differing("fsync", &own.fsync, own.fsync == usual.fsync)?;
        differing("timeout", &own.client_timeout, own.client_timeout == usual.client_timeout)?;
        let words = [
            ("coalescing", word_of(&COALESCING, own.heartbeats), COALESCING[0].0),
            ("quiescence", word_of(&QUIESCENCE, own.quiescence), QUIESCENCE[0].0),
            ("evaluation", word_of(&EVALUATION, own.evaluation), EVALUATION[0].0),
            ("sideloading", word_of(&SIDELOADING, own.sideloading), SIDELOADING[0].0),
            ("ingest", word_of(&INGEST, own.ingest), INGEST[0].0),
            ("log", word_of(&LOG, own.log_engine), LOG[0].0),
            ("groups", word_of(&GROUPS, own.groups), GROUPS[0].0),
            ("liveness", word_of(&LIVENESS, own.liveness), LIVENESS[0].0),
        ];
        words.iter().try_for_each(|(key, word, usual)| differing(key, word, word == usual))
    }
}

const fn row(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: Set,
) -> Row<Set> {
    Row { word: Word { word, form, en, zh }, then }
}

fn small(n: u64) -> u8 {
    u8::try_from(n).expect("the limit fits")
}
