//! The loop between the core, the disk, the state machine and the network.

use raft::{Body, Entry, EntryId, EntryKind, RawNode, Role, StorageAppend};

use super::Server;
use crate::check::Seen;
use crate::codec::Request;
use crate::disk::Write;
use crate::flight::Load;
use crate::hub::{Hub, says};
use crate::queue::Item;
use crate::{Broken, Effect, End, EventKind, NodeId};

impl Server {
    /// The disk has finished a sync: what waited for it may leave.
    pub(crate) fn synced(&mut self, hub: &mut Hub) {
        let writes = self.disk.finish_sync();
        let cause = writes.last().map(|write| write.cause);
        for write in &writes {
            self.disk.store(&write.append);
            if write.append.snapshot.is_some() {
                self.install(hub);
            }
            hub.checks.synced(self.id, write.append.hard_state, &write.append.entries);
        }
        let last = self.disk.last();
        let id = hub.begin(cause, EventKind::Synced { node: self.id, last });
        for write in writes {
            hub.cause = Some(id);
            self.answer(hub, write.append.responses);
        }
        if self.disk.start_sync() {
            self.schedule_sync(hub);
        }
        self.persisted(hub);
        self.settle(hub);
    }

    fn schedule_sync(&self, hub: &mut Hub) {
        let done = hub.after(self.disk.fsync);
        hub.queue.push(done, Item::Synced { node: self.id, life: self.life });
    }

    /// Delivers what waited for a write: to the node itself at once, to others over the network.
    fn answer(&mut self, hub: &mut Hub, responses: Vec<raft::Message>) {
        for message in responses {
            if message.to == self.id.peer() {
                let raft = self.raft.as_mut().expect("a node that syncs has a core");
                let _refused = raft.step(message, &self.disk);
            } else {
                self.send(hub, message);
            }
        }
    }

    pub(super) fn send(&self, hub: &mut Hub, message: raft::Message) {
        let Some(to) = NodeId::of(message.to).filter(|to| to.0 <= hub.net.nodes()) else { return };
        hub.checks.sent(self.id, &message);
        let says = says(&message);
        hub.send(End::Node(self.id), End::Node(to), says, Load::Raft(message));
    }

    /// Does everything that the core asks for, until it asks for nothing more.
    pub(super) fn settle(&mut self, hub: &mut Hub) {
        if self.microscope.is_some() {
            return self.wake_loop(hub);
        }
        loop {
            self.report_events(hub);
            let Some(raft) = self.raft.as_mut().filter(|raft| raft.has_ready()) else { break };
            let mut ready = std::mem::take(&mut hub.ready);
            raft.ready_into(&mut ready, &self.disk);
            // The write first: what the core commits may be in it.
            let is_write = |message: &raft::Message| matches!(message.body, Body::StorageAppend(_));
            let write = ready.messages.iter().position(is_write);
            if let Some(Body::StorageAppend(append)) =
                write.map(|position| ready.messages.remove(position).body)
            {
                self.write(hub, *append);
            }
            self.report_commit(hub);
            for message in ready.messages.drain(..) {
                if let Body::StorageApply { entries, responses } = message.body {
                    for entry in &entries {
                        self.apply(hub, entry);
                    }
                    if !self.reads.is_empty() {
                        self.serve_reads(hub);
                    }
                    self.answer(hub, responses);
                } else {
                    self.send(hub, message);
                }
            }
            if !ready.reads.is_empty() {
                self.confirmed(hub, ready.reads.drain(..));
            }
            hub.ready = ready;
        }
        self.observe(hub);
    }

    /// Tells what the core reports. What follows happens because of it.
    pub(super) fn report_events(&mut self, hub: &mut Hub) {
        let Some(raft) = &mut self.raft else { return };
        for event in raft.drain_events() {
            let id = hub.emit(EventKind::Raft { node: self.id, event });
            hub.cause = Some(id);
        }
    }

