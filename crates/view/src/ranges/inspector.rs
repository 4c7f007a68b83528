//! The selected range, opened up: its lease, its replicas, why it is awake, and what can be done.

use raft::{Entry, Index, Role};
use sim::ranges::{Flight, World};
use store::{Awake, LeaseTerm, RangeId, StoreId};

use super::board::readable;
use super::{Lens, Run, Selection, entry, mail};
use crate::picture::clock;
use crate::say::{both, plural};
use crate::{Action, Both, Fact, FactGroup, Inspector, Pace};

/// Envelopes on their way that can be opened from here.
const ENVELOPES: usize = 8;
/// Entries of a log that are shown.
const ENTRIES: u64 = 5;

pub(super) fn inspector(run: &Run, lens: &Lens) -> Inspector {
    let world = run.world();
    match lens.selection {
        Selection::Range(range) | Selection::Table { range, .. } => of_range(run, lens, range),
        Selection::Envelope(envelope) => mail::of_envelope(world, envelope),
        Selection::None | Selection::Event(_) => of_stores(world, lens),
    }
}

fn fact(name: Both, value: impl Into<String>) -> Fact {
    Fact { name, value: Both::same(value), changed: false }
}

fn of_range(run: &Run, lens: &Lens, range: RangeId) -> Inspector {
    let world = run.world();
    let Some(view) = world.range(range) else { return Inspector::default() };
    let descriptor = view.descriptor;
    let (start, end) = (readable(&descriptor.start), readable(&descriptor.end));
    let none = || "–".to_owned();
    let name = |store: Option<StoreId>| store.map_or_else(none, |store| store.to_string());
    let mut facts = vec![
        fact(both!("keys", "键"), format!("[{start}, {end})")),
        fact(both!("leaseholder", "leaseholder"), name(view.leaseholder)),
        fact(both!("leader", "leader"), name(view.leader)),
        fact(
            both!("lease", "lease"),
            match view.lease.term {
                LeaseTerm::Epoch(epoch) => format!("#{} · epoch {epoch}", view.lease.sequence),
                LeaseTerm::Expiration(end) => {
                    format!("#{} · {} s", view.lease.sequence, clock(end))
                }
            },
        ),
        fact(both!("generation", "generation"), descriptor.generation.to_string()),
    ];
    if let Some((_, leader)) = world.replicas(range).find(|(_, replica)| replica.is_leader())
        && let Some(why) = leader.awake_because().filter(|_| !leader.is_quiescent())
    {
        let why = awake(&why);
        let both = Both { en: "awake because".to_owned(), zh: "活跃的原因".to_owned() };
        facts.push(Fact { name: both, value: why, changed: true });
    }
    let mut groups = vec![FactGroup { title: both!("range", "range"), facts }];
    groups.push(FactGroup { title: both!("replicas", "副本"), facts: replicas(world, range) });
    groups.extend(log(run, range));
    Inspector {
        title: range.to_string(),
        what: both!("[{start}, {end})", "[{start}, {end})"),
        groups,
        actions: actions(world, lens, range),
    }
}

fn replicas(world: &World, range: RangeId) -> Vec<Fact> {
    let row = |(store, replica): (&store::Store, &store::Replica)| {
        let applied = replica.state().map_or(0, |state| state.applied.entry.index.0);
        let value = match replica.raft() {
            None => both!("not loaded", "未加载"),
            Some(raft) => {
                let (role, term, last) = (role(raft.role()), raft.term(), raft.last().index);
                let sleeps = if replica.is_quiescent() { " ☾" } else { "" };
                both!(
                    "{role} · term {term} · applied {applied}/{last}{sleeps}",
                    "{role} · term {term} · 已应用 {applied}/{last}{sleeps}"
                )
            }
        };
        Fact { name: Both::same(store.id().to_string()), value, changed: false }
    };
    world.replicas(range).map(row).collect()
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Leader => "leader",
        Role::Candidate => "candidate",
        Role::PreCandidate => "pre-candidate",
        Role::Follower => "follower",
    }
}

/// The newest entries of a range's log as the replica that has most of it holds them, and the newest
/// one opened up.
fn log(run: &Run, range: RangeId) -> Vec<FactGroup> {
    let longest = run.world().replicas(range).max_by_key(|(_, replica)| replica.log().last);
    let Some((store, replica)) = longest else { return Vec::new() };
    let Some(log) = store.log(range) else { return Vec::new() };
    let last = replica.log().last.index.0;
    let first = replica.log().truncated.index.0.max(last.saturating_sub(ENTRIES)) + 1;
    let entries = (first..=last).rev().filter_map(|index| log.stored(Index(index)).ok());
    let entries: Vec<Entry> = entries.collect();
    let line = |entry: &Entry| {
        let (index, term, bytes) = (entry.id.index, entry.id.term, entry.data.len());
        let value = format!("{} · {bytes} B", entry::word(entry));
        fact(Both::same(format!("{index} / {term}")), value)
    };
    let Some(newest) = entries.first() else { return Vec::new() };
    let index = newest.id.index;
    vec![
        FactGroup {
            title: both!("newest entries of the log", "日志中最新的条目"),
            facts: entries.iter().map(line).collect(),
        },
        FactGroup {
            title: both!("what entry {index} says", "条目 {index} 的内容"),
            facts: entry::facts(run, range, &newest.data),
        },
    ]
}

