//! A typed line: a command for the run, or a word for the playground.

use det::Time;
use script::{Act, Moment, Step};
use sim::ranges::{Knob, Recording, Setup};
use sim::{EventId, MessageId};
use view::ranges::Selection;
use view::{Both, Lang};

use super::trouble::Trouble;
use super::{Done, Playground, RangesMsg, Size};
use crate::link::shorten;
use crate::{Msg, Note, Speed};

impl Playground {
    pub(super) fn line(&mut self, line: &str) -> Done {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((&word, rest)) = words.split_first() else { return Ok(Vec::new()) };
        if let Some(message) = self.of_playground(word, rest)? {
            return self.handle(message);
        }
        match (word, rest) {
            ("help", []) => return Ok(vec![help()]),
            ("new", []) => return self.start(self.run.recording().setup.clone()),
            ("new", settings) if settings.iter().any(|word| word.contains('=')) => {
                let setup = self.setup_with(settings)?;
                return self.start(setup);
            }
            _ => {}
        }
        let line = if words == ["no", "load"] { "load 0/s" } else { line };
        let command = script::ranges::parse_command(line);
        let command = command.map_err(|error| at_column(error.column, &error.problem))?;
        self.handle(RangesMsg::Do(command))
    }

    /// What a word for the playground means; nothing if it is none.
    fn of_playground(&self, word: &str, rest: &[&str]) -> Result<Option<RangesMsg>, Trouble> {
        let one = rest.join(" ");
        let message = match (word, rest) {
            ("play", []) => Msg::Play.into(),
            ("pause", []) => Msg::Pause.into(),
            ("step", []) => Msg::Step.into(),
            ("back", []) => Msg::Back.into(),
            ("next", []) => Msg::NextInteresting.into(),
            ("previous", []) => Msg::PreviousInteresting.into(),
            ("home", []) => Msg::Home.into(),
            ("end", []) => Msg::End.into(),
            ("faster", []) => Msg::Faster.into(),
            ("slower", []) => Msg::Slower.into(),
            ("speed", _) => speed(&one)?.into(),
            ("seek", _) => moment(&one)?.into(),
            ("lang", ["en"]) => Msg::SetLang(Lang::En).into(),
            ("lang", ["zh"]) => Msg::SetLang(Lang::Zh).into(),
            ("lang", _) => return Err(should_be(&one, "en or zh", "en 或 zh")),
            ("zoom", ["in"]) => RangesMsg::Zoom(true),
            ("zoom", ["out"]) => RangesMsg::Zoom(false),
            ("zoom", _) => return Err(should_be(&one, "in or out", "in 或 out")),
            ("compare", _) => RangesMsg::Compare(knob(&one)?),
            ("look", _) => RangesMsg::Select(self.envelope(&one)?),
            ("new", &[ranges]) if !ranges.contains('=') => {
                RangesMsg::New(Size { stores: 3, ranges: number(ranges)? })
            }
            ("new", &[stores, ranges]) if !one.contains('=') => {
                RangesMsg::New(Size { stores: number(stores)?, ranges: number(ranges)? })
            }
            ("new", [_, ..]) if !one.contains('=') => {
                let (en, zh) =
                    ("stores and ranges such as 5 20", "store 与 range 的数量，例如 5 20");
                return Err(should_be(&one, en, zh));
            }
            _ => return Ok(None),
        };
        Ok(Some(message))
    }

    /// `m12`: an envelope that is on its way.
    fn envelope(&self, text: &str) -> Result<Selection, Trouble> {
        let name = text.strip_prefix('m').unwrap_or(text).parse().ok().map(MessageId);
        let name =
            name.ok_or_else(|| should_be(text, "an envelope such as m12", "信封，例如 m12"))?;
        match self.run.world().flight(name) {
            Some(_) => Ok(Selection::Envelope(name)),
            None => Err(no_envelope(name.0)),
        }
    }

    /// The setup of the run on screen, but for these settings.
    fn setup_with(&self, settings: &[&str]) -> Result<Setup, Trouble> {
        let recording = Recording { setup: self.run.recording().setup.clone(), inputs: Vec::new() };
        let header = script::ranges::print(&recording);
        let key = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
        let is_kept = |word: &&str| settings.iter().all(|other| key(other) != key(word));
        let kept = header.split_whitespace().filter(is_kept);
        let header: Vec<&str> = kept.chain(settings.iter().copied()).collect();
        let script = script::ranges::parse(&header.join(" "));
        // Where in a header that nobody typed it stands says nothing.
        let script = script.map_err(|error| {
            let (en, zh) = (error.problem.to_string(), error.problem.chinese());
            Trouble::Line(Both { en, zh })
        })?;
        Ok(script.setup)
    }
}

fn help() -> Note {
    let text = Both {
        en: "type put a1 7, get a1, split at k, kill s1, heal, load 100/s, no load; or play, pause, step, back, next, seek 3s, speed 100, new 5 20, compare coalescing; the ? at the top lists all keys and signs".to_owned(),
        zh: "可输入 put a1 7、get a1、split at k、kill s1、heal、load 100/s、no load；或 play、pause、step、back、next、seek 3s、speed 100、new 5 20、compare coalescing；顶部的 ? 列出全部按键与图例".to_owned(),
    };
    Note::Notice { text, refused: false }
}

fn no_envelope(name: u64) -> Trouble {
    Trouble::Line(Both {
        en: format!("there is no envelope m{name} on its way now"),
        zh: format!("现在没有在途的信封 m{name}"),
    })
}

