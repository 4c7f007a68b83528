//! The world of many ranges: what runs, what a person does, and that it repeats.

mod progress;
mod tables;
mod travel;
mod twin;

use det::{Rng, Span, Time};
use sim::ranges::{Command, Event, EventKind, Refusal, Rule, Setup, TableSource, World};
use store::{
    Evaluation, Groups, Heartbeats, Quiescence, RangeId, Redirect, Reply, RequestError, StoreId,
    Switch,
};

const R1: RangeId = RangeId(1);
const R5: RangeId = RangeId(5);

/// A world past its elections.
fn settled(setup: Setup) -> World {
    let mut world = World::new(setup).expect("the setup is within its limits");
    run(&mut world, Span::secs(5));
    world
}

fn run(world: &mut World, span: Span) {
    world.run_until(world.now() + span);
}

fn put(key: &str, value: &str) -> Command {
    Command::Put { key: key.into(), value: value.into() }
}

fn get(key: &str) -> Command {
    Command::Get { key: key.into() }
}

fn split(key: &str) -> Command {
    Command::Split { key: key.into() }
}

/// Does it and returns the events of the second after.
#[track_caller]
fn act(world: &mut World, command: &Command) -> Vec<Event> {
    world.drop_events();
    assert_eq!(world.apply(command), Ok(()), "{command}");
    run(world, Span::secs(1));
    let mut events = Vec::new();
    world.take_events(&mut events);
    events
}

/// What the client was told.
fn answer(events: &[Event]) -> Option<Result<Reply, RequestError>> {
    events.iter().find_map(|event| {
        let EventKind::Answered { result, .. } = &event.kind else { return None };
        Some(result.clone())
    })
}

fn redirects(events: &[Event]) -> Vec<Redirect> {
    let why = |event: &Event| {
        let EventKind::Routed { why, .. } = event.kind else { return None };
        why
    };
    events.iter().filter_map(why).collect()
}

#[test]
fn each_request_gets_its_answer() {
    let mut world = settled(Setup::default());
    let value = |text: &'static str| Ok(Reply::Value(Some(text.into())));
    let cput = |expected: Option<&str>, value: &str| Command::ConditionalPut {
        key: "k2".into(),
        expected: expected.map(str::to_owned),
        value: value.into(),
    };
    let cases = [
        (get("k1"), Ok(Reply::Value(None))),
        (put("k1", "v"), Ok(Reply::Written)),
        (get("k1"), value("v")),
        (Command::Increment { key: "k3".into(), by: 5 }, Ok(Reply::Number(5))),
        (cput(None, "a"), Ok(Reply::Written)),
        (cput(Some("a"), "b"), Ok(Reply::Written)),
        (cput(Some("a"), "c"), Err(RequestError::ConditionFailed { actual: Some("b".into()) })),
        (Command::Del { key: "k1".into() }, Ok(Reply::Deleted(1))),
        (get("k1"), Ok(Reply::Value(None))),
        (Command::DeleteRange { start: "k".into(), end: "k9".into() }, Ok(Reply::Deleted(2))),
    ];
    for (command, expected) in cases {
        assert_eq!(answer(&act(&mut world, &command)), Some(expected), "{command}");
    }
    assert_eq!(world.traffic().asked, 10);
    assert_eq!(world.waiting().len(), 0);
}

#[test]
fn events_are_counted_together_and_name_their_causes() {
    let mut world = World::new(Setup::default()).expect("the default setup can be run");
    let mut events = Vec::new();
    run(&mut world, Span::secs(3));
    for command in [put("k1", "v"), Command::Kill(StoreId(2)), Command::Restart(StoreId(2))] {
        world.apply(&command).expect("it can be done");
        run(&mut world, Span::secs(1));
    }
    world.take_events(&mut events);
    assert!(events.iter().zip(0..).all(|(event, number)| event.id.0 == number));
    assert_eq!(world.next_event().0, events.len() as u64);
    let earlier = |event: &Event| event.cause.is_none_or(|cause| cause < event.id);
    assert!(events.iter().all(earlier));
    // From the command over the gateway, a range and its log to the answer.
    let told = |event: &&Event| matches!(event.kind, EventKind::Answered { .. });
    let mut at = events.iter().find(told).expect("it was answered");
    let mut kinds = Vec::new();
    while let Some(cause) = at.cause {
        at = &events[usize::try_from(cause.0).expect("few events")];
        kinds.push(at.store().is_some());
    }
    assert!(matches!(at.kind, EventKind::Commanded(_)), "{at:?}");
    assert!(kinds.iter().filter(|of_store| **of_store).count() > 4, "{kinds:?}");
}

