//! A client: one request at a time, asked again until it is answered.
//!
//! A request keeps its serial through every redirect and retry, so the state machine can tell a
//! repetition from a new request (Raft §8).

use std::rc::Rc;

use det::{Rng, Span};

use crate::flight::Load;
use crate::hub::Hub;
use crate::queue::Item;
use crate::{Answer, Ask, ClientId, End, EventKind, NodeId, Says};

/// How long a client waits before it asks again when nobody is known to lead.
const RETRY: Span = Span::millis(20);

/// Keys that a load writes to: few, so that they are overwritten.
const LOAD_KEYS: u32 = 10;

/// A client.
#[derive(Clone, Debug, Hash)]
pub struct Client {
    id: ClientId,
    /// Whom it asks: the last known leader.
    target: NodeId,
    /// The node it turned to when its patience last ended.
    turned_to: NodeId,
    pending: Option<Pending>,
    serial: u64,
    answered: u64,
    /// Counts alarms, so that an old one is recognised.
    alarm: u64,
    /// For a load: the wait between an answer and the next request.
    load: Option<Span>,
    rng: Rng,
}

/// A request that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pending {
    /// Its number among the client's requests.
    pub serial: u64,
    /// What is asked.
    pub ask: Ask,
    /// How often it was sent.
    pub tries: u32,
}

impl Client {
    pub(crate) fn new(id: ClientId, seed: u64, target: NodeId) -> Self {
        Self {
            id,
            target,
            turned_to: target,
            pending: None,
            serial: 0,
            answered: 0,
            alarm: 0,
            load: None,
            rng: Rng::named(seed, "client", u64::from(id.0)),
        }
    }

    /// Its name.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// Whom it asks.
    pub fn target(&self) -> NodeId {
        self.target
    }

    /// The request that waits for its answer.
    pub fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    /// How many of its requests were answered.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// Whether it belongs to a load that runs.
    pub fn is_load(&self) -> bool {
        self.load.is_some()
    }

    pub(crate) fn set_load(&mut self, hub: &mut Hub, every: Option<Span>) {
        let idle = self.load.is_none() && self.pending.is_none();
        self.load = every;
        if every.is_some() && idle {
            self.next_of_load(hub);
        }
    }

    /// Asks something new, of `at` if given.
    pub(crate) fn ask(&mut self, hub: &mut Hub, ask: Ask, at: Option<NodeId>) {
        self.serial += 1;
        self.target = at.unwrap_or(self.target);
        self.pending = Some(Pending { serial: self.serial, ask, tries: 0 });
        self.send(hub);
    }

    fn next_of_load(&mut self, hub: &mut Hub) {
        let key = Rc::from(format!("k{}", self.rng.below(LOAD_KEYS)));
        let value = Rc::from(format!("{}", self.serial + 1));
        self.ask(hub, Ask::Put { key, value }, None);
    }

    fn send(&mut self, hub: &mut Hub) {
        let Some(pending) = &mut self.pending else { return };
        pending.tries += 1;
        let (serial, ask) = (pending.serial, pending.ask.clone());
        let says = Says::Request { serial, what: ask.clone() };
        hub.send(End::Client(self.id), End::Node(self.target), says, Load::Request { serial, ask });
        self.wake_after(hub, hub.setup.client_timeout);
    }

    fn wake_after(&mut self, hub: &mut Hub, span: Span) {
        self.alarm += 1;
        let at = hub.after(span);
        hub.queue.push(at, Item::Wake { client: self.id, alarm: self.alarm });
    }

    /// An answer arrives. One to an older request is a repetition.
    pub(crate) fn receive(&mut self, hub: &mut Hub, serial: u64, answer: Answer) {
        if self.pending.as_ref().is_none_or(|pending| pending.serial != serial) {
            return;
        }
        let value = match answer {
            Answer::NotLeader(Some(leader)) => {
                self.target = leader;
                return self.send(hub);
            }
            Answer::NotLeader(None) => return self.wake_after(hub, RETRY),
            Answer::Done => None,
            Answer::Value(value) => value,
        };
        self.pending = None;
        self.answered += 1;
        let id = hub.emit(EventKind::Answered { client: self.id, serial, value });
        hub.cause = Some(id);
        match self.load {
            Some(Span(0)) => self.next_of_load(hub),
            Some(every) => self.wake_after(hub, every),
            // Nothing more will come: an alarm still set finds a newer count and is ignored.
            None => self.alarm += 1,
        }
    }

    /// The node to ask when the one asked is silent. It takes all nodes in turn, wherever they point
    /// to: the followers on the wrong side of a partition name a leader that cannot commit.
    fn turn(&mut self, nodes: u8) -> NodeId {
        let after = |node: NodeId| NodeId(node.0 % nodes + 1);
        let next = after(self.turned_to);
        self.turned_to = if next == self.target { after(next) } else { next };
        self.target = self.turned_to;
        self.target
    }

    /// Its alarm rings: ask the next node, or send the next request of the load.
    pub(crate) fn wake(&mut self, hub: &mut Hub, alarm: u64) {
        if alarm != self.alarm {
            return;
        }
        if let Some(serial) = self.pending.as_ref().map(|pending| pending.serial) {
            let next = self.turn(hub.net.nodes());
            hub.begin(None, EventKind::TimedOut { client: self.id, serial, next });
            self.send(hub);
        } else if self.load.is_some() {
            hub.cause = None;
            self.next_of_load(hub);
        }
    }
}
