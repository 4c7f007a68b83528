//! The selected range, opened up: its lease, its replicas, why it is awake, and what can be done.

use sim::ranges::World;
use store::{Awake, LeaseTerm, RangeId, StoreId};

use super::board::readable;
use super::{Lens, Run, Selection};
use crate::say::both;
use crate::{Action, Both, Fact, FactGroup, Inspector};

pub(super) fn inspector(run: &Run, lens: &Lens) -> Inspector {
    let world = run.world();
    match lens.selection {
        Selection::Range(range) => of_range(world, range),
        Selection::None | Selection::Event(_) => of_stores(world),
    }
}

fn fact(name: Both, value: impl Into<String>) -> Fact {
    Fact { name, value: value.into(), changed: false }
}

fn of_range(world: &World, range: RangeId) -> Inspector {
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
                LeaseTerm::Expiration(end) => format!("#{} · {end}", view.lease.sequence),
            },
        ),
        fact(both!("generation", "generation"), descriptor.generation.to_string()),
    ];
    if let Some((_, leader)) = world.replicas(range).find(|(_, replica)| replica.is_leader())
        && let Some(why) = leader.awake_because().filter(|_| !leader.is_quiescent())
    {
        let why = awake(&why);
        let both = Both { en: "awake because".to_owned(), zh: "活跃的原因".to_owned() };
        facts.push(Fact { name: both, value: why.en, changed: true });
    }
    let mut groups = vec![FactGroup { title: both!("range", "range"), facts }];
    groups.push(FactGroup { title: both!("replicas", "副本"), facts: replicas(world, range) });
    Inspector {
        title: range.to_string(),
        what: both!("[{start}, {end})", "[{start}, {end})"),
        groups,
        actions: actions(world, range),
    }
}

fn replicas(world: &World, range: RangeId) -> Vec<Fact> {
    let row = |(store, replica): (&store::Store, &store::Replica)| {
        let applied = replica.state().map_or(0, |state| state.applied.entry.index.0);
        let value = match replica.raft() {
            None => "not loaded".to_owned(),
            Some(raft) => {
                let (role, term, last) = (raft.role(), raft.term(), raft.last().index);
                let sleeps = if replica.is_quiescent() { " ☾" } else { "" };
                format!("{role:?} · term {term} · applied {applied}/{last}{sleeps}")
            }
        };
        Fact { name: Both::same(store.id().to_string()), value, changed: false }
    };
    world.replicas(range).map(row).collect()
}

fn of_stores(world: &World) -> Inspector {
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
    actions.push(load("load", both!("20 writes a second", "每秒 20 次写"), "load 20/s"));
    actions.push(load("load", both!("no load", "停止负载"), "load 0/s"));
    actions.push(load("heal", both!("heal", "恢复网络"), "heal"));
    Inspector { actions, ..Inspector::default() }
}

fn actions(world: &World, range: RangeId) -> Vec<Action> {
    let Some(view) = world.range(range) else { return Vec::new() };
    let start = readable(&view.descriptor.start);
    let action = |word: &'static str, label: Both, line: String| Action {
        word,
        label,
        line,
        key: "",
        refused: Both::default(),
    };
    let mut actions = vec![
        action("put", both!("put {start}1 7", "写 {start}1 7"), format!("put {start}1 7")),
        action("split", both!("split at …", "分裂于…"), format!("split at {start}")),
        action("wake", both!("wake", "唤醒"), format!("wake {range}")),
    ];
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
        Awake::RecentProposal { ticks_left } => both!(
            "the last proposal was too recent, {ticks_left} ticks to go",
            "刚有过提案，还差 {ticks_left} 个 tick"
        ),
        Awake::ExpirationLease => both!("its lease must be renewed", "它的 lease 需要续期"),
        Awake::LeaseElsewhere => both!("another store holds the lease", "lease 在别的 store"),
        Awake::LeaseNotValid(_) => both!("its lease is not valid", "lease 无效"),
        Awake::PendingProposals { count } => {
            both!("{count} commands wait to be applied", "{count} 个命令等待应用")
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
