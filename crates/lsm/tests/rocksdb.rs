//! Our tables in RocksDB's own hands, and its tables in ours.
//!
//! `cargo xtask test` installs the two programs; where they are missing the tests say that they did
//! not run.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use lsm::{
    Batch, Config, Ingest, Kind, Lsm, MemVfs, Table, TableBuilder, TableEntries, TableOptions, Vfs,
};

/// Whether RocksDB's tools are there; says so if not.
fn tools_are_there(test: &str) -> bool {
    let there = ["sst_dump", "ldb", "db_bench"].iter().all(|program| {
        let mut command = Command::new(program);
        command.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    });
    if !there {
        // Straight to stderr: the test harness hides what passing tests print.
        let missing = "sst_dump, ldb and db_bench (Debian: rocksdb-tools) are missing";
        writeln!(io::stderr(), "{test} did not run: {missing}").expect("stderr is open");
    }
    there
}

/// Runs a program in `folder`; returns what it said.
fn run(folder: &Path, program: &str, arguments: &[&str], input: Option<&Path>) -> String {
    let mut command = Command::new(program);
    let input =
        input.map_or_else(Stdio::null, |path| fs::File::open(path).expect("it is there").into());
    let output = command.args(arguments).current_dir(folder).stdin(input).output();
    let output = output.expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    said
}

fn rows() -> Vec<(String, String)> {
    (0..5_000)
        .map(|n| (format!("user{n:06}"), format!("value {n} {}", "ab".repeat(n % 30))))
        .collect()
}

fn ours() -> bytes::Bytes {
    let mut builder = TableBuilder::external(TableOptions::default());
    for (key, value) in rows() {
        builder.put(key.as_bytes(), value.as_bytes()).expect("keys are in order");
    }
    builder.finish().expect("it has rows").0
}

fn scan(path: &Path) -> Vec<(String, String)> {
    let bytes = bytes::Bytes::from(fs::read(path).expect("it was written"));
    let table = Arc::new(Table::open(Arc::new(bytes), None).expect("it is sound"));
    table.verify().expect("it is sound");
    let mut entries = TableEntries::new(&table);
    let mut rows = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    while let Some(entry) = entries.advance().expect("it is sound") {
        assert_eq!(entry.kind, Kind::Put);
        rows.push((text(entry.key), text(entry.value)));
    }
    rows
}

#[test]
fn sst_dump_verifies_and_scans_ours() {
    if !tools_are_there("sst_dump_verifies_and_scans_ours") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("ours.sst"), ours()).expect("room");
    let said = run(folder.path(), "sst_dump", &["--file=ours.sst", "--command=verify"], None);
    assert!(said.contains("The file is ok"), "{said}");
    let said = run(folder.path(), "sst_dump", &["--file=ours.sst", "--command=scan"], None);
    for (key, value) in rows() {
        let line = format!("'{key}' seq:0, type:1 => {value}\n");
        assert!(said.contains(&line), "{line}");
    }
    let arguments = ["--file=ours.sst", "--show_properties", "--command=none"];
    let said = run(folder.path(), "sst_dump", &arguments, None);
    assert!(said.contains("# entries: 5000"), "{said}");
}

#[test]
fn ldb_ingests_ours_and_finds_every_key() {
    if !tools_are_there("ldb_ingests_ours_and_finds_every_key") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| run(folder.path(), "ldb", arguments, None);
    fs::write(folder.path().join("ours.sst"), ours()).expect("room");
    run(&["--db=db", "--create_if_missing", "put", "user000007", "old"]);
    run(&["--db=db", "ingest_extern_sst", "ours.sst"]);
    let said = run(&["--db=db", "scan", "--no_value"]);
    assert!(rows().iter().all(|(key, _)| said.contains(key)), "all keys are there");
    // With the policy that reads filters: a wrong filter would hide keys.
    for (key, value) in rows().iter().step_by(97) {
        assert_eq!(run(&["--db=db", "--bloom_bits=10", "get", key]).trim_end(), value.trim_end());
    }
}

