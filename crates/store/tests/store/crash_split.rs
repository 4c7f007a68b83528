//! Crashes at each operation while a range is split and both sides take in rows and tables, with a store
//! that needs snapshots of both.

use det::Span;
use store::{Config, Evaluation, RangeId, Sideloading};

use crate::crashes::{RIGHT, Scene, configs, every_crash, every_crash_of_late};

const LEFT: RangeId = RangeId(1);

/// A split, and rows and tables on both sides of it, until the logs are truncated.
fn split(scene: &mut Scene) {
    scene.put(LEFT, "a");
    scene.split("m", RIGHT);
    scene.add(RIGHT, "p");
    scene.put(RIGHT, "n");
    scene.add(LEFT, "c");
    scene.put(LEFT, "b");
    scene.add(RIGHT, "q");
    scene.wait(Span::millis(1_500));
    scene.put(RIGHT, "r");
}

/// A split and the first rows behind it.
fn split_soon(scene: &mut Scene) {
    scene.split("m", RIGHT);
    scene.put(RIGHT, "n");
    scene.put(LEFT, "a");
}

/// One store comes back after a split whose log is gone.
fn snapshot(scene: &mut Scene) {
    scene.put(LEFT, "a");
    scene.split("m", RIGHT);
    scene.add(RIGHT, "p");
    scene.add(LEFT, "c");
    for name in ["n1", "n2", "n3", "n4", "n5", "n6"] {
        scene.put(RIGHT, name);
    }
    for name in ["d1", "d2", "d3", "d4"] {
        scene.put(LEFT, name);
    }
    scene.wait(Span::millis(1_200));
    scene.cluster.isolate(scene.late, false);
    scene.wait(Span::millis(2_500));
    scene.add(RIGHT, "q");
    scene.put(LEFT, "b");
    scene.wait(Span::secs(1));
}

fn base() -> Config {
    Config { truncate_bytes: 6 << 10, ..Config::default() }
}

/// Of the leader, and of a follower.
fn check(base: &Config, least: u64, script: fn(&mut Scene)) {
    for config in configs(base) {
        let before = Scene::new(&config);
        let leader = before.cluster.leader(LEFT).expect("it has a leader");
        every_crash(&before, &[leader, before.late], least, script);
    }
}

#[test]
fn nothing_is_lost_at_any_operation_of_a_split() {
    check(&base(), 10, split_soon);
}

#[test]
fn nothing_is_lost_at_any_operation_of_a_split_with_tables() {
    check(&base(), 40, split);
}

#[test]
fn nothing_is_lost_at_any_operation_of_a_split_that_every_replica_evaluates() {
    check(&Config { evaluation: Evaluation::Naive, ..base() }, 40, split);
}

#[test]
fn nothing_is_lost_at_any_operation_of_a_split_with_tables_in_the_log() {
    check(&Config { sideloading: Sideloading::Off, ..base() }, 40, split);
}

#[test]
fn nothing_is_lost_at_any_operation_of_a_split_with_tables_and_snapshots() {
    let short =
        Config { truncate_entries: 4, log_max_bytes: 0, snapshot_batch_bytes: 256, ..base() };
    every_crash_of_late(&short, (2, 60), snapshot);
}
