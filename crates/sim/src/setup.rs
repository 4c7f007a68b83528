//! What a run starts from.

use det::Span;

/// A rule of the protocol that the nodes of this run break, to see why it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Broken {
    /// `broken send-before-sync`: votes and acknowledgments leave before they are on disk.
    SendBeforeSync,
}

/// Everything a run depends on besides its commands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// How many nodes, 1 to [`Setup::MAX_NODES`].
    pub nodes: u8,
    /// The seed of every random stream.
    pub seed: u64,
    /// One tick of Raft's logical clock.
    pub tick: Span,
    /// Election timeouts are drawn from `[n, 2n - 1]` ticks.
    pub election_ticks: u32,
    /// Ticks between heartbeats.
    pub heartbeat_ticks: u32,
    /// Ask before campaigning (thesis §9.6).
    pub pre_vote: bool,
    /// Leaders without a quorum step down; followers defend their leader (thesis §6.2).
    pub check_quorum: bool,
    /// Leaders answer reads by their lease, without a round (thesis §6.4.1); needs `check_quorum`.
    pub lease: bool,
    /// The shortest way of a message.
    pub latency: Span,
    /// The most that chance adds to it.
    pub jitter: Span,
    /// Lost messages in a million.
    pub loss_per_million: u32,
    /// How long a sync to disk takes.
    pub fsync: Span,
    /// How long a client waits for an answer before it asks another node.
    pub client_timeout: Span,
    /// A rule that is broken on purpose; the page says so.
    pub broken: Option<Broken>,
}

impl Setup {
    /// The largest cluster; a ring of more is not readable.
    pub const MAX_NODES: u8 = 9;
}

impl Default for Setup {
    /// Five nodes with the timing of the paper's example: timeouts of 100 to 190 ms, heartbeats
    /// each 30 ms, messages of 5 to 8 ms, syncs of 1 ms.
    fn default() -> Self {
        Self {
            nodes: 5,
            seed: 1,
            tick: Span::millis(10),
            election_ticks: 10,
            heartbeat_ticks: 3,
            pre_vote: false,
            check_quorum: false,
            lease: false,
            latency: Span::millis(5),
            jitter: Span::millis(3),
            loss_per_million: 0,
            fsync: Span::millis(1),
            client_timeout: Span::millis(200),
            broken: None,
        }
    }
}
