//! The way of an envelope over the stage of many ranges.

use view::ranges::{Board, Mail, Place};

use super::layout::Layout;
use crate::ring::Point;

/// Where something goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    from: Point,
    to: Point,
    /// How far below its ends it runs: between two rows, where no words are.
    dip: f64,
}

/// How soon after its start, and before its end, it is between the rows.
const BEND: f64 = 26.0;

impl Way {
    /// The point where so much of it is done.
    pub(super) fn at(self, progress: f64) -> Point {
        let straight = self.from.toward(self.to, progress);
        let left = progress.min(1.0 - progress) / self.bend().max(f64::EPSILON);
        Point::new(straight.x, straight.y + self.dip * left.clamp(0.0, 1.0))
    }

    /// The lines behind whatever has come so far: from where, over where.
    pub(super) fn behind(self, progress: f64) -> impl Iterator<Item = Point> {
        let bend = self.bend();
        let turns = [bend, 1.0 - bend].into_iter().filter(move |turn| *turn < progress);
        [0.0].into_iter().chain(turns).chain([progress]).map(move |part| self.at(part))
    }

    fn bend(self) -> f64 {
        (BEND / self.from.distance(self.to).max(1.0)).min(0.5)
    }
}

impl Layout {
    /// The way of an envelope: from tile to tile if it is of one range.
    pub(super) fn way(&self, board: &Board, mail: &Mail) -> Way {
        let ends = [mail.from, mail.to];
        let [from, to] = self.ends(board, ends, mail.range);
        let between_rows = self.lanes && mail.range.is_some() && !ends.contains(&Place::Gateway);
        Way { from, to, dip: if between_rows { self.pitch / 2.0 } else { 0.0 } }
    }

    /// The ends of the way of something of this range, or of none.
    fn ends(&self, board: &Board, ends: [Place; 2], range: Option<u64>) -> [Point; 2] {
        let of = board.keys.len();
        let known = board.keys.iter().enumerate().find(|(_, cell)| Some(cell.range) == range);
        let index = |place: Place| match place {
            Place::Gateway => None,
            Place::Store(id) => board.stores.iter().position(|store| store.id == id),
        };
        ends.map(|end| match (end, known) {
            (Place::Gateway, Some((position, _))) => {
                let cell = self.cell(position, of);
                Point::new(cell.middle().x, cell.y + cell.height)
            }
            (Place::Gateway, None) => self.keys.middle(),
            (Place::Store(_), Some((_, cell))) => {
                self.tile(index(end).unwrap_or(0), cell.slot).middle()
            }
            (Place::Store(_), None) => {
                let [a, b] = ends.map(|end| index(end).unwrap_or(0));
                let column = self.columns.get(index(end).unwrap_or(0)).copied().unwrap_or_default();
                let stores = self.columns.len().max(2);
                // Each pair of stores has a height of its own, and each way of it.
                let part = (a * stores + b) as f64 / (stores * stores) as f64;
                let y = self.tiles_height * (0.06 + 0.88 * part);
                // Where each range has a row, it passes between two.
                let y = if self.lanes { (y / self.pitch).round() * self.pitch } else { y };
                Point::new(column.middle().x, self.tiles_top + y)
            }
        })
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "whole pixels")]
mod tests {
    use super::*;

    const WAY: Way =
        Way { from: Point { x: 0.0, y: 50.0 }, to: Point { x: 260.0, y: 50.0 }, dip: 20.0 };

    #[test]
    fn between_its_ends_it_runs_below_the_words() {
        let heights = [0.0, 0.05, 0.1, 0.5, 0.9, 1.0].map(|part| WAY.at(part).y.round() as i64);
        assert_eq!(heights, [50, 60, 70, 70, 70, 50]);
    }

    #[test]
    fn what_is_behind_follows_its_bends() {
        let behind =
            |progress| WAY.behind(progress).map(|at| at.x.round() as i64).collect::<Vec<_>>();
        assert_eq!(behind(0.05), [0, 13]);
        assert_eq!(behind(0.5), [0, 26, 130]);
        assert_eq!(behind(1.0), [0, 26, 234, 260]);
    }
}
