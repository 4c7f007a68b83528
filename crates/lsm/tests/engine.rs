//! What the engine does, one claim a test.

use std::collections::BTreeMap;

use bytes::Bytes;
use lsm::{
    Batch, Category, Choice, Compaction, Config, Error, Ingest, Job, KEY_BYTES_MAX, Lsm, MemVfs,
    Obstacle, Sealing, Seq, TableBuilder, TableOptions, Vfs, Why, WriteAhead, choose,
};

const FOLDER: &str = "db";

fn small() -> Config {
    Config {
        memtable_bytes: 1 << 10,
        level0_tables: 2,
        level1_bytes: 4 << 10,
        level_factor: 2,
        table_bytes: 2 << 10,
        levels: 7,
        table: TableOptions { block_bytes: 256, restart_interval: 4, bloom_bits: 10 },
        ..Config::default()
    }
}

fn open(vfs: &mut dyn Vfs) -> Lsm {
    Lsm::open(vfs, FOLDER, small()).expect("the folder is sound")
}

fn put(lsm: &mut Lsm, vfs: &mut MemVfs, key: &str, value: &str) {
    let mut batch = Batch::default();
    batch.put(key.as_bytes(), value.as_bytes());
    lsm.write(vfs, &batch).expect("it is up");
}

fn get(lsm: &Lsm, key: &str) -> Option<String> {
    let value = lsm.get(key.as_bytes()).expect("tables are sound");
    value.map(|value| String::from_utf8_lossy(&value).into_owned())
}

/// A file with a table of these keys, for ingestion.
fn aside(vfs: &mut MemVfs, name: &str, keys: &[&str]) {
    let mut builder = TableBuilder::external(TableOptions::default());
    for key in keys {
        builder.put(key.as_bytes(), name.as_bytes()).expect("keys are in order");
    }
    file(vfs, name, &builder.finish().expect("it has keys").0);
}

fn file(vfs: &mut MemVfs, name: &str, data: &[u8]) {
    let file = vfs.create(name, Category::Sideload).expect("a new name");
    vfs.append(file, data).expect("it is up");
}

fn work(lsm: &mut Lsm, vfs: &mut MemVfs) -> Vec<Job> {
    let mut jobs = Vec::new();
    while let Some(job) = lsm.step(vfs).expect("it is up") {
        jobs.push(job);
    }
    jobs
}

#[test]
fn a_table_is_placed_as_deep_as_older_data_allows() {
    #[track_caller]
    fn check(
        (lsm, vfs): (&mut Lsm, &mut MemVfs),
        (name, keys): (&str, &[&str]),
        level: usize,
        stopped_by: Option<(usize, &str)>,
        spanned: &[usize],
    ) {
        aside(vfs, name, keys);
        let ingested = lsm.ingest(vfs, &[name], Ingest::Link).expect("it is sound");
        let placed = &ingested.placed[0];
        assert_eq!((placed.level, &placed.spanned[..]), (level, spanned));
        let obstacle = placed.stopped_by.map(|Obstacle::Data { level, table }| {
            let data = lsm.table_file(vfs, table).expect("it is there");
            let aside = |name: &str| {
                let file = vfs.open(name).expect("it is there");
                file.read_at(0, usize::try_from(file.bytes()).expect("small")) == Ok(data.clone())
            };
            (level, ["1", "2", "3", "4"].into_iter().find(|name| aside(name)).unwrap_or("flushed"))
        });
        assert_eq!(obstacle, stopped_by);
        for key in keys {
            assert_eq!(get(lsm, key).as_deref(), Some(name));
        }
    }
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    check((&mut lsm, &mut vfs), ("1", &["b", "m"]), 6, None, &[]);
    check((&mut lsm, &mut vfs), ("2", &["m", "x"]), 5, Some((6, "1")), &[]);
    check((&mut lsm, &mut vfs), ("3", &["d", "e"]), 5, None, &[6]);
    put(&mut lsm, &mut vfs, "p", "mine");
    check((&mut lsm, &mut vfs), ("4", &["a", "z"]), 0, Some((0, "flushed")), &[]);
    assert_eq!(get(&lsm, "p").as_deref(), Some("mine"));
}

