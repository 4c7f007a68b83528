//! Whatever is typed or linked: one clear sentence, and the running session stays as it was.

use std::time::Duration;

use serde_json::json;

use crate::stage::Stage;

/// What the page says to the person.
const NOTICE: &str = "document.querySelector('[data-notice]')?.textContent.trim()";

/// Fragments that are no link of ours, each with what is wrong with it.
fn bad_links() -> Vec<(&'static str, String)> {
    vec![
        ("no link at all", "#hello".to_owned()),
        ("a newer version", "#v99;n=5;seed=1".to_owned()),
        ("no base64", "#v1;seed=1;a=%%%".to_owned()),
        ("a number out of range", "#v1;n=4000;seed=1".to_owned()),
        ("absurdly large", format!("#v1;seed=1;a={}", "A".repeat(300_000))),
    ]
}

#[track_caller]
fn check_notice(stage: &mut Stage, what: &str) {
    let notice = stage.wait_for(NOTICE);
    let notice = notice.as_str().expect("a notice is text");
    assert!((10..=300).contains(&notice.chars().count()), "{what}: {notice:?}");
    assert!(!notice.contains("panicked"), "{what}: {notice:?}");
}

#[test]
fn a_bad_link_opens_the_default_scene_and_says_why() {
    for (what, link) in bad_links() {
        let mut stage = Stage::open(&link);
        check_notice(&mut stage, what);
        stage.leader();
        assert_eq!(stage.eval("raftarium.status().up"), 5, "{what}");
        stage.check_no_complaint();
    }
}

#[test]
fn a_truncated_link_is_refused_or_opens_a_shorter_run() {
    let mut stage = Stage::open("");
    stage.eval("raftarium.pause()");
    for line in ["put x 1", "kill n2"] {
        stage.run(line);
        stage.pass(Duration::from_millis(400));
    }
    let link = stage.eval("raftarium.link()").as_str().expect("a link is text").to_owned();
    for length in [link.len() - 1, link.len() / 2, link.len() / 3] {
        stage.goto(&link[..length]);
        stage.leader();
        stage.check_no_complaint();
    }
}

#[test]
fn a_bad_link_leaves_a_running_session_as_it_was() {
    let mut stage = Stage::open("");
    stage.leader();
    for (what, link) in bad_links() {
        let digest = stage.digest();
        stage.eval(&format!("location.hash = {}", json!(link)));
        check_notice(&mut stage, what);
        assert_eq!(stage.digest(), digest, "{what}");
    }
    stage.check_no_complaint();
}

#[test]
fn a_bad_line_is_refused_with_a_sentence() {
    let mut stage = Stage::open("");
    stage.leader();
    let digest = stage.digest();
    let script = stage.eval("raftarium.script()");
    let long = "x".repeat(300_000);
    let lines = [
        "kil n1",
        "kill",
        "kill n77",
        "kill n1 n2 n3 without",
        "put x",
        "run",
        "run -1s",
        "run 99999999999999999999s",
        "delay m1",
        "latency 5 3",
        "partition n1 | n1",
        "\u{0}",
        "放 x 7",
        "new nodes=400",
        "@5s kill n1 @6s",
        long.as_str(),
    ];
    for line in lines {
        let answer = stage.eval(&format!("raftarium.run({})", json!(line)));
        assert_eq!(answer["ok"], false, "{line:.40}: {answer}");
        let message = answer["message"].as_str().expect("it says why");
        assert!((5..=300).contains(&message.chars().count()), "{line:.40}: {message}");
        assert_eq!(stage.digest(), digest, "{line:.40}");
    }
    assert_eq!(stage.eval("raftarium.script()"), script);
    stage.check_no_complaint();
}
