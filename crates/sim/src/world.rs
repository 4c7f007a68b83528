//! The world: nodes, clients, links and what is about to happen, at one moment.

mod allow;
mod look;
mod obey;
mod run;

pub use look::Upcoming;

use std::rc::Rc;

use det::{Rng, Time};

use crate::flight::Load;
use crate::hub::Hub;
use crate::queue::Item;
use crate::{Client, End, Event, EventKind, Flight, Loss, NodeId, Phase, Refusal, Server, Setup};

/// A cluster at a moment of virtual time. A value: a clone is a checkpoint, and shares what is large.
#[derive(Clone, Debug)]
pub struct World {
    hub: Hub,
    nodes: Vec<Server>,
    clients: Vec<Client>,
    /// How many items of the queue have happened.
    steps: u64,
    /// How many commands have been obeyed.
    commands: u64,
    reported: usize,
}

impl World {
    /// A cluster at time zero, all nodes running.
    ///
    /// # Errors
    /// If the setup cannot be run.
    pub fn new(setup: Setup) -> Result<Self, Refusal> {
        setup.check()?;
        let nodes = (1..=setup.nodes).map(|id| Server::new(NodeId(id), &setup)).collect();
        let mut world = Self {
            hub: Hub::new(setup),
            nodes,
            clients: Vec::new(),
            steps: 0,
            commands: 0,
            reported: 0,
        };
        let tick = u32::try_from(world.hub.setup.tick.0).unwrap_or(u32::MAX);
        for node in &mut world.nodes {
            let seed = world.hub.setup.seed;
            let mut phase = Rng::named(seed, "tick", u64::from(node.id().0));
            let first_tick = Time(1 + u64::from(phase.below(tick)));
            world.hub.cause = None;
            node.start(&mut world.hub, first_tick);
        }
        Ok(world)
    }

    /// Lets the next thing happen if it is due at `until` or before. Says whether there was one.
    pub fn step_until(&mut self, until: Time) -> bool {
        let Some((at, item)) = self.hub.queue.pop_until(until) else { return false };
        self.hub.now = at;
        self.hub.cause = None;
        self.steps += 1;
        self.happen(item);
        self.report_findings();
        true
    }

    /// Lets everything happen that is due at `until` or before; then it is `until`.
    pub fn run_until(&mut self, until: Time) {
        while self.step_until(until) {}
        self.rest_until(until);
    }

    /// Nothing is due before `until`; now it is `until`.
    pub(crate) fn rest_until(&mut self, until: Time) {
        self.hub.now = self.hub.now.max(until);
    }

    fn happen(&mut self, item: Item) {
        let hub = &mut self.hub;
        match item {
            Item::Arrive(flight) => self.arrive(flight),
            Item::Tick { node, life } => {
                let server = &mut self.nodes[node.slot()];
                if server.lives(life) {
                    server.tick(hub);
                }
            }
            Item::Synced { node, life } => {
                let server = &mut self.nodes[node.slot()];
                if server.lives(life) {
                    server.synced(hub);
                }
            }
            Item::Carried { from, life, to, arrived } => {
                let server = &mut self.nodes[from.slot()];
                if server.lives(life) {
                    server.carried(hub, to, arrived);
                }
            }
            Item::Loop { node, life } => {
                let server = &mut self.nodes[node.slot()];
                if server.lives(life) {
                    server.step_loop(hub);
                }
            }
            Item::Wake { client, alarm } => {
                if let Some(client) = self.clients.iter_mut().find(|known| known.id() == client) {
                    client.wake(hub, alarm);
                }
            }
        }
    }

    fn arrive(&mut self, flight: Box<Flight>) {
        let hub = &mut self.hub;
        hub.cause = Some(crate::EventId(flight.message.0));
        if let Some((_, why)) = flight.lost {
            return self.lose(*flight, why);
        }
        match flight.to {
            End::Node(node) if self.nodes[node.slot()].phase() == Phase::Down => {
                self.lose(*flight, Loss::Dead);
            }
            End::Node(node) => {
                self.report_snapshot(&flight, true);
                self.nodes[node.slot()].receive(&mut self.hub, flight);
            }
            End::Client(client) => {
                let Flight { message, from, to, says, load, .. } = *flight;
                let Load::Reply { serial, answer } = load else { return };
                let sent = hub.cause;
                hub.begin(sent, EventKind::Delivered { message, from, to, says });
                if let Some(client) = self.clients.iter_mut().find(|known| known.id() == client) {
                    client.receive(hub, serial, answer);
                }
            }
        }
    }

    /// A message is lost here and now.
    #[inline(never)]
    fn lose(&mut self, flight: Flight, why: Loss) {
        self.report_snapshot(&flight, false);
        self.hub.lose(flight, why);
    }

    /// Of a snapshot the sender gets to know what became of it, one way later: its transport waits for
    /// the whole of it to arrive.
    #[inline(never)]
    fn report_snapshot(&mut self, flight: &Flight, arrived: bool) {
        if let (End::Node(from), End::Node(to), true) =
            (flight.from, flight.to, flight.carries_snapshot())
        {
            let life = self.nodes[from.slot()].life();
            let at = self.hub.after(self.hub.net.link(to, from).base);
            self.hub.queue.push(at, Item::Carried { from, life, to, arrived });
        }
    }

    /// One more node joins the cluster: it starts with nothing and waits to be told.
    #[inline(never)]
    fn join(&mut self) {
        let hub = &mut self.hub;
        let id = NodeId(hub.net.nodes() + 1);
        hub.net.grow(&hub.setup);
        hub.checks.grow();
        let mut server = Server::new(id, &hub.setup);
        let first_tick = hub.after(hub.setup.tick);
        let commanded = hub.cause;
        server.start(hub, first_tick);
        hub.cause = commanded;
        self.nodes.push(server);
    }

    /// Findings of the checkers become events.
    fn report_findings(&mut self) {
        while self.reported < self.hub.checks.findings().len() {
            let event = self.hub.checks.findings()[self.reported].event;
            self.hub.cause = Some(event);
            self.hub.emit(EventKind::Found { finding: self.reported });
            self.reported += 1;
        }
    }

    /// Takes the events since the last call, oldest first, into `out`.
    pub fn take_events(&mut self, out: &mut Vec<Event>) {
        out.append(&mut self.hub.events);
    }

    /// Forgets the events since the last call.
    pub fn drop_events(&mut self) {
        self.hub.events.clear();
    }

    /// The setup of the run.
    pub fn setup(&self) -> &Rc<Setup> {
        &self.hub.setup
    }
}
