//! Membership changes (Raft §6, thesis §4).

use bytes::Bytes;
use raft::{
    Body, Change, ChangeKind, ConfChange, ConfChangeError, ConfChangeFormat, ConfChangeRefusal,
    ConfState, Event, Index, PeerId, Role, StepError, Transition, parse_changes,
};

use crate::group::{Group, ids, message};

pub(crate) fn add(peer: u64) -> ConfChange {
    ConfChange::one(ChangeKind::AddVoter, PeerId(peer))
}

pub(crate) fn remove(peer: u64) -> ConfChange {
    ConfChange::one(ChangeKind::Remove, PeerId(peer))
}

pub(crate) fn joint(transition: Transition, changes: &str) -> ConfChange {
    let changes = parse_changes(changes).expect("the test's own text");
    ConfChange { transition, changes, ..ConfChange::default() }
}

pub(crate) fn members(group: &Group, id: u64) -> String {
    group.raw(id).conf().to_string()
}

/// "A server [...] is added or removed one at a time" (thesis §4.1), and takes part from then on.
#[test]
fn thesis_4_1_one_server_at_a_time() {
    let mut group = Group::new(3).led_by(1);
    group.add_empty(4);
    group.change(1, &add(4)).expect("a leader takes proposals");
    group.check_agreed(2);
    assert!((1..=4).all(|id| members(&group, id) == "voters=(1 2 3 4)"));
    group.change(1, &add(4)).expect("adding it twice is harmless");
    group.change(1, &remove(3)).expect("a leader takes proposals");
    assert_eq!(members(&group, 1), "voters=(1 2 4)");
    group.isolate(3);
    group.campaign(4);
    group.check(4, Role::Leader, 2, 4);
}

/// "The leader must not [...] a new one until the previous is committed" (thesis §4.1): the second
/// becomes an empty entry, and an event says why.
#[test]
fn thesis_4_1_a_second_change_waits_for_the_first() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.drain_events().for_each(drop);
    for peer in [4, 5] {
        let proposed =
            leader.raw.propose_conf_change(&add(peer), ConfChangeFormat::V1, &leader.disk);
        assert_eq!(proposed, Ok(()));
    }
    let refused = leader.raw.drain_events().find_map(|event| match event {
        Event::ConfChangeRefused { why, .. } => Some(why),
        _ => None,
    });
    let (pending, applied) = (Index(2), Index(1));
    assert_eq!(refused, Some(ConfChangeRefusal::Unapplied { pending, applied }));
    group.settle();
    assert_eq!(members(&group, 1), "voters=(1 2 3 4)");
    assert_eq!(group.nodes[&1].applied[2].to_string(), "1/3 EntryNormal \"\"");
    // With the switch, validation is the application's business.
    let mut group = Group::with(1, |config| config.disable_conf_change_validation = true).led_by(1);
    let leader = group.node(1);
    leader
        .raw
        .propose_conf_change(&remove(1), ConfChangeFormat::V2, &leader.disk)
        .expect("unchecked");
    let ready = leader.raw.ready(&leader.disk);
    leader.persist(&ready);
    leader.raw.advance(&leader.disk);
    let change = leader.raw.ready(&leader.disk).committed[0].conf_change().expect("a change");
    let applied = leader.raw.apply_conf_change(&change.expect("a change"), &leader.disk);
    assert_eq!(applied, Err(ConfChangeError::NoVoters));
}

/// A new leader assumes that a change may be pending anywhere in its log.
#[test]
fn thesis_4_1_a_new_leader_waits_for_its_predecessors_changes() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.propose_conf_change(&add(4), ConfChangeFormat::V1, &leader.disk).expect("fine");
    leader.work();
    leader.raw.campaign(&leader.disk);
    // The change stays unapplied; a leader of the next term may not make another one.
    let mut follower = group.nodes[&2].clone();
    follower.hear(message(
        1,
        2,
        1,
        Body::Append {
            prev: crate::group::at(1, 1),
            entries: group
                .raw(1)
                .unstable()
                .cloned()
                .chain(group.nodes[&1].disk.iter().skip(1).cloned())
                .collect(),
            commit: Index(1),
        },
    ));
    follower.raw.campaign(&follower.disk);
    follower.work();
    follower.hear(message(
        3,
        2,
        2,
        Body::VoteResponse { kind: raft::VoteKind::Vote, reject: false },
    ));
    assert_eq!(follower.raw.role(), Role::Leader);
    follower.raw.drain_events().for_each(drop);
    follower.raw.propose_conf_change(&add(5), ConfChangeFormat::V1, &follower.disk).expect("taken");
    let refused = |event: &Event| matches!(event, Event::ConfChangeRefused { .. });
    assert_eq!(follower.raw.drain_events().filter(refused).count(), 1);
}

