//! The painter: a worker that carries out strokes, so that pixels cost the page's own thread nothing.
//!
//! A drawing is a list of numbers: width, height and sharpness, then for each stroke which it is,
//! how many numbers follow, and those. Texts and colours stand beside it, by their place in a list.
//! A canvas shows two drawings, one above the other; each stays until another comes in its place.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Array, Float32Array};
use web_sys::{Blob, HtmlCanvasElement, Url, Worker};

use super::sheet::{NAMES, Sheet};

const SOURCE: &str = include_str!("painter.js");
const NEEDED: &str = "Raftarium needs a browser that paints in a worker (OffscreenCanvas): Chrome \
                      or Edge 69, Firefox 105, Safari 16.4, or later.";

/// Whose drawing it is. The even one of a pair lies below the odd one, on the same canvas.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Stage = 0,
    Movers = 1,
    Strip = 2,
    Playhead = 3,
    Beside = 4,
    BesideMovers = 5,
}

/// The worker's address. Drawings reach it in the order they are sent.
#[derive(Clone, Debug)]
pub(crate) struct Painter(Worker);

impl Painter {
    pub(crate) fn new() -> Self {
        let source = ["const NAMES=\"", NAMES, "\".split(\" \");", SOURCE].concat();
        let blob = Blob::new_with_str_sequence(&Array::of1(&source.into()).into());
        let address = blob.and_then(|blob| Url::create_object_url_with_blob(&blob));
        let worker = address.and_then(|address| Worker::new(&address)).expect(NEEDED);
        // Without its painter the page would stay empty and say nothing.
        let failed = Closure::<dyn Fn()>::new(|| panic!("the painter stopped. {NEEDED}"));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        failed.forget();
        Self(worker)
    }

    /// From now on the canvas of this drawing is the painter's.
    pub(crate) fn give(&self, place: Place, canvas: &HtmlCanvasElement) {
        let canvas = canvas.transfer_control_to_offscreen().expect(NEEDED);
        let data = Array::of2(&(place as i32).into(), &canvas);
        self.0.post_message_with_transfer(&data, &Array::of1(&canvas)).expect(NEEDED);
    }

    /// Shows a drawing from the next frame of the screen on.
    pub(crate) fn paint(&self, place: Place, sheet: &Sheet) {
        self.send(place as i32, sheet);
    }

    /// Paints a picture to copy from, at once, and keeps it under this number.
    pub(super) fn keep(&self, sprite: i32, sheet: &Sheet) {
        self.send(!sprite, sheet);
    }

    fn send(&self, place: i32, sheet: &Sheet) {
        let strokes = Float32Array::from(sheet.strokes());
        let texts = JsValue::from(sheet.texts().join("\n"));
        let data = Array::of3(&place.into(), &texts, &strokes);
        self.0.post_message(&data).ok();
    }
}
