//! Making nodes: configuration, bootstrap, restart, status, asynchronous writes.

use bytes::Bytes;
use raft::{
    Body, BootstrapError, ConfState, Config, ConfigError, HardState, Index, MemoryStorage, PeerId,
    RawNode, ReadOnly, Ready, Role, SoftState, StepError, Term,
};

use crate::group::{Group, Node, at, ids, log_of, message};

fn make(config: Config, disk: &MemoryStorage) -> Result<RawNode, ConfigError> {
    RawNode::new(config, det::Rng::named(1, "election", 1), disk)
}

#[test]
fn a_configuration_is_checked() {
    let good = Config { id: PeerId(1), ..Config::default() };
    assert!(make(good.clone(), &MemoryStorage::new()).is_ok());
    let rows: [(Config, &str); 9] = [
        (Config { id: PeerId(0), ..good.clone() }, "cannot use none as id"),
        (Config { id: PeerId::APPLY_THREAD, ..good.clone() }, "cannot use local target as id"),
        (Config { heartbeat_ticks: 0, ..good.clone() }, "heartbeat tick must be greater than 0"),
        (
            Config { election_ticks: 1, ..good.clone() },
            "election tick must be greater than heartbeat tick",
        ),
        (
            Config { election_ticks_min: 9, ..good.clone() },
            "min election tick must be at least the election tick",
        ),
        (
            Config { election_ticks_max: 10, ..good.clone() },
            "max election tick must be greater than min election tick",
        ),
        (
            Config { max_inflight_messages: 0, ..good.clone() },
            "max inflight messages must be greater than 0",
        ),
        (
            Config { max_inflight_bytes: 1, ..good.clone() },
            "max inflight bytes must be >= max message size",
        ),
        (
            Config { read_only: ReadOnly::LeaseBased, ..good },
            "CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased",
        ),
    ];
    for (config, error) in rows {
        let found =
            make(config, &MemoryStorage::new()).map(drop).map_err(|error| error.to_string());
        assert_eq!(found, Err(error.to_string()));
    }
}

#[test]
fn durable_state_is_checked() {
    let config = Config { id: PeerId(1), ..Config::default() };
    let mut disk =
        MemoryStorage::with_members(ConfState { voters: ids(&[1]), ..ConfState::default() });
    disk.append(log_of(&[1, 1]).into());
    disk.set_hard_state(HardState { term: Term(1), vote: PeerId(1), commit: Index(3) });
    assert!(matches!(make(config.clone(), &disk), Err(ConfigError::CommitOutOfRange { .. })));
    disk.set_hard_state(HardState { term: Term(1), vote: PeerId(1), commit: Index(1) });
    let twice = ConfState { voters: ids(&[1, 1]), ..ConfState::default() };
    let disk = MemoryStorage::with_members(twice);
    assert!(matches!(make(config.clone(), &disk), Err(ConfigError::ConfState(_))));
    let mut disk =
        MemoryStorage::with_members(ConfState { voters: ids(&[1]), ..ConfState::default() });
    disk.append(log_of(&[1, 1]).into());
    disk.set_hard_state(HardState { term: Term(1), vote: PeerId(1), commit: Index(1) });
    let late = Config { applied: Index(2), ..config };
    assert!(matches!(make(late, &disk), Err(ConfigError::AppliedOutOfRange { .. })));
}

/// The first members are entries that are committed by agreement; the node can campaign at once.
#[test]
fn bootstrap_writes_the_members_into_the_log() {
    let mut node = Node::on(MemoryStorage::new(), Config { id: PeerId(1), ..Config::default() });
    let bootstrap =
        |node: &mut Node, peers: &[(PeerId, Bytes)]| node.raw.bootstrap(peers, &node.disk);
    assert_eq!(bootstrap(&mut node, &[]), Err(BootstrapError::NoPeers));
    let peers = [(PeerId(1), Bytes::from_static(b"here")), (PeerId(2), Bytes::new())];
    assert_eq!(bootstrap(&mut node, &peers), Ok(()));
    let ready = node.raw.ready(&node.disk);
    let hard = HardState { term: Term(1), vote: PeerId::NONE, commit: Index(2) };
    assert_eq!((ready.hard_state, ready.entries.len(), ready.committed.len()), (Some(hard), 2, 2));
    let change = ready.committed[0].conf_change().expect("our own encoding").expect("a change");
    assert_eq!(&change.context[..], b"here");
    node.persist(&ready);
    node.raw.advance(&node.disk);
    assert_eq!(bootstrap(&mut node, &peers), Err(BootstrapError::NotEmpty));
    node.raw.campaign(&node.disk);
    assert_eq!(
        (node.raw.role(), node.raw.conf().to_string()),
        (Role::Candidate, "voters=(1 2)".into())
    );
}

