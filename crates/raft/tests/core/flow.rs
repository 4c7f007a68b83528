//! Replication from the leader's side: probing, windows, rejections, lost messages.

use bytes::Bytes;
use raft::{
    Body, ConfState, Config, EntryId, HardState, Index, Message, MessageKind, PeerId,
    ProgressState, Role, SnapshotStatus, Term,
};

use crate::group::{Group, Node, at, ids, message, only};

/// The appends among messages to this peer: the index before each, and how many entries it has.
fn appends(messages: &[Message], to: u64) -> Vec<(u64, usize)> {
    let appends = messages.iter().filter(|message| message.to == PeerId(to));
    appends
        .filter_map(|message| match &message.body {
            Body::Append { prev, entries, .. } => Some((prev.index.0, entries.len())),
            _ => None,
        })
        .collect()
}

/// A leader of 1 to 3 that has heard from nobody since it won.
fn fresh_leader(configure: impl Fn(&mut Config)) -> Group {
    let mut group = Group::with(3, configure);
    group.lose(MessageKind::App);
    group.campaign(1);
    assert_eq!(group.raw(1).role(), Role::Leader);
    group
}

fn accept(group: &mut Group, from: u64, index: u64) -> Vec<Message> {
    let term = group.raw(1).term().0;
    group.node(1).hear(message(from, 1, term, Body::Accepted { index: Index(index) }))
}

fn propose(group: &mut Group, bytes: usize) -> Vec<Message> {
    let node = group.node(1);
    node.raw.propose(vec![7; bytes].into(), &node.disk).expect("a leader takes proposals");
    node.work()
}

#[test]
fn a_leader_counts_itself_only_when_its_log_is_durable() {
    let mut group = Group::new(1).led_by(1);
    for _ in 0..5 {
        group.propose_only(1, "x").expect("a leader takes proposals");
    }
    assert_eq!((group.progress(1, 1).matched.0, group.raw(1).commit().0), (1, 1));
    group.settle();
    assert_eq!((group.progress(1, 1).matched.0, group.progress(1, 1).next.0), (6, 7));
}

#[test]
fn a_probe_waits_for_a_sign_of_life() {
    let mut group = fresh_leader(|_| {});
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.extend(propose(&mut group, 1));
    }
    assert_eq!(appends(&sent, 2), [], "the first append of the leader is still unanswered");
    // Sending heartbeats does not end the wait; an answer to one does.
    let leader = group.node(1);
    leader.raw.tick(&leader.disk);
    let sent = leader.work();
    assert_eq!(only(&sent, MessageKind::App).len(), 0);
    assert!(group.progress(1, 2).is_paused());
    let answer = message(2, 1, 1, Body::HeartbeatResponse { context: 0 });
    assert_eq!(appends(&group.node(1).hear(answer), 2), [(0, 4)]);
    assert!(group.progress(1, 2).is_paused());
    // Only that follower goes on.
    assert_eq!(appends(&accept(&mut group, 2, 4), 3), []);
    assert_eq!(group.progress(1, 2).state, ProgressState::Replicate);
    assert_eq!(group.progress(1, 3).state, ProgressState::Probe);
}

#[test]
fn replication_does_not_wait() {
    let mut group = Group::new(3).led_by(1);
    for index in 1..=4 {
        assert_eq!(appends(&propose(&mut group, 1), 2), [(index, 1)]);
        assert_eq!(group.progress(1, 2).next.0, index + 2);
    }
}

#[test]
fn a_follower_that_is_behind_is_sent_to_on_each_answer() {
    let mut group = fresh_leader(|_| {});
    let answer = || message(2, 1, 1, Body::HeartbeatResponse { context: 0 });
    for _ in 0..2 {
        assert_eq!(appends(&group.node(1).hear(answer()), 2), [(0, 1)]);
    }
    accept(&mut group, 2, 1);
    assert_eq!(appends(&group.node(1).hear(answer()), 2), []);
}

