//! Tables that a person ingests: every refusal in its sentence, with nothing changed, and every answer.

use bytes::Bytes;
use det::Span;
use lsm::{Batch, Ingest, TableBuilder, TableOptions};
use sim::ranges::{Backup, Command, EventKind, Rows, Setup, TableSource, World};
use store::restore::RestoreMode;
use store::{Counters, RangeId, Reply, RequestError, Switch};

use crate::{R5, act, answer, get, run, settled, split};

fn builder() -> TableBuilder {
    TableBuilder::external(TableOptions::default())
}

fn finish(builder: TableBuilder) -> Bytes {
    builder.finish().expect("it has rows").0
}

/// A sound table of two rows.
fn good() -> Vec<u8> {
    let mut builder = builder();
    builder.put(b"m1", b"7").expect("the first");
    builder.put(b"m2", b"8").expect("the next");
    finish(builder).to_vec()
}

fn sst(bytes: impl Into<Bytes>) -> TableSource {
    TableSource::Sst(bytes.into())
}

fn csv(text: &str) -> TableSource {
    TableSource::Csv(text.to_owned())
}

fn ingest(table: TableSource) -> Command {
    Command::Ingest { into: None, table }
}

/// It is refused with a sentence that has these words, and nothing has changed.
#[track_caller]
fn refused(command: &Command, words: &str) {
    let mut world = settled(Setup::default());
    let before = (world.digest(), world.next_event());
    let refusal = world.apply(command).expect_err("it cannot be done").to_string();
    assert!(refusal.contains(words), "{refusal}");
    assert_eq!((world.digest(), world.next_event()), before, "{words}");
}

#[test]
fn damaged_and_foreign_tables_are_refused() {
    let check = |bytes: Vec<u8>, words: &str| refused(&ingest(sst(bytes)), words);
    let (good, end) = (good(), good().len());
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    check(with(3, 0xff), "damaged at byte 0: the checksum of a block does not hold");
    check(good[..end - 9].to_vec(), "its last eight bytes are others");
    check(good[..40].to_vec(), "it is shorter than the end of a table");
    check(Vec::new(), "it is shorter than the end of a table");
    check(with(end - 1, 0), "this is no SSTable of RocksDB's block-based format");
    check(with(end - 12, 6), "a format version other than 2 to 5, which is not supported");
    check(with(end - 53, 3), "a checksum other than CRC-32C and XXH3");
    // Nobody looks at checksums where the table says that it has none.
    let mut unchecked = with(end - 53, 0);
    let comparator = b"leveldb.BytewiseComparator";
    let at = unchecked.windows(comparator.len()).position(|part| part == comparator);
    unchecked[at.expect("it names its comparator")] = b'L';
    check(unchecked, "another order of keys");
    let mut packed = with(end - 53, 0);
    let data = 4 + 5 + good.windows(2).position(|part| part == b"m2").expect("it has the row");
    let trailer = (data..end).find(|&at| {
        packed[at] = 7;
        let refusal = settled(Setup::default()).allow(&ingest(sst(packed.clone())));
        packed[at] = good[at];
        refusal.is_err_and(|refusal| refusal.to_string().contains("Zstandard compression"))
    });
    assert!(trailer.is_some(), "the first block says how it is compressed");
    check(vec![0; TableSource::BYTES_MAX + 1], "a file of 1048577 bytes is too large");
}

#[test]
fn tables_that_are_not_for_ingestion_are_refused() {
    let mut vfs = lsm::MemVfs::default();
    let mut engine = lsm::Lsm::open(&mut vfs, "e", lsm::Config::default()).expect("it is new");
    let mut batch = Batch::default();
    batch.put(b"m1", b"7");
    engine.write(&mut vfs, &batch).expect("it is up");
    engine.flush(&mut vfs).expect("it is up");
    let links = lsm::Vfs::list(&vfs, "e").expect("it is there");
    let name = links.iter().find(|name| name.contains("sst")).expect("it was flushed");
    let file = lsm::Vfs::open(&vfs, &format!("e/{name}")).expect("it is there");
    let bytes = file.read_at(0, usize::try_from(file.bytes()).expect("it is small"));
    let words = "the table was not written for ingestion: it lacks the properties";
    refused(&ingest(sst(bytes.expect("it is sound"))), words);
    let mut deleting = builder();
    deleting.delete_range(b"m1", b"m5").expect("it is a span");
    refused(&ingest(sst(finish(deleting))), "deletions of spans of keys");
}

