//! Paints the stage of many ranges: below what stands, above what moves.

mod disk;
mod lane;
mod mail;
mod shelf;

use store::RangeId;
use view::ranges::{Board, Motion, RangeCell, Role, StoreCard, Tile};
use view::{Lang, Tone};
use web_sys::HtmlCanvasElement;

use super::flash::Flashes;
use super::layout::{Layout, NAME, Rect, is_cut};
use crate::paint::{MONO, Painter, Palette, Place, Sheet, WORDS};
use crate::ring::Point;

/// The two drawings of the stage, their colours, and who paints them.
#[derive(Debug)]
pub(super) struct BoardPainter {
    painter: Painter,
    /// Where what stands is shown, and where what moves.
    places: [Place; 2],
    canvas: HtmlCanvasElement,
    still: Sheet,
    moving: Sheet,
    colours: Palette,
}

impl BoardPainter {
    pub(super) fn new(painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        Self::at([Place::Stage, Place::Movers], painter, canvas)
    }

    /// The same for the stage on the right.
    pub(super) fn beside(&self, canvas: HtmlCanvasElement) -> Self {
        Self::at([Place::Beside, Place::BesideMovers], &self.painter, canvas)
    }

    fn at(places: [Place; 2], painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        painter.give(places[0], &canvas);
        Self {
            painter: painter.clone(),
            places,
            canvas,
            still: Sheet::default(),
            moving: Sheet::default(),
            colours: Palette::default(),
        }
    }

    /// After the page changed its size or its colours: how large the stage is.
    pub(super) fn fit(&mut self) -> (f64, f64) {
        self.colours = Palette::read();
        let zoom = self.colours.letters;
        self.still.fit_by(&self.canvas, zoom);
        self.moving.fit_by(&self.canvas, zoom);
        (self.still.width, self.still.height)
    }

    /// Where a point of the page lies in the drawing, which grows with the letters of the page.
    pub(super) fn drawn(&self, at: Point) -> Point {
        Point::new(at.x / self.colours.letters, at.y / self.colours.letters)
    }

    pub(super) fn stand(&mut self, board: &Board, layout: &Layout, opened: u32, lang: Lang) {
        let Self { painter, places, still, colours, .. } = self;
        still.clear();
        Drawing { board, layout, pen: still, colours }.stand(opened, lang);
        painter.paint(places[0], still);
    }

    pub(super) fn move_on(
        &mut self,
        board: &Board,
        layout: &Layout,
        motion: &Motion,
        intent: Intent,
        flashes: &Flashes,
    ) {
        let Self { painter, places, moving, colours, .. } = self;
        moving.clear();
        let mut drawing = Drawing { board, layout, pen: moving, colours };
        for mail in &motion.mails {
            drawing.mail(mail);
        }
        drawing.glows(flashes);
        if let Some(place) = intent.cut {
            drawing.cut(place);
        }
        if let Some(range) = intent.target {
            drawing.target(range);
        }
        painter.paint(places[1], moving);
    }
}

/// What a person is about to do, while the pointer is down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Intent {
    /// The gap through which a line is drawn.
    pub(super) cut: Option<usize>,
    /// The range that a dragged file would go to.
    pub(super) target: Option<RangeId>,
}

const LETTER: &str = "600 13px system-ui, sans-serif";
const LARGE_LETTER: &str = "600 19px system-ui, sans-serif";
const SMALL_LETTER: &str = "600 11px system-ui, sans-serif";

/// A drawing while it is made.
struct Drawing<'a> {
    board: &'a Board,
    layout: &'a Layout,
    pen: &'a mut Sheet,
    colours: &'a Palette,
}

