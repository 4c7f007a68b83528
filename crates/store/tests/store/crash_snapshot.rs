//! Crashes at each operation of a small run in which a log is truncated and a snapshot sent: nothing
//! acknowledged is lost, and nothing is left behind.

use det::Span;
use store::{Config, RangeId};

use crate::crashes::{Scene, configs, every_crash};

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

#[test]
fn a_snapshot_comes_whole_or_not_at_all() {
    let base = Config {
        truncate_entries: 6,
        log_max_bytes: 0,
        snapshot_batch_bytes: 256,
        ..Config::default()
    };
    for config in configs(&base) {
        let mut before = Scene::new(&config);
        before.cluster.isolate(before.late, true);
        before.wait(Span::secs(10));
        let leader = before.cluster.leader(RANGE).expect("it has a leader");
        let mut whole = before.clone();
        script(&mut whole);
        assert_eq!(whole.cluster.sum(|c| c.snapshots_received), 1, "there is one in this run");
        every_crash(&before, &[leader, before.late], 20, script);
    }
}
