//! Work in the background: what is done next, why, and what survives it.

use bytes::Bytes;
use lsm::{
    Batch, Category, Choice, Compaction, Error, Ingest, Job, Lsm, MemVfs, Sealing, Why, choose,
};

use crate::setting::{aside, get, open, put, work};

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
