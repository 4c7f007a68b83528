//! Snapshots (Raft §7): when they are sent, what becomes of them.

use std::sync::Arc;

use bytes::Bytes;
use raft::{
    Body, ConfState, Config, Event, HardState, Index, MessageKind, PeerId, ProgressState, Role,
    Snapshot, SnapshotStatus, StorageError, Term,
};

use crate::group::{Group, Node, at, ids, message, only};

fn snapshot(term: u64, index: u64, conf_state: ConfState) -> Body {
    Body::Snapshot(Arc::new(Snapshot { last: at(term, index), conf_state, data: Bytes::new() }))
}

fn members(voters: &[u64], learners: &[u64], outgoing: &[u64]) -> ConfState {
    ConfState {
        voters: ids(voters),
        learners: ids(learners),
        voters_outgoing: ids(outgoing),
        ..ConfState::default()
    }
}

/// A leader that compacted what 3, isolated until now, needs next.
fn with_lagging_follower() -> Group {
    let mut group = Group::new(3).led_by(1);
    group.isolate(3);
    for text in ["a", "b"] {
        group.propose(1, text).expect("a leader takes proposals");
    }
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(3), None, Bytes::from_static(b"ab")).expect("newer");
    leader.disk.compact(Index(3)).expect("applied");
    group
}

/// Lets the follower answer a heartbeat, so that the leader finds out what it needs.
fn provoke(group: &mut Group) -> Vec<raft::Message> {
    group.node(1).hear(message(3, 1, 1, Body::HeartbeatResponse { context: 0 }));
    let lost = Body::Rejected { index: Index(1), hint: at(0, 0) };
    let next = group.progress(1, 3).next.0;
    let lost = match group.progress(1, 3).state {
        ProgressState::Replicate => Body::Rejected { index: Index(next - 1), hint: at(0, 0) },
        ProgressState::Probe | ProgressState::Snapshot => lost,
    };
    group.node(1).hear(message(3, 1, 1, lost))
}

#[test]
fn a_snapshot_pauses_replication_until_it_is_acknowledged() {
    let mut group = with_lagging_follower();
    let sent = provoke(&mut group);
    assert_eq!(only(&sent, MessageKind::Snap).len(), 1);
    let progress = group.progress(1, 3);
    let found =
        (progress.state, progress.pending_snapshot.0, progress.next.0, progress.is_paused());
    assert_eq!(found, (ProgressState::Snapshot, 3, 4, true));
    let leader = group.node(1);
    leader.raw.propose(Bytes::from_static(b"c"), &leader.disk).expect("a leader takes proposals");
    let sent = leader.work();
    assert!(sent.iter().all(|message| message.to != PeerId(3)), "nothing else is sent");
    let sent = leader.hear(message(3, 1, 1, Body::Accepted { index: Index(3) }));
    assert_eq!(only(&sent, MessageKind::App).len(), 1, "the rest follows");
    let progress = group.progress(1, 3);
    let found = (progress.state, progress.next.0, progress.inflights.count());
    assert_eq!(found, (ProgressState::Replicate, 5, 1));
}

#[test]
fn the_application_reports_what_became_of_it() {
    for (status, next) in [(SnapshotStatus::Finished, 4), (SnapshotStatus::Failed, 2)] {
        let mut group = with_lagging_follower();
        provoke(&mut group);
        group.node(1).raw.report_snapshot(PeerId(3), status);
        let progress = group.progress(1, 3);
        let found =
            (progress.state, progress.pending_snapshot.0, progress.next.0, progress.is_paused());
        assert_eq!(found, (ProgressState::Probe, 0, next, true), "{status:?}");
        group.heal();
        group.tick(1, 1);
        group.tick(1, 1);
        group.check_agreed(3);
    }
}

/// A snapshot from elsewhere counts as well, if it connects to what the leader still has.
#[test]
fn any_acknowledgment_that_connects_ends_the_wait() {
    let mut group = with_lagging_follower();
    provoke(&mut group);
    let sent = group.node(1).hear(message(3, 1, 1, Body::Accepted { index: Index(2) }));
    assert_eq!(sent.len(), 0, "entry 3 is compacted");
    assert_eq!(group.progress(1, 3).state, ProgressState::Snapshot);
}

#[test]
fn a_silent_follower_gets_none() {
    let mut group = with_lagging_follower();
    // A new leader has heard from nobody yet.
    let snapshot = group.nodes[&1].disk.clone();
    group.node(2).disk = snapshot;
    group.campaign(2);
    group.check(2, Role::Leader, 2, 2);
    assert!(!group.progress(2, 3).recently_active);
    group.node(2).raw.drain_events().for_each(drop);
    // A late rejection of an append says what it needs, and that it lives.
    let next = group.progress(2, 3).next;
    let node = group.node(2);
    node.raw.report_snapshot(PeerId(3), SnapshotStatus::Failed);
    node.raw.propose(Bytes::from_static(b"c"), &node.disk).expect("a leader takes proposals");
    assert_eq!(only(&node.work(), MessageKind::Snap).len(), 0, "it has not answered");
    let lost = Body::Rejected { index: next.prev(), hint: at(1, 1) };
    assert_eq!(only(&node.hear(message(3, 2, 2, lost)), MessageKind::Snap).len(), 1);
    group.heal();
    group.tick(2, 1);
    group.settle();
}

