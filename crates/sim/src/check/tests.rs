//! Each rule fires on a fault planted in what the checkers are told, and on no other.

use bytes::Bytes;
use raft::{
    Body, ConfState, Entry, EntryId, EntryKind, HardState, Index, Membership, Message, PeerId,
    Role, Term, VoteKind,
};

use super::{Checks, Rule, Seen};
use crate::NodeId;

const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const N3: NodeId = NodeId(3);

fn entry(term: u64, index: u64, data: &'static str) -> Entry {
    let id = EntryId { term: Term(term), index: Index(index) };
    Entry { id, kind: EntryKind::Normal, data: Bytes::from_static(data.as_bytes()) }
}

fn hard(term: u64, vote: u64, commit: u64) -> HardState {
    HardState { term: Term(term), vote: PeerId(vote), commit: Index(commit) }
}

fn seen(role: Role, term: u64, vote: u64, commit: u64, last: u64) -> Seen {
    Seen {
        term: Term(term),
        vote: PeerId(vote),
        role,
        commit: Index(commit),
        applied: Index(0),
        last: Index(last),
    }
}

fn voters() -> Membership {
    members(&[1, 2, 3], &[])
}

fn members(incoming: &[u64], outgoing: &[u64]) -> Membership {
    let peers = |ids: &[u64]| ids.iter().copied().map(PeerId).collect();
    let (voters, voters_outgoing) = (peers(incoming), peers(outgoing));
    let state = ConfState { voters, voters_outgoing, ..ConfState::default() };
    Membership::restore(&state).expect("these are members")
}

fn message(from: NodeId, to: NodeId, term: u64, body: Body) -> Message {
    Message { from: from.peer(), to: to.peer(), term: Term(term), body }
}

/// A healthy start: n1 leads term 1, entry 1/1 is on the disks of n1 and n2 and committed by n1.
fn healthy() -> Checks {
    let mut checks = Checks::new(3);
    let first = [entry(1, 1, "a")];
    for node in [N1, N2] {
        checks.synced(node, Some(hard(1, 1, 0)), &[]);
        checks.wrote(node, Role::Follower, &first);
        checks.synced(node, None, &first);
        checks.observed(node, &seen(Role::Follower, 1, 1, 0, 1));
    }
    checks.observed(N1, &seen(Role::Leader, 1, 1, 0, 1));
    checks.committed_to(N1, Role::Leader, Term(1), Index(1), &voters());
    checks.observed(N1, &seen(Role::Leader, 1, 1, 1, 1));
    assert_eq!(checks.findings(), &[], "the start is healthy");
    checks
}

/// Plants a fault in the healthy start and sees exactly the expected rule fire.
#[track_caller]
fn check(rule: Rule, plant: impl FnOnce(&mut Checks)) {
    let mut checks = healthy();
    let before = checks.count(rule);
    plant(&mut checks);
    let fired: Vec<Rule> = checks.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!(fired, [rule], "{:?}", checks.findings());
    assert!(checks.count(rule) > before, "a finding is also a check");
    assert_ne!(checks.findings()[0].first, checks.findings()[0].second);
}

#[test]
fn election_safety_finds_two_leaders_of_a_term() {
    check(Rule::ElectionSafety, |checks| {
        checks.observed(N2, &seen(Role::Leader, 1, 1, 0, 1));
    });
}

#[test]
fn term_monotonic_finds_a_term_that_goes_back() {
    check(Rule::TermMonotonic, |checks| {
        checks.observed(N2, &seen(Role::Follower, 0, 0, 0, 1));
    });
}

#[test]
fn term_monotonic_finds_a_disk_that_was_lost() {
    check(Rule::TermMonotonic, |checks| {
        checks.synced(N3, Some(hard(5, 0, 0)), &[]);
        checks.lost_disk(N3);
        checks.restarted(N3, hard(0, 0, 0), EntryId::ZERO);
    });
}

#[test]
fn vote_persistence_finds_a_second_vote_in_a_term() {
    check(Rule::VotePersistence, |checks| {
        checks.observed(N2, &seen(Role::Follower, 1, 3, 0, 1));
    });
}

#[test]
fn vote_persistence_finds_a_vote_that_left_before_it_was_on_disk() {
    check(Rule::VotePersistence, |checks| {
        let body = Body::VoteResponse { kind: VoteKind::Vote, reject: false };
        checks.sent(N2, &message(N2, N3, 2, body));
    });
}

#[test]
fn persist_before_send_finds_an_early_acknowledgment() {
    check(Rule::PersistBeforeSend, |checks| {
        checks.wrote(N2, Role::Follower, &[entry(1, 2, "b")]);
        checks.sent(N2, &message(N2, N1, 1, Body::Accepted { index: Index(2) }));
    });
}

#[test]
fn leader_append_only_finds_a_leader_that_rewrites_its_log() {
    check(Rule::LeaderAppendOnly, |checks| {
        checks.wrote(N1, Role::Leader, &[entry(1, 2, "b")]);
        checks.wrote(N1, Role::Leader, &[entry(1, 2, "b")]);
    });
}

