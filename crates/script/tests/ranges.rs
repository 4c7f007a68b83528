//! The acceptance scripts of many ranges: every file of `tests/scripts/ranges` says what it proves, and
//! proves it. Each run is the same straight, after random seeks, and from its printed form.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use det::{Rng, Time};
use script::Group;
use script::ranges::{Report, Script, group as words, is_for, parse, print, run, vocabulary};
use sim::Timeline;
use sim::ranges::World;

/// Seeks per script.
const SEEKS: u32 = 20;

/// Work that a script's run may take: it is to be small.
const STEPS_MAX: u64 = 20_000;

/// A script of the folder.
struct File {
    name: String,
    text: String,
    script: Script,
}

/// All scripts, by name.
fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scripts/ranges");
    let entries = fs::read_dir(folder).expect("the folder stands beside the crates");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a script can be read");
        let script = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        File { name, text, script }
    };
    let mut files: Vec<File> = paths.map(read).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn start(script: &Script) -> Timeline<World> {
    Timeline::new(script.setup.clone()).expect("its setup can be run")
}

/// Runs it from the start.
fn ran(file: &File) -> Result<(Report, Timeline<World>), String> {
    let mut timeline = start(&file.script);
    let report =
        run(&file.script, &mut timeline).map_err(|failure| format!("{}: {failure}", file.name))?;
    Ok((report, timeline))
}

#[test]
fn every_script_proves_its_claim() {
    let mut failures = Vec::new();
    for file in files() {
        match ran(&file) {
            Err(failure) => failures.push(failure),
            Ok((report, timeline)) => {
                if report.held == 0 {
                    failures.push(format!("{}: it asserts nothing", file.name));
                }
                if !timeline.world().findings().is_empty() {
                    failures.push(format!("{}: {:?}", file.name, timeline.world().findings()));
                }
                let steps = timeline.world().steps();
                if STEPS_MAX < steps {
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
        assert!(text.starts_with("# ") && is_for(&text), "{name}");
        assert_eq!(name.rsplit_once('.').map(|(_, extension)| extension), Some("raft"), "{name}");
        let code = |line: &&str| !line.starts_with('#') && !line.is_empty();
        let lines: Vec<&str> = text.lines().filter(code).collect();
        assert_eq!(lines, script.to_string().lines().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_scripts_use_every_word_of_the_language() {
    let texts: Vec<String> = files().iter().map(|file| file.script.to_string()).collect();
    let cut = |text: &'static str| text.split([' ', '\n', '=', '(', ')']);
    let used: BTreeSet<&str> =
        texts.iter().flat_map(|text| text.split([' ', '\n', '=', '(', ')'])).collect();
    let words = vocabulary().map(|(group, word)| (group, word.word));
    let unused: Vec<(Group, &str)> = words.filter(|(_, word)| !used.contains(word)).collect();
    assert_eq!(unused, [], "no script uses these");
    assert!(vocabulary().all(|(_, word)| cut(word.form).any(|part| part == word.word)));
}

#[test]
fn a_run_is_the_same_after_random_seeks_and_from_its_printed_form() {
    for file in files() {
        let Ok((_, mut timeline)) = ran(&file) else { continue };
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

        let text = print(timeline.recording());
        let printed = parse(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", file.name));
        assert_eq!(printed.recording().as_ref(), Some(timeline.recording()), "{}", file.name);
        let mut again = start(&printed);
        run(&printed, &mut again).unwrap_or_else(|failure| panic!("{}: {failure}", file.name));
        again.advance(end);
        assert_eq!(again.world().digest(), digest, "{}", file.name);
    }
}

/// A form of the help as a whole script.
fn sentence(group: Group, form: &str) -> String {
    if group == words::SETTING {
        return form.to_owned();
    }
    let is_step = group == words::COMMAND || group == words::STEP;
    format!("cluster stores=3\n{}{form}", if is_step { "" } else { "expect " })
}

#[test]
fn every_form_of_the_help_can_be_read_and_is_explained_in_both_languages() {
    for (group, word) in vocabulary() {
        let text = sentence(group, word.form);
        let script = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parse(&script.to_string()), Ok(script), "{text}");
        assert!(word.en.ends_with('.') && word.en.is_ascii(), "{}", word.en);
        assert!(word.zh.ends_with('。'), "{}", word.zh);
    }
}

#[track_caller]
fn check_error(text: &str, en: &str, zh: &str) {
    let error = parse(text).expect_err("it cannot be read");
    assert_eq!((error.to_string().as_str(), error.chinese().as_str()), (en, zh));
}

#[test]
fn what_cannot_be_read_gets_a_sentence_with_its_place() {
    check_error(
        "cluster stores=3\nkil s1",
        "line 2, column 1: expected a step (run, until, expect, refuse, mark, compare, say, speed) or a command \
         such as kill, put or split, found \"kil\"; did you mean \"kill\"?",
        "第 2 行第 1 列：此处应为步骤（run、until、expect、refuse、mark、compare、say、speed）或命令，例如 kill、put 或 \
         split，实际是“kil”；是否想写“kill”？",
    );
    check_error(
        "cluster stores=3\nkill s4",
        "line 2, column 6: there is no s4: the stores are s1 to s3",
        "第 2 行第 6 列：没有 s4：store 是 s1 到 s3",
    );
    check_error(
        "cluster stores=3 replication=5",
        "line 1, column 30: 5 replicas need as many stores, and there are 3",
        "第 1 行第 30 列：5 个 replica 需要同样多的 store，这里只有 3 个",
    );
    check_error(
        "cluster stores=3\nload 20",
        "line 2, column 6: expected how often in a second, such as 20/s, found \"20\"",
        "第 2 行第 6 列：此处应为每秒次数，例如 20/s，实际是“20”",
    );
    check_error(
        "cluster stores=3\ningest",
        "line 2, column 7: expected \"into\", \"rows\", \"sst\" or a row such as m1,7, found the end of \
         the line",
        "第 2 行第 7 列：此处应为“into”、“rows”、“sst”或一行，例如 m1,7，实际是行尾",
    );
    check_error(
        "cluster stores=3\ningest sst ?",
        "line 2, column 12: expected an SSTable in base64, found \"?\"",
        "第 2 行第 12 列：此处应为base64 的 SSTable，实际是“?”",
    );
    check_error(
        "cluster stores=3\nrestore tables 17 rows 1 as logged",
        "line 2, column 16: expected 1 to 16, found 17",
        "第 2 行第 16 列：应在 1 到 16 之间，实际是 17",
    );
    check_error(
        "cluster stores=3\nsplit m5",
        "line 2, column 7: expected \"at\", found \"m5\"",
        "第 2 行第 7 列：此处应为“at”，实际是“m5”",
    );
}

#[test]
fn keys_and_values_that_need_quotes_read_back() {
    for text in ["put \"a b\" \"#\"", "cput m \"\\n\" if \"\"", "delrange \"a(\" \"b\\\"\""] {
        let line = format!("cluster stores=3\n{text}\n");
        match parse(&line) {
            Ok(script) => assert_eq!(script.to_string(), line),
            Err(error) => assert_eq!(error.column, 16, "{error}: no text may be empty"),
        }
    }
    assert!(!is_for("cluster nodes=5\nput x 1") && !is_for("put stores 1") && !is_for(""));
}
