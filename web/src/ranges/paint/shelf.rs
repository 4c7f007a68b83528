//! Paints the tables beside the logs, and ties the selected one to its range's replica.

use view::Tone;
use view::ranges::{ShelfFile, StoreCard};

use super::Drawing;
use crate::paint::MONO;
use crate::ranges::layout::Rect;
use crate::ring::Point;

/// Narrower files have no name, or only that of their range.
const NAMED: f64 = 62.0;
const RANGED: f64 = 34.0;
/// Narrower files do not say how long they are.
const MEASURED: f64 = 190.0;

impl Drawing<'_> {
    /// The files of a store, newest last.
    pub(super) fn shelf(&mut self, store: &StoreCard, place: usize) {
        for (number, at) in self.layout.files(place, store.drawers.len(), store.shelf.len()) {
            let Some(file) = store.shelf.get(number) else { continue };
            self.file(file, at);
            if let Some(tile) = self.tile_of(file.range, place) {
                self.badge(tile);
                if file.selected {
                    self.tie(tile, at, place);
                }
            }
        }
    }

    fn file(&mut self, file: &ShelfFile, at: Rect) {
        let tone = self.colours.tone(Tone::Bulk);
        self.pen.begin();
        self.pen.round_rect(at.corner(), at.width, at.height, 4.0_f64.min(at.width / 3.0));
        if file.selected {
            self.pen.fill_style(tone);
            self.pen.fill();
        } else {
            self.pen.stroke_style(tone);
            self.pen.line_width(1.5);
            self.pen.stroke();
        }
        if at.width < RANGED {
            return;
        }
        let range = file.name.split(' ').next().unwrap_or_default();
        let name = if at.width < NAMED { range } else { &file.name };
        self.pen.fill_style(if file.selected { &self.colours.on } else { tone });
        self.pen.font(MONO, "left", "middle");
        self.pen.text(name, Point::new(at.x + 7.0, at.middle().y));
        if MEASURED <= at.width {
            self.pen.font(MONO, "right", "middle");
            self.pen.text(&file.text, Point::new(at.x + at.width - 7.0, at.middle().y));
        }
    }

    fn tile_of(&self, range: u64, place: usize) -> Option<Rect> {
        let cell = self.board.keys.iter().find(|cell| cell.range == range)?;
        Some(self.layout.tile(place, cell.slot))
    }

    /// On a tile: its log has thin entries.
    fn badge(&mut self, tile: Rect) {
        let side = (tile.width * 0.34).min(9.0);
        let corner = Point::new(tile.x + tile.width - side * 0.7, tile.y - side * 0.3);
        self.pen.begin();
        self.pen.round_rect(corner, side, side, 2.0);
        self.pen.fill_style(self.colours.tone(Tone::Bulk));
        self.pen.fill();
    }

    /// From the entry in the log to its file: down beside the tiles where each has a row.
    fn tie(&mut self, tile: Rect, file: Rect, place: usize) {
        let side = self.layout.columns.get(place).map_or(file.x, |column| column.x) - 6.0;
        let (start, end) = (tile.middle(), Point::new(file.x + file.width / 2.0, file.y));
        self.pen.stroke_style(self.colours.tone(Tone::Bulk));
        self.pen.line_width(2.0);
        self.pen.begin();
        if self.layout.lanes {
            self.pen.move_to(Point::new(tile.x - 1.0, start.y));
            self.pen.line_to(Point::new(side, start.y));
            self.pen.line_to(Point::new(side, end.y - 5.0));
            self.pen.line_to(Point::new(end.x, end.y - 5.0));
        } else {
            self.pen.move_to(Point::new(start.x, tile.y + tile.height));
        }
        self.pen.line_to(end);
        self.pen.stroke();
    }
}
