//! The runner stops at the first step that fails and says what it found instead.

use script::{Failure, Fault, Report, limits, parse, parse_command, run, run_within};
use sim::{Command, Links, NodeId, Setup, Timeline, World};

fn ran(text: &str) -> Result<Report, Failure> {
    let script = parse(text).expect("the script can be read");
    let mut timeline = Timeline::new(script.setup.clone()).expect("the setup runs");
    run(&script, &mut timeline)
}

/// The script fails at its last line with this sentence.
#[track_caller]
fn check(text: &str, sentence: &str) {
    let failure = ran(text).expect_err("the script fails");
    assert_eq!(failure.to_string(), sentence, "{text}");
}

/// A leader of term 1 after 15 ms, the same in every run.
const LED: &str = "cluster latency=5ms jitter=0ms\ncampaign n1\n@15ms\n";

/// After this beginning the condition does not hold, and this is found instead.
#[track_caller]
fn check_untrue(beginning: &str, condition: &str, found: &str) {
    let lines = beginning.lines().count() + 1;
    let text = format!("{beginning}expect {condition}\n");
    let failure = ran(&text).expect_err("the condition does not hold");
    assert_eq!(failure.line, lines, "{failure}");
    assert_eq!(failure.fault.to_string(), format!("expected {condition}, found {found}"));
    ran(&format!("{beginning}expect not ({condition})\n")).expect("its opposite holds");
}

#[test]
fn what_was_found_instead_is_said() {
    check_untrue("", "leader", "no leader");
    check_untrue(LED, "leader n2", "leader n1 in term 1");
    check_untrue(LED, "no leader", "leader n1 in term 1");
    check_untrue(LED, "term > 1", "term 1");
    check_untrue(LED, "term 2", "term 1");
    check_untrue(LED, "n2 term 0", "n2 term 1");
    check_untrue(LED, "n2 role leader", "n2 role follower");
    check_untrue(LED, "n2 vote n3", "n2 vote n1");
    check_untrue("", "n2 vote n3", "no vote of n2");
    check_untrue(LED, "n1 log 2/5", "n1 log 1/1");
    check_untrue(LED, "commit >= 7", "commit 0");
    check_untrue(LED, "n1 applied 3", "n1 applied 0");
    check_untrue(LED, "n1 value x 7", "n1 lacks x");
    check_untrue(LED, "n1 down", "n1 up");
    check_untrue(LED, "answered 1", "answered 0");
    check_untrue(LED, "read x 7", "no answered read of x");
    check_untrue(LED, "missed x", "no answered read of x");
    check_untrue(LED, "logs agree", "n1 log 1/1 commit 0, n2 log 0/0 commit 0");
    check_untrue(LED, "idle", "4 messages in flight");
    check_untrue(LED, "message vote n1 -> n2", "0 messages vote n1 -> n2 in flight");
    check_untrue(LED, "rule 3 broken", "all rules hold");
}

#[test]
fn of_a_dead_or_standing_node_that_is_said() {
    let killed = format!("{LED}kill n2\n");
    check_untrue(&killed, "n2 role follower", "n2 down");
    check_untrue(&killed, "n2 value x 7", "n2 down");
    check_untrue(&killed, "n2 lacks x", "n2 down");
    check_untrue(&killed, "n2 up", "n2 down");
    check_untrue(&format!("{LED}pause n2\n"), "n2 up", "n2 paused");
}

#[test]
fn of_many_conditions_those_that_fail_are_said() {
    check_untrue(LED, "leader and idle and n1 down", "4 messages in flight, n1 up");
    check_untrue(LED, "no leader or term > 1", "leader n1 in term 1, term 1");
}

#[test]
fn values_and_reads_are_seen() {
    let served = format!("{LED}put x 7\n@500ms get x\n@1s\n");
    check_untrue(&served, "n1 value x 8", "n1 value x 7");
    check_untrue(&served, "n1 lacks x", "n1 value x 7");
    check_untrue(&served, "read x 8", "read x 7");
    check_untrue(&format!("{LED}get y\n@500ms\n"), "read y 8", "missed y");
    let broken = "cluster nodes=1 fsync=0ms\n@1s put x 1\n@2s kill n1 without disk\n\
                  restart n1\n@3s\n";
    check_untrue(broken, "rules hold", "rule 2 broken, rule 3 broken, rule 11 broken");
}

#[test]
fn every_other_way_to_fail_has_its_sentence() {
    check(
        "kill n1\nkill n1\n",
        "line 2 at 0ms: \"kill n1\" was refused: n1 is down: restart it first",
    );
    check(
        "refuse kill n1",
        "line 1 at 0ms: expected \"kill n1\" to be refused, but it can be done",
    );
    check("hold vote", "line 1 at 0ms: no message vote is in flight");
    check(
        "until no leader and n1 down within 50ms",
        "line 1 at 50ms: expected no leader and n1 down within 50ms, found n1 up",
    );
    check("until n1 down", "line 1 at 10s: expected n1 down within 10s, found n1 up");
    check(
        "cluster latency=5ms jitter=0ms\ncampaign n1\nuntil n2 vote n1\n@1ms heal",
        "line 4 at 5ms: time cannot go back to 1ms",
    );
}

#[test]
fn a_run_that_takes_too_much_work_is_given_up() {
    for endless in ["run 86400s", "until n1 down within 86400s"] {
        let script = parse(&format!("load 64 every 0ms\n{endless}")).expect("it can be read");
        let mut timeline = Timeline::new(script.setup.clone()).expect("the setup runs");
        let failure = run_within(&script, &mut timeline, 1_000).expect_err("it never ends");
        assert_eq!(failure.fault, Fault::TooMuchWork { max: 1_000 });
        assert_eq!(failure.line, 2);
    }
}

#[test]
fn a_report_counts_and_keeps_the_questions() {
    let report = ran("campaign n1\nask \"Who?\" n1 | n2 = n1\nuntil leader\nreveal leader n1\n\
                      refuse campaign n1\nheal\n");
    let report = report.expect("the script holds");
    assert_eq!((report.obeyed, report.held, report.asked.len()), (2, 3, 1));
    let asked = &report.asked[0];
    assert_eq!(asked.question.answers[asked.question.right].en, "n1");
    assert!(asked.asked < asked.revealed);
}

/// The language lets through exactly the sizes that the simulator obeys.
#[test]
fn limits_are_those_of_the_simulator() {
    let world = World::new(Setup::default()).expect("the default setup runs");
    let reads = |text: &str| parse_command(text).is_ok();
    let allows = |command: &Command| world.allows(command).is_ok();
    for clients in [limits::CLIENTS_MAX, limits::CLIENTS_MAX + 1] {
        let command = Command::Load { clients, every: limits::SPAN_MAX };
        assert_eq!(allows(&command), reads(&script::print_command(&command)), "{command:?}");
    }
    for more in [0, 1] {
        let base = det::Span(limits::SPAN_MAX.0 + more);
        let command = Command::Latency { links: Links::All, base, jitter: base };
        assert_eq!(allows(&command), reads(&script::print_command(&command)), "{command:?}");
        let key = "k".repeat(limits::TEXT_BYTES_MAX + usize::from(more == 1));
        let command = Command::Get { key, at: Some(NodeId(1)) };
        assert_eq!(allows(&command), reads(&script::print_command(&command)), "{command:?}");
        let tick = det::Span(limits::TICK_MAX.0 + more);
        let setup = Setup { tick, ..Setup::default() };
        let header = format!("cluster tick={tick}");
        assert_eq!(World::new(setup).is_ok(), parse(&header).is_ok(), "{header}");
    }
}
