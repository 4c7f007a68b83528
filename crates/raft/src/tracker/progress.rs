//! One follower as its leader sees it, and the three ways of sending to it.
//!
//! ```text
//!            accepted                    log is compacted
//!   Probe ──────────────▶ Replicate      Probe, Replicate ─────▶ Snapshot
//!     ▲                       │                                     │
//!     └── refused, unreachable┘      Probe ◀── reported ────────────┤
//!                                    Replicate ◀── accepted ────────┘
//! ```

use core::fmt;

use super::Inflights;
use super::WindowLimits;
use crate::{Config, Index, Member};

/// How a leader sends to a follower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgressState {
    /// One append per heartbeat, until it is known where the logs agree.
    #[default]
    Probe,
    /// Appends follow each other without waiting, within the window.
    Replicate,
    /// A snapshot is on its way; nothing else is sent.
    Snapshot,
}

impl ProgressState {
    /// The name in etcd's transcripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "StateProbe",
            Self::Replicate => "StateReplicate",
            Self::Snapshot => "StateSnapshot",
        }
    }
}

/// A follower as its leader sees it (Raft Figure 2, volatile state on leaders).
///
/// 1. `matched < next`.
/// 2. In `Probe` and `Snapshot` the window is empty.
// In an order that keeps together what a heartbeat reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Progress {
    /// The last index known to be equal to the leader's log and durable (Figure 2, `matchIndex`).
    pub matched: Index,
    /// The next index to send (Figure 2, `nextIndex`).
    pub next: Index,
    /// The commit index that the follower will have when all that was sent arrives.
    pub(crate) sent_commit: Index,
    /// How it is being sent to.
    pub state: ProgressState,
    /// Whether it has answered since the last quorum check, or since it was added.
    pub recently_active: bool,
    /// Nothing is sent until the next answer: a probe is out, or the window is full.
    pub flow_paused: bool,
    /// The snapshot on its way, in `Snapshot`; zero otherwise or after it was reported lost.
    pub pending_snapshot: Index,
    /// The highest read round that the follower has confirmed (thesis §6.4).
    pub(crate) confirmed_round: u64,
    /// Appends on the way, in `Replicate`.
    pub inflights: Inflights,
}

impl Progress {
    /// A follower of which nothing is known but where to try first.
    pub fn new(next: Index, recently_active: bool) -> Self {
        Self {
            matched: Index::ZERO,
            next,
            sent_commit: Index::ZERO,
            pending_snapshot: Index::ZERO,
            confirmed_round: 0,
            inflights: Inflights::default(),
            state: ProgressState::Probe,
            recently_active,
            flow_paused: false,
        }
    }

    /// Whether nothing may be sent at present.
    pub fn is_paused(&self) -> bool {
        self.flow_paused || self.state == ProgressState::Snapshot
    }

    fn reset(&mut self, state: ProgressState) {
        self.state = state;
        self.flow_paused = false;
        self.pending_snapshot = Index::ZERO;
        self.inflights.clear();
    }

    fn forget_sent_commit(&mut self) {
        self.sent_commit = self.sent_commit.min(self.next.prev());
    }

    /// Starts over right after what is known to match, or after the snapshot that arrived.
    pub(crate) fn become_probe(&mut self) {
        let arrived = match self.state {
            ProgressState::Snapshot => self.pending_snapshot,
            ProgressState::Probe | ProgressState::Replicate => Index::ZERO,
        };
        self.reset(ProgressState::Probe);
        self.next = self.matched.max(arrived).next();
        self.forget_sent_commit();
    }

    pub(crate) fn become_replicate(&mut self) {
        self.reset(ProgressState::Replicate);
        self.next = self.matched.next();
    }

    pub(crate) fn become_snapshot(&mut self, snapshot: Index) {
        self.reset(ProgressState::Snapshot);
        self.pending_snapshot = snapshot;
        self.next = snapshot.next();
        self.sent_commit = snapshot;
    }

    /// Notes that an append with `count` entries went out.
    pub(crate) fn sent_entries(&mut self, count: u64, bytes: u64, limits: WindowLimits) {
        match self.state {
            ProgressState::Replicate => {
                if count != 0 {
                    self.next = self.next + count;
                    self.inflights.add(self.next.prev(), bytes);
                }
                // With a full window each further append is a probe.
                self.flow_paused = self.inflights.is_full(limits);
            }
            ProgressState::Probe => self.flow_paused |= count != 0,
            ProgressState::Snapshot => {
                unreachable!("nothing is sent while a snapshot is on its way")
            }
        }
    }

    /// Whether it is known to have all up to `last`, the end of the log, so that an answer to anything
    /// that could be sent would be no news.
    pub(crate) fn is_level(&self, last: Index) -> bool {
        self.matched == last && self.state == ProgressState::Replicate && !self.flow_paused
    }

    /// Whether an empty append would raise the follower's commit index to `commit`.
    pub(crate) fn lacks_commit(&self, commit: Index) -> bool {
        self.sent_commit < commit && self.sent_commit < self.next.prev()
    }

    /// Notes an acknowledgment; true if it is news.
    pub(crate) fn acknowledge(&mut self, index: Index) -> bool {
        if index <= self.matched {
            return false;
        }
        self.matched = index;
        self.next = self.next.max(index.next());
        self.flow_paused = false;
        true
    }

