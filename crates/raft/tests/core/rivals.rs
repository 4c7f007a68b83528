//! Elections with more than one candidate, late answers and nodes that lag behind.

use raft::{
    Body, ConfState, Config, Event, HardState, Index, MessageKind, PeerId, Role, Term, VoteKind,
};

use crate::group::{Group, Node, at, ids, message};

fn plain(_: &mut Config) {}

fn pre_vote(config: &mut Config) {
    config.pre_vote = true;
}

fn check_quorum(config: &mut Config) {
    config.check_quorum = true;
}

fn hard(term: u64, vote: u64) -> HardState {
    HardState { term: Term(term), vote: PeerId(vote), commit: Index(0) }
}

fn voter(terms: &[u64], hard: HardState, configure: fn(&mut Config)) -> Node {
    let mut config = Config { id: PeerId(1), ..Config::default() };
    configure(&mut config);
    let voters = ConfState { voters: ids(&[1, 2, 3]), ..ConfState::default() };
    Node::new(voters, config, terms, hard)
}

fn granted(from: u64, kind: VoteKind) -> raft::Message {
    message(from, 1, 1, Body::VoteResponse { kind, reject: false })
}

#[test]
fn the_shortest_log_loses() {
    for configure in [plain, pre_vote] {
        let mut group = Group::with(3, configure);
        group.restart_with(2, &[1], hard(1, 0));
        group.restart_with(3, &[1, 1], hard(1, 0));
        group.campaign(1);
        group.check(1, Role::Follower, 1, 0);
    }
}

/// A candidate that was cut off raises everybody's term and wins nothing; with PreVote it does not
/// even do that.
#[test]
fn of_two_rivals_the_one_with_the_short_log_ends_as_follower() {
    for (configure, leader, term) in [(plain as fn(&mut Config), 0, 2), (pre_vote, 1, 1)] {
        let mut group = Group::with(3, configure);
        group.cut(1, 3);
        group.campaign(1);
        group.campaign(3);
        group.check(1, Role::Leader, 1, 1);
        group.heal();
        group.campaign(3);
        group.check(3, Role::Follower, term, 0);
        assert_eq!((group.raw(1).lead().0, group.raw(2).lead().0), (leader, leader));
        assert!((1..=3).all(|id| group.raw(id).term() == Term(term)));
    }
}

/// A late own pre-vote does not count in the election that follows; the own vote does.
#[test]
fn a_late_pre_vote_does_not_count_as_a_vote() {
    let mut node = voter(&[], hard(0, 0), pre_vote);
    node.raw.campaign(&node.disk);
    let ready = node.raw.ready(&node.disk);
    node.persist(&ready);
    for from in [2, 3] {
        node.step(granted(from, VoteKind::PreVote)).expect("a member's answer");
    }
    assert_eq!((node.raw.role(), node.raw.term().0), (Role::Candidate, 1));
    node.raw.advance(&node.disk);
    assert!(node.raw.votes().all(|(_, vote)| vote.is_none()), "only pre-votes came so far");
    let ready = node.raw.ready(&node.disk);
    node.persist(&ready);
    node.step(granted(2, VoteKind::Vote)).expect("a member's answer");
    assert_eq!(node.raw.role(), Role::Candidate, "its own vote is not durable yet");
    node.raw.advance(&node.disk);
    assert_eq!(node.raw.role(), Role::Leader);
}

#[test]
fn a_late_acknowledgment_of_its_own_does_not_count_in_a_later_term() {
    let mut node = voter(&[], hard(0, 0), plain);
    node.raw.campaign(&node.disk);
    node.work();
    node.step(granted(2, VoteKind::Vote)).expect("a member's answer");
    assert_eq!(node.raw.role(), Role::Leader);
    let ready = node.raw.ready(&node.disk);
    node.persist(&ready);
    let heartbeat = Body::Heartbeat { commit: Index(0), context: 0 };
    node.step(message(3, 1, 2, heartbeat)).expect("a leader's");
    node.raw.drain_events().for_each(drop);
    node.raw.advance(&node.disk);
    let late = |event: &Event| matches!(event, Event::LowerTerm { kind: MessageKind::AppResp, from, .. } if from.0 == 1);
    assert_eq!(node.raw.drain_events().filter(late).count(), 1);
    assert_eq!((node.raw.role(), node.raw.commit()), (Role::Follower, Index(0)));
}

/// A node that is missing in its own configuration still votes and follows.
#[test]
fn a_stranger_to_its_own_configuration_votes_and_follows() {
    let mut group = Group::with(2, check_quorum);
    let config = Config { id: PeerId(2), check_quorum: true, ..Config::default() };
    let only_one = ConfState { voters: ids(&[1]), ..ConfState::default() };
    group.nodes.insert(2, Node::new(only_one, config, &[], HardState::default()));
    assert!(group.raw(1).is_promotable() && !group.raw(2).is_promotable());
    group.tick(2, 30);
    group.check(2, Role::Follower, 0, 0);
    group.campaign(1);
    group.check(1, Role::Leader, 1, 1);
    group.check(2, Role::Follower, 1, 1);
}

