//! AddSSTable: what is taken in, where it is on its way, and what is refused.

use bytes::Bytes;
use det::{Span, Time};
use lsm::{Category, Ingest, TableBuilder, TableOptions, Vfs};
use raft::{Body, Entry, EntryId, EntryKind, Message, Storage};
use store::cluster::Cluster;
use store::kv::{IngestAs, TABLE_BYTES_MAX};
use store::{
    AddSstable, ClientRequest, CommandId, Config, Envelope, Evaluation, EventKind, Input, Load,
    Loss, Parcel, Payload, RaftCommand, RaftMessageRequest, RangeId, ReplicatedEvalResult, Reply,
    Request, RequestError, RequestId, Sideloading, Store, StoreId, kv,
};

use crate::setting::{key, settled};

const RANGE: RangeId = RangeId(1);

fn within(text: &str) -> Bytes {
    format!("k000000{text}").into()
}

fn builder() -> TableBuilder {
    TableBuilder::external(TableOptions::default())
}

fn finish(builder: TableBuilder) -> Bytes {
    builder.finish().expect("it has rows").0
}

/// A table of so many rows of 1,000 bytes whose names begin with `prefix`.
pub(crate) fn table(prefix: &str, rows: usize) -> Bytes {
    let mut builder = builder();
    for row in 0..rows {
        let name = within(&format!("{prefix}{row:03}"));
        builder.put(&name, &[b'v'; 1000]).expect("they are in order");
    }
    finish(builder)
}

/// The whole of the range may have keys of it.
pub(crate) fn add(table: &Bytes) -> Request {
    Request::AddSstable { start: key(0), end: key(1), table: table.clone(), how: IngestAs::Table }
}

pub(crate) fn ask(cluster: &mut Cluster, request: Request) -> Result<Reply, RequestError> {
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let request = ClientRequest { id: RequestId(1), range: RANGE, timestamp: None, request };
    cluster.tell(leader, Input::Request(request));
    cluster.run(Span::millis(100));
    cluster.take_replies().pop().expect("it is served").1.result
}

/// Nothing is counted that was not written, and nothing written that is not counted.
pub(crate) fn check_ledger(cluster: &Cluster) {
    for store in cluster.stores() {
        assert_eq!(store.engines().ledger(), store.engines().written());
    }
}

/// All replicas hold the same, and as much as they say.
pub(crate) fn check_states(cluster: &Cluster) {
    let states: Vec<_> = cluster.replicas(RANGE).map(store::Replica::state).collect();
    assert!(states.iter().all(|state| state.is_some() && *state == states[0]));
    for store in cluster.stores() {
        let view = store.engines().state().view();
        let counted = kv::compute_stats(&view, &key(0), &key(1));
        assert_eq!(counted, Ok(states[0].expect("seen above").applied.stats));
    }
}

/// A table is taken in and read; then its files, and the bytes of its log entry.
#[track_caller]
fn check(config: &Config, files: usize, links: usize, category: Option<Category>, is_in_log: bool) {
    let mut cluster = settled(config, 1, Span::secs(20));
    let before: Vec<_> = cluster.stores().map(|store| store.engines().written()).collect();
    let data = table("a", 50);
    assert_eq!(ask(&mut cluster, add(&data)), Ok(Reply::Written));
    cluster.run(Span::secs(2));
    let row = Request::Get { key: within("a049") };
    assert_eq!(ask(&mut cluster, row), Ok(Reply::Value(Some(vec![b'v'; 1000].into()))));
    check_states(&cluster);
    check_ledger(&cluster);
    assert_eq!(cluster.sum(|counters| counters.ingested), 3);
    assert!(cluster.sum(|counters| counters.sent_entry_bytes) > 2 * 50_000, "the wire has all");
    for (store, before) in cluster.stores().zip(before) {
        let found = store.engines().sideloaded_files();
        assert_eq!(found.len(), files);
        assert!(found.iter().all(|file| file.links == links && file.bytes > 50_000));
        let written = store.engines().written().since(&before);
        let whole = |bytes: u64| (50_000..60_000).contains(&bytes);
        assert_eq!(whole(written.get(Category::Sideload)), files > 0);
        assert_eq!(whole(written.get(Category::Ingest)), category == Some(Category::Ingest));
        let log = store.log(RANGE).expect("it has one");
        let mut fat = Vec::new();
        log.entries(log.first_index(), log.last_index().next(), u64::MAX, &mut fat)
            .expect("nothing is damaged");
        let entry = fat.into_iter().find(|entry| entry.data.len() > 50_000);
        let entry = entry.expect("whoever reads the log gets the table with it");
        let stored = log.stored(entry.id.index).expect("it is there");
        assert_eq!(stored.data.len() > 50_000, is_in_log);
        assert!(is_in_log || stored.data.len() < 120, "thin, and {} bytes", stored.data.len());
    }
}

