//! A store on its machine: it runs, or its disk is left.

use std::rc::Rc;

use det::Time;
use lsm::MemVfs;
use store::{Engines, Store, StoreId};

/// A store and its disk, or the disk alone.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) id: StoreId,
    /// Counts the starts.
    pub(super) life: u32,
    pub(super) state: State,
}

#[derive(Clone, Debug)]
pub(super) enum State {
    Up(Box<Store>),
    Down {
        since: Time,
        disk: MemVfs,
        /// What a start would find there; `None` if it would fail.
        left: Option<Rc<Engines>>,
    },
}

impl Machine {
    pub(super) fn store(&self) -> Option<&Store> {
        match &self.state {
            State::Up(store) => Some(store),
            State::Down { .. } => None,
        }
    }

    pub(super) fn is_down(&self) -> bool {
        self.store().is_none()
    }

    /// Whether nobody has listened here since then.
    pub(super) fn is_down_since(&self, then: Time) -> bool {
        match &self.state {
            State::Up(_) => false,
            State::Down { since, .. } => *since <= then,
        }
    }
}

/// For tests that break what stands on disks.
#[cfg(test)]
impl super::World {
    /// The disk of a store that does not run.
    pub(in crate::ranges) fn disk_mut(&mut self, id: StoreId) -> Option<&mut MemVfs> {
        match &mut self.machine_mut(id)?.state {
            State::Up(_) => None,
            State::Down { disk, .. } => Some(disk),
        }
    }
}
