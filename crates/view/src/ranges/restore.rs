//! RESTORE: what each way of it wrote, beside each other.

use lsm::{Category, Ingest};
use serde::Serialize;
use store::restore::{Report, RestoreMode, Setup};

use super::board::bytes_text;
use super::engine::category;
use crate::say::both;
use crate::{Both, Tone};

/// One way to restore, and what a replica wrote for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RestoreRow {
    /// "sideloaded, linked".
    pub name: Both,
    /// `1.02`: bytes written for each byte restored, at the store that wrote most.
    pub factor: String,
    /// The same by category: tone, and thousandths of the restored bytes.
    pub parts: Vec<(Tone, u64)>,
    /// All of them together, in thousandths.
    pub thousandths: u64,
    /// "1.0 MB restored · 2.1 MB on the wire".
    pub beside: Both,
}

/// The row of a measurement.
pub fn restore_row(setup: &Setup, report: &Report) -> RestoreRow {
    let thousandths = report.amplification();
    let (bytes, wire) = (bytes_text(report.restored_bytes), bytes_text(report.wire_bytes));
    let part = |of: Category| (category(of).1, report.amplification_of(of));
    RestoreRow {
        name: match (setup.mode, setup.ingest) {
            (RestoreMode::WriteBatches, _) => both!("write batches", "write batch"),
            (RestoreMode::TablesInLog, _) => both!("tables in the log", "table 在日志里"),
            (RestoreMode::Sideloaded, Ingest::Copy) => {
                both!("sideloaded, copied", "sideload 后复制")
            }
            (RestoreMode::Sideloaded, Ingest::Link) => {
                both!("sideloaded, linked", "sideload 后硬链接")
            }
        },
        factor: format!("{}.{:02}", thousandths / 1_000, thousandths % 1_000 / 10),
        parts: Category::ALL.map(part).into_iter().filter(|(_, part)| *part > 0).collect(),
        thousandths,
        beside: both!(
            "{bytes} restored · {wire} of entries sent to two followers",
            "恢复 {bytes} · 向两个 follower 发送 {wire} 的条目"
        ),
    }
}
