//! Where things stand on the stage: nodes on an ellipse, clients in the corner, messages between.

use sim::End;
use view::Dot;

/// A point or a direction, in CSS pixels of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// One step from the middle, at this angle clockwise from twelve o'clock.
    pub(crate) fn towards(angle: f64) -> Self {
        let (sin, cos) = sin_cos(angle);
        Self::new(sin, -cos)
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        (x * x + y * y).sqrt()
    }

    /// The point `part` of the way to `other`.
    pub(crate) fn toward(self, other: Self, part: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)
    }

    /// The direction to `other`, of length 1; zero if they are the same.
    pub(crate) fn direction(self, other: Self) -> Self {
        let length = self.distance(other);
        if length > 0.0 {
            Self::new((other.x - self.x) / length, (other.y - self.y) / length)
        } else {
            Self::default()
        }
    }

    pub(crate) fn moved(self, direction: Self, by: f64) -> Self {
        Self::new(self.x + direction.x * by, self.y + direction.y * by)
    }
}

/// The browser's: Rust's own would be five kilobytes of the page.
#[cfg(target_arch = "wasm32")]
fn sin_cos(angle: f64) -> (f64, f64) {
    use web_sys::js_sys::Math;

    (Math::sin(angle), Math::cos(angle))
}

/// Rust's own, for tests.
#[cfg(not(target_arch = "wasm32"))]
fn sin_cos(angle: f64) -> (f64, f64) {
    angle.sin_cos()
}

/// The way of a message: from edge to edge, kept to the right so that answers do not hide questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lane {
    pub(crate) start: Point,
    pub(crate) stop: Point,
}

/// The stage of one size with so many nodes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ring {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The radius of a node's disc.
    pub(crate) radius: f64,
    middle: Point,
    reach: Point,
    nodes: Vec<Point>,
}

/// The timer arc's radius in disc radii; messages start a little outside of it.
pub(crate) const ARC: f64 = 1.24;
const EDGE: f64 = 1.42;
/// How far a lane keeps to the right of the line between two nodes, in disc radii.
const ASIDE: f64 = 0.13;
/// The client chips stand below each other in the lower left corner, this far apart.
pub(crate) const CHIP_HEIGHT: f64 = 36.0;

impl Ring {
    /// Node 1 stands at twelve o'clock, the others follow clockwise.
    pub(crate) fn new(width: f64, height: f64, count: usize) -> Self {
        let small = height.min(width * 0.86);
        let crowd = if count > 6 { 0.82 } else { 1.0 };
        let radius = (small * 0.066).clamp(25.0, 64.0) * crowd;
        let margin = radius * 1.84;
        let (below, beside) = if is_narrow(width) { (54.0, 0.0) } else { (0.0, radius * 0.9) };
        let reach_y = ((height - below) / 2.0 - margin).max(radius);
        let reach_x = (width / 2.0 - margin - beside).min(reach_y * 1.32).max(radius);
        // A ring of an odd number of nodes has no node at six o'clock: give that room back.
        let (middle_y, reach_y) = if count % 2 == 1 && count > 1 {
            let bottom = -Point::towards(std::f64::consts::PI / count as f64).y;
            let stretched = reach_y * 2.0 / (1.0 + bottom);
            (margin + stretched, stretched)
        } else {
            (margin + reach_y, reach_y)
        };
        let (middle, reach) = (Point::new(width / 2.0, middle_y), Point::new(reach_x, reach_y));
        let around = |i| {
            let angle = std::f64::consts::TAU * i as f64 / count as f64;
            let out = Point::towards(angle);
            Point::new(middle.x + reach.x * out.x, middle.y + reach.y * out.y)
        };
        Self { width, height, radius, middle, reach, nodes: (0..count).map(around).collect() }
    }

    pub(crate) fn count(&self) -> usize {
        self.nodes.len()
    }

    /// The middle of a node; the middle of the stage for a node that is not there.
    pub(crate) fn node(&self, id: u8) -> Point {
        let middle = Point::new(self.width / 2.0, self.height / 2.0);
        self.nodes.get(usize::from(id).wrapping_sub(1)).copied().unwrap_or(middle)
    }

