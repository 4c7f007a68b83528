//! Paints the stage: links, timers, messages, losses, and the line that a person draws.

use view::{Dot, LinkMark, Motion, TimerArc};
use web_sys::HtmlCanvasElement;

use super::painter::{Painter, Place};
use super::palette::Palette;
use super::sheet::Sheet;
use super::sprite::Sprites;
use crate::cut::Line;
use crate::ring::{ARC, Point, Ring};

/// Everything the painter looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) ring: &'a Ring,
    pub(crate) motion: &'a Motion,
    pub(crate) links: &'a [LinkMark],
    /// The line, and whether it is still being drawn.
    pub(crate) line: Option<(&'a Line, bool)>,
    pub(crate) playing: bool,
}

/// The drawing of the stage, its colours, and who paints it.
#[derive(Debug)]
pub(crate) struct StagePainter {
    painter: Painter,
    canvas: HtmlCanvasElement,
    sheet: Sheet,
    colours: Palette,
    sprites: Sprites,
}

impl StagePainter {
    pub(crate) fn new(painter: &Painter, canvas: HtmlCanvasElement) -> Self {
        painter.give(Place::Stage, &canvas);
        Self {
            painter: painter.clone(),
            canvas,
            sheet: Sheet::default(),
            colours: Palette::default(),
            sprites: Sprites::default(),
        }
    }

    /// After the page changed its size or its colours.
    pub(crate) fn fit(&mut self, ring: &Ring) {
        self.sheet.fit(&self.canvas);
        self.colours = Palette::read();
        let unit = (ring.radius / 42.0).clamp(0.78, 1.35);
        self.sprites = Sprites::new(unit, self.sheet.sharpness);
    }

    pub(crate) fn paint(&mut self, scene: Scene<'_>) {
        let Self { painter, sheet, colours, sprites, .. } = self;
        sheet.clear();
        Drawing { scene, pen: sheet, colours, sprites, painter }.draw();
        painter.paint(Place::Stage, sheet);
    }
}