#[test]
fn a_bad_line_is_named() {
    let check = |text: &str, words: &str| refused(&ingest(csv(text)), words);
    check("m1,7\nm2", "line 2: there is no comma between key and value");
    check("m1,7\nm2,8,9\n", "line 2: there are two commas");
    check("\"m1\"2,7", "line 1: a quote neither begins nor ends a field");
    check("m1,7\nm2,8\nm1,9", "line 3: the key stands in line 1 already");
    check("m\\q,7", "line 1: a backslash is followed by none of");
    check("", "the table is empty");
    let long = format!("m1,7\n{},8", "m".repeat(lsm::KEY_BYTES_MAX + 1));
    check(&long, "line 2: a key of 65537 bytes is longer than 65536");
    let almost = format!("{},8", "m".repeat(lsm::KEY_BYTES_MAX));
    check(&almost, "bytes is longer than 65536");
    check(",7", "nothing can be stored under this key");
    let large = format!("m1,{}", "v".repeat(TableSource::BYTES_MAX));
    check(&large, "is too large: a table has at most 1048576 here");
}

#[test]
fn keys_that_lie_elsewhere_are_refused() {
    let check = |into: Option<u64>, text: &str, words: &str| {
        refused(&Command::Ingest { into: into.map(RangeId), table: csv(text) }, words);
    };
    check(
        None,
        "b1,7\nd1,8",
        "the table has keys up to d1, and r1 ends at c: a table stays within",
    );
    check(None, "A,7", "no range holds A");
    check(None, "~,7", "no range holds ~");
    check(Some(2), "m1,7", "the table has the key m1, and r2 holds keys from c up to f");
    check(Some(5), "m1,7\nz1,8", "the table has the key z1, and r5 holds keys from l up to o");
    check(Some(99), "m1,7", "there is no r99");
    let setup = Setup { liveness: sim::ranges::Liveness::Range, ..Setup::default() };
    let system = Command::Ingest { into: Some(RangeId(10)), table: csv("m1,7") };
    let refusal = settled(setup).allow(&system).expect_err("it is the system's").to_string();
    assert!(refusal.contains("r10 holds the system's keys"), "{refusal}");
    let rows = |count| TableSource::Rows(Rows { from: "m".into(), count, value_bytes: 8 });
    refused(&ingest(rows(1_001)), "the number of rows is at most 1000");
    refused(&ingest(rows(0)), "the table is empty");
}

#[test]
fn a_table_of_any_source_is_ingested_and_read() {
    let deletion = {
        let mut builder = builder();
        builder.delete(b"m1").expect("the first");
        finish(builder)
    };
    let mut world = settled(Setup::default());
    let value =
        |text: &'static str| Some(Ok(Reply::Value(Some(Bytes::from_static(text.as_bytes())))));
    for (table, found) in [
        (csv("m2,8\r\nm1,7\n"), value("7")),
        (sst(deletion), Some(Ok(Reply::Value(None)))),
        (sst(good()), value("7")),
    ] {
        let told = answer(&act(&mut world, &ingest(table.clone())));
        assert_eq!(told, Some(Ok(Reply::Written)), "{table}");
        assert_eq!(answer(&act(&mut world, &get("m1"))), found, "{table}");
    }
    assert_eq!(world.sum(|counters| counters.ingested), 9);
    let links = |world: &World| -> usize {
        let stores = world.stores();
        stores.flat_map(|store| store.engines().sideloaded_files()).map(|file| file.links).sum()
    };
    let before = links(&world);
    act(&mut world, &Command::Switch(Switch::Ingest(Ingest::Copy)));
    act(&mut world, &ingest(csv("m5,1")));
    assert_eq!(links(&world), before + 3, "three files with a single name");
    assert!(world.is_alike(R5) && world.findings().is_empty());
}