    /// Where a point of another ring of the same nodes lies on this one.
    pub(crate) fn carry(&self, other: &Self, point: Point) -> Point {
        let part = |at: f64, middle: f64, reach: f64| (at - middle) / reach;
        Point::new(
            self.middle.x + self.reach.x * part(point.x, other.middle.x, other.reach.x),
            self.middle.y + self.reach.y * part(point.y, other.middle.y, other.reach.y),
        )
    }

    /// The ring sign of a client's chip: the first chip stands lowest.
    pub(crate) fn client(&self, id: u16) -> Point {
        let row = f64::from(id.saturating_sub(1).min(3));
        Point::new(36.0, self.height - 14.0 - CHIP_HEIGHT / 2.0 - row * CHIP_HEIGHT)
    }

    fn end(&self, end: End) -> (Point, f64) {
        match end {
            End::Node(node) => (self.node(node.0), self.radius * EDGE),
            End::Client(client) => (self.client(client.0), 12.0),
        }
    }

    pub(crate) fn lane(&self, from: End, to: End) -> Lane {
        let ((from, from_edge), (to, to_edge)) = (self.end(from), self.end(to));
        let ahead = from.direction(to);
        let right = Point::new(-ahead.y, ahead.x);
        let aside = self.radius * ASIDE;
        Lane {
            start: from.moved(ahead, from_edge).moved(right, aside),
            stop: to.moved(ahead, -to_edge).moved(right, aside),
        }
    }

    /// Where a message is now.
    pub(crate) fn dot(&self, dot: &Dot) -> Point {
        let lane = self.lane(dot.from, dot.to);
        lane.start.toward(lane.stop, f64::from(dot.progress))
    }

    /// The straight line of the link between two nodes, from edge to edge.
    pub(crate) fn link(&self, a: u8, b: u8) -> Lane {
        let (a, b) = (self.node(a), self.node(b));
        let ahead = a.direction(b);
        let edge = self.radius * EDGE;
        Lane { start: a.moved(ahead, edge), stop: b.moved(ahead, -edge) }
    }

    /// All pairs of nodes, the smaller first.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (u8, u8)> + use<> {
        let count = u8::try_from(self.nodes.len()).unwrap_or(u8::MAX);
        (1..=count).flat_map(move |a| (a + 1..=count).map(move |b| (a, b)))
    }

    /// The message nearest to a point, if one is within reach of a finger.
    pub(crate) fn hit(&self, point: Point, flights: &[Dot]) -> Option<u64> {
        let near = flights.iter().map(|dot| (self.dot(dot).distance(point), dot.message));
        near.filter(|(distance, _)| *distance <= 16.0)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, message)| message)
    }
}

/// Whether what stands beside a node finds no room there: the stage of a phone.
pub(crate) fn is_narrow(width: f64) -> bool {
    width < 560.0
}

/// A length in whole pixels, for a style.
#[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
pub(crate) fn px(length: f64) -> i32 {
    length.round() as i32
}

/// A place on the stage, for a style.
pub(crate) fn at(x: f64, y: f64) -> String {
    ["left:", &px(x).to_string(), "px;top:", &px(y).to_string(), "px"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::NodeId;

    #[track_caller]
    fn check_fits(width: f64, height: f64, count: usize) {
        let ring = Ring::new(width, height, count);
        for id in 1..=u8::try_from(count).expect("at most nine") {
            let spot = ring.node(id);
            let reach = ring.radius * 1.5;
            assert!(spot.x > reach && spot.x < width - reach, "n{id} at {spot:?} of {width}");
            assert!(spot.y > reach && spot.y < height - reach, "n{id} at {spot:?} of {height}");
        }
    }

    #[test]
    fn nodes_stay_on_the_stage_at_every_size() {
        for count in 1..=9 {
            check_fits(1420.0, 700.0, count);
            check_fits(866.0, 460.0, count);
            check_fits(390.0, 390.0, count);
            check_fits(320.0, 320.0, count);
        }
    }

    #[test]
    fn question_and_answer_keep_to_their_own_side() {
        let ring = Ring::new(800.0, 600.0, 5);
        let (one, two) = (End::Node(NodeId(1)), End::Node(NodeId(2)));
        let (there, back) = (ring.lane(one, two), ring.lane(two, one));
        assert!(there.start.distance(back.stop) > 5.0);
    }
}
