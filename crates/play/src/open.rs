//! Another run from outside: tried out in full before anything is replaced.

use det::Time;
use sim::{EventId, Run, Timeline};
use view::Both;

use crate::go::Done;
use crate::{Note, Playground, Trouble, link};

/// Things that may happen while a link or a script is run: ten minutes of a busy cluster.
const STEPS_MAX: u64 = 5_000_000;

impl Playground {
    pub(crate) fn open_link(&mut self, fragment: &str) -> Done {
        let timeline = replay(fragment, STEPS_MAX)?;
        self.replace(timeline);
        Ok(vec![arrived(self.now())])
    }

    pub(crate) fn open_script(&mut self, text: &str) -> Done {
        let script = script::parse(text).map_err(Trouble::Script)?;
        let fresh = Timeline::new(script.setup.clone()).map_err(Trouble::Refused)?;
        let mut timeline = fresh;
        script::run_within(&script, &mut timeline, STEPS_MAX).map_err(Trouble::Failed)?;
        self.replace(timeline);
        Ok(vec![arrived(self.now())])
    }
}

/// The run of a link, at its moment, if that takes no more than so many steps.
fn replay(fragment: &str, steps_max: u64) -> Result<Timeline, Trouble> {
    let link = link::decode(link::GROUP, fragment).map_err(Trouble::Link)?;
    let script = script::parse(&link.script).map_err(Trouble::Script)?;
    let recording = script.recording().ok_or(Trouble::Link(link::Fault::Damaged))?;
    let opened = Timeline::open(&recording, link.at, steps_max);
    let mut timeline = opened.map_err(Trouble::Run)?;
    if link.events.is_none_or(|events| stand_at(&mut timeline, events)) {
        return Ok(timeline);
    }
    Err(Trouble::Differs)
}

/// Within the microsecond of a link, to the place after so many events.
pub(crate) fn stand_at<W: Run>(timeline: &mut Timeline<W>, events: u64) -> bool {
    if timeline.world().next_event() == EventId(events) {
        return true;
    }
    let Some(last) = events.checked_sub(1).map(EventId) else { return false };
    let found = last < timeline.world().next_event() && timeline.seek_event(last);
    found && timeline.world().next_event() == EventId(events)
}

pub(crate) fn arrived(now: Time) -> Note {
    let text = Both {
        en: format!("the run is open, and stands at {now}"),
        zh: format!("已打开，停在 {now}"),
    };
    Note::Notice { text, refused: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fragment: &str, expected: &str) {
        let refused = replay(fragment, 10_000).expect_err(fragment);
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn a_run_that_cannot_be_replayed_says_why() {
        check("#v1;a=restart+n1", "at 0ms: n1 is running: only a stopped node can be restarted");
        check("#v1;t=100000;e=1", &Trouble::Differs.to_string());
        check("#v1;t=100000;e=99999", &Trouble::Differs.to_string());
        let refused = replay("#v1;t=86400000000;a=load+64+every+0ms", 10_000);
        assert!(matches!(refused, Err(Trouble::Run(sim::OpenError::TooLong { .. }))));
    }
}
