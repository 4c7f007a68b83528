//! The groups of words about many ranges.

use sim::ranges::Knob;

use super::{COMMANDS, CONDITIONS, FIGURES, RANGE_FACTS, SETTINGS, STEPS, STORE_FACTS, SWITCHES};
use crate::words::{Group, Names, words_of};

/// What a person can do to a run.
pub const COMMAND: Group = Group::Other(&Names {
    words: &COMMAND_WORDS,
    en: "a command such as kill, put or split",
    zh: "命令，例如 kill、put 或 split",
    listed: false,
});

/// What only a script has: waiting, asserting, saying.
pub const STEP: Group = Group::Other(&Names {
    words: &STEP_WORDS,
    en: "a step (run, until, expect, refuse, mark, compare, say, speed)",
    zh: "步骤（run、until、expect、refuse、mark、compare、say、speed）",
    listed: false,
});

/// A setting of the cluster.
pub const SETTING: Group =
    Group::Other(&Names { words: &SETTING_WORDS, en: "a setting", zh: "设置", listed: true });

/// A number of a run.
pub const FIGURE: Group = Group::Other(&Names {
    words: &FIGURE_WORDS,
    en: "a number such as asleep or messages",
    zh: "数值，例如 asleep 或 messages",
    listed: false,
});

/// The first word of a condition that is no number.
pub const CONDITION: Group = Group::Other(&Names {
    words: &CONDITION_WORDS,
    en: "a condition such as value m1 7",
    zh: "条件，例如 value m1 7",
    listed: false,
});

/// What can be said of a range, after its name.
pub const RANGE_FACT: Group = Group::Other(&Names {
    words: &RANGE_FACT_WORDS,
    en: "a fact of the range",
    zh: "range 的情况",
    listed: true,
});

/// What can be said of a store, after its name.
pub const STORE_FACT: Group = Group::Other(&Names {
    words: &STORE_FACT_WORDS,
    en: "a fact of the store",
    zh: "store 的情况",
    listed: true,
});

/// What can be switched while stores run.
pub const SWITCH: Group =
    Group::Other(&Names { words: &SWITCH_WORDS, en: "a switch", zh: "开关", listed: true });

/// In what two runs can differ.
pub const KNOB: Group =
    Group::Other(&Names { words: &KNOB_WORDS, en: "a switch", zh: "开关", listed: true });

const COMMAND_WORDS: [&str; COMMANDS.len()] = words_of(&COMMANDS);
const STEP_WORDS: [&str; STEPS.len()] = words_of(&STEPS);
const SETTING_WORDS: [&str; SETTINGS.len()] = words_of(&SETTINGS);
const FIGURE_WORDS: [&str; FIGURES.len()] = words_of(&FIGURES);
const CONDITION_WORDS: [&str; CONDITIONS.len()] = words_of(&CONDITIONS);
const RANGE_FACT_WORDS: [&str; RANGE_FACTS.len()] = words_of(&RANGE_FACTS);
const STORE_FACT_WORDS: [&str; STORE_FACTS.len()] = words_of(&STORE_FACTS);
const SWITCH_WORDS: [&str; SWITCHES.len()] =
    [SWITCHES[0].0, SWITCHES[1].0, SWITCHES[2].0, SWITCHES[3].0, SWITCHES[4].0, SWITCHES[5].0];
const KNOB_WORDS: [&str; Knob::ALL.len()] = {
    let mut words = [""; Knob::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = Knob::ALL[at].word();
        at += 1;
    }
    words
};
