//! Whatever peers send, a node does not panic and keeps its own invariants.

use std::sync::Arc;

use bytes::Bytes;
use det::Rng;
use raft::{
    Body, ChangeKind, ConfChange, ConfState, Config, Entry, EntryId, EntryKind, Event, Index,
    Message, PeerId, ProgressState, RawNode, Role, Snapshot, Storage, Term, VoteKind,
};

use crate::group::{Group, Node, Seed, ids, random_config};

/// How many messages the group gets in all.
const MESSAGES: u32 = 200_000;

/// How many groups share them, each with other features switched on.
const RUNS: u32 = 20;

/// A dice that prefers small numbers and knows the dangerous large ones.
struct Dice(Rng);

impl Dice {
    fn below(&mut self, n: u32) -> u64 {
        u64::from(self.0.below(n))
    }

    fn number(&mut self, near: u64) -> u64 {
        match self.below(8) {
            0 => 0,
            1 => u64::MAX - self.below(3),
            2 => self.below(1000),
            _ => near.saturating_add(self.below(5)).saturating_sub(2),
        }
    }

    fn peer(&mut self) -> PeerId {
        match self.below(40) {
            0 => PeerId(0),
            1 => PeerId::APPEND_THREAD,
            2 => PeerId::APPLY_THREAD,
            3 => PeerId(99),
            n => PeerId(n % 5 + 1),
        }
    }

    fn id(&mut self, raw: &RawNode) -> EntryId {
        let term = Term(self.number(raw.term().0));
        let index = Index(self.number(raw.last().index.0));
        if self.below(3) == 0 { raw.last() } else { EntryId { term, index } }
    }

    fn entries(&mut self, raw: &RawNode, prev: EntryId) -> Vec<Entry> {
        let mut id = prev;
        (0..self.below(4))
            .map(|_| {
                id.index =
                    if self.below(30) == 0 { Index(self.number(3)) } else { id.index.next() };
                id.term =
                    if self.below(5) == 0 { Term(self.number(raw.term().0)) } else { id.term };
                let kind = match self.below(10) {
                    0 => EntryKind::ConfChange,
                    1 => EntryKind::ConfChangeV2,
                    _ => EntryKind::Normal,
                };
                let mut data = vec![0_u8; usize::try_from(self.below(6)).expect("small")];
                for byte in &mut data {
                    *byte = self.below(24).try_into().expect("small");
                }
                if kind != EntryKind::Normal && self.below(2) == 0 {
                    let change = ConfChange::one(ChangeKind::AddLearner, self.peer());
                    return Entry { id, kind: EntryKind::ConfChangeV2, data: change.encode() };
                }
                Entry { id, kind, data: data.into() }
            })
            .collect()
    }

    fn kind(&mut self) -> VoteKind {
        if self.below(2) == 0 { VoteKind::Vote } else { VoteKind::PreVote }
    }

    fn message(&mut self, raw: &RawNode) -> Message {
        let prev = self.id(raw);
        let index = Index(self.number(raw.last().index.0));
        let body = match self.below(17) {
            0..=2 => Body::Append { prev, entries: self.entries(raw, prev).into(), commit: index },
            3 | 4 => Body::Accepted { index },
            5 => Body::Rejected { index, hint: prev },
            6 => Body::Vote {
                kind: self.kind(),
                last: prev,
                transfer: self.below(4) == 0,
                priority: 0,
            },
            7 => Body::VoteResponse { kind: self.kind(), reject: self.below(3) == 0 },
            8 => {
                let peers = |dice: &mut Self| (0..dice.below(4)).map(|_| dice.peer()).collect();
                let conf_state = ConfState {
                    voters: if self.below(2) == 0 { ids(&[1, 2, 3, 4, 5]) } else { peers(self) },
                    learners: if self.below(4) == 0 { peers(self) } else { vec![] },
                    voters_outgoing: if self.below(8) == 0 { peers(self) } else { vec![] },
                    ..ConfState::default()
                };
                // Half of them far ahead, or the group would hardly ever install one.
                let last = EntryId { index: Index(prev.index.0.min(1 << 40)), ..prev };
                Body::Snapshot(Snapshot { last, conf_state, data: Bytes::new() }.into())
            }
            9 if self.below(3) == 0 => Body::Commit { index },
            9 => Body::Heartbeat { commit: index, context: self.number(1) },
            10 => Body::HeartbeatResponse { context: self.number(1) },
            11 => Body::Propose { entries: self.entries(raw, EntryId::ZERO) },
            12 => Body::TransferLeader,
            13 => Body::TimeoutNow,
            14 => Body::SnapshotRequest { index },
            15 => Body::ReadIndex { context: Bytes::from_static(b"r") },
            _ => match self.below(3) {
                0 => Body::ReadIndexResponse { index, context: Bytes::new() },
                1 => Body::StorageAppended { last: Some(prev), snapshot: None },
                _ => Body::StorageApplied { entries: self.entries(raw, prev).into() },
            },
        };
        let term = match &body {
            Body::Propose { .. } | Body::ReadIndex { .. } => Term(0),
            // Not too often a term from which there is no way on.
            _ if self.below(2000) == 0 => Term(self.number(raw.term().0)),
            _ => Term(raw.term().0.saturating_add(self.below(30) / 28)),
        };
        let to = if self.below(50) == 0 { self.peer() } else { raw.id() };
        Message { from: self.peer(), to, term, body }
    }
}

