//! The keyboard of the page of ranges: a few keys of its own, else the same as on the other page.

use play::Msg;
use play::ranges::Playground;

use crate::keys::{self, Press};
use crate::page::{Act, PageMsg, Panel};

/// What the key does; `None` leaves it to the browser.
pub(super) fn message(press: Press<'_>, play: &Playground) -> Option<PageMsg> {
    let range = play.range();
    let msg = match press.key {
        "x" | "X" => PageMsg::Act(Act::KillOrRestart(sim::DiskFate::Keep)),
        "c" | "C" => PageMsg::Complete("put ".to_owned()),
        "r" | "R" => PageMsg::Complete("get ".to_owned()),
        "p" | "P" => PageMsg::Complete("partition ".to_owned()),
        "h" | "H" => Msg::Line("heal".to_owned()).into(),
        "s" | "S" => PageMsg::Panel(Panel::Scenes),
        "v" | "V" => PageMsg::Panel(Panel::Compare),
        "]" | "Enter" => Msg::Line("zoom in".to_owned()).into(),
        "[" => Msg::Line("zoom out".to_owned()).into(),
        "q" | "Q" => Msg::Line(format!("wake {}", range?)).into(),
        "i" | "I" => PageMsg::Complete("ingest ".to_owned()),
        "l" | "L" => PageMsg::Complete(format!("lease {} to ", range?)),
        _ => return keys::message(press).filter(is_known),
    };
    Some(msg)
}

/// Whether this page knows what to do with it.
fn is_known(msg: &PageMsg) -> bool {
    !matches!(msg, PageMsg::Pick | PageMsg::PickDone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use play::ranges::RangesMsg;
    use store::RangeId;
    use view::ranges::Selection;

    #[track_caller]
    fn check(key: &str, play: &Playground, expected: Option<&PageMsg>) {
        let press = Press { key, shift: false, alt: false, selection: play::Selection::None };
        assert_eq!(message(press, play).as_ref(), expected);
    }

    #[test]
    fn a_key_acts_on_the_selected_range() {
        let mut play = Playground::default();
        check("q", &play, None);
        play.update(RangesMsg::Select(Selection::Range(RangeId(3))));
        check("q", &play, Some(&Msg::Line("wake r3".to_owned()).into()));
    }

    #[test]
    fn the_others_mean_what_they_mean_on_the_other_page() {
        let play = Playground::default();
        check(" ", &play, Some(&Msg::Toggle.into()));
        check("T", &play, None);
        check("F5", &play, None);
    }
}
