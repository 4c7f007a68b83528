//! The key space, and the replicas on each store.

use lsm::Lsm;
use raft::Role as RaftRole;
use sim::ranges::{RangeView, World};
use store::{Engines, Replica, StoreId};

use super::{Board, Drawer, Lens, RangeCell, Role, StoreCard, Tile};
use crate::say::{both, plural};
use crate::{Both, Head, Tone};

/// The line at the top.
pub(super) fn head(world: &World, ranges: &[RangeView<'_>]) -> Head {
    let (stores, up) = (world.store_ids().count(), world.stores().count());
    let asleep = ranges.iter().filter(|range| range.is_asleep()).count();
    let (ranges, _) = ranges_of(world);
    let s = plural(ranges);
    let (rules_broken, rules) = super::rules::line(world);
    Head {
        rules_broken,
        rules,
        up,
        nodes: stores,
        summary: both!(
            "{ranges} range{s} · {asleep} asleep · {up}/{stores} stores up",
            "{ranges} 个 range · {asleep} 个静默 · {up}/{stores} 个 store 在线"
        ),
        ..Head::default()
    }
}

/// How many ranges there are, and how many more that nodes write into that they live.
pub(super) fn ranges_of(world: &World) -> (usize, usize) {
    let (mut all, mut liveness) = (0, 0);
    for range in world.descriptors() {
        all += 1;
        liveness += usize::from(range.holds_liveness());
    }
    (all - liveness, liveness)
}

/// The same in words: the range that never sleeps is named.
fn counted((count, liveness): (usize, usize)) -> Both {
    let s = plural(count);
    if liveness == 0 {
        both!("{count} range{s}", "{count} 个 range")
    } else {
        both!("{count} range{s} and liveness", "{count} 个 range 和 liveness")
    }
}

pub(super) fn board(world: &World, ranges: &[RangeView<'_>], lens: &Lens) -> Board {
    let mut stores: Vec<StoreCard> =
        world.store_ids().map(|id| store(world, id, ranges, lens)).collect();
    measure(&mut stores);
    let mut places: Vec<(usize, &RangeView<'_>)> = ranges.iter().enumerate().collect();
    places.sort_by_key(|(_, range)| &range.descriptor.start);
    let keys: Vec<RangeCell> =
        places.into_iter().map(|(slot, range)| cell(range, slot, lens)).collect();
    let selected = ranges.iter().find(|range| lens.selection.range() == Some(range.range()));
    let counts = ranges_of(world);
    let title = selected.map_or_else(|| untitled(counts), title);
    Board { title, ranges: counts.0, keys, stores }
}

fn untitled(counts: (usize, usize)) -> Both {
    let Both { en, zh } = counted(counts);
    both!("key space · {en}", "键空间 · {zh}")
}

/// The selected range in words.
fn title(range: &RangeView<'_>) -> Both {
    let descriptor = range.descriptor;
    let (name, start, end) =
        (range.range(), readable(&descriptor.start), readable(&descriptor.end));
    let holder = range.leaseholder.map_or_else(
        || both!("no lease", "没有 lease"),
        |holder| both!("lease {holder}", "lease 在 {holder}"),
    );
    let sleep = match range.is_asleep() {
        _ if descriptor.holds_liveness() => {
            both!(" · nodes' liveness, never asleep", " · 节点 liveness，从不静默")
        }
        true => both!(" · asleep", " · 静默"),
        false => Both::default(),
    };
    let (holder_en, sleep_en, holder_zh, sleep_zh) = (holder.en, sleep.en, holder.zh, sleep.zh);
    both!(
        "{name} [{start}, {end}) · {holder_en}{sleep_en}",
        "{name} [{start}, {end}) · {holder_zh}{sleep_zh}"
    )
}

fn cell(range: &RangeView<'_>, slot: usize, lens: &Lens) -> RangeCell {
    let (descriptor, name) = (range.descriptor, range.range());
    let start =
        if descriptor.holds_liveness() { "♥".to_owned() } else { readable(&descriptor.start) };
    RangeCell {
        range: name.0,
        slot,
        asleep: range.is_asleep(),
        leaseholder: range.leaseholder.map(|store| store.0),
        available: range.running * 2 > descriptor.replicas.len(),
        selected: lens.selection.range() == Some(name),
        start,
    }
}

/// Longer keys and values than anybody types are cut, and their length is told.
const READABLE_MAX: usize = 64;
const READABLE_CUT: usize = 24;

/// A key as a person reads it.
pub(super) fn readable(key: &[u8]) -> String {
    match key.get(..READABLE_CUT) {
        Some(start) if READABLE_MAX < key.len() => {
            format!("{}… ({})", start.escape_ascii(), bytes_text(key.len() as u64))
        }
        // Most keys are words, and a board has hundreds.
        _ if key.iter().all(u8::is_ascii_alphanumeric) => String::from_utf8_lossy(key).into_owned(),
        _ => key.escape_ascii().to_string(),
    }
}

fn store(world: &World, id: StoreId, ranges: &[RangeView<'_>], lens: &Lens) -> StoreCard {
    let mut tiles = vec![Tile::default(); ranges.len()];
    let cut = |other: &StoreId| world.link(id, *other).cut || world.link(*other, id).cut;
    let others = world.store_ids().filter(|other| *other != id);
    let cut_off_from: Vec<u32> = others.filter(cut).map(|other| other.0).collect();
    let engines = world.engines(id);
    let drawers = engines.map(drawers).unwrap_or_default();
    let shelf = engines.map(|engines| super::shelf::files(engines, lens)).unwrap_or_default();
    let Some(store) = world.store(id) else {
        return StoreCard {
            id: id.0,
            name: id.to_string(),
            up: false,
            cut_off_from,
            note: both!("stopped", "已停机"),
            tiles,
            drawers,
            shelf,
            syncing: false,
        };
    };
    let (mut leases, mut awake) = (0, 0);
    // Both are in order of the ranges' names.
    let mut slots = ranges.iter().enumerate().peekable();
    for replica in store.replicas() {
        while slots.next_if(|(_, range)| range.range() < replica.range()).is_some() {}
        let Some((slot, range)) = slots.next_if(|(_, range)| range.range() == replica.range())
        else {
            continue;
        };
        let tile = tile(replica, range.leaseholder == Some(id));
        leases += usize::from(tile.lease);
        awake += usize::from(!tile.asleep && tile.role != Role::Lazy);
        tiles[slot] = tile;
    }
    StoreCard {
        id: id.0,
        name: id.to_string(),
        up: true,
        note: note(leases, awake, &cut_off_from),
        cut_off_from,
        tiles,
        drawers,
        shelf,
        syncing: world.syncs().any(|sync| sync.store == id),
    }
}

fn note(leases: usize, awake: usize, cut_off_from: &[u32]) -> Both {
    let s = plural(leases);
    if cut_off_from.is_empty() {
        return both!("{leases} lease{s} · {awake} awake", "{leases} 个 lease · {awake} 个活跃");
    }
    let names: Vec<String> = cut_off_from.iter().map(|store| format!("s{store}")).collect();
    let names = names.join(" ");
    both!("{leases} lease{s} · cut off from {names}", "{leases} 个 lease · 与 {names} 断开")
}

fn tile(replica: &Replica, lease: bool) -> Tile {
    let applied = replica.state().map_or(0, |state| state.applied.entry.index.0);
    let Some(raft) = replica.raft() else {
        return Tile { role: Role::Lazy, asleep: true, lease, applied, ..Tile::default() };
    };
    let role = match raft.role() {
        _ if replica.state().is_none() => Role::Uninitialized,
        RaftRole::Leader => Role::Leader,
        RaftRole::Candidate | RaftRole::PreCandidate => Role::Candidate,
        RaftRole::Follower => Role::Follower,
    };
    Tile {
        role,
        asleep: replica.is_quiescent(),
        lease,
        term: raft.term().0,
        applied,
        last: raft.last().index.0,
    }
}

/// What lies on a store's disk, in live files of each kind.
fn drawers(engines: &Engines) -> Vec<Drawer> {
    let (mut log, mut state, mut temp) = (0, 0, 0);
    for file in engines.vfs().links() {
        if file.name.starts_with("log/") {
            log += file.bytes;
        } else if file.name.starts_with("state/") {
            state += file.bytes;
        } else if file.name.starts_with("temp/") {
            temp += file.bytes;
        }
    }
    let drawer = |name: Both, engine: &Lsm, bytes: u64, tone: Tone| Drawer {
        durable: durable(engine),
        name,
        bytes,
        text: bytes_text(bytes),
        part: 0.0,
        tone,
    };
    let mut drawers = if std::ptr::eq(engines.log(), engines.state()) {
        vec![drawer(both!("Log+state", "日志+状态"), engines.state(), state, Tone::Truth)]
    } else {
        vec![
            drawer(both!("Raft log", "Raft 日志"), engines.log(), log, Tone::Lead),
            drawer(both!("State", "状态机"), engines.state(), state, Tone::Truth),
        ]
    };
    // Nobody sorts most of the time.
    if let Some(engine) = engines.temp() {
        drawers.push(drawer(both!("Temp", "临时"), engine, temp, Tone::Idle));
    }
    drawers
}

/// How far an engine's log is durable, and its newest table, which is from the start.
fn durable(engine: &Lsm) -> [u64; 3] {
    let log = engine.durable();
    let newest = engine.version().tables().map(|(_, meta)| meta.number).max();
    [log.number, log.bytes, newest.unwrap_or_default()]
}

/// Bars of one kind are compared with each other on all stores.
#[expect(clippy::cast_precision_loss, reason = "a bar has at most thousands of pixels")]
fn measure(stores: &mut [StoreCard]) {
    let most = |stores: &[StoreCard]| {
        let drawers = stores.iter().flat_map(|store| &store.drawers);
        drawers.map(|drawer| drawer.bytes).max().unwrap_or(0).max(1)
    };
    let most = most(stores) as f32;
    for drawer in stores.iter_mut().flat_map(|store| &mut store.drawers) {
        drawer.part = drawer.bytes as f32 / most;
    }
}

/// "96 B", "212 KB", "48.1 MB".
pub(super) fn bytes_text(bytes: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    let tenths = |unit: u64| (bytes * 10 / unit / 10, bytes * 10 / unit % 10);
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..MB if bytes >= 100 * KB => format!("{} KB", bytes / KB),
        KB..MB => {
            let (whole, tenth) = tenths(KB);
            format!("{whole}.{tenth} KB")
        }
        _ => {
            let (whole, tenth) = tenths(MB);
            format!("{whole}.{tenth} MB")
        }
    }
}
