//! Files of tables, as a person drops and saves them.

use std::sync::Arc;

use det::Span;
use lsm::{Table, TableOptions};
use play::ranges::{Playground, RangesMsg, Size, setup};
use play::{Msg, Note, Speed};
use store::{RangeId, StoreId};
use view::ranges::{Selection, Which};

/// A run past its elections.
fn settled() -> Playground {
    let setup = setup(Size { stores: 3, ranges: 9 });
    let mut play = Playground::new(setup).expect("the setup is fine");
    play.update(Msg::SetSpeed(Speed::OneIn(1)).into());
    watch(&mut play, 5);
    play
}

/// Lets so many seconds go by, and returns what was told: what, and whether it was refused.
fn watch(play: &mut Playground, seconds: u64) -> Vec<(String, bool)> {
    let frames = (0..seconds * 60).flat_map(|_| {
        let wall = Span::micros(16_667);
        play.update(Msg::Elapsed { wall }.into())
    });
    notices(frames)
}

fn notices(notes: impl IntoIterator<Item = Note>) -> Vec<(String, bool)> {
    let text = |note: Note| {
        let Note::Notice { text, refused } = note else { return None };
        assert!(!text.zh.is_ascii(), "{}", text.zh);
        Some((text.en, refused))
    };
    notes.into_iter().filter_map(text).collect()
}

fn dropped(
    play: &mut Playground,
    name: &str,
    bytes: &[u8],
    into: Option<u64>,
) -> Vec<(String, bool)> {
    let (name, bytes, into) = (name.to_owned(), bytes.to_vec(), into.map(RangeId));
    notices(play.update(RangesMsg::File { name, bytes, into }))
}

fn table(lines: &str) -> Vec<u8> {
    lsm::table_from_csv(lines.as_bytes(), TableOptions::default()).expect("it is sound").into()
}

