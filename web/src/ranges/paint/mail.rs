//! What is on its way between the key space and the stores.

use view::ranges::{Mail, MailKind};

use super::Drawing;
use crate::paint::MONO;
use crate::ring::Point;

impl Drawing<'_> {
    pub(super) fn mail(&mut self, mail: &Mail) {
        let (way, progress) = (self.layout.way(self.board, mail), f64::from(mail.progress));
        let at = way.at(progress);
        self.pen.alpha(if mail.lost { 0.4 } else { 1.0 });
        match mail.kind {
            MailKind::Coalesced => {
                let moon = if mail.quiesce { " ☾" } else { "" };
                self.pill(&format!("✉ ×{}{moon}", mail.count), at, mail);
            }
            MailKind::Bulk if mail.bytes > 0 => {
                self.pill(&format!("▰ {} KB", mail.bytes.div_ceil(1_024)), at, mail);
            }
            MailKind::Bulk => self.pill("▰", at, mail),
            MailKind::Append if mail.bytes > 4_096 => {
                self.pill(&format!("▰ {} KB", mail.bytes / 1_024), at, mail);
            }
            MailKind::Append
            | MailKind::Vote
            | MailKind::Heartbeat
            | MailKind::Liveness
            | MailKind::Request
            | MailKind::Control => {
                self.trail(mail, way.behind(progress));
                self.dot(mail, at);
            }
        }
        self.pen.alpha(1.0);
    }

    fn pill(&mut self, words: &str, at: Point, mail: &Mail) {
        let width = 14.0 + words.chars().count() as f64 * 7.4;
        let corner = Point::new(at.x - width / 2.0, at.y - 11.0);
        self.pen.begin();
        self.pen.round_rect(corner, width, 22.0, 8.0);
        self.pen.fill_style(&self.colours.bg);
        self.pen.fill();
        self.pen.stroke_style(self.colours.tone(mail.tone));
        self.pen.line_width(1.4);
        if mail.reply {
            self.pen.dashes(3.0, 2.5);
        }
        self.pen.stroke();
        self.pen.no_dashes();
        self.pen.font(MONO, "center", "middle");
        self.pen.fill_style(&self.colours.ink_soft);
        self.pen.text(words, at);
    }

    fn trail(&mut self, mail: &Mail, mut behind: impl Iterator<Item = Point>) {
        self.pen.stroke_style(self.colours.tone(mail.tone));
        self.pen.alpha(if mail.lost { 0.12 } else { 0.28 });
        self.pen.line_width(1.2);
        self.pen.begin();
        if let Some(from) = behind.next() {
            self.pen.move_to(from);
        }
        behind.for_each(|at| self.pen.line_to(at));
        self.pen.stroke();
    }

    fn dot(&mut self, mail: &Mail, at: Point) {
        let colour = self.colours.tone(mail.tone);
        self.pen.alpha(if mail.lost { 0.4 } else { 1.0 });
        let is_small = matches!(mail.kind, MailKind::Heartbeat | MailKind::Liveness);
        let size = if is_small { 3.0 } else { 4.5 };
        self.pen.begin();
        match mail.kind {
            MailKind::Append => {
                let corner = Point::new(at.x - size * 1.4, at.y - size);
                self.pen.round_rect(corner, size * 2.8, size * 2.0, 2.0);
            }
            MailKind::Vote => {
                self.pen.move_to(Point::new(at.x, at.y - size * 1.2));
                self.pen.line_to(Point::new(at.x + size * 1.2, at.y));
                self.pen.line_to(Point::new(at.x, at.y + size * 1.2));
                self.pen.line_to(Point::new(at.x - size * 1.2, at.y));
                self.pen.close();
            }
            MailKind::Coalesced
            | MailKind::Heartbeat
            | MailKind::Liveness
            | MailKind::Bulk
            | MailKind::Request
            | MailKind::Control => self.pen.circle(at, size),
        }
        if mail.reply {
            self.pen.fill_style(&self.colours.bg);
            self.pen.fill();
            self.pen.line_width(1.6);
            self.pen.stroke();
        } else {
            self.pen.fill_style(colour);
            self.pen.fill();
        }
    }
}
