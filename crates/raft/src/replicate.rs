//! Leading: appends, acknowledgments, commitment, heartbeats (Raft §5.3, §5.4).

use alloc::sync::Arc;

use crate::core::{Core, Leader, State, with_room};
use crate::event::{Event, Refusal, Resumed, SnapshotRefusal};
use crate::message::MessageKind;
use crate::quorum::committed_index;
use crate::size::payload_size;
use crate::trace::TraceStep;
use crate::{
    Body, Entries, Entry, EntryId, EntryKind, Index, Message, PeerId, ProgressState, ProgressView,
    Storage,
};

/// Whether an append without entries is worth sending, for the commit index or as a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    Send,
    Skip,
}

impl Core {
    /// Counts a tick: heartbeats, and every election timeout a look at quorum and transfer. False
    /// if it was not time for any.
    pub(crate) fn tick_leader(&mut self) -> bool {
        self.heartbeat_elapsed += 1;
        self.election_elapsed += 1;
        let looks_around = self.config.election_ticks <= self.election_elapsed;
        if looks_around {
            self.election_elapsed = 0;
            if self.config.check_quorum {
                self.check_quorum();
            }
            self.time_out_transfer();
        }
        let beats =
            self.leader().is_some() && self.config.heartbeat_ticks <= self.heartbeat_elapsed;
        if beats {
            self.heartbeat_elapsed = 0;
            self.broadcast_heartbeat();
        }
        looks_around || beats
    }

    /// Sends everybody what they need next, now or with the next Ready.
    pub(crate) fn broadcast_append(&mut self, storage: &dyn Storage) {
        if self.config.batch_append {
            self.append_pending = true;
        } else {
            self.broadcast_append_now(storage);
        }
    }

    fn broadcast_append_now(&mut self, storage: &dyn Storage) {
        for at in 0..self.members.members().len() {
            if self.members.members()[at].id != self.id() {
                self.send_append(at, Empty::Send, storage);
            }
        }
    }

    /// Sends what was collected since the last Ready.
    pub(crate) fn flush_appends(&mut self, storage: &dyn Storage) {
        if core::mem::take(&mut self.append_pending) {
            if self.config.async_storage_writes && self.log.unstable.has_next_entries() {
                self.acknowledge_own();
            }
            self.broadcast_append_now(storage);
        }
    }

    /// Sends what the member at this position needs next, if anything may be sent to it.
    pub(crate) fn send_append(&mut self, at: usize, empty: Empty, storage: &dyn Storage) -> bool {
        let State::Leader(leader) = &mut self.state else { return false };
        let progress = &mut leader.progress[at];
        if progress.is_paused() {
            return false;
        }
        let prev = progress.next.prev();
        let Ok(term) = self.log.term(prev, storage) else {
            return self.send_snapshot(at, Index(1), storage);
        };
        // With a full window, an empty append still finds out whether the others arrived.
        let window = self.config.window();
        let full = progress.state == ProgressState::Replicate && progress.inflights.is_full(window);
        let limit = self.config.max_size_per_message;
        let entries = if full || self.log.last.index < progress.next {
            Ok(Entries::new())
        } else {
            self.log.entries(progress.next, limit, storage)
        };
        if empty == Empty::Skip && entries.as_ref().map_or(true, Entries::is_empty) {
            return false;
        }
        let Ok(entries) = entries else {
            return self.send_snapshot(at, Index(1), storage);
        };
        let commit = self.log.committed;
        progress.sent_entries(entries.len() as u64, payload_size(&entries), window);
        progress.sent_commit = commit;
        let (from, to, own_term) = (self.config.id, self.members.members()[at].id, self.term);
        let prev = EntryId { term, index: prev };
        let messages = with_room(&mut self.messages);
        let body = Body::Append { prev, entries, commit };
        messages.push(Message { from, to, term: own_term, body });
        true
    }

    /// Whether the log goes on after what was sent to the member at this position.
    fn lacks_entries(&mut self, at: usize) -> bool {
        let last = self.log.last.index;
        self.progress(at).next <= last
    }

    /// Sends a snapshot that reaches `least`, in place of entries that are compacted (Raft §7).
    pub(crate) fn send_snapshot(&mut self, at: usize, least: Index, storage: &dyn Storage) -> bool {
        let to = self.members.members()[at].id;
        let Some(active) = self.leader().map(|leader| leader.progress[at].recently_active) else {
            return false;
        };
        if !active {
            self.events.push(Event::SnapshotWithheld { to, why: SnapshotRefusal::Inactive });
            return false;
        }
        let pending = self.log.unstable.snapshot.as_ref().map(Arc::clone);
        let snapshot = pending.map_or_else(|| storage.snapshot(), Ok);
        let snapshot = match snapshot {
            Ok(snapshot) if least <= snapshot.last.index => snapshot,
            Ok(_) | Err(_) => {
                self.events.push(Event::SnapshotWithheld { to, why: SnapshotRefusal::Unavailable });
                return false;
            }
        };
        self.events.push(Event::SnapshotSent {
            to,
            first: self.log.first_index(storage),
            commit: self.log.committed,
            snapshot: snapshot.last,
            progress: self.view(at),
        });
        self.progress(at).become_snapshot(snapshot.last.index);
        self.events.push(Event::ReplicationPaused { to, progress: self.view(at) });
        self.send(to, Body::Snapshot(snapshot));
        true
    }

