//! Every behaviour in `behaviours.txt` is shown by a test that exists.

use std::fs;
use std::path::{Path, PathBuf};

/// The behaviours that etcd's own unit tests observe.
const COUNT: usize = 164;

/// One row of the table.
#[derive(Debug)]
struct Row {
    id: usize,
    what: String,
    /// File and function of each test.
    tests: Vec<(String, String)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Reads a row; `None` if it is none.
fn read(line: &str) -> Option<Row> {
    let [id, what, tests] = line.split(" | ").collect::<Vec<_>>().try_into().ok()?;
    let test = |test: &str| {
        let (file, name) = test.split_once(": ")?;
        Some((file.to_owned(), name.to_owned()))
    };
    let tests = tests.split(", ").map(test).collect::<Option<_>>()?;
    Some(Row { id: id.parse().ok()?, what: what.to_owned(), tests })
}

/// What is wrong with the table, nothing if it is sound.
fn faults(table: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        count += 1;
        let Some(Row { id, what, tests }) = read(line) else {
            faults.push(format!("{line:?} does not say what shows it"));
            continue;
        };
        if id != count {
            faults.push(format!("row {count} says that it is {id}"));
        }
        if what.is_empty() {
            faults.push(format!("row {id} says nothing"));
        }
        for (file, name) in tests {
            let path = folder().join("core").join(&file).with_extension("rs");
            let text = fs::read_to_string(&path).unwrap_or_default();
            if !text.contains(&format!("#[test]\nfn {name}() {{")) {
                faults.push(format!("row {id}: there is no test {name} in {file}"));
            }
        }
    }
    if count != COUNT {
        faults.push(format!("there are {count} rows, not {COUNT}"));
    }
    faults
}

fn table() -> String {
    fs::read_to_string(folder().join("behaviours.txt")).expect("the table is beside the tests")
}

#[test]
fn each_behaviour_is_shown_by_a_test() {
    assert_eq!(faults(&table()), Vec::<String>::new());
}

#[test]
fn a_row_without_a_test_is_found() {
    let table = table();
    let unsound = [
        table.replace("1 | a leader", "7 | a leader"),
        table.replace(": leadership_goes_round", ": leadership_stands_still"),
        table.replace("flow: replication_does_not_wait", "nowhere: replication_does_not_wait"),
        table.replace(" | elections: leadership_goes_round", ""),
        table.lines().take(40).collect::<Vec<_>>().join("\n"),
    ];
    for table in unsound {
        assert!(!faults(&table).is_empty());
    }
}
