//! The words on buttons and tabs that only the page of ranges has.

use view::Label;

const fn label(en: &'static str, zh: &'static str) -> Label {
    Label { en, zh }
}

pub(super) const ONE_GROUP: Label = label("One group", "单个 group");
pub(super) const STAGE: Label = label("Ranges and stores", "range 与 store");
pub(super) const CHOOSE: Label = label("Selected range", "选中的 range");
pub(super) const LEVELS: Label = label("Levels of detail", "详细程度");
pub(super) const ALL_RANGES: Label = label("← all ranges", "← 所有 range");
pub(super) const SIZE: Label = label("Stores and ranges", "store 与 range 的数量");
pub(super) const HINT: Label = label(
    "put m42 v, split at m5, kill s1, lease r3 to s2, load 20/s",
    "put m42 v、split at m5、kill s1、lease r3 to s2、load 20/s",
);
pub(super) const NOTHING: Label = label(
    "Click a range to see its lease, its replicas and why it is awake.",
    "点击一个 range，查看它的 lease、副本以及活跃的原因。",
);
pub(super) const SCENES: Label = label("Scenes", "场景");
pub(super) const IN_ALL: Label = label("in all", "累计");
pub(super) const LATELY: Label = label("last second", "最近一秒");
pub(super) const WRITTEN: Label = label("Bytes written", "写入的字节");
pub(super) const STATE: Label = label("state", "状态机");
pub(super) const LOG: Label = label("log", "日志");
pub(super) const EMPTY_ENGINE: Label =
    label("No table yet: everything is in the memtable.", "还没有 table：都在 memtable 里。");
pub(super) const INGEST: Label = label("Ingest a file …", "ingest 文件…");
pub(super) const INGEST_NOTE: Label = label(
    "An .sst file, or lines key,value, 1 MB at most; or drop it on a range",
    ".sst 文件，或每行 key,value，最大 1 MB；也可以拖放到一个 range 上",
);
pub(super) const TABLE: Label = label("A table …", "选一个 table…");
pub(super) const SAVE: Label = label("Save .sst", "存为 .sst");
pub(super) const SHELF: Label = label("Tables beside the log", "日志旁的 table");
pub(super) const THIN: Label = label("thin", "瘦条目");
pub(super) const NO_ENTRY: Label = label("no entry", "没有条目");
pub(super) const FILE: Label = label("file", "文件");
pub(super) const KEY_SPACE: Label = label("keys in order →", "键的顺序 →");
pub(super) const LEGEND: &[(&str, Label)] = &[
    ("■", label("leader", "leader")),
    ("○", label("follower", "follower")),
    ("◌", label("asleep", "静默")),
    ("▁", label("lease", "lease")),
];

/// The two sides of a comparison.
pub(super) const SIDES: [Label; 2] = [label("left", "左"), label("right", "右")];
pub(super) const COMPARE: Label = label("Compare", "对比");
pub(super) const COMPARE_NOTE: Label = label(
    "Choose a switch. Beside this run stands the same one, with the same seed and the same commands, in which only that switch is turned.",
    "选择一个开关。旁边是同一次运行：同样的种子、同样的命令，只有这个开关相反。",
);
pub(super) const COMPARISON: Label = label("Left and right", "左右对比");
pub(super) const COUNTED_OF: Label = label("Whose figures", "谁的计数");
pub(super) const ALL_STORES: Label = label("all", "全部");
pub(super) const COUNTED: Label = label("What was counted in both runs", "两次运行的计数");
pub(super) const RATIO: Label = label("ratio", "比");
pub(super) const LEAVE: Label = label("Leave comparison", "结束对比");
pub(super) const SAME: Label = label(
    "No difference yet: the same has happened in both.",
    "还没有分歧：两边发生的事完全相同。",
);
pub(super) const NOW_ON: Label = label("on here, off beside it", "此处开，旁边关");
pub(super) const NOW_OFF: Label = label("off here, on beside it", "此处关，旁边开");

pub(super) const RESTORE: Label = label(
    "A backup of four megabytes comes back into 16 ranges with three replicas, on a cluster of its own. How many bytes does a replica write for each byte restored?",
    "把 4 MB 的备份恢复到 16 个各有三个副本的 range 中（在另一个集群上）。每恢复一个字节，一个副本要写多少字节？",
);
pub(super) const MEASURE: Label = label("Measure four ways", "测量四种方法");
pub(super) const MEASURING: Label = label("measuring …", "测量中……");

/// What bytes are written for.
pub(super) const CATEGORIES: &[(&str, view::Tone)] = &[
    ("WAL", view::Tone::Lead),
    ("flush", view::Tone::Truth),
    ("compaction", view::Tone::Election),
    ("sideload", view::Tone::Bulk),
    ("ingest", view::Tone::Ink),
    ("manifest", view::Tone::Idle),
];

/// The tabs beside the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Range,
    Counts,
    Switches,
    Restore,
    Events,
    Rules,
    Futures,
}

impl Tab {
    pub(super) const ALL: [Self; 7] = [
        Self::Range,
        Self::Counts,
        Self::Switches,
        Self::Restore,
        Self::Events,
        Self::Rules,
        Self::Futures,
    ];

    /// The one of this word.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.as_str() == word)
    }

    /// Whether it says something while two runs are compared, that does not stand above it already.
    pub(super) fn is_beside(self) -> bool {
        !matches!(self, Self::Counts | Self::Restore)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::Counts => "counts",
            Self::Switches => "switches",
            Self::Restore => "restore",
            Self::Events => "events",
            Self::Rules => "rules",
            Self::Futures => "futures",
        }
    }

    pub(super) fn label(self) -> Label {
        match self {
            Self::Range => label("Range", "Range"),
            Self::Counts => label("Counters", "计数"),
            Self::Switches => label("Switches", "开关"),
            Self::Restore => label("RESTORE", "RESTORE"),
            Self::Events => view::labels::EVENTS,
            Self::Rules => view::labels::RULES,
            Self::Futures => view::labels::FUTURES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_open_tabs_that_there_are() {
        let mut tabs = play::ranges::SCENES.iter().filter_map(|scene| scene.tab).peekable();
        assert!(tabs.peek().is_some());
        assert!(tabs.all(|tab| Tab::named(tab).is_some()));
    }
}
