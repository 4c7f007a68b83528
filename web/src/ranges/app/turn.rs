//! While time runs: what a frame does, and which part of the page follows the run after it.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use play::Msg as Time;

use super::RangesApp;
use crate::frames::micros;
use crate::page::PageMsg;

/// The panels follow the run this often while it plays; the canvas follows every frame.
const PANELS_MILLIS: f64 = 120.0;

/// After a frame in which so much happened no part of the page follows, but after the next one: a tick of
/// hundreds of ranges is work enough for one frame.
const BUSY: u64 = 64;

/// Which part of the page is next to follow the run while it plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    Look,
    Stage,
    Beside,
    Caption,
    Strip,
    Side,
}

impl RangesApp {
    /// One animation frame: time goes on, what moves is painted.
    pub(super) fn animate(&mut self, at: f64) -> bool {
        let wall = self.frames.came(at);
        let before = self.happened();
        let notes = self.play.borrow_mut().update(Time::Elapsed { wall: micros(wall) }.into());
        self.hear(notes);
        self.since_frame += wall;
        self.flashes.pass(wall);
        self.beside.flashes.pass(wall);
        self.play.borrow().motion(&mut self.motion);
        self.settle();
        if !self.is_moving() {
            self.refresh();
            return true;
        }
        self.paint_moving();
        self.waits = !self.waits && BUSY < self.happened().saturating_sub(before);
        if !self.waits && (self.turn != Turn::Look || self.since_frame >= PANELS_MILLIS) {
            let to_page = self.to_page.clone();
            self.next_turn = Some(Timeout::new(0, move || to_page.emit(PageMsg::Turn)));
        }
        false
    }

    /// What has happened so far in all runs on screen.
    fn happened(&self) -> u64 {
        let play = self.play.borrow();
        let runs = [Some(play.run()), play.run_beside()];
        runs.into_iter().flatten().map(|run| run.world().next_event().0).sum()
    }

    /// The next part of the page follows the run; whether it has to be drawn.
    pub(super) fn take_turn(&mut self) -> bool {
        let (draws, next) = match self.turn {
            Turn::Look => {
                self.look();
                (false, Turn::Stage)
            }
            Turn::Stage => {
                self.shown.board = Rc::clone(&self.frame.board);
                self.shown.group = Rc::clone(&self.frame.group);
                self.paint_still();
                let is_pair = self.beside.pair.is_some();
                (self.zoomed.is_some(), if is_pair { Turn::Beside } else { Turn::Caption })
            }
            Turn::Beside => {
                self.look_beside();
                self.paint_beside();
                (true, Turn::Caption)
            }
            Turn::Caption => {
                self.shown.head = Rc::clone(&self.frame.head);
                self.shown.caption = Rc::clone(&self.frame.caption);
                (true, Turn::Strip)
            }
            Turn::Strip => {
                self.paint_strip();
                (false, Turn::Side)
            }
            Turn::Side => {
                self.shown = self.frame.clone();
                (true, Turn::Look)
            }
        };
        self.turn = next;
        draws
    }
}
