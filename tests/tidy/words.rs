//! What no committed file says. The words are written in two halves here, or this file would say
//! them.

use crate::{
    check,
    sources::{Source, rust, texts},
};

/// What is wrong with a line that holds both halves of a pair, joined.
fn find(sources: &[Source], pairs: &[(&str, &str)], advice: &str) -> Vec<String> {
    let words: Vec<String> = pairs.iter().map(|(a, b)| format!("{a}{b}")).collect();
    let mut findings = Vec::new();
    for Source { name, text } in sources {
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                findings.push(format!("{name}:{}: `{word}`: {advice}", number + 1));
            }
        }
    }
    findings
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X"),
        ("todo", "!("),
        ("unimpl", "emented!("),
        ("#[ig", "nore"),
        ("#[should", "_panic"),
    ];
    check(&find(&rust(), &words, "finish it or leave it out"));
}

#[test]
fn a_lint_is_expected_with_a_reason() {
    let words = [("#[al", "low("), ("#![al", "low(")];
    check(&find(&rust(), &words, "use expect with a reason"));
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let words = [
        ("/wo", "rk/"),
        ("/fa", "rm/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/tm", "p/"),
        ("registry.", "npmjs"),
        ("index.", "crates.io"),
        ("pypi", ".org"),
        ("deb.", "debian"),
        ("arti", "factory"),
    ];
    check(&find(&texts(), &words, "a path or a host of one machine"));
}

#[test]
fn every_package_comes_from_the_public_registry() {
    let lock = texts().into_iter().find(|source| source.name == "Cargo.lock");
    let lock = lock.expect("the lock file is committed").text;
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    let public = "\"registry+https://github.com/rust-lang/crates.io-index\"";
    let findings: Vec<String> = sources.filter(|s| *s != public).map(str::to_owned).collect();
    check(&findings);
    assert!(lock.contains(public), "the lock file names where packages come from");
}
