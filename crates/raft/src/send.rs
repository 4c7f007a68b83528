//! What a leader sends: appends, commit indices, snapshots, heartbeats (Raft §5.2, §5.3, §7).

use alloc::sync::Arc;

use crate::buffers::with_room;
use crate::core::{Core, State};
use crate::event::{Event, SnapshotRefusal};
use crate::size::payload_size;
use crate::{Body, Entries, EntryId, Index, Message, ProgressState, Storage};

/// Whether an append without entries is worth sending, for the commit index or as a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    Send,
    Skip,
}

impl Core {
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
                self.send_append_or_commit(at, storage);
            }
        }
    }

    /// Sends what was collected since the last Ready.
    pub(crate) fn flush_appends(&mut self, storage: &dyn Storage) {
        if core::mem::take(&mut self.append_pending) {
            if self.async_writes && self.log.unstable.has_next_entries() {
                self.acknowledge_own();
            }
            self.broadcast_append_now(storage);
        }
    }

    /// Sends an append, with or without entries, unless it would do to say what is committed.
    fn send_append_or_commit(&mut self, at: usize, storage: &dyn Storage) {
        let (from, term, index) = (self.id(), self.term, self.log.committed);
        if self.config.quiet_commits
            && let State::Leader(leader) = &mut self.state
            && let progress = &mut leader.progress[at]
            && progress.is_level(self.log.last.index)
        {
            progress.sent_commit = index;
            let to = self.members.members()[at].id;
            let messages = with_room(&mut self.messages);
            messages.push(Message { from, to, term, body: Body::Commit { index } });
        } else {
            self.send_append(at, Empty::Send, storage);
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
        let (from, to, own_term) = (self.id(), self.members.members()[at].id, self.term);
        let prev = EntryId { term, index: prev };
        let messages = with_room(&mut self.messages);
        let body = Body::Append { prev, entries, commit };
        messages.push(Message { from, to, term: own_term, body });
        true
    }

    /// Sends what a follower can take now that it has acknowledged something, if it was not sent with
    /// a new commit index.
    pub(crate) fn send_more(&mut self, at: usize, sent: bool, storage: &dyn Storage) {
        let commit = self.log.committed;
        if !sent && self.progress(at).lacks_commit(commit) {
            self.send_append_or_commit(at, storage);
        }
        // The window may have room for more than one message now.
        while self.lacks_entries(at) && self.send_append(at, Empty::Skip, storage) {}
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

    /// Tells everybody that the leader is alive (Raft §5.2), and what they may commit. The newest
    /// read round goes along, so a lost message delays a read by one heartbeat at most.
    pub(crate) fn broadcast_heartbeat(&mut self) {
        let (from, term, committed) = (self.id(), self.term, self.log.committed);
        let State::Leader(leader) = &mut self.state else { return };
        let context = leader.reads.newest_round();
        if self.messages.is_empty() {
            self.messages.reserve_exact(self.members.members().len().saturating_sub(1));
        }
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
}
