//! Who evaluated a command, and how much that was: its proposer once, or each replica that applies it.

use sim::EventId;
use sim::ranges::EventKind;
use store::{CommandId, EventKind as Told, RangeId, StoreId};

use crate::Fact;
use crate::ranges::Run;
use crate::say::both;

/// Events between a proposal and its evaluation: a latch, a timestamp moved up.
const STEPS_MAX: usize = 4;

/// A request was evaluated here.
struct Evaluation {
    store: StoreId,
    keys: u64,
}

/// The row about a command; `None` if nothing is known of its evaluation any more, or yet.
pub(super) fn fact(run: &Run, range: RangeId, command: CommandId, naive: bool) -> Option<Fact> {
    let evaluations = evaluations(run, range, command);
    let keys: u64 = evaluations.iter().map(|evaluation| evaluation.keys).sum();
    let at: Vec<String> = evaluations.iter().map(|one| one.store.to_string()).collect();
    let (count, at) = (at.len(), at.join(" "));
    let value = match (naive, count) {
        (true, 0) => both!(
            "by each replica that applies it: by none so far",
            "每个副本应用时各求值一次：目前还没有"
        ),
        (true, _) => both!(
            "by each replica that applies it: {at}; keys touched in all: {keys}",
            "每个副本应用时各求值一次：{at}；共涉及 {keys} 个键"
        ),
        (false, 0) => return None,
        (false, _) => both!(
            "once, on {at}; keys touched: {keys}. The others only write the bytes",
            "只在 {at} 求值一次，涉及 {keys} 个键；其他副本只写入字节"
        ),
    };
    Some(Fact { name: both!("evaluated", "求值"), value, changed: naive && count > 1 })
}

/// The evaluations of a command that are remembered, oldest first.
fn evaluations(run: &Run, range: RangeId, command: CommandId) -> Vec<Evaluation> {
    let mut found = Vec::new();
    for event in run.events().rev() {
        let EventKind::Store { kind, .. } = &event.kind else { continue };
        if let Told::Applied { range: of, command: id, .. } = **kind
            && (of, id) == (range, command)
        {
            found.extend(evaluation(run, range, event.cause, 1));
        }
        if let Told::Proposed { range: of, command: id, .. } = **kind
            && (of, id) == (range, command)
        {
            found.extend(evaluation(run, range, event.cause, STEPS_MAX));
            break;
        }
    }
    found.reverse();
    found
}

/// The evaluation that something followed from, within so many steps.
fn evaluation(
    run: &Run,
    range: RangeId,
    cause: Option<EventId>,
    steps: usize,
) -> Option<Evaluation> {
    let mut cause = cause;
    for _ in 0..steps {
        let event = run.event(cause?)?;
        if let EventKind::Store { store, kind } = &event.kind
            && let Told::Evaluated { range: of, keys, .. } = **kind
        {
            return (of == range).then_some(Evaluation { store: *store, keys });
        }
        cause = event.cause;
    }
    None
}
