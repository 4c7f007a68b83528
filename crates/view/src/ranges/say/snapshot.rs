//! What happens to the stream of a snapshot.

use store::{RangeId, SnapshotEvent, StoreId};

use super::{Said, Weight, reason};
use crate::ranges::board::bytes_text;
use crate::say::both;
use crate::{Both, Tone};

/// How much it is worth a look.
pub(super) fn weight(what: &SnapshotEvent) -> Weight {
    match what {
        SnapshotEvent::Offered { .. }
        | SnapshotEvent::Refused { .. }
        | SnapshotEvent::Applied { .. } => Weight::Key,
        SnapshotEvent::Waits { .. }
        | SnapshotEvent::Accepted { .. }
        | SnapshotEvent::BatchSent { .. }
        | SnapshotEvent::BatchReceived { .. }
        | SnapshotEvent::Ignored { .. }
        | SnapshotEvent::Ended(_)
        | SnapshotEvent::Abandoned(_) => Weight::Told,
    }
}

pub(super) fn say(store: StoreId, range: RangeId, what: &SnapshotEvent) -> Said {
    let plain = |line| Said::plain("▰", Tone::Bulk, line);
    match what {
        SnapshotEvent::Offered { to, last, batches, bytes, .. } => {
            let size = bytes_text(*bytes);
            plain(both!(
                "{store} offers {to} a snapshot of {range} up to {last} · {size} in {batches} batches",
                "{store} 向 {to} 提供 {range} 到 {last} 的 snapshot · {size}，分 {batches} 批"
            ))
            .told(both!(
                "{to} needs entries of {range} that are gone from the log: {store} pins a moment of its engine and offers it as a snapshot, {size} in {batches} batches.",
                "{to} 缺少的 {range} 条目已从日志中截去：{store} 固定住引擎的一个时刻，作为 snapshot 提供，{size}，分 {batches} 批。"
            ))
            .marked(both!("snapshot", "snapshot"))
        }
        SnapshotEvent::Waits { from } => plain(both!(
            "{store} lets the snapshot of {range} from {from} wait for another one",
            "{store} 让来自 {from} 的 {range} snapshot 等待另一个"
        )),
        SnapshotEvent::Accepted { from } => plain(both!(
            "{store} wants the snapshot of {range} from {from}",
            "{store} 接受 {from} 的 {range} snapshot"
        )),
        SnapshotEvent::Refused { from, why } => {
            let Both { en, zh } = reason::snapshot(*why);
            plain(both!(
                "{store} refuses the snapshot of {range} from {from}: {en}",
                "{store} 拒绝 {from} 的 {range} snapshot：{zh}"
            ))
        }
        SnapshotEvent::BatchSent { to, number, of, bytes } => plain(both!(
            "{store} sends {to} batch {number} of {of} of {range} · {bytes} bytes",
            "{store} 向 {to} 发送 {range} 的第 {number}/{of} 批 · {bytes} 字节"
        )),
        SnapshotEvent::BatchReceived { from, number, of, .. } => plain(both!(
            "{store} builds batch {number} of {of} from {from} into tables",
            "{store} 把 {from} 的第 {number}/{of} 批写成 table"
        )),
        SnapshotEvent::Applied { last, tables } => plain(both!(
            "{store} ingests the snapshot of {range} up to {last} · {tables} tables at once",
            "{store} 收入 {range} 到 {last} 的 snapshot · 一次 {tables} 个 table"
        ))
        .told(both!(
            "The snapshot of {range} is {store}'s state now: {tables} tables were ingested in one step, and the log goes on after {last}.",
            "{range} 的 snapshot 已成为 {store} 的状态：一步收入 {tables} 个 table，日志从 {last} 之后继续。"
        )),
        SnapshotEvent::Ignored { last } => plain(both!(
            "{store} ignores the snapshot of {range} up to {last}: it is further already",
            "{store} 忽略 {range} 到 {last} 的 snapshot：自己已走得更远"
        )),
        SnapshotEvent::Ended(end) => {
            let Both { en, zh } = reason::ended(*end);
            plain(both!(
                "{store} is done with the snapshot of {range}: {en}",
                "{store} 结束 {range} 的 snapshot：{zh}"
            ))
        }
        SnapshotEvent::Abandoned(end) => {
            let Both { en, zh } = reason::ended(*end);
            plain(both!(
                "{store} forgets what it had of the snapshot of {range}: {en}",
                "{store} 丢弃收到的 {range} snapshot：{zh}"
            ))
        }
    }
}
