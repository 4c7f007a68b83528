//! What each message does to the page. Messages for the playground go through unchanged.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use play::{Msg, Note, Selection};
use view::{Both, FeedRow, Frame, apart};

use super::{App, Turn};
use crate::finding;
use crate::frames::micros;
use crate::memory;
use crate::page::{Notice, PageMsg, Tab};
use crate::ring::Ring;
use crate::share;

/// The panels follow the run this often while it plays; the canvas follows every frame.
const PANELS_MILLIS: f64 = 100.0;
/// The feed takes its new rows one by one while they are at most so many.
const BEHIND_MAX: usize = 8;
const SPOKEN_MILLIS: f64 = 1_000.0;
/// A notice goes by itself; a refusal stays long enough to be read twice.
const DONE_MILLIS: u32 = 5_000;
const REFUSED_MILLIS: u32 = 12_000;

impl App {
    /// Handles a message; whether the panels have to be drawn again.
    pub(super) fn handle(&mut self, msg: PageMsg) -> bool {
        if let PageMsg::Frame(at) = msg {
            return self.animate(at);
        }
        if msg == PageMsg::Turn {
            return self.is_moving() && self.take_turn();
        }
        let lang = self.play.borrow().lang();
        if msg == PageMsg::Fit {
            self.fit();
        } else {
            apart(|| self.heed(msg));
        }
        let chosen = self.play.borrow().lang();
        if chosen != lang {
            memory::keep_lang(chosen);
        }
        self.refresh();
        self.settle();
        true
    }

    /// Handles what somebody did.
    fn heed(&mut self, msg: PageMsg) {
        match msg {
            PageMsg::Play(msg) => self.play(msg),
            PageMsg::Told(notes) => self.hear(notes),
            PageMsg::Tab(tab) => self.page.tab = tab,
            PageMsg::More if self.page.more => self.fold(),
            PageMsg::More => self.page.more = true,
            PageMsg::Panel(panel) => self.toggle_panel(panel),
            PageMsg::Choose(node) => self.choose(node),
            PageMsg::Menu(node) => self.open_menu(node),
            PageMsg::Act(act) => self.act(act),
            PageMsg::Press(at) => self.press(at),
            PageMsg::Drag(at) => self.drag(at),
            PageMsg::Release => self.release(),
            PageMsg::Pick => self.page.picks = Some(std::collections::BTreeSet::new()),
            PageMsg::PickDone => self.partition_picked(),
            PageMsg::Draft(text) => {
                self.page.console.draft = text;
                self.page.notice = None;
            }
            PageMsg::Complete(text) => self.complete(text),
            PageMsg::Submit => self.submit(),
            PageMsg::Recall(way) => self.page.console.recall(way),
            PageMsg::Type => self.focus_command(),
            PageMsg::Theme => self.turn_theme(),
            PageMsg::Language => {
                let other = self.play.borrow().lang().other();
                self.play(Msg::SetLang(other));
            }
            PageMsg::Why => self.page.why = !self.page.why,
            PageMsg::Read(file) => share::read(&file, &self.on_msg),
            PageMsg::Share => self.share(),
            PageMsg::Shared { copied } => self.notify(share::shared(copied), false),
            PageMsg::Hush => self.page.notice = None,
            PageMsg::Escape => self.escape(),
            PageMsg::Frame(_) | PageMsg::Turn | PageMsg::Fit => unreachable!("handled above"),
        }
    }

    /// One animation frame: time goes on, what moves is painted.
    fn animate(&mut self, at: f64) -> bool {
        let wall = self.frames.came(at);
        let notes = self.play.borrow_mut().update(Msg::Elapsed { wall: micros(wall) });
        let heard = !notes.is_empty();
        self.hear(notes);
        self.since_frame += wall;
        self.since_spoken += wall;
        self.play.borrow().motion(&mut self.motion);
        self.settle();
        if heard || !self.is_moving() {
            self.refresh();
            return true;
        }
        self.paint_stage();
        self.move_playhead();
        if self.turn != Turn::Look || self.since_frame >= PANELS_MILLIS {
            // After the frame: the next one lays out what this changes.
            let on_msg = self.on_msg.clone();
            self.next_turn = Some(Timeout::new(0, move || on_msg.emit(PageMsg::Turn)));
        }
        false
    }

    /// The next part of the page follows the run; whether it has to be drawn.
    fn take_turn(&mut self) -> bool {
        let (shown, frame) = (&mut self.shown, &self.frame);
        self.turn = match self.turn {
            Turn::Look => {
                self.look();
                Turn::Stage
            }
            Turn::Stage => {
                let Frame { head, nodes, links, clients, .. } = frame.clone();
                *shown = Frame { head, nodes, links, clients, ..shown.clone() };
                self.shown_now = self.motion.now;
                self.turn = Turn::Caption;
                return true;
            }
            Turn::Caption => {
                shown.caption = Rc::clone(&frame.caption);
                self.turn = Turn::Log;
                return true;
            }
            Turn::Log => {
                shown.log = Rc::clone(&frame.log);
                self.turn = Turn::Strip;
                return true;
            }
            Turn::Tabs => {
                let feed = next_row(&shown.feed, &frame.feed);
                *shown = Frame { feed, ..frame.clone() };
                self.turn = Turn::Rest;
                return true;
            }
            Turn::Strip => {
                self.paint_strip();
                Turn::Tabs
            }
            Turn::Rest if Rc::ptr_eq(&shown.feed, &frame.feed) => Turn::Look,
            Turn::Rest => Turn::Tabs,
        };
        false
    }

