//! What is left after a crash, after damage, and after a proper end.

use std::collections::BTreeMap;

use lsm::{
    Batch, Category, Config, Error, Ingest, Lsm, MemVfs, TableBuilder, TableOptions, Vfs,
    WriteAhead,
};

use crate::setting::{FOLDER, check_files, file, get, open, put, small};

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

/// Whatever the bytes of a table say when nobody checks them: each read comes to an end.
#[test]
fn a_damaged_table_brings_no_engine_down() {
    let mut vfs = MemVfs::default();
    let mut lsm = open(&mut vfs);
    for n in 0..40 {
        put(&mut lsm, &mut vfs, &format!("key/{n:03}"), &"v".repeat(n % 9));
    }
    lsm.flush(&mut vfs).expect("it is up");
    let number = lsm.version().tables().map(|(_, meta)| meta.number).max().expect("a table");
    let name = lsm.table_name(number);
    let mut good = lsm.table_file(&vfs, number).expect("it is there").to_vec();
    // Checksum type 0 of the footer: nobody checks.
    let footer = good.len() - 53;
    good[footer] = 0;
    for at in 0..footer {
        for change in [0x01, 0x10, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            let mut vfs = vfs.clone();
            vfs.remove(&name).expect("it is there");
            let id = vfs.create(&name, Category::Flush).expect("a new name");
            vfs.append_shared(id, bytes.into()).expect("it is up");
            vfs.close(id);
            let Ok(lsm) = Lsm::open(&mut vfs, FOLDER, small()) else { continue };
            // Twice: a block that was read before is found in another way.
            for key in (0..80).map(|n| format!("key/{:03}", n % 40)) {
                let _answer = lsm.get(key.as_bytes());
            }
            let mut cursor = lsm.cursor();
            let mut steps = 0;
            let mut went = cursor.first();
            while went.is_ok() && cursor.entry().is_some() {
                steps += 1;
                assert!(steps <= good.len(), "byte {at}");
                went = cursor.forward();
            }
            let _back = cursor.last().and_then(|()| cursor.back());
        }
    }
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
