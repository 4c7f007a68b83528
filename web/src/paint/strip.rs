//! Paints the space-time strip: a lane per node, terms behind, messages between, moments on top.

use view::{Band, Lang, Strip, StripLine, StripMark};
use web_sys::HtmlCanvasElement;

use super::palette::Palette;
use super::sheet::Sheet;
use crate::ring::Point;

/// The painter of the strip.
#[derive(Debug)]
pub(crate) struct StripPainter {
    sheet: Sheet,
    colours: Palette,
}

/// Room for the names of the lanes.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 12.0;
/// The names of lanes need this much.
const NAME_HEIGHT: f64 = 12.0;
/// Room for words under the lanes.
const BOTTOM: f64 = 22.0;
const WORDS: &str =
    "12px system-ui, \"PingFang SC\", \"Microsoft YaHei\", \"Noto Sans CJK SC\", sans-serif";
const NUMBERS: &str =
    "12px ui-monospace, \"Cascadia Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", monospace";
const ICONS: &str = "600 14px system-ui, sans-serif";

/// Where a moment lies on a strip of this width.
pub(crate) fn place_of(strip: &Strip, at: u64, width: f64) -> f64 {
    let span = strip.to.saturating_sub(strip.from).max(1) as f64;
    let since =
        if at >= strip.from { (at - strip.from) as f64 } else { -((strip.from - at) as f64) };
    LEFT + (width - LEFT - RIGHT) * since / span
}

/// The moment at a place, within what has been run.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=1 of a span of microseconds"
)]
pub(crate) fn moment_at(strip: &Strip, x: f64, width: f64) -> u64 {
    let part = ((x - LEFT) / (width - LEFT - RIGHT).max(1.0)).clamp(0.0, 1.0);
    let span = strip.to.saturating_sub(strip.from) as f64;
    (strip.from + (span * part).round() as u64).min(strip.horizon)
}

impl StripPainter {
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Self {
        Self { sheet: Sheet::new(canvas), colours: Palette::default() }
    }

    pub(crate) fn fit(&mut self) {
        self.sheet.fit();
        self.colours = Palette::read();
    }

    pub(crate) fn width(&self) -> f64 {
        self.sheet.width
    }

    pub(crate) fn paint(&self, strip: &Strip, lang: Lang) {
        if self.sheet.width <= LEFT + RIGHT {
            return;
        }
        self.sheet.clear();
        let mut words = Words::default();
        self.bands(strip);
        self.lanes(strip);
        for line in &strip.lines {
            self.message(strip, line);
        }
        self.forks(strip);
        // Words of cuts and crashes come before those of everyday commands.
        let (everyday, rare): (Vec<_>, Vec<_>) =
            strip.marks.iter().rev().partition(|mark| mark.icon == "○");
        for mark in rare.into_iter().chain(everyday) {
            self.mark(strip, mark, lang, &mut words);
        }
        self.terms(strip, &mut words);
    }

    /// Words under the lanes, where no others stand yet.
    fn word(&self, word: &str, x: f64, words: &mut Words) {
        let pen = &self.sheet.pen;
        pen.set_font(WORDS);
        pen.set_text_align("left");
        pen.set_text_baseline("alphabetic");
        let width = pen.measure_text(word).map_or(0.0, |size| size.width());
        if x + width <= self.sheet.width - 4.0 && words.take(x, x + width) {
            pen.fill_text(word, x, self.sheet.height - 6.0).ok();
        }
    }

    fn x(&self, strip: &Strip, at: u64) -> f64 {
        place_of(strip, at, self.sheet.width)
    }

    fn y(&self, strip: &Strip, lane: u8) -> f64 {
        let lanes = &strip.lanes;
        let row = lanes.iter().position(|&node| node == lane).unwrap_or(0);
        let gap = (self.sheet.height - TOP - BOTTOM) / lanes.len().max(1) as f64;
        TOP + gap * (row as f64 + 0.5)
    }

    fn bands(&self, strip: &Strip) {
        let pen = &self.sheet.pen;
        pen.set_global_alpha(0.42);
        for band in &strip.bands {
            let (from, to) = self.extent(strip, band);
            if to <= from {
                continue;
            }
            pen.set_fill_style_str(self.colours.tint(band.tint));
            pen.fill_rect(from, TOP - 4.0, to - from, self.sheet.height - TOP - BOTTOM + 8.0);
        }
        pen.set_global_alpha(1.0);
    }

    /// The part of a term's reign that is in sight and has been run.
    fn extent(&self, strip: &Strip, band: &Band) -> (f64, f64) {
        let end = self.x(strip, band.to.min(strip.horizon)).min(self.sheet.width - RIGHT);
        (self.x(strip, band.from).max(LEFT), end)
    }