#[test]
fn a_dropped_file_is_added_and_its_answer_is_told() {
    let files: [(&str, Vec<u8>, &str); 4] = [
        ("rows.csv", b"m1,7\nm2,8\n".to_vec(), "7"),
        ("rows.csv", b"\xef\xbb\xbfm1,8\r\n".to_vec(), "8"),
        ("rows.sst", table("m1,9"), "9"),
        ("without an ending", table("m1,10"), "10"),
    ];
    let mut play = settled();
    for (name, bytes, value) in files {
        let told = dropped(&mut play, name, &bytes, None);
        assert_eq!(told, [("the table is on its way".to_owned(), false)], "{name}");
        let told = watch(&mut play, 1);
        assert_eq!(told, [("the table is in r5 now".to_owned(), false)], "{name}");
        assert_eq!(play.run().world().value(b"m1").as_deref(), Some(value.as_bytes()), "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_added_gets_a_sentence_and_changes_nothing() {
    let mut play = settled();
    play.update(Msg::Pause.into());
    let digest = play.digest();
    let sound = table("m1,7");
    let mut corrupt = sound.clone();
    corrupt[1] ^= 1;
    let cases: [(&str, &[u8], Option<u64>, &str); 9] = [
        ("a.sst", &corrupt, None, "damaged at byte 0: the checksum of a block does not hold"),
        ("a.sst", &sound[..80], None, "its last eight bytes are others"),
        ("a.sst", b"PNG", None, "it is shorter than the end of a table"),
        ("a.bin", &[0xff; 99], None, "its last eight bytes are others"),
        ("a.csv", b"m1,7\nm2", None, "line 2: there is no comma"),
        ("a.csv", b"m1,7\nm2,\xff", None, "line 2: the line is not UTF-8"),
        ("a.csv", b"b1,7\nz1,7", None, "a table stays within one range"),
        ("a.csv", b"m1,7", Some(2), "the table has the key m1, and r2 holds keys from c up to f"),
        ("a.sst", &vec![0; (1 << 20) + 1], None, "is too large"),
    ];
    for (name, bytes, into, words) in cases {
        let told = dropped(&mut play, name, bytes, into);
        assert!(matches!(&*told, [(text, true)] if text.contains(words)), "{told:?}");
        assert_eq!(play.digest(), digest, "{words}");
    }
    // A link to the run would say the same as before.
    assert_eq!(play.run().recording().inputs, []);
}

#[test]
fn a_link_brings_the_tables_along() {
    let mut play = settled();
    let rows = "m1,two words\nm2,\\x00\\,";
    for (name, bytes) in [("a.csv", rows.as_bytes()), ("a.sst", &table("b1,9"))] {
        assert!(dropped(&mut play, name, bytes, None).iter().all(|(_, refused)| !refused));
        watch(&mut play, 1);
    }
    play.update(Msg::Line("restore tables 1 rows 2 as logged over r3".to_owned()).into());
    watch(&mut play, 1);
    assert_eq!(play.run().world().value(b"m2").as_deref(), Some(&b"\0,"[..]));
    let mut other = Playground::default();
    let notes = other.update(Msg::Open(play.link()).into());
    assert_eq!((other.digest(), other.now()), (play.digest(), play.now()), "{notes:?}");
}

#[test]
fn a_table_too_large_for_a_link_travels_as_a_script() {
    let mut play = settled();
    assert_eq!(play.link_to_share(), Ok(play.link()));
    let lines = (0..9_000).map(|row| format!("m{row:05},7")).collect::<Vec<_>>().join("\n");
    assert!(
        dropped(&mut play, "a.csv", lines.as_bytes(), None).iter().all(|(_, refused)| !refused)
    );
    watch(&mut play, 1);
    let told = play.link_to_share().expect_err("it is longer than any link");
    assert!(told.en.contains("too large for a link") && !told.zh.is_ascii());
    let mut other = Playground::default();
    other.update(Msg::Script(play.script()).into());
    other.update(Msg::Seek(play.now()).into());
    assert_eq!(other.digest(), play.digest());
}

#[test]
fn what_the_range_refuses_later_is_told_then() {
    let mut play = settled();
    play.update(Msg::Line("split at m5".to_owned()).into());
    // Its new range has a name and it is in the log, but nobody has applied it.
    let is_splitting = |play: &Playground| {
        let world = play.run().world();
        let replicas = world.stores().filter_map(|store| store.replica(RangeId(5)));
        let mut commands = replicas.flat_map(|r| r.proposals().iter().map(|p| &p.command.result));
        commands.any(|result| result.split.is_some())
    };
    for _ in 0..1_000 {
        if !is_splitting(&play) {
            play.update(Msg::Elapsed { wall: Span::micros(100) }.into());
        }
    }
    assert_eq!(dropped(&mut play, "a.csv", b"m1,7\nm9,8", None).len(), 1);
    let told = watch(&mut play, 2);
    let words = "is refused: the keys are not in that range";
    assert!(matches!(&*told, [(text, true)] if text.contains(words)), "{told:?}");
    assert_eq!(play.run().world().value(b"m1"), None);
}

#[test]
fn a_table_of_an_engine_is_saved_as_it_is() {
    let mut play = settled();
    dropped(&mut play, "a.csv", b"m1,7\nm2,8", None);
    watch(&mut play, 1);
    let engines = [(2, Which::State, "state"), (3, Which::State, "state"), (1, Which::Log, "log")];
    for (store, which, word) in engines {
        play.update(RangesMsg::OpenStore(StoreId(store)));
        play.update(RangesMsg::OpenEngine(which));
        let sheet = play.frame().engine;
        let bars = sheet.levels.iter().flat_map(|level| &level.tables);
        let bars: Vec<_> = bars.filter(|bar| 0 < bar.number).collect();
        assert!(!bars.is_empty(), "an election fills a memtable");
        for bar in bars {
            play.update(RangesMsg::OpenTable(bar.number));
            assert_eq!(play.frame().engine.opened, Some(bar.number));
            let file = play.table_file(bar.number).expect("it is there");
            assert_eq!(file.name, format!("s{store}-{word}-{}.sst", bar.number));
            let table = Table::open(Arc::new(bytes::Bytes::from(file.bytes)), None);
            let table = table.expect("it is a table");
            let rows = table.verify().expect("it is sound").entries;
            assert!(bar.text.contains(&format!(" {rows} entries ")), "{}", bar.text);
        }
    }
    assert_eq!(play.table_file(99), None);
}

#[test]
fn a_thin_entry_and_its_file_are_selected_together() {
    let mut play = settled();
    dropped(&mut play, "a.csv", b"m1,7\nm2,8", None);
    watch(&mut play, 1);
    let row = play.frame().shelf.first().cloned().expect("three stores have the file");
    assert!(!row.selected && row.stores.len() == 3, "{row:?}");
    let is_tied = |cell: &view::ranges::ShelfCell| {
        !cell.thin.is_empty() && !cell.file.is_empty() && cell.table.starts_with('#')
    };
    assert!(row.stores.iter().all(is_tied), "{row:?}");
    play.update(RangesMsg::Select(row.selection()));
    assert!(matches!(play.selection(), Selection::Table { .. }));
    assert_eq!(play.range(), Some(RangeId(5)));
    let frame = play.frame();
    assert!(frame.shelf.iter().all(|row| row.selected));
    assert!(frame.board.stores.iter().all(|store| store.shelf.iter().all(|file| file.selected)));
    let bars: Vec<_> = frame.engine.levels.iter().flat_map(|level| &level.tables).collect();
    let number = bars.iter().find(|bar| bar.selected).map(|bar| format!("#{}", bar.number));
    assert_eq!(number.as_ref(), row.stores.first().map(|cell| &cell.table), "the same file");
    assert_eq!(frame.inspector.title, "r5");
}

#[test]
fn temporary_data_has_a_drawer_while_there_is_some() {
    let mut play = settled();
    let drawers = |play: &mut Playground| {
        play.frame().board.stores.iter().map(|store| store.drawers.len()).max()
    };
    assert_eq!(drawers(&mut play), Some(2));
    play.update(Msg::Line("ingest rows 1000 from m bytes 100".to_owned()).into());
    watch(&mut play, 1);
    play.update(Msg::Line("sort r5".to_owned()).into());
    assert_eq!(drawers(&mut play), Some(3));
}
