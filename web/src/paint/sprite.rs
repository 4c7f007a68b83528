//! Messages are drawn once per kind and then copied.

use view::{Dot, Shape, Tone, Verdict};

use super::painter::Painter;
use super::palette::Palette;
use super::sheet::Sheet;
use crate::ring::Point;

/// What decides how a message looks.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    shape: Shape,
    tone: Tone,
    reply: bool,
    verdict: Option<Verdict>,
    count: u32,
    held: bool,
    copy: bool,
}

/// The drawings made so far, of one size and theme.
#[derive(Debug, Default)]
pub(super) struct Sprites {
    drawn: Vec<Look>,
    unit: f64,
    sharpness: f64,
}

/// Room for the largest shape with its marks, in units.
const SIDE: f64 = 52.0;
/// Larger counts look the same.
const COUNT_MAX: u32 = 100;
const FONT: &str =
    "px ui-monospace, \"Cascadia Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", monospace";

impl Sprites {
    pub(super) fn new(unit: f64, sharpness: f64) -> Self {
        Self { drawn: Vec::new(), unit, sharpness }
    }

    /// The number of a message's picture, and its side; the painter is told of a new one.
    pub(super) fn of(&mut self, dot: &Dot, colours: &Palette, painter: &Painter) -> (i32, f64) {
        let look = Look {
            shape: dot.shape,
            tone: dot.tone,
            reply: dot.reply,
            verdict: dot.verdict,
            count: dot.count.min(COUNT_MAX),
            held: dot.held,
            copy: dot.copy,
        };
        let found = self.drawn.iter().position(|known| *known == look);
        let number = i32::try_from(found.unwrap_or(self.drawn.len())).unwrap_or(i32::MAX);
        if found.is_none() {
            painter.keep(number, &draw(look, colours, self.unit * self.sharpness));
            self.drawn.push(look);
        }
        (number, SIDE * self.unit)
    }
}

/// The picture of a message, `scale` pixels to a unit.
#[inline(never)]
fn draw(look: Look, colours: &Palette, scale: f64) -> Sheet {
    let mut sheet = Sheet::square(SIDE, scale);
    let tone = colours.tone(look.tone);
    sheet.stroke_style(tone);
    sheet.fill_style(if look.reply { &colours.bg } else { tone });
    sheet.line_width(2.0);
    sheet.line_join("round");
    if look.copy {
        outline(&mut sheet, look, 3.5);
        sheet.stroke();
    }
    outline(&mut sheet, look, 0.0);
    sheet.fill();
    sheet.stroke();
    sheet.fill_style(if look.reply { tone } else { &colours.on });
    inside(&mut sheet, look);
    if look.held {
        sheet.fill_style(&colours.ink);
        sheet.fill_rect(at(-4.0, -23.0), 3.0, 9.0);
        sheet.fill_rect(at(1.0, -23.0), 3.0, 9.0);
    }
    sheet
}

/// The path of a shape, `grow` units larger on every side.
fn outline(sheet: &mut Sheet, look: Look, grow: f64) {
    sheet.begin();
    match look.shape {
        Shape::Vote => path(sheet, &[(0.0, -11.5), (11.5, 0.0), (0.0, 11.5), (-11.5, 0.0)], grow),
        Shape::Append => {
            let corner = at(-13.0 - grow, -9.0 - grow);
            sheet.round_rect(corner, 26.0 + 2.0 * grow, 18.0 + 2.0 * grow, 4.0 + grow / 2.0);
        }
        Shape::Heartbeat => {
            sheet.circle(at(0.0, 0.0), if look.reply { 5.5 } else { 6.0 } + grow);
        }
        Shape::Snapshot => {
            path(sheet, &[(-12.0, -8.0), (19.0, -8.0), (12.0, 8.0), (-19.0, 8.0)], grow);
        }
        Shape::Control => path(sheet, &[(0.0, -11.0), (11.5, 9.0), (-11.5, 9.0)], grow),
        Shape::Client => sheet.circle(at(0.0, 0.0), 9.0 + grow),
    }
}

fn path(sheet: &mut Sheet, corners: &[(f64, f64)], grow: f64) {
    for (i, &(x, y)) in corners.iter().enumerate() {
        let out = 1.0 + grow / 9.0;
        if i == 0 {
            sheet.move_to(at(x * out, y * out));
        } else {
            sheet.line_to(at(x * out, y * out));
        }
    }
    sheet.close();
}

fn inside(sheet: &mut Sheet, look: Look) {
    let text = match (look.verdict, look.count) {
        (Some(Verdict::Yes), _) => "✓".to_owned(),
        (Some(Verdict::No), _) => "✕".to_owned(),
        (None, 0) => return,
        (None, COUNT_MAX) => "99+".to_owned(),
        (None, count) => count.to_string(),
    };
    let size = if text.len() > 2 && look.verdict.is_none() { "700 10" } else { "700 12" };
    sheet.font(&[size, FONT].concat(), "center", "middle");
    sheet.text(&text, at(0.0, 0.8));
}

/// A place on the picture, from its middle.
fn at(x: f64, y: f64) -> Point {
    Point::new(SIDE / 2.0 + x, SIDE / 2.0 + y)
}
