//! Animation frames, asked for one at a time: nobody asks while nothing moves.

use det::Span;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::Callback;

/// The next animation frame, if one was asked for.
#[derive(Debug)]
pub(crate) struct Frames {
    on_frame: Closure<dyn FnMut(f64)>,
    asked: Option<i32>,
    last: Option<f64>,
}

/// A longer gap was a sleeping tab: time did not go by there.
const GAP_MAX: f64 = 100.0;

impl Frames {
    pub(crate) fn new(on_frame: Callback<f64>) -> Self {
        let on_frame = Closure::new(move |at| on_frame.emit(at));
        Self { on_frame, asked: None, last: None }
    }

    /// Asks for one frame.
    pub(crate) fn ask(&mut self) {
        if self.asked.is_none() {
            let window = web_sys::window().expect("a page has a window");
            let callback = self.on_frame.as_ref().unchecked_ref();
            self.asked = window.request_animation_frame(callback).ok();
        }
    }

    /// The frame came: milliseconds since the one before, 0 for the first after a stop.
    pub(crate) fn came(&mut self, at: f64) -> f64 {
        self.asked = None;
        let last = self.last.replace(at).unwrap_or(at);
        (at - last).clamp(0.0, GAP_MAX)
    }

    pub(crate) fn stop(&mut self) {
        self.last = None;
        if let (Some(asked), Some(window)) = (self.asked.take(), web_sys::window()) {
            window.cancel_animation_frame(asked).ok();
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Milliseconds of the wall clock as a span.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a frame lasts between 0 and 100 ms"
)]
pub(crate) fn micros(millis: f64) -> Span {
    Span::micros((millis * 1_000.0).round() as u64)
}
