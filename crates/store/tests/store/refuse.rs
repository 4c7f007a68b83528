//! Each reason for which something is not done, once: below Raft, on a stream, and on the way to sleep.

use bytes::Bytes;
use det::{Span, Time};
use raft::{Body, Entry, EntryId, EntryKind, Index, Message, PeerId, Term};
use store::cluster::Cluster;
use store::{
    Awake, ClientRequest, CommandId, Config, Counters, Envelope, EventKind, Input, Lease,
    LeaseChange, Liveness, Load, Loss, Outcome, Parcel, Payload, Quiesce, QuiesceRefusal,
    Quiescence, RaftCommand, RaftMessageRequest, RangeId, ReplicaDescriptor, ReplicaId,
    ReplicaState, ReplicatedEvalResult, Request, RequestId, StoreId,
};

use crate::setting::{settled, wait_until};

const RANGE: RangeId = RangeId(1);

/// A cluster, its leader, and a follower.
fn three(config: &Config) -> (Cluster, StoreId, StoreId) {
    let mut cluster = settled(config, 1, Span::secs(30));
    let leader = cluster.leader(RANGE).expect("it has a leader");
    let follower = (1..=3).map(StoreId).find(|&store| store != leader).expect("there are three");
    cluster.take_events();
    (cluster, leader, follower)
}

fn peer(cluster: &Cluster, store: StoreId) -> PeerId {
    cluster.store(store).and_then(|store| store.replica(RANGE)).expect("it has one").id().peer()
}

fn state(cluster: &Cluster, store: StoreId) -> ReplicaState {
    let replica = cluster.store(store).and_then(|store| store.replica(RANGE));
    replica.and_then(|replica| replica.state()).expect("it knows its keys").clone()
}

fn deliver(
    cluster: &mut Cluster,
    (from, to): (StoreId, StoreId),
    (term, body): (Term, Body),
    quiesce: Option<Quiesce>,
    times: usize,
) {
    let message = Message { from: peer(cluster, from), to: peer(cluster, to), term, body };
    let request = RaftMessageRequest { range: RANGE, message, quiesce };
    let parcel = Parcel { cause: None, load: Load::Raft(Box::new(request)) };
    let parcels = vec![parcel; times];
    cluster.tell(to, Input::Receive(Envelope { from, to, parcels }));
}

fn command(state: &ReplicaState) -> RaftCommand {
    RaftCommand {
        id: CommandId(77),
        payload: Payload::WriteBatch(Bytes::new()),
        result: ReplicatedEvalResult::default(),
        write_timestamp: Time(1),
        lease_sequence: state.lease.sequence,
        max_lease_index: state.applied.lease_applied_index + 1,
    }
}

fn with_lease(state: &ReplicaState, holder: ReplicaDescriptor) -> RaftCommand {
    let lease = Lease { holder: Some(holder), ..state.lease };
    let (previous, previous_proposed) = (state.lease.sequence, state.lease.proposed);
    let change = LeaseChange { lease, previous, previous_proposed, is_transfer: false };
    let mut command = command(state);
    command.result.lease = Some(change);
    command
}

/// A follower brings these bytes to the leader: all replicas come to the same outcome.
#[track_caller]
fn check_outcome(
    data: impl Fn(&ReplicaState) -> Bytes,
    expected: impl Fn(&ReplicaState) -> Outcome,
) {
    let (mut cluster, leader, follower) = three(&Config::default());
    let before = state(&cluster, leader);
    let counts = |cluster: &Cluster| {
        let by_reason: [fn(&Counters) -> u64; 3] =
            [|c| c.rejected, |c| c.rejected_by_lease, |c| c.rejected_by_index];
        by_reason.map(|count| cluster.sum(count))
    };
    let counted = counts(&cluster);
    let entry = Entry { id: EntryId::default(), kind: EntryKind::Normal, data: data(&before) };
    let proposed = (Term::default(), Body::Propose { entries: vec![entry] });
    deliver(&mut cluster, (follower, leader), proposed, None, 1);
    cluster.run(Span::secs(20));
    let applied = cluster.take_events().into_iter().filter_map(|event| {
        let EventKind::Applied { outcome, .. } = event.kind else { return None };
        Some(outcome)
    });
    let applied: Vec<Outcome> = applied.filter(|outcome| *outcome != Outcome::Nothing).collect();
    assert_eq!(applied, [expected(&before); 3]);
    let (is_by_lease, is_by_index) = match applied[0] {
        Outcome::LeaseMismatch { .. } | Outcome::LeaseExtended => (true, false),
        Outcome::LeaseIndexPassed { .. } => (false, true),
        Outcome::Done | Outcome::Nothing | Outcome::NoMember | Outcome::Unreadable => {
            (false, false)
        }
    };
    let rejected = u64::from(applied[0] != Outcome::Done);
    let by_reason = [rejected, is_by_lease.into(), is_by_index.into()].map(|once| once * 3);
    let now = counts(&cluster);
    assert_eq!([0, 1, 2].map(|at| now[at] - counted[at]), by_reason);
    let lease_index = state(&cluster, leader).applied.lease_applied_index;
    assert_eq!(lease_index - before.applied.lease_applied_index, 1 - rejected);
}

