//! Handing leadership over (thesis §3.10).

use raft::{
    Body, Change, ChangeKind, ConfChange, ConfState, Config, Event, HardState, Index, MessageKind,
    PeerId, ProposalRefusal, Role, StepError, TransferAbort, TransferRefusal, Transition,
};

use crate::group::{Group, Node, at, ids, message};

/// A leader 1 whose follower 3 misses the newest entry.
fn with_slow_follower(configure: impl Fn(&mut Config)) -> Group {
    let mut group = Group::with(3, configure).led_by(1);
    group.isolate(3);
    group.propose(1, "x").expect("a leader takes proposals");
    group
}

/// "The prior leader sends a TimeoutNow request to the target server [...] once the target has all
/// committed entries": at once if it has.
#[test]
fn thesis_3_10_an_up_to_date_target_leads_at_once() {
    for configure in [
        (|_| {}) as fn(&mut Config),
        |config| config.check_quorum = true,
        |config| {
            config.pre_vote = true;
        },
    ] {
        let mut group = Group::with(3, configure).led_by(1);
        group.transfer(1, 2);
        group.check(1, Role::Follower, 2, 2);
        group.propose(2, "x").expect("a leader takes proposals");
        // Asked on a follower, who passes it on.
        group.transfer(3, 1);
        group.check(1, Role::Leader, 3, 1);
        assert_eq!(group.raw(1).lead_transferee(), PeerId::NONE);
    }
}

/// "The prior leader fully updates the target server's log to match its own log".
#[test]
fn thesis_3_10_a_slow_target_is_caught_up_first() {
    let mut group = with_slow_follower(|_| {});
    group.heal();
    group.transfer(1, 3);
    group.check(3, Role::Leader, 2, 3);
    group.check_agreed(3);
}

#[test]
fn thesis_3_10_a_target_may_need_a_snapshot() {
    let mut group = with_slow_follower(|_| {});
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(2), None, bytes::Bytes::new()).expect("newer");
    leader.disk.compact(Index(2)).expect("applied");
    group.heal();
    group.transfer(1, 3);
    group.check(3, Role::Leader, 2, 3);
}

/// "The prior leader stops accepting new client requests", and resumes if the transfer "does not
/// complete after about an election timeout".
#[test]
fn thesis_3_10_proposals_wait_for_an_election_timeout_at_most() {
    let mut group = with_slow_follower(|_| {});
    group.transfer(1, 3);
    assert_eq!(group.raw(1).lead_transferee(), PeerId(3));
    assert_eq!(group.propose(1, "y"), Err(StepError::ProposalDropped));
    group.tick(1, 9);
    // The same request again does not extend the time.
    group.transfer(1, 3);
    assert_eq!(group.raw(1).lead_transferee(), PeerId(3));
    group.tick(1, 1);
    assert_eq!(group.raw(1).lead_transferee(), PeerId::NONE);
    assert_eq!(group.propose(1, "z"), Ok(()));
    let events: Vec<Event> = group.node(1).raw.drain_events().collect();
    let says = |wanted: &dyn Fn(&Event) -> bool| events.iter().any(wanted);
    assert!(says(&|event| matches!(
        event,
        Event::TransferAborted { why: TransferAbort::TimedOut, .. }
    )));
    assert!(says(&|event| matches!(
        event,
        Event::TransferRefused { why: TransferRefusal::InProgress, .. }
    )));
    let dropped = ProposalRefusal::Transferring(PeerId(3));
    assert!(says(&|event| matches!(event, Event::ProposalDropped { why, .. } if *why == dropped)));
}

#[test]
fn a_new_target_replaces_the_old_one_and_the_leader_itself_cancels() {
    let mut group = with_slow_follower(|_| {});
    group.transfer(1, 3);
    group.transfer(1, 1);
    assert_eq!((group.raw(1).lead_transferee(), group.raw(1).role()), (PeerId::NONE, Role::Leader));
    group.transfer(1, 3);
    group.transfer(1, 2);
    group.check(2, Role::Leader, 2, 2);
}

#[test]
fn strangers_and_learners_cannot_lead() {
    let members = ConfState { voters: ids(&[1, 2]), learners: ids(&[3]), ..ConfState::default() };
    let mut group = Group::of(&members, |_| {}).led_by(1);
    for to in [1, 3, 9] {
        group.transfer(1, to);
        group.check(1, Role::Leader, 1, 1);
        assert_eq!(group.raw(1).lead_transferee(), PeerId::NONE, "to {to}");
    }
}

