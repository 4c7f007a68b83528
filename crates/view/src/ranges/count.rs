//! What was counted since the start, and how it went within the window of the strip.

mod spark;

use det::Span;
use lsm::{Category, Ledger};
use raft::MessageKind;
use sim::ranges::World;
use store::{Counters, Engines, Freight, Store, StoreId};

use super::board::bytes_text;
use super::{CountRow, Lens, Run};
use crate::Both;
use crate::say::both;
use spark::{Spark, Sparks};

/// The store whose figures are asked for, if there is one of that name.
pub(super) fn counted(world: &World, lens: &Lens) -> Option<StoreId> {
    lens.counted.filter(|&store| world.store_ids().any(|id| id == store))
}

pub(super) fn counts(run: &Run, lens: &Lens) -> Vec<CountRow> {
    let world = run.world();
    let counted = counted(world, lens);
    let sheet = Sheet { world, counted, sparks: Sparks::new(run, lens, counted) };
    let groups = [
        sheet.messages(),
        sheet.wire(),
        sheet.sleep(),
        sheet.clients(),
        sheet.requests(),
        sheet.log(),
        sheet.bytes(),
        sheet.tables(),
        sheet.snapshots(),
        sheet.leaders(),
    ];
    let mut rows = Vec::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        let begun = rows.len();
        rows.extend(group);
        rows[begun].first = true;
    }
    rows
}

struct Sheet<'a> {
    world: &'a World,
    /// The store that the figures are of; `None` for all.
    counted: Option<StoreId>,
    sparks: Sparks,
}

