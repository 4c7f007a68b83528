//! A backup that comes back into the ranges there are: which piece is next, what was asked for.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use bytes::Bytes;
use store::kv::IngestAs;
use store::restore::RestoreMode;
use store::{RangeDescriptor, RangeId, Request, RequestId, Sideloading};

use super::Rows;
use super::table::{made_key, made_table};

/// A backup, and how it comes back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Backup {
    /// Tables for each range.
    pub tables: u32,
    /// Rows in each table.
    pub rows: u32,
    /// Bytes of each value.
    pub value_bytes: u32,
    /// What a table travels as.
    pub mode: RestoreMode,
    /// Into which ranges; all if none is named.
    pub ranges: Vec<RangeId>,
}

impl Backup {
    /// The most tables for each range.
    pub const TABLES_MAX: u32 = 16;
    /// The most rows in each table.
    pub const ROWS_MAX: u32 = 256;
}

/// As its command is written, after `restore`.
impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tables, rows, value_bytes, mode, ranges } = self;
        write!(f, "tables {tables} rows {rows}")?;
        if *value_bytes != Rows::VALUE_BYTES {
            write!(f, " bytes {value_bytes}")?;
        }
        f.write_str(match mode {
            RestoreMode::WriteBatches => " as batches",
            RestoreMode::TablesInLog => " as logged",
            RestoreMode::Sideloaded => " as sideloaded",
        })?;
        f.write_str(if ranges.is_empty() { "" } else { " over" })?;
        ranges.iter().try_for_each(|range| write!(f, " {range}"))
    }
}

/// What clients wait for that takes many requests, or none.
#[derive(Clone, Debug, Default)]
pub(super) struct Bulk {
    /// The backup on its way back, if there is one.
    pub(super) restoring: Option<Rc<Restoring>>,
    /// Ranges that were sorted: their answers are on the way.
    pub(super) sorting: BTreeSet<RequestId>,
}

/// Rows that travel together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    /// What their keys begin with: the first key of the range that the backup was made of.
    from: Bytes,
    first: u32,
    /// The row after the last one.
    last: u32,
}

/// A backup on its way back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Restoring {
    how: IngestAs,
    value_bytes: u32,
    waiting: VecDeque<Piece>,
    asked: BTreeMap<RequestId, Piece>,
    pieces: u32,
    rows: u32,
}

impl Restoring {
    /// Nothing is restored yet: a table of each range, then the next one of each.
    pub(super) fn new(backup: &Backup, ranges: &[&RangeDescriptor]) -> Self {
        let pieces = |range: &&RangeDescriptor| {
            let rows = backup.tables * backup.rows;
            let fits = |number: &u32| range.contains(&made_key(&range.start, *number));
            let fitting = (0..rows).find(|number| !fits(number)).unwrap_or(rows);
            let piece = |first: u32| {
                let last = fitting.min(first + backup.rows);
                Piece { from: range.start.clone(), first, last }
            };
            let firsts = (0..fitting).step_by(backup.rows.max(1) as usize);
            firsts.map(piece).collect::<Vec<_>>()
        };
        let mut waiting: Vec<Piece> = ranges.iter().flat_map(pieces).collect();
        waiting.sort_by_key(|piece| piece.first);
        let how = match backup.mode {
            RestoreMode::WriteBatches => IngestAs::Writes,
            RestoreMode::TablesInLog => IngestAs::TableKept(Sideloading::Off),
            RestoreMode::Sideloaded => IngestAs::TableKept(Sideloading::On),
        };
        let (waiting, asked) = (waiting.into(), BTreeMap::new());
        Self { how, value_bytes: backup.value_bytes, waiting, asked, pieces: 0, rows: 0 }
    }

    /// The next piece, and what to ask for; `None` as long as nothing may be asked. Of the rows of a range one
    /// piece is on its way at a time.
    pub(super) fn next(&mut self) -> Option<(Piece, Request)> {
        let is_idle = |piece: &Piece| self.asked.values().all(|other| other.from != piece.from);
        let at = self.waiting.iter().position(is_idle)?;
        let piece = self.waiting.remove(at)?;
        let Piece { from, first, last } = &piece;
        let (start, end) = (made_key(from, *first), after(&made_key(from, *last - 1)));
        let table = made_table(from, *first..*last, self.value_bytes)?;
        let request = Request::AddSstable { start, end, table, how: self.how };
        Some((piece, request))
    }

    /// It is asked for under this name.
    pub(super) fn ask(&mut self, id: RequestId, piece: Piece) {
        self.asked.insert(id, piece);
    }

    pub(super) fn has_asked(&self, id: RequestId) -> bool {
        self.asked.contains_key(&id)
    }

    /// A piece is there.
    pub(super) fn done(&mut self, id: RequestId) {
        if let Some(piece) = self.asked.remove(&id) {
            self.pieces += 1;
            self.rows += piece.last - piece.first;
        }
    }

    /// A piece is to be asked for once more.
    pub(super) fn again(&mut self, id: RequestId) {
        self.waiting.extend(self.asked.remove(&id));
    }

    /// A range ends within a piece, as these say: it becomes two.
    pub(super) fn divide(&mut self, id: RequestId, ranges: &[RangeDescriptor]) {
        let Some(piece) = self.asked.remove(&id) else { return };
        let Piece { from, first, last } = &piece;
        let holds = |range: &&RangeDescriptor| range.contains(&made_key(from, *first));
        let ends = ranges.iter().find(holds).and_then(|range| {
            (first + 1..*last).find(|&number| range.end <= made_key(from, number))
        });
        let Some(end) = ends else { return self.waiting.push_back(piece) };
        self.waiting.push_front(Piece { first: end, ..piece.clone() });
        self.waiting.push_front(Piece { last: end, ..piece });
    }

    /// Whether all of it is there.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty()
    }

    /// The pieces that are there, and their rows.
    pub(super) fn sum(&self) -> (u32, u32) {
        (self.pieces, self.rows)
    }
}

/// The first key behind this one.
fn after(key: &Bytes) -> Bytes {
    [key, &[0][..]].concat().into()
}