    /// Tells of a commit index that advanced.
    pub(super) fn report_commit(&mut self, hub: &mut Hub) {
        let Some(raft) = &self.raft else { return };
        let (from, to) = (self.commit, raft.commit());
        if to <= from {
            return;
        }
        let (role, term) = (raft.role(), raft.term());
        self.commit = to;
        let disks = hub.checks.committed_to(self.id, role, term, to, raft.conf());
        let voters = u8::try_from(raft.conf().voters().count()).unwrap_or(u8::MAX);
        let holders = match role {
            Role::Leader => u8::try_from(disks).unwrap_or(u8::MAX),
            Role::Follower | Role::Candidate | Role::PreCandidate => 0,
        };
        let to = EntryId { term: hub.checks.committed_term(to).unwrap_or_default(), index: to };
        let committed = EventKind::Committed { node: self.id, term, from, to, holders, voters };
        let id = hub.emit(committed);
        hub.cause = Some(id);
    }

    /// Lets the checkers see the node as the event left it.
    pub(super) fn observe(&self, hub: &mut Hub) {
        let Some(raft) = &self.raft else { return };
        let seen = Seen {
            term: raft.term(),
            vote: raft.vote(),
            role: raft.role(),
            // Under the microscope a commit counts from when what it is about was written.
            commit: match self.microscope {
                None => raft.commit(),
                Some(_) => raft.commit().min(self.commit),
            },
            applied: raft.applied(),
            last: raft.last().index,
        };
        hub.checks.observed(self.id, &seen);
    }

    pub(super) fn write(&mut self, hub: &mut Hub, mut append: StorageAppend) {
        let mut cause = hub.cause;
        if let Some(snapshot) = &append.snapshot {
            hub.checks.wrote_snapshot(self.id, snapshot.last);
        }
        if let (Some(first), Some(last)) = (append.entries.first(), append.entries.last()) {
            let (first, last) = (first.id, last.id);
            let role = self.raft.as_ref().map_or(Role::Follower, RawNode::role);
            let replaces = hub.checks.wrote(self.id, role, &append.entries);
            let written = EventKind::Written { node: self.id, first, last, replaces };
            cause = Some(hub.emit(written));
        }
        if hub.setup.broken == Some(Broken::SendBeforeSync) {
            let own = self.id.peer();
            let early: Vec<_> = append.responses.extract_if(.., |m| m.to != own).collect();
            self.answer(hub, early);
        }
        if self.disk.answers_at_once(&append) {
            self.disk.store(&append);
            hub.checks.synced(self.id, append.hard_state, &[]);
            self.answer(hub, append.responses);
        } else if self.disk.write(Write { append, cause: cause.unwrap_or_default() }) {
            self.schedule_sync(hub);
        }
    }

    pub(super) fn apply(&mut self, hub: &mut Hub, entry: &Entry) {
        hub.checks.applied(self.id, entry);
        let before = hub.cause;
        let request = Request::decode(&entry.data);
        self.applied = entry.id;
        let effect = match &request {
            _ if is_conf_change(entry) => self.switch_members(hub, entry),
            Some(request) => self.kv.apply(request),
            None if entry.data.is_empty() => Effect::Nothing,
            None => Effect::Unknown,
        };
        let id = hub.emit(EventKind::Applied { node: self.id, entry: entry.id, effect });
        let leads = self.raft.as_ref().is_some_and(|raft| raft.role() == Role::Leader);
        if let Some(Request { client, serial, .. }) = request.filter(|_| leads)
            && let Some(answer) = self.kv.answered(client, serial).cloned()
        {
            hub.cause = Some(id);
            self.reply(hub, client, serial, answer);
        }
        hub.cause = before;
    }
}

fn is_conf_change(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::ConfChange | EntryKind::ConfChangeV2 => true,
        EntryKind::Normal | EntryKind::Refused => false,
    }
}
