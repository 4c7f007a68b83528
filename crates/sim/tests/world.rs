//! What a cluster does, seen from outside.

#![expect(clippy::cast_possible_truncation, reason = "small numbers of nodes and messages")]

use det::Span;
use raft::Transition;
use sim::{
    Command, DiskFate, EventKind, Links, NodeId, Phase, Refusal, Seat, Setup, Standing, World,
};

fn world() -> World {
    World::new(Setup::default()).expect("the default setup runs")
}

fn run(world: &mut World, span: Span) {
    world.run_until(world.now() + span);
}

fn put(world: &mut World, key: &str, value: &str) {
    let put = Command::Put { key: key.into(), value: value.into(), at: None };
    world.apply(&put).expect("a client is free");
}

/// All nodes that run hold the same committed and applied log.
fn agree(world: &World) -> bool {
    let states: Vec<_> = world
        .nodes()
        .iter()
        .filter(|node| node.phase() == Phase::Up)
        .map(|node| (node.kv().digest(), node.last(), node.raft().map(raft::RawNode::commit)))
        .collect();
    states.windows(2).all(|pair| pair[0] == pair[1])
}

#[track_caller]
fn assert_clean(world: &World) {
    assert_eq!(world.findings(), &[]);
}

#[test]
fn five_nodes_elect_a_leader_and_replicate() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let (leader, _) = world.leader().expect("a leader within a second");
    put(&mut world, "x", "7");
    run(&mut world, Span::millis(200));
    assert!(agree(&world));
    let value = world.node(leader).and_then(|node| node.kv().get("x").cloned());
    assert_eq!(value.as_deref(), Some("7"));
    assert_eq!(world.clients()[0].answered(), 1);
    assert_clean(&world);
}

#[test]
fn a_dead_leader_is_replaced_and_catches_up() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let (first, term) = world.leader().expect("a leader");
    world.apply(&Command::Kill { node: first, disk: DiskFate::Keep }).expect("it runs");
    run(&mut world, Span::secs(1));
    let (second, later) = world.leader().expect("another leader");
    assert_ne!(first, second);
    assert!(later > term);
    put(&mut world, "x", "8");
    run(&mut world, Span::secs(1));
    world.apply(&Command::Restart(first)).expect("it is down");
    run(&mut world, Span::secs(1));
    assert!(agree(&world));
    assert_clean(&world);
}

#[test]
fn a_minority_cannot_commit_and_the_logs_agree_after_healing() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let (old, _) = world.leader().expect("a leader");
    let friend = NodeId(old.0 % 5 + 1);
    world.apply(&Command::Partition(vec![vec![old, friend]])).expect("two groups");
    let minority = Command::Put { key: "x".into(), value: "5".into(), at: Some(old) };
    world.apply(&minority).expect("a client is free");
    run(&mut world, Span::millis(150));
    assert_eq!(world.clients()[0].answered(), 0, "a minority cannot commit");
    run(&mut world, Span::secs(1));
    let (new, _) = world.leader().expect("the majority elects");
    assert!(new != old && new != friend);
    let majority = Command::Put { key: "y".into(), value: "9".into(), at: Some(new) };
    world.apply(&majority).expect("a client is free");
    run(&mut world, Span::secs(1));
    world.apply(&Command::Heal).expect("always possible");
    run(&mut world, Span::secs(1));
    assert!(agree(&world));
    assert_clean(&world);
}

#[test]
fn a_crash_forgets_what_was_not_synced() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let (leader, _) = world.leader().expect("a leader");
    let slow = Command::Fsync { node: Some(leader), span: Span::secs(1) };
    world.apply(&slow).expect("it exists");
    put(&mut world, "x", "1");
    run(&mut world, Span::millis(50));
    let unsynced = world.node(leader).map(|node| node.disk().unsynced());
    assert_eq!(unsynced, Some(1));
    let durable = world.node(leader).map(|node| node.disk().last());
    world.drop_events();
    world.apply(&Command::Kill { node: leader, disk: DiskFate::Keep }).expect("it runs");
    let mut events = Vec::new();
    world.take_events(&mut events);
    let died = EventKind::Died { node: leader, forgotten: 1, unsent: 0 };
    assert!(events.iter().any(|event| event.kind == died));
    assert_eq!(world.node(leader).map(sim::Server::last), durable);
    run(&mut world, Span::secs(1));
    assert_clean(&world);
}

