//! A store: many replicas on one set of engines, behind one door.

mod names;
mod node_liveness;
mod receive;
mod receive_snapshot;
mod send_snapshot;
mod sort;
mod split;
mod start;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use det::Time;
use lsm::WalPosition;

use crate::event::{EventKind, Wake};
use crate::hub::Hub;
use crate::replica::Replica;
use crate::scheduler::{Scheduler, Work};
use crate::shared::Shared;
use crate::{
    ClientReply, ClientRequest, Config, Counters, Engines, Envelope, Event, LivenessMap,
    Quiescence, RangeDescriptor, RangeId, RangeLog, RequestError, RequestId, Snapshots, StoreId,
    Switch, TruncateDecision,
};

/// The name of a sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyncId(pub u64);

/// What a store is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// Another [`Config::tick`] has passed.
    Tick,
    /// Half a tick has passed: heartbeats that wait leave.
    FlushHeartbeats,
    /// A stream delivers.
    Receive(Envelope),
    /// A sync ended.
    Synced(SyncId),
    /// The moment has come that an [`Effect::Alarm`] named.
    Alarm,
    /// A client asks for something.
    Request(ClientRequest),
    /// The leaseholder here shall hand the lease of a range to another store.
    TransferLease {
        /// Which range.
        range: RangeId,
        /// To which store.
        to: StoreId,
    },
    /// A person wakes a range.
    Wake(RangeId),
    /// The leaseholder here shall sort the rows of a range by their values, in its temporary engine.
    Sort {
        /// The name of the request.
        id: RequestId,
        /// Which range.
        range: RangeId,
    },
    /// A person turns a switch.
    Switch(Switch),
}

/// What a store wants done, in order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Put this on the stream to another store.
    Send(Envelope),
    /// Sync the log engine, and say so with [`Input::Synced`].
    Sync {
        /// Its name.
        id: SyncId,
        /// What is durable.
        from: WalPosition,
        /// What shall be.
        to: WalPosition,
    },
    /// Say [`Input::Alarm`] at this moment: the next batch of a snapshot may leave then.
    Alarm(Time),
    /// Tell a client.
    Reply(ClientReply),
    /// Something happened.
    Emit(Event),
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) hub: Hub,
    pub(crate) replicas: BTreeMap<RangeId, Shared<Replica>>,
    scheduler: Scheduler,
    /// The replicas that tick: what is not in here costs nothing.
    unquiesced: BTreeSet<RangeId>,
    /// Sleeping replicas that left dead nodes behind.
    lagging: BTreeSet<RangeId>,
    renew_at: Time,
    /// None if no range holds the liveness records.
    records: Option<node_liveness::Records>,
}

