//! The words of the language, in groups, and what is said of each in the help.

use core::fmt;

use crate::{command, condition, message, setup, step};

/// A word of the language, as the help page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// How it is used, by example: `kill n1`. Every form can be read as it stands.
    pub form: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// What it means, in Chinese.
    pub zh: &'static str,
}

/// Words that stand in the same places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What a person can do to a run.
    Command,
    /// What only a script has: waiting, asserting, asking.
    Step,
    /// A setting of the cluster.
    Setting,
    /// The first word of a condition.
    Condition,
    /// What can be said of a node, after its name.
    NodeFact,
    /// The role of a node.
    Role,
    /// How a node counts in the group.
    Standing,
    /// How a leader sends to a node.
    Progress,
    /// A step of the Ready loop.
    LoopStep,
    /// What a message says.
    Message,
    /// A rule that the nodes break on purpose.
    Broken,
    /// On or off.
    Switch,
    /// Words about something else than one group: see [`ranges`](crate::ranges).
    Other(&'static Names),
}

/// A group that brings its words along, so that nobody needs them who does not name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Names {
    pub(crate) words: &'static [&'static str],
    /// What may stand there.
    pub(crate) en: &'static str,
    /// The same in Chinese.
    pub(crate) zh: &'static str,
    /// Whether that does not say the words, and they are listed after it.
    pub(crate) listed: bool,
}

/// The words of a table.
pub(crate) const fn words_of<T, const N: usize>(rows: &[Row<T>; N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = rows[at].word.word;
        at += 1;
    }
    words
}

/// The words of the language, group by group, for the help page.
pub fn vocabulary() -> impl Iterator<Item = (Group, &'static Word)> {
    let commands = command::COMMANDS.iter().map(|row| (Group::Command, &row.word));
    let steps = step::STEPS.iter().map(|row| (Group::Step, &row.word));
    let settings = setup::SETTINGS.iter().map(|row| (Group::Setting, &row.word));
    let conditions = condition::CONDITIONS.iter().map(|row| (Group::Condition, &row.word));
    let facts = condition::NODE_FACTS.iter().map(|row| (Group::NodeFact, &row.word));
    commands.chain(steps).chain(settings).chain(conditions).chain(facts)
}

/// A word with what the parser does after it.
pub(crate) struct Row<T: 'static> {
    pub(crate) word: Word,
    pub(crate) then: T,
}

impl Group {
    /// All groups of the language for one group.
    pub const ALL: [Self; 12] = [
        Self::Command,
        Self::Step,
        Self::Setting,
        Self::Condition,
        Self::NodeFact,
        Self::Role,
        Self::Standing,
        Self::Progress,
        Self::LoopStep,
        Self::Message,
        Self::Broken,
        Self::Switch,
    ];

