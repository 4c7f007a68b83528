//! The JavaScript door: `window.raftarium`, for slides, embedding pages and the browser tests.
//! A line that comes through it is the same message as a line typed by a person.

use std::cell::RefCell;
use std::rc::Rc;

use det::Time;
use play::{Msg, Note, Playground, Speed};
use serde::Serialize;
use sim::busy;
use view::{NodeCard, Part, labels};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use yew::Callback;

use crate::page::PageMsg;

/// What a line did.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    ok: bool,
    message: String,
}

impl Answer {
    /// What the page had to say.
    pub(crate) fn of(notes: &[Note]) -> Self {
        let (mut ok, mut message) = (true, String::new());
        for note in notes {
            match note {
                Note::Notice { text, refused } => {
                    ok &= !refused;
                    message.clone_from(&text.en);
                }
                Note::Link(link) => message.clone_from(link),
            }
        }
        Self { ok, message }
    }
}

/// The run in a few figures.
#[derive(Debug, Serialize)]
struct Status {
    now: u64,
    playing: bool,
    /// The number of the leader of the highest term.
    leader: Option<u8>,
    up: usize,
    /// Things that have happened, as the feed tells them, and as the simulator counts them.
    events: usize,
    steps: u64,
}

/// What a measurement came to.
#[derive(Debug, Serialize)]
struct Measured {
    events: u64,
    millis: f64,
}

/// The door.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Door {
    play: Rc<RefCell<Playground>>,
    on_msg: Callback<PageMsg>,
}

/// Hangs the door into the window.
pub(crate) fn open(play: &Rc<RefCell<Playground>>, on_msg: Callback<PageMsg>) {
    hang(&Door { play: Rc::clone(play), on_msg }.into());
}

pub(crate) fn hang(door: &JsValue) {
    if let Some(window) = web_sys::window() {
        web_sys::js_sys::Reflect::set(&window, &"raftarium".into(), door).ok();
    }
}

impl Door {
    fn tell(&self, msg: Msg) -> Answer {
        let notes = self.play.borrow_mut().update(msg);
        let answer = Answer::of(&notes);
        self.on_msg.emit(PageMsg::Told(notes));
        answer
    }
}

#[wasm_bindgen]
impl Door {
    /// Runs a line of the command line: `{ok, message}`.
    pub fn run(&self, line: &str) -> JsValue {
        if line.trim().is_empty() {
            return plain(&Answer { ok: false, message: labels::NO_COMMAND.en.to_owned() });
        }
        plain(&self.tell(Msg::Line(line.to_owned())))
    }

    /// Plays.
    pub fn play(&self) {
        self.tell(Msg::Play);
    }

    /// Stops.
    pub fn pause(&self) {
        self.tell(Msg::Pause);
    }

    /// One second takes so many seconds; 0 is as fast as the machine can.
    pub fn speed(&self, slower: u32) {
        self.tell(Msg::SetSpeed(if slower == 0 { Speed::Max } else { Speed::OneIn(slower) }));
    }

    /// Goes to a moment in microseconds.
    pub fn seek(&self, micros: f64) {
        self.tell(Msg::Seek(Time(whole(micros))));
    }

    /// One event forward.
    pub fn step(&self) {
        self.tell(Msg::Step);
    }

    /// One event back.
    pub fn back(&self) {
        self.tell(Msg::Back);
    }

    /// The digest of the world, in sixteen digits.
    pub fn digest(&self) -> String {
        hex(self.play.borrow().digest())
    }

    /// The link of this run at this moment.
    pub fn link(&self) -> String {
        self.play.borrow().link()
    }

    /// The run as text.
    pub fn script(&self) -> String {
        self.play.borrow().script()
    }

    /// The picture as plain data.
    pub fn frame(&self) -> JsValue {
        plain(&self.play.borrow_mut().frame())
    }

    /// What moves, as plain data.
    pub fn motion(&self) -> JsValue {
        let mut motion = view::Motion::default();
        self.play.borrow().motion(&mut motion);
        plain(&motion)
    }

    /// The run in a few figures.
    pub fn status(&self) -> JsValue {
        let mut play = self.play.borrow_mut();
        let frame = play.frame();
        let leads = |card: &&NodeCard| card.part == Part::Leader && card.term == frame.head.term;
        plain(&Status {
            now: play.now().0,
            playing: play.is_playing(),
            leader: frame.nodes.iter().find(leads).map(|card| card.id),
            up: frame.head.up,
            events: play.timeline().events().len(),
            steps: play.timeline().world().steps(),
        })
    }

    /// Lets so many things happen in a fresh five-node group under load: `{events, millis}`.
    #[expect(clippy::unused_self, reason = "JavaScript calls it on the door")]
    pub fn bench(&self, events: u32) -> JsValue {
        let mut world = busy::busy(1);
        let start = clock();
        busy::run(&mut world, u64::from(events));
        plain(&Measured { events: u64::from(events), millis: clock() - start })
    }
}

/// Milliseconds since the page was opened.
fn clock() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

pub(crate) fn plain(value: &impl Serialize) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// Sixteen digits.
pub(crate) fn hex(digest: u64) -> String {
    (0..16).rev().map(|i| char::from_digit(nibble(digest, i), 16).unwrap_or('0')).collect()
}

fn nibble(number: u64, place: u32) -> u32 {
    u32::try_from(number >> (place * 4) & 0xf).unwrap_or(0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "JavaScript counts in floats; a negative moment is the start"
)]
pub(crate) fn whole(number: f64) -> u64 {
    number.max(0.0).round() as u64
}
