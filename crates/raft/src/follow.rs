//! Following: appends, heartbeats and snapshots of the leader (Raft §5.3, §7).

use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::buffers::with_room;
use crate::core::Core;
use crate::event::{Event, Refusal};
use crate::message::MessageKind;
use crate::trace::TraceStep;
use crate::{Body, Entries, EntryId, Index, Membership, Message, PeerId, Snapshot, Storage};

impl Core {
    /// Takes the leader's entries if the one before them is there (Raft §5.3, Figure 2).
    pub(crate) fn on_append(
        &mut self,
        from: PeerId,
        prev: EntryId,
        entries: Entries,
        commit: Index,
        storage: &dyn Storage,
    ) {
        let committed = self.log.committed;
        if prev.index < committed {
            // An old message: everything up to the commit index is there anyway.
            self.send_accepted(from, committed);
            return;
        }
        if !self.log.contains(prev, storage) {
            self.reject_append(from, prev, storage);
            return;
        }
        let last = prev.index + entries.len() as u64;
        if self.append_new(from, prev, entries, storage) {
            // Entries beyond the new ones are not known to match yet.
            self.log.commit_to(commit.min(last));
            self.send_accepted(from, last);
        }
    }

    /// Appends those entries that are not there yet; false if they contradict committed ones.
    fn append_new(
        &mut self,
        from: PeerId,
        prev: EntryId,
        entries: Entries,
        storage: &dyn Storage,
    ) -> bool {
        if prev.index == self.log.last.index {
            self.log.append(entries, &mut self.events);
            return true;
        }
        let Some(at) = self.log.find_conflict(&entries, storage, &mut self.events) else {
            return true;
        };
        let (index, commit) = (entries[at].id.index, self.log.committed);
        if index <= commit {
            let why = Refusal::ConflictsWithCommitted { index, commit };
            self.refuse(MessageKind::App, from, why);
            return false;
        }
        self.log.append(entries.slice(at..entries.len()), &mut self.events);
        true
    }

    /// Says where the logs may still agree: at the last index whose term is not above the leader's.
    fn reject_append(&mut self, from: PeerId, prev: EntryId, storage: &dyn Storage) {
        let own = self.log.term_or_zero(prev.index, storage);
        self.events.push(Event::AppendRejected { from, prev, own });
        let index = prev.index.min(self.log.last.index);
        let hint = self.log.last_up_to_term(index, prev.term, storage);
        self.send_after_append(from, self.term, Body::Rejected { index: prev.index, hint });
    }

    /// The leader is alive and says what is committed; never more than it knows this log to have.
    pub(crate) fn on_heartbeat(&mut self, from: PeerId, commit: Index, context: u64) {
        if !self.hear_commit(MessageKind::Heartbeat, from, commit) {
            return;
        }
        let (to, from, term) = (from, self.id(), self.term);
        let messages = with_room(&mut self.messages);
        messages.push(Message { from, to, term, body: Body::HeartbeatResponse { context } });
    }

    /// The leader says up to where this log is committed; false if it does not reach that far.
    pub(crate) fn hear_commit(&mut self, kind: MessageKind, from: PeerId, commit: Index) -> bool {
        let last = self.log.last.index;
        if last < commit {
            self.refuse(kind, from, Refusal::CommitBeyondLog { commit, last });
            return false;
        }
        self.log.commit_to(commit);
        true
    }

    /// Replaces the log by the leader's snapshot, if that brings anything new (Raft §7).
    pub(crate) fn on_snapshot(
        &mut self,
        from: PeerId,
        snapshot: &Arc<Snapshot>,
        storage: &dyn Storage,
    ) {
        let restored = self.restore(from, snapshot, storage);
        let (commit, snapshot) = (self.log.committed, snapshot.last);
        let index = match restored {
            Restored::Yes => {
                self.events.push(Event::SnapshotAccepted { commit, snapshot });
                self.log.last.index
            }
            Restored::No => {
                self.events.push(Event::SnapshotIgnored { commit, snapshot });
                commit
            }
            Restored::Refused => return,
        };
        self.send_accepted(from, index);
    }

    fn restore(
        &mut self,
        from: PeerId,
        snapshot: &Arc<Snapshot>,
        storage: &dyn Storage,
    ) -> Restored {
        let (commit, last) = (self.log.committed, self.log.last);
        // One that was asked for is wanted though the log may hold all of it.
        let wanted = self.wanted_snapshot().is_some_and(|least| least <= snapshot.last.index);
        if snapshot.last.index <= commit && !wanted {
            return Restored::No;
        }
        let conf_state = &snapshot.conf_state;
        let listed = [&conf_state.voters, &conf_state.learners, &conf_state.voters_outgoing];
        if !listed.iter().any(|list| list.contains(&self.id())) {
            let conf_state = Box::new(conf_state.clone());
            self.events.push(Event::SnapshotNotForUs { conf_state });
            return Restored::No;
        }
        if !wanted && self.log.contains(snapshot.last, storage) {
            self.events.push(Event::SnapshotMatched { commit, last, snapshot: snapshot.last });
            self.log.commit_to(snapshot.last.index);
            return Restored::No;
        }
        let Ok(members) = Membership::restore(conf_state) else {
            self.refuse(MessageKind::Snap, from, Refusal::BadSnapshot);
            return Restored::Refused;
        };
        let log = Box::new(self.log.view());
        self.events.push(Event::RestoreStarted { log, snapshot: snapshot.last });
        self.log.restore(Arc::clone(snapshot));
        self.forget_request();
        self.trace(|| TraceStep::apply(&members));
        self.members = members;
        self.emit_members();
        self.events.push(Event::SnapshotRestored {
            commit: self.log.committed,
            last: self.log.last,
            snapshot: snapshot.last,
        });
        Restored::Yes
    }
}

/// What became of a snapshot.
enum Restored {
    /// It is the log now.
    Yes,
    /// There was no need.
    No,
    /// It makes no sense.
    Refused,
}
