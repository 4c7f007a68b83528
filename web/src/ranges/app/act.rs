//! What somebody does to the page of ranges.

use gloo_timers::callback::Timeout;
use play::ranges::{Playground, RESTORE_WAYS, RangesMsg};
use play::{Msg as Time, Note};
use store::{RangeId, StoreId};
use view::Both;
use view::ranges::Selection;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::NodeRef;

use super::{Msg, RangesApp};
use crate::app::{document, has_focus, spoken_here, wants_rest};
use crate::memory;
use crate::page::{Act, Notice, PageMsg, Panel};
use crate::paint::Painter;
use crate::ranges::FRAGMENT;
use crate::ranges::beside::Half;
use crate::ranges::layout::Layout;
use crate::ranges::paint::BoardPainter;
use crate::ranges::strip::LanesPainter;
use crate::ranges::tables::{TableMsg, is_script};
use crate::ranges::words::Tab;
use crate::ranges::zoomed::Zoomed;
use crate::share;

const DONE_MILLIS: u32 = 5_000;
const REFUSED_MILLIS: u32 = 12_000;

impl RangesApp {
    /// After the first drawing: the page comes alive.
    pub(super) fn begin(&mut self) {
        let canvas = |place: &NodeRef| place.cast::<HtmlCanvasElement>();
        let (Some(stage), Some(strip)) = (canvas(&self.stage), canvas(&self.strip)) else { return };
        if let Some(sizes) = &self.sizes {
            sizes.watch(&stage);
            sizes.watch(&strip);
        }
        let painter = Painter::new();
        let board = BoardPainter::new(&painter, stage);
        self.painters = Some((board, LanesPainter::new(&painter, strip)));
        self.painter = Some(painter);
        self.play(Time::SetLang(memory::lang().unwrap_or_else(spoken_here)).into());
        match super::asked() {
            Some(msg) => self.to_page.emit(msg),
            None if wants_rest() => self.play(Time::Pause.into()),
            None => {}
        }
        self.to_page.emit(PageMsg::Fit);
        if let Some(body) = document().body() {
            body.set_attribute("data-ready", "").ok();
        }
    }

    /// After a drawing: the stage of all ranges has come in the place of the ring, or the other way.
    /// Each is a canvas of its own.
    pub(super) fn change_stage(&mut self) {
        let is_ring = self.shown.group.range != 0;
        if is_ring == self.zoomed.is_some() {
            return;
        }
        let place = if is_ring { &self.ring } else { &self.stage };
        let (Some(painter), Some(canvas)) = (&self.painter, place.cast::<HtmlCanvasElement>())
        else {
            return;
        };
        if let Some(sizes) = &self.sizes {
            sizes.watch(&canvas);
        }
        if is_ring {
            self.zoomed = Some(Zoomed::new(painter, canvas));
        } else {
            self.zoomed = None;
            if let Some((board, _)) = &mut self.painters {
                *board = BoardPainter::new(painter, canvas);
            }
        }
        // At once: what is painted before it has a size breaks the painter.
        self.fit();
        self.to_page.emit(PageMsg::Fit);
    }

    pub(super) fn fit(&mut self) {
        if let Some((board, strip)) = &mut self.painters {
            if self.zoomed.is_none() {
                self.size = board.fit();
            }
            strip.fit();
        }
        self.beside.fit();
        self.lay_out();
    }

    pub(super) fn lay_out(&mut self) {
        if let Some(zoomed) = &mut self.zoomed {
            zoomed.fit(self.frame.group.nodes.len());
        }
        let (width, height) = self.size;
        let board = &self.frame.board;
        self.layout = Layout::new(width, height, board.stores.len(), board.keys.len());
    }

    /// What somebody did.
    pub(super) fn heed(&mut self, msg: PageMsg) {
        match msg {
            PageMsg::Play(Time::SetLang(lang)) => {
                memory::keep_lang(lang);
                self.play(Time::SetLang(lang).into());
            }
            PageMsg::Play(Time::Seek(to)) => self.play(Time::Seek(self.snap(to)).into()),
            PageMsg::Play(msg) => self.play(msg.into()),
            PageMsg::Draft(text) => {
                self.console.draft = text;
                self.notice = None;
            }
            PageMsg::Complete(text) => {
                self.console.draft = text;
                self.focus_command();
            }
            PageMsg::Submit => {
                if let Some(line) = self.console.submit() {
                    self.notice = None;
                    self.is_unfolded = false;
                    self.play(Time::Line(line).into());
                }
            }
            PageMsg::Recall(way) => self.console.recall(way),
            PageMsg::Type => self.focus_command(),
            PageMsg::Theme => self.turn_theme(),
            PageMsg::Language => {
                let other = self.play.borrow().lang().other();
                memory::keep_lang(other);
                self.play(Time::SetLang(other).into());
            }
            PageMsg::Why => self.why = !self.why,
            PageMsg::Told(notes) => self.hear(notes),
            PageMsg::Hush => self.notice = None,
            PageMsg::Choose(node) => self.open(StoreId(u32::from(node.0))),
            PageMsg::Act(Act::KillOrRestart(_)) => self.kill_or_restart(),
            PageMsg::More => self.is_unfolded = !self.is_unfolded,
            PageMsg::Panel(panel) => {
                self.is_unfolded = false;
                self.toggle_panel(panel);
            }
            PageMsg::Read(file) if is_script(&file.name()) => share::read(&file, &self.to_page),
            PageMsg::Read(file) => self.heed_table(TableMsg::Read(file)),
            PageMsg::Press(at) => {
                let opened = self.zoomed.as_ref().and_then(|zoomed| zoomed.hit(at));
                if let Some(envelope) = opened {
                    self.look_into(Half::Left, envelope);
                }
            }
            PageMsg::Share => {
                self.is_unfolded = false;
                let link = self.play.borrow().link_to_share();
                match link {
                    Ok(link) => share::put_link(&link, &self.to_page),
                    Err(text) => self.notify(text, true),
                }
            }
            PageMsg::Shared { copied } => self.notify(share::shared(copied), false),
            PageMsg::Escape => self.escape(),
            PageMsg::Frame(_)
            | PageMsg::Turn
            | PageMsg::Fit
            | PageMsg::Tab(_)
            | PageMsg::Menu(_)
            | PageMsg::Act(_)
            | PageMsg::Drag(_)
            | PageMsg::Release
            | PageMsg::Pick
            | PageMsg::PickDone => {}
        }
    }

