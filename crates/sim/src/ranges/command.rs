//! What a person can do to a run of many ranges. Each command prints as its script line, shortened if it
//! carries a table.

use core::fmt;

use store::kv::IngestAs;
use store::{
    Evaluation, Groups, Heartbeats, Quiescence, RangeId, Request, Sideloading, StoreId, Switch,
};

use super::{Backup, TableSource};

/// One thing done to the run at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// `kill s1`: the process dies; of what was not synced, chance decides what is left.
    Kill(StoreId),
    /// `restart s1`: a dead store starts from its disk.
    Restart(StoreId),
    /// `cut s1 -> s2`: the stream carries nothing this way.
    Cut {
        /// From where.
        from: StoreId,
        /// To where.
        to: StoreId,
    },
    /// `mend s1 -> s2`: the stream carries envelopes again.
    Mend {
        /// From where.
        from: StoreId,
        /// To where.
        to: StoreId,
    },
    /// `partition s1 | s2 s3`: streams between different groups are cut, all others mended. Stores
    /// not named form one further group. Clients reach every store.
    Partition(Vec<Vec<StoreId>>),
    /// `heal`: every stream is mended.
    Heal,
    /// `put m42 v`: the client writes.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `get m42`: the client reads.
    Get {
        /// The key.
        key: String,
    },
    /// `del m42`: the key loses its value.
    Del {
        /// The key.
        key: String,
    },
    /// `increment m42 5`: the number there, zero if there is none, becomes another one.
    Increment {
        /// The key.
        key: String,
        /// How much more.
        by: i64,
    },
    /// `cput m42 new if old`, `cput m42 new`: a write on the condition that the key has this value,
    /// or none.
    ConditionalPut {
        /// The key.
        key: String,
        /// What it must have; `None` for no value.
        expected: Option<String>,
        /// The new value.
        value: String,
    },
    /// `delrange m n`: all keys of `[start, end)` lose their values.
    DeleteRange {
        /// The first key.
        start: String,
        /// Every key is less than this.
        end: String,
    },
    /// `split at m5`: the range that holds the key ends before it, and a new one begins with it.
    Split {
        /// The first key of the new range.
        key: String,
    },
    /// `lease r3 to s2`: the leaseholder hands the lease over.
    TransferLease {
        /// Which range's.
        range: RangeId,
        /// To which store.
        to: StoreId,
    },
    /// `wake r3`: every replica of the range is woken.
    Wake(RangeId),
    /// `switch coalescing off`, `switch quiescence off`, `switch groups lazy`,
    /// `switch evaluation naive`, `switch sideloading off`, `switch ingest copy`: on all stores, for
    /// those that are dead when they start.
    Switch(Switch),
    /// `load 20/s`, `load 20/s over r1 r2`, `load 0/s`: clients write so often in a second, to all ranges or to
    /// these. Replaces the load before.
    Load {
        /// Writes in a second; 0 for none.
        per_second: u32,
        /// Which ranges; all if none is named.
        ranges: Vec<RangeId>,
    },
    /// `ingest m1,7 m2,8`, `ingest rows 20 from m`: the client adds a table to the range that its
    /// keys lie in.
    Ingest {
        /// The range that they have to lie in; `None` for the one that holds the first of them.
        into: Option<RangeId>,
        /// Where the table comes from.
        table: TableSource,
    },
    /// `restore tables 2 rows 16 as sideloaded`: a backup comes back, table by table.
    Restore(Backup),
    /// `sort r3`: the leaseholder sorts the rows of a range by their values, in its temporary engine.
    Sort(RangeId),
}