#[test]
fn a_link_writes_no_byte_of_the_table() {
    for (how, is_written) in [(Ingest::Link, false), (Ingest::Copy, true)] {
        let mut vfs = MemVfs::default();
        let mut lsm = open(&mut vfs);
        aside(&mut vfs, "aside/1", &["a", "b"]);
        let ingested = lsm.ingest(&mut vfs, &["aside/1"], how).expect("it is sound");
        let bytes = ingested.placed[0].meta.bytes;
        assert_eq!(lsm.ledger().get(Category::Ingest), if is_written { bytes } else { 0 });
        let others = [Category::Wal, Category::Flush, Category::Compaction];
        assert!(others.into_iter().all(|category| lsm.ledger().get(category) == 0));
        let links = vfs.links().into_iter().find(|link| &*link.name == "aside/1");
        assert_eq!(links.map(|link| link.links), Some(if is_written { 1 } else { 2 }));
        vfs.remove("aside/1").expect("it is there");
        assert_eq!(
            get(&lsm, "b").as_deref(),
            Some("aside/1"),
            "the engine has its own name for it"
        );
    }
}

#[test]
fn what_cannot_be_ingested_changes_nothing() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    put(&mut lsm, &mut vfs, "k", "v");
    aside(&mut vfs, "x/good", &["a", "m"]);
    aside(&mut vfs, "x/overlapping", &["f", "z"]);
    file(&mut vfs, "x/foreign", b"GIF89a, and then some more that is no table at all, really not");
    lsm.flush(&mut vfs).expect("it is up");
    let internal = lsm.version().tables().map(|(_, meta)| meta.number).next().expect("one");
    let internal = lsm.table_file(&vfs, internal).expect("it is there");
    file(&mut vfs, "x/internal", &internal);
    file(&mut vfs, "x/cut", &internal[..internal.len() / 2]);
    let before = (vfs.links(), lsm.last_seq());
    let mut refuse = |names: &[&str], sentence: &str| {
        let error = lsm.ingest(&mut vfs, names, Ingest::Link).expect_err("it is refused");
        assert!(error.to_string().contains(sentence), "{error}");
    };
    refuse(&["x/good", "x/overlapping"], "two of the tables overlap at f");
    refuse(&["x/good", "x/foreign"], "x/foreign: this is no SSTable");
    refuse(&["x/cut"], "x/cut: this is no SSTable");
    refuse(&["x/internal"], "x/internal: the table was not written for ingestion");
    refuse(&["x/none"], "x/none: there is no file");
    assert_eq!((vfs.links(), lsm.last_seq()), before);
    assert_eq!(get(&lsm, "a"), None);
}

#[test]
fn keys_in_order_go_down_without_being_written_again() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    let mut moves = 0;
    for n in 0..1_000 {
        put(&mut lsm, &mut vfs, &format!("{n:06}"), "some value of some length");
        for job in work(&mut lsm, &mut vfs) {
            match job {
                Job::Flush { .. } => {}
                Job::Move { compaction } => {
                    assert!(compaction.overlapped.is_empty());
                    moves += 1;
                }
                Job::Compact { .. } => panic!("nothing overlaps"),
            }
        }
    }
    assert!(moves > 10, "{moves}");
    assert_eq!(lsm.ledger().get(Category::Compaction), 0);
    let deepest = lsm.version().tables().map(|(level, _)| level).max();
    assert!(deepest >= Some(2), "{deepest:?}");
}

#[test]
fn a_choice_says_why() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    assert_eq!(choose(lsm.version(), lsm.config()), Choice::Rest);
    for round in 0..2 {
        put(&mut lsm, &mut vfs, "a", "1");
        put(&mut lsm, &mut vfs, "b", if round == 0 { "1" } else { "2" });
        lsm.flush(&mut vfs).expect("it is up");
    }
    let Choice::Compact(choice) = choose(lsm.version(), lsm.config()) else { panic!("a pile") };
    let Compaction { from, to, is_move, why, .. } = choice;
    assert_eq!((from, to, is_move), (0, 1, false));
    assert_eq!(why, Why::TooManyTables { tables: 2, trigger: 2 });
    let jobs = work(&mut lsm, &mut vfs);
    let [Job::Compact { made, dropped, .. }] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((made.len(), made[0].entries, dropped.hidden), (1, 2, 2));
    assert_eq!(get(&lsm, "b").as_deref(), Some("2"));
}

