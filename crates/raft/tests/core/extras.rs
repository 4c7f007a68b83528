//! What etcd does not have: priorities, commit groups, snapshots on request, other timeouts.

use bytes::Bytes;
use raft::{
    Body, CampaignRefusal, Config, ConfigError, Event, HardState, Index, MemoryStorage,
    MessageKind, PeerId, ProgressState, RawNode, Refusal, RequestSnapshotError, Role,
    SnapshotRefusal, Term, TransferRefusal, VoteKind,
};

use crate::group::{Group, at, message, only};

#[test]
fn a_voter_refuses_candidates_of_lower_priority() {
    for pre_vote in [false, true] {
        let mut group = Group::with(3, |config| {
            config.pre_vote = pre_vote;
            config.priority = if config.id == PeerId(1) { 2 } else { 1 };
        });
        group.isolate(3);
        group.node(1).raw.drain_events().for_each(drop);
        group.campaign(2);
        assert_ne!(group.raw(2).role(), Role::Leader, "1 has the higher priority");
        let outranked =
            |event: &Event| matches!(event, Event::VoteRejected(facts) if facts.outranked);
        assert_eq!(group.node(1).raw.drain_events().filter(outranked).count(), 1);
        group.campaign(1);
        assert_eq!(group.raw(1).role(), Role::Leader);
        // Priorities change at run time, and equal ones are no reason.
        group.node(2).raw.set_priority(2);
        group.campaign(2);
        assert_eq!(group.raw(2).role(), Role::Leader);
    }
}

/// A longer log may hold what is committed: it wins against any priority.
#[test]
fn a_longer_log_beats_a_higher_priority() {
    let mut group = Group::with(3, |config| {
        config.priority = if config.id == PeerId(1) { 9 } else { 0 };
    });
    group.restart_with(2, &[1, 1], HardState { term: Term(1), ..HardState::default() });
    group.isolate(3);
    group.campaign(2);
    group.check(2, Role::Leader, 2, 2);
}

#[test]
fn commit_waits_for_a_second_group() {
    let places = [(1, 10), (2, 10), (3, 20)].map(|(id, group)| (PeerId(id), group));
    let mut group = Group::new(3).led_by(1);
    let node = group.node(1);
    node.raw.assign_commit_groups(places, &node.disk);
    group.isolate(3);
    group.propose(1, "x").expect("a leader takes proposals");
    assert_eq!(group.raw(1).commit(), Index(1), "1 and 2 are in one place");
    group.heal();
    group.tick(1, 1);
    group.check_agreed(2);
    // One place alone, or nobody in any, leaves it to the majority.
    for places in [vec![(PeerId(1), 10), (PeerId(2), 10)], vec![]] {
        group.isolate(3);
        let node = group.node(1);
        node.raw.assign_commit_groups(places, &node.disk);
        let commit = group.raw(1).commit();
        group.propose(1, "y").expect("a leader takes proposals");
        assert_eq!(group.raw(1).commit(), commit.next());
        group.heal();
        group.tick(1, 1);
    }
}

/// A voter that is in no group counts for the majority only; dissolving groups commits what waited.
#[test]
fn dissolved_groups_commit_what_waited() {
    let mut group = Group::new(5).led_by(1);
    let node = group.node(1);
    node.raw.assign_commit_groups([(PeerId(1), 1), (PeerId(2), 2)], &node.disk);
    group.isolate(2);
    group.propose(1, "x").expect("a leader takes proposals");
    assert_eq!(group.raw(1).commit(), Index(1), "four of five, and one group");
    let node = group.node(1);
    node.raw.assign_commit_groups([], &node.disk);
    group.settle();
    assert_eq!((group.raw(1).commit(), group.raw(3).commit()), (Index(2), Index(2)));
}

/// A follower whose state machine is damaged is given a whole snapshot, though its log lacks nothing.
#[test]
fn a_follower_may_ask_for_a_snapshot() {
    let mut group = Group::new(3).led_by(1);
    group.propose(1, "a").expect("a leader takes proposals");
    group.node(1).raw.drain_events().for_each(drop);
    let asked = group.node(3).raw.request_snapshot();
    assert_eq!(asked, Ok(()));
    assert_eq!(group.node(3).raw.request_snapshot(), Err(RequestSnapshotError::Underway));
    group.settle();
    // The leader's application has none that reaches so far.
    let withheld = |event: &Event| {
        let why = SnapshotRefusal::Unavailable;
        matches!(event, Event::SnapshotWithheld { why: found, .. } if *found == why)
    };
    assert_eq!(group.node(1).raw.drain_events().filter(withheld).count(), 1);
    group.propose(1, "b").expect("a leader takes proposals");
    assert_eq!(group.raw(3).last(), at(1, 2), "it takes no entries meanwhile");
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(3), None, Bytes::from_static(b"ab")).expect("newer");
    // The next heartbeat makes it ask again.
    group.node(3).raw.drain_events().for_each(drop);
    group.tick(1, 1);
    let restored = |event: &Event| matches!(event, Event::SnapshotRestored { .. });
    assert_eq!(group.node(3).raw.drain_events().filter(restored).count(), 1);
    assert_eq!((group.raw(3).commit(), group.raw(3).applied()), (Index(3), Index(3)));
    assert_eq!(group.progress(1, 3).state, ProgressState::Replicate);
    group.propose(1, "c").expect("a leader takes proposals");
    assert_eq!((group.raw(3).last(), group.raw(3).commit()), (at(1, 4), Index(4)));
    assert_eq!(group.nodes[&3].commands(), ["a", "c"], "the snapshot holds b, and a once more");
}

