//! Storms that once broke a rule or left a replica behind, cut down to what it took.

use std::collections::BTreeSet;

use det::Time;
use script::ranges::{parse, run};
use sim::Timeline;
use sim::ranges::{Event, EventKind, Recording, World};
use store::{SnapshotEnd, SnapshotEvent};

/// A crash kept the log of a new range and lost its state; a leader's messages came before the split
/// was applied again, and entries were applied to nothing.
const LOST_STATE: &str = "\
cluster stores=4 ranges=2 seed=265 liveness=range
load 101/s
@839ms kill s1
@1631ms restart s1
@2062ms kill s1
@4527ms delrange m1 m9
@6173ms partition s4
@6504ms increment k3 1
@9282ms delrange m1 m9
@11014ms heal
@11555ms delrange m1 m9
@11869ms split at b97
@11963ms restart s1
@12478ms kill s4
@13214ms split at l23
@13279ms kill s1
@13831ms kill s2
@28108ms restart s1
@28169ms heal
expect rules hold
";

/// Entries that every replica evaluates were not kept apart from those that were evaluated before the
/// log: both counted the same key as new.
const BOTH_EVALUATED: &str = "\
cluster stores=3 ranges=4 seed=320
@7168ms load 131/s
@10750ms partition s1
@15154ms switch evaluation naive
@30s load 0/s
heal
run 30s
expect rules hold
";

/// With lazy groups nobody applied a split again that a crash had lost, so the new range stayed
/// without its keys there.
const LOST_SPLIT: &str = "\
cluster stores=4 ranges=3 seed=590
@11135ms split at n98
@15667ms switch groups lazy
@20974ms kill s4
@30s load 0/s
heal
restart s4
run 30s
expect all alike
";

/// An answer to a snapshot was lost, and its sender waited five times longer than others would. The one that
/// accepts it is lost first, and then, of the next snapshot, the one that has applied it.
const LOST_ANSWER: &str = "\
cluster stores=3 ranges=1 liveness=range
@3s kill s3
@4s load 200/s
@8s load 0/s
@10s restart s3
@10241ms cut s3 -> s1
@10250ms mend s3 -> s1
@15258ms cut s3 -> s1
@15270ms mend s3 -> s1
put k1 v
run 20s
expect all alike
";

/// Ranges that were split off waited for a replica that slept on before the split: all who knew that it
/// lagged had been started anew.
const ASLEEP_BEFORE_SPLIT: &str = "\
cluster stores=4 ranges=3 seed=194 loss=2% groups=lazy liveness=range
@10033ms kill s2
@10801ms split at i65
@12167ms split at k92
@14487ms heal
@21919ms kill s4
@25846ms kill s3
@30s load 0/s
heal
restart s2
restart s3
restart s4
run 30s
expect r5 alike and r6 alike
";

/// A table that every replica makes for itself was durable before the entry counted as applied: after
/// a crash the entry was evaluated again, on its own rows.
const EVALUATED_ON_ITSELF: &str = "\
cluster stores=4 ranges=1 seed=82 evaluation=naive log=shared
@22902ms ingest rows 65 from i72 bytes 58
@24922ms kill s2
@30s heal
restart s2
run 30s
expect all alike
";

#[track_caller]
fn check(text: &str) -> Timeline<World> {
    let script = parse(text).expect("it can be read");
    let mut timeline = Timeline::<World>::new(script.setup.clone()).expect("it can be run");
    if let Err(failure) = run(&script, &mut timeline) {
        panic!("{failure}");
    }
    timeline
}

/// What became of each snapshot that was sent: whether its receiver accepted it, and applied it, and what its
/// sender was told in the end.
fn snapshots(recording: &Recording, until: Time) -> Vec<(bool, bool, SnapshotEnd)> {
    let mut world = World::new(recording.setup.clone()).expect("it can be run");
    let mut events = Vec::new();
    for (at, command) in &recording.inputs {
        world.run_until(*at);
        world.apply(command).expect("it was done before");
    }
    world.run_until(until);
    world.take_events(&mut events);
    let (mut accepted, mut applied) = (BTreeSet::new(), BTreeSet::new());
    let mut ends = Vec::new();
    let happened = |event: &Event| {
        let EventKind::Store { kind, .. } = &event.kind else { return None };
        let store::EventKind::Snapshot { id, what, .. } = &**kind else { return None };
        Some((*id, what.clone()))
    };
    for (id, what) in events.iter().filter_map(happened) {
        if let SnapshotEvent::Accepted { .. } = what {
            accepted.insert(id);
        } else if let SnapshotEvent::Applied { .. } = what {
            applied.insert(id);
        } else if let SnapshotEvent::Ended(end) = what {
            ends.push((accepted.contains(&id), applied.contains(&id), end));
        }
    }
    ends
}

#[test]
fn nothing_is_applied_to_a_range_without_its_state() {
    check(LOST_STATE);
}

#[test]
fn naive_requests_keep_apart_from_evaluated_ones() {
    check(BOTH_EVALUATED);
}

#[test]
fn a_lost_split_is_applied_again_by_a_lazy_group() {
    check(LOST_SPLIT);
}

#[test]
fn a_snapshot_is_sent_again_if_its_answer_is_lost() {
    let timeline = check(LOST_ANSWER);
    let (lost, told) = (SnapshotEnd::TimedOut, SnapshotEnd::Applied);
    let expected = [(true, false, lost), (true, true, lost), (true, true, told)];
    assert_eq!(snapshots(timeline.recording(), timeline.world().now()), expected);
}

#[test]
fn a_snapshot_without_a_place_wakes_whoever_is_in_its_way() {
    check(ASLEEP_BEFORE_SPLIT);
}

#[test]
fn a_table_evaluated_by_every_replica_is_evaluated_once() {
    check(EVALUATED_ON_ITSELF);
}
