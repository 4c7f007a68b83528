//! Starting: new ranges, and what is found on the disk.

use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use det::Time;
use lsm::{Batch, MemVfs};
use raft::Index;

use super::Store;
use super::node_liveness::Records;
use crate::coding::Reader;
use crate::event::{EventKind, Purge, Wake};
use crate::hub::Hub;
use crate::log::{LogState, is_thin};
use crate::replica::Replica;
use crate::scheduler::Scheduler;
use crate::shared::Shared;
use crate::state::{descriptors, put_replica_id, replica_ids};
use crate::{
    Config, Effect, Engines, Groups, Lease, LogEngine, RangeDescriptor, RangeId, ReplicaState,
    Stats, StoreId, keys,
};

impl Store {
    /// A store on a new disk, with its replicas of these ranges; it still has to be
    /// [started](Self::start). `peers` are the other stores.
    ///
    /// # Errors
    /// If the files cannot be written.
    pub fn create(
        id: StoreId,
        config: &Config,
        peers: &[StoreId],
        ranges: &[RangeDescriptor],
    ) -> lsm::Result<MemVfs> {
        let mut engines = Engines::open(MemVfs::default(), config.log_engine, &config.engine)?;
        let mut batch = Batch::default();
        let mut names = Vec::new();
        for peer in peers {
            names.extend_from_slice(&peer.0.to_le_bytes());
        }
        batch.put(&keys::store_local(b"peer"), &names);
        let last = ranges.iter().map(|range| range.range).max().unwrap_or_default();
        batch.put(&keys::store_local(b"rngs"), &last.0.to_le_bytes());
        // Where the liveness records stand at first: later the range itself says where it is.
        if let Some(range) = ranges.iter().find(|range| range.holds_liveness()) {
            let mut value = Vec::new();
            range.encode(&mut value);
            batch.put(&keys::store_local(b"live"), &value);
        }
        for descriptor in ranges {
            let Some(own) = descriptor.on_store(id) else { continue };
            let range = descriptor.range;
            let state = ReplicaState::initial(descriptor.clone(), Lease::NONE, Stats::default());
            state.put(&mut batch);
            put_replica_id(range, own.replica, &mut batch);
            match config.log_engine {
                LogEngine::Shared => LogState::initial().put(range, &mut batch),
                LogEngine::Separate => {
                    let mut log = Batch::default();
                    LogState::initial().put(range, &mut log);
                    engines.write_log(&log)?;
                }
            }
            engines.write_state(&batch)?;
            batch.clear();
        }
        engines.write_state(&batch)?;
        engines.sync_all()?;
        Ok(engines.crash(&mut |pending| pending))
    }

    /// Starts a store from its disk.
    ///
    /// # Errors
    /// If a file is damaged, or files cannot be written.
    pub fn start(
        id: StoreId,
        config: Config,
        disk: MemVfs,
        now: Time,
        out: &mut Vec<Effect>,
    ) -> lsm::Result<Self> {
        let mut engines = Engines::open(disk, config.log_engine, &config.engine)?;
        let life = begin_life(&mut engines)?;
        let max_ticks = config.election_ticks;
        let mut hub = Hub::new(id, life, config, engines);
        hub.now = now;
        hub.started = now;
        hub.peers = peers(&hub.engines)?;
        hub.first_ranges = first_ranges(&hub.engines)?;
        let mut store = Self {
            hub,
            replicas: BTreeMap::new(),
            scheduler: Scheduler::new(max_ticks),
            unquiesced: BTreeSet::new(),
            lagging: BTreeSet::new(),
            renew_at: now,
            records: None,
        };
        core::mem::swap(&mut store.hub.out, out);
        store.find_replicas()?;
        let liveness = store.hub.engines.state().get(&keys::store_local(b"live"))?;
        let liveness = liveness.and_then(|value| RangeDescriptor::decode(&mut Reader(&value)));
        store.hub.has_liveness_range = liveness.is_some();
        store.records = liveness.map(Records::new);
        store.clean_sideloaded();
        let replicas = store.replicas.len();
        store.hub.begin(|| EventKind::Started { life, replicas });
        store.load_groups();
        if life > 0 && !store.hub.has_liveness_range {
            // The first that others hear of a new life: what they begin because of it is of this life.
            store.renew_liveness();
        }
        core::mem::swap(&mut store.hub.out, out);
        Ok(store)
    }

