//! The grammar that all three kinds of file share: directive, input, `----`, expected output.

use std::iter::Peekable;
use std::str::Lines;

/// One command with everything around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The line it starts at, counted from 1.
    pub line: usize,
    /// The word that says what to do.
    pub command: String,
    /// Its arguments, in order.
    pub args: Vec<Arg>,
    /// The text between the command and the separator, without white space around it.
    pub input: String,
    /// What it must print.
    pub expected: String,
    /// The line of the separator, counted from 1.
    pub(crate) separator: usize,
    /// The line after the expected output and its blank line, counted from 1.
    pub(crate) end: usize,
}

/// `key`, `key=value` or `key=(value, value)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The part before the equals sign.
    pub key: String,
    /// The values; none if there is no equals sign.
    pub values: Vec<String>,
}

/// The text is no list of directives.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Malformed {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

const SEPARATOR: &str = "----";

/// Reads all directives of a file.
///
/// # Errors
/// If a directive or an expected part is malformed.
pub fn parse(text: &str) -> Result<Vec<Directive>, Malformed> {
    let mut reader = Reader { lines: text.lines().peekable(), line: 0 };
    let mut directives = Vec::new();
    let mut groups = Vec::new();
    while let Some((line, text)) = reader.directive_line() {
        let malformed = |what| Malformed { line, what };
        let (command, args) = parse_line(&text).map_err(malformed)?;
        if command == "subtest" {
            subtest(&args, &mut groups).map_err(malformed)?;
            continue;
        }
        let input = reader.input();
        let separator = reader.line;
        let expected = reader.expected()?;
        let end = reader.line + 1;
        directives.push(Directive { line, command, args, input, expected, separator, end });
    }
    Ok(directives)
}

struct Reader<'a> {
    lines: Peekable<Lines<'a>>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.line += 1;
        self.lines.next()
    }

    /// The next line that is neither empty nor a comment, with its continuations.
    fn directive_line(&mut self) -> Option<(usize, String)> {
        loop {
            let mut text = self.next()?.trim().to_string();
            let line = self.line;
            if text.starts_with('#') {
                continue;
            }
            while text.ends_with('\\') && self.lines.peek().is_some() {
                text.pop();
                text.push(' ');
                text.push_str(self.next().unwrap_or_default().trim());
            }
            if !text.trim().is_empty() {
                return Some((line, text));
            }
        }
    }

    /// Everything up to the separator, or to the end of the file.
    fn input(&mut self) -> String {
        let mut input = String::new();
        while let Some(line) = self.next() {
            if line == SEPARATOR {
                break;
            }
            input.push_str(line);
            input.push('\n');
        }
        input.trim().to_string()
    }

    fn expected(&mut self) -> Result<String, Malformed> {
        if self.lines.peek() == Some(&SEPARATOR) {
            self.next();
            return self.expected_with_blank_lines();
        }
        let mut expected = String::new();
        while let Some(line) = self.next() {
            if line.trim().is_empty() {
                break;
            }
            expected.push_str(line);
            expected.push('\n');
        }
        Ok(expected)
    }

    /// Everything up to two separators in a row and a blank line.
    fn expected_with_blank_lines(&mut self) -> Result<String, Malformed> {
        let mut expected = String::new();
        while let Some(line) = self.next() {
            if line == SEPARATOR && self.lines.peek() == Some(&SEPARATOR) {
                self.next();
                let after = self.next().unwrap_or_default();
                if !after.trim().is_empty() {
                    let what = format!("expected a blank line after the output, found {after:?}");
                    return Err(Malformed { line: self.line, what });
                }
                return Ok(expected);
            }
            expected.push_str(line);
            expected.push('\n');
        }
        Err(Malformed { line: self.line, what: "the output has no end".into() })
    }
}

/// Checks that groups nest. They mean nothing else.
fn subtest(args: &[Arg], groups: &mut Vec<String>) -> Result<(), String> {
    let mut words = args.iter().map(|arg| arg.key.as_str());
    match (words.next(), words.next(), groups.last()) {
        (Some("end"), _, None) => Err("a subtest ends that never began".into()),
        (Some("end"), Some(name), Some(group)) if name != group => {
            Err(format!("subtest {group} is still open, and {name} ends"))
        }
        (Some("end"), _, Some(_)) => {
            groups.pop();
            Ok(())
        }
        (Some(name), None, outer) => {
            let inside = outer.is_none_or(|group| name.starts_with(&format!("{group}/")));
            groups.push(name.into());
            if inside {
                Ok(())
            } else {
                Err(format!("subtest {name} is not named after its outer one"))
            }
        }
        _ => Err("a subtest needs one name".into()),
    }
}

