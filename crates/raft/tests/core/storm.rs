//! A group with every feature switched on at random, whose members crash, restart, come and go while
//! the network loses, delays and repeats messages: it never disagrees, and in calm weather it works.

mod server;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use det::Rng;
use raft::{
    Body, Change, ChangeKind, ConfChange, ConfChangeFormat, ConfState, Config, Entry, Index,
    MemoryStorage, Message, PeerId, Role, Snapshot, SnapshotStatus, StorageAppend, Transition,
};

use self::server::Server;
use crate::group::{Seed, at, ids, random_config};

/// How many storms there are, each from its own seed.
const STORMS: u64 = 80;

/// How many things happen in one.
const ROUNDS: u32 = 3000;

/// Nodes that exist; the first three begin as voters.
const NODES: u64 = 6;

/// What must be the same for everybody.
#[derive(Default)]
struct Truth {
    leaders: BTreeMap<u64, PeerId>,
    applied: BTreeMap<u64, Entry>,
    /// For each read its name, and the largest commit index when it was asked for.
    reads: BTreeMap<u64, Index>,
    answers: u32,
    restarts: u32,
    installed: u32,
    changes: u32,
}

struct Storm {
    rng: Rng,
    servers: BTreeMap<u64, Server>,
    network: Vec<Message>,
    truth: Truth,
    lives: u64,
    /// Whether its members change.
    changing: bool,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::named(seed, "storm", 0);
        let shared = random_config(&mut rng);
        let mut pick = |n: u32| rng.below(n);
        let start = Snapshot {
            last: at(1, 1),
            conf_state: ConfState { voters: ids(&[1, 2, 3]), ..ConfState::default() },
            data: Bytes::new(),
        };
        let mut servers = BTreeMap::new();
        for id in 1..=NODES {
            let mut disk = MemoryStorage::new();
            if id <= 3 {
                disk.apply_snapshot(Arc::new(start.clone())).expect("the first one");
            }
            let config = Config {
                id: PeerId(id),
                async_storage_writes: pick(2) == 0,
                priority: [0, 0, i64::from(pick(3))][pick(3) as usize],
                ..shared.clone()
            };
            servers.insert(id, Server::start(config, disk, 0));
        }
        let (network, truth, changing) = (Vec::new(), Truth::default(), rng.below(2) == 0);
        let mut storm = Self { rng, servers, network, truth, lives: 0, changing };
        if storm.below(3) == 0 {
            let places = (1..=NODES).map(|id| (PeerId(id), id % 2));
            for server in storm.servers.values_mut() {
                server.raw.assign_commit_groups(places.clone(), &server.disk);
            }
        }
        storm
    }

    fn below(&mut self, n: u32) -> u64 {
        u64::from(self.rng.below(n))
    }

    fn peer(&mut self) -> PeerId {
        PeerId(self.below(u32::try_from(NODES).expect("few")) + 1)
    }

    fn server(&mut self, id: u64) -> (&mut Server, &mut Truth) {
        (self.servers.get_mut(&id).expect("all exist"), &mut self.truth)
    }

    /// Takes one Ready if there is one, and writes, applies and sends what it says.
    fn ready(&mut self, id: u64) {
        let (server, truth) = self.server(id);
        if !server.raw.has_ready() {
            return;
        }
        let ready = server.raw.ready(&server.disk);
        for read in &ready.reads {
            let name = u64::from_le_bytes(read.context[..].try_into().expect("eight bytes"));
            assert!(truth.reads[&name] <= read.index, "a read went back in time");
            truth.answers += 1;
        }
        let threads = server.raw.config().async_storage_writes;
        if !threads {
            let (hard_state, entries) = (ready.hard_state, ready.entries.clone());
            let snapshot = ready.snapshot.clone();
            let write = StorageAppend { hard_state, entries, snapshot, ..StorageAppend::default() };
            server.write(&write, truth);
            server.apply(&ready.committed, truth);
        }
        let mut sent = Vec::new();
        for message in ready.messages {
            match message.to {
                PeerId::APPEND_THREAD => server.work[0].push_back(message),
                PeerId::APPLY_THREAD => server.work[1].push_back(message),
                _ => sent.push(message),
            }
        }
        if !threads {
            server.raw.advance(&server.disk);
        }
        self.network.extend(sent);
        self.look(id);
    }

    /// Does the next piece of work of a storage thread.
    fn thread(&mut self, id: u64, which: usize) {
        let (server, truth) = self.server(id);
        let Some(message) = server.work[which].pop_front() else { return };
        let responses = match message.body {
            Body::StorageAppend(mut write) => {
                let responses = std::mem::take(&mut write.responses);
                server.write(&write, truth);
                responses
            }
            Body::StorageApply { entries, responses } => {
                server.apply(&entries, truth);
                responses
            }
            _ => unreachable!("threads get their own messages only"),
        };
        for response in responses {
            if response.to == PeerId(id) {
                let (server, _) = self.server(id);
                // A removed node is a stranger to itself.
                let _ = server.raw.step(response, &server.disk);
            } else {
                self.network.push(response);
            }
        }
        self.look(id);
    }

    /// There is one leader in a term.
    fn look(&mut self, id: u64) {
        let (server, truth) = self.server(id);
        let raw = &server.raw;
        if raw.role() == Role::Leader {
            let first = *truth.leaders.entry(raw.term().0).or_insert_with(|| raw.id());
            assert_eq!(first, raw.id(), "two leaders in term {}", raw.term());
        }
    }

    fn deliver(&mut self, message: Message) {
        let to = message.to.0;
        if let Some(server) = self.servers.get_mut(&to) {
            let _ = server.raw.step(message, &server.disk);
            self.look(to);
        }
    }

    /// Stops a node without its unfinished writes and starts it again.
    fn restart(&mut self, id: u64) {
        self.lives += 1;
        let life = self.lives;
        let (server, truth) = self.server(id);
        truth.restarts += 1;
        let config = server.raw.config().clone();
        *server = Server::start(config, server.disk.clone(), life);
    }

    fn change(&mut self) -> ConfChange {
        let transition = [Transition::Auto, Transition::JointImplicit, Transition::JointExplicit]
            [usize::try_from(self.below(3)).expect("small")];
        let kinds = [ChangeKind::AddVoter, ChangeKind::AddLearner, ChangeKind::Remove];
        let changes = (0..self.below(4))
            .map(|_| {
                let kind = kinds[usize::try_from(self.below(3)).expect("small")];
                Change { kind, peer: self.peer() }
            })
            .collect();
        ConfChange { transition, changes, ..ConfChange::default() }
    }

    fn read(&mut self, id: u64) {
        let name = self.truth.reads.len() as u64;
        let commits = self.servers.values().map(|server| server.raw.commit());
        let commit = commits.max().unwrap_or_default();
        self.truth.reads.insert(name, commit);
        let (server, _) = self.server(id);
        server.raw.read_index(Bytes::copy_from_slice(&name.to_le_bytes()), &server.disk);
    }

    /// Something happens to a node.
    fn happen(&mut self) {
        let id = self.peer().0;
        let (peer, change) = (self.peer(), self.change());
        let what = self.below(100);
        let rare = self.below(8) == 0;
        let data = Bytes::from(vec![7; usize::try_from(self.below(30)).expect("small")]);
        let changing = self.changing;
        let (server, _) = self.server(id);
        let Server { raw, disk, .. } = server;
        // A request may be refused.
        match what {
            0..40 => raw.tick(disk),
            40..60 => {
                let _ = raw.propose(data, disk);
            }
            60..64 if changing => {
                let _ = raw.propose_conf_change(&change, ConfChangeFormat::V2, disk);
            }
            64 if changing => {
                let _ = raw.propose_leave_joint(disk);
            }
            65..68 => raw.transfer_leader(peer, disk),
            68 => raw.forget_leader(),
            69 => raw.report_unreachable(peer),
            70 => raw.report_snapshot(peer, SnapshotStatus::Failed),
            71 => raw.set_max_inflight_messages(usize::try_from(peer.0).expect("small")),
            72 => raw.set_max_committed_size_per_ready(peer.0 * 10),
            73 if rare => {
                let _ = raw.request_snapshot();
            }
            74..80 => server.snapshot(peer.0 < 4),
            80..84 if rare => self.restart(id),
            84..94 => self.read(id),
            _ => raw.tick(disk),
        }
        self.look(id);
    }

    /// Lets one message arrive, get lost or come twice.
    fn weather(&mut self) {
        let count = u32::try_from(self.network.len()).expect("few");
        if count == 0 {
            return;
        }
        let at = usize::try_from(self.below(count)).expect("few");
        match self.below(10) {
            0 => drop(self.network.swap_remove(at)),
            1 => self.deliver(self.network[at].clone()),
            _ => {
                let message = self.network.swap_remove(at);
                self.deliver(message);
            }
        }
        // A network is not that slow.
        self.network.truncate(300);
    }

    /// Nothing gets lost any more; everybody works.
    fn calm(&mut self) {
        for round in 0..800 {
            // Who was removed is stopped: it would lead on, or disturb the others with elections.
            let newest = self.servers.values().max_by_key(|server| server.raw.commit());
            let members = newest.expect("all exist").raw.conf().clone();
            for id in 1..=NODES {
                if members.member(PeerId(id)).is_none() {
                    self.restart(id);
                    continue;
                }
                let (server, _) = self.server(id);
                server.raw.tick(&server.disk);
                // A snapshot of the storm may have got lost unnoticed.
                for peer in 1..=NODES {
                    if round % 50 == 0 {
                        server.raw.report_snapshot(PeerId(peer), SnapshotStatus::Failed);
                    }
                }
                server.snapshot(false);
            }
            while self.servers.values().any(Server::is_busy) || !self.network.is_empty() {
                for id in 1..=NODES {
                    self.ready(id);
                    self.thread(id, 0);
                    self.thread(id, 1);
                }
                for message in std::mem::take(&mut self.network) {
                    self.deliver(message);
                }
            }
        }
    }

    /// Whether a command commits and reaches every member, at the second try at the latest.
    fn recovers(&mut self) -> bool {
        for _ in 0..2 {
            let Some(leader) = self.leader().map(|server| server.raw.id()) else { return false };
            let (server, _) = self.server(leader.0);
            let before = server.raw.commit();
            // It may still be handing over.
            let proposed = server.raw.propose(Bytes::from_static(b"calm"), &server.disk);
            self.calm();
            let Some(leader) = self.leader().map(|server| &server.raw) else { return false };
            let agrees = |member: &raft::Member| {
                let raw = &self.servers[&member.id.0].raw;
                (raw.commit(), raw.last()) == (leader.commit(), leader.last())
            };
            if proposed.is_ok() && before < leader.commit() {
                return leader.conf().members().iter().all(agrees);
            }
        }
        false
    }

    fn leader(&self) -> Option<&Server> {
        let leads = |server: &&Server| server.raw.role() == Role::Leader;
        let inside = |server: &&Server| server.raw.conf().member(server.raw.id()).is_some();
        self.servers.values().filter(leads).filter(inside).max_by_key(|server| server.raw.term())
    }
}

