//! Say what there is to see, as plain data.
//!
//! [`frame`] turns a run and a [`Lens`] into a [`Frame`]: everything the page shows except what moves,
//! in parts that keep their pointer while they do not change. [`motion`] says what moves, as a pure
//! function of virtual time. [`say`](mod@say) is the narration: one plain sentence per event, in
//! English and Chinese at once.
//!
//! ```text
//!   Timeline ──┬─► frame(lens)  ──► Frame   DOM, on events
//!              └─► motion(lens) ──► Motion  canvas, each animation frame
//! ```
//!
//! Nothing here changes a run, remembers anything or knows about pixels: equal runs seen through
//! equal lenses are equal pictures.

mod frame;
pub mod labels;
mod lens;
mod look;
mod motion;
mod picture;
pub mod ranges;
mod rules;
pub mod say;
mod text;
mod told;

pub use frame::*;
pub use lens::{Lens, Pace, Selection};
pub use motion::{Dot, Motion, Shape, Splash, TimerArc, Verdict};
pub use picture::{
    DIRECTIVE_MICROS, file, frame, microscope, motion, motion_of_file, of_cluster, refresh,
};
pub use text::{Both, Label, Lang, apart};
