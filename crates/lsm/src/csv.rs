//! Tables as text: a line `key,value` for each entry.
//!
//! Any bytes can be written: a backslash starts `\\`, `\,`, `\"`, `\n`, `\r`, `\t` or `\xHH`. Text is
//! UTF-8 and stands for itself. A field may be quoted as in RFC 4180: between quotes commas and
//! backslashes stand for themselves, and two quotes for one. A line is an entry, so a break is `\n`.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::String,
    sync::Arc,
    vec::Vec,
};
use core::iter::Peekable;

use bytes::Bytes;

use crate::{Error, Kind, Result, Table, TableBuilder, TableEntries, TableOptions, limits};

/// Why a line is not `key,value`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LineFlaw {
    /// There is nothing to tell the key from the value.
    #[error("there is no comma between key and value")]
    NoComma,
    /// Nobody can tell which comma divides.
    #[error("there are two commas; one that belongs to a key or value is written \\,")]
    TwoCommas,
    /// A quote has to surround the whole of a field.
    #[error("a quote neither begins nor ends a field; elsewhere it is written \\\"")]
    Quote,
    /// A backslash has to start something known.
    #[error("a backslash is followed by none of \\ , \" n r t or x and two hex digits")]
    Escape,
    /// Not text.
    #[error("the line is not UTF-8; other bytes are written \\xHH")]
    NotText,
    /// The key is there already.
    #[error("the key stands in line {line} already")]
    Again {
        /// Where it was.
        line: usize,
    },
    /// Key or value are past their limits.
    #[error(transparent)]
    Limit(#[from] Error),
}

/// Makes a table for ingestion from lines in any order.
///
/// # Errors
///
/// At the first line that is not `key,value`, with its number, and when there are no lines.
pub fn table_from_csv(text: &[u8], options: TableOptions) -> Result<Bytes> {
    let mut rows: BTreeMap<Vec<u8>, (Vec<u8>, usize)> = BTreeMap::new();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    for (number, line) in lines.filter(|_| !text.is_empty()) {
        let number = number + 1;
        let refuse = |flaw| Error::Line { number, flaw: alloc::boxed::Box::new(flaw) };
        let (key, value) = parse_line(line).map_err(refuse)?;
        match rows.entry(key) {
            Entry::Occupied(row) => return Err(refuse(LineFlaw::Again { line: row.get().1 })),
            Entry::Vacant(row) => drop(row.insert((value, number))),
        }
    }
    let mut builder = TableBuilder::external(options);
    for (key, (value, _)) in &rows {
        builder.put(key, value)?;
    }
    Ok(builder.finish()?.0)
}

/// Calls `print` with a line, its end included, for each value in a table, in order. Returns how many
/// deletions there are, which have no line.
///
/// # Errors
///
/// When the table is damaged, or `print` fails.
pub fn csv_from_table<E: From<Error>>(
    table: &Arc<Table>,
    mut print: impl FnMut(&str) -> core::result::Result<(), E>,
) -> core::result::Result<u64, E> {
    let mut deletions = table.facts().range_deletions;
    let mut entries = TableEntries::new(table);
    let mut line = String::new();
    while let Some(entry) = entries.advance()? {
        if entry.kind == Kind::Delete {
            deletions += 1;
            continue;
        }
        line.clear();
        escape(entry.key, &mut line);
        line.push(',');
        escape(entry.value, &mut line);
        line.push('\n');
        print(&line)?;
    }
    Ok(deletions)
}

/// Reads one line.
fn parse_line(line: &[u8]) -> core::result::Result<(Vec<u8>, Vec<u8>), LineFlaw> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = core::str::from_utf8(line).map_err(|_| LineFlaw::NotText)?;
    let mut fields = Vec::new();
    let mut rest = text.bytes().peekable();
    loop {
        let quoted = rest.next_if_eq(&b'"').is_some();
        fields.push(if quoted { quoted_field(&mut rest)? } else { plain_field(&mut rest)? });
        match rest.next() {
            Some(b',') => {}
            Some(_) => return Err(LineFlaw::Quote),
            None => break,
        }
    }
    let mut fields = fields.into_iter();
    match (fields.next(), fields.next(), fields.next()) {
        (Some(key), Some(value), None) => {
            limits::check_key(&key)?;
            limits::check_value(&value)?;
            Ok((key, value))
        }
        (_, None, _) => Err(LineFlaw::NoComma),
        _ => Err(LineFlaw::TwoCommas),
    }
}

