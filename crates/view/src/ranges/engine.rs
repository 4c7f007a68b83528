//! An engine of one store, opened up: memtable and levels, with every table where its keys are.

use bytes::Bytes;
use lsm::{Category, Lsm, Obstacle, Origin, Span, TableMeta};
use serde::Serialize;
use sim::ranges::World;
use store::kv;

use super::Lens;
use super::board::{bytes_text, readable};
use crate::say::both;
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
}

pub(super) fn sheet(world: &World, lens: &Lens) -> EngineSheet {
    let (name, store) = (lens.store, world.store(lens.store));
    let Some(store) = store else {
        let title = both!("{name} is stopped", "{name} 已停机");
        let about = both!(
            "Nothing of its engines is in memory. Their files wait on its disk.",
            "引擎不在内存里，文件还在它的磁盘上。"
        );
        return EngineSheet { title, store: name.0, about, ..EngineSheet::default() };
    };
    let engines = store.engines();
    let separate = !std::ptr::eq(engines.log(), engines.state());
    let (which, engine) = match lens.engine {
        Which::Log if separate => (Which::Log, engines.log()),
        Which::Log | Which::State => (Which::State, engines.state()),
    };
    let title = match which {
        Which::Log => both!("engine of {name} · Raft log", "{name} 的引擎 · Raft 日志"),
        Which::State if separate => both!("engine of {name} · state", "{name} 的引擎 · 状态机"),
        Which::State => {
            both!("engine of {name} · log and state", "{name} 的引擎 · 日志与状态机")
        }
    };
    let ledger = engines.ledger();
    let is_there = |number: &u64| engine.version().tables().any(|(_, meta)| meta.number == *number);
    let opened = lens.table.filter(is_there);
    let linked = super::shelf::selected_table(store, lens).filter(|_| which == Which::State);
    let selected: Vec<u64> = opened.into_iter().chain(linked).collect();
    EngineSheet {
        title,
        store: name.0,
        which,
        separate,
        levels: levels(engine, &selected),
        opened: selected.first().copied(),
        about: about(engine, selected.first().copied()),
        written: Category::ALL
            .iter()
            .map(|&of| written(of, ledger.get(of), ledger.total()))
            .collect(),
        total: bytes_text(ledger.total()),
    }
}

fn levels(engine: &Lsm, selected: &[u64]) -> Vec<LevelRow> {
    let version = engine.version();
    let scale = Scale::of(engine);
    let memtables = version.sealed.iter().map(|sealed| &sealed.memtable);
    let mut mem = LevelRow { name: "mem".to_owned(), bytes: String::new(), tables: Vec::new() };
    let mut bytes = 0;
    for memtable in memtables.chain([&version.memtable]) {
        bytes += memtable.bytes();
        let Some(span) = memtable.span() else { continue };
        let (size, entries) = (bytes_text(memtable.bytes()), memtable.entries());
        mem.tables.push(TableBar {
            number: 0,
            from: scale.place(&span.first),
            to: scale.place(span.last.key()),
            text: format!("{size} · {entries} writes"),
            tone: Tone::Idle,
            selected: false,
        });
    }
    mem.bytes = bytes_text(bytes);
    let level = |(number, level): (usize, &lsm::Level)| LevelRow {
        name: format!("L{number}"),
        bytes: bytes_text(level.bytes()),
        tables: level.tables.iter().map(|table| bar(&table.meta, &scale, selected)).collect(),
    };
    let deepest = version.levels.iter().rposition(|level| !level.tables.is_empty());
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

fn bar(meta: &TableMeta, scale: &Scale, selected: &[u64]) -> TableBar {
    let (number, size, entries) = (meta.number, bytes_text(meta.bytes), meta.entries);
    TableBar {
        number,
        from: scale.place(&meta.span.first),
        to: scale.place(meta.span.last.key()),
        text: format!("#{number} · {size} · {entries} entries"),
        tone: match meta.origin {
            Origin::Flush => Tone::Truth,
            Origin::Compaction => Tone::Election,
            Origin::Ingestion => Tone::Bulk,
        },
        selected: selected.contains(&number),
    }
}

/// What a table came from; the newest if none is opened.
fn about(engine: &Lsm, opened: Option<u64>) -> Both {
    let is_it = |(_, meta): &(usize, &TableMeta)| Some(meta.number) == opened;
    let newest = || engine.version().tables().max_by_key(|(_, meta)| meta.number);
    let Some((level, meta)) = engine.version().tables().find(is_it).or_else(newest) else {
        return Both::default();
    };
    let (number, first, last) =
        (meta.number, user_key(&meta.span.first), user_key(meta.span.last.key()));
    match meta.origin {
        Origin::Flush => both!(
            "Table {number} in L{level} is a memtable that was written out.",
            "L{level} 的 table {number} 由一个 memtable 写出。"
        ),
        Origin::Compaction => both!(
            "Table {number} in L{level} was merged from older ones.",
            "L{level} 的 table {number} 由更旧的 table 合并而成。"
        ),
        Origin::Ingestion => {
            let Both { en, zh } = depth(engine, level, &meta.span);
            both!(
                "Table {number} was taken in whole, keys {first} to {last}: no byte of it was rewritten. It lies in L{level}: {en}.",
                "Table {number} 被整个 ingest，键从 {first} 到 {last}：没有重写任何字节。它在 L{level}：{zh}。"
            )
        }
    }
}

/// Why an ingested table lies no deeper.
fn depth(engine: &Lsm, level: usize, span: &Span) -> Both {
    let below = engine.below(level, span).unwrap_or_default();
    match below.stopped_by {
        Some(obstacle) => obstacle_words(obstacle),
        None if below.spanned.is_empty() => both!("nothing is in its way", "没有任何阻碍"),
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

/// The key of a version as a person reads it; of what is no version, all of it.
fn user_key(stored: &[u8]) -> String {
    kv::version_of(stored, &[]).map_or_else(|| readable(stored), |version| readable(&version.key))
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
