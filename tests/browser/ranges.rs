//! The page of many ranges: it elects, sleeps, wakes, splits, travels in time, and restores the same bytes.

use std::time::Duration;

use serde_json::json;

use crate::access::check_everybody;
use crate::stage::Stage;

const ALL_ASLEEP: &str = "(({ asleep, ranges }) => asleep === ranges)(raftarium.status())";

#[test]
fn ranges_fall_asleep_and_a_write_wakes_its_own() {
    let mut stage = Stage::open("#ranges");
    stage.run("new 3 60");
    stage.play_until(ALL_ASLEEP);
    let quiet = stage.eval("raftarium.status()");
    stage.run("put m42 v");
    stage.pass(Duration::from_millis(200));
    let woken = stage.eval("raftarium.status()");
    assert_eq!(woken["asleep"], 59, "{woken}");
    assert!(quiet["messages"].as_u64() < woken["messages"].as_u64(), "{quiet} {woken}");
    stage.play_until(ALL_ASLEEP);
    stage.check_no_complaint();
}

#[test]
fn time_goes_back_to_the_same_world() {
    let mut stage = Stage::open("#ranges");
    stage.run("put m1 a");
    stage.eval("raftarium.pause(); raftarium.seek(900000)");
    let digest = stage.digest();
    stage.run("split at m5");
    stage.eval("raftarium.seek(2000000)");
    assert_eq!(stage.eval("raftarium.status().ranges"), 10);
    let later = stage.digest();
    stage.eval("raftarium.seek(100000); raftarium.seek(899999)");
    assert_eq!(stage.eval("raftarium.status().ranges"), 9);
    assert_ne!(stage.digest(), digest, "a microsecond earlier is another world");
    stage.eval("raftarium.seek(2000000)");
    assert_eq!(stage.digest(), later);
    stage.check_no_complaint();
}

#[test]
fn a_restoration_writes_the_same_bytes_natively_and_here() {
    let mut stage = Stage::open("#ranges");
    let native = format!("{:016x}", play::ranges::restore_digest());
    assert_eq!(stage.eval("raftarium.pause(); raftarium.restore()"), native);
}

#[test]
fn restore_is_measured_in_four_ways() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause()");
    stage.page.click("#restore-tab").expect("the tab can be opened");
    stage.page.click(".restore button").expect("it can be measured");
    let rows = "[...document.querySelectorAll('.restore li')].map(row => +row.dataset.thousandths)";
    stage.wait_for(&format!("{rows}.length === 4"));
    let found = stage.eval(rows);
    let found: Vec<u64> =
        found.as_array().into_iter().flatten().filter_map(serde_json::Value::as_u64).collect();
    assert!(found.is_sorted_by(|dearer, cheaper| cheaper < dearer), "{found:?}");
    assert!(found[3] <= 1_050 && found[2] <= 2_050, "{found:?}");
    stage.check_no_complaint();
}

#[test]
fn a_scene_plays_from_its_start() {
    let mut stage = Stage::open("#ranges");
    // As on a phone: the doors are behind a button.
    stage.page.click(".more").expect("the tray can be unfolded");
    stage.page.click(".doors button:first-child").expect("the scenes can be opened");
    let scenes = play::ranges::SCENES.iter();
    let place = scenes.take_while(|scene| !scene.en.starts_with("Ranges sleep")).count() + 1;
    let row = format!(".scenes li:nth-child({place}) button");
    stage.page.click(&row).expect("a scene can be chosen");
    stage.wait_for("document.querySelector('.scene')");
    stage.play_until(ALL_ASLEEP);
    stage.check_no_complaint();
}

#[test]
fn what_cannot_be_done_gets_a_sentence() {
    let mut stage = Stage::open("#ranges");
    for line in ["kill s9", "split at a", "lease r1 to s9", "put", "new 3 9999", "frobnicate"] {
        let answer = stage.eval(&format!("raftarium.run({})", json!(line)));
        assert_eq!(answer["ok"], false, "{line}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|text| text.len() > 10), "{line}: {answer}");
    }
    stage.check_no_complaint();
}

#[test]
fn nothing_sticks_out_and_everybody_can_use_it() {
    check_everybody("#ranges", |stage| {
        stage.play_until(ALL_ASLEEP);
    });
}

/// Draws a line between the second store and the third, on one of the stages.
pub(crate) fn draw_line(stage: &mut Stage, place: usize) {
    let side = |stage: &mut Stage, of: &str| {
        let board = format!("document.querySelectorAll('.stage .board')[{place}]");
        let side = stage.eval(&format!("{board}.getBoundingClientRect().{of}"));
        side.as_f64().expect("a place on the screen")
    };
    let (x, y) = (side(stage, "left"), side(stage, "top"));
    let (width, height) = (side(stage, "width"), side(stage, "height"));
    let gap = x + width * 0.66;
    stage.page.drag(&[(gap, y + height * 0.3), (gap + 6.0, y + height * 0.7)]).expect("a line");
}

#[test]
fn a_line_between_two_stores_parts_them_and_a_click_on_it_heals() {
    let mut stage = Stage::open("#ranges");
    let cut_off = "raftarium.frame().board.stores.map(store => store.cut_off_from.length).join()";
    draw_line(&mut stage, 0);
    stage.wait_for(&format!("{cut_off} === '1,1,2'"));
    stage.run("heal");
    stage.wait_for(&format!("{cut_off} === '0,0,0'"));
    stage.check_no_complaint();
}

#[test]
fn a_range_is_looked_into_as_a_ring_and_left_again() {
    let mut stage = Stage::open("#ranges");
    stage.play_until(ALL_ASLEEP);
    stage.run("zoom in");
    stage.wait_for("document.querySelectorAll('.node').length === 3");
    stage.run("put b1 hello");
    stage.pass(Duration::from_millis(200));
    stage.wait_for("[...document.querySelectorAll('.entry small')].some(cell => cell.textContent === 'b1=hello')");
    stage.page.click(".crumbs button").expect("there is a way back");
    stage.wait_for("document.querySelector('.stage.ranges .board')");
    stage.check_no_complaint();
}
