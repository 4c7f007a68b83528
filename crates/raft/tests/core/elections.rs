//! Elections beyond the paper: PreVote (thesis §9.6), CheckQuorum and leases (§6.2, §4.2.3).

use raft::{
    Body, CampaignRefusal, ConfState, Config, Event, HardState, Index, MessageKind, PeerId, Role,
    Term, VoteKind,
};

use crate::group::{Group, Node, at, ids, message, only};

fn careful(config: &mut Config) {
    config.check_quorum = true;
    config.pre_vote = true;
}

fn pre_vote(config: &mut Config) {
    config.pre_vote = true;
}

fn check_quorum(config: &mut Config) {
    config.check_quorum = true;
}

/// A server that cannot win does not raise its term (thesis §9.6), so it does not depose the leader
/// when it comes back; without PreVote it does (§4.2.3).
#[test]
fn thesis_9_6_a_server_that_was_cut_off_does_not_disturb() {
    for (configure, term, disturbed) in [(pre_vote as fn(&mut Config), 1, false), (|_| {}, 2, true)]
    {
        let mut group = Group::with(3, configure).led_by(1);
        group.isolate(3);
        group.propose(1, "x").expect("a leader takes proposals");
        group.time_out(3);
        assert_eq!(group.raw(3).term().0, term);
        group.heal();
        group.campaign(3);
        assert_eq!(group.raw(1).role() != Role::Leader, disturbed);
    }
}

/// A granted pre-vote changes nothing in the voter and carries the term that was asked for; a refusal
/// carries the voter's own.
#[test]
fn thesis_9_6_a_pre_vote_changes_nobody() {
    for (term, last, granted) in [(2, at(1, 1), true), (2, at(0, 0), false), (1, at(1, 1), true)] {
        let hard = HardState { term: Term(1), vote: PeerId(1), commit: Index(0) };
        let voters = ConfState { voters: ids(&[1, 2, 3]), ..ConfState::default() };
        let config = Config { id: PeerId(1), pre_vote: true, ..Config::default() };
        let mut node = Node::new(voters, config, &[1], hard);
        let body = Body::Vote { kind: VoteKind::PreVote, last, transfer: false, priority: 0 };
        let sent = node.hear(message(2, 1, term, body));
        // In its own term it has voted already.
        let granted = granted && term == 2;
        let answer = Body::VoteResponse { kind: VoteKind::PreVote, reject: !granted };
        let answer_term = if granted { term } else { 1 };
        assert_eq!(sent, [message(1, 2, answer_term, answer)]);
        assert_eq!((node.raw.term().0, node.raw.vote().0), (1, 1));
    }
}

#[test]
fn a_refused_pre_candidate_follows_again_in_its_term() {
    let mut group = Group::with(3, pre_vote).led_by(1);
    group.isolate(3);
    group.propose(1, "x").expect("a leader takes proposals");
    group.campaign(3);
    group.check(3, Role::PreCandidate, 1, 0);
    group.heal();
    group.campaign(3);
    group.check(3, Role::Follower, 1, 0);
}

/// A late own vote of a lost election, or of the dry run before it, does not count.
#[test]
fn own_votes_count_only_in_their_election() {
    for configure in [|_: &mut Config| {}, pre_vote] {
        let voters = ConfState { voters: ids(&[1, 2, 3]), ..ConfState::default() };
        let mut config = Config { id: PeerId(1), ..Config::default() };
        configure(&mut config);
        let mut node = Node::new(voters, config, &[], HardState::default());
        node.raw.campaign(&node.disk);
        let ready = node.raw.ready(&node.disk);
        node.persist(&ready);
        // Somebody else leads before the own vote is durable.
        node.step(message(2, 1, 1, Body::Heartbeat { commit: Index(0), context: 0 }))
            .expect("fine");
        node.raw.advance(&node.disk);
        assert_eq!((node.raw.role(), node.raw.lead().0), (Role::Follower, 2));
        assert!(node.raw.votes().all(|(_, vote)| vote.is_none()));
    }
}

#[test]
fn a_lone_voter_wins_by_itself() {
    for configure in [|_: &mut Config| {}, pre_vote, careful] {
        let mut group = Group::with(1, configure);
        group.campaign(1);
        group.check(1, Role::Leader, 1, 1);
        group.propose(1, "x").expect("a leader takes proposals");
        group.propose(1, "y").expect("a leader takes proposals");
        assert_eq!(group.raw(1).commit().0, 3);
    }
}