impl Command {
    /// What a client is to ask for; `None` if the command is no request of a client. A split gives
    /// the new range the name `next`.
    pub(super) fn request(&self, next: RangeId) -> Option<Request> {
        let bytes = |text: &String| bytes::Bytes::from(text.clone());
        Some(match self {
            Self::Put { key, value } => Request::Put { key: bytes(key), value: bytes(value) },
            Self::Get { key } => Request::Get { key: bytes(key) },
            Self::Del { key } => {
                let end = format!("{key}\0").into();
                Request::DeleteRange { start: bytes(key), end }
            }
            Self::Increment { key, by } => Request::Increment { key: bytes(key), by: *by },
            Self::ConditionalPut { key, expected, value } => Request::ConditionalPut {
                key: bytes(key),
                expected: expected.as_ref().map(bytes),
                value: bytes(value),
            },
            Self::DeleteRange { start, end } => {
                Request::DeleteRange { start: bytes(start), end: bytes(end) }
            }
            Self::Split { key } => Request::Split { key: bytes(key), range: next },
            Self::Ingest { table, .. } => {
                // A table that cannot be taken in was refused before.
                let (table, start, end) = table.checked().ok()?;
                Request::AddSstable { start, end, table, how: IngestAs::Table }
            }
            Self::Kill(_)
            | Self::Restart(_)
            | Self::Cut { .. }
            | Self::Mend { .. }
            | Self::Partition(_)
            | Self::Heal
            | Self::TransferLease { .. }
            | Self::Wake(_)
            | Self::Switch(_)
            | Self::Restore(_)
            | Self::Sort(_)
            | Self::Load { .. } => return None,
        })
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill(store) => write!(f, "kill {store}"),
            Self::Restart(store) => write!(f, "restart {store}"),
            Self::Cut { from, to } => write!(f, "cut {from} -> {to}"),
            Self::Mend { from, to } => write!(f, "mend {from} -> {to}"),
            Self::Partition(groups) => {
                f.write_str("partition")?;
                for (at, group) in groups.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " |" })?;
                    group.iter().try_for_each(|store| write!(f, " {store}"))?;
                }
                Ok(())
            }
            Self::Heal => f.write_str("heal"),
            Self::Put { key, value } => write!(f, "put {key} {value}"),
            Self::Get { key } => write!(f, "get {key}"),
            Self::Del { key } => write!(f, "del {key}"),
            Self::Increment { key, by } => write!(f, "increment {key} {by}"),
            Self::ConditionalPut { key, expected, value } => {
                write!(f, "cput {key} {value}")?;
                expected.iter().try_for_each(|expected| write!(f, " if {expected}"))
            }
            Self::DeleteRange { start, end } => write!(f, "delrange {start} {end}"),
            Self::Split { key } => write!(f, "split at {key}"),
            Self::TransferLease { range, to } => write!(f, "lease {range} to {to}"),
            Self::Wake(range) => write!(f, "wake {range}"),
            Self::Switch(switch) => {
                let (name, state) = words(*switch);
                write!(f, "switch {name} {state}")
            }
            Self::Load { per_second, ranges } => {
                let over = if ranges.is_empty() { "" } else { " over" };
                write!(f, "load {per_second}/s{over}")?;
                ranges.iter().try_for_each(|range| write!(f, " {range}"))
            }
            Self::Ingest { into, table } => {
                f.write_str("ingest")?;
                into.iter().try_for_each(|range| write!(f, " into {range}"))?;
                write!(f, " {table}")
            }
            Self::Restore(backup) => write!(f, "restore {backup}"),
            Self::Sort(range) => write!(f, "sort {range}"),
        }
    }
}

/// The name of a switch and of its position.
fn words(switch: Switch) -> (&'static str, &'static str) {
    match switch {
        Switch::Heartbeats(Heartbeats::Coalesced) => ("coalescing", "on"),
        Switch::Heartbeats(Heartbeats::Single) => ("coalescing", "off"),
        Switch::Quiescence(Quiescence::On) => ("quiescence", "on"),
        Switch::Quiescence(Quiescence::Off) => ("quiescence", "off"),
        Switch::Groups(Groups::Live) => ("groups", "live"),
        Switch::Groups(Groups::Lazy) => ("groups", "lazy"),
        Switch::Evaluation(Evaluation::Proposer) => ("evaluation", "proposer"),
        Switch::Evaluation(Evaluation::Naive) => ("evaluation", "naive"),
        Switch::Sideloading(Sideloading::On) => ("sideloading", "on"),
        Switch::Sideloading(Sideloading::Off) => ("sideloading", "off"),
        Switch::Ingest(lsm::Ingest::Link) => ("ingest", "link"),
        Switch::Ingest(lsm::Ingest::Copy) => ("ingest", "copy"),
    }
}
