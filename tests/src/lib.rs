//! A browser to test with: serves the built page on loopback and drives a real Chromium.
//!
//! ```text
//!   Site ---- http, loopback ---->  Chromium (headless, an empty profile, no other network)
//!                                      ^
//!   Page -- Cdp (one WebSocket) -------+   goto, eval, click, drag, key, screenshot, ...
//! ```
//!
//! The driver speaks the Chrome DevTools Protocol directly and one call at a time: no thread, no
//! callback. What the page reports meanwhile (console lines, exceptions, requests) is kept in order
//! and asked for afterwards.
//!
//! What a user of it must know:
//!
//! 1. One browser at a time in a process: [`Browser::launch`] waits for its turn, so tests that run
//!    in parallel threads do not compete for the machine while one of them counts frames.
//! 2. A test waits for a fact ([`Page::wait_for`]), never for a time.
//! 3. The page under test is the folder that `cargo xtask dist` writes: see [`Site::dist`].
//!
//! The tests themselves stand beside this folder: `tidy.rs` reads the sources, `browser/` drives
//! the page. `cargo xtask shot` and `cargo xtask bench web` use the same driver.

mod browser;
mod cdp;
mod clock;
mod error;
mod key;
mod page;
mod site;

pub use browser::{Browser, chromium, on_path};
pub use clock::{Deadline, Stopwatch};
pub use error::Error;
pub use key::Key;
pub use page::{Page, Scheme, Viewport};
pub use site::Site;
