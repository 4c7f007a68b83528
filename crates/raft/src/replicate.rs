//! Leading: acknowledgments, commitment, reports about followers (Raft §5.3, §5.4).

use crate::core::{Core, Leader, State, Stirred};
use crate::event::{Event, Refusal, Resumed};
use crate::message::MessageKind;
use crate::quorum::committed_index;
use crate::send::Empty;
use crate::trace::TraceStep;
use crate::{Entry, EntryId, EntryKind, Index, PeerId, ProgressState, ProgressView, Storage};

impl Core {
    /// Counts a tick: heartbeats, and every election timeout a look at quorum and transfer.
    pub(crate) fn tick_leader(&mut self) -> Stirred {
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
        match (looks_around || self.traces, beats) {
            (true, _) => Stirred::Yes,
            (false, true) => Stirred::Messages,
            (false, false) => Stirred::No,
        }
    }

    /// A follower's log matches up to `index` (Raft §5.3).
    pub(crate) fn on_accepted(&mut self, at: usize, index: Index, storage: &dyn Storage) {
        let last = self.log.last.index;
        if last < index {
            let from = self.members.members()[at].id;
            let why = Refusal::AcknowledgesBeyondLog { index, last };
            self.refuse(MessageKind::AppResp, from, why);
            return;
        }
        let progress = self.progress(at);
        progress.recently_active = true;
        let found = progress.state == ProgressState::Probe && progress.matched == index;
        if !progress.acknowledge(index) && !found {
            return;
        }
        match progress.state {
            ProgressState::Probe => progress.become_replicate(),
            // Any acknowledgment that connects to our log ends the wait, however it came about.
            ProgressState::Snapshot => self.resume_after_snapshot(at, index, storage),
            ProgressState::Replicate => progress.inflights.free_to(index),
        }
        self.busy = true;
        // What is committed already moves nothing, but for a leader that was removed: its members
        // changed without a look at the commit index.
        let news = self.log.committed < index || self.members.position(self.id()).is_none();
        let moved = news && self.advance_commit(storage);
        if moved {
            self.broadcast_append(storage);
        }
        if !self.append_pending && self.members.members()[at].id != self.id() {
            self.send_more(at, moved, storage);
        }
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
        let (members, progress) = (self.members.members(), leader.progress.as_slice());
        let half = members.iter().zip(progress).filter(|(member, _)| member.incoming);
        let mut index = match (members, progress) {
            // The usual group, without counting.
            ([x, y, z], [a, b, c]) if x.incoming && y.incoming && z.incoming => {
                middle(a.matched, b.matched, c.matched)
            }
            _ => committed_index(half.map(|(_, progress)| progress.matched)),
        };
        if self.members.is_joint() {
            let half = members.iter().zip(progress).filter(|(member, _)| member.outgoing);
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
        let own = self.id();
        let State::Leader(leader) = &mut self.state else { return };
        let members = self.members.members();
        let half = |pick: fn(&crate::Member) -> bool| {
            let both = members.iter().zip(&leader.progress);
            let picked = both.filter(|(member, _)| pick(member));
            crate::quorum::vote_result(picked.map(|(_, progress)| Some(progress.recently_active)))
        };
        let quorum = half(|member| member.incoming).and(half(|member| member.outgoing));
        for (member, progress) in members.iter().zip(&mut leader.progress) {
            progress.recently_active = member.id == own;
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

/// The one between the others.
fn middle(a: Index, b: Index, c: Index) -> Index {
    a.min(b).max(a.max(b).min(c))
}

/// Whether the entry says that it changes the members.
pub(crate) fn is_conf_change(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::ConfChange | EntryKind::ConfChangeV2 => true,
        EntryKind::Normal | EntryKind::Refused => false,
    }
}
