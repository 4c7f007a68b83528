//! The state of one node and the changes of its role (Raft §5.1, §5.2, Figure 2).
//!
//! Everything else is in the files named after what they do: [`step`](crate::step) receives,
//! [`election`](crate::election) campaigns and votes, [`replicate`](crate::replicate) leads,
//! [`follow`](crate::follow) follows.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::buffers::with_room;
use crate::conf_change::USUAL_MEMBERS;
use crate::event::{Event, Refusal};
use crate::events::Events;
use crate::extras::Extras;
use crate::log::{Apply, Log};
use crate::message::MessageKind;
use crate::read::ReadQueue;
use crate::trace::TraceStep;
use crate::{
    Body, Config, ConfigError, EntryId, HardState, Index, Membership, Message, PeerId, Progress,
    ReadState, Role, SoftState, Storage, Term,
};

/// What a node is at present, with the data of that role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    Follower,
    Candidate(Box<Votes>),
    Leader(Box<Leader>),
    PreCandidate(Box<Votes>),
}

/// The answers that a candidate has, the first one of each peer.
pub(crate) type Votes = Vec<(PeerId, bool)>;

/// What only a leader knows (Figure 2, volatile state on leaders).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct Leader {
    /// Who shall lead next, or nobody.
    pub(crate) transferee: PeerId,
    /// No membership change after the applied index may exist beyond this one.
    pub(crate) pending_conf_index: Index,
    /// Payload bytes of this leader's entries that are not applied, at most; counted if there is a
    /// limit.
    pub(crate) uncommitted_bytes: u64,
    pub(crate) reads: ReadQueue,
    /// One for each member, at the same position. The leader's own counts too: its log is durable
    /// up to its match.
    pub(crate) progress: SmallVec<[Progress; USUAL_MEMBERS]>,
}

// A thousand groups do not fit into the caches, so that a tick takes as long as it takes to fetch what
// it reads: the fields stand in ascending order of how often that is, so that it lies close together.
#[derive(Clone, Debug, Hash)]
#[repr(C)]
pub(crate) struct Core {
    rng: det::Rng,
    pub(crate) events: Events,
    pub(crate) members: Membership,
    pub(crate) reads: Vec<ReadState>,
    /// Messages of the node to itself that count once the unstable state is durable, with synchronous
    /// writes.
    pub(crate) to_self: Vec<Message>,
    /// Messages to others that may leave once the unstable state is durable.
    pub(crate) after_append: Vec<Message>,
    pub(crate) config: Config,
    pub(crate) log: Log,
    /// Messages that may leave at once.
    pub(crate) messages: Vec<Message>,
    /// What only a few applications use.
    pub(crate) extras: Option<Box<Extras>>,
    /// That of the configuration, at hand.
    id: PeerId,
    pub(crate) lead: PeerId,
    pub(crate) vote: PeerId,
    pub(crate) term: Term,
    pub(crate) state: State,
    /// Ticks since the last sign of a leader; on a leader since the last quorum check.
    pub(crate) election_elapsed: u32,
    pub(crate) heartbeat_elapsed: u32,
    pub(crate) randomized_timeout: u32,
    /// Proposals of this leader wait for the next Ready to be sent together.
    pub(crate) append_pending: bool,
    /// More than heartbeats happened since the buffers were trimmed.
    pub(crate) busy: bool,
    /// Whether steps are traced, as the configuration says; at hand.
    pub(crate) traces: bool,
    /// Whether writes are asynchronous, likewise.
    pub(crate) async_writes: bool,
}

/// How much of a node may have changed since it had nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stirred {
    /// Nothing.
    No,
    /// At most there are messages that may leave at once: heartbeats, or answers to them.
    Messages,
    /// Anything.
    Yes,
}

