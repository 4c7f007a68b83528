//! What a checker saw, in words: two of these contradict each other in a finding.

use sim::ranges::Fact;

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
        Fact::Spans(Some(range)) => {
            let (name, start, end) = (range.range, readable(&range.start), readable(&range.end));
            both!("{name} is [{start}, {end})", "{name} 为 [{start}, {end})")
        }
        Fact::Spans(None) => both!("no range", "没有 range"),
    }
}
