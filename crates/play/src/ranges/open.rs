//! Another run of many ranges from outside, and this one for others: links and scripts. What comes
//! in is tried out in full before anything is replaced.

use det::Time;
use lessons::{SCENES, Scene};
use script::ranges::{Report, Script, parse, print, print_compared, run_within};
use sim::ranges::Knob;
use view::ranges::Run;

use super::scene::OnStage;
use super::trouble::Trouble;
use super::{Done, Playground};
use crate::link::{self, shorten};
use crate::open::{arrived, stand_at};

/// Things that may happen while a link or a script is run: some seconds of work in a browser.
const STEPS_MAX: u64 = 2_000_000;
/// A larger script is nobody's, even if tables stand in it.
const BYTES_MAX: usize = script::limits::RANGES_SCRIPT_BYTES_MAX;
/// Before the name of a scene in a link.
const SCENE: &str = "scene=";
/// Before the name of the switch in which that is compared.
const COMPARE: &str = "compare=";

impl Playground {
    /// The link that opens this run at this moment: `#ranges;v1;...`, or `#ranges;scene=...`, which
    /// says what the scene says, and which a slide can carry.
    pub fn link(&self) -> String {
        let run = &self.run;
        if let Some(scene) = self.untouched_scene() {
            let knob = self.compared();
            let compare =
                knob.map_or_else(String::new, |knob| format!(";{COMPARE}{}", knob.word()));
            return format!("{}{compare};t={}", Self::link_of(scene), run.now().0);
        }
        link::encode(link::RANGES, &self.script(), run.now(), run.world().next_event().0)
    }

    /// The link that puts a scene on stage: `#ranges;scene=quiescence_sleeps_and_wakes`.
    pub fn link_of(scene: &Scene) -> String {
        [link::RANGES, SCENE, scene.name].concat()
    }

    /// The run as a script that reproduces it.
    pub fn script(&self) -> String {
        let recording = self.run.recording();
        match self.compared() {
            Some(knob) => print_compared(recording, knob),
            None => print(recording),
        }
    }

    pub(super) fn open_link(&mut self, fragment: &str) -> Done {
        if let Some(scene) =
            fragment.strip_prefix(link::RANGES).and_then(|it| it.strip_prefix(SCENE))
        {
            return self.open_scene(scene);
        }
        let (run, compared) = replay(fragment, STEPS_MAX)?;
        self.replace(run);
        self.compared = compared;
        Ok(vec![arrived(self.now())])
    }

    /// `NAME`, or `NAME;compare=coalescing;t=1500000`.
    fn open_scene(&mut self, link: &str) -> Done {
        let mut parts = link.split(';');
        let name = parts.next().unwrap_or_default();
        let (mut compared, mut moment) = (None, Time::ZERO);
        for part in parts {
            let knob = part.strip_prefix(COMPARE).and_then(Knob::named);
            if let Some(digits) = part.strip_prefix(link::MOMENT) {
                moment = link::moment(digits).map_err(Trouble::Link)?;
            } else if knob.is_some() {
                compared = knob;
            } else {
                return Err(Trouble::Link(link::Fault::UnknownPart(shorten(part))));
            }
        }
        let place = SCENES.iter().position(|scene| scene.name == name);
        self.stage(place.ok_or_else(|| Trouble::NoSuchScene(shorten(name)))?);
        self.compared = compared;
        if moment == Time::ZERO {
            return Ok(Vec::new());
        }
        self.playing = false;
        self.seek(moment)
    }

    pub(super) fn open_script(&mut self, text: &str) -> Done {
        if BYTES_MAX < text.len() {
            return Err(Trouble::LongFile { bytes: text.len(), max: BYTES_MAX });
        }
        if text.trim().is_empty() {
            return Err(Trouble::Empty);
        }
        let script = parse(text).map_err(Trouble::Script)?;
        let (run, report) = perform(&script, STEPS_MAX)?;
        let on = (!report.said.is_empty()).then(|| OnStage::new(None, &run, report));
        self.replace(run);
        self.compared = script.compared();
        self.scene = on;
        Ok(vec![arrived(self.now())])
    }
}

/// The run of a script at its end, and what it said.
pub(super) fn perform(script: &Script, steps_max: u64) -> Result<(Run, Report), Trouble> {
    let mut run = Run::new(script.setup.clone()).map_err(Trouble::Refused)?;
    let report = run_within(script, &mut run, steps_max).map_err(Trouble::Failed)?;
    Ok((run, report))
}

