//! Falling asleep, staying awake, waking up.

use det::Span;
use store::cluster::Cluster;
use store::{
    Awake, Config, EventKind, Groups, Input, LeaseTerm, Quiescence, RangeDescriptor, RangeId,
    StoreId, Wake,
};

use crate::setting::settled;

const LONG: Span = Span::secs(30);

fn work(cluster: &Cluster) -> (u64, u64, u64) {
    (
        cluster.sum(store::Counters::raft_messages),
        cluster.sum(|c| c.ticks),
        cluster.sum(|c| c.steps),
    )
}

fn asleep(cluster: &Cluster) -> bool {
    cluster.stores().all(|store| store.unquiesced().is_empty())
}

#[test]
fn sleeping_ranges_cost_nothing() {
    let mut cluster = settled(&Config::default(), 100, LONG);
    assert!(asleep(&cluster));
    let before = work(&cluster);
    cluster.run(LONG);
    assert_eq!(work(&cluster), before);
    assert!(cluster.sum(|c| c.liveness) > 0, "that a node lives is still said");
    assert!((1..=100).all(|range| cluster.leader(RangeId(range)).is_some()));
}

#[test]
fn without_quiescence_nobody_sleeps() {
    let config = Config { quiescence: Quiescence::Off, ..Config::default() };
    let cluster = settled(&config, 5, LONG);
    let leader = cluster.leader(RangeId(1)).and_then(|store| cluster.store(store));
    let replica = leader.and_then(|store| store.replica(RangeId(1))).expect("it has a leader");
    assert_eq!(replica.awake_because(), Some(Awake::SwitchedOff));
}

#[test]
fn a_range_is_woken_alone_and_falls_asleep_again() {
    let mut cluster = settled(&Config::default(), 20, LONG);
    cluster.take_events();
    for store in [1, 2, 3] {
        cluster.tell(StoreId(store), Input::Wake(RangeId(7)));
        cluster.run(Span::millis(700));
        let awake: Vec<RangeId> =
            cluster.stores().flat_map(|store| store.unquiesced().iter().copied()).collect();
        assert!(!awake.is_empty() && awake.iter().all(|&range| range == RangeId(7)));
        assert!(
            cluster.leader(RangeId(7)).is_some_and(|leader| {
                cluster.store(leader).is_some_and(|store| store.unquiesced().contains(&RangeId(7)))
            }),
            "a follower that wakes up wakes its leader"
        );
        cluster.run(LONG);
        assert!(asleep(&cluster));
    }
    let events = cluster.take_events();
    let woken = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Woke { why: Wake::Asked, .. }));
    assert_eq!(woken.count(), 3);
}

#[test]
fn an_expiration_lease_keeps_a_range_awake() {
    let stores = [1, 2, 3].map(StoreId);
    let meta = RangeDescriptor::new(RangeId(1), &b"\x03"[..], &b"\x04"[..], &stores);
    let mut cluster = Cluster::new(Config::default(), 3, &[meta]).expect("the disks are new");
    cluster.run(LONG);
    let leader = cluster.leader(RangeId(1)).and_then(|store| cluster.store(store));
    let replica = leader.and_then(|store| store.replica(RangeId(1))).expect("it has a leader");
    let lease = replica.state().expect("it knows its keys").lease;
    assert!(matches!(lease.term, LeaseTerm::Expiration(end) if cluster.now() < end), "renewed");
    assert_eq!(lease.sequence, 1, "renewals change no sequence");
    assert!(matches!(
        replica.awake_because(),
        Some(Awake::ExpirationLease | Awake::RecentProposal { .. })
    ));
}

#[test]
fn a_dead_follower_is_left_behind_and_brought_up_to_date_when_it_lives_again() {
    let mut cluster = settled(&Config::default(), 1, LONG);
    let range = RangeId(1);
    let leader = cluster.leader(range).expect("it has a leader");
    let dead = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != leader);
    let dead = dead.expect("there are three");
    cluster.kill(dead);
    cluster.tell(leader, Input::Wake(range));
    cluster.run(Span::secs(2));
    let replica = |cluster: &Cluster, store| {
        cluster.store(store).and_then(|store| store.replica(range)).cloned().expect("it runs")
    };
    assert!(!replica(&cluster, leader).is_quiescent());
    cluster.run(LONG);
    let sleeping = replica(&cluster, leader);
    assert!(sleeping.is_quiescent(), "{:?}", sleeping.awake_because());
    cluster.restart(dead).expect("its disk is sound");
    cluster.run(LONG);
    assert!(asleep(&cluster));
    let (back, leads) = (replica(&cluster, dead), replica(&cluster, leader));
    assert_eq!(back.log().last, leads.log().last);
    assert!(leads.lagging().is_empty());
}

#[test]
fn a_follower_whose_leader_died_asleep_elects_another_when_somebody_asks() {
    let mut cluster = settled(&Config::default(), 1, LONG);
    let range = RangeId(1);
    let dead = cluster.leader(range).expect("it has a leader");
    cluster.kill(dead);
    cluster.run(LONG);
    assert_eq!(cluster.leader(range), None, "nobody noticed");
    let asked = [1, 2, 3].map(StoreId).into_iter().find(|&store| store != dead);
    cluster.tell(asked.expect("there are three"), Input::Wake(range));
    cluster.run(Span::secs(1));
    assert_eq!(cluster.leader(range), asked, "at once, without an election timeout");
}

#[test]
fn lazy_groups_are_made_when_they_are_used() {
    let config = Config { groups: Groups::Lazy, ..Config::default() };
    let mut cluster = settled(&config, 10, LONG);
    let live = |cluster: &Cluster| -> usize {
        let replicas = cluster.stores().flat_map(store::Store::replicas);
        replicas.filter(|replica| replica.raft().is_some()).count()
    };
    assert_eq!((live(&cluster), cluster.sum(|c| c.ticks)), (0, 0));
    cluster.tell(StoreId(2), Input::Wake(RangeId(4)));
    cluster.run(LONG);
    assert_eq!(live(&cluster), 3);
    assert_eq!(cluster.leader(RangeId(4)), Some(StoreId(2)));
    assert!(asleep(&cluster));
}
