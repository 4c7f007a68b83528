//! A disk fails, and its store dies, at each single operation of a small run with tables: put beside
//! the log, appended, applied, ingested, and purged because they were overwritten or truncated.

use bytes::Bytes;
use det::Span;
use lsm::Ingest;
use raft::Storage;
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, Evaluation, EventKind, Input, LogEngine, Purge, RaftCommand, RangeId,
    Reply, Request, RequestId, Sideloading, Store, StoreId,
};

use crate::setting::{key, settled};
use crate::sstable::{add, check_ledger, check_states, table};

const RANGE: RangeId = RangeId(1);

/// Rows of a table: their names begin with a letter.
const ROWS: usize = 3;

fn send(cluster: &mut Cluster, to: StoreId, id: u64, request: Request) {
    let request = ClientRequest { id: RequestId(id), range: RANGE, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
    cluster.run(Span::millis(20));
}

/// Tables and puts; one table reaches only its leader, whose log is overwritten then. Returns the tables
/// that were acknowledged, by their letters.
fn script(cluster: &mut Cluster) -> Vec<char> {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let put = |value: u8| Request::Put { key: key(0), value: vec![value].into() };
    let letters = ['a', 'b', 'c', 'd', 'e'];
    for (id, letter) in (0..).zip(letters) {
        let request = add(&table(&letter.to_string(), ROWS));
        if letter == 'c' {
            cluster.isolate(leader, true);
            send(cluster, leader, id, request);
            // The others elect somebody, and write over it.
            cluster.run(Span::secs(6));
            cluster.isolate(leader, false);
            cluster.run(Span::secs(4));
        } else {
            let leader = cluster.leader(RANGE).unwrap_or(leader);
            send(cluster, leader, id, request);
            send(cluster, leader, 100 + id, put(letter as u8));
        }
    }
    // The logs are truncated.
    cluster.run(Span::secs(3));
    let replies = cluster.take_replies().into_iter().map(|(_, reply)| reply);
    let done = replies.filter(|reply| reply.result.is_ok()).map(|reply| reply.id);
    done.filter_map(|id| letters.get(usize::try_from(id.0).ok()?).copied()).collect()
}

/// Every thin entry has its table, and every other file belongs to something.
pub(crate) fn check_files(store: &Store) {
    let (engines, log) = (store.engines(), store.log(RANGE).expect("it has one"));
    let mut expected = Vec::new();
    let mut index = log.first_index();
    while index <= log.last_index() {
        let stored = log.stored(index).expect("the log has no gap");
        if stored.data.first() == Some(&1) {
            let mut fat = Vec::new();
            log.entries(index, index.next(), u64::MAX, &mut fat).expect("it is there");
            let command = RaftCommand::decode(&fat[0].data).expect("its table is beside it");
            let sstable = command.result.add_sstable.expect("nothing else is sideloaded");
            assert!(sstable.is_whole());
            expected.push((RANGE, stored.id, sstable.table.len() as u64));
        }
        index = index.next();
    }
    assert_eq!(engines.sideload().files().collect::<Vec<_>>(), expected);
    let of_state = engines.state().version().tables().map(|(_, meta)| ("state", meta.number));
    let of_log = engines.log().version().tables().map(|(_, meta)| ("log", meta.number));
    let tables: Vec<_> = of_state.chain(of_log).collect();
    for link in engines.vfs().links() {
        let (folder, name) = link.name.split_once('/').expect("all is in folders");
        if let Some(number) = name.strip_suffix(".sst") {
            let number = number.parse().expect("tables have numbers");
            assert!(tables.contains(&(folder, number)), "{} belongs to nothing", link.name);
        }
        let is_expected = folder != "sideloading"
            || expected
                .iter()
                .any(|(_, id, _)| name == format!("r1.i{}.t{}", id.index.0, id.term.0));
        assert!(is_expected, "{} belongs to nothing", link.name);
    }
}

/// One run; of what is not synced so many operations are left. Says whether the disk failed in it.
fn run(before: &Cluster, victim: StoreId, operations: u64, kept: u64) -> bool {
    let mut cluster = before.clone();
    cluster.fail_disk_after(victim, Some(operations));
    let tables = script(&mut cluster);
    let has_failed = cluster.store(victim).is_some_and(Store::has_failed);
    cluster.kill_keeping(victim, &mut |pending| pending.min(kept));
    cluster.restart(victim).expect("a crash damages nothing");
    check_files(cluster.store(victim).expect("it runs"));
    cluster.run(Span::secs(15));
    check_states(&cluster);
    check_ledger(&cluster);
    cluster.stores().for_each(check_files);
    let leader = cluster.leader(RANGE).expect("it has a leader");
    for letter in tables {
        for row in 0..ROWS {
            let key = Bytes::from(format!("k000000{letter}{row:03}"));
            send(&mut cluster, leader, 200, Request::Get { key });
            let reply = cluster.take_replies().pop().expect("it is served").1;
            let expected = Ok(Reply::Value(Some(vec![b'v'; 1000].into())));
            assert_eq!(reply.result, expected, "{letter}{row} after {operations}");
        }
    }
    has_failed
}

fn config(log_engine: LogEngine, sideloading: Sideloading, ingest: Ingest) -> Config {
    // Small memtables and logs, so that flushes, compactions and truncations are among the operations.
    let engine = lsm::Config { memtable_bytes: 1 << 10, ..lsm::Config::default() };
    let config = Config { log_engine, sideloading, ingest, engine, ..Config::default() };
    Config { truncate_bytes: 6 << 10, record_events: false, ..config }
}

#[track_caller]
fn check(config: &Config) {
    let before = settled(config, 1, Span::secs(20));
    let leader = before.leader(RANGE).expect("it has a leader");
    let follower = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    for victim in [leader, follower.expect("there are three")] {
        let mut operations = 0;
        // Each time nothing of what is not synced is left, and then all.
        while [0, u64::MAX].map(|kept| run(&before, victim, operations, kept)) == [true; 2] {
            operations += 1;
        }
        assert!(operations > 100, "only {operations} operations were tried");
    }
}

#[test]
fn no_table_is_lost_at_any_operation_with_a_separate_log() {
    check(&config(LogEngine::Separate, Sideloading::On, Ingest::Link));
    check(&config(LogEngine::Separate, Sideloading::On, Ingest::Copy));
}

#[test]
fn no_table_is_lost_at_any_operation_with_a_shared_log() {
    check(&config(LogEngine::Shared, Sideloading::On, Ingest::Link));
}

#[test]
fn no_table_is_lost_at_any_operation_of_its_way_through_the_log() {
    check(&config(LogEngine::Separate, Sideloading::Off, Ingest::Link));
    check(&config(LogEngine::Shared, Sideloading::Off, Ingest::Link));
}

#[test]
fn no_table_is_lost_or_evaluated_twice_at_any_operation_if_every_replica_makes_it() {
    for log_engine in [LogEngine::Separate, LogEngine::Shared] {
        let config = config(log_engine, Sideloading::On, Ingest::Link);
        check(&Config { evaluation: Evaluation::Naive, ..config });
    }
}

#[test]
fn the_run_has_everything_that_can_happen_to_a_table() {
    let config = Config {
        record_events: true,
        ..config(LogEngine::Separate, Sideloading::On, Ingest::Link)
    };
    let mut cluster = settled(&config, 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    cluster.take_events();
    assert!(script(&mut cluster).len() >= 4);
    let events = cluster.take_events();
    let happened = |is: &dyn Fn(&EventKind) -> bool| {
        events.iter().any(|event| event.id.store == leader && is(&event.kind))
    };
    assert!(happened(&|kind| matches!(kind, EventKind::Sideloaded { .. })));
    assert!(happened(&|kind| matches!(kind, EventKind::Ingested { .. })));
    for event in &events {
        let Some(cause) = events.iter().find(|cause| Some(cause.id) == event.cause) else {
            continue;
        };
        if matches!(cause.kind, EventKind::Sideloaded { .. }) {
            assert!(matches!(event.kind, EventKind::Written { .. }), "{event:?}");
        }
        if matches!(cause.kind, EventKind::Ingested { .. }) {
            assert!(matches!(event.kind, EventKind::Applied { .. }), "{event:?}");
        }
    }
    for expected in [Purge::Overwritten, Purge::Truncated] {
        assert!(happened(
            &|kind| matches!(kind, EventKind::Purged { why, .. } if *why == expected)
        ));
    }
}
