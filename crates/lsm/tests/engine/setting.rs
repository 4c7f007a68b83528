//! A small engine, and what most tests do with it.

use lsm::{Batch, Category, Config, Job, Lsm, MemVfs, TableBuilder, TableOptions, Vfs};

pub(crate) const FOLDER: &str = "db";

pub(crate) fn small() -> Config {
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

pub(crate) fn open(vfs: &mut dyn Vfs) -> Lsm {
    Lsm::open(vfs, FOLDER, small()).expect("the folder is sound")
}

pub(crate) fn put(lsm: &mut Lsm, vfs: &mut MemVfs, key: &str, value: &str) {
    let mut batch = Batch::default();
    batch.put(key.as_bytes(), value.as_bytes());
    lsm.write(vfs, &batch).expect("it is up");
}

pub(crate) fn get(lsm: &Lsm, key: &str) -> Option<String> {
    let value = lsm.get(key.as_bytes()).expect("tables are sound");
    value.map(|value| String::from_utf8_lossy(&value).into_owned())
}

/// A file with a table of these keys, for ingestion.
pub(crate) fn aside(vfs: &mut MemVfs, name: &str, keys: &[&str]) {
    let mut builder = TableBuilder::external(TableOptions::default());
    for key in keys {
        builder.put(key.as_bytes(), name.as_bytes()).expect("keys are in order");
    }
    file(vfs, name, &builder.finish().expect("it has keys").0);
}

pub(crate) fn file(vfs: &mut MemVfs, name: &str, data: &[u8]) {
    let file = vfs.create(name, Category::Sideload).expect("a new name");
    vfs.append(file, data).expect("it is up");
}

pub(crate) fn work(lsm: &mut Lsm, vfs: &mut MemVfs) -> Vec<Job> {
    let mut jobs = Vec::new();
    while let Some(job) = lsm.step(vfs).expect("it is up") {
        jobs.push(job);
    }
    jobs
}

/// Every file belongs to something.
#[track_caller]
pub(crate) fn check_files(lsm: &Lsm, vfs: &MemVfs) {
    let version = lsm.version();
    let tables = version.tables().map(|(_, meta)| format!("{:06}.sst", meta.number));
    let wals = version.sealed.iter().map(|sealed| sealed.wal).chain([lsm.written().number]);
    let mut expected: Vec<String> = wals.map(|n| format!("{n:06}.wal")).chain(tables).collect();
    expected.push("MANIFEST".to_owned());
    expected.sort();
    assert_eq!(vfs.list(FOLDER), Ok(expected));
}