#[test]
fn the_last_tombstone_goes_with_what_it_hid() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    for key in ["a", "b", "c"] {
        put(&mut lsm, &mut vfs, key, "1");
    }
    lsm.flush(&mut vfs).expect("it is up");
    let mut batch = Batch::default();
    batch.delete(b"a");
    batch.delete_range(b"b", b"d");
    lsm.write(&mut vfs, &batch).expect("it is up");
    lsm.flush(&mut vfs).expect("it is up");
    assert_eq!(lsm.version().tables().count(), 2, "the tombstones are needed");
    work(&mut lsm, &mut vfs);
    assert_eq!(lsm.version().tables().count(), 0, "there is nothing left to hide");
}

#[test]
fn a_snapshot_keeps_versions_and_files() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    let rounds = |lsm: &mut Lsm, vfs: &mut MemVfs, value: &str| {
        for _ in 0..2 {
            put(lsm, vfs, "k", value);
            lsm.flush(vfs).expect("it is up");
        }
    };
    rounds(&mut lsm, &mut vfs, "old");
    let snapshot = lsm.snapshot();
    let held: Vec<u64> = lsm.version().tables().map(|(_, meta)| meta.number).collect();
    rounds(&mut lsm, &mut vfs, "new");
    work(&mut lsm, &mut vfs);
    assert_eq!(snapshot.view.get(b"k"), Ok(Some(Bytes::from_static(b"old"))));
    assert_eq!(get(&lsm, "k").as_deref(), Some("new"));
    assert_eq!(lsm.kept_for_snapshots(), held);
    assert_eq!(lsm.readers(), [snapshot.view.seq()]);
    let entries: u64 = lsm.version().tables().map(|(_, meta)| meta.entries).sum();
    assert_eq!(entries, 2, "one version for the snapshot, one for everybody else");
    lsm.release(&mut vfs, &snapshot).expect("it is held");
    assert_eq!(lsm.kept_for_snapshots(), []);
    assert!(held.iter().all(|number| lsm.table_file(&vfs, *number).is_err()), "they are gone");
    assert_eq!(lsm.release(&mut vfs, &snapshot), Err(Error::NoSnapshot));
}

#[test]
fn a_memtable_says_why_it_was_sealed() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    for n in 0..30 {
        put(&mut lsm, &mut vfs, &format!("{n}"), "v");
    }
    let full = Sealing::Full { limit_bytes: 1 << 10 };
    let sealed = &lsm.version().sealed[0];
    let (entries, bytes) = (sealed.memtable.entries(), sealed.memtable.bytes());
    let flush = Choice::Flush { why: full, entries, bytes };
    assert_eq!(choose(lsm.version(), lsm.config()), flush);
    let mut again = open(&mut vfs);
    let jobs = work(&mut again, &mut vfs);
    let [Job::Flush { why, .. }] = jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(why, Sealing::Recovery);
    put(&mut again, &mut vfs, "5", "v");
    aside(&mut vfs, "aside/1", &["4", "6"]);
    let ingested = again.ingest(&mut vfs, &["aside/1"], Ingest::Link).expect("it is sound");
    let [Job::Flush { why, .. }] = ingested.flushed[..] else { panic!("{ingested:?}") };
    assert_eq!(why, Sealing::Ingestion);
}

#[test]
fn a_sync_makes_durable_what_was_written_before_it_was_asked_for() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    put(&mut lsm, &mut vfs, "a", "1");
    let asked = lsm.written();
    put(&mut lsm, &mut vfs, "b", "2");
    assert_eq!(lsm.durable().bytes, 0);
    lsm.sync_to(&mut vfs, asked).expect("it is up");
    assert_eq!(lsm.durable(), asked);
    vfs.crash(&mut |_| 0);
    let lsm = open(&mut vfs);
    assert_eq!((get(&lsm, "a").as_deref(), get(&lsm, "b")), (Some("1"), None));
}

#[test]
fn without_a_log_a_crash_takes_what_is_in_no_table() {
    let config = Config { write_ahead: WriteAhead::Unlogged, ..small() };
    let mut vfs = MemVfs::default();
    let mut lsm = Lsm::open(&mut vfs, "db", config).expect("a new folder");
    put(&mut lsm, &mut vfs, "a", "flushed");
    lsm.flush(&mut vfs).expect("it is up");
    put(&mut lsm, &mut vfs, "b", "in the memtable");
    lsm.sync(&mut vfs).expect("there is nothing to do");
    assert_eq!(lsm.ledger().get(Category::Wal), 0);
    assert_eq!(get(&lsm, "b").as_deref(), Some("in the memtable"));
    vfs.crash(&mut |_| u64::MAX);
    let lsm = Lsm::open(&mut vfs, "db", config).expect("nothing is damaged");
    assert_eq!(get(&lsm, "a").as_deref(), Some("flushed"));
    assert_eq!(get(&lsm, "b"), None);
}

