//! Rounds of work: what a Ready says, and what becomes true when it is processed.

use alloc::boxed::Box;

use super::RawNode;
use crate::core::{State, Stirred};
use crate::size::payload_size;
use crate::trace::TraceStep;
use crate::{Body, Entries, EntryId, Index, Message, PeerId, Ready, Storage, StorageAppend, Term};

/// What a processed Ready makes true; zeros stand for nothing.
#[derive(Clone, Debug, Hash)]
pub(super) struct OnAdvance {
    /// How many messages of the node to itself: its vote, its acknowledgments.
    own_messages: usize,
    /// The term in which the Ready was taken.
    term: Term,
    /// The last entry that is durable then.
    last: EntryId,
    /// The position of the snapshot that is durable then.
    snapshot: Index,
    /// The last entry that is applied then, and the bytes of those that are.
    applied: Index,
    encoded_bytes: u64,
    payload_bytes: u64,
}

impl RawNode {
    /// Whether [`ready`](Self::ready) has anything to say.
    #[inline]
    pub fn has_ready(&self) -> bool {
        match self.stirred {
            Stirred::No => {
                debug_assert!(!self.has_work(), "whoever gets work is stirred");
                false
            }
            Stirred::Messages => !self.core.messages.is_empty(),
            Stirred::Yes => self.has_work(),
        }
    }

    /// Notes whether there is any.
    pub(super) fn look_for_work(&mut self) {
        self.stirred = if self.has_work() { Stirred::Yes } else { Stirred::No };
    }

