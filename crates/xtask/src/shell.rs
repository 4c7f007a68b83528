//! Starting other programs, and where our files are.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::failure::{Failure, Result};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).expect("crates/xtask")
}

/// Our own folder for tools: ignored by git, safe to delete.
pub(crate) fn tools_folder() -> PathBuf {
    root().join(".tools")
}

/// A program that starts in the root, reads no input, and finds our tools first.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command.env("PATH", search_path());
    command.env("TRUNK_SKIP_VERSION_CHECK", "true");
    command
}

/// The cargo that started us.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Our tools, then the tools of cargo, then everything else of this machine.
fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [tools_folder().join("bin"), tools_folder().join("node_modules/.bin")];
    let all = folders.into_iter().chain(cargo_bin()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or(path)
}

/// Where `cargo install` puts programs.
fn cargo_bin() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.map(|home| home.join("bin"))
}

/// Runs a program, with its output on ours.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|reason| not_started(command, reason))?;
    if status.success() { Ok(()) } else { Err(failed(command)) }
}

/// Runs a program with its output on our stderr, so that stdout holds our own results alone.
pub(crate) fn run_aside(command: &mut Command) -> Result {
    run(command.stdout(std::io::stderr()))
}

/// Runs a program and returns what it printed on stdout.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|reason| not_started(command, reason))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(command))
    }
}

/// The first line of what `program --version` says, or None when it is not there.
pub(crate) fn version(program: &str) -> Option<String> {
    let output = capture(command(program).arg("--version")).ok()?;
    output.lines().next().map(str::to_owned)
}

/// Runs a program, printing and handing on its output line by line; says whether it succeeded.
pub(crate) fn watch(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|reason| not_started(command, reason))?;
    let output = child.stdout.take().expect("its output is piped");
    for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
        println!("{line}");
        on_line(&line);
    }
    let status = child.wait().map_err(|reason| not_started(command, reason))?;
    Ok(status.success())
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|reason| file_failure(path, reason.to_string()))
}

/// What is wrong with a file.
pub(crate) fn file_failure(path: &Path, reason: impl Into<String>) -> Failure {
    Failure::File { path: path.to_owned(), reason: reason.into() }
}

/// The command as a person would type it.
pub(crate) fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, reason: std::io::Error) -> Failure {
    Failure::NotStarted { command: words(command), reason }
}

fn failed(command: &Command) -> Failure {
    Failure::Failed { command: words(command) }
}
