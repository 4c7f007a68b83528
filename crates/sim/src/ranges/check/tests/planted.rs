//! Faults planted where the checkers do not hear of them: on the disks of stores, and in what a world knows.
//! What is read of the stores shows them.

use det::Span;
use lsm::{Batch, Lsm, MemVfs, Vfs};
use store::keys::{self, RangeIdKey};
use store::{EventKind, FIRST, Groups, LogEngine};

use super::*;
use crate::EventId;
use crate::ranges::{Command, Event, EventKind as Happened, Setup, TableSource, World};

const S3: StoreId = StoreId(3);
const ALL: [StoreId; 3] = [S1, S2, S3];

fn run(world: &mut World, span: Span) {
    world.run_until(world.now() + span);
}

fn act(world: &mut World, command: &Command) {
    assert_eq!(world.apply(command), Ok(()), "{command}");
    run(world, Span::secs(2));
}

fn put(key: &str) -> Command {
    Command::Put { key: key.into(), value: "v".into() }
}

/// One range at rest that has rows. What its stores applied of those is durable, since an empty entry was
/// written after it.
fn world() -> World {
    begun(Groups::Live, 1)
}

fn begun(groups: Groups, ranges: u16) -> World {
    let setup = Setup { ranges, groups, log_engine: LogEngine::Shared, ..Setup::default() };
    let mut world = World::new(setup).expect("it can be run");
    run(&mut world, Span::secs(5));
    for key in ["k1", "k2", "k3", "k4"] {
        act(&mut world, &put(key));
    }
    act(&mut world, &Command::Wake(R));
    assert_eq!(world.asleep(), usize::from(ranges));
    assert_eq!(world.findings(), []);
    world
}

fn followers(world: &World) -> [StoreId; 2] {
    let leader = world.leader(R).expect("it has one");
    let mut followers = ALL.into_iter().filter(|&store| store != leader);
    [(); 2].map(|()| followers.next().expect("there are two"))
}

/// The store dies, its disk is spoilt, and it starts again.
fn dies(world: &mut World, store: StoreId, spoil: impl FnOnce(&mut MemVfs)) {
    assert_eq!(world.apply(&Command::Kill(store)), Ok(()));
    spoil(world.disk_mut(store).expect("it is dead"));
    assert_eq!(world.apply(&Command::Restart(store)), Ok(()));
}

/// The same, with something written to its engine.
fn spoil(world: &mut World, store: StoreId, spoil: impl FnOnce(&Lsm, &mut Batch)) {
    let config = world.config().engine;
    dies(world, store, |disk| {
        let mut engine = Lsm::open(disk, "state", config).expect("it is sound");
        let mut batch = Batch::default();
        spoil(&engine, &mut batch);
        engine.write(disk, &batch).expect("it is up");
        engine.sync(disk).expect("it is up");
    });
}

/// Another value in place of the one that is there. Small numbers take a byte each.
fn change(engine: &Lsm, batch: &mut Batch, key: &[u8], change: impl FnOnce(&mut [u8])) {
    let mut value = engine.get(key).expect("it can be read").expect("it is there").to_vec();
    change(&mut value);
    batch.put(key, &value);
}

/// A store says that something happened.
fn says(world: &mut World, store: StoreId, kind: EventKind) {
    let kind = Happened::Store { store, kind: Box::new(kind) };
    let event = Event { id: EventId(0), at: world.now(), cause: None, kind };
    world.watch(store, &event);
}

/// This rule is broken, and no other.
#[track_caller]
fn is_broken(world: &World, rule: Rule) {
    let mut broken: Vec<Rule> = world.findings().iter().map(|finding| finding.rule).collect();
    broken.dedup();
    assert_eq!(broken, [rule], "{:?}", world.findings());
}

/// An entry in the middle of the log.
fn early() -> Vec<u8> {
    keys::raft_log(R, Index(FIRST.index.0 + 3))
}

#[test]
fn an_entry_of_other_bytes_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    spoil(&mut world, store, |engine, batch| {
        change(engine, batch, &early(), |value| *value.last_mut().expect("it has some") ^= 1);
    });
    is_broken(&world, Rule::LogMatching);
}

#[test]
fn an_entry_of_another_kind_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    spoil(&mut world, store, |engine, batch| {
        change(engine, batch, &early(), |value| value[1] = 1);
    });
    is_broken(&world, Rule::LogMatching);
}