#[test]
fn leadership_goes_round() {
    for configure in [|_: &mut Config| {}, pre_vote] {
        let mut group = Group::with(3, configure);
        for (term, id) in (1..).zip([1, 2, 3, 1]) {
            group.campaign(id);
            for other in 1..=3 {
                let role = if other == id { Role::Leader } else { Role::Follower };
                group.check(other, role, term, id);
            }
        }
    }
}

#[test]
fn enough_voters_must_be_up() {
    let rows: [(u64, &[u64], bool); 5] = [
        (3, &[], true),
        (3, &[2], true),
        (3, &[2, 3], false),
        (4, &[2, 3], false),
        (5, &[2, 3], true),
    ];
    for (count, down, wins) in rows {
        for (configure, role, term) in
            [((|_| {}) as fn(&mut Config), Role::Candidate, 1), (pre_vote, Role::PreCandidate, 0)]
        {
            let mut group = Group::with(count, configure);
            for &id in down {
                group.isolate(id);
            }
            group.campaign(1);
            let expected = if wins { (Role::Leader, 1) } else { (role, term) };
            assert_eq!(
                (group.raw(1).role(), group.raw(1).term().0),
                expected,
                "{down:?} of {count}"
            );
        }
    }
}

/// A leader that hears from no quorum for an election timeout gives up (thesis §6.2).
#[test]
fn thesis_6_2_a_leader_without_a_quorum_steps_down() {
    let mut group = Group::with(3, check_quorum).led_by(1);
    group.tick(1, 25);
    group.check(1, Role::Leader, 1, 1);
    group.isolate(1);
    // What it heard before still counts at the next check.
    group.tick(1, 20);
    group.check(1, Role::Follower, 1, 0);
    let mut without = Group::new(3).led_by(1);
    without.isolate(1);
    without.tick(1, 20);
    without.check(1, Role::Leader, 1, 1);
}

/// While a leader was heard from lately, votes are not even answered (thesis §4.2.3).
#[test]
fn thesis_4_2_3_a_lease_protects_the_leader() {
    let mut group = Group::with(3, check_quorum).led_by(1);
    group.isolate(1);
    group.campaign(3);
    group.check(3, Role::Candidate, 2, 0);
    group.check(2, Role::Follower, 1, 1);
    // The voter waits no longer once its own timeout has passed.
    group.node(2).raw.set_randomized_election_timeout(20);
    group.tick(2, 10);
    group.campaign(3);
    group.check(3, Role::Leader, 3, 3);
}

/// A node stuck in a higher term frees itself by answering the leader, who then makes way.
#[test]
fn a_stuck_candidate_frees_itself() {
    for (configure, campaigns) in [(check_quorum as fn(&mut Config), 2), (careful, 0)] {
        let mut group = Group::with(3, configure).led_by(1);
        group.isolate(3);
        if campaigns == 0 {
            // With PreVote a higher term can only come from before, say from an older version.
            let terms = group.nodes[&3].terms();
            group.restart_with(3, &terms, HardState { term: Term(3), ..HardState::default() });
        }
        for _ in 0..campaigns {
            group.campaign(3);
        }
        assert_eq!(group.raw(3).term().0, 3);
        group.heal();
        group.tick(1, 1);
        assert_eq!((group.raw(1).role(), group.raw(1).term().0), (Role::Follower, 3));
        // Now it can win.
        group.campaign(3);
        group.check(3, Role::Leader, 4, 3);
    }
}

/// Without a leader a lagging node and a fresh candidate still elect somebody, terms apart.
#[test]
fn terms_apart_do_not_block_an_election() {
    let mut group = Group::with(3, pre_vote).led_by(1);
    group.isolate(3);
    group.propose(1, "x").expect("a leader takes proposals");
    group.campaign(2);
    group.check(2, Role::Leader, 2, 2);
    group.heal();
    group.isolate(2);
    group.campaign(3);
    group.campaign(1);
    group.check(1, Role::Leader, 3, 1);
    group.check(3, Role::Follower, 3, 1);
}

