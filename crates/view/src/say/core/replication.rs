//! Logs that differ, logs that catch up, snapshots, members.

use raft::{EntryId, Index, Membership, PeerId, Term};
use sim::NodeId;

use super::super::both;
use super::{Words, name, plain};
use crate::Tone;

#[inline(never)]
pub(super) fn rejection(node: NodeId, from: PeerId, index: Index, hint: EntryId) -> Words {
    let from = name(from);
    Words(
        "↶",
        Tone::Lead,
        both!(
            "{node} hears that the log of {from} differs at {index}",
            "{node} 得知 {from} 的日志在 {index} 处不一致"
        ),
        both!(
            "{node} hears from {from} that its log does not fit at index {index} and may fit up to {hint}, so it will try there.",
            "{node} 从 {from} 得知：index {index} 处对不上，可能到 {hint} 为止一致，于是从那里再试。"
        ),
    )
}

#[inline(never)]
pub(super) fn steps_back(node: NodeId, peer: PeerId, next: Index) -> Words {
    let peer = name(peer);
    Words(
        "↶",
        Tone::Lead,
        both!(
            "{node} steps back with {peer} · next is {next}",
            "{node} 对 {peer} 后退 · next 为 {next}"
        ),
        both!(
            "{node} lowers nextIndex of {peer} to {next} and tries again from there.",
            "{node} 把 {peer} 的 nextIndex 降到 {next}，从那里重试。"
        ),
    )
}

#[inline(never)]
pub(super) fn unreachable(node: NodeId, peer: PeerId) -> Words {
    let peer = name(peer);
    plain("…", Tone::Ink, both!("{node} cannot reach {peer}", "{node} 联系不上 {peer}"))
}

#[inline(never)]
pub(super) fn snapshot(node: NodeId, to: PeerId, snapshot: EntryId) -> Words {
    let to = name(to);
    Words(
        "▰",
        Tone::Bulk,
        both!(
            "{node} sends {to} a snapshot up to {snapshot}",
            "{node} 向 {to} 发送到 {snapshot} 的 snapshot"
        ),
        both!(
            "{node} no longer has the entries that {to} needs, so it sends its state up to {snapshot} instead.",
            "{node} 已没有 {to} 需要的条目，于是改发到 {snapshot} 为止的状态（snapshot）。"
        ),
    )
}

pub(super) fn paused(node: NodeId, to: PeerId) -> Words {
    let to = name(to);
    plain(
        "▰",
        Tone::Bulk,
        both!(
            "{node} sends {to} no entries while the snapshot is on its way",
            "snapshot 在途中，{node} 暂不向 {to} 发送条目"
        ),
    )
}

pub(super) fn resumed(node: NodeId, to: PeerId) -> Words {
    let to = name(to);
    plain(
        "▰",
        Tone::Bulk,
        both!("{node} sends entries to {to} again", "{node} 恢复向 {to} 发送条目"),
    )
}

#[inline(never)]
pub(super) fn rejects(node: NodeId, from: PeerId, prev: EntryId, own: Term) -> Words {
    let from = name(from);
    let index = prev.index;
    if own == Term(0) {
        return Words(
            "✕",
            Tone::Lead,
            both!(
                "{node} rejects the append of {from} · it lacks {prev}",
                "{node} 拒绝 {from} 的 AppendEntries · 它没有 {prev}"
            ),
            both!(
                "{node} rejects the append of {from}: the new entries go after {prev}, and its log does not reach index {index}.",
                "{node} 拒绝 {from} 的 AppendEntries：新条目要接在 {prev} 之后，而它的日志没有到 index {index}。"
            ),
        );
    }
    Words(
        "✕",
        Tone::Lead,
        both!(
            "{node} rejects the append of {from} · it has term {own} at {index}, not {prev}",
            "{node} 拒绝 {from} 的 AppendEntries · 它在 {index} 处是 term {own}，不是 {prev}"
        ),
        both!(
            "{node} rejects the append of {from}: the new entries go after {prev}, but its own entry at index {index} is of term {own}.",
            "{node} 拒绝 {from} 的 AppendEntries：新条目要接在 {prev} 之后，但它在 index {index} 的条目属于 term {own}。"
        ),
    )
}

#[inline(never)]
pub(super) fn conflict(node: NodeId, index: Index, existing: Term, conflicting: Term) -> Words {
    Words(
        "↶",
        Tone::Lead,
        both!(
            "{node} finds a conflict at {index}: it has term {existing}, the leader {conflicting}",
            "{node} 在 {index} 处发现冲突：自己是 term {existing}，leader 是 {conflicting}"
        ),
        both!(
            "{node}'s entry at index {index} is of term {existing}, the leader's of term {conflicting}: the leader's log wins, from there on.",
            "{node} 在 index {index} 的条目属于 term {existing}，leader 的属于 term {conflicting}：从那里起以 leader 的日志为准。"
        ),
    )
}

#[inline(never)]
pub(super) fn truncates(node: NodeId, index: Index) -> Words {
    plain(
        "↶",
        Tone::Lead,
        both!("{node} drops its entries from {index} on", "{node} 删去 {index} 起的条目"),
    )
}

#[inline(never)]
pub(super) fn restores(node: NodeId, snapshot: EntryId) -> Words {
    plain(
        "▰",
        Tone::Bulk,
        both!(
            "{node} takes the snapshot up to {snapshot}",
            "{node} 开始安装到 {snapshot} 的 snapshot"
        ),
    )
}

#[inline(never)]
pub(super) fn restored(node: NodeId, snapshot: EntryId) -> Words {
    plain(
        "▰",
        Tone::Bulk,
        both!("{node} stands at the snapshot {snapshot}", "{node} 已安装到 {snapshot} 的 snapshot"),
    )
}

#[inline(never)]
pub(super) fn needs_no_snapshot(node: NodeId, snapshot: EntryId) -> Words {
    plain(
        "▰",
        Tone::Idle,
        both!(
            "{node} needs no snapshot: it has {snapshot}",
            "{node} 不需要 snapshot：它已有 {snapshot}"
        ),
    )
}

#[inline(never)]
pub(super) fn members(node: NodeId, members: &Membership) -> Words {
    plain("⚙", Tone::Idle, both!("{node} has the members {members}", "{node} 的成员是 {members}"))
}

#[inline(never)]
pub(super) fn leaves_joint(node: NodeId) -> Words {
    plain(
        "⚙",
        Tone::Lead,
        both!(
            "{node} proposes to leave the joint configuration",
            "{node} 提议离开 joint configuration"
        ),
    )
}
