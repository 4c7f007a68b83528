//! Where two runs part, in words: what happened on the one side, and what on the other.

use det::Time;
use raft::MessageKind;
use serde::Serialize;
use sim::ranges::{Event, EventKind, Knob, Parting};
use store::EventKind as Told;

use crate::picture::clock;
use crate::ranges::say::say;
use crate::say::both;
use crate::{Both, StripMark, Tone};

/// The first difference between two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartingRow {
    /// When, in microseconds.
    pub at: u64,
    /// "First divergence at 1.204 s".
    pub title: Both,
    /// What happened in the run on the left, and what on the right.
    pub sides: [Both; 2],
}

pub(super) fn row(parting: &Parting, knob: Knob, left_is_on: bool) -> PartingRow {
    let sides = match parting.bytes {
        Some((store, [left, right])) => {
            [wrote(store, left, left_is_on), wrote(store, right, !left_is_on)]
        }
        None => [
            side(parting.left.as_ref(), parting.right.as_ref(), knob),
            side(parting.right.as_ref(), parting.left.as_ref(), knob),
        ],
    };
    PartingRow { at: parting.at.0, title: title(parting.at), sides }
}

fn title(at: Time) -> Both {
    let at = clock(at);
    both!("First divergence at {at} s", "首次分歧：{at} s")
}

/// What a side has that the other has not; or what it does instead.
fn side(here: Option<&Event>, there: Option<&Event>, knob: Knob) -> Both {
    match (here, there) {
        (Some(event), _) => alone(&event.kind).unwrap_or_else(|| say(&event.kind).line.sentence()),
        (None, Some(event)) => nothing(&event.kind, knob),
        (None, None) => Both::default(),
    }
}

/// A heartbeat on its own: the feed has no sentence for it, because there are too many.
fn alone(kind: &EventKind) -> Option<Both> {
    let EventKind::Store { store, kind } = kind else { return None };
    let Told::Sent { range, to, kind: MessageKind::Heartbeat } = &**kind else { return None };
    Some(both!(
        "{store} sends {to} the heartbeat of {range} in a message of its own.",
        "{store} 把 {range} 的心跳单独作为一条消息发给 {to}。"
    ))
}

/// Nothing happens here at that moment: what happens instead, if the switch says.
fn nothing(there: &EventKind, knob: Knob) -> Both {
    let EventKind::Store { kind, .. } = there else { return idle() };
    match (knob, &**kind) {
        (
            Knob::Coalescing,
            Told::Sent { kind: MessageKind::Heartbeat | MessageKind::HeartbeatResp, .. },
        ) => both!(
            "The heartbeat waits for the next flush, and travels with all others to that store.",
            "心跳等到下一次 flush，与发往该 store 的其他心跳一起走。"
        ),
        (Knob::Quiescence, Told::Quiesced { .. }) => {
            both!(
                "The range stays awake, and its clock ticks on.",
                "这个 range 保持活跃，时钟继续 tick。"
            )
        }
        (Knob::Evaluation, Told::Evaluated { .. }) => both!(
            "Nothing is evaluated yet: the log will carry the request, and every replica evaluates it.",
            "还没有求值：日志携带请求本身，每个副本各自求值。"
        ),
        (Knob::Groups, Told::Loaded { .. }) => both!(
            "The group stays on disk until somebody needs it.",
            "这个 group 留在磁盘上，直到有人需要它。"
        ),
        (Knob::Sideloading, Told::Sideloaded { .. }) => {
            both!("The table goes into the log entry itself.", "table 直接放进日志条目里。")
        }
        _ => idle(),
    }
}

fn idle() -> Both {
    both!("Nothing at that moment.", "此刻什么也没有发生。")
}

fn wrote(store: store::StoreId, bytes: u64, separate: bool) -> Both {
    if separate {
        both!(
            "{store} writes {bytes} bytes that its syncs wait for: the Raft log alone.",
            "{store} 写入 {bytes} 字节，fsync 要等它们：只有 Raft 日志。"
        )
    } else {
        both!(
            "{store} writes {bytes} bytes that its syncs wait for: the Raft log and the state.",
            "{store} 写入 {bytes} 字节，fsync 要等它们：Raft 日志与状态机。"
        )
    }
}

/// Its mark on the strip.
pub fn parting_mark(parting: &Parting) -> StripMark {
    let event = parting.left.as_ref().or(parting.right.as_ref());
    StripMark {
        at: parting.at.0,
        event: event.map_or(0, |event| event.id.0),
        lane: None,
        icon: "≠",
        tone: Tone::Election,
        label: both!("≠ first divergence", "≠ 首次分歧"),
    }
}
