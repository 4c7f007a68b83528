//! The short way and the long way lead to the same node, whatever comes.

#![expect(
    clippy::cast_possible_truncation,
    reason = "three nodes, and a few messages to choose from"
)]

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;
use det::Rng;

use crate::{
    Body, ConfState, Config, Index, MemoryStorage, Message, PeerId, RawNode, ReadOnly, Term,
};

const NODES: u32 = 3;
const SEEDS: u64 = 12;
const ROUNDS: u32 = 3_000;

struct Server {
    node: RawNode,
    disk: MemoryStorage,
}

struct Group {
    rng: Rng,
    servers: Vec<Server>,
    network: Vec<Message>,
    /// How many messages took the short way.
    short: u32,
}

impl Group {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::named(seed, "ways", 0);
        let mut coin = || rng.below(2) == 0;
        let shared = Config {
            election_ticks: 5,
            heartbeat_ticks: 1,
            pre_vote: coin(),
            check_quorum: coin(),
            batch_append: coin(),
            quiet_commits: coin(),
            read_only: ReadOnly::Safe,
            max_inflight_messages: 4,
            ..Config::default()
        };
        let start = |id: u32| {
            let id = PeerId(u64::from(id));
            let voters = (1..=NODES).map(|id| PeerId(u64::from(id))).collect();
            let disk = MemoryStorage::with_members(ConfState { voters, ..ConfState::default() });
            let config = Config { id, ..shared.clone() };
            let node = RawNode::new(config, Rng::named(seed, "election", id.0), &disk);
            Server { node: node.expect("the configuration is valid"), disk }
        };
        Self { servers: (1..=NODES).map(start).collect(), network: Vec::new(), rng, short: 0 }
    }

    /// Something happens, most often the delivery of a message, not always the oldest.
    fn round(&mut self) {
        let at = self.rng.below(NODES) as usize;
        let Server { node, disk } = &mut self.servers[at];
        match self.rng.below(16) {
            0..=3 => node.tick(disk),
            4 | 5 => drop(node.propose(Bytes::from_static(b"x"), disk)),
            6 => node.read_index(Bytes::from_static(b"r"), disk),
            7 if !self.network.is_empty() => {
                let lost = self.rng.below(self.network.len() as u32) as usize;
                self.network.remove(lost);
            }
            _ if self.network.is_empty() => {}
            _ => {
                let next = self.rng.below(self.network.len().min(4) as u32) as usize;
                let mut message = self.network.remove(next);
                if self.rng.below(8) == 0 {
                    self.network.push(message.clone());
                }
                if self.rng.below(16) == 0 {
                    self.forge(&mut message);
                }
                self.deliver(message);
            }
        }
        self.work();
    }

    fn forge(&mut self, message: &mut Message) {
        let near = |value: u64, rng: &mut Rng| (value + u64::from(rng.below(3))).saturating_sub(1);
        message.term = Term(near(message.term.0, &mut self.rng));
        if let Body::Append { commit: index, .. }
        | Body::Commit { index }
        | Body::Accepted { index }
        | Body::Heartbeat { commit: index, .. } = &mut message.body
        {
            *index = Index(near(index.0, &mut self.rng));
        }
    }

    fn deliver(&mut self, message: Message) {
        let Some(server) = self.servers.get_mut((message.to.0 - 1) as usize) else { return };
        let (node, disk) = (&mut server.node, &server.disk);
        let mut long = node.clone();
        let told = format!("{message:?}");
        let mut probe = node.clone();
        let is_short =
            probe.core.step_idly(&message) || probe.core.step_steadily(&mut message.clone(), disk);
        self.short += u32::from(is_short);
        let refused = long.stir().step(message.clone(), disk).is_err();
        assert_eq!(node.step(message, disk).is_err(), refused, "{told}");
        assert_eq!(format!("{:?}", node.core), format!("{:?}", long.core), "{told}");
    }

    fn work(&mut self) {
        for Server { node, disk } in &mut self.servers {
            while node.has_ready() {
                let mut ready = node.ready(disk);
                if let Some(hard_state) = ready.hard_state {
                    disk.set_hard_state(hard_state);
                }
                disk.append(core::mem::take(&mut ready.entries));
                self.network.append(&mut ready.messages);
                node.advance(disk);
            }
        }
    }
}

#[test]
fn the_short_way_leads_where_the_long_one_does() {
    let mut short = 0;
    for seed in 0..SEEDS {
        let mut group = Group::new(seed);
        for _ in 0..ROUNDS {
            group.round();
        }
        short += group.short;
        let committed = group.servers.iter().map(|server| server.node.commit()).max();
        assert!(committed > Some(Index(5)), "seed {seed}: a group that does nothing shows nothing");
    }
    assert!(short > 2_000, "{short} messages took the short way");
}
