//! Terms, roles, votes and timeouts: §5.1, §5.2, §5.4.1.

use raft::{Body, Config, HardState, Index, MessageKind, PeerId, Role, Term, VoteKind};

use super::{append, node, voters};
use crate::group::{Group, Node, at, ids, log_of, message, only};

/// "If one server's current term is smaller than the other's, then it updates its current term to
/// the larger value. If a candidate or leader discovers that its term is out of date, it
/// immediately reverts to follower state."
#[test]
fn section_5_1_a_higher_term_is_adopted_in_every_role() {
    for role in [Role::Follower, Role::Candidate, Role::PreCandidate, Role::Leader] {
        let mut group = Group::with(3, |config| config.pre_vote = role == Role::PreCandidate);
        match role {
            Role::Follower => {}
            Role::Candidate | Role::PreCandidate => {
                group.isolate(1);
                group.campaign(1);
            }
            Role::Leader => group.campaign(1),
        }
        assert_eq!(group.raw(1).role(), role);
        group.node(1).hear(append(9, (0, 0), &[], 0));
        group.check(1, Role::Follower, 9, 2);
    }
}

/// "If a server receives a request with a stale term number, it rejects the request."
#[test]
fn section_5_1_a_stale_term_is_not_processed() {
    let mut node = node(&[], 2, 0);
    let sent = node.hear(append(1, (0, 0), &[(1, 1)], 1));
    assert_eq!((node.terms(), sent.len(), node.raw.lead()), (vec![], 0, PeerId::NONE));
}

/// "When servers start up, they begin as followers."
#[test]
fn section_5_2_servers_start_as_followers() {
    Group::new(3).check(1, Role::Follower, 0, 0);
}

/// "Leaders send periodic heartbeats (AppendEntries RPCs that carry no log entries) to all
/// followers."
#[test]
fn section_5_2_leaders_send_heartbeats() {
    let mut group = Group::new(3).led_by(1);
    let leader = group.node(1);
    leader.raw.tick(&leader.disk);
    let sent = leader.work();
    let to: Vec<PeerId> = only(&sent, MessageKind::Heartbeat).iter().map(|m| m.to).collect();
    assert_eq!((to, sent.len()), (ids(&[2, 3]), 2));
}

/// "If a follower receives no communication over a period of time called the election timeout [...]
/// it begins an election: it increments its current term and transitions to candidate state. It
/// then votes for itself and issues RequestVote RPCs in parallel to each of the other servers." A
/// candidate starts over after another timeout.
#[test]
fn section_5_2_a_timeout_starts_an_election() {
    let mut node = node(&[1, 1], 1, 0);
    for term in 2..=3 {
        for _ in 0..node.raw.randomized_election_timeout() {
            assert_eq!(node.raw.term().0, term - 1);
            node.raw.tick(&node.disk);
        }
        let sent = node.work();
        assert_eq!(
            (node.raw.role(), node.raw.term().0, node.raw.vote().0),
            (Role::Candidate, term, 1)
        );
        let vote =
            Body::Vote { kind: VoteKind::Vote, last: at(1, 2), transfer: false, priority: 0 };
        let expected = [message(1, 2, term, vote.clone()), message(1, 3, term, vote)];
        assert_eq!(sent, expected);
    }
}

/// "A candidate wins an election if it receives votes from a majority of the servers in the full
/// cluster for the same term."
#[test]
fn section_5_2_a_majority_wins() {
    let (yes, no) = (Some(true), Some(false));
    let rows: [(u64, &[Option<bool>], Role); 13] = [
        (1, &[], Role::Leader),
        (3, &[yes, yes], Role::Leader),
        (3, &[yes], Role::Leader),
        (5, &[yes, yes, yes, yes], Role::Leader),
        (5, &[yes, yes, yes], Role::Leader),
        (5, &[yes, yes], Role::Leader),
        (3, &[no, no], Role::Follower),
        (5, &[no, no, no, no], Role::Follower),
        (5, &[yes, no, no, no], Role::Follower),
        (3, &[], Role::Candidate),
        (5, &[yes], Role::Candidate),
        (5, &[no, no], Role::Candidate),
        (5, &[], Role::Candidate),
    ];
    for (count, votes, role) in rows {
        let config = Config { id: PeerId(1), ..Config::default() };
        let mut node = Node::new(voters(count), config, &[], HardState::default());
        node.raw.campaign(&node.disk);
        node.work();
        for (voter, vote) in (2..).zip(votes) {
            let reject = *vote == no;
            let body = Body::VoteResponse { kind: VoteKind::Vote, reject };
            node.hear(message(voter, 1, 1, body));
        }
        assert_eq!((node.raw.role(), node.raw.term().0), (role, 1), "{count} voters, {votes:?}");
    }
}

