//! Liveness records in a range: whoever is dead loses its leases, and nobody has one that another has.

use bytes::Bytes;
use det::{Rng, Span};
use store::cluster::Cluster;
use store::{
    ClientRequest, Config, EventKind, Input, LeaseStatus, RangeDescriptor, RangeId, Reply, Request,
    RequestId, Store, StoreId, keys, kv,
};

use crate::setting::key;

const SYSTEM: RangeId = RangeId(1);
const USERS: RangeId = RangeId(2);

/// The records stand on the first three stores, and somebody's keys on the last three.
fn cluster(seed: u64) -> Cluster {
    let ranges = [
        RangeDescriptor::system(SYSTEM, &[1, 2, 3].map(StoreId)),
        RangeDescriptor::new(USERS, key(0), key(1), &[3, 4, 5].map(StoreId)),
    ];
    let config = Config { seed, ..Config::default() };
    let mut cluster = Cluster::new(config, 5, &ranges).expect("the disks are new");
    cluster.run(Span::secs(30));
    cluster
}

fn put(cluster: &mut Cluster, to: StoreId, id: u64) {
    let (key, value) = (key(0), Bytes::from(format!("{id}")));
    let request = Request::Put { key, value };
    let request = ClientRequest { id: RequestId(id), range: USERS, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
}

/// Whether a store may use the lease of a range now, as far as it knows.
fn holds(store: &Store, range: RangeId, cluster: &Cluster) -> bool {
    let Some(replica) = store.replica(range) else { return false };
    let Some(state) = replica.state() else { return false };
    let offset = store.config().clock_offset;
    state.lease.holder.is_some_and(|holder| holder.store == store.id())
        && state.lease.status(cluster.now(), store.liveness(), offset) == LeaseStatus::Valid
}

fn holders(cluster: &Cluster, range: RangeId) -> Vec<StoreId> {
    let holds = |store: &&Store| holds(store, range, cluster);
    cluster.stores().filter(holds).map(Store::id).collect()
}

#[test]
fn the_range_of_a_dead_leaseholder_gets_another() {
    let mut cluster = cluster(1);
    let [dead] = holders(&cluster, USERS)[..] else { panic!("one has the lease") };
    put(&mut cluster, dead, 1);
    cluster.run(Span::millis(100));
    assert_eq!(
        cluster.take_replies().pop().map(|(_, reply)| reply.result),
        Some(Ok(Reply::Written))
    );
    let before = cluster.store(dead).and_then(|store| store.liveness().get(dead.node()));
    let before = before.expect("it has said that it lives");
    cluster.take_events();
    cluster.kill(dead);
    let others: Vec<StoreId> =
        [3, 4, 5].map(StoreId).into_iter().filter(|&other| other != dead).collect();
    for at in 0..60 {
        cluster.run(Span::millis(500));
        put(&mut cluster, others[at % 2], 10 + at as u64);
    }
    let replies = cluster.take_replies();
    let served = replies.iter().filter(|(_, reply)| reply.result == Ok(Reply::Written)).count();
    assert!(served > 10, "{served} of 60 were served");
    let holders_now = holders(&cluster, USERS);
    assert!(holders_now.len() == 1 && holders_now[0] != dead);
    let events = cluster.take_events();
    let ended = |event: &&store::Event| matches!(event.kind, EventKind::EpochEnded { node, .. } if node == dead.node());
    assert_eq!(events.iter().filter(ended).count(), 1);
    let leader = cluster.leader(SYSTEM).and_then(|id| cluster.store(id)).expect("it has one");
    let view = leader.engines().state().view();
    let record = kv::get(&view, &keys::liveness(dead.node()), cluster.now());
    let record = record.expect("it can be read").and_then(|version| version.value);
    let record = record.expect("it stands in its range");
    assert_eq!(record[..8], (before.epoch + 1).to_le_bytes());
    cluster.restart(dead).expect("a crash damages nothing");
    cluster.run(Span::secs(10));
    let store = cluster.store(dead).expect("it runs");
    let now = store.liveness().get(dead.node()).expect("it lives").epoch;
    assert_eq!(now, before.epoch + 2, "each life has an epoch of its own");
    assert!(!holds(store, USERS, &cluster));
}

#[test]
fn liveness_itself_survives_the_death_of_its_leaseholder() {
    let mut cluster = cluster(2);
    let dead = cluster.leader(SYSTEM).expect("it has a leader");
    cluster.kill(dead);
    cluster.run(Span::secs(40));
    assert!(!holders(&cluster, SYSTEM).contains(&dead));
    for at in 0..20 {
        put(&mut cluster, [3, 4, 5].map(StoreId)[at % 3], at as u64);
        cluster.run(Span::millis(500));
    }
    let replies = cluster.take_replies();
    assert!(replies.iter().any(|(_, reply)| reply.result == Ok(Reply::Written)));
    for store in cluster.stores() {
        let lives = |other: &Store| store.liveness().is_live(other.id().node(), cluster.now());
        assert!(cluster.stores().all(lives));
        assert!(!store.liveness().is_live(dead.node(), cluster.now()));
    }
}

#[test]
fn no_two_stores_may_use_a_lease_at_a_time() {
    for seed in 0..6 {
        let (mut cluster, mut rng) = (cluster(seed), Rng::named(seed, "liveness", 0));
        cluster.network.loss_per_million = 20_000;
        for round in 0..40 {
            let store = StoreId(rng.below(5) + 1);
            match rng.below(6) {
                0 => cluster.kill(store),
                1 | 2 => cluster.restart(store).expect("a crash damages nothing"),
                3 => cluster.isolate(store, true),
                4 | 5 => cluster.isolate(store, false),
                _ => {}
            }
            for _ in 0..rng.below(60) {
                cluster.run(Span::millis(100));
                put(&mut cluster, StoreId(rng.below(3) + 3), round);
                for range in [SYSTEM, USERS] {
                    let holders = holders(&cluster, range);
                    assert!(holders.len() <= 1, "{range}: {holders:?}");
                }
            }
        }
        cluster.network.loss_per_million = 0;
        for store in (1..=5).map(StoreId) {
            cluster.isolate(store, false);
            cluster.restart(store).expect("a crash damages nothing");
        }
        cluster.run(Span::secs(30));
        cluster.take_replies();
        for store in [3, 4, 5].map(StoreId) {
            for _ in 0..4 {
                put(&mut cluster, store, 9);
                cluster.run(Span::secs(2));
            }
        }
        let replies = cluster.take_replies();
        assert!(replies.iter().any(|(_, reply)| reply.result == Ok(Reply::Written)), "{replies:?}");
        assert_eq!(holders(&cluster, USERS).len(), 1);
    }
}