/// What must hold of a node whatever it was told.
fn check(node: &Node, before: &RawNode) {
    let raw = &node.raw;
    assert!(raw.applied() <= raw.commit() && raw.commit() <= raw.last().index, "{raw:?}");
    assert!(before.commit() <= raw.commit(), "the commit index went back");
    assert!(before.term() <= raw.term(), "the term went back");
    let same_term = before.term() == raw.term() && before.vote() != PeerId::NONE;
    assert!(!same_term || before.vote() == raw.vote(), "a second vote in one term");
    assert!((raw.role() == Role::Leader) == raw.all_progress().next().is_some());
    if raw.role() == Role::Leader {
        assert_eq!(raw.lead(), raw.id());
        for (id, progress) in raw.all_progress() {
            assert!(progress.matched < progress.next, "{id}: {progress:?}");
            assert!(progress.matched <= raw.last().index, "{id}: {progress:?}");
            let window = progress.inflights.count();
            assert!(window == 0 || progress.state == ProgressState::Replicate);
        }
    }
    let mut index = raw.unstable().next().map(|entry| entry.id.index);
    for entry in raw.unstable() {
        assert_eq!(Some(entry.id.index), index, "a gap");
        index = index.map(Index::next);
    }
}

/// Processes one Ready as a careful application does: changes that do not fit are not applied.
fn work(node: &mut Node) -> Vec<Message> {
    let ready = node.raw.ready(&node.disk);
    if let Some(hard) = ready.hard_state {
        node.disk.set_hard_state(hard);
    }
    if let Some(snapshot) = &ready.snapshot {
        // One that was asked for may be no newer than the disk's own.
        let _ = node.disk.apply_snapshot(Arc::clone(snapshot));
    }
    node.disk.append(ready.entries.clone());
    for entry in &ready.committed {
        if let Ok(Some(change)) = entry.conf_change() {
            // A refusal leaves the members as they are.
            drop(node.raw.apply_conf_change(&change, &node.disk));
        }
    }
    let messages = ready.messages;
    node.raw.advance(&node.disk);
    messages
}

/// What the forged messages brought about: a group that only refuses proves nothing.
#[derive(Debug, Default)]
struct Seen {
    leaders: u32,
    commits: u32,
    snapshots: u32,
    conflicts: u32,
    changes: u32,
    refusals: u32,
}

impl Seen {
    fn count(&mut self, event: &Event) {
        let counter = match event {
            Event::BecameLeader { .. } => &mut self.leaders,
            Event::SnapshotRestored { .. } => &mut self.snapshots,
            Event::ConflictFound { .. } => &mut self.conflicts,
            Event::ConfigurationSwitched { .. } => &mut self.changes,
            Event::Refused { .. } => &mut self.refusals,
            _ => return,
        };
        *counter += 1;
    }

    fn least(&self) -> u32 {
        let Self { leaders, commits, snapshots, conflicts, changes, refusals } = self;
        [leaders, commits, snapshots, conflicts, changes, refusals]
            .into_iter()
            .copied()
            .min()
            .unwrap_or(0)
    }
}

/// A group with features switched on at random, one member preferred at most.
fn victims(seed: u64) -> (Dice, Group) {
    let mut rng = Rng::named(seed, "torture", 0);
    let config = random_config(&mut rng);
    let leases = config.check_quorum && seed.is_multiple_of(3);
    let group = Group::with(5, |own| {
        let id = own.id;
        *own = Config { id, priority: i64::from(id.0 == seed % 8), ..config.clone() };
        if leases {
            own.read_only = raft::ReadOnly::LeaseBased;
        }
    });
    (Dice(rng), group)
}