#[test]
fn a_batch_past_a_limit_is_refused_whole() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    let mut batch = Batch::default();
    batch.put(b"a", b"1");
    batch.put(&vec![b'k'; KEY_BYTES_MAX + 1], b"1");
    assert!(matches!(lsm.write(&mut vfs, &batch), Err(Error::KeyTooLong { .. })));
    assert_eq!((get(&lsm, "a"), lsm.last_seq()), (None, Seq(0)));
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    for n in 0..100 {
        put(&mut lsm, &mut vfs, &format!("{n}"), "before");
    }
    let (mut other_vfs, mut other) = (vfs.clone(), lsm.clone());
    let go_on = |lsm: &mut Lsm, vfs: &mut MemVfs, value: &str| {
        for n in 50..150 {
            put(lsm, vfs, &format!("{n}"), value);
        }
        work(lsm, vfs);
    };
    go_on(&mut lsm, &mut vfs, "one way");
    assert_eq!(get(&other, "149"), None);
    go_on(&mut other, &mut other_vfs, "another");
    assert_eq!(get(&lsm, "60").as_deref(), Some("one way"));
    assert_eq!(get(&other, "60").as_deref(), Some("another"));
    assert_eq!(get(&other, "7").as_deref(), Some("before"));
    assert_eq!(vfs.written(), other_vfs.written(), "values of equal length cost the same");
}

#[test]
fn everything_can_be_sent_to_another_thread() {
    fn check<T: Send + Sync>() -> usize {
        size_of::<T>()
    }
    assert!([check::<Lsm>(), check::<MemVfs>(), check::<lsm::Cursor>()].iter().all(|n| *n < 1024));
}

/// A short life with everything in it. Returns what was durable for sure, and what may be there.
fn live(
    vfs: &mut MemVfs,
    durable: &mut usize,
    states: &mut Vec<BTreeMap<String, String>>,
) -> lsm::Result {
    let mut lsm = Lsm::open(vfs, FOLDER, small())?;
    states.push(BTreeMap::new());
    let mut snapshot = None;
    for n in 0..60_usize {
        let mut state = states.last().cloned().unwrap_or_default();
        if n % 15 == 14 {
            let name = format!("aside/{n}");
            aside_or_crash(
                vfs,
                &name,
                &[&format!("{:02}", n % 20), &format!("{:02}", n % 20 + 3)],
            )?;
            for key in [n % 20, n % 20 + 3] {
                state.insert(format!("{key:02}"), name.clone());
            }
            states.push(state);
            lsm.ingest(vfs, &[&name], if n == 14 { Ingest::Copy } else { Ingest::Link })?;
            *durable = states.len() - 1;
            continue;
        }
        let (key, value) = (format!("{:02}", n * 7 % 20), format!("{n} {}", "v".repeat(50)));
        let mut batch = Batch::default();
        batch.put(key.as_bytes(), value.as_bytes());
        state.insert(key, value);
        states.push(state);
        lsm.write(vfs, &batch)?;
        if n % 7 == 3 {
            lsm.sync(vfs)?;
            *durable = states.len() - 1;
        }
        if n % 5 == 4 {
            lsm.step(vfs)?;
        }
        if n == 20 {
            snapshot = Some(lsm.snapshot());
        }
    }
    while lsm.step(vfs)?.is_some() {}
    snapshot.map_or(Ok(()), |snapshot| lsm.release(vfs, &snapshot))
}

fn aside_or_crash(vfs: &mut MemVfs, name: &str, keys: &[&str]) -> lsm::Result {
    let mut builder = TableBuilder::external(TableOptions::default());
    for key in keys {
        builder.put(key.as_bytes(), name.as_bytes())?;
    }
    let file = vfs.create(name, Category::Sideload)?;
    vfs.append(file, &builder.finish()?.0)?;
    vfs.sync(file, u64::MAX)
}

