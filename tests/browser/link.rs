//! A copied link opens the same run at the same moment.

use std::time::Duration;

use play::{Msg, Playground};
use sim::Setup;

use crate::stage::Stage;

/// A page with a run behind it that has something of everything, standing still.
fn with_a_story() -> Stage {
    let mut stage = Stage::open("");
    stage.eval("raftarium.pause()");
    for (line, millis) in [("put x 1", 400), ("kill n2", 700), ("put x 2 at n3", 35)] {
        stage.run(line);
        stage.pass(Duration::from_millis(millis));
    }
    stage
}

#[test]
fn a_reloaded_link_is_the_same_world() {
    let mut stage = with_a_story();
    let link = stage.eval("raftarium.link()");
    let link = link.as_str().expect("a link is text").to_owned();
    let digest = stage.digest();
    let now = stage.now();
    stage.goto(&link);
    assert_eq!(stage.digest(), digest);
    assert_eq!(stage.now(), now);
    stage.check_no_complaint();
}

#[test]
fn the_world_of_a_link_is_the_same_natively_and_in_wasm() {
    let mut stage = with_a_story();
    let link = stage.eval("raftarium.link()");
    let link = link.as_str().expect("a link is text").to_owned();
    let mut native = Playground::new(Setup::default()).expect("the default setup is right");
    native.update(Msg::Open(link));
    assert_eq!(u128::from(native.now().0), stage.now());
    assert_eq!(format!("{:016x}", native.digest()), stage.digest());
}

#[test]
fn seeking_back_and_forth_ends_in_the_same_world() {
    let mut stage = with_a_story();
    let digest = stage.digest();
    let now = stage.now();
    for part in [3, 7, 1, 9, 5] {
        stage.eval(&format!("raftarium.seek({})", now * part / 10));
    }
    stage.eval(&format!("raftarium.seek({now})"));
    assert_eq!(stage.digest(), digest);
    stage.eval("raftarium.back()");
    assert_ne!(stage.digest(), digest);
}
