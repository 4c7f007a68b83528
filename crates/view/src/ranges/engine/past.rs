//! What an engine did to its levels, as far as its tables tell of it.

use det::{Span, Time};
use lsm::{Job, TableMeta};
use store::{EngineName, EngineWork, Engines, Worked};

use super::Which;

/// So long what was done is seen in the picture of the levels.
const SEEN: Span = Span::millis(300);

/// What one engine did, oldest first.
pub(super) struct Past<'a> {
    worked: Vec<&'a Worked>,
    now: Time,
}

impl<'a> Past<'a> {
    pub(super) fn of(engines: &'a Engines, which: Which, now: Time) -> Self {
        let name = match which {
            Which::State => EngineName::State,
            Which::Log => EngineName::Log,
        };
        let worked = engines.history().filter(|worked| worked.engine == name);
        Self { worked: worked.collect(), now }
    }

    pub(super) fn last(&self) -> Option<&'a Worked> {
        self.worked.last().copied()
    }

    /// What made a table; `None` if it was taken in or nobody remembers.
    pub(super) fn made(&self, table: u64) -> Option<&'a Job> {
        self.jobs(table).find(|job| !matches!(job, Job::Move { .. }))
    }

    /// What moved it last.
    pub(super) fn moved(&self, table: u64) -> Option<&'a Job> {
        self.jobs(table).find(|job| matches!(job, Job::Move { .. }))
    }

    /// What led to a table, newest first.
    fn jobs(&self, table: u64) -> impl Iterator<Item = &'a Job> {
        let led = move |worked: &&&'a Worked| worked.work.outputs().contains(&table);
        self.worked.iter().rev().filter(led).filter_map(|worked| match &worked.work {
            EngineWork::Job { job, .. } => Some(job),
            EngineWork::Ingest(_) => None,
        })
    }

    fn is_seen(&self, worked: &Worked) -> bool {
        self.now.since(worked.at) < SEEN
    }

    /// How many rows a table fell a moment ago, from the memtable or from the door.
    pub(super) fn fell(&self, table: u64) -> usize {
        let seen = self.worked.iter().rev().take_while(|worked| self.is_seen(worked));
        let mut led = seen.filter(|worked| worked.work.outputs().contains(&table));
        led.next().map_or(0, |worked| match &worked.work {
            EngineWork::Job { .. } => 1,
            EngineWork::Ingest(placed) => placed.level + 1,
        })
    }

    /// The tables that stood in a level before what was done last.
    pub(super) fn gone(&self, level: usize) -> impl Iterator<Item = &'a TableMeta> {
        let last = self.last().filter(|worked| self.is_seen(worked));
        let inputs = last.map_or(&[][..], |worked| match &worked.work {
            EngineWork::Job { inputs, .. } => inputs,
            EngineWork::Ingest(_) => &[],
        });
        inputs.iter().filter(move |(from, _)| *from == level).map(|(_, meta)| meta)
    }
}
