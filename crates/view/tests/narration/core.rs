//! What the core of a node tells.

use raft::{
    CampaignRefusal, ConfChange, ConfChangeRefusal, ConfState, Event, LogView, Membership,
    MessageKind, ProgressState, ProgressView, ProposalRefusal, ReadRefusal, Refusal, Resumed, Role,
    SnapshotRefusal, StepError, TransferAbort, TransferRefusal, VoteFacts, VoteKind, WriteRefusal,
};

use super::*;

#[test]
fn everything_that_the_core_tells_has_its_sentence() {
    let events = [votes(), roles(), transfers(), replication(), refusals()].concat();
    for event in events {
        check(&EventKind::Raft { node: N1, event });
    }
}

fn votes() -> Vec<Event> {
    let older = EntryId { term: TERM, index: Index(2) };
    let mut events = Vec::new();
    for kind in [VoteKind::PreVote, VoteKind::Vote] {
        let facts = |candidate, vote| VoteFacts {
            kind,
            from: PEER,
            candidate,
            last: ENTRY,
            vote,
            term: TERM,
            outranked: false,
        };
        events.extend([
            Event::VoteRequested { kind, to: PEER, term: TERM, last: ENTRY },
            Event::VoteCast(facts(ENTRY, PeerId::NONE)),
            Event::VoteRejected(facts(older, PeerId::NONE)),
            Event::VoteRejected(facts(ENTRY, PeerId(3))),
            Event::VoteRejected(facts(ENTRY, PeerId::NONE)),
            Event::VoteRejected(VoteFacts { outranked: true, ..facts(ENTRY, PeerId::NONE) }),
            Event::VoteIgnored { facts: facts(ENTRY, PeerId::NONE), remaining_ticks: 3 },
            Event::VotesTallied { kind, granted: 2, rejected: 1 },
            Event::VoteReceived { kind, from: PEER, term: TERM, granted: true },
            Event::VoteReceived { kind, from: PEER, term: TERM, granted: false },
        ]);
    }
    events
}

fn roles() -> Vec<Event> {
    let (from, term, kind) = (PEER, TERM, MessageKind::App);
    let mut events = vec![
        Event::Started { peers: vec![PEER], term, commit: INDEX, applied: INDEX, last: ENTRY },
        Event::BecameFollower { term, lead: PeerId::NONE },
        Event::BecameFollower { term, lead: PEER },
        Event::BecamePreCandidate { term },
        Event::BecameCandidate { term },
        Event::BecameLeader { term },
        Event::ElectionStarted { term },
        Event::HigherTerm { kind, from, own: Term(1), theirs: term },
        Event::LowerTerm { kind, from, own: term, theirs: Term(1) },
        Event::QuorumLost,
        Event::LeaderForgotten { term, lead: PEER },
        Event::ForgetLeaderRefused,
    ];
    for why in [
        CampaignRefusal::AlreadyLeader,
        CampaignRefusal::NotVoting,
        CampaignRefusal::PendingSnapshot,
        CampaignRefusal::LastTerm,
        CampaignRefusal::PendingConfChange,
    ] {
        events.push(Event::CampaignRefused { term, why });
    }
    events
}

fn transfers() -> Vec<Event> {
    let (from, to, term) = (PEER, PEER, TERM);
    let mut events = vec![
        Event::TransferStarted { term, to },
        Event::TimeoutNowSent { to, caught_up: false },
        Event::TimeoutNowSent { to, caught_up: true },
        Event::TimeoutNowReceived { term, from },
        Event::TimeoutNowIgnored { term, role: Role::Candidate, from },
    ];
    for why in [TransferAbort::Replaced, TransferAbort::TimedOut, TransferAbort::TargetLeft] {
        events.push(Event::TransferAborted { term, to, why });
    }
    for why in [
        TransferRefusal::Learner,
        TransferRefusal::AlreadyLeader,
        TransferRefusal::InProgress,
        TransferRefusal::NoLeader,
        TransferRefusal::Campaigning,
    ] {
        events.push(Event::TransferRefused { term, to, why });
    }
    events
}

