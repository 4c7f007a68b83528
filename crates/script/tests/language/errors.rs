//! What is wrong is said in one sentence, with its place.

use script::limits::{LINE_CHARACTERS_MAX, SCRIPT_BYTES_MAX, STEPS_MAX};
use script::{parse, parse_command};

#[track_caller]
fn check(text: &str, sentence: &str) {
    let error = parse(text).expect_err("the script cannot be read");
    assert_eq!(error.to_string(), sentence, "{text}");
    let chinese = error.chinese();
    assert!(chinese.starts_with(&format!("第 {} 行第 {} 列：", error.line, error.column)));
    assert!(!chinese.contains("expected"), "{chinese}");
}

#[test]
fn what_was_expected_is_named() {
    check("kill x1", "line 1, column 6: expected a node (n1 to n5), found \"x1\"");
    check("kill", "line 1, column 5: expected a node (n1 to n5), found the end of the line");
    check("kill n1 without", "line 1, column 16: expected \"disk\", found the end of the line");
    check(
        "kill n1 n2",
        "line 1, column 9: expected \"without\" or the end of the line, found \"n2\"",
    );
    check(
        "\n\n@1s kil n1",
        "line 3, column 5: expected a step (run, until, expect, refuse, ask, reveal) or a command \
         such as kill, put or partition, found \"kil\"; did you mean \"kill\"?",
    );
    check("put x", "line 1, column 6: expected a value, found the end of the line");
    check("put x |", "line 1, column 7: expected a value, found \"|\"");
    check(
        "run 5",
        "line 1, column 5: expected a time such as 5ms or 1.5s (at most 86400s), found \"5\"",
    );
    check("loss 5", "line 1, column 6: expected a percentage such as 2.5%, found \"5\"");
    check("load 4", "line 1, column 7: expected \"every\", found the end of the line");
    check(
        "expect n1 rol follower",
        "line 1, column 11: expected a fact of the node (role, term, vote, log, commit, applied, \
         value, lacks, is, progress, snapshot, at, up, down, paused), found \"rol\"; did you mean \"role\"?",
    );
    check(
        "expect n1 role king",
        "line 1, column 16: expected a role (follower, candidate, leader, precandidate), found \
         \"king\"",
    );
    check(
        "expect n1 log 2",
        "line 1, column 15: expected an entry such as 2/5 (term/index), found \"2\"",
    );
    check(
        "expect (leader",
        "line 1, column 15: expected a node (n1 to n5), \"and\", \"or\" or \")\", found the end of \
         the line",
    );
    check(
        "expect leader, idle",
        "line 1, column 8: expected \"not\", \"(\", a condition such as leader, n1 log 2/5 or logs \
         agree or a node (n1 to n5), found \"leader,\"; did you mean \"leader\"?",
    );
}

#[test]
fn a_setting_is_one_of_those_there_are() {
    check(
        "cluster speed=3",
        "line 1, column 9: expected a setting (nodes, seed, tick, election, heartbeat, prevote, \
         checkquorum, lease, latency, jitter, loss, fsync, timeout, broken), found \"speed\"; did you mean \
         \"seed\"?",
    );
    check("cluster nodes", "line 1, column 14: expected \"=\", found the end of the line");
    check("cluster nodes=10", "line 1, column 15: expected 1 to 9, found 10");
    check("cluster seed=1 seed=2", "line 1, column 16: seed is set twice");
    check("cluster prevote=yes", "line 1, column 17: expected on or off, found \"yes\"");
    check("cluster loss=101%", "line 1, column 14: expected 0% to 100%, found 101%");
    check(
        "cluster seed=18446744073709551616",
        "line 1, column 14: expected 0 to \
         18446744073709551615, found 18446744073709551616",
    );
    check(
        "cluster election=3",
        "line 1, column 18: election=3 must be larger than heartbeat=3, or followers campaign \
         against a healthy leader",
    );
    check("heal\ncluster nodes=3", "line 2, column 1: cluster must be the first line of a script");
    check("cluster\ncluster", "line 2, column 1: cluster must be the first line of a script");
}

