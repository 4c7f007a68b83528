//! Reading a world, for pictures, scripts and tests.

use std::hash::{Hash, Hasher};

use det::{Digest, Time};
use raft::{Membership, Role, Term};

use super::World;
use crate::net::Link;
use crate::queue::Item;
use crate::{
    Checks, Client, EventId, Finding, Flight, LoopStep, MessageId, NodeId, Phase, Server, Standing,
};

/// Something that is about to happen.
#[derive(Clone, Debug)]
pub enum Upcoming<'a> {
    /// A message arrives or is lost.
    Message(&'a Flight),
    /// A node's disk finishes a sync.
    Sync(NodeId),
    /// A node under the microscope takes this step.
    Loop(NodeId, LoopStep),
    /// A client asks again, or asks the next thing.
    Client(crate::ClientId),
}

impl World {
    /// The moment.
    pub fn now(&self) -> Time {
        self.hub.now
    }

    /// How many items of the queue have happened.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many commands have been obeyed.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    /// The id that the next event will have.
    pub fn next_event(&self) -> EventId {
        EventId(self.hub.next_event)
    }

    /// When the next thing is due.
    pub fn next_at(&self) -> Option<Time> {
        self.hub.queue.next_at()
    }

    /// The nodes, n1 first.
    pub fn nodes(&self) -> &[Server] {
        &self.nodes
    }

    /// A node, if the cluster has it.
    pub fn node(&self, node: NodeId) -> Option<&Server> {
        self.nodes.get(usize::from(node.0.checked_sub(1)?))
    }

    /// The clients that have asked something, in id order.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The link from one node to another; both must be of this cluster.
    pub fn link(&self, from: NodeId, to: NodeId) -> &Link {
        self.hub.net.link(from, to)
    }

    /// Messages on their way, soonest arrival first, then those that are held.
    pub fn flights(&self) -> impl Iterator<Item = &Flight> {
        let held = self.hub.held.values().map(|(_, flight)| &**flight);
        self.hub.queue.flights().chain(held)
    }

    /// A message on its way or held.
    pub fn flight(&self, message: MessageId) -> Option<&Flight> {
        self.flights().find(|flight| flight.message == message)
    }

    /// If a person holds this message: since when.
    pub fn held_since(&self, message: MessageId) -> Option<Time> {
        self.hub.held.get(&message).map(|(since, _)| *since)
    }

    /// How many messages a person holds.
    pub fn held_count(&self) -> usize {
        self.hub.held.len()
    }

    /// What is about to happen, soonest first; ticks of clocks are left out.
    pub fn upcoming(&self) -> impl Iterator<Item = (Time, Upcoming<'_>)> {
        self.hub.queue.iter().filter_map(|(at, item)| {
            let upcoming = match item {
                Item::Arrive(flight) => Upcoming::Message(flight),
                Item::Synced { node, life } => {
                    self.nodes[node.slot()].lives(*life).then_some(Upcoming::Sync(*node))?
                }
                Item::Wake { client, .. } => Upcoming::Client(*client),
                Item::Loop { node, life } => {
                    let server = &self.nodes[node.slot()];
                    let next = server.lives(*life).then(|| server.microscope()?.next())??;
                    Upcoming::Loop(*node, next)
                }
                Item::Tick { .. } | Item::Carried { .. } => return None,
            };
            Some((at, upcoming))
        })
    }

    /// The checkers of the run.
    pub fn checks(&self) -> &Checks {
        &self.hub.checks
    }

    /// Every contradiction found so far.
    pub fn findings(&self) -> &[Finding] {
        self.hub.checks.findings()
    }

    /// The running leader of the highest term, with its term. A deposed leader that does not know
    /// it yet is not it.
    pub fn leader(&self) -> Option<(NodeId, Term)> {
        self.nodes
            .iter()
            .filter(|node| node.phase() != Phase::Down)
            .filter_map(|node| Some((node.id(), node.raft()?)))
            .filter(|(_, raft)| raft.role() == Role::Leader)
            .map(|(id, raft)| (id, raft.term()))
            .max_by_key(|(_, term)| *term)
    }

    /// The members as the leader knows them; without one, as the node does that has applied most.
    pub fn members(&self) -> Membership {
        let leader = self.leader().and_then(|(leader, _)| self.node(leader));
        let knows_most = || self.nodes.iter().rev().max_by_key(|node| node.applied().index);
        leader.or_else(knows_most).map(Server::members).unwrap_or_default()
    }

    /// How a node counts, as [`World::members`] says.
    pub fn standing(&self, node: NodeId) -> Standing {
        Standing::of(&self.members(), node)
    }

    /// A measure of what a clone of this world copies: pointers to shared chunks, and messages.
    pub(crate) fn weight(&self) -> usize {
        let entries: usize = self.nodes.iter().map(|node| node.disk().chunks()).sum();
        let flights = self.hub.queue.len() * 32;
        entries + self.hub.checks.chunks() + flights + self.nodes.len() * 128
    }

    /// A digest of the whole state: equal worlds go on equally, here and on every other machine.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::new();
        (self.hub.now, self.hub.next_event, self.steps, self.commands).hash(&mut digest);
        for node in &self.nodes {
            node.digest_into(&mut digest);
        }
        self.clients.hash(&mut digest);
        self.hub.net.hash(&mut digest);
        for (at, item) in self.hub.queue.iter() {
            at.hash(&mut digest);
            match item {
                Item::Arrive(flight) => digest_flight(flight, &mut digest),
                Item::Tick { node, life } => (0_u8, node, life).hash(&mut digest),
                Item::Synced { node, life } => (1_u8, node, life).hash(&mut digest),
                Item::Loop { node, life } => (4_u8, node, life).hash(&mut digest),
                Item::Carried { from, life, to, arrived } => {
                    (3_u8, from, life, to, arrived).hash(&mut digest);
                }
                Item::Wake { client, alarm } => (2_u8, client, alarm).hash(&mut digest),
            }
        }
        for (since, flight) in self.hub.held.values() {
            since.hash(&mut digest);
            digest_flight(flight, &mut digest);
        }
        self.findings().hash(&mut digest);
        digest.finish()
    }
}

fn digest_flight(flight: &Flight, digest: &mut Digest) {
    let Flight { message, from, to, sent, due, lost, says: _, copy, load } = flight;
    (message, from, to, sent, due, lost, copy, load).hash(digest);
}
