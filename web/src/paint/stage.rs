//! Paints the stage: links, timers, messages, losses, and the line that a person draws.

use view::{Dot, LinkMark, Motion, TimerArc};
use web_sys::HtmlCanvasElement;

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

/// The painter of the stage and its colours.
#[derive(Debug)]
pub(crate) struct StagePainter {
    sheet: Sheet,
    colours: Palette,
    sprites: Sprites,
}

impl StagePainter {
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Self {
        Self { sheet: Sheet::new(canvas), colours: Palette::default(), sprites: Sprites::default() }
    }

    /// After the page changed its size or its colours.
    pub(crate) fn fit(&mut self, ring: &Ring) {
        self.sheet.fit();
        self.colours = Palette::read();
        let unit = (ring.radius / 42.0).clamp(0.78, 1.35);
        self.sprites = Sprites::new(unit, self.sheet.sharpness);
    }

    pub(crate) fn paint(&mut self, scene: &Scene<'_>) {
        self.sheet.clear();
        self.links(scene);
        for arc in &scene.motion.arcs {
            self.timer(scene.ring, arc);
        }
        self.losses(scene);
        for dot in &scene.motion.flights {
            self.message(scene, dot);
        }
        if let Some((line, drawing)) = scene.line {
            self.cut(scene.ring, line, drawing);
        }
    }

    fn links(&self, scene: &Scene<'_>) {
        let pen = &self.sheet.pen;
        pen.set_stroke_style_str(&self.colours.line);
        pen.set_line_width(1.2);
        pen.set_global_alpha(0.5);
        pen.begin_path();
        for (a, b) in scene.ring.pairs() {
            if scene.links.iter().all(|mark| (mark.a, mark.b) != (a, b)) {
                let link = scene.ring.link(a, b);
                pen.move_to(link.start.x, link.start.y);
                pen.line_to(link.stop.x, link.stop.y);
            }
        }
        pen.stroke();
        for mark in scene.links {
            self.marked(scene.ring, mark);
        }
        pen.set_global_alpha(1.0);
    }

    /// Each half of a link belongs to the node on its side: a cut half does not reach the middle.
    fn marked(&self, ring: &Ring, mark: &LinkMark) {
        let link = ring.link(mark.a, mark.b);
        let middle = link.start.toward(link.stop, 0.5);
        let halves = [(link.start, mark.cut_ab), (link.stop, mark.cut_ba)];
        for (end, cut) in halves {
            self.sheet.pen.set_global_alpha(if cut { 0.75 } else { 0.5 });
            let stop = if cut {
                self.sheet.dashes(1.5, 5.0);
                end.toward(middle, 0.74)
            } else {
                if mark.loss_per_million > 0 {
                    self.sheet.dashes(8.0, 5.0);
                }
                middle
            };
            self.sheet.line(end, stop);
            self.sheet.no_dashes();
            if cut {
                self.sheet.pen.set_global_alpha(0.9);
                self.sheet.cross(end.toward(middle, 0.86), 3.2);
            }
        }
    }

    fn timer(&self, ring: &Ring, arc: &TimerArc) {
        let (middle, radius) = (ring.node(arc.node), ring.radius * ARC);
        let pen = &self.sheet.pen;
        pen.set_line_width(ring.radius * 0.15);
        pen.set_stroke_style_str(&self.colours.hair);
        self.sheet.circle(middle, radius);
        pen.stroke();
        pen.set_stroke_style_str(self.colours.tone(view::Tone::Idle));
        pen.set_line_cap("round");
        if arc.frozen {
            self.sheet.dashes(0.1, ring.radius * 0.24);
        }
        if arc.left > 0.0 {
            self.sheet.part(middle, radius, f64::from(arc.left.min(1.0)));
        }
        self.sheet.no_dashes();
        pen.set_line_cap("butt");
        if arc.total > 0.0 && arc.total < 1.0 {
            self.tick(ring, arc, middle);
        }
    }

