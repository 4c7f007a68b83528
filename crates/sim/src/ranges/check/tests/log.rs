//! Faults in logs, beside them, and in who sleeps beside whom.

use det::Span;
use lsm::{Category, Ledger};
use raft::{Entry, EntryKind};

use super::*;
use crate::EventId;
use crate::ranges::check::rest::Sleep;

const ENTRY: EntryId = EntryId { term: Term(6), index: Index(11) };

#[test]
fn logs_that_differ_up_to_an_entry_are_found() {
    let holds = |checks: &mut Checks, store, before, (term, index), data: &'static str| {
        let entry =
            Entry { id: entry(term, index), kind: EntryKind::Normal, data: data.as_bytes().into() };
        checks.holds(R, store, Term(before), &entry);
    };
    let right = |checks: &mut Checks| {
        holds(checks, S1, 5, (6, 11), "a");
        holds(checks, S1, 6, (6, 12), "b");
        holds(checks, S2, 5, (6, 11), "a");
        // Another leader replaces what was not committed, and so does its follower.
        holds(checks, S1, 6, (7, 12), "c");
        holds(checks, S2, 6, (6, 12), "b");
        holds(checks, S2, 6, (7, 12), "c");
    };
    check(Rule::LogMatching, right, |checks| holds(checks, S2, 6, (6, 12), "other"));
    check(Rule::LogMatching, right, |checks| holds(checks, S2, 5, (7, 12), "c"));
}

#[test]
fn an_entry_that_is_missing_in_a_log_is_found() {
    let reads = |checks: &mut Checks, has| checks.reads(R, S1, (Index(11), entry(6, 12), has));
    check(Rule::LogWhole, |checks| reads(checks, true), |checks| reads(checks, false));
}

#[test]
fn a_table_without_an_entry_and_an_entry_without_its_table_are_found() {
    let beside = |checks: &mut Checks, is_named, is_there| {
        checks.beside(R, (S1, ENTRY), (is_named, is_there));
    };
    let right = |checks: &mut Checks| {
        beside(checks, true, true);
        beside(checks, false, false);
    };
    check(Rule::TablesBeside, right, |checks| beside(checks, true, false));
    check(Rule::TablesBeside, right, |checks| beside(checks, false, true));
}

#[test]
fn bytes_that_nobody_counted_are_found() {
    let ledger = |bytes| {
        let mut ledger = Ledger::default();
        ledger.add(Category::Flush, bytes);
        ledger
    };
    let bytes = |checks: &mut Checks, counted| checks.bytes(S1, &ledger(counted), &ledger(9));
    check(Rule::BytesCounted, |checks| bytes(checks, 9), |checks| bytes(checks, 8));
}

#[test]
fn a_table_below_something_older_is_found() {
    let ingests = |checks: &mut Checks, older| checks.ingests(R, (S1, 7, 6), older);
    check(Rule::NewerAbove, |checks| ingests(checks, None), |checks| ingests(checks, Some((0, 5))));
}

#[test]
fn a_name_that_is_given_again_is_found() {
    let named = |checks: &mut Checks, store, name| {
        checks.holds_to(R, (store, ReplicaId(name)), (Term(6), ReplicaId(0)));
    };
    let right = |checks: &mut Checks| {
        for (store, name) in [(S1, 1), (S2, 2), (S1, 1), (S1, 3), (S1, 3)] {
            checks.started(store);
            named(checks, store, name);
        }
    };
    check(Rule::NamesKept, right, |checks| named(checks, S2, 3));
    check(Rule::NamesKept, right, |checks| named(checks, S1, 2));
    check(Rule::NamesKept, right, |checks| named(checks, S1, 1));
}

#[test]
fn a_lease_for_somebody_who_is_no_member_is_found() {
    let holder = |checks: &mut Checks, is_member| checks.holder(R, (S1, Lease::NONE), is_member);
    check(Rule::HolderIsMember, |checks| holder(checks, true), |checks| holder(checks, false));
}

#[test]
fn a_range_that_sleeps_beside_somebody_who_lags_is_found() {
    const TICK: Span = Span::millis(200);
    const PATIENCE: Span = Span::millis(1_000);
    let beside = Sleep::Beside((S1, entry(6, 12)), (S2, ENTRY));
    let look = |checks: &mut Checks, tick: u64, sleep| {
        let now = Time(tick * TICK.0);
        for range in checks.doubts(now, TICK) {
            checks.rests(range, now, sleep, PATIENCE);
        }
    };
    let right = |checks: &mut Checks| {
        checks.died(Time(0), EventId(3), &[R]);
        for tick in 1..5 {
            look(checks, tick, beside);
        }
        // What it knew was of before: it begins anew.
        look(checks, 5, Sleep::Unknown);
        for tick in 6..11 {
            look(checks, tick, beside);
        }
    };
    check(Rule::SomebodyAwake, right, |checks| look(checks, 11, beside));
    // Somebody woke up: nobody looks any more.
    let mut checks = Checks::default();
    right(&mut checks);
    look(&mut checks, 11, Sleep::Sound);
    assert_eq!(checks.doubts(Time(100 * TICK.0), TICK), []);
}
