//! The checker of levels sees what an engine never does.

use std::sync::Arc;

use lsm::{Batch, Level, Lsm, MemVfs, Version};

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