fn at_column(column: usize, problem: &script::Problem) -> Trouble {
    let zh = format!("第 {column} 列：{}", problem.chinese());
    Trouble::Line(Both { en: format!("column {column}: {problem}"), zh })
}

/// What stands here is missing, or should be something else.
fn should_be(found: &str, en: &str, zh: &str) -> Trouble {
    Trouble::Line(if found.is_empty() {
        Both { en: format!("{en} should follow"), zh: format!("后面应为：{zh}") }
    } else {
        let found = shorten(found);
        Both {
            en: format!("\"{found}\" should be {en}"), zh: format!("“{found}”应为：{zh}")
        }
    })
}

/// `coalescing`, or `off` for none.
fn knob(word: &str) -> Result<Option<Knob>, Trouble> {
    let found = Knob::named(word);
    if found.is_some() || word == "off" {
        return Ok(found);
    }
    let words = Knob::ALL.map(Knob::word).join(", ");
    let (en, zh) = (format!("a switch ({words}) or off"), format!("一个开关（{words}）或 off"));
    Err(should_be(word, &en, &zh))
}

fn number<N: std::str::FromStr + PartialOrd + From<u8>>(digits: &str) -> Result<N, Trouble> {
    let found = digits.parse().ok().filter(|number| *number >= N::from(1));
    let (en, zh) = ("a number from 1 on that is not too large", "从 1 开始、不太大的数字");
    found.ok_or_else(|| should_be(digits, en, zh))
}

/// `100`, `1/100`, `max`.
fn speed(text: &str) -> Result<Msg, Trouble> {
    if text == "max" {
        return Ok(Msg::SetSpeed(Speed::Max));
    }
    let slowdown = text.strip_prefix("1/").unwrap_or(text).parse().ok().filter(|&one| 0 < one);
    let slowdown =
        slowdown.ok_or_else(|| should_be(text, "100, 1/100 or max", "100、1/100 或 max"));
    slowdown.map(|slowdown| Msg::SetSpeed(Speed::OneIn(slowdown)))
}

/// `250ms`, `1.5s` as the script reads it, or `e12`.
fn moment(text: &str) -> Result<Msg, Trouble> {
    if let Some(event) = text.strip_prefix('e').and_then(|digits| digits.parse().ok()) {
        return Ok(Msg::SeekEvent(EventId(event)));
    }
    let script = script::parse(&format!("run {text}")).ok();
    let steps = script.as_ref().map(|script| script.steps.as_slice()).unwrap_or_default();
    if let [Step { moment: Moment::Now, act: Act::Run(span), .. }] = steps {
        return Ok(Msg::Seek(Time::ZERO + *span));
    }
    let en = "a time such as 250ms or 1.5s, 24 hours at most";
    Err(should_be(text, en, "时间，例如 250ms 或 1.5s，最长 24 小时"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &RangesMsg) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let read = Playground::default().of_playground(words[0], &words[1..]);
        assert_eq!(read.as_ref().ok().and_then(Option::as_ref), Some(expected), "{read:?}");
    }

    #[test]
    fn words_of_both_pages_are_read_as_on_the_other_one() {
        check("seek 1.5s", &Msg::Seek(Time(1_500_000)).into());
        check("seek e12", &Msg::SeekEvent(EventId(12)).into());
        check("speed 1/30", &Msg::SetSpeed(Speed::OneIn(30)).into());
        check("lang zh", &Msg::SetLang(Lang::Zh).into());
        check("previous", &Msg::PreviousInteresting.into());
        check("slower", &Msg::Slower.into());
        check("new 5 20", &RangesMsg::New(Size { stores: 5, ranges: 20 }));
    }

    #[track_caller]
    fn check_refused(line: &str, en: &str, zh: &str) {
        let mut play = Playground::default();
        let before = play.digest();
        let text = Both { en: en.to_owned(), zh: zh.to_owned() };
        let expected = vec![Note::Notice { text, refused: true }];
        assert_eq!(play.update(Msg::Line(line.to_owned()).into()), expected, "{line}");
        assert_eq!(play.digest(), before, "{line}");
    }

    #[test]
    fn a_word_that_is_known_says_what_should_follow() {
        check_refused("lang", "en or zh should follow", "后面应为：en 或 zh");
        check_refused("lang fr", "\"fr\" should be en or zh", "“fr”应为：en 或 zh");
        check_refused("speed 0", "\"0\" should be 100, 1/100 or max", "“0”应为：100、1/100 或 max");
        check_refused("zoom up", "\"up\" should be in or out", "“up”应为：in 或 out");
        let time = "a time such as 250ms or 1.5s, 24 hours at most";
        let zh = "时间，例如 250ms 或 1.5s，最长 24 小时";
        check_refused("seek", &format!("{time} should follow"), &format!("后面应为：{zh}"));
        check_refused("seek 5", &format!("\"5\" should be {time}"), &format!("“5”应为：{zh}"));
        check_refused(
            "seek 25000h",
            &format!("\"25000h\" should be {time}"),
            &format!("“25000h”应为：{zh}"),
        );
    }

    #[test]
    fn a_new_run_without_settings_is_the_same_one_afresh() {
        let mut play = Playground::default();
        for line in ["new 5 20", "seek 1s", "new"] {
            play.update(Msg::Line(line.to_owned()).into());
        }
        let setup = &play.run().recording().setup;
        assert_eq!((setup.stores, setup.ranges, play.now()), (5, 20, Time::ZERO));
    }
}
