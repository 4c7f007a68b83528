//! What the Raft core of a range tells, as far as it is worth a sentence among hundreds of ranges.

use raft::Event;
use store::{RangeId, StoreId};

use super::Said;
use crate::Tone;
use crate::say::both;

pub(super) fn say(store: StoreId, range: RangeId, event: &Event) -> Said {
    match event {
        Event::BecameLeader { .. } => Said::plain(
            "■",
            Tone::Lead,
            both!("{store} leads {range}", "{store} 成为 {range} 的 leader"),
        )
        .told(both!(
            "A majority of {range}'s replicas voted for the one on {store}: it leads this range, and this range only.",
            "{range} 的多数副本投票给 {store} 上的副本：它领导这个 range，也只领导这个 range。"
        ))
        .citing("Raft §5.2"),
        Event::BecameCandidate { .. } => Said::plain(
            "◇",
            Tone::Election,
            both!("{store} campaigns for {range}", "{store} 竞选 {range} 的 leader"),
        )
        .citing("Raft §5.2"),
        Event::QuorumLost => Said::plain(
            "◇",
            Tone::Election,
            both!(
                "{store} steps down from {range}: it has lost its quorum",
                "{store} 不再领导 {range}：失去了多数派"
            ),
        ),
        Event::BecameFollower { .. } => Said::plain(
            "○",
            Tone::Idle,
            both!("{store} follows in {range}", "{store} 成为 {range} 的 follower"),
        ),
        Event::HigherTerm { .. } => Said::plain(
            "○",
            Tone::Idle,
            both!("{store} hears of a newer term of {range}", "{store} 得知 {range} 有更新的任期"),
        ),
        Event::VoteCast(_) => Said::plain(
            "◇",
            Tone::Election,
            both!("{store} gives its vote for {range}", "{store} 为 {range} 投票"),
        ),
        Event::VoteRejected(_) | Event::VoteIgnored { .. } => Said::plain(
            "◇",
            Tone::Election,
            both!("{store} gives no vote for {range}", "{store} 没有为 {range} 投票"),
        ),
        Event::TransferStarted { .. } | Event::TransferAborted { .. } | Event::TransferRefused { .. } => {
            Said::plain(
                "⇥",
                Tone::Election,
                both!("leadership of {range} is handed over", "移交 {range} 的 leader"),
            )
        }
        Event::BecamePreCandidate { .. }
        | Event::ElectionStarted { .. }
        | Event::VoteRequested { .. }
        | Event::VoteReceived { .. }
        | Event::VotesTallied { .. } => Said::plain(
            "◇",
            Tone::Election,
            both!("the election of {range}, as {store} sees it", "{store} 所见的 {range} 的选举"),
        ),
        // How a log is brought in line is told on the page of one group.
        _ => Said::plain(
            "·",
            Tone::Idle,
            both!("the Raft group of {range} goes on, on {store}", "{store} 上 {range} 的 Raft group 继续运行"),
        ),
    }
}
