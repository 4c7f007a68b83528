//! The playground of many ranges: where in a run a person is, how fast time runs, what is selected.

mod compare;
mod line;
mod open;
mod restore;
mod scene;
mod tables;
mod telling;
mod travel;
mod trouble;

use std::rc::Rc;

use det::{Span, Time};
use sim::ranges::{Command, Knob, Liveness, Refusal, Setup, Twin};
use store::{RangeId, StoreId};
use view::ranges::{Frame, Lens, Motion, Run, Selection, Which};
use view::{Both, Caption, Lang, Pace};

pub use compare::Pair;
pub use lessons::{SCENES, Scene};
pub use restore::{RESTORE_WAYS, restore, restore_digest};
pub use tables::TableFile;

use crate::clock::Clock;
use crate::{Msg, Note, Speed};
use trouble::Trouble;

/// How much wall-clock time the strip covers, and its limits in virtual time.
const STRIP: Span = Span::secs(60);
const STRIP_MIN: Span = Span::millis(500);
const STRIP_MAX: Span = Span::secs(10);
/// Things that may happen within one animation frame.
const STEPS_PER_FRAME: u64 = 600;
/// Things that may happen while a person waits for a moment further on.
const STEPS_PER_SEEK: u64 = 400_000;

/// The runs that the page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size {
    /// Stores.
    pub stores: u8,
    /// Ranges.
    pub ranges: u16,
}

impl Size {
    /// One slider, the same seed: what changes is because of the number.
    pub const ALL: [Self; 5] = [
        Self { stores: 3, ranges: 3 },
        Self { stores: 3, ranges: 9 },
        Self { stores: 3, ranges: 60 },
        Self { stores: 5, ranges: 120 },
        Self { stores: 3, ranges: 300 },
    ];
}

/// What a person does to the playground of many ranges.
#[derive(Clone, Debug, PartialEq)]
pub enum RangesMsg {
    /// What every playground knows: time, speed, lines, links, language.
    Play(Msg),
    /// Do something to the run, now.
    Do(Command),
    /// Select something.
    Select(Selection),
    /// Select something in the run beside this one.
    SelectBeside(Selection),
    /// Draw the selected range as a ring, or all ranges again.
    Zoom(bool),
    /// Open the engine of a store.
    OpenStore(StoreId),
    /// Open the other engine of that store.
    OpenEngine(Which),
    /// Open a table of the engine.
    OpenTable(u64),
    /// A file was dropped or chosen: a table, or lines `key,value`.
    File {
        /// Its name.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
        /// The range that it is meant for; `None` for the one that holds its keys.
        into: Option<RangeId>,
    },
    /// Count what this store did, or all of them.
    Count(Option<StoreId>),
    /// Start afresh.
    New(Size),
    /// Put the scene of this number on stage.
    Scene(usize),
    /// Put the run beside this one in which this switch is turned; `None` puts that one away.
    Compare(Option<Knob>),
}

impl From<Msg> for RangesMsg {
    fn from(msg: Msg) -> Self {
        Self::Play(msg)
    }
}

/// A session with many ranges.
#[derive(Clone, Debug)]
pub struct Playground {
    run: Run,
    clock: Clock,
    /// The speed that the person chose; a scene may run at another.
    own_speed: Speed,
    playing: bool,
    selection: Selection,
    /// Whether that is selected in the run beside.
    is_beside: bool,
    zoomed: Option<RangeId>,
    store: StoreId,
    engine: Which,
    /// The store whose figures are shown; `None` for those of all.
    counted: Option<StoreId>,
    /// The table of that engine that is opened.
    table: Option<u64>,
    /// Tables that were asked for and are not answered yet.
    asked: Vec<tables::Asked>,
    lang: Lang,
    scene: Option<scene::OnStage>,
    /// What the run beside differs in; none if none is asked for.
    compared: Option<Knob>,
    beside: Option<compare::Beside>,
    /// The last picture, so that unchanged parts keep their pointer.
    last: Option<Frame>,
}

type Done = Result<Vec<Note>, Trouble>;

impl Default for Playground {
    fn default() -> Self {
        Self::new(setup(Size { stores: 3, ranges: 9 })).expect("this setup can be run")
    }
}

