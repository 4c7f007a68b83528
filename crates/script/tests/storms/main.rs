//! Storms: crashes, cuts, splits, tables and switches at random, with writes all the while. No rule
//! breaks, and when it is over every range comes to rest, every request is answered, and no store keeps
//! what it does not need.
//!
//! `STORMS=500 cargo test -p script --test storms` looks at as many seeds, `STORMS=7..8` at that one.

mod disk;
mod make;
mod once;

use std::ops::Range;

use det::Span;
use script::ranges::print;
use sim::ranges::{Command, Recording, World};
use store::{Awake, RangeId, Replica, Store, keys};

/// Seeds of a usual run.
const USUAL: Range<u64> = 0..40;

/// How long it may take until all ranges are at rest.
const REST: Span = Span::secs(30);

/// Whether every replica of the range that runs has come to life. One that nobody has used since its
/// store started waits for that, and what it lacks waits with it.
fn is_used(world: &World, range: RangeId) -> bool {
    world.replicas(range).all(|(_, replica)| replica.raft().is_some())
}

/// What is not at rest in the range; `None` if everything is.
fn unrest(world: &World, range: RangeId) -> Option<String> {
    let view = world.range(range)?;
    for member in &view.descriptor.replicas {
        let replica = world.store(member.store).and_then(|store| store.replica(range));
        if replica.and_then(Replica::state).is_none() {
            return Some(format!("{range} is not initialised on {}", member.store));
        }
    }
    // Liveness records are always written; so nobody sleeps there, and nobody is far behind.
    let is_system = view.descriptor.start < keys::USER;
    let states = world.replicas(range).filter_map(|(_, replica)| replica.state());
    let applied: Vec<u64> = states.map(|state| state.applied.entry.index.0).collect();
    let behind = applied.iter().max().zip(applied.iter().min()).map_or(0, |(max, min)| max - min);
    if behind > if is_system { 5 } else { 0 } {
        return Some(format!("{range} has applied up to {applied:?}"));
    }
    if is_system || (view.is_asleep() && world.is_alike(range)) {
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

/// What a store has not finished or put away; `None` if there is nothing.
fn leftover(store: &Store) -> Option<String> {
    let (id, snapshots) = (store.id(), store.snapshots());
    if store.has_failed() {
        return Some(format!("{id} has failed"));
    }
    let streams =
        [snapshots.incoming().len(), snapshots.outgoing().len(), snapshots.waiting().len()];
    if streams != [0; 3] || snapshots.placeholders().count() > 0 {
        return Some(format!("{id} has snapshots on their way: {streams:?}"));
    }
    disk::flaw(store).map(|why| format!("{id}: {why}"))
}

/// What is wrong with the whole of it; `None` if nothing is.
fn flaw(world: &World, which: impl Fn(RangeId) -> bool) -> Option<String> {
    if let Some(finding) = world.findings().first() {
        return Some(format!("{finding:?}"));
    }
    if let Some((id, waiting)) = world.waiting().first_key_value() {
        return Some(format!("nobody has answered {id:?}: {:?}", waiting.what));
    }
    let ranges: Vec<RangeId> = world.ranges().map(|view| view.range()).collect();
    let chosen = ranges.into_iter().filter(|&range| which(range));
    let mut restless = chosen.filter_map(|range| unrest(world, range));
    restless.next().or_else(|| world.stores().find_map(leftover))
}

/// Runs it, and then uses what nobody has used. Says what was refused, and what is wrong; `None` if
/// nothing is.
fn judge(recording: &Recording) -> (Vec<bool>, Option<String>) {
    let mut world = World::new(recording.setup.clone()).expect("it can be run");
    let mut obeyed = Vec::new();
    for (at, command) in &recording.inputs {
        world.run_until(*at);
        world.drop_events();
        obeyed.push(world.apply(command).is_ok());
    }
    world.run_until(world.now() + REST);
    if let Some(why) = flaw(&world, |range| is_used(&world, range)) {
        return (obeyed, Some(why));
    }
    let ranges: Vec<RangeId> = world.ranges().map(|view| view.range()).collect();
    let unused: Vec<RangeId> =
        ranges.into_iter().filter(|&range| !is_used(&world, range)).collect();
    if unused.is_empty() {
        return (obeyed, None);
    }
    world.drop_events();
    for range in &unused {
        world.apply(&Command::Wake(*range)).expect("it is there");
    }
    world.run_until(world.now() + REST);
    let why = flaw(&world, |_| true);
    (obeyed, why.map(|why| format!("{why}, after {unused:?} were woken")))
}

/// Leaves out whatever the failure does without. Says what is wrong then. What ends the storm is
/// tried each time: a store may lack its restart only now.
fn shrink(recording: &mut Recording) -> Option<String> {
    let mut why = judge(recording).1?;
    let ending = recording.inputs.last().map(|(at, _)| *at);
    for at in (0..recording.inputs.len()).rev() {
        let mut less = recording.clone();
        if less.inputs.get(at).is_none_or(|(moment, _)| Some(*moment) == ending) {
            continue;
        }
        less.inputs.remove(at);
        if let (_, Some(still)) = judge(&less) {
            (*recording, why) = (less, still);
        }
    }
    let mut obeyed = judge(recording).0.into_iter();
    recording.inputs.retain(|_| obeyed.next() == Some(true));
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
