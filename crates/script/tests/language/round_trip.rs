//! What is printed reads back as the same value.

use proptest::prelude::*;
use script::{parse, parse_command, print_command};
use sim::Command;

use crate::make;

proptest! {
    #![proptest_config(make::config())]

    #[test]
    fn a_command_reads_as_it_prints(command in make::command()) {
        let text = print_command(&command);
        prop_assert_eq!(parse_command(&text), Ok(command), "{}", text);
    }

    #[test]
    fn a_condition_reads_as_it_prints(condition in make::condition()) {
        let text = format!("expect {condition}\n");
        let script = parse(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(&script.steps[0].act, &script::Act::Expect(condition));
        prop_assert_eq!(script.to_string(), text);
    }

    #[test]
    fn a_script_reads_as_it_prints(script in make::script()) {
        let text = script.to_string();
        prop_assert_eq!(parse(&text), Ok(script), "{}", text);
    }
}

/// Reads a line in any of its spellings and prints the one that is ours.
#[track_caller]
fn check(written: &str, canonical: &str) {
    let script = parse(written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(script.to_string().trim_end(), canonical);
    assert_eq!(parse(canonical).map(|script| script.to_string()), Ok(format!("{canonical}\n")));
}

#[test]
fn other_spellings_print_as_the_canonical_one() {
    check("  kill   n1  # why", "kill n1");
    check("@1.5s kill n1", "@1500ms kill n1");
    check("@1.5s\nkill n1\r\n\n+0.02s heal", "@1500ms\nkill n1\n+20ms heal");
    check("run 1000ms", "run 1s");
    check("latency 5ms", "latency 5ms 0ms");
    check("latency 5ms all", "latency 5ms 0ms");
    check("loss 02.500%", "loss 2.5%");
    check("cut n1->n2", "cut n1 -> n2");
    check("load 0", "load 0");
    check("put \"x\" \"7\"", "put x 7");
    check("put 键 值", "put \"键\" \"值\"");
    check("put x \"a b\" at n2", "put x \"a b\" at n2");
    check("hold vote n1->n2", "hold vote n1 -> n2");
    check("delay append 5ms", "delay append 5ms");
    check("expect term = 3", "expect term 3");
    check("expect n1 commit>=7", "expect n1 commit >= 7");
    check(
        "expect not ((leader) or (idle)) and rules hold",
        "expect not (leader or idle) and rules hold",
    );
    check("expect (leader and idle) or no leader", "expect leader and idle or no leader");
    check("until idle within 1s", "until idle within 1s");
    check(
        "ask \"Who?\" n1 | \"n 2\" = n1\nreveal leader n1",
        "ask \"Who?\" n1 | \"n 2\" = n1\nreveal leader n1",
    );
    check(
        "ask en \"Who?\" zh \"谁?\" en \"it waits\" zh \"等待\" | en = 等待\nreveal idle",
        "ask en \"Who?\" zh \"谁?\" en \"it waits\" zh \"等待\" | en = \"it waits\"\nreveal idle",
    );
    check("cluster nodes=3 tick = 10ms seed=9", "cluster nodes=3 seed=9");
    check("\u{feff}cluster nodes=7\nkill n7", "cluster nodes=7\nkill n7");
}

#[test]
fn a_default_setup_needs_no_header() {
    let script = parse("cluster nodes=5\n").expect("it can be read");
    assert_eq!(script.to_string(), "");
}

#[test]
fn timed_commands_are_a_recording() {
    let script = parse("kill n1\n@1s restart n1\n+20ms heal\nrun 1s\ncut all").expect("readable");
    let inputs = script.recording().expect("only timed commands").inputs;
    let printed: Vec<String> =
        inputs.iter().map(|(at, command)| format!("{at} {}", print_command(command))).collect();
    assert_eq!(printed, ["0ms kill n1", "1s restart n1", "1020ms heal", "2020ms cut all"]);
    for waits in ["until leader", "expect leader", "drop append", "refuse heal"] {
        assert_eq!(parse(waits).expect("readable").recording(), None, "{waits}");
    }
}

#[test]
fn a_command_of_the_command_bar_may_end_in_a_comment() {
    assert_eq!(parse_command("heal # all of it"), Ok(Command::Heal));
}
