//! What can be wrong with what a person asks of many ranges, in one sentence.

use det::Time;
use sim::EventId;
use sim::ranges::Refusal;
use view::Both;

/// Something asked for cannot be done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A command is refused.
    Refused(Refusal),
    /// A typed line cannot be read: what is expected.
    Line(Both),
    /// There is no such event in this future.
    NoSuchEvent(EventId),
    /// There is no such future.
    NoSuchBranch,
    /// There is nothing further in this direction.
    NothingThere,
    /// The way to that moment takes more work than can be done at once.
    TooFar(Time),
}

impl Trouble {
    /// The sentence in both languages.
    pub(super) fn both(&self) -> Both {
        let say = |en: &str, zh: &str| Both { en: en.to_owned(), zh: zh.to_owned() };
        match self {
            Self::Refused(refusal) => view::ranges::refusal(refusal),
            Self::Line(text) => text.clone(),
            Self::NoSuchEvent(event) => Both {
                en: format!("there is no event {event} in this future"),
                zh: format!("这个未来里没有事件 {event}"),
            },
            Self::NoSuchBranch => say("there is no such future", "没有这个分支"),
            Self::NothingThere => {
                say("there is nothing further in this direction", "这个方向上没有更多内容")
            }
            Self::TooFar(reached) => Both {
                en: format!("that is too far for one go: stopped at {reached}"),
                zh: format!("太远了，一次到不了：停在 {reached}"),
            },
        }
    }
}
