//! A canvas that knows its size and the few strokes that we need.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::Array;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::ring::Point;

/// A canvas in CSS pixels, sharp on the screen it is on.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) canvas: HtmlCanvasElement,
    pub(super) pen: CanvasRenderingContext2d,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) sharpness: f64,
    solid: JsValue,
}

/// More pixels than this cost time and show nothing.
const SHARPNESS_MAX: f64 = 2.0;

impl Sheet {
    pub(super) fn new(canvas: HtmlCanvasElement) -> Self {
        let pen = canvas.get_context("2d").ok().flatten().expect("every canvas has a 2d context");
        let pen = pen.unchecked_into();
        let solid = Array::new().into();
        Self { canvas, pen, width: 0.0, height: 0.0, sharpness: 1.0, solid }
    }

    /// A canvas that is on no page, to copy from.
    pub(super) fn aside(side: f64, sharpness: f64) -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.expect("a page has a document");
        let canvas = document.create_element("canvas").expect("canvas is an element");
        let mut sheet = Self::new(canvas.unchecked_into());
        sheet.resize(side, side, sharpness);
        sheet
    }

    /// Takes the size that the page gives it.
    pub(super) fn fit(&mut self) {
        let width = f64::from(self.canvas.client_width());
        let height = f64::from(self.canvas.client_height());
        let window = web_sys::window().expect("a page has a window");
        self.resize(width, height, window.device_pixel_ratio().clamp(1.0, SHARPNESS_MAX));
    }

    fn resize(&mut self, width: f64, height: f64, sharpness: f64) {
        self.canvas.set_width(pixels(width * sharpness));
        self.canvas.set_height(pixels(height * sharpness));
        (self.width, self.height, self.sharpness) = (width, height, sharpness);
    }

    /// Empty, with the origin in the upper left corner.
    pub(super) fn clear(&self) {
        self.pen.set_transform(self.sharpness, 0.0, 0.0, self.sharpness, 0.0, 0.0).ok();
        self.pen.clear_rect(0.0, 0.0, self.width, self.height);
    }

    pub(super) fn line(&self, a: Point, b: Point) {
        self.pen.begin_path();
        self.pen.move_to(a.x, a.y);
        self.pen.line_to(b.x, b.y);
        self.pen.stroke();
    }

    pub(super) fn circle(&self, middle: Point, radius: f64) {
        self.pen.begin_path();
        self.pen.arc(middle.x, middle.y, radius, 0.0, std::f64::consts::TAU).ok();
    }

    /// A part of a circle, clockwise from twelve o'clock; 1 is all of it.
    pub(super) fn part(&self, middle: Point, radius: f64, part: f64) {
        let top = -std::f64::consts::FRAC_PI_2;
        self.pen.begin_path();
        self.pen.arc(middle.x, middle.y, radius, top, top + std::f64::consts::TAU * part).ok();
        self.pen.stroke();
    }

    pub(super) fn cross(&self, middle: Point, half: f64) {
        self.pen.begin_path();
        self.pen.move_to(middle.x - half, middle.y - half);
        self.pen.line_to(middle.x + half, middle.y + half);
        self.pen.move_to(middle.x + half, middle.y - half);
        self.pen.line_to(middle.x - half, middle.y + half);
        self.pen.stroke();
    }

    pub(super) fn dashes(&self, on: f64, off: f64) {
        self.pen.set_line_dash(&Array::of2(&on.into(), &off.into())).ok();
    }

    pub(super) fn no_dashes(&self) {
        self.pen.set_line_dash(&self.solid).ok();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a screen has fewer than 2^32 pixels and none below zero"
)]
fn pixels(length: f64) -> u32 {
    length.round().max(0.0) as u32
}
