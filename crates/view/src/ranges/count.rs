//! What was counted, and how the switches stand.

use raft::MessageKind;
use sim::ranges::{Knob, World};
use store::Counters;

use super::board::bytes_text;
use super::{CountRow, SwitchRow};
use crate::say::both;
use crate::{Both, Label};

pub(super) fn counts(world: &World) -> Vec<CountRow> {
    let sum = |figure: fn(&Counters) -> u64| world.sum(figure);
    let row = |name: Both, value: u64, beside: Both| CountRow {
        name,
        value: value.to_string(),
        beside,
        first: false,
    };
    let group = |row: CountRow| CountRow { first: true, ..row };
    let none = Both::default;
    let coalesced = sum(|c| c.coalesced_requests + c.coalesced_responses);
    let beats = sum(|c| c.beats + c.beat_responses);
    let single = sum(|c| c.of_kind(MessageKind::Heartbeat) + c.of_kind(MessageKind::HeartbeatResp));
    let traffic = world.traffic();
    let (refused, timed_out) = (traffic.refused, traffic.timed_out);
    vec![
        group(row(
            both!("heartbeat messages", "心跳消息"),
            coalesced + single,
            both!(
                "{beats} beats coalesced, {single} alone",
                "{beats} 个心跳合并发送，{single} 个单独发送"
            ),
        )),
        row(both!("heartbeat steps", "心跳步数"), sum(|c| c.heartbeat_steps), none()),
        row(both!("Raft messages", "Raft 消息"), sum(Counters::raft_messages), none()),
        row(both!("Raft ticks", "Raft tick"), sum(|c| c.ticks), none()),
        group(row(both!("put to sleep", "进入静默"), sum(|c| c.quiesced), none())),
        row(both!("woken", "被唤醒"), sum(|c| c.woken), none()),
        group(row(
            both!("requests done", "完成的请求"),
            traffic.done,
            both!(
                "{refused} refused, {timed_out} timeouts",
                "{refused} 个被拒，{timed_out} 次超时"
            ),
        )),
        row(both!("proposals", "提案"), sum(|c| c.proposals), none()),
        row(both!("evaluations", "求值"), sum(|c| c.evaluations), none()),
        row(both!("keys touched", "涉及的键"), sum(|c| c.evaluated_keys), none()),
        row(both!("rejected below Raft", "Raft 之下被拒"), sum(|c| c.rejected), none()),
        group(row(both!("syncs", "fsync"), sum(|c| c.syncs), none())),
        row(
            both!("log entries", "日志条目"),
            sum(|c| c.entries),
            Both::same(bytes_text(sum(|c| c.entry_bytes))),
        ),
        row(
            both!("entry bytes on the wire", "网络上的条目字节"),
            sum(|c| c.sent_entry_bytes),
            none(),
        ),
    ]
}

pub(super) fn switches(world: &World) -> Vec<SwitchRow> {
    let row = |words: Words| {
        let on = words.knob.is_on(world.config());
        SwitchRow {
            name: words.name.both(),
            does: if on { words.on } else { words.off }.both(),
            on,
            line: if on { words.turn_off } else { words.turn_on }.to_owned(),
        }
    };
    SWITCHES.into_iter().map(row).collect()
}

/// What is said of a switch, and the script lines that turn it; none if only a new run can.
pub(super) struct Words {
    pub(super) knob: Knob,
    pub(super) name: Label,
    pub(super) on: Label,
    pub(super) off: Label,
    turn_on: &'static str,
    turn_off: &'static str,
}

const fn label(en: &'static str, zh: &'static str) -> Label {
    Label { en, zh }
}

pub(super) const SWITCHES: [Words; 7] = [
    Words {
        knob: Knob::Coalescing,
        name: label("Coalesced heartbeats", "合并心跳"),
        on: label("one message per pair of stores and flush", "每对 store 每次 flush 一条消息"),
        off: label("one message per range and follower", "每个 range 每个 follower 一条消息"),
        turn_on: "switch coalescing on",
        turn_off: "switch coalescing off",
    },
    Words {
        knob: Knob::Quiescence,
        name: label("Quiescence", "静默"),
        on: label("idle ranges stop their clocks", "空闲的 range 停下时钟"),
        off: label("idle ranges tick for ever", "空闲的 range 一直 tick"),
        turn_on: "switch quiescence on",
        turn_off: "switch quiescence off",
    },
    Words {
        knob: Knob::Evaluation,
        name: label("Proposer-evaluated KV", "Proposer Evaluated KV"),
        on: label("the proposer evaluates, others write bytes", "proposer 求值，其他副本只写字节"),
        off: label("every replica evaluates", "每个副本都求值"),
        turn_on: "switch evaluation proposer",
        turn_off: "switch evaluation naive",
    },
    Words {
        knob: Knob::Groups,
        name: label("Lazy Raft groups", "延迟加载 Raft group"),
        on: label("a group is loaded when first needed", "需要时才加载"),
        off: label("a store starts with all its groups", "store 启动时全部加载"),
        turn_on: "switch groups lazy",
        turn_off: "switch groups live",
    },
    Words {
        knob: Knob::Sideloading,
        name: label("Sideloading", "Sideloading"),
        on: label("tables lie beside the log", "table 放在日志旁"),
        off: label("tables lie in the log", "table 放在日志里"),
        turn_on: "switch sideloading on",
        turn_off: "switch sideloading off",
    },
    Words {
        knob: Knob::Ingest,
        name: label("Ingestion by link", "用硬链接 ingest"),
        on: label("a table beside the log gets one more name", "日志旁的 table 多得一个名字"),
        off: label("a table beside the log is copied", "日志旁的 table 被复制"),
        turn_on: "switch ingest link",
        turn_off: "switch ingest copy",
    },
    Words {
        knob: Knob::LogEngine,
        name: label("Separate log engine", "独立的日志引擎"),
        on: label(
            "log and state have an engine each, since the start",
            "日志与状态机从一开始就各有引擎",
        ),
        off: label(
            "log and state share one engine, since the start",
            "日志与状态机从一开始就共用引擎",
        ),
        turn_on: "",
        turn_off: "",
    },
];
