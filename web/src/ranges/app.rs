//! The page of many ranges: the one owner of its playground, and what it shows of it.

mod act;
mod draw;
mod foot;
mod gesture;
mod paint;
mod pair;
mod table;
mod turn;

pub(super) use self::gesture::place;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use play::Msg as Time;
use play::ranges::{Playground, RangesMsg};
use store::RangeId;
use view::ranges::{Frame, Motion, RestoreRow};
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{Callback, Component, Context, Html, NodeRef, html};

use self::turn::Turn;
use super::beside::{Beside, Half};
use super::flash::Flashes;
use super::layout::Layout;
use super::paint::BoardPainter;
use super::strip::LanesPainter;
use super::tables::TableMsg;
use super::words::Tab;
use super::zoomed::Zoomed;
use super::{door, side};
use crate::app::{fragment, is_hidden};
use crate::console::Console;
use crate::cut::Line;
use crate::frames::Frames;
use crate::keys;
use crate::listen::{self, Listener, Sizes};
use crate::memory;
use crate::page::{Notice, PageMsg, Panel, Theme, heed};
use crate::paint::Painter;
use crate::ring::Point;
use crate::share;

/// One thing that happened at this page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    /// What both pages know.
    Page(PageMsg),
    /// Something for the playground.
    Ranges(RangesMsg),
    /// The pointer went down on a stage.
    Press(Half, Point),
    /// It moved, while down.
    Drag(Point),
    /// It went up.
    Release,
    /// It was pressed twice in a row.
    Twice(Half, Point),
    /// A file is dragged over this place of a stage, or over none.
    Carried(Option<(Half, Point)>),
    /// The range at this position of the key space.
    Choose(usize),
    /// Show another tab.
    Tab(Tab),
    /// Something about the file of a table.
    Table(TableMsg),
    /// To the other page: this run stays behind in the history.
    Leave,
    /// Measure the way of this number to restore, and those after it.
    Restore(usize),
}

impl From<RangesMsg> for Msg {
    fn from(msg: RangesMsg) -> Self {
        Self::Ranges(msg)
    }
}

/// The page.
pub(crate) struct RangesApp {
    /// Shared with the JavaScript door and with nothing else.
    play: Rc<RefCell<Playground>>,
    on_msg: Callback<Msg>,
    to_page: Callback<PageMsg>,
    frame: Frame,
    /// The same, as the panels show it: each part until its turn comes.
    shown: Frame,
    turn: Turn,
    next_turn: Option<Timeout>,
    /// Whether the turn was put off at the last frame.
    waits: bool,
    motion: Motion,
    flashes: Flashes,
    layout: Layout,
    /// What a person draws on the stage, while the pointer is down.
    drawn: Option<(Half, Line)>,
    /// The range under a dragged file.
    carried: Option<RangeId>,
    size: (f64, f64),
    frames: Frames,
    painters: Option<(BoardPainter, LanesPainter)>,
    painter: Option<Painter>,
    beside: Beside,
    /// While one range is drawn as a ring.
    zoomed: Option<Zoomed>,
    stage: NodeRef,
    ring: NodeRef,
    strip: NodeRef,
    console: Console,
    notice: Option<Notice>,
    hush: Option<Timeout>,
    tab: Tab,
    /// The scene whose tab was opened.
    scene: Option<&'static str>,
    command: NodeRef,
    /// What opened beside the transport.
    panel: Option<Panel>,
    /// What had the focus before.
    opener: Option<HtmlElement>,
    /// Whether what has no room in the bar of a phone is unfolded.
    is_unfolded: bool,
    /// Whether the next drawing brings the focus to the command line.
    to_command: bool,
    /// What RESTORE wrote, as far as it was measured.
    restored: Option<Vec<RestoreRow>>,
    restoring: Option<Timeout>,
    why: bool,
    theme: Theme,
    since_frame: f64,
    sizes: Option<Sizes>,
    _listeners: Vec<Listener>,
}

