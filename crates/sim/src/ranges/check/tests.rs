//! Each rule fires on a fault planted in what the checkers are told, and on no other.

mod log;
mod planted;

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
    check(Rule::ApplyOrder, right, |checks| applies(checks, S1, (6, 14), 3));
}

#[test]
fn one_lease_number_for_two_holders_is_found() {
    let lease = |store, sequence| Lease {
        holder: Some(ReplicaDescriptor { store, replica: ReplicaId(1) }),
        start: Time(9),
        proposed: Time(9),
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
    check(
        Rule::LeaseSequence,
        |checks| {
            checks.leased(R, S1, lease(S1, 1));
            checks.leased(R, S1, lease(S2, 2));
            // What a crash lost is applied again.
            checks.started(S1);
            checks.leased(R, S1, lease(S1, 1));
            checks.leased(R, S1, lease(S2, 2));
        },
        |checks| checks.leased(R, S1, lease(S1, 1)),
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
    let cut = |checks: &mut Checks, start, middle, end| {
        let ranges = [range(2, "m", end), range(1, start, middle)];
        checks.cut(RangeId(2), ranges.iter().collect(), ("a", "~"));
    };
    let right = |checks: &mut Checks| cut(checks, "a", "m", "~");
    check(Rule::KeysCovered, right, |checks| cut(checks, "a", "k", "~"));
    check(Rule::KeysCovered, right, |checks| cut(checks, "a", "n", "~"));
    check(Rule::KeysCovered, right, |checks| cut(checks, "b", "m", "~"));
    check(Rule::KeysCovered, right, |checks| cut(checks, "a", "m", "z"));
}

#[test]
fn a_leader_that_lacks_what_was_applied_is_found() {
    let applied = |checks: &mut Checks| {
        checks.leads(R, S1, Term(6));
        applies(checks, S1, (6, 11), 1);
    };
    let elected = |checks: &mut Checks, term, has| {
        if let Some(entry) = checks.owed(R, Term(term)) {
            checks.completes(R, (S2, Term(term)), entry, has);
        }
    };
    let right = |checks: &mut Checks| {
        applied(checks);
        elected(checks, 7, true);
        // A leader of an older term may be elected late.
        elected(checks, 6, false);
    };
    check(Rule::LeaderCompleteness, right, |checks| elected(checks, 7, false));
}

#[test]
fn a_term_or_vote_that_is_taken_back_is_found() {
    let holds = |checks: &mut Checks, term, vote| {
        checks.holds_to(R, (S1, ReplicaId(1)), (Term(term), ReplicaId(vote)));
    };
    let right = |checks: &mut Checks| {
        for (term, vote) in [(5, 0), (6, 0), (6, 2), (7, 3)] {
            holds(checks, term, vote);
        }
        checks.votes(R, ReplicaId(1), Term(7), ReplicaId(3));
    };
    check(Rule::HardStateKept, right, |checks| holds(checks, 7, 2));
    check(Rule::HardStateKept, right, |checks| holds(checks, 6, 2));
    // A crash takes away what nobody was told, and nothing else.
    let crashed = |checks: &mut Checks| {
        right(checks);
        holds(checks, 9, 0);
        checks.applies(R, S1, (entry(7, 11), CommandId(1), Outcome::Done));
        checks.started(S1);
        holds(checks, 7, 3);
        checks.applies(R, S1, (entry(7, 11), CommandId(1), Outcome::Done));
        checks.started(S1);
    };
    check(Rule::HardStateKept, crashed, |checks| holds(checks, 7, 0));
    check(Rule::HardStateKept, crashed, |checks| holds(checks, 5, 0));
    // Nor what it said in a term in which it has not voted.
    let told = |checks: &mut Checks| {
        holds(checks, 7, 0);
        checks.tells(R, ReplicaId(1), Term(7));
        checks.started(S1);
        holds(checks, 7, 0);
        checks.started(S1);
    };
    check(Rule::HardStateKept, told, |checks| holds(checks, 6, 0));
}

#[test]
fn a_lease_index_that_counts_twice_is_found() {
    let counts = |checks: &mut Checks, store, index, lease_index| {
        checks.counts(R, store, (Index(index), lease_index));
    };
    let right = |checks: &mut Checks| {
        counts(checks, S1, 21, 11);
        counts(checks, S1, 24, 14);
        counts(checks, S2, 21, 11);
    };
    check(Rule::LeaseIndexGrows, right, |checks| counts(checks, S1, 25, 14));
    check(Rule::LeaseIndexGrows, right, |checks| counts(checks, S2, 22, 10));
    // Nor does it count again where it was forgotten.
    let again = |checks: &mut Checks| {
        right(checks);
        for store in [S1, S2] {
            checks.started(store);
            counts(checks, store, 21, 11);
        }
    };
    check(Rule::LeaseIndexGrows, again, |checks| counts(checks, S2, 25, 13));
}

#[test]
fn two_that_may_serve_are_found() {
    let right = |checks: &mut Checks| [&[][..], &[S2]].into_iter().for_each(|s| checks.serve(R, s));
    check(Rule::OneLease, right, |checks| checks.serve(R, &[S1, S2]));
}

#[test]
fn ranges_of_a_store_that_share_keys_are_found() {
    let range = |id, start: &'static str, end: &'static str| {
        RangeDescriptor::new(RangeId(id), start, end, &[S1])
    };
    let spans = |checks: &mut Checks, end: &'static str| {
        let ranges = [range(2, "m", "~"), range(1, "a", end), range(3, "k", "m")];
        checks.spans(&ranges[1], &[&ranges[0], &ranges[1]]);
        checks.spans(&ranges[2], &[&ranges[0]]);
    };
    check(Rule::SpansDisjoint, |checks| spans(checks, "k"), |checks| spans(checks, "n"));
}

#[test]
fn a_range_that_sleeps_and_leaves_somebody_behind_is_found() {
    let sleeps = |checks: &mut Checks, index| {
        checks.sleeps_with(R, (S1, entry(6, 12)), (S2, entry(6, index)));
    };
    check(Rule::SleepsEven, |checks| sleeps(checks, 12), |checks| sleeps(checks, 11));
}
