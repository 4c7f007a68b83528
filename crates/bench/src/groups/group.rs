//! Three voters in one thread, of whatever library.

use bytes::Bytes;

/// Voters of each group; their ids are 1, 2 and 3.
pub(super) const VOTERS: usize = 3;

/// Ticks without a leader before a follower campaigns, as raft-rs has it by default.
pub(super) const ELECTION_TICKS: u32 = 20;

/// Ticks between heartbeats, as raft-rs has it by default.
pub(super) const HEARTBEAT_TICKS: u32 = 2;

/// So many applied entries stay in the logs at most.
const KEPT_ENTRIES: usize = 256;

/// A member of a group with its store, driven as its library wants it.
pub(super) trait Replica {
    /// A message to another member.
    type Message;

    /// What one round of work leaves for the next one, of any replica.
    type Scratch: Default;

    /// A voter of a new group.
    fn new(id: u64) -> Self;

    fn tick(&mut self);

    fn campaign(&mut self);

    fn propose(&mut self, payload: Bytes);

    fn step(&mut self, message: Self::Message);

    /// The id of the receiver.
    fn receiver(message: &Self::Message) -> u64;

    /// Stores, sends and applies until there is nothing more to do.
    fn work(&mut self, scratch: &mut Self::Scratch, sent: &mut Vec<Self::Message>);

    /// Drops the applied entries from the log.
    fn compact(&mut self);

    fn is_leader(&self) -> bool;

    /// Payload bytes applied so far.
    fn applied_bytes(&self) -> u64;
}

/// What all groups of a thread share.
pub(super) struct Thread<R: Replica> {
    scratch: R::Scratch,
    network: Vec<R::Message>,
}

impl<R: Replica> Default for Thread<R> {
    fn default() -> Self {
        Self { scratch: R::Scratch::default(), network: Vec::new() }
    }
}

/// Three replicas; the first one leads.
pub(super) struct Group<R> {
    replicas: [R; VOTERS],
    /// Entries since the logs were compacted.
    kept: usize,
}

impl<R: Replica> Group<R> {
    /// A new group that has elected its leader.
    pub(super) fn elected(thread: &mut Thread<R>) -> Self {
        let mut group = Self { replicas: [1, 2, 3].map(R::new), kept: 0 };
        group.replicas[0].campaign();
        group.settle(thread);
        assert!(group.replicas[0].is_leader(), "nobody else campaigns");
        group
    }

    /// Lets a tick pass for each replica.
    pub(super) fn tick(&mut self, thread: &mut Thread<R>) {
        for replica in &mut self.replicas {
            replica.tick();
        }
        self.settle(thread);
    }

    /// Proposes so many commands at once and lets every replica apply them.
    pub(super) fn propose(&mut self, count: usize, payload: &Bytes, thread: &mut Thread<R>) {
        for _ in 0..count {
            self.replicas[0].propose(payload.clone());
        }
        self.settle(thread);
        self.kept += count;
        if KEPT_ENTRIES <= self.kept {
            self.kept = 0;
            for replica in &mut self.replicas {
                replica.compact();
            }
        }
    }

    /// Works and delivers until nothing is left to do.
    fn settle(&mut self, thread: &mut Thread<R>) {
        let Thread { scratch, network } = thread;
        let mut busy = [true; VOTERS];
        while busy.contains(&true) {
            for (replica, busy) in self.replicas.iter_mut().zip(&mut busy) {
                if std::mem::take(busy) {
                    replica.work(scratch, network);
                }
            }
            for message in network.drain(..) {
                let at = usize::try_from(R::receiver(&message) - 1).expect("ids are small");
                self.replicas[at].step(message);
                busy[at] = true;
            }
        }
    }

    /// Payload bytes applied so far, by all replicas together.
    pub(super) fn applied_bytes(&self) -> u64 {
        self.replicas.iter().map(R::applied_bytes).sum()
    }
}
