//! How stores behave: CockroachDB's switches and its timing since 2023.

use det::Span;

use crate::COMMAND_BYTES_MAX;

/// Whether heartbeats to the same store travel together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heartbeats {
    /// One message for all of them, each half tick.
    Coalesced,
    /// One message each.
    Single,
}

/// Whether ranges with nothing to do fall asleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quiescence {
    /// They do.
    On,
    /// They tick and heartbeat for ever.
    Off,
}

/// When a replica's Raft group comes to life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Groups {
    /// With the store.
    Live,
    /// With the first request or message for it.
    Lazy,
}

/// Where the Raft log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogEngine {
    /// In the engine of the state machine, as in production.
    Shared,
    /// In an engine of its own, as the design of 2017 has it.
    Separate,
}

/// Who evaluates requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evaluation {
    /// The proposer, once: the log carries what it wrote.
    Proposer,
    /// Every replica when it applies: the log carries the request.
    Naive,
}

/// Where tables on their way into ranges are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sideloading {
    /// Beside the log, in files of their own.
    On,
    /// In the log.
    Off,
}

/// A switch that can be turned while a store runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switch {
    /// Whether heartbeats travel together.
    Heartbeats(Heartbeats),
    /// Whether idle ranges fall asleep; those that sleep are woken when they no longer may.
    Quiescence(Quiescence),
    /// When Raft groups come to life, from the next start on.
    Groups(Groups),
    /// Who evaluates the requests that come from now on.
    Evaluation(Evaluation),
    /// Where the tables go that come from now on.
    Sideloading(Sideloading),
    /// How tables beside the log get into the state engine from now on.
    Ingest(lsm::Ingest),
}

/// The configuration of a store; the same on all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The seed of all random streams.
    pub seed: u64,
    /// How often [`Input::Tick`](crate::Input::Tick) comes.
    pub tick: Span,
    /// Ticks between heartbeats.
    pub heartbeat_ticks: u32,
    /// Election timeouts are drawn from `[n, 2n)` ticks.
    pub election_ticks: u32,
    /// Ticks without a proposal before a range may fall asleep.
    pub quiesce_ticks: u64,
    /// Ticks after which a proposal that was not applied is proposed again.
    pub reproposal_ticks: u64,
    /// How long a liveness record lasts; it is renewed after half of that.
    pub liveness: Span,
    /// How long an expiration lease lasts; it is renewed after half of that.
    pub lease: Span,
    /// How far clocks may differ: so long before its end a lease is not used.
    pub clock_offset: Span,
    /// Messages that wait for the stream to a store; more are dropped.
    pub stream_messages: usize,
    /// Messages that wait for a range; more are dropped.
    pub receive_messages: usize,
    /// Bytes of a command, as its entry carries it; more is refused, and not proposed at all
    /// (CockroachDB's `kv.raft.command.max_size`). No more than [`COMMAND_BYTES_MAX`] in any case.
    pub command_bytes: usize,
    /// So many entries that nobody needs are worth a truncation of the log.
    pub truncate_entries: u64,
    /// In a log of so many bytes any entry that nobody needs is.
    pub truncate_bytes: u64,
    /// A log longer than so many bytes is not kept for dead followers.
    pub log_max_bytes: u64,
    /// A batch of a snapshot ends with the key that makes it so many bytes long.
    pub snapshot_batch_bytes: usize,
    /// Bytes a second that a snapshot is sent at.
    pub snapshot_rate: u64,
    /// So many snapshots leave at a time; those without user keys do not count.
    pub snapshot_sends: usize,
    /// A table made of a snapshot that comes in ends with so many bytes.
    pub snapshot_table_bytes: usize,
    /// A stream of which nothing is heard for so long is given up; one that was not accepted, after
    /// two fifths of that.
    pub snapshot_timeout: Span,
    /// Whether heartbeats travel together.
    pub heartbeats: Heartbeats,
    /// Whether idle ranges fall asleep.
    pub quiescence: Quiescence,
    /// When Raft groups come to life.
    pub groups: Groups,
    /// Where the Raft log is kept.
    pub log_engine: LogEngine,
    /// Who evaluates requests.
    pub evaluation: Evaluation,
    /// Where the leaseholder here lets tables be kept on their way into its ranges.
    pub sideloading: Sideloading,
    /// How sideloaded tables get into the state engine.
    pub ingest: lsm::Ingest,
    /// How the engines are set up.
    pub engine: lsm::Config,
    /// Whether events are told.
    pub record_events: bool,
}

impl Config {
    /// Turns a switch.
    pub fn turn(&mut self, switch: Switch) {
        match switch {
            Switch::Heartbeats(heartbeats) => self.heartbeats = heartbeats,
            Switch::Quiescence(quiescence) => self.quiescence = quiescence,
            Switch::Groups(groups) => self.groups = groups,
            Switch::Evaluation(evaluation) => self.evaluation = evaluation,
            Switch::Sideloading(sideloading) => self.sideloading = sideloading,
            Switch::Ingest(ingest) => self.ingest = ingest,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            tick: Span::millis(500),
            heartbeat_ticks: 2,
            election_ticks: 4,
            quiesce_ticks: 6,
            reproposal_ticks: 6,
            liveness: Span::secs(6),
            lease: Span::secs(6),
            clock_offset: Span::millis(500),
            stream_messages: 10_000,
            receive_messages: 128,
            command_bytes: COMMAND_BYTES_MAX,
            truncate_entries: 100,
            truncate_bytes: 64 << 10,
            log_max_bytes: 16 << 20,
            snapshot_batch_bytes: 256 << 10,
            snapshot_rate: 32 << 20,
            snapshot_sends: 2,
            snapshot_table_bytes: 128 << 20,
            snapshot_timeout: Span::secs(60),
            heartbeats: Heartbeats::Coalesced,
            quiescence: Quiescence::On,
            groups: Groups::Live,
            log_engine: LogEngine::Separate,
            evaluation: Evaluation::Proposer,
            sideloading: Sideloading::On,
            ingest: lsm::Ingest::Link,
            engine: lsm::Config::default(),
            record_events: true,
        }
    }
}
