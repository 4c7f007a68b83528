//! RESTORE: a backup comes back as many requests, each a piece of a range's rows.
//!
//! A [`Restore`] says what to ask next and is told what came of it; who carries that is not its
//! business. [`measure`] carries it on a [cluster](crate::cluster) and counts every byte that the
//! replicas write for it.

mod measure;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;
use det::{Span, Time};
use lsm::{TableBuilder, TableOptions};

pub use self::measure::{Report, Setup, StoreReport, measure, reference};
use crate::kv::IngestAs;
use crate::{ClientReply, ClientRequest, RangeDescriptor, RangeId, Request, RequestId, StoreId};

/// What a piece of a backup travels as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestoreMode {
    /// A batch of writes, which log and state engine each write and compact.
    WriteBatches,
    /// A table in the log, which the log engine writes and compacts and the state engine takes in.
    TablesInLog,
    /// A table beside the log, which the state engine takes in.
    Sideloaded,
}

/// In which order pieces are restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestoreOrder {
    /// In order of their keys, one at a time.
    KeyOrdered,
    /// In all ranges at once, one piece of each at a time.
    Interleaved,
}

/// A backup: rows in tables, so many for each of so many ranges that lie next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Backup {
    /// How many ranges.
    pub ranges: u32,
    /// Tables for each range.
    pub tables: u32,
    /// Rows in each table.
    pub rows: u32,
    /// Bytes of each value.
    pub value_bytes: usize,
}

impl Backup {
    /// The bytes of all keys and values.
    pub fn bytes(&self) -> u64 {
        let row_bytes = key(0, 0).len() + self.value_bytes;
        u64::from(self.ranges) * u64::from(self.rows_of_range()) * row_bytes as u64
    }

    /// The ranges that it is restored into, with a replica on each of these stores.
    pub fn descriptors(&self, stores: &[StoreId]) -> Vec<RangeDescriptor> {
        let range = |at| RangeDescriptor::new(range_id(at), key(at, 0), key(at + 1, 0), stores);
        (0..self.ranges).map(range).collect()
    }

    fn rows_of_range(&self) -> u32 {
        self.tables * self.rows
    }

    /// The rows of a piece as a table.
    fn table(&self, piece: Piece) -> Bytes {
        let mut builder = TableBuilder::external(TableOptions::default());
        let mut value = Vec::with_capacity(self.value_bytes);
        for row in piece.first..piece.last {
            value.clear();
            // Nobody compresses it, so it may as well be read.
            while value.len() < self.value_bytes {
                value.extend_from_slice(format!("row {row} of range {}. ", piece.range).as_bytes());
            }
            value.truncate(self.value_bytes);
            builder.put(&key(piece.range, row), &value).expect("rows come in order of their keys");
        }
        builder.finish().expect("a piece has rows").0
    }
}

fn range_id(at: u32) -> RangeId {
    RangeId(u64::from(at) + 1)
}

fn key(range: u32, row: u32) -> Bytes {
    format!("t{range:04}/{row:06}").into()
}

/// Rows of a range that travel together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// The range, counted from zero.
    range: u32,
    first: u32,
    /// The row after the last one.
    last: u32,
}

/// A backup on its way back.
#[derive(Clone, Debug)]
pub struct Restore {
    backup: Backup,
    how: IngestAs,
    /// How many pieces may be on their way.
    width: usize,
    waiting: VecDeque<Piece>,
    asked: BTreeMap<RequestId, (Piece, Time)>,
    next: u64,
    done: usize,
}

impl Restore {
    /// What is not answered after this span is asked again: writing a row twice does no harm.
    pub const PATIENCE: Span = Span(10_000_000);

    /// Rows that travel together as a batch of writes, as a table with more of them would fill a
    /// memtable.
    const BATCH_ROWS: u32 = 27;

    /// Nothing is restored yet.
    pub fn new(backup: Backup, mode: RestoreMode, order: RestoreOrder) -> Self {
        let (rows, how) = match mode {
            RestoreMode::WriteBatches => (Self::BATCH_ROWS.min(backup.rows), IngestAs::Writes),
            RestoreMode::TablesInLog | RestoreMode::Sideloaded => (backup.rows, IngestAs::Table),
        };
        let of_range = |range| {
            let firsts = (0..backup.rows_of_range()).step_by(rows.max(1) as usize);
            let last = move |first: u32| (first + rows).min(backup.rows_of_range());
            firsts.map(move |first| Piece { range, first, last: last(first) })
        };
        let mut waiting: Vec<Piece> = (0..backup.ranges).flat_map(of_range).collect();
        let width = match order {
            RestoreOrder::KeyOrdered => 1,
            RestoreOrder::Interleaved => {
                waiting.sort_by_key(|piece| piece.first);
                backup.ranges as usize
            }
        };
        let (waiting, asked) = (waiting.into(), BTreeMap::new());
        Self { backup, how, width, waiting, asked, next: 0, done: 0 }
    }

    /// The next request, for the leaseholder of its range; `None` as long as nothing may be asked.
    pub fn ask(&mut self, now: Time) -> Option<ClientRequest> {
        let is_late = |(_, asked): &&(Piece, Time)| Self::PATIENCE < now.since(*asked);
        let late = self.asked.iter().find(|(_, asked)| is_late(asked)).map(|(&id, _)| id);
        if let Some((piece, _)) = late.and_then(|id| self.asked.remove(&id)) {
            self.waiting.push_front(piece);
        }
        if self.width <= self.asked.len() {
            return None;
        }
        let is_idle =
            |piece: &Piece| self.asked.values().all(|(other, _)| other.range != piece.range);
        let at = self.waiting.iter().position(is_idle)?;
        let piece = self.waiting.remove(at)?;
        let id = RequestId(self.next);
        self.next += 1;
        self.asked.insert(id, (piece, now));
        let (start, end) = (key(piece.range, piece.first), key(piece.range, piece.last));
        let request =
            Request::AddSstable { start, end, table: self.backup.table(piece), how: self.how };
        Some(ClientRequest { id, range: range_id(piece.range), timestamp: None, request })
    }

    /// A request was answered. What was refused is asked again.
    pub fn answered(&mut self, reply: &ClientReply) {
        let Some((piece, _)) = self.asked.remove(&reply.id) else { return };
        if reply.result.is_ok() {
            self.done += 1;
        } else {
            self.waiting.push_front(piece);
        }
    }

    /// How many pieces are restored, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.done + self.waiting.len() + self.asked.len())
    }

    /// Whether all of it is there.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty()
    }
}
