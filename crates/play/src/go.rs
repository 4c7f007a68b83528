//! Time goes on, back, or elsewhere; things are done to the run.

use det::{Span, Time};
use sim::{Command, EventId, NodeId, Phase, Refusal, Server, Setup, Timeline};
use view::{Both, Selection};

use crate::clock::Clock;
use crate::{Note, Playground, Speed, Trouble, scene};

/// Things that may happen within one animation frame.
const STEPS_PER_FRAME: u64 = 4_000;
/// Things that may happen while a person waits for a moment further on: about a second in a browser.
const STEPS_PER_SEEK: u64 = 1_000_000;

/// What a message to the playground leads to.
pub(crate) type Done = Result<Vec<Note>, Trouble>;

impl Playground {
    /// Wall-clock time went by.
    pub(crate) fn elapse(&mut self, wall: Span) -> Vec<Note> {
        if !self.playing {
            return Vec::new();
        }
        let known = self.timeline.world().findings().len();
        let until = self.timeline.now() + self.clock.elapse(wall);
        self.run_until(until, STEPS_PER_FRAME);
        self.stop_at_finding(known);
        Vec::new()
    }

    /// Lets time run to a moment, or as far as so many steps lead. Says whether it got there.
    fn run_until(&mut self, until: Time, steps: u64) -> bool {
        let arrived = self.timeline.advance_within(until, steps);
        if !arrived {
            // Not in the middle of a microsecond, where a link could not name the place.
            self.timeline.advance_within(self.timeline.now(), steps);
        }
        arrived
    }

    /// A new finding stops time at its moment.
    fn stop_at_finding(&mut self, known: usize) {
        let Some(finding) = self.timeline.world().findings().get(known) else { return };
        let event = finding.event;
        self.timeline.seek_event(event);
        self.playing = false;
        self.stopped = true;
    }

    pub(crate) fn play(&mut self) -> Vec<Note> {
        self.playing = true;
        self.stopped = false;
        Vec::new()
    }

    pub(crate) fn pause(&mut self) -> Vec<Note> {
        self.playing = false;
        Vec::new()
    }

    /// The person has seen the finding: time goes on if the finding had stopped it.
    pub(crate) fn acknowledge(&mut self) -> Vec<Note> {
        self.playing |= self.stopped;
        self.stopped = false;
        Vec::new()
    }

    pub(crate) fn set_speed(&mut self, speed: Speed) -> Done {
        if speed == Speed::OneIn(0) {
            return Err(Trouble::NoSpeed);
        }
        self.clock = Clock::new(speed);
        Ok(Vec::new())
    }

    /// One step in time, by hand: time stands still afterwards.
    pub(crate) fn travel(&mut self, step: fn(&mut Timeline) -> bool) -> Done {
        self.playing = false;
        if step(&mut self.timeline) { Ok(Vec::new()) } else { Err(Trouble::NothingThere) }
    }

    /// One step of the loop under the microscope; of nobody's if no node is there and runs.
    pub(crate) fn sub_step(&mut self) -> Done {
        let nodes = self.timeline.world().nodes();
        let examined = |node: &&Server| node.microscope().is_some();
        let runs = |node: &&Server| node.phase() == Phase::Up;
        if nodes.iter().filter(examined).any(|node| runs(&node)) {
            return self.travel(Timeline::next_loop_step);
        }
        let stopped = nodes.iter().find(examined).map(|node| Refusal::Down(node.id()));
        let selected = if let Selection::Node(node) = self.selection { node } else { NodeId(1) };
        Err(Trouble::Refused(stopped.unwrap_or(Refusal::NoMicroscope(selected))))
    }

    pub(crate) fn seek(&mut self, to: Time) -> Done {
        let horizon = self.timeline.horizon();
        self.timeline.seek(to.min(horizon));
        if to <= horizon || self.run_until(to, STEPS_PER_SEEK) {
            return Ok(Vec::new());
        }
        Err(Trouble::TooFar { reached: self.timeline.now() })
    }

    pub(crate) fn seek_event(&mut self, event: EventId) -> Done {
        let here = self.timeline.now();
        self.playing = false;
        if self.timeline.seek_event(event) {
            return Ok(Vec::new());
        }
        self.timeline.seek(here);
        Err(Trouble::NoSuchEvent(event))
    }

    pub(crate) fn obey(&mut self, command: Command) -> Done {
        let futures = self.timeline.branches().len();
        self.timeline.apply(command).map_err(Trouble::Refused)?;
        if self.timeline.branches().len() == futures {
            return Ok(Vec::new());
        }
        Ok(vec![told(
            "this is a new future; the old one is kept",
            "这里开始一个新的未来，原来的仍保留",
        )])
    }

    /// A new run in place of this one.
    pub(crate) fn start(&mut self, setup: Setup) -> Done {
        let timeline = scene::open(setup).map_err(Trouble::Refused)?;
        self.replace(timeline);
        self.playing = true;
        Ok(Vec::new())
    }

    /// Another run comes on screen, standing still; how it is looked at stays.
    pub(crate) fn replace(&mut self, timeline: Timeline) {
        self.timeline = timeline;
        self.clock = Clock::new(self.clock.speed());
        self.playing = false;
        self.stopped = false;
        self.selection = Selection::None;
        self.log_first = None;
    }

    pub(crate) fn switch(&mut self, branch: usize) -> Done {
        if self.timeline.switch(branch) { Ok(Vec::new()) } else { Err(Trouble::NoSuchBranch) }
    }

    pub(crate) fn drop_branch(&mut self, branch: usize) -> Done {
        if self.timeline.drop_branch(branch) { Ok(Vec::new()) } else { Err(Trouble::NoSuchBranch) }
    }

    pub(crate) fn select(&mut self, selection: Selection) -> Vec<Note> {
        self.selection = selection;
        Vec::new()
    }
}

/// A sentence that is no refusal.
pub(crate) fn told(en: &str, zh: &str) -> Note {
    Note::Notice { text: Both { en: en.to_owned(), zh: zh.to_owned() }, refused: false }
}
