//! Crashes at each operation of a small run with tables: put beside the log, appended, applied, ingested,
//! and purged because they were overwritten or truncated.

use det::Span;
use lsm::Ingest;
use store::{Config, Evaluation, EventKind, Purge, RangeId, Sideloading, StoreId};

use crate::crashes::{Scene, configs, every_crash};

const RANGE: RangeId = RangeId(1);
const STORES: [StoreId; 3] = [StoreId(1), StoreId(2), StoreId(3)];

/// Tables and rows; one table reaches only its leader, whose log is overwritten then.
fn script(scene: &mut Scene) {
    let leader = scene.cluster.leader(RANGE).expect("it has a leader");
    for letter in ["a", "b", "c", "d", "e"] {
        if letter == "c" {
            scene.cluster.isolate(leader, true);
            scene.add(RANGE, letter);
            // The others elect somebody, and write over it.
            scene.wait(Span::secs(6));
            scene.cluster.isolate(leader, false);
            scene.wait(Span::secs(4));
        } else {
            scene.add(RANGE, letter);
            scene.put(RANGE, &format!("-{letter}"));
        }
    }
    // The logs are truncated.
    scene.wait(Span::secs(3));
}

/// Logs are short, so that truncations are among the operations.
fn base(sideloading: Sideloading, ingest: Ingest) -> Config {
    Config { sideloading, ingest, truncate_bytes: 6 << 10, ..Config::default() }
}

#[track_caller]
fn check(base: &Config) {
    for config in configs(base) {
        let before = Scene::new(&config);
        let leader = before.cluster.leader(RANGE).expect("it has a leader");
        let follower = STORES.into_iter().find(|&store| store != leader);
        every_crash(&before, &[leader, follower.expect("there are three")], 40, script);
    }
}

#[test]
fn no_table_is_lost_at_any_operation() {
    check(&base(Sideloading::On, Ingest::Link));
}

#[test]
fn no_table_is_lost_at_any_operation_if_it_is_copied() {
    check(&base(Sideloading::On, Ingest::Copy));
}

#[test]
fn no_table_is_lost_at_any_operation_of_its_way_through_the_log() {
    check(&base(Sideloading::Off, Ingest::Link));
}

#[test]
fn no_table_is_lost_or_evaluated_twice_at_any_operation_if_every_replica_makes_it() {
    let base = base(Sideloading::On, Ingest::Link);
    check(&Config { evaluation: Evaluation::Naive, ..base });
}

#[test]
fn the_run_has_everything_that_can_happen_to_a_table() {
    let mut scene = Scene::new(&base(Sideloading::On, Ingest::Link));
    let leader = scene.cluster.leader(RANGE).expect("it has a leader");
    scene.cluster.take_events();
    script(&mut scene);
    assert!(scene.acknowledged() >= 4 * 3);
    let events = scene.cluster.take_events();
    let happened = |is: &dyn Fn(&EventKind) -> bool| {
        events.iter().any(|event| event.id.store == leader && is(&event.kind))
    };
    assert!(happened(&|kind| matches!(kind, EventKind::Sideloaded { .. })));
    assert!(happened(&|kind| matches!(kind, EventKind::Ingested { .. })));
    for event in &events {
        let Some(cause) = events.iter().find(|cause| Some(cause.id) == event.cause) else {
            continue;
        };
        if matches!(cause.kind, EventKind::Sideloaded { .. }) {
            assert!(matches!(event.kind, EventKind::Written { .. }), "{event:?}");
        }
        if matches!(cause.kind, EventKind::Ingested { .. }) {
            assert!(matches!(event.kind, EventKind::Applied { .. }), "{event:?}");
        }
    }
    for expected in [Purge::Overwritten, Purge::Truncated] {
        assert!(happened(
            &|kind| matches!(kind, EventKind::Purged { why, .. } if *why == expected)
        ));
    }
}
