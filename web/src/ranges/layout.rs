//! Where things stand on the stage of many ranges: the key space on top, below it a column for each
//! store with its replicas as tiles. A range has the same place in every column, and keeps it.

use view::ranges::{Board, Mail, MailKind, Selection};

use crate::ring::Point;

/// A rectangle, in CSS pixels of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    pub(super) fn corner(self) -> Point {
        Point::new(self.x, self.y)
    }

    pub(super) fn middle(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    fn contains(self, at: Point) -> bool {
        (self.x..self.x + self.width).contains(&at.x)
            && (self.y..self.y + self.height).contains(&at.y)
    }
}

/// What a person pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// A range: by its place in the key space or one of its tiles.
    Range(u64),
    /// A store: its name or its disk.
    Store(u32),
    /// A table beside the log of a store.
    File(Selection),
    /// Nothing.
    Empty,
}

/// The stage of one size with so many stores and ranges.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    pub(super) keys: Rect,
    pub(super) columns: Vec<Rect>,
    /// One tile and its gap.
    pub(super) pitch: f64,
    per_row: usize,
    /// Whether each range has a row of its own, with room for words.
    pub(super) lanes: bool,
    /// Where the tiles begin, and how high they may stand.
    pub(super) tiles_top: f64,
    pub(super) tiles_height: f64,
    /// Whether there is room for the disks.
    pub(super) disks: bool,
    /// Where they begin, or the bottom.
    pub(super) disk_top: f64,
}

const KEYS_TOP: f64 = 40.0;
const KEYS_HEIGHT: f64 = 26.0;
/// Room for a store's name over its tiles.
pub(super) const NAME: f64 = 34.0;
/// A row of a store's disk.
pub(super) const DRAWER: f64 = 20.0;
/// Rows of a store's disk: three engines and the shelf.
const DRAWERS: f64 = 4.4;
/// A file beside the log.
const FILE_MIN: f64 = 12.0;
const FILE_MAX: f64 = 230.0;
const FILE_GAP: f64 = 5.0;
/// Up to so many ranges have a row each.
const LANES_MAX: usize = 12;
const PITCH_MAX: f64 = 44.0;
const PITCH_MIN: f64 = 4.5;
const LANE_MAX: f64 = 92.0;
/// How large a replica is drawn.
const TILE_MAX: f64 = 34.0;
/// Alone in a row, where columns are wide or narrow.
const TILE_MIN: f64 = 16.0;
const TILE_IN_LANE_MAX: f64 = 56.0;
/// Drawers in narrower columns have no name.
pub(super) const DRAWER_NAMED: f64 = 100.0;
/// A stage that is less high has no room for disks.
const DISKS_MIN: f64 = 340.0;

/// Whether the stores of a column and of the next have no stream with each other.
pub(super) fn is_cut(board: &Board, place: usize) -> bool {
    let pair = board.stores.get(place).zip(board.stores.get(place + 1));
    pair.is_some_and(|(left, right)| left.cut_off_from.contains(&right.id))
}

