//! Checkers: what the stores do is held against the invariants of a replicated store, after each step,
//! and only what changed in it.
//!
//! They are told plain facts; what a store is looked at for is read in [`watch`].

mod history;
mod log;
mod promise;
mod rest;
mod rule;
mod watch;

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use det::Time;
use raft::{EntryId, Index, Term};
use store::{CommandId, Lease, Outcome, RangeDescriptor, RangeId, ReplicaId, Stats, StoreId};

use self::history::History;
use self::log::Held;
use self::rest::Doubt;
pub use self::rule::{Fact, Finding, OnDisk, Rule};
use crate::EventId;

/// Leaders that are remembered of each range.
const LEADERS: usize = 256;
/// What a range holds is looked through once for so many of its versions and each entry since.
const VERSIONS_PER_ENTRY: i64 = 16;
/// Findings that are kept of each rule.
const FINDINGS_PER_RULE: usize = 8;

/// Where a replica's log and state are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The last entry that was dropped.
    pub truncated: Index,
    /// The last entry that was applied.
    pub applied: Index,
    /// What is known to be committed.
    pub commit: Index,
    /// The last entry.
    pub last: Index,
}

/// An entry that was applied somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Applied {
    entry: EntryId,
    command: CommandId,
    outcome: Outcome,
    /// Who applied it first.
    store: StoreId,
}

/// What is remembered of a range.
#[derive(Clone, Debug, Default)]
struct Watch {
    /// The leader of the latest terms.
    led: VecDeque<(Term, StoreId)>,
    /// Granted votes of the latest term of each replica.
    votes: BTreeMap<ReplicaId, (Term, ReplicaId)>,
    /// The latest term in which each replica promised something else.
    told: BTreeMap<ReplicaId, Term>,
    applied: History<Applied>,
    /// Entries of the logs, as whoever wrote them first has them, and the newest of those.
    held: History<Held>,
    newest: EntryId,
    /// What somebody held who fell asleep, and was looked through, when this entry was its last.
    looked: Option<(EntryId, StoreId, u64)>,
    /// The last entry that anybody applied, and the newest term that anybody led in then.
    committed: Option<(EntryId, Term)>,
    /// The last entry that counted anywhere, where it did first, and its lease index.
    counted: Option<(Index, (StoreId, u64))>,
    /// The replicas that each store has had, by name.
    names: Vec<(StoreId, ReplicaId)>,
    /// The replicas, each in its store's present life.
    seen: Vec<(StoreId, Seen)>,
    /// The newest lease that anybody applied.
    lease: Option<Lease>,
}

/// A replica, as it was seen last in its store's present life.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// Its name, term and vote.
    hard: Option<(ReplicaId, (Term, ReplicaId))>,
    /// The last entry that it applied.
    reached: Option<Index>,
    /// The lease index that counted last.
    lease_index: u64,
    /// The number of the lease that came into force last.
    lease: u64,
}

/// All checkers of a run.
#[derive(Clone, Debug)]
pub struct Checks {
    counts: [u64; Rule::ALL.len()],
    findings: Rc<Vec<Finding>>,
    watches: BTreeMap<RangeId, Rc<Watch>>,
    /// Ranges in which somebody might lag while all sleep.
    doubts: BTreeMap<RangeId, Doubt>,
    /// When those are looked at again.
    look_at: Time,
    at: Time,
    event: EventId,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            counts: [0; Rule::ALL.len()],
            findings: Rc::default(),
            watches: BTreeMap::new(),
            doubts: BTreeMap::new(),
            look_at: Time::ZERO,
            at: Time::ZERO,
            event: EventId(0),
        }
    }
}

impl Checks {
    /// How often a rule was checked.
    pub fn count(&self, rule: Rule) -> u64 {
        self.counts[rule as usize]
    }

    /// Every contradiction found, oldest first, the first few of each rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What follows is about this event.
    pub(super) fn at(&mut self, at: Time, event: EventId) {
        (self.at, self.event) = (at, event);
    }

    /// A store started: what it applies next need not follow on what it applied last.
    pub(super) fn started(&mut self, store: StoreId) {
        let is_it = |(of, _): &(StoreId, Seen)| *of == store;
        for watch in self.watches.values_mut().filter(|watch| watch.seen.iter().any(is_it)) {
            Rc::make_mut(watch).seen.retain(|seen| !is_it(seen));
        }
    }

