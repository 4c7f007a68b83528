//! Where the core notes what happened until somebody asks.

use alloc::vec::{self, Vec};

use crate::Event;

/// Events in order, unless nobody wants them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Events {
    wanted: bool,
    list: Vec<Event>,
}

impl Events {
    pub(crate) fn new(wanted: bool) -> Self {
        Self { wanted, list: Vec::new() }
    }

    pub(crate) fn push(&mut self, event: Event) {
        if self.wanted {
            self.list.push(event);
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Hands the events out, memory and all.
    pub(crate) fn drain(&mut self) -> vec::IntoIter<Event> {
        core::mem::take(&mut self.list).into_iter()
    }
}
