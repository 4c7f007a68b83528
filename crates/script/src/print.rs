//! How values are written so that they read back as they were.

use core::fmt::{self, Write as _};

use crate::token::is_plain;

/// A key, value or answer: bare if it reads back so, else in quotes.
pub(crate) struct Text<'a>(pub(crate) &'a str);

/// A text in quotes.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

/// Millionths as a percentage, with as many decimals as it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent(pub(crate) u32);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                _ if character.is_control() => write!(f, "\\u{{{:x}}}", u32::from(character))?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, mut part) = (self.0 / 10_000, self.0 % 10_000);
        write!(f, "{whole}")?;
        let mut place = 1_000;
        if part > 0 {
            f.write_char('.')?;
        }
        while part > 0 {
            write!(f, "{}", part / place)?;
            part %= place;
            place /= 10;
        }
        f.write_char('%')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(per_million: u32, expected: &str) {
        assert_eq!(Percent(per_million).to_string(), expected);
    }

    #[test]
    fn a_percentage_has_only_the_decimals_it_needs() {
        check(0, "0%");
        check(1_000_000, "100%");
        check(25_000, "2.5%");
        check(1, "0.0001%");
        check(12_030, "1.203%");
    }
}
