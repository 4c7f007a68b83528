//! Tables taken in as they are.

use lsm::{Category, Ingest, Lsm, MemVfs, Obstacle, Vfs};

use crate::setting::{aside, file, get, open, put};

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