    fn terms(&self, strip: &Strip, words: &mut Words) {
        self.sheet.pen.set_fill_style_str(&self.colours.ink_soft);
        for band in &strip.bands {
            let (from, to) = self.extent(strip, band);
            if from < to {
                self.word(&["term ", &band.term.to_string()].concat(), from + 6.0, words);
            }
        }
    }

    fn lanes(&self, strip: &Strip) {
        let pen = &self.sheet.pen;
        pen.set_font(NUMBERS);
        pen.set_text_baseline("middle");
        pen.set_fill_style_str(&self.colours.ink_soft);
        pen.set_stroke_style_str(&self.colours.line);
        pen.set_line_width(1.0);
        let end = self.x(strip, strip.horizon).min(self.sheet.width - RIGHT);
        let mut free = 0.0;
        for &lane in &strip.lanes {
            let y = self.y(strip, lane);
            // A name that would stand on the one before is left out.
            if y >= free {
                free = y + NAME_HEIGHT;
                pen.fill_text(&["n", &lane.to_string()].concat(), 16.0, y).ok();
            }
            pen.set_global_alpha(0.5);
            self.sheet.line(Point::new(LEFT, y), Point::new(end, y));
            pen.set_global_alpha(1.0);
        }
    }

    fn message(&self, strip: &Strip, line: &StripLine) {
        let pen = &self.sheet.pen;
        let (left, right) = (LEFT, self.sheet.width - RIGHT);
        let a = Point::new(self.x(strip, line.sent), self.y(strip, line.from));
        // It aims at the moment it is due; a lost one ends on the way there.
        let aim = Point::new(self.x(strip, line.due), self.y(strip, line.to));
        let whole = line.due.saturating_sub(line.sent).max(1) as f64;
        let b = a.toward(aim, (line.ended.saturating_sub(line.sent) as f64 / whole).min(1.0));
        if b.x < left || a.x > right {
            return;
        }
        pen.set_stroke_style_str(self.colours.tone(line.tone));
        pen.set_line_width(1.2);
        pen.set_global_alpha(if line.reply { 0.35 } else { 0.8 });
        let a = if a.x < left { a.toward(b, (left - a.x) / (b.x - a.x)) } else { a };
        self.sheet.line(a, b);
        pen.set_global_alpha(1.0);
        if line.lost && b.x <= right {
            pen.set_stroke_style_str(&self.colours.ink);
            self.sheet.cross(b, 2.6);
        }
    }

    fn forks(&self, strip: &Strip) {
        let pen = &self.sheet.pen;
        pen.set_stroke_style_str(&self.colours.ink_soft);
        pen.set_line_width(1.4);
        for (i, branch) in strip.branches.iter().filter(|branch| !branch.current).enumerate() {
            let x = self.x(strip, branch.fork);
            if x <= LEFT || x > self.sheet.width - RIGHT {
                continue;
            }
            let foot = self.sheet.height - BOTTOM + 4.0;
            self.sheet.dashes(3.0, 3.0);
            self.sheet.line(Point::new(x, TOP), Point::new(x, foot));
            self.sheet.no_dashes();
            self.sheet
                .line(Point::new(x, foot), Point::new(x + 14.0, foot + 6.0 + 3.0 * (i % 3) as f64));
        }
    }

    fn mark(&self, strip: &Strip, mark: &StripMark, lang: Lang, words: &mut Words) {
        let pen = &self.sheet.pen;
        let x = self.x(strip, mark.at);
        if x < LEFT - 6.0 || x > self.sheet.width - RIGHT + 6.0 {
            return;
        }
        pen.set_fill_style_str(self.colours.tone(mark.tone));
        if let Some(lane) = mark.lane {
            pen.set_font(ICONS);
            pen.set_text_align("center");
            pen.set_text_baseline("middle");
            let y = self.y(strip, lane);
            if mark.icon == "●" {
                self.sheet.circle(Point::new(x, y), 4.5);
                pen.fill();
            } else {
                pen.fill_text(mark.icon, x, y + 0.5).ok();
            }
            return;
        }
        pen.set_stroke_style_str(self.colours.tone(mark.tone));
        pen.set_line_width(1.4);
        self.sheet.dashes(4.0, 4.0);
        let foot = self.sheet.height - BOTTOM + 4.0;
        self.sheet.line(Point::new(x, TOP - 6.0), Point::new(x, foot));
        self.sheet.no_dashes();
        let word = [mark.icon, " ", mark.label.in_lang(lang)].concat();
        self.word(&word, x + 5.0, words);
    }
}

/// The places that words have taken.
#[derive(Debug, Default)]
struct Words(Vec<(f64, f64)>);

impl Words {
    fn take(&mut self, from: f64, to: f64) -> bool {
        let free = self.0.iter().all(|&(start, end)| end + 10.0 < from || to + 10.0 < start);
        if free {
            self.0.push((from, to));
        }
        free
    }
}
