//! Messages are drawn once per kind and then copied.

use view::{Dot, Shape, Tone, Verdict};

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
    drawn: Vec<(Look, Sheet)>,
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

    /// Copies the drawing of a message to where the message is.
    pub(super) fn stamp(&mut self, onto: &Sheet, colours: &Palette, dot: &Dot, at: Point) {
        let look = Look {
            shape: dot.shape,
            tone: dot.tone,
            reply: dot.reply,
            verdict: dot.verdict,
            count: dot.count.min(COUNT_MAX),
            held: dot.held,
            copy: dot.copy,
        };
        let found = self.drawn.iter().position(|(known, _)| *known == look);
        let index = found.unwrap_or_else(|| {
            self.drawn.push((look, draw(look, colours, self.unit, self.sharpness)));
            self.drawn.len() - 1
        });
        let side = SIDE * self.unit;
        onto.pen
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &self.drawn[index].1.canvas,
                at.x - side / 2.0,
                at.y - side / 2.0,
                side,
                side,
            )
            .ok();
    }
}

fn draw(look: Look, colours: &Palette, unit: f64, sharpness: f64) -> Sheet {
    let sheet = Sheet::aside(SIDE * unit, sharpness);
    sheet.clear();
    sheet.pen.scale(unit, unit).ok();
    sheet.pen.translate(SIDE / 2.0, SIDE / 2.0).ok();
    let tone = colours.tone(look.tone);
    sheet.pen.set_stroke_style_str(tone);
    sheet.pen.set_fill_style_str(if look.reply { &colours.bg } else { tone });
    sheet.pen.set_line_width(2.0);
    sheet.pen.set_line_join("round");
    if look.copy {
        outline(&sheet, look, 3.5);
        sheet.pen.stroke();
    }
    outline(&sheet, look, 0.0);
    sheet.pen.fill();
    sheet.pen.stroke();
    sheet.pen.set_fill_style_str(if look.reply { tone } else { &colours.on });
    inside(&sheet, look);
    if look.held {
        sheet.pen.set_fill_style_str(&colours.ink);
        sheet.pen.fill_rect(-4.0, -23.0, 3.0, 9.0);
        sheet.pen.fill_rect(1.0, -23.0, 3.0, 9.0);
    }
    sheet
}

/// The path of a shape, `grow` units larger on every side.
fn outline(sheet: &Sheet, look: Look, grow: f64) {
    let pen = &sheet.pen;
    pen.begin_path();
    match look.shape {
        Shape::Vote => path(sheet, &[(0.0, -11.5), (11.5, 0.0), (0.0, 11.5), (-11.5, 0.0)], grow),
        Shape::Append => {
            pen.round_rect_with_f64(
                -13.0 - grow,
                -9.0 - grow,
                26.0 + 2.0 * grow,
                18.0 + 2.0 * grow,
                4.0 + grow / 2.0,
            )
            .ok();
        }
        Shape::Heartbeat => {
            sheet.circle(Point::default(), if look.reply { 5.5 } else { 6.0 } + grow);
        }
        Shape::Snapshot => {
            path(sheet, &[(-12.0, -8.0), (19.0, -8.0), (12.0, 8.0), (-19.0, 8.0)], grow);
        }
        Shape::Control => path(sheet, &[(0.0, -11.0), (11.5, 9.0), (-11.5, 9.0)], grow),
        Shape::Client => sheet.circle(Point::default(), 9.0 + grow),
    }
}

fn path(sheet: &Sheet, corners: &[(f64, f64)], grow: f64) {
    for (i, &(x, y)) in corners.iter().enumerate() {
        let out = 1.0 + grow / 9.0;
        if i == 0 {
            sheet.pen.move_to(x * out, y * out);
        } else {
            sheet.pen.line_to(x * out, y * out);
        }
    }
    sheet.pen.close_path();
}

fn inside(sheet: &Sheet, look: Look) {
    let text = match (look.verdict, look.count) {
        (Some(Verdict::Yes), _) => "✓".to_owned(),
        (Some(Verdict::No), _) => "✕".to_owned(),
        (None, 0) => return,
        (None, COUNT_MAX) => "99+".to_owned(),
        (None, count) => count.to_string(),
    };
    let size = if text.len() > 2 && look.verdict.is_none() { "700 10" } else { "700 12" };
    sheet.pen.set_font(&[size, FONT].concat());
    sheet.pen.set_text_align("center");
    sheet.pen.set_text_baseline("middle");
    sheet.pen.fill_text(&text, 0.0, 0.8).ok();
}
