//! A finding: two facts that cannot both be right.

use det::Time;
use raft::{EntryId, Index, Term};

use super::Rule;
use crate::{EventId, NodeId};

/// An invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Which.
    pub rule: Rule,
    /// When it was found.
    pub at: Time,
    /// The event that showed it.
    pub event: EventId,
    /// What was known before.
    pub first: Fact,
    /// What contradicts it.
    pub second: Fact,
}

/// Something seen of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// It leads.
    Leads {
        /// Who.
        node: NodeId,
        /// In which term.
        term: Term,
    },
    /// It is, or was, in a term.
    InTerm {
        /// Who.
        node: NodeId,
        /// Which.
        term: Term,
    },
    /// It voted.
    Voted {
        /// Who.
        node: NodeId,
        /// In which term.
        term: Term,
        /// For whom; `None` for nobody.
        candidate: Option<NodeId>,
    },
    /// Its disk holds a term and a vote.
    OnDisk {
        /// Whose.
        node: NodeId,
        /// The term.
        term: Term,
        /// The vote.
        candidate: Option<NodeId>,
    },
    /// It sent an answer that says so.
    Acknowledged {
        /// Who.
        node: NodeId,
        /// Up to which index.
        index: Index,
    },
    /// Its disk holds the log up to an entry.
    DurableTo {
        /// Whose.
        node: NodeId,
        /// The last entry.
        last: EntryId,
    },
    /// It holds an entry, after a log with this digest.
    Holds {
        /// Who.
        node: NodeId,
        /// Which.
        entry: EntryId,
        /// The digest of the log up to it.
        digest: u64,
    },
    /// Its log has no entry there.
    Lacks {
        /// Whose.
        node: NodeId,
        /// Where.
        index: Index,
    },
    /// It rewrote its log from an index on.
    Rewrote {
        /// Who.
        node: NodeId,
        /// From where.
        from: Index,
    },
    /// It committed up to an entry.
    Committed {
        /// Who.
        node: NodeId,
        /// The last entry.
        entry: EntryId,
        /// The digest of the log up to it.
        digest: u64,
    },
    /// It applied an entry.
    Applied {
        /// Who.
        node: NodeId,
        /// Which.
        entry: EntryId,
        /// The digest of everything applied up to it.
        digest: u64,
    },
    /// Its commit index.
    CommitIs {
        /// Whose.
        node: NodeId,
        /// The index.
        index: Index,
    },
    /// Its applied index.
    AppliedIs {
        /// Whose.
        node: NodeId,
        /// The index.
        index: Index,
    },
    /// Its last index.
    LastIs {
        /// Whose.
        node: NodeId,
        /// The index.
        index: Index,
    },
    /// So many disks hold an entry.
    HeldBy {
        /// Which.
        entry: EntryId,
        /// How many.
        disks: usize,
        /// Of how many.
        voters: usize,
    },
}