#[test]
fn a_request_that_comes_twice_is_applied_once() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    // Answers from the leader to the client get lost: every answer is dropped by hand.
    put(&mut world, "x", "1");
    let mut repeated = 0;
    let mut events = Vec::new();
    for _ in 0..600 {
        run(&mut world, Span::millis(1));
        let lost: Vec<_> = world
            .flights()
            .filter(|flight| matches!(flight.says, sim::Says::Reply { .. }))
            .map(|flight| flight.message)
            .collect();
        for message in lost {
            world.apply(&Command::Drop(message)).expect("it is in flight");
        }
        world.take_events(&mut events);
    }
    run(&mut world, Span::secs(2));
    world.take_events(&mut events);
    let mut puts = 0;
    for event in &events {
        if let EventKind::Applied { node: NodeId(1), effect, .. } = &event.kind {
            puts += u32::from(matches!(effect, sim::Effect::Put { .. }));
            repeated += u32::from(matches!(effect, sim::Effect::Repeated));
        }
    }
    assert_eq!(puts, 1, "applied once, {repeated} repetitions");
    assert_eq!(world.clients()[0].answered(), 1, "and answered in the end");
    assert!(world.clients()[0].pending().is_none());
    assert_clean(&world);
}

#[test]
fn a_lost_disk_is_found() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    world.apply(&Command::Kill { node: NodeId(2), disk: DiskFate::Lose }).expect("it runs");
    world.apply(&Command::Restart(NodeId(2))).expect("it is down");
    assert!(!world.findings().is_empty(), "a node that forgot its term breaks a promise");
}

#[test]
fn answers_before_the_sync_are_found() {
    let broken = Some(sim::Broken::SendBeforeSync);
    let setup = Setup { broken, ..Setup::default() };
    let mut world = World::new(setup).expect("it runs");
    run(&mut world, Span::secs(1));
    assert!(!world.findings().is_empty());
}

#[test]
fn messages_can_be_held_released_delayed_copied_and_dropped() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let first = |world: &mut World| {
        while world.flights().count() == 0 {
            run(world, Span::millis(1));
        }
        world.flights().next().map(|flight| (flight.message, flight.due)).expect("in flight")
    };
    let (message, due) = first(&mut world);
    world.apply(&Command::Hold(message)).expect("in flight");
    let part = world.flight(message).map(|flight| flight.part(world.now()));
    assert_eq!(world.apply(&Command::Delay { message, by: Span(1) }), Err(Refusal::Held(message)));
    run(&mut world, Span::millis(40));
    world.apply(&Command::Release(message)).expect("held");
    let flight = world.flight(message).expect("in flight again");
    assert_eq!(Some(flight.part(world.now())), part, "it goes on from where it was");
    assert_eq!(flight.due, due + Span::millis(40));
    world.apply(&Command::Delay { message, by: Span::millis(5) }).expect("in flight");
    world.apply(&Command::Duplicate(message)).expect("in flight");
    assert!(world.flights().any(|flight| flight.copy));
    world.apply(&Command::Drop(message)).expect("in flight");
    assert_eq!(world.apply(&Command::Drop(message)), Err(Refusal::NotInFlight(message)));
    run(&mut world, Span::secs(1));
    assert_clean(&world);
}

#[test]
fn a_paused_leader_is_replaced_and_steps_down_when_it_goes_on() {
    let mut world = world();
    run(&mut world, Span::secs(1));
    let (first, term) = world.leader().expect("a leader");
    world.apply(&Command::Pause(first)).expect("it runs");
    run(&mut world, Span::secs(1));
    let (second, later) = world.leader().expect("another leader");
    assert!(second != first && later > term);
    world.apply(&Command::Resume(first)).expect("it is paused");
    run(&mut world, Span::secs(1));
    assert!(agree(&world));
    assert_eq!(world.leader().map(|(node, _)| node), Some(second));
    assert_clean(&world);
}

#[test]
fn commands_that_make_no_sense_are_refused_and_change_nothing() {
    let mut world = world();
    run(&mut world, Span::millis(500));
    let before = world.digest();
    let (leader, _) = world.leader().expect("a leader");
    let n9 = NodeId(9);
    let cases = [
        (
            Command::Kill { node: n9, disk: DiskFate::Keep },
            Refusal::NoSuchNode { node: n9, nodes: 5 },
        ),
        (Command::Restart(NodeId(1)), Refusal::Running(NodeId(1))),
        (Command::Resume(NodeId(1)), Refusal::NotPaused(NodeId(1))),
        (Command::Campaign(leader), Refusal::Leads(leader)),
        (Command::Cut(Links::Between(NodeId(1), NodeId(1))), Refusal::SameNode),
        (Command::Partition(vec![]), Refusal::OneGroup),
    ];
    for (command, refusal) in cases {
        assert_eq!(world.apply(&command), Err(refusal));
    }
    assert_eq!(world.digest(), before);
}