    /// Steps back after a refused append; false if the refusal is stale.
    pub(crate) fn step_back(&mut self, refused: Index, hint: Index) -> bool {
        match self.state {
            ProgressState::Replicate => {
                if refused <= self.matched {
                    return false;
                }
                self.next = self.matched.next();
            }
            ProgressState::Probe | ProgressState::Snapshot => {
                if self.next.prev() != refused {
                    return false;
                }
                self.next = refused.min(hint.next()).max(self.matched.next());
                self.flow_paused = false;
            }
        }
        self.forget_sent_commit();
        true
    }

    /// A copy that prints as in etcd's transcripts.
    pub fn view(&self, member: Member, config: &Config) -> ProgressView {
        ProgressView {
            matched: self.matched,
            next: self.next,
            pending_snapshot: self.pending_snapshot,
            inflights: self.inflights.count(),
            state: self.state,
            learner: member.learner,
            paused: self.is_paused(),
            active: self.recently_active,
            full: self.inflights.is_full(config.window()),
        }
    }
}

/// What there is to say about one follower at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgressView {
    /// The last index known to match.
    pub matched: Index,
    /// The next index to send.
    pub next: Index,
    /// The snapshot on its way, or zero.
    pub pending_snapshot: Index,
    /// How many appends are on the way.
    pub inflights: usize,
    /// How it is being sent to.
    pub state: ProgressState,
    /// Whether it is a learner.
    pub learner: bool,
    /// Whether nothing may be sent.
    pub paused: bool,
    /// Whether it has answered lately.
    pub active: bool,
    /// Whether the window is full.
    pub full: bool,
}

/// `StateProbe match=0 next=4 learner paused pendingSnap=3 inactive inflight=2[full]`.
impl fmt::Display for ProgressView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} match={} next={}", self.state.as_str(), self.matched, self.next)?;
        f.write_str(if self.learner { " learner" } else { "" })?;
        f.write_str(if self.paused { " paused" } else { "" })?;
        if self.pending_snapshot != Index::ZERO {
            write!(f, " pendingSnap={}", self.pending_snapshot)?;
        }
        f.write_str(if self.active { "" } else { " inactive" })?;
        if self.inflights != 0 {
            write!(f, " inflight={}{}", self.inflights, if self.full { "[full]" } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: WindowLimits = WindowLimits { messages: 2, bytes: 0 };

    /// A follower in `state` with this match and next.
    fn follower(state: ProgressState, matched: u64, next: u64) -> Progress {
        Progress { matched: Index(matched), state, ..Progress::new(Index(next), true) }
    }

    #[track_caller]
    fn check(progress: &Progress, state: ProgressState, matched: u64, next: u64, paused: bool) {
        let found = (progress.state, progress.matched.0, progress.next.0, progress.is_paused());
        assert_eq!(found, (state, matched, next, paused));
    }

    #[test]
    fn a_probe_waits_for_its_answer() {
        let mut progress = follower(ProgressState::Probe, 0, 5);
        progress.sent_entries(0, 0, LIMITS);
        check(&progress, ProgressState::Probe, 0, 5, false);
        progress.sent_entries(3, 30, LIMITS);
        check(&progress, ProgressState::Probe, 0, 5, true);
    }

    #[test]
    fn replication_is_optimistic_until_the_window_is_full() {
        let mut progress = follower(ProgressState::Replicate, 4, 5);
        progress.sent_entries(1, 1, LIMITS);
        check(&progress, ProgressState::Replicate, 4, 6, false);
        progress.sent_entries(2, 2, LIMITS);
        check(&progress, ProgressState::Replicate, 4, 8, true);
        assert!(progress.acknowledge(Index(5)));
        progress.inflights.free_to(Index(5));
        check(&progress, ProgressState::Replicate, 5, 8, false);
        assert!(!progress.acknowledge(Index(5)));
    }

    #[test]
    fn a_refusal_steps_back_unless_it_is_stale() {
        let step = |state, matched, next, refused, hint| {
            let mut progress = follower(state, matched, next);
            let news = progress.step_back(Index(refused), Index(hint));
            (news, progress.next.0)
        };
        assert_eq!(step(ProgressState::Replicate, 5, 10, 5, 5), (false, 10));
        assert_eq!(step(ProgressState::Replicate, 5, 10, 9, 9), (true, 6));
        assert_eq!(step(ProgressState::Probe, 0, 10, 9, 2), (true, 3));
        assert_eq!(step(ProgressState::Probe, 0, 10, 9, 9), (true, 9));
        assert_eq!(step(ProgressState::Probe, 0, 10, 5, 5), (false, 10));
        assert_eq!(step(ProgressState::Probe, 4, 10, 9, 0), (true, 5));
    }

    #[test]
    fn after_a_snapshot_probing_starts_behind_it() {
        let mut progress = follower(ProgressState::Replicate, 4, 9);
        progress.become_snapshot(Index(20));
        check(&progress, ProgressState::Snapshot, 4, 21, true);
        progress.become_probe();
        check(&progress, ProgressState::Probe, 4, 21, false);
        progress.become_replicate();
        check(&progress, ProgressState::Replicate, 4, 5, false);
    }
}