    /// A snapshot replaced what a replica had applied.
    pub(super) fn restored(&mut self, range: RangeId, store: StoreId) {
        let seen = self.seen(range, store);
        *seen = Seen { hard: seen.hard, ..Seen::default() };
    }

    /// A replica leads in a term.
    pub(super) fn leads(&mut self, range: RangeId, store: StoreId, term: Term) {
        let led = &mut self.watch(range).led;
        let known = led.iter().find(|(led, _)| *led == term).map(|(_, store)| *store);
        if known.is_none() {
            led.push_back((term, store));
            if led.len() > LEADERS {
                led.pop_front();
            }
        }
        let first = known.unwrap_or(store);
        self.check(Rule::ElectionSafety, range, first == store, || {
            (Fact::Leads { store: first, term }, Fact::Leads { store, term })
        });
    }

    /// A replica's granted vote leaves its store.
    pub(super) fn votes(&mut self, range: RangeId, voter: ReplicaId, term: Term, to: ReplicaId) {
        let known = self.watch(range).votes.entry(voter).or_insert((term, to));
        let (before, candidate) = *known;
        if before <= term {
            *known = (term, to);
        }
        self.check(Rule::OneVote, range, before != term || candidate == to, || {
            (Fact::Votes { voter, term, candidate }, Fact::Votes { voter, term, candidate: to })
        });
    }

    /// A replica applied an entry.
    pub(super) fn applies(
        &mut self,
        range: RangeId,
        store: StoreId,
        (entry, command, outcome): (EntryId, CommandId, Outcome),
    ) {
        let own = Applied { entry, command, outcome, store };
        let watch = self.watch(range);
        let before = watch.seen(store).reached.replace(entry.index);
        let last = watch.applied.last().map_or(Index::ZERO, |applied| applied.entry.index);
        let known = watch.applied.newest().find(|applied| applied.entry.index == entry.index);
        let known = known.copied();
        let is_done = |applied: &&Applied| {
            let is_it = applied.command == command && applied.outcome == Outcome::Done;
            is_it && applied.entry.index != entry.index
        };
        let twice = match (outcome, command == CommandId::default()) {
            (Outcome::Done, false) => watch.applied.newest().find(is_done).copied(),
            _ => None,
        };
        if last < entry.index {
            watch.applied.push(own);
            let under = watch.led.iter().map(|led| led.0).max().unwrap_or(entry.term);
            watch.committed = Some((entry, under));
        }
        let follows = before.is_none_or(|before| before.next() == entry.index);
        self.check(Rule::ApplyOrder, range, follows, || {
            let index = before.unwrap_or(Index::ZERO);
            (Fact::Reached { store, index }, Fact::Reached { store, index: entry.index })
        });
        let same = known.is_none_or(|known| Applied { store, ..known } == own);
        self.check(Rule::StateMachineSafety, range, same, || {
            (known.unwrap_or(own).fact(), own.fact())
        });
        self.check(Rule::AppliedOnce, range, twice.is_none(), || {
            (twice.unwrap_or(own).fact(), own.fact())
        });
    }

    /// A lease came into force at a store.
    pub(super) fn leased(&mut self, range: RangeId, store: StoreId, lease: Lease) {
        let watch = self.watch(range);
        let before = std::mem::replace(&mut watch.seen(store).lease, lease.sequence);
        let newest = &mut watch.lease;
        let known = newest.unwrap_or(lease);
        if known.sequence <= lease.sequence {
            *newest = Some(lease);
        }
        let agrees = known.sequence != lease.sequence || known.holder == lease.holder;
        self.check(Rule::LeaseSequence, range, agrees && before <= lease.sequence, || {
            (Fact::Leased { store, lease: known }, Fact::Leased { store, lease })
        });
    }

    /// Where a replica stands.
    pub(super) fn stands(&mut self, range: RangeId, store: StoreId, position: Position) {
        let Position { truncated, applied, commit, last } = position;
        let in_order = truncated <= applied && applied <= commit && commit <= last;
        self.check(Rule::LogOrder, range, in_order, || {
            let fact = Fact::Stands { store, position };
            (fact.clone(), fact)
        });
    }

    /// Where a replica stands that fell asleep.
    pub(super) fn sleeps(&mut self, range: RangeId, store: StoreId, position: Position) {
        let Position { applied, commit, last, .. } = position;
        let is_done = applied == commit && commit == last;
        self.check(Rule::SleepsWhenDone, range, is_done, || {
            let fact = Fact::Stands { store, position };
            (fact.clone(), fact)
        });
    }

