//! Crashes at each operation of a small run in which a log is truncated and a snapshot sent: nothing
//! acknowledged is lost, and nothing is left behind.

use det::Span;
use store::{Config, RangeId};

use crate::crashes::{Scene, every_crash_of_late};

const RANGE: RangeId = RangeId(1);

/// Rows that one store misses, until the log without them is gone; then that store comes back, and
/// there are some more.
fn script(scene: &mut Scene) {
    for at in 0..12 {
        scene.put(RANGE, &format!("a{at:02}"));
    }
    scene.wait(Span::millis(1_200));
    scene.cluster.isolate(scene.late, false);
    scene.wait(Span::millis(2_500));
    for at in 0..4 {
        scene.put(RANGE, &format!("b{at:02}"));
    }
    scene.wait(Span::secs(1));
}

/// The leader goes away just when that store comes back.
fn without_leader(scene: &mut Scene) {
    let leader = scene.cluster.leader(RANGE).expect("it has a leader");
    for at in 0..12 {
        scene.put(RANGE, &format!("a{at:02}"));
    }
    scene.wait(Span::millis(1_200));
    scene.cluster.isolate(leader, true);
    scene.cluster.isolate(scene.late, false);
    scene.wait(Span::secs(8));
    scene.put(RANGE, "b");
    scene.cluster.isolate(leader, false);
    scene.wait(Span::secs(2));
}

fn base() -> Config {
    Config { truncate_entries: 6, log_max_bytes: 0, snapshot_batch_bytes: 256, ..Config::default() }
}

#[test]
fn a_snapshot_comes_whole_or_not_at_all() {
    every_crash_of_late(&base(), (1, 20), script);
}

#[test]
fn nobody_leads_who_lacks_what_was_applied() {
    every_crash_of_late(&base(), (1, 20), without_leader);
}
