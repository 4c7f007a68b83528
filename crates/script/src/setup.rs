//! The header: what the run starts from.

use core::fmt;

use sim::{Broken, Setup};

use crate::limits::{ELECTION_TICKS_MAX, SPAN_MAX, TICK_MAX, TICK_MIN, TIMEOUT_MIN};
use crate::line::Line;
use crate::print::Percent;
use crate::words::{Group, Row, Word};
use crate::{Error, Problem};

/// The word that opens the header.
pub(crate) const HEADER: &str = "cluster";

type Set = fn(&mut Line<'_>, &mut Setup) -> Result<(), Error>;

/// The settings, in the order in which they are printed.
pub(crate) const SETTINGS: [Row<Set>; 14] = [
    setting("nodes", "cluster nodes=5", "How many nodes.", "节点个数。", |line, setup| {
        setup.nodes = small(line.number_in(1, u64::from(Setup::MAX_NODES))?);
        Ok(())
    }),
    setting(
        "seed",
        "cluster seed=1",
        "What chance is drawn from: another seed is another run.",
        "随机数种子：换一个种子就是另一次运行。",
        |line, setup| {
            setup.seed = line.number_in(0, u64::MAX)?;
            Ok(())
        },
    ),
    setting(
        "tick",
        "cluster tick=10ms",
        "One tick of Raft's logical clock.",
        "Raft 逻辑时钟的一个 tick。",
        |line, setup| {
            setup.tick = line.span_in(TICK_MIN, TICK_MAX)?;
            Ok(())
        },
    ),
    setting(
        "election",
        "cluster election=10",
        "Election timeouts are drawn from this many ticks to one less than twice as many.",
        "election timeout 的 tick 数：在 n 到 2n-1 之间随机。",
        |line, setup| {
            setup.election_ticks = ticks(line)?;
            Ok(())
        },
    ),
    setting(
        "heartbeat",
        "cluster heartbeat=3",
        "Ticks between two heartbeats of a leader.",
        "leader 两次心跳之间的 tick 数。",
        |line, setup| {
            setup.heartbeat_ticks = ticks(line)?;
            Ok(())
        },
    ),
    setting(
        "prevote",
        "cluster prevote=on",
        "A node asks whether it would win before it campaigns.",
        "节点竞选前先询问能否当选（PreVote）。",
        |line, setup| {
            setup.pre_vote = switch(line)?;
            Ok(())
        },
    ),
    setting(
        "checkquorum",
        "cluster checkquorum=on",
        "A leader that hears from no majority steps down.",
        "leader 听不到多数节点时主动退位（CheckQuorum）。",
        |line, setup| {
            setup.check_quorum = switch(line)?;
            Ok(())
        },
    ),
    setting(
        "lease",
        "cluster checkquorum=on lease=on",
        "Leaders confirm reads by their lease instead of a round of heartbeats; needs checkquorum=on.",
        "leader 凭租约（lease）确认读取，不需要一轮心跳；需要 checkquorum=on。",
        |line, setup| {
            setup.lease = switch(line)?;
            Ok(())
        },
    ),
    setting(
        "latency",
        "cluster latency=5ms",
        "The shortest way of a message.",
        "消息的最短延迟。",
        |line, setup| {
            setup.latency = line.span()?;
            Ok(())
        },
    ),
    setting(
        "jitter",
        "cluster jitter=3ms",
        "The most that chance adds to a message's way.",
        "随机增加的最大延迟。",
        |line, setup| {
            setup.jitter = line.span()?;
            Ok(())
        },
    ),
    setting(
        "loss",
        "cluster loss=2.5%",
        "How many messages get lost.",
        "消息丢失的比例。",
        |line, setup| {
            setup.loss_per_million = line.percent()?;
            Ok(())
        },
    ),
    setting(
        "fsync",
        "cluster fsync=1ms",
        "How long a sync to disk takes.",
        "一次落盘（fsync）的时间。",
        |line, setup| {
            setup.fsync = line.span()?;
            Ok(())
        },
    ),
    setting(
        "timeout",
        "cluster timeout=200ms",
        "How long a client waits before it asks another node.",
        "客户端改问其他节点之前等待的时间。",
        |line, setup| {
            setup.client_timeout = line.span_in(TIMEOUT_MIN, SPAN_MAX)?;
            Ok(())
        },
    ),
    setting(
        "broken",
        "cluster broken=send-before-sync",
        "A rule that the nodes break on purpose, to see why it is there.",
        "故意违反的规则，用来说明它为什么存在。",
        |line, setup| {
            setup.broken = Some(BROKEN[line.needs_of(Group::Broken)?].1);
            Ok(())
        },
    ),
];

/// The rules that can be broken.
pub(crate) const BROKEN: [(&str, Broken); 1] = [("send-before-sync", Broken::SendBeforeSync)];

/// On and off.
pub(crate) const SWITCH: [(&str, bool); 2] = [("on", true), ("off", false)];

/// What follows `cluster`.
pub(crate) fn setup(line: &mut Line<'_>) -> Result<Setup, Error> {
    let mut setup = Setup::default();
    let mut seen = [false; SETTINGS.len()];
    while !line.is_at_end() {
        let at = line.needs_of(Group::Setting)?;
        let setting = &SETTINGS[at];
        if core::mem::replace(&mut seen[at], true) {
            return Err(line.error_before(Problem::SettingTwice { key: setting.word.word }));
        }
        line.needs("=")?;
        (setting.then)(line, &mut setup)?;
    }
    let (election, heartbeat) = (setup.election_ticks, setup.heartbeat_ticks);
    if election <= heartbeat {
        return Err(line.error_before(Problem::ElectionTooShort { election, heartbeat }));
    }
    Ok(setup)
}

/// The settings that differ from the default, each after a space.
pub(crate) struct Settings<'a>(pub(crate) &'a Setup);

impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setup {
            nodes,
            seed,
            tick,
            election_ticks,
            heartbeat_ticks,
            pre_vote,
            check_quorum,
            lease,
            latency,
            jitter,
            loss_per_million,
            fsync,
            client_timeout,
            broken,
        } = self.0;
        let usual = Setup::default();
        differing(f, "nodes", nodes, &usual.nodes)?;
        differing(f, "seed", seed, &usual.seed)?;
        differing(f, "tick", tick, &usual.tick)?;
        differing(f, "election", election_ticks, &usual.election_ticks)?;
        differing(f, "heartbeat", heartbeat_ticks, &usual.heartbeat_ticks)?;
        differing(f, "prevote", on_off(*pre_vote), on_off(usual.pre_vote))?;
        differing(f, "checkquorum", on_off(*check_quorum), on_off(usual.check_quorum))?;
        differing(f, "lease", on_off(*lease), on_off(usual.lease))?;
        differing(f, "latency", latency, &usual.latency)?;
        differing(f, "jitter", jitter, &usual.jitter)?;
        let usual_loss = Percent(usual.loss_per_million);
        differing(f, "loss", &Percent(*loss_per_million), &usual_loss)?;
        differing(f, "fsync", fsync, &usual.fsync)?;
        differing(f, "timeout", client_timeout, &usual.client_timeout)?;
        match broken {
            Some(broken) => write!(f, " broken={}", broken_word(*broken)),
            None => Ok(()),
        }
    }
}

fn differing<T: fmt::Display + PartialEq + ?Sized>(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    value: &T,
    usual: &T,
) -> fmt::Result {
    if value == usual { Ok(()) } else { write!(f, " {key}={value}") }
}

fn on_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

fn broken_word(broken: Broken) -> &'static str {
    match broken {
        Broken::SendBeforeSync => "send-before-sync",
    }
}

const fn setting(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: Set,
) -> Row<Set> {
    Row { word: Word { word, form, en, zh }, then }
}

fn switch(line: &mut Line<'_>) -> Result<bool, Error> {
    Ok(SWITCH[line.needs_of(Group::Switch)?].1)
}

fn ticks(line: &mut Line<'_>) -> Result<u32, Error> {
    let ticks = line.number_in(1, u64::from(ELECTION_TICKS_MAX))?;
    Ok(u32::try_from(ticks).expect("the limit fits"))
}

fn small(n: u64) -> u8 {
    u8::try_from(n).expect("a cluster has few nodes")
}
