//! The keyboard: which key means what. Only while nobody types text.

use play::{Msg, Selection};
use sim::{Command, DiskFate, NodeId};

use crate::page::{Act, PageMsg, Panel};

/// A key as the browser reports it, and what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Press<'a> {
    pub(crate) key: &'a str,
    pub(crate) shift: bool,
    pub(crate) alt: bool,
    /// What is selected decides what some keys act on.
    pub(crate) selection: Selection,
}

/// What the key does; `None` leaves it to the browser.
pub(crate) fn message(press: Press<'_>) -> Option<PageMsg> {
    let Press { key, shift, alt, .. } = press;
    if alt {
        return (key == "ArrowRight").then_some(Msg::SubStep.into());
    }
    if let Some(digit) = key.chars().next().and_then(|c| c.to_digit(10)).filter(|_| key.len() == 1)
    {
        let node = u8::try_from(digit).ok().filter(|&node| node > 0)?;
        return Some(PageMsg::Choose(NodeId(node)));
    }
    time(key, shift).or_else(|| page(press)).or_else(|| selected(press))
}

fn time(key: &str, shift: bool) -> Option<PageMsg> {
    let msg = match (key, shift) {
        (" " | "k" | "K", _) => Msg::Toggle,
        ("ArrowRight", false) => Msg::Step,
        ("ArrowLeft", false) => Msg::Back,
        ("ArrowRight", true) => Msg::NextInteresting,
        ("ArrowLeft", true) => Msg::PreviousInteresting,
        ("ArrowUp", _) => Msg::Faster,
        ("ArrowDown", _) => Msg::Slower,
        ("Home", _) => Msg::Home,
        ("End", _) => Msg::End,
        ("h" | "H", _) => Msg::Do(Command::Heal),
        _ => return None,
    };
    Some(msg.into())
}

fn page(press: Press<'_>) -> Option<PageMsg> {
    Some(match press.key {
        "Escape" => PageMsg::Escape,
        "?" => PageMsg::Panel(Panel::Help),
        "/" => PageMsg::Type,
        "n" | "N" => PageMsg::Theme,
        "z" | "Z" => PageMsg::Language,
        "w" | "W" => PageMsg::Why,
        "p" | "P" => PageMsg::Pick,
        "Enter" => PageMsg::PickDone,
        "g" | "G" => PageMsg::Complete("seek ".to_owned()),
        "c" | "C" => PageMsg::Complete(client_line(press.selection)),
        "r" | "R" => PageMsg::Complete(read_line(press.selection)),
        _ => return None,
    })
}

fn client_line(selection: Selection) -> String {
    match selection {
        Selection::Node(node) => format!("put x 7 at {node}"),
        Selection::None | Selection::Message(_) | Selection::Event(_) => "put ".to_owned(),
    }
}

fn read_line(selection: Selection) -> String {
    match selection {
        Selection::Node(node) => format!("read x at {node}"),
        Selection::None | Selection::Message(_) | Selection::Event(_) => "read ".to_owned(),
    }
}

fn selected(press: Press<'_>) -> Option<PageMsg> {
    let act = match (press.selection, press.key) {
        (Selection::Node(_), "x") => Act::KillOrRestart(DiskFate::Keep),
        (Selection::Node(_), "X") => Act::KillOrRestart(DiskFate::Lose),
        (Selection::Node(_), "t" | "T") => Act::Campaign,
        (Selection::Node(_), "l" | "L") => Act::Transfer,
        (Selection::Node(_), "s" | "S") => Act::Compact,
        (Selection::Message(_), "d" | "D") => Act::Drop,
        (Selection::Message(_), "u" | "U") => Act::Duplicate,
        (Selection::Message(_), ".") => Act::Hold,
        (Selection::Message(_), "+" | "=") => Act::Delay,
        _ => return None,
    };
    Some(PageMsg::Act(act))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::MessageId;

    #[track_caller]
    fn check(key: &str, shift: bool, selection: Selection, expected: Option<&PageMsg>) {
        assert_eq!(message(Press { key, shift, alt: false, selection }).as_ref(), expected);
    }

    #[test]
    fn time_keys_need_no_selection() {
        check("g", false, Selection::None, Some(&PageMsg::Complete("seek ".to_owned())));
        check(" ", false, Selection::None, Some(&Msg::Toggle.into()));
        check("ArrowRight", true, Selection::None, Some(&Msg::NextInteresting.into()));
    }

    #[test]
    fn a_key_acts_on_what_is_selected() {
        let message = Selection::Message(MessageId(12));
        check("d", false, message, Some(&PageMsg::Act(Act::Drop)));
        check("d", false, Selection::None, None);
        check("x", false, message, None);
    }

    #[test]
    fn digits_choose_nodes() {
        check("3", false, Selection::None, Some(&PageMsg::Choose(NodeId(3))));
        check("0", false, Selection::None, None);
    }

    #[test]
    fn unknown_keys_stay_with_the_browser() {
        check("F5", false, Selection::None, None);
        check("Tab", false, Selection::None, None);
    }
}