    /// What a replica says that its range holds, and what is there when it is counted again.
    pub(super) fn counted(&mut self, range: RangeId, store: StoreId, said: Stats, found: Stats) {
        self.check(Rule::StatsExact, range, said == found, || {
            (Fact::Holds { store, stats: said }, Fact::Holds { store, stats: found })
        });
    }

    /// Whether so much was applied since a range with so many versions was looked through that it is
    /// time to do so again: then that costs no more than applying did.
    pub(super) fn may_look(&self, range: RangeId, entry: EntryId, versions: i64) -> bool {
        let looked = self.watches.get(&range).and_then(|watch| watch.looked);
        looked.is_none_or(|(before, ..)| {
            let entries = entry.index.0.saturating_sub(before.index.0);
            versions
                <= i64::try_from(entries).unwrap_or(i64::MAX).saturating_mul(VERSIONS_PER_ENTRY)
        })
    }

    /// A replica was looked through when this entry was its last.
    pub(super) fn looked(&mut self, range: RangeId, look: (EntryId, StoreId, u64)) {
        self.watch(range).looked = Some(look);
    }

    /// Who was looked through when this entry was its last, and the digest of what it held.
    pub(super) fn known(&self, range: RangeId, entry: EntryId) -> Option<(StoreId, u64)> {
        let (at, store, sum) = self.watches.get(&range)?.looked?;
        (at == entry).then_some((store, sum))
    }

    /// Digests of what two replicas hold that have applied the same.
    pub(super) fn compared(
        &mut self,
        range: RangeId,
        (a, first): (StoreId, u64),
        (b, second): (StoreId, u64),
    ) {
        self.check(Rule::ReplicasAlike, range, first == second, || {
            let fact = |store, digest| Fact::Digest { store, digest };
            (fact(a, first), fact(b, second))
        });
    }

    /// All ranges after one was split, and the keys that they have to cover.
    pub(super) fn cut(
        &mut self,
        range: RangeId,
        mut all: Vec<&RangeDescriptor>,
        (start, end): (&str, &str),
    ) {
        all.sort_unstable_by(|a, b| a.start.cmp(&b.start));
        let gap = all.windows(2).find(|pair| pair[0].end != pair[1].start);
        let gap = gap.map(|pair| (pair[0], pair[1]));
        let ends = all.first().copied().zip(all.last().copied());
        let ends = ends.filter(|(first, last)| first.start != start || last.end != end);
        let wrong = gap.or(ends);
        self.check(Rule::KeysCovered, range, wrong.is_none(), || {
            let fact = |range: &RangeDescriptor| Fact::Spans(Some(Box::new(range.clone())));
            wrong.map_or((Fact::Spans(None), Fact::Spans(None)), |(a, b)| (fact(a), fact(b)))
        });
    }

    fn watch(&mut self, range: RangeId) -> &mut Watch {
        Rc::make_mut(self.watches.entry(range).or_default())
    }

    fn seen(&mut self, range: RangeId, store: StoreId) -> &mut Seen {
        self.watch(range).seen(store)
    }

    /// One rule is checked: counts it, and records the two facts if they contradict each other.
    fn check(
        &mut self,
        rule: Rule,
        range: RangeId,
        holds: bool,
        facts: impl FnOnce() -> (Fact, Fact),
    ) {
        self.counts[rule as usize] += 1;
        let found = || self.findings.iter().filter(|finding| finding.rule == rule).count();
        if !holds && found() < FINDINGS_PER_RULE {
            let (first, second) = facts();
            let (at, event) = (self.at, self.event);
            let finding = Finding { rule, at, event, range, first, second };
            Rc::make_mut(&mut self.findings).push(finding);
        }
    }
}

impl Watch {
    fn seen(&mut self, store: StoreId) -> &mut Seen {
        let known = self.seen.iter().position(|(of, _)| *of == store);
        let at = known.unwrap_or(self.seen.len());
        if known.is_none() {
            self.seen.push((store, Seen::default()));
        }
        &mut self.seen[at].1
    }
}

impl Applied {
    fn fact(self) -> Fact {
        let Self { entry, command, outcome, store } = self;
        Fact::Applied { store, entry, command, outcome }
    }
}

#[cfg(test)]
mod tests;
