//! Joint configurations (Raft §6): two majorities while many members change at once.

use raft::{
    ChangeKind, ConfChange, ConfChangeFormat, ConfChangeRefusal, ConfState, Config, Event, Index,
    PeerId, Role, Transition,
};

use crate::group::{Group, ids};
use crate::members::{add, joint, members};

/// Joint consensus (Raft §6, thesis §4.3): several changes at once, left automatically or on request,
/// and read back as the same members.
#[test]
fn raft_6_joint_consensus() {
    let rows = [
        (Transition::Auto, "v2", None, "voters=(1 2)"),
        (
            Transition::Auto,
            "l2 l3",
            Some("voters=(1)&&(1) learners=(2 3) autoleave"),
            "voters=(1) learners=(2 3)",
        ),
        (Transition::JointImplicit, "v2", Some("voters=(1 2)&&(1) autoleave"), "voters=(1 2)"),
        (
            Transition::JointExplicit,
            "l2",
            Some("voters=(1)&&(1) learners=(2)"),
            "voters=(1) learners=(2)",
        ),
        (Transition::JointExplicit, "v2 r1", Some("voters=(2)&&(1)"), "voters=(2)"),
        (
            Transition::Auto,
            "v2 l1 v3",
            Some("voters=(2 3)&&(1) learners_next=(1) autoleave"),
            "voters=(2 3) learners=(1)",
        ),
    ];
    for (transition, changes, between, after) in rows {
        let mut group = Group::new(1).led_by(1);
        group.add_empty(2);
        group.add_empty(3);
        group.node(1).raw.drain_events().for_each(drop);
        group.change(1, &joint(transition, changes)).expect("a leader takes proposals");
        if transition == Transition::JointExplicit {
            assert_eq!(Some(&members(&group, 1)[..]), between);
            group.node(1).raw.drain_events().for_each(drop);
            group.change(1, &ConfChange::leave_joint()).expect("a leader takes proposals");
        } else {
            let switched: Vec<String> = group
                .node(1)
                .raw
                .drain_events()
                .filter_map(|event| match event {
                    Event::ConfigurationSwitched { members } => Some(members.to_string()),
                    _ => None,
                })
                .collect();
            let expected: Vec<&str> = between.into_iter().chain([after]).collect();
            assert_eq!(switched, expected, "{changes}");
        }
        assert_eq!(members(&group, 1), after, "{changes}");
    }
}

/// While joint, both majorities elect and commit (Raft §6).
#[test]
fn raft_6_both_majorities_decide() {
    let state = ConfState {
        voters: ids(&[1, 4, 5]),
        voters_outgoing: ids(&[1, 2, 3]),
        ..ConfState::default()
    };
    for (down, elected) in [([2, 3], false), ([4, 5], false), ([3, 5], true)] {
        let mut group = Group::new(5);
        for id in 1..=5 {
            let config = Config { id: PeerId(id), ..Config::default() };
            let node =
                crate::group::Node::new(state.clone(), config, &[], raft::HardState::default());
            group.nodes.insert(id, node);
        }
        for id in down {
            group.isolate(id);
        }
        group.campaign(1);
        assert_eq!(group.raw(1).role() == Role::Leader, elected, "without {down:?}");
        if elected {
            group.propose(1, "x").expect("a leader takes proposals");
            assert_eq!(group.raw(1).commit(), Index(2));
            group.isolate(4);
            group.propose(1, "y").expect("a leader takes proposals");
            assert_eq!(group.raw(1).commit(), Index(2), "the incoming half is missing");
        }
    }
}

/// A leader that lost its joint configuration and leads again still leaves it.
#[test]
fn a_new_leader_leaves_the_joint_configuration() {
    let mut group = Group::new(3).led_by(1);
    group.add_empty(4);
    let leader = group.node(1);
    let change = joint(Transition::JointImplicit, "v4");
    leader.raw.propose_conf_change(&change, ConfChangeFormat::V2, &leader.disk).expect("fine");
    // It leads no longer when the change is applied.
    group.lose(raft::MessageKind::AppResp);
    group.settle();
    group.heal();
    group.campaign(2);
    group.check(2, Role::Leader, 2, 2);
    assert!((1..=4).all(|id| members(&group, id) == "voters=(1 2 3 4)"));
}

#[test]
fn leaving_needs_a_joint_configuration_and_entering_none() {
    let mut group = Group::new(3).led_by(1);
    let why = |group: &mut Group, change: &ConfChange| {
        group.node(1).raw.drain_events().for_each(drop);
        group.change(1, change).expect("a refused change is still an entry");
        group.node(1).raw.drain_events().find_map(|event| match event {
            Event::ConfChangeRefused { why, .. } => Some(why),
            _ => None,
        })
    };
    assert_eq!(why(&mut group, &ConfChange::leave_joint()), Some(ConfChangeRefusal::NotJoint));
    assert_eq!(why(&mut group, &joint(Transition::JointExplicit, "r3")), None);
    assert_eq!(why(&mut group, &add(4)), Some(ConfChangeRefusal::Joint));
    assert_eq!(why(&mut group, &ConfChange::leave_joint()), None);
    assert_eq!(members(&group, 1), "voters=(1 2)");
}

/// A leader that becomes a learner leads no longer, and is promoted like any other.
#[test]
fn a_leader_may_become_a_learner_and_a_voter_again() {
    let mut group = Group::with(2, |config| config.step_down_on_removal = true).led_by(1);
    group.change(1, &ConfChange::one(ChangeKind::AddLearner, PeerId(1))).expect("it is allowed");
    group.check(1, Role::Follower, 1, 0);
    assert_eq!(
        (members(&group, 1), group.raw(1).is_promotable()),
        ("voters=(2) learners=(1)".into(), false)
    );
    group.campaign(2);
    group.change(2, &add(1)).expect("a leader takes proposals");
    assert_eq!(members(&group, 1), "voters=(1 2)");
    assert!(group.raw(1).is_promotable());
}
