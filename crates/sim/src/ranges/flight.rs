//! What is on its way: envelopes between stores, requests and answers, syncs.

use std::rc::Rc;

use det::{Span, Time};
use lsm::WalPosition;
use store::{ClientReply, ClientRequest, Envelope, RequestId, StoreId, SyncId};

use crate::{EventId, Loss, MessageId};

/// An envelope on its way from one store to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its name.
    pub id: MessageId,
    /// When it left.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// When it will be lost and why, if it will not arrive.
    pub lost: Option<(Time, Loss)>,
    /// What it carries, from where, to where.
    pub envelope: Envelope,
}

impl Flight {
    /// When something happens to it: it arrives or is lost.
    pub fn ends_at(&self) -> Time {
        self.lost.map_or(self.due, |(at, _)| at)
    }

    /// Its middle, where envelopes on a cut stream are lost.
    pub(super) fn middle(&self) -> Time {
        self.sent + Span(self.due.since(self.sent).0 / 2)
    }

    /// It will be lost in its middle.
    pub(super) fn doom(&mut self, why: Loss) {
        self.lost = Some((self.middle(), why));
    }
}

/// A request or an answer on its way between the gateway and a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which request.
    pub request: RequestId,
    /// The store at the other end.
    pub store: StoreId,
    /// When it left; a request that pauses first leaves later than now.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// What it says.
    pub says: Says,
    /// The event that it follows from.
    pub cause: Option<EventId>,
}

/// What travels between the gateway and a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// To the store.
    Asks(ClientRequest),
    /// To the gateway.
    Answers(ClientReply),
    /// To the gateway: nobody listens there, so the request never left.
    Refuses,
}

/// A sync that a disk carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Whose.
    pub store: StoreId,
    /// Its name.
    pub id: SyncId,
    /// When it was asked for.
    pub asked: Time,
    /// When it ends.
    pub due: Time,
    /// What was durable when it was asked for.
    pub from: WalPosition,
    /// What will be.
    pub to: WalPosition,
}

/// Something that will happen.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// An envelope arrives, or is lost on its way.
    Arrive(Rc<Flight>),
    /// A request or an answer arrives.
    Call(Rc<Call>),
    /// A store's clock ticks.
    Tick { store: StoreId, life: u32 },
    /// Half a tick of a store has passed.
    Flush { store: StoreId, life: u32 },
    /// A disk has finished a sync.
    Synced { sync: Sync, life: u32 },
    /// The moment that a store waits for.
    Alarm { store: StoreId, life: u32 },
    /// The gateway has waited long enough for the answer to a request sent for the how-manieth time.
    Timeout { request: RequestId, hop: u32 },
    /// The load writes once more.
    Load { serial: u32 },
}
