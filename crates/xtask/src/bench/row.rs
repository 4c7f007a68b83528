//! A measured figure, and tables of them.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::failure::{Failure, Result};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// A figure of ours, and the same figure of somebody else's work where there is one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) ours: f64,
    pub(crate) theirs: Option<f64>,
    pub(crate) unit: String,
    pub(crate) better: Better,
}

impl Row {
    /// Reads a line of the crate `bench`.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line).unwrap_or_default();
        let parts = (
            value["name"].as_str(),
            value["ours"].as_f64(),
            value["unit"].as_str(),
            value["higher_is_better"].as_bool(),
        );
        let (Some(name), Some(ours), Some(unit), Some(is_higher_better)) = parts else {
            return Err(Failure::NoRow { line: line.to_owned() });
        };
        Ok(Self {
            name: name.to_owned(),
            ours,
            theirs: value["theirs"].as_f64(),
            unit: unit.to_owned(),
            better: if is_higher_better { Better::Higher } else { Better::Lower },
        })
    }

    /// How many times better ours is: above 1 is better. None without another, or without a
    /// quotient.
    fn ratio(&self) -> Option<f64> {
        let theirs = self.theirs?;
        let ratio = match self.better {
            Better::Higher => self.ours / theirs,
            Better::Lower => theirs / self.ours,
        };
        ratio.is_finite().then_some(ratio)
    }

    /// One object of `--json`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "ours": self.ours,
            "theirs": self.theirs,
            "ratio": self.ratio(),
            "unit": self.unit,
        })
    }
}

/// All rows, aligned.
pub(crate) fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
    let mut text =
        format!("{:width$}  {:>12}  {:>12}  {:>6}  unit\n", "", "ours", "theirs", "ratio");
    for row in rows {
        let theirs = row.theirs.map_or_else(|| "-".to_owned(), figure);
        let ratio = row.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        writeln!(
            text,
            "{:width$}  {:>12}  {theirs:>12}  {ratio:>6}  {}",
            row.name,
            figure(row.ours),
            row.unit
        )
        .expect("a string takes all text");
    }
    text
}

/// Large figures without a fraction, small ones with enough of it.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 || 1000.0 <= value {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ours: f64, theirs: Option<f64>, better: Better, ratio: Option<f64>) {
        let row = Row { name: "x".to_owned(), ours, theirs, unit: "s".to_owned(), better };
        assert_eq!(row.to_json()["ratio"], json!(ratio));
    }

    #[test]
    fn a_ratio_above_one_is_better_either_way() {
        check(4.0, Some(2.0), Better::Higher, Some(2.0));
        check(2.0, Some(4.0), Better::Lower, Some(2.0));
        check(2.0, None, Better::Lower, None);
        check(0.0, Some(4.0), Better::Lower, None);
    }

    #[test]
    fn what_is_printed_by_the_crate_bench_is_read() {
        let line = r#"{"name":"x","ours":2.5,"theirs":null,"unit":"s","higher_is_better":false}"#;
        let row = Row::parse(line).expect("it is a row");
        assert_eq!((row.ours, row.theirs, row.better), (2.5, None, Better::Lower));
        assert!(Row::parse("compiling...").is_err());
    }
}
