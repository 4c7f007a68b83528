//! Two runs side by side: both are painted, one clock drives them, and what differs is said and counted.

use acceptance::{Scheme, Viewport};
use serde_json::json;

use crate::access::{FINDINGS, axe};
use crate::layout::MISFITS;
use crate::stage::Stage;

/// Whether something stands on both stages: each canvas has a size of its own, and tiles were laid out.
const BOTH: &str = "[...document.querySelectorAll('.stage .board')].every(board => board.clientWidth > 200) && document.querySelectorAll('.stage .board').length === 2";

/// Opens the list of switches and chooses one, as a person does.
fn compare(stage: &mut Stage, knob: &str) {
    stage.eval("[...document.querySelectorAll('.doors button')].find(door => door.textContent === 'Compare').click(); null");
    stage.wait_for("document.querySelector('.choices')");
    stage.page.click(&format!(".choices [data-knob={knob}]")).expect("a switch can be chosen");
    stage.wait_for(BOTH);
}

fn ratio(stage: &mut Stage, row: usize) -> String {
    let cell = format!(
        "document.querySelector('.pairs tbody tr:nth-child({row}) td:last-child').textContent"
    );
    stage.eval(&cell).as_str().expect("a cell is text").to_owned()
}

#[test]
fn a_comparison_runs_both_and_says_where_they_part() {
    let mut stage = Stage::open("#ranges");
    stage.run("new 3 60");
    stage.run("switch quiescence off");
    compare(&mut stage, "coalescing");
    stage.play_until("raftarium.status().now > 3000000");
    assert_eq!(ratio(&mut stage, 2), "× 10", "heartbeat messages of an interval");
    assert_eq!(ratio(&mut stage, 4), "× 2.4", "bytes of heartbeats");
    assert_eq!(ratio(&mut stage, 7), "=", "evaluations");
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
    let axe = axe();
    for viewport in Viewport::ALL {
        for (scheme, lang) in Scheme::ALL.into_iter().zip(["en", "zh-CN"]) {
            let mut stage = Stage::empty();
            stage.page.set_viewport(viewport).expect("the page has a size");
            stage.page.set_scheme(scheme).expect("the page has a colour scheme");
            stage.page.set_language(lang).expect("the browser asks for a language");
            stage.goto("#ranges");
            stage.run("compare coalescing");
            stage.wait_for(BOTH);
            stage.play_until("raftarium.status().now > 2000000");
            let width = stage.eval("document.documentElement.scrollWidth");
            assert_eq!(width, viewport.width, "{viewport:?} {lang} scrolls sideways");
            assert_eq!(stage.eval(MISFITS), json!([]), "{viewport:?} {lang}");
            stage.eval(&format!("{axe}; null"));
            assert_eq!(stage.eval(FINDINGS), json!([]), "{viewport:?} {scheme:?}");
        }
    }
}