#[test]
fn a_table_goes_beside_the_log_or_through_it() {
    let base = || Config { record_events: false, ..Config::default() };
    check(&base(), 1, 2, None, false);
    let copy = Config { ingest: Ingest::Copy, ..base() };
    check(&copy, 1, 1, Some(Category::Ingest), false);
    let off = Config { sideloading: Sideloading::Off, ..base() };
    check(&off, 0, 0, Some(Category::Ingest), true);
    let naive = Config { evaluation: Evaluation::Naive, ..base() };
    check(&naive, 0, 0, Some(Category::Ingest), true);
}

#[test]
fn rows_may_be_written_instead() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let data = table("a", 50);
    let (start, end) = kv::span_of_table(&data).expect("it is sound");
    let request = Request::AddSstable { start, end, table: data, how: IngestAs::Writes };
    assert_eq!(ask(&mut cluster, request), Ok(Reply::Written));
    cluster.run(Span::secs(2));
    assert_eq!(cluster.sum(|counters| counters.ingested + counters.sideloaded), 0);
    let row = Request::Get { key: within("a049") };
    assert_eq!(ask(&mut cluster, row), Ok(Reply::Value(Some(vec![b'v'; 1000].into()))));
    check_states(&cluster);
}

#[test]
fn a_table_over_keys_that_are_there_is_newer_and_lies_above_them() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let put = |value: &'static str| Request::Put { key: within("a000"), value: value.into() };
    for value in ["old", "newer"] {
        assert_eq!(ask(&mut cluster, put(value)), Ok(Reply::Written));
    }
    assert_eq!(ask(&mut cluster, add(&table("a", 3))), Ok(Reply::Written));
    let mut deleting = builder();
    deleting.delete(&within("a001")).expect("the first");
    deleting.put(&within("a002"), b"newest").expect("the next");
    cluster.take_events();
    assert_eq!(ask(&mut cluster, add(&finish(deleting))), Ok(Reply::Written));
    cluster.run(Span::secs(1));
    let mut placements = 0;
    for event in cluster.take_events() {
        if let EventKind::Ingested { placed, how, .. } = event.kind {
            assert!(placed.level < 6 && placed.stopped_by.is_some() && how == Some(Ingest::Link));
            placements += 1;
        }
    }
    assert_eq!(placements, 3);
    for (name, value) in
        [("a000", Some(vec![b'v'; 1000])), ("a001", None), ("a002", Some(b"newest".into()))]
    {
        let row = Request::Get { key: within(name) };
        assert_eq!(ask(&mut cluster, row), Ok(Reply::Value(value.map(Bytes::from))), "{name}");
    }
    check_states(&cluster);
}

/// It is refused with this sentence, and nothing is proposed.
#[track_caller]
fn check_refused(cluster: &mut Cluster, table: impl Into<Bytes>, sentence: &str) {
    let before = cluster.sum(|counters| counters.proposals);
    let refused = ask(cluster, add(&table.into())).expect_err("it is refused");
    assert_eq!(refused.to_string(), sentence);
    assert_eq!(cluster.sum(|counters| counters.proposals), before);
}