#[test]
fn a_crash_before_any_operation_loses_nothing_that_was_promised() {
    let mut whole = MemVfs::default();
    live(&mut whole, &mut 0, &mut Vec::new()).expect("nothing goes wrong");
    assert!(whole.operations() > 150, "{}", whole.operations());
    for operations in 0..whole.operations() {
        for keep in [0, 1, 2, u64::MAX] {
            let mut vfs = MemVfs::default();
            vfs.fail_after(Some(operations));
            let (mut durable, mut states) = (0, Vec::new());
            assert_eq!(live(&mut vfs, &mut durable, &mut states), Err(Error::Crashed));
            vfs.crash(&mut |n| if keep == 2 { n / 2 } else { keep });
            let lsm = open(&mut vfs);
            let mut cursor = lsm.cursor();
            cursor.first().expect("tables are sound");
            let mut found = BTreeMap::new();
            while let Some((key, value)) = cursor.entry() {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                found.insert(text(key), text(value));
                cursor.forward().expect("tables are sound");
            }
            let is_there = states.is_empty() && found.is_empty()
                || states.get(durable..).is_some_and(|later| later.contains(&found));
            assert!(is_there, "before operation {operations}, keeping {keep}: {found:?}");
            check_files(&lsm, &vfs);
        }
    }
}

/// Every file belongs to something.
#[track_caller]
fn check_files(lsm: &Lsm, vfs: &MemVfs) {
    let version = lsm.version();
    let tables = version.tables().map(|(_, meta)| format!("{:06}.sst", meta.number));
    let wals = version.sealed.iter().map(|sealed| sealed.wal).chain([lsm.written().number]);
    let mut expected: Vec<String> = wals.map(|n| format!("{n:06}.wal")).chain(tables).collect();
    expected.push("MANIFEST".to_owned());
    expected.sort();
    assert_eq!(vfs.list(FOLDER), Ok(expected));
}

#[test]
fn a_damaged_log_is_an_error_and_a_foreign_file_is_left_alone() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    put(&mut lsm, &mut vfs, "a", "1");
    put(&mut lsm, &mut vfs, "b", "2");
    let wal = format!("{FOLDER}/{:06}.wal", lsm.written().number);
    let log = vfs.open(&wal).and_then(|f| f.read_at(0, usize::try_from(f.bytes()).expect("small")));
    let mut log = log.expect("it is there").to_vec();
    log[10] ^= 1;
    vfs.remove(&wal).expect("it is there");
    file(&mut vfs, &wal, &log);
    file(&mut vfs, "db/notes.txt", b"mine");
    let error = Lsm::open(&mut vfs, FOLDER, small()).expect_err("it is damaged");
    assert!(error.to_string().starts_with(&wal), "{error}");
    vfs.remove(&wal).expect("it is there");
    open(&mut vfs);
    assert!(vfs.open("db/notes.txt").is_ok());
}

#[test]
fn tables_without_a_manifest_are_not_thrown_away() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    put(&mut lsm, &mut vfs, "a", "1");
    lsm.flush(&mut vfs).expect("it is up");
    vfs.remove("db/MANIFEST").expect("it is there");
    let links = vfs.links();
    let error = Lsm::open(&mut vfs, FOLDER, small()).expect_err("something is wrong");
    assert!(error.to_string().contains("no manifest"), "{error}");
    assert_eq!(vfs.links(), links);
}

#[cfg(feature = "std")]
#[test]
fn real_files_keep_what_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..3_u32 {
        let mut vfs = lsm::DiskVfs::new(folder.path());
        let mut lsm = open(&mut vfs);
        for n in 0..300_u32 {
            let key = format!("{:03}", n * 7 % 300);
            let value = lsm.get(key.as_bytes()).expect("tables are sound");
            let expected = round.checked_sub(1).map(|round| Bytes::from(format!("{n} {round}")));
            assert_eq!(value, expected);
            let mut batch = Batch::default();
            batch.put(key.as_bytes(), format!("{n} {round}").as_bytes());
            lsm.write(&mut vfs, &batch).expect("room");
            while lsm.step(&mut vfs).expect("room").is_some() {}
        }
        lsm.sync(&mut vfs).expect("a disk");
        assert_eq!(lsm.ledger(), vfs.written());
        let snapshot = lsm.snapshot();
        lsm.flush(&mut vfs).expect("room");
        while lsm.step(&mut vfs).expect("room").is_some() {}
        let mut cursor = snapshot.view.cursor();
        cursor.last().expect("tables are sound");
        assert_eq!(cursor.entry().map(|(key, _)| key), Some(&b"299"[..]));
        lsm.close(&mut vfs);
    }
}
