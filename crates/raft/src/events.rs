//! Where the core notes what happened until somebody asks.

use alloc::vec::{self, Vec};

use crate::Event;

/// Events in order, unless nobody wants them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Events {
    /// `None` if nobody wants them.
    list: Option<Vec<Event>>,
}

impl Events {
    pub(crate) fn new(wanted: bool) -> Self {
        Self { list: wanted.then(Vec::new) }
    }

    pub(crate) fn push(&mut self, event: Event) {
        if let Some(list) = &mut self.list {
            list.push(event);
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.as_ref().is_none_or(Vec::is_empty)
    }

    /// Hands the events out, memory and all.
    pub(crate) fn drain(&mut self) -> vec::IntoIter<Event> {
        self.list.as_mut().map(core::mem::take).unwrap_or_default().into_iter()
    }
}
