//! The application minus pixels.

mod msg;

pub use msg::{Msg, Note, Selection, Speed};

// The contract of `Playground`, filled in by its own module:
//
//   Playground::new(setup: Setup) -> Playground          the default scene, paused at its first moment
//   Playground::update(&mut self, msg: Msg) -> Vec<Note>
//   Playground::frame(&mut self) -> view::Frame           shared parts; cheap when nothing changed
//   Playground::motion(&self, out: &mut view::Motion)     for each animation frame
//   Playground::is_playing(&self) -> bool, speed(), now(), lang(), selection()
//   Playground::link(&self) -> String                     `#v1;...`
//   Playground::script(&self) -> String
//   Playground::digest(&self) -> u64
