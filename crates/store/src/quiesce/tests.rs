//! Reasons that a store deals with before anybody can see them from outside.

use det::Span;
use raft::Ready;

use super::*;
use crate::cluster::Cluster;
use crate::hub::EMPTY;
use crate::{Engines, RangeDescriptor, RangeId, StoreId};

const RANGE: RangeId = RangeId(1);

/// A leader of a range that sleeps is brought out of that, and says why it may not go back.
#[track_caller]
fn check(spoil: impl Fn(&mut Replica, &Engines), expected: impl Fn(Awake) -> bool) {
    let config = Config { quiesce_ticks: 0, ..Config::default() };
    let range = RangeDescriptor::new(RANGE, "k", "l", &[1, 2, 3].map(StoreId));
    let mut cluster = Cluster::new(config.clone(), 3, &[range]).expect("the disks are new");
    cluster.run(Span::secs(20));
    let leader = cluster.leader(RANGE).and_then(|leader| cluster.store(leader));
    let store = leader.expect("it has a leader");
    let mut replica = store.replica(RANGE).expect("it is there").clone();
    let why = |replica: &Replica| replica.may_quiesce(cluster.now(), store.liveness(), &config);
    assert_eq!(why(&replica), Ok(Quiesce { lagging: Vec::new() }));
    spoil(&mut replica, store.engines());
    let why = why(&replica).expect_err("there is a reason");
    assert!(expected(why), "{why:?}");
}

fn propose(replica: &mut Replica, engines: &Engines) {
    let (raft, log) = replica.group(engines).expect("it is loaded");
    raft.propose(EMPTY, &log).expect("it leads");
}

#[test]
fn a_group_that_has_something_to_do_stays_awake() {
    check(propose, |why| why == Awake::ReadyPending);
}

#[test]
fn a_log_with_something_to_commit_stays_awake() {
    let unapplied = |replica: &mut Replica, engines: &Engines| {
        propose(replica, engines);
        let (raft, log) = replica.group(engines).expect("it is loaded");
        raft.ready_into(&mut Ready::default(), &log);
    };
    check(unapplied, |why| {
        matches!(why, Awake::Unapplied { applied, commit, last }
            if applied == commit && last == commit.next())
    });
}

#[test]
fn who_is_no_member_puts_nobody_to_sleep() {
    let remove = |replica: &mut Replica, _: &Engines| {
        let id = replica.id();
        let state = replica.state.as_mut().expect("it knows its keys");
        state.descriptor.replicas.retain(|member| member.replica != id);
    };
    check(remove, |why| why == Awake::NotMember);
}