#[test]
fn a_gateway_learns_from_splits_and_moved_leases() {
    let mut world = settled(Setup::default());
    act(&mut world, &put("m1", "left"));
    assert_eq!(answer(&act(&mut world, &split("m5"))), Some(Ok(Reply::Written)));
    let right = RangeId(10);
    assert_eq!(world.range_of(b"m5").map(|range| range.range), Some(right));
    assert_eq!(redirects(&act(&mut world, &put("m6", "v"))), [Redirect::RangeMoved(right)]);
    assert_eq!(redirects(&act(&mut world, &put("m6", "w"))), []);
    let from = world.leaseholder(right).expect("it was just used");
    let to = world.store_ids().find(|&id| id != from).expect("there are three");
    act(&mut world, &Command::TransferLease { range: right, to });
    assert_eq!(world.leaseholder(right), Some(to));
    assert_eq!(redirects(&act(&mut world, &get("m6"))), [Redirect::LeaseHolder(to)]);
    run(&mut world, Span::secs(2));
    assert_eq!(world.leader(right), Some(to));
}

#[test]
fn what_was_acknowledged_outlives_every_death() {
    let mut world = settled(Setup { seed: 3, ..Setup::default() });
    for id in world.store_ids() {
        let key = format!("k{id}");
        assert_eq!(answer(&act(&mut world, &put(&key, "v"))), Some(Ok(Reply::Written)));
        for other in world.store_ids() {
            act(&mut world, &Command::Kill(other));
        }
        assert_eq!(world.ranges().map(|view| view.running).sum::<usize>(), 0);
        for other in world.store_ids() {
            act(&mut world, &Command::Restart(other));
        }
        run(&mut world, Span::secs(5));
        assert_eq!(world.value(key.as_bytes()).as_deref(), Some(&b"v"[..]));
    }
    assert!(world.sum(|counters| counters.applied) > 0);
}

/// Nobody listens at a dead store, so the next one is asked, and a write is done once the lease is another's. Of what
/// was on its way when it died nobody knows.
#[test]
fn only_what_was_sent_to_somebody_is_ambiguous() {
    let setup = Setup { liveness: sim::ranges::Liveness::Range, ..Setup::default() };
    let mut world = settled(setup);
    act(&mut world, &put("m1", "v"));
    let range = world.range_of(b"m1").map(|range| range.range).expect("it is in a range");
    let holder = world.leaseholder(range).expect("it is settled");
    let mut other = world.clone();
    assert_eq!(world.apply(&Command::Kill(holder)), Ok(()));
    let events = act(&mut world, &put("m1", "w"));
    let next = redirects(&events);
    assert!(matches!(next[..], [Redirect::NextReplica(_), ..]), "{next:?}");
    assert_eq!((answer(&events), world.waiting().len()), (None, 1), "it waits for the lease");
    run(&mut world, Span::secs(15));
    assert_eq!(world.value(b"m1").as_deref(), Some(&b"w"[..]));
    let traffic = world.traffic();
    assert_eq!((traffic.done, traffic.timed_out, traffic.given_up), (2, 0, 0));
    assert_eq!(other.apply(&put("m1", "lost")), Ok(()));
    run(&mut other, Span::millis(1));
    let events = act(&mut other, &Command::Kill(holder));
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::GaveUp { .. })));
    assert_eq!((answer(&events), other.traffic().given_up), (None, 1));
}