#[test]
fn a_started_node_has_nothing_to_say() {
    let voters = ConfState { voters: ids(&[1]), ..ConfState::default() };
    let config = Config { id: PeerId(1), ..Config::default() };
    let mut node = Node::new(voters, config, &[], HardState::default());
    assert!(!node.raw.has_ready());
    assert_eq!(node.raw.ready(&node.disk), Ready::default());
    node.raw.campaign(&node.disk);
    node.work();
    node.raw.propose(Bytes::from_static(b"x"), &node.disk).expect("a leader takes proposals");
    let ready = node.raw.ready(&node.disk);
    assert_eq!((ready.entries.len(), ready.committed.len(), ready.must_sync), (1, 0, true));
    node.persist(&ready);
    node.raw.advance(&node.disk);
    // A moved commit index needs no sync.
    let ready = node.raw.ready(&node.disk);
    assert_eq!((ready.entries.len(), ready.committed.len(), ready.must_sync), (0, 1, false));
    node.raw.advance(&node.disk);
    assert!(!node.raw.has_ready());
}

/// A restarted node hands out what is committed and not applied, and nothing else.
#[test]
fn a_restarted_node_applies_what_it_had_committed() {
    for (applied, handed_out) in [(0, vec![1, 2]), (1, vec![2]), (2, vec![])] {
        let voters = ConfState { voters: ids(&[1, 2]), ..ConfState::default() };
        let config = Config { id: PeerId(1), applied: Index(applied), ..Config::default() };
        let hard = HardState { term: Term(1), vote: PeerId(2), commit: Index(2) };
        let mut node = Node::new(voters, config, &[1, 1, 1], hard);
        assert_eq!(node.raw.has_ready(), !handed_out.is_empty());
        let ready = node.raw.ready(&node.disk);
        let found: Vec<u64> = ready.committed.iter().map(|entry| entry.id.index.0).collect();
        assert_eq!(found, handed_out);
        assert_eq!((ready.hard_state, ready.must_sync), (None, false));
        assert_eq!((node.raw.vote(), node.raw.last()), (PeerId(2), at(1, 3)));
    }
}

#[test]
fn a_node_restarts_from_a_snapshot_and_what_follows() {
    let mut disk = MemoryStorage::new();
    let conf_state = ConfState { voters: ids(&[1, 2]), ..ConfState::default() };
    let snapshot = raft::Snapshot { last: at(1, 2), conf_state, data: Bytes::new() };
    disk.apply_snapshot(snapshot.into()).expect("the first one");
    disk.append(log_of(&[1, 1, 1]).into());
    disk.set_hard_state(HardState { term: Term(1), vote: PeerId::NONE, commit: Index(3) });
    let mut node = Node::on(disk, Config { id: PeerId(1), ..Config::default() });
    assert_eq!(
        (node.raw.applied(), node.raw.conf().to_string()),
        (Index(2), "voters=(1 2)".into())
    );
    let ready = node.raw.ready(&node.disk);
    let handed_out: Vec<u64> = ready.committed.iter().map(|entry| entry.id.index.0).collect();
    assert_eq!((handed_out, ready.hard_state, ready.must_sync), (vec![3], None, false));
    node.persist(&ready);
    node.raw.advance(&node.disk);
    assert!(!node.raw.has_ready());
}

/// Asking whether there is a Ready takes nothing; taking it takes what is there, and only that.
#[test]
fn a_ready_takes_what_there_is_and_no_more() {
    let mut group = Group::new(3);
    let node = group.node(1);
    let read = |from| message(from, 1, 1, Body::Heartbeat { commit: Index(0), context: 0 });
    node.step(read(2)).expect("a leader's");
    assert!(node.raw.has_ready() && node.raw.has_ready());
    let ready = node.raw.ready(&node.disk);
    assert_eq!(ready.messages.len(), 1);
    node.step(read(2)).expect("a leader's");
    node.persist(&ready);
    node.raw.advance(&node.disk);
    let ready = node.raw.ready(&node.disk);
    assert_eq!(ready.messages.len(), 1, "what came between stays for the next one");
    node.raw.advance(&node.disk);
    assert!(!node.raw.has_ready());
}