#[test]
fn a_full_window_stops_and_an_acknowledgment_frees_all_before_it() {
    let mut group = Group::with(3, |config| config.max_inflight_messages = 4).led_by(1);
    for _ in 0..4 {
        assert_eq!(appends(&propose(&mut group, 1), 2).len(), 1);
    }
    assert!(group.progress(1, 2).is_paused());
    for _ in 0..3 {
        assert_eq!(appends(&propose(&mut group, 1), 2), []);
    }
    // An old acknowledgment frees nothing.
    assert_eq!(appends(&accept(&mut group, 2, 1), 2), []);
    let freed: usize = appends(&accept(&mut group, 2, 3), 2).iter().map(|(_, count)| count).sum();
    assert_eq!((freed, group.progress(1, 2).inflights.count()), (3, 3));
}

#[test]
fn a_full_window_is_probed_with_an_empty_append_per_answer() {
    let mut group = Group::with(3, |config| config.max_inflight_messages = 2).led_by(1);
    for _ in 0..4 {
        propose(&mut group, 1);
    }
    for _ in 0..3 {
        let answer = message(2, 1, 1, Body::HeartbeatResponse { context: 0 });
        assert_eq!(appends(&group.node(1).hear(answer), 2), [(3, 0)]);
        assert!(group.progress(1, 2).is_paused());
    }
}

/// The window by count, the window by bytes and the size of a message, together.
#[test]
fn three_limits_shape_the_stream() {
    let mut group = fresh_leader(|config| {
        config.max_inflight_messages = 3;
        config.max_size_per_message = 2048;
        config.max_inflight_bytes = 9000;
    });
    for number in 1..=22 {
        let large = (11..=16).contains(&number);
        propose(&mut group, if large { 5000 } else { 1000 });
    }
    let answer = message(2, 1, 1, Body::HeartbeatResponse { context: 0 });
    let mut sent = appends(&group.node(1).hear(answer), 2);
    let mut pattern = Vec::new();
    while let Some(&(prev, count)) = sent.last() {
        pattern.push(sent.iter().map(|(_, count)| *count).collect::<Vec<_>>());
        sent = appends(&accept(&mut group, 2, prev + count as u64), 2);
        sent.retain(|(_, count)| *count != 0);
    }
    // The probe takes the empty entry and two more. Then three messages of two fill the window by
    // count; the large ones go alone, and two of them fill it by bytes.
    let expected: [&[usize]; 6] = [&[3], &[2, 2, 2], &[2, 1, 1], &[1, 1], &[1, 1], &[2, 2, 2]];
    assert_eq!(pattern[..6], expected);
    assert_eq!(group.progress(1, 2).matched.0, 23);
}

/// Where the follower's hint and the leader's search meet (Raft §5.3, last paragraphs).
#[test]
fn a_rejection_skips_whole_terms() {
    type Row = (&'static [u64], &'static [u64], (u64, u64), (u64, u64));
    let rows: [Row; 8] = [
        (&[1, 2, 2, 4, 4, 4, 4], &[1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3], (3, 7), (2, 3)),
        (&[1, 2, 2, 3, 4, 4, 4, 5], &[1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3], (3, 8), (3, 4)),
        (&[1, 1, 1, 1], &[1, 2, 2, 4], (1, 1), (1, 1)),
        (&[1, 1, 1, 1, 1, 1], &[1, 2, 2, 4], (1, 1), (1, 1)),
        (&[1, 1, 1, 1], &[1, 2, 2, 4, 4, 4], (1, 1), (1, 1)),
        (&[1, 1, 1, 4, 5], &[1, 1, 1, 4], (4, 4), (4, 4)),
        (&[2, 5, 5, 5, 5, 5, 5, 5, 5], &[2, 4, 4, 4, 4, 4], (4, 6), (2, 1)),
        (&[2, 2, 2, 2, 2], &[2, 4, 4, 4, 4, 4, 4, 4], (2, 1), (2, 1)),
    ];
    for (leader, follower, hint, next) in rows {
        let term = *leader.last().expect("not empty");
        let later = term.max(*follower.last().expect("not empty"));
        let hard = |term: u64| HardState { term: Term(term), ..HardState::default() };
        let mut group = Group::new(3);
        group.restart_with(1, leader, hard(term - 1));
        group.restart_with(2, follower, hard(later - 1));
        let node = group.node(1);
        node.raw.campaign(&node.disk);
        node.work();
        let vote = Body::VoteResponse { kind: raft::VoteKind::Vote, reject: false };
        let sent = group.node(1).hear(message(3, 1, term, vote));
        let append = only(&sent, MessageKind::App)[0].clone();
        // The follower's own term may be later: the rule is the same in every term.
        let answers = group.node(2).hear(Message { to: PeerId(2), term: Term(later), ..append });
        let Body::Rejected { hint: found, .. } = answers[0].body else {
            panic!("{:?}", answers[0])
        };
        assert_eq!(found, at(hint.0, hint.1), "{leader:?} {follower:?}");
        let retry = group.node(1).hear(Message { term: Term(term), ..answers[0].clone() });
        let Body::Append { prev, .. } = retry[0].body else { panic!("{:?}", retry[0]) };
        assert_eq!(prev, at(next.0, next.1), "{leader:?} {follower:?}");
    }
}