    pub(super) fn play(&mut self, msg: Msg) {
        if matches!(
            msg,
            Msg::New { .. } | Msg::Script(_) | Msg::Open(_) | Msg::File { .. } | Msg::CloseFile
        ) {
            self.page.panel = None;
            self.leave_panel();
            self.page.drawn = None;
            self.page.menu = None;
        }
        if msg == Msg::Acknowledge {
            self.page.seen = finding::count(&self.frame.lamps);
        }
        if msg == Msg::Select(Selection::None) {
            self.leave_node();
        }
        if let Msg::Select(Selection::Message(_)) = msg {
            self.page.tab = Tab::Inspect;
        }
        let opened = matches!(msg, Msg::File { .. });
        let notes = self.play.borrow_mut().update(msg);
        self.hear(notes);
        let has_file = self.play.borrow().has_file();
        if opened && has_file {
            self.page.tab = Tab::File;
        } else if self.page.tab == Tab::File && !has_file {
            self.page.tab = Tab::Events;
        }
    }

    fn hear(&mut self, notes: Vec<Note>) {
        for note in notes {
            match note {
                Note::Notice { text, refused } => self.notify(text, refused),
                Note::Link(link) => share::put_link(&link, &self.on_msg),
            }
        }
    }

    pub(super) fn notify(&mut self, text: Both, refused: bool) {
        self.page.notice = Some(Notice { text, refused });
        let on_msg = self.on_msg.clone();
        let hush = move || on_msg.emit(PageMsg::Hush);
        let millis = if refused { REFUSED_MILLIS } else { DONE_MILLIS };
        self.hush = Some(Timeout::new(millis, hush));
    }

    /// Takes a new picture from the playground, for all parts of the page at once.
    fn refresh(&mut self) {
        self.look();
        self.shown = self.frame.clone();
        self.shown_now = self.motion.now;
        self.turn = Turn::Strip;
    }

    fn look(&mut self) {
        let mut play = self.play.borrow_mut();
        self.frame = play.frame();
        play.motion(&mut self.motion);
        self.since_frame = 0.0;
        let playing = play.is_playing();
        drop(play);
        if !playing || self.since_spoken >= SPOKEN_MILLIS {
            self.since_spoken = 0.0;
            share::keep_link(&self.play.borrow().link());
            if self.spoken != self.frame.caption.text {
                self.spoken.clone_from(&self.frame.caption.text);
            }
        }
        if self.frame.nodes.len() != self.ring.count() {
            self.lay_out();
        }
        if self.page.drawn.as_ref().is_some_and(|drawn| !drawn.drawing) && !self.has_cuts() {
            self.page.drawn = None;
        }
        self.page.seen = self.page.seen.min(finding::count(&self.frame.lamps));
    }

    fn has_cuts(&self) -> bool {
        self.frame.links.iter().any(|link| link.cut_ab || link.cut_ba)
    }

    /// Whether something moves that somebody can see.
    pub(super) fn is_moving(&self) -> bool {
        self.play.borrow().is_playing() && !super::is_hidden()
    }

    /// Frames are asked for while something moves, and only then.
    fn settle(&mut self) {
        if self.is_moving() {
            self.frames.ask();
        } else {
            self.frames.stop();
        }
    }

    /// The stage has another size or another number of nodes.
    pub(super) fn lay_out(&mut self) {
        let Some(canvas) = self.places.stage.cast::<web_sys::HtmlCanvasElement>() else { return };
        let (width, height) = (canvas.client_width(), canvas.client_height());
        let ring = Ring::new(f64::from(width), f64::from(height), self.frame.nodes.len());
        if ring != *self.ring {
            if let Some(drawn) = &mut self.page.drawn {
                for point in &mut drawn.line.points {
                    *point = ring.carry(&self.ring, *point);
                }
            }
            self.ring = Rc::new(ring);
        }
        if let Some((stage, _)) = &mut self.painters {
            stage.fit(&self.ring);
        }
    }
}

/// The feed with one more of the rows that came, so that no drawing has to make them all. A feed
/// that is far behind jumps.
fn next_row(shown: &[FeedRow], now: &Rc<Vec<FeedRow>>) -> Rc<Vec<FeedRow>> {
    let newest = shown.first().map(|row| row.event);
    match now.iter().position(|row| Some(row.event) == newest) {
        Some(behind @ 2..=BEHIND_MAX) => Rc::new(now[behind - 1..].to_vec()),
        Some(_) | None => Rc::clone(now),
    }
}
