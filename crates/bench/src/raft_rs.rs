//! The peer of the simulator: a bare harness over raft-rs, with the same cluster and the same load.
//!
//! Five nodes, one ordered queue, messages of 5 to 8 ms that keep order per link, ticks of 10 ms,
//! eight clients that write without pause. It keeps no events, no disks and no checkpoints, and checks
//! two rules: one leader a term, and equal entries applied at equal indices.

#![expect(clippy::cast_possible_truncation, reason = "ids of nodes and clients are small")]

use std::collections::BTreeMap;

use det::Rng;
use raft_rs::eraftpb::{Entry, Message};
use raft_rs::storage::MemStorage;
use raft_rs::{Config, RawNode, StateRole};
use slog::{Discard, Logger, o};

const NODES: u64 = 5;
const CLIENTS: u64 = 8;

/// Something that will happen.
enum Item {
    Tick(u64),
    Message(Box<Message>),
    /// A client's request arrives at the leader it knows.
    Request(u64),
    /// The answer arrives at the client.
    Reply(u64),
}

/// A five-node group of raft-rs on a virtual clock.
pub(crate) struct Harness {
    now: u64,
    serial: u64,
    queue: BTreeMap<(u64, u64), Item>,
    nodes: Vec<RawNode<MemStorage>>,
    rng: Rng,
    latest: Vec<u64>,
    leaders: BTreeMap<u64, u64>,
    applied: Vec<Entry>,
}

impl Harness {
    pub(crate) fn new() -> Self {
        let logger = Logger::root(Discard, o!());
        let voters: Vec<u64> = (1..=NODES).collect();
        let node = |id| {
            let config = Config {
                id,
                election_tick: 10,
                heartbeat_tick: 3,
                max_inflight_msgs: 64,
                max_size_per_msg: 4096,
                batch_append: true,
                ..Config::default()
            };
            let storage = MemStorage::new_with_conf_state((voters.clone(), vec![]));
            RawNode::new(&config, storage, &logger).expect("the configuration is valid")
        };
        let mut harness = Self {
            now: 0,
            serial: 0,
            queue: BTreeMap::new(),
            nodes: (1..=NODES).map(node).collect(),
            rng: Rng::named(1, "peer", 0),
            latest: vec![0; (NODES * NODES) as usize],
            leaders: BTreeMap::new(),
            applied: Vec::new(),
        };
        for id in 1..=NODES {
            let phase = u64::from(harness.rng.below(10_000));
            harness.push(phase, Item::Tick(id));
        }
        harness.run_until(1_000_000);
        for client in 0..CLIENTS {
            harness.push(harness.now + 5_000, Item::Request(client));
        }
        harness.run_until(2_000_000);
        harness
    }

    fn push(&mut self, at: u64, item: Item) {
        self.serial += 1;
        self.queue.insert((at, self.serial), item);
    }

    fn run_until(&mut self, until: u64) {
        while self.queue.first_key_value().is_some_and(|((at, _), _)| *at <= until) {
            self.step();
        }
    }

    /// Lets so many things happen.
    pub(crate) fn run(&mut self, steps: u64) {
        for _ in 0..steps {
            self.step();
        }
    }

    fn latency(&mut self) -> u64 {
        5_000 + u64::from(self.rng.below(3_001))
    }

    fn step(&mut self) {
        let Some(((at, _), item)) = self.queue.pop_first() else { return };
        self.now = at;
        match item {
            Item::Tick(id) => {
                self.push(at + 10_000, Item::Tick(id));
                self.nodes[(id - 1) as usize].tick();
                self.settle(id);
            }
            Item::Message(message) => {
                let id = message.to;
                // A refused message is no error of the harness.
                let _refused = self.nodes[(id - 1) as usize].step(*message);
                self.settle(id);
            }
            Item::Request(client) => self.request(client),
            Item::Reply(client) => {
                let at = self.now + self.latency();
                self.push(at, Item::Request(client));
            }
        }
    }

    fn request(&mut self, client: u64) {
        let leader = self.nodes.iter().position(|node| node.raft.state == StateRole::Leader);
        let Some(leader) = leader else {
            return self.push(self.now + 20_000, Item::Request(client));
        };
        let mut data = vec![1, client as u8];
        data.extend_from_slice(&self.serial.to_le_bytes());
        data.extend_from_slice(b"key value");
        if self.nodes[leader].propose(vec![], data).is_ok() {
            self.settle(leader as u64 + 1);
        } else {
            self.push(self.now + 20_000, Item::Request(client));
        }
    }

    fn settle(&mut self, id: u64) {
        let slot = (id - 1) as usize;
        while self.nodes[slot].has_ready() {
            let mut ready = self.nodes[slot].ready();
            self.send(ready.take_messages());
            self.apply(slot, ready.take_committed_entries());
            let store = self.nodes[slot].raft.raft_log.store.clone();
            store.wl().append(ready.entries()).expect("a log without gaps");
            if let Some(hard) = ready.hs() {
                store.wl().set_hardstate(hard.clone());
            }
            self.send(ready.take_persisted_messages());
            let mut light = self.nodes[slot].advance(ready);
            self.send(light.take_messages());
            self.apply(slot, light.take_committed_entries());
            self.nodes[slot].advance_apply();
        }
        let raft = &self.nodes[slot].raft;
        if raft.state == StateRole::Leader {
            let known = *self.leaders.entry(raft.term).or_insert(id);
            assert_eq!(known, id, "one leader a term");
        }
    }

    fn send(&mut self, messages: Vec<Message>) {
        for message in messages {
            let link = ((message.from - 1) * NODES + message.to - 1) as usize;
            let due = (self.now + self.latency()).max(self.latest[link] + 1);
            self.latest[link] = due;
            self.push(due, Item::Message(Box::new(message)));
        }
    }

    fn apply(&mut self, slot: usize, entries: Vec<Entry>) {
        for entry in entries {
            let at = (entry.index - 1) as usize;
            match self.applied.get(at) {
                Some(known) => assert_eq!(known.data, entry.data, "equal entries at equal indices"),
                None => self.applied.push(entry.clone()),
            }
            let leads = self.nodes[slot].raft.state == StateRole::Leader;
            if leads && !entry.data.is_empty() {
                let client = u64::from(entry.data[1]);
                let at = self.now + self.latency();
                self.push(at, Item::Reply(client));
            }
        }
    }
}