/// A follower that compacted where the logs differ cannot hint; the leader goes back one by one.
#[test]
fn a_hint_without_a_term_is_taken_as_it_is() {
    let term = |term| HardState { term: Term(term), ..HardState::default() };
    let mut group = Group::new(3);
    group.restart_with(1, &[1, 1, 3], term(2));
    group.restart_with(2, &[1, 1, 3, 3, 3], term(3));
    group.node(2).disk.compact(Index(5)).expect("it is there");
    let leader = group.node(1);
    leader.raw.campaign(&leader.disk);
    leader.work();
    let vote = Body::VoteResponse { kind: raft::VoteKind::Vote, reject: false };
    let sent = leader.hear(message(3, 1, 3, vote));
    let answers = group.node(2).hear(only(&sent, MessageKind::App)[0].clone());
    assert_eq!(answers[0].body, Body::Rejected { index: Index(3), hint: at(0, 3) });
    let retry = group.node(1).hear(answers[0].clone());
    assert_eq!(appends(&retry, 2), [(2, 2)]);
    let hard = HardState { term: Term(3), vote: PeerId(0), commit: Index(3) };
    let voters = ConfState { voters: ids(&[1, 2, 3]), ..ConfState::default() };
    let config = Config { id: PeerId(2), ..Config::default() };
    let mut node = Node::new(voters, config.clone(), &[1, 1, 3, 3, 3], hard);
    node.disk.compact(Index(5)).expect("it is there");
    node.disk.set_hard_state(HardState { commit: Index(5), ..hard });
    let mut node = Node::on(node.disk, config);
    // Everything before the commit index is accepted unseen.
    let body = Body::Append { prev: at(1, 3), entries: raft::Entries::new(), commit: Index(0) };
    let sent = node.hear(message(1, 2, 3, body));
    assert_eq!(sent, [message(2, 1, 3, Body::Accepted { index: Index(5) })]);
}

#[test]
fn late_rejections_change_nothing() {
    let mut group = Group::new(3).led_by(1);
    group.propose(1, "x").expect("a leader takes proposals");
    let stale =
        |index, hint: EntryId| message(2, 1, 1, Body::Rejected { index: Index(index), hint });
    let sent = group.node(1).hear(stale(2, at(0, 0)));
    assert_eq!((appends(&sent, 2), group.progress(1, 2).next.0), (vec![], 3));
    // One beyond what is known to match restarts from there, not from its hint.
    propose(&mut group, 1);
    let sent = group.node(1).hear(stale(3, at(0, 0)));
    assert_eq!(
        (appends(&sent, 2), group.progress(1, 2).state),
        (vec![(2, 1)], ProgressState::Probe)
    );
}

#[test]
fn an_unreachable_follower_is_probed() {
    let mut group = Group::new(3).led_by(1);
    propose(&mut group, 1);
    assert_eq!(group.progress(1, 2).next.0, 3);
    group.node(1).raw.report_unreachable(PeerId(2));
    let progress = group.progress(1, 2);
    assert_eq!((progress.state, progress.next.0), (ProgressState::Probe, 2));
    // A probing, a lagging or an unknown one: nothing to change.
    group.node(1).raw.report_unreachable(PeerId(2));
    group.node(1).raw.report_unreachable(PeerId(9));
    group.node(2).raw.report_unreachable(PeerId(1));
    // A caught-up follower that was marked recovers with its next answer.
    accept(&mut group, 2, 2);
    assert_eq!(group.progress(1, 2).state, ProgressState::Replicate);
}