#[test]
fn a_setup_out_of_range_is_refused() {
    let zero = Span::ZERO;
    let cases = [
        Setup { nodes: 0, ..Setup::default() },
        Setup { nodes: 10, ..Setup::default() },
        Setup { tick: zero, ..Setup::default() },
        Setup { election_ticks: 3, heartbeat_ticks: 3, ..Setup::default() },
        Setup { heartbeat_ticks: 0, ..Setup::default() },
        Setup { client_timeout: zero, ..Setup::default() },
        Setup { loss_per_million: 1_000_001, ..Setup::default() },
    ];
    for setup in cases {
        assert!(World::new(setup.clone()).is_err(), "{setup:?}");
    }
}

fn change(steps: &[(Seat, NodeId)], transition: Transition) -> Command {
    Command::Change { steps: steps.to_vec(), transition }
}

#[test]
fn random_faults_break_no_rule() {
    for seed in 0..100 {
        let mut rng = det::Rng::named(seed, "chaos", 0);
        let setup = Setup {
            seed,
            nodes: 3 + 2 * (seed % 2) as u8,
            pre_vote: seed % 3 == 0,
            check_quorum: seed % 4 == 0,
            loss_per_million: if seed % 5 == 0 { 50_000 } else { 0 },
            ..Setup::default()
        };
        let nodes = u32::from(setup.nodes) + 1;
        let mut world = World::new(setup).expect("it runs");
        let load = Command::Load { clients: 3, every: Span::millis(10) };
        world.apply(&load).expect("within limits");
        for _ in 0..150 {
            run(&mut world, Span::millis(u64::from(1 + rng.below(80))));
            let node = NodeId(1 + rng.below(nodes) as u8);
            let other = NodeId(1 + rng.below(nodes) as u8);
            let messages: Vec<_> = world.flights().map(|flight| flight.message).collect();
            let message = messages.get(rng.below(1 + messages.len() as u32) as usize).copied();
            let seat = [Seat::Voter, Seat::Learner, Seat::None][rng.below(3) as usize];
            let command = match rng.below(18) {
                0 | 1 => Command::Kill { node, disk: DiskFate::Keep },
                2..=4 => Command::Restart(node),
                5 => Command::Pause(node),
                6 | 7 => Command::Resume(node),
                8 => Command::Partition(vec![vec![node, other]]),
                9 => Command::Cut(Links::OneWay(node, other)),
                10 => Command::Heal,
                11 => Command::Campaign(node),
                12 => message.map_or(Command::Heal, Command::Duplicate),
                13 => Command::Compact(Some(node)),
                14 => change(&[(seat, node)], Transition::Auto),
                15 if node != other => {
                    let steps = [(seat, node), (Seat::Voter, other)];
                    change(&steps, Transition::JointImplicit)
                }
                15 => Command::Forget(node),
                16 => Command::Read { key: "k1".to_owned(), at: Some(node) },
                _ => message.map_or(Command::Heal, |message| Command::Delay {
                    message,
                    by: Span::millis(u64::from(rng.below(300))),
                }),
            };
            // Refused or not: both are part of the run.
            let _outcome = world.apply(&command);
            world.drop_events();
        }
        assert_eq!(world.findings(), &[], "seed {seed}");
        world.apply(&Command::Heal).expect("always possible");
        for node in (1..=nodes as u8).map(NodeId) {
            let _resumed = world.apply(&Command::Resume(node));
            let _restarted = world.apply(&Command::Restart(node));
        }
        world.apply(&Command::Load { clients: 0, every: Span::ZERO }).expect("within limits");
        world.apply(&Command::Loss { links: Links::All, per_million: 0 }).expect("within limits");
        run(&mut world, Span::secs(2));
        // A removed node that does not know it disturbs the others (thesis §4.2.3): it is stopped.
        for node in (1..=nodes as u8).map(NodeId) {
            if world.standing(node) == Standing::Outsider {
                let _killed = world.apply(&Command::Kill { node, disk: DiskFate::Keep });
            }
        }
        run(&mut world, Span::secs(4));
        assert!(world.leader().is_some(), "seed {seed}: a healed cluster elects");
        assert!(agree(&world), "seed {seed}: a healed cluster agrees");
        assert_eq!(world.findings(), &[], "seed {seed}");
    }
}