    /// Where the timer started: what chance drew.
    fn tick(&self, ring: &Ring, arc: &TimerArc, middle: Point) {
        let angle = std::f64::consts::TAU * f64::from(arc.total);
        let out = Point::towards(angle);
        self.sheet.pen.set_line_width(1.6);
        let (from, to) = (ring.radius * (ARC - 0.085), ring.radius * (ARC + 0.085));
        self.sheet.line(middle.moved(out, from), middle.moved(out, to));
    }

    fn losses(&self, scene: &Scene<'_>) {
        let pen = &self.sheet.pen;
        pen.set_stroke_style_str(&self.colours.ink);
        for splash in &scene.motion.splashes {
            let lane = scene.ring.lane(splash.from, splash.to);
            let at = lane.start.toward(lane.stop, f64::from(splash.progress));
            let age = f64::from(splash.age.clamp(0.0, 1.0));
            pen.set_global_alpha(1.0 - age);
            pen.set_line_width(2.6);
            self.sheet.cross(at, 6.0);
            pen.set_line_width(1.0);
            self.sheet.circle(at, 10.0 + 10.0 * age);
            pen.stroke();
        }
        pen.set_global_alpha(1.0);
    }

    fn message(&mut self, scene: &Scene<'_>, dot: &Dot) {
        let lane = scene.ring.lane(dot.from, dot.to);
        let at = lane.start.toward(lane.stop, f64::from(dot.progress));
        let ahead = lane.start.direction(lane.stop);
        let pen = &self.sheet.pen;
        let tone = self.colours.tone(dot.tone);
        pen.set_stroke_style_str(tone);
        if !dot.held {
            let tail = at.distance(lane.start).min(30.0);
            pen.set_global_alpha(0.22);
            pen.set_line_width(4.5);
            self.sheet.line(at.moved(ahead, -tail), at);
            pen.set_global_alpha(1.0);
        }
        if !scene.playing {
            pen.set_fill_style_str(tone);
            self.arrow(at, ahead);
        }
        if dot.selected {
            pen.set_stroke_style_str(&self.colours.focus);
            pen.set_line_width(2.5);
            self.sheet.circle(at, 20.0);
            pen.stroke();
        }
        self.sprites.stamp(&self.sheet, &self.colours, dot, at);
    }

    /// Motion tells the direction; a still picture needs an arrow.
    fn arrow(&self, at: Point, ahead: Point) {
        let (tip, back) = (at.moved(ahead, 25.0), at.moved(ahead, 17.0));
        let right = Point::new(-ahead.y, ahead.x);
        let (left, right) = (back.moved(right, -4.5), back.moved(right, 4.5));
        let pen = &self.sheet.pen;
        pen.begin_path();
        pen.move_to(tip.x, tip.y);
        pen.line_to(left.x, left.y);
        pen.line_to(right.x, right.y);
        pen.fill();
    }

    fn cut(&self, ring: &Ring, line: &Line, drawing: bool) {
        let pen = &self.sheet.pen;
        pen.set_stroke_style_str(&self.colours.ink);
        pen.set_fill_style_str(&self.colours.ink);
        pen.set_line_width(2.0);
        self.sheet.dashes(9.0, 7.0);
        pen.begin_path();
        for (i, pair) in line.points.windows(2).enumerate() {
            let middle = pair[0].toward(pair[1], 0.5);
            if i == 0 {
                pen.move_to(pair[0].x, pair[0].y);
            }
            pen.quadratic_curve_to(pair[0].x, pair[0].y, middle.x, middle.y);
        }
        pen.stroke();
        self.sheet.no_dashes();
        if drawing {
            pen.set_font("16px system-ui, sans-serif");
            pen.set_text_align("center");
            pen.set_text_baseline("middle");
            for (a, b) in line.crossed(ring) {
                let at = ring.node(a).toward(ring.node(b), 0.5);
                pen.fill_text("✂", at.x, at.y).ok();
            }
        }
    }
}