#[test]
fn a_group_survives_the_restart_of_everybody() {
    let mut group = Group::new(3).led_by(1);
    group.propose(1, "x").expect("a leader takes proposals");
    (1..=3).for_each(|id| group.restart(id));
    group.check(1, Role::Follower, 1, 0);
    group.campaign(2);
    group.propose(2, "y").expect("a leader takes proposals");
    group.check_agreed(4);
    assert_eq!(group.nodes[&3].commands(), ["x", "y"]);
}

#[test]
fn a_status_is_a_copy() {
    let mut group = Group::new(3);
    assert_eq!(group.raw(1).status().progress.len(), 0);
    group.campaign(1);
    let status = group.raw(1).status();
    assert_eq!(status.basic.soft_state, SoftState { lead: PeerId(1), role: Role::Leader });
    assert_eq!(status.progress.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids(&[1, 2, 3]));
    let expected = "{\"id\":\"1\",\"term\":1,\"vote\":\"1\",\"commit\":1,\"lead\":\"1\",\
        \"raftState\":\"StateLeader\",\"applied\":1,\"progress\":{\
        \"1\":{\"match\":1,\"next\":2,\"state\":\"StateReplicate\"},\
        \"2\":{\"match\":1,\"next\":2,\"state\":\"StateReplicate\"},\
        \"3\":{\"match\":1,\"next\":2,\"state\":\"StateReplicate\"}},\"leadtransferee\":\"0\"}";
    assert_eq!(status.to_string(), expected);
}

#[test]
fn followers_forward_proposals_unless_told_not_to() {
    let mut group = Group::new(3).led_by(1);
    group.propose(2, "x").expect("it is forwarded");
    group.check_agreed(2);
    let mut group = Group::with(3, |config| config.disable_proposal_forwarding = true).led_by(1);
    assert_eq!(group.propose(2, "x"), Err(StepError::ProposalDropped));
    let mut group = Group::new(3);
    assert_eq!(group.propose(2, "x"), Err(StepError::ProposalDropped), "nobody leads");
    group.isolate(2);
    group.campaign(2);
    assert_eq!(group.propose(2, "x"), Err(StepError::ProposalDropped), "it campaigns");
}

/// With asynchronous writes, what promises something travels with the write that makes it true.
#[test]
fn asynchronous_writes_hold_answers_back() {
    let voters = ConfState { voters: ids(&[1, 2]), ..ConfState::default() };
    let config = Config { id: PeerId(1), async_storage_writes: true, ..Config::default() };
    let mut node = Node::new(voters, config, &[], HardState::default());
    let entries = log_of(&[1]).into();
    let append = Body::Append { prev: at(0, 0), entries, commit: Index(1) };
    node.step(message(2, 1, 1, append)).expect("a leader's message");
    let mut ready = node.raw.ready(&node.disk);
    let Some(Body::StorageAppend(write)) = ready.messages.pop().map(|message| message.body) else {
        panic!("a write comes last, since nothing may be applied before it is durable")
    };
    assert!(ready.messages.is_empty() && ready.committed.is_empty());
    assert!(write.must_sync && write.entries.len() == 1);
    assert_eq!(write.responses.len(), 2);
    assert_eq!(write.responses[0], message(1, 2, 1, Body::Accepted { index: Index(1) }));
    // The disk is done: now the entry may be applied.
    node.disk.append(write.entries.clone());
    node.step(write.responses[1].clone()).expect("from the append thread");
    let ready = node.raw.ready(&node.disk);
    let Some(Body::StorageApply { entries, responses }) =
        ready.messages.last().map(|message| message.body.clone())
    else {
        panic!("something is to be applied")
    };
    assert_eq!((entries.len(), node.raw.applied()), (1, Index(0)));
    node.step(responses[0].clone()).expect("from the apply thread");
    assert_eq!(node.raw.applied(), Index(1));
}

#[test]
fn storage_answers_come_from_storage_only() {
    let mut group = Group::new(3);
    let local = [
        Body::StorageAppended { last: Some(at(1, 1)), snapshot: None },
        Body::StorageApplied { entries: log_of(&[1]).into() },
        Body::StorageAppend(Box::default()),
    ];
    for body in local {
        assert_eq!(group.node(1).step(message(2, 1, 1, body)), Err(StepError::LocalMessage));
    }
}