/// The commit index goes along only when it is news to the follower.
#[test]
fn a_follower_is_told_a_commit_index_once() {
    let mut group = Group::new(5).led_by(1);
    propose(&mut group, 1);
    assert_eq!(appends(&accept(&mut group, 2, 2), 2), []);
    assert_eq!(appends(&accept(&mut group, 3, 2), 3), [(2, 0)], "the third vote commits");
    assert_eq!(appends(&accept(&mut group, 4, 2), 4), [], "it was told with everybody else");
    // A heartbeat tells a lagging follower less, so its next acknowledgment makes up for it.
    let leader = group.node(1);
    leader.raw.tick(&leader.disk);
    let sent = leader.work();
    let told: Vec<u64> = sent
        .iter()
        .map(|message| match message.body {
            Body::Heartbeat { commit, .. } => commit.0,
            _ => panic!("{message}"),
        })
        .collect();
    assert_eq!(told, [2, 2, 2, 1]);
    assert_eq!(appends(&accept(&mut group, 5, 2), 5), [(2, 0)]);
}

#[test]
fn heartbeats_have_their_own_interval() {
    let mut group = Group::with(3, |config| config.heartbeat_ticks = 3).led_by(1);
    let mut counts = Vec::new();
    for _ in 0..6 {
        let leader = group.node(1);
        leader.raw.tick(&leader.disk);
        counts.push(only(&leader.work(), MessageKind::Heartbeat).len());
    }
    assert_eq!(counts, [0, 0, 2, 0, 0, 2]);
    // Followers keep quiet.
    group.tick(2, 3);
    assert_eq!(group.raw(2).heartbeat_elapsed(), 0);
}

/// After a partition the backlog goes out in messages of the allowed size.
#[test]
fn a_backlog_is_sent_in_pages() {
    let mut group = Group::with(3, |config| config.max_size_per_message = 2048).led_by(1);
    group.isolate(3);
    for _ in 0..50 {
        let node = group.node(1);
        node.raw.propose(Bytes::from(vec![7; 400]), &node.disk).expect("a leader takes proposals");
        group.settle();
    }
    group.heal();
    let leader = group.node(1);
    leader.raw.tick(&leader.disk);
    for _ in 0..200 {
        group.work();
        let Some(message) = group.network.pop_front() else { break };
        if let Body::Append { entries, .. } = &message.body {
            assert!(raft::size::encoded_size(entries) <= 2048);
        }
        group.node(message.to.0).step(message).expect("all are members");
    }
    group.check_agreed(51);
}

/// What was sent together may arrive in any order: the log does not mind.
#[test]
fn appends_may_overtake_each_other() {
    let mut group = Group::new(3).led_by(1);
    group.isolate(3);
    for _ in 0..10 {
        group.propose_only(1, "x").expect("a leader takes proposals");
    }
    group.work();
    let (mut late, now): (Vec<Message>, Vec<Message>) =
        group.network.drain(..).partition(|message| message.to == PeerId(2));
    late.reverse();
    group.network.extend(now);
    group.network.extend(late);
    group.settle();
    group.heal();
    group.tick(1, 1);
    group.tick(1, 1);
    group.check_agreed(11);
}

#[test]
fn with_batching_one_append_carries_what_was_proposed_since() {
    let mut group = Group::with(3, |config| config.batch_append = true).led_by(1);
    for text in ["a", "b", "c"] {
        group.propose_only(1, text).expect("a leader takes proposals");
    }
    assert!(group.raw(1).has_ready());
    let sent = group.node(1).work();
    assert_eq!((appends(&sent, 2), appends(&sent, 3)), (vec![(1, 3)], vec![(1, 3)]));
    group.network.extend(sent);
    group.settle();
    group.check_agreed(4);
    assert_eq!(group.nodes[&2].commands(), ["a", "b", "c"]);
    // A lone voter commits too.
    let mut lone = Group::with(1, |config| config.batch_append = true).led_by(1);
    lone.propose(1, "x").expect("a leader takes proposals");
    lone.check_agreed(2);
}

#[test]
fn reports_of_snapshots_that_nobody_sent_are_ignored() {
    let mut group = Group::new(3).led_by(1);
    for status in [SnapshotStatus::Finished, SnapshotStatus::Failed] {
        group.node(1).raw.report_snapshot(PeerId(2), status);
        assert_eq!(group.progress(1, 2).state, ProgressState::Replicate);
    }
}
