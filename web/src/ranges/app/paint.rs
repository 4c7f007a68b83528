//! What is painted of the page of ranges, stage by stage.

use super::RangesApp;
use crate::ranges::paint::Intent;

impl RangesApp {
    pub(super) fn paint(&mut self) {
        self.paint_still();
        self.paint_beside();
        self.paint_moving();
        self.paint_strip();
    }

    pub(super) fn paint_beside(&mut self) {
        self.beside.paint_still(self.frame.engine.store, self.play.borrow().lang());
    }

    pub(super) fn paint_still(&mut self) {
        if self.zoomed.is_none()
            && let Some((board, _)) = &mut self.painters
        {
            let opened = self.frame.engine.store;
            board.stand(&self.frame.board, &self.layout, opened, self.play.borrow().lang());
        }
    }

    pub(super) fn paint_moving(&mut self) {
        let drawn = self.drawn.as_ref().filter(|(_, line)| !line.is_click());
        let intent = Intent {
            cut: drawn.and_then(|(_, line)| self.layout.gap_near(line.last().x)),
            target: self.carried,
        };
        if let Some(zoomed) = &mut self.zoomed {
            zoomed.paint(&self.play.borrow(), &self.frame.group);
        }
        if let Some((board, strip)) = &mut self.painters {
            if self.zoomed.is_none() {
                board.move_on(&self.frame.board, &self.layout, &self.motion, intent, &self.flashes);
            }
            strip.point(&self.frame.strip, self.motion.now);
        }
        self.beside.paint_moving(&self.play.borrow(), intent);
    }

    pub(super) fn paint_strip(&mut self) {
        if let Some((_, strip)) = &mut self.painters {
            strip.paint(&self.frame.strip, &self.frame.lanes, self.play.borrow().lang());
        }
    }
}
