//! Paints the strip of many ranges: how much each store sent, and the moments worth a look.

use view::ranges::Lane;
use view::{Lang, Strip, StripMark};
use web_sys::HtmlCanvasElement;

use crate::paint::{ICONS, MONO, Painter, Palette, Place, Sheet, WORDS, place_of, playhead};
use crate::ring::Point;

/// The drawing of the strip, its colours, and who paints it.
#[derive(Debug)]
pub(super) struct LanesPainter {
    painter: Painter,
    canvas: HtmlCanvasElement,
    sheet: Sheet,
    head: Sheet,
    colours: Palette,
}

const TOP: f64 = 10.0;
/// How high a name is: of lower lanes only some have one.
const NAME: f64 = 13.0;
/// How wide the icon of a mark is.
const ICON: f64 = 13.0;
/// Room for words under the lanes.
const BOTTOM: f64 = 22.0;

impl LanesPainter {
    pub(super) fn new(painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        painter.give(Place::Strip, &canvas);
        Self {
            painter: painter.clone(),
            canvas,
            sheet: Sheet::default(),
            head: Sheet::default(),
            colours: Palette::default(),
        }
    }

    pub(super) fn fit(&mut self) {
        self.sheet.fit(&self.canvas);
        self.head.fit(&self.canvas);
        self.colours = Palette::read();
    }

    /// How wide it is.
    pub(super) fn width(&self) -> f64 {
        self.sheet.width
    }

    /// Moves the playhead to a moment.
    pub(super) fn point(&mut self, strip: &Strip, now: u64) {
        let at = place_of(strip, now, self.head.width).round();
        self.head.clear();
        playhead(&mut self.head, at, &self.colours.ink);
        self.painter.paint(Place::Playhead, &self.head);
    }

    pub(super) fn paint(&mut self, strip: &Strip, lanes: &[Lane], lang: Lang) {
        self.sheet.clear();
        let count = lanes.len().max(1) as f64;
        let gap = (self.sheet.height - TOP - BOTTOM) / count;
        let mut named = f64::NEG_INFINITY;
        for (row, lane) in lanes.iter().enumerate() {
            let at = gap * row as f64;
            let is_named = named + NAME <= at;
            named = if is_named { at } else { named };
            self.lane(strip, lane, TOP + gap * (row as f64 + 1.0), gap, is_named);
        }
        let mut ends = vec![f64::NEG_INFINITY; lanes.len()];
        for mark in &strip.marks {
            let x = place_of(strip, mark.at, self.sheet.width);
            let row = lanes.iter().position(|lane| Some(lane.store) == mark.lane.map(u32::from));
            let Some(row) = row else { continue };
            // Icons that lie on each other say nothing.
            if ends[row] + ICON <= x {
                ends[row] = x;
                self.icon(mark, Point::new(x, TOP + gap * (row as f64 + 0.45)));
            }
        }
        for mark in strip.marks.iter().rev() {
            self.words(strip, mark, lang);
        }
        self.painter.paint(Place::Strip, &self.sheet);
    }

    fn lane(&mut self, strip: &Strip, lane: &Lane, base: f64, gap: f64, is_named: bool) {
        let Self { sheet, colours, .. } = self;
        let (from, to) =
            (place_of(strip, strip.from, sheet.width), place_of(strip, strip.to, sheet.width));
        if is_named {
            sheet.font(MONO, "left", "middle");
            sheet.fill_style(&colours.ink_soft);
            sheet.text(&format!("s{}", lane.store), Point::new(16.0, base - gap / 2.0));
        }
        sheet.stroke_style(&colours.hair);
        sheet.line_width(1.0);
        sheet.line(Point::new(from, base), Point::new(to, base));
        sheet.fill_style(colours.tone(view::Tone::Idle));
        sheet.alpha(0.5);
        let width = (to - from) / lane.bars.len().max(1) as f64;
        for (place, bar) in lane.bars.iter().enumerate().filter(|(_, bar)| **bar > 0.0) {
            let height = (f64::from(*bar).sqrt() * (gap * 0.75)).max(1.5);
            let corner = Point::new(from + place as f64 * width, base - height);
            sheet.fill_rect(corner, (width - 1.5).max(1.0), height);
        }
        sheet.alpha(1.0);
    }

    fn icon(&mut self, mark: &StripMark, at: Point) {
        self.sheet.fill_style(self.colours.tone(mark.tone));
        self.sheet.font(ICONS, "center", "middle");
        self.sheet.text(mark.icon, at);
    }

    fn words(&mut self, strip: &Strip, mark: &StripMark, lang: Lang) {
        let Self { sheet, colours, .. } = self;
        let x = place_of(strip, mark.at, sheet.width);
        if mark.lane.is_none() {
            sheet.stroke_style(colours.tone(mark.tone));
            sheet.line_width(1.0);
            sheet.dashes(2.0, 3.0);
            sheet.line(Point::new(x, 0.0), Point::new(x, sheet.height - BOTTOM));
            sheet.no_dashes();
        }
        if !mark.label.is_empty() {
            sheet.fill_style(colours.tone(mark.tone));
            sheet.font(WORDS, "left", "alphabetic");
            let at = Point::new(x, sheet.height - 6.0);
            sheet.word(mark.label.in_lang(lang), at, sheet.width - 4.0);
        }
    }
}
