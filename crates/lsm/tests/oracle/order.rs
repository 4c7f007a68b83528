//! The checker of levels sees what an engine never does.

use std::sync::Arc;

use lsm::{
    Batch, Category, Ingest, Level, Lsm, MemVfs, TableOptions, Version, Vfs, table_from_csv,
};

use super::config;

#[track_caller]
fn check(version: &Version, sentence: &str, spoil: impl Fn(&mut Vec<Level>)) {
    let mut wrong = version.clone();
    spoil(Arc::make_mut(&mut wrong.levels));
    let error = wrong.check_levels().expect_err("it is spoilt").to_string();
    assert!(error.contains(sentence), "{error}");
}

/// A key that was written twice and then deleted with its span, in three tables.
#[test]
fn what_is_deeper_and_not_older_is_found() {
    let mut vfs = MemVfs::default();
    let mut lsm = Lsm::open(&mut vfs, "db", config()).expect("a new folder");
    for n in 0..3 {
        let mut batch = Batch::default();
        if n < 2 {
            batch.put(b"k", b"v");
        } else {
            batch.delete_range(b"a", b"z");
        }
        lsm.write(&mut vfs, &batch).expect("it is up");
        lsm.flush(&mut vfs).expect("it is up");
    }
    let version = lsm.version();
    assert_eq!(version.check_levels(), Ok(2));
    check(version, "version above it is no newer", |levels| {
        Arc::make_mut(&mut levels[0].tables).swap(0, 1);
    });
    check(version, "deletes a span of keys", |levels| {
        Arc::make_mut(&mut levels[0].tables).swap(1, 2);
    });
    check(version, "shares a key with another table", |levels| levels.swap(0, 1));
}

/// A table that was ingested below an older version of one of its keys.
#[test]
fn what_is_ingested_too_deep_is_found() {
    let mut vfs = MemVfs::default();
    let mut lsm = Lsm::open(&mut vfs, "db", config()).expect("a new folder");
    let mut batch = Batch::default();
    batch.put(b"p", b"something to delete");
    lsm.write(&mut vfs, &batch).expect("it is up");
    lsm.flush(&mut vfs).expect("it is up");
    batch.clear();
    for key in [b"a", b"k", b"z"] {
        batch.put(key, b"v");
    }
    batch.delete_range(b"p", b"q");
    lsm.write(&mut vfs, &batch).expect("it is up");
    lsm.flush(&mut vfs).expect("it is up");
    let mut ingest = |rows: &str| {
        let table = table_from_csv(rows.as_bytes(), TableOptions::default());
        let file = vfs.create(rows, Category::Ingest).expect("it is up");
        vfs.append(file, &table.expect("these are rows")).expect("it is up");
        let ingested = lsm.ingest(&mut vfs, &[rows], Ingest::Copy).expect("it is a table");
        (ingested.placed[0].meta.number, lsm.version().clone())
    };
    let (number, version) = ingest("j,1\nl,2");
    assert_eq!(version.older_above(number), Ok(None), "it lies over the older one, in level 0");
    let sunk = |number: u64, version: &Version| {
        let mut version = version.clone();
        let levels = Arc::make_mut(&mut version.levels);
        let at = levels[0].tables.iter().position(|table| table.meta.number == number);
        let table = Arc::make_mut(&mut levels[0].tables).remove(at.expect("it lies there"));
        let last = levels.last_mut().expect("there are some");
        Arc::make_mut(&mut last.tables).push(table);
        version
    };
    let deeper = |number: u64, version: &Version| sunk(number, version).older_above(number);
    let older = version.levels[0].tables[1].meta.number;
    assert_eq!(deeper(number, &version), Ok(Some((0, older))));
    // A read looks into one table of a sorted run only.
    let (both, last) = (sunk(older, &sunk(number, &version)), version.levels.len() - 1);
    assert_eq!(both.older_above(number), Ok(Some((last, older))), "it lies beside the older one");
    let (number, version) = ingest("pa,1\npb,3");
    assert_eq!(deeper(number, &version), Ok(Some((0, older))), "it has deleted all of the span");
    let (number, version) = ingest("x,1");
    assert!(version.tables().any(|(level, meta)| level > 0 && meta.number == number));
    assert_eq!(version.older_above(number), Ok(None), "what spans it has none of its keys");
}
