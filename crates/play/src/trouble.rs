//! What can be wrong with what a person asks for, in one sentence.

use core::fmt;

use det::Time;
use script::{Failure, Fault};
use sim::{EventId, OpenError, Refusal};
use view::{Both, say};

use crate::link;

/// Something asked for cannot be done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A command is refused.
    Refused(Refusal),
    /// A typed line cannot be read.
    Line {
        /// The character, counted from 1.
        column: usize,
        /// What is wrong there.
        problem: script::Problem,
    },
    /// A script cannot be read.
    Script(script::Error),
    /// A script can be read, and a step of it fails.
    Failed(Failure),
    /// A link that cannot be read.
    Link(link::Fault),
    /// The run of a link or script cannot be run again.
    Run(OpenError),
    /// The run came out differently: it was recorded by another version of the simulator.
    Differs,
    /// There is no such event in this future.
    NoSuchEvent(EventId),
    /// There is no such future.
    NoSuchBranch,
    /// There is nothing further in this direction.
    NothingThere,
    /// The way to that moment takes more work than can be done at once.
    TooFar {
        /// How far it went.
        reached: Time,
    },
    /// A speed of nothing.
    NoSpeed,
    /// A file that is no list of directives.
    File(conformance::Malformed),
    /// A file that is too long.
    LongFile {
        /// Its bytes.
        bytes: usize,
        /// The most that are read.
        max: usize,
    },
    /// A file is on screen, and the run rests.
    FileIsOpen,
    /// No file is on screen.
    NoFile,
}

impl Trouble {
    /// The sentence in both languages.
    pub fn both(&self) -> Both {
        Both { en: self.to_string(), zh: self.chinese() }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Refused(refusal) => say::refusal(refusal).zh,
            Self::Line { column, problem } => format!("第 {column} 列：{}", problem.chinese()),
            Self::Script(error) => error.chinese(),
            Self::Failed(failure) => failure_in_chinese(failure),
            Self::Link(fault) => fault.chinese(),
            Self::Run(error) => run_in_chinese(error),
            Self::Differs => "这次运行由另一版本的模拟器录制，重放的结果不同".to_owned(),
            Self::NoSuchEvent(event) => format!("这个未来里没有事件 {event}"),
            Self::NoSuchBranch => "没有这个分支".to_owned(),
            Self::NothingThere => "这个方向上没有更多内容".to_owned(),
            Self::TooFar { reached } => format!("太远了，一次到不了：停在 {reached}"),
            Self::NoSpeed => "速度应为 1 或更大的数，或 max".to_owned(),
            Self::File(error) => format!("文件第 {} 行有误：{}", error.line, error.what),
            Self::LongFile { bytes, max } => {
                format!("文件有 {bytes} 字节，最多读取 {max} 字节")
            }
            Self::FileIsOpen => "正在播放文件：请先关闭（close）再操作运行".to_owned(),
            Self::NoFile => "没有打开的文件".to_owned(),
        }
    }
}

fn run_in_chinese(error: &OpenError) -> String {
    match error {
        OpenError::Setup(refusal) => say::refusal(refusal).zh,
        OpenError::Refused { at, refusal, .. } => {
            format!("在 {at}：{}", say::refusal(refusal).zh)
        }
        OpenError::Order { position } => format!("第 {} 个命令的时间早于前一个", position + 1),
        OpenError::TooLong { steps, reached } => {
            format!("运行太长：到 {reached} 已超过 {steps} 步")
        }
    }
}

fn failure_in_chinese(failure: &Failure) -> String {
    let fault = match &failure.fault {
        Fault::Untrue { expected, .. } => format!("条件“{expected}”不成立"),
        Fault::NotInTime { expected, within, .. } => {
            format!("条件“{expected}”在 {within} 内没有成立")
        }
        Fault::Refused { command, refusal } => {
            let command = script::print_command(command);
            format!("命令“{command}”被拒绝：{}", say::refusal(refusal).zh)
        }
        Fault::NotRefused { command } => {
            format!("命令“{}”应被拒绝，却执行了", script::print_command(command))
        }
        Fault::NotInFlight(_) => "没有这样的消息在途".to_owned(),
        Fault::TimeGoesBack { to } => format!("{to} 已经过去"),
        Fault::TooMuchWork { max } => format!("脚本超过了 {max} 步"),
    };
    format!("第 {} 行（{}）：{fault}", failure.line, failure.at)
}

impl core::error::Error for Trouble {}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Line { column, problem } => write!(f, "column {column}: {problem}"),
            Self::Script(error) => error.fmt(f),
            Self::Failed(failure) => failure.fmt(f),
            Self::Link(fault) => fault.fmt(f),
            Self::Run(error) => error.fmt(f),
            Self::Differs => f.write_str(
                "this run was recorded by another version of the simulator and comes out \
                 differently",
            ),
            Self::NoSuchEvent(event) => write!(f, "there is no event {event} in this future"),
            Self::NoSuchBranch => f.write_str("there is no such future"),
            Self::NothingThere => f.write_str("there is nothing further in this direction"),
            Self::TooFar { reached } => {
                write!(f, "that is too far for one go: stopped at {reached}")
            }
            Self::NoSpeed => f.write_str("a speed is 1 or more, or max"),
            Self::File(error) => write!(f, "the file cannot be played: {error}"),
            Self::LongFile { bytes, max } => {
                write!(f, "the file has {bytes} bytes; at most {max} are read")
            }
            Self::FileIsOpen => {
                f.write_str("a file is being played: close it to go on with the run")
            }
            Self::NoFile => f.write_str("no file is open"),
        }
    }
}
