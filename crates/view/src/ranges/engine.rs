//! An engine of one store, opened up: memtable and levels, with every table where its keys are.

mod past;

use bytes::Bytes;
use lsm::{Category, Lsm, Obstacle, Origin, Span, TableMeta};
use serde::Serialize;
use sim::ranges::World;
use store::{EngineWork, StoreId, kv};

use self::past::Past;
use super::Lens;
use super::board::{bytes_text, readable};
use super::say::levels::reason;
use crate::picture::clock;
use crate::say::{both, plural};
use crate::{Both, Tone};

/// Which engine of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// That of the state machine.
    #[default]
    State,
    /// That of the Raft logs.
    Log,
}

/// An engine, level by level.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EngineSheet {
    /// "engine of s1 · state".
    pub title: Both,
    /// The store.
    pub store: u32,
    /// Which engine.
    pub which: Which,
    /// Whether the store is stopped: then this is what a start would find on its disk.
    pub stopped: bool,
    /// Whether the store has an engine of its own for logs.
    pub separate: bool,
    /// Memtable first, then the levels, top down.
    pub levels: Vec<LevelRow>,
    /// The table that is opened.
    pub opened: Option<u64>,
    /// What the opened table, or else the newest, came from; empty if there is none.
    pub about: Both,
    /// Bytes written since the store started, by category: name, bytes, part of all, tone.
    pub written: Vec<(Both, String, f32, Tone)>,
    /// All of them together.
    pub total: String,
}

/// One level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelRow {
    /// `mem`, `L0`; `L1–L5` for empty ones in a row.
    pub name: String,
    /// Its bytes.
    pub bytes: String,
    /// Its tables.
    pub tables: Vec<TableBar>,
}

/// A table in its level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableBar {
    /// Its number; 0 for a memtable.
    pub number: u64,
    /// Where its keys begin, among all keys of the engine: 0 to 1.
    pub from: f32,
    /// Where they end.
    pub to: f32,
    /// `#12 · 4.1 KB · 96 entries`.
    pub text: String,
    /// Ingested tables stand out.
    pub tone: Tone,
    /// Whether it is opened, or is the same file as the selected one beside the log.
    pub selected: bool,
    /// How many rows it fell a moment ago to where it is; 0 if it has been here for longer.
    pub fell: usize,
    /// It stood here until a moment ago: a compaction has read it, or it went down.
    pub gone: bool,
}

pub(super) fn sheet(world: &World, lens: &Lens) -> EngineSheet {
    let name = lens.store;
    let stopped = !world.is_up(name);
    let Some(engines) = world.engines(name) else {
        let title = both!("{name} is stopped", "{name} 已停机");
        return EngineSheet { title, store: name.0, stopped, ..EngineSheet::default() };
    };
    let separate = !std::ptr::eq(engines.log(), engines.state());
    let (which, engine) = match lens.engine {
        Which::Log if separate => (Which::Log, engines.log()),
        Which::Log | Which::State => (Which::State, engines.state()),
    };
    let ledger = engines.ledger();
    let is_there = |number: &u64| engine.version().tables().any(|(_, meta)| meta.number == *number);
    let opened = lens.table.filter(is_there);
    let linked = super::shelf::selected_table(engines, lens).filter(|_| which == Which::State);
    let selected: Vec<u64> = opened.into_iter().chain(linked).collect();
    let past = Past::of(engines, which, world.now());
    let share = |of: Category| written(of, ledger.get(of), ledger.total());
    EngineSheet {
        title: title(name, (which, separate), stopped),
        store: name.0,
        stopped,
        which,
        separate,
        levels: levels(engine, &selected, &past, stopped),
        opened: selected.first().copied(),
        about: about(engine, selected.first().copied(), &past, stopped),
        written: Category::ALL.iter().copied().filter(|_| !stopped).map(share).collect(),
        total: bytes_text(ledger.total()),
    }
}

fn title(name: StoreId, which: (Which, bool), stopped: bool) -> Both {
    let of = match which {
        (Which::Log, _) => both!("Raft log", "Raft 日志"),
        (Which::State, true) => both!("state", "状态机"),
        (Which::State, false) => both!("log and state", "日志与状态机"),
    };
    let (en, zh) = (of.en, of.zh);
    if stopped {
        both!("{name} is stopped · left on its disk: {en}", "{name} 已停机 · 磁盘上留下：{zh}")
    } else {
        both!("engine of {name} · {en}", "{name} 的引擎 · {zh}")
    }
}

