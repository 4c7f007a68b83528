//! One member of a storm: what it writes, and what it applies.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use det::Rng;
use raft::{
    ConfState, Config, Entry, EntryId, MemoryStorage, Message, RawNode, Storage, StorageAppend,
};

use super::Truth;

/// A node with its disk, its storage threads and what it has applied.
pub(super) struct Server {
    pub(super) raw: RawNode,
    pub(super) disk: MemoryStorage,
    /// Writes and entries to apply, in order, with asynchronous storage.
    pub(super) work: [VecDeque<Message>; 2],
    pub(super) applied: EntryId,
    pub(super) members: ConfState,
}

impl Server {
    pub(super) fn start(mut config: Config, disk: MemoryStorage, life: u64) -> Self {
        let rng = Rng::named(life, "election", config.id.0);
        let snapshot = disk.snapshot().expect("there is always one");
        config.applied = snapshot.last.index;
        let raw = RawNode::new(config, rng, &disk).expect("what is durable is sound");
        let (_, members) = disk.initial_state();
        let work = [VecDeque::new(), VecDeque::new()];
        Self { raw, disk, work, applied: snapshot.last, members }
    }

    pub(super) fn write(&mut self, write: &StorageAppend, truth: &mut Truth) {
        if let Some(hard) = write.hard_state {
            self.disk.set_hard_state(hard);
        }
        if let Some(snapshot) = &write.snapshot {
            // One that was asked for may be no newer than the last, and stands for the same.
            let _ = self.disk.apply_snapshot(Arc::clone(snapshot));
            self.applied = snapshot.last;
            self.members = snapshot.conf_state.clone();
            truth.installed += 1;
        }
        self.disk.append(write.entries.clone());
    }

    pub(super) fn apply(&mut self, entries: &[Entry], truth: &mut Truth) {
        for entry in entries {
            assert!(entry.id.index <= self.applied.index.next(), "a gap after {}", self.applied);
            let known = truth.applied.entry(entry.id.index.0).or_insert_with(|| entry.clone());
            assert_eq!(known, entry, "two nodes applied different entries");
            if entry.id.index <= self.applied.index {
                // A snapshot overtook it on the way to this thread.
                continue;
            }
            if let Ok(Some(change)) = entry.conf_change()
                && let Ok(members) = self.raw.apply_conf_change(&change, &self.disk)
            {
                self.members = members;
                truth.changes += 1;
            }
            self.applied = entry.id;
        }
    }

    /// Takes a snapshot of what is applied, and forgets the log before it.
    pub(super) fn snapshot(&mut self, compact: bool) {
        let index = self.applied.index;
        let durable = self.disk.initial_state().0.commit.min(self.disk.last_index());
        if durable < index || index < self.disk.first_index() {
            return;
        }
        let members = Some(self.members.clone());
        if self.disk.create_snapshot(index, members, Bytes::new()).is_ok() && compact {
            self.disk.compact(index).expect("it was just there");
        }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.raw.has_ready() || self.work.iter().any(|work| !work.is_empty())
    }
}