#[test]
fn what_ldb_writes_is_read() {
    if !tools_are_there("what_ldb_writes_is_read") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let lines: Vec<String> =
        rows().iter().map(|(key, value)| format!("{key} ==> {value}")).collect();
    let input = folder.path().join("rows");
    fs::write(&input, lines.join("\n")).expect("room");
    for compression in ["no", "snappy", "lz4", "lz4hc"] {
        for bits in ["10", "0"] {
            let name = format!("{compression}{bits}.sst");
            let compression = format!("--compression_type={compression}");
            let bits = format!("--bloom_bits={bits}");
            let mut arguments = vec!["--db=db", "--create_if_missing", &compression];
            if bits != "--bloom_bits=0" {
                arguments.push(&bits);
            }
            arguments.extend(["write_extern_sst", &name]);
            run(folder.path(), "ldb", &arguments, Some(&input));
            assert_eq!(scan(&folder.path().join(&name)), rows(), "{arguments:?}");
        }
    }
}

/// Keys and values of every kind: empty, of zeros, of 0xff, at their limits.
#[test]
fn odd_keys_and_values_are_the_same_for_both() {
    if !tools_are_there("odd_keys_and_values_are_the_same_for_both") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = TableBuilder::external(TableOptions::default());
    builder.put(b"", b"the empty key").expect("the first");
    builder.put(b"\0", b"").expect("it is larger");
    builder.put(b"\0\0", b"\0").expect("it is larger");
    builder.put(b"\0\xff", &[0xff; 300]).expect("it is larger");
    builder.put(b"k", &vec![7; 3 << 20]).expect("it is larger");
    builder.delete(b"l").expect("it is larger");
    builder.put(&[0xff; 300], &vec![0; 70_000]).expect("it is larger");
    builder.put(&vec![0xff; lsm::KEY_BYTES_MAX], b"long").expect("it is larger");
    builder.delete_range(b"m", b"n").expect("a span");
    let path = folder.path().join("odd.sst");
    fs::write(&path, builder.finish().expect("it has rows").0).expect("room");
    let said = run(folder.path(), "sst_dump", &["--file=odd.sst", "--command=verify"], None);
    assert!(said.contains("The file is ok"), "{said}");
    let arguments = ["--file=odd.sst", "--command=scan", "--output_hex"];
    let said = run(folder.path(), "sst_dump", &arguments, None);
    let theirs: Vec<&str> = said.lines().filter(|line| line.starts_with('\'')).collect();
    assert_eq!(theirs, hex_lines(&path));
    run(
        folder.path(),
        "ldb",
        &["--db=db", "--create_if_missing", "ingest_extern_sst", "odd.sst"],
        None,
    );
}

/// A file that RocksDB has ingested carries a number that its checksum does not know.
#[test]
fn what_rocksdb_has_ingested_is_read() {
    if !tools_are_there("what_rocksdb_has_ingested_is_read") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| run(folder.path(), "ldb", arguments, None);
    fs::write(folder.path().join("ours.sst"), ours()).expect("room");
    run(&["--db=db", "--create_if_missing", "put", "user000007", "old"]);
    run(&["--db=db", "ingest_extern_sst", "--write_global_seqno=true", "ours.sst"]);
    let files = fs::read_dir(folder.path().join("db")).expect("it is there").flatten();
    let tables =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "sst"));
    let tables: Vec<_> = tables.collect();
    assert!(tables.iter().any(|path| scan(path) == rows()), "{tables:?}");
}

