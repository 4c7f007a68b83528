//! A typed line: a command for the run, or a word for the playground.

use det::{Span, Time};
use script::{Act, Expected, Moment, Problem, Script, Step};
use sim::{EventId, Setup};
use view::Lang;

use crate::go::told;
use crate::playground::refused;
use crate::{Msg, Note, Playground, Speed, Trouble, scene};

/// What a line means.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    /// Something that can happen to the playground.
    Msg(Msg),
    /// Start afresh from this.
    New(Setup),
    /// Show the link.
    Link,
    /// Say what can be typed.
    Help,
    /// Nothing was typed.
    Nothing,
}

impl Playground {
    pub(crate) fn line(&mut self, line: &str) -> Vec<Note> {
        match read(line) {
            Ok(Meaning::Msg(msg)) => self.update(msg),
            Ok(Meaning::New(setup)) => {
                self.start(setup).unwrap_or_else(|trouble| refused(&trouble))
            }
            Ok(Meaning::Link) => vec![Note::Link(self.link())],
            Ok(Meaning::Help) => vec![told(
                "type put x 7, kill n1, partition n1 | n2 n3, heal; or play, pause, step, back, next, seek 3s, speed 100, new nodes=3 seed=7, link",
                "可输入 put x 7、kill n1、partition n1 | n2 n3、heal；或 play、pause、step、back、next、seek 3s、speed 100、new nodes=3 seed=7、link",
            )],
            Ok(Meaning::Nothing) => Vec::new(),
            Err(trouble) => refused(&trouble),
        }
    }
}

/// Reads a line. Words of the playground come first; `pause` with a node after it is a command.
fn read(line: &str) -> Result<Meaning, Trouble> {
    let line = line.trim_end();
    let word = line.trim_start();
    let (word, rest) = word.split_once(char::is_whitespace).unwrap_or((word, ""));
    let rest = Rest { line, rest: rest.trim_start() };
    let msg = match (word, rest.rest) {
        ("", _) => return Ok(Meaning::Nothing),
        ("help" | "?", "") => return Ok(Meaning::Help),
        ("link", "") => return Ok(Meaning::Link),
        ("new", "") => return Ok(Meaning::New(scene::setup())),
        ("new", _) => return rest.settings().map(Meaning::New),
        ("play", "") => Msg::Play,
        ("pause", "") => Msg::Pause,
        ("step", "") => Msg::Step,
        ("substep", "") => Msg::SubStep,
        ("back", "") => Msg::Back,
        ("next", "") => Msg::NextInteresting,
        ("previous", "") => Msg::PreviousInteresting,
        ("close", "") => Msg::CloseFile,
        ("home", "") => Msg::Home,
        ("end", "") => Msg::End,
        ("faster", "") => Msg::Faster,
        ("slower", "") => Msg::Slower,
        ("seek", _) => rest.moment()?,
        ("speed", _) => rest.speed()?,
        ("lang", _) => rest.lang()?,
        _ => Msg::Do(script::parse_command(line).map_err(|error| at(error.column, error.problem))?),
    };
    Ok(Meaning::Msg(msg))
}

/// What stands after the first word of a line.
#[derive(Clone, Copy, Debug)]
struct Rest<'a> {
    line: &'a str,
    rest: &'a str,
}

