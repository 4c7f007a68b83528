//! What stands in a line about stores and ranges.

use data_encoding::BASE64URL_NOPAD;
use store::{RangeId, StoreId};

use crate::expected::Expected;
use crate::line::{Line, is_digits};
use crate::token::shown;
use crate::{Error, Problem};

impl Line<'_> {
    /// A store of the cluster.
    pub(crate) fn store(&mut self) -> Result<StoreId, Error> {
        self.takes_store()?.ok_or_else(|| self.unexpected())
    }

    /// A store of the cluster, if the next word looks like one.
    pub(crate) fn takes_store(&mut self) -> Result<Option<StoreId>, Error> {
        self.note(Expected::Store { last: self.last_node() });
        let Some(digits) = self.digits_after('s') else { return Ok(None) };
        let store = digits.parse().ok().filter(|store| (1..=self.last_node()).contains(store));
        let Some(store) = store else {
            let found = shown(self.word().unwrap_or_default());
            return Err(self.error(Problem::NoSuchStore { found, last: self.last_node() }));
        };
        self.advance();
        Ok(Some(StoreId(store.into())))
    }

    /// A range.
    pub(crate) fn range(&mut self) -> Result<RangeId, Error> {
        self.takes_range().ok_or_else(|| self.unexpected())
    }

    /// A range, if the next word looks like one.
    pub(crate) fn takes_range(&mut self) -> Option<RangeId> {
        self.note(Expected::Range);
        let range = self.digits_after('r')?.parse().ok().filter(|&range| range > 0)?;
        self.advance();
        Some(RangeId(range))
    }

    /// Ranges after `over`, if there are some.
    pub(crate) fn takes_over(&mut self) -> Result<Vec<RangeId>, Error> {
        let mut ranges = Vec::new();
        if self.takes("over") {
            ranges.push(self.range()?);
            while let Some(range) = self.takes_range() {
                ranges.push(range);
            }
        }
        Ok(ranges)
    }

    /// Rows of a table up to the end of the line, at least one.
    pub(crate) fn rows(&mut self) -> Result<Vec<String>, Error> {
        let mut rows = Vec::new();
        while let Some(row) = self.takes_row() {
            rows.push(row);
        }
        if rows.is_empty() { Err(self.unexpected()) } else { Ok(rows) }
    }

    /// The bytes that the next word stands for.
    pub(crate) fn base64(&mut self) -> Result<Vec<u8>, Error> {
        self.note(Expected::Base64);
        let bytes = self.word().and_then(|word| BASE64URL_NOPAD.decode(word.as_bytes()).ok());
        let bytes = bytes.ok_or_else(|| self.unexpected())?;
        self.advance();
        Ok(bytes)
    }

    /// How often in a second: `20/s`.
    pub(crate) fn rate(&mut self, max: u32) -> Result<u32, Error> {
        self.note(Expected::Rate);
        let digits = self.word().and_then(|word| word.strip_suffix("/s"));
        let Some(digits) = digits.filter(|digits| is_digits(digits)) else {
            return Err(self.unexpected());
        };
        let Some(rate) = digits.parse().ok().filter(|&rate| rate <= max) else {
            return Err(self.out_of_range("0/s".to_owned(), format!("{max}/s")));
        };
        self.advance();
        Ok(rate)
    }

    /// A whole number that may be less than zero.
    pub(crate) fn signed(&mut self) -> Result<i64, Error> {
        self.note(Expected::Number);
        let is_number = |word: &&str| is_digits(word.strip_prefix('-').unwrap_or(word));
        let Some(word) = self.word().filter(is_number) else { return Err(self.unexpected()) };
        let Ok(number) = word.parse() else {
            return Err(self.out_of_range(i64::MIN.to_string(), i64::MAX.to_string()));
        };
        self.advance();
        Ok(number)
    }
}