/// The snapshot may not be older than the log: that is acknowledged, and may be committed.
#[test]
fn a_requested_snapshot_takes_nothing_back() {
    let mut group = Group::new(3).led_by(1);
    group.isolate(2);
    group.propose(1, "a").expect("a leader takes proposals");
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(1), None, Bytes::new()).expect("newer");
    group.node(3).raw.request_snapshot().expect("it follows 1");
    group.settle();
    assert_eq!(group.raw(3).last(), at(1, 2), "the snapshot ends before its log");
    // The same snapshot from somebody who does not know better changes nothing.
    let snapshot = raft::Storage::snapshot(&group.node(1).disk).expect("just taken");
    group.node(3).hear(message(1, 3, 1, Body::Snapshot(snapshot)));
    assert_eq!(group.raw(3).last(), at(1, 2));
    // A new term ends the request.
    group.heal();
    group.campaign(3);
    group.propose(3, "b").expect("a leader takes proposals");
    group.check_agreed(4);
}

#[test]
fn a_snapshot_can_be_asked_of_a_leader_only() {
    let mut group = Group::new(3);
    let ask = |group: &mut Group, id| group.node(id).raw.request_snapshot();
    assert_eq!(ask(&mut group, 1), Err(RequestSnapshotError::NoLeader));
    // In term zero nobody has an entry, though somebody may have sent a snapshot and seem to lead.
    let nothing = Body::Snapshot(raft::Snapshot::default().into());
    group.node(2).hear(message(3, 2, 0, nothing));
    assert_eq!(group.raw(2).lead(), PeerId(3));
    assert_eq!(ask(&mut group, 2), Err(RequestSnapshotError::BehindLeader));
    group.campaign(1);
    assert_eq!(ask(&mut group, 1), Err(RequestSnapshotError::NotFollowing));
    let heartbeat = Body::Heartbeat { commit: Index(0), context: 0 };
    group.node(3).hear(message(2, 3, 2, heartbeat));
    assert_eq!(ask(&mut group, 3), Err(RequestSnapshotError::BehindLeader));
    // A leader does not believe in more than it has, nor does it answer strangers or send nothing.
    let node = group.node(1);
    node.hear(message(2, 1, 1, Body::SnapshotRequest { index: Index(0) }));
    assert_eq!(group.progress(1, 2).state, ProgressState::Replicate);
    let node = group.node(1);
    node.raw.drain_events().for_each(drop);
    let request = |from| message(from, 1, 1, Body::SnapshotRequest { index: Index(9) });
    assert_eq!((node.hear(request(2)).len(), node.hear(request(7)).len()), (0, 0));
    let why = Refusal::AcknowledgesBeyondLog { index: Index(9), last: Index(1) };
    let events: Vec<Event> = node.raw.drain_events().collect();
    let refused = Event::Refused { kind: MessageKind::SnapRequest, from: PeerId(2), why };
    assert_eq!(events, [refused, Event::UnknownPeer { peer: PeerId(7) }]);
}

#[test]
fn timeouts_have_a_range_of_their_own() {
    let mut group = Group::with(3, |config| {
        config.election_ticks_min = 15;
        config.election_ticks_max = 17;
    });
    let mut seen = Vec::new();
    for _ in 0..40 {
        group.campaign(1);
        group.campaign(2);
        seen.extend((1..=3).map(|id| group.raw(id).randomized_election_timeout()));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [15, 16]);
    let make = |election_ticks_min, election_ticks_max| {
        let range = Config { election_ticks_min, election_ticks_max, ..Config::default() };
        let rng = det::Rng::named(1, "election", 1);
        RawNode::new(Config { id: PeerId(1), ..range }, rng, &MemoryStorage::new()).map(drop)
    };
    assert_eq!(make(9, 0), Err(ConfigError::ElectionTicksMin));
    assert_eq!(make(12, 12), Err(ConfigError::ElectionTicksMax));
}

/// What etcd refuses in silence has its reason here.
#[test]
fn refusals_have_reasons() {
    let mut group = Group::new(3);
    group.isolate(1);
    group.campaign(1);
    group.transfer(1, 2);
    let events: Vec<Event> = group.node(1).raw.drain_events().collect();
    let campaigning = |event: &Event| {
        matches!(event, Event::TransferRefused { why: TransferRefusal::Campaigning, .. })
    };
    assert_eq!(events.iter().filter(|event| campaigning(event)).count(), 1);
    assert!(events.iter().filter(|event| campaigning(event)).all(|event| {
        event.level() == raft::Level::Silent && event.etcd_line(PeerId(1)).to_string().is_empty()
    }));
    // A snapshot that is not installed, and a term after which there is none.
    let conf_state = group.raw(2).conf().conf_state();
    let snapshot = raft::Snapshot { last: at(1, 9), conf_state, ..raft::Snapshot::default() };
    let node = group.node(2);
    node.step(message(3, 2, 1, Body::Snapshot(snapshot.into()))).expect("a leader's");
    node.raw.campaign(&node.disk);
    node.work();
    let vote = Body::Vote { kind: VoteKind::Vote, last: at(9, 99), transfer: true, priority: 0 };
    node.hear(message(3, 2, u64::MAX, vote));
    node.raw.campaign(&node.disk);
    let why: Vec<CampaignRefusal> = node
        .raw
        .drain_events()
        .filter_map(|event| match event {
            Event::CampaignRefused { why, .. } => Some(why),
            _ => None,
        })
        .collect();
    assert_eq!(why, [CampaignRefusal::PendingSnapshot, CampaignRefusal::LastTerm]);
    assert_eq!(only(&node.work(), MessageKind::Vote).len(), 0);
}
