//! How the tables of the engines came to where they are.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

use det::Time;
use lsm::{Choice, Job, Lsm, Placed, TableMeta, choose};

use super::Engines;

/// An engine that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngineName {
    /// That of the state machine, and of the log if it is shared.
    State,
    /// That of the log alone.
    Log,
}

/// A piece of work that changed the levels of an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Worked {
    /// When.
    pub at: Time,
    /// Which engine.
    pub engine: EngineName,
    /// What it did.
    pub work: EngineWork,
}

/// What an engine did to its levels.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineWork {
    /// It flushed or compacted.
    Job {
        /// What was done and why.
        job: Job,
        /// The tables that it read or moved, with the levels where they were.
        inputs: Vec<(usize, TableMeta)>,
    },
    /// It took a table in.
    Ingest(Placed),
}

impl EngineWork {
    /// The tables that came of it.
    pub fn outputs(&self) -> Vec<u64> {
        let numbers = |made: &[TableMeta]| made.iter().map(|meta| meta.number).collect();
        match self {
            Self::Job { job: Job::Flush { made, .. }, .. } => numbers(made.as_slice()),
            Self::Job { job: Job::Compact { made, .. }, .. } => numbers(made),
            Self::Job { job: Job::Move { compaction }, .. } => compaction.inputs.clone(),
            Self::Ingest(placed) => Vec::from([placed.meta.number]),
        }
    }

    /// The level where those lie.
    pub fn level(&self) -> usize {
        match self {
            Self::Job { job: Job::Flush { .. }, .. } => 0,
            Self::Job {
                job: Job::Move { compaction } | Job::Compact { compaction, .. }, ..
            } => compaction.to,
            Self::Ingest(placed) => placed.level,
        }
    }
}

/// The tables that the next piece of work of an engine will read; `None` if it has nothing to do.
pub(super) fn inputs(engine: &Lsm) -> Option<Vec<(usize, TableMeta)>> {
    let numbers = match choose(engine.version(), engine.config()) {
        Choice::Rest => return None,
        Choice::Flush { .. } => return Some(Vec::new()),
        Choice::Compact(compaction) => [compaction.inputs, compaction.overlapped].concat(),
    };
    let tables = engine.version().tables().filter(|(_, meta)| numbers.contains(&meta.number));
    Some(tables.map(|(level, meta)| (level, meta.clone())).collect())
}

impl Engines {
    /// How the tables of the engines came to where they are, as far as that was in this life of the
    /// store, oldest first. What led to no table that is left is forgotten, but for the last.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Worked> {
        self.history.iter().map(|worked| &**worked)
    }

    /// An engine, if there is one of that name.
    pub(super) fn named(&self, engine: EngineName) -> Option<&Lsm> {
        match engine {
            EngineName::State => Some(&self.state),
            EngineName::Log => self.log.as_ref(),
        }
    }

    /// Takes note of a piece of work that was done now.
    pub(crate) fn remember(
        &mut self,
        at: Time,
        engine: EngineName,
        work: EngineWork,
    ) -> Arc<Worked> {
        let worked = Arc::new(Worked { at, engine, work });
        let numbers = |lsm: &Lsm| lsm.version().tables().map(|(_, meta)| meta.number).collect();
        let live: BTreeSet<u64> = self.named(engine).map(numbers).unwrap_or_default();
        let history = Arc::make_mut(&mut self.history);
        history.retain(|old| {
            old.engine != engine || old.work.outputs().iter().any(|number| live.contains(number))
        });
        history.push(Arc::clone(&worked));
        worked
    }

    /// Takes note of what an ingestion did now; the flushes that had to come first are told.
    pub(crate) fn remember_ingestion(
        &mut self,
        at: Time,
        ingested: &lsm::Ingested,
    ) -> Vec<Arc<Worked>> {
        let mut flushes = Vec::new();
        for job in ingested.flushed.iter().cloned() {
            let work = EngineWork::Job { job, inputs: Vec::new() };
            flushes.push(self.remember(at, EngineName::State, work));
        }
        for placed in ingested.placed.iter().cloned() {
            self.remember(at, EngineName::State, EngineWork::Ingest(placed));
        }
        flushes
    }
}