impl Core {
    pub(crate) fn new(
        config: Config,
        rng: det::Rng,
        storage: &dyn Storage,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        let (hard_state, conf_state) = storage.initial_state();
        let members = Membership::restore(&conf_state).map_err(ConfigError::ConfState)?;
        let log = Log::new(storage, config.apply_budget())?;
        let mut core = Self {
            events: Events::new(config.record_events),
            id: config.id,
            async_writes: config.async_storage_writes,
            config,
            rng,
            term: hard_state.term,
            vote: hard_state.vote,
            lead: PeerId::NONE,
            state: State::Follower,
            members,
            log,
            election_elapsed: 0,
            heartbeat_elapsed: 0,
            append_pending: false,
            busy: false,
            traces: false,
            randomized_timeout: 0,
            messages: Vec::new(),
            after_append: Vec::new(),
            to_self: Vec::new(),
            reads: Vec::new(),
            extras: None,
        };
        core.emit_members();
        core.load(hard_state)?;
        core.become_follower(hard_state.term, PeerId::NONE);
        core.events.push(Event::Started {
            peers: core.members.voters().collect(),
            term: core.term,
            commit: core.log.committed,
            applied: core.log.applied,
            last: core.log.last,
        });
        // To the specification all of this was one step.
        core.traces = core.config.trace_events;
        core.trace(|| TraceStep::InitState);
        Ok(core)
    }

    fn load(&mut self, hard_state: HardState) -> Result<(), ConfigError> {
        let (compacted, last) = (self.log.committed, self.log.last.index);
        if hard_state != HardState::default() {
            let commit = hard_state.commit;
            if commit < compacted || last < commit {
                return Err(ConfigError::CommitOutOfRange {
                    commit,
                    first: compacted.next(),
                    last,
                });
            }
            self.log.committed = commit;
        }
        let (applied, commit) = (self.config.applied, self.log.committed);
        if applied != Index::ZERO {
            if applied < compacted || commit < applied {
                return Err(ConfigError::AppliedOutOfRange { applied, first: compacted, commit });
            }
            self.log.applied_to(applied, 0);
        }
        Ok(())
    }

    // What it is.

    pub(crate) fn id(&self) -> PeerId {
        self.id
    }

    pub(crate) fn role(&self) -> Role {
        match self.state {
            State::Follower => Role::Follower,
            State::PreCandidate(_) => Role::PreCandidate,
            State::Candidate(_) => Role::Candidate,
            State::Leader(_) => Role::Leader,
        }
    }

    pub(crate) fn leader(&self) -> Option<&Leader> {
        match &self.state {
            State::Leader(leader) => Some(leader),
            State::Follower | State::PreCandidate(_) | State::Candidate(_) => None,
        }
    }

    pub(crate) fn leader_mut(&mut self) -> Option<&mut Leader> {
        match &mut self.state {
            State::Leader(leader) => Some(leader),
            State::Follower | State::PreCandidate(_) | State::Candidate(_) => None,
        }
    }

    pub(crate) fn soft_state(&self) -> SoftState {
        SoftState { lead: self.lead, role: self.role() }
    }

    pub(crate) fn hard_state(&self) -> HardState {
        HardState { term: self.term, vote: self.vote, commit: self.log.committed }
    }

    pub(crate) fn apply(&self) -> Apply {
        if self.async_writes { Apply::StableOnly } else { Apply::Unstable }
    }

    /// Whether it may campaign: it is a voter, and no snapshot waits to be installed.
    pub(crate) fn is_promotable(&self) -> bool {
        self.log.unstable.snapshot.is_none()
            && self.members.member(self.id()).is_some_and(|member| !member.learner)
    }

    // Changes of role.

    fn reset(&mut self, term: Term) {
        if self.term != term {
            self.term = term;
            self.vote = PeerId::NONE;
        }
        self.lead = PeerId::NONE;
        self.election_elapsed = 0;
        self.heartbeat_elapsed = 0;
        self.append_pending = false;
        // Timeouts are spread so that split votes are rare and resolved quickly (Raft §5.2).
        let timeouts = self.config.timeouts();
        self.randomized_timeout = timeouts.start + self.rng.below(timeouts.end - timeouts.start);
        self.forget_request();
        self.state = State::Follower;
    }

    pub(crate) fn become_follower(&mut self, term: Term, lead: PeerId) {
        let dry_run_ends = matches!(self.state, State::PreCandidate(_)) && term == self.term;
        self.reset(term);
        self.lead = lead;
        self.events.push(Event::BecameFollower { term, lead });
        if !dry_run_ends {
            self.trace(|| TraceStep::BecomeFollower);
        }
    }

