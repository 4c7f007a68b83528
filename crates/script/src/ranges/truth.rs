//! Whether a condition holds, and what there is instead.

use sim::ranges::{RangeView, World};
use store::{RangeId, StoreId};

use super::{Condition, Figure, Since, Standing};
use crate::print::Text;

/// All numbers at a mark, in the order of the table.
pub(super) type Mark = Vec<u64>;

/// All numbers as they are now.
pub(super) fn mark(world: &World) -> Mark {
    Figure::all().map(|figure| figure.value(world)).collect()
}

impl Condition {
    /// Whether it holds now; `mark` are the numbers at the last mark.
    pub(super) fn holds(&self, world: &World, mark: &Mark) -> bool {
        match self {
            Self::Number { of, since, is, to } => is.holds(number(world, mark, *of, *since), *to),
            Self::Leader(range, store) => has(world, *range, *store, |view| view.leader),
            Self::Lease(range, store) => has(world, *range, *store, |view| view.leaseholder),
            Self::Asleep(range) => world.range(*range).is_some_and(|view| view.is_asleep()),
            Self::Alike(range) => world.is_alike(*range),
            Self::Holds(range, key) => {
                world.range_of(key.as_bytes()).is_some_and(|holding| holding.range == *range)
            }
            Self::AllAlike => unlike(world).is_none(),
            Self::Value { key, value } => {
                world.value(key.as_bytes()).is_some_and(|found| *found == *value.as_bytes())
            }
            Self::Lacks { key } => world.value(key.as_bytes()).is_none(),
            Self::IsUp(store, is_up) => world.is_up(*store) == *is_up,
            Self::Counts { store, as_what, is, to } => {
                is.holds(count(world, *store, *as_what), *to)
            }
            Self::RulesHold => world.findings().is_empty(),
            Self::Not(inner) => !inner.holds(world, mark),
            Self::All(conditions) => conditions.iter().all(|one| one.holds(world, mark)),
            Self::Any(conditions) => conditions.iter().any(|one| one.holds(world, mark)),
        }
    }

    /// What there is now of what the condition is about: `r3 leader s1`.
    pub(super) fn found(&self, world: &World, mark: &Mark) -> String {
        match self {
            Self::Number { of, since, .. } => {
                let new = if *since == Since::Mark { "new " } else { "" };
                format!("{new}{of} {}", number(world, mark, *of, *since))
            }
            Self::Leader(range, _) => who(world, *range, "leader", |view| view.leader),
            Self::Lease(range, _) => who(world, *range, "lease", |view| view.leaseholder),
            Self::Asleep(range) => world.range(*range).map_or_else(
                || format!("no {range}"),
                |view| format!("{} of {} replicas of {range} asleep", view.asleep, view.running),
            ),
            Self::Alike(range) => unlike_replicas(world, *range),
            Self::Holds(_, key) => world.range_of(key.as_bytes()).map_or_else(
                || "no range that holds it".to_owned(),
                |holding| format!("{} holds {}", holding.range, Text(key)),
            ),
            Self::AllAlike => unlike(world)
                .map_or_else(|| "all alike".to_owned(), |range| unlike_replicas(world, range)),
            Self::Value { key, .. } | Self::Lacks { key } => match world.value(key.as_bytes()) {
                Some(value) => {
                    format!("value {} {}", Text(key), Text(&String::from_utf8_lossy(&value)))
                }
                None => format!("lacks {}", Text(key)),
            },
            Self::IsUp(store, _) => {
                format!("{store} {}", if world.is_up(*store) { "up" } else { "down" })
            }
            Self::Counts { store, as_what, .. } => {
                format!("{store} {} {}", as_what.word(), count(world, *store, *as_what))
            }
            Self::RulesHold => match world.findings().first() {
                Some(finding) => {
                    format!("rule {} broken in {}", finding.rule.number(), finding.range)
                }
                None => "rules hold".to_owned(),
            },
            Self::Not(inner) => inner.found(world, mark),
            Self::All(conditions) => {
                let failing = conditions.iter().filter(|one| !one.holds(world, mark));
                joined(&failing.collect::<Vec<_>>(), world, mark)
            }
            Self::Any(conditions) => joined(&conditions.iter().collect::<Vec<_>>(), world, mark),
        }
    }
}

fn joined(conditions: &[&Condition], world: &World, mark: &Mark) -> String {
    conditions.iter().map(|one| one.found(world, mark)).collect::<Vec<_>>().join(" and ")
}

pub(super) fn number(world: &World, mark: &Mark, of: Figure, since: Since) -> u64 {
    let before = match since {
        Since::Start => 0,
        Since::Mark => mark.get(of.0).copied().unwrap_or(0),
    };
    of.value(world).saturating_sub(before)
}

fn has(
    world: &World,
    range: RangeId,
    store: Option<StoreId>,
    of: fn(&RangeView<'_>) -> Option<StoreId>,
) -> bool {
    let found = world.range(range).as_ref().and_then(of);
    found.is_some_and(|found| store.is_none_or(|store| store == found))
}

fn who(
    world: &World,
    range: RangeId,
    word: &str,
    of: fn(&RangeView<'_>) -> Option<StoreId>,
) -> String {
    match world.range(range).as_ref().and_then(of) {
        Some(store) => format!("{range} {word} {store}"),
        None => format!("no {word} of {range}"),
    }
}

/// The first range whose replicas differ.
fn unlike(world: &World) -> Option<RangeId> {
    world.ranges().map(|view| view.range()).find(|range| !world.is_alike(*range))
}

fn unlike_replicas(world: &World, range: RangeId) -> String {
    let replicas = world.replicas(range).filter_map(|(store, replica)| {
        Some(format!("{} applied {}", store.id(), replica.state()?.applied.entry.index))
    });
    format!("{range} where {}", replicas.collect::<Vec<_>>().join(", "))
}

fn count(world: &World, store: StoreId, as_what: Standing) -> u64 {
    let is_it = |view: &RangeView<'_>| match as_what {
        Standing::Leads => view.leader == Some(store),
        Standing::Leases => view.leaseholder == Some(store),
        Standing::Replicas => {
            world.store(store).is_some_and(|store| store.replica(view.range()).is_some())
        }
    };
    world.ranges().filter(is_it).count() as u64
}