impl Component for RangesApp {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let mut play = Playground::default();
        let frame = play.frame();
        let play = Rc::new(RefCell::new(play));
        let on_msg = ctx.link().callback(|msg: Msg| msg);
        let to_page = on_msg.reform(Msg::Page);
        door::open(&play, to_page.clone());
        let on_fit = to_page.reform(|()| PageMsg::Fit);
        let on_link = heed(&to_page, |()| asked());
        Self {
            sizes: Sizes::new(on_fit.clone()),
            _listeners: {
                let play = Rc::clone(&play);
                listen::everywhere(&to_page, &on_fit, &on_link, move |event| on_key(&play, event))
            },
            frames: Frames::new(to_page.reform(PageMsg::Frame)),
            shown: frame.clone(),
            frame,
            play,
            on_msg,
            to_page,
            turn: Turn::default(),
            next_turn: None,
            waits: false,
            motion: Motion::default(),
            flashes: Flashes::new(crate::app::wants_rest()),
            layout: Layout::default(),
            drawn: None,
            carried: None,
            size: (0.0, 0.0),
            painters: None,
            painter: None,
            beside: Beside::new(crate::app::wants_rest()),
            zoomed: None,
            stage: NodeRef::default(),
            ring: NodeRef::default(),
            strip: NodeRef::default(),
            console: Console::default(),
            notice: None,
            hush: None,
            tab: Tab::default(),
            scene: None,
            command: NodeRef::default(),
            panel: None,
            opener: None,
            is_unfolded: false,
            to_command: false,
            restored: None,
            restoring: None,
            why: false,
            theme: memory::theme(),
            since_frame: 0.0,
        }
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Page(PageMsg::Frame(at)) => return self.animate(at),
            Msg::Page(PageMsg::Turn) => return self.is_moving() && self.take_turn(),
            Msg::Page(PageMsg::Fit) => self.fit(),
            Msg::Page(msg) => self.heed(msg),
            Msg::Ranges(msg) => self.play(msg),
            Msg::Press(half, at) => self.drawn = Some((half, Line::from(self.in_drawing(at)))),
            Msg::Drag(at) => {
                let at = self.in_drawing(at);
                if let Some((_, line)) = &mut self.drawn {
                    line.draw(at);
                }
                self.paint_moving();
                return false;
            }
            Msg::Release => self.release(),
            Msg::Twice(half, at) => self.kill_at(half, at),
            Msg::Carried(place) => {
                let carried = place.and_then(|(half, at)| self.range_at(half, at));
                if carried != std::mem::replace(&mut self.carried, carried) {
                    self.paint_moving();
                }
                return false;
            }
            Msg::Choose(position) => self.choose(position),
            Msg::Tab(tab) => self.tab = tab,
            Msg::Table(msg) => self.heed_table(msg),
            Msg::Leave => self.leave_address(),
            Msg::Restore(way) => self.restore(way),
        }
        self.open_tab_of_scene();
        self.refresh();
        self.settle();
        if let Ok(link) = self.play.borrow().link_to_share() {
            share::keep_link(&link);
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! {
            <>
                <style>{ include_str!("ranges.css") }</style>
                { self.head() }
                { self.either_stage() }
                { self.stage_beside() }
                { self.caption() }
                <aside class="side">
                    { self.upper_side() }
                    { side::tabs(self.tab, &self.shown, self.restored.as_deref(), self.compared(), self.play.borrow().lang(), &self.on_msg) }
                </aside>
                { self.timeline() }
                { self.bar() }
                { self.above() }
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if first {
            self.begin();
        }
        self.bring_focus();
        self.change_stage();
        self.begin_beside();
        if !self.is_moving() {
            self.paint();
        }
    }
}

/// What a key does.
fn on_key(play: &RefCell<Playground>, event: &KeyboardEvent) -> Option<PageMsg> {
    let press = keys::Press {
        key: &event.key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        selection: play::Selection::None,
    };
    super::keys::message(press, &play.borrow())
}

/// What the address asks for: a run, or the other page, and that one begins anew.
pub(super) fn asked() -> Option<PageMsg> {
    let link = fragment().unwrap_or_default();
    if !link.starts_with(super::FRAGMENT) {
        super::begin_anew();
        return None;
    }
    (link != super::FRAGMENT).then(|| Time::Open(link).into())
}

impl RangesApp {
    /// Takes a new picture, for all parts of the page at once.
    fn refresh(&mut self) {
        self.look();
        self.look_beside();
        self.shown = self.frame.clone();
        self.turn = Turn::default();
    }

    fn look_beside(&mut self) {
        let is_moving = self.is_moving();
        self.beside.look(&mut self.play.borrow_mut(), is_moving);
    }

    fn look(&mut self) {
        let (ranges, stores) = (self.frame.board.keys.len(), self.frame.board.stores.len());
        self.frame = self.play.borrow_mut().frame();
        self.flashes.look(&self.frame.board, self.is_moving());
        self.play.borrow().motion(&mut self.motion);
        self.since_frame = 0.0;
        let (board, group) = (&self.frame.board, &self.frame.group);
        let members = self.zoomed.as_ref().map(|zoomed| zoomed.ring.count());
        if (board.keys.len(), board.stores.len()) != (ranges, stores)
            || members.is_some_and(|members| members != group.nodes.len())
        {
            self.lay_out();
        }
    }

    /// Whether something moves that somebody can see.
    fn is_moving(&self) -> bool {
        self.play.borrow().is_playing() && !is_hidden()
    }

    /// Frames are asked for while something moves, and only then.
    fn settle(&mut self) {
        if self.is_moving() { self.frames.ask() } else { self.frames.stop() }
    }
}
