//! What only a replica that is awake needs: most of many sleep, and have none of it.

use alloc::vec::Vec;

use raft::PeerId;

use super::{Incoming, Proposal, Replica};
use crate::ReplicaDescriptor;
use crate::quiesce::Awake;

/// What a replica gives back when it falls asleep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy {
    /// Messages that wait for the scheduler.
    pub(crate) inbox: Vec<Incoming>,
    /// Senders that no descriptor names.
    pub(crate) strangers: Vec<ReplicaDescriptor>,
    /// Peers whose stream was full; the group is told with the next tick.
    pub(crate) unreachable: Vec<PeerId>,
    /// Commands proposed here and not applied yet, in the order in which they were proposed.
    pub(crate) proposals: Vec<Proposal>,
    /// Why it may not sleep, as told last.
    pub(crate) awake: Option<Awake>,
}

impl Replica {
    pub(crate) fn busy(&mut self) -> &mut Busy {
        self.busy.get_or_insert_default()
    }

    /// Messages that wait for the scheduler, taken out.
    pub(crate) fn take_inbox(&mut self) -> Vec<Incoming> {
        self.busy.as_mut().map(|busy| core::mem::take(&mut busy.inbox)).unwrap_or_default()
    }

    pub(crate) fn proposals_mut(&mut self) -> &mut [Proposal] {
        self.busy.as_mut().map_or(&mut [], |busy| &mut busy.proposals)
    }

    /// Gives back the memory that only somebody awake needs. Nothing may wait in it.
    pub(crate) fn rest(&mut self) {
        self.busy = None;
    }

    /// Why its leader could not put it to sleep at the last tick; `None` if nobody tried.
    pub fn awake_because(&self) -> Option<Awake> {
        self.busy.as_ref()?.awake
    }

    /// Commands proposed here and not applied yet, in the order in which they were proposed.
    pub fn proposals(&self) -> &[Proposal] {
        self.busy.as_ref().map_or(&[], |busy| &busy.proposals)
    }
}
