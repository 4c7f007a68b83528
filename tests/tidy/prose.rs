//! The three files of prose, and whether what they say about the tree is so.

use std::collections::BTreeSet;

use crate::{
    check,
    layers::{dependencies, manifests},
    sources::{Source, has_extension, names, root, texts},
};

const FILES: [&str; 3] = ["ARCHITECTURE.md", "CHANGELOG.md", "README.md"];

fn prose() -> Vec<Source> {
    texts().into_iter().filter(|source| has_extension(&source.name, "md")).collect()
}

#[test]
fn prose_stands_in_three_files() {
    let names: Vec<String> = names().into_iter().filter(|name| has_extension(name, "md")).collect();
    assert_eq!(names, FILES);
}

#[test]
fn what_prose_links_to_is_there() {
    let mut findings = Vec::new();
    for Source { name, text } in prose() {
        for (number, line) in text.lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let local = targets.filter(|target| !target.starts_with("https://"));
            for target in local.filter(|target| !root().join(target).exists()) {
                findings.push(format!("{name}:{}: there is no {target}", number + 1));
            }
        }
    }
    check(&findings);
}

/// A dependency is a decision; the reader of the architecture can see each with its reason.
#[test]
fn every_dependency_is_named_in_the_architecture() {
    let manifests = manifests();
    let used: BTreeSet<String> =
        manifests.values().flat_map(|(_, manifest)| dependencies(manifest)).collect();
    let architecture = prose().into_iter().find(|source| source.name == "ARCHITECTURE.md");
    let architecture = architecture.expect("it is there").text;
    let unnamed = used.iter().filter(|name| !manifests.contains_key(*name)).filter(|name| {
        let word = format!("`{name}`");
        !architecture.contains(&word)
    });
    let findings: Vec<String> =
        unnamed.map(|name| format!("ARCHITECTURE.md: why do we use {name}?")).collect();
    check(&findings);
}
