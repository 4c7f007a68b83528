//! Replication, commitment, figures 2, 7 and 8, snapshots: §5.3 to §5.5, §7.

use raft::{Body, HardState, Index, MessageKind, PeerId, Role, Term, VoteKind};

use super::{append, node, voters};
use crate::group::{Group, Node, at, message};

/// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
/// parallel to each of the other servers [...] including the index and term of the entry that
/// immediately precedes the new entries."
#[test]
fn section_5_3_a_leader_appends_then_replicates() {
    let mut group = Group::new(3).led_by(1);
    group.propose_only(1, "x").expect("a leader takes proposals");
    let leader = group.node(1);
    let unstable: Vec<_> = leader.raw.unstable().map(|entry| entry.id).collect();
    assert_eq!((unstable, leader.raw.commit().0), (vec![at(1, 2)], 1));
    let sent = leader.work();
    for (to, message) in (2..).zip(&sent) {
        let Body::Append { prev, entries, commit } = &message.body else { panic!("{message}") };
        let found = (message.to.0, *prev, entries.len(), &entries[0].data[..], commit.0);
        assert_eq!(found, (to, at(1, 1), 1, &b"x"[..], 1));
    }
}

/// "A log entry is committed once the leader that created the entry has replicated it on a majority
/// of the servers", itself included once its own copy is durable.
#[test]
fn section_5_3_a_majority_commits() {
    let rows: [(u64, &[u64], bool); 9] = [
        (1, &[], true),
        (3, &[], false),
        (3, &[2], true),
        (3, &[2, 3], true),
        (5, &[], false),
        (5, &[2], false),
        (5, &[2, 3], true),
        (5, &[2, 3, 4], true),
        (5, &[2, 3, 4, 5], true),
    ];
    for (count, acceptors, committed) in rows {
        let mut group = Group::new(count).led_by(1);
        group.propose_only(1, "x").expect("a leader takes proposals");
        group.node(1).work();
        for &from in acceptors {
            group.node(1).hear(message(from, 1, 1, Body::Accepted { index: Index(2) }));
        }
        assert_eq!(2 == group.raw(1).commit().0, committed, "{acceptors:?} of {count}");
        assert_eq!(group.nodes[&1].commands() == ["x"], committed);
    }
}

/// "The leader keeps track of the highest index it knows to be committed, and it includes that index
/// in future AppendEntries RPCs [...] so that the other servers eventually find out."
#[test]
fn section_5_3_followers_learn_what_is_committed() {
    let mut group = Group::new(3).led_by(1);
    group.propose(1, "x").expect("a leader takes proposals");
    group.check_agreed(2);
    assert_eq!(group.nodes[&3].commands(), ["x"]);
}

/// A follower "refuses the new entries" unless it has the entry before them. What precedes the commit
/// index is not looked at: it is there.
#[test]
fn section_5_3_the_consistency_check() {
    let rows: [((u64, u64), Body); 4] = [
        ((1, 1), Body::Accepted { index: Index(1) }),
        ((2, 2), Body::Accepted { index: Index(2) }),
        ((1, 2), Body::Rejected { index: Index(2), hint: at(1, 1) }),
        ((3, 3), Body::Rejected { index: Index(3), hint: at(2, 2) }),
    ];
    for (prev, answer) in rows {
        let mut node = node(&[1, 2], 3, 1);
        let sent = node.hear(append(3, prev, &[], 0));
        assert_eq!(sent, [message(1, 2, 3, answer)], "{prev:?}");
    }
}

/// "If an existing entry conflicts with a new one (same index but different terms), delete the
/// existing entry and all that follow it." Equal entries stay.
#[test]
fn section_5_3_conflicting_entries_give_way() {
    type Entries = &'static [(u64, u64)];
    let rows: [((u64, u64), Entries, &[u64]); 4] = [
        ((2, 2), &[(3, 3)], &[1, 2, 3]),
        ((1, 1), &[(3, 2), (4, 3)], &[1, 3, 4]),
        ((0, 0), &[(1, 1)], &[1, 2]),
        ((0, 0), &[(3, 1)], &[3]),
    ];
    for (prev, entries, terms) in rows {
        let mut node = node(&[1, 2], 2, 0);
        node.hear(append(4, prev, entries, 0));
        assert_eq!(node.terms(), terms, "{entries:?} after {prev:?}");
        let disk: Vec<u64> = node.disk.iter().map(|entry| entry.id.term.0).collect();
        assert_eq!(disk, terms);
    }
}