#[test]
fn a_later_term_ends_the_transfer() {
    let mut group = with_slow_follower(|_| {});
    group.transfer(1, 3);
    group.campaign(2);
    group.check(1, Role::Follower, 2, 2);
    assert_eq!(group.raw(1).lead_transferee(), PeerId::NONE);
}

#[test]
fn a_target_that_leaves_ends_the_transfer() {
    for kind in [ChangeKind::Remove, ChangeKind::AddLearner] {
        let mut group = with_slow_follower(|_| {});
        let change = ConfChange {
            transition: Transition::JointImplicit,
            changes: vec![Change { kind, peer: PeerId(3) }],
            ..ConfChange::default()
        };
        // Proposed before and applied after the transfer began.
        let leader = group.node(1);
        leader
            .raw
            .propose_conf_change(&change, raft::ConfChangeFormat::V2, &leader.disk)
            .expect("a leader takes proposals");
        leader.raw.transfer_leader(PeerId(3), &leader.disk);
        group.settle();
        let left = group.raw(1).conf().member(PeerId(3)).is_none_or(|member| !member.is_voter());
        // The joint configuration is left only when proposals are taken again.
        group.tick(1, 10);
        group.propose(1, "y").expect("the transfer is over");
        assert!(!left, "it votes until then");
        assert_eq!(group.raw(1).lead_transferee(), PeerId::NONE);
        group.check(1, Role::Leader, 1, 1);
    }
}

/// A node that was removed does nothing when it is told to campaign.
#[test]
fn a_removed_target_does_not_campaign() {
    let voters = ConfState { voters: ids(&[2, 3, 4]), ..ConfState::default() };
    let config = Config { id: PeerId(1), ..Config::default() };
    let mut node = Node::new(voters, config, &[], HardState::default());
    assert!(node.hear(message(2, 1, 1, Body::TimeoutNow)).is_empty());
    let vote = Body::VoteResponse { kind: raft::VoteKind::Vote, reject: false };
    node.hear(message(2, 1, 1, vote));
    assert_eq!((node.raw.role(), node.raw.term().0), (Role::Follower, 1));
}

/// No election while a committed membership change is not applied: not by timeout, not by request.
#[test]
fn nobody_campaigns_before_applying_a_membership_change() {
    for format in [raft::ConfChangeFormat::V1, raft::ConfChangeFormat::V2] {
        let mut group = Group::new(3).led_by(1);
        let change = ConfChange::one(ChangeKind::AddLearner, PeerId(4));
        let leader = group.node(1);
        leader.raw.propose_conf_change(&change, format, &leader.disk).expect("no other is pending");
        let sent = leader.work();
        let append = sent.iter().find(|message| message.to == PeerId(2)).expect("one for each");
        let follower = group.node(2);
        follower.hear(append.clone());
        follower
            .step(message(1, 2, 1, Body::Heartbeat { commit: Index(2), context: 0 }))
            .expect("fine");
        // The change is committed and handed out, and not applied yet.
        let ready = follower.raw.ready(&follower.disk);
        assert_eq!(ready.committed.last().map(|entry| entry.id), Some(at(1, 2)));
        for _ in 0..40 {
            follower.raw.tick(&follower.disk);
        }
        follower.step(message(1, 2, 1, Body::TimeoutNow)).expect("a request");
        assert_eq!((follower.raw.role(), follower.raw.term().0), (Role::Follower, 1));
        follower.persist(&ready);
        follower.raw.advance(&follower.disk);
        follower.hear(message(1, 2, 1, Body::TimeoutNow));
        assert_eq!((follower.raw.role(), follower.raw.term().0), (Role::Candidate, 2));
    }
}

#[test]
fn a_follower_without_a_leader_drops_the_request() {
    let mut group = Group::new(3);
    group.transfer(1, 2);
    group.lose(MessageKind::App);
    let events: Vec<Event> = group.node(1).raw.drain_events().collect();
    let refused = |event: &Event| {
        matches!(event, Event::TransferRefused { why: TransferRefusal::NoLeader, .. })
    };
    assert_eq!(events.iter().filter(|event| refused(event)).count(), 1);
}
