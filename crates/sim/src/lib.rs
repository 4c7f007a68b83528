//! Many nodes on one virtual clock, and everything that a person may do to them.
//!
//! ```text
//!   Command ──► Timeline ──► World ──► Event
//!               seek, fork    │
//!                             ├ queue     everything that will happen, in order
//!                             ├ nodes     Raft core + disk + state machine
//!                             ├ links     latency, loss, cuts
//!                             ├ clients   one request at a time, retried with the same serial
//!                             └ checks    the invariants of Raft, after every event
//! ```
//!
//! A [`World`] is a value at a moment of virtual time. [`World::step_until`] lets the next thing
//! happen; [`World::apply`] does what a person asks. Everything that happens is an [`Event`] with its
//! cause. The same [`Setup`] and the same commands at the same moments make the same world, to the
//! bit, on every machine: [`World::digest`] says whether two are equal.
//!
//! A [`Timeline`] moves through a run: forward, back, to any event. What is done in the past makes
//! another future and keeps the old one. A [`Recording`] is all it takes to have a run again.
//!
//! [`ranges`] is the same for many ranges on few stores.
//!
//! Not here: words (see `script` and `view`), pictures, wall clocks.

pub mod busy;
mod check;
mod client;
mod codec;
mod command;
mod disk;
mod event;
mod flight;
mod hub;
mod id;
mod kv;
mod net;
mod queue;
pub mod ranges;
mod recording;
mod refusal;
mod server;
mod setup;
mod spine;
mod timeline;
mod world;

pub use check::{Checks, Fact, Finding, Rule};
pub use client::{Client, Pending};
pub use codec::Request;
pub use command::{Command, DiskFate, Links, Seat};
pub use disk::Disk;
pub use event::{Answer, Ask, Effect, Event, EventKind, Loss, RaftSays, Says, Timer};
pub use flight::{Flight, Part};
pub use id::{ClientId, End, EventId, MessageId, NodeId};
pub use kv::Kv;
pub use net::Link;
pub use recording::Recording;
pub use refusal::Refusal;
pub use server::{Handed, LoopStep, Microscope, Phase, Server, Standing};
pub use setup::{Broken, Setup};
pub use spine::Spine;
pub use timeline::{Branch, Mark, MarkKind, OpenError, PULSE, Run, Timeline};
pub use world::{Upcoming, World};
