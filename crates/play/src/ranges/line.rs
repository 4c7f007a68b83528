//! A typed line: a command for the run, or a word for the playground.

use det::{Span, Time};
use sim::MessageId;
use sim::ranges::{Knob, Recording, Setup};
use view::Both;
use view::ranges::Selection;

use super::trouble::Trouble;
use super::{Done, Playground, RangesMsg, Size};
use crate::{Msg, Note, Speed};

impl Playground {
    pub(super) fn line(&mut self, line: &str) -> Done {
        let words: Vec<&str> = line.split_whitespace().collect();
        let msg = match *words {
            [] => return Ok(Vec::new()),
            ["play"] => Msg::Play,
            ["pause"] => Msg::Pause,
            ["step"] => Msg::Step,
            ["back"] => Msg::Back,
            ["next"] => Msg::NextInteresting,
            ["home"] => Msg::Home,
            ["end"] => Msg::End,
            ["speed", "max"] => Msg::SetSpeed(Speed::Max),
            ["speed", slowdown] => Msg::SetSpeed(Speed::OneIn(number(slowdown)?)),
            ["seek", moment] => Msg::Seek(Time::ZERO + span(moment)?),
            ["compare", knob] => return self.handle(RangesMsg::Compare(self::knob(knob)?)),
            ["compare"] => return self.handle(RangesMsg::Compare(knob("")?)),
            ["help"] => return Ok(vec![help()]),
            ["no", "load"] => return self.line("load 0/s"),
            ["zoom", "in"] => return self.handle(RangesMsg::Zoom(true)),
            ["zoom", "out"] => return self.handle(RangesMsg::Zoom(false)),
            ["look", envelope] => {
                let name = number(envelope.strip_prefix('m').unwrap_or(envelope))?;
                if self.run.world().flight(MessageId(name)).is_none() {
                    return Err(no_envelope(name));
                }
                let opened = Selection::Envelope(MessageId(name));
                return self.handle(RangesMsg::Select(opened));
            }
            ["new", ref settings @ ..] if settings.iter().any(|word| word.contains('=')) => {
                let setup = self.setup_with(settings)?;
                return self.start(setup);
            }
            ["new", ranges] => {
                let size = Size { stores: 3, ranges: number(ranges)? };
                return self.handle(RangesMsg::New(size));
            }
            ["new", stores, ranges] => {
                let size = Size { stores: number(stores)?, ranges: number(ranges)? };
                return self.handle(RangesMsg::New(size));
            }
            _ => {
                let command = script::ranges::parse_command(line);
                let command = command.map_err(|error| at_column(error.column, &error.problem))?;
                return self.handle(RangesMsg::Do(command));
            }
        };
        self.handle(msg.into())
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
        en: "the ? at the top lists all keys and signs; every button has a line that can be typed"
            .to_owned(),
        zh: "可输入 put a1 7、get a1、split at k、kill s1、heal、load 100/s、no load；或 play、pause、step、back、next、seek 3s、speed 100、new 5 20、compare coalescing".to_owned(),
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

/// `coalescing`, or `off` for none.
fn knob(word: &str) -> Result<Option<Knob>, Trouble> {
    let found = Knob::named(word);
    if found.is_some() || word == "off" {
        return Ok(found);
    }
    let words = Knob::ALL.map(Knob::word).join(", ");
    Err(Trouble::Line(Both {
        en: format!("\"{word}\" should be a switch: {words}; or off"),
        zh: format!("“{word}”应为一个开关：{words}；或 off"),
    }))
}

fn number<N: std::str::FromStr + PartialOrd + From<u8>>(digits: &str) -> Result<N, Trouble> {
    let found = digits.parse().ok().filter(|number| *number >= N::from(1));
    found.ok_or_else(|| {
        Trouble::Line(Both {
            en: format!("\"{digits}\" should be a number that is not too large"),
            zh: format!("“{digits}”应为数字，且不能太大"),
        })
    })
}

/// `250ms`, `3s`.
fn span(text: &str) -> Result<Span, Trouble> {
    let read = |digits: &str, unit: u64| Some(Span(u64::from(digits.parse::<u32>().ok()?) * unit));
    let found = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => read(digits, 1_000),
        (None, Some(digits)) => read(digits, 1_000_000),
        (None, None) => None,
    };
    found.ok_or_else(|| {
        Trouble::Line(Both {
            en: format!("\"{text}\" should be a time such as 250ms or 3s"),
            zh: format!("“{text}”应为时间，例如 250ms 或 3s"),
        })
    })
}
