//! The replica of this project.

use bytes::Bytes;
use det::Rng;
use raft::{ConfState, Config, Entry, MemoryStorage, Message, PeerId, RawNode, Ready, Role};

use super::group::{ELECTION_TICKS, HEARTBEAT_TICKS, Replica};

pub(super) struct Ours {
    node: RawNode,
    log: MemoryStorage,
    applied_bytes: u64,
}

impl Ours {
    fn apply(&mut self, committed: &[Entry]) {
        for entry in committed {
            self.applied_bytes += entry.data.len() as u64;
        }
    }
}

impl Replica for Ours {
    type Message = Message;
    type Scratch = Ready;

    fn new(id: u64) -> Self {
        let config = Config {
            id: PeerId(id),
            election_ticks: ELECTION_TICKS,
            heartbeat_ticks: HEARTBEAT_TICKS,
            batch_append: true,
            quiet_commits: true,
            record_events: false,
            ..Config::default()
        };
        let voters = [1, 2, 3].map(PeerId).to_vec();
        let log = MemoryStorage::with_members(ConfState { voters, ..ConfState::default() });
        let node = RawNode::new(config, Rng::named(1, "election", id), &log);
        Self { node: node.expect("the configuration is valid"), log, applied_bytes: 0 }
    }

    fn tick(&mut self) {
        self.node.tick(&self.log);
    }

    fn campaign(&mut self) {
        self.node.campaign(&self.log);
    }

    fn propose(&mut self, payload: Bytes) {
        self.node.propose(payload, &self.log).expect("the leader takes proposals");
    }

    fn step(&mut self, message: Message) {
        self.node.step(message, &self.log).expect("the message is from a member");
    }

    fn receiver(message: &Message) -> u64 {
        message.to.0
    }

    fn work(&mut self, ready: &mut Ready, sent: &mut Vec<Message>) {
        while self.node.has_ready() {
            self.node.ready_into(ready, &self.log);
            if let Some(hard_state) = ready.hard_state {
                self.log.set_hard_state(hard_state);
            }
            if !ready.entries.is_empty() {
                self.log.append(std::mem::take(&mut ready.entries));
            }
            if !ready.messages.is_empty() {
                sent.append(&mut ready.messages);
            }
            self.apply(&ready.committed);
            self.node.advance(&self.log);
        }
    }

    fn compact(&mut self) {
        self.log.compact(self.node.applied()).expect("something was applied since");
    }

    fn is_leader(&self) -> bool {
        self.node.role() == Role::Leader
    }

    fn applied_bytes(&self) -> u64 {
        self.applied_bytes
    }
}
