//! What moves is painted: the stage's messages and timers, and the space-time strip.

mod painter;
mod palette;
mod sheet;
mod sprite;
mod stage;
mod strip;

pub(crate) use painter::Painter;
pub(crate) use stage::{Scene, StagePainter};
pub(crate) use strip::{StripPainter, moment_at};
