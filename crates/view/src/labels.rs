//! The words on buttons, tabs and panels, in both languages.

use crate::Label;

const fn label(en: &'static str, zh: &'static str) -> Label {
    Label { en, zh }
}

/// Title of the page.
pub const NAME: Label = label("Raftarium", "Raftarium");
/// Jump over the header, for people at a keyboard.
pub const SKIP: Label = label("Skip to the stage", "跳到舞台");
/// The way to the page of many ranges.
pub const RANGES: Label = label("Ranges", "Range");
/// The ring of nodes.
pub const STAGE: Label = label("Nodes and messages", "节点与消息");

/// Transport: start virtual time.
pub const PLAY: Label = label("Play", "播放");
/// Transport: stop virtual time.
pub const PAUSE: Label = label("Pause", "暂停");
/// Transport: one event forward.
pub const STEP: Label = label("Next event", "下一个事件");
/// Transport: one event back.
pub const BACK: Label = label("Previous event", "上一个事件");
/// Transport: to the next moment worth a look.
pub const STAR: Label = label("Next key moment", "下一个关键时刻");
/// Transport: how fast virtual time runs.
pub const SPEED: Label = label("Speed", "速度");
/// The next rung down of the ladder.
pub const SLOWER: Label = label("Slower", "更慢");
/// The next rung up of the ladder.
pub const FASTER: Label = label("Faster", "更快");
/// The fastest rung.
pub const MAX: Label = label("max", "最快");
/// The scrubber.
pub const MOMENT: Label = label("Moment of the run", "运行时刻");
/// The space-time diagram.
pub const STRIP: Label = label("Space-time diagram", "时空图");
/// The diagram leaves lines out.
pub const TRUNCATED: Label = label("some messages left out", "省略了部分消息");

/// The command line.
pub const COMMAND: Label = label("Command line", "命令行");
/// An empty line was run.
pub const NO_COMMAND: Label = label("there is no command in an empty line", "空行里没有命令");
/// What stands in the empty command line.
pub const COMMAND_HINT: Label = label(
    "put x 7, kill n1, partition n1 n2 | n3 n4 n5",
    "put x 7、kill n1、partition n1 n2 | n3 n4 n5",
);
/// Under the completions.
pub const COMPLETE: Label = label("Tab completes", "按 Tab 补全");

/// A client's chip: its next request.
pub const ASK: Label = label("Write something", "写入一个值");
/// On a phone: the command line and what else has no room in the bar.
pub const MORE: Label = label("More", "更多");
/// Make a link of this run.
pub const SHARE: Label = label("Share", "分享");
/// After the link was copied.
pub const SHARED: Label = label(
    "Link copied: it opens this run at this moment.",
    "链接已复制：打开即回到这次运行的这一时刻。",
);
/// When the clipboard cannot be had.
pub const SHARED_BAR: Label = label(
    "The link is in the address bar: it opens this run at this moment.",
    "链接已放在地址栏：打开即回到这次运行的这一时刻。",
);
/// Start afresh.
pub const NEW_RUN: Label = label("New run", "新运行");
/// How many nodes.
pub const NODES: Label = label("Nodes", "节点数");
/// The seed of chance.
pub const SEED: Label = label("Seed", "随机种子");
/// Another seed.
pub const ROLL: Label = label("Another seed", "换一个种子");
/// Start it.
pub const START: Label = label("Start", "开始");
/// The same seed, the same run.
pub const SEED_NOTE: Label = label(
    "The same seed gives the same run, on every machine.",
    "同一个种子在任何机器上都得到同一次运行。",
);
/// The run as text.
pub const SCRIPT: Label = label("Script", "脚本");
/// What the script panel says.
pub const SCRIPT_NOTE: Label = label(
    "This text is the whole run. Change it, or paste another, and run it.",
    "这段文本就是整次运行。可以修改，或粘贴另一段，再运行。",
);
/// Run the script.
pub const RUN: Label = label("Run this script", "运行脚本");
/// Take the text of the run on screen again.
pub const RELOAD: Label = label("Show the run on screen", "取当前运行");
/// Close a panel.
pub const CLOSE: Label = label("Close", "关闭");

/// The log table.
pub const LOG: Label = label("Log", "日志");
/// One page of the log to the left.
pub const LOG_EARLIER: Label = label("Earlier entries", "更早的条目");
/// One page of the log to the right.
pub const LOG_LATER: Label = label("Later entries", "更晚的条目");
/// Follow the end of the log.
pub const LOG_END: Label = label("Follow the end", "跟随末尾");
/// The column of nodes, for screen readers.
pub const NODE: Label = label("Node", "节点");
/// No log has an entry.
pub const LOG_EMPTY: Label = label(
    "No entries yet: the first leader writes the first one.",
    "还没有条目：第一个 leader 会写入第一条。",
);
/// Cells: in memory only.
pub const WRITTEN: Label = label("written, not yet on disk", "已写入，尚未落盘");
/// Cells: on disk.
pub const DURABLE: Label = label("on disk", "已落盘");
/// Cells: committed.
pub const COMMITTED: Label = label("committed", "已提交（committed）");
/// Cells: applied.
pub const APPLIED: Label = label("applied", "已应用（applied）");
/// Cells: will be overwritten.
pub const DOOMED: Label = label("will be overwritten", "将被覆盖");