#[test]
fn a_hole_in_a_log_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    spoil(&mut world, store, |_, batch| batch.delete(&early()));
    is_broken(&world, Rule::LogWhole);
}

#[test]
fn a_vote_that_a_disk_forgot_is_found() {
    let world = world();
    let voted = |store: &StoreId| {
        let replica = world.store(*store).and_then(|store| store.replica(R));
        replica.is_some_and(|it| ReplicaId::from(it.log().hard_state.vote) != ReplicaId::default())
    };
    let store = followers(&world).into_iter().find(voted).expect("somebody elected the leader");
    let own = world.store(store).and_then(|store| store.replica(R)).expect("it is there").id();
    let own = u8::try_from(own.0).expect("there are three");
    for (less, vote) in [(1, 0), (0, 0), (0, own)] {
        let mut world = world.clone();
        spoil(&mut world, store, |engine, batch| {
            change(engine, batch, &RangeIdKey::HardState.of(R), |hard| {
                hard[0] -= less;
                hard[1] = vote;
            });
        });
        is_broken(&world, Rule::HardStateKept);
    }
}

/// One that was cut off during the election has not voted, and has told its leader of the term.
#[test]
fn a_term_that_a_disk_forgot_is_found() {
    let setup = Setup { ranges: 1, log_engine: LogEngine::Shared, ..Setup::default() };
    let mut world = World::new(setup).expect("it can be run");
    act(&mut world, &Command::Partition(vec![vec![S3]]));
    run(&mut world, Span::secs(3));
    act(&mut world, &Command::Heal);
    act(&mut world, &put("k1"));
    let hard = |world: &World| world.store(S3)?.replica(R).map(|it| it.log().hard_state);
    let vote = hard(&world).expect("it is there").vote;
    assert_eq!(ReplicaId::from(vote), ReplicaId::default());
    spoil(&mut world, S3, |engine, batch| {
        change(engine, batch, &RangeIdKey::HardState.of(R), |hard| hard[0] -= 1);
    });
    is_broken(&world, Rule::HardStateKept);
}

#[test]
fn the_name_of_another_replica_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    let leader = world.leader(R).expect("it has one");
    let name = world.store(leader).and_then(|store| store.replica(R)).expect("it is there").id();
    spoil(&mut world, store, |_, batch| {
        // A replica that does not know its keys is called as its record says.
        batch.delete(&keys::range_descriptor(Setup::FIRST_KEY.as_bytes()));
        batch.put(&RangeIdKey::ReplicaId.of(R), &name.0.to_le_bytes());
        batch.delete(&RangeIdKey::HardState.of(R));
    });
    is_broken(&world, Rule::NamesKept);
}

#[test]
fn lease_indices_that_go_back_everywhere_are_found() {
    let mut world = world();
    for store in ALL {
        spoil(&mut world, store, |engine, batch| {
            change(engine, batch, &RangeIdKey::AppliedState.of(R), |applied| applied[2] -= 2);
        });
    }
    run(&mut world, Span::secs(5));
    assert_eq!(world.findings(), []);
    act(&mut world, &put("k5"));
    is_broken(&world, Rule::LeaseIndexGrows);
}

#[test]
fn a_log_that_ends_before_what_is_committed_is_found() {
    let mut world = begun(Groups::Lazy, 1);
    let [store, _] = followers(&world);
    spoil(&mut world, store, |engine, batch| {
        change(engine, batch, &RangeIdKey::HardState.of(R), |hard| hard[2] += 9);
    });
    is_broken(&world, Rule::LogOrder);
}

#[test]
fn a_leader_that_lacks_what_a_disk_forgot_is_found() {
    let mut world = world();
    let (leader, others) = (world.leader(R).expect("it has one"), followers(&world));
    let kill = |world: &mut World, store| assert_eq!(world.apply(&Command::Kill(store)), Ok(()));
    for store in others {
        kill(&mut world, store);
    }
    let disks = others.map(|store| world.disk_mut(store).expect("it is dead").clone());
    for store in others {
        act(&mut world, &Command::Restart(store));
    }
    act(&mut world, &put("k5"));
    kill(&mut world, leader);
    for (store, old) in others.into_iter().zip(disks) {
        dies(&mut world, store, |disk| *disk = old);
    }
    assert_eq!(world.findings(), []);
    while world.findings().is_empty() && world.step_until(Time(Span::secs(60).0)) {}
    is_broken(&world, Rule::LeaderCompleteness);
}

