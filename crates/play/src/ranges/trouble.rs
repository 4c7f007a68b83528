//! What can be wrong with what a person asks of many ranges, in one sentence.

use det::Time;
use script::ranges::{Failure, Fault, print_command};
use sim::ranges::{Refusal, TwinRefusal};
use sim::{EventId, OpenError};
use view::Both;
use view::labels::clock;

use crate::LinkFault;

/// Something asked for cannot be done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A command is refused.
    Refused(Refusal),
    /// A command is refused in the run beside, and so it is done in neither.
    RefusedBeside(Refusal),
    /// A link cannot be read.
    Link(LinkFault),
    /// There is no scene of this name.
    NoSuchScene(String),
    /// A script cannot be read.
    Script(script::Error),
    /// A script can be read, and a step of it fails.
    Failed(Failure),
    /// The run of a link cannot be run again.
    Run(OpenError<Refusal>),
    /// The run came out differently: it was recorded by another version of the simulator.
    Differs,
    /// A script that is too long.
    LongFile {
        /// Its bytes.
        bytes: usize,
        /// The most that are read.
        max: usize,
    },
    /// A script in which nothing stands.
    Empty,
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
            Self::Link(fault) => Both { en: fault.to_string(), zh: fault.chinese() },
            Self::NoSuchScene(name) => Both {
                en: format!("there is no scene \"{name}\""),
                zh: format!("没有名为“{name}”的场景"),
            },
            Self::Script(error) => Both { en: error.to_string(), zh: error.chinese() },
            Self::Failed(failure) => Both { en: failure.to_string(), zh: failed(failure) },
            Self::Run(error) => not_run(error),
            Self::Differs => say(
                "this run was recorded by another version of the simulator and comes out differently",
                "这次运行由另一版本的模拟器录制，重放的结果不同",
            ),
            Self::LongFile { bytes, max } => Both {
                en: format!("the file has {bytes} bytes; at most {max} are read"),
                zh: format!("文件有 {bytes} 字节，最多读取 {max} 字节"),
            },
            Self::Empty => say("the file is empty", "文件是空的"),
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
                    "this run is too long to be compared afterwards (the run beside got to {}): begin a new one, and compare before it runs on",
                    clock(reached.0)
                ),
                zh: format!(
                    "这次运行太长，事后无法对比（旁边的运行只到 {}）：请重新开始，先对比再让它运行",
                    clock(reached.0)
                ),
            },
            Self::TooFar(reached) => Both {
                en: format!("that is too far for one go: stopped at {}", clock(reached.0)),
                zh: format!("太远了，一次到不了：停在 {}", clock(reached.0)),
            },
        }
    }
}

fn not_run(error: &OpenError<Refusal>) -> Both {
    let en = error.to_string();
    let zh = |refusal| view::ranges::refusal(refusal).zh;
    match error {
        OpenError::Setup(refusal) => Both { en, zh: zh(refusal) },
        OpenError::Refused { at, refusal, .. } => {
            Both { en, zh: format!("在 {at}：{}", zh(refusal)) }
        }
        OpenError::Order { position } => {
            Both { en, zh: format!("第 {} 个命令的时间早于前一个", position + 1) }
        }
        OpenError::TooLong { steps, reached } => {
            let reached = clock(reached.0);
            Both {
                en: format!("the run is too long: {steps} steps lead only to {reached}"),
                zh: format!("运行太长：{steps} 步只到 {reached}"),
            }
        }
    }
}

fn failed(failure: &Failure) -> String {
    let fault = match &failure.fault {
        Fault::Untrue { expected, .. } => format!("条件“{expected}”不成立"),
        Fault::NotInTime { expected, within, .. } => {
            format!("条件“{expected}”在 {within} 内没有成立")
        }
        Fault::Refused { command, refusal } => {
            let zh = view::ranges::refusal(refusal).zh;
            format!("命令“{}”被拒绝：{zh}", print_command(command))
        }
        Fault::NotRefused { command } => {
            format!("命令“{}”应被拒绝，却执行了", print_command(command))
        }
        Fault::TimeGoesBack { to } => format!("{to} 已经过去"),
        Fault::TooMuchWork { max } => format!("脚本超过了 {max} 步"),
    };
    format!("第 {} 行（{}）：{fault}", failure.line, failure.at)
}