/// "set commitIndex = min(leaderCommit, index of last new entry)" (Figure 2), never backwards.
#[test]
fn figure_2_commit_up_to_the_last_new_entry() {
    type Entries = &'static [(u64, u64)];
    let rows: [((u64, u64), Entries, u64, u64); 7] = [
        ((1, 1), &[], 3, 1),
        ((1, 1), &[(2, 2)], 3, 2),
        ((2, 2), &[], 1, 1),
        ((2, 2), &[], 3, 2),
        ((2, 2), &[(2, 3)], 3, 3),
        ((2, 2), &[(2, 3)], 4, 3),
        ((2, 2), &[(2, 3), (2, 4)], 3, 3),
    ];
    for (prev, entries, commit, expected) in rows {
        let mut node = node(&[1, 2], 2, 0);
        node.hear(append(2, prev, entries, commit));
        assert_eq!(node.raw.commit().0, expected, "{entries:?} after {prev:?}, commit {commit}");
        node.hear(message(2, 1, 2, Body::Heartbeat { commit: Index(0), context: 0 }));
        assert_eq!(node.raw.commit().0, expected, "it does not go back");
    }
}

/// "The leader keeps track of the highest index it knows to be committed" and heartbeats tell it, too
/// (§5.3): forward only, with one answer each.
#[test]
fn section_5_3_heartbeats_tell_what_is_committed() {
    for (told, commit) in [(3, 3), (1, 2), (2, 2)] {
        let mut node = node(&[1, 2, 3], 3, 2);
        let body = Body::Heartbeat { commit: Index(told), context: 7 };
        let sent = node.hear(message(2, 1, 3, body));
        assert_eq!(node.raw.commit().0, commit);
        assert_eq!(sent, [message(1, 2, 3, Body::HeartbeatResponse { context: 7 })]);
    }
}

/// "there exists an N such that N > commitIndex, a majority of matchIndex[i] >= N, and log[N].term ==
/// currentTerm: set commitIndex = N" (Figure 2).
#[test]
fn figure_2_a_majority_of_matches_commits() {
    let rows: [(u64, &[u64], u64); 10] = [
        (1, &[], 5),
        (3, &[2, 0], 0),
        (3, &[3, 0], 3),
        (3, &[5, 4], 5),
        (3, &[4, 4], 4),
        (4, &[5, 0, 0], 0),
        (4, &[5, 3, 0], 3),
        (4, &[2, 2, 5], 0),
        (4, &[3, 4, 5], 4),
        (5, &[3, 4, 0, 0], 3),
    ];
    for (count, matches, commit) in rows {
        let config = raft::Config { id: PeerId(1), ..raft::Config::default() };
        let hard = HardState { term: Term(2), ..HardState::default() };
        let mut node = Node::new(voters(count), config, &[1, 2], hard);
        node.raw.campaign(&node.disk);
        node.work();
        for voter in 2..=count {
            let vote = Body::VoteResponse { kind: VoteKind::Vote, reject: false };
            node.hear(message(voter, 1, 3, vote));
        }
        for text in [&b"x"[..], b"y"] {
            let text = bytes::Bytes::from_static(text);
            node.raw.propose(text, &node.disk).expect("a leader takes proposals");
            node.work();
        }
        // Entries 1 and 2 are of earlier terms, 3 to 5 of this one.
        for (voter, &index) in (2..).zip(matches) {
            node.hear(message(voter, 1, 3, Body::Accepted { index: Index(index) }));
        }
        assert_eq!(node.raw.commit().0, commit, "{matches:?} of {count}");
    }
}

