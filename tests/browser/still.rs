//! A page that has nothing to move asks for no animation frame.

use std::time::Duration;

use crate::stage::Stage;

/// Counts every request for an animation frame, from before the page's own scripts.
const COUNT: &str = "
    window.framesAsked = 0;
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = draw => { window.framesAsked += 1; return request(draw); };
";

fn counting() -> Stage {
    let mut stage = Stage::empty();
    stage.page.before_load(COUNT).expect("the counter is installed");
    stage.goto("");
    stage
}

/// The frames asked for while the page is left alone for two seconds.
fn frames_meanwhile(stage: &mut Stage) -> u64 {
    // One that is under way may still end.
    stage.page.pass(Duration::from_millis(300)).expect("time passes");
    let before = stage.eval("framesAsked").as_u64();
    stage.page.pass(Duration::from_secs(2)).expect("time passes");
    let after = stage.eval("framesAsked").as_u64();
    after.zip(before).map(|(after, before)| after - before).expect("frames are counted")
}

#[test]
fn a_playing_page_draws_and_a_paused_one_does_not() {
    let mut stage = counting();
    stage.eval("raftarium.play()");
    assert!(0 < frames_meanwhile(&mut stage));
    stage.eval("raftarium.pause()");
    assert_eq!(frames_meanwhile(&mut stage), 0);
    stage.eval("raftarium.play()");
    assert!(0 < frames_meanwhile(&mut stage));
}

#[test]
fn a_hidden_page_does_not_draw() {
    let mut stage = counting();
    stage.eval("raftarium.play()");
    let cover = stage.browser.cover(&stage.page).expect("another tab opens in front");
    stage.wait_for("document.hidden");
    assert_eq!(frames_meanwhile(&mut stage), 0);
    cover.close().expect("the other tab closes");
    stage.page.bring_to_front().expect("the page is in front again");
    stage.wait_for("!document.hidden");
    assert!(0 < frames_meanwhile(&mut stage));
}
