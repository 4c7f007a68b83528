//! Many ranges as a run that can be moved through.

use det::Time;

use super::super::{Command, Event, MarkKind, Refusal, Setup};
use super::{Sent, World};
use crate::{EventId, Mark, Run};

impl Run for World {
    type Setup = Setup;
    type Command = Command;
    type Refusal = Refusal;
    type Event = Event;
    type MarkKind = MarkKind;
    type Pulse = Sent;

    // One of these takes as long as two of a single group's.
    const EVENTS_KEPT: u64 = 4_096;

    fn start(setup: Setup) -> Result<Self, Refusal> {
        Self::new(setup)
    }

    fn now(&self) -> Time {
        self.now()
    }

    fn steps(&self) -> u64 {
        self.steps()
    }

    fn next_event(&self) -> EventId {
        self.next_event()
    }

    fn next_at(&self) -> Option<Time> {
        self.next_at()
    }

    fn allows(&self, command: &Command) -> Result<(), Refusal> {
        self.allow(command)
    }

    fn apply(&mut self, command: &Command) -> Result<(), Refusal> {
        self.apply(command)
    }

    fn step_until(&mut self, until: Time) -> bool {
        self.step_until(until)
    }

    fn rest_until(&mut self, until: Time) {
        self.rest_until(until);
    }

    fn take_events(&mut self, out: &mut Vec<Event>) {
        self.take_events(out);
    }

    /// What sleeps is shared until it wakes; a replica that is awake is copied soon.
    fn weight(&self) -> usize {
        const FIXED: usize = 2_000;
        const REPLICA: usize = 4;
        const AWAKE: usize = 160;
        const CACHE_ENTRY: usize = 30;
        const QUEUED: usize = 8;
        let replicas = |store: &store::Store| {
            store.replicas().count() * REPLICA + store.unquiesced().len() * AWAKE
        };
        let replicas: usize = self.stores().map(replicas).sum();
        FIXED + replicas + self.ranges.len() * CACHE_ENTRY + self.queue.len() * QUEUED
    }

    fn pulse(&self) -> Sent {
        self.sent()
    }

    fn id_of(event: &Event) -> EventId {
        event.id
    }

    fn mark(event: &Event, steps: u64) -> Option<Mark<MarkKind>> {
        let kind = MarkKind::of(&event.kind)?;
        Some(Mark { at: event.at, steps, event: event.id, kind })
    }

    fn is_interesting(event: &Event) -> bool {
        event.is_interesting()
    }
}