/// An engine with one table that has everything: versions, a tombstone, a range tombstone.
fn engine() -> (MemVfs, Lsm) {
    let mut vfs = MemVfs::default();
    let mut lsm = Lsm::open(&mut vfs, "db", Config::default()).expect("the folder is empty");
    let mut batch = Batch::default();
    for n in 0..500 {
        batch.put(format!("{n:03}").as_bytes(), b"old");
    }
    lsm.write(&mut vfs, &batch).expect("it is up");
    lsm.snapshot();
    batch.clear();
    batch.delete_range(b"100", b"200");
    batch.put(b"150", b"new");
    batch.delete(b"250");
    lsm.write(&mut vfs, &batch).expect("it is up");
    lsm.flush(&mut vfs).expect("it is up");
    (vfs, lsm)
}

#[test]
fn sst_dump_verifies_the_tables_of_an_engine() {
    if !tools_are_there("sst_dump_verifies_the_tables_of_an_engine") {
        return;
    }
    let (vfs, lsm) = engine();
    let number = lsm.version().tables().map(|(_, meta)| meta.number).next().expect("one");
    let folder = tempfile::tempdir().expect("a folder");
    let data = lsm.table_file(&vfs, number).expect("it is there");
    fs::write(folder.path().join("own.sst"), data).expect("room");
    let said = run(folder.path(), "sst_dump", &["--file=own.sst", "--command=verify"], None);
    assert!(said.contains("The file is ok"), "{said}");
    let said = run(folder.path(), "sst_dump", &["--file=own.sst", "--command=scan"], None);
    for line in ["'099' seq:100, type:1 => old", "'150' seq:502, type:1 => new", "'150' seq:151,"] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(said.contains("'250' seq:503, type:0"), "{said}");
}

#[test]
fn a_table_of_an_engine_can_be_taken_elsewhere() {
    if !tools_are_there("a_table_of_an_engine_can_be_taken_elsewhere") {
        return;
    }
    let (_, lsm) = engine();
    let table = lsm.version().levels[0].tables[0].table.to_external(TableOptions::default());
    let data = table.expect("it is sound");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("own.sst"), &data).expect("room");
    let run = |arguments: &[&str]| run(folder.path(), "ldb", arguments, None);
    run(&["--db=db", "--create_if_missing", "put", "120", "theirs"]);
    run(&["--db=db", "put", "250", "theirs"]);
    run(&["--db=db", "put", "777", "theirs"]);
    run(&["--db=db", "ingest_extern_sst", "own.sst"]);
    let said = run(&["--db=db", "scan"]);
    let mut vfs = MemVfs::default();
    let mut other = Lsm::open(&mut vfs, "db", Config::default()).expect("the folder is empty");
    let mut batch = Batch::default();
    for key in [b"120", b"250", b"777"] {
        batch.put(key, b"theirs");
    }
    other.write(&mut vfs, &batch).expect("it is up");
    let file = vfs.create("own.sst", lsm::Category::Sideload).expect("a new name");
    vfs.append(file, &data).expect("it is up");
    other.ingest(&mut vfs, &["own.sst"], Ingest::Link).expect("it is sound");
    let mut cursor = other.cursor();
    let mut lines = Vec::new();
    cursor.first().expect("it is sound");
    while let Some((key, value)) = cursor.entry() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        lines.push(format!("{} : {}", text(key), text(value)));
        cursor.forward().expect("it is sound");
    }
    // Both give the same answer: 100 to 199 deleted but for 150, and 250 deleted.
    assert_eq!(lines.len(), 500 - 99 - 1 + 1);
    let theirs: Vec<&str> = said.lines().filter(|line| line.contains(" : ")).collect();
    assert_eq!(theirs, lines);
}