/// The setup of a size: messages are slow enough to be followed, and one more range holds the nodes'
/// liveness, so that the leases of a store that is killed go to others. A script that says nothing of
/// that has no such range, as always.
pub fn setup(size: Size) -> Setup {
    Setup {
        stores: size.stores,
        ranges: size.ranges,
        latency: Span::millis(12),
        jitter: Span::millis(4),
        liveness: Liveness::Range,
        ..Setup::default()
    }
}

impl Playground {
    /// A new run, playing.
    ///
    /// # Errors
    /// If the setup cannot be run.
    pub fn new(setup: Setup) -> Result<Self, Refusal> {
        Ok(Self::of(Run::new(setup)?))
    }

    fn of(run: Run) -> Self {
        Self {
            run,
            clock: Clock::new(Speed::OneIn(10)),
            own_speed: Speed::OneIn(10),
            playing: true,
            selection: Selection::None,
            is_beside: false,
            zoomed: None,
            store: StoreId(1),
            engine: Which::default(),
            table: None,
            counted: None,
            asked: Vec::new(),
            lang: Lang::En,
            scene: None,
            compared: None,
            beside: None,
            last: None,
        }
    }

    /// Lets something happen. What it has to say comes back; everything else shows in the frame.
    pub fn update(&mut self, msg: RangesMsg) -> Vec<Note> {
        let mut notes = self.handle(msg).unwrap_or_else(|trouble| refused(&trouble));
        notes.extend(self.answers());
        notes.extend(self.keep_beside().unwrap_or_else(|trouble| refused(&trouble)));
        notes
    }

    fn handle(&mut self, msg: RangesMsg) -> Done {
        match msg {
            RangesMsg::Play(msg) => return self.heed(msg),
            RangesMsg::Do(command) => return self.obey_noting(command),
            RangesMsg::File { name, bytes, into } => return self.add_file(&name, bytes, into),
            RangesMsg::New(size) => return self.start(setup(size)),
            RangesMsg::OpenTable(number) => self.table = Some(number),
            RangesMsg::Select(selection) => self.select(selection),
            RangesMsg::SelectBeside(selection) => {
                self.select(selection);
                self.is_beside = true;
            }
            RangesMsg::Zoom(inside) => self.zoom_to(inside),
            RangesMsg::OpenStore(store) => (self.store, self.table) = (store, None),
            RangesMsg::OpenEngine(which) => (self.engine, self.table) = (which, None),
            RangesMsg::Count(store) => self.counted = store,
            RangesMsg::Scene(number) => self.stage(number),
            RangesMsg::Compare(knob) => self.compare(knob),
        }
        Ok(Vec::new())
    }

    /// Who opens an envelope wants to read it: time stands still until the person goes on.
    fn select(&mut self, selection: Selection) {
        self.playing &= !matches!(selection, Selection::Envelope(_));
        (self.selection, self.is_beside) = (selection, false);
        if self.zoomed.is_some() {
            self.zoomed = self.range().or(self.zoomed);
        }
    }

    /// Into the selected range, or into the first of all.
    fn zoom_to(&mut self, inside: bool) {
        let first = || self.run.world().ranges().next().map(|view| view.range());
        self.zoomed = if inside { self.range().or_else(first) } else { None };
        if let Some(range) = self.zoomed {
            self.selection = Selection::Range(range);
        }
    }

