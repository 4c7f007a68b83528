//! Which facts of a node changed with the last thing that happened.

use sim::{End, Event, EventKind, NodeId, RaftSays, Says, Timeline};

use crate::told::is_root;

/// What the last thing that happened did to a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) role: bool,
    pub(super) term: bool,
    pub(super) vote: bool,
    pub(super) lead: bool,
    pub(super) log: bool,
    pub(super) durable: bool,
    pub(super) commit: bool,
    pub(super) applied: bool,
    /// Peers of which the leader learned something, or to which it sent.
    pub(super) peers: Vec<NodeId>,
}

impl Changed {
    /// Reads the events of the last step.
    pub(super) fn of(timeline: &Timeline, node: NodeId) -> Self {
        let mut changed = Self::default();
        for event in timeline.events().rev() {
            changed.note(event, node);
            if is_root(&event.kind) {
                break;
            }
        }
        changed
    }

    fn note(&mut self, event: &Event, node: NodeId) {
        match &event.kind {
            EventKind::Started { node: who, .. } | EventKind::Died { node: who, .. } => {
                let it = *who == node;
                self.role |= it;
                self.lead |= it;
                self.applied |= it;
            }
            EventKind::Written { node: who, .. } => self.log |= *who == node,
            EventKind::Synced { node: who, .. } => self.durable |= *who == node,
            EventKind::Compacted { node: who, .. } | EventKind::Installed { node: who, .. } => {
                self.durable |= *who == node;
                self.applied |= *who == node;
            }
            EventKind::Committed { node: who, .. } => self.commit |= *who == node,
            EventKind::Applied { node: who, .. } => self.applied |= *who == node,
            EventKind::Raft { node: who, event } if *who == node => self.note_core(event),
            EventKind::Delivered { from, to, says, .. } if *to == End::Node(node) => {
                self.peers.extend(as_node(*from).filter(|_| is_acknowledgement(says)));
            }
            EventKind::Sent { from, to, says, .. } if *from == End::Node(node) => {
                self.peers.extend(as_node(*to).filter(|_| carries_entries(says)));
            }
            EventKind::Raft { .. }
            | EventKind::Delivered { .. }
            | EventKind::Sent { .. }
            | EventKind::Commanded(_)
            | EventKind::TimerFired { .. }
            | EventKind::Lost { .. }
            | EventKind::Loop { .. }
            | EventKind::Served { .. }
            | EventKind::Redirected { .. }
            | EventKind::Answered { .. }
            | EventKind::TimedOut { .. }
            | EventKind::Found { .. } => {}
        }
    }

    fn note_core(&mut self, event: &raft::Event) {
        use raft::Event as E;
        self.role |= matches!(
            event,
            E::BecameFollower { .. }
                | E::BecamePreCandidate { .. }
                | E::BecameCandidate { .. }
                | E::BecameLeader { .. }
        );
        self.lead |= matches!(event, E::BecameFollower { .. } | E::BecameLeader { .. });
        self.term |= matches!(event, E::BecameCandidate { .. } | E::HigherTerm { .. });
        self.vote |= matches!(event, E::BecameCandidate { .. } | E::VoteCast(_));
    }
}

fn as_node(end: End) -> Option<NodeId> {
    match end {
        End::Node(node) => Some(node),
        End::Client(_) => None,
    }
}

fn is_acknowledgement(says: &Says) -> bool {
    matches!(says, Says::Raft { what: RaftSays::Accepted { .. } | RaftSays::Rejected { .. }, .. })
}

fn carries_entries(says: &Says) -> bool {
    matches!(says, Says::Raft { what: RaftSays::Append { count: 1.., .. }, .. })
}
