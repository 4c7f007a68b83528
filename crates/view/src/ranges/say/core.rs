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
        _ => Said::plain("·", Tone::Idle, both!("{store}: {range}", "{store}：{range}")),
    }
}
