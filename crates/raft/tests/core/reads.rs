//! Linearizable reads without log entries (thesis §6.4).

use bytes::Bytes;
use raft::{
    Body, ConfState, Config, Event, Index, MessageKind, PeerId, ReadOnly, ReadRefusal, ReadState,
};

use crate::group::{Group, ids, message, only};

fn lease(config: &mut Config) {
    config.check_quorum = true;
    config.read_only = ReadOnly::LeaseBased;
}

fn state(index: u64, context: &'static [u8]) -> ReadState {
    ReadState { index: Index(index), context: Bytes::from_static(context) }
}

/// "readIndex [...] the leader's commit index when the request arrives": on the leader and through
/// followers, by a round of heartbeats or by the lease.
#[test]
fn thesis_6_4_a_read_gets_the_commit_index_of_its_request() {
    for configure in [(|_| {}) as fn(&mut Config), lease] {
        let mut group = Group::with(3, configure).led_by(1);
        let mut commit = 1;
        for (id, context) in [(1, b"a"), (2, b"b"), (3, b"c"), (1, b"d")] {
            for _ in 0..10 {
                group.propose(1, "x").expect("a leader takes proposals");
            }
            commit += 10;
            group.read(id, context);
            assert_eq!(group.node(id).reads.pop(), Some(state(commit, context)));
        }
    }
}

#[test]
fn thesis_6_4_the_leader_asks_a_quorum_first() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.read_index(Bytes::from_static(b"r"), &leader.disk);
    let sent = leader.work();
    assert_eq!((only(&sent, MessageKind::Heartbeat).len(), leader.reads.len()), (2, 0));
    leader.hear(message(2, 1, 1, Body::HeartbeatResponse { context: 1 }));
    assert_eq!(leader.reads, [state(1, b"r")]);
    // What is confirmed is forgotten: the next heartbeat asks for nothing.
    leader.raw.tick(&leader.disk);
    let quiet =
        |message: &raft::Message| matches!(message.body, Body::Heartbeat { context: 0, .. });
    assert_eq!(leader.work().iter().filter(|message| quiet(message)).count(), 2);
    // With a lease it asks nobody.
    let mut group = Group::with(3, lease).led_by(1);
    let leader = group.node(1);
    leader.raw.read_index(Bytes::from_static(b"r"), &leader.disk);
    assert_eq!((leader.work().len(), leader.reads.len()), (0, 1));
}

/// "The leader [...] must have committed an entry of its term": a read before that waits.
#[test]
fn thesis_6_4_a_new_leader_waits_for_its_first_commit() {
    for configure in [(|_| {}) as fn(&mut Config), lease] {
        let mut group = Group::with(3, configure);
        group.lose(MessageKind::App);
        group.campaign(1);
        group.read(1, b"early");
        assert_eq!(group.nodes[&1].reads, []);
        group.heal();
        group.tick(1, 1);
        assert_eq!(group.nodes[&1].reads, [state(1, b"early")]);
        group.read(2, b"late");
        assert_eq!(group.nodes[&2].reads, [state(1, b"late")]);
    }
}

#[test]
fn learners_read_and_do_not_confirm() {
    let members = ConfState { voters: ids(&[1]), learners: ids(&[2]), ..ConfState::default() };
    let mut group = Group::of(&members, |_| {}).led_by(1);
    group.read(1, b"a");
    group.read(2, b"b");
    assert_eq!(group.nodes[&1].reads, [state(1, b"a")]);
    assert_eq!(group.nodes[&2].reads, [state(1, b"b")]);
    let members =
        ConfState { voters: ids(&[1, 2, 3]), learners: ids(&[4]), ..ConfState::default() };
    let mut group = Group::of(&members, |_| {}).led_by(1);
    group.isolate(2);
    group.isolate(3);
    group.read(1, b"c");
    assert_eq!(group.nodes[&1].reads, []);
}

