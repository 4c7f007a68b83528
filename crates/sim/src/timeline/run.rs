//! What a timeline needs of a world.

use core::fmt::Debug;

use det::Time;

use super::Mark;
use crate::EventId;

/// A world that a [`Timeline`](crate::Timeline) can move through: a value at a moment, and a function of
/// its setup, its commands and the time.
pub trait Run: Clone + Debug + Sized {
    /// What it starts from.
    type Setup: Clone + Debug;
    /// What a person does.
    type Command: Clone + Debug + PartialEq;
    /// Why that cannot be done.
    type Refusal: Debug;
    /// What happens.
    type Event: Clone + Debug;
    /// What is marked of that.
    type MarkKind: Copy + Debug;
    /// What is counted along the whole of a run.
    type Pulse: Clone + Debug;

    /// How many of the latest events can be read: those that a picture shows, and their causes. A seek
    /// runs through as many.
    const EVENTS_KEPT: u64;

    /// The world at time zero.
    ///
    /// # Errors
    /// If the setup cannot be run.
    fn start(setup: Self::Setup) -> Result<Self, Self::Refusal>;

    /// The moment.
    fn now(&self) -> Time;

    /// How many things have happened.
    fn steps(&self) -> u64;

    /// The id that the next event will have: events are counted.
    fn next_event(&self) -> EventId;

    /// When the next thing is due.
    fn next_at(&self) -> Option<Time>;

    /// Whether a command can be done now.
    ///
    /// # Errors
    /// Why not.
    fn allows(&self, command: &Self::Command) -> Result<(), Self::Refusal>;

    /// Does what a person asks.
    ///
    /// # Errors
    /// If it cannot be done; then nothing has changed.
    fn apply(&mut self, command: &Self::Command) -> Result<(), Self::Refusal>;

    /// Lets the next thing happen if it is due at `until` or before. Says whether there was one.
    fn step_until(&mut self, until: Time) -> bool;

    /// Nothing is due before `until`; now it is `until`.
    fn rest_until(&mut self, until: Time);

    /// Takes the events since the last call, oldest first, into `out`.
    fn take_events(&mut self, out: &mut Vec<Self::Event>);

    /// A measure of what a clone copies, in pointers.
    fn weight(&self) -> usize;

    /// What has been counted up to now.
    fn pulse(&self) -> Self::Pulse;

    /// The number of an event.
    fn id_of(event: &Self::Event) -> EventId;

    /// The mark of an event after which so many steps had been made, if it is worth finding again.
    fn mark(event: &Self::Event, steps: u64) -> Option<Mark<Self::MarkKind>>;

    /// Whether a person who looks for the next thing to see wants to stop at an event.
    fn is_interesting(event: &Self::Event) -> bool;
}