    /// Brings groups to life: all, or those whose log has more than was applied, since nobody else
    /// would wake them for it. A split may be among that, and the new range waits for it.
    fn load_groups(&mut self) {
        let (started, is_lazy) = (self.hub.cause, self.hub.config.groups == Groups::Lazy);
        for (&range, replica) in &mut self.replicas {
            if is_lazy && !replica.has_unapplied() {
                continue;
            }
            self.hub.cause = started;
            replica.load(&mut self.hub);
            replica.wake_self(&mut self.hub, Wake::Created);
            if replica.is_ticking() {
                self.unquiesced.insert(range);
            }
        }
    }

    /// The process dies: its disk is left, without what was not synced but for `keep` operations of
    /// so many.
    pub fn crash(self, keep: &mut dyn FnMut(u64) -> u64) -> MemVfs {
        self.hub.engines.crash(keep)
    }

    /// Removes the tables beside the log that no log names: a crash came before the log was durable, or
    /// before they were removed.
    fn clean_sideloaded(&mut self) {
        let files: Vec<_> = self.hub.engines.sideload().files().collect();
        for (range, entry, _) in files {
            let replica = self.replicas.get(&range);
            let truncated = replica.map_or(Index::ZERO, |replica| replica.log.truncated.index);
            if entry.index <= truncated {
                self.hub.truncate_sideloaded(range, truncated);
                continue;
            }
            // The log itself is asked, whoever it belongs to.
            match is_thin(range, entry, self.hub.engines.log()) {
                Ok(true) => {}
                Ok(false) => self.hub.purge(range, entry, Purge::Orphaned),
                Err(error) => self.hub.note(Err(error)),
            }
        }
    }

    fn find_replicas(&mut self) -> lsm::Result {
        let (id, engines) = (self.hub.id, &mut self.hub.engines);
        for descriptor in descriptors(engines.state())? {
            let Some(own) = descriptor.on_store(id) else { continue };
            let range = descriptor.range;
            let state = ReplicaState::load(descriptor, engines.state())?;
            let mut log = LogState::load(range, engines.log())?;
            if !log.contains(range, state.applied.entry, engines.log())? {
                // A snapshot was taken in, and the crash came before its log was.
                log = log.restored(state.applied.entry);
                let mut batch = Batch::default();
                log.put_restored(range, &mut batch);
                engines.write_log(&batch)?;
                engines.sync_log_all()?;
            }
            let replica = Replica::new(range, own.replica, Some(state), log);
            self.replicas.insert(range, Shared::new(replica));
        }
        for (range, replica) in replica_ids(engines.state())? {
            if let Entry::Vacant(entry) = self.replicas.entry(range) {
                let log = LogState::load(range, engines.log())?;
                entry.insert(Shared::new(Replica::new(range, replica, None, log)));
            }
        }
        Ok(())
    }
}

/// Counts the starts. Durable before anything else is done: names drawn in one life are not drawn
/// in another.
fn begin_life(engines: &mut Engines) -> lsm::Result<u64> {
    let key = keys::store_local(b"life");
    let before = engines.state().get(&key)?;
    let before = before.and_then(|value| Some(u64::from_le_bytes(value[..].try_into().ok()?)));
    let life = before.map_or(0, |life| life + 1);
    let mut batch = Batch::default();
    batch.put(&key, &life.to_le_bytes());
    engines.write_state(&batch)?;
    engines.sync_all()?;
    Ok(life)
}

/// The highest name of a range that the cluster began with.
fn first_ranges(engines: &Engines) -> lsm::Result<RangeId> {
    let last = engines.state().get(&keys::store_local(b"rngs"))?;
    let last = last.and_then(|value| Some(u64::from_le_bytes(value[..].try_into().ok()?)));
    Ok(RangeId(last.unwrap_or_default()))
}

/// The other stores.
fn peers(engines: &Engines) -> lsm::Result<BTreeSet<StoreId>> {
    let names = engines.state().get(&keys::store_local(b"peer"))?.unwrap_or_default();
    let (chunks, _) = names.as_chunks();
    Ok(chunks.iter().map(|chunk| StoreId(u32::from_le_bytes(*chunk))).collect())
}
