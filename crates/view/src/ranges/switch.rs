//! How the switches stand.

use sim::ranges::{Knob, World};

use super::SwitchRow;
use crate::Label;

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
            "log and state have an engine each; turning it begins a new run",
            "日志与状态机各有引擎；切换会重新开始",
        ),
        off: label(
            "log and state share one engine; turning it begins a new run",
            "日志与状态机共用引擎；切换会重新开始",
        ),
        turn_on: "new log=separate",
        turn_off: "new log=shared",
    },
];