/// A leader that removes itself leads on until somebody else does (thesis §4.2.2), or steps down at
/// once if it is configured to.
#[test]
fn thesis_4_2_2_a_removed_leader() {
    for step_down in [false, true] {
        let mut group = Group::with(3, |config| config.step_down_on_removal = step_down).led_by(1);
        group.change(1, &remove(1)).expect("a leader takes proposals");
        let role = if step_down { Role::Follower } else { Role::Leader };
        group.check(1, role, 1, u64::from(!step_down));
        assert_eq!(group.propose(1, "x"), Err(StepError::ProposalDropped));
        // It serves the others and does not count itself.
        group.tick(1, 2);
        group.campaign(1);
        assert_eq!(group.raw(1).role(), role);
        group.campaign(2);
        group.check(2, Role::Leader, 2, 2);
        group.propose(2, "y").expect("a leader takes proposals");
        assert_eq!(members(&group, 2), "voters=(2 3)");
    }
}

/// Fewer voters need fewer acknowledgments: applying a removal can commit what waited.
#[test]
fn a_removal_can_commit_what_waited() {
    let mut group = Group::new(2).led_by(1);
    let leader = group.node(1);
    leader.raw.propose_conf_change(&remove(2), ConfChangeFormat::V1, &leader.disk).expect("fine");
    leader.raw.propose(Bytes::from_static(b"x"), &leader.disk).expect("fine");
    leader.work();
    assert_eq!(leader.raw.commit(), Index(1));
    leader.hear(message(2, 1, 1, Body::Accepted { index: Index(2) }));
    assert_eq!((leader.raw.commit(), leader.commands()), (Index(3), vec!["x"]));
}

/// A removed leader that leads on looks at the commit index with the next acknowledgment, whatever that
/// acknowledges: its members changed without a look.
#[test]
fn a_removed_leader_commits_with_the_next_acknowledgment() {
    let members = ConfState { voters: ids(&[1, 2]), learners: ids(&[3]), ..ConfState::default() };
    let mut group = Group::of(&members, |config| config.async_storage_writes = true);
    let leader = group.node(1);
    let own = |leader: &mut crate::group::Node, entries: bool| {
        // The disk takes the writes, and answers for all but those of entries.
        let ready = leader.raw.ready(&leader.disk);
        leader.persist(&ready);
        for message in ready.messages {
            let answers = match message.body {
                Body::StorageAppend(write) if entries || write.entries.is_empty() => {
                    write.responses
                }
                Body::StorageApply { responses, .. } => responses,
                _ => continue,
            };
            for answer in answers.into_iter().filter(|answer| answer.to == PeerId(1)) {
                leader.step(answer).expect("from its own storage");
            }
        }
    };
    leader.raw.campaign(&leader.disk);
    own(leader, true);
    let vote = Body::VoteResponse { kind: raft::VoteKind::Vote, reject: false };
    leader.step(message(2, 1, 1, vote)).expect("a member's answer");
    own(leader, true);
    let accept = |leader: &mut crate::group::Node, from, index| {
        let accepted = Body::Accepted { index: Index(index) };
        leader.step(message(from, 1, 1, accepted)).expect("a member's answer");
    };
    accept(leader, 2, 1);
    leader
        .raw
        .propose_conf_change(&remove(1), ConfChangeFormat::V2, &leader.disk)
        .expect("a leader takes proposals");
    own(leader, true);
    leader.raw.propose(Bytes::from_static(b"x"), &leader.disk).expect("it leads");
    own(leader, false);
    accept(leader, 2, 3);
    assert_eq!(leader.raw.commit(), Index(2), "its own copy of x is not durable");
    own(leader, false);
    own(leader, false);
    assert_eq!(
        (members_of(leader), leader.raw.commit()),
        ("voters=(2) learners=(3)".into(), Index(2))
    );
    accept(leader, 3, 1);
    assert_eq!(leader.raw.commit(), Index(3));
}

