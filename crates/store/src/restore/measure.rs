//! Restoring on a cluster, and counting every byte that is written for it.

use alloc::vec::Vec;

use det::{Digest, Span};
use lsm::{Category, Ingest, Ledger, TableOptions, Vfs};

use super::{Backup, Restore, RestoreMode, RestoreOrder};
use crate::cluster::Cluster;
use crate::{Config, Input, LogEngine, Replica, Sideloading, Store, StoreId};

/// What is restored, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The backup.
    pub backup: Backup,
    /// What its pieces travel as.
    pub mode: RestoreMode,
    /// In which order.
    pub order: RestoreOrder,
    /// How sideloaded tables get into the state engine.
    pub ingest: Ingest,
    /// Where the Raft log is kept.
    pub log_engine: LogEngine,
}

impl Setup {
    /// The engines of the lesson, but for blocks as long as CockroachDB's.
    fn engine() -> lsm::Config {
        let table = TableOptions { block_bytes: 32 << 10, ..TableOptions::default() };
        lsm::Config { table, ..lsm::Config::default() }
    }
}

/// What a restoration cost on three stores, each of which has a replica of every range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Report {
    /// Bytes of all keys and values restored.
    pub restored_bytes: u64,
    /// What each store wrote.
    pub stores: Vec<StoreReport>,
    /// Bytes of entries in messages to followers.
    pub wire_bytes: u64,
    /// How long it took, on the virtual clock, until all was answered.
    pub span: Span,
    /// Every byte of every file, under its names: the same wherever it is computed.
    pub digest: u64,
}

/// What one store wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoreReport {
    /// Every byte that its file system saw, by category.
    pub written: Ledger,
    /// What the log engine wrote of it; zero if that is the state engine.
    pub log: Ledger,
    /// Bytes of the keys and values that its replicas hold now.
    pub live_bytes: u64,
}

impl StoreReport {
    /// Thousandths of the restored bytes that these are.
    pub fn amplification(&self, restored_bytes: u64) -> u64 {
        self.written.total() * 1000 / restored_bytes.max(1)
    }
}

impl Report {
    /// Bytes written for each restored byte, in thousandths, at the store that wrote most.
    pub fn amplification(&self) -> u64 {
        let stores = self.stores.iter();
        stores.map(|store| store.amplification(self.restored_bytes)).max().unwrap_or_default()
    }

    /// The same for one category.
    pub fn amplification_of(&self, category: Category) -> u64 {
        let bytes = self.stores.iter().map(|store| store.written.get(category));
        bytes.max().unwrap_or_default() * 1000 / self.restored_bytes.max(1)
    }
}

/// Restores a backup on a new cluster, and waits until everything is applied, compacted and truncated.
///
/// # Errors
/// If a store cannot be made.
pub fn measure(setup: &Setup) -> lsm::Result<Report> {
    let sideloading = match setup.mode {
        RestoreMode::Sideloaded => Sideloading::On,
        RestoreMode::TablesInLog | RestoreMode::WriteBatches => Sideloading::Off,
    };
    let Setup { ingest, log_engine, .. } = *setup;
    let (engine, record_events) = (Setup::engine(), false);
    let config =
        Config { log_engine, sideloading, ingest, engine, record_events, ..Config::default() };
    let stores = [1, 2, 3].map(StoreId);
    let mut cluster = Cluster::new(config, 3, &setup.backup.descriptors(&stores))?;
    // Every range gets a leader and a lease first.
    cluster.run(Span::secs(20));
    let before = written(&cluster);
    let (began, wire) = (cluster.now(), cluster.sum(|counters| counters.sent_entry_bytes));
    let mut restore = Restore::new(setup.backup, setup.mode, setup.order);
    while !restore.is_done() {
        while let Some(request) = restore.ask(cluster.now()) {
            // Somebody without the lease would say so.
            let to = cluster.leader(request.range).unwrap_or(stores[0]);
            cluster.tell(to, Input::Request(request));
        }
        cluster.run(Span::millis(5));
        for (_, reply) in cluster.take_replies() {
            restore.answered(&reply);
        }
    }
    let span = cluster.now().since(began);
    cluster.run(Span::secs(20));
    let stores = written(&cluster).into_iter().zip(before).map(|(after, before)| StoreReport {
        written: after.written.since(&before.written),
        log: after.log.since(&before.log),
        live_bytes: after.live_bytes - before.live_bytes,
    });
    Ok(Report {
        restored_bytes: setup.backup.bytes(),
        stores: stores.collect(),
        wire_bytes: cluster.sum(|counters| counters.sent_entry_bytes) - wire,
        span,
        digest: digest(&cluster)?,
    })
}

/// A small restoration of each kind, as one number: the same natively and in a browser.
///
/// # Errors
/// If a store cannot be made.
pub fn reference() -> lsm::Result<u64> {
    let backup = Backup { ranges: 6, tables: 2, rows: 16, value_bytes: 700 };
    let (ingest, log_engine) = (Ingest::Link, LogEngine::Separate);
    let mut reports = Vec::new();
    for mode in [RestoreMode::WriteBatches, RestoreMode::TablesInLog, RestoreMode::Sideloaded] {
        let order = RestoreOrder::Interleaved;
        reports.push(measure(&Setup { backup, mode, order, ingest, log_engine })?);
    }
    Ok(Digest::of(&reports))
}

fn written(cluster: &Cluster) -> Vec<StoreReport> {
    let report = |store: &Store| {
        let states = store.replicas().filter_map(Replica::state);
        let live_bytes: i64 = states.map(|state| state.applied.stats.live_bytes).sum();
        StoreReport {
            written: store.engines().written(),
            log: store.engines().log_ledger(),
            live_bytes: live_bytes.unsigned_abs(),
        }
    };
    cluster.stores().map(report).collect()
}

/// A digest of all files of all stores.
fn digest(cluster: &Cluster) -> lsm::Result<u64> {
    let mut digest = 0;
    for store in cluster.stores() {
        let vfs = store.engines().vfs();
        for link in vfs.links() {
            let file = vfs.open(&link.name)?;
            let bytes = usize::try_from(file.bytes()).unwrap_or(usize::MAX);
            digest = Digest::chain(digest, link.name.as_bytes());
            digest = Digest::chain(digest, &file.read_at(0, bytes)?);
        }
    }
    Ok(digest)
}
