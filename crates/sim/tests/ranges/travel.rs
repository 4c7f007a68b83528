//! Time travel over many ranges.

use det::{Rng, Span, Time};
use sim::ranges::{Command, MarkKind, Recording, Setup, World};
use sim::{PULSE, Timeline};
use store::{RangeId, StoreId};

use crate::{put, split};

/// A load, deaths, splits, a cut and a lease on its way, one each second.
fn recording() -> Recording {
    let commands = [
        Command::Load { per_second: 30, ranges: vec![] },
        split("m5"),
        Command::Kill(StoreId(1)),
        put("k1", "v"),
        Command::Restart(StoreId(1)),
        Command::Partition(vec![vec![StoreId(2)]]),
        split("c2"),
        Command::Heal,
        Command::Kill(StoreId(3)),
        Command::Restart(StoreId(3)),
    ];
    let inputs = (2..).map(|second| Time::ZERO + Span::secs(second)).zip(commands).collect();
    let setup = Setup { ranges: 12, loss_per_million: 5_000, ..Setup::default() };
    Recording { setup, inputs }
}

const END: Time = Time(14_000_000);

fn opened() -> Timeline<World> {
    Timeline::open(&recording(), END, u64::MAX).expect("each command can be done then")
}

/// The digest of a world that runs straight to each of these moments.
fn straight(moments: &[Time]) -> Vec<u64> {
    let Recording { setup, inputs } = recording();
    let mut world = World::new(setup).expect("the setup can be run");
    let mut inputs = inputs.iter().peekable();
    let digest = |&moment: &Time| {
        while let Some((at, command)) = inputs.next_if(|(at, _)| *at <= moment) {
            world.run_until(*at);
            world.apply(command).expect("it was done before");
            world.drop_events();
        }
        world.run_until(moment);
        world.drop_events();
        world.digest()
    };
    moments.iter().map(digest).collect()
}

#[test]
fn two_hundred_seeks_find_what_a_straight_run_finds() {
    let mut rng = Rng::named(1, "seeks", 0);
    let mut moments: Vec<Time> = (0..200).map(|_| Time(rng.below(14_000_000).into())).collect();
    let mut sorted = moments.clone();
    sorted.sort_unstable();
    let digests = straight(&sorted);
    let mut timeline = opened();
    moments.push(END);
    for moment in moments {
        let there = timeline.glance(moment).digest();
        timeline.seek(moment);
        assert_eq!(timeline.now(), moment);
        assert_eq!(timeline.world().digest(), there, "a glance at {moment}");
        if let Ok(at) = sorted.binary_search(&moment) {
            assert_eq!(timeline.world().digest(), digests[at], "at {moment}");
        }
        let ids: Vec<u64> = timeline.events().map(|event| event.id.0).collect();
        assert!(ids.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }
}

#[test]
fn what_is_done_in_the_past_makes_another_future() {
    let mut timeline = opened();
    let (end, ranges) = (timeline.world().digest(), timeline.world().ranges().count());
    timeline.seek(Time::ZERO + Span::millis(2_500));
    timeline.apply(Command::Kill(StoreId(2))).expect("it runs");
    timeline.advance(END);
    assert_eq!((timeline.branches().len(), timeline.current_branch()), (2, 1));
    assert_eq!((ranges, timeline.world().ranges().count()), (14, 12));
    assert!(timeline.switch(0));
    timeline.seek(END);
    assert_eq!(timeline.world().digest(), end);
    let kinds: Vec<MarkKind> = timeline.marks().iter().map(|mark| mark.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == MarkKind::Split).count(), 2);
    assert_eq!(kinds.len(), recording().inputs.len());
}

#[test]
fn steps_forward_and_back_meet() {
    let mut timeline = opened();
    timeline.seek(Time::ZERO + Span::secs(3));
    let here = timeline.world().digest();
    assert!(timeline.next_interesting());
    let there = timeline.world().digest();
    assert!(timeline.previous_interesting());
    assert!(timeline.now() <= Time::ZERO + Span::secs(3));
    assert!(timeline.next_interesting());
    timeline.seek(Time::ZERO + Span::secs(3));
    assert_eq!(timeline.world().digest(), here);
    assert_ne!(here, there);
    assert!(timeline.world().range(RangeId(13)).is_none(), "the split has only begun");
}

/// Every sample is what the world of this future had counted just before its moment.
#[track_caller]
fn check_pulses(timeline: &Timeline<World>) {
    let pulses = timeline.pulses();
    assert!(timeline.horizon().0.saturating_sub(100_000) < pulses.len() as u64 * PULSE.0);
    for (place, pulse) in pulses.iter().enumerate().skip(1).step_by(37) {
        let before = Time(place as u64 * PULSE.0 - 1);
        assert_eq!(*pulse, timeline.glance(before).sent(), "just before sample {place}");
    }
}

#[test]
fn samples_are_those_of_the_future_on_screen() {
    let mut timeline = opened();
    check_pulses(&timeline);
    timeline.seek(Time::ZERO + Span::micros(4_503_207));
    check_pulses(&timeline);
    timeline.apply(Command::Kill(StoreId(2))).expect("it runs");
    check_pulses(&timeline);
    timeline.advance(Time::ZERO + Span::secs(7));
    check_pulses(&timeline);
    assert!(timeline.switch(0));
    check_pulses(&timeline);
    assert!(timeline.switch(1));
    check_pulses(&timeline);
}
