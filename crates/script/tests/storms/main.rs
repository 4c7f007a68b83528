//! Storms: crashes, cuts, splits and switches at random, with writes all the while. No rule breaks, and
//! when it is over every range comes to rest.
//!
//! `STORMS=500 cargo test -p script --test storms` looks at as many seeds, `STORMS=7..8` at that one.

mod make;
mod once;

use std::ops::Range;

use det::Span;
use script::ranges::print;
use sim::ranges::{Recording, World};
use store::{Awake, RangeId, Replica, keys};

/// Seeds of a usual run.
const USUAL: Range<u64> = 0..40;

/// How long it may take until all ranges are at rest.
const REST: Span = Span::secs(30);

/// What is not at rest in the range; `None` if everything is.
fn unrest(world: &World, range: RangeId) -> Option<String> {
    let view = world.range(range)?;
    let (descriptor, sleeps) = (view.descriptor, view.is_asleep());
    for member in &descriptor.replicas {
        let replica = world.store(member.store).and_then(|store| store.replica(range));
        if replica.and_then(Replica::state).is_none() {
            return Some(format!("{range} is not initialised on {}", member.store));
        }
    }
    // Liveness records are always written; so nobody sleeps there, and nobody is far behind.
    let is_system = descriptor.start < keys::USER;
    // A group that nobody has used yet wakes with the first request.
    let used = world.replicas(range).filter(|(_, replica)| replica.raft().is_some());
    let states = used.filter_map(|(store, replica)| Some((store.id(), replica.state()?)));
    let applied: Vec<u64> = states.map(|(_, state)| state.applied.entry.index.0).collect();
    let behind = applied.iter().max().zip(applied.iter().min()).map_or(0, |(max, min)| max - min);
    if behind > if is_system { 5 } else { 0 } {
        return Some(format!("{range} has applied up to {applied:?}"));
    }
    let is_used = applied.len() == descriptor.replicas.len();
    if is_system || (sleeps && (!is_used || world.is_alike(range))) {
        return None;
    }
    let Some(leader) = view.leader else { return Some(format!("{range} has no leader")) };
    let store = world.store(leader)?;
    let leads = store.replica(range)?;
    let why = leads.may_quiesce(world.now(), store.liveness(), store.config()).err();
    (why != Some(Awake::SwitchedOff) || !world.is_alike(range)).then(|| {
        let asleep = world.replicas(range).map(|(_, replica)| replica.is_quiescent());
        let asleep: Vec<bool> = asleep.collect();
        format!("{range}, led by {leader}, is awake because of {why:?}, asleep: {asleep:?}")
    })
}

/// Runs it and leaves out what was refused. Says what is wrong in the end; `None` if nothing is.
fn judge(recording: &mut Recording) -> Option<String> {
    let mut world = World::new(recording.setup.clone()).expect("it can be run");
    recording.inputs.retain(|(at, command)| {
        world.run_until(*at);
        world.drop_events();
        world.apply(command).is_ok()
    });
    world.run_until(world.now() + REST);
    if let Some(finding) = world.findings().first() {
        return Some(format!("{finding:?}"));
    }
    let ranges: Vec<RangeId> = world.ranges().map(|view| view.range()).collect();
    ranges.into_iter().find_map(|range| unrest(&world, range))
}

/// Leaves out whatever the failure does without, the end apart. Says what is wrong then.
fn shrink(recording: &mut Recording) -> Option<String> {
    let mut why = judge(recording)?;
    let ending = recording.inputs.last().map(|(at, _)| *at);
    for at in (0..recording.inputs.len()).rev() {
        let mut less = recording.clone();
        if less.inputs.get(at).is_none_or(|(moment, _)| Some(*moment) == ending) {
            continue;
        }
        less.inputs.remove(at);
        if let Some(still) = judge(&mut less) {
            (*recording, why) = (less, still);
        }
    }
    Some(why)
}

#[expect(clippy::disallowed_methods, reason = "a longer search is asked for from outside")]
fn seeds() -> Range<u64> {
    let Ok(asked) = std::env::var("STORMS") else { return USUAL };
    let number = |text: &str| text.parse().expect("STORMS is a number, or two with .. between");
    asked.split_once("..").map_or_else(|| 0..number(&asked), |(a, b)| number(a)..number(b))
}

#[test]
fn every_storm_comes_to_rest() {
    let mut failures = Vec::new();
    for seed in seeds() {
        let mut recording = make::storm(seed);
        if let Some(why) = shrink(&mut recording) {
            failures.push(format!("storm {seed}: {why}\n{}", print(&recording)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