/// As long as no replica listens a request goes round, and then was not done.
#[test]
fn a_range_without_stores_refuses() {
    let mut world = settled(Setup::default());
    for id in world.store_ids() {
        act(&mut world, &Command::Kill(id));
    }
    act(&mut world, &put("m1", "v"));
    run(&mut world, Span::secs(10));
    let traffic = world.traffic();
    assert_eq!((traffic.refused, traffic.given_up, world.waiting().len()), (1, 0, 0));
}

#[test]
fn a_minority_waits_and_goes_on_after_healing() {
    let mut world = settled(Setup::default());
    let holder = world.leaseholder(R1).expect("it is settled");
    act(&mut world, &Command::Partition(vec![vec![holder]]));
    let events = act(&mut world, &put("a1", "v"));
    assert_eq!(answer(&events), None);
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::Lost { .. })));
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::TimedOut { .. })));
    act(&mut world, &Command::Heal);
    run(&mut world, Span::secs(3));
    assert_eq!(world.value(b"a1").as_deref(), Some(&b"v"[..]));
    assert_eq!(world.waiting().len(), 0);
}

#[test]
fn switches_change_what_is_counted() {
    let mut world = settled(Setup { ranges: 60, ..Setup::default() });
    assert_eq!(world.asleep(), 60);
    let steps = |world: &World| world.sum(|counters| counters.steps);
    let beats = |world: &World| {
        let coalesced = |c: &store::Counters| c.coalesced_requests + c.coalesced_responses;
        (world.sum(coalesced), world.sum(|c| c.of_kind(raft::MessageKind::Heartbeat)))
    };
    let before = steps(&world);
    run(&mut world, Span::secs(2));
    assert_eq!(steps(&world), before, "nothing stirs while all sleep");
    act(&mut world, &Command::Switch(Switch::Quiescence(Quiescence::Off)));
    assert_eq!(world.asleep(), 0);
    let (coalesced, single) = beats(&world);
    act(&mut world, &Command::Switch(Switch::Heartbeats(Heartbeats::Single)));
    let now = beats(&world);
    // 60 leaders, two followers each, a heartbeat every second tick of 100 ms.
    assert!((580..=620).contains(&(now.1 - single)), "{now:?}");
    assert!(now.0 - coalesced <= 12, "only what waited when the switch was turned");
    act(&mut world, &Command::Switch(Switch::Heartbeats(Heartbeats::Coalesced)));
    let before = beats(&world);
    act(&mut world, &Command::Heal);
    let now = beats(&world);
    assert_eq!(now.1, before.1);
    assert!((30..=180).contains(&(now.0 - before.0)), "{before:?} {now:?}");
    assert_eq!(world.config().quiescence, Quiescence::Off);
}

#[test]
fn evaluation_is_counted_once_or_on_every_replica() {
    for (evaluation, times) in [(Evaluation::Proposer, 1), (Evaluation::Naive, 3)] {
        let mut world = settled(Setup { evaluation, ..Setup::default() });
        let before = world.sum(|counters| counters.evaluations);
        act(&mut world, &put("k1", "v"));
        assert_eq!(world.sum(|counters| counters.evaluations) - before, times);
    }
}

#[test]
fn lazy_groups_come_to_life_with_the_first_request() {
    let mut world = settled(Setup { groups: Groups::Lazy, ..Setup::default() });
    let live = |world: &World| {
        let groups = world.stores().flat_map(store::Store::replicas);
        groups.filter(|replica| replica.raft().is_some()).count()
    };
    assert_eq!(live(&world), 0);
    assert_eq!(answer(&act(&mut world, &get("m1"))), Some(Ok(Reply::Value(None))));
    assert_eq!(live(&world), 3);
    assert!(world.range(R5).is_some_and(|view| view.leaseholder.is_some()));
}