    /// Asks without disturbing anybody: term, vote and timers stay (thesis §9.6).
    pub(crate) fn become_pre_candidate(&mut self) {
        assert!(self.leader().is_none(), "a leader does not campaign (Raft 5.2)");
        self.state = State::PreCandidate(Box::default());
        // It does not defend the lease of a leader that it has given up.
        self.lead = PeerId::NONE;
        self.events.push(Event::BecamePreCandidate { term: self.term });
    }

    pub(crate) fn become_candidate(&mut self) {
        assert!(self.leader().is_none(), "a leader does not campaign (Raft 5.2)");
        self.reset(self.term.next());
        self.vote = self.id();
        self.state = State::Candidate(Box::default());
        self.events.push(Event::BecameCandidate { term: self.term });
        self.trace(|| TraceStep::BecomeCandidate);
    }

    pub(crate) fn become_leader(&mut self) {
        self.reset(self.term);
        self.lead = self.id();
        let last = self.log.last.index;
        let next = last.next();
        let members = self.members.members().iter();
        let mut progress: SmallVec<[Progress; USUAL_MEMBERS]> =
            members.map(|_| Progress::new(next, false)).collect();
        if let Some(at) = self.members.position(self.id()) {
            let own = &mut progress[at];
            // Matching what is in the log is safe: the empty entry below is acknowledged only when
            // everything before it is durable, and nothing of an earlier term commits by counting.
            own.matched = last;
            own.become_replicate();
            own.recently_active = true;
        }
        self.state = State::Leader(Box::new(Leader {
            progress,
            transferee: PeerId::NONE,
            // There may be an unapplied membership change anywhere up to here.
            pending_conf_index: last,
            uncommitted_bytes: 0,
            reads: ReadQueue::default(),
        }));
        self.trace(|| TraceStep::BecomeLeader);
        self.append_empty_entry();
        self.events.push(Event::BecameLeader { term: self.term });
    }

    // Small helpers of all the others.

    /// Sends a message that may leave at once, in the present term.
    pub(crate) fn send(&mut self, to: PeerId, body: Body) {
        let message = Message { from: self.id(), to, term: self.term, body };
        with_room(&mut self.messages).push(message);
    }

    /// Sends a message that promises something durable.
    pub(crate) fn send_after_append(&mut self, to: PeerId, term: Term, body: Body) {
        let message = Message { from: self.id(), to, term, body };
        with_room(self.promises_to(to)).push(message);
    }

    /// The same for the most frequent promise: this log matches up to `index`.
    pub(crate) fn send_accepted(&mut self, to: PeerId, index: Index) {
        let (from, term) = (self.id(), self.term);
        let promises = with_room(self.promises_to(to));
        promises.push(Message { from, to, term, body: Body::Accepted { index } });
    }

    fn promises_to(&mut self, to: PeerId) -> &mut Vec<Message> {
        if to == self.id() && !self.async_writes {
            &mut self.to_self
        } else {
            &mut self.after_append
        }
    }

    pub(crate) fn refuse(&mut self, kind: MessageKind, from: PeerId, why: Refusal) {
        self.events.push(Event::Refused { kind, from, why });
    }

    pub(crate) fn emit_members(&mut self) {
        let members = Box::new(self.members.clone());
        self.events.push(Event::ConfigurationSwitched { members });
    }

    /// Handles the first messages of the node to itself.
    #[inline(never)]
    pub(crate) fn step_own_messages(&mut self, count: usize, storage: &dyn Storage) {
        let mut messages = core::mem::take(&mut self.to_self);
        if self.traces {
            self.step_own_traced(&mut messages, count, storage);
        } else {
            for message in messages.drain(..count) {
                self.step_own(&message, storage);
            }
        }
        messages.append(&mut self.to_self);
        self.to_self = messages;
    }

    /// Notes that a write of this term up to `last` is durable.
    pub(crate) fn on_written(&mut self, term: Term, last: EntryId) {
        if term < self.term {
            // Entries of a later term may have replaced what was written, and been replaced by
            // equal ones again: only a write of the present term says what is durable now.
            self.events.push(Event::StaleWriteIgnored { own: self.term, theirs: term });
        } else {
            self.log.stable_to(last, &mut self.events);
        }
    }

    /// Notes that the snapshot at `index` is durable, and with it applied.
    pub(crate) fn on_snapshot_written(&mut self, index: Index, storage: &dyn Storage) {
        self.log.unstable.stable_snapshot_to(index);
        self.on_applied(index, 0, 0, storage);
    }
}
