//! Log truncation: up to where a leader lets its range's log be dropped, and what keeps the rest.
//!
//! A follower that needs a dropped entry needs a snapshot, so whoever may still be fed from the log
//! protects it; only a dead follower cannot hold on to a log that has grown too long.

use raft::{Index, ProgressState};

use crate::{Config, ReplicaId};

/// A member of the range as the leader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FollowerLog {
    /// Which.
    pub replica: ReplicaId,
    /// Up to where its log is known to match.
    pub matched: Index,
    /// How it is being sent to.
    pub state: ProgressState,
    /// Whether it was heard of lately.
    pub recently_active: bool,
}

/// What a decision depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TruncateInput {
    /// The first entry in the log.
    pub first: Index,
    /// The last one.
    pub last: Index,
    /// The commit index.
    pub commit: Index,
    /// Bytes of the entries in the log.
    pub log_bytes: u64,
    /// All members.
    pub members: alloc::vec::Vec<FollowerLog>,
    /// The oldest snapshot of the range that is on its way, by the last entry it covers.
    pub pending_snapshot: Option<Index>,
}

/// What keeps a log from being dropped any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// The last entry stays in any case.
    Last,
    /// What is not committed.
    Commit,
    /// It is not known where this member's log is: nothing is dropped.
    Probing(ReplicaId),
    /// What this member lacks.
    Follower(ReplicaId),
    /// What comes after a snapshot on its way, or that would arrive in vain.
    PendingSnapshot,
}

/// Up to where the log may be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TruncateDecision {
    /// The first entry in the log.
    pub first: Index,
    /// The first one that stays; not below `first`.
    pub new_first: Index,
    /// What protects that one.
    pub protected_by: Protection,
}

impl TruncateDecision {
    /// Decides (CockroachDB's `computeTruncateDecision`).
    pub fn compute(input: &TruncateInput, config: &Config) -> Self {
        let (first, new_first) = (input.first, input.last);
        let mut decision = Self { first, new_first, protected_by: Protection::Last };
        decision.protect(input.commit.next(), Protection::Commit);
        for member in &input.members {
            let follower = Protection::Follower(member.replica);
            match (member.recently_active, member.state) {
                (true, ProgressState::Probe) => {
                    decision.protect(first, Protection::Probing(member.replica));
                }
                (true, ProgressState::Replicate | ProgressState::Snapshot) => {
                    decision.protect(member.matched.next(), follower);
                }
                (false, _) if input.log_bytes <= config.log_max_bytes => {
                    decision.protect(member.matched.next(), follower);
                }
                // Dead, and the log too long: it may be cut off.
                (false, _) => {}
            }
        }
        if let Some(snapshot) = input.pending_snapshot {
            decision.protect(snapshot.next(), Protection::PendingSnapshot);
        }
        decision.new_first = decision.new_first.max(first);
        decision
    }

    fn protect(&mut self, index: Index, by: Protection) {
        if index < self.new_first {
            self.new_first = index;
            self.protected_by = by;
        }
    }

    /// How many entries may be dropped.
    pub fn entries(&self) -> u64 {
        self.new_first - self.first
    }

    /// Whether that is worth a command.
    pub fn is_worth(&self, log_bytes: u64, config: &Config) -> bool {
        let entries = self.entries();
        config.truncate_entries <= entries || (entries > 0 && config.truncate_bytes <= log_bytes)
    }
}

#[cfg(test)]
mod tests {
    use ProgressState::{Probe, Replicate, Snapshot};

    use super::*;

    const MAX: u64 = 1_000;

    fn member(id: u64, matched: u64, state: ProgressState, recently_active: bool) -> FollowerLog {
        FollowerLog { replica: ReplicaId(id), matched: Index(matched), state, recently_active }
    }

    /// A log of the entries 11 to 300, of which 290 are committed; this replica has all.
    #[track_caller]
    fn check(others: &[FollowerLog], bytes: u64, snapshot: u64, first: u64, by: Protection) {
        let input = TruncateInput {
            first: Index(11),
            last: Index(300),
            commit: Index(290),
            log_bytes: bytes,
            members: [&[member(1, 300, Replicate, true)], others].concat(),
            pending_snapshot: (snapshot != 0).then_some(Index(snapshot)),
        };
        let config = Config { log_max_bytes: MAX, ..Config::default() };
        let decision = TruncateDecision::compute(&input, &config);
        assert_eq!((decision.new_first, decision.protected_by), (Index(first), by));
        assert_eq!(decision.entries(), first - 11);
    }

    #[test]
    fn each_protects_what_it_may_need() {
        let even = member(2, 299, Replicate, true);
        let follower = Protection::Follower(ReplicaId(3));
        check(&[even], MAX, 0, 291, Protection::Commit);
        check(&[even, member(3, 200, Replicate, true)], 9 * MAX, 0, 201, follower);
        check(&[even, member(3, 200, Snapshot, true)], 9 * MAX, 0, 201, follower);
        let probing = Protection::Probing(ReplicaId(3));
        check(&[even, member(3, 200, Probe, true)], 9 * MAX, 0, 11, probing);
        check(&[even, member(3, 200, Probe, false)], MAX, 0, 201, follower);
        check(&[even, member(3, 200, Probe, false)], MAX + 1, 0, 291, Protection::Commit);
        check(&[even], MAX, 150, 151, Protection::PendingSnapshot);
        check(&[even, member(3, 5, Replicate, true)], MAX, 0, 11, follower);
    }

    #[test]
    fn a_log_may_end_with_its_last_committed_entry() {
        let (first, last, commit) = (Index(11), Index(20), Index(20));
        let members = alloc::vec![member(1, 20, Replicate, true)];
        let input =
            TruncateInput { first, last, commit, log_bytes: 0, members, pending_snapshot: None };
        let decision = TruncateDecision::compute(&input, &Config::default());
        assert_eq!((decision.new_first, decision.protected_by), (last, Protection::Last));
    }

    #[test]
    fn few_entries_are_dropped_only_if_they_are_long() {
        let config = Config { truncate_entries: 100, truncate_bytes: 64, ..Config::default() };
        for (entries, bytes, is_worth) in
            [(100, 0, true), (99, 63, false), (1, 64, true), (0, 9_999, false)]
        {
            let new_first = Index(11 + entries);
            let protected_by = Protection::Commit;
            let decision = TruncateDecision { first: Index(11), new_first, protected_by };
            assert_eq!(decision.is_worth(bytes, &config), is_worth);
        }
    }
}