/// Up to the comma or the end.
fn plain_field(
    rest: &mut Peekable<core::str::Bytes<'_>>,
) -> core::result::Result<Vec<u8>, LineFlaw> {
    let mut field = Vec::new();
    while let Some(byte) = rest.next_if(|byte| *byte != b',') {
        field.push(match byte {
            b'"' => return Err(LineFlaw::Quote),
            b'\\' => unescape(rest).ok_or(LineFlaw::Escape)?,
            other => other,
        });
    }
    Ok(field)
}

/// What follows an opening quote, up to the closing one.
fn quoted_field(
    rest: &mut Peekable<core::str::Bytes<'_>>,
) -> core::result::Result<Vec<u8>, LineFlaw> {
    let mut field = Vec::new();
    loop {
        match rest.next().ok_or(LineFlaw::Quote)? {
            b'"' if rest.next_if_eq(&b'"').is_none() => return Ok(field),
            byte => field.push(byte),
        }
    }
}

/// The byte that stands after a backslash.
fn unescape(rest: &mut impl Iterator<Item = u8>) -> Option<u8> {
    match rest.next()? {
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'x' => {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            u8::try_from(digit()? << 4 | digit()?).ok()
        }
        byte @ (b'\\' | b',' | b'"') => Some(byte),
        _ => None,
    }
}

/// Appends bytes as text that [`parse_line`] reads back.
fn escape(bytes: &[u8], line: &mut String) {
    let hex = |byte: u8, line: &mut String| {
        line.push_str("\\x");
        for digit in [byte >> 4, byte & 15] {
            line.extend(char::from_digit(digit.into(), 16));
        }
    };
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' | ',' | '"' => line.extend(['\\', letter]),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                '\t' => line.push_str("\\t"),
                '\0'..' ' | '\x7f' => hex(letter as u8, line),
                _ => line.push(letter),
            }
        }
        for byte in chunk.invalid() {
            hex(*byte, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(table: &Bytes) -> String {
        let table = Table::open(Arc::new(table.clone()), None).expect("it is sound");
        let mut text = String::new();
        let print = |line: &str| {
            text.push_str(line);
            Ok::<(), Error>(())
        };
        assert_eq!(csv_from_table(&Arc::new(table), print), Ok(0));
        text
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let mut bytes: Vec<u8> = (0..=255).collect();
        bytes.extend("é€🦀".bytes());
        let mut builder = TableBuilder::external(TableOptions::default());
        builder.put(b"", b"").expect("the first");
        builder.put(&bytes, &bytes).expect("it is larger");
        let text = lines(&builder.finish().expect("it has rows").0);
        assert!(text.starts_with(",\n") && text.ends_with("é€🦀\n"), "{text}");
        let again = table_from_csv(text.as_bytes(), TableOptions::default()).expect("all is well");
        assert_eq!(lines(&again), text);
    }

    #[test]
    fn lines_come_in_any_order_and_with_any_line_end() {
        let table = table_from_csv(b"b,2\r\na,1", TableOptions::default()).expect("all is well");
        assert_eq!(lines(&table), "a,1\nb,2\n");
    }

    #[test]
    fn a_field_may_be_quoted() {
        let text = b"\"a\"\"1, or b\",\"C:\\new\"\nb,\"\"";
        let table = table_from_csv(text, TableOptions::default()).expect("all is well");
        assert_eq!(lines(&table), "a\\\"1\\, or b,C:\\\\new\nb,\n");
    }

    #[test]
    fn a_bad_line_is_named() {
        #[track_caller]
        fn check(text: &[u8], sentence: &str) {
            let error = table_from_csv(text, TableOptions::default()).expect_err("it is bad");
            assert!(alloc::format!("{error}").starts_with(sentence), "{error}");
        }
        check(b"a,1\nb\n", "line 2: there is no comma");
        check(b"a,1\n\nb,2\n", "line 2: there is no comma");
        check(b"a,1,2", "line 1: there are two commas");
        check(b"a,1\nb\"\",2", "line 2: a quote neither");
        check(b"\"a\"b,1", "line 1: a quote neither");
        check(b"\"a,1", "line 1: a quote neither");
        check(b"a\\q,1", "line 1: a backslash");
        check(b"a\\x1,1", "line 1: a backslash");
        check(b"a,1\\", "line 1: a backslash");
        check(b"a,\xff", "line 1: the line is not UTF-8");
        check(b"a,1\nb,2\na,3", "line 3: the key stands in line 1 already");
        check(b"", "the table is empty");
        let mut long = alloc::vec![b'k'; limits::KEY_BYTES_MAX + 1];
        long.extend(b",v");
        check(&long, "line 1: a key of 65537 bytes is longer than 65536");
    }
}
