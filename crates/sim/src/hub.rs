//! What every actor may touch: the clock, the queue, the links, the checkers, the list of events.

use std::collections::BTreeMap;
use std::rc::Rc;

use det::{Span, Time};

use crate::flight::Load;
use crate::net::Net;
use crate::queue::{Item, Queue};
use crate::{
    Checks, End, Event, EventId, EventKind, Flight, Loss, MessageId, RaftSays, Says, Setup,
};

/// What is shared by the nodes and clients of a world.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    pub(crate) setup: Rc<Setup>,
    pub(crate) now: Time,
    pub(crate) queue: Queue,
    pub(crate) net: Net,
    /// Messages that a person holds, with the moment since when.
    pub(crate) held: BTreeMap<MessageId, (Time, Box<Flight>)>,
    pub(crate) checks: Checks,
    /// The event that is being handled: what happens now happens because of it.
    pub(crate) cause: Option<EventId>,
    /// Events not yet taken by the owner of the world.
    pub(crate) events: Vec<Event>,
    pub(crate) next_event: u64,
    /// Memory for the next Ready; holds nothing between two events.
    pub(crate) ready: raft::Ready,
}

impl Hub {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            now: Time::ZERO,
            queue: Queue::default(),
            net: Net::new(&setup),
            held: BTreeMap::new(),
            checks: Checks::new(setup.nodes),
            cause: None,
            events: Vec::new(),
            next_event: 0,
            ready: raft::Ready::default(),
            setup: Rc::new(setup),
        }
    }

    /// Something happens, because of what is being handled.
    pub(crate) fn emit(&mut self, kind: EventKind) -> EventId {
        let id = EventId(self.next_event);
        self.next_event += 1;
        self.checks.at(self.now, id);
        self.events.push(Event { id, at: self.now, cause: self.cause, kind });
        id
    }

    /// Something happens, and what follows happens because of it.
    pub(crate) fn begin(&mut self, cause: Option<EventId>, kind: EventKind) -> EventId {
        self.cause = cause;
        let id = self.emit(kind);
        self.cause = Some(id);
        id
    }

    /// Puts a message on its way.
    pub(crate) fn send(&mut self, from: End, to: End, says: Says, load: Load) {
        let (due, lost) = self.net.route(self.now, from, to);
        let sent = EventKind::Sent { from, to, says: says.clone(), due };
        let message = MessageId(self.emit(sent).0);
        let flight =
            Flight { message, from, to, sent: self.now, due, lost: None, says, copy: false, load };
        self.launch(Box::new(flight), lost);
    }

    /// A message that will be lost ends in the middle of its way.
    pub(crate) fn launch(&mut self, mut flight: Box<Flight>, lost: Option<Loss>) {
        if let Some(why) = lost {
            flight.lost = Some((flight.middle(), why));
        }
        self.queue.push(flight.ends_at(), Item::Arrive(flight));
    }

    /// Messages that have not passed the middle of a link that is cut now will be lost there.
    pub(crate) fn doom_at_cuts(&mut self) {
        let (now, net) = (self.now, &self.net);
        let doomed = self.queue.take_flights(|flight| {
            let cut = match (flight.from, flight.to) {
                (End::Node(from), End::Node(to)) => net.link(from, to).cut,
                (End::Client(_), _) | (_, End::Client(_)) => false,
            };
            cut && flight.lost.is_none() && flight.middle() > now
        });
        for flight in doomed {
            self.launch(Box::new(flight), Some(Loss::Cut));
        }
    }

    /// A message is lost here and now.
    pub(crate) fn lose(&mut self, flight: Flight, why: Loss) {
        let Flight { message, from, to, says, .. } = flight;
        self.emit(EventKind::Lost { message, from, to, says, why });
    }

    /// A moment from now.
    pub(crate) fn after(&self, span: Span) -> Time {
        self.now + span
    }
}

/// What a Raft message says, for the picture.
pub(crate) fn says(message: &raft::Message) -> Says {
    use raft::{Body, VoteKind};
    let count = |entries: &[raft::Entry]| u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let what = match &message.body {
        Body::Append { prev, entries, commit } => {
            RaftSays::Append { prev: *prev, count: count(entries), commit: *commit }
        }
        Body::Accepted { index } => RaftSays::Accepted { index: *index },
        Body::Rejected { index, hint } => RaftSays::Rejected { index: *index, hint: *hint },
        Body::Vote { kind, last, .. } => {
            RaftSays::Vote { pre: *kind == VoteKind::PreVote, last: *last }
        }
        Body::VoteResponse { kind, reject } => {
            RaftSays::VoteResponse { pre: *kind == VoteKind::PreVote, granted: !reject }
        }
        Body::Heartbeat { commit, context } => {
            RaftSays::Heartbeat { commit: *commit, reads: *context > 0 }
        }
        Body::HeartbeatResponse { context } => RaftSays::HeartbeatResponse { reads: *context > 0 },
        Body::Snapshot(snapshot) => RaftSays::Snapshot { last: snapshot.last },
        Body::Propose { entries } => RaftSays::Propose { count: count(entries) },
        Body::TimeoutNow => RaftSays::TimeoutNow,
        Body::TransferLeader => RaftSays::TransferLeader,
        Body::ReadIndex { .. } => RaftSays::ReadIndex,
        Body::ReadIndexResponse { index, .. } => RaftSays::ReadIndexResponse { index: *index },
        // Messages to a node's own storage never travel, nobody here asks for a snapshot, and commit
        // indices travel as etcd sends them.
        Body::SnapshotRequest { .. }
        | Body::Commit { .. }
        | Body::StorageAppend(_)
        | Body::StorageAppended { .. }
        | Body::StorageApply { .. }
        | Body::StorageApplied { .. } => RaftSays::Propose { count: 0 },
    };
    Says::Raft { term: message.term, what }
}
