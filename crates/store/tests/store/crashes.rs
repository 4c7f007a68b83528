//! A disk fails, and its store dies, at each single operation of a small run; of what it had not synced
//! nothing survives, all of it, or a part. The store comes back at once, or when all is over.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use det::{Rng, Span};
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Input, LogEngine, RangeId, Reply, Request, RequestId, Store, StoreId,
};

use crate::judge::{Judge, check_rest};
use crate::setting::{key, settled};
use crate::snapshot::check_clean;
use crate::sstable::{add, table};

/// How much of what was not synced a crash leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    Nothing,
    Everything,
    APart,
}

/// When the store that died starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Back {
    AtOnce,
    Late,
}

/// A crash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crash {
    victim: StoreId,
    operations: u64,
    keep: Keep,
    back: Back,
}

/// A cluster, what a judge has seen of it, and what clients were told.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    judge: Judge,
    /// A store that is not to lead, and may be cut off.
    pub(crate) late: StoreId,
    crash: Option<Crash>,
    has_died: bool,
    next: u64,
    /// Rows that were asked for, by request, and those that were acknowledged.
    asked: BTreeMap<RequestId, Vec<(Bytes, Bytes)>>,
    acknowledged: BTreeMap<Bytes, Bytes>,
}

impl Scene {
    /// One range on three stores that has a leader.
    pub(crate) fn new(config: &Config) -> Self {
        let (judge, asked, acknowledged) = (Judge::default(), BTreeMap::new(), BTreeMap::new());
        let cluster = settled(config, 1, Span::secs(20));
        let (crash, has_died, next) = (None, false, 0);
        let leader = cluster.leader(RangeId(1)).expect("it has a leader");
        let late = [3, 2].map(StoreId).into_iter().find(|&store| store != leader);
        let late = late.expect("one of them does not lead");
        Self { cluster, judge, late, crash, has_died, next, asked, acknowledged }
    }

    /// Lets time pass, under the eyes of the judge.
    pub(crate) fn wait(&mut self, span: Span) {
        let (start, end) = (self.cluster.now(), self.cluster.now() + span);
        while self.cluster.now() < end {
            // The judge looks often while much happens.
            let is_busy = self.cluster.now() < start + Span::millis(100);
            let step = if is_busy { Span::millis(2) } else { Span::millis(50) };
            self.cluster.run(step.min(end.since(self.cluster.now())));
            self.judge.observe(&self.cluster);
            let replies = self.cluster.take_replies().into_iter().map(|(_, reply)| reply);
            for reply in replies.filter(|reply| reply.result.is_ok()) {
                self.acknowledged.extend(self.asked.remove(&reply.id).unwrap_or_default());
            }
            self.maybe_die(Back::AtOnce);
        }
    }

    /// How many rows were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    fn send(&mut self, range: RangeId, request: Request, rows: Vec<(Bytes, Bytes)>) {
        self.next += 1;
        let id = RequestId(self.next);
        self.asked.insert(id, rows);
        let to = self.cluster.leader(range).or_else(|| self.cluster.leader(RangeId(1)));
        if let Some(to) = to {
            let request = ClientRequest { id, range, timestamp: None, request };
            self.cluster.tell(to, Input::Request(request));
        }
        self.wait(Span::millis(20));
    }

    /// Writes a row of its own.
    pub(crate) fn put(&mut self, range: RangeId, name: &str) {
        let (key, value) = (Bytes::from(format!("k000000{name}")), Bytes::from(name.repeat(9)));
        let request = Request::Put { key: key.clone(), value: value.clone() };
        self.send(range, request, vec![(key, value)]);
    }

    /// Splits the first range.
    pub(crate) fn split(&mut self, at: &str, range: RangeId) {
        let request = Request::Split { key: format!("k000000{at}").into(), range };
        self.send(RangeId(1), request, Vec::new());
    }

    /// Adds a table of three rows.
    pub(crate) fn add(&mut self, range: RangeId, prefix: &str) {
        let Request::AddSstable { table, how, .. } = add(&table(prefix, 3)) else { return };
        let (start, end) = store::kv::span_of_table(&table).expect("it is sound");
        let row = |row: usize| format!("k000000{prefix}{row:03}").into();
        let rows = (0..3).map(|at| (row(at), vec![b'v'; 1000].into())).collect();
        self.send(range, Request::AddSstable { start, end, table, how }, rows);
    }

    /// The store dies if its disk has failed, and starts again.
    fn maybe_die(&mut self, now: Back) {
        let Some(Crash { victim, operations, keep, back }) = self.crash else { return };
        let has_failed = self.cluster.store(victim).is_some_and(Store::has_failed);
        if self.has_died || back != now || (now == Back::AtOnce && !has_failed) {
            return;
        }
        self.has_died = true;
        let mut rng = Rng::named(operations, "torn", 0);
        self.cluster.kill_keeping(victim, &mut |pending| match keep {
            Keep::Nothing => 0,
            Keep::Everything => pending,
            Keep::APart => {
                u64::from(rng.below(u32::try_from(pending).unwrap_or(u32::MAX).saturating_add(1)))
            }
        });
        self.cluster.restart(victim).expect("a crash damages nothing");
        self.judge.restarted(self.cluster.store(victim).expect("it runs"));
    }

    /// It is over: all come to rest, and are judged, and what was acknowledged is there.
    fn end(&mut self) {
        self.maybe_die(Back::Late);
        if let Some(Crash { victim, .. }) = self.crash {
            self.cluster.fail_disk_after(victim, None);
        }
        for _ in 0..60 {
            self.cluster.run(Span::millis(250));
            self.judge.observe(&self.cluster);
        }
        check_rest(&self.cluster, (&key(0), &key(1)));
        check_clean(&self.cluster);
        for (key, value) in core::mem::take(&mut self.acknowledged) {
            let holds = |range: &RangeId| {
                let mut replicas = self.cluster.replicas(*range);
                replicas.any(|replica| replica.descriptor().is_some_and(|d| d.contains(&key)))
            };
            let range = [RangeId(1), RIGHT].into_iter().find(holds).expect("some range has it");
            let to = self.cluster.leader(range).expect("it has a leader");
            let request = Request::Get { key: key.clone() };
            let request = ClientRequest { id: RequestId(0), range, timestamp: None, request };
            self.cluster.take_replies();
            self.cluster.tell(to, Input::Request(request));
            self.cluster.run(Span::millis(50));
            let reply = self.cluster.take_replies().pop().expect("it is served").1;
            assert_eq!(reply.result, Ok(Reply::Value(Some(value))), "{key:?}");
        }
    }
}

