//! Where two runs part: the first thing that happens in one and not in the other.

mod synced;

use det::Time;
use store::StoreId;

use self::synced::Synced;
use super::{Event, EventKind, Knob, World};
use crate::{EventId, Timeline};

type Run = Timeline<World>;

/// The first difference between two runs: until then the same happened in both, and the same was
/// written to the logs that syncs wait for.
#[derive(Clone, Debug, PartialEq)]
pub struct Parting {
    /// When.
    pub at: Time,
    /// What happened then in the first run and not in the other; `None` for nothing.
    pub left: Option<Event>,
    /// What happened then in the other run and not in the first.
    pub right: Option<Event>,
    /// If the same happened: the store that wrote so many bytes in the one run and so many in the
    /// other, to the write-ahead log that its syncs wait for.
    pub bytes: Option<(StoreId, [u64; 2])>,
}

/// Compares two runs event by event, each once.
///
/// What only names the switch in which the runs differ is no difference: a command that turns it
/// counts as the same command, no reason for staying awake counts where one of them never sleeps, and no
/// flush or compaction where they have different engines: the bytes tell what that costs.
#[derive(Clone, Debug)]
pub struct Divergence {
    knob: Knob,
    /// In each run, the events before it have their counterpart in the other.
    same: [EventId; 2],
    synced: Synced,
    parting: Option<Parting>,
}

impl Divergence {
    /// Nothing is compared yet; the runs differ in this switch.
    pub fn new(knob: Knob) -> Self {
        Self { knob, same: [EventId(0); 2], synced: Synced::default(), parting: None }
    }

    /// Where they part, as far as they have been compared.
    pub fn parting(&self) -> Option<&Parting> {
        self.parting.as_ref()
    }

    /// Takes in what is new in two runs that are at the same moment. Has to be told of every moment
    /// at which something happened; a moment seen before costs nothing.
    pub fn compare(&mut self, left: &Run, right: &Run) {
        if self.parting.is_some() {
            return;
        }
        let next = loop {
            let next = [(left, 0), (right, 1)].map(|(run, side)| self.next(run, side));
            let [Some(a), Some(b)] = next else { break next };
            if !self.is_alike(a, b) {
                break next;
            }
            self.same = [a.id, b.id].map(after);
        };
        if let Some(at) = next.into_iter().flatten().map(|event| event.at).min() {
            // Only when nothing more can happen at that moment it is known what one run lacks.
            if is_past(left, at) && is_past(right, at) {
                self.parting = Some(self.part(at, left, right));
            }
        } else if self.knob == Knob::LogEngine
            && let Some(bytes) = self.synced.compare(left, right)
        {
            let at = left.now();
            self.parting = Some(Parting { at, left: None, right: None, bytes: Some(bytes) });
        }
    }

    /// What follows this moment will be another future of both runs: forgets what was found in the
    /// old one.
    pub fn fork(&mut self, left: &Run, right: &Run) {
        if self.parting.as_ref().is_some_and(|parting| left.now() < parting.at) {
            self.parting = None;
        }
        if self.parting.is_none() {
            let next = [left, right].map(|run| run.world().next_event());
            self.same = [self.same[0].min(next[0]), self.same[1].min(next[1])];
            self.synced = Synced::default();
        }
    }

    /// The next event of a run that counts and has no counterpart yet.
    fn next<'a>(&mut self, run: &'a Run, side: usize) -> Option<&'a Event> {
        loop {
            let event = run.event(self.same[side])?;
            if self.counts(event) {
                return Some(event);
            }
            self.same[side] = after(event.id);
        }
    }

    fn counts(&self, event: &Event) -> bool {
        let EventKind::Store { kind, .. } = &event.kind else { return true };
        let names_sleep = matches!(**kind, store::EventKind::StaysAwake { .. });
        let names_engine = matches!(**kind, store::EventKind::Worked(_));
        !(self.knob == Knob::Quiescence && names_sleep
            || self.knob == Knob::LogEngine && names_engine)
    }

    /// Of what happened at a moment, the first thing on each side that the other side lacks.
    fn part(&self, at: Time, left: &Run, right: &Run) -> Parting {
        let then = |run: &Run, from: EventId| -> Vec<Event> {
            let events = (from.0..).map_while(|id| run.event(EventId(id)));
            let then = events.take_while(|event| event.at == at);
            then.filter(|event| self.counts(event)).cloned().collect()
        };
        let (lefts, rights) = (then(left, self.same[0]), then(right, self.same[1]));
        let (mut left, mut right) = (self.lacking(&lefts, &rights), self.lacking(&rights, &lefts));
        if left.is_none() && right.is_none() {
            // The same things in another order.
            (left, right) = (lefts.first().cloned(), rights.first().cloned());
        }
        Parting { at, left, right, bytes: None }
    }

    /// The first of these events that has no counterpart among the others.
    fn lacking(&self, these: &[Event], others: &[Event]) -> Option<Event> {
        let mut free: Vec<&Event> = others.iter().collect();
        let lacks = |event: &&Event| match free.iter().position(|other| self.is_alike(event, other))
        {
            Some(place) => {
                free.remove(place);
                false
            }
            None => true,
        };
        these.iter().find(lacks).cloned()
    }

    fn is_alike(&self, a: &Event, b: &Event) -> bool {
        a.at == b.at && (a.kind == b.kind || self.turns(&a.kind, &b.kind))
    }

    /// Whether both are the command that turns the switch in which the runs differ.
    fn turns(&self, a: &EventKind, b: &EventKind) -> bool {
        let (EventKind::Commanded(a), EventKind::Commanded(b)) = (a, b) else { return false };
        self.knob.mirror(a) == **b
    }
}

fn after(id: EventId) -> EventId {
    EventId(id.0 + 1)
}

/// Whether a run is past a moment: nothing that is still to come is due by then.
fn is_past(run: &Run, at: Time) -> bool {
    at <= run.now() && run.next_at().is_none_or(|next| at < next)
}