/// Tab: what happened.
pub const EVENTS: Label = label("Events", "事件");
/// Tab: what is armed or in flight.
pub const COMING: Label = label("Next", "即将");
/// Tab: what is selected.
pub const INSPECT: Label = label("Inspect", "详情");
/// Tab: invariants.
pub const RULES: Label = label("Rules", "规则");
/// Tab: branches.
pub const FUTURES: Label = label("Futures", "分支");
/// The panel of tabs.
pub const DETAILS: Label = label("Details of the run", "运行详情");
/// Nothing happened yet.
pub const EVENTS_EMPTY: Label =
    label("Nothing has happened yet. Press play.", "还没有发生任何事。请按播放。");
/// Nothing is armed.
pub const COMING_EMPTY: Label =
    label("Nothing is armed and nothing is in flight.", "没有计时器在走，也没有消息在途。");
/// Nothing is selected.
pub const INSPECT_EMPTY: Label =
    label("Click a node or a message to open it here.", "点击一个节点或一条消息，在这里查看。");
/// Only one future so far.
pub const FUTURES_EMPTY: Label = label(
    "One future so far. Go back in time and do something else: both futures are kept.",
    "目前只有一个未来。回到过去做点别的：两个未来都会保留。",
);
/// The future on screen.
pub const ON_SCREEN: Label = label("on screen", "当前");
/// Show another future.
pub const SWITCH: Label = label("Show", "查看");
/// Forget another future.
pub const FORGET: Label = label("Forget", "删除");
/// A branch leaves here.
pub const LEAVES_AT: Label = label("leaves at", "分叉于");
/// A rule that was never checked.
pub const CHECKS: Label = label("checks", "次检查");

/// Opens the chain of causes.
pub const WHY: Label = label("why?", "为什么？");
/// The chain of causes.
pub const CAUSES: Label = label("because", "因为");
/// Go to a moment.
pub const GO_THERE: Label = label("Go to this moment", "回到这一时刻");

/// While time stands so that a sentence can be read.
pub const HOLDS: Label = label("time stands · go on →", "时间停住 · 继续 →");

/// What can be done with a node.
pub const ACTIONS: Label = label("Actions", "操作");
/// The chip at a cut.
pub const HEAL: Label = label("heal", "恢复");
/// The chip at a cut.
pub const CUT: Label = label("cut", "断开");
/// The chip at a cut that makes groups.
pub const PARTITION: Label = label("partition", "分区");
/// Picking the nodes of one side.
pub const PICK: Label = label("Pick the nodes of one side", "选择一侧的节点");
/// Do it.
pub const PICK_DONE: Label = label("Partition", "分区");
/// Do not.
pub const CANCEL: Label = label("Cancel", "取消");

/// Colours follow the system.
pub const THEME_AUTO: Label = label("Colours: as the system", "配色：跟随系统");
/// Light colours.
pub const THEME_LIGHT: Label = label("Colours: light", "配色：浅色");
/// Dark colours.
pub const THEME_DARK: Label = label("Colours: dark", "配色：深色");
/// The other language, in that language.
pub const LANGUAGE: Label = label("Language", "语言");
/// The tab of the microscope.
pub const READY: Label = label("Ready", "Ready");
/// The steps of the loop.
pub const LOOP: Label = label("The Ready loop", "Ready 循环");
/// One step of the loop.
pub const SUB_STEP: Label = label("Next step", "下一步");
/// Between two rounds of the loop.
pub const NO_READY: Label = label("No Ready in hand.", "手上没有 Ready。");
/// The tab of a file that is played.
pub const FILE: Label = label("File", "文件");
/// To the next directive that prints something else than it must.
pub const TO_MISMATCH: Label = label("To the next mismatch", "到下一处不符");
/// Back from a file to the run.
pub const CLOSE_FILE: Label = label("Close the file", "关闭文件");
/// What a directive must print.
pub const EXPECTED: Label = label("expected", "预期输出");
/// What it prints.
pub const PRINTED: Label = label("printed", "实际输出");
/// The directive that comes next.
pub const NEXT_LINE: Label = label("next:", "下一步：");
/// Opens a file of etcd's grammar, or a script.
pub const OPEN_FILE: Label = label("Open a file…", "打开文件…");
/// Beside it.
pub const OPEN_NOTE: Label = label(
    "A script, or an interaction file of etcd's grammar; dropping it on the page opens it too.",
    "脚本，或 etcd 语法的 interaction 文件；也可以直接拖到页面上。",
);
/// A file that is no text.
pub const NOT_TEXT: Label = label("the file cannot be read", "无法读取这个文件");
/// The keys.
pub const HELP: Label = label("Keys and signs", "按键与图例");
/// Heading of the keys.
pub const KEYS: Label = label("Keys", "按键");
/// Heading of the legend.
pub const SIGNS: Label = label("Signs", "图例");