impl Layout {
    /// Whether columns have room for the names of their drawers.
    pub(super) fn names_drawers(&self) -> bool {
        self.columns.first().is_some_and(|column| DRAWER_NAMED < column.width)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers of tiles on a screen"
    )]
    pub(super) fn new(width: f64, height: f64, stores: usize, ranges: usize) -> Self {
        let pad = if width < 640.0 { 12.0 } else { 26.0 };
        let count = stores.max(1) as f64;
        let gap = match width {
            ..480.0 => 10.0,
            480.0..640.0 => 18.0,
            _ => (width * 0.06).clamp(28.0, 76.0) / (count / 3.0).max(1.0),
        };
        let column = (width - 2.0 * pad - gap * (count - 1.0)) / count;
        let top = KEYS_TOP + KEYS_HEIGHT + 16.0;
        let disks = height >= DISKS_MIN;
        let disk = if disks { DRAWER * DRAWERS + 12.0 } else { 0.0 };
        let (tiles_top, disk_top) = (top + NAME, height - disk);
        let room = (disk_top - tiles_top - 8.0).max(PITCH_MIN);
        let lanes = ranges <= LANES_MAX;
        let (pitch, per_row) = if lanes {
            ((room / ranges.max(1) as f64).clamp(PITCH_MIN, LANE_MAX), 1)
        } else {
            let fits = |pitch: f64| {
                let per_row = (column / pitch).floor().max(1.0);
                (ranges as f64 / per_row).ceil() * pitch <= room
            };
            let steps = ((PITCH_MAX - PITCH_MIN) * 2.0) as usize;
            let pitches = (0..=steps).map(|step| PITCH_MAX - step as f64 / 2.0);
            let pitch = pitches.into_iter().find(|pitch| fits(*pitch)).unwrap_or(PITCH_MIN);
            (pitch, ((column / pitch).floor().max(1.0)) as usize)
        };
        let rect = |store: usize| Rect {
            x: pad + store as f64 * (column + gap),
            y: top,
            width: column,
            height: height - top,
        };
        Self {
            keys: Rect { x: pad, y: KEYS_TOP, width: width - 2.0 * pad, height: KEYS_HEIGHT },
            columns: (0..stores).map(rect).collect(),
            pitch,
            per_row,
            lanes,
            tiles_top,
            tiles_height: room,
            disks,
            disk_top,
        }
    }

    /// The cell of the range at a position of the key space.
    pub(super) fn cell(&self, position: usize, of: usize) -> Rect {
        let width = self.keys.width / of.max(1) as f64;
        let gap = if width > 8.0 { 3.0 } else { (width * 0.25).min(1.0) };
        Rect { x: self.keys.x + width * position as f64, width: width - gap, ..self.keys }
    }

    /// The tile of a range in the column of a store.
    pub(super) fn tile(&self, column: usize, slot: usize) -> Rect {
        let column = self.columns.get(column).copied().unwrap_or_default();
        let roomy = (column.width * 0.2).clamp(TILE_MIN, TILE_IN_LANE_MAX);
        let most = if self.lanes { roomy } else { TILE_MAX };
        let side = (self.pitch * 0.8).min(most);
        let (row, place) = (slot / self.per_row, slot % self.per_row);
        Rect {
            x: column.x + place as f64 * self.pitch + (if self.lanes { 2.0 } else { 0.0 }),
            y: self.tiles_top + row as f64 * self.pitch + (self.pitch - side) / 2.0,
            width: side,
            height: side,
        }
    }

    /// The newest of so many files beside the logs of a store, under so many drawers: which, and where.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers of files on a screen"
    )]
    pub(super) fn files(
        &self,
        column: usize,
        drawers: usize,
        count: usize,
    ) -> impl Iterator<Item = (usize, Rect)> + use<> {
        let column = self.columns.get(column).copied().unwrap_or_default();
        let fits = ((column.width + FILE_GAP) / (FILE_MIN + FILE_GAP)).floor() as usize;
        let shown = count.min(fits);
        let room = (column.width + FILE_GAP) / shown.max(1) as f64 - FILE_GAP;
        let width = room.min(FILE_MAX);
        let y = self.disk_top + DRAWER * drawers as f64 + 5.0;
        (0..shown).map(move |place| {
            let x = column.x + place as f64 * (width + FILE_GAP);
            (count - shown + place, Rect { x, y, width, height: DRAWER + 2.0 })
        })
    }

    /// What lies under a point.
    pub(super) fn hit(&self, board: &Board, at: Point) -> Hit {
        let count = board.keys.len();
        for (position, cell) in board.keys.iter().enumerate() {
            if self.cell(position, count).contains(at) {
                return Hit::Range(cell.range);
            }
        }
        let Some((place, store)) =
            board.stores.iter().enumerate().find(|(place, _)| self.column_has(*place, at))
        else {
            return Hit::Empty;
        };
        if at.y < self.tiles_top || self.disk_top <= at.y {
            let mut files = self.files(place, store.drawers.len(), store.shelf.len());
            let file = files.find(|(_, rect)| rect.contains(at));
            let file = file.and_then(|(number, _)| store.shelf.get(number));
            return file.map_or(Hit::Store(store.id), |file| Hit::File(file.selection()));
        }
        let near = |slot: usize| {
            let tile = self.tile(place, slot);
            let width = if self.lanes { self.columns[place].width } else { self.pitch };
            Rect { width, height: self.pitch, y: tile.y - (self.pitch - tile.height) / 2.0, ..tile }
        };
        let cell = board.keys.iter().find(|cell| near(cell.slot).contains(at));
        cell.map_or(Hit::Empty, |cell| Hit::Range(cell.range))
    }

    /// The envelope on its way under a point; requests of clients are none.
    pub(super) fn mail(&self, board: &Board, mails: &[Mail], at: Point) -> Option<u64> {
        let near = mails.iter().filter(|mail| !matches!(mail.kind, MailKind::Request));
        let near = near.filter_map(|mail| {
            let place = self.way(board, mail).at(f64::from(mail.progress));
            let reach = if mail.kind == MailKind::Coalesced { 24.0 } else { 12.0 };
            (place.distance(at) <= reach).then_some((place.distance(at), mail.id))
        });
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
    }

    /// Between which columns a partition here would go: the place of the one on the left.
    pub(super) fn gap_near(&self, x: f64) -> Option<usize> {
        let gaps = 0..self.columns.len().saturating_sub(1);
        gaps.min_by(|a, b| (self.gap(*a) - x).abs().total_cmp(&(self.gap(*b) - x).abs()))
    }

    /// Half way between a column and the next.
    pub(super) fn gap(&self, place: usize) -> f64 {
        match (self.columns.get(place), self.columns.get(place + 1)) {
            (Some(left), Some(right)) => (left.x + left.width).midpoint(right.x),
            (Some(_) | None, _) => 0.0,
        }
    }

    /// The columns between which a partition that is drawn here runs.
    pub(super) fn cut_at(&self, board: &Board, at: Point) -> Option<usize> {
        let place = self.gap_near(at.x).filter(|&place| (self.gap(place) - at.x).abs() <= 9.0)?;
        let below = self.tiles_top - NAME <= at.y;
        (below && is_cut(board, place)).then_some(place)
    }

    fn column_has(&self, place: usize, at: Point) -> bool {
        self.columns.get(place).is_some_and(|column| column.contains(at))
    }
}
