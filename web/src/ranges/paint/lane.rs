//! The words and the bar beside a replica that has a row of its own.

use view::Tone;
use view::ranges::{RangeCell, Tile};

use super::{Drawing, Rect};
use crate::paint::MONO;
use crate::ring::Point;

/// How wide a digit of the monospaced letters is.
const DIGIT: f64 = 7.5;
/// A shorter bar says nothing.
const BAR_MIN: f64 = 16.0;

impl Drawing<'_> {
    /// How wide the applied index of a range is at most, with a gap.
    fn room_for_index(&self, slot: usize) -> f64 {
        let tiles = self.board.stores.iter().filter_map(|store| store.tiles.get(slot));
        let digits =
            tiles.map(|tile| tile.applied).max().unwrap_or(0).checked_ilog10().unwrap_or(0);
        (8.0 + f64::from(digits + 1) * DIGIT).max(34.0)
    }

    /// Beside a tile that has a row of its own: its range, its term, how much of its log is applied.
    pub(super) fn words(&mut self, tile: Tile, cell: &RangeCell, at: Rect, place: usize) {
        let column = self.layout.columns[place];
        let y = at.middle().y;
        let x = at.x + at.width + 10.0;
        let (name, applied) = (format!("r{}", cell.range), tile.applied.to_string());
        let end = column.x + column.width;
        let wide = |text: &str| text.len() as f64 * DIGIT;
        // Where there is little room, the term is what one misses least, then how far it is.
        if end - x < wide(&name) {
            return;
        }
        self.pen.font(MONO, "left", "middle");
        self.pen.fill_style(if tile.asleep { &self.colours.ink_soft } else { &self.colours.ink });
        self.pen.text(&name, Point::new(x, y));
        if end - x < wide(&name) + wide(&applied) + DIGIT {
            return;
        }
        self.pen.fill_style(&self.colours.ink_soft);
        let has_term = end - x > 132.0;
        if has_term {
            self.pen.text(&format!("t{}", tile.term), Point::new(x + 34.0, y));
        }
        self.pen.font(MONO, "right", "middle");
        self.pen.text(&applied, Point::new(end, y));
        let left = x + if has_term { 74.0 } else { 30.0 };
        let (width, height) =
            (end - left - self.room_for_index(cell.slot), (at.height * 0.18).clamp(6.0, 10.0));
        if BAR_MIN <= width {
            self.applied(tile, Rect { x: left, y: y - height / 2.0, width, height });
        }
    }

    /// How much of its log is applied.
    fn applied(&mut self, tile: Tile, bar: Rect) {
        let round = bar.height / 2.0;
        self.pen.begin();
        self.pen.round_rect(bar.corner(), bar.width, bar.height, round);
        self.pen.fill_style(&self.colours.panel);
        self.pen.fill();
        let part = tile.applied as f64 / tile.last.max(tile.applied).max(1) as f64;
        self.pen.begin();
        self.pen.round_rect(bar.corner(), bar.width * part, bar.height, round);
        self.pen.fill_style(self.colours.tone(Tone::Truth));
        self.pen.alpha(if tile.asleep { 0.35 } else { 1.0 });
        self.pen.fill();
        self.pen.alpha(1.0);
    }
}