fn levels(engine: &Lsm, selected: &[u64], past: &Past<'_>, stopped: bool) -> Vec<LevelRow> {
    let version = engine.version();
    let scale = Scale::of(engine);
    let memtables = version.sealed.iter().map(|sealed| &sealed.memtable);
    // Of a memtable that is gone its log is left.
    let name = if stopped { "WAL" } else { "mem" };
    let mut mem = LevelRow { name: name.to_owned(), bytes: String::new(), tables: Vec::new() };
    let mut bytes = 0;
    for memtable in memtables.chain([&version.memtable]) {
        bytes += memtable.bytes();
        let Some(span) = memtable.span() else { continue };
        let (size, entries) = (bytes_text(memtable.bytes()), memtable.entries());
        let s = plural(entries);
        mem.tables.push(TableBar {
            number: 0,
            from: scale.place(&span.first),
            to: scale.place(span.last.key()),
            text: format!("{size} · {entries} write{s}"),
            tone: Tone::Idle,
            selected: false,
            fell: 0,
            gone: false,
        });
    }
    mem.bytes = bytes_text(bytes);
    let level = |(number, level): (usize, &lsm::Level)| LevelRow {
        name: format!("L{number}"),
        bytes: bytes_text(level.bytes()),
        tables: {
            let gone =
                past.gone(number).map(|meta| TableBar { gone: true, ..bar(meta, &scale, &[], 0) });
            let here = level
                .tables
                .iter()
                .map(|table| bar(&table.meta, &scale, selected, past.fell(table.meta.number)));
            gone.chain(here).collect()
        },
    };
    let is_used = |(number, level): (usize, &lsm::Level)| {
        !level.tables.is_empty() || past.gone(number).next().is_some()
    };
    let deepest = (0..version.levels.len()).rev().find(|&n| is_used((n, &version.levels[n])));
    let shown = deepest.map_or(2, |deepest| (deepest + 1).max(2));
    let levels = version.levels.iter().enumerate().take(shown).map(level);
    std::iter::once(mem).chain(folded(levels)).collect()
}

/// Empty levels one below the other are one row.
fn folded(levels: impl Iterator<Item = LevelRow>) -> Vec<LevelRow> {
    let mut rows: Vec<LevelRow> = Vec::new();
    for level in levels {
        let above = rows.last_mut().filter(|above| above.tables.is_empty());
        match above.filter(|_| level.tables.is_empty()) {
            Some(above) => {
                let first = above.name.split('–').next().unwrap_or_default();
                above.name = format!("{first}–{}", level.name);
            }
            None => rows.push(level),
        }
    }
    rows
}

fn bar(meta: &TableMeta, scale: &Scale, selected: &[u64], fell: usize) -> TableBar {
    let (first, last) = bounds(&meta.span);
    let (number, size, entries) = (meta.number, bytes_text(meta.bytes), meta.entries);
    let ies = if entries == 1 { "y" } else { "ies" };
    TableBar {
        number,
        from: scale.place(&meta.span.first),
        to: scale.place(meta.span.last.key()),
        text: format!("#{number} · {size} · {entries} entr{ies} · {first} – {last}"),
        tone: match meta.origin {
            Origin::Flush => Tone::Truth,
            Origin::Compaction => Tone::Election,
            Origin::Ingestion => Tone::Bulk,
        },
        selected: selected.contains(&number),
        fell,
        gone: false,
    }
}

/// What the opened table came from and why it lies where it does; else what the engine did last.
fn about(engine: &Lsm, opened: Option<u64>, past: &Past<'_>, stopped: bool) -> Both {
    if stopped && opened.is_none() {
        return both!(
            "The memtable is gone with the process. Its log is left as far as it was synced, and the tables all are: a start reads the log back into a memtable.",
            "memtable 随进程消失。已同步的日志和所有 table 都还在：启动时由日志恢复 memtable。"
        );
    }
    match (opened, past.last().map(|worked| &worked.work)) {
        (Some(number), _) => of_table(engine, number, past),
        (None, Some(EngineWork::Ingest(placed))) => of_table(engine, placed.meta.number, past),
        (None, Some(EngineWork::Job { job, .. })) => {
            let Both { en, zh } = reason(job);
            both!("Last: {en}", "最近：{zh}")
        }
        (None, None) => {
            let newest = engine.version().tables().map(|(_, meta)| meta.number).max();
            newest.map_or_else(Both::default, |number| of_table(engine, number, past))
        }
    }
}

