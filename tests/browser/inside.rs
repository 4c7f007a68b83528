//! Inside a node and inside the group: the Ready microscope, members, snapshots.

use std::time::Duration;

use crate::stage::Stage;

#[test]
fn the_microscope_lights_one_box_at_a_time_and_a_crash_fits_between() {
    let mut stage = Stage::open("");
    let leader = stage.leader();
    stage.page.click("#ready-tab").expect("the tab can be opened");
    stage.run(&format!("microscope {leader} every 1ms"));
    stage.run("put x 1");
    let mut lit = Vec::new();
    for _ in 0..12 {
        stage.page.click("[data-action=substep]").expect("a step can be taken");
        let boxes = stage.eval(
            "[...document.querySelectorAll('.loop [data-lit=true] span')].map(it => it.textContent)",
        );
        let boxes = boxes.as_array().expect("a list of boxes").clone();
        assert!(boxes.len() <= 1, "{boxes:?}");
        lit.extend(boxes);
    }
    lit.dedup();
    assert!(lit.len() >= 3, "the loop goes on: {lit:?}");
    stage.page.click(".loop li:nth-child(5) button").expect("a crash can be put there");
    stage.wait_for("document.querySelector('.loop [aria-pressed=true]')");
    stage.run("put x 2");
    stage.play_until(&format!("document.querySelector('[data-node={leader}][data-role=stopped]')"));
    stage.check_no_complaint();
}

#[test]
fn a_learner_joins_gets_a_snapshot_and_becomes_a_voter() {
    let mut stage = Stage::open("");
    let leader = stage.leader();
    stage.run("put x 1");
    stage.pass(Duration::from_millis(500));
    stage.run(&format!("compact {leader}"));
    stage.run("learner n6");
    stage.wait_for("document.querySelectorAll('[data-node]').length === 6");
    stage.play_until("document.querySelector('[data-node=n6]').dataset.counts === 'learner'");
    stage.run("add n6");
    stage.play_until("document.querySelector('[data-node=n6]').dataset.counts === 'voter'");
    stage.check_no_complaint();
}
