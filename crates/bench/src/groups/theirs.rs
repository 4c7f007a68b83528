//! The replica of raft-rs.

use bytes::Bytes;
use raft_rs::{
    Config, NO_LIMIT, RawNode, StateRole,
    eraftpb::{Entry, Message, MessageType},
    storage::MemStorage,
};
use slog::{Discard, Logger, o};

use super::group::{ELECTION_TICKS, HEARTBEAT_TICKS, Replica};

pub(super) struct Theirs {
    node: RawNode<MemStorage>,
    applied_bytes: u64,
}

impl Theirs {
    fn apply(&mut self, committed: &[Entry]) {
        for entry in committed {
            self.applied_bytes += entry.data.len() as u64;
        }
    }
}

impl Replica for Theirs {
    type Message = Message;
    type Scratch = ();

    fn new(id: u64) -> Self {
        let config = Config {
            id,
            election_tick: ELECTION_TICKS as usize,
            heartbeat_tick: HEARTBEAT_TICKS as usize,
            max_size_per_msg: NO_LIMIT,
            max_inflight_msgs: 256,
            batch_append: true,
            ..Config::default()
        };
        let log = MemStorage::new_with_conf_state((vec![1, 2, 3], vec![]));
        let node = RawNode::new(&config, log, &Logger::root(Discard, o!()));
        Self { node: node.expect("the configuration is valid"), applied_bytes: 0 }
    }

    fn tick(&mut self) {
        self.node.tick();
    }

    fn campaign(&mut self) {
        self.node.campaign().expect("a follower may campaign");
    }

    /// What `RawNode::propose` does, without a copy of a shared payload.
    fn propose(&mut self, payload: Bytes) {
        let entry = Entry { data: payload, ..Entry::default() };
        let mut message = Message::default();
        message.set_msg_type(MessageType::MsgPropose);
        message.from = self.node.raft.id;
        message.set_entries(vec![entry].into());
        self.node.step(message).expect("the leader takes proposals");
    }

    fn step(&mut self, message: Message) {
        self.node.step(message).expect("the message is from a member");
    }

    fn receiver(message: &Message) -> u64 {
        message.to
    }

    fn work(&mut self, (): &mut (), sent: &mut Vec<Message>) {
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            sent.append(&mut ready.take_messages());
            if let Some(hard_state) = ready.hs() {
                self.node.store().wl().set_hardstate(hard_state.clone());
            }
            if !ready.entries().is_empty() {
                let stored = self.node.store().wl().append(ready.entries());
                stored.expect("the entries follow the log");
            }
            sent.append(&mut ready.take_persisted_messages());
            self.apply(ready.committed_entries());
            let mut light = self.node.advance(ready);
            if let Some(commit) = light.commit_index() {
                self.node.store().wl().mut_hard_state().set_commit(commit);
            }
            sent.append(&mut light.take_messages());
            self.apply(light.committed_entries());
            self.node.advance_apply();
        }
    }

    fn compact(&mut self) {
        let applied = self.node.raft.raft_log.applied;
        self.node.store().wl().compact(applied).expect("it was applied");
    }

    fn is_leader(&self) -> bool {
        self.node.raft.state == StateRole::Leader
    }

    fn applied_bytes(&self) -> u64 {
        self.applied_bytes
    }
}
