//! An interaction file that is dropped on the page plays beside its expected output.

use std::fs;
use std::path::Path;

use acceptance::Key;
use serde_json::json;

use crate::stage::Stage;

/// A file of this folder, as a person has it on their disk.
fn own(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("interaction").join(name);
    fs::read_to_string(path).expect("the file is there")
}

/// Lets a file fall on the page.
fn drop_file(stage: &mut Stage, name: &str, text: &str) {
    let (name, text) = (json!(name), json!(text));
    stage.eval(&format!(
        "{{
            const carried = new DataTransfer();
            carried.items.add(new File([{text}], {name}));
            const how = {{ dataTransfer: carried, bubbles: true, cancelable: true }};
            document.body.dispatchEvent(new DragEvent('drop', how));
            null
        }}"
    ));
}

const SOURCE: &str = "document.querySelector('.file .source')";

#[test]
fn a_dropped_file_plays_to_its_end_as_expected() {
    let mut stage = Stage::open("");
    stage.leader();
    let digest = stage.digest();
    drop_file(&mut stage, "transfer_refused.txt", &own("transfer_refused.txt"));
    stage.wait_for("document.querySelector('.details[data-tab=file]')");
    stage.page.key(Key::Right).expect("a key can be pressed");
    stage.wait_for(&format!("{SOURCE}?.textContent.startsWith('add-nodes 3')"));
    assert_eq!(stage.eval(&format!("{SOURCE}.dataset.matches")), "true");
    stage.wait_for("document.querySelectorAll('[data-node]').length === 3");
    assert_eq!(stage.eval("document.querySelector('[data-node=n3]').dataset.counts"), "learner");
    stage.page.key(Key::End).expect("a key can be pressed");
    stage.wait_for(&format!("{SOURCE} && !document.querySelector('.file code')"));
    assert_eq!(stage.eval("document.querySelectorAll('.file [data-differs=true]').length"), 0);
    stage.eval("raftarium.seek(2000)");
    stage.wait_for(
        "document.querySelector('.file [role=status]').textContent.includes('step 2 of')",
    );
    stage.page.click("[data-action=close]").expect("the file can be closed");
    stage.wait_for("document.querySelectorAll('[data-node]').length === 5");
    assert_eq!(stage.digest(), digest, "the run is as it was");
    stage.check_no_complaint();
}

#[test]
fn a_line_that_differs_is_marked() {
    let mut stage = Stage::open("");
    let told = "transfer-leadership from=1 to=3\n----\nDEBUG 1 is learner.";
    let text = own("transfer_refused.txt");
    assert!(text.contains(told), "the file has what is changed in it");
    drop_file(&mut stage, "changed.txt", &text.replace(told, &format!("{told} Honest.")));
    stage.wait_for("document.querySelector('.details[data-tab=file]')");
    stage.page.click(".file .actions button:nth-child(2)").expect("it goes to a mismatch");
    stage.wait_for(&format!("{SOURCE}?.dataset.matches === 'false'"));
    let marked = stage.eval(
        "[...document.querySelectorAll('.file [data-differs=true]')].map(it => it.textContent)",
    );
    let lines = marked.as_array().expect("lines").len();
    assert_eq!(lines, 2, "one that is expected, one that is printed: {marked}");
    stage.check_no_complaint();
}

#[test]
fn a_file_that_is_none_gets_a_sentence_and_changes_nothing() {
    let mut stage = Stage::open("");
    stage.leader();
    let digest = stage.digest();
    let files = [
        ("shopping.txt", "milk\neggs\n".to_owned()),
        ("cut.txt", "add-nodes 3 voters=(1,2".to_owned()),
        ("binary.raft", "\u{0}\u{1}\u{2}".repeat(100)),
        ("large.txt", "# nothing\n".repeat(400_000)),
    ];
    for (name, text) in files {
        drop_file(&mut stage, name, &text);
        stage.wait_for("document.querySelector('[data-notice]')");
        assert_eq!(stage.digest(), digest, "{name}");
        assert_eq!(stage.eval("document.querySelectorAll('[data-node]').length"), 5, "{name}");
        stage.page.click("[data-notice] button").expect("a notice can be closed");
        stage.wait_for("!document.querySelector('[data-notice]')");
    }
    stage.check_no_complaint();
}