    /// A follower's log matches up to `index` (Raft §5.3).
    pub(crate) fn on_accepted(&mut self, at: usize, index: Index, storage: &dyn Storage) {
        let from = self.members.members()[at].id;
        let last = self.log.last.index;
        if last < index {
            let why = Refusal::AcknowledgesBeyondLog { index, last };
            self.refuse(MessageKind::AppResp, from, why);
            return;
        }
        let progress = self.progress(at);
        progress.recently_active = true;
        let found = progress.state == ProgressState::Probe && progress.matched == index;
        if progress.acknowledge(index) || found {
            self.on_match(at, index, storage);
        }
    }

    /// It is news that the member at this position has the log up to `index`.
    fn on_match(&mut self, at: usize, index: Index, storage: &dyn Storage) {
        let from = self.members.members()[at].id;
        let progress = self.progress(at);
        match progress.state {
            ProgressState::Probe => progress.become_replicate(),
            // Any acknowledgment that connects to our log ends the wait, however it came about.
            ProgressState::Snapshot => self.resume_after_snapshot(at, index, storage),
            ProgressState::Replicate => progress.inflights.free_to(index),
        }
        let other = from != self.id();
        let commit = self.log.committed;
        // What is committed already moves nothing, but for a leader that was removed: its members
        // changed without a look at the commit index.
        let news = commit < index || self.members.position(self.id()).is_none();
        if news && self.advance_commit(storage) {
            self.broadcast_append(storage);
        } else if other && !self.append_pending && self.progress(at).lacks_commit(commit) {
            self.send_append(at, Empty::Send, storage);
        }
        // The window may have room for more than one message now.
        while other
            && !self.append_pending
            && self.lacks_entries(at)
            && self.send_append(at, Empty::Skip, storage)
        {}
        self.finish_transfer(at);
    }

    fn resume_after_snapshot(&mut self, at: usize, index: Index, storage: &dyn Storage) {
        if self.log.first_index(storage) <= index.next() {
            let to = self.members.members()[at].id;
            let (why, progress) = (Resumed::Recovered, self.view(at));
            self.events.push(Event::ReplicationResumed { to, why, progress });
            self.progress(at).become_replicate();
        }
    }

    /// A follower lacks the entry before those that were sent: step back (Raft §5.3, the
    /// optimisation at its end).
    ///
    /// The follower hints at the last index where its term is not above ours; from there this side
    /// walks back to the last index where our term is not above the hint's. Each round trip skips at
    /// least one term of either log.
    pub(crate) fn on_rejected(
        &mut self,
        at: usize,
        index: Index,
        hint: EntryId,
        storage: &dyn Storage,
    ) {
        let from = self.members.members()[at].id;
        self.progress(at).recently_active = true;
        self.events.push(Event::RejectionReceived { from, index, hint });
        let probe = match hint.term.0 {
            0 => hint.index,
            _ => self.log.last_up_to_term(hint.index, hint.term, storage).index,
        };
        if self.progress(at).step_back(index, probe) {
            let progress = self.view(at);
            self.events.push(Event::ProgressDecreased { peer: from, progress });
            let progress = self.progress(at);
            if progress.state == ProgressState::Replicate {
                progress.become_probe();
            }
            self.send_append(at, Empty::Send, storage);
        }
    }

    /// Commits what a quorum has, if it is of this term; what precedes it is committed with it
    /// (Raft §5.4.2, Figure 8). True if the commit index moved.
    pub(crate) fn advance_commit(&mut self, storage: &dyn Storage) -> bool {
        let State::Leader(leader) = &self.state else { return false };
        let members = || self.members.members().iter().zip(&leader.progress);
        let half = members().filter(|(member, _)| member.incoming);
        let mut index = committed_index(half.map(|(_, progress)| progress.matched));
        if self.members.is_joint() {
            let half = members().filter(|(member, _)| member.outgoing);
            index = index.min(committed_index(half.map(|(_, progress)| progress.matched)));
        }
        if self.extras.is_some() {
            index = index.min(self.group_index(|member| member.incoming));
            index = index.min(self.group_index(|member| member.outgoing));
        }
        let moves = self.log.committed < index && self.log.term(index, storage) == Ok(self.term);
        if moves {
            self.log.commit_to(index);
        }
        self.trace(|| TraceStep::Commit);
        if moves {
            self.release_reads(storage);
        }
        moves
    }