impl Drawing<'_> {
    fn stand(&mut self, opened: u32, lang: Lang) {
        self.key_space(lang);
        for (place, store) in self.board.stores.iter().enumerate() {
            self.store(place, store, store.id == opened, lang);
            if is_cut(self.board, place) {
                self.cut(place);
            }
        }
    }

    /// A partition: no stream goes between these two columns.
    fn cut(&mut self, place: usize) {
        let (x, top) = (self.layout.gap(place), self.layout.columns[place].y);
        self.pen.stroke_style(&self.colours.ink);
        self.pen.fill_style(&self.colours.ink);
        self.pen.line_width(2.0);
        self.pen.dashes(9.0, 7.0);
        self.pen.line(Point::new(x, top + 14.0), Point::new(x, self.pen.height - 10.0));
        self.pen.no_dashes();
        self.pen.font("15px system-ui, sans-serif", "center", "middle");
        self.pen.text("✂", Point::new(x, top + 2.0));
    }

    /// Where a dragged file would go: the range's keys, and its replicas.
    fn target(&mut self, range: RangeId) {
        let (board, layout) = (self.board, self.layout);
        let mut keys = board.keys.iter().enumerate();
        let Some((position, cell)) = keys.find(|(_, cell)| cell.range == range.0) else { return };
        let tiles = board.stores.iter().enumerate().filter(|(_, store)| {
            store.tiles.get(cell.slot).is_some_and(|tile| tile.role != Role::Absent)
        });
        let tiles = tiles.map(|(place, _)| layout.tile(place, cell.slot));
        let places: Vec<Rect> = tiles.chain([layout.cell(position, board.keys.len())]).collect();
        self.pen.dashes(5.0, 3.0);
        for at in places {
            self.ring(at, at.width.min(at.height) * 0.3, &self.colours.focus);
        }
        self.pen.no_dashes();
    }

    fn key_space(&mut self, lang: Lang) {
        let (board, keys) = (self.board, self.layout.keys);
        self.pen.font(WORDS, "left", "alphabetic");
        self.pen.fill_style(&self.colours.ink_soft);
        self.pen.text(board.title.in_lang(lang), Point::new(keys.x, keys.y - 12.0));
        let of = board.keys.len();
        for (position, cell) in board.keys.iter().enumerate() {
            self.cell(cell, self.layout.cell(position, of));
        }
    }

    fn cell(&mut self, cell: &RangeCell, at: Rect) {
        let radius = (at.width / 3.0).min(5.0);
        let path = |pen: &mut Sheet| {
            pen.begin();
            pen.round_rect(at.corner(), at.width, at.height, radius);
        };
        path(self.pen);
        let tone = if cell.available { Tone::Lead } else { Tone::Violation };
        if cell.asleep {
            self.pen.stroke_style(&self.colours.hair);
            self.pen.line_width(1.2);
            self.pen.dashes(3.0, 3.0);
            self.pen.stroke();
            self.pen.no_dashes();
        } else if cell.leaseholder.is_some() && cell.available {
            self.pen.fill_style(self.colours.tone(tone));
            self.pen.fill();
        } else {
            self.pen.stroke_style(self.colours.tone(tone));
            self.pen.line_width(1.5);
            self.pen.stroke();
        }
        if at.width > 26.0 {
            let filled = !cell.asleep && cell.leaseholder.is_some() && cell.available;
            let ink = if filled { &self.colours.on } else { &self.colours.ink_soft };
            self.pen.font(MONO, "center", "middle");
            self.pen.fill_style(ink);
            self.pen.text(&cell.start, at.middle());
        }
        if cell.selected {
            self.select(at, radius);
        }
    }

    fn select(&mut self, at: Rect, radius: f64) {
        self.ring(at, radius, &self.colours.ink);
    }

    fn ring(&mut self, at: Rect, radius: f64, colour: &str) {
        self.pen.begin();
        let corner = Point::new(at.x - 2.5, at.y - 2.5);
        self.pen.round_rect(corner, at.width + 5.0, at.height + 5.0, radius + 2.5);
        self.pen.stroke_style(colour);
        self.pen.line_width(2.5);
        self.pen.stroke();
    }

    fn store(&mut self, place: usize, store: &StoreCard, opened: bool, lang: Lang) {
        let column = self.layout.columns.get(place).copied().unwrap_or_default();
        let base = column.y + NAME - 14.0;
        self.pen.font("600 15px system-ui, sans-serif", "left", "alphabetic");
        self.pen.fill_style(&self.colours.ink);
        self.pen.text(&store.name, Point::new(column.x, base));
        if opened {
            self.pen.stroke_style(&self.colours.ink);
            self.pen.line_width(2.0);
            let y = base + 5.0;
            self.pen.line(Point::new(column.x, y), Point::new(column.x + 18.0, y));
        }
        if column.width > 150.0 {
            self.pen.font(WORDS, "right", "alphabetic");
            self.pen.fill_style(&self.colours.ink_soft);
            self.pen.text(store.note.in_lang(lang), Point::new(column.x + column.width, base));
        }
        if !store.up {
            self.pen.font("600 40px system-ui, sans-serif", "center", "middle");
            self.pen.fill_style(&self.colours.line);
            self.pen.text("✕", Point::new(column.middle().x, self.layout.disk_top / 2.0 + 60.0));
        }
        for (slot, tile) in store.tiles.iter().enumerate() {
            if tile.role != Role::Absent {
                self.tile(*tile, self.layout.tile(place, slot));
            }
        }
        // Of hundreds of ranges one is selected, and only a few have room for words.
        let board = self.board;
        for cell in board.keys.iter().filter(|cell| cell.selected || self.layout.lanes) {
            let tile = store.tiles.get(cell.slot).filter(|tile| tile.role != Role::Absent);
            let Some(tile) = tile else { continue };
            let at = self.layout.tile(place, cell.slot);
            if cell.selected {
                self.select(at, at.width * 0.3);
            }
            if self.layout.lanes {
                self.words(*tile, cell, at, place);
            }
        }
        if self.layout.disks {
            // What survives of a store that is stopped.
            self.pen.alpha(if store.up { 1.0 } else { 0.45 });
            self.disk(store, column, lang);
            self.shelf(store, place);
            self.pen.alpha(1.0);
        }
    }

    fn tile(&mut self, tile: Tile, at: Rect) {
        let (tone, letter) = match tile.role {
            Role::Leader => (Tone::Lead, "L"),
            Role::Candidate => (Tone::Election, "C"),
            Role::Follower => (Tone::Idle, "F"),
            Role::Uninitialized => (Tone::Idle, "?"),
            Role::Lazy | Role::Absent => (Tone::Idle, ""),
        };
        let faint = tile.asleep || tile.role == Role::Lazy;
        self.pen.alpha(if faint { 0.55 } else { 1.0 });
        self.outline(tile.role, at);
        let filled = tile.role == Role::Leader && !faint;
        if filled {
            self.pen.fill_style(self.colours.tone(tone));
            self.pen.fill();
        } else {
            let line =
                if tile.role == Role::Lazy { &self.colours.hair } else { self.colours.tone(tone) };
            self.pen.stroke_style(line);
            self.pen.line_width(1.5);
            if faint {
                self.pen.dashes(2.5, 2.5);
            }
            self.pen.stroke();
            self.pen.no_dashes();
        }
        if at.width >= 14.0 && !letter.is_empty() {
            let font = match at.width {
                40.0.. => LARGE_LETTER,
                26.0.. => LETTER,
                _ => SMALL_LETTER,
            };
            self.pen.font(font, "center", "middle");
            self.pen.fill_style(if filled { &self.colours.on } else { self.colours.tone(tone) });
            self.pen.text(letter, at.middle());
        }
        if tile.lease {
            self.lease(at);
        }
        self.pen.alpha(1.0);
    }

    fn outline(&mut self, role: Role, at: Rect) {
        let (middle, half) = (at.middle(), at.width / 2.0);
        match role {
            Role::Leader => {
                self.pen.begin();
                self.pen.round_rect(at.corner(), at.width, at.height, at.width * 0.26);
            }
            Role::Candidate => {
                self.pen.begin();
                self.pen.move_to(Point::new(middle.x, middle.y - half));
                self.pen.line_to(Point::new(middle.x + half, middle.y));
                self.pen.line_to(Point::new(middle.x, middle.y + half));
                self.pen.line_to(Point::new(middle.x - half, middle.y));
                self.pen.close();
            }
            Role::Follower | Role::Uninitialized | Role::Lazy | Role::Absent => {
                self.pen.circle(middle, half - 0.75);
            }
        }
    }

    /// A short line under the tile: it has the lease.
    fn lease(&mut self, at: Rect) {
        let y = at.y + at.height + 2.5;
        self.pen.stroke_style(&self.colours.ink);
        self.pen.line_width(2.0);
        let (from, to) = (at.x + at.width * 0.2, at.x + at.width * 0.8);
        self.pen.line(Point::new(from, y), Point::new(to, y));
    }
}
