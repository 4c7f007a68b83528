//! What people and clients do, and what clients are told.

use sim::ranges::Command;
use store::{RangeId, Redirect, Reply, Request, RequestError, RequestId, StoreId};

use super::Said;
use crate::say::both;
use crate::{Both, Tone};

pub(super) fn commanded(command: &Command) -> Said {
    let line = command.to_string();
    Said::plain("○", Tone::Ink, Both::same(line.clone())).told(both!("You: {line}", "你：{line}"))
}

pub(super) fn asked(RequestId(request): RequestId, what: &Request) -> Said {
    let what = what_for(what);
    let (en, zh) = (what.en, what.zh);
    Said::plain("○", Tone::Ink, both!("request {request}: {en}", "请求 {request}：{zh}"))
}

/// What is asked for, in a few words.
fn what_for(request: &Request) -> Both {
    let word = super::super::board::readable;
    match request {
        Request::Get { key } => Both::same(format!("get {}", word(key))),
        Request::Put { key, value } => Both::same(format!("put {} {}", word(key), word(value))),
        Request::ConditionalPut { key, value, .. } => {
            Both::same(format!("cput {} {}", word(key), word(value)))
        }
        Request::Increment { key, by } => Both::same(format!("increment {} {by}", word(key))),
        Request::Split { key, .. } => Both::same(format!("split {}", word(key))),
        Request::DeleteRange { start, end } => {
            Both::same(format!("delrange {} {}", word(start), word(end)))
        }
        Request::AddSstable { table, .. } => {
            let bytes = table.len();
            both!("add a table of {bytes} bytes", "加入 {bytes} 字节的 table")
        }
    }
}

pub(super) fn routed(
    RequestId(request): RequestId,
    (range, to): (RangeId, StoreId),
    why: Option<&Redirect>,
) -> Said {
    let line = match why {
        None => both!(
            "request {request} goes to {to}, from which the gateway expects {range}",
            "请求 {request} 发往 {to}：gateway 认为由它服务 {range}"
        ),
        Some(Redirect::LeaseHolder(holder)) => both!(
            "request {request} goes on to {to}: the gateway was told that {holder} has the lease of {range}",
            "请求 {request} 转到 {to}：gateway 被告知 {range} 的 lease 在 {holder}"
        ),
        Some(Redirect::NoLeaseHolder) => both!(
            "request {request} tries {to} next: who was asked knows of no valid lease of {range}",
            "请求 {request} 再试 {to}：被问的副本不知道 {range} 有有效的 lease"
        ),
        Some(Redirect::RangeMoved(moved)) => both!(
            "request {request} goes on to {to}: the key is in {moved} now",
            "请求 {request} 转到 {to}：该键现在属于 {moved}"
        ),
        Some(Redirect::NextReplica(next)) => both!(
            "request {request} tries {next}, the next replica of {range}",
            "请求 {request} 改问 {next}，即 {range} 的下一个副本"
        ),
    };
    Said::plain("→", Tone::Ink, line)
}

pub(super) fn answered(
    RequestId(request): RequestId,
    result: &Result<Reply, RequestError>,
) -> Said {
    let (tone, line) = match result {
        Ok(Reply::Value(Some(value))) => {
            let value = super::super::board::readable(value);
            (Tone::Truth, both!("request {request}: {value}", "请求 {request}：{value}"))
        }
        Ok(Reply::Value(None)) => {
            (Tone::Truth, both!("request {request}: no value", "请求 {request}：没有值"))
        }
        Ok(Reply::Written) => {
            (Tone::Truth, both!("request {request} is done", "请求 {request} 已完成"))
        }
        Ok(Reply::Number(number)) => (
            Tone::Truth,
            both!("request {request}: now {number}", "请求 {request}：现在是 {number}"),
        ),
        Ok(Reply::Deleted(keys)) => (
            Tone::Truth,
            both!("request {request}: {keys} keys deleted", "请求 {request}：删去 {keys} 个键"),
        ),
        Ok(Reply::Sorted(keys)) => {
            let keys = keys.len();
            (
                Tone::Truth,
                both!("request {request}: {keys} keys sorted", "请求 {request}：排好 {keys} 个键"),
            )
        }
        Err(error) => {
            let zh = super::super::flaw::of_request(error);
            (
                Tone::Ink,
                both!("request {request} is refused: {error}", "请求 {request} 被拒绝：{zh}"),
            )
        }
    };
    Said::plain("○", tone, line)
}

pub(super) fn restored(pieces: u32, rows: u32) -> Said {
    Said::plain(
        "▣",
        Tone::Truth,
        both!(
            "the backup is back · {pieces} tables or batches, {rows} rows",
            "备份已恢复 · {pieces} 个 table 或 batch，{rows} 行"
        ),
    )
    .marked(both!("restored", "已恢复"))
}

pub(super) fn timed_out(RequestId(request): RequestId, store: StoreId) -> Said {
    Said::plain(
        "○",
        Tone::Ink,
        both!(
            "{store} does not answer request {request} in time",
            "{store} 没有及时答复请求 {request}"
        ),
    )
}

pub(super) fn gave_up(RequestId(request): RequestId) -> Said {
    Said::plain(
        "○",
        Tone::Ink,
        both!(
            "request {request} is given up · nobody knows whether it was done",
            "放弃请求 {request} · 不知道是否已执行"
        ),
    )
}
