//! Ranges that fall asleep, stay awake, wake up.

use store::{Awake, QuiesceRefusal, RangeId, StoreId, Wake};

use super::{Said, reason};
use crate::say::both;
use crate::{Both, Tone};

/// How a range that falls asleep is drawn.
pub(super) const ASLEEP: (&str, Tone) = ("☾", Tone::Idle);

pub(super) fn quiesced(store: StoreId, range: RangeId, lagging: usize) -> Said {
    let (icon, tone) = ASLEEP;
    if lagging == 0 {
        let line = both!("{store} puts {range} to sleep", "{store} 让 {range} 静默");
        return Said::plain(icon, tone, line).told(both!(
            "{range} has nothing left to do: {store} stops its clock and tells the followers with one last heartbeat. Nobody has to acknowledge that.",
            "{range} 已无事可做：{store} 停下它的时钟，并用最后一个心跳通知 follower，不需要确认。"
        ));
    }
    let line = both!(
        "{store} puts {range} to sleep · dead stores left behind: {lagging}",
        "{store} 让 {range} 静默 · 落下 {lagging} 个停机的 store"
    );
    Said::plain(icon, tone, line)
}

pub(super) fn fell_asleep(store: StoreId, range: RangeId) -> Said {
    let line = both!("{range} falls asleep on {store}", "{store} 上的 {range} 静默");
    Said::plain("☾", Tone::Idle, line)
}

pub(super) fn refused(store: StoreId, range: RangeId, why: QuiesceRefusal) -> Said {
    let Both { en, zh } = reason::quiesce(why);
    let line = both!("{store} does not let {range} sleep: {en}", "{store} 不让 {range} 静默：{zh}");
    Said::plain("☼", Tone::Lead, line)
}

pub(super) fn stays_awake(range: RangeId, why: &Awake) -> Said {
    let Both { en, zh } = crate::ranges::inspector::awake(why);
    let line = both!("{range} stays awake: {en}", "{range} 保持活跃：{zh}");
    Said::plain("☼", Tone::Idle, line)
}

pub(super) fn loaded(store: StoreId, range: RangeId) -> Said {
    let line =
        both!("{store} loads the Raft group of {range}", "{store} 加载 {range} 的 Raft group");
    Said::plain("+", Tone::Idle, line)
}

pub(super) fn woke(store: StoreId, range: RangeId, why: Wake) -> Said {
    let line = match why {
        Wake::Proposal => both!(
            "{range} wakes on {store}: somebody asks for something",
            "{store} 上的 {range} 醒来：有请求到来"
        ),
        Wake::Message(kind) => {
            both!(
                "{range} wakes on {store}: {kind} comes",
                "{store} 上的 {range} 醒来：收到 {kind}"
            )
        }
        Wake::Revived(node) => {
            let revived = node.store();
            both!(
                "{range} wakes on {store}: {revived} lives again",
                "{store} 上的 {range} 醒来：{revived} 恢复"
            )
        }
        Wake::Created => {
            both!(
                "{range} wakes on {store}: it has just begun there",
                "{store} 上的 {range} 醒来：刚在这里开始运行"
            )
        }
        Wake::Overlap(right) => both!(
            "{range} wakes on {store}: it has yet to apply the split that made {right}",
            "{store} 上的 {range} 醒来：产生 {right} 的 split 尚未应用"
        ),
        Wake::Asked => both!("{range} wakes on {store}", "{store} 上的 {range} 醒来"),
    };
    Said::plain("☼", Tone::Lead, line)
}
