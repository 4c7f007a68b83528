//! A line in words, quoted texts and signs.

use crate::{Error, Problem};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    /// Its first character, counted from 1.
    pub(crate) column: usize,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// Letters, digits and whatever is no sign.
    Word(&'a str),
    /// What stood in quotes, unescaped.
    Text(String),
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// The end of the line, or the `#` of a comment.
    End,
}

/// Signs, longer ones before their beginnings. They end a word; `@`, `+` and `#` within a word do not.
const SIGNS: [&str; 10] = ["->", "!=", "<=", ">=", "<", ">", "=", "|", "(", ")"];

/// Cuts a line of at most `max` characters into tokens; the last one is [`Kind::End`].
pub(crate) fn tokens(line: usize, text: &str, max: usize) -> Result<Vec<Token<'_>>, Error> {
    if text.chars().nth(max).is_some() {
        let problem = Problem::LineTooLong { max };
        return Err(Error { line, column: max + 1, problem });
    }
    let mut cutter = Cutter { line, rest: text, column: 1 };
    let mut tokens = Vec::new();
    loop {
        let token = cutter.next()?;
        let is_last = token.kind == Kind::End;
        tokens.push(token);
        if is_last {
            return Ok(tokens);
        }
    }
}

/// Whether a text is the same word when it is printed without quotes.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:/%+*@-".contains(&b))
}

struct Cutter<'a> {
    line: usize,
    rest: &'a str,
    column: usize,
}

impl<'a> Cutter<'a> {
    fn next(&mut self) -> Result<Token<'a>, Error> {
        let end_of_last = self.column;
        while self.rest.starts_with(char::is_whitespace) {
            self.skip();
        }
        let column = self.column;
        if self.rest.is_empty() || self.rest.starts_with('#') {
            return Ok(Token { kind: Kind::End, column: end_of_last });
        }
        let kind = match SIGNS.iter().find(|sign| self.rest.starts_with(**sign)) {
            Some(sign) => {
                self.cut(sign.len());
                Kind::Sign(sign)
            }
            None if self.rest.starts_with('"') => Kind::Text(self.quoted()?),
            None => Kind::Word(self.cut(word_bytes(self.rest))),
        };
        Ok(Token { kind, column })
    }

    /// What stands between two quotes.
    fn quoted(&mut self) -> Result<String, Error> {
        let opened = self.column;
        let mut text = String::new();
        self.skip();
        loop {
            match self.skip() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(character) => text.push(character),
                None => return Err(self.wrong(opened, Problem::OpenQuote)),
            }
        }
    }

    /// The character that a backslash and what follows it stand for.
    fn escaped(&mut self) -> Result<char, Error> {
        let column = self.column - 1;
        let written = self.rest;
        let character = match self.skip() {
            Some(character @ ('"' | '\\')) => Some(character),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.code_point(),
            Some(_) | None => None,
        };
        character.ok_or_else(|| {
            let found = shown(&written[..written.len() - self.rest.len()]);
            self.wrong(column, Problem::UnknownEscape { found })
        })
    }

    /// The `{1f600}` after `\u`.
    fn code_point(&mut self) -> Option<char> {
        let inner = self.rest.strip_prefix('{')?;
        let (digits, _) = inner.split_once('}')?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        let character = char::from_u32(code)?;
        self.cut(digits.len() + 2);
        Some(character)
    }

    /// Takes so many bytes of the rest, which end between two characters.
    fn cut(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        (self.rest, self.column) = (rest, self.column + taken.chars().count());
        taken
    }

    /// Takes one character.
    fn skip(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.cut(character.len_utf8());
        Some(character)
    }

    fn wrong(&self, column: usize, problem: Problem) -> Error {
        Error { line: self.line, column, problem }
    }
}

/// How many bytes of `text` the word at its beginning has.
fn word_bytes(text: &str) -> usize {
    text.char_indices()
        .find(|(at, character)| {
            let rest = &text[*at..];
            character.is_whitespace()
                || *character == '"'
                || SIGNS.iter().any(|sign| rest.starts_with(sign))
        })
        .map_or(text.len(), |(at, _)| at)
}

/// A text as an error shows it: short, and without characters that cannot be seen.
pub(crate) fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 24;
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(CHARACTERS_MAX).map(visible).collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::LINE_CHARACTERS_MAX;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, Kind<'_>)]) {
        let found = tokens(1, text, LINE_CHARACTERS_MAX).expect("the line can be cut");
        let found: Vec<_> = found.into_iter().map(|token| (token.column, token.kind)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_is_cut_at_spaces_and_signs() {
        use Kind::{End, Sign, Text, Word};
        check("", &[(1, End)]);
        check("  # all comment", &[(1, End)]);
        check(
            "cut n1->n2 # why",
            &[(1, Word("cut")), (5, Word("n1")), (7, Sign("->")), (9, Word("n2")), (11, End)],
        );
        check("a#b >= c", &[(1, Word("a#b")), (5, Sign(">=")), (8, Word("c")), (9, End)]);
        check(
            "键\u{3000}\"值\\\" \\u{41}\"",
            &[(1, Word("键")), (3, Text("值\" A".to_owned())), (15, End)],
        );
    }

    #[track_caller]
    fn check_wrong(text: &str, column: usize, problem: &Problem) {
        let error = tokens(3, text, LINE_CHARACTERS_MAX).expect_err("the line cannot be cut");
        assert_eq!((error.line, error.column, &error.problem), (3, column, problem));
    }

    #[test]
    fn quotes_and_escapes_are_closed_and_known() {
        check_wrong("put \"x", 5, &Problem::OpenQuote);
        check_wrong("\"a\\", 3, &Problem::UnknownEscape { found: String::new() });
        check_wrong("\"\\q\"", 2, &Problem::UnknownEscape { found: "q".to_owned() });
        check_wrong("\"\\u{d800}\"", 2, &Problem::UnknownEscape { found: "u".to_owned() });
        let long = "x".repeat(LINE_CHARACTERS_MAX + 1);
        check_wrong(
            &long,
            LINE_CHARACTERS_MAX + 1,
            &Problem::LineTooLong { max: LINE_CHARACTERS_MAX },
        );
    }
}
