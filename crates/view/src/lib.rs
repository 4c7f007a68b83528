//! Say what there is to see, as plain data.

mod frame;
mod motion;
mod text;

pub use frame::*;
pub use motion::{Dot, Motion, Shape, Splash, TimerArc, Verdict};
pub use text::{Both, Label, Lang};
