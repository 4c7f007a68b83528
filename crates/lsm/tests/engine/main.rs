//! What the engine does, one claim a test.

mod crash;
mod ingest;
mod jobs;
mod setting;

use bytes::Bytes;
use lsm::{Batch, Error, KEY_BYTES_MAX, Lsm, MemVfs, Seq, Vfs};

use crate::setting::{get, open, put, work};

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