#[test]
fn log_matching_finds_two_entries_of_one_term_and_index() {
    check(Rule::LogMatching, |checks| {
        checks.wrote(N1, Role::Leader, &[entry(1, 2, "b")]);
        checks.wrote(N2, Role::Follower, &[entry(1, 2, "other")]);
    });
}

#[test]
fn log_matching_looks_at_everything_before() {
    check(Rule::LogMatching, |checks| {
        checks.wrote(N3, Role::Follower, &[entry(2, 1, "z")]);
        checks.wrote(N1, Role::Leader, &[entry(3, 2, "same")]);
        checks.wrote(N3, Role::Follower, &[entry(3, 2, "same")]);
    });
}

#[test]
fn leader_completeness_finds_a_leader_without_a_committed_entry() {
    check(Rule::LeaderCompleteness, |checks| {
        checks.observed(N3, &seen(Role::Leader, 2, 3, 0, 0));
    });
}

#[test]
fn leader_completeness_allows_a_late_leader_of_an_older_term() {
    let mut checks = healthy();
    checks.observed(N3, &seen(Role::Leader, 0, 3, 0, 0));
    assert_eq!(checks.findings(), &[]);
}

#[test]
fn state_machine_safety_finds_a_different_entry_applied() {
    check(Rule::StateMachineSafety, |checks| {
        checks.applied(N1, &entry(1, 1, "a"));
        checks.applied(N2, &entry(1, 1, "other"));
    });
}

#[test]
fn apply_order_finds_an_entry_applied_twice() {
    check(Rule::ApplyOrder, |checks| {
        checks.wrote(N1, Role::Leader, &[entry(1, 2, "b")]);
        checks.applied(N1, &entry(1, 1, "a"));
        let watch = checks.watch(N1);
        let chain = watch.applied_chain;
        // The digest is kept as it was, so that only the order is wrong.
        watch.applied_chain = 0;
        checks.applied(N1, &entry(1, 1, "a"));
        assert_eq!(checks.watch(N1).applied_chain, chain);
    });
}

#[test]
fn committed_immutable_finds_a_committed_entry_rewritten() {
    check(Rule::CommittedImmutable, |checks| {
        checks.wrote(N1, Role::Follower, &[entry(2, 1, "z")]);
    });
}

#[test]
fn committed_immutable_finds_two_commits_of_an_index() {
    check(Rule::CommittedImmutable, |checks| {
        checks.wrote(N3, Role::Follower, &[entry(2, 1, "z")]);
        checks.committed_to(N3, Role::Follower, Term(2), Index(1), &voters());
    });
}

#[test]
fn commit_monotonic_finds_a_commit_index_that_goes_back() {
    check(Rule::CommitMonotonic, |checks| {
        checks.observed(N1, &seen(Role::Leader, 1, 1, 0, 1));
    });
}

#[test]
fn commit_monotonic_finds_a_forgotten_durable_commit() {
    check(Rule::CommitMonotonic, |checks| {
        checks.synced(N2, Some(hard(1, 1, 1)), &[]);
        checks.restarted(N2, hard(1, 1, 0), EntryId::ZERO);
    });
}

#[test]
fn ordering_finds_a_commit_past_the_end_of_the_log() {
    check(Rule::Ordering, |checks| {
        checks.observed(N2, &seen(Role::Follower, 1, 1, 2, 1));
    });
}

#[test]
fn ordering_finds_an_entry_applied_before_it_is_durable() {
    check(Rule::Ordering, |checks| {
        checks.wrote(N2, Role::Follower, &[entry(1, 2, "b")]);
        let early = Seen { applied: Index(2), ..seen(Role::Follower, 1, 1, 2, 2) };
        checks.observed(N2, &early);
    });
}

#[test]
fn committed_on_quorum_finds_a_commit_that_one_disk_holds() {
    check(Rule::CommittedOnQuorum, |checks| {
        let second = [entry(1, 2, "b")];
        checks.wrote(N1, Role::Leader, &second);
        checks.synced(N1, None, &second);
        checks.committed_to(N1, Role::Leader, Term(1), Index(2), &voters());
    });
}

#[test]
fn own_term_commit_finds_figure_8() {
    check(Rule::OwnTermCommit, |checks| {
        checks.committed_to(N1, Role::Leader, Term(2), Index(1), &voters());
    });
}

#[test]
fn committed_on_quorum_wants_both_halves_of_a_joint_configuration() {
    check(Rule::CommittedOnQuorum, |checks| {
        let second = [entry(1, 2, "b")];
        for node in [N1, N2] {
            checks.wrote(node, Role::Follower, &second);
            checks.synced(node, None, &second);
        }
        let joint = members(&[1, 2, 3], &[1, 3]);
        checks.committed_to(N1, Role::Leader, Term(1), Index(2), &joint);
    });
}

#[test]
fn state_machine_safety_finds_a_snapshot_of_another_state() {
    let last = EntryId { term: Term(1), index: Index(1) };
    check(Rule::StateMachineSafety, |checks| {
        checks.took_snapshot(N1, last, 7);
        checks.installed(N3, last, 8);
    });
}