/// Who is the only voter does not know what its predecessors committed before it commits itself, and who
/// was removed does not know what the only voter has committed since.
#[test]
fn the_only_voter_waits_and_a_removed_leader_asks() {
    let mut group = Group::new(1);
    let node = group.node(1);
    node.raw.campaign(&node.disk);
    node.raw.ready(&node.disk);
    node.raw.advance(&node.disk);
    assert_eq!((node.raw.role(), node.raw.commit()), (raft::Role::Leader, Index(0)));
    node.raw.read_index(Bytes::from_static(b"r"), &node.disk);
    node.work();
    assert_eq!(node.reads, [state(1, b"r")]);
    let mut group = Group::new(2).led_by(1);
    let remove = raft::ConfChange::one(raft::ChangeKind::Remove, PeerId(1));
    group.change(1, &remove).expect("a leader takes proposals");
    assert_eq!(group.raw(1).role(), raft::Role::Leader, "it leads on");
    group.isolate(1);
    group.read(1, b"r");
    assert_eq!(group.nodes[&1].reads, []);
    group.heal();
    group.tick(1, 1);
    assert_eq!(group.nodes[&1].reads, [state(2, b"r")]);
}

/// A lost round is made up for by the next heartbeat, which carries the newest round.
#[test]
fn a_lost_round_is_repeated_with_the_heartbeat() {
    let mut group = Group::new(3).led_by(1);
    group.lose(MessageKind::Heartbeat);
    group.read(1, b"a");
    group.read(1, b"b");
    assert_eq!(group.nodes[&1].reads, []);
    group.heal();
    group.tick(1, 1);
    assert_eq!(group.nodes[&1].reads, [state(1, b"a"), state(1, b"b")]);
}

/// Equal contexts are different reads: an answer to the first does not confirm the second, which
/// another leader's writes may have overtaken.
#[test]
fn a_late_answer_confirms_no_later_read() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.read_index(Bytes::from_static(b"same"), &leader.disk);
    let first = leader.work();
    leader.raw.read_index(Bytes::from_static(b"same"), &leader.disk);
    leader.work();
    let answer = only(&first, MessageKind::Heartbeat)[0].body.clone();
    let Body::Heartbeat { context, .. } = answer else { panic!("{answer:?}") };
    // Both followers answer the first round late.
    for from in [2, 3] {
        leader.hear(message(from, 1, 1, Body::HeartbeatResponse { context }));
    }
    assert_eq!(leader.reads.len(), 1);
    leader.hear(message(2, 1, 1, Body::HeartbeatResponse { context: context + 1 }));
    assert_eq!(leader.reads.len(), 2);
}

#[test]
fn nobody_answers_without_a_leader() {
    let mut group = Group::new(3);
    group.read(1, b"a");
    group.isolate(2);
    group.campaign(2);
    group.read(2, b"b");
    let why: Vec<ReadRefusal> = [1, 2]
        .into_iter()
        .flat_map(|id| group.node(id).raw.drain_events().collect::<Vec<_>>())
        .filter_map(|event| match event {
            Event::ReadDropped { why, .. } => Some(why),
            _ => None,
        })
        .collect();
    assert_eq!(why, [ReadRefusal::NoLeader, ReadRefusal::Campaigning]);
    assert!(group.nodes.values().all(|node| node.reads.is_empty()));
}

/// A former leader forwards what it is asked, without a term of its own.
#[test]
fn a_deposed_leader_forwards() {
    let mut group = Group::new(3).led_by(1);
    group.campaign(2);
    let read = Body::ReadIndex { context: Bytes::from_static(b"r") };
    let sent = group.node(1).hear(message(3, 1, 0, read.clone()));
    assert_eq!(sent, [message(3, 2, 0, read)]);
    group.network.extend(sent);
    group.settle();
    assert_eq!(group.nodes[&3].reads, [state(2, b"r")]);
}

#[test]
fn the_queue_can_be_bounded() {
    let mut group = Group::with(3, |config| config.max_pending_reads = 2).led_by(1);
    let leader = group.node(1);
    leader.raw.drain_events().for_each(drop);
    for context in [b"a", b"b", b"c"] {
        leader.raw.read_index(Bytes::from_static(context), &leader.disk);
    }
    let full =
        |event: &Event| matches!(event, Event::ReadDropped { why: ReadRefusal::QueueFull, .. });
    assert_eq!(leader.raw.drain_events().filter(full).count(), 1);
    group.settle();
    assert_eq!(group.nodes[&1].reads.len(), 2);
    assert_eq!(group.raw(1).lead(), PeerId(1));
}
