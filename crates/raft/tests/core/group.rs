//! A small group whose messages and ticks a test decides on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use raft::{
    Body, ConfChange, ConfChangeFormat, ConfState, Config, Entry, EntryId, EntryKind, HardState,
    Index, MemoryStorage, Message, MessageKind, PeerId, Progress, RawNode, ReadState, Ready, Role,
    StepError, Storage, Term,
};

/// One node, its disk and what came out of it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) raw: RawNode,
    pub(crate) disk: MemoryStorage,
    pub(crate) applied: Vec<Entry>,
    pub(crate) reads: Vec<ReadState>,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) nodes: BTreeMap<u64, Node>,
    pub(crate) network: VecDeque<Message>,
    cut: BTreeSet<(u64, u64)>,
    lost: BTreeSet<MessageKind>,
}

pub(crate) fn ids(ids: &[u64]) -> Vec<PeerId> {
    ids.iter().copied().map(PeerId).collect()
}

pub(crate) fn at(term: u64, index: u64) -> EntryId {
    EntryId { term: Term(term), index: Index(index) }
}

/// Entries of these terms, from index 1 on.
pub(crate) fn log_of(terms: &[u64]) -> Vec<Entry> {
    (1..)
        .zip(terms)
        .map(|(index, &term)| Entry { id: at(term, index), ..Entry::default() })
        .collect()
}

pub(crate) fn message(from: u64, to: u64, term: u64, body: Body) -> Message {
    Message { from: PeerId(from), to: PeerId(to), term: Term(term), body }
}

impl Node {
    /// A node with these members, that has this log on its disk.
    pub(crate) fn new(members: ConfState, config: Config, terms: &[u64], hard: HardState) -> Self {
        let mut disk = MemoryStorage::with_members(members);
        disk.append(log_of(terms).into());
        disk.set_hard_state(hard);
        Self::on(disk, config)
    }

    pub(crate) fn on(disk: MemoryStorage, config: Config) -> Self {
        let rng = det::Rng::named(1, "election", config.id.0);
        let raw = RawNode::new(config, rng, &disk).expect("a sound configuration");
        Self { raw, disk, applied: Vec::new(), reads: Vec::new() }
    }

    /// Does what its Readys say until there is none; returns the messages to others.
    pub(crate) fn work(&mut self) -> Vec<Message> {
        let mut sent = Vec::new();
        while self.raw.has_ready() {
            let ready = self.raw.ready(&self.disk);
            self.persist(&ready);
            sent.extend(ready.messages);
            self.raw.advance(&self.disk);
        }
        sent
    }

    /// Writes and applies one Ready.
    pub(crate) fn persist(&mut self, ready: &Ready) {
        if let Some(hard) = ready.hard_state {
            self.disk.set_hard_state(hard);
        }
        if let Some(snapshot) = &ready.snapshot {
            self.disk.apply_snapshot(Arc::clone(snapshot)).expect("only newer ones are handed out");
        }
        self.disk.append(ready.entries.clone());
        for entry in &ready.committed {
            if let Some(change) = entry.conf_change().expect("our own encoding") {
                self.raw.apply_conf_change(&change, &self.disk).expect("changes are checked first");
            }
            self.applied.push(entry.clone());
        }
        self.reads.extend(ready.reads.iter().cloned());
    }

    pub(crate) fn step(&mut self, message: Message) -> Result<(), StepError> {
        self.raw.step(message, &self.disk)
    }

    /// Steps a message and does what follows; returns the messages to others.
    pub(crate) fn hear(&mut self, message: Message) -> Vec<Message> {
        self.step(message).expect("the message may be stepped");
        self.work()
    }

    /// The terms of its whole log.
    pub(crate) fn terms(&self) -> Vec<u64> {
        let (lo, hi) = (self.disk.first_index(), self.raw.last().index.next());
        let known = (lo.0..hi.0).map(Index).map(|index| {
            let unstable = self.raw.unstable_entry(index).map(|entry| entry.id.term);
            unstable.unwrap_or_else(|| self.disk.term(index).expect("the log has no gaps"))
        });
        known.map(|term| term.0).collect()
    }

    /// The commands that were applied, as text.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let commands = self
            .applied
            .iter()
            .filter(|entry| entry.kind == EntryKind::Normal && !entry.data.is_empty());
        commands
            .map(|entry| std::str::from_utf8(&entry.data).expect("tests propose text"))
            .collect()
    }
}

