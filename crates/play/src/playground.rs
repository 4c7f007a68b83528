//! The one mutable owner of everything on screen.

use det::{Span, Time};
use sim::{Refusal, Setup, Timeline};
use view::{Frame, Inspector, Lang, Lens, Microscope, Motion, Pace, Selection, apart};

use crate::clock::Clock;
use crate::file::Open;
use crate::{Msg, Note, Speed, Trouble, link, scene};

/// How much wall-clock time the space-time diagram covers, and its limits in virtual time.
const DIAGRAM: Span = Span::secs(40);
const DIAGRAM_MIN: Span = Span::millis(100);
const DIAGRAM_MAX: Span = Span::millis(1_500);
/// How long a lost message is seen, in wall-clock time, and at least in virtual time.
const FADE: Span = Span::millis(400);
const FADE_MIN: Span = Span::millis(1);

/// A session: a run, where in it a person is, and how they look at it.
#[derive(Clone, Debug)]
pub struct Playground {
    pub(crate) timeline: Timeline,
    pub(crate) clock: Clock,
    pub(crate) playing: bool,
    /// A finding stopped time; acknowledging it lets it go on.
    pub(crate) stopped: bool,
    pub(crate) selection: Selection,
    pub(crate) log_first: Option<u64>,
    pub(crate) lang: Lang,
    /// The file that is played in place of the run.
    pub(crate) file: Option<Open>,
    /// The last picture, so that unchanged parts keep their pointer.
    last: Option<Frame>,
}

impl Default for Playground {
    /// The scene of the page that is opened without a link, playing: five nodes, of which one is about
    /// to campaign.
    fn default() -> Self {
        let opened = Self::new(scene::setup());
        opened.expect("the first scene's setup is the default one, which can be run")
    }
}

impl Playground {
    /// A new run, playing, at the moment before its first election timer fires.
    ///
    /// # Errors
    /// If the setup cannot be run.
    pub fn new(setup: Setup) -> Result<Self, Refusal> {
        Ok(Self {
            timeline: scene::open(setup)?,
            clock: Clock::new(Speed::OneIn(100)),
            playing: true,
            stopped: false,
            selection: Selection::None,
            log_first: None,
            lang: Lang::En,
            file: None,
            last: None,
        })
    }

    /// Lets something happen. What it has to say comes back; everything else shows in the frame.
    pub fn update(&mut self, msg: Msg) -> Vec<Note> {
        if self.file.is_some()
            && let Some(done) = apart(|| self.of_file(&msg))
        {
            return done.unwrap_or_else(|trouble| refused(&trouble));
        }
        if let Msg::Elapsed { wall } = msg {
            return self.elapse(wall);
        }
        if let Msg::SetLang(lang) = msg {
            self.lang = lang;
            return Vec::new();
        }
        apart(|| self.heed(msg)).unwrap_or_else(|trouble| refused(&trouble))
    }

    /// Does what somebody asked for.
    fn heed(&mut self, msg: Msg) -> Result<Vec<Note>, Trouble> {
        match msg {
            Msg::Play => Ok(self.play()),
            Msg::Pause => Ok(self.pause()),
            Msg::Toggle => Ok(if self.playing { self.pause() } else { self.play() }),
            Msg::SetSpeed(speed) => self.set_speed(speed),
            Msg::Faster => self.set_speed(self.clock.faster()),
            Msg::Slower => self.set_speed(self.clock.slower()),
            Msg::Step => self.travel(Timeline::step),
            Msg::SubStep => self.sub_step(),
            Msg::Back => self.travel(Timeline::back),
            Msg::NextInteresting => self.travel(Timeline::next_interesting),
            Msg::PreviousInteresting => self.travel(Timeline::previous_interesting),
            Msg::Seek(to) => self.seek(to),
            Msg::SeekEvent(event) => self.seek_event(event),
            Msg::Home => self.seek(Time::ZERO),
            Msg::End => self.seek(self.timeline.horizon()),
            Msg::Do(command) => self.obey(command),
            Msg::Line(line) => Ok(self.line(&line)),
            Msg::Script(text) => self.open_script(&text),
            Msg::File { name, text } => self.open_file(name, text),
            Msg::CloseFile => self.close_file(),
            Msg::Open(fragment) => self.open_link(&fragment),
            Msg::New { nodes, seed } => self.start(Setup { nodes, seed, ..Setup::default() }),
            Msg::SwitchBranch(branch) => self.switch(branch),
            Msg::DropBranch(branch) => self.drop_branch(branch),
            Msg::Select(selection) => Ok(self.select(selection)),
            Msg::Acknowledge => Ok(self.acknowledge()),
            Msg::Dismiss => Ok(Vec::new()),
            Msg::ScrollLog(first) => {
                self.log_first = first;
                Ok(Vec::new())
            }
            Msg::Elapsed { .. } | Msg::SetLang(_) => unreachable!("handled above"),
        }
    }

    /// What there is to see. Parts that did not change since the last call are the same pointers.
    pub fn frame(&mut self) -> Frame {
        let lens = self.lens();
        let frame = match (&self.file, &self.last) {
            (Some(open), Some(last)) => view::file(&open.player, &lens).sharing(last),
            (Some(open), None) => view::file(&open.player, &lens),
            (None, last) => self.frame_of_run(&lens, last.as_ref()),
        };
        self.last = Some(frame.clone());
        frame
    }

    fn frame_of_run(&self, lens: &Lens, last: Option<&Frame>) -> Frame {
        match last {
            Some(last) => view::refresh(&self.timeline, lens, last),
            None => view::frame(&self.timeline, lens),
        }
    }

    /// The Ready loop under the microscope; nothing while a file is open.
    pub fn microscope(&self) -> Microscope {
        match self.file {
            None => view::microscope(self.timeline.world(), self.selection),
            Some(_) => Microscope::default(),
        }
    }

    /// What can be done while nothing is selected.
    pub fn of_cluster(&self) -> Inspector {
        match self.file {
            None => view::of_cluster(self.timeline.world()),
            Some(_) => Inspector::default(),
        }
    }

    /// Whether a file is played in place of the run.
    pub fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// What moves, for each animation frame.
    pub fn motion(&self, out: &mut Motion) {
        match &self.file {
            Some(open) => view::motion_of_file(&open.player, out),
            None => view::motion(&self.timeline, &self.lens(), out),
        }
    }

    fn lens(&self) -> Lens {
        let window = self.clock.scale(DIAGRAM).clamp(DIAGRAM_MIN, DIAGRAM_MAX);
        Lens {
            selection: self.selection,
            pace: if self.playing { Pace::Running } else { Pace::Standing },
            log_first: self.log_first,
            window,
            fade: self.clock.scale(FADE).max(FADE_MIN),
            ..Lens::default()
        }
    }

    /// The run on screen, to read from.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
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
        self.timeline.now()
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// What is selected.
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// The link that opens this run at this moment: `#v1;...`.
    pub fn link(&self) -> String {
        let timeline = &self.timeline;
        link::encode(link::GROUP, &self.script(), timeline.now(), timeline.world().next_event().0)
    }

    /// The run as a script that reproduces it.
    pub fn script(&self) -> String {
        script::print(self.timeline.recording())
    }

    /// The digest of the world on screen: equal digests, equal worlds.
    pub fn digest(&self) -> u64 {
        self.timeline.world().digest()
    }
}

/// The note for something that cannot be done.
pub(crate) fn refused(trouble: &Trouble) -> Vec<Note> {
    vec![Note::Notice { text: trouble.both(), refused: true }]
}
