//! The keys and signs that only the picture of many ranges has.

use crate::labels::{Key, Sign, key, sign};

/// The keys that only this page has, in the order of use.
pub const KEY_LIST: &[Key] = &[
    key("1 – 9", "open the engine of a store", "打开一个 store 的引擎"),
    key(
        "X",
        "kill or restart that store; or double-click its name",
        "停机 / 重启这个 store；或双击它的名字",
    ),
    key("] [", "one range as a ring, all ranges", "一个 range 的环 / 所有 range"),
    key("P", "partition; or draw a line between two stores", "分区；或在两个 store 之间画线"),
    key("H", "heal every stream", "恢复所有的流"),
    key("C R", "client write, read", "客户端写入 / 读取"),
    key("L", "move the lease of the selected range", "移交所选 range 的 lease"),
    key("Q", "wake the selected range", "唤醒所选的 range"),
    key("I", "ingest a table", "ingest 一个 table"),
    key("S", "scenes", "场景"),
    key("V", "compare with a switch turned", "与另一种开关对比"),
];

/// The signs of the picture, in reading order.
pub const SIGN_LIST: &[Sign] = &[
    sign("■ L", "leader of a range, on this store", "这个 store 上某个 range 的 leader"),
    sign("○ F", "follower", "follower"),
    sign("◇ C", "candidate", "candidate"),
    sign("◌", "dashed: asleep, no clock runs", "虚线：静默，时钟停下"),
    sign(
        "○ ?",
        "knows of no keys yet: a split or a snapshot comes",
        "尚不知道自己的键：等待分裂或 snapshot",
    ),
    sign(
        "▁",
        "holds the lease: it answers reads and evaluates writes",
        "持有 lease：回答读、为写求值",
    ),
    sign("✉ ×40", "heartbeats of 40 ranges in one message", "一条消息里有 40 个 range 的心跳"),
    sign("✉ ☾", "some of them tell followers to sleep", "其中有让 follower 静默的心跳"),
    sign("♥", "a node promises to live for a while", "节点承诺在一段时间内存活"),
    sign("▭", "entries to a follower; hollow: the answer", "发给 follower 的条目；空心：应答"),
    sign("◆", "a vote and its request; hollow: the answer", "投票请求；空心：应答"),
    sign("▰ 12 KB", "a piece of a snapshot, or a large entry", "snapshot 的一块，或较大的条目"),
    sign("○", "a client's request, from the key space to a store", "客户端请求，从键空间到 store"),
    sign("✂ ┆", "no stream goes through here; click it to heal", "这里没有流通过；点击恢复"),
    sign("▬", "bytes on a disk; framed: it syncs", "磁盘上的字节；带框：正在 fsync"),
    sign(
        "▣ r2 6/12",
        "a table beside the log of r2: entry 12 of term 6 names it",
        "r2 日志旁的 table：任期 6 的条目 12 指向它",
    ),
];
