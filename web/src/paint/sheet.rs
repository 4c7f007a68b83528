//! A drawing in the making: what a canvas's 2d context would be told, as numbers.

use crate::ring::Point;

/// The strokes, each with the name that the painter knows it by: a method, `=` a property that is a
/// text, `#` one that is a number.
macro_rules! strokes {
    ($first:ident $name:literal $(, $stroke:ident $names:literal)* $(,)?) => {
        #[derive(Clone, Copy, Debug)]
        enum Op { $first, $($stroke),* }
        pub(super) const NAMES: &str = concat!($name $(, " ", $names)*);
    };
}

strokes! {
    Begin "beginPath", Move "moveTo", Line "lineTo", Curve "quadraticCurveTo", Arc "arc",
    RoundRect "roundRect", Close "closePath", Draw "stroke", Fill "fill", FillRect "fillRect",
    Width "#lineWidth", Alpha "#globalAlpha", LineStyle "=strokeStyle", FillStyle "=fillStyle",
    Font "=font", Align "=textAlign", Baseline "=textBaseline", Cap "=lineCap", Join "=lineJoin",
    Dashes "dashes", Text "text", Word "word", Stamp "stamp",
}

/// A drawing in CSS pixels, sharp on the screen it is for.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) sharpness: f64,
    strokes: Vec<f32>,
    texts: Vec<String>,
}

/// More pixels than this cost time and show nothing.
const SHARPNESS_MAX: f64 = 2.0;

impl Sheet {
    /// An empty square.
    pub(super) fn square(side: f64, sharpness: f64) -> Self {
        let mut sheet = Self { width: side, height: side, sharpness, ..Self::default() };
        sheet.clear();
        sheet
    }

    /// Takes the size that the page gives its canvas.
    pub(crate) fn fit(&mut self, canvas: &web_sys::HtmlCanvasElement) {
        let window = web_sys::window().expect("a page has a window");
        self.width = f64::from(canvas.client_width());
        self.height = f64::from(canvas.client_height());
        self.sharpness = window.device_pixel_ratio().clamp(1.0, SHARPNESS_MAX);
    }

    /// The same, with everything drawn so many times as large.
    pub(crate) fn fit_by(&mut self, canvas: &web_sys::HtmlCanvasElement, zoom: f64) {
        self.fit(canvas);
        self.width /= zoom;
        self.height /= zoom;
        self.sharpness *= zoom;
    }

    /// Empty, with the origin in the upper left corner.
    pub(crate) fn clear(&mut self) {
        self.strokes.clear();
        self.texts.clear();
        let pixels = |length: f64| (length * self.sharpness).round();
        let (width, height) = (pixels(self.width), pixels(self.height));
        self.numbers(&[width, height, self.sharpness]);
    }

    pub(super) fn strokes(&self) -> &[f32] {
        &self.strokes
    }

    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    #[expect(clippy::cast_possible_truncation, reason = "a pixel in thousands is no pixel")]
    fn numbers(&mut self, numbers: &[f64]) {
        self.strokes.extend(numbers.iter().map(|&number| number as f32));
    }

    fn add(&mut self, op: Op, given: &[f64]) {
        self.numbers(&[f64::from(op as u8), given.len() as f64]);
        self.numbers(given);
    }

    fn say(&mut self, op: Op, text: &str, given: &[f64]) {
        let known = self.texts.iter().position(|known| known == text);
        let place = known.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        self.numbers(&[f64::from(op as u8), given.len() as f64 + 1.0, place as f64]);
        self.numbers(given);
    }

    pub(crate) fn stroke_style(&mut self, colour: &str) {
        self.say(Op::LineStyle, colour, &[]);
    }

    pub(crate) fn fill_style(&mut self, colour: &str) {
        self.say(Op::FillStyle, colour, &[]);
    }

    pub(crate) fn line_width(&mut self, width: f64) {
        self.add(Op::Width, &[width]);
    }

