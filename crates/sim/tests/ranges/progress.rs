//! A store of three is lost under load: the others go on without it.

use det::{Span, Time};
use sim::ranges::{Command, Liveness, Setup, World};
use store::StoreId;

/// Clients' writes in a second.
const LOAD: u32 = 30;

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::secs(seconds)
}

#[track_caller]
fn check(seed: u64, loss: &Command) {
    let setup = Setup { seed, ranges: 20, liveness: Liveness::Range, ..Setup::default() };
    let mut world = World::new(setup).expect("the setup can be run");
    world.run_until(at(4));
    world.apply(&Command::Load { per_second: LOAD, ranges: vec![] }).expect("it can be done");
    world.run_until(at(6));
    world.apply(loss).expect("it can be done");
    // A record runs out, another one is written, and each range is asked for.
    world.run_until(at(13));
    let before = world.traffic();
    world.run_until(at(16));
    let after = world.traffic();
    let (asked, done) = (after.asked - before.asked, after.done - before.done);
    assert_eq!(after.given_up, before.given_up, "seed {seed}, {loss}: {after:?}");
    assert!(asked <= done + 3, "seed {seed}, {loss}: {done} of {asked} are done, {after:?}");
    for range in world.ranges().filter(|range| !range.descriptor.holds_liveness()) {
        let name = range.descriptor.range;
        assert!(range.leaseholder.is_some(), "seed {seed}, {loss}: nobody serves {name}");
    }
}

#[test]
fn whoever_is_lost_the_others_serve_every_range() {
    for seed in 0..4 {
        for lost in (1..=3).map(StoreId) {
            check(seed, &Command::Kill(lost));
            check(seed, &Command::Partition(vec![vec![lost]]));
        }
    }
}
