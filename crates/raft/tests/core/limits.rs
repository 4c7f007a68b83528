//! Size limits: of the uncommitted tail, of a Ready, of what is read at once.

use std::sync::Arc;

use bytes::Bytes;
use raft::{
    ConfState, Config, Entry, Event, HardState, Index, MemoryStorage, PeerId, ProposalRefusal,
    RawNode, Snapshot, StepError, Storage, StorageError, Term,
};

use crate::group::{Group, Node, ids, log_of};

/// The leader's tail is limited by payload bytes; one proposal of any size passes when nothing is
/// pending, and empty ones always do.
#[test]
fn the_uncommitted_tail_is_limited() {
    let mut group = Group::with(3, |config| config.max_uncommitted_size = 16).led_by(1);
    group.isolate(1);
    let propose = |group: &mut Group, bytes: usize| {
        let node = group.node(1);
        node.raw.propose(Bytes::from(vec![7; bytes]), &node.disk)
    };
    for _ in 0..4 {
        assert_eq!(propose(&mut group, 4), Ok(()));
    }
    assert_eq!(propose(&mut group, 1), Err(StepError::ProposalDropped));
    assert_eq!(propose(&mut group, 0), Ok(()));
    let dropped = |event: &Event| {
        matches!(event, Event::ProposalDropped { why: ProposalRefusal::TooMuchUncommitted, .. })
    };
    assert_eq!(group.node(1).raw.drain_events().filter(dropped).count(), 1);
    // Writing does not count, applying does.
    group.work();
    assert_eq!(propose(&mut group, 1), Err(StepError::ProposalDropped));
    group.heal();
    group.tick(1, 1);
    assert_eq!(group.raw(1).applied().0, 6);
    assert_eq!(propose(&mut group, 1000), Ok(()), "nothing is pending");
    assert_eq!(propose(&mut group, 1), Err(StepError::ProposalDropped));
    // A new term starts from zero.
    group.settle();
    group.campaign(2);
    group.campaign(1);
    assert_eq!(propose(&mut group, 16), Ok(()));
}

/// A thousand proposals to a leader without followers leave exactly what the limit allows.
#[test]
fn a_partitioned_leader_keeps_a_bounded_log() {
    let mut group = Group::with(1, |config| config.max_uncommitted_size = 16 * 8).led_by(1);
    let mut taken = 0;
    for _ in 0..1024 {
        taken += usize::from(group.propose_only(1, "testdata").is_ok());
    }
    assert_eq!((taken, group.raw(1).unstable().count()), (16, 16));
    group.settle();
    assert_eq!(group.propose(1, "testdata"), Ok(()));
}

/// Committed entries come in pages, and without a gap.
#[test]
fn a_ready_hands_out_committed_entries_in_pages() {
    for (budget, pages) in [(1, vec![1; 10]), (10, vec![2; 5]), (0, vec![10])] {
        let voters = ConfState { voters: ids(&[1]), ..ConfState::default() };
        let hard = HardState { term: Term(1), vote: PeerId(1), commit: Index(10) };
        let config =
            Config { id: PeerId(1), max_committed_size_per_ready: budget, ..Config::default() };
        let mut node = Node::new(voters, config, &[1; 10], hard);
        let mut found = Vec::new();
        while node.raw.has_ready() {
            let ready = node.raw.ready(&node.disk);
            found.push(ready.committed.len());
            node.persist(&ready);
            node.raw.advance(&node.disk);
        }
        assert_eq!(found, pages, "budget {budget}");
        let applied: Vec<u64> = node.applied.iter().map(|entry| entry.id.index.0).collect();
        assert_eq!(applied, (1..=10).collect::<Vec<u64>>());
    }
}

/// A log that reads more than it is asked for. Nothing may be skipped for that.
#[derive(Debug)]
struct Generous(MemoryStorage);

impl Storage for Generous {
    fn initial_state(&self) -> (HardState, ConfState) {
        self.0.initial_state()
    }

    fn first_index(&self) -> Index {
        self.0.first_index()
    }

    fn last_index(&self) -> Index {
        self.0.last_index()
    }

    fn term(&self, index: Index) -> Result<Term, StorageError> {
        self.0.term(index)
    }

    fn entries(
        &self,
        lo: Index,
        hi: Index,
        _max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError> {
        self.0.entries(lo, hi, u64::MAX, out)
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
        self.0.snapshot()
    }
}

#[test]
fn a_storage_may_ignore_the_limit() {
    let mut disk =
        MemoryStorage::with_members(ConfState { voters: ids(&[1]), ..ConfState::default() });
    disk.append(log_of(&[1; 10]).into());
    disk.set_hard_state(HardState { term: Term(1), vote: PeerId(1), commit: Index(10) });
    let mut log = Generous(disk);
    let config = Config { id: PeerId(1), max_committed_size_per_ready: 8, ..Config::default() };
    let mut raw = RawNode::new(config, det::Rng::named(1, "election", 1), &log).expect("sound");
    raw.campaign(&log);
    let mut applied = 0;
    while raw.has_ready() {
        let ready = raw.ready(&log);
        log.0.append(ready.entries.clone());
        for entry in &ready.committed {
            assert_eq!(entry.id.index.0, applied + 1, "no gap");
            applied += 1;
        }
        raw.advance(&log);
    }
    assert_eq!(applied, 11);
}

#[test]
fn limits_change_at_run_time() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.set_max_inflight_messages(1);
    leader.raw.set_check_quorum(true);
    leader.raw.set_max_committed_size_per_ready(1);
    for _ in 0..3 {
        group.propose_only(1, "x").expect("a leader takes proposals");
    }
    assert!(group.progress(1, 2).is_paused());
    group.settle();
    group.check_agreed(4);
    group.isolate(1);
    group.tick(1, 20);
    assert_eq!(group.raw(1).lead(), PeerId::NONE);
}
