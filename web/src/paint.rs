//! What moves is painted: the stage's messages and timers, and the space-time strip.

mod painter;
mod palette;
mod sheet;
mod sprite;
mod stage;
mod strip;

pub(crate) use painter::{Painter, Place};
pub(crate) use palette::Palette;
pub(crate) use sheet::Sheet;
pub(crate) use stage::{Scene, StagePainter};
pub(crate) use strip::{
    ICONS, NUMBERS as MONO, StripPainter, WORDS, moment_at, place_of, playhead,
};
