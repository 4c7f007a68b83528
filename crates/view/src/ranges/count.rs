//! What was counted since the start, and how it went within the window of the strip.

mod figure;
mod spark;

use det::Span;
use lsm::{Category, Ledger};
use sim::ranges::World;
use store::{Counters, Engines, Store, StoreId};

use super::board::bytes_text;
use super::{CountRow, Lens, Run};
use crate::Both;
use crate::say::both;
use figure::{Figure, Unit};
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
        sheet.rows(&figure::MESSAGES),
        sheet.rows(&figure::WIRE),
        sheet.sleep(),
        sheet.clients(),
        sheet.rows(&figure::REQUESTS),
        sheet.rows(&figure::LOG),
        sheet.bytes(),
        sheet.rows(&figure::TABLES),
        sheet.rows(&figure::SNAPSHOTS),
        sheet.rows(&figure::LEADERS),
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

    fn rows(&self, figures: &[Figure]) -> Vec<CountRow> {
        figures.iter().map(|figure| self.row(figure)).collect()
    }

    /// A figure that grows.
    fn row(&self, figure: &Figure) -> CountRow {
        let text = |value: u64| match figure.unit {
            Unit::Count => value.to_string(),
            Unit::Bytes => bytes_text(value),
        };
        let rate = self.rate(figure.of).map(|rate| format!("{}/s", text(rate))).unwrap_or_default();
        let spark = figure.spark.map(|spark| self.sparks.of(spark)).unwrap_or_default();
        let beside = figure.beside.map(|beside| beside(self)).unwrap_or_default();
        CountRow { rate, spark, ..now(figure.name.both(), text(self.sum(figure.of)), beside) }
    }

    /// How much in a second, by the last one; `None` if it comes to nothing.
    fn rate(&self, figure: impl Fn(&Counters) -> u64) -> Option<u64> {
        let (grown, within) = self.world.lately(self.counted, figure)?;
        let rate = (grown * Span::secs(1).0 + within.0 / 2) / within.0;
        (0 < rate).then_some(rate)
    }

    /// The bytes beside a number of things.
    fn weight(&self, bytes: fn(&Counters) -> u64) -> Both {
        Both::same(bytes_text(self.sum(bytes)))
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
        let now = [
            now(both!("replicas asleep now", "现在静默的副本"), asleep.to_string(), whole),
            now(
                both!("Raft groups in memory now", "现在内存中的 Raft group"),
                loaded.to_string(),
                beside,
            ),
        ];
        self.rows(&figure::SLEEP).into_iter().chain(now).collect()
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