/// The range that a split makes.
pub(crate) const RIGHT: RangeId = RangeId(100);

/// Everything that can be lost where, for both kinds of log, and memtables that are flushed often or not
/// at all.
pub(crate) fn configs(base: &Config) -> Vec<Config> {
    let mut configs = Vec::new();
    for log_engine in [LogEngine::Separate, LogEngine::Shared] {
        for memtable_bytes in [lsm::Config::default().memtable_bytes, 1 << 10] {
            let engine = lsm::Config { memtable_bytes, ..base.engine };
            configs.push(Config { log_engine, engine, record_events: false, ..base.clone() });
        }
    }
    configs
}

/// Runs the script with a crash of each victim at each operation.
pub(crate) fn every_crash(before: &Scene, victims: &[StoreId], least: u64, script: fn(&mut Scene)) {
    for &victim in victims {
        let mut operations = 0;
        while crash_at(before, victim, operations, script) {
            operations += 1;
            assert!(operations < 10_000, "the disk fails however many operations it is to last");
        }
        assert!(operations >= least, "only {operations} operations were tried");
    }
}

/// The same for everything that can be lost where, of the leader and of a store that was away when it began;
/// that one needs so many snapshots.
pub(crate) fn every_crash_of_late(
    base: &Config,
    (snapshots, least): (u64, u64),
    script: fn(&mut Scene),
) {
    for config in configs(base) {
        let mut before = Scene::new(&config);
        let late = before.late;
        before.cluster.isolate(late, true);
        before.wait(Span::secs(10));
        let leader = before.cluster.leader(RangeId(1)).expect("it has a leader");
        let mut whole = before.clone();
        script(&mut whole);
        let received = whole.cluster.store(late).map(|store| store.counters().snapshots_received);
        assert_eq!(received, Some(snapshots), "what this run is for is in it");
        every_crash(&before, &[leader, late], least, script);
    }
}

/// Says whether the disk failed before the script was over.
fn crash_at(before: &Scene, victim: StoreId, operations: u64, script: fn(&mut Scene)) -> bool {
    let keeps = [Keep::Nothing, Keep::Everything, Keep::APart];
    let crash = Crash { victim, operations, keep: Keep::Nothing, back: Back::Late };
    let mut before = Scene { crash: Some(crash), ..before.clone() };
    before.cluster.fail_disk_after(victim, Some(operations));
    for keep in keeps {
        let crash = Crash { keep, back: Back::AtOnce, ..crash };
        judged(crash, || {
            let mut scene = Scene { crash: Some(crash), ..before.clone() };
            script(&mut scene);
            scene.end();
        });
    }
    let mut after = before;
    script(&mut after);
    let has_failed = after.cluster.store(victim).is_some_and(Store::has_failed);
    for keep in keeps {
        let crash = Crash { keep, ..crash };
        judged(crash, || Scene { crash: Some(crash), ..after.clone() }.end());
    }
    has_failed
}

/// Tells which crash a failure belongs to.
fn judged(crash: Crash, run: impl FnOnce()) {
    let result = catch_unwind(AssertUnwindSafe(run));
    assert!(result.is_ok(), "{crash:?}");
}