#[test]
fn what_is_no_table_for_the_range_is_refused_with_the_reason() {
    let mut cluster = settled(&Config::default(), 2, Span::secs(20));
    let good = table("a", 20);
    for cut in [0, 1, 60, good.len() / 2, good.len() - 1] {
        let refused = ask(&mut cluster, add(&good.slice(..cut))).expect_err("it is refused");
        assert!(matches!(refused, RequestError::BadTable(_)), "{cut}: {refused}");
    }
    let mut flipped = good.to_vec();
    flipped[2_000] ^= 1;
    let sentence = "damaged at byte 0: the checksum of a block does not hold";
    check_refused(&mut cluster, flipped, sentence);
    let sentence =
        "this is no SSTable of RocksDB's block-based format: its last eight bytes are others";
    check_refused(&mut cluster, vec![b'x'; 500], sentence);
    let mut outside = builder();
    outside.put(&within("z"), b"").expect("the first");
    outside.put(&key(1), b"").expect("the next");
    let sentence = "the table has the key k000001, which is not in the span";
    check_refused(&mut cluster, finish(outside), sentence);
    let mut below = builder();
    below.put(b"j", b"").expect("the first");
    below.put(&within("z"), b"").expect("the next");
    let sentence = "the table has the key j, which is not in the span";
    check_refused(&mut cluster, finish(below), sentence);
    let mut long = builder();
    let name = within(&"x".repeat(lsm::KEY_BYTES_MAX - 10));
    long.put(&name, b"").expect("RocksDB has it so");
    let sentence = "a key of 65543 bytes is longer than 65536";
    check_refused(&mut cluster, finish(long), sentence);
    let mut spans = builder();
    spans.put(&within("a"), b"").expect("the first");
    spans.delete_range(&within("a"), &within("b")).expect("it is not empty");
    let sentence = "the table uses deletions of spans of keys, which is not supported";
    check_refused(&mut cluster, finish(spans), sentence);
    let sentence =
        format!("a table of {} bytes is longer than {TABLE_BYTES_MAX}", TABLE_BYTES_MAX + 1);
    check_refused(&mut cluster, vec![0; TABLE_BYTES_MAX + 1], &sentence);
    let elsewhere =
        Request::AddSstable { start: key(0), end: key(2), table: good, how: IngestAs::Table };
    let refused = ask(&mut cluster, elsewhere);
    assert!(matches!(refused, Err(RequestError::RangeKeyMismatch(_))), "{refused:?}");
    check_states(&cluster);
    check_ledger(&cluster);
    assert!(cluster.stores().all(|store| store.engines().sideloaded_files().is_empty()));
}

#[test]
fn a_thin_entry_travels_with_its_table() {
    let config = Config { record_events: false, ..Config::default() };
    let mut cluster = settled(&config, 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let late = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let late = late.expect("there are three");
    cluster.isolate(late, true);
    assert_eq!(ask(&mut cluster, add(&table("a", 50))), Ok(Reply::Written));
    // What they have in memory of the log is gone.
    for store in [1, 2, 3].map(StoreId) {
        cluster.kill(store);
        cluster.restart(store).expect("a crash damages nothing");
    }
    cluster.isolate(late, false);
    cluster.run(Span::secs(20));
    let entries = |store: &Store| -> Vec<_> { store.engines().sideload().files().collect() };
    let files: Vec<_> = cluster.stores().map(entries).collect();
    assert!(files.iter().all(|found| found.len() == 1 && *found == files[0]), "{files:?}");
    check_states(&cluster);
    check_ledger(&cluster);
}

#[test]
fn an_entry_with_another_table_than_it_says_never_reaches_a_log() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let to = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let to = to.expect("there are three");
    let replica = cluster.store(to).and_then(|store| store.replica(RANGE)).expect("it has one");
    let (prev, term) = (replica.log().last, replica.log().hard_state.term);
    let peer = |store: StoreId| raft::PeerId(store.0.into());
    for (crc, cut) in [(1, 0), (lsm::crc32c(b"table"), 1), (lsm::crc32c(b"table"), 40)] {
        let (start, end, table) = (key(0), key(1), Bytes::from_static(b"table"));
        let sstable = AddSstable { table, crc, start, end, sideloading: Sideloading::On };
        let add_sstable = Some(Box::new(sstable));
        let command = RaftCommand {
            id: CommandId(1),
            payload: Payload::WriteBatch(Bytes::new()),
            result: ReplicatedEvalResult { add_sstable, ..ReplicatedEvalResult::default() },
            write_timestamp: Time(1),
            lease_sequence: 1,
            max_lease_index: 100,
        };
        let data = command.encode();
        let data = data.slice(..data.len() - cut);
        let id = EntryId { term, index: prev.index.next() };
        let entries = vec![Entry { id, kind: EntryKind::Normal, data }].into();
        let body = Body::Append { prev, entries, commit: id.index };
        let message = Message { from: peer(leader), to: peer(to), term, body };
        let request = RaftMessageRequest { range: RANGE, message, quiesce: None };
        let parcels = vec![Parcel { cause: None, load: Load::Raft(Box::new(request)) }];
        cluster.take_events();
        cluster.tell(to, Input::Receive(Envelope { from: leader, to, parcels }));
        let is_dropped =
            |kind: &EventKind| matches!(kind, EventKind::Dropped { why: Loss::Malformed, .. });
        assert!(cluster.take_events().iter().any(|event| is_dropped(&event.kind)));
        let replica = cluster.store(to).and_then(|store| store.replica(RANGE));
        assert_eq!(replica.expect("it has one").log().last, prev);
    }
}

