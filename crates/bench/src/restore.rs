//! `restore`: how many bytes a replica writes for each byte that is restored, by the way it takes and
//! by what is written. Nothing is timed.

use lsm::{Category, Ingest};
use store::LogEngine;
use store::restore::{Backup, RestoreMode, RestoreOrder, Setup, measure};

use crate::row::{Better, Row};

/// Rows of 2,000 bytes, 32 megabytes of them over 64 ranges.
const BACKUP: Backup = Backup { ranges: 64, tables: 4, rows: 64, value_bytes: 2000 };

/// The table, the most costly way first.
pub(crate) fn rows() -> Vec<Row> {
    use LogEngine::{Separate, Shared};
    use RestoreMode::{Sideloaded, TablesInLog, WriteBatches};
    use RestoreOrder::{Interleaved, KeyOrdered};
    let ways = [
        (WriteBatches, Interleaved, Shared, Ingest::Link),
        (WriteBatches, Interleaved, Separate, Ingest::Link),
        (WriteBatches, KeyOrdered, Shared, Ingest::Link),
        (WriteBatches, KeyOrdered, Separate, Ingest::Link),
        (TablesInLog, Interleaved, Shared, Ingest::Link),
        (TablesInLog, Interleaved, Separate, Ingest::Link),
        (Sideloaded, Interleaved, Shared, Ingest::Copy),
        (Sideloaded, Interleaved, Separate, Ingest::Copy),
        (Sideloaded, Interleaved, Shared, Ingest::Link),
        (Sideloaded, Interleaved, Separate, Ingest::Link),
    ];
    ways.into_iter()
        .flat_map(|(mode, order, log_engine, ingest)| {
            rows_of(&Setup { backup: BACKUP, mode, order, ingest, log_engine })
        })
        .collect()
}

/// All bytes, and those of each category that there are more of than a thousandth.
fn rows_of(setup: &Setup) -> Vec<Row> {
    let report = measure(setup).expect("the disks are new");
    let way = name(setup);
    let mut rows = vec![row(way.clone(), report.amplification())];
    let wire = report.wire_bytes * 1000 / report.restored_bytes;
    rows.push(row(format!("{way}: sent to both followers"), wire));
    for category in Category::ALL {
        let factor = report.amplification_of(category);
        if factor > 0 {
            rows.push(row(format!("{way}: {}", format!("{category:?}").to_lowercase()), factor));
        }
    }
    rows
}

fn name(setup: &Setup) -> String {
    let mode = match (setup.mode, setup.ingest) {
        (RestoreMode::WriteBatches, _) => "write batches",
        (RestoreMode::TablesInLog, _) => "tables in the log",
        (RestoreMode::Sideloaded, Ingest::Link) => "sideloaded, linked",
        (RestoreMode::Sideloaded, Ingest::Copy) => "sideloaded, copied",
    };
    let order = match setup.order {
        RestoreOrder::KeyOrdered => "key-ordered",
        RestoreOrder::Interleaved => "interleaved",
    };
    let log = match setup.log_engine {
        LogEngine::Shared => "shared engine",
        LogEngine::Separate => "log engine apart",
    };
    format!("{mode}, {order}, {log}")
}

fn row(name: String, thousandths: u64) -> Row {
    let ours = thousandths as f64 / 1000.0;
    Row { name: name.leak(), ours, theirs: None, unit: "bytes per byte", better: Better::Lower }
}
