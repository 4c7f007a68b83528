//! Paints the space-time strip: a lane per node, terms behind, messages between, moments on top.

use view::{Band, Lang, Strip, StripLine, StripMark};
use web_sys::HtmlCanvasElement;

use super::painter::{Painter, Place};
use super::palette::Palette;
use super::sheet::Sheet;
use crate::ring::{Point, px};

/// The drawing of the strip, its colours, and who paints it.
#[derive(Debug)]
pub(crate) struct StripPainter {
    painter: Painter,
    canvas: HtmlCanvasElement,
    sheet: Sheet,
    head: Sheet,
    /// Where the playhead is painted, in whole pixels: between two there is nothing new to see.
    at: i32,
    colours: Palette,
}

/// Room for the names of the lanes.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 12.0;
/// The names of lanes need this much.
const NAME_HEIGHT: f64 = 12.0;
/// The playhead ends above the words.
const HEAD_BOTTOM: f64 = 16.0;
/// Room for words under the lanes.
const BOTTOM: f64 = 22.0;
pub(crate) const WORDS: &str =
    "12px system-ui, \"PingFang SC\", \"Microsoft YaHei\", \"Noto Sans CJK SC\", sans-serif";
pub(crate) const NUMBERS: &str =
    "12px ui-monospace, \"Cascadia Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", monospace";
pub(crate) const ICONS: &str = "600 14px system-ui, sans-serif";

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
    pub(crate) fn new(painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        painter.give(Place::Strip, &canvas);
        let (painter, colours) = (painter.clone(), Palette::default());
        Self {
            painter,
            canvas,
            sheet: Sheet::default(),
            head: Sheet::default(),
            at: i32::MIN,
            colours,
        }
    }

    pub(crate) fn fit(&mut self) {
        self.sheet.fit(&self.canvas);
        self.head.fit(&self.canvas);
        self.at = i32::MIN;
        self.colours = Palette::read();
    }

    /// Moves the playhead to a moment.
    pub(crate) fn point(&mut self, strip: &Strip, now: u64) {
        let at = px(place_of(strip, now, self.head.width)).max(0);
        if at != self.at && self.head.width > LEFT + RIGHT {
            self.at = at;
            self.head.clear();
            playhead(&mut self.head, f64::from(at), &self.colours.ink);
            self.painter.paint(Place::Playhead, &self.head);
        }
    }

    pub(crate) fn paint(&mut self, strip: &Strip, lang: Lang) {
        let Self { painter, sheet, colours, .. } = self;
        if sheet.width > LEFT + RIGHT {
            sheet.clear();
            Drawing { strip, lang, pen: sheet, colours }.draw();
            painter.paint(Place::Strip, sheet);
        }
    }
}

pub(crate) fn playhead(pen: &mut Sheet, at: f64, ink: &str) {
    pen.fill_style(ink);
    pen.fill_rect(Point::new(at - 1.0, 0.0), 2.0, pen.height - HEAD_BOTTOM);
    pen.begin();
    pen.move_to(Point::new(at - 6.0, 0.0));
    pen.line_to(Point::new(at + 6.0, 0.0));
    pen.line_to(Point::new(at, 9.0));
    pen.fill();
}

