//! Who may use whom, read off the manifests.

use std::collections::{BTreeMap, BTreeSet};

use toml::Table;

use crate::{
    check,
    sources::{Source, texts},
};

/// The layers from the bottom to the top. A crate uses crates of lower layers only.
const LAYERS: [&[&str]; 7] = [
    &["det"],
    &["raft", "lsm"],
    &["store"],
    &["sim", "conformance"],
    &["view", "script", "lessons"],
    &["play"],
    &["web"],
];

/// Crates that build, test and measure the others. They use what they like; no layer uses them.
const TOOLS: [&str; 3] = ["acceptance", "bench", "xtask"];

/// The manifests of our crates, by the name of the crate.
pub(crate) fn manifests() -> BTreeMap<String, (Source, Table)> {
    let files = texts().into_iter().filter(|source| source.name.ends_with("/Cargo.toml"));
    let parsed = files.map(|source| {
        let table: Table = source.text.parse().expect("cargo has read it already");
        let name = table["package"]["name"].as_str().expect("a crate has a name").to_owned();
        (name, (source, table))
    });
    parsed.collect()
}

/// The crates that end up in `manifest`'s crate; what only its tests use may come from anywhere.
pub(crate) fn dependencies(manifest: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for section in ["dependencies", "build-dependencies"] {
        let table = manifest.get(section).and_then(|section| section.as_table());
        names.extend(table.into_iter().flat_map(|table| table.keys().cloned()));
    }
    names
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// What is wrong with one crate that uses `uses`.
fn judge(name: &str, uses: &BTreeSet<String>) -> Vec<String> {
    let Some(own) = layer(name) else {
        let is_tool = TOOLS.contains(&name);
        return if is_tool { Vec::new() } else { vec![format!("{name} has no layer")] };
    };
    let wrong = uses.iter().filter(|used| {
        let is_tool = TOOLS.contains(&used.as_str());
        is_tool || layer(used).is_some_and(|layer| own <= layer)
    });
    wrong.map(|used| format!("{name} uses {used}, which is not below it")).collect()
}

#[test]
fn arrows_point_down() {
    let manifests = manifests();
    assert!(manifests.contains_key("raft"), "the manifests are found");
    let findings: Vec<String> = manifests
        .iter()
        .flat_map(|(name, (_, manifest))| judge(name, &dependencies(manifest)))
        .collect();
    check(&findings);
}

#[test]
fn an_arrow_up_or_sideways_is_found() {
    let uses = |name: &str| BTreeSet::from([name.to_owned(), "serde".to_owned()]);
    assert_eq!(judge("sim", &uses("raft")), Vec::<String>::new());
    assert_eq!(judge("raft", &uses("sim")).len(), 1);
    assert_eq!(judge("raft", &uses("lsm")).len(), 1);
    assert_eq!(judge("play", &uses("acceptance")).len(), 1);
    assert_eq!(judge("xtask", &uses("acceptance")), Vec::<String>::new());
    assert_eq!(judge("newcomer", &uses("det")).len(), 1);
}

#[test]
fn a_crate_has_the_name_of_its_folder() {
    let named_otherwise = manifests().into_iter().filter(|(name, (source, _))| {
        let folder = source.name.trim_end_matches("/Cargo.toml").rsplit('/').next();
        folder != Some(name) && (folder, name.as_str()) != (Some("tests"), "acceptance")
    });
    let findings: Vec<String> = named_otherwise
        .map(|(name, (source, _))| format!("{}:1: the crate {name}", source.name))
        .collect();
    check(&findings);
}

#[test]
fn wasm_bindgen_is_the_same_in_the_page_and_on_the_command_line() {
    let text = |name: &str| texts().into_iter().find(|source| source.name == name);
    let trunk: Table = text("Trunk.toml").expect("it is there").text.parse().expect("it is toml");
    let lock: Table = text("Cargo.lock").expect("it is there").text.parse().expect("it is toml");
    let packages = lock["package"].as_array().expect("cargo wrote it");
    let library = packages.iter().find(|package| package["name"].as_str() == Some("wasm-bindgen"));
    let library = library.expect("the page uses it")["version"].as_str();
    assert_eq!(trunk["tools"]["wasm_bindgen"].as_str(), library);
}