/// Splits a directive line into command and arguments.
pub(crate) fn parse_line(line: &str) -> Result<(String, Vec<Arg>), String> {
    let error = |rest: &str| {
        let column = line.len() - rest.len() + 1;
        format!("cannot parse directive at column {column}: {line}")
    };
    let (command, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut args = Vec::new();
    loop {
        rest = rest.trim();
        if rest.is_empty() {
            return Ok((command.to_string(), args));
        }
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            return Err(error(rest));
        }
        let (values, after) = match after.strip_prefix('=') {
            None => (Vec::new(), after),
            Some(list) if list.starts_with('(') => {
                parse_list(&list[1..]).ok_or_else(|| error(rest))?
            }
            Some(value) => {
                let end = value.find(' ').unwrap_or(value.len());
                (vec![value[..end].to_string()], &value[end..])
            }
        };
        args.push(Arg { key: key.to_string(), values });
        rest = after;
    }
}

/// Reads `a, b(c, d))` up to the closing parenthesis; `None` if it is missing.
fn parse_list(text: &str) -> Option<(Vec<String>, &str)> {
    let (mut values, mut value, mut depth) = (Vec::new(), String::new(), 1_usize);
    let mut after_comma = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' if after_comma => continue,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        after_comma = c == ',' && depth == 1;
        if depth == 0 {
            values.push(value);
            return Some((values, &text[at + 1..]));
        }
        if after_comma {
            values.push(std::mem::take(&mut value));
        } else {
            value.push(c);
        }
    }
    None
}

impl Directive {
    /// The values of the argument with this key.
    pub fn values(&self, key: &str) -> Option<&[String]> {
        self.args.iter().find(|arg| arg.key == key).map(|arg| &arg.values[..])
    }
}

/// Reads `true` or `false` in any of their spellings.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(&str, &[&str])]) {
        let (_, args) = parse_line(line).expect("a well-formed line");
        let found: Vec<(&str, Vec<&str>)> = args
            .iter()
            .map(|arg| (arg.key.as_str(), arg.values.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<(&str, Vec<&str>)> =
            expected.iter().map(|(key, values)| (*key, values.to_vec())).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn arguments_have_three_forms() {
        check("propose 1 \"foo\"", &[("1", &[]), ("\"foo\"", &[])]);
        check("x a=b  c= d", &[("a", &["b"]), ("c", &[""]), ("d", &[])]);
        check("x a=(1, 2,3 )b=(x(y,z),)", &[("a", &["1", "2", "3 "]), ("b", &["x(y,z)", ""])]);
        check("x a=()", &[("a", &[""])]);
        assert!(parse_line("x =a").is_err());
        assert!(parse_line("x a=(1,2").is_err());
    }

    #[test]
    fn expected_parts_end_at_a_blank_line_or_at_two_separators() {
        let text = "# comment\na \\\n  b\nin\n\nput\n----\nout\n# put\n\nc\n----\n----\nx\n\n----\ny\n----\n----\n\nd\n----\n";
        let directives = parse(text).expect("well-formed");
        let found: Vec<(usize, &str, &str, &str)> = directives
            .iter()
            .map(|d| (d.line, d.command.as_str(), d.input.as_str(), d.expected.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (2, "a", "in\n\nput", "out\n# put\n"),
                (11, "c", "", "x\n\n----\ny\n"),
                (21, "d", "", ""),
            ]
        );
        assert_eq!(directives[0].args[0].key, "b");
        assert!(parse("a\n----\n----\nx\n").is_err());
        assert!(parse("a\n----\n----\nx\n----\n----\nb\n").is_err());
    }

    #[test]
    fn groups_nest() {
        assert!(parse("subtest a\nsubtest a/b\nsubtest end a/b\nsubtest end").is_ok());
        for text in ["subtest end", "subtest a\nsubtest b", "subtest", "subtest a\nsubtest end b"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
