//! Numbers of a run: what is there, and what was counted.

use core::fmt;

use lsm::Origin;
use raft::MessageKind;
use sim::ranges::World;
use store::{Counters, Freight, Replica, SideloadedFile, Store};

use crate::words::{Row, Word};

/// A number of a run of many ranges, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Figure(pub(super) usize);

impl Figure {
    /// All of them, in the order of the help.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FIGURES.len()).map(Self)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        FIGURES[self.0].word.word
    }

    /// What it is now.
    pub fn value(self, world: &World) -> u64 {
        (FIGURES[self.0].then)(world)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

type Value = fn(&World) -> u64;

/// The numbers, in the order of the help.
pub(crate) const FIGURES: [Row<Value>; 41] = [
    row("ranges", "ranges 9", "How many ranges there are.", "range 个数。", |world| {
        world.ranges().count() as u64
    }),
    row("asleep", "asleep 9", "How many ranges sleep.", "静默的 range 个数。", |world| {
        world.asleep() as u64
    }),
    row(
        "groups",
        "groups 27",
        "How many Raft groups have come to life on running stores.",
        "运行中的 store 上已加载的 Raft group 个数。",
        |world| {
            let replicas = world.stores().flat_map(Store::replicas).filter_map(Replica::raft);
            replicas.count() as u64
        },
    ),
    row(
        "messages",
        "new messages 0",
        "Raft messages on the streams; a coalesced one is one.",
        "stream 上的 Raft 消息数；合并的消息算一条。",
        |world| world.sum(Counters::raft_messages),
    ),
    row(
        "heartbeats",
        "new heartbeats 0",
        "Heartbeats that travelled alone, and their answers.",
        "单独发送的心跳及其回答。",
        |world| {
            world.sum(|c| c.of_kind(MessageKind::Heartbeat) + c.of_kind(MessageKind::HeartbeatResp))
        },
    ),
    row(
        "coalesced",
        "new coalesced < 100",
        "Messages that carry heartbeats, or answers, of many ranges.",
        "携带许多 range 的心跳（或回答）的合并消息。",
        |world| world.sum(|c| c.coalesced_requests + c.coalesced_responses),
    ),
    row(
        "beats",
        "new beats > 100",
        "Heartbeats and answers inside coalesced messages.",
        "合并消息内的心跳和回答。",
        |world| world.sum(|c| c.beats + c.beat_responses),
    ),
    row(
        "steps",
        "new steps 0",
        "Messages stepped into Raft groups, unfolded ones included.",
        "交给 Raft group 的消息数（包括拆开的）。",
        |world| world.sum(|c| c.steps),
    ),
    row("ticks", "new ticks 0", "Ticks of Raft groups.", "Raft group 的 tick 数。", |world| {
        world.sum(|c| c.ticks)
    }),
    row(
        "evaluations",
        "new evaluations 1",
        "Requests evaluated, on all stores together.",
        "所有 store 执行请求的次数。",
        |world| world.sum(|c| c.evaluations),
    ),
    row(
        "evaluated",
        "new evaluated 1",
        "Keys that evaluations read or wrote.",
        "执行请求时读写的 key 数。",
        |world| world.sum(|c| c.evaluated_keys),
    ),
    row("proposals", "new proposals 1", "Commands proposed.", "提议的命令数。", |world| {
        world.sum(|c| c.proposals)
    }),
    row(
        "applied",
        "new applied 3",
        "Commands applied, on all replicas together.",
        "所有 replica 应用的命令数。",
        |world| world.sum(|c| c.applied),
    ),
    row(
        "rejected",
        "new rejected 0",
        "Commands that a check below Raft turned into nothing.",
        "被 Raft 之下的检查作废的命令数。",
        |world| world.sum(|c| c.rejected),
    ),
    row("syncs", "new syncs > 0", "Syncs of the log.", "日志落盘次数。", |world| {
        world.sum(|c| c.syncs)
    }),
    row(
        "synced",
        "new synced > 0",
        "Bytes in the write-ahead logs that syncs wait for, since the stores started.",
        "落盘所等待的 WAL 字节数（自 store 启动起）。",
        World::synced_bytes,
    ),
    row(
        "entries",
        "new entries 3",
        "Log entries written, on all replicas together.",
        "所有 replica 写入的日志条目数。",
        |world| world.sum(|c| c.entries),
    ),
    row(
        "logged",
        "new logged > 0",
        "Bytes of the data of those entries.",
        "这些条目的数据字节数。",
        |world| world.sum(|c| c.entry_bytes),
    ),
    row(
        "sent",
        "new sent > 0",
        "Bytes of entries in messages to followers, their tables included.",
        "发给 follower 的消息中条目（包括 table）的字节数。",
        |world| world.sum(|c| c.sent_entry_bytes),
    ),
    row(
        "wire",
        "new wire > 0",
        "Bytes of all messages between stores, as protobuf writes them.",
        "store 之间所有消息的字节数（protobuf 编码）。",
        |world| world.sum(Counters::bytes_sent),
    ),
    row(
        "wirebeats",
        "new wirebeats > 0",
        "Those of heartbeats and their answers, alone or coalesced.",
        "其中心跳及其回答的字节数（单独或合并）。",
        |world| {
            let beats = [Freight::Heartbeats, Freight::HeartbeatResponses];
            world.sum(|c| beats.map(|beat| c.bytes_of(beat)).iter().sum())
        },
    ),
    row(
        "truncations",
        "new truncations 0",
        "Times that a log was truncated.",
        "日志截断次数。",
        |world| world.sum(|c| c.truncations),
    ),
    row(
        "snapshots",
        "new snapshots 0",
        "Snapshots received.",
        "收到的 snapshot 数。",
        |world| world.sum(|c| c.snapshots_received),
    ),
    row(
        "sideloaded",
        "new sideloaded 3",
        "Tables put beside a log, on all replicas together.",
        "所有 replica 放到日志旁的 table 数。",
        |world| world.sum(|c| c.sideloaded),
    ),
    row(
        "ingested",
        "new ingested 3",
        "Tables taken into a state engine, on all replicas together.",
        "所有 replica 收入状态机引擎的 table 数。",
        |world| world.sum(|c| c.ingested),
    ),
    row(
        "beside",
        "beside 3",
        "Tables that lie beside logs, on running stores.",
        "运行中的 store 上日志旁的 table 数。",
        |world| world.stores().map(|store| beside(store).count() as u64).sum(),
    ),
    row(
        "linked",
        "linked 3",
        "Those of them whose file is a table of the state engine, too.",
        "其中同时也是状态机引擎 table 的文件数。",
        |world| {
            let linked = |store| beside(store).filter(|file| 1 < file.links).count() as u64;
            world.stores().map(linked).sum()
        },
    ),
    row(
        "bottom",
        "bottom 3",
        "Ingested tables in the last level of state engines, on running stores.",
        "运行中的 store 的状态机引擎最底层中 ingest 的 table 数。",
        |world| world.stores().map(|store| ingested(store, Part::Bottom)).sum(),
    ),
    row(
        "above",
        "above 3",
        "Ingested tables in levels above the last one.",
        "最底层之上各层中 ingest 的 table 数。",
        |world| world.stores().map(|store| ingested(store, Part::Above)).sum(),
    ),
    row(
        "written",
        "new written > 0",
        "Bytes that running stores have written to all of their files, since they started.",
        "运行中的 store 自启动起写入所有文件的字节数。",
        |world| world.stores().map(|store| store.engines().written().total()).sum(),
    ),
    row(
        "spilled",
        "new spilled > 0",
        "Bytes that temporary engines have written, on running stores.",
        "运行中的 store 的临时引擎写入的字节数。",
        |world| {
            let temps = world.stores().filter_map(|store| store.engines().temp());
            temps.map(|temp| temp.ledger().total()).sum()
        },
    ),
    row(
        "quiesced",
        "new quiesced 1",
        "Ranges that their leader put to sleep.",
        "被 leader 置为静默的 range 数。",
        |world| world.sum(|c| c.quiesced),
    ),
    row("woken", "new woken 3", "Replicas woken.", "被唤醒的 replica 数。", |world| {
        world.sum(|c| c.woken)
    }),
    row("elected", "new elected 0", "Leaders elected.", "选出的 leader 数。", |world| {
        world.sum(|c| c.elected)
    }),
    row(
        "leases",
        "new leases 3",
        "Lease changes applied, on all replicas together.",
        "所有 replica 应用的租约变更数。",
        |world| world.sum(|c| c.leases),
    ),
    row("asked", "new asked 1", "Requests of clients.", "客户端请求数。", |world| {
        world.traffic().asked
    }),
    row(
        "answered",
        "new answered 1",
        "Requests that did what was asked.",
        "成功回答的请求数。",
        |world| world.traffic().done,
    ),
    row(
        "refused",
        "new refused 0",
        "Requests that a range refused.",
        "被 range 拒绝的请求数。",
        |world| world.traffic().refused,
    ),
    row(
        "waiting",
        "waiting 0",
        "Requests that wait for an answer.",
        "等待回答的请求数。",
        |world| world.waiting().len() as u64,
    ),
    row(
        "hops",
        "new hops 1",
        "Times that the gateway sent a request to a store.",
        "gateway 把请求发给 store 的次数。",
        |world| world.gateway().counters().hops,
    ),
    row(
        "learned",
        "new learned 1",
        "Entries of the gateway's range cache that were replaced.",
        "gateway 的 range 缓存更新的条目数。",
        |world| world.gateway().counters().replaced,
    ),
];

/// The tables beside the logs of a store.
fn beside(store: &Store) -> impl Iterator<Item = SideloadedFile> {
    store.engines().sideloaded_files().into_iter()
}

/// A part of an engine's levels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Bottom,
    Above,
}

/// The ingested tables in a part of a store's state engine.
fn ingested(store: &Store, part: Part) -> u64 {
    let engine = store.engines().state();
    let last = engine.config().levels - 1;
    let tables = engine.version().tables().filter(|(_, meta)| meta.origin == Origin::Ingestion);
    tables.filter(|(level, _)| (*level == last) == (part == Part::Bottom)).count() as u64
}

const fn row(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: Value,
) -> Row<Value> {
    Row { word: Word { word, form, en, zh }, then }
}