/// Tables of a database, with versions, and with what RocksDB puts into blocks when it is told to.
#[test]
fn tables_of_a_database_are_read_as_sst_dump_reads_them() {
    if !tools_are_there("tables_of_a_database_are_read_as_sst_dump_reads_them") {
        return;
    }
    let ways = [
        ["--use_data_block_hash_index=1", "--compression_type=snappy", "--format_version=4"],
        ["--index_block_restart_interval=16", "--compression_type=lz4", "--format_version=5"],
        ["--index_block_restart_interval=3", "--compression_type=none", "--format_version=2"],
        ["--bloom_bits=10", "--compression_type=none", "--checksum_type=1"],
        ["--use_ribbon_filter=1", "--bloom_bits=10", "--format_version=3"],
        ["--prefix_size=4", "--bloom_bits=10", "--whole_key_filtering=false"],
        ["--block_size=64", "--compression_type=lz4hc", "--checksum_type=0"],
    ];
    for way in ways {
        let folder = tempfile::tempdir().expect("a folder");
        let mut arguments =
            vec!["--benchmarks=fillrandom,deleterandom,flush", "--db=db", "--num=3000"];
        arguments.extend(way);
        run(folder.path(), "db_bench", &arguments, None);
        let table = newest_table(folder.path());
        let name = table.to_string_lossy().into_owned();
        let file = format!("--file={name}");
        let said = run(folder.path(), "sst_dump", &[&file, "--command=scan", "--output_hex"], None);
        let theirs: Vec<&str> = said.lines().filter(|line| line.starts_with('\'')).collect();
        assert!(theirs.len() > 2_000, "{way:?}");
        assert_eq!(theirs, hex_lines(&table), "{way:?}");
    }
}

/// What we do not read is said in a sentence.
#[test]
fn what_is_not_supported_is_named() {
    if !tools_are_there("what_is_not_supported_is_named") {
        return;
    }
    let ways = [
        (["--compression_type=zlib", "--format_version=5"], "zlib compression"),
        (["--compression_type=zstd", "--format_version=5"], "Zstandard compression"),
        (["--compression_type=bzip2", "--format_version=5"], "bzip2 compression"),
        (["--compression_type=none", "--checksum_type=2"], "a checksum other than"),
        (["--compression_type=none", "--partition_index=1"], "an index in two levels"),
        (["--compression_type=lz4", "--compression_max_dict_bytes=4096"], "dictionary"),
        (["--enable_blob_files=1", "--min_blob_size=0"], "values in other files"),
        (["--compression_type=none", "--user_timestamp_size=8"], "another order of keys"),
    ];
    for (way, sentence) in ways {
        let folder = tempfile::tempdir().expect("a folder");
        let mut arguments = vec!["--benchmarks=fillrandom,flush", "--db=db", "--num=1000"];
        arguments.extend(way);
        run(folder.path(), "db_bench", &arguments, None);
        let bytes = bytes::Bytes::from(fs::read(newest_table(folder.path())).expect("it is there"));
        let verify = |table: Table| table.verify();
        let error = Table::open(Arc::new(bytes), None).and_then(verify).expect_err("unsupported");
        assert!(error.to_string().contains(sentence), "{way:?}: {error}");
    }
}

fn newest_table(folder: &Path) -> std::path::PathBuf {
    let files = fs::read_dir(folder.join("db")).expect("it is there").flatten();
    let tables = files.map(|file| file.path());
    tables.filter(|path| path.extension().is_some_and(|e| e == "sst")).max().expect("a table")
}

/// A table as `sst_dump --output_hex` prints it.
fn hex_lines(path: &Path) -> Vec<String> {
    let bytes = bytes::Bytes::from(fs::read(path).expect("it was written"));
    let table = Arc::new(Table::open(Arc::new(bytes), None).expect("it is sound"));
    table.verify().expect("it is sound");
    let hex =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    let mut entries = TableEntries::new(&table);
    let mut lines = Vec::new();
    while let Some(entry) = entries.advance().expect("it is sound") {
        let kind = i32::from(entry.kind == Kind::Put);
        let (key, value) = (hex(entry.key), hex(entry.value));
        lines.push(format!("'{key}' seq:{}, type:{kind} => {value}", entry.seq.0));
    }
    lines
}