impl Sheet<'_> {
    fn sum(&self, figure: impl Fn(&Counters) -> u64) -> u64 {
        match self.counted {
            Some(store) => self.world.sum_of(store, figure),
            None => self.world.sum(figure),
        }
    }

    /// The stores that the figures are of, as far as they run.
    fn stores(&self) -> impl Iterator<Item = &Store> {
        self.world.stores().filter(|store| self.counted.is_none_or(|id| id == store.id()))
    }

    /// A figure that grows.
    fn row(
        &self,
        name: Both,
        figure: impl Fn(&Counters) -> u64,
        beside: Both,
        spark: Option<Spark>,
    ) -> CountRow {
        let rate = self.rate(&figure).map(|rate| format!("{rate}/s")).unwrap_or_default();
        let spark = spark.map(|spark| self.sparks.of(spark)).unwrap_or_default();
        CountRow { rate, spark, ..now(name, self.sum(figure).to_string(), beside) }
    }

    /// How much in a second, by the last one; `None` if it comes to nothing.
    fn rate(&self, figure: impl Fn(&Counters) -> u64) -> Option<u64> {
        let (grown, within) = self.world.lately(self.counted, figure)?;
        let rate = (grown * Span::secs(1).0 + within.0 / 2) / within.0;
        (0 < rate).then_some(rate)
    }

    fn plain(&self, name: Both, figure: fn(&Counters) -> u64) -> CountRow {
        self.row(name, figure, Both::default(), None)
    }

    fn drawn(&self, name: Both, figure: fn(&Counters) -> u64, spark: Spark) -> CountRow {
        self.row(name, figure, Both::default(), Some(spark))
    }

    /// Bytes, as such.
    fn weight(&self, name: Both, bytes: impl Fn(&Counters) -> u64, beside: Both) -> CountRow {
        let rate = self.rate(&bytes).map(|rate| format!("{}/s", bytes_text(rate)));
        let rate = rate.unwrap_or_default();
        CountRow { rate, ..now(name, bytes_text(self.sum(bytes)), beside) }
    }

    /// A number of things, and their bytes beside it.
    fn sized(
        &self,
        name: Both,
        of: fn(&Counters) -> u64,
        bytes: fn(&Counters) -> u64,
        spark: Option<Spark>,
    ) -> CountRow {
        self.row(name, of, Both::same(bytes_text(self.sum(bytes))), spark)
    }

    fn messages(&self) -> Vec<CountRow> {
        let alone = |c: &Counters| {
            c.of_kind(MessageKind::Heartbeat) + c.of_kind(MessageKind::HeartbeatResp)
        };
        let all = |c: &Counters| c.coalesced_requests + c.coalesced_responses + alone(c);
        let (beats, single) = (self.sum(|c| c.beats + c.beat_responses), self.sum(alone));
        let beside = both!(
            "{beats} beats coalesced, {single} alone",
            "{beats} 个心跳合并发送，{single} 个单独发送"
        );
        let name = both!("heartbeat messages", "心跳消息");
        vec![
            self.row(name, all, beside, Some(Spark::Heartbeats)),
            self.drawn(both!("heartbeat steps", "心跳步数"), |c| c.heartbeat_steps, Spark::Beats),
            self.drawn(both!("Raft messages", "Raft 消息"), Counters::raft_messages, Spark::Sent),
            self.drawn(both!("messages thrown away", "丢弃的消息"), |c| c.dropped, Spark::Dropped),
            self.plain(both!("liveness messages", "liveness 消息"), |c| c.liveness),
            self.plain(both!("Raft ticks", "Raft tick"), |c| c.ticks),
            self.plain(both!("steps into Raft groups", "进入 Raft group 的步数"), |c| c.steps),
            self.plain(both!("Readys handled", "处理的 Ready"), |c| c.readies),
        ]
    }

    /// What the messages weigh, as protobuf writes them.
    fn wire(&self) -> Vec<CountRow> {
        let sent = |figure: fn(&Counters) -> u64| bytes_text(self.sum(figure));
        let there = sent(|c| c.bytes_of(Freight::Heartbeats));
        let back = sent(|c| c.bytes_of(Freight::HeartbeatResponses));
        let (entries, batches) = (sent(|c| c.sent_entry_bytes), sent(|c| c.snapshot_bytes_sent));
        let row = |name: Both, figure: fn(&Counters) -> u64, beside: Both| {
            self.weight(name, figure, beside)
        };
        vec![
            row(both!("bytes on the wire", "网络上的字节"), Counters::bytes_sent, Both::default()),
            row(
                both!("of these with heartbeats", "其中心跳"),
                |c| c.bytes_of(Freight::Heartbeats) + c.bytes_of(Freight::HeartbeatResponses),
                both!("{there} there, {back} back", "去程 {there}，回程 {back}"),
            ),
            row(
                both!("with entries, and answers", "其中日志条目与回答"),
                |c| c.bytes_of(Freight::Appends) + c.bytes_of(Freight::AppendResponses),
                both!("{entries} of entries", "条目 {entries}"),
            ),
            row(
                both!("with snapshots", "其中 snapshot"),
                |c| c.bytes_of(Freight::Snapshots),
                both!("{batches} of batches", "批次 {batches}"),
            ),
            row(both!("with votes", "其中投票"), |c| c.bytes_of(Freight::Votes), Both::default()),
            row(
                both!("about liveness", "其中 liveness"),
                |c| c.bytes_of(Freight::Liveness),
                Both::default(),
            ),
        ]
    }

    fn sleep(&self) -> Vec<CountRow> {
        let (mut all, mut loaded, mut asleep, mut unknown) = (0, 0, 0, 0);
        for replica in self.stores().flat_map(Store::replicas) {
            all += 1;
            loaded += u64::from(replica.raft().is_some());
            asleep += u64::from(replica.is_quiescent());
            unknown += u64::from(replica.state().is_none());
        }
        let beside = both!("of {all} replicas", "共 {all} 个副本");
        let whole = both!(
            "of {all}; {unknown} do not know their keys yet",
            "共 {all} 个；{unknown} 个还不知道自己的键"
        );
        vec![
            self.drawn(both!("put to sleep", "进入静默"), |c| c.quiesced, Spark::Quiesced),
            self.drawn(both!("woken", "被唤醒"), |c| c.woken, Spark::Woken),
            self.drawn(
                both!("sleep refused by a follower", "follower 拒绝静默"),
                |c| c.quiesce_refused,
                Spark::SleepRefused,
            ),
            now(both!("replicas asleep now", "现在静默的副本"), asleep.to_string(), whole),
            now(
                both!("Raft groups in memory now", "现在内存中的 Raft group"),
                loaded.to_string(),
                beside,
            ),
        ]
    }

    /// What clients and their gateway see: they are of no store.
    fn clients(&self) -> Vec<CountRow> {
        if self.counted.is_some() {
            return Vec::new();
        }
        let traffic = self.world.traffic();
        let (refused, timed_out) = (traffic.refused, traffic.timed_out);
        let gateway = self.world.gateway().counters();
        let hits = gateway.hits;
        let row = |name: Both, value: u64, beside: Both, spark: Spark| {
            let spark = self.sparks.of(spark);
            CountRow { spark, ..now(name, value.to_string(), beside) }
        };
        vec![
            row(
                both!("requests done", "完成的请求"),
                traffic.done,
                both!(
                    "{refused} refused, {timed_out} timeouts",
                    "{refused} 个被拒，{timed_out} 次超时"
                ),
                Spark::Answered,
            ),
            row(
                both!("sent by the gateway", "gateway 发出的请求"),
                gateway.hops,
                both!("{hits} right the first time", "{hits} 个一次找对"),
                Spark::Hops,
            ),
        ]
    }

    fn requests(&self) -> Vec<CountRow> {
        let again = self.sum(|c| c.reproposals);
        let lease = self.sum(|c| c.rejected_by_lease);
        let index = self.sum(|c| c.rejected_by_index);
        let by = both!(
            "{lease} by lease, {index} by lease index",
            "因 lease {lease}，因 lease index {index}"
        );
        vec![
            self.row(
                both!("proposals", "提案"),
                |c| c.proposals,
                both!("{again} of them again", "其中 {again} 个是重新提案"),
                Some(Spark::Proposed),
            ),
            self.drawn(both!("evaluations", "求值"), |c| c.evaluations, Spark::Evaluated),
            self.plain(both!("keys touched", "涉及的键"), |c| c.evaluated_keys),
            self.drawn(
                both!("waits for latches", "等待 latch"),
                |c| c.latch_waits,
                Spark::LatchWaits,
            ),
            self.drawn(
                both!("writes moved up by a read", "被读推后的写"),
                |c| c.pushed_writes,
                Spark::Pushed,
            ),
            self.drawn(
                both!("commands applied, by each replica", "各副本应用的命令"),
                |c| c.applied,
                Spark::Applied,
            ),
            self.row(
                both!("rejected below Raft, by each replica", "各副本在 Raft 之下拒绝"),
                |c| c.rejected,
                by,
                Some(Spark::Rejected),
            ),
        ]
    }

    /// Bytes that running stores have written since they started, as the file system saw them, and how often
    /// they were synced.
    fn bytes(&self) -> Vec<CountRow> {
        let sum = |of: fn(&Engines) -> Ledger| {
            let ledgers = self.stores().map(|store| of(store.engines()));
            ledgers.fold(Ledger::default(), |sum, ledger| sum.plus(&ledger))
        };
        let (written, syncs) = (sum(Engines::written), sum(Engines::syncs));
        let row = |name: Both, bytes: u64, syncs: u64| {
            now(name, bytes_text(bytes), both!("{syncs} syncs", "{syncs} 次 fsync"))
        };
        let each = Category::ALL.into_iter().filter(|&category| written.get(category) > 0);
        let each = each.map(|category| {
            row(category_words(category), written.get(category), syncs.get(category))
        });
        [row(both!("bytes written", "写入的字节"), written.total(), syncs.total())]
            .into_iter()
            .chain(each)
            .collect()
    }

    fn log(&self) -> Vec<CountRow> {
        vec![
            self.drawn(both!("syncs", "fsync"), |c| c.syncs, Spark::Synced),
            self.sized(both!("log entries", "日志条目"), |c| c.entries, |c| c.entry_bytes, None),
            self.sized(
                both!("entries dropped by truncation", "截断丢弃的条目"),
                |c| c.truncated_entries,
                |c| c.truncated_bytes,
                Some(Spark::Truncated),
            ),
        ]
    }

    fn tables(&self) -> Vec<CountRow> {
        vec![
            self.sized(
                both!("tables beside the log", "日志旁的 table"),
                |c| c.sideloaded,
                |c| c.sideloaded_bytes,
                Some(Spark::Sideloaded),
            ),
            self.drawn(
                both!("tables ingested", "ingest 的 table"),
                |c| c.ingested,
                Spark::Ingested,
            ),
            self.drawn(
                both!("purged from beside the log", "从日志旁清除"),
                |c| c.purged,
                Spark::Purged,
            ),
        ]
    }

    fn snapshots(&self) -> Vec<CountRow> {
        vec![
            self.sized(
                both!("snapshots offered, and bytes sent", "提供的 snapshot，发送的字节"),
                |c| c.snapshots_sent,
                |c| c.snapshot_bytes_sent,
                Some(Spark::Offered),
            ),
            self.sized(
                both!("snapshots received", "收到的 snapshot"),
                |c| c.snapshots_received,
                |c| c.snapshot_bytes_received,
                Some(Spark::Received),
            ),
            self.drawn(
                both!("refused or not wanted any more", "被拒绝或已不需要"),
                |c| c.snapshots_refused + c.snapshots_ignored,
                Spark::TurnedAway,
            ),
        ]
    }

    fn leaders(&self) -> Vec<CountRow> {
        vec![
            self.drawn(both!("leaders elected", "选出的 leader"), |c| c.elected, Spark::Elected),
            self.drawn(
                both!("leases applied, by each replica", "各副本应用的 lease"),
                |c| c.leases,
                Spark::Leased,
            ),
            self.drawn(
                both!("epochs ended by others", "被他人终结的 epoch"),
                |c| c.epochs_ended,
                Spark::EpochsEnded,
            ),
        ]
    }
}

/// A figure as it is now.
fn now(name: Both, value: String, beside: Both) -> CountRow {
    CountRow { name, value, beside, rate: String::new(), spark: Vec::new(), first: false }
}

fn category_words(category: Category) -> Both {
    match category {
        Category::Wal => both!("of these WAL", "其中 WAL"),
        Category::Flush => both!("of these flush", "其中 flush"),
        Category::Compaction => both!("of these compaction", "其中 compaction"),
        Category::Sideload => both!("of these sideload", "其中 sideload"),
        Category::Snapshot => both!("of these snapshot", "其中 snapshot"),
        Category::Ingest => both!("of these ingest", "其中 ingest"),
        Category::Manifest => both!("of these manifest", "其中 manifest"),
    }
}