#[test]
fn nodes_are_those_of_the_cluster_and_stand_once() {
    check("cluster nodes=3\nkill n4", "line 2, column 6: there is no n4: the nodes are n1 to n3");
    check("kill n0", "line 1, column 6: there is no n0: the nodes are n1 to n5");
    check("kill n999", "line 1, column 6: there is no n999: the nodes are n1 to n5");
    check("cut n1 n1", "line 1, column 8: n1 stands here twice");
    check("partition n1 n2 | n1", "line 1, column 19: n1 stands here twice");
    let error = parse_command("kill n10").expect_err("there is no such node");
    assert_eq!(error.problem.to_string(), "there is no n10: the nodes are n1 to n9");
}

#[test]
fn time_goes_forward_and_ends() {
    check(
        "@1s heal\n@500ms heal",
        "line 2, column 1: time cannot go back: the run has reached 1s here",
    );
    check(
        "+2s heal\nuntil leader\n@1s",
        "line 3, column 1: time cannot go back: the run has reached 2s here",
    );
    check(
        "run 25h",
        "line 1, column 5: expected a time such as 5ms or 1.5s (at most 86400s), found \"25h\"",
    );
    check("run 86401s", "line 1, column 5: expected 0ms to 86400s, found 86401s");
    check("run 86400s\nrun 1s", "line 2, column 1: expected 0ms to 86400s, found 86401s");
    check(
        "@s heal",
        "line 1, column 2: expected a time such as 5ms or 1.5s (at most 86400s), found \"s\"",
    );
    check(
        "@ 1s",
        "line 1, column 1: expected a time such as 5ms or 1.5s (at most 86400s), found \"@\"",
    );
    check(
        "+ 1s",
        "line 1, column 1: expected a time such as 5ms or 1.5s (at most 86400s), found \"+\"",
    );
    check("fsync 61s", "line 1, column 7: expected 0ms to 60s, found 61s");
}

#[test]
fn a_question_is_revealed() {
    let ask = "ask \"Who?\" n1 | n2 = n1";
    check(
        ask,
        "line 1, column 1: expected \"reveal\" and a condition that shows the answer to the question of line 1",
    );
    check(
        &format!("{ask}\n{ask}"),
        "line 2, column 1: expected \"reveal\" and a condition that shows the answer to the question of line 1",
    );
    check("reveal leader", "line 1, column 1: there is no open question to reveal");
    check(
        "ask \"Who?\" n1 | n2 = n3",
        "line 1, column 22: expected one of the answers offered, found \"n3\"",
    );
    check(
        "ask Who? n1 | n2 = n1",
        "line 1, column 5: expected \"en\" or a text in quotes, found \"Who?\"",
    );
    check("ask \"Who?\" n1 = n1", "line 1, column 15: expected \"|\", found \"=\"");
}

#[test]
fn every_limit_has_its_sentence() {
    let script = "#".repeat(SCRIPT_BYTES_MAX + 1);
    check(&script, "line 1, column 1: the script has 65537 bytes, at most 65536 are read");
    let steps = "heal\n".repeat(STEPS_MAX + 1);
    check(&steps, "line 5001, column 1: the script has too many steps, at most 5000 are read");
    let line = "#".repeat(LINE_CHARACTERS_MAX + 1);
    check(&line, "line 1, column 501: the line is too long, at most 500 characters are read");
    let key = "k".repeat(65);
    check(
        &format!("get {key}"),
        "line 1, column 5: a key or value has at most 64 bytes, this one has 65",
    );
    let deep = format!("expect {}leader{}", "(".repeat(17), ")".repeat(17));
    check(&deep, "line 1, column 25: a condition nests at most 16 deep");
    check(
        &format!("expect {}idle", "not ".repeat(100)),
        "line 1, column 76: a condition nests at most 16 deep",
    );
    check("load 65 every 1ms", "line 1, column 6: expected 0 to 64, found 65");
    check("put x \"", "line 1, column 7: this quote is not closed");
    check(
        "put x \"\\x41\"",
        "line 1, column 8: expected \\\", \\\\, \\n, \\r, \\t or \\u{...} in a quoted text, found \"\\x\"",
    );
}

#[test]
fn the_largest_script_is_read() {
    let steps = "heal\n".repeat(STEPS_MAX);
    assert_eq!(parse(&steps).map(|script| script.steps.len()), Ok(STEPS_MAX));
    let line = format!("get {}", "k".repeat(64));
    assert!(parse_command(&line).is_ok());
    let deep = format!("expect {}leader{}", "(".repeat(16), ")".repeat(16));
    assert!(parse(&deep).is_ok());
}
