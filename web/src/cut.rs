//! A line drawn across the stage: which links it crosses, and what that means.

use std::collections::BTreeSet;

use sim::{Command, Links, NodeId};
use view::LinkMark;

use crate::ring::{Point, Ring};

/// A pair of nodes, the smaller first.
type Pair = (u8, u8);

/// A line drawn by hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) points: Vec<Point>,
}

/// Points closer than this add nothing.
const GRAIN: f64 = 4.0;
/// A line shorter than this was a click.
const CLICK: f64 = 8.0;

impl Line {
    pub(crate) fn from(start: Point) -> Self {
        Self { points: vec![start] }
    }

    pub(crate) fn draw(&mut self, to: Point) {
        if self.points.last().is_none_or(|last| last.distance(to) >= GRAIN) {
            self.points.push(to);
        }
    }

    /// Whether the pointer hardly moved.
    pub(crate) fn is_click(&self) -> bool {
        let Some((first, rest)) = self.points.split_first() else { return true };
        rest.iter().all(|point| point.distance(*first) < CLICK)
    }

    pub(crate) fn last(&self) -> Point {
        self.points.last().copied().unwrap_or_default()
    }

    /// The links that the line crosses.
    pub(crate) fn crossed(&self, ring: &Ring) -> Vec<Pair> {
        ring.pairs().filter(|&(a, b)| self.crosses(ring.node(a), ring.node(b))).collect()
    }

    fn crosses(&self, a: Point, b: Point) -> bool {
        self.points.windows(2).any(|step| meet(step[0], step[1], a, b))
    }

    /// What drawing the line does: a partition if it separates the nodes into groups, together
    /// with what is cut already; else each link on its own.
    pub(crate) fn commands(&self, ring: &Ring, marks: &[LinkMark]) -> Vec<Command> {
        let crossed = self.crossed(ring);
        if crossed.is_empty() {
            return Vec::new();
        }
        let before = marks.iter().filter(|mark| mark.cut_ab && mark.cut_ba).map(|m| (m.a, m.b));
        let cut: BTreeSet<Pair> = before.chain(crossed.iter().copied()).collect();
        let groups = groups(ring, &cut);
        let apart = |&(a, b): &Pair| groups.iter().all(|g| !(g.contains(&a) && g.contains(&b)));
        if groups.len() > 1 && cut.iter().all(apart) {
            let named = groups.into_iter().map(|g| g.into_iter().map(NodeId).collect());
            return vec![Command::Partition(named.collect())];
        }
        let between = |(a, b)| Command::Cut(Links::Between(NodeId(a), NodeId(b)));
        crossed.into_iter().map(between).collect()
    }
}

/// Whether the segments p-q and a-b meet.
fn meet(p: Point, q: Point, a: Point, b: Point) -> bool {
    let side = |o: Point, u: Point, v: Point| (u.x - o.x) * (v.y - o.y) - (u.y - o.y) * (v.x - o.x);
    (side(p, q, a) > 0.0) != (side(p, q, b) > 0.0) && (side(a, b, p) > 0.0) != (side(a, b, q) > 0.0)
}

/// The groups of nodes that still reach each other.
fn groups(ring: &Ring, cut: &BTreeSet<Pair>) -> Vec<BTreeSet<u8>> {
    let count = u8::try_from(ring.count()).unwrap_or(u8::MAX);
    let mut groups: Vec<BTreeSet<u8>> = (1..=count).map(|id| BTreeSet::from([id])).collect();
    for (a, b) in ring.pairs().filter(|pair| !cut.contains(pair)) {
        let Some(with_a) = groups.iter().position(|group| group.contains(&a)) else { continue };
        let Some(with_b) = groups.iter().position(|group| group.contains(&b)) else { continue };
        if with_a != with_b {
            let other = groups.remove(with_a.max(with_b));
            groups[with_a.min(with_b)].extend(other);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(points: &[(f64, f64)], marks: &[LinkMark], expected: &[Command]) {
        let ring = Ring::new(900.0, 600.0, 5);
        let points = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        assert_eq!(Line { points }.commands(&ring, marks), expected);
    }

    fn group(ids: &[u8]) -> Vec<NodeId> {
        ids.iter().copied().map(NodeId).collect()
    }

    #[test]
    fn a_line_between_two_sides_partitions() {
        let expected = [Command::Partition(vec![group(&[1, 5]), group(&[2, 3, 4])])];
        check(&[(700.0, 0.0), (600.0, 100.0), (300.0, 400.0), (0.0, 590.0)], &[], &expected);
    }

    #[test]
    fn a_line_across_one_link_cuts_it() {
        let expected = [Command::Cut(Links::Between(NodeId(3), NodeId(4)))];
        check(&[(450.0, 599.0), (450.0, 480.0)], &[], &expected);
    }

    #[test]
    fn a_second_line_keeps_the_first_partition() {
        let cut = |(a, b)| LinkMark { a, b, cut_ab: true, cut_ba: true, loss_per_million: 0 };
        let first: Vec<LinkMark> =
            [(1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5)].map(cut).to_vec();
        let groups = vec![group(&[1, 5]), group(&[2]), group(&[3, 4])];
        check(
            &[(899.0, 330.0), (520.0, 380.0), (520.0, 200.0), (700.0, 100.0)],
            &first,
            &[Command::Partition(groups)],
        );
    }

    #[test]
    fn a_line_beside_the_ring_does_nothing() {
        check(&[(0.0, 0.0), (10.0, 500.0)], &[], &[]);
    }
}