#[test]
fn files_go_with_the_log_and_their_rows_stay() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    for prefix in ["a", "b"] {
        assert_eq!(ask(&mut cluster, add(&table(prefix, 50))), Ok(Reply::Written));
    }
    let put = Request::Put { key: within("c"), value: Bytes::new() };
    assert_eq!(ask(&mut cluster, put), Ok(Reply::Written));
    cluster.run(Span::secs(5));
    assert!(cluster.stores().all(|store| store.engines().sideloaded_files().is_empty()));
    assert_eq!(cluster.sum(|counters| counters.purged), 6);
    let tables = cluster.stores().flat_map(|store| store.engines().vfs().links());
    let tables: Vec<_> = tables.filter(|link| link.bytes > 50_000).collect();
    assert!(tables.len() == 6 && tables.iter().all(|link| link.links == 1), "{tables:?}");
    let row = Request::Get { key: within("b049") };
    assert_eq!(ask(&mut cluster, row), Ok(Reply::Value(Some(vec![b'v'; 1000].into()))));
    check_states(&cluster);
    check_ledger(&cluster);
}

/// Whoever has to apply a thin entry again after a crash needs its file.
fn failed_with_damaged_files(seed: u64) -> usize {
    let mut cluster = settled(&Config { seed, ..Config::default() }, 1, Span::secs(20));
    assert_eq!(ask(&mut cluster, add(&table("a", 50))), Ok(Reply::Written));
    cluster.run(Span::millis(50));
    let file = cluster.stores().next().expect("it runs").engines().sideloaded_files().remove(0);
    for store in [1, 2, 3].map(StoreId) {
        cluster.kill(store);
        let disk = cluster.disk_mut(store).expect("it is dead");
        // Another table than the one that the entry names.
        disk.remove(&file.name).expect("the file is there");
        let id = disk.create(&file.name, Category::Sideload).expect("it is not there any more");
        disk.append(id, &table("b", 50)).expect("it is up");
        disk.sync(id, u64::MAX).expect("it is up");
        disk.sync_folder("sideloading").expect("it is up");
        cluster.restart(store).expect("a crash damages nothing");
    }
    cluster.take_events();
    cluster.run(Span::secs(10));
    let mut failed = 0;
    for event in cluster.take_events() {
        if let EventKind::Failed(error) = event.kind {
            let expected = "damaged at byte 0: it is not the table that its log entry names";
            assert_eq!(error.to_string(), format!("{}: {expected}", file.name));
            failed += 1;
        }
    }
    failed
}

#[test]
fn a_damaged_file_stops_its_store_and_is_not_applied() {
    let failed: usize = (1..=5).map(failed_with_damaged_files).sum();
    assert!(failed > 0, "nobody had to apply it again");
}

#[test]
fn a_sync_counts_as_what_it_makes_durable() {
    let mut cluster = settled(&Config::default(), 1, Span::secs(20));
    let before: Vec<_> = cluster.stores().map(|store| store.engines().syncs()).collect();
    assert_eq!(ask(&mut cluster, add(&table("a", 5))), Ok(Reply::Written));
    cluster.run(Span::secs(2));
    for (store, before) in cluster.stores().zip(before) {
        let syncs = store.engines().syncs().since(&before);
        let [beside, wal, coming] =
            [Category::Sideload, Category::Wal, Category::Snapshot].map(|what| syncs.get(what));
        assert_eq!((beside, coming), (1, 0));
        assert!(wal > 0, "the entry is synced, too");
    }
    let id = StoreId(1);
    cluster.kill(id);
    cluster.restart(id).expect("its disk is sound");
    let since = cluster.store(id).expect("it runs").engines().syncs();
    assert_eq!(since.get(Category::Sideload), 0, "each life counts its own");
}
