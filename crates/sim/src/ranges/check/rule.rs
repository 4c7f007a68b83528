//! The rules by name, and what contradicts them.

use det::Time;
use lsm::Category;
use raft::{EntryId, Index, Term};
use store::{CommandId, Lease, Outcome, RangeDescriptor, RangeId, ReplicaId, Stats, StoreId};

use super::Position;
use crate::EventId;

/// An invariant of a replicated store of many ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// At most one replica of a range ever leads in a term (Raft §5.2).
    ElectionSafety,
    /// A replica grants at most one vote in a term, also before it knows its keys (Raft §5.2).
    OneVote,
    /// No two replicas apply different entries at an index, nor does one come to something else
    /// (Raft §5.4.3).
    StateMachineSafety,
    /// A command takes effect at most once.
    AppliedOnce,
    /// A replica applies one entry after the other.
    ApplyOrder,
    /// The number of a lease names one holder, and none comes after a later one.
    LeaseSequence,
    /// Dropped ≤ applied ≤ committed ≤ last.
    LogOrder,
    /// Who sleeps has applied all that it has.
    SleepsWhenDone,
    /// What a replica says that its range holds is what is there.
    StatsExact,
    /// Replicas that applied the same hold the same.
    ReplicasAlike,
    /// The ranges cover all keys, none twice.
    KeysCovered,
    /// A leader has every entry that was applied anywhere under an earlier leader (Raft §5.4).
    LeaderCompleteness,
    /// A replica's term never goes back, and its vote stays within a term: across splits and snapshots, and
    /// across crashes as far as it let anybody know.
    HardStateKept,
    /// The lease index of the commands that take effect only grows.
    LeaseIndexGrows,
    /// At no moment may two replicas of a range serve.
    OneLease,
    /// The ranges of a store have no key in common, those included whose snapshot is on its way.
    SpansDisjoint,
    /// Who puts a range to sleep leaves nobody behind whom it does not name.
    SleepsEven,
    /// Entries of the same index and term are the same in every log, and so is what stands before them
    /// (Raft §5.3).
    LogMatching,
    /// A log has every entry from its first to its last.
    LogWhole,
    /// Who sleeps with everything wakes up if it knows that somebody lives who lags.
    SomebodyAwake,
    /// A table is beside the log, whole, if an entry names it, and else is gone.
    TablesBeside,
    /// The bytes that a store counts are those that its disk saw.
    BytesCounted,
    /// A table that is ingested lies above everything older of its span.
    NewerAbove,
    /// A replica's name is never given again.
    NamesKept,
    /// Who gets a lease is a member of the range.
    HolderIsMember,
}

impl Rule {
    /// All of them, in order of their numbers.
    pub const ALL: [Self; 25] = [
        Self::ElectionSafety,
        Self::OneVote,
        Self::StateMachineSafety,
        Self::AppliedOnce,
        Self::ApplyOrder,
        Self::LeaseSequence,
        Self::LogOrder,
        Self::SleepsWhenDone,
        Self::StatsExact,
        Self::ReplicasAlike,
        Self::KeysCovered,
        Self::LeaderCompleteness,
        Self::HardStateKept,
        Self::LeaseIndexGrows,
        Self::OneLease,
        Self::SpansDisjoint,
        Self::SleepsEven,
        Self::LogMatching,
        Self::LogWhole,
        Self::SomebodyAwake,
        Self::TablesBeside,
        Self::BytesCounted,
        Self::NewerAbove,
        Self::NamesKept,
        Self::HolderIsMember,
    ];

    /// Its number, 1 to 25.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// An invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Which.
    pub rule: Rule,
    /// When it was found.
    pub at: Time,
    /// The event that showed it.
    pub event: EventId,
    /// In which range; zero if it is about a whole store.
    pub range: RangeId,
    /// What was known before.
    pub first: Fact,
    /// What contradicts it.
    pub second: Fact,
}

/// Something seen of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// It leads the range.
    Leads {
        /// Who.
        store: StoreId,
        /// In which term.
        term: Term,
    },
    /// A replica voted.
    Votes {
        /// Who.
        voter: ReplicaId,
        /// In which term.
        term: Term,
        /// For whom.
        candidate: ReplicaId,
    },
    /// It applied an entry.
    Applied {
        /// Who.
        store: StoreId,
        /// Which.
        entry: EntryId,
        /// The command in it.
        command: CommandId,
        /// What came of it.
        outcome: Outcome,
    },
    /// It applied up to an index.
    Reached {
        /// Who.
        store: StoreId,
        /// Up to where.
        index: Index,
    },
    /// A lease is in force there.
    Leased {
        /// Where.
        store: StoreId,
        /// The lease.
        lease: Lease,
    },
    /// Its log and state are there.
    Stands {
        /// Whose.
        store: StoreId,
        /// Where.
        position: Position,
    },
    /// So much is in the range.
    Holds {
        /// Where.
        store: StoreId,
        /// How much.
        stats: Stats,
    },
    /// A digest of what it holds.
    Digest {
        /// Who.
        store: StoreId,
        /// The digest.
        digest: u64,
    },
    /// Its log ends with this entry.
    Ends {
        /// Whose.
        store: StoreId,
        /// The entry.
        entry: EntryId,
    },
    /// Its log lacks this entry.
    Lacks {
        /// Whose.
        store: StoreId,
        /// The entry.
        entry: EntryId,
    },
    /// The replica's term and vote.
    HardState {
        /// Where.
        store: StoreId,
        /// Its term.
        term: Term,
        /// For whom it voted; zero if for nobody.
        vote: ReplicaId,
    },
    /// A command with this lease index took effect.
    Counted {
        /// Where.
        store: StoreId,
        /// The index.
        lease_index: u64,
    },
    /// It may serve.
    Serves {
        /// Who.
        store: StoreId,
    },
    /// Something stands on its disk.
    Disk {
        /// Whose.
        store: StoreId,
        /// What.
        what: OnDisk,
    },
    /// The store's replica has this name.
    Named {
        /// Where.
        store: StoreId,
        /// The name.
        replica: ReplicaId,
    },
    /// A range and its keys.
    Spans(Option<Box<RangeDescriptor>>),
}

/// Something seen of a store's disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnDisk {
    /// An entry stands in the log.
    Logged {
        /// The entry.
        entry: EntryId,
        /// The term of the entry before it.
        before: Term,
        /// A digest of both.
        digest: u64,
    },
    /// Nothing stands in the log at this index.
    Missing {
        /// Where.
        index: Index,
    },
    /// The log names a table for an entry, or does not.
    Named {
        /// The entry.
        entry: EntryId,
        /// Whether it does.
        is_named: bool,
    },
    /// The table of an entry is beside the log, whole, or is not.
    Beside {
        /// The entry.
        entry: EntryId,
        /// Whether it is.
        is_there: bool,
    },
    /// So many bytes were written.
    Written {
        /// What for.
        category: Category,
        /// How many.
        bytes: u64,
    },
    /// A table lies in a level.
    Lies {
        /// Its number.
        table: u64,
        /// The level.
        level: usize,
    },
}
