//! What a script says: sentences that carry figures of the run, as they are when they are said.
//!
//! `{asleep}` is a number of the run, `{new messages}` the same since the last mark, and
//! `{new written / 1024}` is divided.

use sim::ranges::World;

use super::truth::{Mark, number};
use super::{Act, Figure, Since, group};
use crate::expected::Expected;
use crate::line::{Line, is_digits};
use crate::question::words;
use crate::token::shown;
use crate::{Error, Problem, Words};

/// From here on a quotient has no decimal.
const WHOLE: u64 = 100;

/// What follows `say`.
pub(super) fn sentence(line: &mut Line<'_>) -> Result<Act, Error> {
    let words = words(line)?;
    for name in places(&words.en).chain(places(&words.zh)) {
        if Place::read(name).is_none() {
            let what = vec![Expected::Group(group::FIGURE)];
            let found = Some(shown(name));
            return Err(line.error_before(Problem::Expected { what, found, near: None }));
        }
    }
    Ok(Act::Say(words))
}

/// The words with the figures of this moment.
pub(super) fn filled(words: &Words, world: &World, mark: &Mark) -> Words {
    let fill = |text: &str| {
        places(text).fold(text.to_owned(), |filled, name| match Place::read(name) {
            Some(place) => filled.replace(&format!("{{{name}}}"), &place.value(world, mark)),
            None => filled,
        })
    };
    Words { en: fill(&words.en), zh: fill(&words.zh) }
}

/// What stands between braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// A place for a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    of: Figure,
    since: Since,
    divisor: Option<u64>,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (name, divisor) = match text.split_once(" / ") {
            Some((name, digits)) if is_digits(digits) => (name, Some(digits.parse().ok()?)),
            Some(_) => return None,
            None => (text, None),
        };
        let (since, word) =
            name.strip_prefix("new ").map_or((Since::Start, name), |word| (Since::Mark, word));
        let of = Figure::all().find(|figure| figure.word() == word)?;
        (divisor != Some(0)).then_some(Self { of, since, divisor })
    }

    fn value(self, world: &World, mark: &Mark) -> String {
        let value = number(world, mark, self.of, self.since);
        match self.divisor {
            None => grouped(value),
            Some(divisor) if divisor.saturating_mul(WHOLE) <= value => {
                grouped((value + divisor / 2) / divisor)
            }
            Some(divisor) => {
                let tenths = (value * 10 + divisor / 2) / divisor;
                format!("{}.{}", tenths / 10, tenths % 10)
            }
        }
    }
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranges::{parse, run};

    #[track_caller]
    fn said(script: &str) -> Vec<String> {
        let script = parse(script).expect(script);
        let mut timeline = sim::Timeline::new(script.setup.clone()).expect("it can be run");
        let report = run(&script, &mut timeline).expect("it runs");
        report.said.into_iter().map(|said| said.words.en).collect()
    }

    #[test]
    fn a_sentence_carries_the_figures_of_its_moment() {
        let script = "cluster stores=3 ranges=12 groups=lazy\nmark\n\
            say \"{ranges} ranges, {new ranges} new, {ranges / 5} each, {groups} loaded\"";
        assert_eq!(said(script), ["12 ranges, 0 new, 2.4 each, 0 loaded"]);
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for place in ["{lions}", "{}", "{ranges / 0}", "{ranges / x}", "{new}"] {
            let script = format!("cluster stores=3\nsay \"about {place}\"");
            let error = parse(&script).expect_err(place);
            assert!(error.to_string().starts_with("line 2, column 5"), "{error}");
        }
    }

    #[test]
    fn what_follows_a_sentence_happens_after_it() {
        let script = "cluster stores=3 ranges=3\n@1s say \"before\"\nsay \"and\"\n@1s kill s1\n@1s kill s2\nsay \"after\"";
        let script = parse(script).expect(script);
        let mut timeline = sim::Timeline::new(script.setup.clone()).expect("it can be run");
        let report = run(&script, &mut timeline).expect("it runs");
        let at: Vec<_> = report.said.iter().map(|said| said.at.0).collect();
        assert_eq!(at, [1_000_000, 1_000_001, 1_000_002]);
        let done: Vec<_> = timeline.recording().inputs.iter().map(|(at, _)| at.0).collect();
        assert_eq!(done, [1_000_002, 1_000_002]);
        assert_eq!(script.recording().as_ref(), Some(timeline.recording()));
    }
}
