//! Tables in a line: rows `key,value`, rows that are made up, or the bytes of an SSTable.

use core::fmt;

use data_encoding::BASE64URL_NOPAD;
use sim::ranges::{Backup, Command, Rows, TableSource};
use store::RangeId;
use store::restore::RestoreMode;

use super::command::{key, one_of};
use crate::Error;
use crate::line::Line;
use crate::print::{Quoted, Text};
use crate::token::is_plain;

const MODES: [(&str, RestoreMode); 3] = [
    ("batches", RestoreMode::WriteBatches),
    ("logged", RestoreMode::TablesInLog),
    ("sideloaded", RestoreMode::Sideloaded),
];

/// What follows `ingest`.
pub(super) fn ingest(line: &mut Line<'_>) -> Result<Command, Error> {
    let into = if line.takes("into") { Some(line.range()?) } else { None };
    let table = if line.takes("rows") {
        TableSource::Rows(rows(line)?)
    } else if line.takes("sst") {
        TableSource::Sst(line.base64()?.into())
    } else {
        TableSource::Csv(line.rows()?.join("\n"))
    };
    Ok(Command::Ingest { into, table })
}

/// `20 from m bytes 100`.
fn rows(line: &mut Line<'_>) -> Result<Rows, Error> {
    let count = number(line, Rows::MAX)?;
    line.needs("from")?;
    let from = key(line)?;
    Ok(Rows { from, count, value_bytes: value_bytes(line)? })
}

fn value_bytes(line: &mut Line<'_>) -> Result<u32, Error> {
    if line.takes("bytes") { number(line, Rows::VALUE_BYTES_MAX) } else { Ok(Rows::VALUE_BYTES) }
}

fn number(line: &mut Line<'_>, max: u32) -> Result<u32, Error> {
    let number = line.number_in(1, max.into())?;
    Ok(u32::try_from(number).expect("the limit fits"))
}

/// What follows `restore`.
pub(super) fn restore(line: &mut Line<'_>) -> Result<Command, Error> {
    line.needs("tables")?;
    let tables = number(line, Backup::TABLES_MAX)?;
    line.needs("rows")?;
    let rows = number(line, Backup::ROWS_MAX)?;
    let value_bytes = value_bytes(line)?;
    line.needs("as")?;
    let mode = one_of(line, &MODES)?;
    let ranges = line.takes_over()?;
    Ok(Command::Restore(Backup { tables, rows, value_bytes, mode, ranges }))
}

/// Writes `ingest` and what follows it.
pub(super) fn write_ingest(
    f: &mut fmt::Formatter<'_>,
    into: Option<RangeId>,
    table: &TableSource,
) -> fmt::Result {
    f.write_str("ingest")?;
    into.iter().try_for_each(|range| write!(f, " into {range}"))?;
    match table {
        TableSource::Csv(text) => text.split('\n').try_for_each(|row| write!(f, " {}", Row(row))),
        TableSource::Sst(bytes) => write!(f, " sst {}", BASE64URL_NOPAD.encode(bytes)),
        TableSource::Rows(Rows { from, count, value_bytes }) => {
            write!(f, " rows {count} from {}", Text(from))?;
            if *value_bytes != Rows::VALUE_BYTES {
                write!(f, " bytes {value_bytes}")?;
            }
            Ok(())
        }
    }
}

/// A row as it is written: bare if it reads back so and is no word of ours.
struct Row<'a>(&'a str);

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |(key, rest): (&str, &str)| {
            let mut rest = rest.split(',');
            is_plain(key) && rest.all(|part| part.is_empty() || is_plain(part))
        };
        let is_bare = self.0.split_once(',').is_some_and(is_bare);
        if is_bare { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranges::{parse_command, print_command};

    #[track_caller]
    fn check(line: &str, table: &TableSource) {
        let command = parse_command(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(command, Command::Ingest { into: None, table: table.clone() }, "{line}");
        assert_eq!(print_command(&command), line);
    }

    #[test]
    fn any_rows_and_any_bytes_read_back() {
        let csv = |text: &str| TableSource::Csv(text.to_owned());
        check("ingest m1,7 m2,8", &csv("m1,7\nm2,8"));
        check("ingest m1, m2,", &csv("m1,\nm2,"));
        check("ingest \"rows\"", &csv("rows"));
        check("ingest \"m1,two words\" \"\" \"#,\\r\"", &csv("m1,two words\n\n#,\r"));
        check(
            "ingest rows 3 from \"m n\"",
            &TableSource::Rows(Rows {
                from: "m n".to_owned(),
                count: 3,
                value_bytes: Rows::VALUE_BYTES,
            }),
        );
        let bytes: Vec<u8> = (0..=255).collect();
        let table = TableSource::Sst(bytes.into());
        let line = print_command(&Command::Ingest { into: None, table: table.clone() });
        check(&line, &table);
    }
}
