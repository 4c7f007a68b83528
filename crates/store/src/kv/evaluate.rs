//! Evaluation: a request becomes an answer and bytes to write.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec;

use bytes::Bytes;
use det::Time;
use lsm::{Batch, TableOptions, View};

use super::mvcc::{self, Version};
use super::sstable;
use super::{Reply, Request, RequestError};
use crate::state::put_descriptor;
use crate::{AddSstable, RangeDescriptor, RangeId, ReplicaState, SplitTrigger, Stats};

/// What came of an evaluation.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub(crate) result: Result<Reply, RequestError>,
    /// What to write; nothing if the result is an error.
    pub(crate) batch: Batch,
    pub(crate) stats: Stats,
    /// A table to be taken in besides.
    pub(crate) sstable: Option<Box<AddSstable>>,
    /// The range is split.
    pub(crate) split: Option<Box<SplitTrigger>>,
    /// How many keys it read or wrote.
    pub(crate) keys: u64,
    /// The timestamp of what it writes or read.
    pub(crate) timestamp: Time,
}

/// Why an evaluation ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The client is told so: it is what comes of the request, wherever it is evaluated.
    Refused(RequestError),
    /// What is stored here cannot be read, which says nothing about the request.
    Disk(lsm::Error),
}

impl From<RequestError> for Stop {
    fn from(error: RequestError) -> Self {
        Self::Refused(error)
    }
}

/// Evaluates a request on what `view` shows, at `timestamp`, or later if a newer version is there. Tables
/// that it makes are written with these options.
///
/// # Errors
/// If a table of the engine cannot be read: nothing has come of the request then.
pub(crate) fn evaluate(
    request: &Request,
    view: &View,
    state: &ReplicaState,
    timestamp: Time,
    options: TableOptions,
) -> lsm::Result<Evaluated> {
    let mut evaluated = Evaluated {
        result: Ok(Reply::Written),
        batch: Batch::default(),
        stats: Stats::default(),
        sstable: None,
        split: None,
        keys: 1,
        timestamp,
    };
    evaluated.result = match evaluated.run(request, view, state, options) {
        Ok(reply) => Ok(reply),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Disk(error)) => return Err(error),
    };
    Ok(evaluated)
}

impl Evaluated {
    fn run(
        &mut self,
        request: &Request,
        view: &View,
        state: &ReplicaState,
        options: TableOptions,
    ) -> Result<Reply, Stop> {
        let (start, end) = request.span();
        if !state.descriptor.contains_span(&start, &end) {
            let held = vec![(*state.descriptor).clone()];
            return Err(RequestError::RangeKeyMismatch(held).into());
        }
        match request {
            Request::Get { key } => {
                let found = mvcc::get(view, key, self.timestamp).map_err(Stop::Disk)?;
                Ok(Reply::Value(found.and_then(|version| version.value)))
            }
            Request::Put { key, value } => {
                let old = self.newest(view, key)?;
                self.put(key, Some(value.clone()), old.as_ref());
                Ok(Reply::Written)
            }
            Request::ConditionalPut { key, expected, value } => {
                let old = self.newest(view, key)?;
                let actual = old.as_ref().and_then(|version| version.value.clone());
                if actual != *expected {
                    return Err(RequestError::ConditionFailed { actual }.into());
                }
                self.put(key, Some(value.clone()), old.as_ref());
                Ok(Reply::Written)
            }
            Request::Increment { key, by } => {
                let old = self.newest(view, key)?;
                let number = match old.as_ref().and_then(|version| version.value.as_deref()) {
                    None => 0,
                    Some(text) => core::str::from_utf8(text)
                        .ok()
                        .and_then(|text| text.parse::<i64>().ok())
                        .ok_or(RequestError::NotANumber)?,
                };
                let number = number.checked_add(*by).ok_or(RequestError::Overflow)?;
                self.put(key, Some(format!("{number}").into()), old.as_ref());
                Ok(Reply::Number(number))
            }
            Request::Split { key, range } => self.split(view, state, key, *range),
            Request::DeleteRange { start, end } => self.delete_range(view, start, end),
            Request::AddSstable { start, end, table, how } => {
                let added =
                    sstable::add(view, (start, end), table, (*how, options), self.timestamp)?;
                let sstable::Added { batch, sstable, stats, keys, timestamp } = added;
                (self.batch, self.sstable, self.stats) = (batch, sstable, stats);
                (self.keys, self.timestamp) = (keys, timestamp);
                Ok(Reply::Written)
            }
        }
    }

    /// The newest version of a key. What is written comes after it.
    fn newest(&mut self, view: &View, key: &[u8]) -> Result<Option<Version>, Stop> {
        let newest = mvcc::get(view, key, Time(u64::MAX)).map_err(Stop::Disk)?;
        if let Some(version) = &newest {
            self.timestamp = self.timestamp.max(Time(version.timestamp.0.saturating_add(1)));
        }
        Ok(newest)
    }

    fn put(&mut self, key: &Bytes, value: Option<Bytes>, old: Option<&Version>) {
        let new = Version { key: key.clone(), timestamp: self.timestamp, value };
        self.stats = self.stats.plus(mvcc::put(&new, old, &mut self.batch));
    }

    /// One half is counted, the other follows; what the new range begins with is written. What is each
    /// replica's own, its hard state and log, is left to the trigger.
    fn split(
        &mut self,
        view: &View,
        state: &ReplicaState,
        key: &Bytes,
        range: RangeId,
    ) -> Result<Reply, Stop> {
        let whole = &state.descriptor;
        if *key == whole.start {
            return Err(RequestError::SplitAtStart.into());
        }
        let scanned = mvcc::versions(view, &whole.start, key).map_err(Stop::Disk)?;
        self.keys = scanned.len() as u64;
        let left_stats = mvcc::stats_of_all(&scanned);
        let right_stats = state.applied.stats.minus(left_stats);
        self.stats = left_stats.minus(state.applied.stats);
        let mut left = (**whole).clone();
        left.generation += 1;
        let right = RangeDescriptor { range, start: key.clone(), ..left.clone() };
        left.end = key.clone();
        put_descriptor(&left, &mut self.batch);
        // The new range's lease is the same, held by the replica on the same store.
        ReplicaState::initial(right.clone(), state.lease, right_stats).put(&mut self.batch);
        self.split = Some(Box::new(SplitTrigger { left, right, right_stats }));
        Ok(Reply::Written)
    }

    fn delete_range(&mut self, view: &View, start: &[u8], end: &[u8]) -> Result<Reply, Stop> {
        let mut versions = mvcc::versions(view, start, end).map_err(Stop::Disk)?;
        versions.dedup_by(|later, first| later.key == first.key);
        self.keys = versions.len() as u64;
        let newest = versions.iter().map(|version| version.timestamp).max();
        if let Some(newest) = newest {
            self.timestamp = self.timestamp.max(Time(newest.0.saturating_add(1)));
        }
        versions.retain(|version| version.value.is_some());
        for old in &versions {
            self.put(&old.key, None, Some(old));
        }
        Ok(Reply::Deleted(versions.len() as u64))
    }
}