    /// Tells everybody that the leader is alive (Raft §5.2), and what they may commit. The newest
    /// read round goes along, so a lost message delays a read by one heartbeat at most.
    pub(crate) fn broadcast_heartbeat(&mut self) {
        let State::Leader(leader) = &mut self.state else { return };
        let context = leader.reads.newest_round();
        let (from, term, committed) = (self.config.id, self.term, self.log.committed);
        for (member, progress) in self.members.members().iter().zip(&mut leader.progress) {
            if member.id == from {
                continue;
            }
            // A follower may not commit what it is not known to have.
            let commit = progress.matched.min(committed);
            progress.sent_commit = commit;
            let messages = with_room(&mut self.messages);
            let body = Body::Heartbeat { commit, context };
            messages.push(Message { from, to: member.id, term, body });
        }
    }

    /// A follower is alive: probe it again, or let it confirm reads.
    pub(crate) fn on_heartbeat_response(&mut self, at: usize, context: u64, storage: &dyn Storage) {
        let last = self.log.last.index;
        let progress = self.progress(at);
        progress.recently_active = true;
        progress.flow_paused = false;
        if progress.matched < last || progress.state == ProgressState::Probe {
            self.send_append(at, Empty::Send, storage);
        }
        self.confirm_round(at, context);
    }

    /// A leader without a quorum makes way, since nobody could tell it of a new one (thesis §6.2).
    fn check_quorum(&mut self) {
        let State::Leader(leader) = &mut self.state else { return };
        let members = self.members.members();
        let half = |pick: fn(&crate::Member) -> bool| {
            let both = members.iter().zip(&leader.progress);
            let picked = both.filter(|(member, _)| pick(member));
            crate::quorum::vote_result(picked.map(|(_, progress)| Some(progress.recently_active)))
        };
        let quorum = half(|member| member.incoming).and(half(|member| member.outgoing));
        for (member, progress) in members.iter().zip(&mut leader.progress) {
            progress.recently_active = member.id == self.config.id;
        }
        if quorum != crate::quorum::VoteResult::Won {
            self.events.push(Event::QuorumLost);
            self.become_follower(self.term, PeerId::NONE);
        }
    }

    /// The application could not reach a peer: appends may be lost, so they are probed for again.
    pub(crate) fn report_unreachable(&mut self, peer: PeerId) {
        let Some(at) = self.report_target(peer) else { return };
        let progress = self.progress(at);
        if progress.state == ProgressState::Replicate {
            progress.become_probe();
        }
        self.events.push(Event::PeerUnreachable { peer, progress: self.view(at) });
    }

    /// The application says what became of a snapshot that it sent.
    pub(crate) fn report_snapshot(&mut self, peer: PeerId, status: crate::SnapshotStatus) {
        let Some(at) = self.report_target(peer) else { return };
        let progress = self.progress(at);
        if progress.state != ProgressState::Snapshot {
            return;
        }
        let why = match status {
            crate::SnapshotStatus::Finished => Resumed::SnapshotSucceeded,
            crate::SnapshotStatus::Failed => {
                progress.pending_snapshot = Index::ZERO;
                Resumed::SnapshotFailed
            }
        };
        progress.become_probe();
        let progress = self.view(at);
        self.events.push(Event::ReplicationResumed { to: peer, why, progress });
        // After success its acknowledgment is due, after failure there is no hurry: either way the
        // next sign of life resumes.
        self.progress(at).flow_paused = true;
    }

    fn report_target(&mut self, peer: PeerId) -> Option<usize> {
        self.leader()?;
        let at = self.members.position(peer);
        if at.is_none() {
            self.events.push(Event::UnknownPeer { peer });
        }
        at
    }

    /// The progress of the member at this position. Only a leader has it.
    pub(crate) fn progress(&mut self, at: usize) -> &mut crate::Progress {
        let State::Leader(leader) = &mut self.state else {
            unreachable!("only a leader tracks progress");
        };
        &mut leader.progress[at]
    }

    /// How that progress prints.
    pub(crate) fn view(&self, at: usize) -> ProgressView {
        let State::Leader(leader) = &self.state else {
            unreachable!("only a leader tracks progress");
        };
        leader.progress[at].view(self.members.members()[at], &self.config)
    }
}

impl Leader {
    /// Notes that entries of this many payload bytes are applied.
    pub(crate) fn release_uncommitted(&mut self, bytes: u64) {
        self.uncommitted_bytes = self.uncommitted_bytes.saturating_sub(bytes);
    }
}

/// Whether the entry says that it changes the members.
pub(crate) fn is_conf_change(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::ConfChange | EntryKind::ConfChangeV2 => true,
        EntryKind::Normal | EntryKind::Refused => false,
    }
}