impl Group {
    /// Voters 1 to `count`.
    pub(crate) fn new(count: u64) -> Self {
        Self::with(count, |_| {})
    }

    /// Voters 1 to `count`, configured alike.
    pub(crate) fn with(count: u64, configure: impl Fn(&mut Config)) -> Self {
        let voters = (1..=count).map(PeerId).collect();
        Self::of(&ConfState { voters, ..ConfState::default() }, configure)
    }

    /// All members of a configuration.
    pub(crate) fn of(members: &ConfState, configure: impl Fn(&mut Config)) -> Self {
        let mut group = Self {
            nodes: BTreeMap::new(),
            network: VecDeque::new(),
            cut: BTreeSet::new(),
            lost: BTreeSet::new(),
        };
        for &id in members.voters.iter().chain(&members.learners) {
            let mut config = Config { id, ..Config::default() };
            configure(&mut config);
            let node = Node::new(members.clone(), config, &[], HardState::default());
            group.nodes.insert(id.0, node);
        }
        group
    }

    /// Gives a node another log and hard state, as if it had restarted with them.
    pub(crate) fn restart_with(&mut self, id: u64, terms: &[u64], hard: HardState) {
        let node = &self.nodes[&id];
        let (_, members) = node.disk.initial_state();
        let config = node.raw.config().clone();
        self.nodes.insert(id, Node::new(members, config, terms, hard));
    }

    /// Stops a node and starts it again from its disk.
    pub(crate) fn restart(&mut self, id: u64) {
        let node = &self.nodes[&id];
        let again = Node::on(node.disk.clone(), node.raw.config().clone());
        self.nodes.insert(id, again);
    }

    pub(crate) fn node(&mut self, id: u64) -> &mut Node {
        self.nodes.get_mut(&id).expect("the test made this node")
    }

    pub(crate) fn raw(&self, id: u64) -> &RawNode {
        &self.nodes[&id].raw
    }

    /// Cuts a node off from all others.
    pub(crate) fn isolate(&mut self, id: u64) {
        for other in self.nodes.keys().copied().filter(|&other| other != id) {
            self.cut.insert((id, other));
            self.cut.insert((other, id));
        }
    }

    pub(crate) fn cut(&mut self, a: u64, b: u64) {
        self.cut.extend([(a, b), (b, a)]);
    }

    /// Loses all messages of this kind.
    pub(crate) fn lose(&mut self, kind: MessageKind) {
        self.lost.insert(kind);
    }

    pub(crate) fn heal(&mut self) {
        self.cut.clear();
        self.lost.clear();
    }

    /// Lets all nodes work, without delivering anything.
    pub(crate) fn work(&mut self) {
        for node in self.nodes.values_mut() {
            let sent = node.work();
            self.network.extend(sent);
        }
    }

    /// Works and delivers until nothing is left to do.
    pub(crate) fn settle(&mut self) {
        for _ in 0..100_000 {
            self.work();
            let Some(message) = self.network.pop_front() else { return };
            let way = (message.from.0, message.to.0);
            let lost = self.cut.contains(&way) || self.lost.contains(&message.body.kind());
            if let Some(node) = self.nodes.get_mut(&message.to.0).filter(|_| !lost) {
                // A proposal that cannot be taken is dropped, as any network may.
                let _ = node.step(message);
            }
        }
        panic!("the group does not come to rest");
    }

    pub(crate) fn campaign(&mut self, id: u64) {
        let node = self.node(id);
        node.raw.campaign(&node.disk);
        self.settle();
    }

    /// A group of which this voter is the leader.
    pub(crate) fn led_by(mut self, id: u64) -> Self {
        self.campaign(id);
        assert_eq!(self.raw(id).role(), Role::Leader);
        self
    }

    pub(crate) fn propose(&mut self, id: u64, text: &str) -> Result<(), StepError> {
        let result = self.propose_only(id, text);
        self.settle();
        result
    }

    /// Proposes without letting anybody work.
    pub(crate) fn propose_only(&mut self, id: u64, text: &str) -> Result<(), StepError> {
        let node = self.node(id);
        node.raw.propose(Bytes::copy_from_slice(text.as_bytes()), &node.disk)
    }

