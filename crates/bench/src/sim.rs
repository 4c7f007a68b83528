//! `sim`: how fast a cluster runs, and how fast one moves through a run.

use std::hint::black_box;

use det::{Span, Time};
use sim::{Command, Setup, Timeline, busy};

use crate::{
    measure::{best_rate, slowest_millis},
    raft_rs::Harness,
    row::{Better, Row},
};

/// Items of the queue that happen in one measurement.
const STEPS: u64 = 1_000_000;

/// The length of the run that is moved through.
const TEN_MINUTES: Time = Time(600_000_000);

/// The simulator's figures.
pub(crate) fn rows() -> Vec<Row> {
    let (seek, steps) = seeks();
    vec![
        Row {
            name: "world: five nodes under load (theirs: a bare harness over raft-rs)",
            ours: world() / 1e6,
            theirs: Some(peer() / 1e6),
            unit: "M steps/s",
            better: Better::Higher,
        },
        Row {
            name: "timeline: the same, with events kept and checkpoints",
            ours: timeline() / 1e6,
            theirs: None,
            unit: "M steps/s",
            better: Better::Higher,
        },
        Row {
            name: "slowest of 500 seeks in ten minutes",
            ours: seek,
            theirs: None,
            unit: "ms",
            better: Better::Lower,
        },
        Row {
            name: "steps in those ten minutes",
            ours: steps,
            theirs: None,
            unit: "steps",
            better: Better::Higher,
        },
    ]
}

fn world() -> f64 {
    let start = busy::busy(1);
    best_rate(|| {
        let mut world = start.clone();
        busy::run(&mut world, STEPS);
        black_box(world.digest());
        STEPS
    })
}

fn peer() -> f64 {
    let mut harness = Harness::new();
    best_rate(|| {
        harness.run(STEPS);
        STEPS
    })
}

fn timeline() -> f64 {
    best_rate(|| {
        let mut timeline: Timeline =
            Timeline::new(Setup::default()).expect("the default setup runs");
        timeline.advance(Time::ZERO + Span::secs(1));
        let load = Command::Load { clients: 8, every: Span::ZERO };
        timeline.apply(load).expect("within limits");
        timeline.advance_within(Time(u64::MAX), STEPS);
        timeline.world().steps()
    })
}

/// Ten minutes with a moderate load; then seeks all over it.
fn seeks() -> (f64, f64) {
    let mut timeline: Timeline = Timeline::new(Setup::default()).expect("the default setup runs");
    let load = Command::Load { clients: 2, every: Span::millis(20) };
    timeline.apply(load).expect("within limits");
    timeline.advance(TEN_MINUTES);
    let steps = timeline.world().steps() as f64;
    let mut rng = det::Rng::named(1, "seeks", 0);
    let slowest = slowest_millis(500, || {
        timeline.seek(Time(u64::from(rng.below(600_000_000))));
    });
    (slowest, steps)
}