/// Figure 7: "the leader handles inconsistencies by forcing the followers' logs to duplicate its
/// own", whatever they are missing or have too much of.
#[test]
fn figure_7_every_log_is_brought_in_line() {
    let leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let followers: [&[u64]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    for terms in followers {
        let mut group = Group::new(3);
        let hard = |term| HardState { term: Term(term), ..HardState::default() };
        group.restart_with(1, &leader, hard(8));
        group.restart_with(2, terms, hard(7));
        // 3 has the shortest log, so it votes.
        group.campaign(1);
        group.check(1, Role::Leader, 9, 1);
        group.check_agreed(11);
        assert_eq!(group.nodes[&2].terms(), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 9], "{terms:?}");
    }
}

/// "Raft never commits log entries from previous terms by counting replicas. Only log entries from
/// the leader's current term are committed by counting replicas; once an entry from the current term
/// has been committed in this way, then all prior entries are committed indirectly."
#[test]
fn section_5_4_2_only_own_entries_commit_by_counting() {
    for (acknowledged, commit) in [(1, 0), (2, 0), (3, 3)] {
        let mut node = node(&[1, 2], 2, 0);
        node.raw.campaign(&node.disk);
        node.work();
        let vote = Body::VoteResponse { kind: VoteKind::Vote, reject: false };
        node.hear(message(2, 1, 3, vote));
        assert_eq!((node.raw.role(), node.terms()), (Role::Leader, vec![1, 2, 3]));
        node.hear(message(2, 1, 3, Body::Accepted { index: Index(acknowledged) }));
        assert_eq!(node.raw.commit().0, commit, "index {acknowledged} is acknowledged");
    }
}

/// Figure 8: an entry on a majority is not safe until an entry of the leader's own term follows it.
/// S1 replicates its old entry to a majority and dies; S5 wins and replaces it everywhere.
#[test]
fn figure_8_an_old_entry_on_a_majority_may_be_replaced() {
    let hard = |term| HardState { term: Term(term), ..HardState::default() };
    let start = || {
        // (b): S1 and S2 have an entry of term 2 at index 2, S5 one of term 3.
        let mut group = Group::new(5);
        for (id, terms, term) in
            [(1, &[1, 2][..], 3), (2, &[1, 2], 3), (3, &[1], 3), (4, &[1], 3), (5, &[1, 3], 3)]
        {
            group.restart_with(id, terms, hard(term));
        }
        group.isolate(5);
        group
    };
    // (c): S1 wins term 4 with S2 and S3 and spreads the old entry, but its own entry stays home.
    let mut group = start();
    group.isolate(4);
    {
        let node = group.node(1);
        node.raw.campaign(&node.disk);
    }
    group.lose(MessageKind::App);
    group.settle();
    group.check(1, Role::Leader, 4, 1);
    let old = append(4, (1, 1), &[(2, 2)], 0);
    group.node(3).hear(raft::Message { from: PeerId(1), to: PeerId(3), ..old });
    group.node(1).hear(message(2, 1, 4, Body::Accepted { index: Index(2) }));
    group.node(1).hear(message(3, 1, 4, Body::Accepted { index: Index(2) }));
    assert_eq!(group.raw(1).commit().0, 0, "a majority has it, and it is not committed");
    // (d): S5 wins with S2, S3 and S4 and replaces it.
    group.heal();
    group.isolate(1);
    group.campaign(5);
    group.campaign(5);
    group.heal();
    group.tick(5, 1);
    assert_eq!(group.raw(5).role(), Role::Leader);
    assert_eq!(&group.nodes[&1].terms()[..2], [1, 3]);
    group.check_agreed(3);
    // (e): had S1's own entry reached a majority, S5 could not have won.
    let mut group = start();
    group.campaign(1);
    group.check(1, Role::Leader, 4, 1);
    group.heal();
    group.isolate(1);
    group.campaign(5);
    group.campaign(5);
    assert_ne!(group.raw(5).role(), Role::Leader);
    assert_eq!(group.nodes[&2].terms(), [1, 2, 4]);
}