    fn has_work(&self) -> bool {
        let core = &self.core;
        !core.messages.is_empty()
            || !core.after_append.is_empty()
            || core.append_pending
            || core.log.unstable.has_next_entries()
            || core.log.has_next_committed(core.apply())
            || core.hard_state() != self.told_hard
            || core.soft_state() != self.told_soft
            || self.on_advance.as_ref().map_or(0, |it| it.own_messages) < core.to_self.len()
            || !core.reads.is_empty()
            || core.log.unstable.next_snapshot().is_some()
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
    #[inline]
    pub fn ready_into(&mut self, ready: &mut Ready, log: &dyn Storage) {
        assert!(self.on_advance.is_none(), "a Ready is advanced before the next one is taken");
        if self.stirred == Stirred::Messages {
            return self.only_messages(ready);
        }
        self.core.flush_appends(log);
        self.core.trace_sent();
        ready.reuse();
        ready.entries = self.core.log.unstable.next_entries();
        ready.must_sync = !ready.entries.is_empty();
        self.tell_state(ready);
        let core = &mut self.core;
        ready.snapshot = core.log.unstable.next_snapshot().cloned();
        let bytes;
        (ready.committed, bytes) = core.log.take_committed(core.apply(), log);
        if !core.reads.is_empty() {
            core.busy = true;
            ready.reads.append(&mut core.reads);
        }
        core.log.unstable.accept();
        if core.async_writes {
            core::mem::swap(&mut ready.messages, &mut core.messages);
            self.hand_to_threads(ready);
        } else {
            self.hand_to_advance(ready, bytes);
        }
        self.core.trace(|| TraceStep::Ready);
        // All of it is handed out now.
        self.stirred = Stirred::No;
    }

    /// Hands out messages, buffer and all: a node that rests needs none until its next heartbeat, and
    /// of many such nodes each has one less.
    fn only_messages(&mut self, ready: &mut Ready) {
        ready.reuse();
        ready.entries = Entries::new();
        ready.committed = Entries::new();
        ready.snapshot = None;
        ready.must_sync = false;
        ready.messages = core::mem::take(&mut self.core.messages);
        self.stirred = Stirred::No;
    }

    /// Hard and soft state, if they changed.
    fn tell_state(&mut self, ready: &mut Ready) {
        let (soft, hard) = (self.core.soft_state(), self.core.hard_state());
        if hard != self.told_hard {
            let told = (self.told_hard.term, self.told_hard.vote);
            ready.must_sync |= (hard.term, hard.vote) != told;
            ready.hard_state = Some(hard);
            self.told_hard = hard;
        }
        if soft != self.told_soft {
            ready.soft_state = Some(soft);
            self.told_soft = soft;
        }
    }

    /// The last entry that is durable when this Ready is, handed out now or before: the acknowledgment
    /// of an earlier term may have been ignored, and this one makes up for it. Zero if all are already.
    fn last_written(&self) -> EntryId {
        let log = &self.core.log;
        if log.unstable.entries.is_empty() { EntryId::ZERO } else { log.last }
    }

    /// Synchronous writes: messages to others follow the write, those to the node itself wait for
    /// [`advance`](Self::advance).
    fn hand_to_advance(&mut self, ready: &mut Ready, encoded_bytes: u64) {
        let last = self.last_written();
        let core = &mut self.core;
        // The buffers change places: the one of the Ready is empty.
        if core.messages.is_empty() {
            core::mem::swap(&mut ready.messages, &mut core.after_append);
        } else {
            core::mem::swap(&mut ready.messages, &mut core.messages);
            if !core.after_append.is_empty() {
                ready.messages.append(&mut core.after_append);
            }
        }
        let own_messages = core.to_self.len();
        let snapshot = ready.snapshot.as_ref().map_or(Index::ZERO, |snapshot| snapshot.last.index);
        let applied = if ready.committed.is_empty() { Index::ZERO } else { core.log.applying };
        if own_messages == 0 && (last.index, snapshot, applied) == Default::default() {
            return;
        }
        let payload_bytes = match core.config.max_uncommitted_size {
            0 => 0,
            _ => payload_size(&ready.committed),
        };
        core.busy = true;
        let term = core.term;
        self.on_advance = Some(OnAdvance {
            own_messages,
            term,
            last,
            snapshot,
            applied,
            encoded_bytes,
            payload_bytes,
        });
    }

    /// Asynchronous writes: everything that must wait goes along with the work that it waits for.
    fn hand_to_threads(&mut self, ready: &mut Ready) {
        let (own, term) = (self.core.id(), self.core.term);
        self.core.busy = true;
        let mut responses = core::mem::take(&mut self.core.after_append);
        let write = !ready.entries.is_empty()
            || ready.hard_state.is_some()
            || ready.snapshot.is_some()
            || !responses.is_empty();
        if write {
            let last = self.last_written();
            if last != EntryId::ZERO || ready.snapshot.is_some() {
                let last = (last != EntryId::ZERO).then_some(last);
                let body = Body::StorageAppended { last, snapshot: ready.snapshot.clone() };
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

    /// Says that the last Ready is processed: written, sent and applied (synchronous writes only).
    ///
    /// # Panics
    /// With asynchronous writes, whose storage threads answer instead.
    #[inline]
    pub fn advance(&mut self, log: &dyn Storage) {
        assert!(!self.core.async_writes, "storage threads answer for themselves");
        let Self { core, on_advance, .. } = self;
        let Some(done) = on_advance else { return };
        if done.own_messages != 0 {
            core.step_own_messages(done.own_messages, log);
        }
        if done.last != EntryId::ZERO {
            core.batch_is_written(done.term, done.last.index, log);
            core.on_written(done.term, done.last);
        }
        if done.snapshot != Index::ZERO {
            core.on_snapshot_written(done.snapshot, log);
        }
        // That it has written and applied something gives a follower nothing new to do.
        let mut settled = matches!(core.state, State::Follower) && !core.log.is_paused();
        settled &= done.own_messages == 0 && done.snapshot == Index::ZERO;
        if done.applied != Index::ZERO {
            core.on_applied(done.applied, done.encoded_bytes, done.payload_bytes, log);
        }
        *on_advance = None;
        if !settled {
            self.look_for_work();
        }
    }
}