impl Rest<'_> {
    /// `3s`, `e123`.
    fn moment(self) -> Result<Msg, Trouble> {
        match self.rest.strip_prefix('e').and_then(|digits| digits.parse().ok()) {
            Some(event) => Ok(Msg::SeekEvent(EventId(event))),
            None => Ok(Msg::Seek(Time::ZERO + self.span()?)),
        }
    }

    /// A time: the script reads it, as it reads that of `run`.
    fn span(self) -> Result<Span, Trouble> {
        let script = self.read_after("run ")?;
        match script.steps.as_slice() {
            [Step { moment: Moment::Now, act: Act::Run(span), .. }] => Ok(*span),
            _ => Err(self.expected(vec![Expected::Number])),
        }
    }

    /// `nodes=3 seed=7`: the settings are those of a script's first line.
    fn settings(self) -> Result<Setup, Trouble> {
        let script = self.read_after("cluster ")?;
        if script.steps.is_empty() {
            Ok(script.setup)
        } else {
            Err(self.expected(vec![Expected::End]))
        }
    }

    /// `100`, `1/100`, `max`.
    fn speed(self) -> Result<Msg, Trouble> {
        let speed = match self.rest.strip_prefix("1/").unwrap_or(self.rest) {
            "max" => Some(Speed::Max),
            digits => digits.parse().ok().map(Speed::OneIn),
        };
        let expected = || self.expected(vec![Expected::Number, Expected::Word("max")]);
        speed.map(Msg::SetSpeed).ok_or_else(expected)
    }

    /// `en`, `zh`.
    fn lang(self) -> Result<Msg, Trouble> {
        match self.rest {
            "en" => Ok(Msg::SetLang(Lang::En)),
            "zh" => Ok(Msg::SetLang(Lang::Zh)),
            _ => Err(self.expected(vec![Expected::Word("en"), Expected::Word("zh")])),
        }
    }

    /// Reads what stands here as the script reads it after these words.
    fn read_after(self, words: &str) -> Result<Script, Trouble> {
        script::parse(&format!("{words}{}", self.rest)).map_err(|error| {
            let column = (self.column() + error.column).saturating_sub(1 + words.len());
            at(column.max(1), error.problem)
        })
    }

    /// The error that something else should stand here.
    fn expected(self, what: Vec<Expected>) -> Trouble {
        let found = self.rest.split_whitespace().next().map(str::to_owned);
        at(self.column(), Problem::Expected { what, found, near: None })
    }

    /// Where the rest begins, in characters from 1; after a lonely word, where it should begin.
    fn column(self) -> usize {
        let before = self.line.len() - self.rest.len();
        let gap = usize::from(self.rest.is_empty());
        self.line[..before].chars().count() + gap + 1
    }
}

fn at(column: usize, problem: Problem) -> Trouble {
    Trouble::Line { column, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Msg) {
        assert_eq!(read(line), Ok(Meaning::Msg(expected)), "{line}");
    }

    #[test]
    fn words_of_the_playground_and_commands_of_the_run_are_told_apart() {
        check("pause", Msg::Pause);
        check("pause n1", Msg::Do(sim::Command::Pause(sim::NodeId(1))));
        check("  seek 1.5s ", Msg::Seek(Time(1_500_000)));
        check("seek e12", Msg::SeekEvent(EventId(12)));
        check("speed 1/30", Msg::SetSpeed(Speed::OneIn(30)));
        check("speed max", Msg::SetSpeed(Speed::Max));
        check("substep", Msg::SubStep);
        check("lang zh", Msg::SetLang(Lang::Zh));
        check("heal", Msg::Do(sim::Command::Heal));
    }

    #[track_caller]
    fn check_refused(line: &str, expected: &str) {
        let refused = read(line).expect_err(line);
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn an_error_names_the_column_and_what_was_expected() {
        check_refused(
            "  speed fast",
            "column 9: expected a whole number or \"max\", found \"fast\"",
        );
        check_refused("lang", "column 6: expected \"en\" or \"zh\", found the end of the line");
        check_refused("new nodes=30", "column 11: expected 1 to 9, found 30");
        check_refused("kill n", "column 6: expected a node (n1 to n9), found \"n\"");
    }

    #[test]
    fn a_new_run_takes_every_setting_of_a_script() {
        let Ok(Meaning::New(setup)) = read("new nodes=3 seed=7 prevote=on") else {
            panic!("the settings are right");
        };
        assert_eq!((setup.nodes, setup.seed, setup.pre_vote), (3, 7, true));
    }
}
