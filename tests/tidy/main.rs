//! The rules of the house that a compiler does not know, read off the committed files.
//!
//! Every rule reports all its findings at once, each as "file:line: what is wrong".

mod layers;
mod length;
mod prose;
mod sources;
mod words;

/// Fails with all findings, one a line.
#[track_caller]
fn check(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