#[test]
fn a_command_takes_effect_or_is_rejected_for_one_reason() {
    check_outcome(|state| command(state).encode(), |_| Outcome::Done);
    check_outcome(
        |state| RaftCommand { lease_sequence: 0, ..command(state) }.encode(),
        |state| Outcome::LeaseMismatch { proposed: 0, current: state.lease.sequence },
    );
    check_outcome(
        |state| {
            let max_lease_index = state.applied.lease_applied_index;
            RaftCommand { max_lease_index, ..command(state) }.encode()
        },
        |state| {
            let applied = state.applied.lease_applied_index;
            Outcome::LeaseIndexPassed { max_lease_index: applied, applied }
        },
    );
    let nobody = ReplicaDescriptor { store: StoreId(9), replica: ReplicaId(9) };
    check_outcome(|state| with_lease(state, nobody).encode(), |_| Outcome::NoMember);
    let extended = |state: &ReplicaState| {
        let mut late = with_lease(state, state.lease.holder.expect("somebody has it"));
        let change = late.result.lease.as_mut().expect("it is of a lease");
        change.previous_proposed = Time(state.lease.proposed.0 - 1);
        late.encode()
    };
    check_outcome(extended, |_| Outcome::LeaseExtended);
    check_outcome(|_| Bytes::from_static(b"nonsense"), |_| Outcome::Unreadable);
}

#[test]
fn a_range_takes_in_so_many_messages_at_a_time() {
    let config = Config { receive_messages: 5, ..Config::default() };
    let (mut cluster, leader, follower) = three(&config);
    let heartbeat = Body::HeartbeatResponse { context: 0 };
    deliver(&mut cluster, (follower, leader), (Term::default(), heartbeat), None, 12);
    let busy = cluster
        .take_events()
        .into_iter()
        .filter(|event| matches!(event.kind, EventKind::Dropped { why: Loss::RangeBusy, .. }));
    assert_eq!(busy.count(), 7);
}

/// The leader says that all sleep; this follower has a reason not to, or none.
#[track_caller]
fn check_sleep(
    prepare: impl Fn(&mut Cluster, StoreId, StoreId) -> (StoreId, Term, Index, Quiesce),
    expected: impl Fn(&Cluster) -> Option<QuiesceRefusal>,
) {
    let (mut cluster, leader, follower) = three(&Config::default());
    let (from, term, commit, quiesce) = prepare(&mut cluster, leader, follower);
    cluster.take_events();
    let heartbeat = Body::Heartbeat { commit, context: 0 };
    deliver(&mut cluster, (from, follower), (term, heartbeat), Some(quiesce), 1);
    let refused: Vec<_> = cluster
        .take_events()
        .into_iter()
        .filter_map(|event| {
            let EventKind::QuiesceRefused { why, .. } = event.kind else { return None };
            Some(why)
        })
        .collect();
    assert_eq!(refused.first().copied(), expected(&cluster));
    let replica = cluster.store(follower).and_then(|store| store.replica(RANGE));
    assert_eq!(replica.expect("it has one").is_quiescent(), refused.is_empty());
}

fn at(cluster: &Cluster, store: StoreId) -> (Term, Index) {
    let replica = cluster.store(store).and_then(|store| store.replica(RANGE));
    let raft = replica.and_then(|replica| replica.raft()).expect("it is loaded");
    (raft.term(), raft.commit())
}

#[test]
fn a_follower_sleeps_unless_it_has_a_reason() {
    let quiesce = || Quiesce { lagging: Vec::new() };
    check_sleep(
        |cluster, leader, follower| {
            let (term, commit) = at(cluster, follower);
            (leader, term, commit, quiesce())
        },
        |_| None,
    );
    check_sleep(
        |cluster, leader, follower| {
            let (term, commit) = at(cluster, follower);
            (leader, Term(term.0 - 1), commit, quiesce())
        },
        |_| Some(QuiesceRefusal::Term),
    );
    check_sleep(
        |cluster, leader, follower| {
            let (term, commit) = at(cluster, follower);
            (leader, term, Index(commit.0 - 1), quiesce())
        },
        |_| Some(QuiesceRefusal::Commit),
    );
    check_sleep(
        |cluster, leader, follower| {
            let (term, commit) = at(cluster, follower);
            let other = (1..=3).map(StoreId).find(|&id| id != leader && id != follower);
            (other.expect("there are three"), term, commit, quiesce())
        },
        |_| Some(QuiesceRefusal::Leader),
    );
    check_sleep(
        |cluster, leader, follower| {
            let (term, commit) = at(cluster, follower);
            let stale = Liveness { epoch: 0, expiration: Time(1) };
            let lagging = vec![(leader.node(), stale)];
            (leader, term, commit, Quiesce { lagging })
        },
        |cluster| Some(QuiesceRefusal::Lives(cluster.leader(RANGE)?.node())),
    );
}