/// "Raft must not lose or overwrite a committed entry when leaders change": the state machine safety
/// property, seen from the outside over a series of leaders.
#[test]
fn section_5_4_3_what_is_committed_stays() {
    let mut group = Group::new(3);
    for round in 0..6 {
        let leader = round % 3 + 1;
        group.isolate((round + 1) % 3 + 1);
        group.campaign(leader);
        let text = format!("round {round}");
        group.propose(leader, &text).expect("it won with the third one");
        assert_eq!(group.nodes[&leader].commands().last(), Some(&&text[..]));
        group.heal();
        group.tick(leader, 1);
    }
    assert_eq!(group.nodes[&1].commands().len(), 6);
    let commit = group.raw(1).commit().0;
    group.check_agreed(commit);
}

/// "Servers retry [RPCs] [...] and Raft RPCs are idempotent" (§5.5): the same append twice, or late,
/// changes nothing.
#[test]
fn section_5_5_requests_may_come_twice_and_late() {
    let mut node = node(&[1], 1, 0);
    let (first, second) = (append(2, (1, 1), &[(2, 2)], 1), append(2, (2, 2), &[(2, 3)], 2));
    for message in [&first, &second, &first, &second, &first] {
        node.hear(message.clone());
        assert!(node.terms().starts_with(&[1, 2]));
    }
    assert_eq!((node.terms(), node.raw.commit().0), (vec![1, 2, 2], 2));
}

/// Term, vote and log are "updated on stable storage before responding to RPCs" (Figure 2): no answer
/// leaves before the write, and a restarted server remembers its vote.
#[test]
fn figure_2_state_is_durable_before_the_answer() {
    let mut node = node(&[], 0, 0);
    let vote = Body::Vote { kind: VoteKind::Vote, last: at(0, 0), transfer: false, priority: 0 };
    node.step(message(2, 1, 1, vote.clone())).expect("a vote request");
    let ready = node.raw.ready(&node.disk);
    let hard = HardState { term: Term(1), vote: PeerId(2), commit: Index(0) };
    assert_eq!((ready.hard_state, ready.must_sync, ready.messages.len()), (Some(hard), true, 1));
    node.persist(&ready);
    let mut again = Node::on(node.disk.clone(), node.raw.config().clone());
    let sent = again.hear(message(3, 1, 1, vote));
    let refused = Body::VoteResponse { kind: VoteKind::Vote, reject: true };
    assert_eq!(sent, [message(1, 3, 1, refused)]);
}

/// "Although servers normally take snapshots independently, the leader must occasionally send
/// snapshots to followers that lag behind" (§7), and the receiver discards its log in favour of it.
#[test]
fn section_7_a_snapshot_replaces_what_is_compacted() {
    let mut group = Group::new(3).led_by(1);
    group.isolate(3);
    for text in ["a", "b", "c"] {
        group.propose(1, text).expect("a leader takes proposals");
    }
    let leader = group.node(1);
    leader.disk.create_snapshot(Index(3), None, bytes::Bytes::from_static(b"ab")).expect("newer");
    leader.disk.compact(Index(3)).expect("applied");
    group.heal();
    group.tick(1, 1);
    let lagging = &group.nodes[&3];
    assert_eq!((lagging.raw.commit().0, lagging.raw.applied().0), (4, 4));
    assert_eq!((lagging.disk_first(), lagging.commands()), (4, vec!["c"]));
}

/// "If the follower has an entry that matches the snapshot's last index and term, then there is no
/// conflict: log entries covered by the snapshot are retained" (§7): only the commit index moves.
#[test]
fn section_7_a_matching_log_is_kept() {
    let mut node = node(&[1, 1, 1], 1, 1);
    let snapshot = raft::Snapshot { last: at(1, 2), conf_state: voters(3), ..Default::default() };
    let sent = node.hear(message(2, 1, 1, Body::Snapshot(snapshot.into())));
    assert_eq!((node.terms(), node.raw.commit().0), (vec![1, 1, 1], 2));
    assert_eq!(sent, [message(1, 2, 1, Body::Accepted { index: Index(2) })]);
}

impl Node {
    fn disk_first(&self) -> u64 {
        raft::Storage::first_index(&self.disk).0
    }
}
