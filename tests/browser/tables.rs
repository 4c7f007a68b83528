//! Tables as files: dropped on a range, refused with a sentence, shown beside the logs, saved.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use bytes::Bytes;
use data_encoding::BASE64;
use lsm::{Table, TableEntries, TableOptions};
use serde_json::{Value, json};

use crate::stage::Stage;

const ALL_ASLEEP: &str = "(({ asleep, ranges }) => asleep === ranges)(raftarium.status())";
const NOTICE: &str = "document.querySelector('[data-notice] span')?.textContent";

/// A page whose ranges have leaders, and stand still.
fn settled() -> Stage {
    let mut stage = Stage::open("#ranges");
    stage.play_until(ALL_ASLEEP);
    stage
}

/// Lets a file fall on what the selector names: of a stage, on the fifth of nine ranges.
pub(crate) fn drop_file(stage: &mut Stage, name: &str, bytes: &[u8], on: &str) {
    let (name, bytes) = (json!(name), json!(BASE64.encode(bytes)));
    stage.eval(&format!(
        "{{
            const carried = new DataTransfer();
            const bytes = Uint8Array.from(atob({bytes}), letter => letter.charCodeAt(0));
            carried.items.add(new File([bytes], {name}));
            const place = document.querySelector('{on}');
            const {{ left, top, width }} = place.getBoundingClientRect();
            const at = {{ clientX: left + width * 0.54, clientY: top + 53 }};
            const how = {{ dataTransfer: carried, bubbles: true, cancelable: true, ...at }};
            for (const kind of ['dragover', 'drop']) place.dispatchEvent(new DragEvent(kind, how));
            null
        }}"
    ));
}

/// What the notice says, which is put away then.
fn notice(stage: &mut Stage) -> String {
    let text = stage.wait_for(NOTICE);
    stage.page.click("[data-notice] button").expect("a notice can be closed");
    stage.wait_for("!document.querySelector('[data-notice]')");
    text.as_str().expect("a notice has words").to_owned()
}

#[test]
fn a_dropped_csv_is_ingested_and_read() {
    let mut stage = settled();
    for (rows, on) in [("m1,7\nm2,8\n", ".board"), ("b1,9", ".side")] {
        drop_file(&mut stage, "rows.csv", rows.as_bytes(), on);
        assert_eq!(notice(&mut stage), "the table is on its way");
        stage.pass(Duration::from_millis(300));
        let told = notice(&mut stage);
        assert!(told.starts_with("the table is in r") && told.ends_with(" now"), "{told}");
    }
    assert_eq!(stage.eval("raftarium.status().ingested"), 6, "two tables, three replicas");
    stage.run("get m2");
    stage.pass(Duration::from_millis(300));
    let told = "raftarium.frame().feed.map(row => row.text.en).find(text => text.endsWith(': 8'))";
    assert!(stage.eval(told).is_string(), "{}", stage.eval("raftarium.frame().feed"));
    stage.check_no_complaint();
}

#[test]
fn a_file_that_cannot_be_ingested_gets_a_sentence_and_changes_nothing() {
    let mut stage = settled();
    let digest = stage.digest();
    let sound = lsm::table_from_csv(b"m1,7", TableOptions::default()).expect("it is sound");
    let mut corrupt = sound.to_vec();
    corrupt[1] ^= 1;
    let large = vec![b'x'; (1 << 20) + 1];
    let cases: [(&str, &[u8], &str); 6] = [
        ("corrupt.sst", &corrupt, "damaged at byte 0: the checksum of a block does not hold"),
        ("cut.sst", &sound[..100], "its last eight bytes are others"),
        ("image.sst", b"PNG", "it is shorter than the end of a table"),
        ("rows.csv", b"m1,7\nm2", "line 2: there is no comma between key and value"),
        ("rows.csv", b"b1,7", "the table has the key b1, and r5 holds keys from l up to o"),
        ("large.csv", &large, "a file of 1048577 bytes is too large"),
    ];
    for (name, bytes, words) in cases {
        drop_file(&mut stage, name, bytes, ".board");
        let told = notice(&mut stage);
        assert!(told.contains(words), "{name}: {told}");
        assert_eq!(stage.digest(), digest, "{name}");
    }
    stage.check_no_complaint();
}

