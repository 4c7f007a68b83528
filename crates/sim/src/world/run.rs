//! One group as a run that can be moved through.

use det::Time;

use super::World;
use crate::{Command, Event, EventId, Mark, MarkKind, Refusal, Run, Setup};

impl Run for World {
    type Setup = Setup;
    type Command = Command;
    type Refusal = Refusal;
    type Event = Event;
    type MarkKind = MarkKind;
    type Pulse = ();

    const EVENTS_KEPT: u64 = 8_192;

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
        self.allows(command)
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

    fn weight(&self) -> usize {
        self.weight()
    }

    fn pulse(&self) {}

    fn id_of(event: &Event) -> EventId {
        event.id
    }

    fn mark(event: &Event, steps: u64) -> Option<Mark> {
        Mark::of(event, steps)
    }

    fn is_interesting(event: &Event) -> bool {
        event.is_interesting()
    }
}
