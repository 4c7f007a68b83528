//! The page: the one owner of the playground, and what it shows of it.

mod act;
mod draw;
mod update;

pub(crate) use act::{document, fragment, has_focus, is_hidden, spoken_here, wants_rest};

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use play::Playground;
use view::{Both, Frame, Motion};
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{Callback, Component, Context, Html, NodeRef, html};

use crate::door;
use crate::frames::Frames;
use crate::keys;
use crate::listen::{self, Listener, Sizes};
use crate::memory;
use crate::page::{Page, PageMsg, heed};
use crate::paint::{StagePainter, StripPainter};
use crate::ring::Ring;

/// The elements that the page paints on or brings the focus to.
#[derive(Debug, Default)]
struct Places {
    stage: NodeRef,
    strip: NodeRef,
    command: NodeRef,
    more: NodeRef,
}

/// Which part of the page is next to follow the run while it plays: one in each animation frame, so
/// that no frame carries them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Turn {
    /// A new picture is made when it is time; nothing is drawn of it yet.
    #[default]
    Look,
    Stage,
    Caption,
    Log,
    Strip,
    Tabs,
    /// Nothing: to lay out the tabs is work enough for a frame.
    Rest,
}

/// The page.
pub(crate) struct App {
    /// Shared with the JavaScript door and with nothing else.
    play: Rc<RefCell<Playground>>,
    on_msg: Callback<PageMsg>,
    page: Page,
    frame: Frame,
    /// The same, as the panels show it: each part until its turn comes.
    shown: Frame,
    shown_now: u64,
    turn: Turn,
    next_turn: Option<Timeout>,
    motion: Motion,
    ring: Rc<Ring>,
    frames: Frames,
    painters: Option<(StagePainter, StripPainter)>,
    places: Places,
    /// What the screen reader is told, at most once a second while playing.
    spoken: Both,
    /// Milliseconds since the frame was made, and since something was spoken.
    since_frame: f64,
    since_spoken: f64,
    hush: Option<Timeout>,
    /// What had the focus when a panel was opened.
    opener: Option<HtmlElement>,
    /// Whether the next drawing brings the focus to the command line.
    to_command: bool,
    sizes: Option<Sizes>,
    _listeners: Vec<Listener>,
}

impl Component for App {
    type Message = PageMsg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let mut playground = Playground::default();
        let frame = playground.frame();
        let play = Rc::new(RefCell::new(playground));
        let on_msg = ctx.link().callback(|msg: PageMsg| msg);
        door::open(&play, on_msg.clone());
        let on_fit = on_msg.reform(|()| PageMsg::Fit);
        let on_link = heed(&on_msg, |()| {
            let link = fragment()?;
            if link.starts_with(crate::ranges::FRAGMENT) {
                crate::ranges::begin_anew();
                return None;
            }
            Some(play::Msg::Open(link).into())
        });
        Self {
            sizes: Sizes::new(on_fit.clone()),
            _listeners: {
                let play = Rc::clone(&play);
                listen::everywhere(&on_msg, &on_fit, &on_link, move |event| on_key(&play, event))
            },
            frames: Frames::new(on_msg.reform(PageMsg::Frame)),
            ring: Rc::new(Ring::new(0.0, 0.0, frame.nodes.len())),
            motion: Motion::default(),
            page: Page { theme: memory::theme(), ..Page::default() },
            painters: None,
            places: Places::default(),
            spoken: frame.caption.text.clone(),
            since_frame: 0.0,
            since_spoken: 0.0,
            hush: None,
            opener: None,
            to_command: false,
            shown: frame.clone(),
            shown_now: 0,
            turn: Turn::default(),
            next_turn: None,
            play,
            on_msg,
            frame,
        }
    }

    fn update(&mut self, _: &Context<Self>, msg: PageMsg) -> bool {
        self.handle(msg)
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! {
            <>
                { self.head() }
                { self.stage() }
                { self.caption() }
                { self.side() }
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
        if self.is_moving() {
            self.lay_out_now();
        } else {
            self.paint();
        }
    }
}

/// What a key does.
fn on_key(play: &RefCell<Playground>, event: &KeyboardEvent) -> Option<PageMsg> {
    keys::message(keys::Press {
        key: &event.key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        selection: play.borrow().selection(),
    })
}
