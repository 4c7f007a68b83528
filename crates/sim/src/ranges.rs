//! Many ranges on few stores, on the same virtual clock.
//!
//! ```text
//!   Command ──► World ──► Event
//!                 │
//!                 ├ queue     everything that will happen, in order
//!                 ├ stores    many replicas each, on engines of their own
//!                 ├ streams   latency, loss, cuts; one each way between two stores
//!                 ├ gateway   finds ranges, learns from refusals
//!                 ├ load      clients that write without being told each time
//!                 └ checks    the invariants of a replicated store, after each step
//! ```
//!
//! Everything as for one group: a [`World`] is a value at a moment, [`World::step_until`] lets the next
//! thing happen, [`World::apply`] does what a person asks, and the same [`Setup`] with the same commands
//! makes the same world everywhere. Events of the world and of all its stores are counted together, so
//! a cause is the number of an earlier event. [`Timeline<World>`](crate::Timeline) moves through a run.
//!
//! ```
//! use det::{Span, Time};
//! use sim::ranges::{Command, Setup, World};
//!
//! let mut world = World::new(Setup { ranges: 26, ..Setup::default() })?;
//! world.run_until(Time::ZERO + Span::secs(5));
//! assert_eq!(world.asleep(), 26);
//!
//! world.apply(&Command::Put { key: "m42".into(), value: "7".into() })?;
//! world.run_until(world.now() + Span::millis(300));
//! assert_eq!(world.value(b"m42").as_deref(), Some(&b"7"[..]));
//! assert_eq!(world.asleep(), 25); // only its own range is awake
//!
//! let m = world.range_of(b"m42").expect("the ranges cover all letters").range;
//! let view = world.range(m).expect("it is there");
//! assert_eq!(view.leaseholder, view.leader);
//! # Ok::<(), sim::ranges::Refusal>(())
//! ```

mod check;
mod client;
mod command;
mod digest;
mod divergence;
mod event;
mod flight;
mod knob;
mod mark;
mod refusal;
mod restore;
mod setup;
mod table;
mod twin;
mod world;

pub use check::{Checks, Fact, Finding, OnDisk, Position, Rule};
pub use client::{Traffic, Waiting};
pub use command::Command;
pub use divergence::{Divergence, Parting};
pub use event::{Event, EventKind};
pub use flight::{Call, Flight, Says, Sync};
pub use knob::Knob;
pub use mark::MarkKind;
pub use refusal::Refusal;
pub use restore::Backup;
pub use setup::{Liveness, Setup};
pub use table::{Rows, TableSource};
pub use twin::{Twin, TwinRefusal};
pub use world::{RangeView, Sent, World};

/// A run of many ranges, as little as it takes to have it again.
pub type Recording = crate::Recording<Setup, Command>;