#[test]
fn a_thin_entry_and_its_file_light_up_together() {
    let mut stage = settled();
    stage.run("ingest rows 100 from m");
    stage.pass(Duration::from_millis(300));
    stage.wait_for("document.querySelectorAll('.shelf .tied').length === 3");
    stage.page.click(".shelf button").expect("it can be selected");
    stage.wait_for("document.querySelector('.shelf [data-selected=true]')");
    let files =
        "raftarium.frame().board.stores.map(store => store.shelf.map(file => file.selected))";
    assert_eq!(stage.eval(files), json!([[true], [true], [true]]));
    stage.wait_for("document.querySelectorAll('.level [data-selected=true]').length === 1");
    stage.check_no_complaint();
}

/// The bytes of the file that a click on the button saves.
fn saved(stage: &mut Stage) -> Vec<u8> {
    stage.eval(
        "{
            const make = URL.createObjectURL;
            URL.createObjectURL = blob => {
                const reader = new FileReader();
                reader.onload = () => (window.saved = reader.result.split(',')[1]);
                reader.readAsDataURL(blob);
                return make(blob);
            };
            null
        }",
    );
    stage.page.click(".save button").expect("the table can be saved");
    let text = stage.wait_for("window.saved");
    BASE64.decode(text.as_str().expect("it is text").as_bytes()).expect("it is base64")
}

#[test]
fn a_saved_table_is_one_of_rocksdb() {
    let mut stage = settled();
    stage.run("ingest rows 100 from m");
    stage.pass(Duration::from_millis(300));
    let names = "[...document.querySelectorAll('.save option')].map(option => option.textContent)";
    stage.wait_for(&format!("{names}.some(name => name.includes('100 entries'))"));
    stage.eval(&format!(
        "{{
            const field = document.querySelector('.save select');
            field.selectedIndex = {names}.findIndex(name => name.includes('100 entries'));
            field.dispatchEvent(new Event('change', {{ bubbles: true }}));
            null
        }}"
    ));
    stage.wait_for("!document.querySelector('.save button').disabled");
    let bytes = saved(&mut stage);
    let table = Table::open(Arc::new(Bytes::from(bytes.clone())), None).expect("it is a table");
    assert_eq!(table.verify().map(|summary| summary.entries), Ok(100));
    let table = Arc::new(table);
    let mut entries = TableEntries::new(&table);
    let first = entries.advance().expect("it is sound").expect("it has rows");
    assert!(first.key.windows(5).any(|part| part == b"m0000"), "{:?}", first.key);
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("saved.sst"), bytes).expect("there is room");
    let mut command = Command::new("sst_dump");
    command.args(["--file=saved.sst", "--command=verify"]).current_dir(folder.path());
    match command.stdin(Stdio::null()).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("is ok"), "{said}");
        }
        Err(missing) => assert_eq!(missing.kind(), io::ErrorKind::NotFound, "{missing}"),
    }
    stage.check_no_complaint();
}

#[test]
fn a_file_is_chosen_with_the_keyboard_too() {
    let mut stage = settled();
    let field = "document.querySelector('.chooser input')";
    assert_eq!(stage.eval(&format!("{field}.focus(), document.activeElement === {field}")), true);
    stage.eval(&format!(
        "{{
            const carried = new DataTransfer();
            carried.items.add(new File(['m1,7'], 'rows.csv'));
            {field}.files = carried.files;
            {field}.dispatchEvent(new Event('change', {{ bubbles: true }}));
            null
        }}"
    ));
    assert_eq!(notice(&mut stage), "the table is on its way");
    stage.pass(Duration::from_millis(300));
    assert_eq!(stage.eval("raftarium.status().ingested"), Value::from(3));
    stage.check_no_complaint();
}
