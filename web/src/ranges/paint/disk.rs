//! Paints what lies on the disk of a store, and what of it became durable a moment ago.

use view::Lang;
use view::ranges::{Drawer, StoreCard};

use super::Drawing;
use crate::paint::{MONO, WORDS};
use crate::ranges::flash::Flashes;
use crate::ranges::layout::{DRAWER, DRAWER_NAMED, Rect};
use crate::ring::Point;

/// Drawers in narrower columns do not say how much is in them.
const MEASURED: f64 = 190.0;

impl Drawing<'_> {
    pub(super) fn disk(&mut self, store: &StoreCard, column: Rect, lang: Lang) {
        for (number, drawer) in store.drawers.iter().enumerate() {
            let y = self.drawer_y(number);
            // The log is what is synced for somebody who waits.
            self.drawer(drawer, column, y, store.syncing && number == 0, lang);
        }
    }

    fn drawer_y(&self, number: usize) -> f64 {
        self.layout.disk_top + DRAWER * (number as f64 + 0.5)
    }

    /// Something of these drawers became durable a moment ago.
    pub(super) fn glows(&mut self, flashes: &Flashes) {
        for (place, store) in self.board.stores.iter().enumerate().filter(|_| self.layout.disks) {
            let column = self.layout.columns.get(place).copied().unwrap_or_default();
            for number in 0..store.drawers.len() {
                if let Some(glow) = flashes.glow(place, number) {
                    self.pen.alpha(glow);
                    self.light_up(bar(column, self.drawer_y(number)));
                    self.pen.alpha(1.0);
                }
            }
        }
    }

    /// The disk writes.
    fn light_up(&mut self, bar: Rect) {
        self.pen.begin();
        let corner = Point::new(bar.x - 2.0, bar.y - 2.0);
        self.pen.round_rect(corner, bar.width + 4.0, bar.height + 4.0, 5.0);
        self.pen.stroke_style(&self.colours.focus);
        self.pen.line_width(2.0);
        self.pen.stroke();
    }

    fn drawer(&mut self, drawer: &Drawer, column: Rect, y: f64, syncing: bool, lang: Lang) {
        let (named, measured) = (DRAWER_NAMED < column.width, MEASURED < column.width);
        self.pen.fill_style(&self.colours.ink_soft);
        if named {
            self.pen.font(WORDS, "left", "middle");
            self.pen.text(drawer.name.in_lang(lang), Point::new(column.x, y));
        }
        if measured {
            self.pen.font(MONO, "right", "middle");
            self.pen.text(&drawer.text, Point::new(column.x + column.width, y));
        }
        let Rect { width, .. } = bar(column, y);
        let corner = bar(column, y).corner();
        self.pen.begin();
        self.pen.round_rect(corner, width, 10.0, 3.0);
        self.pen.fill_style(&self.colours.panel);
        self.pen.fill();
        self.pen.begin();
        self.pen.round_rect(corner, width * f64::from(drawer.part), 10.0, 3.0);
        self.pen.fill_style(self.colours.tone(drawer.tone));
        self.pen.fill();
        if syncing {
            self.light_up(bar(column, y));
        }
    }
}

/// The bar of a drawer beside its words.
fn bar(column: Rect, y: f64) -> Rect {
    let before = if DRAWER_NAMED < column.width { 70.0 } else { 0.0 };
    let after = if MEASURED < column.width { 62.0 } else { 0.0 };
    let (x, width) = (column.x + before, column.width - before - after);
    Rect { x, y: y - 5.0, width, height: 10.0 }
}