impl Store {
    /// Handles what it is told at this moment, and appends what it wants done to `out`.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Vec<Effect>) {
        if self.hub.failed {
            return;
        }
        core::mem::swap(&mut self.hub.out, out);
        self.hub.now = now;
        self.hub.cause = None;
        match input {
            Input::Tick => self.tick(),
            Input::FlushHeartbeats => self.flush_heartbeats(),
            Input::Receive(envelope) => self.receive(envelope),
            Input::Synced(id) => self.synced(id),
            Input::Alarm => {
                self.hub.snapshots.alarm = self.hub.snapshots.alarm.filter(|at| now < *at);
            }
            Input::Request(request) => self.request(request),
            Input::TransferLease { range, to } => {
                self.with(range, |replica, hub| replica.transfer_lease(hub, to));
            }
            Input::Sort { id, range } => self.sort(id, range),
            Input::Wake(range) => self.with(range, |replica, hub| replica.wake(hub, Wake::Asked)),
            Input::Switch(switch) => self.turn(switch),
        }
        self.work();
        self.end_epochs();
        self.take_answers();
        self.pump_snapshots();
        self.hub.start_sync();
        self.hub.hand_over();
        core::mem::swap(&mut self.hub.out, out);
    }

    /// Its next event has this serial. Who runs many stores can count the events of all of them
    /// together.
    pub fn set_next_event(&mut self, serial: u64) {
        self.hub.next_event = serial;
    }

    /// The serial of its next event.
    pub fn next_event(&self) -> u64 {
        self.hub.next_event
    }

    // What there is to see.

    /// Its name.
    pub fn id(&self) -> StoreId {
        self.hub.id
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.hub.config
    }

    /// Its engines.
    pub fn engines(&self) -> &Engines {
        &self.hub.engines
    }

    /// What it has done since it started.
    pub fn counters(&self) -> &Counters {
        &self.hub.counters
    }

    /// What it knows of the nodes.
    pub fn liveness(&self) -> &LivenessMap {
        &self.hub.liveness
    }

    /// Its replica of a range.
    pub fn replica(&self, range: RangeId) -> Option<&Replica> {
        self.replicas.get(&range).map(|replica| &**replica)
    }

    /// Its replicas, in order of the ranges.
    pub fn replicas(&self) -> impl Iterator<Item = &Replica> {
        self.replicas.values().map(|replica| &**replica)
    }

    /// Whether its replica of a range may serve at this moment, if nothing happens until then: it holds a
    /// lease that is good.
    pub fn serves(&self, range: RangeId, now: Time) -> bool {
        self.replica(range).is_some_and(|replica| replica.holds_lease_at(&self.hub, now))
    }

    /// Up to where the log of a range may be dropped now, and what protects the rest; `None` unless
    /// its leader is here.
    pub fn truncate_decision(&self, range: RangeId) -> Option<TruncateDecision> {
        self.replica(range)?.truncate_decision(&self.hub)
    }

    /// The snapshots that it sends and receives.
    pub fn snapshots(&self) -> &Snapshots {
        &self.hub.snapshots
    }

    /// The log of its replica of a range: [`RangeLog::stored`] shows an entry as it stands there, thin if
    /// its table is beside it.
    pub fn log(&self, range: RangeId) -> Option<RangeLog<'_>> {
        Some(self.replica(range)?.storage(&self.hub.engines))
    }

    /// The ranges whose replica here ticks.
    pub fn unquiesced(&self) -> &BTreeSet<RangeId> {
        &self.unquiesced
    }

    /// Whether a disk failed: it does nothing any more.
    pub fn has_failed(&self) -> bool {
        self.hub.failed
    }

    // Time.

    fn tick(&mut self) {
        self.renew_liveness();
        while let Some(node) = self.hub.liveness.expire(self.hub.now) {
            self.hub.begin(|| EventKind::LivenessExpired { node });
            self.drop_snapshots(node);
            self.hub.cause = None;
        }
        self.expire_snapshots();
        for &range in &self.unquiesced {
            self.scheduler.enqueue(range, Work { ticks: 1, ..Work::default() });
        }
        self.hub.work();
    }

    fn flush_heartbeats(&mut self) {
        for (_to, beats) in self.hub.flush_beats() {
            for beat in beats {
                if let Some(replica) = self.replicas.get_mut(&beat.range) {
                    replica.busy().unreachable.push(beat.to.peer());
                }
            }
        }
    }

    fn synced(&mut self, id: SyncId) {
        let waited = self.hub.finish_sync(id);
        self.hub.work();
        if waited.is_empty() || self.hub.failed {
            return;
        }
        let ranges = waited.len();
        self.hub.cause = waited.last().and_then(|unsynced| unsynced.cause);
        self.hub.begin(|| EventKind::Synced { ranges });
        let cause = self.hub.cause;
        for unsynced in waited {
            self.hub.cause = cause;
            self.with(unsynced.range, |replica, hub| {
                if replica.id == unsynced.replica {
                    replica.synced(hub, unsynced);
                }
            });
        }
    }

    fn request(&mut self, request: ClientRequest) {
        if let Some(request) = self.claim_name(request) {
            self.serve(request);
        }
    }

    fn serve(&mut self, request: ClientRequest) {
        let range = request.range;
        if let Some(ranges) = self.mismatch(&request) {
            let error = RequestError::RangeKeyMismatch(ranges);
            self.hub.reply(&request, self.hub.now, Err(error));
        } else if self.replicas.contains_key(&range) {
            self.with(range, |replica, hub| replica.request(hub, request));
        } else {
            let error = RequestError::RangeNotFound(range);
            self.hub.reply(&request, self.hub.now, Err(error));
        }
    }

    /// The range that was asked and does not hold the key, and the one here that does.
    fn mismatch(&self, request: &ClientRequest) -> Option<Vec<RangeDescriptor>> {
        request.request.validate().ok()?;
        let (key, _) = request.request.span();
        let asked = self.replica(request.range)?.descriptor()?;
        if asked.contains(&key) {
            return None;
        }
        let mut here = self.replicas().filter_map(Replica::descriptor);
        let holds = here.find(|descriptor| descriptor.contains(&key));
        Some([asked].into_iter().chain(holds).cloned().collect())
    }

    fn turn(&mut self, switch: Switch) {
        self.hub.config.turn(switch);
        if switch == Switch::Quiescence(Quiescence::Off) {
            let asleep = self.replicas().filter(|replica| replica.raft().is_some());
            let asleep: Vec<RangeId> = asleep.map(Replica::range).collect();
            for range in asleep {
                self.hub.cause = None;
                self.with(range, |replica, hub| replica.wake_self(hub, Wake::Asked));
            }
        }
    }

    // Work.

    /// Does something with a replica, and sees to what its group has to do then.
    pub(crate) fn with(&mut self, range: RangeId, act: impl FnOnce(&mut Replica, &mut Hub)) {
        if let Some(replica) = self.replicas.get_mut(&range) {
            act(replica, &mut self.hub);
            self.settle(range);
        }
    }

    /// Does all work that waits: for each range requests, then ticks, then the Ready.
    fn work(&mut self) {
        while let Some((range, work)) = self.scheduler.take() {
            if self.hub.failed {
                return;
            }
            let Some(replica) = self.replicas.get_mut(&range) else { continue };
            self.hub.counters.passes += 1;
            if work.requests {
                for incoming in replica.take_inbox() {
                    replica.step(&mut self.hub, incoming);
                }
            }
            for _ in 0..work.ticks {
                replica.tick(&mut self.hub);
            }
            self.settle(range);
        }
    }

    /// Handles the Ready and takes note of who sleeps.
    fn settle(&mut self, range: RangeId) {
        let Some(replica) = self.replicas.get_mut(&range) else { return };
        replica.ready(&mut self.hub);
        if replica.is_ticking() {
            self.unquiesced.insert(range);
            self.lagging.remove(&range);
        } else {
            self.unquiesced.remove(&range);
            if !replica.lagging.is_empty() {
                self.lagging.insert(range);
            }
        }
        self.add_new_ranges(range);
    }
}