    fn heed(&mut self, msg: Msg) -> Done {
        match msg {
            Msg::Elapsed { wall } => self.elapse(wall),
            Msg::Play => self.playing = true,
            Msg::Pause => self.playing = false,
            // Who has read what a scene says goes on with it.
            Msg::Toggle | Msg::Step | Msg::Acknowledge if self.go_on() => {}
            Msg::Toggle => self.playing = !self.playing,
            Msg::SetSpeed(speed) => self.set_speed(speed),
            Msg::Faster => self.set_speed(self.clock.faster()),
            Msg::Slower => self.set_speed(self.clock.slower()),
            Msg::Step => return self.travel(Run::step, Twin::step),
            Msg::Back => return self.travel(Run::back, Twin::back),
            Msg::NextInteresting => {
                return self.travel(Run::next_interesting, Twin::next_interesting);
            }
            Msg::PreviousInteresting => {
                return self.travel(Run::previous_interesting, Twin::previous_interesting);
            }
            Msg::Seek(to) => return self.seek(to),
            Msg::Home => return self.seek(Time::ZERO),
            Msg::End => return self.seek(self.run.horizon()),
            Msg::SeekEvent(event) => {
                self.playing = false;
                self.selection = Selection::Event(event);
                if !self.seek_event(event) {
                    return Err(Trouble::NoSuchEvent(event));
                }
            }
            Msg::Line(line) => return self.line(&line),
            Msg::SwitchBranch(branch) => return self.switch_branch(branch),
            Msg::Script(text) | Msg::File { text, .. } => return self.open_script(&text),
            Msg::Open(fragment) => return self.open_link(&fragment),
            Msg::DropBranch(branch) if !self.run.drop_branch(branch) => {
                return Err(Trouble::NoSuchBranch);
            }
            Msg::SetLang(lang) => self.lang = lang,
            Msg::DropBranch(_)
            | Msg::SubStep
            | Msg::Do(_)
            | Msg::CloseFile
            | Msg::New { .. }
            | Msg::Select(_)
            | Msg::Acknowledge
            | Msg::Dismiss
            | Msg::ScrollLog(_) => {}
        }
        Ok(Vec::new())
    }

    fn start(&mut self, setup: Setup) -> Done {
        let run = Run::new(setup).map_err(Trouble::Refused)?;
        self.replace(run);
        self.playing = true;
        Ok(Vec::new())
    }

    fn replace(&mut self, run: Run) {
        let (own_speed, lang, compared) = (self.own_speed, self.lang, self.compared);
        let clock = Clock::new(own_speed);
        *self = Self { clock, own_speed, playing: false, lang, compared, ..Self::of(run) };
    }

    /// What there is to see. Parts that did not change since the last call are the same pointers.
    pub fn frame(&mut self) -> Frame {
        let mut fresh = view::ranges::frame(&self.run, &self.lens());
        let is_event = matches!(self.selection, Selection::Event(_));
        if let Some(text) = self.caption_of_scene().filter(|_| !is_event) {
            fresh.caption = Rc::new(Caption { text, ..Caption::default() });
        }
        if let Some(mark) = self.parting_mark() {
            Rc::make_mut(&mut fresh.strip).marks.push(mark);
        }
        if let Some((inspector, shelf)) = self.opened_beside() {
            (fresh.inspector, fresh.shelf) = (Rc::new(inspector), Rc::new(shelf));
        }
        let frame = match &self.last {
            Some(last) => fresh.sharing(last),
            None => fresh,
        };
        self.last = Some(frame.clone());
        frame
    }

    /// What moves, for each animation frame.
    pub fn motion(&self, out: &mut Motion) {
        view::ranges::motion(&self.run, out);
    }

    /// What moves around the range that is drawn as a ring.
    pub fn zoom(&self, out: &mut view::Motion) {
        if let Some(range) = self.zoomed {
            view::ranges::zoom(&self.run, range, out);
        }
    }

    fn lens(&self) -> Lens {
        Lens {
            selection: self.selection,
            zoomed: self.zoomed,
            store: self.store,
            engine: self.engine,
            table: self.table,
            counted: self.counted,
            pace: if self.playing { Pace::Running } else { Pace::Standing },
            window: self.clock.scale(STRIP).clamp(STRIP_MIN, STRIP_MAX),
        }
    }

    /// The run on screen, to read from.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Whether time runs.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// How fast it runs when it does.
    pub fn speed(&self) -> Speed {
        self.clock.speed()
    }

    /// The moment on screen.
    pub fn now(&self) -> Time {
        self.run.now()
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// What is selected.
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// The selected range.
    pub fn range(&self) -> Option<RangeId> {
        self.selection.range()
    }

    /// The digest of the world on screen: equal digests, equal worlds.
    pub fn digest(&self) -> u64 {
        self.run.world().digest()
    }
}

fn refused(trouble: &Trouble) -> Vec<Note> {
    let text: Both = trouble.both();
    vec![Note::Notice { text, refused: true }]
}
