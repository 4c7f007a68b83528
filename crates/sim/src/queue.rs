//! The one queue: everything that will happen, in the order in which it will.
//!
//! It is an ordered map rather than a heap because it is also the picture: messages in flight are
//! drawn from it, and a person may drop, hold, delay or copy one of them.

use std::collections::BTreeMap;

use det::Time;

use crate::{ClientId, Flight, MessageId, NodeId};

/// A place in the queue: the moment, then the order of insertion.
pub(crate) type Place = (Time, u64);

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
    /// A client has waited long enough, or may send its next request.
    Wake {
        /// Which client.
        client: ClientId,
        /// What it was about; a client that went on ignores it.
        alarm: u64,
    },
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    items: BTreeMap<Place, Item>,
    inserted: u64,
}

impl Queue {
    /// Puts an item at a moment, after those that are there already.
    pub(crate) fn push(&mut self, at: Time, item: Item) {
        self.inserted += 1;
        self.items.insert((at, self.inserted), item);
    }

    /// When the next item is due.
    pub(crate) fn next_at(&self) -> Option<Time> {
        self.items.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next item if it is due at `until` or before.
    pub(crate) fn pop_until(&mut self, until: Time) -> Option<(Time, Item)> {
        let first = self.items.first_entry()?;
        let at = first.key().0;
        (at <= until).then(|| (at, first.remove()))
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// All items in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Time, &Item)> {
        self.items.iter().map(|((at, _), item)| (*at, item))
    }

    /// Messages in flight, soonest first.
    pub(crate) fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.items.values().filter_map(|item| match item {
            Item::Arrive(flight) => Some(&**flight),
            Item::Tick { .. } | Item::Synced { .. } | Item::Wake { .. } => None,
        })
    }

    /// Takes a message out of the queue.
    pub(crate) fn take(&mut self, message: MessageId) -> Option<Box<Flight>> {
        let place = self.items.iter().find_map(|(place, item)| match item {
            Item::Arrive(flight) if flight.message == message => Some(*place),
            Item::Arrive(_) | Item::Tick { .. } | Item::Synced { .. } | Item::Wake { .. } => None,
        })?;
        match self.items.remove(&place) {
            Some(Item::Arrive(flight)) => Some(flight),
            Some(Item::Tick { .. } | Item::Synced { .. } | Item::Wake { .. }) | None => None,
        }
    }

    /// Takes the messages that `choose` says out of the queue.
    pub(crate) fn take_all(&mut self, choose: impl Fn(&Flight) -> bool) -> Vec<Flight> {
        let ids: Vec<MessageId> =
            self.flights().filter(|flight| choose(flight)).map(|flight| flight.message).collect();
        ids.into_iter().filter_map(|message| self.take(message)).map(|flight| *flight).collect()
    }
}
