//! Reading conditions.

use store::{RangeId, StoreId};

use super::command::key;
use super::{Condition, Figure, Since, Standing, group};
use crate::Error;
use crate::condition::{Logic, comparison};
use crate::expected::Expected;
use crate::line::Line;
use crate::words::{Row, Word};

type Rest = fn(&mut Line<'_>) -> Result<Condition, Error>;
type RestOfRange = fn(&mut Line<'_>, RangeId) -> Result<Condition, Error>;
type RestOfStore = fn(&mut Line<'_>, StoreId) -> Result<Condition, Error>;

/// Conditions by their first word, besides numbers.
pub(crate) const CONDITIONS: [Row<Rest>; 5] = [
    row(
        "new",
        "new messages < 100",
        "A number, counted since the last mark.",
        "自上一个 mark 以来的计数。",
        |line| number(line, Since::Mark),
    ),
    row(
        "value",
        "value m42 7",
        "The key has this value at the replica that has applied most.",
        "应用得最多的 replica 上这个 key 的值。",
        |line| Ok(Condition::Value { key: key(line)?, value: line.text(Expected::Value)? }),
    ),
    row(
        "lacks",
        "lacks m42",
        "The key has no value there.",
        "那里没有这个 key 的值。",
        |line| Ok(Condition::Lacks { key: key(line)? }),
    ),
    row(
        "all",
        "all alike",
        "All running replicas of each range have applied the same and hold the same.",
        "每个 range 的运行中的 replica 都应用了相同的内容，状态相同。",
        |line| {
            line.needs("alike")?;
            Ok(Condition::AllAlike)
        },
    ),
    row(
        "rules",
        "rules hold",
        "No invariant was found broken.",
        "没有发现被违反的不变式。",
        |line| {
            line.needs("hold")?;
            Ok(Condition::RulesHold)
        },
    ),
];

/// What can be said of a range.
pub(crate) const RANGE_FACTS: [Row<RestOfRange>; 5] = [
    row(
        "leader",
        "r3 leader s2",
        "Somebody, or this store, leads it.",
        "它有 leader，或 leader 是这个 store。",
        |line, range| Ok(Condition::Leader(range, line.takes_store()?)),
    ),
    row(
        "lease",
        "r3 lease s2",
        "Somebody, or this store, holds its lease and may use it.",
        "它有可用的租约，或租约属于这个 store。",
        |line, range| Ok(Condition::Lease(range, line.takes_store()?)),
    ),
    row(
        "asleep",
        "r3 asleep",
        "Every replica that runs sleeps.",
        "运行中的 replica 都已静默。",
        |_, range| Ok(Condition::Asleep(range)),
    ),
    row(
        "alike",
        "r3 alike",
        "All replicas that run have applied the same and hold the same.",
        "运行中的 replica 应用了相同的内容，状态相同。",
        |_, range| Ok(Condition::Alike(range)),
    ),
    row(
        "holds",
        "r3 holds m42",
        "The key is one of its keys.",
        "它包含这个 key。",
        |line, range| Ok(Condition::Holds(range, key(line)?)),
    ),
];

/// What can be said of a store.
pub(crate) const STORE_FACTS: [Row<RestOfStore>; 5] = [
    row("up", "s1 up", "It runs.", "它在运行。", |_, store| Ok(Condition::IsUp(store, true))),
    row("down", "s1 down", "It is dead.", "它已停止。", |_, store| {
        Ok(Condition::IsUp(store, false))
    }),
    row(
        "leads",
        "s1 leads 3",
        "Of so many ranges it is the leader.",
        "它是这么多 range 的 leader。",
        |line, store| counts(line, store, Standing::Leads),
    ),
    row(
        "leases",
        "s1 leases 3",
        "Of so many ranges it holds the lease.",
        "它持有这么多 range 的租约。",
        |line, store| counts(line, store, Standing::Leases),
    ),
    row(
        "replicas",
        "s1 replicas 9",
        "Of so many ranges it has a replica.",
        "它有这么多 range 的 replica。",
        |line, store| counts(line, store, Standing::Replicas),
    ),
];

impl Logic for Condition {
    fn fact(line: &mut Line<'_>) -> Result<Self, Error> {
        if let Some(at) = line.takes_of(group::CONDITION) {
            return (CONDITIONS[at].then)(line);
        }
        if let Some(range) = line.takes_range() {
            let at = line.needs_of(group::RANGE_FACT)?;
            return (RANGE_FACTS[at].then)(line, range);
        }
        if let Some(store) = line.takes_store()? {
            let at = line.needs_of(group::STORE_FACT)?;
            return (STORE_FACTS[at].then)(line, store);
        }
        number(line, Since::Start)
    }

    fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    fn all(conditions: Vec<Self>) -> Self {
        Self::All(conditions)
    }

    fn any(conditions: Vec<Self>) -> Self {
        Self::Any(conditions)
    }
}

fn number(line: &mut Line<'_>, since: Since) -> Result<Condition, Error> {
    let of = Figure(line.needs_of(group::FIGURE)?);
    let (is, to) = comparison(line)?;
    Ok(Condition::Number { of, since, is, to })
}

fn counts(line: &mut Line<'_>, store: StoreId, as_what: Standing) -> Result<Condition, Error> {
    let (is, to) = comparison(line)?;
    Ok(Condition::Counts { store, as_what, is, to })
}

const fn row<T>(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: T,
) -> Row<T> {
    Row { word: Word { word, form, en, zh }, then }
}