    /// Ends of lines: `butt` or `round`.
    pub(crate) fn line_cap(&mut self, cap: &str) {
        self.say(Op::Cap, cap, &[]);
    }

    pub(crate) fn line_join(&mut self, join: &str) {
        self.say(Op::Join, join, &[]);
    }

    pub(crate) fn alpha(&mut self, alpha: f64) {
        self.add(Op::Alpha, &[alpha]);
    }

    pub(crate) fn dashes(&mut self, on: f64, off: f64) {
        self.add(Op::Dashes, &[on, off]);
    }

    pub(crate) fn no_dashes(&mut self) {
        self.add(Op::Dashes, &[]);
    }

    /// How texts stand from now on.
    pub(crate) fn font(&mut self, font: &str, align: &str, baseline: &str) {
        self.say(Op::Font, font, &[]);
        self.say(Op::Align, align, &[]);
        self.say(Op::Baseline, baseline, &[]);
    }

    pub(crate) fn text(&mut self, text: &str, at: Point) {
        self.say(Op::Text, text, &[at.x, at.y]);
    }

    /// A text in a row of texts: left out if it would reach past `end` or stand on one before.
    pub(crate) fn word(&mut self, text: &str, at: Point, end: f64) {
        self.say(Op::Word, text, &[at.x, at.y, end]);
    }

    /// Copies a picture that the painter keeps.
    pub(super) fn stamp(&mut self, sprite: i32, corner: Point, side: f64) {
        self.add(Op::Stamp, &[f64::from(sprite), corner.x, corner.y, side]);
    }

    pub(crate) fn begin(&mut self) {
        self.add(Op::Begin, &[]);
    }

    pub(crate) fn move_to(&mut self, at: Point) {
        self.add(Op::Move, &[at.x, at.y]);
    }

    pub(crate) fn line_to(&mut self, at: Point) {
        self.add(Op::Line, &[at.x, at.y]);
    }

    pub(crate) fn curve_to(&mut self, by: Point, at: Point) {
        self.add(Op::Curve, &[by.x, by.y, at.x, at.y]);
    }

    pub(crate) fn round_rect(&mut self, corner: Point, width: f64, height: f64, radius: f64) {
        self.add(Op::RoundRect, &[corner.x, corner.y, width, height, radius]);
    }

    pub(crate) fn close(&mut self) {
        self.add(Op::Close, &[]);
    }

    pub(crate) fn stroke(&mut self) {
        self.add(Op::Draw, &[]);
    }

    pub(crate) fn fill(&mut self) {
        self.add(Op::Fill, &[]);
    }

    pub(crate) fn fill_rect(&mut self, corner: Point, width: f64, height: f64) {
        self.add(Op::FillRect, &[corner.x, corner.y, width, height]);
    }

    pub(crate) fn line(&mut self, a: Point, b: Point) {
        self.begin();
        self.move_to(a);
        self.line_to(b);
        self.stroke();
    }

    /// The path of a circle.
    pub(crate) fn circle(&mut self, middle: Point, radius: f64) {
        self.begin();
        self.add(Op::Arc, &[middle.x, middle.y, radius, 0.0, std::f64::consts::TAU]);
    }

    /// A part of a circle, clockwise from twelve o'clock; 1 is all of it.
    pub(crate) fn part(&mut self, middle: Point, radius: f64, part: f64) {
        let top = -std::f64::consts::FRAC_PI_2;
        let stop = top + std::f64::consts::TAU * part;
        self.begin();
        self.add(Op::Arc, &[middle.x, middle.y, radius, top, stop]);
        self.stroke();
    }

    pub(crate) fn cross(&mut self, middle: Point, half: f64) {
        let corner = |x, y| Point::new(middle.x + x, middle.y + y);
        self.begin();
        self.move_to(corner(-half, -half));
        self.line_to(corner(half, half));
        self.move_to(corner(half, -half));
        self.line_to(corner(-half, half));
        self.stroke();
    }
}