/// The drawing while it is made.
struct Drawing<'a> {
    scene: Scene<'a>,
    pen: &'a mut Sheet,
    colours: &'a Palette,
    sprites: &'a mut Sprites,
    painter: &'a Painter,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        let Scene { motion, line, .. } = self.scene;
        self.links();
        for arc in &motion.arcs {
            self.timer(arc);
        }
        self.losses();
        for dot in &motion.flights {
            self.message(dot);
        }
        if let Some((line, drawing)) = line {
            self.cut(line, drawing);
        }
    }

    fn links(&mut self) {
        let Scene { ring, links, .. } = self.scene;
        self.pen.stroke_style(&self.colours.line);
        self.pen.line_width(1.2);
        self.pen.alpha(0.5);
        self.pen.begin();
        for (a, b) in ring.pairs() {
            if links.iter().all(|mark| (mark.a, mark.b) != (a, b)) {
                let link = ring.link(a, b);
                self.pen.move_to(link.start);
                self.pen.line_to(link.stop);
            }
        }
        self.pen.stroke();
        for mark in links {
            self.marked(mark);
        }
        self.pen.alpha(1.0);
    }

    /// Each half of a link belongs to the node on its side: a cut half does not reach the middle.
    fn marked(&mut self, mark: &LinkMark) {
        let ring = self.scene.ring;
        let link = ring.link(mark.a, mark.b);
        let middle = link.start.toward(link.stop, 0.5);
        let halves = [(link.start, mark.cut_ab), (link.stop, mark.cut_ba)];
        for (end, cut) in halves {
            self.pen.alpha(if cut { 0.75 } else { 0.5 });
            let stop = if cut {
                self.pen.dashes(1.5, 5.0);
                end.toward(middle, 0.74)
            } else {
                if mark.loss_per_million > 0 {
                    self.pen.dashes(8.0, 5.0);
                }
                middle
            };
            self.pen.line(end, stop);
            self.pen.no_dashes();
            if cut {
                self.pen.alpha(0.9);
                self.pen.cross(end.toward(middle, 0.86), 3.2);
            }
        }
    }

    fn timer(&mut self, arc: &TimerArc) {
        let ring = self.scene.ring;
        let (middle, radius) = (ring.node(arc.node), ring.radius * ARC);
        self.pen.line_width(ring.radius * 0.15);
        self.pen.stroke_style(&self.colours.line);
        self.pen.alpha(0.35);
        self.pen.circle(middle, radius);
        self.pen.stroke();
        self.pen.alpha(1.0);
        self.pen.stroke_style(self.colours.tone(view::Tone::Idle));
        self.pen.line_cap("round");
        if arc.frozen {
            self.pen.dashes(0.1, ring.radius * 0.24);
        }
        if arc.left > 0.0 {
            self.pen.part(middle, radius, f64::from(arc.left.min(1.0)));
        }
        self.pen.no_dashes();
        self.pen.line_cap("butt");
        if arc.total > 0.0 && arc.total < 1.0 {
            self.tick(arc, middle);
        }
    }

    /// Where the timer started: what chance drew.
    fn tick(&mut self, arc: &TimerArc, middle: Point) {
        let ring = self.scene.ring;
        let angle = std::f64::consts::TAU * f64::from(arc.total);
        let out = Point::towards(angle);
        self.pen.line_width(1.6);
        let (from, to) = (ring.radius * (ARC - 0.085), ring.radius * (ARC + 0.085));
        self.pen.line(middle.moved(out, from), middle.moved(out, to));
    }

    fn losses(&mut self) {
        let Scene { ring, motion, .. } = self.scene;
        self.pen.stroke_style(&self.colours.ink);
        for splash in &motion.splashes {
            let lane = ring.lane(splash.from, splash.to);
            let at = lane.start.toward(lane.stop, f64::from(splash.progress));
            let age = f64::from(splash.age.clamp(0.0, 1.0));
            self.pen.alpha(1.0 - age);
            self.pen.line_width(2.6);
            self.pen.cross(at, 6.0);
            self.pen.line_width(1.0);
            self.pen.circle(at, 10.0 + 10.0 * age);
            self.pen.stroke();
        }
        self.pen.alpha(1.0);
    }

    fn message(&mut self, dot: &Dot) {
        let ring = self.scene.ring;
        let lane = ring.lane(dot.from, dot.to);
        let at = lane.start.toward(lane.stop, f64::from(dot.progress));
        let ahead = lane.start.direction(lane.stop);
        let tone = self.colours.tone(dot.tone);
        self.pen.stroke_style(tone);
        if !dot.held {
            let tail = at.distance(lane.start).min(30.0);
            self.pen.alpha(0.22);
            self.pen.line_width(4.5);
            self.pen.line(at.moved(ahead, -tail), at);
            self.pen.alpha(1.0);
        }
        if !self.scene.playing {
            self.pen.fill_style(tone);
            self.arrow(at, ahead);
        }
        if dot.selected {
            self.pen.stroke_style(&self.colours.focus);
            self.pen.line_width(2.5);
            self.pen.circle(at, 20.0);
            self.pen.stroke();
        }
        let (sprite, side) = self.sprites.of(dot, self.colours, self.painter);
        self.pen.stamp(sprite, at.moved(Point::new(-0.5, -0.5), side), side);
    }

    /// Motion tells the direction; a still picture needs an arrow.
    fn arrow(&mut self, at: Point, ahead: Point) {
        let (tip, back) = (at.moved(ahead, 25.0), at.moved(ahead, 17.0));
        let right = Point::new(-ahead.y, ahead.x);
        let (left, right) = (back.moved(right, -4.5), back.moved(right, 4.5));
        self.pen.begin();
        self.pen.move_to(tip);
        self.pen.line_to(left);
        self.pen.line_to(right);
        self.pen.fill();
    }

    fn cut(&mut self, line: &Line, drawing: bool) {
        let ring = self.scene.ring;
        self.pen.stroke_style(&self.colours.ink);
        self.pen.fill_style(&self.colours.ink);
        self.pen.line_width(2.0);
        self.pen.dashes(9.0, 7.0);
        self.pen.begin();
        for (i, pair) in line.points.windows(2).enumerate() {
            let middle = pair[0].toward(pair[1], 0.5);
            if i == 0 {
                self.pen.move_to(pair[0]);
            }
            self.pen.curve_to(pair[0], middle);
        }
        self.pen.stroke();
        self.pen.no_dashes();
        if drawing {
            self.pen.font("16px system-ui, sans-serif", "center", "middle");
            for (a, b) in line.crossed(ring) {
                let at = ring.node(a).toward(ring.node(b), 0.5);
                self.pen.text("✂", at);
            }
        }
    }
}
