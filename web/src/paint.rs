//! What moves is painted: the stage's messages and timers, and the space-time strip.

mod palette;
mod sheet;
mod sprite;
mod stage;
mod strip;

pub(crate) use stage::{Scene, StagePainter};
pub(crate) use strip::{StripPainter, moment_at, place_of};
