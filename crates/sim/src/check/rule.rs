//! The rules by name.

/// An invariant of Raft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// At most one node ever leads in a term (Raft §5.2, Figure 3).
    ElectionSafety,
    /// A node's term never goes back, not even through a crash (Raft §5.1).
    TermMonotonic,
    /// A node votes at most once in a term, and the vote is on disk before it leaves (Raft §5.2).
    VotePersistence,
    /// What a node acknowledges is on its disk (Raft Figure 2).
    PersistBeforeSend,
    /// A leader never overwrites or deletes its own log (Raft §5.3, Figure 3).
    LeaderAppendOnly,
    /// Two logs that agree on an entry agree on everything before it (Raft §5.3, Figure 3).
    LogMatching,
    /// A leader holds every entry that was committed in an earlier term (Raft §5.4, Figure 3).
    LeaderCompleteness,
    /// No two nodes apply different entries at an index (Raft §5.4.3, Figure 3).
    StateMachineSafety,
    /// Entries are applied one after the other, none twice, none left out (Raft §5.3).
    ApplyOrder,
    /// What a node knows committed never changes in its log (Raft §5.3).
    CommittedImmutable,
    /// A running node's commit index never goes back (Raft Figure 2).
    CommitMonotonic,
    /// Applied ≤ committed ≤ last, and nothing is applied before it is on disk.
    Ordering,
    /// A leader commits only what a majority has on disk (Raft §5.3).
    CommittedOnQuorum,
    /// A leader commits by counting only entries of its own term (Raft §5.4.2, Figure 8).
    OwnTermCommit,
}

impl Rule {
    /// All of them, in order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::ElectionSafety,
        Self::TermMonotonic,
        Self::VotePersistence,
        Self::PersistBeforeSend,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::ApplyOrder,
        Self::CommittedImmutable,
        Self::CommitMonotonic,
        Self::Ordering,
        Self::CommittedOnQuorum,
        Self::OwnTermCommit,
    ];

    /// Its number, 1 to 14.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The rule of a number.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number.checked_sub(1)?)).copied()
    }

    pub(super) fn slot(self) -> usize {
        self as usize
    }
}
