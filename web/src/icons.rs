//! The icons of the controls, as paths in a box of 16 by 16.

use yew::{Html, html};

pub(crate) const BACK: &str = "M3 2.5h2v11H3zM14 2.5v11L6 8z";
pub(crate) const PLAY: &str = "M4 2l10 6-10 6z";
pub(crate) const PAUSE: &str = "M3.5 2h3.5v12H3.5zM9 2h3.5v12H9z";
pub(crate) const STEP: &str = "M11 2.5h2v11h-2zM2 2.5v11L10 8z";
pub(crate) const STAR: &str =
    "M8 1l2.1 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.8l-4.4 2.5 1.1-4.9L.9 6.1l5-.5z";
pub(crate) const MINUS: &str = "M3 7.2h10v1.6H3z";
pub(crate) const PLUS: &str = "M7.2 3h1.6v4.2H13v1.6H8.8V13H7.2V8.8H3V7.2h4.2z";
pub(crate) const CLOSE: &str =
    "M3.8 2.7L8 6.9l4.2-4.2 1.1 1.1L9.1 8l4.2 4.2-1.1 1.1L8 9.1l-4.2 4.2-1.1-1.1L6.9 8 2.7 3.8z";
pub(crate) const MORE: &str = "M1.5 6.6h2.8v2.8H1.5zM6.6 6.6h2.8v2.8H6.6zM11.7 6.6h2.8v2.8h-2.8z";
pub(crate) const LEFT: &str = "M10.5 2.5l1.2 1.2L7.3 8l4.4 4.3-1.2 1.2L5 8z";
pub(crate) const RIGHT: &str = "M5.5 2.5L4.3 3.7 8.7 8l-4.4 4.3 1.2 1.2L11 8z";
pub(crate) const SUN: &str = "M8 4.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM7.3 0h1.4v2.8H7.3zM7.3 13.2h1.4V16H7.3zM0 7.3h2.8v1.4H0zM13.2 7.3H16v1.4h-2.8zM2 3l1-1 2 2-1 1zM11 12l1-1 2 2-1 1zM2 13l2-2 1 1-2 2zM11 4l2-2 1 1-2 2z";
pub(crate) const MOON: &str = "M6.2 1.2a7 7 0 108.6 8.6A6 6 0 016.2 1.2z";
pub(crate) const HALF: &str = "M8 1a7 7 0 100 14A7 7 0 008 1zm0 1.5v11a5.5 5.5 0 010-11z";

pub(crate) fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg> }
}

/// The mark of the page: an aquarium with three nodes.
pub(crate) fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 26 26" aria-hidden="true">
            <circle class="glass" cx="13" cy="13" r="11.5" />
            <path class="water" d="M2.5 15c3.5-2.4 6.5-2.4 10.5 0s7 2.4 10.5 0" />
            <rect class="lead" x="10.5" y="5" width="5" height="5" rx="1.5" />
            <circle class="fish" cx="6.8" cy="10.5" r="2" />
            <circle class="fish" cx="19.2" cy="10.5" r="2" />
        </svg>
    }
}