fn progress() -> ProgressView {
    ProgressView {
        matched: INDEX,
        next: INDEX,
        pending_snapshot: INDEX,
        inflights: 1,
        state: ProgressState::Probe,
        learner: false,
        paused: false,
        active: false,
        full: false,
    }
}

fn replication() -> Vec<Event> {
    let (from, to, peer, snapshot) = (PEER, PEER, PEER, ENTRY);
    let log = LogView {
        committed: INDEX,
        applied: INDEX,
        applying: INDEX,
        unstable_offset: INDEX,
        unstable_in_progress: INDEX,
        unstable_count: 0,
    };
    vec![
        Event::UnknownPeer { peer },
        Event::RejectionReceived { from, index: INDEX, hint: ENTRY },
        Event::ProgressDecreased { peer, progress: progress() },
        Event::PeerUnreachable { peer, progress: progress() },
        Event::SnapshotWithheld { to, why: SnapshotRefusal::Inactive },
        Event::SnapshotWithheld { to, why: SnapshotRefusal::Unavailable },
        Event::SnapshotSent { to, first: INDEX, commit: INDEX, snapshot, progress: progress() },
        Event::ReplicationPaused { to, progress: progress() },
        Event::ReplicationResumed { to, why: Resumed::Recovered, progress: progress() },
        Event::AppendRejected { from, prev: ENTRY, own: Term(0) },
        Event::AppendRejected { from, prev: ENTRY, own: Term(2) },
        Event::ConflictFound { index: INDEX, existing: Term(2), conflicting: TERM },
        Event::TailReplaced { index: INDEX, kept: 0 },
        Event::RestoreStarted { log: Box::new(log), snapshot },
        Event::SnapshotRestored { commit: INDEX, last: ENTRY, snapshot },
        Event::SnapshotAccepted { commit: INDEX, snapshot },
        Event::SnapshotMatched { commit: INDEX, last: ENTRY, snapshot },
        Event::SnapshotIgnored { commit: INDEX, snapshot },
        Event::SnapshotNotForUs { conf_state: Box::new(ConfState::default()) },
        Event::StaleWriteIgnored { own: TERM, theirs: Term(1) },
        Event::WriteIgnored { acknowledged: ENTRY, why: WriteRefusal::Missing },
    ]
}

fn refusals() -> Vec<Event> {
    let (term, from, kind) = (TERM, PEER, MessageKind::App);
    let members = || Box::new(Membership::default());
    let change = Box::new(ConfChange::default());
    let mut events = vec![
        Event::ConfigurationSwitched { members: members() },
        Event::ConfChangeRefused { change, members: members(), why: ConfChangeRefusal::Joint },
        Event::AutoLeaveStarted { members: members() },
        Event::AutoLeaveRefused { members: members(), error: StepError::ProposalDropped },
    ];
    for why in [ReadRefusal::NoLeader, ReadRefusal::Campaigning, ReadRefusal::QueueFull] {
        events.push(Event::ReadDropped { term, why });
    }
    for why in [
        ProposalRefusal::NoLeader,
        ProposalRefusal::NotForwarding(PEER),
        ProposalRefusal::Transferring(PEER),
        ProposalRefusal::TooMuchUncommitted,
        ProposalRefusal::Removed,
        ProposalRefusal::Empty,
        ProposalRefusal::Undecodable,
    ] {
        events.push(Event::ProposalDropped { term, why });
    }
    for why in [
        Refusal::NotForUs,
        Refusal::BadSender,
        Refusal::BadTerm,
        Refusal::TwoLeaders,
        Refusal::BadEntries,
        Refusal::CommitBeyondLog { commit: INDEX, last: INDEX },
        Refusal::ConflictsWithCommitted { index: INDEX, commit: INDEX },
        Refusal::AcknowledgesBeyondLog { index: INDEX, last: INDEX },
        Refusal::UnknownReadRound,
        Refusal::BadSnapshot,
        Refusal::BadWrite,
    ] {
        events.push(Event::Refused { kind, from, why });
    }
    events.push(Event::Traced(Box::new(raft::Traced {
        step: raft::TraceStep::Ready,
        hard_state: raft::HardState::default(),
        role: Role::Follower,
        last: INDEX,
        voters: [vec![], vec![]],
    })));
    events
}
