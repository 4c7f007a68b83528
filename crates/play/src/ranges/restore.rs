//! RESTORE, measured in four ways on a cluster of its own, one after the other.

use lsm::Ingest;
use store::LogEngine;
use store::restore::{Backup, RestoreMode, RestoreOrder, Setup, measure};
use view::ranges::{RestoreRow, restore_row};

/// What the page restores: four megabytes over sixteen ranges, in all of them at once.
const BACKUP: Backup = Backup { ranges: 16, tables: 2, rows: 64, value_bytes: 2_000 };

/// The ways, dearest first.
const WAYS: [(RestoreMode, Ingest); 4] = [
    (RestoreMode::WriteBatches, Ingest::Link),
    (RestoreMode::TablesInLog, Ingest::Link),
    (RestoreMode::Sideloaded, Ingest::Copy),
    (RestoreMode::Sideloaded, Ingest::Link),
];

/// How many ways there are.
pub const RESTORE_WAYS: usize = WAYS.len();

/// Measures the way of this number; `None` when there are no more.
pub fn restore(way: usize) -> Option<RestoreRow> {
    let (mode, ingest) = *WAYS.get(way)?;
    let (order, log_engine) = (RestoreOrder::Interleaved, LogEngine::Separate);
    let setup = Setup { backup: BACKUP, mode, order, ingest, log_engine };
    // In memory no disk fails.
    let report = measure(&setup).ok()?;
    Some(restore_row(&setup, &report))
}

/// A small restoration of each kind, as one number: the same natively and in a browser.
pub fn restore_digest() -> u64 {
    store::restore::reference().unwrap_or_default()
}