#[test]
fn votes_are_given_in_every_role_to_a_later_term() {
    for kind in [VoteKind::Vote, VoteKind::PreVote] {
        for role in [Role::Follower, Role::Candidate, Role::PreCandidate, Role::Leader] {
            let mut group = Group::with(3, |config| config.pre_vote = role == Role::PreCandidate);
            match role {
                Role::Follower => {}
                Role::Candidate | Role::PreCandidate => {
                    group.isolate(1);
                    group.campaign(1);
                }
                Role::Leader => group.campaign(1),
            }
            let term = group.raw(1).term().0;
            let body = Body::Vote { kind, last: at(9, 9), transfer: false, priority: 0 };
            let sent = group.node(1).hear(message(2, 1, term + 1, body));
            let answer = Body::VoteResponse { kind, reject: false };
            assert_eq!(sent, [message(1, 2, term + 1, answer)], "{kind:?} {role:?}");
            let raw = group.raw(1);
            let expected = match kind {
                VoteKind::Vote => (Role::Follower, term + 1, PeerId(2)),
                VoteKind::PreVote => (role, term, raw.vote()),
            };
            assert_eq!((raw.role(), raw.term().0, raw.vote()), expected);
        }
    }
}

/// A learner votes, since it may have been promoted without knowing yet, and never campaigns.
#[test]
fn learners_vote_and_do_not_campaign() {
    let members = ConfState { voters: ids(&[1]), learners: ids(&[2]), ..ConfState::default() };
    let mut group = Group::of(&members, |_| {});
    group.tick(2, 40);
    group.check(2, Role::Follower, 0, 0);
    group.campaign(2);
    group.node(2).hear(message(1, 2, 1, Body::TimeoutNow));
    group.check(2, Role::Follower, 1, 0);
    let refused = |event: &Event| {
        matches!(event, Event::CampaignRefused { why: CampaignRefusal::NotVoting, .. })
    };
    assert_eq!(group.node(2).raw.drain_events().filter(refused).count(), 2);
    let body = Body::Vote { kind: VoteKind::Vote, last: at(1, 1), transfer: false, priority: 0 };
    let sent = group.node(2).hear(message(1, 2, 2, body));
    assert_eq!(
        sent,
        [message(2, 1, 2, Body::VoteResponse { kind: VoteKind::Vote, reject: false })]
    );
}

#[test]
fn a_leader_does_not_campaign() {
    for configure in [|_: &mut Config| {}, pre_vote] {
        let mut group = Group::with(3, configure).led_by(1);
        group.campaign(1);
        group.check(1, Role::Leader, 1, 1);
    }
}

/// A winner with an older log that a majority accepts replaces a longer one of a lost leader.
#[test]
fn a_newer_log_of_a_minority_is_replaced() {
    for configure in [|_: &mut Config| {}, pre_vote] {
        let mut group = Group::with(5, configure);
        let hard =
            |term, vote| HardState { term: Term(term), vote: PeerId(vote), commit: Index(0) };
        group.restart_with(1, &[1], hard(1, 0));
        group.restart_with(2, &[1], hard(1, 0));
        group.restart_with(3, &[2], hard(2, 0));
        group.restart_with(4, &[], hard(2, 3));
        group.restart_with(5, &[], hard(2, 3));
        // The first try only teaches it the term.
        group.campaign(1);
        group.check(1, Role::Follower, 2, 0);
        group.campaign(1);
        group.check(1, Role::Leader, 3, 1);
        assert!(group.nodes.values().all(|node| node.terms() == [1, 3]));
    }
}

/// Forgetting the leader lets a follower vote inside the lease.
#[test]
fn a_forgotten_leader_has_no_lease() {
    let mut group = Group::with(3, careful).led_by(1);
    group.isolate(1);
    group.campaign(2);
    assert_ne!(group.raw(2).role(), Role::Leader);
    group.node(3).raw.forget_leader();
    group.check(3, Role::Follower, 1, 0);
    group.campaign(2);
    group.check(2, Role::Leader, 2, 2);
    // Nobody to forget: leaders and candidates stay what they are.
    group.node(2).raw.forget_leader();
    group.check(2, Role::Leader, 2, 2);
}

#[test]
fn answers_of_strangers_are_refused() {
    let mut group = Group::new(3).led_by(1);
    let bodies = [
        Body::Accepted { index: Index(1) },
        Body::VoteResponse { kind: VoteKind::Vote, reject: false },
        Body::HeartbeatResponse { context: 0 },
        Body::ReadIndexResponse { index: Index(1), context: bytes::Bytes::new() },
    ];
    for body in bodies {
        let result = group.node(1).step(message(9, 1, 1, body));
        assert_eq!(result, Err(raft::StepError::PeerNotFound));
    }
    // Requests are answered, or nobody new could ever join.
    let body = Body::Vote { kind: VoteKind::Vote, last: at(9, 9), transfer: false, priority: 0 };
    assert_eq!(only(&group.node(1).hear(message(9, 1, 2, body)), MessageKind::VoteResp).len(), 1);
}
