//! What happened in a run of many ranges, and because of what.

use std::rc::Rc;

use det::Time;
use store::{RangeId, Redirect, Reply, Request, RequestError, RequestId, StoreId};

use super::Command;
use crate::{EventId, Loss, MessageId};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number: events of the world and of all its stores are counted together.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event that it followed from; `None` for what a clock started.
    pub cause: Option<EventId>,
    /// What.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// A person did something.
    Commanded(Rc<Command>),
    /// A store tells something; ids in it count for the whole world.
    Store {
        /// Who.
        store: StoreId,
        /// What.
        kind: Box<store::EventKind>,
    },
    /// A store died.
    Died(StoreId),
    /// A store could not start: its disk is damaged.
    StartFailed {
        /// Which.
        store: StoreId,
        /// What is wrong.
        error: lsm::Error,
    },
    /// An envelope was lost.
    Lost {
        /// Which.
        flight: MessageId,
        /// From where.
        from: StoreId,
        /// To where.
        to: StoreId,
        /// Messages in it.
        parcels: usize,
        /// Why.
        why: Loss,
    },
    /// A client asks the gateway.
    Asked {
        /// The name of the request.
        request: RequestId,
        /// For what.
        what: Rc<Request>,
    },
    /// The gateway sends a request to a store.
    Routed {
        /// Which request.
        request: RequestId,
        /// The range that holds the key, as far as it knows.
        range: RangeId,
        /// Where to.
        to: StoreId,
        /// Why once more; `None` the first time: what it knew was enough.
        why: Option<Redirect>,
    },
    /// A store did not answer in time.
    TimedOut {
        /// Which request.
        request: RequestId,
        /// Who was asked.
        store: StoreId,
    },
    /// The client is told.
    Answered {
        /// Which request.
        request: RequestId,
        /// What.
        result: Result<Reply, RequestError>,
    },
    /// An invariant was found broken.
    Found {
        /// The place of the finding among [`World::findings`](super::World::findings).
        finding: usize,
    },
    /// A backup is back.
    Restored {
        /// Its tables, or batches.
        pieces: u32,
        /// Its rows.
        rows: u32,
    },
    /// The client is told that nobody knows whether it was done.
    GaveUp {
        /// Which request.
        request: RequestId,
    },
}

impl Event {
    /// The store that tells it, or that it is about.
    pub fn store(&self) -> Option<StoreId> {
        match &self.kind {
            EventKind::Store { store, .. }
            | EventKind::Died(store)
            | EventKind::StartFailed { store, .. }
            | EventKind::TimedOut { store, .. } => Some(*store),
            EventKind::Routed { to, .. } => Some(*to),
            EventKind::Lost { from, .. } => Some(*from),
            EventKind::Commanded(_)
            | EventKind::Asked { .. }
            | EventKind::Answered { .. }
            | EventKind::Found { .. }
            | EventKind::Restored { .. }
            | EventKind::GaveUp { .. } => None,
        }
    }
}
