//! Commit indices that need no answer, and Readys that only carry messages.

use raft::{Body, Event, Index, Message, MessageKind, PeerId, Ready, Refusal, Role};

use crate::group::{Group, message, only};

fn quiet(count: u64) -> Group {
    let configure = |config: &mut raft::Config| {
        config.batch_append = true;
        config.quiet_commits = true;
    };
    Group::with(count, configure).led_by(1)
}

fn commit(from: u64, to: u64, term: u64, index: u64) -> Message {
    message(from, to, term, Body::Commit { index: Index(index) })
}

/// Delivers what is on its way, once; returns what is sent in answer.
fn round(group: &mut Group) -> Vec<Message> {
    for message in group.network.drain(..).collect::<Vec<Message>>() {
        group.node(message.to.0).step(message).expect("members speak");
    }
    group.work();
    group.network.iter().cloned().collect()
}

#[test]
fn a_follower_that_has_everything_need_not_answer_a_commit_index() {
    let mut group = quiet(3);
    group.propose_only(1, "x").expect("a leader takes proposals");
    group.work();
    assert_eq!(only(&round(&mut group), MessageKind::AppResp).len(), 2);
    assert_eq!(round(&mut group), [commit(1, 2, 1, 2), commit(1, 3, 1, 2)]);
    assert_eq!(round(&mut group), []);
    group.check_agreed(2);
    assert_eq!(group.nodes[&3].commands(), ["x"]);
}

#[test]
fn without_the_option_there_is_no_such_message() {
    let mut group = Group::new(3).led_by(1);
    group.propose_only(1, "x").expect("a leader takes proposals");
    group.work();
    round(&mut group);
    assert_eq!(only(&round(&mut group), MessageKind::Commit).len(), 0);
    assert_eq!(only(&round(&mut group), MessageKind::AppResp).len(), 2);
}

#[test]
fn a_follower_that_may_lack_something_gets_an_append_and_answers() {
    let mut group = quiet(3);
    group.propose_only(1, "x").expect("a leader takes proposals");
    group.work();
    round(&mut group);
    // The acknowledgment of 3 is lost.
    group.network.retain(|message| message.from != PeerId(3));
    let sent = round(&mut group);
    assert_eq!(only(&sent, MessageKind::Commit), [&commit(1, 2, 1, 2)]);
    let appends = only(&sent, MessageKind::App);
    assert_eq!((appends.len(), appends[0].to), (1, PeerId(3)));
    // The answer makes up for the lost one.
    assert_eq!(only(&round(&mut group), MessageKind::AppResp).len(), 1);
    round(&mut group);
    assert_eq!(group.progress(1, 3).matched, Index(2));
}

#[test]
fn a_heartbeat_makes_up_for_a_lost_commit_index() {
    let mut group = quiet(3);
    group.lose(MessageKind::Commit);
    group.propose(1, "x").expect("a leader takes proposals");
    assert_eq!((group.raw(1).commit(), group.raw(2).commit()), (Index(2), Index(1)));
    group.tick(1, 1);
    group.check_agreed(2);
    // So does an append.
    group.propose(1, "y").expect("a leader takes proposals");
    group.propose_only(1, "z").expect("a leader takes proposals");
    group.work();
    round(&mut group);
    assert_eq!(group.raw(2).commit(), Index(3));
}

#[test]
fn a_late_or_repeated_commit_index_takes_nothing_back() {
    let mut group = quiet(3);
    group.propose(1, "x").expect("a leader takes proposals");
    for index in [2, 1, 0, 2] {
        assert_eq!(group.node(2).hear(commit(1, 2, 1, index)), []);
        assert_eq!(group.raw(2).commit(), Index(2));
    }
}

#[test]
fn what_no_leader_would_say_is_refused() {
    let mut group = quiet(3);
    let refused = |group: &mut Group, id: u64, message: Message, why: Refusal| {
        let from = message.from;
        let node = group.node(id);
        node.raw.drain_events().for_each(drop);
        assert_eq!(node.hear(message), []);
        let event = Event::Refused { kind: MessageKind::Commit, from, why };
        assert!(group.node(id).raw.drain_events().any(|found| found == event));
    };
    let beyond = Refusal::CommitBeyondLog { commit: Index(9), last: Index(1) };
    refused(&mut group, 2, commit(1, 2, 1, 9), beyond);
    refused(&mut group, 1, commit(2, 1, 1, 1), Refusal::TwoLeaders);
    refused(&mut group, 2, commit(1, 2, 0, 1), Refusal::BadTerm);
    refused(&mut group, 2, commit(2, 2, 1, 1), Refusal::BadSender);
    assert_eq!(group.raw(2).commit(), Index(1));
}

#[test]
fn a_commit_index_is_a_sign_of_its_leader() {
    let mut group = quiet(3);
    // Of a later term: it has won an election.
    group.node(3).hear(commit(2, 3, 5, 1));
    group.check(3, Role::Follower, 5, 2);
    // A candidate gives way to the leader of its term.
    let node = group.node(3);
    node.raw.campaign(&node.disk);
    group.node(3).hear(commit(1, 3, 6, 1));
    group.check(3, Role::Follower, 6, 1);
    // A follower's timer starts anew.
    let node = group.node(3);
    node.raw.tick(&node.disk);
    group.node(3).hear(commit(1, 3, 6, 1));
    assert_eq!(group.raw(3).election_elapsed(), 0);
}

#[test]
fn a_ready_that_only_carries_messages_says_nothing_of_an_earlier_one() {
    let mut group = quiet(3);
    group.propose_only(1, "x").expect("a leader takes proposals");
    let node = group.node(1);
    let mut ready = Ready::default();
    node.raw.ready_into(&mut ready, &node.disk);
    assert!(!ready.entries.is_empty() && ready.must_sync);
    node.persist(&ready);
    node.raw.advance(&node.disk);
    assert!(!node.raw.has_ready());
    node.raw.tick(&node.disk);
    assert!(node.raw.has_ready());
    let mut again = node.raw.clone();
    node.raw.ready_into(&mut ready, &node.disk);
    assert_eq!(ready, again.ready(&node.disk));
    assert_eq!(only(&ready.messages, MessageKind::Heartbeat).len(), ready.messages.len());
    assert_eq!((ready.messages.len(), ready.entries.len(), ready.must_sync), (2, 0, false));
    assert!(!node.raw.has_ready());
}

#[test]
fn a_heartbeat_that_finds_a_follower_behind_is_no_small_talk() {
    let mut group = quiet(3);
    group.lose(MessageKind::App);
    group.propose(1, "x").expect("a leader takes proposals");
    group.heal();
    group.tick(1, 1);
    group.check_agreed(2);
    assert_eq!(group.nodes[&2].commands(), ["x"]);
}
