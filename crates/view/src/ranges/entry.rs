//! What an entry of a range's log says: the write batch, and what every replica does besides.

mod cost;

use bytes::Bytes;

use lsm::{Batch, Write};
use raft::{Entry, EntryKind};
use store::{Payload, RaftCommand, RangeId, ReplicatedEvalResult, Request, kv};

use super::Run;
use super::board::{bytes_text, readable};
use crate::say::{both, plural};
use crate::{Both, Fact};

/// Rows of a batch that are shown.
const ROWS_MAX: usize = 12;

/// In a cell of the log: `m42=v`, `split m5`, `lease`, `∅`.
pub(super) fn word(entry: &Entry) -> String {
    if entry.kind != EntryKind::Normal || entry.data.is_empty() {
        return "∅".to_owned();
    }
    let Some(command) = RaftCommand::decode(&entry.data) else { return "▣".to_owned() };
    if let Some(request) = command.request() {
        return format!("⚙ {}", asked(&request));
    }
    let ReplicatedEvalResult { lease, split, truncated, add_sstable, .. } = &command.result;
    if let Some(split) = split {
        format!("split {}", readable(&split.right.start))
    } else if lease.is_some() {
        "lease".to_owned()
    } else if let Some(truncated) = truncated {
        format!("✂ {}", truncated.index)
    } else if add_sstable.is_some() {
        "▣ sst".to_owned()
    } else {
        first_row(&command.payload)
    }
}

fn first_row(payload: &Payload) -> String {
    let Payload::WriteBatch(bytes) = payload else { return String::new() };
    let Ok(batch) = Batch::from_bytes(bytes) else { return String::new() };
    let (words, count) = (batch.writes().map(|write| row(&write)).next(), batch.len());
    let (name, value) = words.unwrap_or_default();
    let more = if count > 1 { format!(" +{}", count - 1) } else { String::new() };
    if value.is_empty() { format!("−{name}{more}") } else { format!("{name}={value}{more}") }
}

fn asked(request: &Request) -> String {
    match request {
        Request::Get { key } => format!("get {}", readable(key)),
        Request::Put { key, value } => format!("put {} {}", readable(key), readable(value)),
        Request::ConditionalPut { key, value, .. } => {
            format!("cput {} {}", readable(key), readable(value))
        }
        Request::Increment { key, by } => format!("inc {} {by}", readable(key)),
        Request::Split { key, .. } => format!("split {}", readable(key)),
        Request::DeleteRange { start, end } => {
            format!("del {} to {}", readable(start), readable(end))
        }
        Request::AddSstable { start, end, .. } => {
            format!("add {} to {}", readable(start), readable(end))
        }
    }
}

/// Key and value of one write as a person reads them.
fn row(write: &Write<'_>) -> (String, String) {
    match write {
        Write::Put(key, value) => match kv::version_of(key, value) {
            Some(version) => {
                (readable(&version.key), version.value.as_deref().map(readable).unwrap_or_default())
            }
            None => (readable(key), bytes_text(value.len() as u64)),
        },
        Write::Delete(key) => (readable(key), String::new()),
        Write::DeleteRange(start, end) => {
            (format!("{} … {}", readable(start), readable(end)), String::new())
        }
    }
}

/// A range's command opened up, row by row.
pub(super) fn facts(run: &Run, range: RangeId, data: &Bytes) -> Vec<Fact> {
    let fact = |name: Both, value: String| Fact { name, value: Both::same(value), changed: false };
    let Some(command) = RaftCommand::decode(data) else {
        let nothing = both!(
            "an empty entry: a new leader commits what was before it",
            "空条目：新 leader 借它提交之前的条目"
        );
        return vec![Fact { name: Both::default(), value: nothing, changed: false }];
    };
    let mut facts = Vec::new();
    match &command.payload {
        Payload::WriteBatch(bytes) => batch(bytes, &mut facts),
        Payload::Request(bytes) => {
            let size = bytes.len();
            facts.push(fact(
                both!("request, {size} bytes", "请求，{size} 字节"),
                command.request().as_ref().map(asked).unwrap_or_default(),
            ));
        }
    }
    let naive = command.request().is_some();
    facts.extend(cost::fact(run, range, command.id, naive));
    let ReplicatedEvalResult { lease, split, truncated, add_sstable, stats } = &command.result;
    if let Some(change) = lease {
        let holder = change.lease.holder.map_or_else(|| "–".to_owned(), |at| at.store.to_string());
        facts.push(fact(both!("lease", "lease"), format!("#{} {holder}", change.lease.sequence)));
    }
    if let Some(split) = split {
        let (right, start) = (split.right.range, readable(&split.right.start));
        let keys = split.right_stats.live_keys;
        let s = plural(keys);
        facts.push(Fact {
            name: both!("split trigger", "分裂触发器"),
            value: both!(
                "{right} from {start}, {keys} key{s} counted once",
                "{right} 从 {start} 起，{keys} 个键只数一次"
            ),
            changed: false,
        });
    }
    if let Some(last) = truncated {
        facts.push(fact(both!("log dropped up to", "日志截断至"), last.index.to_string()));
    }
    if let Some(table) = add_sstable {
        facts.push(fact(both!("table", "table"), bytes_text(table.table.len() as u64)));
    }
    let (keys, bytes) = (stats.live_keys, stats.live_bytes);
    let s = plural(keys.abs());
    facts.push(Fact {
        name: both!("statistics", "统计变化"),
        value: both!("{keys:+} key{s}, {bytes:+} bytes", "{keys:+} 个键，{bytes:+} 字节"),
        changed: false,
    });
    facts.push(fact(
        both!("lease, lease index", "lease 序号、lease index"),
        format!("#{} · {}", command.lease_sequence, command.max_lease_index),
    ));
    facts
}

fn batch(bytes: &Bytes, facts: &mut Vec<Fact>) {
    let Ok(batch) = Batch::from_bytes(bytes) else { return };
    let (count, size) = (batch.len(), bytes.len());
    let s = plural(count);
    facts.push(Fact {
        name: both!("write batch", "write batch"),
        value: both!("{count} write{s}, {size} bytes", "{count} 个写入，{size} 字节"),
        changed: false,
    });
    for write in batch.writes().take(ROWS_MAX) {
        let (key, value) = row(&write);
        let value = if value.is_empty() {
            both!("no value any more", "不再有值")
        } else {
            Both::same(value)
        };
        facts.push(Fact { name: Both::same(format!("· {key}")), value, changed: false });
    }
}