/// A storage may be busy making one: the follower waits.
#[test]
fn a_snapshot_may_be_unavailable() {
    #[derive(Debug)]
    struct Busy(raft::MemoryStorage);
    impl raft::Storage for Busy {
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
            max_bytes: u64,
            out: &mut Vec<raft::Entry>,
        ) -> Result<(), StorageError> {
            self.0.entries(lo, hi, max_bytes, out)
        }
        fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
            Err(StorageError::SnapshotTemporarilyUnavailable)
        }
    }
    let mut group = with_lagging_follower();
    let node = group.node(1);
    let busy = Busy(node.disk.clone());
    node.raw.drain_events().for_each(drop);
    let lost = Body::Rejected { index: Index(1), hint: at(0, 0) };
    let next = node.raw.progress(PeerId(3)).expect("a member").next.prev();
    let lost = match lost {
        Body::Rejected { hint, .. } => Body::Rejected { index: next, hint },
        other => other,
    };
    node.raw.step(message(3, 1, 1, lost), &busy).expect("a member's answer");
    let withheld = |event: &Event| matches!(event, Event::SnapshotWithheld { .. });
    assert_eq!(node.raw.drain_events().filter(withheld).count(), 1);
    assert_ne!(group.progress(1, 3).state, ProgressState::Snapshot);
}

/// What a follower does with a snapshot, by what it has and by who is in it.
#[test]
fn a_follower_restores_what_is_newer_and_meant_for_it() {
    type Row = (ConfState, (u64, u64), u64, &'static str);
    let rows: [Row; 7] = [
        (members(&[1, 2, 3], &[], &[]), (2, 5), 5, "voters=(1 2 3)"),
        (members(&[2, 3], &[1], &[]), (2, 5), 5, "voters=(2 3) learners=(1)"),
        (members(&[2, 3], &[], &[1, 2]), (2, 5), 5, "voters=(2 3)&&(1 2)"),
        // It is in none of them.
        (members(&[2, 3], &[], &[]), (2, 5), 1, "voters=(1 2)"),
        // It has all of that.
        (members(&[1, 2, 3], &[], &[]), (1, 1), 1, "voters=(1 2)"),
        // Its log has that entry: only the commit index moves.
        (members(&[1, 2, 3], &[], &[]), (1, 2), 2, "voters=(1 2)"),
        // The members contradict each other.
        (members(&[1, 1], &[], &[]), (2, 5), 1, "voters=(1 2)"),
    ];
    for (conf_state, last, commit, expected) in rows {
        let hard = HardState { term: Term(2), vote: PeerId::NONE, commit: Index(1) };
        let config = Config { id: PeerId(1), ..Config::default() };
        let mut node = Node::new(members(&[1, 2], &[], &[]), config, &[1, 1], hard);
        node.work();
        node.step(message(2, 1, 2, snapshot(last.0, last.1, conf_state.clone())))
            .expect("a leader's");
        assert_eq!(node.raw.lead(), PeerId(2));
        assert_eq!(node.raw.commit().0, commit, "{conf_state}");
        assert_eq!(node.raw.conf().to_string(), expected);
        // No campaign before it is installed.
        assert_eq!(node.raw.is_promotable(), commit != 5);
        let sent = node.work();
        let answer = Body::Accepted { index: Index(commit) };
        let bad = conf_state.voters == ids(&[1, 1]);
        assert_eq!(sent.len(), usize::from(!bad));
        assert!(sent.iter().all(|message| message.body == answer));
        let learner = expected.contains("learners=(1)");
        assert_eq!((node.raw.is_promotable(), node.raw.applied().0), (!learner, commit));
    }
}

/// A learner may have become a voter meanwhile. The same snapshot again brings nothing new.
#[test]
fn a_snapshot_can_promote_and_is_taken_once() {
    let config = Config { id: PeerId(3), ..Config::default() };
    let mut node = Node::new(members(&[1, 2], &[3], &[]), config, &[], HardState::default());
    assert!(!node.raw.is_promotable());
    for taken in [true, false] {
        node.raw.drain_events().for_each(drop);
        let snapshot = snapshot(1, 5, members(&[1, 2, 3], &[], &[]));
        let sent = node.hear(message(1, 3, 1, snapshot));
        assert_eq!(sent, [message(3, 1, 1, Body::Accepted { index: Index(5) })]);
        let restored = |event: &Event| matches!(event, Event::SnapshotRestored { .. });
        assert_eq!(node.raw.drain_events().filter(restored).count(), usize::from(taken));
        assert!(node.raw.is_promotable());
        assert_eq!(
            (node.raw.last(), node.raw.conf().to_string()),
            (at(1, 5), "voters=(1 2 3)".into())
        );
    }
}

#[test]
fn a_learner_gets_a_snapshot_too() {
    let mut group = Group::of(&members(&[1], &[2], &[]), |_| {});
    group.isolate(2);
    group.campaign(1);
    group.propose(1, "x").expect("a leader takes proposals");
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(2), None, Bytes::new()).expect("newer");
    leader.disk.compact(Index(2)).expect("applied");
    group.heal();
    group.tick(1, 1);
    assert_eq!((group.raw(2).commit(), group.raw(2).lead()), (Index(2), PeerId(1)));
}