/// "Each server will vote for at most one candidate in a given term, on a first-come-first-served
/// basis."
#[test]
fn section_5_2_one_vote_per_term() {
    for (vote, candidate, granted) in [(0, 2, true), (0, 3, true), (2, 2, true), (2, 3, false)] {
        let hard = HardState { term: Term(1), vote: PeerId(vote), commit: Index(0) };
        let mut node =
            Node::new(voters(3), Config { id: PeerId(1), ..Config::default() }, &[], hard);
        let body =
            Body::Vote { kind: VoteKind::Vote, last: at(0, 0), transfer: false, priority: 0 };
        let sent = node.hear(message(candidate, 1, 1, body));
        let reject = !granted;
        let answer = Body::VoteResponse { kind: VoteKind::Vote, reject };
        assert_eq!(sent, [message(1, candidate, 1, answer)], "voted for {vote}, {candidate} asks");
    }
}

/// "If the leader's term [...] is at least as large as the candidate's current term, then the
/// candidate recognizes the leader as legitimate and returns to follower state."
#[test]
fn section_5_2_a_candidate_concedes() {
    for term in [1, 2] {
        let mut node = node(&[], 0, 0);
        node.raw.campaign(&node.disk);
        node.work();
        node.hear(append(term, (0, 0), &[(1, 1)], 0));
        let found = (node.raw.role(), node.raw.term().0, node.raw.lead().0, node.terms());
        assert_eq!(found, (Role::Follower, term, 2, vec![1]));
    }
}

/// "Raft uses randomized election timeouts to ensure that split votes are rare [...] chosen randomly
/// from a fixed interval." All of `[E, 2E - 1]` occurs, for followers and for candidates.
#[test]
fn section_5_2_timeouts_are_spread() {
    for campaigns in [false, true] {
        let mut node = node(&[], 0, 0);
        let mut seen = [0; 20];
        for term in 1..=500 {
            if campaigns {
                node.raw.campaign(&node.disk);
            } else {
                node.step(append(term, (0, 0), &[], 0)).expect("a leader's message");
            }
            node.work();
            seen[node.raw.randomized_election_timeout() as usize] += 1;
        }
        let spread = seen.iter().enumerate().all(|(ticks, &count)| (10 <= ticks) == (0 < count));
        assert!(spread, "{seen:?}");
        // Each as likely as the others: of 500, within a tenth of what is expected.
        for (ticks, expected) in [(10, 50), (13, 200), (15, 300), (18, 450), (19, 500)] {
            let passed: i32 = seen[..=ticks].iter().sum();
            assert!((passed - expected).abs() <= 50, "{passed} timeouts up to {ticks} ticks");
        }
    }
}

/// "[...] so that in most cases only a single server will time out": with five servers, be they
/// followers or candidates, at most three rounds in ten end in a tie.
#[test]
fn section_5_2_ties_are_rare() {
    for campaigns in [false, true] {
        let mut ties = 0;
        let mut nodes: Vec<Node> = (1..=5)
            .map(|id| {
                let config = Config { id: PeerId(id), ..Config::default() };
                Node::new(voters(5), config, &[], HardState::default())
            })
            .collect();
        for term in 1..=1000 {
            for node in &mut nodes {
                if campaigns {
                    node.raw.campaign(&node.disk);
                } else {
                    let append = append(term, (0, 0), &[], 0);
                    let to = node.raw.id();
                    node.step(raft::Message { from: PeerId(6), to, ..append }).expect("a leader's");
                }
                node.work();
            }
            let timeouts = nodes.iter().map(|node| node.raw.randomized_election_timeout());
            let first = timeouts.clone().min();
            ties += usize::from(1 < timeouts.filter(|&ticks| Some(ticks) == first).count());
        }
        assert!((1..=300).contains(&ties), "{ties} ties");
    }
}

/// "The voter denies its vote if its own log is more up-to-date than that of the candidate": by the
/// last term first, then by length.
#[test]
fn section_5_4_1_only_an_up_to_date_candidate_gets_votes() {
    let rows: [(&[u64], (u64, u64), bool); 10] = [
        (&[1], (1, 1), true),
        (&[1], (1, 2), true),
        (&[1, 1], (1, 1), false),
        (&[1], (2, 1), true),
        (&[1], (2, 2), true),
        (&[1, 1], (2, 1), true),
        (&[2], (1, 1), false),
        (&[2], (1, 2), false),
        (&[2, 2], (1, 1), false),
        (&[1, 1], (1, 3), true),
    ];
    for (terms, last, granted) in rows {
        let mut node = node(terms, 2, 0);
        let body = Body::Vote {
            kind: VoteKind::Vote,
            last: at(last.0, last.1),
            transfer: false,
            priority: 0,
        };
        let sent = node.hear(message(2, 1, 3, body));
        let answer = Body::VoteResponse { kind: VoteKind::Vote, reject: !granted };
        assert_eq!(sent, [message(1, 2, 3, answer)], "{terms:?} against {last:?}");
    }
}

/// "Combine all the servers that have voted" no more than once: the log of a term has one leader
/// (§5.2, election safety), even when both candidates have half of the group.
#[test]
fn section_5_2_a_split_vote_elects_nobody() {
    let mut group = Group::new(4);
    for (a, b) in [(1, 3), (1, 4), (2, 3), (2, 4)] {
        group.cut(a, b);
    }
    for id in [1, 3] {
        group.campaign(id);
        group.check(id, Role::Candidate, 1, 0);
    }
    assert_eq!(log_of(&[]).len(), group.nodes[&1].terms().len());
}
