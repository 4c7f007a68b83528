//! One node with its disk.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use raft::{
    ConfState, Entries, Entry, HardState, Index, MemoryStorage, Message, RawNode, Snapshot,
    Storage, StorageError, Term,
};

/// A core, its durable state, and the work that waits for its storage threads.
#[derive(Clone, Debug)]
pub struct Node {
    /// The core.
    pub raw: RawNode,
    /// What is durable.
    pub storage: NodeStorage,
    /// A Ready was taken and could not be processed: there will be no other.
    pub(super) stuck: bool,
    pub(super) append_work: VecDeque<Message>,
    pub(super) apply_work: VecDeque<Message>,
}

/// A log in memory, and the state machine after each applied entry.
#[derive(Clone, Debug)]
pub struct NodeStorage {
    /// The log.
    pub log: MemoryStorage,
    /// The last is what a snapshot contains. Never empty.
    pub(super) history: Vec<Arc<Snapshot>>,
}

impl NodeStorage {
    pub(super) fn new(start: Snapshot) -> Result<Self, StorageError> {
        let start = Arc::new(start);
        let mut log = MemoryStorage::new();
        if start.last.index != Index::ZERO {
            log.apply_snapshot(Arc::clone(&start))?;
        }
        Ok(Self { log, history: vec![start] })
    }

    /// The state machine: the bytes of all entries that were applied, one after the other.
    pub fn state(&self) -> &[u8] {
        &self.newest().data
    }

    /// The state machine now.
    pub(super) fn newest(&self) -> &Arc<Snapshot> {
        self.history.last().expect("the history starts with a snapshot and only grows")
    }

    /// Makes the parts of a write durable.
    pub(super) fn persist(
        &mut self,
        hard_state: Option<HardState>,
        entries: &Entries,
        snapshot: Option<&Arc<Snapshot>>,
    ) -> Result<(), String> {
        if let Some(hard_state) = hard_state {
            self.log.set_hard_state(hard_state);
        }
        match snapshot {
            Some(_) if !entries.is_empty() => {
                Err("can't apply snapshot and entries at the same time".into())
            }
            Some(snapshot) => {
                self.log.apply_snapshot(Arc::clone(snapshot)).map_err(|error| error.to_string())
            }
            None => {
                self.log.append(entries.clone());
                Ok(())
            }
        }
    }

    /// The state machine of these tests appends: each entry adds its bytes.
    pub(super) fn apply(&mut self, entry: &Entry, update: &Bytes, members: Option<ConfState>) {
        let newest = self.newest();
        let mut data = BytesMut::from(&newest.data[..]);
        data.extend_from_slice(update);
        let conf_state = members.unwrap_or_else(|| newest.conf_state.clone());
        self.history.push(Arc::new(Snapshot { last: entry.id, conf_state, data: data.freeze() }));
    }
}

impl Storage for NodeStorage {
    fn initial_state(&self) -> (HardState, ConfState) {
        self.log.initial_state()
    }

    fn first_index(&self) -> Index {
        self.log.first_index()
    }

    fn last_index(&self) -> Index {
        self.log.last_index()
    }

    fn term(&self, index: Index) -> Result<Term, StorageError> {
        self.log.term(index)
    }

    fn entries(
        &self,
        lo: Index,
        hi: Index,
        max_bytes: u64,
        out: &mut Vec<Entry>,
    ) -> Result<(), StorageError> {
        self.log.entries(lo, hi, max_bytes, out)
    }

    fn share(&self, lo: Index, hi: Index, max_bytes: u64) -> Entries {
        self.log.share(lo, hi, max_bytes)
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, StorageError> {
        Ok(Arc::clone(self.newest()))
    }
}
