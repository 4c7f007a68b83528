//! The one queue: everything that will happen, in the order in which it will.
//!
//! It is also the picture: messages in flight are drawn from it, and a person may drop, hold, delay or
//! copy one of them. Taking the next item happens millions of times a second and looking through all
//! of them some sixty times, so it is a heap that is sorted for whoever looks.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use det::Time;

use crate::{ClientId, Flight, MessageId, NodeId};

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A message arrives, or is lost on its way.
    Arrive(Box<Flight>),
    /// A node's logical clock ticks.
    Tick {
        /// Whose.
        node: NodeId,
        /// The incarnation it is meant for.
        life: u32,
    },
    /// A node's disk has finished a sync.
    Synced {
        /// Whose.
        node: NodeId,
        /// The incarnation it is meant for.
        life: u32,
    },
    /// A node learns what became of a snapshot that it sent.
    Carried {
        /// Who sent it.
        from: NodeId,
        /// The incarnation that sent it.
        life: u32,
        /// To whom.
        to: NodeId,
        /// Whether it arrived.
        arrived: bool,
    },
    /// A node under the microscope takes the next step of its loop.
    Loop {
        /// Whose.
        node: NodeId,
        /// The incarnation it is meant for.
        life: u32,
    },
    /// A client has waited long enough, or may send its next request.
    Wake {
        /// Which client.
        client: ClientId,
        /// What it was about; a client that went on ignores it.
        alarm: u64,
    },
}

/// An item in its place: by the moment, then in the order of insertion.
#[derive(Clone, Debug)]
struct Placed<I> {
    at: Time,
    order: u64,
    item: I,
}

impl<I> Ord for Placed<I> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl<I> PartialOrd for Placed<I> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<I> PartialEq for Placed<I> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<I> Eq for Placed<I> {}

/// The queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue<I = Item> {
    heap: BinaryHeap<Reverse<Placed<I>>>,
    inserted: u64,
}

impl<I> Default for Queue<I> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), inserted: 0 }
    }
}

impl<I> Queue<I> {
    /// Puts an item at a moment, after those that are there already.
    pub(crate) fn push(&mut self, at: Time, item: I) {
        self.inserted += 1;
        self.heap.push(Reverse(Placed { at, order: self.inserted, item }));
    }

    /// When the next item is due.
    pub(crate) fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(first)| first.at)
    }

    /// Takes the next item if it is due at `until` or before.
    pub(crate) fn pop_until(&mut self, until: Time) -> Option<(Time, I)> {
        if self.next_at()? > until {
            return None;
        }
        self.heap.pop().map(|Reverse(first)| (first.at, first.item))
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }

    /// All items in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Time, &I)> {
        let mut all: Vec<&Placed<I>> = self.heap.iter().map(|Reverse(placed)| placed).collect();
        all.sort_unstable();
        all.into_iter().map(|placed| (placed.at, &placed.item))
    }

    /// Takes the items that `choose` says out of the queue, in order.
    pub(crate) fn take_all(&mut self, choose: impl Fn(&I) -> bool) -> Vec<I> {
        let chosen = |placed: &Placed<I>| choose(&placed.item);
        if !self.heap.iter().any(|Reverse(placed)| chosen(placed)) {
            return Vec::new();
        }
        let all = std::mem::take(&mut self.heap).into_vec().into_iter();
        let (mut taken, rest): (Vec<_>, Vec<_>) = all.partition(|Reverse(placed)| chosen(placed));
        self.heap = BinaryHeap::from(rest);
        taken.sort_unstable_by(|a, b| b.cmp(a));
        taken.into_iter().map(|Reverse(placed)| placed.item).collect()
    }
}

impl Queue {
    /// Messages in flight, soonest first.
    pub(crate) fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.iter().filter_map(|(_, item)| item.flight())
    }

    /// Takes a message out of the queue.
    pub(crate) fn take(&mut self, message: MessageId) -> Option<Box<Flight>> {
        self.take_flights(|flight| flight.message == message).pop().map(Box::new)
    }

    /// Takes the messages that `choose` says out of the queue, in order.
    pub(crate) fn take_flights(&mut self, choose: impl Fn(&Flight) -> bool) -> Vec<Flight> {
        let taken = self.take_all(|item| item.flight().is_some_and(&choose)).into_iter();
        taken
            .filter_map(|item| match item {
                Item::Arrive(flight) => Some(*flight),
                Item::Tick { .. }
                | Item::Synced { .. }
                | Item::Carried { .. }
                | Item::Loop { .. }
                | Item::Wake { .. } => None,
            })
            .collect()
    }
}

impl Item {
    fn flight(&self) -> Option<&Flight> {
        match self {
            Self::Arrive(flight) => Some(flight),
            Self::Tick { .. }
            | Self::Synced { .. }
            | Self::Carried { .. }
            | Self::Loop { .. }
            | Self::Wake { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wake(alarm: u64) -> Item {
        Item::Wake { client: ClientId(1), alarm }
    }

    #[test]
    fn items_come_in_order_of_time_then_of_insertion() {
        let mut rng = det::Rng::named(1, "queue", 0);
        let mut queue = Queue::default();
        let mut model = Vec::new();
        for order in 0..500_u64 {
            let at = Time(u64::from(rng.below(50)));
            queue.push(at, wake(order));
            model.push((at, order));
        }
        model.sort_unstable();
        let seen = |(at, item): (Time, &Item)| match item {
            Item::Wake { alarm, .. } => (at, *alarm),
            Item::Arrive(_)
            | Item::Tick { .. }
            | Item::Synced { .. }
            | Item::Carried { .. }
            | Item::Loop { .. } => {
                unreachable!("wakes only")
            }
        };
        assert!(queue.iter().map(seen).eq(model.iter().copied()));
        for expected in model {
            let (at, item) = queue.pop_until(Time(100)).expect("as many as were pushed");
            assert_eq!(seen((at, &item)), expected);
        }
        assert_eq!(queue.len(), 0);
    }
}
