//! How a node behaves; checked once, when it is made.

use core::ops::Range;

use crate::tracker::WindowLimits;
use crate::{ConfigError, Index, PeerId};

/// How reads are confirmed (thesis §6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReadOnly {
    /// By a round of heartbeats to a quorum.
    #[default]
    Safe,
    /// By the leader's lease; needs CheckQuorum and bounded clock drift.
    LeaseBased,
}

/// The configuration of one node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The node's own id; not zero.
    pub id: PeerId,
    /// The base election timeout in ticks, more than `heartbeat_ticks`: each timeout is drawn from
    /// `[election_ticks, 2 × election_ticks)` (Raft §5.2), leases and quorum checks last this long.
    pub election_ticks: u32,
    /// The shortest election timeout in ticks, at least `election_ticks`; zero takes just that.
    pub election_ticks_min: u32,
    /// Every election timeout is shorter than this, in ticks; zero means `2 × election_ticks`.
    pub election_ticks_max: u32,
    /// Ticks between heartbeats; less than `election_ticks`.
    pub heartbeat_ticks: u32,
    /// The last index the state machine has applied; zero starts from the first one.
    pub applied: Index,
    /// Most encoded bytes of entries in one append; zero means one entry each.
    pub max_size_per_message: u64,
    /// Most encoded bytes of entries being applied; zero takes `max_size_per_message`.
    pub max_committed_size_per_ready: u64,
    /// Most payload bytes in a leader's uncommitted tail; zero means no limit.
    pub max_uncommitted_size: u64,
    /// Most unacknowledged appends per follower; more than zero.
    pub max_inflight_messages: usize,
    /// Most unacknowledged payload bytes per follower; zero means no limit.
    pub max_inflight_bytes: u64,
    /// A leader that hears from no quorum for an election timeout steps down, and a follower that
    /// hears its leader refuses votes (thesis §6.2, §4.2.3).
    pub check_quorum: bool,
    /// Ask before campaigning, so that a cut-off node does not disturb the group (thesis §9.6).
    pub pre_vote: bool,
    /// How reads are confirmed.
    pub read_only: ReadOnly,
    /// Writes go through [`Body::StorageAppend`](crate::Body) and need no [`advance`](crate::RawNode::advance).
    pub async_storage_writes: bool,
    /// Followers refuse proposals instead of forwarding them.
    pub disable_proposal_forwarding: bool,
    /// Membership changes are not checked when proposed.
    pub disable_conf_change_validation: bool,
    /// A leader that a membership change removes becomes a follower.
    pub step_down_on_removal: bool,
    /// One append per peer and Ready in place of one per proposal; etcd has no such option.
    pub batch_append: bool,
    /// A leader tells a new commit index to a follower that has acknowledged everything by a
    /// [`Body::Commit`](crate::Body), which needs no answer, in place of an empty append, which needs
    /// one. If it gets lost, the next append or heartbeat makes up for it. All members have to know
    /// this message; etcd has no such option.
    pub quiet_commits: bool,
    /// A voter refuses candidates of a lower priority than its own whose log is no newer. Equal
    /// priorities, as by default, mean no preference.
    pub priority: i64,
    /// Most reads that wait for a leader's confirmation; more are dropped. Zero means no limit.
    pub max_pending_reads: usize,
    /// Keep the events for [`drain_events`](crate::RawNode::drain_events). Switch it off where nobody drains them.
    pub record_events: bool,
    /// Events tell each step of the TLA+ specification, too ([`Event::Traced`](crate::Event)): many, for
    /// a checker.
    pub trace_events: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            id: PeerId::NONE,
            election_ticks: 10,
            election_ticks_min: 0,
            election_ticks_max: 0,
            heartbeat_ticks: 1,
            applied: Index::ZERO,
            max_size_per_message: u64::MAX,
            max_committed_size_per_ready: 0,
            max_uncommitted_size: 0,
            max_inflight_messages: 256,
            max_inflight_bytes: 0,
            check_quorum: false,
            pre_vote: false,
            read_only: ReadOnly::Safe,
            async_storage_writes: false,
            disable_proposal_forwarding: false,
            disable_conf_change_validation: false,
            step_down_on_removal: false,
            batch_append: false,
            quiet_commits: false,
            priority: 0,
            max_pending_reads: 0,
            record_events: true,
            trace_events: false,
        }
    }
}

impl Config {
    /// Checks every field.
    ///
    /// # Errors
    /// With the first one that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.id == PeerId::NONE {
            return Err(ConfigError::NoId);
        }
        if self.id.is_storage_thread() {
            return Err(ConfigError::LocalTargetId);
        }
        if self.heartbeat_ticks == 0 {
            return Err(ConfigError::HeartbeatTicks);
        }
        if self.election_ticks <= self.heartbeat_ticks {
            return Err(ConfigError::ElectionTicks);
        }
        let timeouts = self.timeouts();
        if timeouts.start < self.election_ticks {
            return Err(ConfigError::ElectionTicksMin);
        }
        if timeouts.is_empty() {
            return Err(ConfigError::ElectionTicksMax);
        }
        if self.max_inflight_messages == 0 {
            return Err(ConfigError::MaxInflightMessages);
        }
        if self.max_inflight_bytes != 0 && self.max_inflight_bytes < self.max_size_per_message {
            return Err(ConfigError::MaxInflightBytes);
        }
        if self.read_only == ReadOnly::LeaseBased && !self.check_quorum {
            return Err(ConfigError::LeaseWithoutCheckQuorum);
        }
        Ok(())
    }

    /// The election timeouts to draw from, in ticks.
    pub(crate) fn timeouts(&self) -> Range<u32> {
        let min = match self.election_ticks_min {
            0 => self.election_ticks,
            ticks => ticks,
        };
        let max = match self.election_ticks_max {
            0 => self.election_ticks.saturating_mul(2),
            ticks => ticks,
        };
        min..max
    }

    /// The limits of the window of appends to each follower.
    pub(crate) fn window(&self) -> WindowLimits {
        WindowLimits { messages: self.max_inflight_messages, bytes: self.max_inflight_bytes }
    }

    /// The bytes of entries that may be handed out for applying and not yet acknowledged.
    pub(crate) fn apply_budget(&self) -> u64 {
        match self.max_committed_size_per_ready {
            0 => self.max_size_per_message,
            bytes => bytes,
        }
    }
}