    /// The word at a position; `None` past the last.
    pub(crate) fn word(self, at: usize) -> Option<&'static str> {
        match self {
            Self::Command => command::COMMANDS.get(at).map(|row| row.word.word),
            Self::Step => step::STEPS.get(at).map(|row| row.word.word),
            Self::Setting => setup::SETTINGS.get(at).map(|row| row.word.word),
            Self::Condition => condition::CONDITIONS.get(at).map(|row| row.word.word),
            Self::NodeFact => condition::NODE_FACTS.get(at).map(|row| row.word.word),
            Self::Role => condition::ROLES.get(at).map(|row| row.0),
            Self::Standing => condition::STANDINGS.get(at).map(|row| row.0),
            Self::Progress => condition::PROGRESS.get(at).map(|row| row.0),
            Self::LoopStep => command::LOOP_STEPS.get(at).map(|row| row.0),
            Self::Message => message::KINDS.get(at).map(|row| row.0),
            Self::Broken => setup::BROKEN.get(at).map(|row| row.0),
            Self::Switch => setup::SWITCH.get(at).map(|row| row.0),
            Self::Other(names) => names.words.get(at).copied(),
        }
    }

    /// Its words in order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        (0..).map_while(move |at| self.word(at))
    }

    /// What may stand there, in English. Short groups are listed in full.
    pub(crate) fn english(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "a command such as kill, put or partition",
            Self::Step => "a step (run, until, expect, refuse, ask, reveal)",
            Self::Condition => "a condition such as leader, n1 log 2/5 or logs agree",
            Self::Setting => "a setting",
            Self::NodeFact => "a fact of the node",
            Self::Role => "a role",
            Self::Standing => "a way to count",
            Self::Progress => "a state of progress",
            Self::LoopStep => "a step of the loop",
            Self::Message => "a kind of message",
            Self::Broken => "a rule to break",
            Self::Switch => "on or off",
            Self::Other(names) => names.en,
        })?;
        self.list(f, " (", ", ", ")")
    }

    /// What may stand there, in Chinese.
    pub(crate) fn chinese(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "命令，例如 kill、put 或 partition",
            Self::Step => "步骤（run、until、expect、refuse、ask、reveal）",
            Self::Condition => "条件，例如 leader、n1 log 2/5 或 logs agree",
            Self::Setting => "设置",
            Self::NodeFact => "节点的情况",
            Self::Role => "角色",
            Self::Standing => "成员身份",
            Self::Progress => "复制进度的状态",
            Self::LoopStep => "循环的一步",
            Self::Message => "消息种类",
            Self::Broken => "要违反的规则",
            Self::Switch => "on 或 off",
            Self::Other(names) => names.zh,
        })?;
        self.list(f, "（", "、", "）")
    }

    /// The words of a group whose name does not say them.
    fn list(self, f: &mut fmt::Formatter<'_>, open: &str, comma: &str, close: &str) -> fmt::Result {
        match self {
            Self::Command | Self::Step | Self::Condition | Self::Switch => Ok(()),
            Self::Other(names) if !names.listed => Ok(()),
            Self::Setting
            | Self::NodeFact
            | Self::Role
            | Self::Standing
            | Self::Progress
            | Self::LoopStep
            | Self::Message
            | Self::Broken
            | Self::Other(_) => {
                for (i, word) in self.words().enumerate() {
                    f.write_str(if i == 0 { open } else { comma })?;
                    f.write_str(word)?;
                }
                f.write_str(close)
            }
        }
    }
}

/// The word that was probably meant: the one with the fewest typing mistakes, if they are few.
pub(crate) fn nearest(
    written: &str,
    words: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let mistakes_max = if written.len() <= 4 { 1 } else { 2 };
    words
        .map(|word| (mistakes(&written.to_ascii_lowercase(), word), word))
        .filter(|(count, _)| *count <= mistakes_max)
        .min_by_key(|(count, _)| *count)
        .map(|(_, word)| word)
}

/// How many letters have to be inserted, deleted, replaced or swapped with their neighbour.
fn mistakes(written: &str, word: &str) -> usize {
    let word = word.as_bytes();
    let written = written.as_bytes();
    if written.len().abs_diff(word.len()) > 2 {
        return usize::MAX;
    }
    // Row i holds the distances of the first i letters written to each beginning of the word.
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, letter) in written.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, expected) in word.iter().enumerate() {
            let replaced = row[j] + usize::from(letter != expected);
            let mut least = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && written[i - 1] == *expected && *letter == word[j - 1] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = core::mem::replace(&mut row, next);
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        assert_eq!(nearest(written, Group::Command.words()), expected, "{written}");
    }

    #[test]
    fn a_near_word_is_found_and_a_far_one_is_not() {
        check("kil", Some("kill"));
        check("Kill", Some("kill"));
        check("partiton", Some("partition"));
        check("restrat", Some("restart"));
        check("campain", Some("campaign"));
        check("x1", None);
        check("abracadabra", None);
        check("", None);
    }
}