/// The drawing while it is made.
struct Drawing<'a> {
    strip: &'a Strip,
    lang: Lang,
    pen: &'a mut Sheet,
    colours: &'a Palette,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        self.bands();
        self.lanes();
        for line in &self.strip.lines {
            self.message(line);
        }
        self.forks();
        // Words of cuts and crashes come before those of everyday commands.
        let (everyday, rare): (Vec<_>, Vec<_>) =
            self.strip.marks.iter().rev().partition(|mark| mark.icon == "○");
        for mark in rare.into_iter().chain(everyday) {
            self.mark(mark);
        }
        self.terms();
    }

    /// Words under the lanes, where no others stand yet.
    fn word(&mut self, word: &str, x: f64) {
        self.pen.font(WORDS, "left", "alphabetic");
        let at = Point::new(x, self.pen.height - 6.0);
        self.pen.word(word, at, self.pen.width - 4.0);
    }

    fn x(&self, at: u64) -> f64 {
        place_of(self.strip, at, self.pen.width)
    }

    fn y(&self, lane: u8) -> f64 {
        let lanes = &self.strip.lanes;
        let row = lanes.iter().position(|&node| node == lane).unwrap_or(0);
        let gap = (self.pen.height - TOP - BOTTOM) / lanes.len().max(1) as f64;
        TOP + gap * (row as f64 + 0.5)
    }

    fn bands(&mut self) {
        self.pen.alpha(0.42);
        for band in &self.strip.bands {
            let (from, to) = self.extent(band);
            if to <= from {
                continue;
            }
            self.pen.fill_style(self.colours.tint(band.tint));
            let height = self.pen.height - TOP - BOTTOM + 8.0;
            self.pen.fill_rect(Point::new(from, TOP - 4.0), to - from, height);
        }
        self.pen.alpha(1.0);
    }

    /// The part of a term's reign that is in sight and has been run.
    fn extent(&self, band: &Band) -> (f64, f64) {
        let end = self.x(band.to.min(self.strip.horizon)).min(self.pen.width - RIGHT);
        (self.x(band.from).max(LEFT), end)
    }

    fn terms(&mut self) {
        self.pen.fill_style(&self.colours.ink_soft);
        for band in &self.strip.bands {
            let (from, to) = self.extent(band);
            if from < to {
                self.word(&["term ", &band.term.to_string()].concat(), from + 6.0);
            }
        }
    }

    fn lanes(&mut self) {
        self.pen.font(NUMBERS, "left", "middle");
        self.pen.fill_style(&self.colours.ink_soft);
        self.pen.stroke_style(&self.colours.line);
        self.pen.line_width(1.0);
        let end = self.x(self.strip.horizon).min(self.pen.width - RIGHT);
        let mut free = 0.0;
        for &lane in &self.strip.lanes {
            let y = self.y(lane);
            // A name that would stand on the one before is left out.
            if y >= free {
                free = y + NAME_HEIGHT;
                self.pen.text(&["n", &lane.to_string()].concat(), Point::new(16.0, y));
            }
            self.pen.alpha(0.5);
            self.pen.line(Point::new(LEFT, y), Point::new(end, y));
            self.pen.alpha(1.0);
        }
    }

    fn message(&mut self, line: &StripLine) {
        let (left, right) = (LEFT, self.pen.width - RIGHT);
        let a = Point::new(self.x(line.sent), self.y(line.from));
        // It aims at the moment it is due; a lost one ends on the way there.
        let aim = Point::new(self.x(line.due), self.y(line.to));
        let whole = line.due.saturating_sub(line.sent).max(1) as f64;
        let b = a.toward(aim, (line.ended.saturating_sub(line.sent) as f64 / whole).min(1.0));
        if b.x < left || a.x > right {
            return;
        }
        self.pen.stroke_style(self.colours.tone(line.tone));
        self.pen.line_width(1.2);
        self.pen.alpha(if line.reply { 0.35 } else { 0.8 });
        let a = if a.x < left { a.toward(b, (left - a.x) / (b.x - a.x)) } else { a };
        self.pen.line(a, b);
        self.pen.alpha(1.0);
        if line.lost && b.x <= right {
            self.pen.stroke_style(&self.colours.ink);
            self.pen.cross(b, 2.6);
        }
    }

    fn forks(&mut self) {
        self.pen.stroke_style(&self.colours.ink_soft);
        self.pen.line_width(1.4);
        for (i, branch) in self.strip.branches.iter().filter(|branch| !branch.current).enumerate() {
            let x = self.x(branch.fork);
            if x <= LEFT || x > self.pen.width - RIGHT {
                continue;
            }
            let foot = self.pen.height - BOTTOM + 4.0;
            self.pen.dashes(3.0, 3.0);
            self.pen.line(Point::new(x, TOP), Point::new(x, foot));
            self.pen.no_dashes();
            self.pen
                .line(Point::new(x, foot), Point::new(x + 14.0, foot + 6.0 + 3.0 * (i % 3) as f64));
        }
    }

    fn mark(&mut self, mark: &StripMark) {
        let x = self.x(mark.at);
        if x < LEFT - 6.0 || x > self.pen.width - RIGHT + 6.0 {
            return;
        }
        self.pen.fill_style(self.colours.tone(mark.tone));
        if let Some(lane) = mark.lane {
            self.pen.font(ICONS, "center", "middle");
            let y = self.y(lane);
            if mark.icon == "●" {
                self.pen.circle(Point::new(x, y), 4.5);
                self.pen.fill();
            } else {
                self.pen.text(mark.icon, Point::new(x, y + 0.5));
            }
            return;
        }
        self.pen.stroke_style(self.colours.tone(mark.tone));
        self.pen.line_width(1.4);
        self.pen.dashes(4.0, 4.0);
        let foot = self.pen.height - BOTTOM + 4.0;
        self.pen.line(Point::new(x, TOP - 6.0), Point::new(x, foot));
        self.pen.no_dashes();
        let word = [mark.icon, " ", mark.label.in_lang(self.lang)].concat();
        self.word(&word, x + 5.0);
    }
}
