//! The page: draws what `play` says there is to see, and turns input into messages.
//!
//! ```text
//!   pointer, keys, command line, links, JavaScript
//!                    │ PageMsg
//!                    ▼
//!   App ── play::Msg ──▶ Playground ── Frame ──▶ components (DOM, at most ten times a second)
//!                                  └── Motion ─▶ painters (canvas, each animation frame)
//! ```
//!
//! [`app::App`] owns the [`play`] ground; everything else is a function of its props. What a person
//! can touch is DOM, what moves is painted. No animation frame is asked for while nothing moves.

mod app;
mod bar;
mod broke;
mod console;
mod cut;
mod door;
mod finding;
mod frames;
mod header;
mod icons;
mod keys;
mod listen;
mod memory;
mod page;
mod paint;
mod ranges;
mod ring;
mod seed;
mod share;
mod shared;
mod side;
mod stage;
mod timeline;

fn main() {
    broke::watch();
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.get_element_by_id("app"));
    let root = root.expect("index.html has a place for the page");
    if app::fragment().is_some_and(|fragment| fragment.starts_with(ranges::FRAGMENT)) {
        view::apart(|| yew::Renderer::<ranges::RangesApp>::with_root(root).render());
    } else {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