    /// Closes the innermost thing that is open; if nothing is, nothing stays selected.
    fn escape(&mut self) {
        if std::mem::take(&mut self.is_unfolded)
            || self.leave_panel()
            || self.notice.take().is_some()
        {
            return;
        }
        self.play(if self.zoomed.is_some() {
            RangesMsg::Zoom(false)
        } else {
            RangesMsg::Select(Selection::None)
        });
    }

    fn toggle_panel(&mut self, panel: Panel) {
        if self.panel == Some(panel) {
            self.leave_panel();
        } else {
            self.panel = Some(panel);
            self.opener = document().active_element().and_then(|it| it.dyn_into().ok());
        }
    }

    /// The panel closes, and the focus goes from it back to what had it before. Says whether there
    /// was one.
    fn leave_panel(&mut self) -> bool {
        if let Some(opener) = self.opener.take()
            && has_focus(".drawer")
        {
            opener.focus().ok();
        }
        self.panel.take().is_some()
    }

    pub(super) fn play(&mut self, msg: RangesMsg) {
        if let RangesMsg::Select(selection) | RangesMsg::SelectBeside(selection) = msg
            && selection.range().is_some()
        {
            self.tab = Tab::Range;
        }
        let is_other = matches!(msg, RangesMsg::Scene(_) | RangesMsg::New(_));
        if is_other || matches!(msg, RangesMsg::Compare(_)) {
            self.leave_panel();
        }
        if is_other {
            self.leave_address();
        }
        let notes = self.play.borrow_mut().update(msg);
        self.hear(notes);
        if is_other {
            let scene = self.play.borrow().scene();
            share::go_to(&scene.map_or_else(|| FRAGMENT.to_owned(), Playground::link_of));
        }
    }

    /// A scene that comes on stage brings the tab that it is about.
    pub(super) fn open_tab_of_scene(&mut self) {
        let scene = self.play.borrow().scene();
        let before = std::mem::replace(&mut self.scene, scene.map(|scene| scene.name));
        if let Some(tab) = scene.and_then(|scene| scene.tab)
            && self.scene != before
        {
            self.tab = Tab::named(tab).unwrap_or_default();
        }
    }

    /// The address becomes that of the run on screen, so that the way back leads to it.
    pub(super) fn leave_address(&self) {
        if let Ok(link) = self.play.borrow().link_to_share() {
            share::stand_at(&link);
        }
    }

    pub(super) fn hear(&mut self, notes: Vec<Note>) {
        for note in notes {
            if let Note::Notice { text, refused } = note {
                self.notify(text, refused);
            }
        }
    }

    pub(super) fn notify(&mut self, text: Both, refused: bool) {
        self.notice = Some(Notice { text, refused });
        let to_page = self.to_page.clone();
        let millis = if refused { REFUSED_MILLIS } else { DONE_MILLIS };
        self.hush = Some(Timeout::new(millis, move || to_page.emit(PageMsg::Hush)));
    }

    pub(super) fn open(&mut self, store: StoreId) {
        if self.frame.board.stores.iter().any(|card| card.id == store.0) {
            self.play(RangesMsg::OpenStore(store));
        }
    }

    pub(super) fn choose(&mut self, position: usize) {
        if let Some(cell) = self.frame.board.keys.get(position) {
            let range = RangeId(cell.range);
            self.play(RangesMsg::Select(Selection::Range(range)));
        }
    }

    pub(super) fn kill_or_restart(&mut self) {
        let store = self.frame.engine.store;
        let card = self.frame.board.stores.iter().find(|card| card.id == store);
        let word = if card.is_some_and(|card| card.up) { "kill" } else { "restart" };
        self.play(Time::Line(format!("{word} s{store}")).into());
    }

    /// To the command line, once what is drawn next shows it: on a phone it may be folded away.
    fn focus_command(&mut self) {
        let field = self.command.cast::<HtmlElement>();
        self.is_unfolded |= field.is_some_and(|field| field.offset_parent().is_none());
        self.to_command = true;
    }

    pub(super) fn bring_focus(&mut self) {
        if std::mem::take(&mut self.to_command)
            && let Some(field) = self.command.cast::<HtmlElement>()
        {
            field.focus().ok();
        }
    }

    fn turn_theme(&mut self) {
        self.theme = self.theme.next();
        memory::keep_theme(self.theme);
        if let Some(root) = document().document_element() {
            root.set_attribute("data-theme", self.theme.as_str()).ok();
        }
        self.fit();
    }

    /// Measures one way to restore; the page is drawn between two of them.
    pub(super) fn restore(&mut self, way: usize) {
        let rows = self.restored.get_or_insert_default();
        rows.truncate(way.saturating_sub(1));
        if let Some(measured) = way.checked_sub(1) {
            rows.extend(play::ranges::restore(measured));
        }
        let on_msg = self.on_msg.clone();
        self.restoring = (way < RESTORE_WAYS)
            .then(|| Timeout::new(30, move || on_msg.emit(Msg::Restore(way + 1))));
    }
}