/// The rows of the world's range that stand on a disk lose their first.
fn lose_row(engine: &Lsm, batch: &mut Batch) {
    let mut cursor = engine.cursor();
    cursor.seek(b"k1").expect("it can be read");
    let (key, _) = cursor.entry().expect("there are rows");
    batch.delete(key);
}

#[test]
fn a_row_that_one_disk_lost_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    spoil(&mut world, store, lose_row);
    act(&mut world, &put("k5"));
    is_broken(&world, Rule::ReplicasAlike);
}

#[test]
fn a_row_that_all_disks_lost_is_found() {
    let mut world = world();
    for store in ALL {
        spoil(&mut world, store, lose_row);
    }
    run(&mut world, Span::secs(5));
    act(&mut world, &put("k5"));
    is_broken(&world, Rule::StatsExact);
}

#[test]
fn ranges_that_share_keys_on_a_disk_are_found() {
    let mut world = begun(Groups::Live, 2);
    let [store, _] = followers(&world);
    let end = world.range(R).expect("it is there").descriptor.end.clone();
    spoil(&mut world, store, |engine, batch| {
        let key = keys::range_descriptor(Setup::FIRST_KEY.as_bytes());
        change(engine, batch, &key, |range| {
            let at = range.iter().position(|byte| *byte == end[0]).expect("its end is in it");
            range[at] += 1;
        });
    });
    is_broken(&world, Rule::SpansDisjoint);
}

/// The last range of all disks ends early, and so does what is split off it.
#[test]
fn keys_that_nobody_has_after_a_split_are_found() {
    let mut world = world();
    for store in ALL {
        spoil(&mut world, store, |engine, batch| {
            let key = keys::range_descriptor(Setup::FIRST_KEY.as_bytes());
            change(engine, batch, &key, |range| {
                let at = range.iter().position(|byte| *byte == b'~').expect("its end is in it");
                range[at] = b'x';
            });
        });
    }
    run(&mut world, Span::secs(5));
    assert_eq!(world.findings(), []);
    act(&mut world, &Command::Split { key: "m".into() });
    is_broken(&world, Rule::KeysCovered);
}

#[test]
fn a_table_that_a_disk_lost_is_found() {
    let mut world = world();
    let table = TableSource::Csv("m1,7\nm2,8".to_owned());
    act(&mut world, &Command::Ingest { into: None, table });
    assert_eq!(world.findings(), []);
    let [store, _] = followers(&world);
    let files = world.store(store).expect("it runs").engines().sideloaded_files();
    dies(&mut world, store, |disk| {
        disk.remove(&files[0].name).expect("it is there");
        disk.sync_folder("sideloading").expect("it is up");
    });
    is_broken(&world, Rule::TablesBeside);
}

#[test]
fn a_leader_that_leaves_a_shorter_log_behind_is_found() {
    let mut world = world();
    let [store, _] = followers(&world);
    let leader = world.leader(R).expect("it has one");
    let last = world.store(leader).and_then(|store| store.log(R)).expect("it is there").state.last;
    spoil(&mut world, store, |_, batch| batch.delete(&keys::raft_log(R, last.index)));
    says(&mut world, leader, EventKind::Quiesced { range: R, lagging: 0 });
    is_broken(&world, Rule::SleepsEven);
}

#[test]
fn who_sleeps_with_something_to_apply_is_found() {
    let mut world = world();
    let leader = world.leader(R).expect("it has one");
    assert_eq!(world.apply(&Command::Partition(vec![vec![leader]])), Ok(()));
    assert_eq!(world.apply(&put("k5")), Ok(()));
    run(&mut world, Span::millis(100));
    says(&mut world, leader, EventKind::Quiesced { range: R, lagging: 2 });
    is_broken(&world, Rule::SleepsWhenDone);
}

#[test]
fn a_lease_of_a_replica_that_is_not_there_is_found() {
    let mut world = world();
    let [store, other] = followers(&world);
    let held = world.range(R).expect("it is there").lease;
    let stranger = ReplicaDescriptor { store: other, replica: ReplicaId(9) };
    let lease = Lease { holder: Some(stranger), sequence: held.sequence + 1, ..held };
    says(&mut world, store, EventKind::LeaseChanged { range: R, lease, extends: false });
    is_broken(&world, Rule::HolderIsMember);
}
