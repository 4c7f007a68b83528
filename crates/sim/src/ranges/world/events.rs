//! What happened, in the order in which it did.

use super::super::{Event, EventKind};
use super::World;
use crate::EventId;

impl World {
    /// Something happens, because of what is being handled.
    pub(in crate::ranges) fn emit(&mut self, kind: EventKind) -> EventId {
        let id = EventId(self.next_event);
        self.next_event += 1;
        self.events.push(Event { id, at: self.now, cause: self.cause, kind });
        id
    }

    /// Something happens, and what follows happens because of it.
    pub(in crate::ranges) fn begin(&mut self, kind: EventKind) {
        self.cause = Some(self.emit(kind));
    }

    /// Findings of the checkers become events.
    pub(in crate::ranges) fn report_findings(&mut self) {
        while self.reported < self.checks.findings().len() {
            self.cause = Some(self.checks.findings()[self.reported].event);
            self.emit(EventKind::Found { finding: self.reported });
            self.reported += 1;
        }
    }

    /// Takes the events since the last call, oldest first, into `out`.
    pub fn take_events(&mut self, out: &mut Vec<Event>) {
        out.append(&mut self.events);
    }

    /// Forgets the events since the last call.
    pub fn drop_events(&mut self) {
        self.events.clear();
    }
}
