//! Time travel gives the same world as going straight.

use det::{Rng, Span, Time};
use sim::{Command, DiskFate, Links, NodeId, Recording, Setup, Timeline};

fn recording() -> Recording {
    let at = |ms| Time::ZERO + Span::millis(ms);
    let put = |value: &str| Command::Put { key: "x".into(), value: value.into(), at: None };
    Recording {
        setup: Setup { seed: 3, ..Setup::default() },
        inputs: vec![
            (at(400), put("1")),
            (at(500), Command::Load { clients: 2, every: Span::millis(15) }),
            (at(900), Command::Kill { node: NodeId(1), disk: DiskFate::Keep }),
            (at(1_500), Command::Partition(vec![vec![NodeId(2), NodeId(3)]])),
            (at(1_500), Command::Fsync { node: None, span: Span::millis(4) }),
            (at(2_200), Command::Heal),
            (at(2_300), Command::Restart(NodeId(1))),
            (at(2_800), Command::Loss { links: Links::All, per_million: 100_000 }),
        ],
    }
}

const END: Time = Time(4_000_000);

fn open() -> Timeline {
    Timeline::open(&recording(), END, u64::MAX).expect("the recording runs")
}

#[test]
fn straight_and_with_a_thousand_random_seeks_is_the_same_run() {
    let straight = open().world().digest();
    let mut timeline = open();
    let mut rng = Rng::named(1, "seeks", 0);
    for _ in 0..1_000 {
        match rng.below(8) {
            0 => drop(timeline.back()),
            1 => drop(timeline.step()),
            2 => drop(timeline.next_interesting()),
            3 => drop(timeline.previous_interesting()),
            _ => timeline.seek(Time(u64::from(rng.below(4_000_000)))),
        }
    }
    timeline.seek(END);
    assert_eq!(timeline.world().digest(), straight);
    assert_eq!(timeline.recording(), &recording());
}

#[test]
fn a_seek_shows_what_was_there() {
    let mut timeline: Timeline = Timeline::new(recording().setup).expect("the setup runs");
    let mut seen = Vec::new();
    for (at, command) in recording().inputs {
        timeline.advance(at);
        timeline.apply(command).expect("obeyed");
        let events: Vec<_> = timeline.events().map(|event| event.id).collect();
        seen.push((timeline.now(), timeline.world().digest(), events));
    }
    timeline.advance(END);
    let mut late = open();
    for (at, digest, events) in seen.iter().rev() {
        late.seek(*at);
        // The last of several commands at one moment is what the moment shows.
        if seen.iter().filter(|other| other.0 == *at).count() == 1 {
            assert_eq!(late.world().digest(), *digest, "at {at}");
            assert!(late.events().map(|event| event.id).eq(events.iter().copied()), "at {at}");
        }
    }
}

#[test]
fn back_undoes_step_and_step_undoes_back() {
    let mut timeline = open();
    timeline.seek(Time(1_600_000));
    let mut digests = Vec::new();
    for _ in 0..200 {
        assert!(timeline.step());
        digests.push((timeline.world().digest(), timeline.now()));
    }
    for (digest, now) in digests.iter().rev().skip(1) {
        assert!(timeline.back());
        assert_eq!((timeline.world().digest(), timeline.now()), (*digest, *now));
    }
    for (digest, _) in &digests[1..] {
        assert!(timeline.step());
        assert_eq!(timeline.world().digest(), *digest);
    }
}

#[test]
fn every_event_can_be_found_again() {
    let mut timeline = open();
    let ids: Vec<_> = timeline.events().map(|event| (event.id, event.at)).collect();
    for (id, at) in ids.iter().step_by(97) {
        assert!(timeline.seek_event(*id));
        assert_eq!(timeline.now(), *at);
        assert_eq!(timeline.event(*id).map(|event| event.at), Some(*at));
    }
}

#[test]
fn a_command_in_the_past_makes_a_branch_and_keeps_the_old_future() {
    let mut timeline = open();
    let old = timeline.world().digest();
    timeline.seek(Time(1_000_000));
    timeline.apply(Command::Heal).expect("always possible");
    assert_eq!(timeline.branches().len(), 2);
    assert_eq!(timeline.horizon(), Time(1_000_000));
    timeline.advance(END);
    let new = timeline.world().digest();
    assert_ne!(new, old);
    assert!(timeline.switch(0));
    timeline.seek(END);
    assert_eq!(timeline.world().digest(), old, "the old future is whole");
    assert!(timeline.switch(1));
    timeline.seek(END);
    assert_eq!(timeline.world().digest(), new);
    assert!(timeline.drop_branch(0));
    assert_eq!(timeline.branches().len(), 1);
    assert_eq!(timeline.world().digest(), new);
}

#[test]
fn interesting_events_are_the_same_from_both_sides() {
    let mut timeline = open();
    timeline.seek(Time::ZERO);
    let mut forward = Vec::new();
    while timeline.now() < Time(2_000_000) && timeline.next_interesting() {
        forward.push(timeline.world().steps());
    }
    let mut backward = Vec::new();
    while timeline.previous_interesting() && timeline.world().steps() > 0 {
        backward.push(timeline.world().steps());
    }
    forward.pop();
    backward.reverse();
    forward.retain(|&steps| steps > 0);
    forward.dedup();
    backward.dedup();
    assert_eq!(forward, backward);
}
