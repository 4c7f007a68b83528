//! The application minus pixels: where in time a person is, how fast time runs, what is selected.
//!
//! ```text
//!   click, key, typed line, link, script ──► Msg ──► Playground::update ──► Vec<Note>
//!                                                        │
//!                                             frame() ◄──┴──► motion()
//! ```
//!
//! [`Playground`] is the one mutable owner: of the [`Timeline`](sim::Timeline) with its world, of the
//! clock and of the lens. Everything that can happen to it is a [`Msg`], so a test drives it exactly as
//! the page does. What it has to say comes back as [`Note`]s; everything else shows in the frame.
//!
//! What comes from outside (a typed line, a script, a link) is read and tried out in full before
//! anything is replaced. A [`Trouble`] is one sentence in both languages, and leaves the session as it
//! was. Work is bounded wherever a person's number decides how much there is.

mod clock;
mod file;
mod go;
mod line;
mod link;
mod msg;
mod open;
mod playground;
pub mod ranges;
mod scene;
mod trouble;

pub use link::Fault as LinkFault;
pub use msg::{Msg, Note, Speed};
pub use playground::Playground;
pub use trouble::Trouble;
pub use view::Selection;
