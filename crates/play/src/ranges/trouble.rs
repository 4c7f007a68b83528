//! What can be wrong with what a person asks of many ranges, in one sentence.

use det::Time;
use sim::EventId;
use sim::ranges::{Refusal, TwinRefusal};
use view::Both;

/// Something asked for cannot be done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A command is refused.
    Refused(Refusal),
    /// A command is refused in the run beside, and so it is done in neither.
    RefusedBeside(Refusal),
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
    /// The run beside takes more work until here than can be done at once.
    TooFarBeside(Time),
}

impl From<TwinRefusal> for Trouble {
    fn from(refusal: TwinRefusal) -> Self {
        match refusal {
            TwinRefusal::First(refusal) => Self::Refused(refusal),
            TwinRefusal::Other(refusal) => Self::RefusedBeside(refusal),
        }
    }
}

impl Trouble {
    /// The sentence in both languages.
    pub(super) fn both(&self) -> Both {
        let say = |en: &str, zh: &str| Both { en: en.to_owned(), zh: zh.to_owned() };
        match self {
            Self::Refused(refusal) => view::ranges::refusal(refusal),
            Self::RefusedBeside(refusal) => {
                let Both { en, zh } = view::ranges::refusal(refusal);
                Both {
                    en: format!("in the run on the right: {en}"),
                    zh: format!("右侧的运行：{zh}"),
                }
            }
            Self::Line(text) => text.clone(),
            Self::NoSuchEvent(event) => Both {
                en: format!("there is no event {event} in this future"),
                zh: format!("这个未来里没有事件 {event}"),
            },
            Self::NoSuchBranch => say("there is no such future", "没有这个分支"),
            Self::NothingThere => {
                say("there is nothing further in this direction", "这个方向上没有更多内容")
            }
            Self::TooFarBeside(reached) => Both {
                en: format!(
                    "this run is too long to be compared: stopped at {reached}; begin a new one"
                ),
                zh: format!("这次运行太长，无法对比：停在 {reached}；请重新开始"),
            },
            Self::TooFar(reached) => Both {
                en: format!("that is too far for one go: stopped at {reached}"),
                zh: format!("太远了，一次到不了：停在 {reached}"),
            },
        }
    }
}