/// What a table came from, and what moved it since.
fn of_table(engine: &Lsm, number: u64, past: &Past<'_>) -> Both {
    let is_it = |(_, meta): &(usize, &TableMeta)| meta.number == number;
    let Some((level, meta)) = engine.version().tables().find(is_it) else {
        return Both::default();
    };
    let Both { en, zh } = match (meta.origin, past.made(number)) {
        (Origin::Flush | Origin::Compaction, Some(job)) => {
            let Both { en, zh } = reason(job);
            both!("Table {number} in L{level}: {en}", "L{level} 的 table {number}：{zh}")
        }
        (Origin::Flush, None) => both!(
            "Table {number} in L{level} is a memtable that was written out.",
            "L{level} 的 table {number} 由一个 memtable 写出。"
        ),
        (Origin::Compaction, None) => both!(
            "Table {number} in L{level} was merged from older ones.",
            "L{level} 的 table {number} 由更旧的 table 合并而成。"
        ),
        (Origin::Ingestion, _) => {
            let (first, last) = bounds(&meta.span);
            let Both { en, zh } = depth(engine, level, &meta.span);
            both!(
                "Table {number} was taken in whole, keys {first} to {last}: no byte of it was rewritten. It lies in L{level}: {en}.",
                "Table {number} 被整个 ingest，键从 {first} 到 {last}：没有重写任何字节。它在 L{level}：{zh}。"
            )
        }
    };
    let Some(moved) = past.moved(number) else { return Both { en, zh } };
    let Both { en: since, zh: since_zh } = reason(moved);
    both!("{en} It came down since: {since}", "{zh}之后下移：{since_zh}")
}

/// Why an ingested table lies no deeper.
fn depth(engine: &Lsm, level: usize, span: &Span) -> Both {
    let below = engine.below(level, span).unwrap_or_default();
    match below.stopped_by {
        Some(obstacle) => obstacle_words(obstacle),
        None if below.spanned.is_empty() => {
            both!("no key, version included, is in its way", "没有任何键（连同版本）阻碍它")
        }
        None => both!(
            "tables further down reach across its keys, though they have none of them",
            "更深的 table 跨过了这些键，虽然并不含有它们"
        ),
    }
}

/// What keeps an ingested table from going deeper.
pub(super) fn obstacle_words(obstacle: Obstacle) -> Both {
    let Obstacle::Data { level, table } = obstacle;
    both!(
        "table {table} in L{level} has keys of the same span",
        "L{level} 的 table {table} 有同一区间的键"
    )
}

/// The ends of a span, as a person reads them.
fn bounds(span: &Span) -> (String, String) {
    (stored_key(&span.first), stored_key(span.last.key()))
}

/// A key with its version, since the order of the engine is that of both: the newest version of a key
/// comes first. Of what is no version, all of it.
fn stored_key(stored: &[u8]) -> String {
    kv::version_of(stored, &[]).map_or_else(
        || readable(stored),
        |version| format!("{}@{}", readable(&version.key), clock(version.timestamp)),
    )
}

#[expect(clippy::cast_precision_loss, reason = "a bar has at most hundreds of pixels")]
fn written(category: Category, bytes: u64, total: u64) -> (Both, String, f32, Tone) {
    let (name, tone) = self::category(category);
    (name, bytes_text(bytes), bytes as f32 / total.max(1) as f32, tone)
}

/// What bytes are written for: its name and its tone.
pub(super) fn category(category: Category) -> (Both, Tone) {
    match category {
        Category::Wal => (Both::same("WAL"), Tone::Lead),
        Category::Flush => (Both::same("flush"), Tone::Truth),
        Category::Compaction => (Both::same("compaction"), Tone::Election),
        Category::Sideload => (Both::same("sideload"), Tone::Bulk),
        Category::Ingest => (both!("ingest copy", "ingest 复制"), Tone::Ink),
        Category::Snapshot => (Both::same("snapshot"), Tone::Bulk),
        Category::Manifest => (Both::same("manifest"), Tone::Idle),
    }
}

/// Places keys on a line: evenly by the bounds of the tables, so that no prefix hides the rest.
struct Scale(Vec<Bytes>);

impl Scale {
    fn of(engine: &Lsm) -> Self {
        let version = engine.version();
        let memtables = version.sealed.iter().map(|sealed| &sealed.memtable);
        let of_memory = memtables.chain([&version.memtable]).filter_map(lsm::Memtable::span);
        let of_tables = version.tables().map(|(_, meta)| meta.span.clone());
        let ends = |span: Span| [span.first, span.last.key().clone()];
        let mut bounds: Vec<Bytes> = of_memory.chain(of_tables).flat_map(ends).collect();
        bounds.sort();
        bounds.dedup();
        Self(bounds)
    }

    #[expect(clippy::cast_precision_loss, reason = "there are at most thousands of tables")]
    fn place(&self, key: &[u8]) -> f32 {
        let before = self.0.partition_point(|bound| **bound < *key);
        before as f32 / (self.0.len().saturating_sub(1)).max(1) as f32
    }
}
