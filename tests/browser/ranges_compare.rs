//! Two runs side by side: both are painted, one clock drives them, and what differs is said and counted.

use std::time::Duration;

use serde_json::json;

use crate::access::check_everybody;
use crate::ranges::draw_line;
use crate::stage::Stage;
use crate::tables::drop_file;

/// Whether something stands on both stages: each canvas has a size of its own, and tiles were laid out.
const BOTH: &str = "[...document.querySelectorAll('.stage .board')].every(board => board.clientWidth > 200) && document.querySelectorAll('.stage .board').length === 2";

/// Opens the list of switches and chooses one, as a person does.
fn compare(stage: &mut Stage, knob: &str) {
    stage.eval("[...document.querySelectorAll('.doors button')].find(door => door.textContent === 'Compare').click(); null");
    stage.wait_for("document.querySelector('.choices')");
    stage.page.click(&format!(".choices [data-knob={knob}]")).expect("a switch can be chosen");
    stage.wait_for(BOTH);
}

/// The panel follows the run a few frames later: waits until it shows this ratio.
#[track_caller]
fn check_ratio(stage: &mut Stage, row: usize, expected: &str) {
    let cell = format!("document.querySelector('.pairs tbody tr:nth-child({row}) td:last-child')");
    stage.wait_for(&format!("{cell}.textContent === '{expected}'"));
}

#[test]
fn a_comparison_runs_both_and_says_where_they_part() {
    let mut stage = Stage::open("#ranges");
    stage.run("new 3 60");
    stage.run("switch quiescence off");
    compare(&mut stage, "coalescing");
    stage.play_until("raftarium.status().now > 3000000");
    // Heartbeat messages of an interval, bytes of heartbeats, evaluations.
    check_ratio(&mut stage, 2, "× 10");
    check_ratio(&mut stage, 4, "× 2.4");
    check_ratio(&mut stage, 7, "=");
    assert_ne!(stage.eval("raftarium.digest()"), stage.eval("raftarium.digest_beside()"));

    // Its mark takes both to that moment.
    let at = stage.eval("raftarium.compared().parting.at");
    let (left, right) = stage
        .eval("raftarium.compared().parting.sides.map(side => side.en)")
        .as_array()
        .map_or_else(Default::default, |sides| (sides[0].to_string(), sides[1].to_string()));
    assert!(
        left.contains("waits for the next flush") && right.contains("message of its own"),
        "{left} {right}"
    );
    stage.page.click(".parting").expect("the divergence can be sought");
    assert_eq!(stage.eval("raftarium.status().now"), at);
    let there = stage.eval("raftarium.digest_beside()");
    stage.eval("raftarium.seek(2000000)");
    stage.eval(&format!("raftarium.seek({at})"));
    assert_eq!(stage.eval("raftarium.digest_beside()"), there);

    // What a person does happens in both.
    stage.run("kill s1");
    assert_eq!(stage.eval("document.querySelectorAll('.beside').length"), 1);
    let both = stage.eval("raftarium.digest()");
    stage.page.click(".compared .leave").expect("the comparison can be left");
    stage.wait_for("!document.querySelector('.beside')");
    assert_eq!(stage.eval("raftarium.digest()"), both, "the run on the left stays");
    assert_eq!(stage.eval("raftarium.compared()"), json!(null));
    stage.check_no_complaint();
}

#[test]
fn a_click_on_either_stage_selects_on_both() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause()");
    stage.run("compare quiescence");
    stage.wait_for(BOTH);
    // The range of the liveness records comes first, as its keys do.
    for (place, range) in [(0, "r1"), (1, "r9")] {
        let click = format!(
            "(() => {{ const board = document.querySelectorAll('.stage .board')[{place}], at = board.getBoundingClientRect(); \
             for (const kind of ['pointerdown', 'pointerup']) board.dispatchEvent(new PointerEvent(kind, \
             {{ bubbles: true, isPrimary: true, clientX: at.left + at.width * ({place} ? 0.95 : 0.15), clientY: at.top + 52 }})); }})()"
        );
        stage.eval(&click);
        stage.wait_for(&format!("document.querySelector('#range-tab').textContent === '{range}'"));
        let beside = stage.eval("document.querySelector('.beside p.hidden').textContent");
        assert!(beside.as_str().is_some_and(|title| title.starts_with(range)), "{beside}");
    }
    stage.check_no_complaint();
}

#[test]
fn two_stages_fit_and_everybody_can_use_them() {
    check_everybody("#ranges", |stage| {
        stage.run("compare coalescing");
        stage.wait_for(BOTH);
        stage.play_until("raftarium.status().now > 2000000");
    });
}

#[test]
fn what_a_person_does_on_the_right_happens_in_both() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause(); raftarium.seek(1500000)");
    stage.run("compare sideloading");
    stage.wait_for(BOTH);
    let cut_off = "raftarium.frame().board.stores.map(store => store.cut_off_from.length).join()";
    draw_line(&mut stage, 1);
    stage.wait_for(&format!("{cut_off} === '1,1,2'"));
    stage.run("heal");
    drop_file(&mut stage, "rows.csv", b"m1,7\nm2,8\n", ".beside .board");
    stage.wait_for("document.querySelector('[data-notice] span')");
    stage.pass(Duration::from_millis(300));
    assert_eq!(stage.eval("raftarium.status().ingested"), 3);
    assert_eq!(stage.eval("raftarium.compared().skipped.en"), "");
    stage.eval(
        "(() => { const board = document.querySelector('.beside .board'), at = board.getBoundingClientRect(); \
         board.dispatchEvent(new MouseEvent('dblclick', { bubbles: true, clientX: at.left + 30, clientY: at.top + 100 })); })()",
    );
    stage.wait_for("raftarium.status().up === 2");
    stage.check_no_complaint();
}

#[test]
fn what_is_opened_on_the_right_says_so() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause(); raftarium.seek(1500000)");
    stage.run("compare quiescence");
    stage.wait_for(BOTH);
    for (place, sign) in ["◧", "◨"].into_iter().enumerate() {
        let click = format!(
            "(() => {{ const board = document.querySelectorAll('.stage .board')[{place}], at = board.getBoundingClientRect(); \
             for (const kind of ['pointerdown', 'pointerup']) board.dispatchEvent(new PointerEvent(kind, \
             {{ bubbles: true, isPrimary: true, clientX: at.left + 30, clientY: at.top + 52 }})); }})()"
        );
        stage.eval(&click);
        stage.wait_for(&format!(
            "document.querySelector('.inspect .half')?.textContent === '{sign}'"
        ));
    }
    stage.check_no_complaint();
}

#[test]
fn a_link_opens_both_runs_where_they_were() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause(); raftarium.seek(1000000)");
    stage.run("put m1 v");
    stage.run("compare quiescence");
    stage.eval("raftarium.seek(2500000)");
    let state = "[raftarium.digest(), raftarium.digest_beside(), raftarium.compared().parting.at]";
    let expected = stage.eval(state);
    let link = stage.eval("raftarium.link()").as_str().expect("a link is text").to_owned();
    stage.goto(&link);
    stage.wait_for(BOTH);
    assert_eq!(stage.eval(state), expected);
    stage.check_no_complaint();
}
