//! The acceptance scripts of the simulator: every file of `tests/scripts` says what it proves, and
//! proves it. Each run is the same straight, after a thousand seeks, and from its printed form.

#![expect(clippy::print_stdout, reason = "the test lists the scripts that it runs")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use det::{Rng, Time};
use script::{Group, Report, Script, parse, print, run, vocabulary};
use sim::{Rule, Timeline};

/// Seeks per script.
const SEEKS: u32 = 1_000;

/// Work that a script's run may take: it is to be small.
const STEPS_MAX: u64 = 20_000;

/// A script of the folder.
struct File {
    name: String,
    text: String,
    script: Script,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scripts")
}

/// All scripts, by name.
fn files() -> Vec<File> {
    let entries = fs::read_dir(folder()).expect("the folder stands beside the crates");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    // Scripts of many ranges have a folder and a test of their own.
    let mut paths: Vec<PathBuf> = paths.filter(|path| !path.is_dir()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a script can be read");
        let script = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        File { name, text, script }
    };
    paths.into_iter().map(read).collect()
}

impl File {
    /// Runs it from the start.
    fn run(&self) -> Result<(Report, Timeline), String> {
        let mut timeline = Timeline::new(self.script.setup.clone())
            .map_err(|refusal| format!("{}: {refusal}", self.name))?;
        let report = run(&self.script, &mut timeline)
            .map_err(|failure| format!("{}: {failure}", self.name))?;
        Ok((report, timeline))
    }

    fn ran(&self) -> Timeline {
        self.run().unwrap_or_else(|failure| panic!("{failure}")).1
    }

    /// Whether it shows how a broken rule is found; in all others none may be.
    fn breaks_a_rule(&self) -> bool {
        self.script
            .to_string()
            .lines()
            .any(|line| line.starts_with("expect") && line.ends_with("broken"))
    }
}

#[test]
fn every_script_proves_its_claim() {
    let mut failures = Vec::new();
    for file in files() {
        match file.run() {
            Err(failure) => failures.push(failure),
            Ok((report, timeline)) => {
                println!("{}: {} held", file.name, report.held);
                if report.held == 0 {
                    failures.push(format!("{}: it asserts nothing", file.name));
                }
                if !file.breaks_a_rule() && !timeline.world().findings().is_empty() {
                    failures.push(format!("{}: {:?}", file.name, timeline.world().findings()));
                }
                if STEPS_MAX < timeline.world().steps() {
                    let steps = timeline.world().steps();
                    failures.push(format!("{}: {steps} steps are too many", file.name));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn every_script_opens_with_its_claim_and_is_written_as_it_prints() {
    for File { name, text, script } in files() {
        assert!(text.starts_with("# "), "{name}");
        assert_eq!(name.rsplit_once('.').map(|(_, extension)| extension), Some("raft"), "{name}");
        let code = |line: &str| line.split('#').next().unwrap_or("").trim_end().to_owned();
        let lines: Vec<String> = text.lines().map(code).filter(|line| !line.is_empty()).collect();
        let printed = script.to_string();
        assert_eq!(lines, printed.lines().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_scripts_use_every_word_of_the_language() {
    let mut used = BTreeSet::new();
    let texts: Vec<String> = files().iter().map(|file| file.script.to_string()).collect();
    for word in texts.iter().flat_map(|text| text.split([' ', '\n', '=', '(', ')'])) {
        used.insert(word);
    }
    let groups = vocabulary().map(|(group, word)| (group, word.word));
    let unused: Vec<(Group, &str)> = groups.filter(|(_, word)| !used.contains(word)).collect();
    assert_eq!(unused, [], "no script uses these");
}

#[test]
fn a_run_is_the_same_after_a_thousand_seeks() {
    for file in files() {
        let mut timeline = file.ran();
        let end = timeline.now();
        timeline.advance(end);
        let digest = timeline.world().digest();
        let mut rng = Rng::named(1, "seeks", 0);
        for _ in 0..SEEKS {
            let millionths = u64::from(rng.below(1_000_001));
            timeline.seek(Time(end.0 * millionths / 1_000_000));
        }
        timeline.seek(end);
        assert_eq!(timeline.world().digest(), digest, "{}", file.name);
    }
}

#[test]
fn a_run_is_the_same_from_its_printed_form() {
    for file in files() {
        let mut timeline = file.ran();
        let end = timeline.now();
        timeline.advance(end);
        let text = print(timeline.recording());
        let printed = parse(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", file.name));
        let recording = printed.recording().expect("a recording has only timed commands");
        assert_eq!(&recording, timeline.recording(), "{}", file.name);
        assert_eq!(print(&recording), text, "{}", file.name);
        let mut again = Timeline::new(recording.setup.clone()).expect("it was run before");
        run(&printed, &mut again).unwrap_or_else(|failure| panic!("{}: {failure}", file.name));
        again.advance(end);
        assert_eq!(again.world().digest(), timeline.world().digest(), "{}", file.name);
    }
}

#[test]
fn every_rule_is_checked_by_some_script() {
    let mut checked = BTreeSet::new();
    for file in files() {
        let timeline = file.ran();
        checked.extend(
            Rule::ALL.into_iter().filter(|rule| timeline.world().checks().count(*rule) > 0),
        );
    }
    assert_eq!(checked.len(), Rule::ALL.len(), "{checked:?}");
}
