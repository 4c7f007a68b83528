//! Where a run is opened: just before it becomes interesting.

use det::{Span, Time};
use sim::{Event, EventKind, Refusal, Setup, Timeline, Timer};

/// How long before the first election timer fires the curtain rises.
const LEAD_IN: Span = Span::micros(800);
/// How far to look for it; a longer wait is not waited for.
const SEARCH_STEPS: u64 = 20_000;

/// The setup of the page that is opened without a link.
pub(crate) fn setup() -> Setup {
    Setup { seed: SEED, ..Setup::default() }
}

/// Of the seeds from 1 on the first with which one node campaigns alone and leads within 13 ms of
/// virtual time: at 1/100 a visitor sees a leader elected within two seconds, with time to spare for
/// loading. A test holds it to that.
const SEED: u64 = 60;

/// A new run, at the moment before its first election timer fires.
///
/// # Errors
/// If the setup cannot be run.
pub(crate) fn open(setup: Setup) -> Result<Timeline, Refusal> {
    let mut timeline = Timeline::new(setup.clone())?;
    let moment = first_timer(Timeline::new(setup)?).map_or(Time::ZERO, |at| at - LEAD_IN);
    timeline.advance(moment);
    Ok(timeline)
}

/// When the first election timer fires. The run is used up, so that the one on screen has no future
/// yet.
fn first_timer(mut run: Timeline) -> Option<Time> {
    let fired =
        |event: &&Event| matches!(event.kind, EventKind::TimerFired { timer: Timer::Election, .. });
    for _ in 0..SEARCH_STEPS {
        if let Some(event) = run.events().find(fired) {
            return Some(event.at);
        }
        if !run.step() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use raft::Term;
    use sim::EventKind;

    use super::*;

    /// Whether a leader of term 1 stands within 13 ms and nobody else campaigned.
    fn elects_at_once(setup: Setup) -> bool {
        let mut run = open(setup).unwrap();
        run.advance(run.now() + Span::millis(13));
        let campaigns = run.events().filter(|event| {
            matches!(event.kind, EventKind::Raft { event: raft::Event::BecameCandidate { .. }, .. })
        });
        campaigns.count() == 1 && run.world().leader().is_some_and(|(_, term)| term == Term(1))
    }

    #[test]
    fn the_first_scene_elects_a_leader_at_once() {
        assert!(elects_at_once(setup()), "choose another seed");
    }

    #[test]
    fn the_curtain_rises_before_anything_has_happened() {
        let run = open(setup()).unwrap();
        assert!(run.now() > Time::ZERO);
        assert_eq!(run.horizon(), run.now());
        assert!(run.events().all(|event| event.at == Time::ZERO));
    }
}
