//! Moments worth finding again.

use det::Time;

use crate::{Command, Event, EventId, EventKind, NodeId};

/// A moment of a run that a person may want to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark<K = MarkKind> {
    /// When.
    pub at: Time,
    /// The steps made when it had happened.
    pub steps: u64,
    /// The event.
    pub event: EventId,
    /// What.
    pub kind: K,
}

/// What happened at a mark. Commits are too many to mark: they are found by running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// A node asks for votes.
    Campaign(NodeId),
    /// A node leads.
    Leader {
        /// Who.
        node: NodeId,
        /// In which term.
        term: raft::Term,
    },
    /// A node died.
    Kill(NodeId),
    /// A node started again.
    Restart(NodeId),
    /// Links were cut.
    Cut,
    /// Links were mended.
    Heal,
    /// A person did something else.
    Command,
    /// An invariant does not hold.
    Finding,
}

impl Mark {
    pub(crate) fn of(event: &Event, steps: u64) -> Option<Self> {
        let kind = match &event.kind {
            EventKind::Commanded(command) => of_command(command)?,
            EventKind::Died { node, .. } => MarkKind::Kill(*node),
            EventKind::Found { .. } => MarkKind::Finding,
            EventKind::Raft { node, event } => of_raft(*node, event)?,
            EventKind::Started { .. }
            | EventKind::TimerFired { .. }
            | EventKind::Sent { .. }
            | EventKind::Delivered { .. }
            | EventKind::Lost { .. }
            | EventKind::Written { .. }
            | EventKind::Loop { .. }
            | EventKind::Synced { .. }
            | EventKind::Compacted { .. }
            | EventKind::Installed { .. }
            | EventKind::Served { .. }
            | EventKind::Committed { .. }
            | EventKind::Applied { .. }
            | EventKind::Redirected { .. }
            | EventKind::Answered { .. }
            | EventKind::TimedOut { .. } => return None,
        };
        Some(Self { at: event.at, steps, event: event.id, kind })
    }
}

fn of_command(command: &Command) -> Option<MarkKind> {
    Some(match command {
        Command::Cut(_) | Command::Partition(_) => MarkKind::Cut,
        Command::Mend(_) | Command::Heal => MarkKind::Heal,
        Command::Restart(node) => MarkKind::Restart(*node),
        // The death itself is marked.
        Command::Kill { .. } => return None,
        Command::Pause(_)
        | Command::Resume(_)
        | Command::Campaign(_)
        | Command::Transfer(_)
        | Command::Forget(_)
        | Command::Change { .. }
        | Command::Leave
        | Command::Compact(_)
        | Command::Microscope { .. }
        | Command::Crash { .. }
        | Command::Put { .. }
        | Command::Get { .. }
        | Command::Read { .. }
        | Command::Load { .. }
        | Command::Latency { .. }
        | Command::Loss { .. }
        | Command::Fsync { .. }
        | Command::Drop(_)
        | Command::Hold(_)
        | Command::Release(_)
        | Command::Delay { .. }
        | Command::Duplicate(_) => MarkKind::Command,
    })
}

fn of_raft(node: NodeId, event: &raft::Event) -> Option<MarkKind> {
    if let raft::Event::BecameCandidate { .. } = event {
        Some(MarkKind::Campaign(node))
    } else if let raft::Event::BecameLeader { term } = event {
        Some(MarkKind::Leader { node, term: *term })
    } else {
        None
    }
}
