//! What the Raft core of a node says it did.

mod election;
mod refused;
mod replication;
mod transfer;

use raft::{Event, PeerId};
use sim::NodeId;

use super::{Said, both};
use crate::{Both, Tone};

/// Icon, tone, line and caption.
struct Words(&'static str, Tone, Both, Both);

/// Says one event of a node's core.
pub(super) fn say(node: NodeId, event: &Event) -> Said {
    let Words(icon, tone, line, caption) = words(node, event);
    Said { icon, tone, line, caption, cite: event.cite() }
}

fn words(node: NodeId, event: &Event) -> Words {
    match event {
        Event::Started { term, last, .. } => election::started(node, *term, *last),
        Event::BecameFollower { term, lead } => election::follower(node, *term, *lead),
        Event::BecamePreCandidate { term } => election::pre_candidate(node, *term),
        Event::BecameCandidate { term } => election::candidate(node, *term),
        Event::BecameLeader { term } => election::leader(node, *term),
        Event::ElectionStarted { term } => election::begins(node, *term),
        Event::CampaignRefused { term: _, why } => refused::campaign(node, *why),
        Event::VoteRequested { kind, to, term, last: _ } => election::asks(node, *kind, *to, *term),
        Event::VoteCast(facts) => election::grants(node, facts),
        Event::VoteRejected(facts) => election::refuses(node, facts),
        Event::VoteIgnored { facts, remaining_ticks: _ } => election::ignores(node, facts),
        Event::VoteReceived { kind, from, term: _, granted } => {
            election::hears(node, *kind, *from, *granted)
        }
        Event::VotesTallied { kind, granted, rejected } => {
            election::tally(node, *kind, *granted, *rejected)
        }
        Event::HigherTerm { from, own, theirs, .. } => election::newer(node, *from, *own, *theirs),
        Event::LowerTerm { from, own, theirs, .. } => election::older(node, *from, *own, *theirs),
        Event::QuorumLost => election::quorum_lost(node),
        Event::TransferStarted { to, .. } => transfer::started(node, *to),
        Event::TransferAborted { to, why, .. } => transfer::aborted(node, *to, *why),
        Event::TransferRefused { to, why, .. } => transfer::refused(node, *to, *why),
        Event::TimeoutNowSent { to, caught_up } => transfer::told(node, *to, *caught_up),
        Event::TimeoutNowReceived { from, .. } => transfer::hears(node, *from),
        Event::TimeoutNowIgnored { from, .. } => transfer::ignores(node, *from),
        Event::LeaderForgotten { lead, .. } => transfer::forgets(node, *lead),
        Event::ForgetLeaderRefused => refused::forget(node),
        Event::ProposalDropped { why, .. } => refused::proposal(node, *why),
        Event::UnknownPeer { peer } => refused::unknown_peer(node, *peer),
        Event::RejectionReceived { from, index, hint } => {
            replication::rejection(node, *from, *index, *hint)
        }
        Event::ProgressDecreased { peer, progress } => {
            replication::steps_back(node, *peer, progress.next)
        }
        Event::PeerUnreachable { peer, .. } => replication::unreachable(node, *peer),
        Event::SnapshotWithheld { to, why } => refused::snapshot(node, *to, *why),
        Event::SnapshotSent { to, snapshot, .. } => replication::snapshot(node, *to, *snapshot),
        Event::ReplicationPaused { to, .. } => replication::paused(node, *to),
        Event::ReplicationResumed { to, .. } => replication::resumed(node, *to),
        Event::AppendRejected { from, prev, own } => replication::rejects(node, *from, *prev, *own),
        Event::ConflictFound { index, existing, conflicting } => {
            replication::conflict(node, *index, *existing, *conflicting)
        }
        Event::TailReplaced { index, .. } => replication::truncates(node, *index),
        Event::RestoreStarted { snapshot, .. } => replication::restores(node, *snapshot),
        Event::SnapshotRestored { snapshot, .. } | Event::SnapshotAccepted { snapshot, .. } => {
            replication::restored(node, *snapshot)
        }
        Event::SnapshotMatched { snapshot, .. } | Event::SnapshotIgnored { snapshot, .. } => {
            replication::needs_no_snapshot(node, *snapshot)
        }
        Event::SnapshotNotForUs { .. } => refused::not_a_member(node),
        Event::StaleWriteIgnored { own, theirs } => refused::stale_write(node, *own, *theirs),
        Event::WriteIgnored { acknowledged, .. } => refused::write(node, *acknowledged),
        Event::ConfigurationSwitched { members } => replication::members(node, members),
        Event::ConfChangeRefused { .. } | Event::AutoLeaveRefused { .. } => {
            refused::conf_change(node)
        }
        Event::AutoLeaveStarted { .. } => replication::leaves_joint(node),
        Event::ReadDropped { why, .. } => refused::read(node, *why),
        Event::Refused { from, why, .. } => refused::message(node, *from, *why),
        Event::Traced(traced) => {
            let step = &traced.step;
            plain("·", Tone::Idle, both!("{node} takes the step {step}", "{node} 执行步骤 {step}"))
        }
    }
}

/// A line that says it all.
fn plain(icon: &'static str, tone: Tone, line: Both) -> Words {
    let caption = line.sentence();
    Words(icon, tone, line, caption)
}

/// `n3`; peers are nodes here, and zero is nobody.
fn name(peer: PeerId) -> String {
    NodeId::of(peer).map_or_else(|| "nobody".to_owned(), |node| node.to_string())
}
