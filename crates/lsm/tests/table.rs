//! Tables: what is written is read, and damage is found.

use std::sync::Arc;

use bytes::Bytes;
use lsm::{Error, Kind, Seq, Table, TableBuilder, TableEntries, TableOptions, Upper};

type Rows = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// Keys that share beginnings, one of them empty, one a deletion, over many small blocks.
fn rows() -> Rows {
    let mut rows = vec![(Vec::new(), Some(b"empty".to_vec()))];
    for n in 0..300 {
        let value = (n % 7 != 3).then(|| vec![b'v'; n % 40]);
        rows.push((format!("key/{:04}/{}", n / 10, "x".repeat(n % 10)).into_bytes(), value));
    }
    rows
}

fn build(rows: &Rows, options: TableOptions) -> Bytes {
    let mut builder = TableBuilder::external(options);
    for (key, value) in rows {
        match value {
            Some(value) => builder.put(key, value).expect("keys are in order"),
            None => builder.delete(key).expect("keys are in order"),
        }
    }
    builder.delete_range(b"key/0003", b"key/0005").expect("a span");
    builder.finish().expect("it has rows").0
}

fn small_blocks() -> TableOptions {
    TableOptions { block_bytes: 200, restart_interval: 4, bloom_bits: 10 }
}

fn open(bytes: &Bytes) -> Result<Arc<Table>, Error> {
    Table::open(Arc::new(bytes.clone()), None).map(Arc::new)
}

fn scan(table: &Arc<Table>) -> Result<Rows, Error> {
    let mut entries = TableEntries::new(table);
    let mut rows = Vec::new();
    while let Some(entry) = entries.advance()? {
        let value = (entry.kind == Kind::Put).then(|| entry.value.to_vec());
        rows.push((entry.key.to_vec(), value));
    }
    Ok(rows)
}

#[test]
fn what_is_written_is_read() {
    for (block_bytes, restart_interval, bloom_bits) in [(1, 1, 0), (200, 4, 10), (1 << 20, 16, 1)] {
        let options = TableOptions { block_bytes, restart_interval, bloom_bits };
        let table = open(&build(&rows(), options)).expect("it is sound");
        assert_eq!(scan(&table), Ok(rows()));
        let summary = table.verify_external().expect("it is sound");
        assert_eq!((summary.entries, summary.deletions, summary.range_deletions), (301, 43, 1));
        assert_eq!((summary.seq_min, summary.seq_max), (Seq(0), Seq(0)));
        assert_eq!(summary.span.first, Bytes::new());
        assert_eq!(summary.span.last, Upper::At("key/0029/xxxxxxxxx".into()));
        assert_eq!(table.facts().entries, 302, "with the range tombstone");
    }
}

/// Every byte, changed in three ways: an error, or nothing was lost (some bytes say nothing).
#[test]
fn a_damaged_byte_is_found() {
    let good = build(&rows(), small_blocks());
    let mut found = 0;
    for at in 0..good.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = good.to_vec();
            bytes[at] ^= change;
            let judge = |table: Arc<Table>| {
                table.verify()?;
                scan(&table)
            };
            match open(&bytes.into()).and_then(judge) {
                Ok(read) => assert_eq!(read, rows(), "byte {at}"),
                Err(_) => found += 1,
            }
        }
    }
    // The footer is padded, and eight bytes may be stamped with a sequence number.
    assert!(good.len() * 3 - 3 * (53 + 8) <= found, "{found} of {} found", good.len() * 3);
}

/// RocksDB's ingestion writes the number into the file; the checksum is that of a zero there.
#[test]
fn a_stamp_is_the_number_of_everything_and_has_to_be_one() {
    const NAME: &[u8] = b"rocksdb.external_sst_file.global_seqno";
    let good = build(&rows(), small_blocks());
    let name = good.windows(NAME.len()).position(|window| window == NAME).expect("it is there");
    let stamped = |number: u64| {
        let mut bytes = good.to_vec();
        let place = name + NAME.len();
        bytes[place..place + 8].copy_from_slice(&number.to_le_bytes());
        open(&bytes.into())
    };
    for number in [1, 300, Seq::MAX.0] {
        let table = stamped(number).expect("the rest is as it was");
        let mut entries = TableEntries::new(&table);
        let first = entries.advance().expect("it is sound").expect("it has rows");
        assert_eq!(first.seq, Seq(number));
    }
    for number in [Seq::MAX.0 + 1, u64::MAX] {
        let error = stamped(number).expect_err("eight bytes are one too many");
        assert!(error.to_string().contains("too large"), "{error}");
    }
}

#[test]
fn a_table_cut_short_is_none() {
    let good = build(&rows(), small_blocks());
    for end in 0..good.len() {
        let error = open(&good.slice(..end)).expect_err("it is cut");
        assert!(matches!(error, Error::NotATable(_)), "cut at {end}: {error}");
    }
}

/// Damage that the checksums do not show: nothing may go down, whatever the bytes say.
#[test]
fn damage_under_good_checksums_brings_nothing_down() {
    let good = build(&rows()[..60].to_vec(), small_blocks());
    // Checksum type 0 of the footer: nobody checks.
    let mut unchecked = good.to_vec();
    let footer = good.len() - 53;
    unchecked[footer] = 0;
    for at in 0..footer {
        for change in [0x01, 0x10, 0x80, 0xff] {
            let mut bytes = unchecked.clone();
            bytes[at] ^= change;
            if let Ok(table) = open(&bytes.into()) {
                // Whatever comes out, it comes to an end.
                let rows = scan(&table).map_or(0, |rows| rows.len());
                assert!(rows <= good.len(), "byte {at}");
                let _verdict = table.verify();
            }
        }
    }
}

#[test]
fn foreign_files_are_told_apart() {
    #[track_caller]
    fn check(bytes: Vec<u8>, sentence: &str) {
        let error = open(&bytes.into()).expect_err("it is none of ours");
        assert!(error.to_string().contains(sentence), "{error}");
    }
    let good = build(&rows(), small_blocks()).to_vec();
    check(b"PNG".to_vec(), "shorter than the end of a table");
    check(vec![0; 4096], "its last eight bytes are others");
    let mut leveldb = good.clone();
    let end = leveldb.len();
    leveldb[end - 8..].copy_from_slice(&0xdb47_7524_8b80_fb57_u64.to_le_bytes());
    check(leveldb, "LevelDB");
    let mut newer = good.clone();
    newer[end - 12] = 6;
    check(newer, "format version");
    let mut other = good;
    other[end - 53] = 3;
    check(other, "checksum");
}

#[test]
fn a_builder_takes_keys_in_order_only() {
    let mut builder = TableBuilder::external(TableOptions::default());
    builder.put(b"b", b"1").expect("the first");
    assert_eq!(builder.put(b"b", b"2"), Err(Error::NotAscending));
    assert_eq!(builder.delete(b"a"), Err(Error::NotAscending));
    assert_eq!(builder.delete_range(b"x", b"x"), Err(Error::EmptySpan));
    let long = vec![0xff; lsm::KEY_BYTES_MAX + 1];
    assert!(matches!(builder.put(&long, b""), Err(Error::KeyTooLong { .. })));
    let empty = TableBuilder::external(TableOptions::default()).finish();
    assert_eq!(empty.expect_err("it has nothing"), Error::EmptyTable);
}
