//! Which work is worth doing next: a pure question about a version.

use alloc::{sync::Arc, vec::Vec};
use core::cmp::Reverse;

use crate::{
    Config, Span,
    version::{LevelTable, Sealing, Version},
};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Nothing needs to be done.
    Rest,
    /// The oldest full memtable becomes a table in level 0.
    Flush {
        /// Why it was sealed.
        why: Sealing,
        /// Its writes.
        entries: u64,
        /// What it takes up, in bytes.
        bytes: u64,
    },
    /// Tables go down a level.
    Compact(Compaction),
}

/// Tables that go down a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compaction {
    /// The level that they leave.
    pub from: usize,
    /// The level below it, which they reach.
    pub to: usize,
    /// The tables that leave, by number.
    pub inputs: Vec<u64>,
    /// The tables of the level below that they are merged with, by number. Without any, and if they
    /// do not overlap each other, the inputs move as they are: no byte is written.
    pub overlapped: Vec<u64>,
    /// Whether they move as they are.
    pub is_move: bool,
    /// Why this has to be done, and before anything else.
    pub why: Why,
}

/// Why a level has to give something away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Every read has to look into each table of level 0.
    TooManyTables {
        /// So many there are.
        tables: usize,
        /// So many are too many.
        trigger: usize,
    },
    /// A level is larger than it should be; the table that meets least below goes first.
    TooManyBytes {
        /// So many it has.
        bytes: u64,
        /// So many it should have at most.
        target: u64,
        /// Bytes below that the table has to be merged with.
        overlapped_bytes: u64,
    },
}

impl Config {
    /// How many bytes a level should have at most; level 0 is judged by its tables.
    pub fn target_bytes(&self, level: usize) -> u64 {
        let power = u32::try_from(level.saturating_sub(1)).unwrap_or(u32::MAX);
        self.level1_bytes.saturating_mul(self.level_factor.saturating_pow(power))
    }

    /// How full a level is, in thousandths; at 1,000 it has to give something away.
    pub fn score(&self, version: &Version, level: usize) -> u64 {
        let Some(tables) = version.levels.get(level) else { return 0 };
        let (size, limit) = if level == 0 {
            (tables.tables.len() as u64, self.level0_tables as u64)
        } else {
            (tables.bytes(), self.target_bytes(level))
        };
        size.saturating_mul(1000) / limit.max(1)
    }
}

/// What to do next, and why. Flushes come first; then the level that is fullest for its size.
pub fn choose(version: &Version, config: &Config) -> Choice {
    if let Some(oldest) = version.sealed.first() {
        let (entries, bytes) = (oldest.memtable.entries(), oldest.memtable.bytes());
        return Choice::Flush { why: oldest.why, entries, bytes };
    }
    // The last level has nothing below it.
    let levels = 0..version.levels.len().saturating_sub(1);
    let fullest = levels.max_by_key(|level| (config.score(version, *level), Reverse(*level)));
    let Some(from) = fullest.filter(|level| 1000 <= config.score(version, *level)) else {
        return Choice::Rest;
    };
    let compaction = if from == 0 { pile(version, config) } else { run(version, config, from) };
    compaction.map_or(Choice::Rest, Choice::Compact)
}

/// The oldest table of level 0, and all others there that overlap with it, or with those.
fn pile(version: &Version, config: &Config) -> Option<Compaction> {
    let level = version.levels.first()?;
    let oldest = level.tables.first()?;
    let mut span = oldest.meta.span.clone();
    let mut inputs = Vec::from([Arc::clone(oldest)]);
    loop {
        let is_new = |table: &&Arc<LevelTable>| {
            table.meta.span.overlaps(&span)
                && inputs.iter().all(|input| input.meta.number != table.meta.number)
        };
        let Some(table) = level.tables.iter().find(is_new) else { break };
        let table = Arc::clone(table);
        span = span.join(&table.meta.span);
        inputs.push(table);
    }
    let overlapped = version.levels.get(1)?.overlapping(&span);
    let why = Why::TooManyTables { tables: level.tables.len(), trigger: config.level0_tables };
    Some(Compaction {
        from: 0,
        to: 1,
        is_move: inputs.len() == 1 && overlapped.is_empty(),
        inputs: numbers(&inputs),
        overlapped: numbers(overlapped),
        why,
    })
}

/// The table of a sorted run that meets least below, for its size.
fn run(version: &Version, config: &Config, from: usize) -> Option<Compaction> {
    let (level, below) = (version.levels.get(from)?, version.levels.get(from + 1)?);
    let met_bytes = |span: &Span| {
        let tables = below.overlapping(span);
        tables.iter().map(|table| table.meta.bytes).sum::<u64>()
    };
    let cost = |table: &Arc<LevelTable>| {
        met_bytes(&table.meta.span).saturating_mul(1000) / table.meta.bytes.max(1)
    };
    let table = level.tables.iter().min_by_key(|table| cost(table))?;
    let overlapped = below.overlapping(&table.meta.span);
    let why = Why::TooManyBytes {
        bytes: level.bytes(),
        target: config.target_bytes(from),
        overlapped_bytes: met_bytes(&table.meta.span),
    };
    Some(Compaction {
        from,
        to: from + 1,
        is_move: overlapped.is_empty(),
        inputs: Vec::from([table.meta.number]),
        overlapped: numbers(overlapped),
        why,
    })
}

fn numbers(tables: &[Arc<LevelTable>]) -> Vec<u64> {
    tables.iter().map(|table| table.meta.number).collect()
}
