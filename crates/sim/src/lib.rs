//! The simulator: many nodes on one virtual clock.

mod command;
mod event;
mod id;
mod setup;

pub use command::{Command, DiskFate, Links};
pub use event::{Answer, Ask, Effect, Event, EventKind, Loss, RaftSays, Says, Timer};
pub use id::{ClientId, End, EventId, MessageId, NodeId};
pub use setup::{Broken, Setup};

/// See the world module.
#[derive(Clone, Debug)]
pub struct World;
