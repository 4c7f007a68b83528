//! Questions: a script asks what will happen before it shows it.

use core::fmt;

use crate::expected::Expected;
use crate::limits::ANSWERS_MAX;
use crate::line::Line;
use crate::print::{Quoted, Text};
use crate::token::shown;
use crate::{Error, Problem};

/// A sentence in both languages; the same words twice if the script gives only one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A question with its answers. The `reveal` that follows it says by which condition the run shows
/// that the right answer is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// What is asked.
    pub text: Words,
    /// The answers offered, at least two.
    pub answers: Vec<Words>,
    /// The position of the right one.
    pub right: usize,
}

/// What follows `ask`.
pub(crate) fn question(line: &mut Line<'_>) -> Result<Question, Error> {
    let text = words(line)?;
    let mut answers = vec![answer(line)?];
    line.needs("|")?;
    answers.push(answer(line)?);
    while answers.len() < ANSWERS_MAX && line.takes("|") {
        answers.push(answer(line)?);
    }
    line.needs("=")?;
    let right = line.text_of_any_length(Expected::Answer)?;
    let position = answers
        .iter()
        .position(|answer| answer.en == right)
        .or_else(|| answers.iter().position(|answer| answer.zh == right));
    match position {
        Some(right) => Ok(Question { text, answers, right }),
        None => Err(line.error_before(Problem::NotOffered { found: shown(&right) })),
    }
}

/// A sentence in quotes: in both languages, or the same words for both.
pub(crate) fn words(line: &mut Line<'_>) -> Result<Words, Error> {
    if line.takes("en") { bilingual(line) } else { line.quoted().map(same) }
}

/// What follows `en`: `"yes" zh "是"`.
fn bilingual(line: &mut Line<'_>) -> Result<Words, Error> {
    let en = line.quoted()?;
    line.needs("zh")?;
    Ok(Words { en, zh: line.quoted()? })
}

fn answer(line: &mut Line<'_>) -> Result<Words, Error> {
    // The word en alone may be an answer too.
    if line.is_text_after_next() && line.takes("en") {
        return bilingual(line);
    }
    line.text_of_any_length(Expected::Answer).map(same)
}

fn same(text: String) -> Words {
    Words { en: text.clone(), zh: text }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ask {}", self.text)?;
        for (i, answer) in self.answers.iter().enumerate() {
            f.write_str(if i == 0 { " " } else { " | " })?;
            if answer.en == answer.zh {
                Text(&answer.en).fmt(f)?;
            } else {
                Bilingual(answer).fmt(f)?;
            }
        }
        write!(f, " = {}", Text(&self.answers[self.right].en))
    }
}

/// As a script writes it, in quotes.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.en == self.zh { Quoted(&self.en).fmt(f) } else { Bilingual(self).fmt(f) }
    }
}

struct Bilingual<'a>(&'a Words);

impl fmt::Display for Bilingual<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "en {} zh {}", Quoted(&self.0.en), Quoted(&self.0.zh))
    }
}
