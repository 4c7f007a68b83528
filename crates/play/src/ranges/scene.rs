//! A scene on stage: its script has run to its end, and is told from its first sentence on.

use det::Time;
use lessons::{SCENES, Scene};
use script::ranges::Report;
use sim::ranges::Recording;
use view::ranges::Run;

use super::Playground;
use super::open::perform;
use super::telling::Telling;

/// Things that may happen in a scene.
const STEPS_MAX: u64 = 2_000_000;

/// A scene on stage.
#[derive(Clone, Debug)]
pub(super) struct OnStage {
    /// One of the page's own, or somebody's script.
    scene: Option<&'static Scene>,
    /// What is done in it, and when: as long as the run is that, it is the scene.
    recording: Recording,
    /// How it is told.
    pub(super) telling: Telling,
}

impl OnStage {
    /// A run that was made by a script, and what that says.
    pub(super) fn new(scene: Option<&'static Scene>, run: &Run, report: Report) -> Self {
        let telling = Telling::new(report, run.horizon());
        Self { scene, recording: run.recording().clone(), telling }
    }

    /// Whether a run is still this one at its present moment: nobody has done anything else before.
    pub(super) fn is_told_by(&self, run: &Run) -> bool {
        let (ours, theirs) = (&self.recording.inputs, &run.recording().inputs);
        let parting = ours.iter().zip(theirs).position(|(our, their)| our != their);
        let parting = parting.unwrap_or_else(|| ours.len().min(theirs.len()));
        let moments = [ours, theirs].map(|inputs| inputs.get(parting).map(|(at, _)| *at));
        moments.into_iter().flatten().min().is_none_or(|parting| run.now() < parting)
    }
}

impl Playground {
    /// Puts a scene on stage, and plays it from where the curtain rises.
    pub(super) fn stage(&mut self, number: usize) {
        let Some(scene) = SCENES.get(number) else { return };
        let Some((run, report)) = rehearse(scene) else { return };
        let on = OnStage::new(Some(scene), &run, report);
        self.replace(run);
        self.run.seek(on.telling.curtain());
        self.zoom_to(scene.ring);
        self.scene = Some(on);
        self.playing = true;
    }

    /// The scene on stage.
    pub fn scene(&self) -> Option<&'static Scene> {
        self.scene.as_ref()?.scene
    }

    /// The scene on stage, if nobody has done anything in it: then its name says it all.
    pub(super) fn untouched_scene(&self) -> Option<&'static Scene> {
        let on = self.scene.as_ref()?;
        on.scene.filter(|_| on.recording == *self.run.recording())
    }
}

/// The run of a scene, and what it says. None of the scenes fails: a test plays them all.
fn rehearse(scene: &Scene) -> Option<(Run, Report)> {
    let script = script::ranges::parse(scene.script).ok()?;
    let (mut run, report) = perform(&script, STEPS_MAX).ok()?;
    run.seek(Time::ZERO);
    Some((run, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_runs_to_its_end_and_begins_again() {
        for scene in SCENES {
            let (run, report) = rehearse(scene).expect(scene.en);
            assert_eq!(run.now(), Time::ZERO, "{}", scene.en);
            assert!(Time::ZERO < run.horizon(), "{}", scene.en);
            // Something is said before the point and after it, and the last word ends the scene.
            assert!(2 < report.said.len(), "{}", scene.en);
            assert_eq!(report.said.last().map(|said| said.at), Some(run.horizon()), "{}", scene.en);
        }
    }

    #[test]
    fn a_scene_of_one_group_begins_as_a_ring_and_the_next_one_does_not() {
        let mut play = Playground::default();
        for (number, scene) in SCENES.iter().enumerate() {
            play.stage(number);
            assert_eq!(play.zoomed.is_some(), scene.ring, "{}", scene.en);
        }
        assert!(SCENES.iter().any(|scene| scene.ring));
    }

    #[test]
    fn scenes_keep_the_order_of_the_slides() {
        assert!(SCENES.is_sorted_by_key(|scene| scene.slide));
    }
}