#[test]
fn a_storm_costs_no_agreement() {
    let (mut seen, mut stuck) = (Truth::default(), 0);
    for seed in 0..STORMS {
        let _seed = Seed(seed);
        let mut storm = Storm::new(seed);
        for _ in 0..ROUNDS {
            storm.happen();
            storm.weather();
            storm.weather();
            let id = storm.peer().0;
            storm.ready(id);
            let which = usize::try_from(storm.below(2)).expect("small");
            storm.thread(id, which);
            storm.thread(id, 0);
        }
        storm.calm();
        let recovered = storm.recovers();
        // A voter that missed a change may need the vote of one that the change made a learner, and
        // whose log is longer: no rule of Raft helps such a group.
        assert!(recovered || storm.changing, "without changes every group recovers");
        stuck += u64::from(!recovered);
        let Truth { leaders, applied, answers, restarts, installed, changes, .. } = storm.truth;
        seen.leaders.insert(seed, PeerId(leaders.len() as u64));
        seen.applied.extend(applied);
        seen.answers += answers;
        seen.restarts += restarts;
        seen.installed += installed;
        seen.changes += changes;
    }
    // A storm in which nothing happens proves nothing.
    let least = [seen.answers, seen.restarts, seen.installed, seen.changes].into_iter().min();
    assert!(Some(200) < least, "{least:?}");
    let leaders: u64 = seen.leaders.values().map(|count| count.0).sum();
    assert!(4 * STORMS < leaders, "{leaders} leaders");
    assert!(20 * stuck < STORMS, "{stuck} groups are stuck");
}
