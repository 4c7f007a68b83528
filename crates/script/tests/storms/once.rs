//! Storms that once broke a rule or left a replica behind, cut down to what it took.

use script::ranges::{parse, run};
use sim::Timeline;
use sim::ranges::World;

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

/// The answer to a snapshot was lost, and its sender waited five times longer than others would.
const LOST_ANSWER: &str = "\
cluster stores=3 ranges=4 seed=159 loss=2% evaluation=naive log=shared liveness=range
@598ms delrange f86 \"f86~\"
@7164ms delrange l6 \"l6~\"
@9612ms switch evaluation proposer
@11649ms kill s3
@12115ms split at r50
@16791ms restart s3
@18252ms partition s1
@19117ms split at q12
@21171ms heal
@22207ms split at g10
@23134ms wake r6
@24253ms kill s3
@26615ms split at d51
@26960ms load 66/s
@29598ms delrange p43 \"p43~\"
@30s load 0/s
heal
restart s3
run 30s
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
fn check(text: &str) {
    let script = parse(text).expect("it can be read");
    let mut timeline = Timeline::<World>::new(script.setup.clone()).expect("it can be run");
    if let Err(failure) = run(&script, &mut timeline) {
        panic!("{failure}");
    }
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
    check(LOST_ANSWER);
}

#[test]
fn a_snapshot_without_a_place_wakes_whoever_is_in_its_way() {
    check(ASLEEP_BEFORE_SPLIT);
}

#[test]
fn a_table_evaluated_by_every_replica_is_evaluated_once() {
    check(EVALUATED_ON_ITSELF);
}
