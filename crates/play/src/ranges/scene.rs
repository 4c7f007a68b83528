//! A scene on stage: its script has run to its end, and is played from the start.

use det::{Span, Time};
use lessons::{SCENES, Scene};
use script::ranges::Said;
use sim::ranges::Recording;
use view::Both;
use view::ranges::Run;

use super::Playground;
use super::open::perform;

/// Things that may happen in a scene.
const STEPS_MAX: u64 = 2_000_000;
/// How long a caption of a scene stands, in wall-clock time, and at least in virtual time.
const STANDS: Span = Span::secs(6);
const STANDS_MIN: Span = Span::millis(600);

/// A scene on stage.
#[derive(Clone, Debug)]
pub(super) struct OnStage {
    /// One of the page's own, or somebody's script.
    scene: Option<&'static Scene>,
    /// What it says, and when.
    said: Vec<Said>,
    /// What is done in it, and when: as long as the run is that, it is the scene.
    recording: Option<Recording>,
}

impl OnStage {
    /// A script that speaks.
    pub(super) fn told(said: Vec<Said>) -> Option<Self> {
        (!said.is_empty()).then_some(Self { scene: None, said, recording: None })
    }
}

impl Playground {
    /// Puts a scene on stage, and plays it.
    pub(super) fn stage(&mut self, number: usize) {
        let Some(scene) = SCENES.get(number) else { return };
        let Some((run, said)) = rehearse(scene) else { return };
        let recording = Some(run.recording().clone());
        self.replace(run);
        self.scene = Some(OnStage { scene: Some(scene), said, recording });
        self.playing = true;
    }

    /// The scene on stage.
    pub fn scene(&self) -> Option<&'static Scene> {
        self.scene.as_ref()?.scene
    }

    /// The scene on stage, if nobody has done anything in it: then its name says it all.
    pub(super) fn untouched_scene(&self) -> Option<&'static Scene> {
        let on = self.scene.as_ref()?;
        on.scene.filter(|_| on.recording.as_ref() == Some(self.run.recording()))
    }

    /// What the scene says now.
    pub(super) fn caption_of_scene(&self) -> Option<Both> {
        let stands = self.clock.scale(STANDS).max(STANDS_MIN);
        let now = self.run.now();
        let mut said = self.scene.as_ref()?.said.iter().rev();
        let last = said.find(|said| said.at <= now && now.since(said.at) <= stands)?;
        Some(Both { en: last.words.en.clone(), zh: last.words.zh.clone() })
    }
}

/// The run of a scene at its start, and what it says. None of the scenes fails: a test plays them all.
fn rehearse(scene: &Scene) -> Option<(Run, Vec<Said>)> {
    let script = script::ranges::parse(scene.script).ok()?;
    let (mut run, report) = perform(&script, STEPS_MAX).ok()?;
    run.seek(Time::ZERO);
    Some((run, report.said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_runs_to_its_end_and_begins_again() {
        for scene in SCENES {
            let (run, _) = rehearse(scene).expect(scene.en);
            assert_eq!(run.now(), Time::ZERO, "{}", scene.en);
            assert!(Time::ZERO < run.horizon(), "{}", scene.en);
        }
    }

    #[test]
    fn scenes_keep_the_order_of_the_slides() {
        assert!(SCENES.is_sorted_by_key(|scene| scene.slide));
    }
}