fn of_stores(world: &World, lens: &Lens) -> Inspector {
    let action = |store: StoreId| {
        let (word, label) = if world.is_up(store) {
            ("kill", both!("kill {store}", "停机 {store}"))
        } else {
            ("restart", both!("restart {store}", "重启 {store}"))
        };
        Action { word, label, line: format!("{word} {store}"), key: "", refused: Both::default() }
    };
    let load = |word: &'static str, label: Both, line: &str| Action {
        word,
        label,
        line: line.to_owned(),
        key: "",
        refused: Both::default(),
    };
    let mut actions: Vec<Action> = world.store_ids().map(action).collect();
    let others: Vec<String> =
        world.store_ids().filter(|&id| id != lens.store).map(|id| id.to_string()).collect();
    if !others.is_empty() {
        let (store, others) = (lens.store, others.join(" "));
        actions.push(load(
            "partition",
            both!("cut off {store}", "隔离 {store}"),
            &format!("partition {store} | {others}"),
        ));
    }
    actions.push(load("load", both!("20 writes a second", "每秒 20 次写"), "load 20/s"));
    actions.push(load("load", both!("no load", "停止负载"), "load 0/s"));
    let line = "restore tables 2 rows 16 as sideloaded";
    actions.push(load("restore", both!("restore a backup", "恢复一个备份"), line));
    actions.push(load("heal", both!("heal", "恢复网络"), "heal"));
    if lens.pace == Pace::Standing {
        let flights: Vec<&Flight> = world.flights().collect();
        actions.extend(flights.into_iter().take(ENVELOPES).map(|flight| {
            let (from, to) = (flight.envelope.from, flight.envelope.to);
            let label = both!("✉ {from} → {to}", "✉ {from} → {to}");
            load("look", label, &format!("look {}", flight.id))
        }));
    }
    Inspector { actions, ..Inspector::default() }
}

fn actions(world: &World, lens: &Lens, range: RangeId) -> Vec<Action> {
    let Some(view) = world.range(range) else { return Vec::new() };
    let start = readable(&view.descriptor.start);
    let action = |word: &'static str, label: Both, line: String| Action {
        word,
        label,
        line,
        key: "",
        refused: Both::default(),
    };
    let (label, line, key) = if lens.zoomed.is_some() {
        (both!("all ranges", "所有 range"), "zoom out", "[")
    } else {
        (both!("as a ring", "画成环"), "zoom in", "]")
    };
    let mut actions = vec![Action { key, ..action("zoom", label, line.to_owned()) }];
    // Clients write elsewhere.
    let for_clients = [
        action("put", both!("put {start}1 7", "写 {start}1 7"), format!("put {start}1 7")),
        action("split", both!("split at …", "分裂于…"), format!("split at {start}")),
        action("wake", both!("wake", "唤醒"), format!("wake {range}")),
        action(
            "ingest",
            both!("ingest 100 rows", "ingest 100 行"),
            format!("ingest into {range} rows 100 from {start}"),
        ),
        action("sort", both!("sort", "排序"), format!("sort {range}")),
    ];
    if !view.descriptor.holds_liveness() {
        actions.extend(for_clients);
    }
    for replica in &view.descriptor.replicas {
        let store = replica.store;
        if Some(store) != view.leaseholder && world.is_up(store) {
            actions.push(action(
                "lease",
                both!("lease to {store}", "lease 给 {store}"),
                format!("lease {range} to {store}"),
            ));
        }
    }
    actions
}

/// Why a range may not sleep.
pub(super) fn awake(why: &Awake) -> Both {
    match why {
        Awake::SwitchedOff => both!("quiescence is switched off", "静默已关闭"),
        Awake::NotLeader => {
            both!("only a leader puts its range to sleep", "只有 leader 能让 range 静默")
        }
        Awake::Transferring => both!("leadership is being handed over", "正在移交 leader"),
        Awake::RecentProposal { ticks_left } => {
            let s = plural(*ticks_left);
            both!(
                "the last proposal was too recent, {ticks_left} tick{s} to go",
                "刚有过提案，还差 {ticks_left} 个 tick"
            )
        }
        Awake::ExpirationLease => both!(
            "nodes write here that they live, under a lease that is renewed by the clock",
            "节点在这里写入自己存活，它的 lease 按时钟续期"
        ),
        Awake::LeaseElsewhere => both!("another store holds the lease", "lease 在别的 store"),
        Awake::LeaseNotValid(_) => both!("its lease is not valid", "lease 无效"),
        Awake::PendingProposals { count } => {
            both!("commands that wait to be applied: {count}", "{count} 个命令等待应用")
        }
        Awake::ReadyPending => both!("the Raft group has something to do", "Raft group 还有事要做"),
        Awake::Unapplied { applied, last, .. } => {
            both!("{applied} of {last} entries are applied", "{last} 个条目中应用了 {applied} 个")
        }
        Awake::NotMember => both!("the descriptor does not name it", "descriptor 中没有它"),
        Awake::Behind { replica, matched, .. } => both!(
            "replica {replica} lives and has only {matched}",
            "副本 {replica} 在线，但只有 {matched}"
        ),
    }
}