/// A finding: what it is.
pub const BROKEN: Label = label("A rule is broken", "有规则被违反");
/// A finding: look at it.
pub const SHOW_MOMENT: Label = label("Show the moment", "查看那一时刻");
/// A finding: go on.
pub const GO_ON: Label = label("Go on", "继续");
/// Put a notice away.
pub const DISMISS: Label = label("Dismiss", "知道了");

/// One key and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As it is printed on the keyboard.
    pub key: &'static str,
    /// What it does.
    pub does: Label,
}

pub(crate) const fn key(key: &'static str, en: &'static str, zh: &'static str) -> Key {
    Key { key, does: Label { en, zh } }
}

/// The keys of both pages for time.
pub const TIME_KEYS: &[Key] = &[
    key("Space", "play or pause", "播放 / 暂停"),
    key("→ ←", "event forward, back", "前进 / 后退一个事件"),
    key("⇧→ ⇧←", "key moment forward, back", "前进 / 后退到关键时刻"),
    key("↑ ↓", "faster, slower", "加速 / 减速"),
    key("Home End", "start, end of the run", "运行开头 / 末尾"),
    key("G", "go to a moment", "前往某一时刻"),
];

/// Those of both for the page itself.
pub const PAGE_KEYS: &[Key] = &[
    key("W", "why?", "为什么？"),
    key("N Z", "colours, language", "配色 / 语言"),
    key("/", "command line", "命令行"),
    key("Esc", "close, go back, deselect", "关闭 / 返回 / 取消选择"),
];

/// The keys of the page of one group that only it has, in the order of use.
pub const KEY_LIST: &[Key] = &[
    key("Alt →", "next step under the microscope", "显微镜下的下一步"),
    key("1 – 9", "select a node", "选择节点"),
    key("Enter ⇧F10", "actions of the node in focus", "当前节点的操作"),
    key("X ⇧X", "kill (⇧: without disk) or restart", "停机（⇧：丢失磁盘）/ 重启"),
    key("T", "campaign", "发起选举"),
    key("L", "transfer the lead to it", "移交 leader"),
    key("C", "client write", "客户端写入"),
    key("R", "client read without a log entry", "客户端读取，不经日志"),
    key("S", "compact its log", "压缩它的日志"),
    key("P", "partition by picking nodes", "选择节点做分区"),
    key("H", "heal every link", "恢复所有链路"),
    key("D U .", "drop, duplicate, hold the message", "丢弃 / 复制 / 扣住消息"),
    key("+", "delay the message by 5 ms", "消息推迟 5 ms"),
];

/// One sign of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The sign.
    pub sign: &'static str,
    /// Its meaning.
    pub means: Label,
}

pub(crate) const fn sign(sign: &'static str, en: &'static str, zh: &'static str) -> Sign {
    Sign { sign, means: Label { en, zh } }
}

/// The signs of the picture, in reading order.
pub const SIGN_LIST: &[Sign] = &[
    sign("○ F", "follower", "follower"),
    sign("◇ C", "candidate (P: asks before campaigning)", "candidate（P：先预投票）"),
    sign("■ L", "leader; dashed: its term is over", "leader；虚线：任期已过"),
    sign("▨ ✕", "stopped; ‖ paused", "已停机；‖ 已停顿"),
    sign("◔", "time until the election timer fires", "距选举超时还剩多少"),
    sign("◆", "a vote and its request; hollow: the answer", "投票请求；空心：应答"),
    sign("▭ 2", "append with 2 entries; ✓ ✕: accepted, refused", "追加 2 条；✓ ✕：接受 / 拒绝"),
    sign("•", "heartbeat", "心跳"),
    sign("▢ ┄", "half: not on disk; dashed: not committed", "半格：未落盘；虚线：未提交"),
    sign("▣", "green: committed; bar: applied", "绿框：已提交；横条：已应用"),
    sign("▤ …", "in a snapshot, not in the log any more", "已在 snapshot 中，不再在日志里"),
    sign(
        "old new",
        "the half of a joint configuration it votes in",
        "在 joint configuration 的哪一半投票",
    ),
    sign("P R S", "probe, replicate, snapshot; ‖ waits", "探测 / 复制 / snapshot；‖ 等待"),
    sign("● ▲", "match and next as the leader sees them", "leader 眼中的 match 与 next"),
];

/// A moment as the clock at the top shows it: `00:03.482`.
pub fn clock(micros: u64) -> String {
    let digits = |number: u64, width: usize| {
        let text = number.to_string();
        ["0".repeat(width.saturating_sub(text.len())), text].concat()
    };
    let (minutes, seconds) = (micros / 60_000_000, micros / 1_000_000 % 60);
    [
        digits(minutes, 2),
        ":".into(),
        digits(seconds, 2),
        ".".into(),
        digits(micros / 1_000 % 1_000, 3),
    ]
    .concat()
}
