//! A node under the microscope: the loop that an application runs around the core, one step at a time.
//!
//! ```text
//!   Input ──► Ready ──► Persist ──► Send ──► Apply ──► Advance ──┐
//!     ▲                                                          │
//!     └──────────────── what came meanwhile waits ───────────────┘
//! ```
//!
//! Each step is an event of its own and takes its time, so that a node can die between any two of
//! them: what was not persisted is forgotten, what was not sent is not sent. All other nodes do the
//! same work, in the same order, without the time between.

use std::hash::{Hash, Hasher};
use std::mem;

use det::Span;
use raft::{Body, Message, PeerId, Ready, StorageAppend};

use crate::{Broken, Setup};

/// A step of the loop around the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoopStep {
    /// `input`: the core is told what came: ticks, messages, proposals.
    Input,
    /// `ready`: it is asked what there is to do.
    Ready,
    /// `persist`: entries, hard state and snapshot go to disk.
    Persist,
    /// `send`: messages leave.
    Send,
    /// `apply`: committed entries go to the state machine.
    Apply,
    /// `advance`: the core is told what is durable and what is applied.
    Advance,
}

/// How much the Ready in hand asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Handed {
    /// Entries to write.
    pub entries: u32,
    /// Messages to send.
    pub messages: u32,
    /// Entries to apply.
    pub committed: u32,
    /// Whether the write must be on disk before the messages leave.
    pub must_sync: bool,
}

/// The loop of a node, taken apart.
#[derive(Clone, Debug)]
pub struct Microscope {
    pub(super) every: Span,
    pub(super) done: Option<LoopStep>,
    pub(super) next: Option<LoopStep>,
    /// Persist has begun and its sync runs.
    pub(super) syncing: bool,
    /// The messages of the Ready in hand have left.
    pub(super) sent: bool,
    pub(super) ready: Ready,
    /// What Persist writes.
    pub(super) append: Option<StorageAppend>,
    /// What the core is told at Advance.
    pub(super) own: Vec<Message>,
    /// Ticks that came while a Ready was in hand.
    pub(super) ticks: u32,
    pub(super) crash: Option<LoopStep>,
    /// The loop is put together again once no Ready is in hand.
    pub(super) closing: bool,
    /// The next step came due while the process stood still.
    pub(super) missed: bool,
}

impl LoopStep {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Input, Self::Ready, Self::Persist, Self::Send, Self::Apply, Self::Advance];

    /// The order in which this run takes them.
    pub fn order(setup: &Setup) -> [Self; 6] {
        let mut order = Self::ALL;
        if setup.broken == Some(Broken::SendBeforeSync) {
            order.swap(2, 3);
        }
        order
    }

    /// The step after this one, as long as a Ready is in hand.
    pub(super) fn after(self, setup: &Setup) -> Option<Self> {
        let order = Self::order(setup);
        let at = order.iter().position(|step| *step == self)?;
        order.get(at + 1).copied()
    }
}

impl Microscope {
    pub(super) fn new(every: Span) -> Self {
        Self {
            every,
            done: None,
            next: None,
            syncing: false,
            sent: false,
            ready: Ready::default(),
            append: None,
            own: Vec::new(),
            ticks: 0,
            crash: None,
            closing: false,
            missed: false,
        }
    }

    /// How long each step takes.
    pub fn every(&self) -> Span {
        self.every
    }

    /// The step done last in this life.
    pub fn done(&self) -> Option<LoopStep> {
        self.done
    }

    /// The step that comes next; `None` while the loop waits for something to come.
    pub fn next(&self) -> Option<LoopStep> {
        self.next
    }

    /// The Ready in hand, without what is for the core itself; empty between two.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The step after which the node dies.
    pub fn crash(&self) -> Option<LoopStep> {
        self.crash
    }

    /// Whether new input has to wait.
    pub(super) fn is_busy(&self) -> bool {
        self.next.is_some()
    }

    /// How much the Ready in hand asks for.
    pub fn handed(&self) -> Handed {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let Ready { entries, messages, committed, must_sync, .. } = &self.ready;
        Handed {
            entries: count(entries.len()),
            messages: count(messages.len()),
            committed: count(committed.len()),
            must_sync: *must_sync,
        }
    }

    /// Takes the work for the storage threads out of a Ready: what they would do is done step by step.
    pub(super) fn unpack(&mut self, own: PeerId, mut ready: Ready) {
        let mut promised = Vec::new();
        for message in mem::take(&mut ready.messages) {
            if let Body::StorageAppend(mut append) = message.body {
                promised.append(&mut append.responses);
                self.append = Some(*append);
            } else if let Body::StorageApply { responses, .. } = message.body {
                promised.extend(responses);
            } else {
                ready.messages.push(message);
            }
        }
        for message in promised {
            let list = if message.to == own { &mut self.own } else { &mut ready.messages };
            list.push(message);
        }
        self.ready = ready;
    }
}

impl Hash for Microscope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { every, done, next, syncing, ready, append, own, ticks, .. } = self;
        (every, done, next, syncing, append, own, ticks).hash(state);
        (self.crash, self.closing, self.missed, self.sent).hash(state);
        (&ready.messages, &ready.reads, ready.committed.len()).hash(state);
    }
}
