//! Steps: what a line of a script does.

use core::fmt;

use det::{Span, Time};
use sim::Command;

use crate::command::{self, COMMANDS, Shown, Written};
use crate::condition::{Condition, condition};
use crate::limits::TIME_MAX;
use crate::line::Line;
use crate::message::{Edit, Pick};
use crate::question::{Question, question};
use crate::words::{Group, Row, Word};
use crate::{Error, Problem};

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

/// When a step happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Where the steps before have come to.
    Now,
    /// `@1.5s`: then.
    At(Time),
    /// `+20ms`: so much after the step before.
    After(Span),
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Nothing but get there: `@1.5s` alone on its line.
    Nothing,
    /// `kill n1`: a command. It must not be refused.
    Do(Command),
    /// `drop append n1 -> n2`: something done to a message that is picked by what it says.
    Edit(Edit, Pick),
    /// `refuse kill n1`: a command that must be refused.
    Refuse(Command),
    /// `run 500ms`: time goes by.
    Run(Span),
    /// `until leader within 5s`: time goes by until a condition holds.
    Until {
        /// Until this.
        condition: Condition,
        /// It fails after so long; `None` for [`Act::WITHIN`].
        within: Option<Span>,
    },
    /// `expect leader n2`: a condition must hold.
    Expect(Condition),
    /// `ask "Who leads?" n1 | n2 = n2`: the person says what will happen.
    Ask(Question),
    /// `reveal leader n2`: the condition that shows the right answer; it must hold.
    Reveal(Condition),
}

impl Moment {
    /// Prints it, and a space unless it is `alone` on its line.
    pub(crate) fn print_before(self, f: &mut fmt::Formatter<'_>, alone: bool) -> fmt::Result {
        let space = if alone { "" } else { " " };
        match self {
            Self::Now => Ok(()),
            Self::At(time) => write!(f, "@{time}{space}"),
            Self::After(span) => write!(f, "+{span}{space}"),
        }
    }

    /// The moment that a run has reached at least after a step at this one that lets `run` go by, if
    /// it had `reached` that one. Time does not go back, and not on without end.
    pub(crate) fn after(self, reached: Time, run: Span) -> Result<Time, Problem> {
        let at = match self {
            Self::Now => reached,
            Self::After(span) => reached + span,
            Self::At(time) if reached <= time => time,
            Self::At(_) => return Err(Problem::TimeGoesBack { reached: reached.to_string() }),
        };
        let reached = at + run;
        if TIME_MAX < reached.since(Time::ZERO) {
            let (min, max) = (Span::ZERO.to_string(), TIME_MAX.to_string());
            return Err(Problem::OutOfRange { min, max, found: reached.to_string() });
        }
        Ok(reached)
    }
}

impl Act {
    /// How long `until` waits if it does not say.
    pub const WITHIN: Span = Span::secs(10);
}

type Rest = fn(&mut Line<'_>) -> Result<Act, Error>;

/// The steps that are no commands.
pub(crate) const STEPS: [Row<Rest>; 6] = [
    row("run", "run 500ms", "Time goes by.", "让时间前进。", |line| {
        line.span_in(Span::ZERO, TIME_MAX).map(Act::Run)
    }),
    row(
        "until",
        "until leader within 5s",
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
        "expect n1 log 1/2 and logs agree",
        "A condition must hold now.",
        "条件此刻必须成立。",
        |line| condition(line).map(Act::Expect),
    ),
    row(
        "refuse",
        "refuse restart n1",
        "This command must be refused.",
        "这个命令必须被拒绝。",
        |line| command::command_line(line).map(Act::Refuse),
    ),
    row(
        "ask",
        "ask en \"Who leads?\" zh \"谁是 leader?\" n1 | n2 | n3 = n2",
        "What will happen? The right answer stands after the equals sign.",
        "接下来会发生什么？等号后是正确答案。",
        |line| question(line).map(Act::Ask),
    ),
    row(
        "reveal",
        "reveal leader n2",
        "The condition that shows the answer; it must hold.",
        "揭晓答案的条件；必须成立。",
        |line| condition(line).map(Act::Reveal),
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
pub(crate) fn step(line: &mut Line<'_>) -> Result<Option<Step>, Error> {
    let moment = moment(line)?;
    let act = match (line.is_at_end(), moment) {
        (true, Moment::Now) => return Ok(None),
        (true, Moment::At(_) | Moment::After(_)) => Act::Nothing,
        (false, _) => act(line)?,
    };
    line.end()?;
    Ok(Some(Step { line: line.number(), moment, act }))
}

/// When the step of a line happens.
pub(crate) fn moment(line: &mut Line<'_>) -> Result<Moment, Error> {
    if let Some(Span(micros)) = line.takes_marked_span('@')? {
        return Ok(Moment::At(Time(micros)));
    }
    Ok(line.takes_marked_span('+')?.map_or(Moment::Now, Moment::After))
}

fn act(line: &mut Line<'_>) -> Result<Act, Error> {
    if let Some(at) = line.takes_of(Group::Step) {
        return (STEPS[at].then)(line);
    }
    let form = COMMANDS[line.needs_of(Group::Command)?].then;
    Ok(match command::written(line, form)? {
        Written::Command(command) => Act::Do(command),
        Written::Edit(edit, pick) => Act::Edit(edit, pick),
    })
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
            Self::Edit(edit, pick) => edit.print(f, pick),
            Self::Refuse(command) => write!(f, "refuse {}", Shown(command)),
            Self::Run(span) => write!(f, "run {span}"),
            Self::Until { condition, within: None } => write!(f, "until {condition}"),
            Self::Until { condition, within: Some(span) } => {
                write!(f, "until {condition} within {span}")
            }
            Self::Expect(condition) => write!(f, "expect {condition}"),
            Self::Ask(question) => question.fmt(f),
            Self::Reveal(condition) => write!(f, "reveal {condition}"),
        }
    }
}
