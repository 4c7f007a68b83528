//! Many ranges on few stores: the page above a single Raft group.

mod app;
mod beside;
mod compare;
mod door;
mod flash;
mod keys;
mod layout;
mod paint;
mod side;
mod strip;
mod tables;
mod way;
mod words;
mod zoomed;

pub(crate) use app::RangesApp;

/// What the address says when this page is asked for.
pub(crate) const FRAGMENT: &str = "#ranges";

/// The address asks for the other page: what runs here goes, and that one begins.
pub(crate) fn begin_anew() {
    if let Some(window) = web_sys::window() {
        window.location().reload().ok();
    }
}
