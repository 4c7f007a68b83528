//! Steps: what a line of a script of many ranges does.

use core::fmt;

use det::Span;
use sim::ranges::{Command, Knob};

use super::Condition;
use super::command::{Shown, command_line};
use super::group;
use super::say::sentence;
use crate::condition::condition;
use crate::limits::TIME_MAX;
use crate::line::Line;
use crate::step::moment;
use crate::words::{Row, Word};
use crate::{Error, Moment, Words};

/// A line of a script.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// Its line, counted from 1.
    pub line: usize,
    /// When.
    pub moment: Moment,
    /// What.
    pub act: Act,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Nothing but get there: `@1.5s` alone on its line.
    Nothing,
    /// `kill s1`: a command. It must not be refused.
    Do(Command),
    /// `refuse kill s1`: a command that must be refused.
    Refuse(Command),
    /// `run 500ms`: time goes by.
    Run(Span),
    /// `until asleep 9 within 5s`: time goes by until a condition holds.
    Until {
        /// Until this.
        condition: Condition,
        /// It fails after so long; `None` for [`Act::WITHIN`](crate::Act::WITHIN).
        within: Option<Span>,
    },
    /// `expect asleep 9`: a condition must hold.
    Expect(Condition),
    /// `mark`: numbers after `new` count from here.
    Mark,
    /// `compare coalescing`: what a page shows beside the run is the one in which this switch is
    /// turned. It changes nothing in the run.
    Compare(Knob),
    /// `say en "{ranges} ranges." zh "{ranges} 个 range。"`: a caption with figures of the run.
    Say(Words),
    /// `speed 30`: from here on a second of the run is shown in so many seconds.
    Speed(u32),
}

/// The slowest that time is shown.
const SLOWDOWN_MAX: u32 = 1_000;

type Rest = fn(&mut Line<'_>) -> Result<Act, Error>;

/// The steps that are no commands.
pub(crate) const STEPS: [Row<Rest>; 8] = [
    row("run", "run 500ms", "Time goes by.", "让时间前进。", |line| {
        line.span_in(Span::ZERO, TIME_MAX).map(Act::Run)
    }),
    row(
        "until",
        "until asleep 9 within 5s",
        "Time goes by until a condition holds; within 10s if it does not say.",
        "让时间前进，直到条件成立；不写 within 则最多 10s。",
        |line| {
            let condition = condition(line)?;
            let within =
                if line.takes("within") { Some(line.span_in(Span::ZERO, TIME_MAX)?) } else { None };
            Ok(Act::Until { condition, within })
        },
    ),
    row(
        "expect",
        "expect asleep 9 and new messages 0",
        "A condition must hold now.",
        "条件此刻必须成立。",
        |line| condition(line).map(Act::Expect),
    ),
    row(
        "refuse",
        "refuse restart s1",
        "This command must be refused.",
        "这个命令必须被拒绝。",
        |line| command_line(line).map(Act::Refuse),
    ),
    row(
        "mark",
        "mark",
        "Numbers after new count from here.",
        "new 之后的数从这里开始计。",
        |_| Ok(Act::Mark),
    ),
    row(
        "compare",
        "compare coalescing",
        "Beside the run stands the one with this switch turned.",
        "旁边是只有这个开关相反的运行。",
        |line| Ok(Act::Compare(Knob::ALL[line.needs_of(group::KNOB)?])),
    ),
    row(
        "say",
        "say en \"{ranges} ranges.\" zh \"{ranges} 个 range。\"",
        "A caption for what is seen now, with numbers of the run; time stands until it has been read.",
        "说明现在所见的字幕，可含运行的数值；读完之前时间停住。",
        sentence,
    ),
    row(
        "speed",
        "speed 30",
        "From here on a second is shown in thirty.",
        "从这里起，一秒放慢成三十秒。",
        |line| {
            let slowdown = line.number_in(1, SLOWDOWN_MAX.into())?;
            Ok(Act::Speed(u32::try_from(slowdown).unwrap_or(SLOWDOWN_MAX)))
        },
    ),
];

const fn row(
    word: &'static str,
    form: &'static str,
    en: &'static str,
    zh: &'static str,
    then: Rest,
) -> Row<Rest> {
    Row { word: Word { word, form, en, zh }, then }
}

/// A line of a script after its header; `None` if nothing stands there.
pub(super) fn step(line: &mut Line<'_>) -> Result<Option<Step>, Error> {
    let moment = moment(line)?;
    let act = match (line.is_at_end(), moment) {
        (true, Moment::Now) => return Ok(None),
        (true, Moment::At(_) | Moment::After(_)) => Act::Nothing,
        (false, _) => match line.takes_of(group::STEP) {
            Some(at) => (STEPS[at].then)(line)?,
            None => Act::Do(command_line(line)?),
        },
    };
    line.end()?;
    Ok(Some(Step { line: line.number(), moment, act }))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.moment.print_before(f, self.act == Act::Nothing)?;
        self.act.fmt(f)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Do(command) => Shown(command).fmt(f),
            Self::Refuse(command) => write!(f, "refuse {}", Shown(command)),
            Self::Run(span) => write!(f, "run {span}"),
            Self::Until { condition, within: None } => write!(f, "until {condition}"),
            Self::Until { condition, within: Some(span) } => {
                write!(f, "until {condition} within {span}")
            }
            Self::Expect(condition) => write!(f, "expect {condition}"),
            Self::Mark => f.write_str("mark"),
            Self::Compare(knob) => write!(f, "compare {}", knob.word()),
            Self::Say(words) => write!(f, "say {words}"),
            Self::Speed(slowdown) => write!(f, "speed {slowdown}"),
        }
    }
}