#[test]
fn a_load_writes_where_it_is_told() {
    let mut world = settled(Setup::default());
    act(&mut world, &Command::Load { per_second: 50, ranges: vec![R1, R5] });
    run(&mut world, Span::secs(1));
    assert!((90..=100).contains(&world.traffic().done), "{:?}", world.traffic());
    assert_eq!(world.ranges().filter(|view| !view.is_asleep()).count(), 2);
    act(&mut world, &Command::Load { per_second: 0, ranges: vec![] });
    let asked = world.traffic().asked;
    run(&mut world, Span::secs(3));
    assert_eq!((world.traffic().asked, world.asleep()), (asked, 9));
}

#[test]
fn what_cannot_be_done_is_refused_with_a_sentence() {
    let mut world = settled(Setup::default());
    let holder = world.leaseholder(R1).expect("it is settled");
    let (s1, s9) = (StoreId(1), StoreId(9));
    let cases = [
        (Command::Kill(s9), "there is no s9: this cluster has s1 to s3"),
        (Command::Restart(s1), "s1 is running: only a stopped store can be restarted"),
        (Command::Cut { from: s1, to: s1 }, "a stream joins two different stores"),
        (Command::Partition(vec![vec![s1], vec![s1]]), "s1 is in two groups"),
        (Command::Partition(vec![]), "a partition needs at least two groups"),
        (get("7"), "no range holds 7: keys lie from a up to ~"),
        (put("k", ""), "keys and values are 1 to 64 bytes long"),
        (split("f"), "r3 begins at f already"),
        (
            Command::DeleteRange { start: "a".into(), end: "d".into() },
            "r1 ends at c: a deletion stays within one range",
        ),
        (Command::DeleteRange { start: "b".into(), end: "a".into() }, "b does not come before a"),
        (Command::Wake(RangeId(77)), "there is no r77"),
        (
            Command::TransferLease { range: R1, to: holder },
            &format!("{holder} holds the lease of r1 already"),
        ),
        (
            Command::Load { per_second: 1_001, ranges: vec![] },
            "the number of writes in a second is at most 1000",
        ),
    ];
    let digest = world.digest();
    for (command, sentence) in cases {
        let refused = world.apply(&command).expect_err("it cannot be done");
        assert_eq!(refused.to_string(), sentence, "{command}");
    }
    assert_eq!(world.digest(), digest);
    let too_many = World::new(Setup { stores: 10, ..Setup::default() });
    assert_eq!(too_many.err(), Some(Refusal::Stores { max: 9 }));
}

/// Kills, splits, lost envelopes and a load.
fn storm(seed: u64) -> World {
    let setup = Setup { seed, stores: 5, ranges: 30, loss_per_million: 20_000, ..Setup::default() };
    let mut world = settled(setup);
    let load = Command::Load { per_second: 40, ranges: vec![] };
    let cut = Command::Cut { from: StoreId(2), to: StoreId(3) };
    let table = TableSource::Csv("m1,7\nm2,8".to_owned());
    let commands = [
        load,
        split("m5"),
        Command::Ingest { into: None, table },
        Command::Kill(StoreId(1)),
        cut,
        split("cc"),
        Command::Restart(StoreId(1)),
    ];
    for command in commands {
        act(&mut world, &command);
    }
    world
}

#[test]
fn the_same_seed_makes_the_same_world_and_a_clone_goes_on_alike() {
    let mut world = storm(7);
    assert_eq!(world.digest(), storm(7).digest());
    assert_ne!(world.digest(), storm(8).digest());
    let mut copy = world.clone();
    let digest = world.digest();
    run(&mut copy, Span::secs(2));
    assert_eq!(world.digest(), digest, "what a clone does is its own affair");
    run(&mut world, Span::secs(2));
    assert_eq!(world.digest(), copy.digest());
    assert_eq!(world.findings(), []);
    assert!(Rule::ALL.iter().all(|rule| world.checks().count(*rule) > 0), "{:?}", world.checks());
    assert!(world.traffic().done > 100 && world.now() > Time::ZERO, "{:?}", world.traffic());
}