#[test]
fn a_split_vote_after_a_pre_vote_is_repeated() {
    let mut group = Group::with(3, pre_vote).led_by(1);
    group.isolate(1);
    for id in [2, 3] {
        let node = group.node(id);
        node.raw.campaign(&node.disk);
    }
    group.settle();
    group.check(2, Role::Candidate, 2, 0);
    group.check(3, Role::Candidate, 2, 0);
    group.campaign(2);
    group.check(2, Role::Leader, 3, 2);
    group.check(3, Role::Follower, 3, 2);
}

/// Followers with a lease ignore each other's pre-votes. One that asked has given its leader up, so
/// it does not stand in the way of the next one.
#[test]
fn a_pre_candidate_has_given_up_its_leader() {
    let mut group = Group::with(3, |config| {
        config.pre_vote = true;
        config.check_quorum = true;
    })
    .led_by(1);
    group.isolate(1);
    group.campaign(2);
    group.check(2, Role::PreCandidate, 1, 0);
    group.check(3, Role::Follower, 1, 1);
    group.campaign(3);
    group.check(3, Role::Leader, 2, 3);
    group.check(2, Role::Follower, 2, 3);
}

/// A node with a later term from before PreVote, and a log too short to win, blocks nobody.
#[test]
fn a_later_term_with_a_short_log_does_not_block_elections() {
    let mut group = Group::with(3, pre_vote).led_by(1);
    group.isolate(3);
    group.propose(1, "x").expect("a leader takes proposals");
    group.restart_with(3, &[1], hard(4, 0));
    group.heal();
    group.isolate(1);
    group.campaign(3);
    group.check(3, Role::PreCandidate, 4, 0);
    group.campaign(2);
    group.check(2, Role::Follower, 4, 0);
    group.campaign(2);
    group.check(2, Role::Leader, 5, 2);
}

/// Of a log with two entries of term 2: by last term first, then by length, and once per term.
#[test]
fn votes_and_pre_votes_ask_for_the_same_log() {
    for kind in [VoteKind::Vote, VoteKind::PreVote] {
        for (term, index) in (0..4).flat_map(|term| (0..4).map(move |index| (term, index))) {
            for (vote, free) in [(0, true), (2, true), (3, false)] {
                let mut node = voter(&[2, 2], hard(3, vote), plain);
                let body = Body::Vote { kind, last: at(term, index), transfer: false, priority: 0 };
                let sent = node.hear(message(2, 1, 3, body));
                let good = free && (term == 3 || term == 2 && 2 <= index);
                let answer = Body::VoteResponse { kind, reject: !good };
                assert_eq!(sent, [message(1, 2, 3, answer)], "{kind:?} {term}/{index} {vote}");
            }
        }
        for leads in [false, true] {
            let mut group = Group::new(3);
            if !leads {
                group.isolate(1);
            }
            group.campaign(1);
            let body = Body::Vote { kind, last: at(9, 9), transfer: false, priority: 0 };
            let answer = Body::VoteResponse { kind, reject: true };
            let sent = group.node(1).hear(message(2, 1, 1, body));
            assert_eq!(sent, [message(1, 2, 1, answer)], "it voted for itself");
        }
    }
}

/// Follower, candidate, leader, in this order only (Figure 4): votes that a follower did not ask for
/// make it no leader, and a leader does not campaign.
#[test]
fn only_a_candidate_becomes_leader() {
    let mut node = voter(&[], hard(1, 0), plain);
    for from in [2, 3] {
        node.hear(granted(from, VoteKind::Vote));
    }
    assert_eq!(node.raw.role(), Role::Follower);
    node.raw.campaign(&node.disk);
    node.work();
    // Answers to an earlier term or to the dry run do not count either.
    for from in [2, 3] {
        node.hear(granted(from, VoteKind::Vote));
        node.hear(granted(from, VoteKind::PreVote));
    }
    assert_eq!((node.raw.role(), node.raw.term().0), (Role::Candidate, 2));
    let vote = Body::VoteResponse { kind: VoteKind::Vote, reject: false };
    node.hear(message(2, 1, 2, vote));
    assert_eq!(node.raw.role(), Role::Leader);
    node.raw.campaign(&node.disk);
    assert_eq!((node.raw.role(), node.raw.term().0), (Role::Leader, 2));
}

/// An isolated candidate follows the leader of its term at the first sign of it.
#[test]
fn an_isolated_candidate_follows_again() {
    for proposes in [false, true] {
        let mut group = Group::new(3);
        group.isolate(3);
        group.campaign(1);
        group.campaign(3);
        group.check(3, Role::Candidate, 1, 0);
        group.heal();
        if proposes {
            group.lose(MessageKind::Heartbeat);
            // What was sent while it was away is lost: a probe must be provoked.
            group.node(1).hear(message(3, 1, 1, Body::HeartbeatResponse { context: 0 }));
            group.propose(1, "x").expect("a leader takes proposals");
            group
                .node(1)
                .hear(message(3, 1, 1, Body::HeartbeatResponse { context: 0 }))
                .into_iter()
                .for_each(|append| group.network.push_back(append));
            group.settle();
        } else {
            group.tick(1, 1);
        }
        group.check(3, Role::Follower, 1, 1);
        assert_eq!(group.raw(3).last(), group.raw(1).last());
    }
}