fn torture(seed: u64, seen: &mut Seen) {
    let _seed = Seed(seed);
    let (mut dice, mut group) = victims(seed);
    let fresh = group.clone();
    for round in 0..MESSAGES / RUNS {
        let id = dice.below(5) + 1;
        let mut message = dice.message(group.raw(id));
        if dice.below(4) != 0
            && let Some(real) = group.network.pop_front()
        {
            // A real one, often with something of a forged one in it.
            message = match dice.below(24) {
                0 => Message { body: message.body, ..real },
                1 => Message { from: message.from, ..real },
                _ => real,
            };
        }
        group.network.truncate(100);
        let Some(node) = group.nodes.get_mut(&message.to.0) else { continue };
        let before = node.raw.clone();
        // Refusing is fine.
        let _ = node.step(message);
        check(node, &before);
        match dice.below(16) {
            0 => node.raw.campaign(&node.disk),
            1 => {
                let _ = node.raw.propose(Bytes::from_static(b"x"), &node.disk);
            }
            2 => node.raw.read_index(Bytes::from_static(b"r"), &node.disk),
            3 => node.raw.transfer_leader(dice.peer(), &node.disk),
            4 => node.raw.report_unreachable(dice.peer()),
            5 => node.raw.report_snapshot(dice.peer(), raft::SnapshotStatus::Failed),
            6 => node.raw.forget_leader(),
            8 => {
                let _ = node.raw.request_snapshot();
            }
            9 => {
                let change = ConfChange::one(ChangeKind::AddVoter, dice.peer());
                let format = raft::ConfChangeFormat::V2;
                let _ = node.raw.propose_conf_change(&change, format, &node.disk);
            }
            10 => {
                node.raw.set_max_inflight_messages(3);
                let places = [(dice.peer(), 1), (dice.peer(), 2)];
                node.raw.assign_commit_groups(places, &node.disk);
            }
            7 if node.disk.first_index() < node.raw.applied() => {
                let applied = node.raw.applied();
                let index = applied.min(node.disk.last_index());
                drop(node.disk.create_snapshot(index, None, Bytes::new()));
                let _ = node.disk.compact(index);
            }
            _ => node.raw.tick(&node.disk),
        }
        check(node, &before);
        seen.commits += u32::from(before.commit() < node.raw.commit());
        node.raw.drain_events().for_each(|event| seen.count(&event));
        if node.raw.has_ready() {
            let sent = work(node);
            group.network.extend(sent);
        }
        if round % 1000 == 999 {
            // Forged terms and members soon paralyse a group: begin again.
            group = fresh.clone();
        }
    }
}

#[test]
fn forged_messages_break_no_node() {
    let mut seen = Seen::default();
    for seed in 0..RUNS {
        torture(seed.into(), &mut seen);
    }
    assert!(20 < seen.least(), "{seen:?}");
}

/// A group whose network only loses, delays and repeats real messages keeps agreeing.
#[test]
fn a_bad_network_costs_no_agreement() {
    for seed in 0..20 {
        let _seed = Seed(seed);
        let mut dice = Dice(Rng::named(seed, "network", 0));
        let mut group = Group::with(3, |config| {
            config.max_inflight_messages = 3;
            config.batch_append = seed % 2 == 0;
            config.quiet_commits = seed % 4 < 2;
        });
        let mut proposed = 0;
        for _ in 0..4000 {
            let id = dice.below(3) + 1;
            let node = group.node(id);
            match dice.below(10) {
                0 | 1 => node.raw.tick(&node.disk),
                2 if node.raw.role() == Role::Leader => {
                    proposed += 1;
                    let text = format!("{proposed}");
                    let proposed = node.raw.propose(text.into_bytes().into(), &node.disk);
                    assert!(proposed.is_ok(), "a leader takes proposals");
                }
                3 if dice.below(20) == 0 => group.restart(id),
                _ => {}
            }
            group.work();
            let count = u32::try_from(group.network.len()).expect("few");
            if count != 0 {
                let at = usize::try_from(dice.below(count)).expect("few");
                let message = group.network.swap_remove_back(at).expect("it is there");
                match dice.below(10) {
                    0 => {}
                    1 => group.network.push_back(message),
                    2 => {
                        group.network.push_back(message.clone());
                        let _ = group.node(message.to.0).step(message);
                    }
                    _ => {
                        let _ = group.node(message.to.0).step(message);
                    }
                }
            }
            let logs: Vec<Vec<&str>> = group.nodes.values().map(Node::commands).collect();
            let longest = logs.iter().max_by_key(|log| log.len()).expect("three logs");
            // A restarted node applies from the beginning again.
            assert!(logs.iter().all(|log| longest.starts_with(log)), "{logs:?}");
        }
        assert!(3 < proposed, "seed {seed}: somebody led");
        for _ in 0..200 {
            (1..=3).for_each(|id| group.tick(id, 1));
        }
        let leader = group.raw(1).lead().0;
        group.propose(leader, "end").expect("a calm group has a leader");
        let commit = group.raw(leader).commit().0;
        for node in group.nodes.values() {
            assert_eq!((node.raw.commit().0, node.commands().last()), (commit, Some(&"end")));
        }
    }
}
