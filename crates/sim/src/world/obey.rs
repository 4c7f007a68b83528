//! What a person's commands do.

use std::rc::Rc;

use det::Span;
use raft::Transition;

use super::World;
use crate::server::conf_change;
use crate::{
    Ask, Client, ClientId, Command, DiskFate, EventKind, Flight, Links, Loss, MessageId, NodeId,
    Refusal, Seat,
};

/// Clients of the page: as many requests of persons may wait at a time.
pub(super) const PERSONS: u16 = 8;

impl World {
    /// Does what a person asks, now.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    pub fn apply(&mut self, command: &Command) -> Result<(), Refusal> {
        self.allows(command)?;
        self.commands += 1;
        self.hub.begin(None, EventKind::Commanded(Rc::new(command.clone())));
        self.obey(command);
        self.report_findings();
        Ok(())
    }

    fn obey(&mut self, command: &Command) {
        match command {
            Command::Kill { node, disk } => self.kill(*node, *disk),
            Command::Restart(node) => {
                let next = self.hub.after(self.hub.setup.tick);
                self.nodes[node.slot()].start(&mut self.hub, next);
            }
            Command::Pause(node) => self.nodes[node.slot()].pause(),
            Command::Resume(node) => self.nodes[node.slot()].resume(&mut self.hub),
            Command::Campaign(node) => self.nodes[node.slot()].campaign(&mut self.hub),
            Command::Transfer(to) => {
                if let Some((leader, _)) = self.leader() {
                    self.nodes[leader.slot()].transfer(&mut self.hub, *to);
                }
            }
            Command::Forget(node) => self.nodes[node.slot()].forget(&mut self.hub),
            Command::Change { steps, transition } => self.change(steps, *transition),
            Command::Leave => {
                if let Some((leader, _)) = self.leader() {
                    self.nodes[leader.slot()].leave_joint(&mut self.hub);
                }
            }
            Command::Compact(node) => self.compact(*node),
            Command::Microscope { node, every } => {
                self.nodes[node.slot()].examine(&mut self.hub, *every);
            }
            Command::Crash { node, after } => self.nodes[node.slot()].crash_after(*after),
            Command::Put { key, value, at } => {
                let (key, value) = (Rc::from(key.as_str()), Rc::from(value.as_str()));
                self.ask(Ask::Put { key, value }, *at);
            }
            Command::Get { key, at } => self.ask(Ask::Get { key: Rc::from(key.as_str()) }, *at),
            Command::Read { key, at } => self.ask(Ask::Read { key: Rc::from(key.as_str()) }, *at),
            Command::Load { clients, every } => self.load(*clients, *every),
            Command::Cut(links) => self.set_cut(*links, true),
            Command::Mend(links) => self.set_cut(*links, false),
            Command::Partition(groups) => {
                let group_of = |node| {
                    groups.iter().position(|group| group.contains(&node)).unwrap_or(usize::MAX)
                };
                self.hub.net.partition(group_of);
                self.hub.doom_at_cuts();
            }
            Command::Heal => self.set_cut(Links::All, false),
            Command::Latency { links, base, jitter } => {
                for link in self.hub.net.choose(*links) {
                    (link.base, link.jitter) = (*base, *jitter);
                }
            }
            Command::Loss { links, per_million } => {
                for link in self.hub.net.choose(*links) {
                    link.loss_per_million = *per_million;
                }
            }
            Command::Fsync { node, span } => {
                for server in &mut self.nodes {
                    if node.is_none_or(|node| node == server.id()) {
                        server.disk_mut().fsync = *span;
                    }
                }
            }
            Command::Drop(message) => self.drop_message(*message),
            Command::Hold(message) => self.hold(*message),
            Command::Release(message) => self.release(*message),
            Command::Delay { message, by } => self.delay(*message, *by),
            Command::Duplicate(message) => self.duplicate(*message),
        }
    }

    fn kill(&mut self, node: NodeId, disk: DiskFate) {
        let server = &mut self.nodes[node.slot()];
        server.kill(&mut self.hub);
        if disk == DiskFate::Lose {
            server.disk_mut().lose(self.hub.setup.nodes);
            self.hub.checks.lost_disk(node);
        }
    }

    /// Nodes that are not there yet start, then the leader proposes the change.
    #[inline(never)]
    fn change(&mut self, steps: &[(Seat, NodeId)], transition: Transition) {
        while steps.iter().any(|&(_, node)| self.node(node).is_none()) {
            self.join();
        }
        if let Some((leader, _)) = self.leader() {
            let change = conf_change(steps, transition);
            self.nodes[leader.slot()].propose_members(&mut self.hub, &change);
        }
    }

    #[inline(never)]
    fn compact(&mut self, node: Option<NodeId>) {
        for server in &mut self.nodes {
            if node.is_none_or(|node| node == server.id()) && server.can_compact() {
                server.compact(&mut self.hub);
            }
        }
    }

    fn ask(&mut self, ask: Ask, at: Option<NodeId>) {
        let idle = |client: &&mut Client| client.id().0 <= PERSONS && client.pending().is_none();
        let first_target = self.clients.first().map_or(NodeId(1), Client::target);
        if let Some(client) = self.clients.iter_mut().find(idle) {
            return client.ask(&mut self.hub, ask, at);
        }
        let id = ClientId(1 + self.persons());
        let mut client = Client::new(id, self.hub.setup.seed, first_target);
        client.ask(&mut self.hub, ask, at);
        let place = usize::from(id.0) - 1;
        self.clients.insert(place, client);
    }

    fn persons(&self) -> u16 {
        let count = self.clients.iter().filter(|client| client.id().0 <= PERSONS).count();
        u16::try_from(count).unwrap_or(PERSONS)
    }

    fn load(&mut self, clients: u16, every: Span) {
        let last = self.clients.last().map_or(PERSONS, |client| client.id().0.max(PERSONS));
        for id in last + 1..=PERSONS + clients {
            let nodes = u16::from(self.hub.net.nodes());
            let target = NodeId(u8::try_from(1 + id % nodes).unwrap_or(1));
            self.clients.push(Client::new(ClientId(id), self.hub.setup.seed, target));
        }
        let commanded = self.hub.cause;
        for client in self.clients.iter_mut().filter(|client| client.id().0 > PERSONS) {
            self.hub.cause = commanded;
            let runs = client.id().0 <= PERSONS + clients;
            client.set_load(&mut self.hub, runs.then_some(every));
        }
    }

    fn set_cut(&mut self, links: Links, cut: bool) {
        for link in self.hub.net.choose(links) {
            link.cut = cut;
        }
        self.hub.doom_at_cuts();
    }

    fn drop_message(&mut self, message: MessageId) {
        let held = self.hub.held.remove(&message).map(|(_, flight)| flight);
        if let Some(flight) = self.hub.queue.take(message).or(held) {
            self.lose(*flight, Loss::Dropped);
        }
    }

    fn hold(&mut self, message: MessageId) {
        if let Some(flight) = self.hub.queue.take(message) {
            self.hub.held.insert(message, (self.hub.now, flight));
        }
    }

    fn release(&mut self, message: MessageId) {
        let Some((since, mut flight)) = self.hub.held.remove(&message) else { return };
        let held = self.hub.now.since(since);
        flight.sent += held;
        flight.due += held;
        let lost = flight.lost.map(|(at, why)| (at + held, why));
        flight.lost = lost;
        self.hub.queue.push(flight.ends_at(), crate::queue::Item::Arrive(flight));
        self.hub.doom_at_cuts();
    }

    fn delay(&mut self, message: MessageId, by: Span) {
        let Some(mut flight) = self.hub.queue.take(message) else { return };
        let due = flight.due + by;
        flight.retime(self.hub.now, due);
        let lost = flight.lost.map(|(_, why)| why);
        self.hub.launch(flight, lost);
    }

    /// A copy follows the original, a quarter of the way behind it.
    fn duplicate(&mut self, message: MessageId) {
        let Some(original) = self.flight(message) else { return };
        let mut copy: Flight = original.clone();
        let behind = Span(copy.due.since(copy.sent).0 / 4 + 1);
        copy.due += behind;
        copy.sent += behind;
        copy.copy = true;
        let lost = copy.lost.map(|(_, why)| why);
        let kind = EventKind::Sent {
            from: copy.from,
            to: copy.to,
            says: copy.says.clone(),
            due: copy.due,
        };
        copy.message = MessageId(self.hub.emit(kind).0);
        self.hub.launch(Box::new(copy), lost);
    }
}
