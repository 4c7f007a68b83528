//! A message on its way.

use det::{Span, Time};

use crate::{Answer, Ask, End, Loss, MessageId, Says};

/// A message in flight. Where it is, is a function of time alone: see [`Flight::part`].
#[derive(Clone, Debug)]
pub struct Flight {
    /// Its name: the event that sent it.
    pub message: MessageId,
    /// From where.
    pub from: End,
    /// To where.
    pub to: End,
    /// When it left. A delay or a hold moves it, so that the message goes on from where it is.
    pub sent: Time,
    /// When it arrives, or would.
    pub due: Time,
    /// If it will be lost: when and why.
    pub lost: Option<(Time, Loss)>,
    /// What it says, for the picture.
    pub says: Says,
    /// Whether a person made it as a copy of another message.
    pub copy: bool,
    /// What it carries.
    pub(crate) load: Load,
}

/// What a message carries to whoever receives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Load {
    /// A Raft message.
    Raft(raft::Message),
    /// A client's request.
    Request { serial: u64, ask: Ask },
    /// A node's answer.
    Reply { serial: u64, answer: Answer },
}

/// A part of a whole, exactly: `over / whole`, at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part.
    pub over: u64,
    /// The whole; not zero.
    pub whole: u64,
}

impl Flight {
    /// Whether it carries a snapshot (Raft §7).
    pub(crate) fn carries_snapshot(&self) -> bool {
        match &self.load {
            Load::Raft(message) => matches!(message.body, raft::Body::Snapshot(_)),
            Load::Request { .. } | Load::Reply { .. } => false,
        }
    }

    /// How much of its way the message has made at `now`: (now − sent) / (due − sent).
    pub fn part(&self, now: Time) -> Part {
        let whole = self.due.since(self.sent).0.max(1);
        Part { over: now.since(self.sent).0.min(whole), whole }
    }

    /// How much of its way the message will make: all of it, unless it will be lost.
    pub fn end(&self) -> Part {
        self.part(self.lost.map_or(self.due, |(at, _)| at))
    }

    /// When something happens to it: it arrives or is lost.
    pub fn ends_at(&self) -> Time {
        self.lost.map_or(self.due, |(at, _)| at)
    }

    /// Its middle, where messages on a cut link are lost.
    pub(crate) fn middle(&self) -> Time {
        self.sent + Span(self.due.since(self.sent).0 / 2)
    }

    /// Moves its arrival to `due`, going on from where it is at `now`: the way made so far keeps
    /// its part of the whole.
    pub(crate) fn retime(&mut self, now: Time, due: Time) {
        let (made, left) = (now.since(self.sent).0, self.due.since(now).0.max(1));
        let stretched = u128::from(made) * u128::from(due.since(now).0) / u128::from(left);
        self.sent = now - Span(u64::try_from(stretched).unwrap_or(u64::MAX));
        self.due = due;
    }
}
