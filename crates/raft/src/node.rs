//! The door: one node of a group, driven by ticks, messages and requests, asked for [`Ready`]s.

mod bootstrap;
mod requests;

use alloc::boxed::Box;

pub use self::bootstrap::BootstrapError;
use crate::core::Core;
use crate::size::payload_size;
use crate::trace::TraceStep;
use crate::{
    Body, Config, ConfigError, Entry, EntryId, Event, HardState, Index, Membership, Message,
    PeerId, Progress, Ready, Role, SoftState, StepError, Storage, StorageAppend, Term,
};

/// One node of a group. Plain data: it owns no storage, no clock and no thread, so it can be cloned,
/// hashed and sent as a whole.
///
/// Every call that may need the durable log borrows it. It must be the same log each time, and
/// change only as the [`Ready`]s say.
#[derive(Clone, Debug, Hash)]
pub struct RawNode {
    core: Core,
    /// What the last accepted Ready told, to tell only changes.
    told_soft: SoftState,
    told_hard: HardState,
    /// What counts once the accepted Ready is processed (synchronous writes).
    on_advance: OnAdvance,
    /// Something may have happened since it had nothing to say. Most nodes of many rest, and this is
    /// all that one has to read of them to know.
    stirred: bool,
}

/// What a processed Ready makes true.
#[derive(Clone, Debug, Default, Hash)]
struct OnAdvance {
    /// How many messages of the node to itself: its vote, its acknowledgments.
    own_messages: usize,
    written: Option<Written>,
    applied: Option<Applied>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Written {
    term: Term,
    last: Option<EntryId>,
    snapshot: Option<Index>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Applied {
    last: Index,
    encoded_bytes: u64,
    payload_bytes: u64,
}

impl OnAdvance {
    fn is_empty(&self) -> bool {
        self.own_messages == 0 && self.written.is_none() && self.applied.is_none()
    }
}

impl RawNode {
    /// Makes a node from what is durable. `rng` decides its election timeouts and nothing else.
    ///
    /// # Errors
    /// If the configuration or the durable state makes no sense.
    pub fn new(config: Config, rng: det::Rng, log: &dyn Storage) -> Result<Self, ConfigError> {
        let core = Core::new(config, rng, log)?;
        let (told_soft, told_hard) = (core.soft_state(), core.hard_state());
        Ok(Self { core, told_soft, told_hard, on_advance: OnAdvance::default(), stirred: true })
    }

    /// Lets one tick of time pass.
    pub fn tick(&mut self, log: &dyn Storage) {
        if self.stirred {
            self.core.rest();
            self.stirred = self.has_work();
        }
        self.core.trace_sent();
        self.stirred |= match self.role() {
            Role::Leader => self.core.tick_leader(),
            Role::Follower | Role::Candidate | Role::PreCandidate => self.core.tick_election(log),
        };
    }

    /// Handles a message from a peer or from a storage thread.
    ///
    /// # Errors
    /// If a proposal must be dropped, or the message may not come from outside. What is wrong with
    /// its contents is refused with an [`Event::Refused`].
    // Inlined, the two ways on would each get a copy of the message.
    #[inline(never)]
    pub fn step(&mut self, message: Message, log: &dyn Storage) -> Result<(), StepError> {
        let core = self.stir();
        if core.config.trace_events {
            return core.step_traced(message, log);
        }
        core.step(message, log)
    }

    /// Whether [`ready`](Self::ready) has anything to say.
    pub fn has_ready(&self) -> bool {
        debug_assert!(self.stirred || !self.has_work(), "whoever gets work is stirred");
        self.stirred && self.has_work()
    }

    /// The node, about to be changed.
    fn stir(&mut self) -> &mut Core {
        self.stirred = true;
        &mut self.core
    }

    fn has_work(&self) -> bool {
        let core = &self.core;
        !core.messages.is_empty()
            || !core.after_append.is_empty()
            || self.on_advance.own_messages < core.to_self.len()
            || core.log.unstable.has_next_entries()
            || core.log.has_next_committed(core.apply())
            || core.hard_state() != self.told_hard
            || core.soft_state() != self.told_soft
            || !core.reads.is_empty()
            || core.log.unstable.next_snapshot().is_some()
            || core.append_pending
    }

    /// Everything there is to do, in one piece. It counts as taken.
    ///
    /// # Panics
    /// With synchronous writes, if the Ready before was not [advanced](Self::advance).
    pub fn ready(&mut self, log: &dyn Storage) -> Ready {
        let mut ready = Ready::default();
        self.ready_into(&mut ready, log);
        ready
    }

    /// Like [`ready`](Self::ready), reusing the memory of an earlier Ready.
    ///
    /// # Panics
    /// With synchronous writes, if the Ready before was not [advanced](Self::advance).
    pub fn ready_into(&mut self, ready: &mut Ready, log: &dyn Storage) {
        assert!(self.on_advance.is_empty(), "a Ready is advanced before the next one is taken");
        self.core.flush_appends(log);
        self.core.trace_sent();
        let core = &mut self.core;
        ready.reuse();
        let (soft, hard) = (core.soft_state(), core.hard_state());
        ready.entries = core.log.unstable.next_entries();
        ready.must_sync = !ready.entries.is_empty()
            || (hard.term, hard.vote) != (self.told_hard.term, self.told_hard.vote);
        ready.soft_state = (soft != self.told_soft).then_some(soft);
        ready.hard_state = (hard != self.told_hard).then_some(hard);
        (self.told_soft, self.told_hard) = (soft, hard);
        ready.snapshot = core.log.unstable.next_snapshot().cloned();
        let apply = core.apply();
        ready.committed = core.log.next_committed(apply, log);
        ready.reads.append(&mut core.reads);
        // The buffers change places: the one of the Ready is empty.
        core::mem::swap(&mut ready.messages, &mut core.messages);
        if core.config.async_storage_writes {
            self.hand_to_threads(ready);
        } else {
            self.hand_to_advance(ready);
        }
        self.accept(ready);
        // All of it is handed out now.
        self.stirred = false;
    }

    /// What to acknowledge when this Ready is durable.
    fn written(&self, ready: &Ready) -> Option<Written> {
        let (log, term) = (&self.core.log, self.core.term);
        // The last entry, even if it was handed out before: the acknowledgment of an earlier term
        // may have been ignored, and this one makes up for it.
        let last = (!log.unstable.entries.is_empty()).then_some(log.last);
        let snapshot = ready.snapshot.as_ref().map(|snapshot| snapshot.last.index);
        (last.is_some() || snapshot.is_some()).then_some(Written { term, last, snapshot })
    }

    /// Synchronous writes: messages to others follow the write, those to the node itself wait for
    /// [`advance`](Self::advance).
    fn hand_to_advance(&mut self, ready: &mut Ready) {
        if ready.messages.is_empty() {
            core::mem::swap(&mut ready.messages, &mut self.core.after_append);
        } else {
            ready.messages.append(&mut self.core.after_append);
        }
        self.on_advance.own_messages = self.core.to_self.len();
        self.on_advance.written = self.written(ready);
        self.on_advance.applied = ready.committed.last().map(|last| Applied {
            last: last.id.index,
            encoded_bytes: self.core.log.apply_cost(&ready.committed),
            payload_bytes: payload_size(&ready.committed),
        });
    }

    /// Asynchronous writes: everything that must wait goes along with the work that it waits for.
    fn hand_to_threads(&mut self, ready: &mut Ready) {
        let (own, term) = (self.core.id(), self.core.term);
        let mut responses = core::mem::take(&mut self.core.after_append);
        let write = !ready.entries.is_empty()
            || ready.hard_state.is_some()
            || ready.snapshot.is_some()
            || !responses.is_empty();
        if write {
            if let Some(written) = self.written(ready) {
                let body =
                    Body::StorageAppended { last: written.last, snapshot: ready.snapshot.clone() };
                responses.push(Message { from: PeerId::APPEND_THREAD, to: own, term, body });
            }
            let body = Body::StorageAppend(Box::new(StorageAppend {
                hard_state: ready.hard_state,
                entries: ready.entries.clone(),
                snapshot: ready.snapshot.clone(),
                must_sync: ready.must_sync,
                responses,
            }));
            let term = ready.hard_state.unwrap_or_default().term;
            ready.messages.push(Message { from: own, to: PeerId::APPEND_THREAD, term, body });
        }
        if !ready.committed.is_empty() {
            let (thread, term) = (PeerId::APPLY_THREAD, Term::default());
            let body = Body::StorageApplied { entries: ready.committed.clone() };
            let responses = alloc::vec![Message { from: thread, to: own, term, body }];
            let body = Body::StorageApply { entries: ready.committed.clone(), responses };
            ready.messages.push(Message { from: own, to: thread, term, body });
        }
    }

    fn accept(&mut self, ready: &Ready) {
        let apply = self.core.apply();
        let log = &mut self.core.log;
        log.unstable.accept();
        if let Some(last) = ready.committed.last() {
            let bytes = log.apply_cost(&ready.committed);
            log.accept_applying(last.id.index, bytes, apply);
        }
        self.core.trace(|| TraceStep::Ready);
    }

    /// Says that the last Ready is processed: written, sent and applied (synchronous writes only).
    ///
    /// # Panics
    /// With asynchronous writes, whose storage threads answer instead.
    pub fn advance(&mut self, log: &dyn Storage) {
        assert!(!self.core.config.async_storage_writes, "storage threads answer for themselves");
        if self.on_advance.is_empty() {
            return;
        }
        let OnAdvance { own_messages, written, applied } = core::mem::take(&mut self.on_advance);
        if own_messages != 0 {
            let mut messages = core::mem::take(&mut self.core.to_self);
            if self.core.config.trace_events {
                self.core.step_own_traced(&mut messages, own_messages, log);
            } else {
                for message in messages.drain(..own_messages) {
                    self.core.step_own(message, log);
                }
            }
            messages.append(&mut self.core.to_self);
            self.core.to_self = messages;
        }
        if let Some(Written { term, last, snapshot }) = written {
            if let Some(last) = last {
                self.core.batch_is_written(term, last.index, log);
            }
            self.core.on_written(term, last, snapshot, log);
        }
        if let Some(Applied { last, encoded_bytes, payload_bytes }) = applied {
            self.core.on_applied(last, encoded_bytes, payload_bytes, log);
        }
        self.stirred = self.has_work();
    }

    /// The events since the last call, in order.
    pub fn drain_events(&mut self) -> impl Iterator<Item = Event> + use<> {
        self.core.trace_sent();
        self.core.events.drain()
    }

    // What there is to see. Nothing here allocates.

    /// Its id.
    pub fn id(&self) -> PeerId {
        self.core.id()
    }

    /// Its term (Raft §5.1).
    pub fn term(&self) -> Term {
        self.core.term
    }

    /// Whom it voted for in this term, or nobody.
    pub fn vote(&self) -> PeerId {
        self.core.vote
    }

    /// Its role.
    pub fn role(&self) -> Role {
        self.core.role()
    }

    /// The leader as far as it knows, or nobody.
    pub fn lead(&self) -> PeerId {
        self.core.lead
    }

    /// The last index it knows to be committed.
    pub fn commit(&self) -> Index {
        self.core.log.committed
    }

    /// The last index that was applied.
    pub fn applied(&self) -> Index {
        self.core.log.applied
    }

    /// The last entry of its log, durable or not.
    pub fn last(&self) -> EntryId {
        self.core.log.last
    }

    /// The entries that are not known to be durable, handed out or not, in order.
    pub fn unstable(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.core.log.unstable.entries.iter()
    }

    /// The entry at this index, if it is not known to be durable.
    pub fn unstable_entry(&self, index: Index) -> Option<&Entry> {
        self.core.log.unstable.entries.get(index)
    }

    /// Ticks since the last sign of a leader; on a leader since the last quorum check.
    pub fn election_elapsed(&self) -> u32 {
        self.core.election_elapsed
    }

    /// Ticks since a leader's last heartbeat.
    pub fn heartbeat_elapsed(&self) -> u32 {
        self.core.heartbeat_elapsed
    }

    /// The ticks without a leader after which it campaigns.
    pub fn randomized_election_timeout(&self) -> u32 {
        self.core.randomized_timeout
    }

    /// Who shall lead next, or nobody.
    pub fn lead_transferee(&self) -> PeerId {
        self.core.leader().map_or(PeerId::NONE, |leader| leader.transferee)
    }

    /// Whether it may campaign: a voter without a snapshot to install.
    pub fn is_promotable(&self) -> bool {
        self.core.is_promotable()
    }

    /// The voters and what a candidate knows of their votes, in ascending order of id.
    pub fn votes(&self) -> impl Iterator<Item = (PeerId, Option<bool>)> + '_ {
        let votes = self.core.votes();
        let vote = move |id| {
            let known = votes?.iter().find(|&&(voter, _)| voter == id);
            known.map(|&(_, granted)| granted)
        };
        self.core.members.voters().map(move |id| (id, vote(id)))
    }

    /// What a leader knows of a member; `None` on others and of others.
    pub fn progress(&self, peer: PeerId) -> Option<&Progress> {
        let at = self.core.members.position(peer)?;
        Some(&self.core.leader()?.progress[at])
    }

    /// The members and what a leader knows of each, in ascending order of id.
    pub fn all_progress(&self) -> impl Iterator<Item = (PeerId, &Progress)> + '_ {
        let progress = self.core.leader().map_or(&[][..], |leader| leader.progress.as_slice());
        self.core.members.members().iter().map(|member| member.id).zip(progress)
    }

    /// The members.
    pub fn conf(&self) -> &Membership {
        &self.core.members
    }

    /// On a leader, whether a membership change may be in its log that it has not applied: another one
    /// would be refused (thesis §4.1).
    pub fn has_pending_conf_change(&self) -> bool {
        let applied = self.core.log.applied;
        self.core.leader().is_some_and(|leader| applied < leader.pending_conf_index)
    }

    /// How it is configured.
    pub fn config(&self) -> &Config {
        &self.core.config
    }
}
