//! Raft messages between stores, alone and coalesced.

use raft::MessageKind;
use store::{RangeId, StoreId};

use super::Said;
use crate::Tone;
use crate::say::{both, plural};

pub(super) fn coalesced(store: StoreId, to: StoreId, kind: MessageKind, beats: usize) -> Said {
    let s = plural(beats);
    if kind != MessageKind::Heartbeat {
        let line = both!(
            "{store} answers {to} with {beats} heartbeat response{s} in one message",
            "{store} 把 {beats} 个心跳应答合成一条消息回给 {to}"
        );
        return Said::plain("✉", Tone::Idle, line);
    }
    let line = both!(
        "{store} sends {beats} heartbeat{s} to {to} in one message",
        "{store} 把 {beats} 个心跳合成一条消息发给 {to}"
    );
    let said = Said::plain("✉", Tone::Idle, line);
    if beats == 1 {
        return said;
    }
    said.told(both!(
        "{store} has {beats} heartbeats for {to}: they travel as one message, and each range still makes its step there.",
        "{store} 有 {beats} 个心跳要给 {to}：合成一条消息发出；到达后每个 range 仍各走一步。"
    ))
}

pub(super) fn unfolded(store: StoreId, from: StoreId, beats: usize) -> Said {
    let s = plural(beats);
    let line = both!(
        "{store} unfolds {beats} heartbeat{s} from {from}",
        "{store} 拆开来自 {from} 的 {beats} 个心跳"
    );
    Said::plain("✉", Tone::Idle, line)
}

pub(super) fn dropped(store: StoreId, range: RangeId, kind: MessageKind) -> Said {
    let line = both!("{store} throws {kind} of {range} away", "{store} 丢弃 {range} 的 {kind}");
    Said::plain("✕", Tone::Ink, line)
}

pub(super) fn alone(store: StoreId, range: RangeId, to: StoreId, kind: MessageKind) -> Said {
    let line =
        both!("{store} sends {to} {kind} of {range}", "{store} 向 {to} 发送 {range} 的 {kind}");
    Said::plain("→", Tone::Idle, line)
}

pub(super) fn stepped(store: StoreId, range: RangeId, kind: MessageKind) -> Said {
    let line = both!("{kind} of {range} reaches {store}", "{range} 的 {kind} 到达 {store}");
    Said::plain("←", Tone::Idle, line)
}
