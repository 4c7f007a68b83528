//! Every data-driven file at hand prints what it should.

use std::path::{Path, PathBuf};

/// Runs all files below a directory of this workspace or beside it.
fn check(directory: &Path) {
    let mut report = Vec::new();
    let summary = conformance::run(&[directory.to_path_buf()], &mut report)
        .expect("writing to memory cannot fail");
    let report = String::from_utf8_lossy(&report);
    assert!(summary.failed == 0 && 0 < summary.passed, "{report}");
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn our_own_scripts() {
    check(&workspace().join("tests/interaction"));
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn etcds_data() {
    let directory = workspace().join("../shared/conformance");
    if directory.is_dir() {
        check(&directory);
    } else {
        eprintln!("{} is not there: etcd's data was not checked", directory.display());
    }
}
