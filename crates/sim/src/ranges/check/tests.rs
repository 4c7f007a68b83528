//! Each rule fires on a fault planted in what the checkers are told, and on no other.

use det::Time;
use raft::{EntryId, Index, Term};
use store::{
    CommandId, Lease, LeaseTerm, Outcome, RangeDescriptor, RangeId, ReplicaDescriptor, ReplicaId,
    Stats, StoreId,
};

use super::{Checks, Position, Rule};

const R: RangeId = RangeId(1);
const S1: StoreId = StoreId(1);
const S2: StoreId = StoreId(2);

/// Plants something right, then something wrong, and finds what contradicts this rule only.
#[track_caller]
fn check(rule: Rule, right: impl Fn(&mut Checks), wrong: impl Fn(&mut Checks)) {
    let mut checks = Checks::default();
    right(&mut checks);
    assert_eq!(checks.findings(), [], "nothing is wrong yet");
    assert!(checks.count(rule) > 0);
    wrong(&mut checks);
    let broken: Vec<Rule> = checks.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!(broken, [rule]);
}

fn entry(term: u64, index: u64) -> EntryId {
    EntryId { term: Term(term), index: Index(index) }
}

fn applies(checks: &mut Checks, store: StoreId, (term, index): (u64, u64), command: u64) {
    checks.applies(R, store, (entry(term, index), CommandId(command), Outcome::Done));
}

fn position([truncated, applied, commit, last]: [u64; 4]) -> Position {
    Position {
        truncated: Index(truncated),
        applied: Index(applied),
        commit: Index(commit),
        last: Index(last),
    }
}

#[test]
fn two_leaders_in_a_term_are_found() {
    check(
        Rule::ElectionSafety,
        |checks| {
            checks.leads(R, S1, Term(6));
            checks.leads(R, S2, Term(7));
            checks.leads(RangeId(2), S2, Term(6));
        },
        |checks| checks.leads(R, S2, Term(6)),
    );
}

#[test]
fn two_votes_in_a_term_are_found() {
    let votes = |checks: &mut Checks, term, to| {
        checks.votes(R, ReplicaId(1), Term(term), ReplicaId(to));
    };
    check(
        Rule::OneVote,
        |checks| {
            for (term, to) in [(6, 2), (6, 2), (7, 3)] {
                votes(checks, term, to);
            }
        },
        |checks| votes(checks, 7, 2),
    );
}

#[test]
fn what_is_applied_differently_twice_or_out_of_order_is_found() {
    let right = |checks: &mut Checks| {
        applies(checks, S1, (6, 11), 1);
        applies(checks, S1, (6, 12), 2);
        applies(checks, S2, (6, 11), 1);
        // After a restart it goes on from what was durable.
        checks.started(S1);
        applies(checks, S1, (6, 12), 2);
    };
    check(Rule::StateMachineSafety, right, |checks| applies(checks, S2, (7, 12), 3));
    check(Rule::AppliedOnce, right, |checks| applies(checks, S1, (6, 13), 1));
    let extended = |checks: &mut Checks| {
        right(checks);
        checks.leased(R, S1, Lease::NONE);
        applies(checks, S1, (6, 13), 1);
    };
    check(Rule::AppliedOnce, extended, |checks| applies(checks, S1, (6, 14), 2));
    check(Rule::ApplyOrder, right, |checks| applies(checks, S1, (6, 14), 3));
}

#[test]
fn one_lease_number_for_two_holders_is_found() {
    let lease = |store, sequence| Lease {
        holder: Some(ReplicaDescriptor { store, replica: ReplicaId(1) }),
        start: Time(9),
        sequence,
        term: LeaseTerm::Epoch(1),
    };
    check(
        Rule::LeaseSequence,
        |checks| {
            checks.leased(R, S1, lease(S1, 1));
            checks.leased(R, S2, lease(S1, 1));
            checks.leased(R, S1, lease(S2, 2));
            checks.leased(R, S2, lease(S1, 1));
        },
        |checks| checks.leased(R, S2, lease(S1, 2)),
    );
}

#[test]
fn a_log_out_of_order_and_an_early_sleep_are_found() {
    check(
        Rule::LogOrder,
        |checks| checks.stands(R, S1, position([10, 12, 13, 14])),
        |checks| checks.stands(R, S1, position([10, 14, 13, 14])),
    );
    check(
        Rule::SleepsWhenDone,
        |checks| checks.sleeps(R, S1, position([10, 14, 14, 14])),
        |checks| checks.sleeps(R, S1, position([10, 13, 14, 14])),
    );
}

#[test]
fn wrong_statistics_and_unlike_replicas_are_found() {
    let stats = |live_keys| Stats { live_keys, ..Stats::default() };
    check(
        Rule::StatsExact,
        |checks| checks.counted(R, S1, stats(3), stats(3)),
        |checks| checks.counted(R, S1, stats(3), stats(2)),
    );
    check(
        Rule::ReplicasAlike,
        |checks| checks.compared(R, (S1, 7), (S2, 7)),
        |checks| checks.compared(R, (S1, 7), (S2, 8)),
    );
}

#[test]
fn keys_that_no_range_or_two_ranges_hold_are_found() {
    let range = |id, start: &'static str, end: &'static str| {
        RangeDescriptor::new(RangeId(id), start, end, &[S1])
    };
    let cut = |checks: &mut Checks, middle: &'static str| {
        let ranges = [range(2, "m", "~"), range(1, "a", middle)];
        checks.cut(RangeId(2), ranges.iter().collect());
    };
    check(Rule::KeysCovered, |checks| cut(checks, "m"), |checks| cut(checks, "k"));
    check(Rule::KeysCovered, |checks| cut(checks, "m"), |checks| cut(checks, "n"));
}
