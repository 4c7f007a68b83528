//! RESTORE: what it costs each replica, every byte counted.

use lsm::{Category, Ingest};
use store::LogEngine;
use store::restore::{self, Backup, Report, RestoreMode, RestoreOrder, Setup, measure};

/// Eight megabytes over 64 ranges.
const BACKUP: Backup = Backup { ranges: 64, tables: 1, rows: 64, value_bytes: 2000 };

/// What is written for each restored byte, in thousandths: at least, and at most.
#[track_caller]
fn check(mode: RestoreMode, ingest: Ingest, min: u64, max: u64) -> Report {
    let (order, log_engine) = (RestoreOrder::Interleaved, LogEngine::Separate);
    let report = measure(&Setup { backup: BACKUP, mode, order, ingest, log_engine });
    let report = report.expect("the disks are new");
    let factor = report.amplification();
    assert!((min..=max).contains(&factor), "{factor} thousandths, {report:?}");
    assert!(report.stores.iter().all(|store| store.live_bytes == report.restored_bytes));
    let wire = report.wire_bytes * 1000 / report.restored_bytes;
    assert!((2_000..2_100).contains(&wire), "two followers get all of it: {wire}");
    report
}

#[test]
fn sideloading_writes_each_byte_once_or_with_copies_twice() {
    for (ingest, max) in [(Ingest::Link, 1_050), (Ingest::Copy, 2_050)] {
        let report = check(RestoreMode::Sideloaded, ingest, max - 50, max);
        let rest = [Category::Wal, Category::Flush, Category::Compaction, Category::Manifest];
        let rest: u64 = rest.iter().map(|&category| report.amplification_of(category)).sum();
        assert!(rest < 10, "nothing is rewritten: {rest} thousandths");
    }
}

#[test]
fn tables_in_the_log_are_written_by_its_engine_too() {
    let report = check(RestoreMode::TablesInLog, Ingest::Link, 4_000, 6_000);
    for store in &report.stores {
        let state = store.written.get(Category::Compaction) - store.log.get(Category::Compaction);
        assert!(state * 100 < report.restored_bytes, "the state engine takes them as they are");
    }
}

#[test]
fn batches_of_writes_are_written_again_and_again() {
    let report = check(RestoreMode::WriteBatches, Ingest::Link, 8_000, 20_000);
    assert!(report.amplification_of(Category::Wal) > 2_000, "in two logs at least");
}

/// Nothing of it depends on the machine. The number changes with every byte that a store writes.
#[test]
fn a_restoration_is_the_same_everywhere() {
    assert_eq!(restore::reference(), Ok(17_326_378_142_359_747_670));
}
