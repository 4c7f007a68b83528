//! A line being read: what stands next, and what could have stood there.

use det::Span;
use raft::{EntryId, Index, Term};
use sim::{ClientId, End, MessageId, NodeId, Setup};

use crate::expected::Expected;
use crate::limits::{LINE_CHARACTERS_MAX, SPAN_MAX, TEXT_BYTES_MAX, TIME_MAX};
use crate::token::{Kind, Token, shown, tokens};
use crate::words::{Group, nearest};
use crate::{Error, Problem};

/// A line being read, from left to right.
///
/// Every question about the next token leaves a note of what would have been taken. The notes make
/// the error if nothing fits, and the completion if the line ends here.
pub(crate) struct Line<'a> {
    number: usize,
    tokens: Vec<Token<'a>>,
    next: usize,
    tried: Vec<Expected>,
    /// The last node of the cluster.
    last_node: u8,
}

impl<'a> Line<'a> {
    /// Line `number` of a script for a cluster of `nodes`.
    pub(crate) fn new(number: usize, text: &'a str, nodes: u8) -> Result<Self, Error> {
        Self::within(number, text, nodes, LINE_CHARACTERS_MAX)
    }

    /// The same with at most `max` characters.
    pub(crate) fn within(
        number: usize,
        text: &'a str,
        nodes: u8,
        max: usize,
    ) -> Result<Self, Error> {
        let tokens = tokens(number, text, max)?;
        Ok(Self { number, tokens, next: 0, tried: Vec::new(), last_node: nodes })
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Whether nothing is left.
    pub(crate) fn is_at_end(&self) -> bool {
        self.kind() == &Kind::End
    }

    /// What could stand at the end of the line; nothing if reading stopped before.
    pub(crate) fn expected_at_end(&self) -> &[Expected] {
        if self.is_at_end() { &self.tried } else { &[] }
    }

    /// Takes this word or sign if it is next.
    pub(crate) fn takes(&mut self, word: &'static str) -> bool {
        let is_next = match self.kind() {
            Kind::Word(next) | Kind::Sign(next) => *next == word,
            Kind::Text(_) | Kind::End => false,
        };
        self.note(Expected::Word(word));
        if is_next {
            self.advance();
        }
        is_next
    }

    /// This word or sign.
    pub(crate) fn needs(&mut self, word: &'static str) -> Result<(), Error> {
        if self.takes(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The position of the next word in its group, if it is of this group.
    pub(crate) fn takes_of(&mut self, group: Group) -> Option<usize> {
        self.note(Expected::Group(group));
        let next = self.word()?;
        let at = group.words().position(|word| word == next)?;
        self.advance();
        Some(at)
    }

    /// A word of a group: its position there.
    pub(crate) fn needs_of(&mut self, group: Group) -> Result<usize, Error> {
        self.takes_of(group).ok_or_else(|| self.unexpected())
    }

    /// The next word without what a condition on its letters says; takes nothing.
    pub(crate) fn word(&self) -> Option<&'a str> {
        match self.kind() {
            Kind::Word(word) => Some(word),
            Kind::Text(_) | Kind::Sign(_) | Kind::End => None,
        }
    }

    /// A whole number within limits.
    pub(crate) fn number_in(&mut self, min: u64, max: u64) -> Result<u64, Error> {
        self.note(Expected::Number);
        let Some(word) = self.word().filter(|word| is_digits(word)) else {
            return Err(self.unexpected());
        };
        let number = word.parse().ok().filter(|number| (min..=max).contains(number));
        let Some(number) = number else {
            return Err(self.out_of_range(min.to_string(), max.to_string()));
        };
        self.advance();
        Ok(number)
    }

    /// The last node that there is after this line.
    pub(crate) fn last_node(&self) -> u8 {
        self.last_node
    }

    /// A node of the cluster, or the next one, which is there from now on.
    pub(crate) fn node_or_next(&mut self) -> Result<NodeId, Error> {
        let before = self.last_node;
        self.last_node = Setup::MAX_NODES.min(before + 1);
        let node = self.node();
        let named = node.as_ref().map_or(before, |node| node.0);
        self.last_node = before.max(named);
        node
    }

    /// A node of the cluster.
    pub(crate) fn node(&mut self) -> Result<NodeId, Error> {
        self.takes_node()?.ok_or_else(|| self.unexpected())
    }

    /// A node of the cluster, if the next word looks like one.
    pub(crate) fn takes_node(&mut self) -> Result<Option<NodeId>, Error> {
        self.note(Expected::Node { last: self.last_node });
        let Some(digits) = self.digits_after('n') else { return Ok(None) };
        let node = digits.parse().ok().filter(|node| (1..=self.last_node).contains(node));
        let Some(node) = node else {
            let found = shown(self.word().unwrap_or_default());
            return Err(self.error(Problem::NoSuchNode { found, last: self.last_node }));
        };
        self.advance();
        Ok(Some(NodeId(node)))
    }

    /// A node other than this one.
    pub(crate) fn other_node(&mut self, than: NodeId) -> Result<NodeId, Error> {
        let node = self.node()?;
        if node == than { Err(self.node_twice(node)) } else { Ok(node) }
    }

    /// The error that the node just taken stands here twice.
    pub(crate) fn node_twice(&self, node: NodeId) -> Error {
        self.error_before(Problem::NodeTwice { node: node.to_string() })
    }

    /// A node or a client.
    pub(crate) fn end_of_message(&mut self) -> Result<End, Error> {
        self.takes_end_of_message()?.ok_or_else(|| self.unexpected())
    }

    /// A node or a client, if the next word looks like one.
    pub(crate) fn takes_end_of_message(&mut self) -> Result<Option<End>, Error> {
        if let Some(node) = self.takes_node()? {
            return Ok(Some(End::Node(node)));
        }
        self.note(Expected::Client);
        let client = self.digits_after('c').and_then(|digits| digits.parse().ok());
        let Some(client) = client.filter(|&client| client > 0) else { return Ok(None) };
        self.advance();
        Ok(Some(End::Client(ClientId(client))))
    }

    /// A message by its number.
    pub(crate) fn message(&mut self) -> Result<MessageId, Error> {
        self.takes_message().ok_or_else(|| self.unexpected())
    }

    /// A message by its number, if the next word looks like one.
    pub(crate) fn takes_message(&mut self) -> Option<MessageId> {
        self.note(Expected::Message);
        let message = self.digits_after('m')?.parse().ok()?;
        self.advance();
        Some(MessageId(message))
    }

    /// An entry: `2/5`.
    pub(crate) fn entry(&mut self) -> Result<EntryId, Error> {
        self.note(Expected::Entry);
        let entry = self.word().and_then(|word| {
            let (term, index) = word.split_once('/')?;
            Some(EntryId { term: Term(term.parse().ok()?), index: Index(index.parse().ok()?) })
        });
        let entry = entry.ok_or_else(|| self.unexpected())?;
        self.advance();
        Ok(entry)
    }

    /// A time of at most [`SPAN_MAX`]: `5ms`.
    pub(crate) fn span(&mut self) -> Result<Span, Error> {
        self.span_in(Span::ZERO, SPAN_MAX)
    }

    /// A time within limits.
    pub(crate) fn span_in(&mut self, min: Span, max: Span) -> Result<Span, Error> {
        self.takes_span(min, max)?.ok_or_else(|| self.unexpected())
    }

    /// A time within limits, if the next word is one.
    pub(crate) fn takes_span(&mut self, min: Span, max: Span) -> Result<Option<Span>, Error> {
        self.note(Expected::Span { max });
        let Some(micros) = self.word().and_then(micros) else { return Ok(None) };
        if micros < min.0 || max.0 < micros {
            return Err(self.out_of_range(min.to_string(), max.to_string()));
        }
        self.advance();
        Ok(Some(Span(micros)))
    }

    /// The time after `mark` in the next word: `@1.5s`, `+20ms`.
    pub(crate) fn takes_marked_span(&mut self, mark: char) -> Result<Option<Span>, Error> {
        let Some(written) = self.word().and_then(|word| word.strip_prefix(mark)) else {
            return Ok(None);
        };
        if !written.is_empty() {
            // If the time is wrong, the error points at it and not at the mark.
            let column = self.column() + 1;
            self.tokens[self.next] = Token { kind: Kind::Word(written), column };
        }
        self.span_in(Span::ZERO, TIME_MAX).map(Some)
    }

    /// A percentage, in millionths.
    pub(crate) fn percent(&mut self) -> Result<u32, Error> {
        self.note(Expected::Percent);
        let digits = self.word().and_then(|word| word.strip_suffix('%'));
        let Some(per_million) = digits.and_then(|digits| scaled(digits, 4)) else {
            return Err(self.unexpected());
        };
        let Some(per_million) = u32::try_from(per_million).ok().filter(|&n| n <= 1_000_000) else {
            return Err(self.out_of_range("0%".to_owned(), "100%".to_owned()));
        };
        self.advance();
        Ok(per_million)
    }

    /// A key or value: a word or a text in quotes.
    pub(crate) fn text(&mut self, what: Expected) -> Result<String, Error> {
        let text = self.text_of_any_length(what)?;
        if TEXT_BYTES_MAX < text.len() {
            let problem = Problem::TextTooLong { bytes: text.len(), max: TEXT_BYTES_MAX };
            return Err(self.error_before(problem));
        }
        Ok(text)
    }

    /// A word or a text in quotes, not empty.
    pub(crate) fn text_of_any_length(&mut self, what: Expected) -> Result<String, Error> {
        self.note(what);
        let text = match self.kind() {
            Kind::Word(word) => (*word).to_owned(),
            Kind::Text(text) if !text.is_empty() => text.clone(),
            Kind::Text(_) | Kind::Sign(_) | Kind::End => return Err(self.unexpected()),
        };
        self.advance();
        Ok(text)
    }

    /// A word or a text in quotes, which may be empty, if there is one.
    pub(crate) fn takes_row(&mut self) -> Option<String> {
        self.note(Expected::Row);
        let row = match self.kind() {
            Kind::Word(word) => (*word).to_owned(),
            Kind::Text(text) => text.clone(),
            Kind::Sign(_) | Kind::End => return None,
        };
        self.advance();
        Some(row)
    }

    /// A text in quotes, if there is one.
    pub(crate) fn takes_quoted(&mut self) -> Option<String> {
        self.note(Expected::Text);
        let Kind::Text(text) = self.kind() else { return None };
        let text = text.clone();
        self.advance();
        Some(text)
    }

    /// A text in quotes.
    pub(crate) fn quoted(&mut self) -> Result<String, Error> {
        self.takes_quoted().ok_or_else(|| self.unexpected())
    }

    /// Whether the token after the next one is a text in quotes; takes nothing.
    pub(crate) fn is_text_after_next(&self) -> bool {
        matches!(self.tokens.get(self.next + 1), Some(Token { kind: Kind::Text(_), .. }))
    }

    /// The end of the line.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.note(Expected::End);
        if self.is_at_end() { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Notes something that would be taken here.
    pub(crate) fn note(&mut self, expected: Expected) {
        if !self.tried.contains(&expected) {
            self.tried.push(expected);
        }
    }

    /// The error that the next token is none of what was tried.
    pub(crate) fn unexpected(&self) -> Error {
        let found = match self.kind() {
            Kind::Word(word) => Some(shown(word)),
            Kind::Text(text) => Some(shown(text)),
            Kind::Sign(sign) => Some((*sign).to_owned()),
            Kind::End => None,
        };
        let fixed = self.tried.iter().copied().flat_map(Expected::fixed);
        let near = self.word().and_then(|word| nearest(word, fixed));
        self.error(Problem::Expected { what: self.tried.clone(), found, near })
    }

    /// An error at the next token.
    pub(crate) fn error(&self, problem: Problem) -> Error {
        Error { line: self.number, column: self.column(), problem }
    }

    /// An error at the token before the next one.
    pub(crate) fn error_before(&self, problem: Problem) -> Error {
        let column = self.tokens[self.next.saturating_sub(1)].column;
        Error { line: self.number, column, problem }
    }

    pub(crate) fn out_of_range(&self, min: String, max: String) -> Error {
        let found = shown(self.word().unwrap_or_default());
        self.error(Problem::OutOfRange { min, max, found })
    }

    /// The digits of a word that is a letter and a number.
    pub(crate) fn digits_after(&self, letter: char) -> Option<&'a str> {
        self.word()?.strip_prefix(letter).filter(|digits| is_digits(digits))
    }

    pub(crate) fn advance(&mut self) {
        self.next += 1;
        self.tried.clear();
    }

    fn kind(&self) -> &Kind<'a> {
        &self.tokens[self.next].kind
    }

    pub(crate) fn column(&self) -> usize {
        self.tokens[self.next].column
    }
}

/// The microseconds of `1.5s`, `20ms` or `7us`.
fn micros(word: &str) -> Option<u64> {
    let (digits, decimals) = match word.strip_suffix("us") {
        Some(digits) => (digits, 0),
        None => match word.strip_suffix("ms") {
            Some(digits) => (digits, 3),
            None => (word.strip_suffix('s')?, 6),
        },
    };
    scaled(digits, decimals)
}

/// The value of `12.5`, times ten to the power of `decimals`; saturates. `None` if it is no number
/// or has more decimals.
fn scaled(written: &str, decimals: usize) -> Option<u64> {
    let (whole, part) = match written.split_once('.') {
        Some((whole, part)) if is_digits(part) => (whole, part),
        Some(_) => return None,
        None => (written, ""),
    };
    if !is_digits(whole) || decimals < part.len() {
        return None;
    }
    let zeros = core::iter::repeat_n(b'0', decimals - part.len());
    let digits = whole.bytes().chain(part.bytes()).chain(zeros);
    Some(
        digits.fold(0_u64, |n, digit| n.saturating_mul(10).saturating_add(u64::from(digit - b'0'))),
    )
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<u64>) {
        assert_eq!(micros(written), expected, "{written}");
    }

    #[test]
    fn a_time_is_read_to_the_microsecond() {
        check("1.5s", Some(1_500_000));
        check("0.000001s", Some(1));
        check("0.0000001s", None);
        check("20ms", Some(20_000));
        check("1.234ms", Some(1_234));
        check("7us", Some(7));
        check("7.5us", None);
        check(".5s", None);
        check("5.s", None);
        check("5", None);
        check("s", None);
        check("-5s", None);
        check("99999999999999999999999s", Some(u64::MAX));
    }
}
