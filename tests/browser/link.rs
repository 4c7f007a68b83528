//! A copied link opens the same run at the same moment.

use crate::stage::Stage;

/// A run with something of everything in it.
const STORY: [&str; 6] =
    ["put x 1", "run 400ms", "kill n2", "run 700ms", "put x 2 at n3", "run 35ms"];

#[test]
fn a_reloaded_link_is_the_same_world() {
    let mut stage = Stage::open("");
    stage.eval("raftarium.pause()");
    for line in STORY {
        stage.run(line);
    }
    let link = stage.eval("raftarium.link()");
    let link = link.as_str().expect("a link is text").to_owned();
    let digest = stage.digest();
    let now = stage.eval("raftarium.status().now");
    stage.goto(&link);
    assert_eq!(stage.digest(), digest);
    assert_eq!(stage.eval("raftarium.status().now"), now);
    stage.check_no_complaint();
}

#[test]
fn seeking_back_and_forth_ends_in_the_same_world() {
    let mut stage = Stage::open("");
    stage.eval("raftarium.pause()");
    for line in STORY {
        stage.run(line);
    }
    let digest = stage.digest();
    let now = stage.eval("raftarium.status().now").as_u64().expect("now is a number");
    for part in [3, 7, 1, 9, 5] {
        stage.eval(&format!("raftarium.seek({})", now * part / 10));
    }
    stage.eval(&format!("raftarium.seek({now})"));
    assert_eq!(stage.digest(), digest);
    stage.eval("raftarium.back()");
    assert_ne!(stage.digest(), digest);
}
