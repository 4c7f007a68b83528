//! What a checker saw, in words: two of these contradict each other in a finding.

use sim::ranges::{Fact, OnDisk};
use store::StoreId;

use super::board::readable;
use crate::Both;
use crate::say::both;

pub(super) fn fact(fact: &Fact) -> Both {
    match fact {
        Fact::Leads { store, term } => {
            both!("{store} leads in term {term}", "{store} 在 term {term} 任 leader")
        }
        Fact::Votes { voter, term, candidate } => both!(
            "replica {voter} votes for {candidate} in term {term}",
            "副本 {voter} 在 term {term} 投给 {candidate}"
        ),
        Fact::Applied { store, entry, command, .. } => {
            both!("{store} applies {command} at {entry}", "{store} 在 {entry} 应用 {command}")
        }
        Fact::Reached { store, index } => {
            both!("{store} applied up to {index}", "{store} 已应用到 {index}")
        }
        Fact::Leased { store, lease } => {
            let sequence = lease.sequence;
            let holder = lease.holder.map_or_else(|| "–".to_owned(), |at| at.store.to_string());
            both!(
                "lease {sequence} is {holder}'s for {store}",
                "{store} 认为第 {sequence} 个 lease 属于 {holder}"
            )
        }
        Fact::Stands { store, position } => {
            let (applied, commit, last) = (position.applied, position.commit, position.last);
            both!(
                "{store} applied {applied}, knows {commit} committed, has entries up to {last}",
                "{store} 已应用 {applied}，已知提交到 {commit}，条目到 {last}"
            )
        }
        Fact::Holds { store, stats } => {
            let (keys, bytes) = (stats.live_keys, stats.live_bytes);
            both!("{store} has {keys} keys, {bytes} bytes", "{store} 有 {keys} 个键，{bytes} 字节")
        }
        Fact::Digest { store, digest } => {
            both!("{store} holds {digest:016x}", "{store} 的内容为 {digest:016x}")
        }
        Fact::Ends { store, entry } => {
            both!("the log of {store} ends with {entry}", "{store} 的日志止于 {entry}")
        }
        Fact::Lacks { store, entry } => both!("{store} lacks {entry}", "{store} 缺少 {entry}"),
        Fact::HardState { store, term, vote } => both!(
            "{store} is in term {term} and voted for {vote}",
            "{store} 处于 term {term}，投给了 {vote}"
        ),
        Fact::Counted { store, lease_index } => both!(
            "{store} counted lease index {lease_index}",
            "{store} 计入 lease index {lease_index}"
        ),
        Fact::Serves { store } => both!("{store} may serve", "{store} 可以服务"),
        Fact::Named { store, replica } => {
            both!("the replica of {store} has id {replica}", "{store} 的副本 id 为 {replica}")
        }
        Fact::Disk { store, what } => on_disk(*store, *what),
        Fact::Spans(Some(range)) => {
            let (name, start, end) = (range.range, readable(&range.start), readable(&range.end));
            both!("{name} is [{start}, {end})", "{name} 为 [{start}, {end})")
        }
        Fact::Spans(None) => both!("no range", "没有 range"),
    }
}

/// What was seen of a disk, in words.
fn on_disk(store: StoreId, what: OnDisk) -> Both {
    match what {
        OnDisk::Logged { entry, before, digest } => both!(
            "{store} has {entry} after an entry of term {before}, {digest:016x}",
            "{store} 的 {entry} 之前是 term {before} 的条目，内容为 {digest:016x}"
        ),
        OnDisk::Missing { index } => {
            both!("{store} has nothing at {index}", "{store} 在 {index} 处没有条目")
        }
        OnDisk::Named { entry, is_named: true } => both!(
            "{entry} in the log of {store} names a table",
            "{store} 的日志中 {entry} 引用一个表"
        ),
        OnDisk::Named { entry, is_named: false } => both!(
            "no {entry} in the log of {store} names a table",
            "{store} 的日志中没有引用表的 {entry}"
        ),
        OnDisk::Beside { entry, is_there: true } => both!(
            "the table of {entry} is beside the log of {store}",
            "{entry} 的表在 {store} 的日志旁"
        ),
        OnDisk::Beside { entry, is_there: false } => {
            both!("{store} has no such table for {entry}", "{store} 没有 {entry} 的这个表")
        }
        OnDisk::Written { category, bytes } => {
            let Both { en, zh } = super::engine::category(category).0;
            both!("{store} wrote {bytes} bytes for {en}", "{store} 为{zh}写入 {bytes} 字节")
        }
        OnDisk::Lies { table, level } => both!(
            "table {table} of {store} lies in level {level}",
            "{store} 的表 {table} 位于第 {level} 层"
        ),
    }
}
