//! Storms that once broke a rule, cut down to what it took.

use script::ranges::{parse, run};
use sim::Timeline;
use sim::ranges::World;

/// A crash kept the log of a new range and lost its state; a leader's messages came before the split
/// was applied again, and entries were applied to nothing.
const LOST_STATE: &str = "\
cluster stores=4 ranges=2 seed=265 liveness=range
load 101/s
@839ms kill s1
@1631ms restart s1
@2062ms kill s1
@4527ms delrange m1 m9
@6173ms partition s4
@6504ms increment k3 1
@9282ms delrange m1 m9
@11014ms heal
@11555ms delrange m1 m9
@11869ms split at b97
@11963ms restart s1
@12478ms kill s4
@13214ms split at l23
@13279ms kill s1
@13831ms kill s2
@28108ms restart s1
@28169ms heal
expect rules hold
";

#[track_caller]
fn check(text: &str) {
    let script = parse(text).expect("it can be read");
    let mut timeline = Timeline::<World>::new(script.setup.clone()).expect("it can be run");
    if let Err(failure) = run(&script, &mut timeline) {
        panic!("{failure}");
    }
}

#[test]
fn nothing_is_applied_to_a_range_without_its_state() {
    check(LOST_STATE);
}