fn members_of(node: &crate::group::Node) -> String {
    node.raw.conf().to_string()
}

/// A new member counts as active at first, or it could cost the leader its quorum at once; the next
/// check finds it silent.
#[test]
fn a_new_member_has_time_to_answer() {
    let mut group = Group::with(1, |config| config.check_quorum = true).led_by(1);
    group.change(1, &add(2)).expect("a leader takes proposals");
    group.tick(1, 10);
    group.check(1, Role::Leader, 1, 1);
    group.tick(1, 10);
    group.check(1, Role::Follower, 1, 0);
}

/// Learners receive the log, are promoted, demoted and removed (thesis §4.2.1).
#[test]
fn thesis_4_2_1_learners() {
    let mut group = Group::new(1).led_by(1);
    group.add_empty(2);
    group.change(1, &ConfChange::one(ChangeKind::AddLearner, PeerId(2))).expect("fine");
    group.propose(1, "x").expect("a leader takes proposals");
    group.check_agreed(3);
    assert_eq!(
        (members(&group, 2), group.progress(1, 2).matched),
        ("voters=(1) learners=(2)".into(), Index(3))
    );
    group.time_out(2);
    group.check(2, Role::Follower, 1, 1);
    group.change(1, &add(2)).expect("a leader takes proposals");
    group.time_out(2);
    group.check(2, Role::Leader, 2, 2);
    group.change(2, &ConfChange::one(ChangeKind::AddLearner, PeerId(1))).expect("fine");
    assert_eq!(members(&group, 1), "voters=(2) learners=(1)");
    group.change(2, &remove(1)).expect("a leader takes proposals");
    assert_eq!(members(&group, 2), "voters=(2)");
}

#[test]
fn members_are_sorted() {
    let state =
        ConfState { voters: ids(&[3, 1, 2]), learners: ids(&[5, 4]), ..ConfState::default() };
    let members = raft::Membership::restore(&state).expect("sound");
    assert_eq!(members.to_string(), "voters=(1 2 3) learners=(4 5)");
    assert_eq!(members.conf_state().voters, ids(&[1, 2, 3]));
}

#[test]
fn a_change_says_what_it_cannot_do() {
    let mut group = Group::new(1).led_by(1);
    let leader = group.node(1);
    let before = leader.raw.conf().clone();
    let rows = [
        (remove(1), ConfChangeError::NoVoters),
        (ConfChange::leave_joint(), ConfChangeError::NotJoint),
        (joint(Transition::JointExplicit, "r1"), ConfChangeError::NoVoters),
    ];
    for (change, error) in rows {
        assert_eq!(leader.raw.apply_conf_change(&change, &leader.disk), Err(error));
        assert_eq!(*leader.raw.conf(), before, "nothing is left behind");
    }
    // An update of an address, and a change of nobody, change nobody.
    let update = ConfChange::one(ChangeKind::Update, PeerId(1));
    let state = leader.raw.apply_conf_change(&update, &leader.disk).expect("nothing to do");
    assert_eq!(state, before.conf_state());
    let nobody = ConfChange {
        changes: vec![Change { kind: ChangeKind::AddVoter, peer: PeerId::NONE }],
        ..update
    };
    assert_eq!(leader.raw.apply_conf_change(&nobody, &leader.disk), Ok(state));
}

/// A change whose bytes are garbage is refused where it is proposed.
#[test]
fn garbage_is_no_change() {
    let mut group = Group::new(3).led_by(1);
    let entry = raft::Entry {
        kind: raft::EntryKind::ConfChangeV2,
        data: Bytes::from_static(&[0xff, 0xff]),
        ..raft::Entry::default()
    };
    let propose = message(2, 1, 0, Body::Propose { entries: vec![entry] });
    assert_eq!(group.node(1).step(propose), Err(StepError::ProposalDropped));
    assert_eq!(group.raw(1).last().index, Index(1));
}