/// The run of a link, at its moment, and in what it is compared, if that takes no more than so many steps.
fn replay(fragment: &str, steps_max: u64) -> Result<(Run, Option<Knob>), Trouble> {
    let link = link::decode(link::RANGES, fragment).map_err(Trouble::Link)?;
    let script = parse(&link.script).map_err(Trouble::Script)?;
    let recording = script.recording().ok_or(Trouble::Link(link::Fault::Damaged))?;
    let mut run = Run::open(&recording, link.at, steps_max).map_err(Trouble::Run)?;
    if link.events.is_none_or(|events| stand_at(&mut run, events)) {
        return Ok((run, script.compared()));
    }
    Err(Trouble::Differs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Msg;

    #[track_caller]
    fn check(fragment: &str, expected: &str) {
        let refused = replay(fragment, 200_000).expect_err(fragment);
        assert_eq!(refused.both().en, expected);
    }

    #[test]
    fn a_link_that_cannot_be_replayed_says_why() {
        check(
            "#ranges;v1;a=restart+s1",
            "at 0ms: s1 is running: only a stopped store can be restarted",
        );
        check("#ranges;v1;t=100000;e=1", &Trouble::Differs.both().en);
        check("#v1;t=1", "this is no link of this page: it begins with #ranges;v1;");
        check("#ranges;v1;stores=99", "line 1, column 16: expected 1 to 9, found 99");
        let refused = replay("#ranges;v1;t=86400000000", 10_000);
        let refused = refused.expect_err("a day is long").both();
        assert!(
            refused.en.starts_with("the run is too long: 10000 steps lead only to "),
            "{refused:?}"
        );
    }

    #[test]
    fn a_link_opens_the_same_world() {
        let mut play = Playground::default();
        for line in ["seek 900ms", "put m42 v", "kill s2", "seek 1500ms"] {
            play.update(Msg::Line(line.to_owned()).into());
        }
        let mut other = Playground::default();
        let notes = other.update(Msg::Open(play.link()).into());
        assert_eq!((other.digest(), other.now()), (play.digest(), play.now()), "{notes:?}");
        assert!(!other.is_playing());
        let mut third = Playground::default();
        third.update(Msg::Script(play.script()).into());
        third.update(Msg::Seek(play.now()).into());
        assert_eq!(third.digest(), play.digest());
    }

    #[test]
    fn a_scene_has_a_link_of_its_own_until_somebody_acts() {
        let mut play = Playground::default();
        play.update(Msg::Open("#ranges;scene=quiescence_sleeps_and_wakes".to_owned()).into());
        assert!(play.is_playing() && play.scene().is_some());
        play.update(Msg::Seek(Time(1_500_000)).into());
        let link = play.link();
        assert_eq!(link, "#ranges;scene=quiescence_sleeps_and_wakes;t=1500000");
        let mut other = Playground::default();
        other.update(Msg::Open(link).into());
        assert_eq!((other.digest(), other.scene()), (play.digest(), play.scene()));
        play.update(Msg::Line("kill s1".to_owned()).into());
        assert!(play.link().starts_with("#ranges;v1;"), "{}", play.link());
        let notes = play.update(Msg::Open("#ranges;scene=none_such".to_owned()).into());
        assert!(matches!(&notes[..], [crate::Note::Notice { refused: true, .. }]), "{notes:?}");
    }

    #[test]
    fn the_parts_of_a_link_to_a_scene_stand_in_any_order() {
        let name = "#ranges;scene=quiescence_sleeps_and_wakes";
        let open = |parts: &str| {
            let mut play = Playground::default();
            let notes = play.update(Msg::Open([name, parts].concat()).into());
            assert_eq!(notes, [], "{parts}");
            (play.compared(), play.now(), play.link())
        };
        let there = open(";compare=quiescence;t=900000");
        assert_eq!((there.0, there.1), (Some(Knob::Quiescence), Time(900_000)));
        assert_eq!(open(";t=900000;compare=quiescence"), there);
    }

    #[test]
    fn what_cannot_be_read_changes_nothing() {
        let mut play = Playground::default();
        let before = play.digest();
        let scene =
            |parts: &str| Msg::Open(["#ranges;scene=quiescence_sleeps_and_wakes", parts].concat());
        for msg in [
            Msg::Open("#ranges;v1;c=0;t=1".to_owned()),
            scene(";t="),
            scene(";t=86400000001"),
            scene(";compare=tea"),
            scene(";;"),
            Msg::Script("put".to_owned()),
            Msg::Script(" \n".to_owned()),
        ] {
            let notes = play.update(msg.into());
            assert!(matches!(&notes[..], [crate::Note::Notice { refused: true, .. }]), "{notes:?}");
        }
        assert_eq!(play.digest(), before);
    }
}
