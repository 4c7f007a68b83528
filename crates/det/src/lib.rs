//! Everything that makes a run repeatable: virtual time, named random streams, digests.
//!
//! Three small things, shared by every layer above:
//!
//! * [`Time`] and [`Span`]: integer microseconds of virtual time. Nothing below `web` reads a clock.
//! * [`Rng`]: one stream per decision-maker, derived from one seed and a name. Adding a message to
//!   a run therefore does not reshuffle every later election: a what-if changes one thing.
//! * [`Digest`]: a hash that is the same on every machine, 32-bit or 64-bit, native or wasm.
#![no_std]

extern crate alloc;

mod digest;
mod rng;
mod time;

pub use digest::Digest;
pub use rng::Rng;
pub use time::{Span, Time};