/// A follower has the lease, and a proposal that its leader has not heard of.
#[test]
fn a_follower_that_waits_for_its_proposal_does_not_sleep() {
    let (mut cluster, holder, follower) = three(&Config::default());
    let (term, _) = at(&cluster, holder);
    deliver(&mut cluster, (holder, follower), (term, Body::TimeoutNow), None, 1);
    let replica = |cluster: &Cluster| {
        cluster.store(holder).and_then(|store| store.replica(RANGE)).cloned().expect("it runs")
    };
    wait_until(&mut cluster, Span::millis(1), "the new leader's first entry arrives", |cluster| {
        at(cluster, follower).0 == replica(cluster).log().last.term
    });
    cluster.isolate(holder, true);
    let ((term, _), commit) = (at(&cluster, follower), replica(&cluster).log().last.index);
    let heartbeat = Body::Heartbeat { commit, context: 0 };
    deliver(&mut cluster, (follower, holder), (term, heartbeat.clone()), None, 1);
    put(&mut cluster, holder);
    assert_eq!(replica(&cluster).proposals().len(), 1);
    cluster.take_events();
    let quiesce = Quiesce { lagging: Vec::new() };
    deliver(&mut cluster, (follower, holder), (term, heartbeat), Some(quiesce), 1);
    let refused = cluster.take_events().into_iter().find_map(|event| {
        let EventKind::QuiesceRefused { why, .. } = event.kind else { return None };
        Some(why)
    });
    assert_eq!(refused, Some(QuiesceRefusal::PendingProposals));
}

fn put(cluster: &mut Cluster, to: StoreId) {
    let request = Request::Put { key: "k000000a".into(), value: "v".into() };
    let request = ClientRequest { id: RequestId(1), range: RANGE, timestamp: None, request };
    cluster.tell(to, Input::Request(request));
}

/// Why this replica may not put its range to sleep, at this moment.
fn why(cluster: &Cluster, store: StoreId, now: Time, config: &Config) -> Result<Quiesce, Awake> {
    let store = cluster.store(store).expect("it runs");
    store.replica(RANGE).expect("it has one").may_quiesce(now, store.liveness(), config)
}

#[test]
fn a_leader_that_gives_something_away_stays_awake() {
    let config = Config { quiesce_ticks: 0, ..Config::default() };
    let (mut cluster, leader, follower) = three(&config);
    cluster.isolate(follower, true);
    let transfer = (Term::default(), Body::TransferLeader);
    deliver(&mut cluster, (follower, leader), transfer, None, 1);
    assert_eq!(why(&cluster, leader, cluster.now(), &config), Err(Awake::Transferring));
    let (mut cluster, leader, follower) = three(&config);
    let (term, _) = at(&cluster, leader);
    deliver(&mut cluster, (leader, follower), (term, Body::TimeoutNow), None, 1);
    wait_until(&mut cluster, Span::millis(1), "the follower leads", |cluster| {
        cluster.leader(RANGE) == Some(follower)
    });
    let holder = state(&cluster, follower).lease.holder.map(|holder| holder.store);
    assert_eq!(holder, Some(leader), "the lease stays where it was");
    assert_eq!(why(&cluster, follower, cluster.now(), &config), Err(Awake::LeaseElsewhere));
}

#[test]
fn a_leader_stays_awake_for_each_reason() {
    let config = Config { quiesce_ticks: 0, ..Config::default() };
    let (mut cluster, leader, follower) = three(&config);
    let now = cluster.now();
    assert!(why(&cluster, leader, now, &config).is_ok());
    let off = Config { quiescence: Quiescence::Off, ..Config::default() };
    assert_eq!(why(&cluster, leader, now, &off), Err(Awake::SwitchedOff));
    assert_eq!(why(&cluster, follower, now, &config), Err(Awake::NotLeader));
    let late = why(&cluster, leader, now + Span::secs(60), &config);
    assert!(matches!(late, Err(Awake::LeaseNotValid(_))), "{late:?}");
    put(&mut cluster, leader);
    let pending = why(&cluster, leader, cluster.now(), &config);
    assert_eq!(pending, Err(Awake::PendingProposals { count: 1 }));
    cluster.run(Span::secs(20));
    let patient = Config { quiesce_ticks: 1_000, ..Config::default() };
    let recent = why(&cluster, leader, cluster.now(), &patient);
    assert!(matches!(recent, Err(Awake::RecentProposal { .. })), "{recent:?}");
    cluster.isolate(follower, true);
    put(&mut cluster, leader);
    cluster.run(Span::millis(200));
    let replica = ReplicaId::from(peer(&cluster, follower));
    let behind = why(&cluster, leader, cluster.now(), &config);
    assert!(
        matches!(behind, Err(Awake::Behind { replica: who, .. }) if who == replica),
        "{behind:?}"
    );
    // Nothing is lost on somebody who is known to be dead.
    cluster.run(Span::secs(20));
    let store = cluster.store(leader).and_then(|store| store.replica(RANGE));
    let lagging = store.expect("it has one").lagging();
    assert!(lagging.len() == 1 && lagging[0].0 == follower.node());
}