#[test]
fn a_range_that_was_split_meanwhile_refuses_a_table_across_its_end() {
    let mut world = settled(Setup::default());
    act(&mut world, &ingest(csv("m1,7\nm9,8")));
    world.apply(&split("m5")).expect("it can be done");
    let events = act(&mut world, &ingest(csv("m2,1\nm8,2")));
    let answers: Vec<_> = events
        .iter()
        .filter_map(|event| {
            let EventKind::Answered { result, .. } = &event.kind else { return None };
            Some(result.is_ok())
        })
        .collect();
    assert_eq!(answers, [true, false], "the split, and not the table");
    assert!(events.iter().any(|event| matches!(
        &event.kind,
        EventKind::Answered { result: Err(RequestError::RangeKeyMismatch(_)), .. }
    )));
    assert_eq!((world.value(b"m2"), world.value(b"m8")), (None, None));
}

/// Restores into all nine ranges while one of them is split and a store is dead.
#[test]
fn a_backup_comes_back_whatever_happens() {
    for mode in [RestoreMode::WriteBatches, RestoreMode::TablesInLog, RestoreMode::Sideloaded] {
        let mut world = settled(Setup { seed: 9, ..Setup::default() });
        let backup = Backup { tables: 3, rows: 16, value_bytes: 100, mode, ranges: Vec::new() };
        world.apply(&Command::Restore(backup.clone())).expect("it can be done");
        let twice = world.apply(&Command::Restore(backup)).expect_err("one at a time");
        assert_eq!(twice.to_string(), "a backup is being restored: wait until all of it is there");
        run(&mut world, Span::millis(20));
        world.apply(&split("l0020")).expect("it can be done");
        world.apply(&Command::Kill(store::StoreId(2))).expect("it runs");
        run(&mut world, Span::secs(3));
        world.apply(&Command::Restart(store::StoreId(2))).expect("it is dead");
        run(&mut world, Span::secs(20));
        let mut events = Vec::new();
        world.take_events(&mut events);
        let restored = events.iter().find_map(|event| {
            let EventKind::Restored { pieces, rows } = event.kind else { return None };
            Some((pieces, rows))
        });
        assert_eq!(restored.map(|(_, rows)| rows), Some(9 * 3 * 16), "{mode:?}");
        assert!(restored.is_some_and(|(pieces, _)| 27 <= pieces), "{mode:?}");
        let row = |range: &str, number: u32| format!("{range}{number:04}");
        for key in [row("a", 0), row("l", 19), row("l", 20), row("l", 47), row("x", 47)] {
            assert!(world.value(key.as_bytes()).is_some(), "{mode:?}: {key}");
        }
        let sum = |count: fn(&Counters) -> u64| world.sum(count);
        let tables = (sum(|counters| counters.sideloaded), sum(|counters| counters.ingested));
        match mode {
            RestoreMode::WriteBatches => assert_eq!(tables, (0, 0)),
            RestoreMode::TablesInLog => assert!(tables.0 == 0 && 27 < tables.1, "{tables:?}"),
            RestoreMode::Sideloaded => assert!(27 < tables.0 && 27 < tables.1, "{tables:?}"),
        }
        assert!(world.findings().is_empty());
    }
}

#[test]
fn a_range_is_sorted_by_its_values() {
    let mut world = settled(Setup::default());
    act(&mut world, &ingest(csv("m1,c\nm2,a\nm3,b")));
    let events = act(&mut world, &Command::Sort(R5));
    let keys = ["m2", "m3", "m1"].map(|key| Bytes::from_static(key.as_bytes())).to_vec();
    assert_eq!(answer(&events), Some(Ok(Reply::Sorted(keys))));
    let refusal = world.allow(&Command::Sort(RangeId(77))).expect_err("nobody has it");
    assert_eq!(refusal.to_string(), "there is no r77");
}
