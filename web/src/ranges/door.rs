//! The JavaScript door of the page of ranges: `window.raftarium`, as on the page of one group.

use std::cell::RefCell;
use std::rc::Rc;

use det::Time;
use play::ranges::{Playground, RangesMsg};
use play::{Msg, Speed};
use serde::Serialize;
use store::Counters;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use yew::Callback;

use crate::door::{self, Answer, hex, plain, whole};
use crate::page::PageMsg;

/// The run in a few figures.
#[derive(Debug, Serialize)]
struct Status {
    now: u64,
    playing: bool,
    stores: usize,
    up: usize,
    /// But for the one of the liveness records, which never sleeps.
    ranges: usize,
    asleep: usize,
    steps: u64,
    /// Raft messages, a coalesced one counted as one.
    messages: u64,
    /// Requests evaluated.
    evaluations: u64,
    /// Tables ingested.
    ingested: u64,
}

/// The door.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RangesDoor {
    play: Rc<RefCell<Playground>>,
    to_page: Callback<PageMsg>,
}

/// Hangs the door into the window.
pub(super) fn open(play: &Rc<RefCell<Playground>>, to_page: Callback<PageMsg>) {
    door::hang(&RangesDoor { play: Rc::clone(play), to_page }.into());
}

impl RangesDoor {
    fn tell(&self, msg: impl Into<RangesMsg>) -> Answer {
        let notes = self.play.borrow_mut().update(msg.into());
        let answer = Answer::of(&notes);
        self.to_page.emit(PageMsg::Told(notes));
        answer
    }
}

#[wasm_bindgen]
impl RangesDoor {
    /// Runs a line of the command line: `{ok, message}`.
    pub fn run(&self, line: &str) -> JsValue {
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

    /// The link that opens this run at this moment.
    pub fn link(&self) -> String {
        self.play.borrow().link()
    }

    /// The digest of the world, in sixteen digits.
    pub fn digest(&self) -> String {
        hex(self.play.borrow().digest())
    }

    /// The digest of the run beside, if there is one.
    pub fn digest_beside(&self) -> Option<String> {
        Some(hex(self.play.borrow().run_beside()?.world().digest()))
    }

    /// What differs between the run and the one beside, what was counted in both, and where they part.
    pub fn compared(&self) -> JsValue {
        plain(&self.play.borrow_mut().pair().map(|pair| pair.comparison))
    }

    /// The digest of a small restoration in every way, files and counts: the same natively.
    #[expect(clippy::unused_self, reason = "JavaScript calls it on the door")]
    pub fn restore(&self) -> String {
        hex(play::ranges::restore_digest())
    }

    /// The picture as plain data.
    pub fn frame(&self) -> JsValue {
        plain(&self.play.borrow_mut().frame())
    }

    /// The run in a few figures.
    pub fn status(&self) -> JsValue {
        let play = self.play.borrow();
        let world = play.run().world();
        plain(&Status {
            now: play.now().0,
            playing: play.is_playing(),
            stores: world.store_ids().count(),
            up: world.stores().count(),
            ranges: world.ranges().filter(|range| !range.descriptor.holds_liveness()).count(),
            asleep: world.asleep(),
            steps: world.steps(),
            messages: world.sum(Counters::raft_messages),
            evaluations: world.sum(|counters| counters.evaluations),
            ingested: world.sum(|counters| counters.ingested),
        })
    }
}
