//! What is on a disk is not what was written: its store stops, and decides nothing by it.

use bytes::Bytes;
use det::Span;
use lsm::{Category, Ingest, Vfs};
use store::cluster::Cluster;
use store::{Config, Evaluation, EventKind, RangeId, Reply, Request, RequestError, Store, StoreId};

use crate::setting::{key, settled};
use crate::sstable::{add, ask, table};

const RANGE: RangeId = RangeId(1);
const STORES: [StoreId; 3] = [StoreId(1), StoreId(2), StoreId(3)];

/// A store dies and loses nothing, but somebody changes its disk.
fn die(cluster: &mut Cluster, store: StoreId, change: impl FnOnce(&mut lsm::MemVfs)) {
    cluster.kill_keeping(store, &mut |pending| pending);
    change(cluster.disk_mut(store).expect("it is dead"));
    cluster.restart(store).expect("it can start");
}

/// A byte in the middle of the table that came in is another one.
fn damage_table(disk: &mut lsm::MemVfs) {
    let links = disk.links();
    let is_table = |name: &str| {
        name.strip_prefix("state/").and_then(|name| name.strip_suffix(".sst")).is_some()
    };
    let found = links.iter().find(|link| is_table(&link.name) && link.bytes > 40_000);
    let name = &found.expect("it was taken in").name;
    let file = disk.open(name).expect("it is there");
    let length = usize::try_from(file.bytes()).expect("it is short");
    let mut bytes = file.read_at(0, length).expect("it is whole").to_vec();
    bytes[20_000] ^= 1;
    disk.remove(name).expect("it is there");
    let id = disk.create(name, Category::Ingest).expect("it is not there any more");
    disk.append(id, &bytes).expect("it is up");
    disk.sync(id, u64::MAX).expect("it is up");
    disk.sync_folder("state").expect("it is up");
}

fn failures(cluster: &mut Cluster) -> Vec<(StoreId, String)> {
    let failed = cluster.take_events().into_iter().filter_map(|event| {
        let EventKind::Failed(error) = event.kind else { return None };
        Some((event.id.store, error.to_string()))
    });
    failed.collect()
}

fn with_table(evaluation: Evaluation) -> Cluster {
    let config = Config { evaluation, ingest: Ingest::Copy, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(20));
    assert_eq!(ask(&mut cluster, add(&table("a", 50))), Ok(Reply::Written));
    cluster.run(Span::secs(2));
    cluster
}

/// A row of the block with that byte: each takes a little more than 1,000 bytes.
fn row() -> Bytes {
    [&key(0)[..], b"a019"].concat().into()
}

#[test]
fn a_replica_that_cannot_read_what_it_evaluates_stops_and_decides_nothing() {
    let mut cluster = with_table(Evaluation::Naive);
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let victim = STORES.into_iter().find(|&store| store != leader).expect("there are three");
    die(&mut cluster, victim, damage_table);
    cluster.run(Span::secs(2));
    let applied = |cluster: &Cluster| {
        let state = cluster.store(victim).and_then(|store| store.replica(RANGE)?.state());
        state.expect("it knows its keys").applied
    };
    let before = applied(&cluster);
    let put = Request::Put { key: row(), value: Bytes::from_static(b"new") };
    assert_eq!(ask(&mut cluster, put), Ok(Reply::Written));
    cluster.run(Span::secs(2));
    let failed = failures(&mut cluster);
    assert_eq!(failed.len(), 1);
    assert!(failed[0].0 == victim && failed[0].1.contains("damaged"), "{failed:?}");
    assert_eq!(applied(&cluster), before, "it has not applied what it could not evaluate");
}

#[test]
fn a_leaseholder_that_cannot_read_stops() {
    let mut cluster = with_table(Evaluation::Proposer);
    for store in STORES {
        die(&mut cluster, store, damage_table);
    }
    cluster.run(Span::secs(10));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    assert_eq!(ask(&mut cluster, Request::Get { key: row() }), Err(RequestError::Disk));
    assert!(cluster.store(leader).is_some_and(Store::has_failed));
    assert!(failures(&mut cluster).iter().all(|(store, _)| *store == leader));
}

/// Whether a leader without a file had to send it.
fn sends_what_it_lost(seed: u64) -> bool {
    let mut cluster = settled(&Config { seed, ..Config::default() }, 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let others = STORES.into_iter().filter(|&store| store != leader).collect::<Vec<_>>();
    let (late, broken) = (others[0], others[1]);
    cluster.isolate(late, true);
    assert_eq!(ask(&mut cluster, add(&table("a", 5))), Ok(Reply::Written));
    cluster.run(Span::secs(1));
    let file = cluster.store(broken).expect("it runs").engines().sideloaded_files().remove(0);
    for store in [leader, broken] {
        die(&mut cluster, store, |disk| {
            if store == broken {
                disk.remove(&file.name).expect("the file is there");
                disk.sync_folder("sideloading").expect("it is up");
            }
        });
    }
    cluster.run(Span::secs(10));
    if cluster.leader(RANGE) != Some(broken) {
        return false;
    }
    cluster.take_events();
    cluster.isolate(late, false);
    cluster.run(Span::secs(20));
    let error = format!("there is no file {}", file.name);
    assert_eq!(failures(&mut cluster), [(broken, error)]);
    // The other one has it, and leads now.
    let of = |store| cluster.store(store).and_then(|store| store.replica(RANGE)?.state().cloned());
    assert_eq!(of(late), of(leader));
    let ingested = cluster.store(late).map(|store| store.counters().ingested);
    assert_eq!(ingested, Some(1));
    true
}

#[test]
fn a_leader_that_lost_a_file_stops_when_it_has_to_send_it() {
    let seen = (1..=12).filter(|&seed| sends_what_it_lost(seed)).count();
    assert!(seen > 0, "nobody had to send it");
}
