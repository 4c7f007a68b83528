//! Which files there are, and what may not be among them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::check;

/// A committed file with its text.
pub(crate) struct Source {
    /// From the root of the repository, with slashes.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate stands in the repository")
}

/// The names of all committed and all new files that are not ignored.
pub(crate) fn names() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(output.status.success(), "the rules are checked in a git clone");
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    names.lines().filter(|name| root().join(name).is_file()).map(str::to_owned).collect()
}

/// All files that are text.
pub(crate) fn texts() -> Vec<Source> {
    let text = |name: String| {
        let bytes = fs::read(root().join(&name)).expect("a listed file can be read");
        String::from_utf8(bytes).ok().map(|text| Source { name, text })
    };
    names().into_iter().filter_map(text).collect()
}

/// All Rust files.
pub(crate) fn rust() -> Vec<Source> {
    texts().into_iter().filter(|source| has_extension(&source.name, "rs")).collect()
}

/// Whether a file is of this kind.
pub(crate) fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == extension)
}

#[test]
fn every_file_says_what_it_is_about() {
    let silent = rust().into_iter().filter(|source| !source.text.starts_with("//! "));
    let findings: Vec<String> =
        silent.map(|source| format!("{}:1: open it with a //! line", source.name)).collect();
    check(&findings);
}

#[test]
fn a_module_has_the_name_of_its_file() {
    let named_mod = names().into_iter().filter(|name| name.ends_with("/mod.rs"));
    let findings: Vec<String> =
        named_mod.map(|name| format!("{name}:1: name the file after the module")).collect();
    check(&findings);
}

/// The material that the project was started from may lie beside the repository. It is read there.
#[test]
fn nothing_is_copied_from_the_folder_beside() {
    let beside = root().join("../shared");
    let originals: Vec<(PathBuf, Vec<u8>)> = files_below(&beside)
        .into_iter()
        .filter_map(|path| Some((path.clone(), fs::read(path).ok()?)))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    let mut findings = Vec::new();
    for name in names() {
        let bytes = fs::read(root().join(&name)).expect("a listed file can be read");
        if let Some((original, _)) = originals.iter().find(|(_, original)| *original == bytes) {
            findings.push(format!("{name}:1: a copy of {}", original.display()));
        }
    }
    check(&findings);
}

/// The files below `folder`; none when it is not there.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let nested = entries
        .map(|entry| entry.path())
        .map(|path| if path.is_dir() { files_below(&path) } else { vec![path] });
    nested.flatten().collect()
}