    pub(crate) fn change(&mut self, id: u64, change: &ConfChange) -> Result<(), StepError> {
        let node = self.node(id);
        let result = node.raw.propose_conf_change(change, ConfChangeFormat::V2, &node.disk);
        self.settle();
        result
    }

    pub(crate) fn transfer(&mut self, id: u64, to: u64) {
        let node = self.node(id);
        node.raw.transfer_leader(PeerId(to), &node.disk);
        self.settle();
    }

    pub(crate) fn read(&mut self, id: u64, context: &'static [u8]) {
        let node = self.node(id);
        node.raw.read_index(Bytes::from_static(context), &node.disk);
        self.settle();
    }

    pub(crate) fn tick(&mut self, id: u64, ticks: u32) {
        for _ in 0..ticks {
            let node = self.node(id);
            node.raw.tick(&node.disk);
            self.settle();
        }
    }

    /// Ticks until the node would campaign.
    pub(crate) fn time_out(&mut self, id: u64) {
        let raw = self.raw(id);
        let ticks = raw.randomized_election_timeout() - raw.election_elapsed();
        self.tick(id, ticks);
    }

    /// Adds a node that is no member yet: it knows the first members, and its disk is empty.
    pub(crate) fn add_empty(&mut self, id: u64) {
        let mut config = self.nodes[&1].raw.config().clone();
        config.id = PeerId(id);
        let (_, members) = self.nodes[&1].disk.initial_state();
        let node = Node::new(members, config, &[], HardState::default());
        self.nodes.insert(id, node);
    }

    pub(crate) fn progress(&self, leader: u64, peer: u64) -> &Progress {
        self.raw(leader).progress(PeerId(peer)).expect("a leader tracks its members")
    }

    /// Role, term and leader of a node.
    #[track_caller]
    pub(crate) fn check(&self, id: u64, role: Role, term: u64, lead: u64) {
        let raw = self.raw(id);
        let found = (raw.role(), raw.term().0, raw.lead().0);
        assert_eq!(found, (role, term, lead), "role, term and leader of {id}");
    }

    /// All nodes have committed up to here, and their logs agree.
    #[track_caller]
    pub(crate) fn check_agreed(&self, commit: u64) {
        for (id, node) in &self.nodes {
            assert_eq!(node.raw.commit().0, commit, "commit index of {id}");
        }
        let first = self.nodes.values().max_by_key(|node| node.applied.len());
        let first = first.expect("a group has nodes");
        let whole = self.nodes.values().map(Node::terms).max_by_key(Vec::len).expect("and logs");
        for (id, node) in &self.nodes {
            // A snapshot may stand for the first part.
            assert_eq!(node.raw.last(), first.raw.last(), "last entry of {id}");
            assert!(whole.ends_with(&node.terms()), "log of {id}");
            assert!(first.commands().ends_with(&node.commands()), "what {id} applied");
        }
    }
}

/// Only the messages of this kind.
pub(crate) fn only(messages: &[Message], kind: MessageKind) -> Vec<&Message> {
    messages.iter().filter(|message| message.body.kind() == kind).collect()
}

/// A configuration with each feature switched on or off at random, but for asynchronous writes.
pub(crate) fn random_config(rng: &mut det::Rng) -> Config {
    let mut pick = |n: u32| rng.below(n);
    let check_quorum = pick(2) == 0;
    Config {
        election_ticks_max: [0, 15, 40][pick(3) as usize],
        check_quorum,
        pre_vote: pick(2) == 0,
        batch_append: pick(2) == 0,
        quiet_commits: pick(2) == 0,
        step_down_on_removal: pick(2) == 0,
        disable_proposal_forwarding: pick(4) == 0,
        max_inflight_messages: pick(4) as usize + 1,
        max_size_per_message: [0, 30, 200, u64::MAX][pick(4) as usize],
        max_committed_size_per_ready: [0, 1, 40, 2000][pick(4) as usize],
        max_uncommitted_size: [0, 0, 100][pick(3) as usize],
        max_pending_reads: [0, 3][pick(2) as usize],
        ..Config::default()
    }
}

/// Says which random run it was if a test fails in it.
pub(crate) struct Seed(pub(crate) u64);

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "the seed is what one needs to see the failure again")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this run's seed is {}", self.0);
        }
    }
}
