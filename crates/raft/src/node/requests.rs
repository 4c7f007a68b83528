//! What the application asks of its own node.

use alloc::vec::Vec;

use bytes::Bytes;

use super::RawNode;
use crate::event::ProposalRefusal;
use crate::{
    Body, ConfChange, ConfChangeError, ConfChangeFormat, ConfState, Entry, EntryKind, Message,
    PeerId, Role, SnapshotStatus, StepError, Storage, Term,
};

impl RawNode {
    /// Campaigns now, as if the election timeout had passed (Raft §5.2). A refusal is an event.
    pub fn campaign(&mut self, log: &dyn Storage) {
        self.core.trace_sent();
        self.stir().start_campaign(log);
    }

    /// Proposes a command (Raft §5.3). A follower forwards it to the leader.
    ///
    /// # Errors
    /// [`StepError::ProposalDropped`] if nobody can take it now. Success promises nothing: a
    /// proposal may still get lost with its leader.
    pub fn propose(&mut self, data: Bytes, log: &dyn Storage) -> Result<(), StepError> {
        match self.core.role() {
            Role::Leader => self.stir().on_command(data, log),
            Role::Follower | Role::Candidate | Role::PreCandidate => {
                self.propose_entries(alloc::vec![Entry { data, ..Entry::default() }], log)
            }
        }
    }

    /// Proposes commands that follow each other in the log, all or none.
    ///
    /// # Errors
    /// Like [`propose`](Self::propose).
    pub fn propose_batch(
        &mut self,
        commands: impl IntoIterator<Item = Bytes>,
        log: &dyn Storage,
    ) -> Result<(), StepError> {
        let entries: Vec<Entry> =
            commands.into_iter().map(|data| Entry { data, ..Entry::default() }).collect();
        self.propose_entries(entries, log)
    }

    /// Proposes a membership change (Raft §6). If it may not be made now, an empty entry takes its
    /// place and an event says why.
    ///
    /// # Errors
    /// Like [`propose`](Self::propose); also if the format cannot express the change.
    pub fn propose_conf_change(
        &mut self,
        change: &ConfChange,
        format: ConfChangeFormat,
        log: &dyn Storage,
    ) -> Result<(), StepError> {
        let Some((kind, data)) = change.encode_as(format) else {
            return Err(self.stir().drop_proposal(ProposalRefusal::Undecodable));
        };
        self.propose_entries(alloc::vec![Entry { kind, data, ..Entry::default() }], log)
    }

    /// Proposes to leave the joint configuration.
    ///
    /// # Errors
    /// Like [`propose`](Self::propose).
    pub fn propose_leave_joint(&mut self, log: &dyn Storage) -> Result<(), StepError> {
        let kind = EntryKind::ConfChangeV2;
        self.propose_entries(alloc::vec![Entry { kind, ..Entry::default() }], log)
    }

    fn propose_entries(&mut self, entries: Vec<Entry>, log: &dyn Storage) -> Result<(), StepError> {
        if self.core.leader().is_some() {
            return self.stir().on_propose(entries, log);
        }
        let (from, body) = (self.id(), Body::Propose { entries });
        self.stir().step(Message { from, to: from, term: Term::default(), body }, log)
    }

    /// Makes a committed membership change take effect. To be called for each such entry when it is
    /// applied, before the next Ready is advanced. Returns the members, to be stored in snapshots.
    ///
    /// # Errors
    /// If the change does not fit the members; they stay as they are. With
    /// [`disable_conf_change_validation`](crate::Config::disable_conf_change_validation) the
    /// application has to expect that.
    pub fn apply_conf_change(
        &mut self,
        change: &ConfChange,
        log: &dyn Storage,
    ) -> Result<ConfState, ConfChangeError> {
        self.stir().apply_conf_change(change, log)
    }

    /// Asks at which index a linearizable read may be served (thesis §6.4). The answer is a
    /// [`ReadState`](crate::ReadState) with this context in a later Ready; it may get lost.
    pub fn read_index(&mut self, context: Bytes, log: &dyn Storage) {
        self.stir().read_index(context, log);
    }

    /// Asks the leader to hand over to this voter (thesis §3.10). A follower forwards the request.
    pub fn transfer_leader(&mut self, to: PeerId, log: &dyn Storage) {
        self.stir().transfer_leader(to, log);
    }

    /// Gives the leader up, as something outside knows that it is gone: this node may then vote
    /// although the lease runs.
    pub fn forget_leader(&mut self) {
        self.stir().forget_leader();
    }

    /// Says that the last message to this peer could not be sent.
    pub fn report_unreachable(&mut self, peer: PeerId) {
        self.stir().report_unreachable(peer);
    }

    /// Says what became of a snapshot that was sent to this peer.
    pub fn report_snapshot(&mut self, peer: PeerId, status: SnapshotStatus) {
        self.stir().report_snapshot(peer, status);
    }

    /// Asks the leader for a snapshot that replaces this node's whole state, say because the state
    /// machine was damaged. Until it comes the node neither appends nor commits; it asks again with
    /// each message of the leader, who sends a snapshot as soon as its application has one that
    /// reaches the end of this log. A new term ends the request.
    ///
    /// # Errors
    /// Unless it follows a leader whose entries its log ends with, or if a snapshot is on its way.
    pub fn request_snapshot(&mut self) -> Result<(), crate::RequestSnapshotError> {
        self.stir().request_snapshot()
    }

    // What may be changed at run time.

    /// Puts voters into groups, say data centres, in place of earlier ones: an index is committed only
    /// when voters of two groups hold it, besides a majority. Voters without a group count for none;
    /// with fewer than two groups among the voters a majority decides alone. Every node that may lead
    /// has to be told.
    pub fn assign_commit_groups(
        &mut self,
        groups: impl IntoIterator<Item = (PeerId, u64)>,
        log: &dyn Storage,
    ) {
        self.stir().assign_commit_groups(groups, log);
    }

    /// Sets the [priority](crate::Config::priority) in elections.
    pub fn set_priority(&mut self, priority: i64) {
        self.core.config.priority = priority;
    }

    /// Sets the ticks without a leader after which it campaigns, until they are drawn anew.
    pub fn set_randomized_election_timeout(&mut self, ticks: u32) {
        self.core.randomized_timeout = ticks;
    }

    /// Switches CheckQuorum (thesis §6.2). Stays on where leases answer reads.
    pub fn set_check_quorum(&mut self, on: bool) {
        let needed = self.core.config.read_only == crate::ReadOnly::LeaseBased;
        self.core.config.check_quorum = on || needed;
    }

    /// Sets the most unacknowledged appends per follower; at least one.
    pub fn set_max_inflight_messages(&mut self, messages: usize) {
        self.core.config.max_inflight_messages = messages.max(1);
    }

    /// Sets the most encoded bytes of entries being applied; zero takes the size limit of messages.
    pub fn set_max_committed_size_per_ready(&mut self, bytes: u64) {
        self.core.config.max_committed_size_per_ready = bytes;
        let budget = self.core.config.apply_budget();
        self.stir().log.set_apply_budget(budget);
    }
}
